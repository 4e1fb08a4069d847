"""Claims that the loss or a derivative of it is a given polynomial in the parameters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from symland.claims.case import Case

__all__ = ["gradient_polynomial", "hessian_polynomial", "loss_polynomial", "terms_json"]

Key = Sequence[Any]
Terms = Iterable[tuple[Fraction, tuple[int, ...]]]


def terms_json(terms: Terms, keys: Sequence[Key]) -> list[Any]:
    """Terms (coefficient, exponents) as the statement writes them; ``keys`` names the variables.

    >>> terms_json([(Fraction(1, 2), (2, 0))], [("W1", 0, 0), ("b1", 0)])
    [['1/2', [['W1', 0, 0, 2]]]]
    """
    return [
        [str(c), [[*key, e] for key, e in zip(keys, exponents, strict=True) if e]]
        for c, exponents in terms
    ]


def loss_polynomial(case: Case, terms: list[Any]) -> str:
    """The loss is the polynomial of these terms."""
    return case.establish("loss_polynomial", {"terms": terms}, "expand", {})


def gradient_polynomial(case: Case, key: Key, terms: list[Any]) -> str:
    """The partial derivative by this parameter is the polynomial of these terms."""
    about = {"parameter": list(key), "terms": terms}
    return case.establish("gradient_polynomial", about, "expand", {})


def hessian_polynomial(case: Case, first: Key, second: Key, terms: list[Any]) -> str:
    """The second derivative by these two parameters is the polynomial of these terms."""
    about = {"parameters": [list(first), list(second)], "terms": terms}
    return case.establish("hessian_polynomial", about, "expand", {})
