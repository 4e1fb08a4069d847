"""Exact root counting agrees with SymPy, and isolating intervals are proved."""

from fractions import Fraction

import pytest
from hypothesis import given, settings, strategies as st
from sympy import Poly, Rational, Symbol, discriminant

from symland.problem import InputError, Root
from symland.problem.real_roots import count_roots, is_squarefree

X = Symbol("x")
small = st.integers(-6, 6)
ends = st.fractions(min_value=-8, max_value=8, max_denominator=6)


def sympy_polynomial(coefficients: list[Fraction]) -> Poly:
    return Poly([Rational(c.numerator, c.denominator) for c in reversed(coefficients)], X)


@st.composite
def polynomials(draw: st.DrawFn) -> list[Fraction]:
    """Products of small factors (so that rational, repeated and close roots occur), times 1/d."""
    product = [Fraction(1, draw(st.integers(1, 5))) * draw(st.sampled_from([1, -1, 3]))]
    for _ in range(draw(st.integers(1, 3))):
        factor = [*draw(st.lists(small, min_size=1, max_size=3)), draw(st.sampled_from([1, -2]))]
        result = [Fraction(0)] * (len(product) + len(factor) - 1)
        for i, a in enumerate(product):
            for j, b in enumerate(factor):
                result[i + j] += a * b
        product = result
    return product


@settings(max_examples=300)
@given(polynomials(), ends, ends)
def test_counts_agree_with_sympy(polynomial: list[Fraction], a: Fraction, b: Fraction) -> None:
    poly = sympy_polynomial(polynomial)
    squarefree = is_squarefree(polynomial)
    assert squarefree == (poly.degree() == 1 or discriminant(poly) != 0)
    low, high = min(a, b), max(a, b)
    if squarefree:
        expected = poly.count_roots(
            Rational(low.numerator, low.denominator), Rational(high.numerator, high.denominator)
        )
        assert count_roots(polynomial, low, high) == expected


@given(st.sets(st.fractions(-5, 5, max_denominator=4), min_size=1, max_size=4), ends, ends)
def test_counts_of_planted_roots(roots: set[Fraction], a: Fraction, b: Fraction) -> None:
    polynomial = [Fraction(-2)]
    for root in roots:
        shifted = [Fraction(0), *polynomial]
        polynomial = [s - root * p for s, p in zip(shifted, [*polynomial, 0], strict=True)]
    low, high = min(a, b), max(a, b)
    assert count_roots(polynomial, low, high) == sum(low <= root <= high for root in roots)
    for root in roots:  # the ends are in the closed interval
        assert count_roots(polynomial, root, root) == 1


def fractions(*numbers: str | int) -> tuple[Fraction, ...]:
    return tuple(Fraction(number) for number in numbers)


def test_roots_that_are_isolated() -> None:
    assert Root(fractions(-2, 0, 1, 0), fractions(1, 2)).polynomial == fractions(-2, 0, 1)
    assert Root(fractions("-1/2", 1), fractions("1/2", "1/2")).degree == 1
    assert Root(fractions(0, -1, 1), fractions(1, 5)).degree == 2  # a root at an end counts


@pytest.mark.parametrize(
    ("polynomial", "interval", "message"),
    [
        ((-2, 0, 1), (-2, 2), "interval: got [-2, 2] with 2 roots of the polynomial, expected exa"),
        ((-2, 0, 1), (0, 1), "interval: got [0, 1] with 0 roots of the polynomial, expected exact"),
        ((1, 0, 1), (-9, 9), "interval: got [-9, 9] with 0 roots of the polynomial"),
        ((0, -1, 1), (0, 1), "interval: got [0, 1] with 2 roots of the polynomial"),
        ((-2, 0, 1), ("7/5", "7/5"), "interval: got [7/5, 7/5] with 0 roots of the polynomial"),
        ((-2, 0, 1), (2, 1), "interval: got [2, 1], expected the lower end first"),
        ((1, -2, 1), (0, 2), "polynomial: got [1, -2, 1], expected a squarefree polynomial"),
        ((1, 0, 2, 0, 1), (0, 2), "expected a squarefree polynomial (no multiple root)"),
        ((3,), (0, 2), "polynomial: got [3], expected coefficients of degree 1 to 500"),
        ((0, 0), (0, 2), "polynomial: got [], expected coefficients of degree 1 to 500"),
        ((-1, *[0] * 500, 1), (0, 2), "expected coefficients of degree 1 to 500"),
    ],
)
def test_roots_that_are_refused(polynomial: tuple, interval: tuple, message: str) -> None:
    with pytest.raises(InputError) as error:
        Root(fractions(*polynomial), fractions(*interval))
    assert message in str(error.value)


def test_close_roots_are_told_apart() -> None:
    # (x^2 - 2) (x - 1414213/1000000): both roots lie in [1414213/1000000, 1414214/1000000].
    c = Fraction(1414213, 1000000)
    polynomial = (2 * c, Fraction(-2), -c, Fraction(1))
    with pytest.raises(InputError, match="with 2 roots"):
        Root(polynomial, (c, c + Fraction(1, 10**6)))
    assert Root(polynomial, (c + Fraction(1, 10**9), c + Fraction(1, 10**6)))
