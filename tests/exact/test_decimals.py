"""Every digit right, bounds outwards: exact numbers as text against Decimal and SymPy."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext
from fractions import Fraction

import sympy
from flint import fmpq, fmpq_poly
from hypothesis import given, settings, strategies as st

from symland.exact.decimals import decimal_bounds, interval_bounds, nearest_decimal
from symland.exact.number_field import NumberField

numbers = st.builds(
    lambda p, q, e: Fraction(p, q) * Fraction(10) ** e,
    st.integers(-(10**12), 10**12),
    st.integers(1, 10**9),
    st.integers(-40, 40),
)


def flint(value):
    return fmpq(value.numerator, value.denominator)


def significant(value, digits, rounding):
    """The quotient rounded by the decimal module."""
    with localcontext(prec=digits, rounding=rounding):
        return Decimal(value.numerator) / Decimal(value.denominator)


def unit(value, digits):
    """One unit in the last of that many significant digits."""
    exact = significant(abs(value), 60, ROUND_FLOOR)
    return Fraction(10) ** (exact.adjusted() - digits + 1)


@given(numbers, st.integers(1, 30))
@settings(max_examples=300)
def test_nearest_is_within_half_a_unit_and_no_longer_than_asked(value, digits):
    text = nearest_decimal(flint(value), digits)
    shown = Fraction(text)
    if not value:
        assert text == "0"
        return
    assert abs(shown - value) <= unit(value, digits) / 2
    mantissa = text.lstrip("-").split("e")[0].replace(".", "").strip("0")
    assert len(mantissa) <= digits


@given(numbers, st.integers(1, 30))
@settings(max_examples=300)
def test_bounds_of_a_rational_are_the_two_nearest_decimals(value, digits):
    low, high = interval_bounds(flint(value), flint(value), digits)
    assert Decimal(low) == significant(value, digits, ROUND_FLOOR)
    assert Decimal(high) == significant(value, digits, ROUND_CEILING)
    assert (Fraction(low) == Fraction(high)) == (
        significant(value, 200, ROUND_FLOOR) == significant(value, digits, ROUND_FLOOR)
        and Fraction(low) == value
    )


@given(
    st.lists(st.fractions(-9, 9, max_denominator=9), min_size=2, max_size=3),
    st.sampled_from([2, 3, 5, 7]),
    st.integers(1, 40),
)
@settings(max_examples=80)
def test_algebraic_numbers(coefficients, square, digits):
    """Values a + b sqrt(n): digits of SymPy's evaluation, bounds that hold the number."""
    root = sympy.sqrt(square)
    field = NumberField(fmpq_poly([-square, 0, 1]), (fmpq(1), fmpq(3)))
    element = field.element(fmpq_poly([flint(c) for c in coefficients]))
    exact = sympy.expand(
        sum(
            sympy.Rational(c.numerator, c.denominator) * root**k for k, c in enumerate(coefficients)
        )
    )
    text = nearest_decimal(element, digits)
    low, high = decimal_bounds(element, digits)
    if exact == 0:
        assert (text, low, high) == ("0", "0", "0")
        return
    fine = Fraction(str(sympy.N(exact, digits + 40)))
    tiny = abs(fine) / 10 ** (digits + 30)
    assert abs(Fraction(text) - fine) <= unit(fine, digits) / 2 + tiny
    assert Fraction(low) <= fine + tiny
    assert fine - tiny <= Fraction(high)
    assert Fraction(high) - Fraction(low) <= 3 * unit(fine, digits)


def test_far_from_one_in_scientific_notation():
    assert nearest_decimal(fmpq(10) ** 30) == "1e30"
    assert nearest_decimal(fmpq(-123, 10**12)) == "-1.23e-10"
    assert nearest_decimal(fmpq(99999, 100000), 3) == "1"
    assert interval_bounds(fmpq(-1, 3), fmpq(-1, 3), 3) == ("-0.334", "-0.333")
    assert nearest_decimal(fmpq(12345678901234567890)) == "12345678901234567890"
