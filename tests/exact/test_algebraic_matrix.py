"""Matrices over number fields against SymPy's, with the roots put in."""

import random

import pytest
import sympy
from flint import fmpq, fmpq_poly

from symland.exact.algebraic_matrix import AlgebraicMatrix
from symland.exact.number_field import NumberField
from symland.exact.rational_matrix import RationalMatrix

SQRT2 = NumberField(fmpq_poly([-2, 0, 1]), (fmpq(1), fmpq(2)))
CUBIC = NumberField(fmpq_poly([1, -3, 0, 1]), (fmpq(1), fmpq(2)))
FIELDS = {
    "quadratic": (SQRT2, sympy.sqrt(2)),
    "cubic": (CUBIC, sympy.CRootOf(sympy.Symbol("x") ** 3 - 3 * sympy.Symbol("x") + 1, 2)),
}
t = sympy.Symbol("t")


def draw(field, rows, columns, rank, seed):
    """A product of random rows x rank and rank x columns matrices over the field."""
    choose = random.Random(seed)

    def entries(m, n):
        return AlgebraicMatrix(
            field,
            [
                [
                    field.element(fmpq_poly([choose.randint(-2, 2) for _ in range(field.degree)]))
                    for _ in range(n)
                ]
                for _ in range(m)
            ],
        )

    return entries(rows, rank) @ entries(rank, columns)


def domain_matrix(matrix):
    """The same as a SymPy DomainMatrix over its own algebraic field."""
    from sympy.polys.matrices import DomainMatrix

    value = next(v for f, v in FIELDS.values() if f is matrix.field)
    K = sympy.QQ.algebraic_field(value)
    rows = []
    for row in matrix.tolist():
        rows.append(
            [K([sympy.QQ(int(c.p), int(c.q)) for c in reversed(e.poly.coeffs())]) for e in row]
        )
    return DomainMatrix(rows, matrix.shape, K)


CASES = [
    (f, m, n, r, s)
    for f in FIELDS
    for s, (m, n, r) in enumerate([(3, 3, 3), (3, 4, 2), (4, 2, 1), (2, 2, 2), (3, 3, 2)])
]


@pytest.mark.parametrize(("name", "rows", "columns", "rank", "seed"), CASES)
def test_rank_kernel_and_characteristic_polynomial(name, rows, columns, rank, seed):
    ours = draw(FIELDS[name][0], rows, columns, rank, seed)
    theirs = domain_matrix(ours)
    assert ours.rank() == theirs.rank()
    assert tuple(ours.pivots()) == tuple(theirs.rref()[1])
    kernel = ours.nullspace()
    assert kernel.shape == (columns, columns - theirs.rank())
    assert (ours @ kernel).is_zero()
    assert kernel.rank() == kernel.shape[1]
    assert ours.column_basis().shape[1] == theirs.rank()
    if rows == columns:
        expected = AlgebraicMatrix(ours.field, [[c] for c in ours.charpoly()])
        assert domain_matrix(expected).to_list_flat() == theirs.charpoly()[::-1]


@pytest.mark.parametrize("name", FIELDS)
def test_solve_and_inverse(name):
    square, right = (draw(FIELDS[name][0], 3, n, 3, 7) for n in (3, 2))
    assert square @ square.solve(right) == right
    assert domain_matrix(square.inverse()) == domain_matrix(square).inv()
    with pytest.raises(ZeroDivisionError):
        draw(FIELDS[name][0], 3, 3, 2, 1).inverse()


@pytest.mark.parametrize("name", FIELDS)
def test_rational_matrices_mix_in(name):
    ours = draw(FIELDS[name][0], 3, 3, 3, 2)
    integers = RationalMatrix([[1, 2, 0], [0, 1, -1], [3, 0, 1]])
    lifted = AlgebraicMatrix(ours.field, integers.flint.tolist())
    assert integers @ ours == lifted @ ours
    assert ours @ integers == ours @ lifted
    assert integers - ours == -(ours - integers)
    assert (ours.beside(integers)).columns(range(3, 6)) == lifted
    assert integers.rank() == lifted.rank() == 3
