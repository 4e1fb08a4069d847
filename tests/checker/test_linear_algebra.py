"""Exact elimination, against SymPy."""

from fractions import Fraction
from itertools import pairwise

import pytest
import sympy
from hypothesis import given, settings, strategies as st

from symland.checker.linear_algebra import (
    characteristic_polynomial,
    inertia,
    kernel,
    product,
    rank,
    solve,
    vanishes,
)
from symland.checker.number_field import Element, Root
from symland.checker.polynomial import trim
from symland.checker.verdict import Refused

entries = st.sampled_from([Fraction(v, d) for v in (-2, -1, 0, 0, 0, 1, 2) for d in (1, 3)])
x = sympy.Symbol("x")
TWO = Root((Fraction(-2), Fraction(0), Fraction(1)), Fraction(1), Fraction(2))
# Multiplying rows by sqrt(2) changes neither rank nor inertia (both sides: factor 2).


def matrices(square: bool) -> st.SearchStrategy[list[list[Fraction]]]:
    def sized(size: tuple[int, int]) -> st.SearchStrategy[list[list[Fraction]]]:
        m, n = size[0], size[0] if square else size[1]
        return st.lists(st.lists(entries, min_size=n, max_size=n), min_size=m, max_size=m)

    return st.tuples(st.integers(1, 5), st.integers(1, 5)).flatmap(sized)


def exact(a: list[list[Fraction]]) -> sympy.Matrix:
    return sympy.Matrix([[sympy.Rational(v.numerator, v.denominator) for v in row] for row in a])


def irrational(a: list[list[Fraction]]) -> list[list[Element]]:
    return [[Element(trim([Fraction(0), v]), TWO) for v in row] for row in a]


@given(matrices(square=False))
@settings(max_examples=100, deadline=None)
def test_rank_and_kernel(a: list[list[Fraction]]) -> None:
    wanted = exact(a).rank()
    assert rank(a) == wanted
    assert rank(irrational(a)) == wanted
    basis = kernel(a, len(a[0]))
    assert len(basis[0]) == len(a[0]) - wanted
    assert vanishes(product(a, basis))
    assert rank(basis) == len(basis[0])


@given(matrices(square=True))
@settings(max_examples=100, deadline=None)
def test_inertia_of_symmetric_matrices(a: list[list[Fraction]]) -> None:
    """Against Descartes' rule on SymPy's characteristic polynomial, exact for real roots."""
    n = len(a)
    symmetric = [[a[i][j] + a[j][i] for j in range(n)] for i in range(n)]
    chi = list(exact(symmetric).charpoly(x).all_coeffs())
    signs = [sympy.sign(c) for c in chi if c != 0]
    positive = sum(s != t for s, t in pairwise(signs))
    zero = next(k for k, c in enumerate(reversed(chi)) if c != 0)
    assert inertia(symmetric) == (positive, n - positive - zero, zero)
    assert inertia(irrational(symmetric)) == (positive, n - positive - zero, zero)


def test_inertia_with_zero_diagonal() -> None:
    zero, one = Fraction(0), Fraction(1)
    assert inertia([[zero, one], [one, zero]]) == (1, 1, 0)
    assert inertia([[zero, zero, one], [zero, zero, zero], [one, zero, zero]]) == (1, 1, 1)
    assert inertia([]) == (0, 0, 0)


def test_inertia_needs_symmetry() -> None:
    with pytest.raises(Refused, match="symmetric"):
        inertia([[Fraction(1), Fraction(1)], [Fraction(0), Fraction(1)]])


@given(matrices(square=True))
@settings(max_examples=60, deadline=None)
def test_characteristic_polynomial(a: list[list[Fraction]]) -> None:
    wanted = [Fraction(int(c.p), int(c.q)) for c in exact(a).charpoly(x).all_coeffs()]
    assert list(reversed(characteristic_polynomial(a))) == wanted


@given(matrices(square=True))
@settings(max_examples=60, deadline=None)
def test_solve(a: list[list[Fraction]]) -> None:
    if rank(a) < len(a):
        with pytest.raises(Refused, match="invertible"):
            solve(a, a)
    else:
        b = [[Fraction(i + 2 * j) for j in range(2)] for i in range(len(a))]
        assert product(a, solve(a, b)) == b
