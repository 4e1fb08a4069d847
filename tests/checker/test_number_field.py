"""Numbers of one root, against SymPy; reducible polynomials above all."""

from fractions import Fraction
from math import gcd

import pytest
import sympy
from hypothesis import given, settings, strategies as st

from symland.checker import polynomial as poly
from symland.checker.number_field import (
    _PRIME,
    Element,
    Root,
    _coprime,
    is_zero,
    less,
    reciprocal,
    sign,
)
from symland.checker.verdict import Refused

x = sympy.Symbol("x")
coefficients = st.lists(st.integers(-3, 3), min_size=1, max_size=6)


def fractions(values: list[int]) -> poly.Poly:
    return poly.trim([Fraction(v) for v in values])


def number(values: list[int], at: sympy.Expr) -> sympy.Expr:
    return sum((v * at**k for k, v in enumerate(values)), sympy.Integer(0))


# (x^2 - 2)(x - 1)(x^2 - 3), reducible: its root sqrt(2) and its root 1.
PRODUCT = [int(c) for c in reversed(sympy.Poly((x**2 - 2) * (x - 1) * (x**2 - 3), x).all_coeffs())]
ROOTS = {
    sympy.sqrt(2): (Fraction(5, 4), Fraction(3, 2)),
    sympy.Integer(1): (Fraction(1, 2), Fraction(9, 8)),
    -sympy.sqrt(3): (Fraction(-2), Fraction(-3, 2)),
}


@pytest.mark.parametrize("where", ROOTS, ids=str)
@given(values=coefficients, others=coefficients)
@settings(max_examples=60, deadline=None)
def test_sign_zero_and_inverse_at_a_root_of_a_reducible_polynomial(
    where: sympy.Expr, values: list[int], others: list[int]
) -> None:
    root = Root(fractions(PRODUCT), *ROOTS[where])
    element = Element(fractions(values), root) * Element(fractions(others), root)
    exact = sympy.expand(number(values, where) * number(others, where))
    assert sign(element) == sympy.sign(exact)
    assert is_zero(element) == (exact == 0)
    if exact != 0:
        assert is_zero(element * reciprocal(element) - 1)
    else:
        with pytest.raises(Refused, match="division by zero"):
            reciprocal(element)


def test_an_element_not_zero_modulo_the_polynomial_may_be_zero() -> None:
    root = Root(fractions(PRODUCT), *ROOTS[sympy.sqrt(2)])
    element = Element(fractions([-2, 0, 1]), root)
    assert element.coefficients
    assert is_zero(element)
    assert sign(element) == 0


