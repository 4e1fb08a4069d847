"""Numbers with one derivative each, by the rules of calculus."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from . import elementary
from .verdict import Refused

Number = Any  # an Interval, a number of logarithms.py, or a Dual


class Dual:
    """A number of some arithmetic, and its derivative along a direction: over a box of weights,
    enclosures of both."""

    __slots__ = ("slope", "value")

    def __init__(self, value: Number, slope: Number) -> None:
        self.value, self.slope = value, slope

    def __add__(self, other: Any) -> Dual:
        if isinstance(other, Dual):
            return Dual(self.value + other.value, self.slope + other.slope)
        return Dual(self.value + other, self.slope)

    def __sub__(self, other: Dual) -> Dual:
        return Dual(self.value - other.value, self.slope - other.slope)

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.slope)

    def __mul__(self, other: Any) -> Dual:
        if isinstance(other, Dual):
            slope = self.slope * other.value + self.value * other.slope
            return Dual(self.value * other.value, slope)
        return Dual(self.value * other, self.slope * other)

    def polynomial(self, coefficients: Sequence[int | Fraction]) -> Dual:
        """A polynomial of it, lowest coefficient first."""
        slope = [k * a for k, a in enumerate(coefficients)][1:]
        return Dual(
            self.value.polynomial(coefficients), self.value.polynomial(slope or (0,)) * self.slope
        )


class Duals:
    """Duals for interval_jets.py whose parts are numbers of another arithmetic: third derivatives
    of the loss are the slopes of its second ones, fourth ones those of duals of duals.

    Numbers of the two arithmetics do not meet: each is made by `number`, or from such ones.
    """

    def __init__(self, base: Any) -> None:
        self.base, self.zero = base, base.number(0)

    def number(self, value: Fraction | int) -> Dual:
        """A constant."""
        return Dual(self.base.number(value), self.zero)

    def derivatives(self, name: str, z: Dual, order: int) -> list[Dual]:
        """Value and derivatives of a function, each with its own derivative."""
        parts = self.base.derivatives(name, z.value, order + 1)
        return [Dual(parts[k], parts[k + 1] * z.slope) for k in range(order + 1)]

    def sign(self, z: Dual) -> int:
        """1 or -1 where all values lie on one side of 0, otherwise 0."""
        return int(self.base.sign(z.value))

    def kinked(self, z: Dual, slope: Fraction) -> Dual:
        """Not known: relu has no derivative at a kink."""
        raise Refused(elementary.KINK)

    def anchor(self, zs: Sequence[Dual]) -> Dual:
        """A constant near the largest."""
        return Dual(self.base.anchor([z.value for z in zs]), self.zero)
