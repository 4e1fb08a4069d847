"""Matrices of rational numbers, thin on python-flint's ``fmpq_mat``.

`RationalMatrix` and `AlgebraicMatrix` (matrices over a number field) answer the same questions
under the same names, so that the landscape of a deep linear network is written once for both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from flint import fmpq, fmpq_mat, fmpz, fmpz_mat, nmod_mat

from symland.exact.lifted_nullspace import lifted_nullspace

__all__ = ["RationalMatrix", "as_fmpq", "as_fraction"]

# Below this size elimination over the integers is quicker than counting primes, and below this
# number of entries it is quicker than lifting.
_SMALL, _FEW = 20, 3600


def as_fmpq(value: Any) -> fmpq:
    """The rational number as FLINT holds it.

    >>> from fractions import Fraction
    >>> as_fmpq(Fraction(-3, 4))
    -3/4
    """
    if isinstance(value, fmpq):
        return value
    if isinstance(value, Fraction):
        return fmpq(value.numerator, value.denominator)
    return fmpq(value)


def as_fraction(value: Any) -> Fraction:
    """The rational number as Python holds it.

    >>> as_fraction(fmpq(6, 4))
    Fraction(3, 2)
    """
    value = as_fmpq(value)
    return Fraction(int(value.p), int(value.q))


class RationalMatrix:
    """An immutable rows x columns matrix over Q; either number may be zero.

    Examples
    --------
    >>> A = RationalMatrix([[1, 2], [2, 4]])
    >>> A.rank(), A.nullspace().tolist()
    (1, [[Fraction(2, 1)], [Fraction(-1, 1)]])
    >>> (A @ A).tolist()[0]
    [Fraction(5, 1), Fraction(10, 1)]
    """

    __slots__ = ("_mat",)

    def __init__(self, rows: Sequence[Sequence[Any]] | fmpq_mat, columns: int | None = None):
        if isinstance(rows, fmpq_mat):
            self._mat = rows
            return
        width = len(rows[0]) if rows else (columns or 0)
        self._mat = fmpq_mat(len(rows), width, [as_fmpq(x) for row in rows for x in row])

    @staticmethod
    def zero(rows: int, columns: int) -> RationalMatrix:
        """The zero matrix."""
        return RationalMatrix(fmpq_mat(rows, columns))

    @staticmethod
    def identity(size: int) -> RationalMatrix:
        """The identity matrix."""
        return RationalMatrix(
            fmpq_mat(size, size, [int(i == j) for i in range(size) for j in range(size)])
        )

    @property
    def shape(self) -> tuple[int, int]:
        """(number of rows, number of columns)."""
        return self._mat.nrows(), self._mat.ncols()

    @property
    def T(self) -> RationalMatrix:
        """The transpose."""
        return RationalMatrix(self._mat.transpose())

    @property
    def flint(self) -> fmpq_mat:
        """The FLINT matrix underneath (not to be changed in place)."""
        return self._mat

    def __matmul__(self, other: RationalMatrix) -> RationalMatrix:
        if not isinstance(other, RationalMatrix):
            return NotImplemented
        return RationalMatrix(self._mat * other._mat)

    def __add__(self, other: RationalMatrix) -> RationalMatrix:
        if not isinstance(other, RationalMatrix):
            return NotImplemented
        return RationalMatrix(self._mat + other._mat)

    def __sub__(self, other: RationalMatrix) -> RationalMatrix:
        if not isinstance(other, RationalMatrix):
            return NotImplemented
        return RationalMatrix(self._mat - other._mat)

    def __neg__(self) -> RationalMatrix:
        return RationalMatrix(-self._mat)

    def scale(self, factor: Any) -> RationalMatrix:
        """The matrix with every entry multiplied by the rational factor."""
        return RationalMatrix(self._mat * as_fmpq(factor))

    def __getitem__(self, index: tuple[int, int]) -> fmpq:
        return self._mat[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RationalMatrix) and bool(self._mat == other._mat)

    def __hash__(self) -> int:
        return hash((self.shape, tuple(self._mat.entries())))

    def __repr__(self) -> str:
        return f"RationalMatrix({[[str(x) for x in row] for row in self._mat.tolist()]})"

    def tolist(self) -> list[list[Fraction]]:
        """Rows of Python fractions."""
        return [[as_fraction(x) for x in row] for row in self._mat.tolist()]

    def is_zero(self) -> bool:
        """Whether every entry is zero (an empty matrix is)."""
        return not any(self._mat.entries())

    def trace(self) -> fmpq:
        """The sum of the diagonal entries."""
        return sum((self._mat[i, i] for i in range(min(self.shape))), fmpq(0))

    def columns(self, indices: Iterable[int]) -> RationalMatrix:
        """The matrix of the named columns, in the order named."""
        chosen = list(indices)
        rows = self.shape[0]
        return RationalMatrix(
            fmpq_mat(rows, len(chosen), [self._mat[i, j] for i in range(rows) for j in chosen])
        )

    def rows(self, indices: Iterable[int]) -> RationalMatrix:
        """The matrix of the named rows, in the order named."""
        chosen = list(indices)
        width = self.shape[1]
        return RationalMatrix(
            fmpq_mat(len(chosen), width, [self._mat[i, j] for i in chosen for j in range(width)])
        )

    def beside(self, other: RationalMatrix) -> RationalMatrix:
        """The block matrix [self, other]."""
        rows = self.shape[0]
        entries = [
            x
            for mine, theirs in zip(self._mat.tolist(), other._mat.tolist(), strict=True)
            for x in (*mine, *theirs)
        ]
        return RationalMatrix(fmpq_mat(rows, self.shape[1] + other.shape[1], entries))

    def _reduced(self) -> tuple[fmpz_mat, Any, int]:
        """Row echelon form over the integers with a common pivot, that pivot, and the rank."""
        return _integer_multiple(self._mat).rref()

    def pivots(self) -> list[int]:
        """Indices of the columns that are independent of those before them."""
        if 0 in self.shape:
            return []
        form, _, rank = self._reduced()
        return [next(j for j in range(self.shape[1]) if form[i, j]) for i in range(rank)]

    def rank(self) -> int:
        """The rank over Q."""
        return 0 if 0 in self.shape else _rank(_integer_multiple(self._mat))

    def column_basis(self) -> RationalMatrix:
        """The first independent columns: a basis of the column space."""
        return self.columns(self.pivots())

    def nullspace(self) -> RationalMatrix:
        """A basis of {x : self x = 0}, one vector a column, with coprime integer entries."""
        rows, width = self.shape
        if width == 0:
            return RationalMatrix.zero(0, 0)
        if rows == 0:
            return RationalMatrix.identity(width)
        matrix = _integer_multiple(self._mat)
        kernel = lifted_nullspace(matrix) if rows * width >= _FEW else None
        if kernel is not None:
            return RationalMatrix(fmpq_mat(kernel))
        basis, nullity = matrix.nullspace()
        table = basis.transpose().tolist()[:nullity]
        if not table:
            return RationalMatrix.zero(width, 0)
        return RationalMatrix(fmpq_mat(fmpz_mat([_primitive(v) for v in table]).transpose()))

    def inverse(self) -> RationalMatrix:
        """The inverse of a square matrix; ZeroDivisionError where there is none."""
        return self if self.shape == (0, 0) else RationalMatrix(self._mat.inv())

    def solve(self, right: RationalMatrix) -> RationalMatrix:
        """The X with self X = right, self square and invertible."""
        if 0 in right.shape:
            return right
        return RationalMatrix(self._mat.solve(right._mat))

    def charpoly(self) -> list[Any]:
        """Coefficients of det(x - self), lowest first."""
        return [fmpq(1)] if self.shape == (0, 0) else list(self._mat.charpoly().coeffs())


def _integer_multiple(matrix: fmpq_mat) -> fmpz_mat:
    """The matrix times its common denominator: same rank, row space and kernel."""
    return matrix.numer_denom()[0]


def _rank(matrix: fmpz_mat) -> int:
    """The largest rank modulo primes, so many of them that no minor beyond it can be nonzero.

    A minor that vanishes modulo primes whose product exceeds Hadamard's bound for it is zero.
    """
    rows, columns = matrix.nrows(), matrix.ncols()
    if min(rows, columns) < _SMALL:
        return int(matrix.rank())
    # Rows by falling length, as exponents b with length < 2^(b/2).
    products: Any = matrix * matrix.transpose()
    lengths = sorted((int(products[i, i]).bit_length() for i in range(rows)), reverse=True)
    primes, rank, bits = _primes(), 0, 0
    while rank < min(rows, columns) and 2 * bits < sum(lengths[: rank + 1]):
        prime = next(primes)
        rank = max(rank, nmod_mat(matrix, prime).rank())
        bits += prime.bit_length() - 1
    return rank


def _primes() -> Iterator[int]:
    """The primes below 2^63, falling."""
    return (n for n in range(2**63 - 1, 2, -2) if fmpz(n).is_prime())


def _primitive(vector: Sequence[Any]) -> list[Any]:
    """The integer vector divided by the gcd of its entries, its first nonzero entry positive."""
    content = vector[0]
    for entry in vector[1:]:
        content = content.gcd(entry)
    leading = next((x for x in vector if x), 0)
    divisor = -content if leading < 0 else content
    return [x // divisor for x in vector] if divisor else list(vector)
