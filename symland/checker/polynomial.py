"""Polynomials in one variable over the rationals: tuples of Fraction, lowest power first.

The zero polynomial is the empty tuple; every function returns trimmed tuples.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from math import gcd, lcm

from .effort import spend

Poly = tuple[Fraction, ...]
X: Poly = (Fraction(0), Fraction(1))
ONE: Poly = (Fraction(1),)


def trim(coefficients: Iterable[Fraction]) -> Poly:
    """Without zeros at the high end."""
    result = list(coefficients)
    while result and not result[-1]:
        result.pop()
    return tuple(result)


def bits(p: Poly) -> int:
    """The size of the largest coefficient."""
    return max((a.numerator.bit_length() + a.denominator.bit_length() for a in p), default=0)


def text(p: Poly, variable: str) -> str:
    """The polynomial as it is read, highest power first; its degree alone where it is long.

    >>> text((Fraction(-2), Fraction(1, 2), Fraction(-1)), "t")
    '-t^2 + 1/2 t - 2'
    >>> text((Fraction(2**70), Fraction(0), Fraction(1)), "t")
    'a polynomial of degree 2 in t'
    """
    if len(p) > 8 or bits(p) > 60:
        return f"a polynomial of degree {len(p) - 1} in {variable}"
    terms = []
    for k, a in reversed(list(enumerate(p))):
        power = "" if k == 0 else variable if k == 1 else f"{variable}^{k}"
        size = "" if abs(a) == 1 and power else str(abs(a))
        if a:
            terms.append(("-" if a < 0 else "+", f"{size} {power}".strip()))
    first = "".join(terms[0]).removeprefix("+") if terms else "0"
    return " ".join([first, *(part for term in terms[1:] for part in term)])


def add(p: Poly, q: Poly) -> Poly:
    """p + q."""
    if len(p) < len(q):
        p, q = q, p
    return trim([a + b for a, b in zip(p, q, strict=False)] + list(p[len(q) :]))


def scale(p: Poly, factor: Fraction) -> Poly:
    """factor p."""
    return tuple(a * factor for a in p) if factor else ()


def multiply(p: Poly, q: Poly) -> Poly:
    """p q."""
    if not p or not q:
        return ()
    spend(len(p) * len(q), bits(p), bits(q))
    result = [Fraction(0)] * (len(p) + len(q) - 1)
    for i, a in enumerate(p):
        if a:
            for j, b in enumerate(q):
                result[i + j] += a * b
    return trim(result)


def divide(p: Poly, q: Poly) -> tuple[Poly, Poly]:
    """Quotient and remainder; ``q`` is not zero."""
    rest, size = list(p), bits(q)
    quotient = [Fraction(0)] * max(len(p) - len(q) + 1, 0)
    for shift in range(len(p) - len(q), -1, -1):
        factor = rest[shift + len(q) - 1] / q[-1]
        spend(len(q), factor.numerator.bit_length() + factor.denominator.bit_length() + size)
        quotient[shift] = factor
        if factor:
            for j, b in enumerate(q):
                rest[shift + j] -= factor * b
    return trim(quotient), trim(rest[: len(q) - 1])


def monic(p: Poly) -> Poly:
    """p, not zero, over its leading coefficient."""
    return scale(p, 1 / p[-1])


def gcd_monic(p: Poly, q: Poly) -> Poly:
    """The monic greatest common divisor; not both are zero."""
    while q:
        p, q = q, _primitive(divide(p, q)[1])
    return monic(p)


def derivative(p: Poly) -> Poly:
    """p'."""
    return tuple(k * a for k, a in enumerate(p))[1:]


def evaluate(p: Poly, x: Fraction) -> Fraction:
    """p(x), by Horner's scheme."""
    result, size = Fraction(0), x.numerator.bit_length() + x.denominator.bit_length()
    for k, a in enumerate(reversed(p)):
        spend(1, (k + 1) * size, size)
        result = result * x + a
    return result


def sign_at(p: Poly, x: Fraction) -> int:
    """The sign of p(x), in integers throughout."""
    return sign_of_whole(integers(p), x)


def sign_of_whole(p: Sequence[int], x: Fraction) -> int:
    """As `sign_at`, for integer coefficients."""
    result, power, size = 0, 1, x.denominator.bit_length()
    for a in reversed(p):
        spend(2, power.bit_length() + a.bit_length(), size)
        result = result * x.numerator + a * power
        power *= x.denominator
    return (result > 0) - (result < 0)


def shift(p: Poly, x: Fraction) -> Poly:
    """The Taylor coefficients of ``p`` at ``x``: those of p(x + y) as a polynomial in y."""
    d = x.denominator
    rest = [a * d ** (len(p) - 1 - k) for k, a in enumerate(integers(p))]  # in the variable d y
    size = max((a.bit_length() for a in rest), default=0)
    for start in range(len(rest) - 1):
        spend(len(rest) - start, size, d.bit_length())
        for k in range(len(rest) - 2, start - 1, -1):
            rest[k] += x.numerator * rest[k + 1]
    factor = Fraction(p[-1]) / rest[-1] if p else Fraction(1)
    return tuple(a * factor * Fraction(d) ** (k - len(p) + 1) for k, a in enumerate(rest))


def nonzero_between(p: Poly, lower: Fraction, upper: Fraction) -> bool:
    """Whether the Taylor expansion at the midpoint proves that ``p`` has no root there."""
    taylor = shift(p, (lower + upper) / 2)
    radius = (upper - lower) / 2
    rest = evaluate((Fraction(0), *(abs(a) for a in taylor[1:])), radius)
    return bool(taylor) and abs(taylor[0]) > rest


def integers(p: Sequence[Fraction]) -> list[int]:
    """Integer coefficients of a positive multiple."""
    common = lcm(*(a.denominator for a in p))
    return [a.numerator * (common // a.denominator) for a in p]


def _primitive(p: Poly) -> Poly:
    """A positive multiple with coprime integer coefficients (keeps remainder sequences small)."""
    if not p:
        return ()
    whole = integers(p)
    content = gcd(*whole)
    return tuple(Fraction(a // content) for a in whole)


@lru_cache(maxsize=256)
def sturm_sequence(p: Poly) -> tuple[Poly, ...]:
    """p, p', and the negated remainders, each up to a positive factor."""
    sequence = [_primitive(p), _primitive(derivative(p))]
    while sequence[-1]:
        sequence.append(_primitive(scale(divide(sequence[-2], sequence[-1])[1], Fraction(-1))))
    return tuple(sequence[:-1])


def is_squarefree(p: Poly) -> bool:
    """Whether ``p`` (not constant) has no repeated factor: gcd(p, p') is a constant."""
    return len(sturm_sequence(p)[-1]) == 1


def roots_between(p: Poly, lower: Fraction, upper: Fraction) -> int:
    """The number of distinct real roots of the squarefree ``p`` in the closed interval.

    Sturm's theorem counts those in (lower, upper]; a root at ``lower`` is added.
    """

    def variations(x: Fraction) -> int:
        signs = [s for s in (sign_at(q, x) for q in sturm_sequence(p)) if s]
        return sum(a != b for a, b in pairwise(signs))

    return variations(lower) - variations(upper) + (sign_at(p, lower) == 0)
