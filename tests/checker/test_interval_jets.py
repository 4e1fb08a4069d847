"""The checker's jets against the balls of the other half: two formulas, two arithmetics."""

import json
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from flint import arb, ctx, fmpq

from symland.checker import interval_jets
from symland.checker.context import Context
from symland.checker.intervals import Interval, number
from symland.checker.statement import read_statement
from symland.landscape.ball_landscape import BallLandscape
from symland.landscape.number_systems import balls
from symland.landscape.parameters import flat
from symland.problem import Problem
from tests.landscape.random_problems import POLYNOMIAL, SMOOTH, random_point, random_problem
from tests.mpmath_functions import MP, real
from tests.mpmath_landscape import MpmathLandscape

BITS = 120


def read(problem: Problem) -> Any:
    """The checker's own reading of the problem."""
    content = {
        "symland": "statement",
        "version": 1,
        "problem": problem.to_json(),
        "points": {},
        "claims": [],
    }
    return Context(read_statement(json.dumps(content).encode())).problem


def ball(x: Interval) -> arb:
    low, high = (arb(fmpq(e.numerator, e.denominator)) for e in x.ends())
    return low.union(high)


def jets(problem: Any, entries: list[Interval]) -> list[arb]:
    """Loss, gradient and Hessian, one after another."""
    arithmetic, rest = interval_jets.Intervals(BITS), iter(entries)
    weights = {
        n: [[next(rest) for _ in range(b)] for _ in range(a)]
        for n, (a, b) in problem.shapes.items()
    }
    jet = interval_jets.loss(problem, arithmetic, weights, 2)
    matrix = interval_jets.hessian(problem, jet, arithmetic)
    return [
        ball(x)
        for x in (
            jet.value,
            *interval_jets.gradient(problem, jet, arithmetic),
            *(x for row in matrix for x in row),
        )
    ]


@pytest.mark.parametrize("seed", range(80))
def test_both_halves_enclose_the_same_numbers(seed: int) -> None:
    random = Random(seed)
    problem = random_problem(random, POLYNOMIAL + SMOOTH)
    point = flat(problem.network.shapes, random_point(random, problem.network))
    with ctx.workprec(200):
        value, slope, curvature = BallLandscape(problem).at([balls.number(x) for x in point])
        expected = [value, *slope, *curvature.entries()]
        found = jets(read(problem), [number(Fraction(x), BITS) for x in point])
        for x, y in zip(found, expected, strict=True):
            assert x.overlaps(y)
            assert x.rad() < 1e-15 * (1 + abs(y))


@pytest.mark.parametrize("activation", ["softplus(-3)", "softplus(1/2)"])
def test_softplus_of_any_steepness_holds_the_values_of_mpmath(activation: str) -> None:
    for seed in range(6):
        random = Random(seed)
        problem = random_problem(random, [activation])
        point = flat(problem.network.shapes, random_point(random, problem.network))
        MP.prec = 400
        value, slope, curvature = MpmathLandscape(problem.to_json()).at(
            [real(Fraction(x)) for x in point]
        )
        found = jets(read(problem), [number(Fraction(x), BITS) for x in point])
        with ctx.workprec(200):
            box = BallLandscape(problem).at([balls.number(x) for x in point])
        for x, y, true in zip(
            found,
            [box[0], *box[1], *box[2].entries()],
            [value, *slope, *curvature.ravel()],
            strict=True,
        ):
            assert x.contains(arb(true))
            assert y.contains(arb(true))


@pytest.mark.parametrize("seed", range(30))
def test_boxes_hold_the_derivatives_of_their_points(seed: int) -> None:
    random = Random(seed)
    problem = random_problem(random, POLYNOMIAL + SMOOTH)
    point = [
        Fraction(x) for x in flat(problem.network.shapes, random_point(random, problem.network))
    ]
    radius = Fraction(1, 30)
    wide = jets(read(problem), [Interval.between(x - radius, x + radius, BITS) for x in point])
    for _ in range(3):
        inside = [x + radius * Fraction(random.randint(-10, 10), 10) for x in point]
        value, slope, curvature = BallLandscape(problem).at([balls.number(x) for x in inside])
        for x, y in zip(wide, [value, *slope, *curvature.entries()], strict=True):
            assert x.overlaps(y)


def test_products_of_jets_with_common_variables() -> None:
    """(x^2 y) (x y) = x^3 y^2 at x = 2, y = 3."""
    one = number(Fraction(1), BITS)
    x, y = (interval_jets.Jet(number(Fraction(v), BITS), 2, {i: one}) for i, v in enumerate((2, 3)))
    z = (x * x * y) * (x * y)
    found = {key: part.ends()[0] for key, part in (z.first | z.second).items()}
    assert z.value.ends()[0] == 72
    assert found == {0: 108, 1: 48, (0, 0): 108, (0, 1): 72, (1, 1): 16}
