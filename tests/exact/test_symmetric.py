"""Inertia and signed directions against SymPy and against Descartes' rule."""

import itertools
from fractions import Fraction

import pytest
import sympy
from flint import fmpq, fmpq_poly
from hypothesis import given, settings, strategies as st
from sympy.polys.matrices import DomainMatrix

from symland.exact.number_field import NumberField, sign
from symland.exact.symmetric import negative_direction, positive_direction, symmetric_inertia


@st.composite
def symmetric(draw):
    """Symmetric integer matrices; zero diagonals and low rank are common."""
    n = draw(st.integers(1, 5))
    entries = st.sampled_from([0, 0, 1, -1, 2, -3])
    upper = [
        [draw(entries) if i != j or draw(st.booleans()) else 0 for j in range(n)] for i in range(n)
    ]
    matrix = [[upper[min(i, j)][max(i, j)] for j in range(n)] for i in range(n)]
    if n > 1 and draw(st.booleans()):
        matrix[-1] = list(matrix[0])
        for i in range(n):
            matrix[i][-1] = matrix[i][0]
        matrix[-1][-1] = matrix[0][0]
    return matrix


def by_descartes(matrix):
    """(positive, negative, zero) roots of SymPy's characteristic polynomial, all of them real."""
    coefficients = sympy.Matrix(matrix).charpoly().all_coeffs()[::-1]
    zero = next(i for i, c in enumerate(coefficients) if c)
    signs = [c > 0 for c in coefficients if c]
    positive = sum(a != b for a, b in itertools.pairwise(signs))
    return positive, len(matrix) - positive - zero, zero


def quadratic(vector, matrix):
    return sum(
        (
            a * m * b
            for a, row in zip(vector, matrix, strict=True)
            for m, b in zip(row, vector, strict=True)
        ),
        fmpq(0),
    )


@given(symmetric())
@settings(max_examples=150)
def test_rational(matrix):
    inertia = symmetric_inertia(matrix)
    assert inertia == by_descartes(matrix)
    for count, direction, wanted in (
        (inertia[0], positive_direction, 1),
        (inertia[1], negative_direction, -1),
    ):
        if count:
            assert sign(quadratic(direction(matrix), matrix)) == wanted
        else:
            with pytest.raises(StopIteration):
                direction(matrix)


@given(symmetric(), symmetric())
@settings(max_examples=60)
def test_over_a_number_field(a, b):
    """A + sqrt(2) B, cut to the same size."""
    n = min(len(a), len(b))
    field = NumberField(fmpq_poly([-2, 0, 1]), (fmpq(1), fmpq(2)))
    ours = [[field.element(fmpq_poly([a[i][j], b[i][j]])) for j in range(n)] for i in range(n)]
    K = sympy.QQ.algebraic_field(sympy.sqrt(2))
    rows = [[K([b[i][j], a[i][j]]) for j in range(n)] for i in range(n)]
    coefficients = DomainMatrix(rows, (n, n), K).charpoly()[::-1]
    signs = [int(sympy.sign(K.to_sympy(c).evalf(40))) if c else 0 for c in coefficients]
    zero = next(i for i, s in enumerate(signs) if s)
    kept = [s for s in signs if s]
    positive = sum(p != q for p, q in itertools.pairwise(kept))
    assert symmetric_inertia(ours) == (positive, n - positive - zero, zero)
    if positive:
        assert sign(quadratic(positive_direction(ours), ours)) == 1


def test_fractions_and_empty():
    assert symmetric_inertia([]) == (0, 0, 0)
    assert symmetric_inertia([[fmpq(1, 3), 0], [0, fmpq(-2, 7)]]) == (1, 1, 0)
    hilbert = [[fmpq(1, i + j + 1) for j in range(6)] for i in range(6)]
    assert symmetric_inertia(hilbert) == (6, 0, 0)
    assert Fraction(str(quadratic(positive_direction(hilbert), hilbert))) > 0
