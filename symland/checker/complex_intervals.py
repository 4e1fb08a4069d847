"""Complex rectangles: an interval of real parts beside one of imaginary parts, rounded outwards.

What an operation returns contains every value that the operation takes on members of the operands,
because the real and the imaginary part of a sum, product or polynomial are computed by intervals
(intervals.py).  Rectangles are convex, so a mean of their members is a member.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from .effort import spend
from .intervals import Interval, dot as real_dot, number as real_number
from .verdict import Refused


class Rectangle:
    """The complex numbers x + iy with x in ``real`` and y in ``imaginary``.

    >>> z = Rectangle.between((Fraction(1), Fraction(1)), (Fraction(-1), Fraction(2)), 8)
    >>> (z * z).ends()[0], z.square().ends()[0]
    ((Fraction(-3, 1), Fraction(3, 1)), (Fraction(-3, 1), Fraction(1, 1)))
    """

    __slots__ = ("imaginary", "real")

    def __init__(self, real: Interval, imaginary: Interval) -> None:
        self.real, self.imaginary = real, imaginary

    @classmethod
    def between(
        cls, real: tuple[Fraction, Fraction], imaginary: tuple[Fraction, Fraction], bits: int
    ) -> Rectangle:
        """The smallest rectangle with that many binary places around both pairs of ends."""
        return cls(Interval.between(*real, bits), Interval.between(*imaginary, bits))

    def ends(self) -> tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]]:
        """The ends of the real parts and of the imaginary parts."""
        return self.real.ends(), self.imaginary.ends()

    def __add__(self, other: Rectangle) -> Rectangle:
        return Rectangle(self.real + other.real, self.imaginary + other.imaginary)

    def __neg__(self) -> Rectangle:
        return Rectangle(-self.real, -self.imaginary)

    def __sub__(self, other: Rectangle) -> Rectangle:
        return Rectangle(self.real - other.real, self.imaginary - other.imaginary)

    def __mul__(self, other: Rectangle) -> Rectangle:
        return dot([self], [other])

    def square(self) -> Rectangle:
        """All z^2: x^2 - y^2 and 2xy; x^2 and y^2 are known not to be negative."""
        spend(4, self.width(), self.width())
        mixed = self.real * self.imaginary
        return Rectangle(self.real.square() - self.imaginary.square(), mixed + mixed)

    def width(self) -> int:
        """The binary digits of the longest of the four ends."""
        x, y = self.real, self.imaginary
        return max(e.bit_length() for e in (x.lower, x.upper, y.lower, y.upper))

    def magnitudes(self) -> tuple[int, int]:
        """The largest |x| and the largest |y|, in units of 2^-bits."""
        return self.real.magnitudes()[1], self.imaginary.magnitudes()[1]

    def meet(self, other: Rectangle) -> Rectangle:
        """The intersection of two enclosures of one set, so never empty."""
        return Rectangle(self.real.meet(other.real), self.imaginary.meet(other.imaginary))

    def polynomial(self, coefficients: Sequence[int | Fraction]) -> Rectangle:
        """All p(z), real coefficients, lowest first: Horner's scheme, and p(c) + S (z - c) around
        the middle c, where the rectangle S encloses p'.  The second is an enclosure because
        p(z) - p(c) is z - c times the mean of p' along the segment from c to z, and that mean lies
        in S; so the meet of both is one."""
        bits = self.real.bits
        if not coefficients:
            return number(0, bits)
        even = not any(coefficients[1::2])
        plain = self.square()._horner(coefficients[::2]) if even else self._horner(coefficients)
        if len(coefficients) < 3:
            return plain
        centre = Rectangle(*(_middle(part) for part in (self.real, self.imaginary)))
        slope = self._horner([k * a for k, a in enumerate(coefficients)][1:])
        return plain.meet(centre._horner(coefficients) + slope * (self - centre))

    def _horner(self, coefficients: Sequence[int | Fraction]) -> Rectangle:
        bits = self.real.bits
        result = number(coefficients[-1], bits)
        for a in reversed(coefficients[:-1]):
            result = result * self + number(a, bits)
        return result


def _middle(x: Interval) -> Interval:
    middle = (x.lower + x.upper) >> 1
    return Interval(middle, middle, x.bits)


def number(value: Fraction | int, bits: int) -> Rectangle:
    """The smallest rectangle around a rational number."""
    return Rectangle(real_number(Fraction(value), bits), Interval(0, 0, bits))


def dot(u: Sequence[Rectangle], v: Sequence[Rectangle]) -> Rectangle:
    """The sum of products, each part rounded once at the end; the sequences are not empty."""
    spend(4 * len(u), max(z.width() for z in u), max(z.width() for z in v))
    x, y = [z.real for z in u], [z.imaginary for z in u]
    s, t = [z.real for z in v], [z.imaginary for z in v]
    return Rectangle(real_dot(x + [-b for b in y], s + t), real_dot(x + y, t + s))


Matrix = list[list[Rectangle]]


def product(a: Matrix, b: Matrix) -> Matrix:
    """The matrix product."""
    columns = [list(column) for column in zip(*b, strict=True)]
    return [[dot(row, column) for column in columns] for row in a]


class Rectangles:
    """The numbers of a forward pass (interval_jets.py) over rectangles; polynomials alone: the
    other functions have poles, branches or kinks in the complex plane."""

    def __init__(self, bits: int) -> None:
        self.bits = bits

    def number(self, value: Fraction | int) -> Rectangle:
        """The smallest rectangle around a rational number."""
        return number(value, self.bits)

    def derivatives(self, name: str, z: Rectangle, order: int) -> list[Rectangle]:
        """Refused: polynomials come as coefficients, and nothing else is enclosed."""
        raise Refused(f"no enclosure of {name} over the complex numbers")

    def sign(self, z: Rectangle) -> int:
        """Refused."""
        raise Refused("complex numbers have no sign")

    def anchor(self, zs: Sequence[Rectangle]) -> Rectangle:
        """Refused."""
        raise Refused("no enclosure of exponentials over the complex numbers")
