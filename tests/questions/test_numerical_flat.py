"""Numerical answers where the Hessian is singular: minima where every eigenvalue 0 is explained."""

import numpy as np
import pytest

from symland import Dataset, Network, Problem, Regularizer, classify
from symland.landscape.float_landscape import FloatLandscape
from symland.landscape.parameters import flat, shaped
from symland.questions import numerical_point, refined_point
from symland.questions.proof_cost import Cost
from symland.report import to_markdown
from symland.search.deadline import Deadline
from symland.search.multistart import descent

ROWS = [[-2], [-1], [0], [1], [2]]
WIDE = Problem(
    Network([1, 4, 1], "tanh", bias="all"),
    Dataset(ROWS, [[1], [0], [-1], [0], [2]]),
    regularizer=Regularizer("1/5"),
)


def trained(dead):
    """The end of a descent, with so many neurons that have weights 0 on both sides."""
    landscape = FloatLandscape(WIDE)
    start = shaped(WIDE.network.shapes, np.random.default_rng(1).normal(size=13).tolist())
    for j in range(dead):
        start["W1"][j], start["W2"][0][j] = [0.0], 0.0
    end, _ = descent(landscape, np.array(flat(WIDE.network.shapes, start)), Deadline(9))
    return shaped(WIDE.network.shapes, [f"{x:.9f}" for x in end])


def refined(monkeypatch, weights):
    monkeypatch.setattr(refined_point, "proof_cost", lambda problem: Cost(1e6, 1))
    document = classify(WIDE, weights).to_json()
    return document, document["refined"]


def test_neurons_that_a_regularizer_killed(monkeypatch):
    weights = trained(0)
    dead = sum(abs(float(row[0])) < 1e-4 for row in weights["W1"])
    assert dead >= 2
    document, point = refined(monkeypatch, weights)
    assert (point["status"], point["kind"], point["local"]) == (
        "numerical",
        "local_minimum",
        "minimum",
    )
    assert point["inertia"] == {"positive": 13 - dead, "negative": 0, "zero": dead}
    assert point["flat"]["dimension"] == len(point["flat"]["because"]) == dead
    assert point["digits"] == 50
    assert "is free" in to_markdown(document)
    # The loss is the same where the free biases are others, and higher across.
    landscape, random = FloatLandscape(WIDE), np.random.default_rng(0)
    place = np.array([float(x) for x in flat(WIDE.network.shapes, point["weights"])])
    value = landscape.loss(place)
    for _ in range(20):
        step = 1e-3 * random.normal(size=13)
        assert landscape.loss(place + step) > value


def test_eigenvalues_that_nothing_explains_leave_it_undecided(monkeypatch):
    monkeypatch.setattr(numerical_point, "_explained", lambda *_: None)
    point = refined(monkeypatch, trained(0))[1]
    assert (point["status"], point["kind"], point["local"]) == ("undecided", "undecided", None)
    assert point["inertia"]["zero"] >= 2


@pytest.mark.parametrize("zero", [0, 2, 3])
def test_as_many_directions_as_eigenvalues(zero):
    """One neuron with weights 0 on both sides explains one."""
    from flint import arb

    weights = {
        "W1": [[0], [1], [1], [2]],
        "b1": [1, 2, 3, 4],
        "W2": [[0, 1, 2, 3]],
        "b2": [0],
    }
    point = [arb(x) for x in flat(WIDE.network.shapes, weights)]
    nothing = np.zeros((13, 13))
    assert numerical_point._explained(WIDE, point, nothing, 1e-8, zero) is None
    assert numerical_point._explained(WIDE, point, nothing, 1e-8, 1)["dimension"] == 1
    assert numerical_point._explained(WIDE, point, np.eye(13), 1e-8, 1) is None
