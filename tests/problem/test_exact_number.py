"""Numbers are read exactly; everything else is refused by a text that names it."""

from decimal import Decimal
from fractions import Fraction

import numpy
import pytest
from hypothesis import assume, example, given, strategies as st

from symland.problem.errors import InputError
from symland.problem.exact_number import (
    MAX_DIGITS,
    NumberText,
    digits_to_int,
    exact_number,
    int_to_digits,
    number_text,
    parse_number,
)


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_decimals_agree_with_the_decimal_module(number: Decimal) -> None:
    assume(abs(int(number.as_tuple().exponent)) <= 10_000)
    assert parse_number(str(number)) == Fraction(number)
    assert exact_number(number) == Fraction(number)


@given(st.fractions())
def test_fractions_go_through_their_text(number: Fraction) -> None:
    text = number_text(number)
    assert parse_number(text) == number
    assert text == str(number)


@given(st.integers(), st.integers(min_value=1), st.integers(min_value=1, max_value=50))
def test_fractions_need_not_be_in_lowest_terms(p: int, q: int, factor: int) -> None:
    assert parse_number(f"{p * factor}/{q * factor}") == Fraction(p, q)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_are_the_dyadic_numbers_they_are(number: float) -> None:
    assert exact_number(number) == Fraction(*number.as_integer_ratio())
    assert float(exact_number(number)) == number


@given(st.text(alphabet="0123456789+-./eE _"))
@example("0e99999999999999999999")
@example("-.0E-77777777")
def test_any_text_is_a_number_or_an_input_error(text: str) -> None:
    try:
        number = parse_number(text)
    except InputError:
        return
    if "/" in text:
        assert number == Fraction(text.strip())
    elif any(digit in "123456789" for digit in text.lower().partition("e")[0]):
        assert number == Fraction(Decimal(text.strip()))
    else:
        # `Decimal` has no zero of every exponent, and `Fraction` would write its power of ten out.
        assert number == 0


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1", Fraction(1, 10)),
        ("+.5", Fraction(1, 2)),
        ("5.", Fraction(5)),
        ("-0", Fraction(0)),
        ("0e999999999999999", Fraction(0)),
        ("1E+2", Fraction(100)),
        ("12.5e-1", Fraction(5, 4)),
        (" 3/6 ", Fraction(1, 2)),
        ("007", Fraction(7)),
    ],
)
def test_forms(text: str, value: Fraction) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "W1: got '', expected an integer, a fraction 'p/q' or a decimal"),
        ("1/-2", "W1: got '1/-2', expected an integer, a fraction 'p/q' or a decimal"),
        ("1_000", "W1: got '1_000', expected an integer, a fraction 'p/q' or a decimal"),
        ("__import__('os')", "W1: got \"__import__('os')\", expected an integer, a fraction"),
        ("٣", "W1: got '٣', expected an integer"),
        ("e5", "W1: got 'e5', expected an integer"),
        (".", "W1: got '.', expected an integer"),
        ("1/0", "W1: got '1/0', expected a nonzero denominator"),
        ("nan", "W1: got 'nan', expected a finite number"),
        ("-Infinity", "W1: got '-Infinity', expected a finite number"),
        ("1e999999999", "W1: got '1e999999999', expected a number of at most 100000 digits"),
        ("1e-100001", "W1: got '1e-100001', expected a number of at most 100000 digits"),
        ("1e" + "9" * 20, "expected a number of at most 100000 digits"),
        ("1/" + "7" * (MAX_DIGITS + 1), "expected a number of at most 100000 digits"),
    ],
)
def test_what_is_no_number(text: str, message: str) -> None:
    with pytest.raises(InputError) as error:
        parse_number(text, "W1")
    assert message in str(error.value)
    assert len(str(error.value)) < 200


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (True, "number: got True, expected an integer"),
        (None, "number: got None, expected an integer"),
        ([1], "number: got [1], expected an integer"),
        (1j, "number: got 1j, expected an integer"),
        (float("nan"), "number: got nan, expected a finite number"),
        (float("inf"), "number: got inf, expected a finite number"),
        (Decimal("NaN"), "number: got 'NaN', expected a finite number"),
        (Decimal("1e999999"), "expected a number of at most 100000 digits"),
        (numpy.float32("inf"), "expected a finite number"),
        (numpy.bool_(True), "expected an integer"),
    ],
)
def test_python_values_that_are_no_number(value: object, message: str) -> None:
    with pytest.raises(InputError) as error:
        exact_number(value)
    assert message in str(error.value)


def test_numbers_of_other_libraries() -> None:
    import flint
    import sympy

    assert exact_number(numpy.int64(3)) == 3
    assert exact_number(numpy.float32(0.1)) == Fraction(13421773, 2**27)
    assert exact_number(sympy.Rational(2, 3)) == Fraction(2, 3)
    assert exact_number(flint.fmpq(2, 3)) == Fraction(2, 3)
    assert exact_number(flint.fmpz(5)) == 5
    assert type(exact_number(sympy.Integer(2)).numerator) is int


def test_large_decimals_are_exact() -> None:
    assert parse_number("1e400") == 10**400
    assert parse_number("1e-400") == Fraction(1, 10**400)


@given(st.integers(min_value=0, max_value=12_000), st.integers(min_value=0, max_value=10**6))
def test_long_integers_go_through_their_digits(power: int, offset: int) -> None:
    value = 10**power + offset
    digits = int_to_digits(value)
    assert digits_to_int(digits) == value
    if power > 7:  # then the digits are plain to see
        assert digits == "1" + str(offset).rjust(power, "0")


def test_number_text_of_a_file_shows_without_quotes() -> None:
    assert repr(NumberText("0.10")) == "0.10"
    assert exact_number(NumberText("0.10")) == Fraction(1, 10)
