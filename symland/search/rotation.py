"""Vectors that show a set of eigenvalues not to be the largest ones."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from symland.exact.number_field import AlgebraicNumber, enclosure, sign
from symland.exact.rational_matrix import RationalMatrix
from symland.landscape.deep_linear.point import LinearPoint

__all__ = ["rotation_pair"]


def rotation_pair(point: LinearPoint) -> tuple[Any, Any]:
    """x in col(MA), y orthogonal to it, with (x'Sx)(y'Sy) > |Sx|^2 |y|^2 for S = Sigma.

    The pair exists if a left eigenvalue is larger than one taken: x is near an eigenvector of the
    smallest eigenvalue on col(MA), y near one of the largest off it. Both are found numerically,
    at growing precision, rounded to short rational combinations of exact bases, and checked.
    """
    sigma = point.linear.sigma
    for digits in (15, 30, 60, 120, 240, 480):
        smallest = _eigenvector(sigma, point.basis, digits, largest=False)
        greatest = _eigenvector(sigma, point.complement, digits, largest=True)
        for x, y in zip(_rounded(smallest, digits), _rounded(greatest, digits), strict=True):
            u, v = point.basis @ x, point.complement @ y
            if _improves(sigma, u, v):
                return u, v
    raise ArithmeticError("no pair of vectors found at 480 digits")


def _improves(sigma: RationalMatrix, x: Any, y: Any) -> bool:
    image = sigma @ x
    left = (x.T @ image)[0, 0] * (y.T @ sigma @ y)[0, 0]
    return sign(left - (image.T @ image)[0, 0] * (y.T @ y)[0, 0]) > 0


def _eigenvector(sigma: RationalMatrix, basis: Any, digits: int, largest: bool) -> list[Any]:
    """Coordinates in the basis of an eigenvector of Sigma restricted to its span."""
    import mpmath

    with mpmath.workdps(digits + 10):
        gram = _numeric(basis.T @ basis, digits)
        form = _numeric(basis.T @ (sigma @ basis), digits)
        lower = mpmath.cholesky(gram)
        inverse = mpmath.inverse(lower)
        values, vectors = mpmath.eigsy(inverse * form * inverse.T)
        index = len(values) - 1 if largest else 0
        coordinates = inverse.T * vectors[:, index]
        scale = max(abs(c) for c in coordinates)
        return [c / scale for c in coordinates]


def _numeric(matrix: Any, digits: int) -> Any:
    import mpmath

    rows = matrix.tolist()
    return mpmath.matrix([[_decimal(x, digits) for x in row] for row in rows])


def _decimal(value: Any, digits: int) -> Any:
    import mpmath

    if isinstance(value, AlgebraicNumber):
        ball = enclosure(value, 4 * digits + 64)
        return mpmath.mpf(ball.mid().str(digits + 20, radius=False))
    return mpmath.mpf(value.numerator) / value.denominator


def _rounded(coordinates: list[Any], digits: int) -> Iterator[RationalMatrix]:
    """The vector rounded to denominators up to 1, 10, 100, ... as a rational column."""
    for places in (0, 1, 2, 4, 7, digits):
        scale = 10**places
        yield RationalMatrix([[Fraction(round(c * scale), scale)] for c in coordinates], 1)
