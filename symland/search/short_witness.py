"""Witnesses of strict inequalities, rounded to as few digits as still witness them.

Where a point has long or irrational entries, so have the directions and the lower points that
formulas give. But a falling second derivative and a lower loss bear a small change, and numbers of
a few digits are checked much sooner than polynomials in a root.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import fmpq

from symland.exact.algebraic_matrix import AlgebraicMatrix
from symland.exact.number_field import enclosure, sign
from symland.exact.rational_matrix import RationalMatrix
from symland.landscape.deep_linear.curve import Curve
from symland.landscape.deep_linear.point import LinearPoint

__all__ = ["lower_point_along", "short_direction"]

LONG = 64
"""Bits of a rational number beyond which it is worth rounding."""
DIGITS = (2, 4, 8, 16)


def short_direction(point: LinearPoint, direction: Curve) -> Curve:
    """A direction with second derivative below 0, in short numbers where they do.

    `direction` has only moves of first order, and the point is critical.
    """
    if not _is_long([powers[1] for powers in direction.moves.values()]):
        return direction
    for digits in DIGITS:
        short = Curve({k: {1: _rounded(D[1], digits)} for k, D in direction.moves.items()})
        if sign(short.second_order(point.linear, point.weights)) < 0:
            return short
    return direction


def lower_point_along(point: LinearPoint, curve: Curve) -> LinearPoint:
    """A point with lower loss a short way along a descending curve, or very near to it.

    At a critical point a rounding of size d changes the loss by the order of d^2 only, so that
    digits in proportion to the number of halvings are enough in the end.
    """
    step, halvings = fmpq(1), 0
    while True:
        moved = curve.at(point.weights, step)
        trials: list[Sequence[Any]] = [moved]
        if _is_long(moved):
            trials = [
                [_rounded(W, d) for W in moved] for d in (3, 4 + 2 * halvings, 8 + 4 * halvings)
            ]
        for weights in trials:
            lower = LinearPoint(point.strata, tuple(weights))
            if sign(lower.loss - point.loss) < 0:
                return lower
        step, halvings = step / 2, halvings + 1


def _is_long(matrices: Sequence[Any]) -> bool:
    if any(isinstance(matrix, AlgebraicMatrix) for matrix in matrices):
        return True
    entries = [x for matrix in matrices for row in matrix.flint.tolist() for x in row]
    return any(x.p.bit_length() + x.q.bit_length() > LONG for x in entries)


def _rounded(matrix: Any, digits: int) -> RationalMatrix:
    """The entries to so many digits of the largest one."""
    balls = [[enclosure(x, 4 * digits + 64) for x in row] for row in matrix.tolist()]
    largest = max((float(abs(x).mid()) for row in balls for x in row), default=0.0)
    if not largest:
        return RationalMatrix.zero(*matrix.shape)
    # The power of ten next to the largest entry, from its number of digits.
    power = len(str(int(1 / largest))) if largest < 1 else 1 - len(str(int(largest)))
    unit = fmpq(10) ** (power + digits - 1)
    nearest = [[fmpq((x.mid().fmpq() * unit + fmpq(1, 2)).floor()) for x in row] for row in balls]
    return RationalMatrix(nearest, matrix.shape[1]).scale(1 / unit)
