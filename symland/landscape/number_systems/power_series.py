"""Partial derivatives up to an order, over many boxes at once: for searches only.

The coefficient of s^a is D^a f / a!, enclosed over each box; see the checker's module of this name
for why sums, products and compositions are those of power series.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import factorial
from typing import Any, final

import numpy as np
from numpy.polynomial import polynomial as poly

from symland.landscape.number_systems.interval_arrays import IntervalArray, interval_arrays
from symland.landscape.number_systems.number_system import NumberSystem

__all__ = ["PowerSeries", "Series"]

Exponents = tuple[int, ...]


def _derivatives(first: Sequence[int], order: int) -> list[Any]:
    """f', f'', .. as polynomials in f, of which the first is given."""
    found = [np.array(first, dtype=float)]
    while len(found) < order:
        found.append(poly.polymul(poly.polyder(found[-1]), found[0]))
    return found


ORDER = 4
TANH, SIGMOID = _derivatives([1, 0, -1], ORDER), _derivatives([0, 1, -1], ORDER)


@final
@dataclass(slots=True)
class Series:
    """Coefficients by exponents; those that are absent are 0."""

    terms: dict[Exponents, IntervalArray]
    order: int

    def __add__(self, other: Series) -> Series:
        terms = dict(self.terms)
        for key, x in other.terms.items():
            terms[key] = terms[key] + x if key in terms else x
        return Series(terms, self.order)

    def __neg__(self) -> Series:
        return Series({key: -x for key, x in self.terms.items()}, self.order)

    def __sub__(self, other: Series) -> Series:
        return self + -other

    def __mul__(self, other: Series) -> Series:
        terms: dict[Exponents, IntervalArray] = {}
        right = [(b, sum(b), y) for b, y in other.terms.items()]
        for a, x in self.terms.items():
            room = self.order - sum(a)
            for b, degree, y in right:
                if degree <= room:
                    key = tuple(map(int.__add__, a, b))
                    term = x * y
                    terms[key] = terms[key] + term if key in terms else term
        return Series(terms, self.order)

    def square(self) -> Series:
        """The product with itself; each two different coefficients meet once."""
        terms: dict[Exponents, IntervalArray] = {}
        entries = [(a, sum(a), x) for a, x in self.terms.items()]
        for place, (a, degree, x) in enumerate(entries):
            for b, other, y in entries[place:]:
                if degree + other <= self.order:
                    key = tuple(map(int.__add__, a, b))
                    term = interval_arrays.power(x, 2) if a == b else (x + x) * y
                    terms[key] = terms[key] + term if key in terms else term
        return Series(terms, self.order)


@final
class PowerSeries(NumberSystem):
    """Series in `size` variables.

    >>> series = PowerSeries(2, 2)
    >>> x = series.variable(IntervalArray(np.array([3.0]), np.array([3.5])), 0)
    >>> {key: (c.lower.item(), c.upper.item()) for key, c in series.power(x, 2).terms.items()}
    {(0, 0): (9.0, 12.25), (1, 0): (6.0, 7.0), (2, 0): (1.0, 1.0)}
    """

    name = "power series over float intervals"

    def __init__(self, size: int, order: int):
        if not 1 <= order <= ORDER:
            raise ValueError(f"order: {order}, expected 1 to {ORDER}")
        self.order, self.zero = order, (0,) * size

    def number(self, value: Any) -> Series:
        """A constant."""
        return Series({self.zero: interval_arrays.number(value)}, self.order)

    def variable(self, value: IntervalArray, index: int) -> Series:
        """The parameter of this index, enclosed."""
        unit = tuple(int(k == index) for k in range(len(self.zero)))
        return Series({self.zero: value, unit: interval_arrays.number(1)}, self.order)

    def _chain(self, parts: Sequence[IntervalArray], z: Series) -> Series:
        """f(z) from f, f', .. at the value of z."""
        rest = Series({a: x for a, x in z.terms.items() if a != self.zero}, self.order)
        result = Series({self.zero: parts[0]}, self.order)
        powers = [rest]
        for k, part in enumerate(parts[1:], start=1):
            if k > 1:
                half = powers[k // 2 - 1]
                powers.append(half.square() if k % 2 == 0 else powers[-1] * rest)
            factor = IntervalArray(part.lower / factorial(k), part.upper / factorial(k))
            scaled = {a: x * factor for a, x in powers[-1].terms.items()}
            result = result + Series(scaled, self.order)
        return result

    def exp(self, z: Series) -> Series:
        """Its own derivative."""
        return self._chain([interval_arrays.exp(z.terms[self.zero])] * (self.order + 1), z)

    def tanh(self, z: Series) -> Series:
        """Derivatives are polynomials in the value."""
        t = interval_arrays.tanh(z.terms[self.zero])
        return self._chain([t, *(_range(p, t) for p in TANH[: self.order])], z)

    def sigmoid(self, z: Series) -> Series:
        """Derivatives are polynomials in the value."""
        s = interval_arrays.sigmoid(z.terms[self.zero])
        return self._chain([s, *(_range(p, s) for p in SIGMOID[: self.order])], z)

    def softplus(self, z: Series) -> Series:
        """Its derivative is the sigmoid."""
        value = z.terms[self.zero]
        s = interval_arrays.sigmoid(value)
        slopes = [_range(p, s) for p in SIGMOID[: self.order - 1]]
        return self._chain([interval_arrays.softplus(value), s, *slopes], z)

    def log_sum_exp(self, zs: Sequence[Series]) -> Series:
        """log of the sum of exponentials, of which the largest middle is subtracted first."""
        tops = [(z.terms[self.zero].lower + z.terms[self.zero].upper) / 2 for z in zs]
        middle = np.maximum.reduce(np.broadcast_arrays(*tops))
        top = Series({self.zero: IntervalArray(middle, middle)}, self.order)
        total = self.exp(zs[0] - top)
        for z in zs[1:]:
            total = total + self.exp(z - top)
        x = total.terms[self.zero]
        parts = [interval_arrays.log(x)]
        for k in range(1, self.order + 1):
            ends = factorial(k - 1) * x.upper**-k, factorial(k - 1) * x.lower**-k
            parts.append(IntervalArray(*ends) if k % 2 else -IntervalArray(*ends))
        return self._chain(parts, total) + top

    def power(self, z: Series, exponent: int) -> Series:
        """Squares first."""
        if exponent == 1:
            return z
        half = self.power(z, exponent // 2).square()
        return half * z if exponent % 2 else half


def _range(coefficients: Any, x: IntervalArray) -> IntervalArray:
    """Values of a polynomial on intervals: by Horner's scheme, and by the mean value theorem."""
    plain = _horner(coefficients, x)
    middle, radius = (x.lower + x.upper) / 2, (x.upper - x.lower) / 2
    slope = _horner(poly.polyder(coefficients), x)
    reach = np.maximum(abs(slope.lower), abs(slope.upper)) * radius
    value = poly.polyval(middle, coefficients)
    return IntervalArray(
        np.maximum(plain.lower, value - reach), np.minimum(plain.upper, value + reach)
    )


def _horner(coefficients: Any, x: IntervalArray) -> IntervalArray:
    result = IntervalArray(
        np.full_like(x.lower, coefficients[-1]), np.full_like(x.lower, coefficients[-1])
    )
    for a in coefficients[-2::-1]:
        result = result * x
        result = IntervalArray(result.lower + a, result.upper + a)
    return result
