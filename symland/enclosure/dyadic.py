"""Rationals near balls, dyadic or simple: what goes into a certificate as a witness."""

from __future__ import annotations

from fractions import Fraction

from flint import arb, arb_mat, ctx, fmpq, fmpz

__all__ = ["binary_logarithm", "dyadic", "dyadic_matrix", "exact_ball", "simple_rational"]

MOST_DENOMINATOR = 10**30
# Floats below this size are near enough to round to so many binary places, and much quicker.
_FLOAT_BITS, _FLOAT_SIZE = 20, 2.0**30


def dyadic(value: arb, bits: int) -> fmpq:
    """The multiple of 2^-bits nearest to the midpoint.

    >>> dyadic(arb(1) / 3, 4), dyadic(arb(-10**100).exp(), 4)
    (5/16, 0)
    """
    mantissa, exponent = value.mid().man_exp()
    shift = int(exponent) + bits
    if shift >= 0:
        whole = int(mantissa) << shift
    elif -shift > int(mantissa).bit_length() + 1:  # below half a unit, however small
        whole = 0
    else:
        half = (1 << -shift) >> 1
        whole = (int(mantissa) + half) >> -shift
    return fmpq(whole, fmpz(1) << bits)


def dyadic_matrix(matrix: arb_mat, bits: int) -> list[list[fmpq]]:
    """Every entry rounded to a multiple of 2^-bits near its midpoint."""
    rows = matrix.tolist()
    if bits <= _FLOAT_BITS:
        values = [[float(x) for x in row] for row in rows]  # midpoints
        if all(abs(x) < _FLOAT_SIZE for row in values for x in row):
            unit = 1 << bits
            return [[fmpq(round(x * unit), unit) for x in row] for row in values]
    return [[dyadic(x, bits) for x in row] for row in rows]


def exact_ball(value: fmpq, radius: fmpq) -> arb:
    """A ball around [value - radius, value + radius].

    >>> exact_ball(fmpq(1, 2), fmpq(1, 4)).contains(arb("0.75"))
    True
    """
    return arb(value) + arb(0, 1) * arb(radius)


def binary_logarithm(value: arb) -> int:
    """About log2 of the largest absolute value in the ball, rounded up; -10^9 for 0.

    >>> binary_logarithm(arb(-5)), binary_logarithm(arb(0))
    (3, -1000000000)
    """
    top = value.abs_upper()
    if not top.is_finite():
        return 10**9
    mantissa, exponent = top.man_exp()
    return int(mantissa).bit_length() + int(exponent) if int(mantissa) else -(10**9)


def simple_rational(value: arb, bits: int) -> Fraction | None:
    """The rational of denominator up to 10^30 nearest to the midpoint, if the ball may hold it.

    A guess for a number known to so many binary places, to be confirmed exactly.

    >>> with ctx.workprec(256):
    ...     simple_rational(arb(2) / 3, 256), simple_rational(arb(2).sqrt(), 256)
    (Fraction(2, 3), None)
    """
    if not value.is_finite():
        return None
    middle = dyadic(value, bits)
    near = Fraction(int(middle.p), int(middle.q)).limit_denominator(MOST_DENOMINATOR)
    with ctx.workprec(bits + 64):
        found = (value - arb(fmpq(near.numerator, near.denominator))).contains(0)
    return near if found else None
