"""Real roots of rational polynomials: isolating intervals with rational ends, proved exactly.

FLINT's complex root finder proposes balls; what is returned has been checked with exact signs.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from flint import ctx, fmpq, fmpq_poly, fmpz

__all__ = [
    "Interval",
    "has_one_root",
    "irreducible_factors",
    "isolate",
    "refine",
    "separate",
    "short_number_between",
]

Interval = tuple[fmpq, fmpq]
"""A closed interval with rational ends; the ends coincide where the root is rational."""


def irreducible_factors(polynomial: fmpq_poly) -> list[tuple[fmpq_poly, int]]:
    """The monic irreducible factors over Q with their multiplicities, by degree, then value.

    >>> irreducible_factors(fmpq_poly([0, 0, -2, 0, 1]))
    [(x, 2), (x^2 + (-2), 1)]
    """
    _, factors = polynomial.factor()
    monic = [(f / f.leading_coefficient(), k) for f, k in factors]
    return sorted(monic, key=lambda pair: (pair[0].degree(), pair[0].coeffs()))


def isolate(polynomial: fmpq_poly) -> list[Interval]:
    """Disjoint isolating intervals of all real roots of an irreducible polynomial, increasing.

    >>> isolate(fmpq_poly([-3, 2]))
    [(3/2, 3/2)]
    >>> [(a * a - 2) * (b * b - 2) < 0 for a, b in isolate(fmpq_poly([-2, 0, 1]))]
    [True, True]
    """
    if polynomial.degree() == 1:
        root = -polynomial[0] / polynomial[1]
        return [(root, root)]
    precision = 64
    while True:
        intervals = _proposed(polynomial, precision)
        if _isolates(polynomial, intervals):
            return intervals
        precision *= 2


def _proposed(polynomial: fmpq_poly, precision: int) -> list[Interval]:
    """Balls around the real roots as FLINT sees them, rounded outwards to short dyadic ends."""
    saved = ctx.prec
    ctx.prec = precision
    try:
        found: list[Any] = polynomial.numer().complex_roots()
        roots = [z for z, _ in found if z.imag == 0]
        return sorted((z.real.lower().fmpq(), z.real.upper().fmpq()) for z in roots)
    finally:
        ctx.prec = saved


def _isolates(polynomial: fmpq_poly, intervals: list[Interval]) -> bool:
    disjoint = all(a[1] < b[0] for a, b in pairwise(intervals))
    return disjoint and all(has_one_root(polynomial, interval) for interval in intervals)


def has_one_root(polynomial: fmpq_poly, interval: Interval) -> bool:
    """Whether the ends show a sign change (or both ends are the same exact root)."""
    low, high = polynomial(interval[0]), polynomial(interval[1])
    return bool(low * high < 0) or (interval[0] == interval[1] and low == 0)


def refine(polynomial: fmpq_poly, interval: Interval, width: Any) -> Interval:
    """A part of the interval that still holds the root and is at most `width` wide.

    The polynomial changes sign exactly once on the interval.

    >>> a, b = refine(fmpq_poly([-2, 0, 1]), (fmpq(1), fmpq(2)), fmpq(1, 1000))
    >>> a * a < 2 < b * b and b - a <= fmpq(1, 1000)
    True
    """
    low, high = interval
    rising = polynomial(high) > 0
    while high - low > width:
        middle = short_number_between(low, high)
        value = polynomial(middle)
        if value == 0:
            return middle, middle
        if (value > 0) == rising:
            high = middle
        else:
            low = middle
    return low, high


def short_number_between(low: fmpq, high: fmpq) -> fmpq:
    """A dyadic number near the middle whose denominator is as small as the width allows."""
    middle, width = (low + high) / 2, high - low
    # The least power of 2 by which the width is at least 8.
    size, unit = int(width.p), 8 * int(width.q)
    power = max(0, unit.bit_length() - size.bit_length())
    scale = fmpz(2) ** (power + (size << power < unit))
    rounded = fmpq((middle * scale).floor(), scale)
    return rounded if low < rounded < high else middle


def separate(roots: list[tuple[fmpq_poly, Interval]]) -> list[tuple[fmpq_poly, Interval]]:
    """The same roots of coprime polynomials, decreasing, with pairwise disjoint intervals."""
    while True:
        roots = sorted(roots, key=lambda root: root[1][0] + root[1][1], reverse=True)
        touching = [
            (i, i + 1) for i in range(len(roots) - 1) if roots[i][1][0] <= roots[i + 1][1][1]
        ]
        if not touching:
            return roots
        for i in {i for pair in touching for i in pair}:
            polynomial, (low, high) = roots[i]
            roots[i] = polynomial, refine(polynomial, (low, high), (high - low) / 4)
