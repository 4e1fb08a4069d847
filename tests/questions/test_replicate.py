"""Splitting a neuron: the same function, and what the images are, worked out by hand."""

from fractions import Fraction
from typing import Any

import pytest

from symland import Dataset, Loss, Network, Problem, Regularizer, replicate
from symland.checker import check
from symland.landscape.loss import loss
from symland.landscape.number_systems import rationals
from symland.landscape.parameters import elements
from symland.landscape.replication import image, widened
from symland.problem import InputError, parse_weights

F = Fraction


def quadratic(c: Fraction) -> Problem:
    """f = v (1 + u x + u^2 x^2) at x = -1, 0, 1 with residuals c (-3, 0, 1) at u = v = 1.

    They are orthogonal to both derivatives, (1, 0, 3) and (1, 1, 3); B = -8 c, and the Hessian is
    2 [[10 - 4 c, 10], [10, 11]], positive definite for c < 5/22.
    """
    targets = [[1 + 3 * c], [F(1)], [3 - c]]
    network = Network((1, 1, 1), "polynomial(1, 1, 1)")
    return Problem(network, Dataset([[-1], [0], [1]], targets), Loss(scale=1))


POINT = {"W1": [["1"]], "W2": [["1"]]}


@pytest.mark.parametrize(
    ("c", "inside", "outside"),
    [(F(-1, 10), "local_minimum", "strict_saddle"), (F(1, 10), "strict_saddle", "local_minimum")],
)
def test_rational_points(c: Fraction, inside: str, outside: str) -> None:
    answer = replicate(quadratic(c), POINT, 1, 1, "1/3")
    document = answer.to_json()
    assert answer.verdict == "certified"
    assert [part["kind"] for part in document["line"]] == [inside, outside]
    assert document["point"] == {"exact": True}
    assert document["image"]["exact"] == {"W1": [["1"], ["1"]], "W2": [["2/3", "1/3"]]}
    assert answer.statement is not None
    assert answer.certificate is not None
    swapped = answer.statement.replace(b'"positive"}', b'"one_positive"}')
    assert check(answer.statement, answer.certificate).accepted
    assert "certified" in answer._repr_html_()
    assert swapped == answer.statement or not check(swapped, answer.certificate).accepted


def test_a_point_with_a_logarithm() -> None:
    """sigmoid(log 2 x) = 1/2, 2/3, 4/5 at x = 0, 1, 2; the residuals (-8, 36, -25)/1000 are
    orthogonal to these and to s' x = 0, 2/9, 8/25; sum r s'' x^2 = 0.00693 > 0, so B > 0."""
    values = [F(1, 2), F(2, 3), F(4, 5)]
    residuals = [F(-8, 1000), F(36, 1000), F(-25, 1000)]
    targets = [[s - r] for s, r in zip(values, residuals, strict=True)]
    data = Dataset([[0], [1], [2]], targets)
    problem = Problem(Network((1, 1, 1), "sigmoid"), data, Loss(scale=1))
    answer = replicate(problem, {"W1": [["log(2)"]], "W2": [["1"]]}, 1, 1, 2)
    document = answer.to_json()
    assert answer.verdict == "certified"
    assert [part["kind"] for part in document["line"]] == ["local_minimum", "strict_saddle"]
    assert document["point"] == {"exact": True}
    assert answer.certificate is not None
    assert b'"rule": "logarithms"' in answer.certificate


@pytest.mark.parametrize("lam", ["1/3", "-2", 0, 1, "7/2"])
def test_the_image_computes_the_same_function(lam: Any) -> None:
    """Two outgoing weights and biases: loss and residuals exactly the same."""
    problem = Problem(
        Network((2, 2, 2, 1), "cube", "all"),
        Dataset([[1, 2], [0, -1], [3, 1]], [[1], [2], [0]]),
    )
    point = parse_weights(
        {
            "W1": [["1/2", "-1"], ["2", "1/3"]],
            "b1": ["1", "1/5"],
            "W2": [["1", "-1/2"], ["1/7", "2"]],
            "b2": ["0", "1"],
            "W3": [["1", "1/2"]],
            "b3": ["-3"],
        },
        problem.network,
    )
    for layer in (1, 2):
        wide = widened(problem, layer)
        split = image(point, problem.network, layer, 2, lam)
        losses = [
            loss(p, rationals, elements(p.network, rationals, w))
            for p, w in ((problem, point), (wide, split))
        ]
        assert losses[0] == losses[1] != 0


def test_an_algebraic_point_is_split_exactly() -> None:
    root = {"polynomial": ["-2", "0", "1"], "interval": ["1", "2"]}
    network = Network((1, 1, 1), "square")
    point = parse_weights({"root": root, "W1": [["1"]], "W2": [[["0", "3"]]]}, network)
    assert image(point, network, 1, 1, "1/3").to_json()["W2"] == [[["0", "2"], ["0", "1"]]]


def test_a_logarithm_is_split_by_integers_only() -> None:
    network = Network((1, 1, 1), "sigmoid")
    point = parse_weights({"W1": [["1"]], "W2": [["log(2)"]]}, network)
    assert image(point, network, 1, 1, 3).to_json()["W2"] == [["log(1/4)", "log(8)"]]
    assert image(point, network, 1, 1, 1).to_json()["W2"] == [["0", "log(2)"]]
    with pytest.raises(InputError, match=r"lam: got .*, expected an integer"):
        image(point, network, 1, 1, "1/2")


@pytest.mark.parametrize(
    ("layer", "neuron", "text"),
    [(0, 1, "layer: got 0, expected a hidden layer, 1 to 1"), (2, 1, "layer: got 2, expected"),
     (1, 2, "neuron: got 2, expected a neuron of layer 1, 1 to 1")],
)  # fmt: skip
def test_layer_and_neuron(layer: int, neuron: int, text: str) -> None:
    with pytest.raises(InputError, match=text):
        replicate(quadratic(F(1, 10)), POINT, layer, neuron, 1)


def test_a_regularized_loss_is_refused() -> None:
    problem = quadratic(F(1, 10))
    heavy = Problem(problem.network, problem.dataset, problem.loss, Regularizer("1/2"))
    with pytest.raises(InputError, match="regularizer: given, expected none"):
        replicate(heavy, POINT, 1, 1, 1)


def test_far_from_any_critical_point_nothing_is_said() -> None:
    data = Dataset([[0]], [[1]])
    problem = Problem(Network((1, 1, 1), "sigmoid"), data, Loss(scale=1))
    answer = replicate(problem, {"W1": [["1"]], "W2": [["1"]]}, 1, 1, "1/2")
    assert answer.verdict == "undecided"
    assert answer.to_json()["reason"]


def test_a_kink_leaves_it_undecided() -> None:
    problem = Problem(Network((1, 1, 1), "relu"), Dataset([[0], [1]], [[1], [2]]))
    answer = replicate(problem, {"W1": [["1"]], "W2": [["2"]]}, 1, 1, "1/2")
    assert answer.verdict == "undecided"
    assert "B = 0" in answer.to_json()["reason"]


def test_a_float_share_is_the_binary_number_it_is() -> None:
    document = replicate(quadratic(F(1, 10)), POINT, 1, 1, 0.1).to_json()
    exact = str(F(0.1))
    assert document["replication"]["lambda"] == exact
    assert document["image"]["exact"]["W2"][0][1] == exact
