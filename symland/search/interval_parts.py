"""Middles, radii and multiples of arrays of intervals."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from symland.landscape.number_systems.interval_arrays import IntervalArray

__all__ = ["by_positive", "meet", "parts", "reciprocal", "times", "weight"]

Array = npt.NDArray[Any]


def parts(x: IntervalArray, size: int) -> tuple[Array, Array, Array]:
    """Middles, radii, and the largest absolute values, of so many intervals.

    >>> [a.tolist() for a in parts(IntervalArray(np.array([-1.0]), np.array([3.0])), 1)]
    [[1.0], [2.0], [3.0]]
    """
    low, high = (np.broadcast_to(end, size) for end in (x.lower, x.upper))
    return (low + high) / 2, (high - low) / 2, np.maximum(abs(low), abs(high))


def times(x: IntervalArray, factor: Any) -> IntervalArray:
    """The multiples by numbers, one or one each."""
    ends = x.lower * factor, x.upper * factor
    return IntervalArray(np.minimum(*ends), np.maximum(*ends))


def reciprocal(x: IntervalArray) -> IntervalArray:
    """All 1 / x; everything where 0 is an x (and 0 times that is nan).

    >>> reciprocal(IntervalArray(np.array([2.0, -1.0]), np.array([4.0, 0.0])))
    IntervalArray(lower=array([0.25, -inf]), upper=array([0.5, inf]))
    """
    known: Array = np.asarray((x.lower > 0) | (x.upper < 0))
    low, high = (np.where(known, end, 1.0) for end in (x.lower, x.upper))
    return IntervalArray(np.where(known, 1 / high, -np.inf), np.where(known, 1 / low, np.inf))


def weight(low: Array, high: Array, k: int) -> IntervalArray:
    """Weight k over boxes, rows of ends."""
    return IntervalArray(low[:, k], high[:, k])


def by_positive(factor: IntervalArray, positive: IntervalArray) -> IntervalArray:
    """Products by positive numbers, which may be infinite.

    >>> x = IntervalArray(np.array([0.0]), np.array([1.0]))
    >>> by_positive(x, IntervalArray(np.array([1.0]), np.array([np.inf])))
    IntervalArray(lower=array([0.]), upper=array([inf]))
    """
    low = np.where(factor.lower >= 0, positive.lower, positive.upper)
    high = np.where(factor.upper <= 0, positive.lower, positive.upper)
    return IntervalArray(factor.lower * low, factor.upper * high)


def meet(x: IntervalArray, y: IntervalArray) -> IntervalArray:
    """What two enclosures have in common; of one that is nan, the other.

    >>> two = (IntervalArray(np.array([0.0]), np.array([a])) for a in (2.0, np.nan))
    >>> meet(*two)
    IntervalArray(lower=array([0.]), upper=array([2.]))
    """
    lower, upper = np.fmax(x.lower, y.lower), np.fmin(x.upper, y.upper)
    return IntervalArray(np.fmin(lower, upper), np.fmax(lower, upper))
