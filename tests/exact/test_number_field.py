"""Arithmetic, signs and enclosures in real number fields against SymPy and mpmath."""

import mpmath
import pytest
import sympy
from flint import fmpq, fmpq_poly
from hypothesis import given, settings, strategies as st

from symland.exact.number_field import NumberField, enclosure, precision, sign

x = sympy.Symbol("x")
# Irreducible polynomials (lowest first) and which of their real roots, increasing.
FIELDS = [
    ([-2, 0, 1], 1),
    ([-2, 0, 1], 0),
    ([1, -3, 0, 1], 1),
    ([-1, -1, 0, 0, 0, 1], 0),
    ([7, -6, 1], 0),
    ([1, 0, -10, 0, 1], 2),
]


def field_and_root(coefficients, which):
    """The field, and its generator to 60 digits by SymPy."""
    poly = sympy.Poly(coefficients[::-1], x)
    (low, high), _ = poly.intervals(eps=sympy.Rational(1, 50))[which]
    field = NumberField(
        fmpq_poly(coefficients), (fmpq(int(low.p), int(low.q)), fmpq(int(high.p), int(high.q)))
    )
    with mpmath.workdps(70):
        return field, mpmath.mpf(sympy.N(poly.real_roots()[which], 70))


def numeric(coefficients, root):
    return sum(
        mpmath.mpf(c.numerator) / c.denominator * root**k for k, c in enumerate(coefficients)
    )


elements = st.lists(st.fractions(-4, 4, max_denominator=3), min_size=1, max_size=4)


@pytest.mark.parametrize(("coefficients", "which"), FIELDS)
@given(a=elements, b=elements)
@settings(max_examples=15)
def test_arithmetic_and_signs(coefficients, which, a, b):
    field, root = field_and_root(coefficients, which)
    with mpmath.workdps(60):
        u, v = (
            field.element(fmpq_poly([fmpq(c.numerator, c.denominator) for c in p])) for p in (a, b)
        )
        p, q = numeric(a, root), numeric(b, root)
        for ours, theirs in ((u + v, p + q), (u - v, p - q), (u * v, p * q), (3 - u, 3 - p)):
            # A sum of small fractions this close to zero is zero.
            expected = 0 if abs(theirs) < mpmath.mpf(10) ** -40 else int(mpmath.sign(theirs))
            assert ours.sign() == sign(ours) == expected
            assert bool(ours) == bool(expected)
            middle = mpmath.mpf(ours.enclosure(250).mid().str(60, radius=False))
            assert abs(middle - theirs) < mpmath.mpf(10) ** -45
        if v:
            assert v * v.inverse() == 1
            assert (u / v) * v == u
            assert 2 / v == v.inverse() * 2


def test_zero_has_no_inverse():
    field, _ = field_and_root([-2, 0, 1], 1)
    with pytest.raises(ZeroDivisionError):
        (field.generator * field.generator - 2).inverse()


def test_sign_of_a_tiny_difference():
    """sqrt 2 and its 200-digit truncation: far beyond the first enclosure."""
    field, _ = field_and_root([-2, 0, 1], 1)
    digits = sympy.integer_nthroot(2 * 10**400, 2)[0]
    below = fmpq(int(digits), 10**200)
    assert (field.generator - below).sign() == 1
    assert (field.generator - below - fmpq(1, 10**200)).sign() == -1
    ball = (field.generator - below).enclosure(1000)
    assert ball > 0


def test_a_conjugate_root_gives_another_sign():
    left, right = (field_and_root([-2, 0, 1], k)[0] for k in (0, 1))
    assert (left.generator.sign(), right.generator.sign()) == (-1, 1)
    assert (left.generator + 1).sign() == -1


def test_an_interval_without_one_root_is_refused():
    with pytest.raises(ValueError, match="expected one root"):
        NumberField(fmpq_poly([-2, 0, 1]), (fmpq(2), fmpq(3)))


def test_enclosure_of_a_rational_and_precision_restored():
    from flint import ctx

    before = ctx.prec
    with precision(300):
        assert ctx.prec == 300
    assert ctx.prec == before
    ball = enclosure(fmpq(1, 3), 100)
    assert (3 * ball).contains(1)
    assert ball.rad() < 1e-29
