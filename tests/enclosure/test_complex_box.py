"""Boxes around planted complex zeros: found, true, narrow; and where nothing may be proved."""

from __future__ import annotations

import cmath
from collections.abc import Sequence
from random import Random
from typing import Any

import mpmath
import pytest
from flint import acb, acb_mat, arb, ctx, fmpq

from symland.enclosure.complex_box import ComplexBox, NoComplexBox, complex_box
from symland.enclosure.complex_krawczyk import complex_krawczyk, square_box
from symland.landscape.number_systems import MissingFunction
from symland.problem import Dataset, Loss, Network, Problem, Regularizer
from symland.search.complex_critical_box import complex_critical_box, complex_critical_system
from symland.search.deadline import Deadline

MP = mpmath.MPContext()
MP.dps = 150


def planted(roots: Sequence[tuple[int, int]], linear: Sequence[int]) -> Any:
    """x runs through Gaussian integers, y + sum of linear_k x^k = 0."""

    def system(z: Sequence[acb]) -> tuple[list[acb], acb_mat]:
        x, y = z
        value, slope = acb(1), acb(0)
        for a, b in roots:
            factor = x - acb(a, b)
            slope = slope * factor + value
            value = value * factor
        curve = sum((c * x**k for k, c in enumerate(linear)), acb(0))
        bent = sum((k * c * x ** (k - 1) for k, c in enumerate(linear) if k), acb(0))
        return [value, y + curve], acb_mat(2, 2, [slope, 0, bent, 1])

    return system


def distance(found: ComplexBox, exact: Sequence[complex]) -> float:
    return max(
        max(abs(float(x.p) / float(x.q) - z.real), abs(float(y.p) / float(y.q) - z.imag))
        for x, y, z in zip(found.real, found.imaginary, exact, strict=True)
    )


@pytest.mark.parametrize("seed", range(20))
def test_planted_systems_in_two_variables(seed: int) -> None:
    random = Random(seed)
    roots = random.sample([(a, b) for a in range(-2, 3) for b in range(-2, 3)], 4)
    linear = [random.randint(-2, 2) for _ in range(3)]
    system = planted(roots, linear)
    for a, b in roots:
        x = complex(a, b)
        y = -sum(c * x**k for k, c in enumerate(linear))
        near = [z + 0.03 * cmath.exp(1j * random.uniform(0, 7)) for z in (x, y)]
        found = complex_box(system, near)
        assert distance(found, [x, y]) < 1e-6
        # Holds at most this root, so it is narrower than half the way to the next ones.
        assert found.radius < 1
        assert (found.not_real is None) == (b == 0 and y.imag == 0)
        wide = [square_box(acb(z), arb(found.radius)) for z in (x, y)]
        assert sum(wide[0].contains(acb(*root)) for root in roots) == 1


@pytest.mark.parametrize("bits", [24, 90, 400])
def test_bits_that_are_asked_for(bits: int) -> None:
    def system(z: Sequence[acb]) -> tuple[list[acb], acb_mat]:
        return [z[0] ** 3 - 2], acb_mat(1, 1, [3 * z[0] ** 2])

    found = complex_box(system, [-0.6 + 1.1j], bits=bits)
    exact = MP.cbrt(2) * MP.expjpi(MP.mpf(2) / 3)
    for part, value in ((found.real[0], exact.real), (found.imaginary[0], exact.imag)):
        error = abs(MP.mpf(int(part.p)) / int(part.q) - value)
        assert error <= MP.mpf(int(found.spread.p)) / int(found.spread.q)
        assert error < MP.mpf(2) ** -bits
    assert found.not_real == 0


def test_double_zeros_and_far_starts_are_not_proved() -> None:
    def double(z: Sequence[acb]) -> tuple[list[acb], acb_mat]:
        return [(z[0] - 1) ** 2 * z[0]], acb_mat(1, 1, [(z[0] - 1) * (3 * z[0] - 1)])

    for start in (1.01, 1 + 0.1j, 1):
        with pytest.raises(NoComplexBox, match="singular"):
            complex_box(double, [start])
    assert complex_box(double, [0.1j]).real == [0]
    with pytest.raises(NoComplexBox, match="the budget ended before the proof"):
        complex_box(double, [0.1j], stop=lambda: True)

    def none(z: Sequence[acb]) -> tuple[list[acb], acb_mat]:
        return [z[0].exp()], acb_mat(1, 1, [z[0].exp()])

    with pytest.raises(NoComplexBox, match="no zero is nearby"):
        complex_box(none, [0.3])

    def real(z: Sequence[acb]) -> tuple[list[acb], acb_mat]:
        return [z[0] ** 2 + 1], acb_mat(1, 1, [2 * z[0]])

    with pytest.raises(NoComplexBox, match="no zero is nearby"):
        complex_box(real, [0.3])


