"""Exact numbers as decimal text, with every digit shown right or rounded outwards on purpose."""

from __future__ import annotations

from typing import Any

from flint import fmpq

from symland.exact.number_field import AlgebraicNumber, enclosure, ends
from symland.exact.rational_matrix import as_fmpq

__all__ = ["decimal_bounds", "interval_bounds", "nearest_decimal"]


def nearest_decimal(value: Any, digits: int = 20) -> str:
    """The number rounded to that many significant digits; shorter where it ends before.

    An algebraic number is enclosed ever more narrowly until both ends round to the same text.

    >>> nearest_decimal(fmpq(1, 3), 5), nearest_decimal(fmpq(-5, 2)), nearest_decimal(0)
    ('0.33333', '-2.5', '0')
    """
    if not isinstance(value, AlgebraicNumber):
        return _rounded(as_fmpq(value), digits, "nearest")
    if value.poly.degree() <= 0:
        return _rounded(as_fmpq(value.poly[0]), digits, "nearest")
    bits = 4 * digits + 64
    while True:
        low, high = ends(enclosure(value, bits), bits)
        texts = {_rounded(end, digits, "nearest") for end in (low, high)}
        if len(texts) == 1:
            return texts.pop()
        bits *= 2


def interval_bounds(low: Any, high: Any, digits: int = 16) -> tuple[str, str]:
    """The ends of an interval rounded outwards to significant digits.

    >>> interval_bounds(fmpq(1, 3), fmpq(1, 3), 4)
    ('0.3333', '0.3334')
    """
    return _rounded(as_fmpq(low), digits, "down"), _rounded(as_fmpq(high), digits, "up")


def decimal_bounds(value: Any, digits: int = 16) -> tuple[str, str]:
    """Decimal bounds of a rational or algebraic number, of relative width about 10^-digits."""
    if not isinstance(value, AlgebraicNumber):
        return interval_bounds(value, value, digits)
    if value.poly.degree() <= 0:
        return interval_bounds(value.poly[0], value.poly[0], digits)
    bits = 64
    while True:
        low, high = ends(enclosure(value, bits), bits)
        if low * high > 0 and (high - low) * fmpq(10) ** digits < abs(low):
            return interval_bounds(low, high, digits)
        bits *= 2


def _rounded(value: fmpq, digits: int, way: str) -> str:
    if not value:
        return "0"
    exponent = _leading_exponent(abs(value))
    unit = fmpq(10) ** (exponent - digits + 1)
    scaled = value / unit
    if way == "down":
        whole = scaled.floor()
    elif way == "up":
        whole = scaled.ceil()
    else:
        whole = (scaled + fmpq(1, 2)).floor()
    return _positional(int(whole), exponent - digits + 1)


def _leading_exponent(value: fmpq) -> int:
    """The e with 10^e <= value < 10^(e + 1)."""
    bits = int(value.p).bit_length() - int(value.q).bit_length()
    exponent = int(bits * 0.30103) - 1
    while fmpq(10) ** (exponent + 1) <= value:
        exponent += 1
    while fmpq(10) ** exponent > value:
        exponent -= 1
    return exponent


def _positional(whole: int, exponent: int) -> str:
    """whole * 10^exponent in plain or, far from 1, scientific notation."""
    sign, digits = ("-" if whole < 0 else ""), str(abs(whole))
    point = len(digits) + exponent
    digits = digits.rstrip("0") or "0"
    if not -6 < point <= 21:
        mantissa = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
        return f"{sign}{mantissa}e{point - 1}"
    if point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    if point >= len(digits):
        return sign + digits + "0" * (point - len(digits))
    return f"{sign}{digits[:point]}.{digits[point:]}"
