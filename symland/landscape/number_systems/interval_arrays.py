"""Many intervals at once in floating point, without outward rounding: for searches only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, final

import numpy as np
import numpy.typing as npt

from symland.landscape.number_systems.number_system import NumberSystem

__all__ = ["IntervalArray", "IntervalArrays", "interval_arrays"]

Array = npt.NDArray[np.float64]


@final
@dataclass(slots=True)  # frozen, it would take three times as long to make
class IntervalArray:
    """Intervals [lower, upper], entry by entry.

    >>> x = IntervalArray(np.array([-1.0, 2.0]), np.array([3.0, 2.5]))
    >>> (x * x).lower.tolist(), (x - x).upper.tolist()
    ([-3.0, 4.0], [4.0, 0.5])
    """

    lower: Array
    upper: Array

    def __add__(self, other: IntervalArray) -> IntervalArray:
        return IntervalArray(self.lower + other.lower, self.upper + other.upper)

    def __neg__(self) -> IntervalArray:
        return IntervalArray(-self.upper, -self.lower)

    def __sub__(self, other: IntervalArray) -> IntervalArray:
        return IntervalArray(self.lower - other.upper, self.upper - other.lower)

    def __mul__(self, other: IntervalArray) -> IntervalArray:
        a, b = self.lower * other.lower, self.lower * other.upper
        c, d = self.upper * other.lower, self.upper * other.upper
        return IntervalArray(
            np.minimum(np.minimum(a, b), np.minimum(c, d)),
            np.maximum(np.maximum(a, b), np.maximum(c, d)),
        )


@final
class IntervalArrays(NumberSystem):
    """Arrays of intervals; rounding errors are not covered."""

    name = "arrays of float intervals"

    def number(self, value: Any) -> IntervalArray:
        """The interval of one point, the float nearest to the rational."""
        exact = np.asarray(float(Fraction(value)))
        return IntervalArray(exact, exact)

    def _increasing(self, function: Any, z: IntervalArray) -> IntervalArray:
        return IntervalArray(function(z.lower), function(z.upper))

    def exp(self, z: Any) -> Any:
        """Increasing: the images of both ends."""
        return self._increasing(np.exp, z)

    def log(self, z: Any) -> Any:
        """Increasing: the images of both ends."""
        return self._increasing(np.log, z)

    def tanh(self, z: Any) -> Any:
        """Increasing: the images of both ends."""
        return self._increasing(np.tanh, z)

    def sigmoid(self, z: Any) -> Any:
        """Increasing: the images of both ends, by tanh, which does not overflow."""
        return self._increasing(lambda x: 0.5 + 0.5 * np.tanh(0.5 * x), z)

    def softplus(self, z: Any) -> Any:
        """Increasing: the images of both ends, without overflow."""
        return self._increasing(lambda x: np.logaddexp(0.0, x), z)

    def log_sum_exp(self, zs: Sequence[Any]) -> Any:
        """Increasing in every argument: all lower ends, and all upper ends."""
        ends = [
            np.logaddexp.reduce(np.broadcast_arrays(*(getattr(z, end) for z in zs)))
            for end in ("lower", "upper")
        ]
        return IntervalArray(*ends)

    def power(self, z: Any, exponent: int) -> Any:
        """A positive integer power; an even one is at least 0 where z holds 0."""
        if exponent % 2:
            return self._increasing(lambda x: x**exponent, z)
        a, b = z.lower**exponent, z.upper**exponent
        inside = (z.lower <= 0) & (z.upper >= 0)
        return IntervalArray(np.where(inside, 0.0, np.minimum(a, b)), np.maximum(a, b))


interval_arrays = IntervalArrays()
