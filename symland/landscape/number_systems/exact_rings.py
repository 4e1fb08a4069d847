"""Exact number systems: rationals, number fields, polynomials in the parameters, curves in s."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any, final

from flint import fmpq, fmpq_poly

from symland.exact.number_field import NumberField
from symland.exact.polynomial import PolynomialRing
from symland.exact.rational_matrix import as_fmpq
from symland.exact.real_roots import has_one_root, irreducible_factors
from symland.landscape.number_systems.number_system import Kink, NumberSystem

__all__ = [
    "Ring",
    "algebraic_numbers",
    "curves",
    "flint_rationals",
    "germs",
    "polynomials",
    "rationals",
]


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
        self.number = number  # type: ignore
        if sign is not None:
            self.sign = sign  # type: ignore
            self.is_nothing = lambda value: sign(value) == 0  # type: ignore


def _sign(value: Any) -> int:
    return (value > 0) - (value < 0)


def _flint_number(value: Any) -> fmpq:
    return as_fmpq(Fraction(value) if isinstance(value, str) else value)


rationals = Ring("exact rationals", Fraction, _sign)
flint_rationals = Ring("exact rationals", _flint_number, _sign)
curves = Ring("polynomial curves", lambda value: fmpq_poly([_flint_number(value)]))
"""Elements are `fmpq_poly` in the curve's parameter s."""


def _sign_at_start(value: fmpq_poly) -> int:
    if value and not value[0]:
        raise Kink
    return _sign(value[0])


germs = Ring("polynomial curves", lambda value: fmpq_poly([_flint_number(value)]), _sign_at_start)
"""The same for small s only: relu of a curve that starts at 0 and leaves it is a `Kink`."""


def algebraic_numbers(polynomial: Sequence[Fraction], interval: tuple[Fraction, Fraction]) -> Ring:
    """The field Q(t), t the only real root of the squarefree polynomial in the interval.

    >>> system = algebraic_numbers([Fraction(-2), Fraction(0), Fraction(1)], (1, 2))
    >>> t = system.root((), ())
    >>> t * t == system.number(2), system.sign(t - system.number(2))
    (True, -1)
    """
    low, high = as_fmpq(interval[0]), as_fmpq(interval[1])
    for factor, _ in irreducible_factors(fmpq_poly([as_fmpq(c) for c in polynomial])):
        # A rational root may be an end of the interval, where no sign changes.
        at = -factor[0]
        ends = (at, at) if factor.degree() == 1 and low <= at <= high else (low, high)
        if has_one_root(factor, ends):
            return _number_field(NumberField(factor, ends))
    raise ValueError(f"interval {interval}: expected one root of {list(polynomial)}")


def _number_field(field: NumberField) -> Ring:
    ring = Ring(
        "algebraic numbers",
        lambda value: field.element(_flint_number(value)),
        lambda value: value.sign(),
    )
    ring.root = lambda polynomial, interval: field.generator  # type: ignore
    return ring


def polynomials(ring: PolynomialRing) -> Ring:
    """The polynomials of a ring, as a number system.

    >>> system = polynomials(PolynomialRing(["w"]))
    >>> system.polynomial([Fraction(1), Fraction(0), Fraction(1, 2)], system.number(2))
    3
    """
    return Ring("polynomials", lru_cache(maxsize=None)(ring.number))
