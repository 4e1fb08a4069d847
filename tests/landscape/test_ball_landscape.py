"""Ball matrices against jets over balls, and boxes against points in them."""

from __future__ import annotations

from random import Random

import pytest
from flint import arb, ctx, fmpq

from symland.enclosure.dyadic import exact_ball
from symland.exact.rational_matrix import as_fmpq
from symland.landscape import ball_hessian
from symland.landscape.ball_landscape import BallLandscape
from symland.landscape.gradient import gradient
from symland.landscape.hessian import hessian
from symland.landscape.loss import loss
from symland.landscape.number_systems import balls
from symland.landscape.parameters import flat, shaped
from tests.landscape.random_problems import POLYNOMIAL, SMOOTH, random_point, random_problem


@pytest.mark.parametrize("seed", range(60))
def test_products_of_matrices_agree_with_jets(seed):
    random = Random(seed)
    problem = random_problem(random, POLYNOMIAL + SMOOTH)
    shapes = problem.network.shapes
    rational = flat(shapes, random_point(random, problem.network))
    with ctx.workprec(150):
        vector = [balls.number(x) for x in rational]
        landscape = BallLandscape(problem)
        value, slope, curvature = landscape.at(vector)
        point = shaped(shapes, vector)
        pairs = [
            (value, loss(problem, balls, point)),
            (landscape.loss(vector), value),
            *zip(slope, gradient(problem, balls, point), strict=True),
            *zip(landscape.gradient(vector), slope, strict=True),
            *(
                (x, y)
                for row, other in zip(
                    curvature.tolist(), hessian(problem, balls, point), strict=True
                )
                for x, y in zip(row, other, strict=True)
            ),
        ]
        for x, y in pairs:
            assert x.overlaps(y)
            assert x.rad() < 1e-30 * (1 + abs(x))


@pytest.mark.parametrize("seed", range(20))
def test_a_box_holds_what_its_points_have(seed):
    random = Random(seed)
    problem = random_problem(random, POLYNOMIAL + SMOOTH)
    middle = [
        as_fmpq(x) for x in flat(problem.network.shapes, random_point(random, problem.network))
    ]
    landscape, radius = BallLandscape(problem), fmpq(1, 20)
    value, slope, curvature = landscape.at([exact_ball(x, radius) for x in middle])
    for _ in range(5):
        point = [arb(x + radius * fmpq(random.randint(-10, 10), 10)) for x in middle]
        one, first, second = landscape.at(point)
        assert value.overlaps(one)
        assert all(a.overlaps(b) for a, b in zip(slope, first, strict=True))
        assert all(
            a.overlaps(b) for a, b in zip(curvature.entries(), second.entries(), strict=True)
        )


@pytest.mark.parametrize("seed", range(12))
def test_samples_in_groups_give_the_same_sum(seed, monkeypatch):
    random = Random(100 + seed)
    problem = random_problem(random, POLYNOMIAL + SMOOTH)
    shapes = problem.network.shapes
    vector = [balls.number(x) for x in flat(shapes, random_point(random, problem.network))]
    whole = BallLandscape(problem).at(vector)[2]
    monkeypatch.setattr(ball_hessian, "MOST_BALLS", 1)
    parts = BallLandscape(problem).at(vector)[2]
    for x, y in zip(whole.entries(), parts.entries(), strict=True):
        assert x.overlaps(y)
        assert y.rad() < 1e-9 * (1 + abs(y))
