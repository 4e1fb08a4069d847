"""The critical equations: every partial derivative of the loss is zero."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from symland.exact.polynomial import PolynomialRing

if TYPE_CHECKING:
    from flint import fmpq_mpoly

__all__ = ["critical_equations"]


def critical_equations(ring: PolynomialRing, derivatives: Iterable[fmpq_mpoly]) -> list[fmpq_mpoly]:
    """The polynomials with coprime integer coefficients whose common zeros are critical.

    Each is a positive multiple of its partial derivative, in the same order, so signs survive;
    derivatives that are identically zero and repeated equations are left out.

    >>> ring = PolynomialRing(["a", "b"])
    >>> a, b = ring.gens
    >>> critical_equations(ring, [a * b**2 * 4 - 6 * b, ring.number(0), b**2 * a - b * 3 / 2])
    [2*a*b^2 - 3*b]
    """
    equations: list[fmpq_mpoly] = []
    for derivative in derivatives:
        equation = ring.primitive(derivative)
        if not equation.is_zero() and equation not in equations:
            equations.append(equation)
    return equations
