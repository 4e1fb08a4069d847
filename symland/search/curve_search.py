"""Curves through a critical point along which the loss first falls, or first rises."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flint import fmpq, fmpq_poly

from symland.exact.rational_matrix import as_fmpq
from symland.landscape.loss import loss
from symland.landscape.number_systems.exact_rings import germs
from symland.landscape.parameters import flat, shaped
from symland.problem.problem import Problem
from symland.search.deadline import Deadline

__all__ = ["FoundCurve", "find_curve"]


@dataclass(frozen=True)
class FoundCurve:
    """Displacements by parameter, entries polynomials in s without constant term; its order."""

    moves: Mapping[str, Any]
    order: int


def find_curve(
    problem: Problem, point: Mapping[str, Any], wanted: int, seed: int, deadline: Deadline
) -> FoundCurve | None:
    """A polynomial curve through a rational point with a lowest-order term of the wanted sign.

    Tries lines along coordinate directions and small random integer vectors, then parabolas; the
    loss along each is expanded exactly. None if none was found before the deadline.
    """
    choose = random.Random(seed)
    shapes = problem.network.shapes
    base = [as_fmpq(x) for x in flat(shapes, point)]
    for trial in range(20 * len(base) + 400):
        if deadline.passed():
            return None
        moves = _moves(choose, len(base), trial)
        along = [fmpq_poly([w, *move]) for w, move in zip(base, moves, strict=True)]
        difference = fmpq_poly(loss(problem, germs, shaped(shapes, along)))
        coefficients = difference.coeffs()
        order = next((k for k, c in enumerate(coefficients) if k and c), 0)
        if order and (coefficients[order] > 0) == (wanted > 0):
            polynomials = [fmpq_poly([0, *move]) for move in moves]
            return FoundCurve(shaped(shapes, polynomials), order)
    return None


def _moves(choose: random.Random, size: int, trial: int) -> list[tuple[fmpq, ...]]:
    """Coefficients of s, s^2 for every parameter."""
    if trial < 2 * size:
        sign = 1 if trial % 2 else -1
        return [(fmpq(sign if i == trial // 2 else 0),) for i in range(size)]
    powers = 1 + (trial % 3 == 0)
    share = choose.choice((0.2, 0.5, 0.9))
    return [
        tuple(fmpq(choose.randint(-2, 2) if choose.random() < share else 0) for _ in range(powers))
        for _ in range(size)
    ]
