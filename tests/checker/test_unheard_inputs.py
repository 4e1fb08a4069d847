"""Constant neurons of the first layer where no target is correlated with an input: annihilators and
tangents, against difference quotients."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from symland import classify
from symland.checker.constant_neurons import constant_neuron
from symland.checker.context import Context
from symland.checker.flat_directions import _written
from symland.checker.intervals import number
from symland.checker.statement import read_statement
from symland.landscape.float_landscape import FloatLandscape
from symland.problem import Dataset, Loss, Network, Problem
from tests.checker.documents import problem, statement

BITS = 100
INPUTS = [[-1, 2], [0, 1], [1, 2], [2, 3], [3, 2]]
# Uncorrelated with both inputs, whose means are 1 and 2.
APART = {
    "squared": [[1, 2], [0, "5/2"], [0, 2], [0, "5/2"], [1, 2]],
    "cross_entropy": [[1, 0], [0, 1], [0, 1], [0, 1], [1, 0]],
    "logistic": [[1, -1], [-1, 1], [-1, 1], [-1, 1], [1, -1]],
}


def about(kind: str, bias: str, **more: Any) -> tuple[dict[str, Any], FloatLandscape]:
    widths, scale = [2, 2, 2, 2], "1/2" if kind == "squared" else "1"
    targets = more.pop("targets", APART[kind])
    stated = problem(
        widths, INPUTS, targets, activation=["exp", "tanh"], bias=bias, kind=kind, scale=scale,
        **more,
    )  # fmt: skip
    network = Network(widths, ["exp", "tanh"], bias)
    loss = Loss(kind, scale=scale, weights=more.get("weights"))
    return stated, FloatLandscape(Problem(network, Dataset(INPUTS, targets), loss))


def point(floats: FloatLandscape) -> dict[str, Any]:
    """W1 = 0, other weights at random; not critical."""
    draw = np.random.default_rng(2)
    shapes = floats.problem.network.shapes
    tenths = np.vectorize(lambda k: str(Fraction(k, 10)), otypes=[object])
    found = {n: tenths(draw.integers(1, 15, s)).tolist() for n, s in shapes.items()}
    found["W1"] = [["0", "0"], ["0", "0"]]
    found["W2"] = [["1/5", "-1/9"], ["-1/7", "1/8"]]
    return found | ({"b1": ["1/3", "-2/3"]} if "b1" in found else {})


def vectors(
    stated: dict[str, Any], weights: dict[str, Any], size: int, layer: int = 1
) -> list[Any]:
    """Annihilators and tangents of the second neuron of a layer."""
    context = Context(read_statement(json.dumps(statement(stated, {"p": weights}, [])).encode()))
    at = {
        n: [[number(Fraction(x), BITS) for x in np.ravel(row)] for row in rows]
        for n, rows in weights.items()
    }
    return [
        np.array(
            [[float(x.lower) / 2**x.bits for x in _written(y, size, BITS)] for y in lines]
        ).reshape(len(lines), size)
        for lines in constant_neuron(context, "p", (layer, 1), at, BITS)
    ]


def slope(floats: FloatLandscape, place: Any) -> Any:
    steps = 1e-5 * np.eye(len(place))
    return np.array([(floats.loss(place + e) - floats.loss(place - e)) / 2e-5 for e in steps])


@pytest.mark.parametrize("bias", ["all", "hidden"])
@pytest.mark.parametrize("kind", list(APART))
def test_the_vectors(kind: str, bias: str) -> None:
    """The products with the gradient are 0. Two more than without: the entries of w; and both
    outgoing weights are tangents."""
    stated, floats = about(kind, bias)
    weights = point(floats)
    place = np.array([float(Fraction(x)) for n in weights for x in np.ravel(weights[n])])
    lines, tangents, _ = vectors(stated, weights, len(place))
    gradient = slope(floats, place)
    assert abs(gradient[:4]).min() > 1e-3
    assert abs(lines @ gradient).max() < 1e-7 * abs(gradient).max()
    assert (np.linalg.matrix_rank(lines), len(tangents)) == (5, 3)
    assert abs(lines[:, 2:4]).max() == 1  # the incoming weights of the second neuron


@pytest.mark.parametrize("speaks", [False, True])
@pytest.mark.parametrize("kind", list(APART))
def test_the_kernel_where_the_point_is_critical(kind: str, speaks: bool) -> None:
    """The outputs are means, log odds, or logarithms of frequencies, by the last biases."""
    stated, floats = about(kind, "all")
    weights = point(floats)
    if not speaks:
        weights["W2"] = [["1/5", "0"], ["-1/7", "0"]]
    W = {n: np.vectorize(Fraction)(x).astype(float) for n, x in weights.items()}
    output = W["W3"] @ np.tanh(W["W2"] @ np.exp(W["b1"]) + W["b2"])
    best = {
        "squared": [2 / 5, 11 / 5],
        "logistic": np.log([2 / 3, 3 / 2]),
        "cross_entropy": np.log([2 / 5, 3 / 5]),
    }
    W["b3"] = best[kind] - output
    weights["b3"] = [str(Fraction(x)) for x in W["b3"]]
    place = np.concatenate([np.ravel(W[n]) for n in weights])
    assert abs(slope(floats, place)).max() < 1e-8
    _, tangents, kernel = vectors(stated, weights, len(place))
    assert len(kernel) == (0 if speaks else 2)
    zero = np.concatenate([tangents, kernel])
    assert abs(floats.hessian(place) @ zero.T).max() < 1e-6
    assert np.linalg.matrix_rank(zero) == len(zero)


@pytest.mark.parametrize(
    "change",
    [
        {"targets": [[1, 2], [0, "5/2"], [0, 2], [0, "5/2"], [2, 2]]},
        {"targets": [[1, 2], [0, "5/2"], [0, 2], [0, 2], [1, 2]]},
        {"weights": [[1, 1]] * 4 + [[1, 2]]},
        {"l2": {"W2": [["0", "1"], ["0", "0"]]}},
        {"l2": {"W1": [["0", "0"], ["0", "1"]]}},
    ],
)
def test_correlated_or_weighted(change: Any) -> None:
    """Then the gradient by w is not known: no annihilator has entries there, or all is refused."""
    regularized = "l2" in change
    stated, floats = about("squared", "all", **change)
    weights = point(floats)
    if regularized:
        weights["W2"] = [["1", "0"], ["2", "0"]]
    size = floats.problem.network.parameter_count
    lines, tangents, kernel = vectors(stated, weights, size)
    assert not len(kernel)
    units = [row for row in lines if np.count_nonzero(row) == 1 and row[2:4].any()]
    assert lines[:, 2:4].any() == regularized == bool(units)
    assert len(tangents) == (1 if regularized else 2)


@pytest.mark.parametrize("layer", [1, 2])
def test_another_neuron_listens_or_another_layer_is_constant(layer: int) -> None:
    """Annihilators are as ever; the constant neuron's incoming weights are not among them."""
    stated, floats = about("squared", "all")
    weights = point(floats)
    if layer == 1:
        weights["W1"] = [["1/2", "1/3"], ["0", "0"]]
    else:
        weights["W2"] = [["1/5", "-1/9"], ["0", "0"]]
    place = np.array([float(Fraction(x)) for n in weights for x in np.ravel(weights[n])])
    lines, tangents, _ = vectors(stated, weights, len(place), layer)
    assert abs(lines @ slope(floats, place)).max() < 1e-7
    assert (len(lines), len(tangents)) == (3, 2)


