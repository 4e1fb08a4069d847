"""One exact critical point of a deep linear network, with the matrices that the lemmas speak of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import matmul

from symland.exact.rational_matrix import RationalMatrix
from symland.landscape.deep_linear.data import DeepLinear

__all__ = ["CriticalPoint", "critical_point"]


@dataclass(frozen=True)
class CriticalPoint:
    """What it is, the weights, and the matrices of C, W1, G, P, WK, VK, M, Ws, S there."""

    why: str
    weights: list[RationalMatrix]
    matrices: dict[str, RationalMatrix]


def critical_point(linear: DeepLinear) -> CriticalPoint:
    """A global minimum where no bottleneck forbids a rational one, else the origin.

    >>> from symland import Dataset, Network, Problem
    >>> from symland.landscape.deep_linear.data import deep_linear
    >>> problem = Problem(Network((1, 2, 1)), Dataset([[1]], [[3]]))
    >>> critical_point(deep_linear(problem)).matrices["M"].tolist()
    [[Fraction(3, 1)]]
    """
    if linear.K == 1:
        weights = [linear.least_squares]
        why = "For example at $W_1 = W*$, the global minimum, the loss is"
        inverse = RationalMatrix.identity(linear.widths[-1])
    elif linear.p is None or linear.q <= linear.p:
        weights, inverse = _minimum(linear)
        why = (
            "For example at a global minimum, whose first layer computes the least squares "
            "solution in a basis of the range of $Σ$, the loss is"
        )
    else:
        sizes = [(linear.widths[k], linear.widths[k - 1]) for k in range(1, linear.K + 1)]
        weights = [RationalMatrix.zero(*size) for size in sizes]
        inverse = RationalMatrix.zero(linear.widths[1], linear.widths[1])
        why = "For example at the origin, which is critical, the loss is"
    return CriticalPoint(why, weights, _letters(linear, weights, inverse))


def _minimum(linear: DeepLinear) -> tuple[list[RationalMatrix], RationalMatrix]:
    """Weights (B's range in coordinates) and a generalized inverse of C'C."""
    basis, q = linear.B.column_basis(), linear.q
    gram = (basis.T @ basis).inverse()
    head = gram @ basis.T @ linear.least_squares
    weights = [_padded(head, linear.widths[1], linear.widths[0])]
    for k in range(2, linear.K):
        unit = RationalMatrix.identity(q)
        weights.append(_padded(unit, linear.widths[k], linear.widths[k - 1]))
    weights.append(_padded(basis, linear.widths[-1], linear.widths[-2]))
    return weights, _padded(gram, linear.widths[1], linear.widths[1])


def _padded(matrix: RationalMatrix, rows: int, columns: int) -> RationalMatrix:
    entries = matrix.tolist()
    return RationalMatrix(
        [
            [
                entries[i][j] if i < matrix.shape[0] and j < matrix.shape[1] else 0
                for j in range(columns)
            ]
            for i in range(rows)
        ]
    )


def _letters(
    linear: DeepLinear, weights: list[RationalMatrix], inverse: RationalMatrix
) -> dict[str, RationalMatrix]:
    first, last = (
        RationalMatrix.identity(linear.widths[0]),
        RationalMatrix.identity(linear.widths[-1]),
    )
    above = reduce(matmul, reversed(weights[1:]), last)
    below = reduce(lambda done, w: w @ done, weights[:-1], first)
    return {
        "C": above,
        "W1": weights[0],
        "G": inverse,
        "P": above @ inverse @ above.T,
        "WK": weights[-1],
        "VK": below,
        "M": above @ weights[0],
        "Ws": linear.least_squares,
        "S": linear.sigma,
    }
