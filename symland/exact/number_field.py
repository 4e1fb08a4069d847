"""Real number fields Q(t): t a real root of an irreducible polynomial, named by an interval.

An element is a polynomial in t of degree below that of the field, held by FLINT. It is zero if
and only if that polynomial is; its sign is read off a ball around t, at growing precision.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flint import arb, ctx, fmpq, fmpq_poly

from symland.exact.rational_matrix import as_fmpq
from symland.exact.real_roots import Interval, has_one_root, refine

__all__ = ["AlgebraicNumber", "NumberField", "enclosure", "ends", "precision", "sign"]


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Arb's working precision inside the block; whatever it was before is restored after.

    >>> with precision(200):
    ...     float(arb(2).sqrt().rad()) < 1e-58
    True
    """
    saved = ctx.prec
    ctx.prec = bits
    try:
        yield
    finally:
        ctx.prec = saved


def ends(ball: arb, bits: int) -> Interval:
    """The ends of a ball as rational numbers, rounded outwards at the given precision."""
    with precision(bits):
        return ball.lower().fmpq(), ball.upper().fmpq()


@dataclass(frozen=True, eq=False)
class NumberField:
    """Q(t) for the one root t of an irreducible polynomial in a closed rational interval.

    Raises ValueError where the interval does not isolate a root by a change of sign.

    Examples
    --------
    >>> field = NumberField(fmpq_poly([-2, 0, 1]), (fmpq(1), fmpq(2)))
    >>> t = field.generator
    >>> t * t == 2, (t - fmpq(3, 2)).sign()
    (True, -1)
    """

    polynomial: fmpq_poly
    interval: Interval

    def __post_init__(self) -> None:
        if not has_one_root(self.polynomial, self.interval):
            raise ValueError(f"interval {self.interval}: expected one root of {self.polynomial}")

    @property
    def degree(self) -> int:
        """The dimension over Q."""
        return int(self.polynomial.degree())

    @cached_property
    def generator(self) -> AlgebraicNumber:
        """The root t itself."""
        return self.element(fmpq_poly([0, 1]))

    def element(self, value: Any) -> AlgebraicNumber:
        """The element that a rational number or a polynomial in t stands for."""
        if isinstance(value, AlgebraicNumber):
            return value
        poly = value if isinstance(value, fmpq_poly) else fmpq_poly([as_fmpq(value)])
        return AlgebraicNumber(self, poly % self.polynomial)

    def root_enclosure(self, bits: int) -> arb:
        """A ball that holds t, about `bits` bits narrow."""
        low, high = self._refined(bits)
        with precision(bits + 8):
            return arb(low).union(arb(high))

    def _refined(self, bits: int) -> Interval:
        known: Interval = self.__dict__.get("_narrow", self.interval)
        magnitude = max(abs(known[0]), abs(known[1]), fmpq(1))
        width = magnitude / fmpq(2) ** bits
        if known[1] - known[0] > width:
            known = refine(self.polynomial, known, width)
            self.__dict__["_narrow"] = known
        return known


class AlgebraicNumber:
    """An element of a real number field; arithmetic with rational numbers is understood."""

    __slots__ = ("field", "poly")

    def __init__(self, field: NumberField, poly: fmpq_poly):
        self.field = field
        self.poly = poly

    def _other(self, value: Any) -> fmpq_poly:
        return value.poly if isinstance(value, AlgebraicNumber) else fmpq_poly([as_fmpq(value)])

    def __add__(self, other: Any) -> AlgebraicNumber:
        return AlgebraicNumber(self.field, self.poly + self._other(other))

    __radd__ = __add__

    def __neg__(self) -> AlgebraicNumber:
        return AlgebraicNumber(self.field, -self.poly)

    def __sub__(self, other: Any) -> AlgebraicNumber:
        return AlgebraicNumber(self.field, self.poly - self._other(other))

    def __rsub__(self, other: Any) -> AlgebraicNumber:
        return AlgebraicNumber(self.field, self._other(other) - self.poly)

    def __mul__(self, other: Any) -> AlgebraicNumber:
        return AlgebraicNumber(self.field, self.poly * self._other(other) % self.field.polynomial)

    __rmul__ = __mul__

    def inverse(self) -> AlgebraicNumber:
        """1 / self; ZeroDivisionError at zero."""
        if not self.poly:
            raise ZeroDivisionError("inverse of zero in a number field")
        _, cofactor, _ = self.poly.xgcd(self.field.polynomial)
        return AlgebraicNumber(self.field, cofactor % self.field.polynomial)

    def __truediv__(self, other: Any) -> AlgebraicNumber:
        return self * self.field.element(other).inverse()

    def __rtruediv__(self, other: Any) -> AlgebraicNumber:
        return self.inverse() * other

    def __bool__(self) -> bool:
        return bool(self.poly)

    def __eq__(self, other: object) -> bool:
        return bool(self.poly == self._other(other))

    def __hash__(self) -> int:
        return hash(tuple(map(str, self.poly.coeffs())))

    def __repr__(self) -> str:
        return f"AlgebraicNumber({self.poly})"

    def sign(self) -> int:
        """-1, 0 or 1."""
        if not self.poly:
            return 0
        bits = 64
        while True:
            ball = self.enclosure(bits)
            if ball > 0:
                return 1
            if ball < 0:
                return -1
            bits *= 2

    def enclosure(self, bits: int = 64) -> arb:
        """A ball that holds the number, about `bits` bits of working precision."""
        with precision(bits):
            if self.poly.degree() <= 0:
                return arb(self.poly[0])
            root, value = self.field.root_enclosure(bits), arb(0)
            for coefficient in reversed(self.poly.coeffs()):
                value = value * root + arb(coefficient)
            return value


def sign(value: Any) -> int:
    """The sign of a rational or algebraic number.

    >>> sign(fmpq(-1, 3)), sign(0)
    (-1, 0)
    """
    if isinstance(value, AlgebraicNumber):
        return value.sign()
    return (value > 0) - (value < 0)


def enclosure(value: Any, bits: int = 64) -> arb:
    """A ball that holds a rational or algebraic number."""
    if isinstance(value, AlgebraicNumber):
        return value.enclosure(bits)
    with precision(bits):
        return arb(as_fmpq(value))