def test_zeros_near_the_real_line_and_near_each_other() -> None:
    """z^2 + t^2 for ever smaller t: not called real, and the precision rises until that is so."""
    for k in (5, 15, 30, 60, 100):

        def system(z: Sequence[acb], k: int = k) -> tuple[list[acb], acb_mat]:
            return [z[0] ** 2 + arb(4) ** -k], acb_mat(1, 1, [2 * z[0]])

        with ctx.workprec(400):
            start = acb(0, arb(2) ** -k)
        found = complex_box(system, [start])
        assert found.not_real == 0
        assert found.imaginary[0] - found.spread > 0
        assert abs(found.imaginary[0] * 2**k - 1) < fmpq(1, 4)


def test_the_bounds_of_the_operator() -> None:
    """|Re| and |Im| of E v for |Re v|, |Im v| <= 1: the sum of both parts of E is attained."""
    J = acb_mat(1, 1, [acb(1 - 0.25, -0.125)])  # E = 1/4 + i/8
    (bound,) = complex_krawczyk([acb(0)], J, arb(1), acb_mat(1, 1, [1]))
    corner = acb(0.25, 0.125) * acb(1, -1)
    assert corner.real == arb(0.375)
    assert 0.375 <= bound < 0.3751
    (bound,) = complex_krawczyk([acb(0, 3)], J, arb(0), acb_mat(1, 1, [acb(0, 1)]))
    assert 3 <= bound < 3.001


@pytest.mark.parametrize("activation", ["exp", "sigmoid", "tanh", "softplus", "softplus(2)"])
def test_analytic_activations_on_the_search_side(activation: str) -> None:
    """Zeros of the gradient to 20 digits, by mpmath's own formulas."""
    functions = {
        "exp": MP.exp,
        "sigmoid": lambda z: 1 / (1 + MP.exp(-z)),
        "tanh": MP.tanh,
        "softplus": lambda z: MP.log(1 + MP.exp(z)),
        "softplus(2)": lambda z: MP.log(1 + MP.exp(2 * z)) / 2,
    }
    f = functions[activation]

    def loss(u: Any, v: Any) -> Any:
        data = ((1, 2), (-1, 0), (2, 1))
        return sum((v * f(u * x) - y) ** 2 for x, y in data) / 2 + (u * u + v * v) / 4

    data = Dataset([[1], [-1], [2]], [[2], [0], [1]])
    problem = Problem(Network([1, 1, 1], activation), data, regularizer=Regularizer("1/2"))
    random, boxes = Random(3), set()
    for _ in range(40):
        start = [complex(random.gauss(0, 1), random.gauss(0, 1)) for _ in range(2)]
        try:
            found = complex_critical_box(problem, start, Deadline(20), bits=90)
        except (NoComplexBox, MissingFunction):
            continue
        u, v = (
            MP.mpc(MP.mpf(int(x.p)) / int(x.q), MP.mpf(int(y.p)) / int(y.q))
            for x, y in zip(found.real, found.imaginary, strict=True)
        )
        assert abs(MP.diff(loss, (u, v), (1, 0))) < MP.mpf(10) ** -20
        assert abs(MP.diff(loss, (u, v), (0, 1))) < MP.mpf(10) ** -20
        boxes.add(found.not_real is None)
    assert boxes == {True, False}


def test_no_continuation() -> None:
    kinked = Problem(Network([1, 1, 1], "relu"), Dataset([[1]], [[2]]))
    with pytest.raises(MissingFunction, match="complex balls have no sign"):
        complex_critical_box(kinked, [1, 1], Deadline(5))
    soft = Problem(Network([1, 1, 1], "softplus"), Dataset([[1]], [[2]]))
    with pytest.raises(MissingFunction, match="which meets the branch cut"):
        complex_critical_system(soft)([acb(1, 3.14159265).union(acb(1, 3.2)), acb(1)])
    for kind, target in (("logistic", [[1]]), ("cross_entropy", [[1, 0]])):
        problem = Problem(Network([1, len(target[0])]), Dataset([[1]], target), Loss(kind))
        gradient, hessian = complex_critical_system(problem)([acb(0.25, 0.5)] * len(target[0]))
        assert all(z.is_finite() for z in [*gradient, *hessian.entries()])
