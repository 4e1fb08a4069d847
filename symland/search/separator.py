"""The number between the eigenvalues taken and those left, where the largest are taken."""

from __future__ import annotations

from typing import Any

from flint import fmpq

from symland.exact.algebraic_matrix import AlgebraicMatrix
from symland.exact.field_polynomial import divide, gcd
from symland.exact.real_roots import short_number_between
from symland.landscape.deep_linear.point import LinearPoint

__all__ = ["separator"]


def separator(point: LinearPoint) -> Any:
    """mu with: every eigenvalue taken >= mu >= every eigenvalue left, and mu >= 0.

    Rational wherever the two sides are apart. Where one eigenvalue is on both sides, it is the
    only common root of the two characteristic polynomials and lies in the field of the point.
    """
    mus, taken = point.strata.multiplicities, point.taken
    eigenvalues = point.strata.spectrum.eigenvalues
    last = max((i for i, m in enumerate(taken) if m), default=-1)
    if last >= 0 and taken[last] < mus[last]:
        return _shared(point, last)
    high = eigenvalues[last].interval[0] if last >= 0 else None
    low = eigenvalues[last + 1].interval[1] if last + 1 < len(eigenvalues) else fmpq(0)
    if high is None:
        return fmpq(low.ceil())
    return short_number_between(low, high)


def _shared(point: LinearPoint, index: int) -> Any:
    """The eigenvalue that is taken in part, as an element of the point's field."""
    eigenvalue = point.strata.spectrum.eigenvalues[index]
    if eigenvalue.field.degree == 1:
        return eigenvalue.interval[0]
    U = point.basis
    if not isinstance(U, AlgebraicMatrix):
        raise ArithmeticError("a rational subspace takes all conjugates of an eigenvalue or none")
    return _eigenvalue_in(U, point, index)


def _eigenvalue_in(U: AlgebraicMatrix, point: LinearPoint, index: int) -> Any:
    """The root that the characteristic polynomials on both sides share, by Euclid's algorithm."""
    V, sigma = point.complement, point.linear.sigma
    sides = [(X.T @ X).solve(X.T @ (sigma @ X)).charpoly() for X in (U, V)]
    common = gcd(*sides)
    derivative = [c * k for k, c in enumerate(common)][1:]
    repeated = gcd(common, derivative)
    linear = divide(common, repeated)[0]
    if len(linear) != 2:
        raise ArithmeticError(f"eigenvalue {index + 1} is not the only one on both sides")
    return -linear[0] / linear[1]
