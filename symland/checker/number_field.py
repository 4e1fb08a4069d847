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
from itertools import zip_longest
from math import gcd, lcm
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
        self.whole = poly.integers(self.polynomial)
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
        self._sign_above = poly.sign_of_whole(self.whole, self.upper)

    def refine(self, times: int = 1) -> None:
        """Halve the interval, so many times."""
        for _ in range(times if self.lower < self.upper else 0):
            self._halve()

    def _halve(self) -> None:
        """Keep the half in which the sign changes (the root is simple, so it does change)."""
        spend(3, self.upper.denominator.bit_length())
        middle = (self.lower + self.upper) / 2
        sign = poly.sign_of_whole(self.whole, middle)
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
    """The real number ``coefficients``(t) for a `Root` t; operators work with rationals too.

    It is held as whole(t) / over: integers, lowest power first, fewer than the root's polynomial
    has and no zero at the end, over one positive denominator; all of them without common factor.
    """

    __slots__ = ("over", "root", "whole")

    def __init__(self, coefficients: Poly, root: Root) -> None:
        over = lcm(*(a.denominator for a in coefficients))
        self.root = root
        self.whole, self.over = _lowest(poly.integers(coefficients), over, root)

    @classmethod
    def of(cls, whole: list[int], over: int, root: Root) -> Element:
        """The number whole(t) / over, ``over`` not 0."""
        self = cls.__new__(cls)
        self.root = root
        self.whole, self.over = _lowest(whole, over, root)
        return self

    @property
    def coefficients(self) -> Poly:
        """The polynomial in t, lowest power first."""
        return tuple(Fraction(a, self.over) for a in self.whole)

    def __bool__(self) -> bool:
        """False if the element is *written* as 0; `is_zero` decides whether it is 0."""
        return bool(self.whole)

    def _other(self, other: object) -> tuple[list[int], int] | None:
        if isinstance(other, Element):
            if other.root is not self.root:
                raise Refused("numbers of two different roots in one computation")
            return other.whole, other.over
        if isinstance(other, (int, Fraction)):
            return [other.numerator], other.denominator
        if isinstance(other, LogPolynomial):
            raise Refused("a number of a root and a logarithm in one computation")
        return None

    def __add__(self, other: object) -> Element:
        q = self._other(other)
        if q is None:
            return NotImplemented
        common = gcd(self.over, q[1])
        left, right = q[1] // common, self.over // common
        pairs = zip_longest(self.whole, q[0], fillvalue=0)
        return Element.of([a * left + b * right for a, b in pairs], self.over * left, self.root)

    __radd__ = __add__

    def __neg__(self) -> Element:
        return Element.of([-a for a in self.whole], self.over, self.root)

    def __sub__(self, other: object) -> Element:
        q = self._other(other)
        return NotImplemented if q is None else -(-self + other)

    def __rsub__(self, other: object) -> Element:
        return -self + other

    def __mul__(self, other: object) -> Element:
        q = self._other(other)
        if q is None:
            return NotImplemented
        return Element.of(_times(self.whole, q[0]), self.over * q[1], self.root)

    __rmul__ = __mul__

    def enclosure(self) -> tuple[Fraction, Fraction]:
        """Bounds of p on the present interval of the root, by interval Horner.

        With the ends l/d and u/d all is computed in integers: after k steps over d^k.
        """
        low = high = 0
        power, d = 1, lcm(self.root.lower.denominator, self.root.upper.denominator)
        ends = [int(end * d) for end in (self.root.lower, self.root.upper)]
        for k, a in enumerate(reversed(self.whole)):
            spend(8, max(low.bit_length(), high.bit_length()) + a.bit_length(), d.bit_length())
            if k:
                power *= d
                products = [x * y for x in (low, high) for y in ends]
                low, high = min(products), max(products)
            low, high = low + a * power, high + a * power
        return Fraction(low, self.over * power), Fraction(high, self.over * power)


def _times(p: list[int], q: list[int]) -> list[int]:
    """The product of two polynomials."""
    if not p or not q:
        return []
    spend(len(p) * len(q), _widest(p), _widest(q))
    result = [0] * (len(p) + len(q) - 1)
    for i, a in enumerate(p):
        if a:
            for j, b in enumerate(q):
                result[i + j] += a * b
    return result


