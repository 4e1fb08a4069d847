"""Derivatives of the Hessian along directions: of third and fourth order of the loss."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from .duals import Dual, Duals
from .effort import spend
from .interval_jets import hessian, loss
from .network import coordinates, shaped
from .statement import Problem

Direction = Sequence[Fraction | int]


def hessian_along(
    problem: Problem, arithmetic: Any, weights: Sequence[Any], directions: Sequence[Direction]
) -> list[list[Any]]:
    """The derivative of the Hessian along up to two directions, one after the other; at a point, or
    enclosed over a box of weights, as the numbers are."""
    n, numbers = len(coordinates(problem)), list(weights)
    spend(3 ** len(directions) * n * n * len(problem.inputs) * sum(problem.widths))
    for direction in directions:
        slopes = [arithmetic.number(d) for d in direction]
        numbers = [Dual(w, d) for w, d in zip(numbers, slopes, strict=True)]
        arithmetic = Duals(arithmetic)
    found = hessian(problem, loss(problem, arithmetic, shaped(problem, numbers), 2), arithmetic)
    for _ in directions:
        found = [[x.slope for x in row] for row in found]
    return found
