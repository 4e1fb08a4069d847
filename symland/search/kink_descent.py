"""A direction in which the loss falls to first order from a kink, seen in floats."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from symland.landscape.float_landscape import FloatLandscape
from symland.problem.problem import Problem
from symland.search.deadline import Deadline

__all__ = ["kink_descent"]

TRIES = 400
STEP = 1e-6
Array = npt.NDArray[Any]


def kink_descent(problem: Problem, place: Array, seed: int, deadline: Deadline) -> list[int] | None:
    """Small integers, one for each weight: a direction; None where no descent is seen.

    >>> from symland.problem import Dataset, Network
    >>> problem = Problem(Network([1, 1, 1], "relu"), Dataset([[1]], [[2]]))
    >>> kink_descent(problem, np.array([0.0, 1.0]), 0, Deadline(9))
    [1, 0]
    """
    landscape = FloatLandscape(problem)
    here = landscape.loss(place)
    best: tuple[float, Array | None] = (-1e-7 * (1 + abs(here)), None)
    for direction in _directions(len(place), seed):
        if deadline.passed():
            break
        length = np.linalg.norm(direction)
        slope = (landscape.loss(place + STEP / length * direction) - here) / STEP
        # Fewer entries are better: another direction has to be much steeper.
        if slope < (best[0] if best[1] is None else 1.5 * best[0]):
            best = float(slope), direction
    return None if best[1] is None else [int(x) for x in best[1]]


def _directions(size: int, seed: int) -> Iterator[Array]:
    for i in range(size):
        for sign in (1, -1):
            yield sign * np.eye(size)[i]
    random = np.random.default_rng(seed)
    for _ in range(TRIES):
        found = random.integers(-3, 4, size)
        if found.any():
            yield found.astype(float)
