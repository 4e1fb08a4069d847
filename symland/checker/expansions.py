"""The gradient of the loss over a box as a polynomial and a bound of the rest.

For one derivative g of the loss, m the middle of a box and s = w - m, Taylor's theorem along the
line from m to w gives, with all weights between them in the box and d >= 1,

    g(w) = sum over |a| < d of D^a g(m) s^a / a!  +  sum over |a| = d of D^a g(c) s^a / a!

for some c between m and w.  With r the half widths of the box and t_k = s_k / r_k in [-1, 1] that
is p(t) + e: p takes the middle of each enclosed coefficient, and |e| is at most the sum of their
half widths.  p and the bound are integers in units of 2^-bits.

A leaf of a cover inside the box, one of the equal parts that halvings make, has
t_k = (o_k + u_k) / 2^h_k with an integer o_k and u in [-1, 1].  So 2^(d H) p, H the largest h_k, is
a polynomial in u with integer coefficients q_a, and c . gradient is not 0 in the leaf if |q_0| is
larger than what the others and the bound can take away: a square is never negative, every other
monomial in u is between -1 and 1.  This is exact, and takes the same time for all networks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import comb

from .effort import spend
from .interval_jets import Intervals, loss
from .intervals import Interval, number
from .network import shaped
from .power_series import BITS_OF_EXPONENT, MAX_ORDER, PowerSeries
from .statement import Problem
from .verdict import Refused

Terms = dict[int, int]
MAX_LEVELS = 64  # halvings of one weight inside the box
EXPONENT = (1 << BITS_OF_EXPONENT) - 1


class Expansion:
    """The polynomials and bounds of all derivatives over a box, from those of the loss up to
    ``order`` = d + 1."""

    def __init__(
        self, problem: Problem, ends: Sequence[tuple[Fraction, Fraction]], bits: int, order: int
    ) -> None:
        if not 2 <= order <= MAX_ORDER:
            raise Refused(f"an expansion of order {order}, expected 2 to {MAX_ORDER}")
        self.size, self.degree, self.bits = len(ends), order - 1, bits
        middles = [(low + high) / 2 for low, high in ends]
        radii = [number((high - low) / 2, bits) for low, high in ends]
        arithmetic = PowerSeries(Intervals(bits), order, self.size)

        def loss_at(box: list[Interval]) -> list[dict[int, Interval]]:
            """The coefficients of the loss by their degree."""
            weights = [arithmetic.variable(x, k) for k, x in enumerate(box)]
            found = loss(problem, arithmetic, shaped(problem, weights), 0).value
            return list(found.parts)

        known = loss_at([number(m, bits) for m in middles])[:order]
        known.append(loss_at([Interval.between(*pair, bits) for pair in ends])[order])
        self.terms: list[Terms] = []
        self.bounds: list[int] = []
        for k in range(self.size):
            self._derivative(known, k, radii)
        self.degrees = {key: _degree(key) for own in self.terms for key in own}

    def _derivative(self, known: list[dict[int, Interval]], k: int, radii: list[Interval]) -> None:
        """Derivative k in t: the coefficient of s^a in it is a_k + 1 times that of s^a s_k in the
        loss."""
        terms, bound = {}, 0
        unit = 1 << BITS_OF_EXPONENT * k
        for degree, part in enumerate(known[1:], start=1):
            spend(len(part) * (1 + degree))
            for key, x in part.items():
                power = key >> BITS_OF_EXPONENT * k & EXPONENT
                if power:
                    x = x * number(power, x.bits)
                    for i in _factors(key - unit):
                        x = x * radii[i]
                    middle = (x.lower + x.upper) >> 1
                    terms[key - unit] = middle
                    bound += max(middle - x.lower, x.upper - middle)
        self.terms.append(terms)
        self.bounds.append(bound)

    def is_nonzero(
        self, factors: Sequence[int], offsets: Sequence[int], levels: Sequence[int]
    ) -> bool:
        """Whether c . gradient is proved to have no zero in the leaf, c the factors; o_k the
        offsets, h_k the levels."""
        highest = max(levels)
        if highest > MAX_LEVELS:
            return False
        terms: Terms = {}
        for c, own in zip(factors, self.terms, strict=True):
            if c:
                for key, x in own.items():
                    terms[key] = terms.get(key, 0) + c * x
        bound = sum(abs(c) * e for c, e in zip(factors, self.bounds, strict=True))
        # The factor 2^(d H), and t_k = (x + y u_k) / 2^H.
        room = self.degree * highest
        spend(self.size * (8 + len(terms)), self.bits + room)
        terms = {key: x << room - highest * self.degrees[key] for key, x in terms.items()}
        for k, (offset, level) in enumerate(zip(offsets, levels, strict=True)):
            terms = _moved(terms, k, offset << highest - level, 1 << highest - level)
        centre = terms.pop(0, 0)
        against = [-x if centre > 0 else x for x in terms.values()]
        loss_of = sum(
            max(x, 0) if _is_square(key) else abs(x) for key, x in zip(terms, against, strict=True)
        )
        return abs(centre) > loss_of + (bound << room)


def _moved(terms: Terms, k: int, x: int, y: int) -> Terms:
    """The polynomial with x + y u_k in the place of variable k."""
    shift = BITS_OF_EXPONENT * k
    rows = [[comb(e, j) * x ** (e - j) * y**j for j in range(e + 1)] for e in range(MAX_ORDER)]
    result: Terms = {}
    for key, c in terms.items():
        e = key >> shift & EXPONENT
        rest = key - (e << shift)
        for j, factor in enumerate(rows[e]):
            place = rest + (j << shift)
            result[place] = result.get(place, 0) + c * factor
    return result


def _factors(key: int) -> Iterator[int]:
    """The variables of a monomial, each as often as its exponent says."""
    k = 0
    while key:
        yield from [k] * (key & EXPONENT)
        key >>= BITS_OF_EXPONENT
        k += 1


def _degree(key: int) -> int:
    return sum(1 for _ in _factors(key))


def _is_square(key: int) -> bool:
    """Whether all exponents are even."""
    while key:
        if key & 1:
            return False
        key >>= BITS_OF_EXPONENT
    return True
