"""Gradients over boxes by backpropagation: against jets, which know every direction at once, and
against derivatives in floats at members of the box."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from symland import Dataset, Loss, Network, Problem, Regularizer
from symland.checker.backpropagation import Backpropagation, is_covered
from symland.checker.duals import Dual
from symland.checker.interval_jets import Intervals, gradient, hessian, loss
from symland.checker.intervals import Interval, dot, number
from symland.checker.statement import read_problem
from symland.checker.verdict import Refused
from symland.landscape.float_landscape import FloatLandscape

BITS = 60
CASES = [
    ([2, 2, 1], "tanh", "all", Loss()),
    ([1, 2, 1], "exp", "none", Loss(scale="1/3")),
    ([1, 1, 1, 1], "polynomial(1, 0, -1, 1)", "hidden", Loss("logistic")),
    ([1, 2, 2], "cube", "output", Loss(weights=[[1, "1/2"], [0, 2], [1, 3]])),
    ([1, 1, 2, 2], "softplus", "none", Loss("logistic", scale=2)),
    ([2, 1], "linear", "all", Loss()),
    ([1, 2, 1, 1], "sigmoid", "none", Loss()),
]


def made(widths: Any, activation: str, bias: str, loss_: Loss) -> Problem:
    random = np.random.default_rng(3)
    X = random.integers(-2, 3, (3, widths[0])).tolist()
    Y = random.integers(-2, 3, (3, widths[-1]))
    Y = 2 * (Y > 0) - 1 if loss_.kind == "logistic" else Y
    network = Network(widths, activation if len(widths) > 2 else [], bias)
    return Problem(network, Dataset(X, Y.tolist()), loss_, Regularizer("1/3"))


def rows(problem: Any, flat: list[Any]) -> Any:
    rest = iter(flat)
    return {
        n: [[next(rest) for _ in range(b)] for _ in range(a)]
        for n, (a, b) in problem.shapes.items()
    }


def holds(x: Interval, value: float) -> bool:
    low, high = (float(end) for end in x.ends())
    return low - 1e-9 * (1 + abs(value)) <= value <= high + 1e-9 * (1 + abs(value))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[1]}")
@pytest.mark.parametrize("width", [0.0, 0.1, 1.0])
def test_against_jets_and_floats(case: Any, width: float) -> None:
    question = made(*case)
    problem = read_problem(json.loads(json.dumps(question.to_json())))
    known, arithmetic = Backpropagation(problem, BITS), Intervals(BITS)
    floats, random = FloatLandscape(question), np.random.default_rng(1)
    n = len(known.places)
    for _ in range(5):
        middle = random.uniform(-1.5, 1.5, n)
        low, high = middle - width / 2, middle + width / 2
        box = [
            Interval.between(Fraction(a), Fraction(b), BITS) for a, b in zip(low, high, strict=True)
        ]
        c = random.integers(-9, 10, n).tolist()
        turned = [Dual(x, number(k, BITS)) for x, k in zip(box, c, strict=True)]
        slope, bent, along = known.gradient(box), known.gradient(turned), known.along(turned)
        jet = loss(problem, arithmetic, rows(problem, box), 2)
        factors = [number(k, BITS) for k in c]
        curvature = hessian(problem, jet, arithmetic)
        for i, other in enumerate(gradient(problem, jet, arithmetic)):
            assert known.partial(box, i).ends() == slope[i].ends()
            meet(slope[i], other)
            meet(bent[i].slope, dot(factors, curvature[i]))
        for _ in range(5):
            w = random.uniform(low, high)
            g, H = floats.gradient(w), floats.hessian(w)
            assert all(holds(x, v) for x, v in zip(slope, g, strict=True))
            assert all(holds(x.slope, v) for x, v in zip(bent, H @ c, strict=True))
            assert holds(along, float(g @ c))


def meet(x: Interval, y: Interval) -> None:
    """Two enclosures of one set of numbers have some in common; which is narrower depends."""
    assert x.lower <= y.upper
    assert y.lower <= x.upper


@pytest.mark.parametrize(
    ("network", "kind", "covered"),
    [
        (Network([1, 1, 1], "relu"), "squared", False),
        (Network([1, 1, 1], "softplus(2)"), "squared", False),
        (Network([1, 1, 1], "softplus"), "squared", True),
        (Network([1, 1, 2], "tanh"), "cross_entropy", False),
        (Network([1, 1, 1, 1], "tanh", skip=[[1, 1]]), "squared", False),
    ],
)
def test_what_is_left_to_jets(network: Network, kind: str, covered: bool) -> None:
    targets = [[1, 0]] if kind == "cross_entropy" else [[1]]
    question = Problem(network, Dataset([[1]], targets), Loss(kind))
    problem = read_problem(json.loads(json.dumps(question.to_json())))
    assert is_covered(problem) is covered
    if not covered:
        with pytest.raises(Refused, match="is not known"):
            Backpropagation(problem, BITS)
