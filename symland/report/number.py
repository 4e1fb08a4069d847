"""Numbers as people read them: every digit shown is right.

An enclosure is a pair of rationals ``lower <= x <= upper`` given as text (``"3/2"``, ``"1.25"``).
The digits printed are those on which both ends agree, so they are digits of ``x`` itself
(cut off, not rounded); three dots say that more follow.
"""

import re
from fractions import Fraction
from math import ceil, floor
from typing import Any

from symland.problem.exact_number import digits_to_int, int_to_digits, number_text

#: Significant digits shown where nothing else is asked for.
DIGITS = 10
#: An exact number with more characters than this is elided.
LONGEST = 24
# Python itself converts no more than 4300 digits between text and integer.
_LONG = 4000
#: A fraction with fewer characters than this is read at a glance.
_GLANCE = 10
_FRACTION = re.compile(r"(?<![\w./-])-?\d+/\d+(?![\w./])")


def rational(value: Any) -> Fraction:
    """The number that a JSON document writes as an integer, a decimal or ``p/q``.

    >>> rational("1.25"), rational("-3/2"), rational(7)
    (Fraction(5, 4), Fraction(-3, 2), Fraction(7, 1))
    """
    if isinstance(value, int | Fraction):
        return Fraction(value)
    text = str(value)
    if len(text) < _LONG or not set(text) <= set("-/0123456789"):
        return Fraction(text)
    sign = -1 if text.startswith("-") else 1
    p, _, q = text.lstrip("-").partition("/")
    return Fraction(sign * digits_to_int(p), digits_to_int(q or "1"))


def elide(text: str, longest: int = LONGEST) -> str:
    """A long string of digits as its beginning, its end and the count.

    >>> elide("12345678901234567890", 12)
    '1234…7890 (20 digits)'
    >>> elide("-42")
    '-42'
    """
    if len(text) <= longest:
        return text
    digits = sum(character.isdigit() for character in text)
    keep = max(4, (longest - 12) // 2)
    return f"{text[:keep]}…{text[-keep:]} ({digits} digits)"


def exact_text(value: Any, longest: int = LONGEST) -> str:
    """An exact rational; where numerator or denominator are long, how long they are.

    >>> exact_text("3/2")
    '3/2'
    >>> exact_text(Fraction(10**40, 3), 24)
    'rational, 41/1 digits'
    """
    number = rational(value)
    text = number_text(number)
    if len(text) <= longest or number.denominator == 1:
        return elide(text, longest)
    above, below = text.lstrip("-").split("/")
    return f"rational, {len(above)}/{len(below)} digits"


def decimal_text(value: Any, digits: int = DIGITS) -> str:
    """A rational in decimals, cut off after `digits` significant ones.

    >>> decimal_text("1/3", 5), decimal_text("-5/4"), decimal_text(0), decimal_text("200")
    ('0.33333...', '-1.25', '0', '200')
    """
    return enclosure_text(value, value, digits)


def with_decimals(text: str) -> str:
    """Text in which long fractions are decimals: all digits where they end, else those that fit.

    >>> with_decimals("in [1930250675468919/500000000000000, 1/2]")
    'in [3.860501350937838, 1/2]'
    >>> with_decimals("is 12345678/98765431")
    'is 0.1249999911...'
    """

    def decimal(match: re.Match[str]) -> str:
        if len(match[0]) < _GLANCE or match[0].endswith("/0"):
            return match[0]
        value = rational(match[0])
        full = decimal_text(value, 2 * LONGEST)
        return full if "..." not in full and len(full) <= LONGEST + 4 else decimal_text(value)

    return _FRACTION.sub(decimal, text)


def enclosure_text(lower: Any, upper: Any, digits: int = DIGITS) -> str:
    """The digits shared by both ends of an enclosure.

    Midpoint and radius are given instead where the ends agree on fewer than three digits, or on far
    fewer than they have: next to a short decimal.

    >>> enclosure_text("5.284012341", "5.284012349", 8)
    '5.2840123...'
    >>> enclosure_text("1.49999999", "1.50000001")
    '1.5 ± 1e-8'
    >>> enclosure_text("2.0949999999999", "2.0950000000001")
    '2.095 ± 1e-13'
    >>> enclosure_text("3/2", "3/2")
    '1.5'
    """
    low, high = rational(lower), rational(upper)
    if low == 0 == high:
        return "0"
    if low * high <= 0:
        return _around(low, high)
    sign = "-" if low < 0 else ""
    small, large = sorted((abs(low), abs(high)))
    power = _exponent(small)
    positional = -6 <= power <= 15
    shift = 0 if positional else power
    most = digits - 1 - (power if positional else 0)
    least = max(2 - power, 0) if positional else 2
    for places in range(max(most, 0), least - 1, -1):
        scale = Fraction(10) ** (places - shift)
        if floor(small * scale) == floor(large * scale):
            if places < most and (large - small) * scale * 1000 < 1:
                break
            whole = small == large and (small * scale).denominator == 1
            text = sign + _positional(floor(small * scale), places, strip=whole)
            return text + ("" if whole else "...") + (f"e{shift}" if shift else "")
    return _around(low, high)


def _exponent(value: Fraction) -> int:
    """The power of ten of the leading digit of a positive number: 0 for 1 <= value < 10."""
    guess = len(int_to_digits(value.numerator)) - len(int_to_digits(value.denominator))
    return guess if Fraction(10) ** guess <= value else guess - 1


def _positional(digits: int, places: int, strip: bool) -> str:
    """``digits / 10**places`` with all its places, or without its trailing zeros."""
    if places <= 0:
        return int_to_digits(digits * 10**-places)
    text = int_to_digits(digits).rjust(places + 1, "0")
    text = f"{text[:-places]}.{text[-places:]}"
    return text.rstrip("0").rstrip(".") if strip else text


def _around(low: Fraction, high: Fraction) -> str:
    """Midpoint and radius; the radius is rounded up, so that the interval holds both ends."""
    radius, middle = (high - low) / 2, (low + high) / 2
    places = 1 - _exponent(radius)
    written = Fraction(round(middle * Fraction(10) ** places)) / Fraction(10) ** places
    error = max(high - written, written - low)
    power = _exponent(error)
    leading = ceil(error / Fraction(10) ** power)
    if leading == 10:
        leading, power = 1, power + 1
    sign = "-" if written < 0 else ""
    text = _positional(int(abs(written) * 10 ** max(places, 0)), max(places, 0), strip=True)
    return f"{sign}{text} ± {leading}e{power}"
