"""Arb's side against mpmath, without slack: functions, jets, Krawczyk's operator, inertia."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import pytest
from flint import arb, arb_mat, ctx

from symland.enclosure.inertia import congruence
from symland.enclosure.krawczyk import approximate_inverse, krawczyk
from symland.landscape.ball_landscape import BallLandscape
from symland.landscape.number_systems import balls, derivatives as ball_functions
from symland.landscape.parameters import flat
from tests.landscape.random_problems import POLYNOMIAL, SMOOTH, random_point, random_problem
from tests.mpmath_functions import MP, derivatives, precision_for, real
from tests.mpmath_landscape import MpmathLandscape

FUNCTIONS = ball_functions.SMOOTH
PRECISIONS = (53, 128, 300, 600)


def holds(ball: arb, value: Any) -> bool:
    """Exactly: both are dyadic."""
    return bool(ball.contains(arb(value)))


def argument(random: Random, name: str) -> Fraction:
    """From 2^-300 to 2^30, of both signs; of e^x only the moderate ones."""
    largest = 12.0 if name == "exp" else 30.0
    size = random.choice([-1.0, 0.0, 1.0, 2.0, 5.0, random.uniform(-300, largest)])
    x = Fraction(2 ** (size % 1)) * Fraction(2) ** int(size // 1)
    return x * random.choice([-1, 1]) * random.choice([1, Fraction(random.randint(1, 999), 997)])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_and_derivatives_of_balls_hold_those_of_mpmath(name: str) -> None:
    """Points and wide balls, whose ends are members."""
    random = Random(1)
    for i in range(500):
        x = argument(random, name)
        MP.prec = precision_for(name, 2 * abs(x))
        reach = (
            Fraction(0) if i % 2 else abs(x) * random.choice([Fraction(1, 2), Fraction(1, 2**40)])
        )
        with ctx.workprec(PRECISIONS[i % len(PRECISIONS)]):
            z = balls.number(x) + arb(0, 1) * balls.number(reach)
            found = ball_functions.derivatives(balls, name, z, 2)
            for member in (x, x - reach, x + reach) if reach else (x,):
                values = derivatives(name, real(member))
                assert all(map(holds, found, values)), (member, z)


@pytest.mark.parametrize("seed", range(16))
def test_loss_gradient_and_hessian_hold_those_of_mpmath(seed: int) -> None:
    """At the middle of a box, at a corner of it, and at one point alone."""
    random = Random(seed)
    problem = random_problem(random, POLYNOMIAL + SMOOTH)
    while problem.network.parameter_count > 10:
        problem = random_problem(random, POLYNOMIAL + SMOOTH)
    point = [
        Fraction(x) for x in flat(problem.network.shapes, random_point(random, problem.network))
    ]
    MP.prec = 300
    expected = MpmathLandscape(problem.to_json())
    for reach in (Fraction(0), Fraction(1, 50)):
        with ctx.workprec(100):
            box = [balls.number(x) + arb(0, 1) * balls.number(reach) for x in point]
            value, slope, curvature = BallLandscape(problem).at(box)
        for sign in (-1, 0) if reach else (0,):
            loss, gradient, hessian = expected.at([real(x + sign * reach) for x in point])
            assert holds(value, loss)
            assert all(map(holds, slope, gradient))
            assert all(map(holds, curvature.entries(), hessian.ravel()))


def planted(random: Random, n: int) -> tuple[list[list[Fraction]], list[Fraction]]:
    """A system A x + tanh x = c of n equations, with its zero near numbers up to 2."""
    return (
        [[Fraction(random.randint(-9, 9), 4) for _ in range(n)] for _ in range(n)],
        [Fraction(random.randint(-8, 8), 4) for _ in range(n)],
    )


@pytest.mark.parametrize("n", [1, 2, 4])
def test_krawczyk_bounds_the_distance_of_the_zero(n: int) -> None:
    random, accepted, MP.prec = Random(n), 0, 1200
    for _ in range(120):
        A, zero = planted(random, n)
        c = [
            sum(real(a) * real(x) for a, x in zip(row, zero, strict=True)) + MP.tanh(real(z))
            for row, z in zip(A, zero, strict=True)
        ]
        radius = Fraction(1, 2 ** random.randint(0, 12))
        blur = real(radius) * random.choice([0, 0, MP.mpf(1) / 64, MP.mpf(1) / 8])
        # Sometimes so far from the zero that the box does not hold it.
        middle = [
            x + radius * Fraction(random.choice([0, 1, 3, 7, 9, 12]) * random.choice([-1, 1]), 8)
            for x in zero
        ]
        with ctx.workprec(150):
            at = [balls.number(x) for x in middle]
            box = [x + arb(0, 1) * balls.number(radius) for x in at]
            value = [
                sum((balls.number(a) * x for a, x in zip(row, at, strict=True)), -holding(s, blur))
                + z.tanh()
                for row, z, s in zip(A, at, c, strict=True)
            ]
            slope = arb_mat(n, n, [balls.number(a) for row in A for a in row])
            for i, z in enumerate(box):
                slope[i, i] += 1 - z.tanh() ** 2
            inverse = approximate_inverse(slope)
            if inverse is None:
                continue
            bounds = krawczyk(value, slope, [balls.number(radius)] * len(value), inverse)
            if all(b < balls.number(radius) for b in bounds):
                accepted += 1
                assert all(
                    balls.number(abs(x - m)) <= b
                    for x, m, b in zip(zero, middle, bounds, strict=True)
                )
    assert accepted > 12


def holding(value: Any, blur: Any) -> arb:
    """A ball around a number that mpmath knows to 1200 bits, the number near its end."""
    return arb(value + blur) + arb(0, 1) * arb(blur) + arb(0, 2.0**-400)


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_an_inertia_is_that_of_every_matrix_inside(n: int) -> None:
    """Eigenvalues by mpmath, of the middle and of the corners that move the least one most."""
    random, decided, MP.prec = Random(10 + n), 0, 250
    for _ in range(40):
        rows = [[random.randint(-9, 9) + (i == j) / MP.mpf(3) for j in range(n)] for i in range(n)]
        Q, _ = MP.qr(MP.matrix(rows))
        sizes = [random.choice([-1, 1]) * MP.mpf(2) ** random.randint(-3, 3) for _ in range(n)]
        sizes[0] = random.choice([-1, 1]) * MP.mpf(2) ** random.choice([0, -5, -12, -30])
        middle = Q * MP.diag(sizes) * Q.T
        reach = abs(sizes[0]) * random.choice([0, MP.mpf(1) / 64, MP.mpf(1) / 4, 1, 4])
        with ctx.workprec(128):
            inside = arb_mat(n, n, [arb(middle[i, j]) + arb(0, 1) * arb(reach) for i in range(n)
                                    for j in range(n)])  # fmt: skip
            found = congruence(inside)
        if found is None:
            continue
        decided += 1
        for sign in (-1, 0, 1):
            corner = MP.matrix(n, n)
            for i in range(n):
                for j in range(n):
                    turn = 1 if Q[i, 0] * Q[j, 0] >= 0 else -1
                    corner[i, j] = middle[min(i, j), max(i, j)] + sign * turn * reach
            eigenvalues = MP.eigsy(corner, eigvals_only=True)
            assert found[0] == (sum(x > 0 for x in eigenvalues), sum(x < 0 for x in eigenvalues), 0)
    assert decided > 8
