"""Exact number systems: rationals, number fields, polynomials in the parameters, curves in s."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any, final

from flint import fmpq, fmpq_poly

from symland.exact.polynomial import PolynomialRing
from symland.exact.rational_matrix import as_fmpq
from symland.landscape.number_systems.number_system import NumberSystem

__all__ = ["Ring", "curves", "flint_rationals", "polynomials", "rationals"]


@final
class Ring(NumberSystem):
    """A ring given by how it embeds Q and, where it is ordered, by the sign of an element.

    Parameters
    ----------
    name
        What an error calls the elements, in the plural.
    number
        A rational number to an element.
    sign
        An element to -1, 0 or 1; without it relu and leaky_relu are refused.

    Examples
    --------
    >>> from symland.landscape.number_systems import rationals
    >>> rationals.kinked(Fraction(-3), Fraction(1, 10))
    Fraction(-3, 10)
    >>> rationals.exp(Fraction(1))
    Traceback (most recent call last):
    ...
    symland.landscape.number_systems.number_system.MissingFunction: exact rationals have no exp;
    balls, multiprecision numbers, floats and SymPy symbols have it
    """

    def __init__(
        self, name: str, number: Callable[[Any], Any], sign: Callable[[Any], int] | None = None
    ):
        self.name = name
        self.number = number  # type: ignore[method-assign]
        if sign is not None:
            self.sign = sign  # type: ignore[method-assign]


def _sign(value: Any) -> int:
    return (value > 0) - (value < 0)


def _flint_number(value: Any) -> fmpq:
    return as_fmpq(Fraction(value) if isinstance(value, str) else value)


rationals = Ring("exact rationals", Fraction, _sign)
flint_rationals = Ring("exact rationals", _flint_number, _sign)
curves = Ring("polynomial curves", lambda value: fmpq_poly([_flint_number(value)]))
"""Elements are `fmpq_poly` in the curve's parameter s."""


def polynomials(ring: PolynomialRing) -> Ring:
    """The polynomials of a ring, as a number system.

    >>> system = polynomials(PolynomialRing(["w"]))
    >>> system.polynomial([Fraction(1), Fraction(0), Fraction(1, 2)], system.number(2))
    3
    """
    return Ring("polynomials", lru_cache(maxsize=None)(ring.number))
