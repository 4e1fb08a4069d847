"""mpmath's numbers to any number of digits: for 50-digit evaluation, nothing here is proved."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, final

from symland.landscape.number_systems.number_system import Transcendental

__all__ = ["Multiprecision"]


@final
class Multiprecision(Transcendental):
    """Floating-point numbers of this many decimal digits, in an mpmath context of their own.

    >>> print(Multiprecision(30).tanh(Multiprecision(30).number(Fraction(1, 2))))
    0.462117157260009758502318483644
    """

    name = "multiprecision numbers"

    def __init__(self, digits: int = 50):
        from mpmath import MPContext

        self.context = MPContext()
        self.context.dps = digits
        self._least = self.context.mpf(10) ** (10 - digits)

    def number(self, value: Any) -> Any:
        """The rational rounded to the digits of this system."""
        exact = Fraction(value)
        return self.context.mpf(exact.numerator) / exact.denominator

    def exp(self, z: Any) -> Any:
        """mpmath's exp."""
        return self.context.exp(z)

    def log(self, z: Any) -> Any:
        """mpmath's natural logarithm."""
        return self.context.log(z)

    def tanh(self, z: Any) -> Any:
        """mpmath's tanh."""
        return self.context.tanh(z)

    def sign(self, z: Any) -> int:
        """0 also where the last ten digits of a number about 1 do not tell z from 0."""
        return 0 if abs(z) < self._least else (z > 0) - (z < 0)

    def is_nothing(self, value: Any) -> bool:
        """Whether the number is 0."""
        return bool(value == 0)

    def root(self, polynomial: Sequence[Fraction], interval: tuple[Fraction, Fraction]) -> Any:
        """The middle of the isolated root, ten bits beyond the digits."""
        low, high = isolated_root(polynomial, interval, self.context.prec + 10)
        return self.number((low + high) / 2)


def isolated_root(
    polynomial: Sequence[Fraction], interval: tuple[Fraction, Fraction], bits: int
) -> tuple[Fraction, Fraction]:
    """The interval bisected to width 2^-bits around the one root in it.

    >>> square_minus_two = [Fraction(-2), Fraction(0), Fraction(1)]
    >>> low, high = isolated_root(square_minus_two, (Fraction(1), Fraction(2)), 9)
    >>> low * low <= 2 <= high * high, high - low <= Fraction(1, 512)
    (True, True)
    """

    def value(x: Fraction) -> Fraction:
        return sum((c * x**k for k, c in enumerate(polynomial)), Fraction(0))

    low, high = interval
    at_low = value(low)
    if at_low == 0:
        return low, low
    if value(high) == 0:
        return high, high
    while high - low > Fraction(1, 2**bits):
        middle = (low + high) / 2
        at_middle = value(middle)
        if at_middle == 0:
            return middle, middle
        low, high = (middle, high) if (at_middle > 0) == (at_low > 0) else (low, middle)
    return low, high
