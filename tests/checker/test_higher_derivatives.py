"""Derivatives of the Hessian along directions, against differences of Hessians in floats."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from symland import Dataset, Loss, Network, Problem, Regularizer
from symland.checker.effort import bounded
from symland.checker.higher_derivatives import hessian_along
from symland.checker.interval_jets import Intervals
from symland.checker.intervals import number
from symland.checker.logarithms import Logarithmic, Logarithms
from symland.checker.statement import read_problem
from symland.checker.verdict import Refused
from symland.landscape.float_landscape import FloatLandscape

BITS = 80
DATA = Dataset([[1, 2], [-1, 1], [0, 1]], [[1, -1], [2, 0], [1, 3]])
CLASSES = Dataset([[1, 2], [-1, 1], [0, 1]], [[1, 0], [0, 1], [1, 0]])
PROBLEMS = [
    Problem(Network([2, 2, 2], "tanh"), DATA),
    Problem(Network([2, 2, 2], "sigmoid", "all"), CLASSES, Loss("cross_entropy")),
    Problem(Network([2, 1, 1, 2], ["softplus(2)", "exp"], "hidden"), DATA),
    Problem(Network([2, 2, 2], "polynomial(1, 0, -1, 1)"), DATA, regularizer=Regularizer("1/3")),
    Problem(Network([2, 2, 2], "softplus"), Dataset(DATA.inputs, [[1, -1], [-1, -1], [1, 1]]),
            Loss("logistic")),
    Problem(Network([2, 2, 2], "leaky_relu(1/10)"), DATA),
]  # fmt: skip


def parsed(question: Problem) -> Any:
    return read_problem(json.loads(json.dumps(question.to_json())))


def differences(question: Problem, w: Any, directions: list[Any]) -> Any:
    """Central ones, with two widths so that errors of second order cancel."""

    def rough(step: float, at: Any, rest: list[Any]) -> Any:
        if not rest:
            return FloatLandscape(question).hessian(at)
        head, *tail = rest
        low, high = (rough(step, at + s * step * head, tail) for s in (-1, 1))
        return (high - low) / (2 * step)

    return (4 * rough(1e-3, w, directions) - rough(2e-3, w, directions)) / 3


@pytest.mark.parametrize("question", PROBLEMS, ids=lambda p: str(p.network))
@pytest.mark.parametrize("count", [0, 1, 2])
def test_against_differences(question: Problem, count: int) -> None:
    random, n = np.random.default_rng(7), question.network.parameter_count
    w = random.integers(-20, 20, n) / 32 + 1 / 64
    directions = list(random.integers(-3, 4, (count, n)))
    enclosed = hessian_along(
        parsed(question),
        Intervals(BITS),
        [number(Fraction(x), BITS) for x in map(float, w)],
        [[int(x) for x in d] for d in directions],
    )
    expected = differences(question, w, [d.astype(float) for d in directions])
    for row, values in zip(enclosed, expected, strict=True):
        for x, value in zip(row, values, strict=True):
            low, high = x.ends()
            assert abs(float(low) - value) < 1e-6 * max(1, abs(expected).max())
            assert high - low < 2**-50


@pytest.mark.parametrize("kind", ["squared", "cross_entropy"])
def test_exact_numbers_lie_in_the_enclosures(kind: str) -> None:
    """At 0 sigmoid and softplus have rational derivatives of all orders."""
    question = Problem(
        Network([2, 2, 2], "sigmoid"), DATA if kind == "squared" else CLASSES, Loss(kind)
    )
    n = question.network.parameter_count
    zero, direction = [0] * n, [(-1) ** k * k for k in range(n)]
    exact = hessian_along(
        parsed(question), Logarithms(), [Logarithmic(Fraction(x)) for x in zero], [direction]
    )
    enclosed = hessian_along(
        parsed(question), Intervals(BITS), [number(x, BITS) for x in zero], [direction]
    )
    for rows in zip(exact, enclosed, strict=True):
        for x, interval in zip(*rows, strict=True):
            low, high = interval.ends()
            assert low <= x.as_rational() <= high
            assert high - low < 2**-60
    assert any(x.as_rational() for row in exact for x in row)


def test_work_is_counted_beforehand() -> None:
    question = Problem(Network([20, 20, 20], "tanh"), Dataset([[1] * 20] * 2, [[0] * 20] * 2))
    zero = [number(0, BITS)] * question.network.parameter_count
    with bounded(0), pytest.raises(Refused, match="more work"):
        hessian_along(parsed(question), Intervals(BITS), zero, [[1] * len(zero)])
