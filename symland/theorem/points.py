"""Points as a theorem file writes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symland.exact.rational_matrix import RationalMatrix
from symland.problem import Problem, Weights, parse_weights

__all__ = ["point_of"]


def point_of(problem: Problem, at: Any) -> Weights:
    """The point given as a list of matrices W_1, W_2, ..., a mapping, or `Weights`.

    >>> from symland.theorem.examples import linear_network
    >>> point_of(linear_network((1, 1, 1), [[1]], [[1]]), [[[2]], [["1/2"]]]).values["W2"]
    ((Fraction(1, 2),),)
    """
    if isinstance(at, Sequence) and not isinstance(at, str):
        at = {f"W{k}": _rows(matrix) for k, matrix in enumerate(at, start=1)}
    point = at if isinstance(at, Weights) else parse_weights(at, problem.network)
    point.check_against(problem.network)
    return point


def _rows(matrix: Any) -> Any:
    if isinstance(matrix, RationalMatrix):
        return [[str(x) for x in row] for row in matrix.tolist()]
    return [list(row) for row in matrix]
