"""Rational numbers read exactly as they are written.

A number is an integer, a fraction ``p/q`` or a decimal with an optional power of ten
(``0.1`` is 1/10, ``2.5e-3`` is 1/400). No float is made on the way.
"""

import re
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from numbers import Integral, Rational
from operator import index
from typing import Any

from symland.problem.errors import InputError, shown

MAX_DIGITS = 100_000
"""Longest numerator or denominator that is read; the checker refuses longer ones as well."""

_CHUNK = 4000  # below the 4300 digits at which Python refuses to convert text and int
_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?:(?P<p>[0-9]+)/(?P<q>[0-9]+)"
    r"|(?P<whole>[0-9]+)?(?:\.(?P<part>[0-9]*))?(?:[eE](?P<power>[+-]?[0-9]+))?)"
)
_EXPECTED = "an integer, a fraction 'p/q' or a decimal"


class NumberText(str):
    """A number that stood in a file without quotes, kept as it was written.

    TOML and JSON readers hand decimals over in this form, so that a decimal is never rounded
    to a float and a message can name the key at which it stands.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def parse_number(text: str, key: str = "number") -> Fraction:
    """The rational number that `text` denotes; `key` is named where it denotes none.

    Raises `InputError` for anything else, a zero denominator, or more than `MAX_DIGITS` digits
    (so ``1e999999999`` is refused at once instead of filling the memory).

    >>> parse_number("0.1"), parse_number("-6/4"), parse_number("1e3")
    (Fraction(1, 10), Fraction(-3, 2), Fraction(1000, 1))
    """
    match = _NUMBER.fullmatch(text.strip())
    if match is None or not (match["p"] or match["whole"] or match["part"]):
        what = "a finite number" if _is_special(text) else _EXPECTED
        raise InputError.of(key, text, what)
    sign = -1 if match["sign"] == "-" else 1
    if match["p"]:
        return sign * _quotient(match["p"], match["q"], key, text)
    return sign * _decimal(match["whole"] or "", match["part"] or "", match["power"], key, text)


def _is_special(text: str) -> bool:
    return text.strip().lower().lstrip("+-") in {"nan", "inf", "infinity", "snan"}


def _quotient(p: str, q: str, key: str, text: str) -> Fraction:
    if max(len(p), len(q)) > MAX_DIGITS:
        raise _too_long(key, text)
    if not q.strip("0"):
        raise InputError.of(key, text, "a nonzero denominator")
    return Fraction(digits_to_int(p), digits_to_int(q))


def _decimal(whole: str, part: str, power: str | None, key: str, text: str) -> Fraction:
    digits = (whole + part).lstrip("0")
    if not digits:
        return Fraction(0)
    # The exponent is bounded before any power of ten is computed; 12 digits fit any sane one.
    exponent_text = (power or "0").lstrip("+")
    if len(exponent_text.lstrip("-0")) > 12:
        raise _too_long(key, text)
    exponent = int(exponent_text) - len(part)
    if len(digits) + max(exponent, 0) > MAX_DIGITS or -exponent > MAX_DIGITS:
        raise _too_long(key, text)
    mantissa = digits_to_int(digits)
    if exponent >= 0:
        return Fraction(mantissa * 10**exponent)
    return Fraction(mantissa, 10**-exponent)


def _too_long(key: str, text: str) -> InputError:
    return InputError.of(key, text, f"a number of at most {MAX_DIGITS} digits")


def digits_to_int(digits: str) -> int:
    """The integer a string of decimal digits denotes, of any length.

    Python converts at most 4300 digits at once; halves are converted and put together.

    >>> digits_to_int("0" * 5000 + "12")
    12
    """
    if len(digits) <= _CHUNK:
        return int(digits)
    low = len(digits) // 2
    return digits_to_int(digits[:-low]) * 10**low + digits_to_int(digits[-low:])


def int_to_digits(value: int) -> str:
    """The decimal digits of a nonnegative integer of any length; inverse of `digits_to_int`.

    >>> len(int_to_digits(10**5000))
    5001
    """
    length = value.bit_length() * 3 // 10  # at most one short of the number of digits a chunk
    if length < _CHUNK:
        return str(value)
    low = length // 2
    upper, lower = divmod(value, 10**low)
    return int_to_digits(upper) + int_to_digits(lower).rjust(low, "0")


def number_text(value: Fraction | int) -> str:
    """The canonical text of a rational: lowest terms, denominator only where it is not 1.

    This is the one form in which numbers stand in statements and certificates.

    >>> number_text(Fraction(-6, 4)), number_text(Fraction(4, 2))
    ('-3/2', '2')
    """
    value = Fraction(value)
    sign = "-" if value < 0 else ""
    text = sign + int_to_digits(abs(value.numerator))
    return text if value.denominator == 1 else f"{text}/{int_to_digits(value.denominator)}"


def exact_number(value: Any, key: str = "number") -> Fraction:
    """The rational number that a Python value is, exactly.

    Accepts text (see `parse_number`), integers, fractions, `decimal.Decimal`, rationals of other
    libraries, and floats as the dyadic numbers they are (so ``0.1`` in Python is
    3602879701896397/36028797018963968; write ``"0.1"`` for 1/10).
    Raises `InputError` for NaN, infinity, booleans and everything else.

    >>> exact_number("0.1"), exact_number(0.5), exact_number(Decimal("1.25"))
    (Fraction(1, 10), Fraction(1, 2), Fraction(5, 4))
    """
    if isinstance(value, Fraction):
        return value
    if isinstance(value, str):
        return parse_number(value, key)
    if isinstance(value, bool) or type(value).__name__ in {"bool", "bool_"}:
        raise InputError.of(key, value, _EXPECTED)
    if isinstance(value, Integral):
        return Fraction(int(value))
    if isinstance(value, Decimal):
        return parse_number(str(value), key)
    if isinstance(value, Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    return _other_number(value, key)


def _other_number(value: Any, key: str) -> Fraction:
    """Floats of every width, and the number types of python-flint."""
    if hasattr(value, "as_integer_ratio"):
        if not isfinite(value):
            raise InputError.of(key, value, "a finite number")
        p, q = value.as_integer_ratio()
        return Fraction(int(p), int(q))
    if hasattr(value, "p") and hasattr(value, "q"):
        return Fraction(int(value.p), int(value.q))
    try:
        return Fraction(index(value))
    except TypeError:
        raise InputError(f"{key}: got {shown(value)}, expected {_EXPECTED}") from None
