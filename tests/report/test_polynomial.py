"""Polynomials are printed with coprime integer coefficients, and long ones say how long."""

import pytest

from symland.report.polynomial import (
    elided_note,
    integer_coefficients,
    polynomial_latex,
    polynomial_text,
)


@pytest.mark.parametrize(
    ("coefficients", "text"),
    [
        ([], "0"),
        (["0", "0"], "0"),
        ([5], "1"),
        (["-4", "1"], "z - 4"),
        (["1", "-6", "4"], "4 z^2 - 6 z + 1"),
        (["-1/2", "0", "-1/3"], "2 z^2 + 3"),
        ([0, 0, 0, 1], "z^3"),
        ([1, -1], "z - 1"),
    ],
)
def test_text(coefficients, text):
    assert polynomial_text(coefficients) == text


def test_long_coefficients_keep_sign_and_ends():
    long = -(10**40 + 7)
    assert polynomial_text([long, 1]) == "z - 1000…0007"
    assert polynomial_latex([long, 0, 1]) == r"z^{2} - 1000{\ldots}0007"
    assert elided_note([long, 1]) == " (coefficients of up to 41 digits)"


def test_primitive_with_positive_lead():
    assert integer_coefficients(["6", "0", "-9", "0"]) == (-2, 0, 3)
