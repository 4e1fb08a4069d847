"""Losses that do not depend on the weights: every point is a global minimum and a maximum."""

from math import log
from typing import Any

import pytest

from symland import Dataset, Loss, Network, Problem, classify, critical_set, verify
from tests.questions.shapes import check_classify, check_critical

ZEROS = Dataset([[0, 0], [0, 0]], [[1], [-1]])
ROOT = {"polynomial": ["-2", "0", "1"], "interval": ["1", "2"]}
SILENT: dict[str, Any] = {
    "tanh": (Problem(Network((2, 1, 1), "tanh"), ZEROS), "1"),
    "relu": (Problem(Network((2, 2, 1, 1), ["relu", "leaky_relu(2)"]), ZEROS), "1"),
    "powers": (Problem(Network((2, 2, 1, 1), ["square", "cube"]), ZEROS), "1"),
    "linear": (Problem(Network((2, 2, 1)), ZEROS, Loss(scale=3)), "6"),
    "no activation": (Problem(Network((2, 1, 1), "polynomial(0)"),
                              Dataset([[1, 2]], [[3]])), "9/2"),
    "a sample that does not count": (
        Problem(Network((2, 1, 1), "tanh"), Dataset([[0, 0], [1, 1]], [[3], [5]]),
                Loss(weights=[[1], [0]])), "9/2"),
    "logistic": (Problem(Network((2, 1, 1), "tanh"), ZEROS, Loss("logistic")), None),
    "cross-entropy": (
        Problem(Network((1, 1, 3), "relu"), Dataset([[0]], [[0, 1, 0]]), Loss("cross_entropy")),
        None),
}  # fmt: skip
LOGARITHM = {"logistic": 2 * log(2), "cross-entropy": log(3)}


def point(problem: Problem, entry: Any) -> dict[str, Any]:
    return {n: [[entry] * s[1]] * s[0] for n, s in problem.network.shapes.items()}


@pytest.mark.parametrize("entry", ["1/3", "log(2)", ["1", "1"]], ids=str)
@pytest.mark.parametrize("name", SILENT)
def test_every_point_is_a_global_minimum(name: str, entry: Any) -> None:
    problem, loss = SILENT[name]
    where = point(problem, entry) | ({"root": ROOT} if isinstance(entry, list) else {})
    answer = classify(problem, where)
    document = answer.to_json()
    check_classify(document)
    given = document["given"]
    assert (answer.verdict, given["kind"], given["local"], given["global"]) == (
        "certified",
        "global_minimum",
        "constant",
        True,
    )
    assert given["loss"]["exact"] == loss
    if loss is None:
        lower, upper = (float(given["loss"][end]) for end in ("lower", "upper"))
        assert lower <= LOGARITHM[name] <= upper < lower * (1 + 1e-11)
    assert given["inertia"]["zero"] == problem.network.parameter_count
    assert document["evidence"][0]["rule"] == "no_input"
    assert verify(answer.statement, answer.certificate).accepted


@pytest.mark.parametrize("name", SILENT)
def test_the_critical_set_is_the_whole_space(name: str) -> None:
    problem, loss = SILENT[name]
    answer = critical_set(problem)
    document = answer.to_json()
    check_critical(document)
    assert answer.verdict == document["critical_set"]["status"] == "certified"
    assert document["critical_set"]["dimension"] == problem.network.parameter_count
    (stratum,) = document["strata"]
    assert (stratum["kind"], stratum["loss"]["exact"]) == ("global_minimum", loss)
    assert (document["spectrum"] is None) is (name != "linear")
    assert "reason" in document["critical_set"]
    answer._repr_html_()


def test_a_box_does_not_matter() -> None:
    problem, _ = SILENT["tanh"]
    answer = critical_set(problem, box=("-1", "1"))
    assert answer.verdict == "certified"
    assert answer.to_json()["critical_set"]["dimension"] == 3


def test_a_bias_or_an_input_makes_it_depend_on_the_weights() -> None:
    for problem in (
        Problem(Network((2, 1, 1), "sigmoid"), ZEROS),
        Problem(Network((2, 1, 1), "tanh", "output"), ZEROS),
        Problem(Network((2, 1, 1), "tanh"), Dataset([[0, 1]], [[1]])),
    ):
        weights = {n: [[1] * s[1]] * s[0] if len(s) == 2 else [1] * s[0]
                   for n, s in problem.network.shapes.items()}  # fmt: skip
        given = classify(problem, weights, budget=5).to_json()["given"]
        assert given["kind"] == "not_critical"


@pytest.mark.parametrize("activation", ["linear", "tanh", "polynomial(1, 2)"])
def test_loss_weights_that_are_all_0_are_the_reason(activation: str) -> None:
    """The outputs are not 0: sigma(1) = 3, and inputs are not 0."""
    problem = Problem(
        Network((1, 1, 1), activation), Dataset([[1], [2]], [[3], [5]]), Loss(weights=[[0], [0]])
    )
    document = critical_set(problem).to_json()
    assert document["verdict"] == "certified"
    assert document["critical_set"]["reason"] == "all loss weights are 0, so the loss is constant"
    assert classify(problem, point(problem, "1/3")).to_json()["given"]["local"] == "constant"