def test_targets_that_are_no_classes() -> None:
    """For 2 and -1 the derivatives of log(1 + exp(-y f)) are not p - y with one p."""
    stated, floats = about("logistic", "all")
    stated["data"]["targets"] = [
        ["2" if y == 1 else "-1" for y in row] for row in APART["logistic"]
    ]
    lines, *_ = vectors(stated, point(floats), floats.problem.network.parameter_count)
    assert not lines[:, 2:4].any()


def test_floats_beside_such_a_minimum() -> None:
    """The means of the targets are the best that softplus(w x + b) does nearby: a flat minimum."""
    data = Dataset([[-1], [0], [1], [2]], [[1], [0], [0], [1]])
    network = Network([1, 1, 1], "softplus", "all")
    weights = {"W1": [[1e-12]], "b1": [-0.0966], "W2": [[0.8112]], "b2": [-0.0238]}
    found = classify(Problem(network, data), weights, budget=9).to_json()["refined"]
    assert found["kind"].endswith("local_minimum")
    assert found["flat"]["dimension"] == 2
    assert "biases make up for all" in found["flat"]["because"][0]


def test_nothing_is_heard_and_nothing_spoken() -> None:
    """tanh of irrational values, outgoing weights 0: a saddle, not strict."""
    data = Dataset([[-1], [0], [1]], [["-1/3"], ["2/3"], ["-1/3"]])
    weights = {"W1": [["0"], ["0"]], "b1": ["-1", "-2"], "W2": [["0", "0"]], "b2": ["0"]}
    given = classify(Problem(Network([1, 2, 1], "tanh", "all"), data), weights).to_json()["given"]
    assert given["kind"] == "non_strict_saddle"
    assert given["inertia"] == {"positive": 1, "negative": 0, "zero": 6}
