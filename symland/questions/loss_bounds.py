"""Rational bounds around a ball, a little wider than it, and what of them is printed."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb, fmpq

from symland.enclosure.dyadic import binary_logarithm, dyadic
from symland.exact.decimals import interval_bounds
from symland.exact.rational_matrix import as_fmpq
from symland.landscape.parameters import flat
from symland.problem.problem import Problem

__all__ = ["bounds", "bounds_json", "is_nonnegative"]


def bounds(value: arb, fine: int, nonnegative: bool = False) -> tuple[fmpq, fmpq]:
    """Bounds of 16 decimal digits, outside the ball by 2^-46 of its size and 2^-fine.

    The checker computes with fixed point, so `fine` has to be below its binary places.

    A number known to be `nonnegative` has a nonnegative lower bound.

    >>> low, high = bounds(arb(3), 100)
    >>> low < 3 < high, (high - low) * 10**13 < 1
    (True, True)
    """
    places = fine + 4 if value.contains(0) else max(60 - binary_logarithm(value), 0)
    middle = dyadic(value, places)
    slack = abs(middle) * fmpq(1, 2**46) + fmpq(2, 2**places) + fmpq(1, 2**fine)
    slack += 2 * dyadic(arb(value.rad()), places + 20)
    lower, upper = middle - slack, middle + slack
    if nonnegative:
        lower = max(lower, fmpq(0))
    low, high = (Fraction(end) for end in interval_bounds(lower, upper))
    return as_fmpq(low), as_fmpq(high)


def bounds_json(lower: fmpq, upper: fmpq) -> dict[str, Any]:
    """A loss between two rationals as an answer writes it."""
    low, high = interval_bounds(lower, upper)
    return {"lower": low, "upper": high, "exact": None}


def is_nonnegative(problem: Problem) -> bool:
    """Whether the loss is a sum of terms that are never negative."""
    weights = problem.loss.weights or ()
    l2 = flat({n: problem.network.shapes[n] for n in problem.l2 or {}}, problem.l2 or {})
    return all(w >= 0 for row in weights for w in row) and all(x >= 0 for x in l2)
