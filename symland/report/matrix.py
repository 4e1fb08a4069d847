"""A matrix in plain text."""

from symland.report.page import Matrix


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
