"""Gradient and Hessian inertia of a problem at an exact point, with nothing about deep linear."""

from __future__ import annotations

import itertools
from typing import Any

import mpmath
from flint import fmpq, fmpq_mat

from symland.exact.number_field import AlgebraicNumber
from symland.landscape.gradient import gradient
from symland.landscape.hessian import hessian
from symland.landscape.number_systems.exact_rings import Ring, flint_rationals
from symland.problem import Problem


def system_of(point: dict[str, Any]) -> Any:
    """Q, or the field of the entries."""
    entries = [x for array in point.values() for row in array for x in row]
    field = next((x.field for x in entries if isinstance(x, AlgebraicNumber)), None)
    if field is None:
        return flint_rationals
    return Ring(
        "algebraic numbers", lambda v: field.element(flint_rationals.number(v)), lambda v: v.sign()
    )


def lifted(point: dict[str, Any]) -> dict[str, Any]:
    """Every entry in the one number system."""
    system = system_of(point)
    return {
        name: [
            [x if isinstance(x, AlgebraicNumber) else system.number(x) for x in row]
            for row in array
        ]
        for name, array in point.items()
    }


def slope(problem: Problem, point: dict[str, Any]) -> list[Any]:
    """The exact gradient, by differentiating the loss forwards."""
    return list(gradient(problem, system_of(point), lifted(point)))


def inertia(problem: Problem, point: dict[str, Any]) -> tuple[int, int, int]:
    """(positive, negative, zero), exactly over Q (Descartes' rule on the characteristic
    polynomial, all of whose roots are real), from 60 digits over a number field."""
    rows = hessian(problem, system_of(point), lifted(point))
    size = len(rows)
    if isinstance(rows[0][0], AlgebraicNumber):
        return _numerically(rows)
    coefficients = fmpq_mat(size, size, [fmpq(x) for row in rows for x in row]).charpoly().coeffs()
    zero = next(i for i, c in enumerate(coefficients) if c)
    signs = [c > 0 for c in coefficients if c]
    positive = sum(a != b for a, b in itertools.pairwise(signs))
    return positive, size - positive - zero, zero


def _numerically(rows: list[list[Any]]) -> tuple[int, int, int]:
    with mpmath.workdps(60):
        matrix = mpmath.matrix(
            [
                [mpmath.mpf(x.enclosure(300).mid().str(60, radius=False)) for x in row]
                for row in rows
            ]
        )
        values = mpmath.eigsy(matrix, eigvals_only=True)
        positive = sum(v > mpmath.mpf(10) ** -30 for v in values)
        negative = sum(v < -(mpmath.mpf(10) ** -30) for v in values)
    return positive, negative, len(rows) - positive - negative
