"""Problems: parts that fit, parts that do not, and what they look like."""

import dataclasses
import json

import pytest

from symland.problem import (
    Dataset,
    InputError,
    Loss,
    Network,
    Problem,
    Regularizer,
    parse_problem,
)

DATA = Dataset([["1", "0"], ["0", "1"]], [["2", "0"], ["0", "1"]])


def test_the_statement_writes_every_default_out() -> None:
    problem = Problem(
        Network([2, 1, 2], bias="output"), DATA, Loss(weights=[[1, 2], [3, 4]]), Regularizer("0.1")
    )
    assert problem.to_json() == {
        "network": {"widths": [2, 1, 2], "activation": ["linear"], "bias": "output"},
        "data": {"inputs": [["1", "0"], ["0", "1"]], "targets": [["2", "0"], ["0", "1"]]},
        "loss": {"kind": "squared", "scale": "1/2", "weights": [["1", "2"], ["3", "4"]]},
        "regularizer": {"l2": {"W1": [["1/10", "1/10"]], "W2": [["1/10"], ["1/10"]]}},
    }


@pytest.mark.parametrize("kind", ["squared", "logistic", "cross_entropy"])
@pytest.mark.parametrize("activation", ["linear", "relu", "leaky_relu(1/10)", "polynomial(0, 1)"])
@pytest.mark.parametrize("skip", [None, [[1, 2]]])
def test_statements_are_read_back(kind: str, activation: str, skip: list | None) -> None:
    targets = {"squared": [["0.5", 3]], "logistic": [[1, -1]], "cross_entropy": [[0, 1]]}[kind]
    problem = Problem(
        Network([1, 2, 2], activation, "all", skip),
        Dataset([["1/3"]], targets),
        Loss(kind, "mean"),
        Regularizer({"b1": [1, 2]}),
    )
    text = json.dumps(problem.to_json())
    assert parse_problem(json.loads(text)).to_json() == problem.to_json()


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (
            {"network": Network([3, 1, 2])},
            ("network.widths: got 3 as input width, expected 2, the number of entries of a row"),
        ),
        (
            {"network": Network([2, 1, 1])},
            ("network.widths: got 1 as output width, expected 2, the number of entries of a row"),
        ),
        ({"loss": Loss("logistic")}, "data.targets row 1 entry 1: got 2, expected -1 or 1"),
        ({"loss": Loss(weights=[[1, 1]])}, "loss.weights: got a 1 x 2 matrix, expected a 2 x 2"),
        ({"regularizer": Regularizer({"b1": [1]})}, "regularizer.l2: got 'b1', expected"),
        ({"regularizer": 0.1}, "regularizer: got 0.1, expected a symland.Regularizer"),
        ({"loss": "squared"}, "loss: got 'squared', expected a symland.Loss"),
        ({"dataset": ([[1]], [[1]])}, "dataset: got [[[1]], [[1]]], expected a symland.Dataset"),
        ({"name": "a/b"}, "name: got 'a/b', expected a text that can name a file"),
        ({"name": ""}, "name: got '', expected a text that can name a file"),
    ],
)
def test_parts_that_do_not_fit(parts: dict, message: str) -> None:
    good = {"network": Network([2, 1, 2]), "dataset": DATA}
    with pytest.raises(InputError) as error:
        Problem(**(good | parts))
    assert message in str(error.value)


def test_problems_are_values_and_the_name_is_no_part() -> None:
    one = Problem(Network([2, 2]), DATA, name="one")
    two = Problem(Network([2, 2]), DATA, name="two")
    assert one == two
    assert hash(one) == hash(two)
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.name = "two"  # type: ignore[misc]


def test_zero_regularizer_is_not_written() -> None:
    problem = Problem(Network([2, 2]), DATA, regularizer=Regularizer(0))
    assert problem.l2 is None
    assert "regularizer" not in problem.to_json()


@pytest.mark.parametrize(
    ("network", "loss", "latex"),
    [
        (
            Network([2, 1, 2]),
            Loss(),
            r"L(W) = \frac{1}{2}\sum_{i=1}^{2} \left\| W_{2} W_{1} x_i - y_i \right\|^2",
        ),
        (Network([2, 1, 2], "square"), Loss(), r"W_{2} \left(W_{1} x_i\right)^{\circ 2}"),
        (Network([2, 1, 2], "cube", "all"), Loss(), r"\left(W_{1} x_i + b_{1}\right)^{\circ 3}"),
        (Network([2, 1, 1, 2], bias="all"), Loss(), r"W_{2} \left(W_{1} x_i + b_{1}\right)"),
        (Network([2, 1, 2], "leaky_relu(1/10)"), Loss(), r"leaky\_relu}_{\frac{1}{10}}"),
        (Network([2, 1, 2], skip=[[1, 1]]), Loss(), r"W_{2} (z_{1,1})^\top"),
        (Network([2, 2]), Loss(weights=[[1, 1], [1, 1]]), r"\omega_{ij}"),
    ],
)
def test_latex(network: Network, loss: Loss, latex: str) -> None:
    problem = Problem(network, DATA, loss)
    assert latex in problem._repr_latex_()
    assert latex in problem._repr_html_()


def test_html_escapes_the_name() -> None:
    html = Problem(Network([2, 2]), DATA, regularizer=Regularizer(1), name="<b>")._repr_html_()
    assert "&lt;b&gt;" in html
    assert "<b>" not in html
    assert "l2 on W1" in html
    assert r"\lambda_w w^2" in html
