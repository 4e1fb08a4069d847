"""Claims about the rank of a product of weight matrices at a point."""

from __future__ import annotations

from symland.claims.case import Case, matrix_json
from symland.exact.rational_matrix import RationalMatrix

__all__ = ["rank"]


def rank(case: Case, point: str, last: int, first: int, product: RationalMatrix) -> str:
    """The rank of W_last ... W_first at the point, whose value there is ``product``.

    The witness is an invertible submatrix, and independent vectors that the product annihilates.
    """
    columns = product.pivots()
    rows = product.T.pivots()
    about = {"point": point, "product": [last, first], "rank": len(columns)}
    kernel = matrix_json(product.nullspace().T) if len(columns) < product.shape[1] else []
    witness = {"rows": rows, "columns": columns, "kernel": kernel}
    return case.establish("rank", about, "minor", witness)
