"""Claims: the rank of a matrix of the data, and of a product of layers at a point."""

from __future__ import annotations

from typing import Any

from symland.claims.case import Case, matrix_json
from symland.exact.rational_matrix import RationalMatrix

__all__ = ["data_rank", "product_rank"]


def data_rank(case: Case, matrix: str, value: RationalMatrix) -> int:
    """The rank of the inputs (rows are samples) or of the cross moment Y X' (rule: minor)."""
    rank, witness = _minor(value)
    case.establish("data_rank", {"matrix": matrix, "rank": rank}, "minor", witness)
    return rank


def product_rank(case: Case, point: str, product: tuple[int, int], value: RationalMatrix) -> int:
    """The rank of W_i ... W_j at a point, product = (i, j) (rule: minor)."""
    rank, witness = _minor(value)
    about = {"point": point, "product": list(product), "rank": rank}
    case.establish("rank", about, "minor", witness)
    return rank


def _minor(matrix: RationalMatrix) -> tuple[int, dict[str, Any]]:
    """The rank, a minor that is not zero and a basis of the kernel."""
    columns = matrix.pivots()
    rows = matrix.columns(columns).T.pivots() if columns else []
    kernel = matrix_json(matrix.nullspace().T) if len(columns) < matrix.shape[1] else []
    return len(columns), {"rows": rows, "columns": columns, "kernel": kernel}