@pytest.mark.parametrize(
    ("values", "ends", "reason"),
    [
        ([-2, 0, 1], (-2, 2), "2 roots"),
        ([-2, 0, 1], (2, 3), "0 roots"),
        ([1, -2, 1], (0, 2), "repeated factor"),
        ([0, -1, 1], (0, 1), "2 roots"),
        ([1, 0, 1], (-1, 1), "0 roots"),
    ],
)
def test_intervals_must_isolate(values: list[int], ends: tuple[int, int], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        Root(fractions(values), Fraction(ends[0]), Fraction(ends[1]))


@pytest.mark.parametrize("ends", [(1, 1), (1, 2), (0, 1)])
def test_a_rational_root_may_be_an_end(ends: tuple[int, int]) -> None:
    root = Root(fractions([-3, 2, 1]), Fraction(ends[0]), Fraction(ends[1]))
    assert sign(Element(fractions([-1, 1]), root)) == 0
    assert sign(Element(fractions([0, 1]), root)) == 1


# 6 t^3 - 8 t - 3 and its product with 5 t - 7: not monic, one of them reducible.
UNEVEN = [[-3, -8, 0, 6], [21, 41, -40, -42, 30]]
rationals = st.lists(st.fractions(-4, 4, max_denominator=60), min_size=1, max_size=7)


@pytest.mark.parametrize("polynomial", UNEVEN)
@given(p=rationals, q=rationals, factor=st.fractions(-3, 3, max_denominator=9))
@settings(max_examples=40, deadline=None)
def test_arithmetic_in_integers_is_that_of_the_polynomials(
    polynomial: list[int], p: list[Fraction], q: list[Fraction], factor: Fraction
) -> None:
    """Sums, products and inverses against SymPy's remainders; the form is the only one."""
    whole = sympy.Poly(list(reversed(polynomial)), x, domain="QQ")
    root = Root(fractions(polynomial), Fraction(13, 10), Fraction(139, 100))

    def poly_of(values: tuple[Fraction, ...] | list[Fraction]) -> sympy.Poly:
        terms = [sympy.Rational(v.numerator, v.denominator) for v in reversed(values)]
        return sympy.Poly(terms or [0], x, domain="QQ")

    a, b = Element(poly.trim(p), root), Element(poly.trim(q), root)
    left, right = poly_of(p), poly_of(q)
    number = sympy.Rational(factor.numerator, factor.denominator)
    for found, wanted in (
        (a * b, left * right),
        (a - b, left - right),
        (a * factor + 1, left * number + 1),
        (1 - b, 1 - right),
    ):
        assert poly_of(found.coefficients) == wanted.rem(whole)
        assert found.over > 0
        assert gcd(found.over, *found.whole) == 1
        assert len(found.whole) < len(polynomial)
        assert not found.whole or found.whole[-1]
        low, high = found.enclosure()
        assert low <= high
    if not is_zero(a):
        assert is_zero(a * reciprocal(a) - 1)
        assert is_zero(reciprocal(reciprocal(a)) - a)


def test_a_common_factor_is_not_hidden_by_the_prime() -> None:
    """Where the prime divides coefficients nothing follows from it, and Euclid decides."""
    assert _coprime([-2, 0, 1], [1, 1])
    for p, q in (
        ([-2, 0, 1], [-2, 0, 1]),
        ([-2, 0, _PRIME], [1, 1]),
        ([-2, 0, 1], [_PRIME, _PRIME]),
        ([-2, 0, 1], [-2 * _PRIME, 0, _PRIME]),
    ):
        assert not _coprime(p, q)
    # (x + 2)(x - prime) and x have a common factor modulo the prime only.
    product = [-2 * _PRIME, 2 - _PRIME, 1]
    assert not _coprime(product, [0, 1])
    root = Root(fractions(product), Fraction(-1), Fraction(2 * _PRIME))
    assert sign(Element(poly.X, root)) == 1
    assert is_zero(Element(fractions([-_PRIME, 1]), root))


def test_numbers_of_two_roots_compare_but_do_not_mix() -> None:
    two = Element(poly.X, Root(fractions([-2, 0, 1]), Fraction(1), Fraction(2)))
    three = Element(poly.X, Root(fractions([-3, 0, 1]), Fraction(1), Fraction(2)))
    assert less(two, three)
    assert not less(three, two)
    with pytest.raises(Refused, match="two different roots"):
        two + three


@given(
    values=st.lists(st.integers(-9, 9), min_size=2, max_size=7).filter(lambda v: v[-1] != 0),
    ends=st.tuples(st.integers(-8, 8), st.integers(0, 6)),
)
@settings(max_examples=80, deadline=None)
def test_sturm_counts_like_sympy(values: list[int], ends: tuple[int, int]) -> None:
    polynomial = sympy.Poly(list(reversed(values)), x)
    lower, upper = Fraction(ends[0], 2), Fraction(ends[0] + ends[1], 2)
    if not poly.is_squarefree(fractions(values)):
        assert sympy.gcd(polynomial, polynomial.diff()).degree() > 0
        return
    wanted = polynomial.count_roots(
        sympy.Rational(lower.numerator, lower.denominator),
        sympy.Rational(upper.numerator, upper.denominator),
    )
    assert poly.roots_between(fractions(values), lower, upper) == wanted


@given(values=coefficients, at=st.fractions(-3, 3, max_denominator=7))
def test_taylor_shift(values: list[int], at: Fraction) -> None:
    p = fractions(values)
    shifted = poly.shift(p, at)
    assert len(shifted) == len(p)
    for y in (Fraction(0), Fraction(1, 3), Fraction(-2)):
        assert poly.evaluate(shifted, y) == poly.evaluate(p, at + y)
