"""Real algebraic numbers: a root isolated in an interval, and polynomials in it.

An `Element` *is* the real number p(t), where t is the only root of a squarefree polynomial f in
a closed interval.  The polynomial f need not be irreducible, so a residue that is not zero modulo
f may still vanish at t; therefore every question about an element is a question about the real
number:

* p(t) = 0 if and only if g = gcd(p, f) vanishes at t, and since g divides f (squarefree, one
  root in the interval) that holds if and only if g has a root in the interval, counted by Sturm;
* the sign of an element that is not zero is read off an interval evaluation, after halving the
  interval of t until zero is excluded, which must happen;
* 1/p(t) is the inverse of p modulo f/g, which still has the root t when p(t) is not zero.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from . import polynomial as poly
from .effort import spend
from .log_polynomial import LogPolynomial
from .polynomial import Poly
from .verdict import Refused

Scalar = Any  # a Fraction, an Element, or an element of a ring over them (see network.py)


class Root:
    """The only root of ``polynomial`` in the closed interval; ``refine`` halves the interval."""

    def __init__(self, polynomial: Poly, lower: Fraction, upper: Fraction) -> None:
        """`Refused` unless the polynomial is squarefree with exactly one root there."""
        self.polynomial = poly.monic(polynomial)
        self.given = (lower, upper)
        self.lower, self.upper = lower, upper
        self._whole = poly.integers(self.polynomial)
        if not poly.is_squarefree(self.polynomial):
            raise Refused("the polynomial of the root has a repeated factor")
        found = poly.roots_between(self.polynomial, lower, upper)
        if found != 1:
            raise Refused(f"the interval holds {found} roots of the polynomial, not one")
        exact = (
            [-self.polynomial[0]]
            if len(self.polynomial) == 2
            else [end for end in self.given if poly.sign_at(self.polynomial, end) == 0]
        )
        if exact:
            self.lower = self.upper = exact[0]
        self._sign_above = poly.sign_of_whole(self._whole, self.upper)

    def refine(self, times: int = 1) -> None:
        """Halve the interval, so many times."""
        for _ in range(times if self.lower < self.upper else 0):
            self._halve()

    def _halve(self) -> None:
        """Keep the half in which the sign changes (the root is simple, so it does change)."""
        spend(3, self.upper.denominator.bit_length())
        middle = (self.lower + self.upper) / 2
        sign = poly.sign_of_whole(self._whole, middle)
        if sign == 0:
            self.lower = self.upper = middle
        elif sign == self._sign_above:
            self.upper = middle
        else:
            self.lower = middle

    def same(self, other: Root) -> bool:
        """Whether both were given by the same polynomial and interval."""
        return self.polynomial == other.polynomial and self.given == other.given


class Element:
    """The real number ``coefficients``(t) for a `Root` t; operators work with rationals too."""

    __slots__ = ("coefficients", "root")

    def __init__(self, coefficients: Poly, root: Root) -> None:
        if len(coefficients) >= len(root.polynomial):
            coefficients = poly.divide(coefficients, root.polynomial)[1]
        self.coefficients = coefficients
        self.root = root

    def __bool__(self) -> bool:
        """False if the element is *written* as 0; `is_zero` decides whether it is 0."""
        return bool(self.coefficients)

    def _other(self, other: object) -> Poly | None:
        if isinstance(other, Element):
            if other.root is not self.root:
                raise Refused("numbers of two different roots in one computation")
            return other.coefficients
        if isinstance(other, (int, Fraction)):
            return poly.trim([Fraction(other)])
        if isinstance(other, LogPolynomial):
            raise Refused("a number of a root and a logarithm in one computation")
        return None

    def __add__(self, other: object) -> Element:
        q = self._other(other)
        return NotImplemented if q is None else Element(poly.add(self.coefficients, q), self.root)

    __radd__ = __add__

    def __neg__(self) -> Element:
        return Element(poly.scale(self.coefficients, Fraction(-1)), self.root)

    def __sub__(self, other: object) -> Element:
        q = self._other(other)
        if q is None:
            return NotImplemented
        return self + Element(poly.scale(q, Fraction(-1)), self.root)

    def __rsub__(self, other: object) -> Element:
        return -self + other

    def __mul__(self, other: object) -> Element:
        if isinstance(other, (int, Fraction)):
            return Element(poly.scale(self.coefficients, Fraction(other)), self.root)
        q = self._other(other)
        if q is None:
            return NotImplemented
        return Element(poly.multiply(self.coefficients, q), self.root)

    __rmul__ = __mul__

    def enclosure(self) -> tuple[Fraction, Fraction]:
        """Bounds of p on the present interval of the root, by interval Horner."""
        low = high = Fraction(0)
        wide = self.root.upper.denominator.bit_length()
        for a in reversed(self.coefficients):
            spend(8, low.denominator.bit_length() + a.numerator.bit_length(), wide)
            ends = [x * y for x in (low, high) for y in (self.root.lower, self.root.upper)]
            low, high = min(ends) + a, max(ends) + a
        return low, high


def _vanishing_factor(x: Element) -> Poly | None:
    """gcd(p, f) if p(t) = 0, else None."""
    if not x.coefficients:
        return x.root.polynomial
    low, high = x.enclosure()
    if low > 0 or high < 0 or len(x.coefficients) == 1:
        return None
    common = poly.gcd_monic(x.root.polynomial, x.coefficients)
    if len(common) > 1 and poly.roots_between(common, x.root.lower, x.root.upper):
        return common
    return None


def is_zero(x: Scalar) -> bool:
    """Whether the real number is 0."""
    if isinstance(x, LogPolynomial):
        return x.is_zero()
    return _vanishing_factor(x) is not None if isinstance(x, Element) else not x


def sign(x: Scalar) -> int:
    """The sign of the real number: -1, 0 or 1."""
    if isinstance(x, LogPolynomial):
        return x.sign()
    if not isinstance(x, Element):
        return int(x > 0) - int(x < 0)
    if is_zero(x):
        return 0
    times = 1
    while True:
        low, high = x.enclosure()
        if low > 0 or high < 0:
            return 1 if low > 0 else -1
        x.root.refine(times)
        times *= 2  # so that the enclosures together cost little more than the last one


def reciprocal(x: Scalar) -> Scalar:
    """1/x; `Refused` if x is 0."""
    if is_zero(x):
        raise Refused("division by zero")
    if isinstance(x, LogPolynomial):
        raise Refused("division by a polynomial in logarithms")
    if not isinstance(x, Element):
        return 1 / Fraction(x)
    common = poly.gcd_monic(x.root.polynomial, x.coefficients)
    modulus = poly.divide(x.root.polynomial, common)[0]
    return Element(poly.inverse(poly.divide(x.coefficients, modulus)[1], modulus), x.root)


def bounds(x: Scalar) -> tuple[Fraction, Fraction]:
    """A rational enclosure, a point for a rational number."""
    if isinstance(x, LogPolynomial):
        raise Refused("this rule needs algebraic entries, not logarithms")
    return x.enclosure() if isinstance(x, Element) else (Fraction(x), Fraction(x))


def bits(x: Scalar) -> int:
    """The bits of a rational, or of the largest coefficient of an element."""
    if isinstance(x, (int, Fraction)):
        return x.numerator.bit_length() + x.denominator.bit_length()
    if isinstance(x, LogPolynomial):
        return x.bits()
    return poly.bits(x.coefficients) if isinstance(x, Element) else 0


def less(x: Scalar, y: Scalar, rounds: int = 12) -> bool:
    """Whether x < y is proved; the two may belong to different roots."""
    if not (isinstance(x, Element) and isinstance(y, Element) and x.root is not y.root):
        return sign(y - x) > 0
    for k in range(rounds):
        (least, high), (low, most) = x.enclosure(), y.enclosure()
        if high < low or least > most:
            return high < low
        x.root.refine(2**k)
        y.root.refine(2**k)
    return False
