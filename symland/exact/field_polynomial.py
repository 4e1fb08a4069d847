"""Polynomials over a field as lists of coefficients, lowest first, without zeros at the end."""

from __future__ import annotations

from typing import Any

__all__ = ["divide", "gcd"]


def divide(a: list[Any], b: list[Any]) -> tuple[list[Any], list[Any]]:
    """Quotient and remainder; the last coefficient of ``b`` is not zero.

    >>> from fractions import Fraction
    >>> divide([Fraction(-1), Fraction(0), Fraction(1)], [Fraction(1), Fraction(1)])
    ([Fraction(-1, 1), Fraction(1, 1)], [])
    """
    remainder, quotient = list(a), [b[-1] * 0] * max(len(a) - len(b) + 1, 0)
    for k in range(len(a) - len(b), -1, -1):
        factor = remainder[k + len(b) - 1] / b[-1]
        quotient[k] = factor
        for i, c in enumerate(b):
            remainder[k + i] = remainder[k + i] - factor * c
    return quotient, _trim(remainder[: len(b) - 1])


def gcd(a: list[Any], b: list[Any]) -> list[Any]:
    """A greatest common divisor, by Euclid's algorithm.

    >>> from fractions import Fraction
    >>> x = [Fraction(0), Fraction(1)]
    >>> gcd(x, [Fraction(0), Fraction(1), Fraction(1)]) == x
    True
    """
    a, b = _trim(a), _trim(b)
    while b:
        a, b = b, divide(a, b)[1]
    return a


def _trim(polynomial: list[Any]) -> list[Any]:
    while polynomial and not polynomial[-1]:
        polynomial = polynomial[:-1]
    return polynomial
