"""Polynomials with integer coefficients, as text and as LaTeX; long coefficients are elided."""

from collections.abc import Sequence
from math import gcd, lcm
from typing import Any

from symland.problem.exact_number import int_to_digits
from symland.report.number import rational

#: A coefficient with more digits than this is elided.
LONGEST = 13


def integer_coefficients(coefficients: Sequence[Any]) -> tuple[int, ...]:
    """The primitive integer multiple with positive leading coefficient, lowest power first.

    >>> integer_coefficients(["-1/2", "0", "3/4"])
    (-2, 0, 3)
    """
    numbers = [rational(c) for c in coefficients]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    if not numbers:
        return ()
    common = lcm(*(c.denominator for c in numbers))
    integers = [int(c * common) for c in numbers]
    factor = gcd(*integers) * (-1 if integers[-1] < 0 else 1)
    return tuple(c // factor for c in integers)


def degree(coefficients: Sequence[Any]) -> int:
    """The degree; -1 for the zero polynomial.

    >>> degree(["-2", 0, 1]), degree([])
    (2, -1)
    """
    return len(integer_coefficients(coefficients)) - 1


def polynomial_text(coefficients: Sequence[Any], variable: str = "z") -> str:
    """The polynomial, highest power first.

    >>> polynomial_text(["-2", "0", "1"])
    'z^2 - 2'
    >>> polynomial_text(["-1/3", "1"], "x")
    '3 x - 1'
    >>> polynomial_text([12345678901234567890, 1])
    'z + 1234…7890'
    """
    return _sum(integer_coefficients(coefficients), variable, "^{}", "{}…{}")


def polynomial_latex(coefficients: Sequence[Any], variable: str = "z") -> str:
    r"""The same in LaTeX.

    >>> polynomial_latex(["-2", "0", "1"])
    'z^{2} - 2'
    >>> polynomial_latex([12345678901234567890, 1])
    'z + 1234{\\ldots}7890'
    """
    return _sum(integer_coefficients(coefficients), variable, "^{{{}}}", r"{}{{\ldots}}{}")


def longest_coefficient(coefficients: Sequence[Any]) -> int:
    """The number of digits of the longest coefficient.

    >>> longest_coefficient([-100, 1])
    3
    """
    return max((len(int_to_digits(abs(c))) for c in integer_coefficients(coefficients)), default=1)


def elided_note(coefficients: Sequence[Any]) -> str:
    """What a reader must know where coefficients are cut; empty where none is.

    >>> elided_note([10**20, 1])
    ' (coefficients of up to 21 digits)'
    >>> elided_note([1, 1])
    ''
    """
    digits = longest_coefficient(coefficients)
    return f" (coefficients of up to {digits} digits)" if digits > LONGEST else ""


def _sum(coefficients: Sequence[int], variable: str, power: str, elided: str) -> str:
    text = ""
    for exponent in range(len(coefficients) - 1, -1, -1):
        value = coefficients[exponent]
        if value == 0:
            continue
        monomial = "" if exponent == 0 else variable
        monomial += power.format(exponent) if exponent > 1 else ""
        factor = "" if abs(value) == 1 and monomial else _digits(abs(value), elided)
        term = f"{factor} {monomial}".strip()
        sign = "-" if value < 0 else "+"
        text += f" {sign} {term}" if text else ("-" if value < 0 else "") + term
    return text or "0"


def _digits(value: int, elided: str) -> str:
    text = int_to_digits(value)
    return text if len(text) <= LONGEST else elided.format(text[:4], text[-4:])
