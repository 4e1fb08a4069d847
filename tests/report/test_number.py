"""Every digit that is printed must be right."""

from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from symland.report.number import decimal_text, elide, enclosure_text, exact_text

RATIONALS = st.fractions(min_value=-(10**9), max_value=10**9, max_denominator=10**6)
WIDTHS = st.fractions(min_value=0, max_value=10, max_denominator=10**12)


def read_back(text: str) -> tuple[Fraction, Fraction]:
    """The interval of numbers that a printed text claims."""
    if "±" in text:
        middle, radius = map(Fraction, text.split(" ± "))
        return middle - radius, middle + radius
    digits, dots, power = text.partition("...")
    scale = Fraction(1)
    if power:
        scale = Fraction(10) ** int(power.removeprefix("e"))
    value = Fraction(digits) * scale
    if not dots:
        return value, value
    places = len(digits.partition(".")[2])
    unit = scale / 10**places
    return (value - unit, value) if text.startswith("-") else (value, value + unit)


@given(RATIONALS, WIDTHS)
def test_what_is_printed_holds_both_ends(lower, width):
    upper = lower + width
    low, high = read_back(enclosure_text(lower, upper))
    assert low <= lower
    assert upper <= high


@given(RATIONALS)
def test_one_number_keeps_ten_digits(value):
    low, high = read_back(decimal_text(value))
    assert low <= value <= high
    assert high - low <= abs(value) * Fraction(1, 10**9)


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [
        ("5.284012341", "5.284012349", "5.28401234..."),
        ("0", "0", "0"),
        ("-1/3", "-1/3", "-0.3333333333..."),
        ("-0.00012341", "-0.00012340", "-0.000123 ± 5e-9"),
        ("1.4999", "1.5001", "1.5 ± 1e-4"),
        ("-1", "1", "0 ± 1e0"),
        ("12345", "12346.5", "12345.75 ± 8e-1"),
        ("2.0941", "2.0949", "2.094..."),
        ("12345678901234567890", "12345678901234567890", "1.234567890...e19"),
        ("1e-20", "1e-20", "1e-20"),
    ],
)
def test_forms(lower, upper, expected):
    text = enclosure_text(lower, upper)
    if "±" in expected:
        low, high = read_back(text)
        assert low <= Fraction(lower)
        assert Fraction(upper) <= high
        assert ("±" in text) or text.endswith("...")
    else:
        assert text == expected


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [
        ("0.6949999999999905", "0.6950000000000095", "0.695 ± 1e-14"),  # not 10e-15
        ("2.0949999999999", "2.0950000000001", "2.095 ± 1e-13"),  # not 2.09...
        ("-2.0950000000001", "-2.0949999999999", "-2.095 ± 1e-13"),
        ("3.0000000000001", "3.0000000000003", "3.000000000..."),
    ],
)
def test_next_to_a_short_decimal(lower, upper, expected):
    assert enclosure_text(lower, upper) == expected


def test_digit_count_of_what_is_elided():
    assert elide("1" * 50, 24) == "111111…111111 (50 digits)"
    assert exact_text(Fraction(10**30, 7), 16) == "rational, 31/1 digits"
    assert exact_text("-5/2") == "-5/2"
