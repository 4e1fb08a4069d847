"""Rational matrices against SymPy's."""

from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings, strategies as st

from symland.exact.rational_matrix import RationalMatrix

NUMBERS = st.fractions(-5, 5, max_denominator=4) | st.integers(-2, 2).map(Fraction)


@st.composite
def tables(draw, square=False):
    """Rows of a matrix with up to 4 rows and columns, often of lower rank than it could be."""
    m = draw(st.integers(1, 4))
    n = m if square else draw(st.integers(1, 4))
    rows = draw(st.lists(st.lists(NUMBERS, min_size=n, max_size=n), min_size=m, max_size=m))
    if m > 1 and draw(st.booleans()):
        factor = draw(NUMBERS)
        rows[-1] = [factor * x for x in rows[0]]
    return rows


def by_sympy(rows):
    return sympy.Matrix([[sympy.Rational(x.numerator, x.denominator) for x in r] for r in rows])


def rows_of(matrix):
    """A SymPy matrix as rows of fractions."""
    return [[Fraction(int(x.p), int(x.q)) for x in row] for row in matrix.tolist()]


@given(tables())
@settings(max_examples=60)
def test_rank_pivots_and_kernel(rows):
    ours, theirs = RationalMatrix(rows), by_sympy(rows)
    assert ours.rank() == theirs.rank()
    assert tuple(ours.pivots()) == theirs.rref()[1]
    kernel = ours.nullspace()
    assert kernel.shape == (len(rows[0]), len(rows[0]) - theirs.rank())
    assert not kernel.shape[1] or by_sympy(kernel.tolist()).rank() == kernel.shape[1]
    assert not kernel.shape[1] or (theirs * by_sympy(kernel.tolist())).is_zero_matrix
    for column in kernel.T.tolist():
        assert sympy.gcd([int(x) for x in column]) == 1
        assert all(x.denominator == 1 for x in column)
    basis = ours.column_basis()
    assert basis.shape[1] == theirs.rank()
    if basis.shape[1]:
        assert by_sympy(basis.beside(ours).tolist()).rank() == theirs.rank()


@given(tables(square=True), tables(square=True))
@settings(max_examples=60)
def test_characteristic_polynomial_inverse_and_solution(rows, other):
    ours, theirs = RationalMatrix(rows), by_sympy(rows)
    coefficients = [sympy.Rational(str(c)) for c in ours.charpoly()]
    assert coefficients == theirs.charpoly().all_coeffs()[::-1]
    right = RationalMatrix([row[:1] for row in other][: len(rows)] * len(rows)).rows(
        range(len(rows))
    )
    if theirs.det() == 0:
        with pytest.raises(ZeroDivisionError):
            ours.inverse()
    else:
        assert ours.inverse().tolist() == rows_of(theirs.inv())
        assert ours.solve(right).tolist() == rows_of(theirs.LUsolve(by_sympy(right.tolist())))


@given(tables(), NUMBERS)
@settings(max_examples=40)
def test_arithmetic(rows, factor):
    ours, theirs = RationalMatrix(rows), by_sympy(rows)
    scalar = sympy.Rational(factor.numerator, factor.denominator)
    assert ours.T.tolist() == rows_of(theirs.T)
    assert (ours @ ours.T).tolist() == rows_of(theirs * theirs.T)
    assert (ours + ours.scale(factor)).tolist() == rows_of(theirs + scalar * theirs)
    assert (-ours - ours.scale(factor)).tolist() == rows_of(-theirs - scalar * theirs)
    assert ours.is_zero() == theirs.is_zero_matrix
    picked = [len(rows) - 1, 0]
    assert ours.rows(picked).tolist() == rows_of(theirs.extract(picked, range(theirs.cols)))
    square = ours @ ours.T
    assert Fraction(str(square.trace())) == sum((x * x for row in rows for x in row), Fraction())


def test_matrices_without_rows_or_columns():
    empty, wide = RationalMatrix.zero(3, 0), RationalMatrix.zero(0, 3)
    assert (empty.rank(), wide.rank()) == (0, 0)
    assert (empty @ wide) == RationalMatrix.zero(3, 3)
    assert (wide @ empty).shape == (0, 0)
    assert wide.nullspace() == RationalMatrix.identity(3)
    assert empty.nullspace().shape == (0, 0)
    assert empty.beside(RationalMatrix.identity(3)) == RationalMatrix.identity(3)
    assert RationalMatrix.zero(0, 0).charpoly() == [1]
    assert RationalMatrix.zero(0, 0).inverse().shape == (0, 0)


# The largest primes that ranks are counted with: a rank modulo one of them alone would be too low.
BELOW_TWO_TO_63 = [2**63 - 25, 2**63 - 165]


@pytest.mark.parametrize("rank", [0, 1, 17, 29, 30])
@pytest.mark.parametrize("factor", [Fraction(1, 6), BELOW_TWO_TO_63[0], 10**40])
def test_rank_of_larger_matrices(rank, factor):
    # Triangular factors with unit diagonals keep the planted rank.
    size = 30
    lower = [[int(i == j) or (3 * i + j) % 7 * (i > j) for j in range(size)] for i in range(size)]
    middle = [[int(i == j and i < rank) * factor for j in range(size)] for i in range(size)]
    left, right = RationalMatrix(lower), RationalMatrix(lower).T
    assert (left @ RationalMatrix(middle) @ right).rank() == rank


def test_rank_where_primes_divide_minors():
    entries = [*BELOW_TWO_TO_63, BELOW_TWO_TO_63[0] * BELOW_TWO_TO_63[1], *range(1, 28)]
    diagonal = [[int(i == j) * entry for j in range(30)] for i, entry in enumerate(entries)]
    assert all(sympy.isprime(p) for p in BELOW_TWO_TO_63)
    assert RationalMatrix(diagonal).rank() == 30
