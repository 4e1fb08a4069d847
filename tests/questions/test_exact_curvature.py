"""Exactly critical points whose Hessian is irrational or singular: what enclosures decide."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from symland import Dataset, Loss, Network, Problem, classify, verify
from symland.landscape.float_landscape import FloatLandscape
from tests.questions.shapes import check_classify

F = Fraction
BALANCED = Dataset([[1], [-1], [1], [-1]], [[1, 0], [0, 1], [0, 1], [1, 0]])
# sigmoid(log 2 x) at x = 0, 1, 2, and residuals that make it critical (see test_replicate.py)
FITTED = [[str(F(s) - r)] for s, r in zip(
    ("1/2", "2/3", "4/5"), (F(-8, 1000), F(36, 1000), F(-25, 1000)), strict=True)]  # fmt: skip
TURNED = Dataset([[-1], [0], [1]], [[9], [-18], [9]])
POINTS: dict[str, Any] = {
    # v softplus(u x + b) + c at 0: log 2 stands in the Hessian, which is singular too.
    "softplus, bent both ways": (
        Problem(Network((1, 1, 1), "softplus", "all"), TURNED),
        {"W1": [["0"]], "b1": ["0"], "W2": [["1"]], "b2": ["log(1/2)"]},
        [0, 0, 1, float(np.log(0.5))], "strict_saddle", "intervals",
    ),
    "softplus, both signs": (
        Problem(Network((1, 1, 1), "softplus"), Dataset([[-1], [2]], [[1], [-1]])),
        {"W1": [["0"]], "W2": [["0"]]}, [0, 0], "strict_saddle", "congruence",
    ),
    "a convex loss": (
        Problem(Network((1, 2), bias="all"), BALANCED, Loss("cross_entropy")),
        {"W1": [["0"], ["0"]], "b1": ["0", "0"]}, [0, 0, 0, 0], "global_minimum", "convex",
    ),
    "a sigmoid with an input that is always 0": (
        Problem(Network((2, 1, 1), "sigmoid"), Dataset([[0, 0], [1, 0], [2, 0]], FITTED)),
        {"W1": [["log(2)", "5"]], "W2": [["1"]]}, [float(np.log(2)), 5, 1],
        "local_minimum", "flat",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", POINTS)
def test_points(name: str) -> None:
    problem, point, floats, kind, rule = POINTS[name]
    answer = classify(problem, point, budget=10)
    document = answer.to_json()
    check_classify(document)
    given = document["given"]
    assert (answer.verdict, given["kind"]) == ("certified", kind)
    assert rule in [line["rule"] for line in document["evidence"]]
    assert verify(answer.statement, answer.certificate).accepted
    landscape, here = FloatLandscape(problem), np.array(floats, dtype=float)
    assert max(abs(landscape.gradient(here))) < 1e-12
    _, vectors = np.linalg.eigh(landscape.hessian(here))
    draws = np.random.default_rng(0).normal(size=(500, len(here)))
    near = [landscape.loss(here + 1e-3 * d) for d in [*draws, vectors[:, 0], vectors[:, -1]]]
    assert max(near) > landscape.loss(here) + 1e-9
    assert (min(near) < landscape.loss(here) - 1e-12) is (kind == "strict_saddle")


def test_a_quartic_stays_undecided() -> None:
    """v e^(b + u x) between 2, -1, 2: the loss falls to fourth order along a parabola only."""
    problem = Problem(
        Network((1, 1, 1), "exp", "hidden"), Dataset([[-1], [0], [1]], [[2], [-1], [2]])
    )
    document = classify(problem, {"W1": [["0"]], "b1": ["0"], "W2": [["1"]]}, budget=5).to_json()
    assert document["given"]["kind"] == "undecided"
    assert document["given"]["inertia"] == {"positive": 1, "negative": 0, "zero": 2}
    t = 0.1  # b = -eps t^2 beside u = t
    losses = [
        sum((np.exp(b + t * x) - y) ** 2 for x, y in zip((-1, 0, 1), (2, -1, 2), strict=True)) / 2
        for b in np.linspace(-0.02, 0.02, 4001)
    ]
    assert min(losses) < 3 - 1e-7
