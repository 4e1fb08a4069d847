"""Claims: from a point a path leads to an exact fit, along which the loss never rises."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symland.claims.case import Case

__all__ = ["path_to_exact_fit"]

Matrix = Sequence[Sequence[Any]]


def path_to_exact_fit(
    case: Case,
    point: str,
    layer: int,
    left_inverse: Matrix,
    right_inverses: Sequence[Matrix],
    precision: int,
) -> str:
    """From the point a continuous path of weights leads to f = y; its loss is (1 - t)^2 times that
    of the point, 0 <= t <= 1 (rule: full_rank).

    Source: Petzka and Sminchisescu (2021), Theorem 5. In the layer, 0 for the inputs, the samples'
    activations A are independent and the matrices W_k, k >= layer + 2, have full row rank: L A and
    W_k R_k are near the identity for ``left_inverse`` L and ``right_inverses`` R_k. `symland.search
    .full_ranks` finds them.

    >>> from symland import Dataset, Network, Problem
    >>> case = Case(Problem(Network((1, 1, 1), "tanh"), Dataset([[1]], [[5]])))
    >>> point = case.point({"W1": [["0"]], "W2": [["3"]]})
    >>> path_to_exact_fit(case, point, 0, [["1"]], [[["1/3"]]], 64)
    'c1'
    >>> case.check().lines[0]
    'c1: from p1 a path leads to f = y, where the loss is (1 - t)^2 times as high'
    """
    witness = {
        "layer": layer,
        "left_inverse": _texts(left_inverse),
        "right_inverses": [_texts(matrix) for matrix in right_inverses],
        "precision": precision,
    }
    return case.establish("path_to_exact_fit", {"point": point}, "full_rank", witness)


def _texts(matrix: Matrix) -> list[list[str]]:
    return [[str(x) for x in row] for row in matrix]
