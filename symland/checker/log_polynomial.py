"""Polynomials with rational coefficients in logarithms of integers, as real numbers.

log q is the sum of e log b over the bases b > 1 of a factorisation q = prod b^e (primes below 1000,
and what is left of numerator and denominator).  A `LogPolynomial` is written as a polynomial in
these log b, as if they were indeterminates.  It *is* the real number that comes out when the
logarithms are put in, and questions about it are about that number:

* written as the zero polynomial, it is 0: putting numbers in respects sums and products;
* otherwise it has the sign of an interval around it that does not contain 0;
* where no interval tells, the question is `Refused`.  (That logarithms of primes are algebraically
  independent is a conjecture, on which nothing here rests.)
"""

from __future__ import annotations

from fractions import Fraction
from math import isqrt
from typing import Any

from . import files
from .effort import spend
from .elementary import log_ends
from .intervals import Interval, number
from .verdict import Refused, Unreadable, show

MAX_TERMS = 20_000
PRECISIONS = (64, 256, 1024, 4096)
_PRIMES = [n for n in range(2, 1000) if all(n % d for d in range(2, isqrt(n) + 1))]

# (base, exponent) by decreasing bases, so that tuples compare as in the lexicographic order.
Monomial = tuple[tuple[int, int], ...]


class LogPolynomial:
    """A sum of rational multiples of products of logarithms; operators work with rationals too.

    >>> x = LogPolynomial.log(Fraction(9, 2))
    >>> (x + LogPolynomial.log(Fraction(2)) - LogPolynomial.log(Fraction(3)) * 2).is_zero()
    True
    >>> (x * x - 2).sign()
    1
    """

    __slots__ = ("terms",)

    def __init__(self, terms: dict[Monomial, Fraction]) -> None:
        if len(terms) > MAX_TERMS:
            raise Refused(f"a polynomial in logarithms of more than {MAX_TERMS} terms")
        self.terms = {m: c for m, c in terms.items() if c}

    @classmethod
    def log(cls, q: Fraction) -> LogPolynomial:
        """log q for a rational q > 0."""
        if q <= 0:
            raise Refused("the logarithm of a number that is not positive")
        terms: dict[Monomial, Fraction] = {}
        for rest, sign in ((q.numerator, 1), (q.denominator, -1)):
            spend(len(_PRIMES), rest.bit_length())
            for p in _PRIMES:
                while rest % p == 0:
                    spend(1, rest.bit_length())
                    rest //= p
                    terms[((p, 1),)] = terms.get(((p, 1),), Fraction(0)) + sign
            if rest > 1:
                terms[((rest, 1),)] = Fraction(sign)
        return cls(terms)

    def __bool__(self) -> bool:
        """False if it is *written* as 0; `is_zero` decides whether it is 0."""
        return bool(self.terms)

    def bits(self) -> int:
        """The bits of the largest coefficient."""
        sizes = (c.numerator.bit_length() + c.denominator.bit_length() for c in self.terms.values())
        return max(sizes, default=0)

    def __add__(self, other: object) -> LogPolynomial:
        added = _terms(other)
        if added is None:
            return NotImplemented
        spend(len(added) + len(self.terms))
        terms = dict(self.terms)
        for m, c in added.items():
            terms[m] = terms.get(m, Fraction(0)) + c
        return LogPolynomial(terms)

    __radd__ = __add__

    def __neg__(self) -> LogPolynomial:
        return LogPolynomial({m: -c for m, c in self.terms.items()})

    def __sub__(self, other: object) -> LogPolynomial:
        taken = _terms(other)
        return NotImplemented if taken is None else self + -LogPolynomial(taken)

    def __rsub__(self, other: object) -> LogPolynomial:
        return -self + other

    def __mul__(self, other: object) -> LogPolynomial:
        factors = _terms(other)
        if factors is None:
            return NotImplemented
        spend(2 * len(self.terms) * len(factors), self.bits(), LogPolynomial(factors).bits())
        terms: dict[Monomial, Fraction] = {}
        for m, c in self.terms.items():
            for n, d in factors.items():
                key = _times(m, n)
                terms[key] = terms.get(key, Fraction(0)) + c * d
            if len(terms) > MAX_TERMS:
                break  # refused now, before there are more of them
        return LogPolynomial(terms)

    __rmul__ = __mul__

    def __floordiv__(self, other: LogPolynomial | int) -> LogPolynomial:
        """The polynomial of which self is the product with ``other``; `Refused` if there is none.

        The leading term (in the lexicographic order) goes with each term found.
        """
        divisor = _terms(other)
        if not divisor or not any(divisor.values()):
            raise Refused("division by zero")
        top, bits = max(divisor), self.bits()
        rest, found = dict(self.terms), {}
        while rest:
            spend(len(rest) // 8 + 2 * len(divisor), bits)
            leading = max(rest)
            monomial = _times(leading, top, -1)
            if any(exponent < 0 for _, exponent in monomial):
                raise Refused("a quotient that is no polynomial in logarithms")
            factor = found[monomial] = rest[leading] / divisor[top]
            for m, c in divisor.items():
                product = _times(m, monomial)
                left = rest.get(product, 0) - c * factor
                if left:
                    rest[product] = left
                else:
                    del rest[product]
        return LogPolynomial(found)

    def is_zero(self) -> bool:
        """Whether the real number is 0; `Refused` where that is not known."""
        return self.sign() == 0

    def sign(self) -> int:
        """The sign of the real number: -1, 0 or 1; `Refused` where it is not known."""
        if not self.terms:
            return 0
        for precision in PRECISIONS:
            found = self._enclosed(precision)
            if found.lower > 0 or found.upper < 0:
                return 1 if found.lower > 0 else -1
        raise Refused("a polynomial in logarithms that is neither written as 0 nor told from 0")

    def constant(self) -> Fraction | None:
        """The rational that it is written as, None if logarithms occur in it."""
        return self.terms.get((), Fraction(0)) if set(self.terms) <= {()} else None

    def _enclosed(self, precision: int) -> Interval:
        logs: dict[int, Interval] = {}
        total, widest = number(0, precision), self.bits()
        for monomial, coefficient in self.terms.items():
            spend(1 + len(monomial), precision, widest)
            product = number(coefficient, precision)
            for base, exponent in monomial:
                if base not in logs:
                    logs[base] = Interval(*log_ends(Fraction(base), precision), precision)
                spend(exponent, precision)
                for _ in range(exponent):
                    product = product * logs[base]
            total = total + product
        return total


def _times(m: Monomial, n: Monomial, sign: int = 1) -> Monomial:
    """The product, or for sign -1 the quotient, in which exponents may be negative."""
    if not n:
        return m
    powers = dict(m)
    for base, exponent in n:
        powers[base] = powers.get(base, 0) + sign * exponent
    return tuple(sorted((power for power in powers.items() if power[1]), reverse=True))


def _terms(x: object) -> dict[Monomial, Fraction] | None:
    """The terms of a polynomial or of a rational number."""
    if isinstance(x, LogPolynomial):
        return x.terms
    return {(): Fraction(x)} if isinstance(x, (int, Fraction)) else None


def has_logarithms(value: Any) -> bool:
    """Whether "log(q)" stands somewhere in a part of a file."""
    if isinstance(value, dict):
        return any(has_logarithms(x) for x in value.values())
    if isinstance(value, list):
        return any(has_logarithms(x) for x in value)
    return isinstance(value, str) and value.startswith("log(")


def read_logarithm(value: Any, where: str) -> Fraction | None:
    """The positive rational q of an entry "log(q)", None for another entry."""
    if not (isinstance(value, str) and value.startswith("log(") and value.endswith(")")):
        return None
    q = files.number(value[4:-1], where)
    if q <= 0 or q == 1:
        raise Unreadable(f"{where}: {show(value)}, expected log of a positive number other than 1")
    return q


def read_number(value: Any, where: str) -> LogPolynomial | Fraction:
    """A rational number or "log(q)"."""
    q = read_logarithm(value, where)
    return files.number(value, where) if q is None else LogPolynomial.log(q)
