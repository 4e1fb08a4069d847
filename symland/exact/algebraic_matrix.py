"""Matrices over a real number field: the questions of `RationalMatrix` under the same names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from symland.exact.number_field import AlgebraicNumber, NumberField
from symland.exact.rational_matrix import RationalMatrix

__all__ = ["AlgebraicMatrix", "Matrix"]


class AlgebraicMatrix:
    """An immutable rows x columns matrix over a `NumberField`.

    Examples
    --------
    >>> from flint import fmpq, fmpq_poly
    >>> field = NumberField(fmpq_poly([-2, 0, 1]), (fmpq(1), fmpq(2)))
    >>> t = field.generator
    >>> A = AlgebraicMatrix(field, [[t, 2], [1, t]])
    >>> A.rank(), (A @ A.nullspace()).is_zero()
    (1, True)
    """

    __slots__ = ("_rows", "_width", "field")

    def __init__(self, field: NumberField, rows: Sequence[Sequence[Any]], columns: int = 0):
        self.field = field
        self._rows = tuple(tuple(field.element(x) for x in row) for row in rows)
        self._width = len(self._rows[0]) if self._rows else columns

    def _new(self, rows: Sequence[Sequence[Any]], columns: int) -> AlgebraicMatrix:
        return AlgebraicMatrix(self.field, rows, columns)

    @property
    def shape(self) -> tuple[int, int]:
        """(number of rows, number of columns)."""
        return len(self._rows), self._width

    @property
    def T(self) -> AlgebraicMatrix:
        """The transpose."""
        m, n = self.shape
        return self._new([[self._rows[i][j] for i in range(m)] for j in range(n)], m)

    def _lift(self, other: Any) -> AlgebraicMatrix:
        if isinstance(other, AlgebraicMatrix):
            return other
        return self._new(other.flint.tolist(), other.shape[1])

    def __matmul__(self, other: Any) -> AlgebraicMatrix:
        right = self._lift(other)
        columns = right.T._rows
        return self._new([[self._dot(row, c) for c in columns] for row in self._rows], right._width)

    def __rmatmul__(self, other: RationalMatrix) -> AlgebraicMatrix:
        return self._lift(other) @ self

    def _dot(self, x: Sequence[AlgebraicNumber], y: Sequence[AlgebraicNumber]) -> AlgebraicNumber:
        total = self.field.element(0).poly
        for a, b in zip(x, y, strict=True):
            if a.poly and b.poly:
                total += a.poly * b.poly
        return self.field.element(total)

    def __add__(self, other: Any) -> AlgebraicMatrix:
        pairs = zip(self._rows, self._lift(other)._rows, strict=True)
        return self._new(
            [[a + b for a, b in zip(x, y, strict=True)] for x, y in pairs], self._width
        )

    __radd__ = __add__

    def __neg__(self) -> AlgebraicMatrix:
        return self._new([[-x for x in row] for row in self._rows], self._width)

    def __sub__(self, other: Any) -> AlgebraicMatrix:
        return self + -self._lift(other)

    def __rsub__(self, other: Any) -> AlgebraicMatrix:
        return self._lift(other) - self

    def scale(self, factor: Any) -> AlgebraicMatrix:
        """The matrix with every entry multiplied by the factor."""
        return self._new([[x * factor for x in row] for row in self._rows], self._width)

    def __getitem__(self, index: tuple[int, int]) -> AlgebraicNumber:
        return self._rows[index[0]][index[1]]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AlgebraicMatrix) and self._rows == other._rows

    def __hash__(self) -> int:
        return hash(self._rows)

    def __repr__(self) -> str:
        return f"AlgebraicMatrix({[[str(x.poly) for x in row] for row in self._rows]})"

    def tolist(self) -> list[list[AlgebraicNumber]]:
        """Rows of field elements."""
        return [list(row) for row in self._rows]

    def is_zero(self) -> bool:
        """Whether every entry is zero (an empty matrix is)."""
        return not any(x for row in self._rows for x in row)

    def trace(self) -> AlgebraicNumber:
        """The sum of the diagonal entries."""
        total = self.field.element(0)
        for i in range(min(self.shape)):
            total += self._rows[i][i]
        return total

    def columns(self, indices: Iterable[int]) -> AlgebraicMatrix:
        """The matrix of the named columns."""
        chosen = list(indices)
        return self._new([[row[j] for j in chosen] for row in self._rows], len(chosen))

    def rows(self, indices: Iterable[int]) -> AlgebraicMatrix:
        """The matrix of the named rows."""
        return self._new([self._rows[i] for i in indices], self._width)

    def beside(self, other: Any) -> AlgebraicMatrix:
        """The block matrix [self, other]."""
        right = self._lift(other)
        pairs = zip(self._rows, right._rows, strict=True)
        return self._new([x + y for x, y in pairs], self._width + right._width)

    def _echelon(self) -> tuple[list[list[AlgebraicNumber]], list[int]]:
        """Reduced row echelon form and its pivot columns (Gauss and Jordan)."""
        rows = [list(row) for row in self._rows]
        pivots: list[int] = []
        for j in range(self._width):
            r = len(pivots)
            found = next((i for i in range(r, len(rows)) if rows[i][j]), None)
            if found is None:
                continue
            rows[r], rows[found] = rows[found], rows[r]
            inverse = rows[r][j].inverse()
            rows[r] = [x * inverse if x else x for x in rows[r]]
            for i, row in enumerate(rows):
                if i != r and row[j]:
                    factor = row[j]
                    rows[i] = [
                        x - factor * y if y else x for x, y in zip(row, rows[r], strict=True)
                    ]
            pivots.append(j)
        return rows, pivots

    def pivots(self) -> list[int]:
        """Indices of the columns that are independent of those before them."""
        return self._echelon()[1]

    def rank(self) -> int:
        """The rank over the field."""
        return len(self.pivots())

    def column_basis(self) -> AlgebraicMatrix:
        """The first independent columns: a basis of the column space."""
        return self.columns(self.pivots())

    def nullspace(self) -> AlgebraicMatrix:
        """A basis of {x : self x = 0}, one vector a column."""
        rows, pivots = self._echelon()
        free = [j for j in range(self._width) if j not in pivots]
        basis = [[self.field.element(0)] * len(free) for _ in range(self._width)]
        for k, j in enumerate(free):
            basis[j][k] = self.field.element(1)
            for i, p in enumerate(pivots):
                basis[p][k] = -rows[i][j]
        return self._new(basis, len(free))

    def solve(self, right: Any) -> AlgebraicMatrix:
        """The X with self X = right, self square and invertible."""
        size = self.shape[0]
        rows, pivots = self.beside(right)._echelon()
        if pivots[:size] != list(range(size)):
            raise ZeroDivisionError("matrix is singular")
        return self._new([row[size:] for row in rows], self._lift(right)._width)

    def inverse(self) -> AlgebraicMatrix:
        """The inverse of a square matrix; ZeroDivisionError where there is none."""
        return self.solve(RationalMatrix.identity(self.shape[0]))

    def charpoly(self) -> list[AlgebraicNumber]:
        """Coefficients of det(x - self), lowest first (Faddeev and LeVerrier)."""
        size = self.shape[0]
        coefficients = [self.field.element(1)]
        power = self._new([], 0) if size == 0 else self
        for k in range(1, size + 1):
            c = power.trace() / -k
            coefficients.append(c)
            if k < size:
                shift = self._lift(RationalMatrix.identity(size)).scale(c)
                power = self @ (power + shift)
        return coefficients[::-1]


Matrix = RationalMatrix | AlgebraicMatrix
"""A matrix over Q or over a real number field."""