def _widest(p: list[int]) -> int:
    return max(a.bit_length() for a in p)


def _lowest(p: list[int], over: int, root: Root) -> tuple[list[int], int]:
    """p(t) / over as an `Element` holds it.

    With the root's polynomial w, a multiple of x^k w is taken off until the degree is below that
    of w; the rest is first multiplied, where need be, by what makes the multiple one of integers.
    """
    w = root.whole
    p, degree = list(p), len(w) - 1
    while len(p) > degree:
        top = p.pop()
        if top:
            spend(2 * degree, top.bit_length(), _widest(w))
            common = gcd(top, w[-1])
            factor, top, shift = w[-1] // common, top // common, len(p) - degree
            if factor != 1:
                p, over = [a * factor for a in p], over * factor
            for j in range(degree):
                p[shift + j] -= top * w[j]
    while p and not p[-1]:
        p.pop()
    common = gcd(over, *p)
    if over < 0:
        common = -common
    return ([a // common for a in p], over // common) if common != 1 else (p, over)


def _inverse(p: list[int], modulus: list[int]) -> tuple[list[int], int]:
    """s and a number c, not 0, with s p = c modulo ``modulus``; the two have no common factor.

    Euclid's algorithm on pairs (r, s) with s p = r modulo ``modulus``.  To stay with integers a
    pair is multiplied by the leading coefficient before a multiple of the next one is taken off,
    and divided by what all its coefficients have in common.
    """
    old, new = (list(modulus), [0]), (list(p), [1])
    while len(new[0]) > 1:
        r, s = old
        while len(r) >= len(new[0]):
            factor, top, shift = new[0][-1], r[-1], len(r) - len(new[0])
            common = gcd(factor, top)
            factor, top = factor // common, top // common
            spend(len(p) + len(modulus), _widest(r), top.bit_length())
            r = _combined(factor, r, top, [0] * shift + new[0])
            s = _combined(factor, s, top, [0] * shift + new[1])
        content = gcd(*r, *s)
        old, new = new, ([a // content for a in r], [a // content for a in s])
    return new[1], new[0][0]


def _combined(factor: int, p: list[int], top: int, q: list[int]) -> list[int]:
    """factor p - top q, trimmed."""
    result = [factor * a - top * b for a, b in zip_longest(p, q, fillvalue=0)]
    while result and not result[-1]:
        result.pop()
    return result


_PRIME = 2**61 - 1


def _coprime(p: list[int], q: list[int]) -> bool:
    """Whether polynomials have no common factor modulo `_PRIME`; then they have none at all.

    A common factor may be taken primitive with integer coefficients (Gauss), and then divides
    both over the integers.  Its leading coefficient divides that of p, which is checked not to
    vanish modulo the prime: so it keeps its degree there, and is a common factor there too.
    """
    a, b = ([x % _PRIME for x in side] for side in (p, q))
    if not a or not a[-1]:
        return False
    while True:
        while b and not b[-1]:
            b.pop()
        if not b:
            return len(a) == 1
        inverse = pow(b[-1], -1, _PRIME)
        while len(a) >= len(b):
            factor = a.pop() * inverse % _PRIME
            shift = len(a) - len(b) + 1
            for j in range(len(b) - 1):
                a[shift + j] = (a[shift + j] - factor * b[j]) % _PRIME
        a, b = b, a


def _common_factor(x: Element) -> Poly:
    """gcd(p, f), monic, for an element that is not written as 0."""
    if _coprime(x.root.whole, x.whole):
        return poly.ONE
    return poly.gcd_monic(x.root.polynomial, x.coefficients)


def _vanishing_factor(x: Element) -> Poly | None:
    """gcd(p, f) if p(t) = 0, else None."""
    if not x.whole:
        return x.root.polynomial
    low, high = x.enclosure()
    if low > 0 or high < 0 or len(x.whole) == 1:
        return None
    common = _common_factor(x)
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
    modulus = poly.divide(x.root.polynomial, _common_factor(x))[0]
    whole, constant = _inverse(x.whole, poly.integers(modulus))
    return Element.of([a * x.over for a in whole], constant, x.root)


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
    return _widest([x.over, *x.whole]) if isinstance(x, Element) else 0


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
