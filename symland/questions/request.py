"""What every question is asked with: a problem, a budget in seconds, a seed and a precision."""

from __future__ import annotations

from numbers import Real
from typing import Any

from symland.problem.errors import InputError
from symland.problem.problem import Problem

__all__ = ["LEAST_PRECISION", "MOST_PRECISION", "PRECISION", "check_request", "precisions"]

LEAST_PRECISION, PRECISION, MOST_PRECISION = 64, 128, 8192
"""Bits with which enclosures may begin, do begin if nothing is said, and end."""


def precisions(first: int) -> list[int]:
    """The bits that are tried one after the other: four times as many each, up to the most.

    >>> precisions(128), precisions(3000)
    ([128, 512, 2048, 8192], [3000, 8192])
    """
    found = [first]
    while found[-1] < MOST_PRECISION:
        found.append(min(4 * found[-1], MOST_PRECISION))
    return found


def check_request(problem: Any, budget: Any, seed: Any, precision: Any = PRECISION) -> None:
    """Refuse what no answer could be given to, before any work.

    Raises
    ------
    InputError
        `problem` is no `Problem`, `budget` no finite number of seconds from 0 on, `seed` no
        integer from 0 on, or `precision` no integer from `LEAST_PRECISION` to `MOST_PRECISION`.

    Examples
    --------
    >>> check_request("iris.toml", 60, 0)
    Traceback (most recent call last):
        ...
    symland.problem.errors.InputError: problem: got 'iris.toml', expected a Problem...
    """
    if not isinstance(problem, Problem):
        raise InputError.of("problem", problem, "a Problem, as symland.read_problem(path) gives it")
    if not _is_number(budget, Real) or not 0 <= budget < float("inf"):
        raise InputError.of("budget", budget, "a finite number of seconds, 0 or more")
    if not _is_number(seed, int) or seed < 0:
        raise InputError.of("seed", seed, "an integer, 0 or more")
    if not _is_number(precision, int) or not LEAST_PRECISION <= precision <= MOST_PRECISION:
        expected = f"a number of bits from {LEAST_PRECISION} to {MOST_PRECISION}"
        raise InputError.of("precision", precision, expected)


def _is_number(value: Any, kind: type) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)
