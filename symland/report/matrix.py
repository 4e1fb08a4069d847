"""Matrices of numbers as text: from the parameters of a document, and in lines."""

from collections.abc import Mapping
from typing import Any

from symland.report.page import Matrices, Matrix

#: Matrices with more entries than this are named by their shape.
LARGEST = 144


def matrices(title: str, weights: Mapping[str, Any]) -> Matrices:
    """The matrices and vectors of a document's parameters.

    >>> matrices("Weights", {"b1": ["1", "2"]}).matrices[0].rows
    (('1',), ('2',))
    """
    return Matrices(title, tuple(_matrix(name, value) for name, value in weights.items()))


def _matrix(name: str, value: Any) -> Matrix:
    rows = [row if isinstance(row, list | tuple) else [row] for row in value]
    columns = len(rows[0]) if rows else 0
    if len(rows) * columns > LARGEST:
        return Matrix(name, ((f"{len(rows)} x {columns}, in the JSON document",),))
    return Matrix(name, tuple(tuple(map(str, row)) for row in rows))


def matrix_text(matrix: Matrix) -> list[str]:
    """The lines of a matrix, columns aligned.

    >>> print("\\n".join(matrix_text(Matrix("W1", (("1", "0"), ("-1/2", "3"))))))
    W1 = [    1  0 ]
         [ -1/2  3 ]
    """
    widths = [max(map(len, column)) for column in zip(*matrix.rows, strict=True)]
    lines = []
    for number, row in enumerate(matrix.rows):
        entries = "  ".join(e.rjust(w) for e, w in zip(row, widths, strict=True))
        head = f"{matrix.name} = " if number == 0 else " " * (len(matrix.name) + 3)
        lines.append(f"{head}[ {entries} ]")
    return lines
