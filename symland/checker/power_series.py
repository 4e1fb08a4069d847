"""Partial derivatives of every order up to a largest one, as numbers of interval_jets.py.

The coefficient of s^a in a `Series` for f is D^a f / a! at a point, or enclosed over a box of
weights: at every point of it.  These are the coefficients of the Taylor series of f there, so that
sums are taken term by term, products as products of power series (the rule of Leibniz), and f(z) by
putting the series of z without its constant term into that of f at the value of z.  What is of
higher degree than the largest order is left out everywhere; no coefficient of lower degree depends
on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import comb, factorial
from typing import Any

from . import elementary
from .effort import spend
from .interval_jets import Intervals
from .intervals import Interval, dot, number
from .verdict import Refused

Pairs = dict[int, tuple[list[Interval], list[Interval]]]  # whose products are to be summed
MAX_COEFFICIENTS = 2000
BITS_OF_EXPONENT = 3
"""A monomial s^a is the number sum a_k 8^k: exponents are below 8, and monomials are multiplied by
adding their numbers."""
MAX_ORDER = 4  # of the derivatives of elementary.py


class Series:
    """``parts``: for every degree the coefficients by their monomial; what is absent is 0.

    >>> arithmetic = PowerSeries(Intervals(20), 3, 2)
    >>> x = arithmetic.variable(number(3, 20), 0)
    >>> [[float(c.ends()[0]) for c in part.values()] for part in (x * x).parts]
    [[9.0], [6.0], [1.0], []]
    """

    __slots__ = ("parts",)

    def __init__(self, parts: list[dict[int, Interval]]) -> None:
        self.parts = parts

    @property
    def value(self) -> Interval:
        """The coefficient of degree 0."""
        return self.parts[0][0]

    def __add__(self, other: Series) -> Series:
        return Series([_sum(p, q) for p, q in zip(self.parts, other.parts, strict=True)])

    def __neg__(self) -> Series:
        return Series([{key: -x for key, x in part.items()} for part in self.parts])

    def __mul__(self, other: Series) -> Series:
        if not any(other.parts[1:]):
            spend(1 + sum(map(len, self.parts)))
            return Series(
                [{key: x * other.value for key, x in part.items()} for part in self.parts]
            )
        pairs: list[Pairs] = [{} for _ in self.parts]
        for i, p in enumerate(self.parts):
            for j, q in enumerate(other.parts[: len(pairs) - i]):
                spend(1 + len(p) * len(q))
                for a, x in p.items():
                    _collect(pairs[i + j], a, x, q.items())
        return _totals(pairs)

    def square(self) -> Series:
        """The product with itself; each two different coefficients meet once."""
        pairs: list[Pairs] = [{} for _ in self.parts]
        for i, p in enumerate(self.parts[: (len(self.parts) + 1) // 2]):
            entries = list(p.items())
            spend(1 + len(entries) ** 2 // 2)
            for place, (a, x) in enumerate(entries):
                _collect(pairs[2 * i], a, x + x, entries[place + 1 :])
                _collect(pairs[2 * i], a, x, [(a, x)])
            for j, q in enumerate(self.parts[i + 1 : len(pairs) - i], start=i + 1):
                spend(1 + len(p) * len(q))
                for a, x in entries:
                    _collect(pairs[i + j], a, x + x, q.items())
        return _totals(pairs)

    def chain(self, derivatives: Sequence[Interval]) -> Series:
        """f of it, from f, f', f'', .. at its value; those that are not listed are 0."""
        if len(self.parts[1]) == 1 and not any(self.parts[2:]):
            return self._chain_of_one(derivatives)
        bits = derivatives[0].bits
        rest = Series([{}, *self.parts[1:]])
        pairs: list[Pairs] = [{} for _ in self.parts]
        powers = [rest]
        for k, f in enumerate(derivatives[1 : len(self.parts)], start=1):
            if k > 1:
                half = powers[k // 2 - 1]
                powers.append(half.square() if k % 2 == 0 else powers[-1] * rest)
            factor = f * number(Fraction(1, factorial(k)), bits)
            spend(3 + sum(map(len, powers[-1].parts)))
            for found, part in zip(pairs, powers[-1].parts, strict=True):
                _collect(found, 0, factor, part.items())
        result = _totals(pairs)
        result.parts[0] = {0: derivatives[0]}
        return result

    def _chain_of_one(self, derivatives: Sequence[Interval]) -> Series:
        """The same for z + r s^a without further terms: f^(k)(z) r^k / k! goes with s^(k a)."""
        ((key, slope),) = self.parts[1].items()
        result = Series([{0: derivatives[0]}, *({} for _ in self.parts[1:])])
        power = slope
        spend(4 * len(self.parts))
        for k, f in enumerate(derivatives[1 : len(self.parts)], start=1):
            result.parts[k][k * key] = f * power * number(Fraction(1, factorial(k)), f.bits)
            power = power * slope
        return result

    def polynomial(self, coefficients: Sequence[int | Fraction]) -> Series:
        """A polynomial of it, lowest coefficient first."""
        parts = []
        for _ in self.parts:
            parts.append(self.value.polynomial(coefficients or (0,)))
            coefficients = [k * a for k, a in enumerate(coefficients)][1:]
            if not any(coefficients):
                break
        return self.chain(parts)


class PowerSeries:
    """Series in ``size`` weights up to the degree ``order``; for jets of order 0 only."""

    def __init__(self, base: Intervals, order: int, size: int) -> None:
        if not 1 <= order <= MAX_ORDER:
            raise Refused(f"derivatives of order {order}, expected 1 to {MAX_ORDER}")
        if comb(size + order, order) > MAX_COEFFICIENTS:
            raise Refused(f"more than {MAX_COEFFICIENTS} derivatives of one number")
        self.base, self.order = base, order

    def number(self, value: Fraction | int) -> Series:
        """A constant."""
        return self._constant(self.base.number(value))

    def _constant(self, value: Interval) -> Series:
        return Series([{0: value}, *({} for _ in range(self.order))])

    def variable(self, value: Interval, k: int) -> Series:
        """Weight k, enclosed."""
        found = self._constant(value)
        found.parts[1][1 << BITS_OF_EXPONENT * k] = self.base.number(1)
        return found

    def derivatives(self, name: str, z: Series, order: int) -> list[Series]:
        """The function itself; its derivatives are in the coefficients."""
        if order:
            raise Refused("derivatives of a power series")
        return [z.chain(elementary.derivatives(name, z.value, self.order))]

    def sign(self, z: Series) -> int:
        """1 or -1 where all values lie on one side of 0, otherwise 0."""
        return self.base.sign(z.value)

    def kinked(self, z: Series, slope: Fraction) -> Series:
        """Not known: relu has no derivative at a kink."""
        raise Refused(elementary.KINK)

    def anchor(self, zs: Sequence[Series]) -> Series:
        """A constant near the largest."""
        return self._constant(self.base.anchor([z.value for z in zs]))


def _collect(pairs: Pairs, a: int, x: Interval, others: Iterable[tuple[int, Interval]]) -> None:
    """Note the products of x s^a with others."""
    for b, y in others:
        if a + b in pairs:
            pairs[a + b][0].append(x)
            pairs[a + b][1].append(y)
        else:
            pairs[a + b] = ([x], [y])


def _totals(pairs: list[Pairs]) -> Series:
    return Series([{key: dot(*both) for key, both in part.items()} for part in pairs])


def _sum(p: dict[int, Interval], q: dict[int, Interval]) -> dict[int, Interval]:
    spend(1 + (len(p) + len(q)) // 3)
    result: dict[int, Any] = dict(p)
    for key, y in q.items():
        result[key] = result[key] + y if key in result else y
    return result
