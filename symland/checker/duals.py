"""Intervals with one derivative each, by the rules of calculus."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from . import elementary
from .interval_jets import Intervals
from .intervals import Interval, number
from .verdict import Refused


class Dual:
    """An enclosure of a function over a box of weights, and of its derivative along a direction."""

    __slots__ = ("slope", "value")

    def __init__(self, value: Interval, slope: Interval) -> None:
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
    """Arithmetic of duals for interval_jets.py: third derivatives of the loss are the slopes of its
    second ones."""

    def __init__(self, bits: int) -> None:
        self.bits, self.zero = bits, number(0, bits)

    def number(self, value: Fraction | int) -> Dual:
        """A constant."""
        return Dual(number(value, self.bits), self.zero)

    def derivatives(self, name: str, z: Dual, order: int) -> list[Dual]:
        """Value and derivatives of a function, each with its own derivative."""
        parts = elementary.derivatives(name, z.value, order + 1)
        return [Dual(parts[k], parts[k + 1] * z.slope) for k in range(order + 1)]

    def sign(self, z: Dual) -> int:
        """1 or -1 where all values lie on one side of 0, otherwise 0."""
        return Intervals(self.bits).sign(z.value)

    def kinked(self, z: Dual, slope: Fraction) -> Dual:
        """Not known: relu has no derivative at a kink."""
        raise Refused(elementary.KINK)

    def anchor(self, zs: Sequence[Dual]) -> Dual:
        """A constant near the largest."""
        return Dual(Intervals(self.bits).anchor([z.value for z in zs]), self.zero)
