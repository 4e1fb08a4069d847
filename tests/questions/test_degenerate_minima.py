"""Degenerate local minima, found and proved by `classify`; flat points that are none."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from symland import Dataset, Loss, Network, Problem, Regularizer, classify, verify
from symland.landscape.float_landscape import FloatLandscape
from symland.questions import classify_polynomial
from tests.questions.shapes import check_classify

I2 = [[1, 0], [0, 1]]
HEAVY = Problem(
    Network((2, 1, 2)), Dataset(I2, [[1, 0], [0, "1/2"]]), Loss(weights=[[1, 4], [4, 1]])
)
BALANCED = Dataset([[1], [2]], [[6], [7]])  # of the f(x) = m x^2 the best is 2 x^2
SQUARE = Problem(Network((1, 1, 1), "square"), Dataset([[1]], [[1]]))
ROOT = {"polynomial": ["-2", "0", "1"], "interval": ["1", "2"]}
MINIMA: dict[str, Any] = {
    "entrywise weights": (
        HEAVY, {"W1": [[0, "1/2"]], "W2": [[0], [1]]}, "spurious_local_minimum", "orbit",
    ),
    "a dead square": (
        SQUARE, {"W1": [[0]], "W2": [[-1]]}, "spurious_local_minimum", "orbit",
    ),
    "two dead squares": (
        Problem(Network((1, 2, 1), "square"), Dataset([[1]], [[1]])),
        {"W1": [[0], [0]], "W2": [[-1, -2]]}, "spurious_local_minimum", "orbit",
    ),
    "an irrational square": (
        Problem(Network((1, 1, 1), "square"), BALANCED),
        {"root": ROOT, "W1": [[["0", "1"]]], "W2": [["1"]]}, "local_minimum", "orbit",
    ),
    "linear layers after a square": (
        Problem(Network((1, 2, 2, 1), ["square", "linear"]), BALANCED),
        {"W1": [[1], [1]], "W2": [[1, 1], [0, 1]], "W3": [[1, 0]]}, "local_minimum", "morse_bott",
    ),
    "biases": (
        Problem(Network((1, 1, 1), bias="all"), Dataset([[1], [2], [3]], [[1], [7], [7]])),
        {"W1": [[3]], "b1": [-1], "W2": [[1]], "b2": [0]}, "local_minimum", "orbit",
    ),
    "a rotation that the regularizer leaves": (
        Problem(Network((1, 2, 1)), Dataset([[1]], [[2]]), regularizer=Regularizer(1)),
        {"W1": [[1], [0]], "W2": [[1, 0]]}, "local_minimum", "orbit",
    ),
    "an input that is always 0": (
        Problem(Network((2, 1, 1), "square"), Dataset([[1, 0], [2, 0]], [[1], [3]])),
        {"W1": [[1, 0]], "W2": [["13/17"]]}, "local_minimum", "morse_bott",
    ),
    "relu": (
        Problem(Network((1, 2, 1), "relu"), Dataset([[1], [-1]], [[1], [3]])),
        {"W1": [[1], [2]], "W2": [["1/3", "1/3"]]}, "spurious_local_minimum", "morse_bott",
    ),
    "relu with a dead neuron": (
        Problem(Network((1, 2, 1), "relu"), Dataset([[1], [2]], [[1], [3]])),
        {"W1": [["7/5"], [-1]], "W2": [[1, 1]]}, "local_minimum", "morse_bott",
    ),
    "inactive relu": (
        Problem(Network((1, 1, 1), "relu", bias="all"), Dataset([[1], [2]], [[1], [3]])),
        {"W1": [[-1]], "b1": [0], "W2": [[1]], "b2": [2]}, "spurious_local_minimum", "morse_bott",
    ),
    "leaky relu": (
        Problem(Network((1, 1, 1), "leaky_relu(1/2)"), Dataset([[1], [-2]], [[1], [-2]])),
        {"W1": [["3/2"]], "W2": [[1]]}, "spurious_local_minimum", "orbit",
    ),
    # 1 + w2^2 w1^4 and 1 + (v1^2 + v2^2) w1^4, which no function of the input falls below.
    "a quartic": (
        Problem(Network((1, 1, 1), "square"), Dataset([[1], [1]], [[1], [-1]])),
        {"W1": [[0]], "W2": [[1]]}, "global_minimum", "pure_error",
    ),
    "a quartic of opposite inputs": (
        Problem(Network((1, 1, 1), "square"), Dataset([[1], [-1]], [[1], [-1]])),
        {"W1": [[0]], "W2": [[1]]}, "global_minimum", "pure_error",
    ),
    "a quartic of two outputs": (
        Problem(Network((1, 1, 2), "square"), Dataset([[1], [1]], [[1, 0], [-1, 0]])),
        {"W1": [[0]], "W2": [[1], [0]]}, "global_minimum", "pure_error",
    ),
    "a path past a linear layer": (
        Problem(
            Network((1, 1, 1, 1), skip=[[1, 1], [2, 1]]), Dataset([[1], [2]], [[1], [3]])
        ),
        {"W1": [[1]], "W2": [[1]], "W3": [["2/5", 1]]}, "local_minimum", "morse_bott",
    ),
}  # fmt: skip


def lowest_nearby(problem: Problem, point: dict[str, Any]) -> tuple[float, float]:
    """The loss at the point, and the least over random points nearby, in floats."""
    root = 2**0.5 if "root" in point else 0.0

    def value(x: Any) -> float:
        if isinstance(x, list):
            return sum(float(Fraction(c)) * root**k for k, c in enumerate(x))
        return float(Fraction(x))

    vector = []
    for name, shape in problem.network.shapes.items():
        rows = point[name] if len(shape) == 2 else [point[name]]
        vector += [value(x) for row in rows for x in row]
    landscape, draw = FloatLandscape(problem), np.random.default_rng(0)
    here = np.array(vector)
    others = [
        landscape.loss(here + size * draw.normal(size=len(here)))
        for size in (1e-1, 1e-2, 1e-3)
        for _ in range(500)
    ]
    if any(abs(landscape.gradient(here)) > 1e-9):
        raise AssertionError("the planted point is not critical")
    return float(landscape.loss(here)), min(others)


@pytest.mark.parametrize("name", MINIMA)
def test_minima(name: str) -> None:
    problem, point, kind, rule = MINIMA[name]
    answer = classify(problem, point)
    document = answer.to_json()
    check_classify(document)
    given = document["given"]
    assert (answer.verdict, given["kind"], given["status"]) == ("certified", kind, "certified")
    everywhere = {"spurious_local_minimum": False, "local_minimum": None, "global_minimum": True}
    assert (given["local"], given["global"]) == ("minimum", everywhere[kind])
    assert given["inertia"]["zero"] > 0
    assert rule in [line["rule"] for line in document["evidence"]]
    assert verify(answer.statement, answer.certificate).accepted
    here, around = lowest_nearby(problem, point)
    assert around >= here - 1e-12
    if kind == "spurious_local_minimum":
        assert float(given["better"]["loss"]["upper"]) < here


FLAT: dict[str, Any] = {
    # (17/16 + 17 w2^2 w1^4)/2: a minimum that second derivatives do not show.
    "a quartic of two inputs": (
        Problem(Network((1, 1, 1), "square"), Dataset([[1], [2]], [[1], ["-1/4"]])),
        {"W1": [[0]], "W2": [[1]]}, "undecided",
    ),
    "the origin of a cube": (
        Problem(Network((1, 1, 1), "cube"), Dataset([[1]], [[1]])),
        {"W1": [[0]], "W2": [[0]]}, "non_strict_saddle",
    ),
    "a cube at rest": (
        Problem(Network((1, 1, 1), "cube"), Dataset([[1]], [[1]])),
        {"W1": [[0]], "W2": [[1]]}, "non_strict_saddle",
    ),
    "weighted layers at 0": (
        Problem(Network((2, 1, 1, 2)), Dataset(I2, I2), Loss(weights=[[1, 2], [2, 1]])),
        {"W1": [[0, 0]], "W2": [[0]], "W3": [[0], [0]]}, "non_strict_saddle",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FLAT)
def test_flat_points_that_are_not_shown_to_be_minima(name: str) -> None:
    problem, point, kind = FLAT[name]
    document = classify(problem, point, budget=10).to_json()
    check_classify(document)
    assert document["given"]["kind"] == kind
    assert "minimum" not in [line["claim"] for line in document["evidence"]]


def test_a_maximum_across_its_kernel() -> None:
    """(v u^2 - 1)^2 / 2 near (0, v) with v > 0: v u^2 is at least 0 and small, so that the loss is
    at most 1/2, which it is at u = 0."""
    answer = classify(SQUARE, {"W1": [[0]], "W2": [[1]]}, budget=10)
    document = answer.to_json()
    check_classify(document)
    given = document["given"]
    assert (answer.verdict, given["kind"], given["local"]) == (
        "certified",
        "local_maximum",
        "maximum",
    )
    assert given["global"] is False
    assert verify(answer.statement, answer.certificate).accepted
    losses = [
        (Fraction(v, 10) * Fraction(u, 10) ** 2 - 1) ** 2 / 2
        for u in range(-9, 10)
        for v in range(1, 20)
    ]
    assert max(losses) == Fraction(1, 2)
    assert min(losses) < Fraction(1, 2)


def test_a_point_that_floats_call_lower_is_compared_exactly(monkeypatch) -> None:
    """The search may return any point: one of the same loss makes no minimum spurious."""
    problem, point, _, _ = MINIMA["a dead square"]
    same = [Fraction(0), Fraction(-3)]
    monkeypatch.setattr(classify_polynomial, "lower_point", lambda *_: same)
    given = classify(problem, point).to_json()["given"]
    assert (given["kind"], given["better"], given["status"]) == (
        "local_minimum",
        None,
        "certified",
    )


def test_no_budget_no_search() -> None:
    problem, point, _, _ = MINIMA["entrywise weights"]
    assert classify(problem, point, budget=1e-9).to_json()["given"]["kind"] == "undecided"
