"""Counting real roots exactly by Sturm's theorem (Basu, Pollack, Roy 2006, Theorem 2.62).

Polynomials are coefficients, lowest first, the last one not zero. Integers are used inside:
each remainder of the Sturm chain is divided by its content, which keeps the numbers short.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from math import gcd, lcm

Integers = list[int]


def count_roots(polynomial: Sequence[Fraction], low: Fraction, high: Fraction) -> int:
    """The number of distinct real roots in the closed interval [low, high].

    The polynomial is not zero. With V(x) the number of sign changes of the Sturm chain at x,
    V(low) - V(high) counts the roots in (low, high]; a root at `low` is added. The theorem holds
    for squarefree polynomials, and `polynomial` is asked to be one (see `is_squarefree`).

    >>> count_roots([Fraction(-2), Fraction(0), Fraction(1)], Fraction(-2), Fraction(2))
    2
    """
    chain = sturm_chain(polynomial)
    at_low = sign_at(chain[0], low) == 0
    return at_low + _sign_changes(chain, low) - _sign_changes(chain, high)


def is_squarefree(polynomial: Sequence[Fraction]) -> bool:
    """Whether the polynomial has no multiple root, real or complex.

    >>> is_squarefree([Fraction(1), Fraction(2), Fraction(1)])      # (1 + x)^2
    False
    """
    return len(sturm_chain(polynomial)[-1]) == 1


def sturm_chain(polynomial: Sequence[Fraction]) -> list[Integers]:
    """p, p', then minus the remainders, each scaled by a positive number to be primitive.

    >>> sturm_chain([Fraction(-1), Fraction(0), Fraction(1, 2)])
    [[-2, 0, 1], [0, 1], [1]]
    """
    chain = [_primitive(polynomial)]
    derivative = [k * c for k, c in enumerate(chain[0])][1:]
    while derivative:
        chain.append(_primitive(derivative))
        derivative = [-c for c in _remainder(chain[-2], chain[-1])]
    return chain


def _primitive(polynomial: Sequence[Fraction | int]) -> Integers:
    denominator = lcm(*(c.denominator for c in polynomial))
    integers = [int(c * denominator) for c in polynomial]
    content = gcd(*integers)
    return [c // content for c in integers]


def _remainder(a: Integers, b: Integers) -> Integers:
    """A positive multiple of the remainder of a by b."""
    lead = abs(b[-1])
    sign = 1 if b[-1] > 0 else -1
    rest = list(a)
    while len(rest) >= len(b):
        # rest * |lead| - (top * sign) x^shift b: the factor is positive, so signs are kept.
        top, shift = rest[-1] * sign, len(rest) - len(b)
        rest = [c * lead for c in rest]
        for k, c in enumerate(b):
            rest[shift + k] -= top * c
        while rest and rest[-1] == 0:
            rest.pop()
    return rest


def sign_at(polynomial: Integers, x: Fraction) -> int:
    """The sign (-1, 0, 1) of an integer polynomial at a rational number.

    >>> sign_at([-2, 0, 1], Fraction(3, 2))
    1
    """
    p, q = x.numerator, x.denominator
    value, power = 0, 1
    for c in reversed(polynomial):
        value = value * p + c * power
        power *= q
    return (value > 0) - (value < 0)


def _sign_changes(chain: list[Integers], x: Fraction) -> int:
    signs = [s for s in (sign_at(polynomial, x) for polynomial in chain) if s]
    return sum(a != b for a, b in pairwise(signs))
