"""Dyadic intervals: sets [lower, upper] / 2^bits with integers lower <= upper, rounded outwards.

What an operation returns contains every value that the operation takes on members of the operands
(`>>` rounds down, and -(-x >> n) rounds up).  The number of binary places is fixed for a whole
computation, so a rounding error is at most one unit of 2^-bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from .effort import spend
from .verdict import Refused

MIXED = "intervals of two precisions in one computation"
LONG = 1 << 1024  # products beyond are counted one by one (effort.py)


class Interval:
    """The real numbers between ``lower`` / 2^bits and ``upper`` / 2^bits.

    >>> x = Interval.between(Fraction(-1), Fraction(2), 8)
    >>> (x * x).ends(), x.square().ends()
    ((Fraction(-2, 1), Fraction(4, 1)), (Fraction(0, 1), Fraction(4, 1)))
    """

    __slots__ = ("bits", "lower", "upper")

    def __init__(self, lower: int, upper: int, bits: int) -> None:
        self.lower, self.upper, self.bits = lower, upper, bits

    @classmethod
    def between(cls, lower: Fraction, upper: Fraction, bits: int) -> Interval:
        """The smallest interval with that many binary places around lower <= upper."""
        if lower > upper:
            raise Refused("an interval ends before it begins")
        return cls(_down(lower, bits), -_down(-upper, bits), bits)

    def ends(self) -> tuple[Fraction, Fraction]:
        """Both ends as rationals."""
        return Fraction(self.lower, 1 << self.bits), Fraction(self.upper, 1 << self.bits)

    def __add__(self, other: Interval) -> Interval:
        if self.bits != other.bits:
            raise Refused(MIXED)
        return Interval(self.lower + other.lower, self.upper + other.upper, self.bits)

    def __neg__(self) -> Interval:
        return Interval(-self.upper, -self.lower, self.bits)

    def __sub__(self, other: Interval) -> Interval:
        if self.bits != other.bits:
            raise Refused(MIXED)
        return Interval(self.lower - other.upper, self.upper - other.lower, self.bits)

    def __mul__(self, other: Interval) -> Interval:
        if self.bits != other.bits:
            raise Refused(MIXED)
        a, c = self.lower, other.lower
        if a >= 0 and c >= 0:  # the case met most often
            low, high = a * c, self.upper * other.upper
        else:
            low, high = _product(a, self.upper, c, other.upper)
        if high > LONG or low < -LONG:
            _count_long(low, high)
        return Interval(low >> self.bits, -(-high >> self.bits), self.bits)

    def square(self) -> Interval:
        """All x^2; never negative."""
        low, high = (x * x for x in self.magnitudes())
        if high > LONG:
            _count_long(low, high)
        return Interval(low >> self.bits, -(-high >> self.bits), self.bits)

    def power(self, exponent: int) -> Interval:
        """All x^n, n at least 1: odd powers grow with x."""
        if exponent < 1:
            raise ValueError(f"exponent: {exponent}, expected at least 1")
        if exponent == 1:
            return self
        if exponent % 2 == 0:
            return self.power(exponent // 2).square()
        if self.lower == self.upper:
            return self * self.power(exponent - 1)
        ends = (Interval(x, x, self.bits) for x in (self.lower, self.upper))
        low, high = (x * x.power(exponent - 1) for x in ends)
        return Interval(low.lower, high.upper, self.bits)

    def magnitudes(self) -> tuple[int, int]:
        """The least and the largest |x|, in units of 2^-bits."""
        a, b = abs(self.lower), abs(self.upper)
        straddles = self.lower <= 0 <= self.upper
        return 0 if straddles else min(a, b), max(a, b)

    def reciprocal(self) -> Interval:
        """All 1/x; `Refused` if 0 is among the x."""
        if self.lower <= 0 <= self.upper:
            raise Refused("division by an interval that contains 0")
        spend(2, self.bits)
        one = 1 << 2 * self.bits
        return Interval(one // self.upper, -(-one // self.lower), self.bits)

    def meet(self, other: Interval) -> Interval:
        """The intersection of two enclosures of one set, so never empty."""
        if self.bits != other.bits:
            raise Refused(MIXED)
        low, high = max(self.lower, other.lower), min(self.upper, other.upper)
        if low > high:
            raise Refused("two enclosures of one number are disjoint")
        return Interval(low, high, self.bits)

    def polynomial(self, coefficients: Sequence[int | Fraction]) -> Interval:
        """All p(x), lowest coefficient first: Horner's scheme over the interval, and over the
        slope p' around the midpoint (mean value theorem); both are enclosures, so is the meet.
        An even polynomial is one in x^2, which is known not to be negative; a power is monotone."""
        spend(3 * len(coefficients))
        if not coefficients:
            return Interval(0, 0, self.bits)
        if len(coefficients) > 2 and not any(coefficients[:-1]):
            power, a = self._power(len(coefficients) - 1), coefficients[-1]
            return power if a == 1 else power * number(a, self.bits)
        even = not any(coefficients[1::2])
        plain = self.square()._horner(coefficients[::2]) if even else self._horner(coefficients)
        if self.lower == self.upper or len(coefficients) < (4 if even else 3):
            return plain  # which is the range, but for rounding
        centre = Interval(middle := (self.lower + self.upper) >> 1, middle, self.bits)
        slope = self._horner([k * a for k, a in enumerate(coefficients)][1:])
        return plain.meet(centre._horner(coefficients) + slope * (self - centre))

    def _power(self, n: int) -> Interval:
        """All x^n, n > 0: it rises with x where n is odd, with |x| where n is even."""
        if n % 2 == 0:
            least, most = self.magnitudes()
            return Interval(
                _power(least, n, self.bits)[0], _power(most, n, self.bits)[1], self.bits
            )
        low, high = (_power(abs(x), n, self.bits) for x in (self.lower, self.upper))
        return Interval(
            low[0] if self.lower >= 0 else -low[1],
            high[1] if self.upper >= 0 else -high[0],
            self.bits,
        )

    def _horner(self, coefficients: Sequence[int | Fraction]) -> Interval:
        result = number(coefficients[-1], self.bits)
        for a in reversed(coefficients[:-1]):
            result = result * self
            if a:
                result = result + number(a, self.bits)
        return result


def _power(x: int, n: int, bits: int) -> tuple[int, int]:
    """Bounds of x^n for x >= 0, all in units of 2^-bits."""
    low = high = x
    for _ in range(n - 1):
        low = low * x >> bits
        high = -(-high * x >> bits)
        if high > LONG:
            _count_long(low, high)
    return low, high


def _down(value: Fraction | int, bits: int) -> int:
    """The largest multiple of 2^-bits that is not above a rational, in that unit."""
    above, below = value.numerator, value.denominator
    if below == 1:
        return above << bits
    if below > LONG:
        spend(1, above.bit_length() + bits, below.bit_length())
    return (above << bits) // below


def _count_long(low: int, high: int) -> None:
    """Count two products by their lengths; how many short ones there are is counted elsewhere."""
    half = max(low.bit_length(), high.bit_length()) >> 1
    spend(2, half)


def number(value: Fraction | int, bits: int) -> Interval:
    """The smallest interval around a rational; a point where its denominator divides 2^bits."""
    if value.denominator == 1:
        whole = value.numerator << bits
        return Interval(whole, whole, bits)
    low = _down(value, bits)
    exact = low * value.denominator == value.numerator << bits
    return Interval(low, low if exact else low + 1, bits)


def _product(a: int, b: int, c: int, d: int) -> tuple[int, int]:
    """The least and largest product of a number in [a, b] with one in [c, d]."""
    if a >= 0:
        if c >= 0:
            return a * c, b * d
        return (b * c, a * d) if d <= 0 else (b * c, b * d)
    if b <= 0:
        if d <= 0:
            return b * d, a * c
        return (a * d, b * c) if c >= 0 else (a * d, a * c)
    if c >= 0:
        return a * d, b * d
    if d <= 0:
        return b * c, a * c
    return min(a * d, b * c), max(a * c, b * d)


def dot(u: Sequence[Interval], v: Sequence[Interval]) -> Interval:
    """The sum of products, rounded once at the end; the sequences are not empty."""
    bits, low, high = u[0].bits, 0, 0
    for x, y in zip(u, v, strict=True):
        if x.bits != bits or y.bits != bits:
            raise Refused(MIXED)
        least, largest = _product(x.lower, x.upper, y.lower, y.upper)
        if largest > LONG or least < -LONG:
            _count_long(least, largest)
        low += least
        high += largest
    return Interval(low >> bits, -(-high >> bits), bits)


Matrix = list[list[Interval]]


def product(a: Matrix, b: Matrix) -> Matrix:
    """The matrix product."""
    spend(len(a) * len(b) * len(b[0]) // 6)
    columns = [list(column) for column in zip(*b, strict=True)]
    return [[dot(row, column) for column in columns] for row in a]
