"""Polynomial rings against SymPy."""

from fractions import Fraction
from random import Random

import pytest
import sympy
from flint import fmpq_poly

from symland.exact.polynomial import PolynomialRing, parameter_keys, parameter_ring

X = sympy.symbols("x y z", real=True)


def random_pair(random, ring):
    terms = [
        (
            Fraction(random.randint(-9, 9), random.randint(1, 6)),
            tuple(random.randint(0, 3) for _ in range(3)),
        )
        for _ in range(random.randint(1, 8))
    ]
    expression = sum(
        sympy.Rational(c.numerator, c.denominator)
        * sympy.prod(x**e for x, e in zip(X, exponents, strict=True))
        for c, exponents in terms
    )
    return ring.from_terms(terms), sympy.expand(expression)


@pytest.mark.parametrize("seed", range(10))
def test_arithmetic_derivatives_values_and_conversion_agree_with_sympy(seed):
    random, ring = Random(seed), PolynomialRing(["x", "y", "z"])
    (p, P), (q, Q) = random_pair(random, ring), random_pair(random, ring)
    assert sympy.expand(ring.sympy(p * q - p) - sympy.expand(P * Q - P)) == 0
    for i, x in enumerate(X):
        assert sympy.expand(ring.sympy(ring.derivative(p, i)) - sympy.diff(P, x)) == 0
    at = [Fraction(random.randint(-5, 5), random.randint(1, 4)) for _ in X]
    expected = P.subs(
        {x: sympy.Rational(v.numerator, v.denominator) for x, v in zip(X, at, strict=True)}
    )
    assert ring.evaluate(p, at) == Fraction(int(expected.p), int(expected.q))
    assert ring.from_terms(ring.terms(p)) == p


def test_along_a_curve_is_substitution():
    random, ring = Random(3), PolynomialRing(["x", "y", "z"])
    p, P = random_pair(random, ring)
    s = sympy.Symbol("s")
    curve = [[random.randint(-3, 3) for _ in range(3)] for _ in X]
    along = ring.along(p, [fmpq_poly(c) for c in curve])
    expected = sympy.Poly(
        P.subs(
            {x: sum(v * s**k for k, v in enumerate(c)) for x, c in zip(X, curve, strict=True)},
            simultaneous=True,
        ),
        s,
    )
    found = [sympy.Rational(int(c.p), int(c.q)) for c in along.coeffs()]
    assert found == list(reversed(expected.all_coeffs()))


def test_primitive_is_a_positive_multiple_with_coprime_integers():
    ring = PolynomialRing(["x", "y"])
    x, y = ring.gens
    p = ring.number("-4/9") * x + ring.number("10/3") * y
    assert ring.primitive(p) == -2 * x + 15 * y
    assert ring.primitive(ring.number(0)) == ring.number(0)


def test_parameters_are_named_in_the_order_of_shapes_and_counted_from_one():
    shapes = {"W1": (2, 2), "b1": (2,), "W2": (1, 2)}
    ring = parameter_ring(shapes)
    assert ring.names == (
        "W1_1_1",
        "W1_1_2",
        "W1_2_1",
        "W1_2_2",
        "b1_1",
        "b1_2",
        "W2_1_1",
        "W2_1_2",
    )
    assert parameter_keys(shapes)[4:7] == (("b1", 0), ("b1", 1), ("W2", 0, 0))


def test_latex_of_wide_layers_separates_the_indices():
    ring = parameter_ring({"W1": (1, 12)})
    assert ring.latex(ring.gens[11]) == "(W_{1})_{1,12}"
    assert ring.latex(ring.number(0)) == "0"
    assert ring.latex(ring.number(-1) - ring.gens[0]) == "-(W_{1})_{11} - 1"
