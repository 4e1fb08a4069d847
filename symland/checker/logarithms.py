"""Numbers r + log q with rational r and q > 0: sigmoid, tanh and exp of log q are rational.

Such a number is 0 only if r = 0 and q = 1: for rational q other than 1, log q is irrational (even
transcendental, by Lindemann), so r + log q = 0 forces q = 1.  Sums stay in the set; products do if
one factor is an integer or both are rational, everything else is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from .effort import spend
from .elementary import KINK, SIGMOID, TANH
from .verdict import Refused

MAX_BITS = 100_000


def _bits(x: Fraction) -> int:
    return x.numerator.bit_length() + x.denominator.bit_length()


class Logarithmic:
    """The real number ``rational`` + log ``argument``.

    >>> x = Logarithmic(Fraction(1), Fraction(2))
    >>> y = x + x * Logarithmic(Fraction(-1))
    >>> y.rational, y.argument
    (Fraction(0, 1), Fraction(1, 1))
    """

    __slots__ = ("argument", "rational")

    def __init__(self, rational: Fraction, argument: Fraction = Fraction(1)) -> None:
        if _bits(argument) > MAX_BITS:
            raise Refused("the logarithm of a number of too many digits")
        self.rational, self.argument = rational, argument

    def __add__(self, other: Logarithmic) -> Logarithmic:
        spend(1, _bits(self.rational), _bits(other.rational))
        spend(1, _bits(self.argument), _bits(other.argument))
        return Logarithmic(self.rational + other.rational, self.argument * other.argument)

    def __neg__(self) -> Logarithmic:
        return Logarithmic(-self.rational, 1 / self.argument)

    def __mul__(self, other: Logarithmic) -> Logarithmic:
        if self.argument != 1:
            return other._multiple(self) if other.argument == 1 else self._refuse()
        return self._multiple(other)

    def _refuse(self) -> Logarithmic:
        raise Refused("a product of two logarithms")

    def _multiple(self, other: Logarithmic) -> Logarithmic:
        """A rational times any number of the set."""
        factor = self.rational
        spend(1, _bits(factor), _bits(other.rational))
        if other.argument == 1:
            return Logarithmic(factor * other.rational)
        if factor.denominator != 1:
            raise Refused("a logarithm times a number that is no integer")
        size = abs(factor.numerator) * _bits(other.argument)
        if size > MAX_BITS:
            raise Refused("the logarithm of a number of too many digits")
        spend(1, size)
        return Logarithmic(factor * other.rational, other.argument ** int(factor))

    def polynomial(self, coefficients: Sequence[Fraction | int]) -> Logarithmic:
        """The polynomial at this number, by Horner's scheme."""
        result = Logarithmic(Fraction(0))
        for a in reversed(coefficients):
            result = result * self + Logarithmic(Fraction(a))
        return result

    def is_zero(self) -> bool:
        """Whether the number is written as 0 + log 1."""
        return self.rational == 0 and self.argument == 1

    def as_rational(self) -> Fraction:
        """The number itself; `Refused` if it is irrational."""
        if self.argument != 1:
            raise Refused("a number that is not rational")
        return self.rational


class Logarithms:
    """The arithmetic for interval_jets.py at exact points."""

    def number(self, value: Fraction | int) -> Logarithmic:
        """A rational number."""
        return Logarithmic(Fraction(value))

    def sign(self, z: Logarithmic) -> int:
        """The sign of a rational or of a logarithm; 0, which decides nothing, for a sum of both."""
        size = z.rational if z.argument == 1 else z.argument - 1
        if z.argument != 1 and z.rational:
            return 0
        return int(size > 0) - int(size < 0)

    def kinked(self, z: Logarithmic, slope: Fraction) -> Logarithmic:
        """0 at 0; a number whose sign is not known is refused."""
        if not z.is_zero():
            raise Refused(KINK)
        return z

    def anchor(self, zs: Sequence[Logarithmic]) -> Logarithmic:
        """0: nothing is subtracted before exponentials are summed."""
        return Logarithmic(Fraction(0))

    def derivatives(self, name: str, z: Logarithmic, order: int) -> list[Logarithmic]:
        """Value and derivatives, from e^z where that is rational."""
        if name == "log":
            x = z.as_rational()
            if x <= 0:
                raise Refused("the logarithm of a number that is not positive")
            powers = [Logarithmic(a / x**k) for k, a in ((1, 1), (2, -1), (3, 2))]
            return [Logarithmic(Fraction(0), x), *powers[:order]]
        if z.rational:
            raise Refused(f"{name} of a number that is not the logarithm of a rational")
        q = z.argument
        spend(8, _bits(q))
        if name == "exp":
            return [Logarithmic(q)] * (order + 1)
        if name == "tanh":
            t = Logarithmic((q * q - 1) / (q * q + 1))
            return [t, *(t.polynomial(p) for p in TANH[:order])]
        s = Logarithmic(q / (1 + q))
        listed = [s, *(s.polynomial(p) for p in SIGMOID[:order])]
        if name == "softplus":
            return [Logarithmic(Fraction(0), 1 + q), *listed[:order]]
        if name != "sigmoid":
            raise Refused(f"no exact value of the function {name}")
        return listed
