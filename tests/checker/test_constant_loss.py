"""The rule for losses that no weight changes, against losses at random weights."""

from random import Random
from typing import Any

import numpy as np
import pytest

from tests.checker.documents import one, problem

NETWORKS: list[tuple[list[str], dict[str, Any]]] = [
    (["tanh", "relu"], {}),
    (["square", "polynomial(0, 2, 1)"], {}),
    (["leaky_relu(3)", "cube"], {}),
    (["exp", "polynomial(0)"], {}),
    (["polynomial(0, 0)", "tanh"], {}),
    (["exp", "polynomial(0)"], {"bias": "hidden"}),
    (["polynomial(0)", "tanh"], {"bias": "hidden"}),
    (["tanh", "exp"], {"skip": [[1, 1], [1, 2]]}),
    (["tanh", "exp"], {"skip": [[1, 1], [2, 1]]}),
    (["exp", "polynomial(0)"], {"skip": [[1, 1]]}),
    (["tanh", "tanh"], {"bias": "hidden"}),
    (["tanh", "tanh"], {"bias": "output"}),
    (["tanh", "polynomial(0)"], {"bias": "all"}),
    (["sigmoid", "tanh"], {}),
    (["tanh", "softplus"], {}),
    (["tanh", "softplus(2)"], {}),
    (["square", "polynomial(1, 1)"], {}),
]


@pytest.mark.parametrize("inputs", [[[0]], [[0], [1]]])
@pytest.mark.parametrize(("activation", "more"), NETWORKS, ids=str)
def test_the_loss_is_constant_where_the_rule_says_so(
    inputs: Any, activation: list[str], more: dict[str, Any]
) -> None:
    """Losses at random weights, by another program: equal where the rule accepts, else not."""
    from symland.landscape.float_landscape import FloatLandscape
    from symland.problem import Dataset, Network, Problem

    targets = [[k + 2] for k in range(len(inputs))]
    about = problem([1, 2, 2, 1], inputs, targets, activation=activation, **more)
    accepted = one(about, {}, "constant", {}, "no_input").accepted
    network = Network((1, 2, 2, 1), activation, **more)
    landscape = FloatLandscape(Problem(network, Dataset(inputs, targets)))
    draw = Random(1)
    losses = [
        landscape.loss(np.array([draw.uniform(-1, 1) for _ in range(network.parameter_count)]))
        for _ in range(5)
    ]
    assert accepted is (max(losses) - min(losses) < 1e-9)


def test_constant_losses_of_other_kinds() -> None:
    for kind, targets in (("logistic", [[1], [-1]]), ("cross_entropy", [[1, 0], [0, 1]])):
        width = len(targets[0])
        silent = problem([2, 1, width], [[0, 0]] * 2, targets, activation=["tanh"], kind=kind)
        assert one(silent, {}, "constant", {}, "no_input").accepted
        heard = problem([2, 1, width], [[0, 0], [0, 1]], targets, activation=["tanh"], kind=kind)
        assert "sample 1" in str(one(heard, {}, "constant", {}, "no_input").reason)
    bare = problem([2, 1, 1], [[0, 0]], [[1]], l2={"W1": [["0", "0"]]})
    assert one(bare, {}, "constant", {}, "no_input").accepted
