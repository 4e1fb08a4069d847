"""Minima near trained weights of networks with relu and leaky_relu, in cells and at kinks."""

from random import Random

import numpy as np
import pytest

from symland.checker import check
from symland.landscape.float_landscape import FloatLandscape
from symland.problem import Dataset, Loss, Network, Problem, Regularizer
from symland.questions.classify import classify
from tests.questions.shapes import check_classify


def classified(problem, point):
    """The answer's document, and the point that is proved to be a minimum: no point near it is
    lower in floats."""
    answer = classify(problem, point, budget=10)
    document = answer.to_json()
    check_classify(document)
    assert check(answer.statement, answer.certificate).accepted
    found = document["refined"] or document["given"]
    assert found["status"] == "certified"
    assert found["kind"] in ("local_minimum", "spurious_local_minimum")
    landscape = FloatLandscape(problem)
    at, random = _floats(problem, found["weights"]), np.random.default_rng(0)
    for reach in (1e-5, 1e-7):
        for _ in range(100):
            step = random.normal(size=len(at)) * 10.0 ** random.uniform(-2, 0, len(at))
            near = at + reach * step / np.linalg.norm(step)
            assert landscape.loss(near) >= landscape.loss(at) - 1e-13
    return document, found


def _floats(problem, weights):
    return np.concatenate(
        [np.array(weights[name], dtype=float).ravel() for name in problem.network.shapes]
    )


# relu(w x + b) on the inputs 2, -2, -3, -1 with the targets -1, 2, 0, -3.
BENT = Problem(
    Network((1, 1, 1), "relu", "hidden"),
    Dataset([[2], [-2], [-3], [-1]], [[-1], [2], [0], [-3]]),
    regularizer=Regularizer("1/10"),
)


def test_a_kink_on_which_a_training_ends():
    document, found = classified(BENT, {"W1": [[0.637]], "b1": [1.275], "W2": [[-0.637]]})
    assert document["given"]["kind"] == "not_critical"
    assert found["kinks"] == ["preactivations of layer 1 that are 0: neuron 1 on sample 2"]
    assert (found["critical"], found["inertia"]) == (None, None)
    # w = u, b = 2u, v = -u: u = 1 and 4 at the inputs -1 and 2, so 17 u^2 = 7 - 1/5 where v = -w
    assert float(found["weights"]["W1"][0][0]) ** 2 == pytest.approx((7 - 0.1) / 17, abs=1e-12)


def test_a_kink_that_is_given():
    document, found = classified(BENT, {"W1": [[1]], "b1": [2], "W2": [[-1]]})
    assert document["given"]["kind"] == "not_critical"
    assert "layer 1, neuron 1, sample 2; the loss falls to first order" in document["reason"]
    assert found is document["refined"]
    assert found["kinks"]


@pytest.mark.parametrize("loss", ["squared", "logistic"])
def test_a_neuron_that_is_active_on_no_sample(loss):
    """Its weights are free, and so is the scale of the other one: no Hessian is looked at."""
    problem = Problem(
        Network((1, 2, 1), "relu", "all"),
        Dataset([[1], [1], [-1], [-1], [3], [3]], [[1], [-1], [1], [1], [1], [-1]]),
        Loss(loss),
    )
    point = {"W1": [[0.7], [0.1]], "b1": [3.2, -5.0], "W2": [[0.3, 1.5]], "b2": [-0.5]}
    document, found = classified(problem, point)
    assert "convex_cell" in {line["rule"] for line in document["evidence"]}
    assert "kinks" not in found


def test_a_regularized_neuron_that_is_active_on_no_sample():
    """Its weights are 0, its bias is free; so is that of the other, linear in its cell."""
    problem = Problem(
        Network((1, 2, 1), "leaky_relu(1/2)", "all"),
        Dataset([[2], [3], [3], [0]], [[3], [3], [3], [-3]]),
        regularizer=Regularizer("1/10"),
    )
    point = {"W1": [[1.4], [1e-9]], "b1": [2.9, -6.5], "W2": [[1.4, 1e-9]], "b2": [-6.5]}
    _, found = classified(problem, point)
    assert found["inertia"] == {"positive": 5, "negative": 0, "zero": 2}
    assert found["flat"]["dimension"] == 2
    assert found["flat"]["because"] == ["neurons mixed, scaled or shifted in the cell: 2"]


def test_neurons_that_the_regularizer_takes_away():
    problem = Problem(
        Network((1, 2, 1), "leaky_relu(1/3)"),
        Dataset([[1], [-2]], [[1], ["1/2"]]),
        regularizer=Regularizer(5),
    )
    _, found = classified(problem, {"W1": [[1e-9], [0]], "W2": [[0, -1e-12]]})
    assert found["kinks"] == ["neurons of layer 1 whose weights are 0: 1, 2"]
    assert float(found["loss"]["lower"]) == pytest.approx(0.625, abs=1e-12)
    document = classify(problem, {"W1": [[0], [0]], "W2": [[0, 0]]}, budget=10).to_json()
    check_classify(document)
    assert document["given"]["kind"] == "local_minimum"
    weak = Problem(problem.network, problem.dataset, regularizer=Regularizer("1/10"))
    _, found = classified(weak, {"W1": [[1e-9], [0]], "W2": [[0, -1e-12]]})
    assert float(found["loss"]["upper"]) < 0.5  # another minimum, with a neuron


def test_everything_flat():
    """No neuron is active and there is no output bias: the loss is constant near the point."""
    problem = Problem(Network((1, 1, 1), "relu", "hidden"), Dataset([[1]], [[1]]), Loss("logistic"))
    document, found = classified(problem, {"W1": [[1]], "b1": [-3], "W2": [[1]]})
    assert found is document["given"]
    assert found["kind"] == "spurious_local_minimum"


@pytest.mark.parametrize("seed", [1])
def test_random_places(seed):
    """What is certified is a minimum; some places lead to one."""
    random, proved = Random(seed), 0
    for _ in range(3):
        inputs, targets = ([[random.randint(-size, size)] for _ in range(4)] for size in (5, 3))
        network = Network((1, 2, 1), random.choice(["relu", "leaky_relu(1/4)"]), "hidden")
        problem = Problem(network, Dataset(inputs, targets), regularizer=Regularizer("1/20"))
        point = {
            "W1": [[random.gauss(0, 1)], [random.gauss(0, 1)]],
            "b1": [random.gauss(0, 1), random.gauss(0, 1)],
            "W2": [[random.gauss(0, 1), random.gauss(0, 1)]],
        }
        refined = classify(problem, point, budget=2).to_json()["refined"]
        if refined is not None and refined["local"] in ("minimum", "strict_minimum"):
            classified(problem, point)
            proved += 1
    assert proved >= 2
