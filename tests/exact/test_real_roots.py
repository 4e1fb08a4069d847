"""Isolation, refinement and separation of real roots against SymPy."""

import itertools

import pytest
import sympy
from flint import fmpq, fmpq_poly
from hypothesis import given, settings, strategies as st

from symland.exact.real_roots import (
    has_one_root,
    irreducible_factors,
    isolate,
    refine,
    separate,
    short_number_between,
)

x = sympy.Symbol("x")


def poly(coefficients):
    return sympy.Poly([sympy.Rational(c) for c in coefficients[::-1]], x)


def rational(q):
    return sympy.Rational(int(q.p), int(q.q))


nonzero = st.lists(st.integers(-9, 9), min_size=2, max_size=7).filter(lambda c: c[-1] and any(c))


@given(nonzero)
@settings(max_examples=80)
def test_factors_and_isolating_intervals(coefficients):
    theirs = poly(coefficients)
    ours = irreducible_factors(fmpq_poly(coefficients))
    expected = {(tuple(f.monic().all_coeffs()[::-1]), k) for f, k in theirs.factor_list()[1]}
    assert {(tuple(map(rational, f.coeffs())), k) for f, k in ours} == expected
    for f, _ in ours:
        intervals = isolate(f)
        factor = sympy.Poly([rational(c) for c in f.coeffs()][::-1], x)
        assert len(intervals) == factor.count_roots()
        for (a, b), (c, _) in itertools.pairwise(intervals):
            assert a <= b < c
        for a, b in intervals:
            assert factor.count_roots(rational(a), rational(b)) == 1


@given(nonzero, st.integers(1, 60))
@settings(max_examples=40)
def test_refined_intervals_are_narrow_and_keep_the_root(coefficients, bits):
    for f, _ in irreducible_factors(fmpq_poly(coefficients)):
        factor = sympy.Poly([rational(c) for c in f.coeffs()][::-1], x)
        for whole in isolate(f):
            a, b = refine(f, whole, fmpq(1, 2**bits))
            assert whole[0] <= a <= b <= whole[1]
            assert b - a <= fmpq(1, 2**bits)
            assert factor.count_roots(rational(a), rational(b)) == 1


@given(st.lists(st.integers(-5, 5), min_size=2, max_size=3, unique=True), st.integers(1, 9))
@settings(max_examples=40)
def test_roots_of_several_polynomials_are_separated(shifts, gap):
    """Roots of (x - s)^2 = 2 + 1/10^gap and rationals beside them, wide intervals at first."""
    polynomials = [
        fmpq_poly([s * s - 2 - fmpq(k, 10**gap), -2 * s, 1]) for k, s in enumerate(shifts, start=1)
    ]
    factors = {str(f): f for p in polynomials for f, _ in irreducible_factors(p)}
    roots = []
    for f in factors.values():
        for low, high in isolate(f):
            # As wide as isolation allows: up to the middle between the roots of this factor.
            wide = (low - 1, high + 1) if low < high else (low, high)
            roots.append((f, wide if has_one_root(f, wide) else (low, high)))
    found = separate(roots)
    assert len(found) == len(roots)
    for (_, upper), (_, lower) in itertools.pairwise(found):
        assert upper[0] > lower[1]
    assert all(has_one_root(f, interval) for f, interval in found)
    exact = [sympy.Poly([rational(c) for c in f.coeffs()][::-1], x) for f, _ in found]
    values = [
        next(r for r in p.real_roots() if rational(a) <= r <= rational(b))
        for p, (_, (a, b)) in zip(exact, found, strict=True)
    ]
    assert values == sorted(values, reverse=True)


@given(st.fractions(-9, 9), st.fractions("1/10000", 5))
def test_a_short_number_lies_strictly_inside(low, width):
    a = fmpq(low.numerator, low.denominator)
    b = a + fmpq(width.numerator, width.denominator)
    middle = short_number_between(a, b)
    assert a < middle < b
    assert middle.q <= 2 * 8 * b.q / (b - a) + 16 or middle == (a + b) / 2


@pytest.mark.parametrize(
    ("interval", "answer"), [((1, 2), True), ((-2, 2), False), ((0, 1), False), ((-2, -1), True)]
)
def test_a_change_of_sign_is_asked_for(interval, answer):
    assert has_one_root(fmpq_poly([-2, 0, 1]), tuple(map(fmpq, interval))) is answer
