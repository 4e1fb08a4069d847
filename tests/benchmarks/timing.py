"""Seconds that a call takes, for ratios of two ways within one run."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any


def seconds(call: Callable[[], Any], repeat: int = 1) -> float:
    """The least time of `repeat` calls: what the work takes when nothing else disturbs it."""
    times = []
    for _ in range(repeat):
        start = perf_counter()
        call()
        times.append(perf_counter() - start)
    return min(times)


def ratio(name: str, slow: float, fast: float) -> float:
    """slow / fast, printed with both times."""
    print(f"\n{name}: {slow:.4g} s against {fast:.4g} s, {slow / fast:.0f} times faster")
    return slow / fast
