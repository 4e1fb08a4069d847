"""Points of networks with relu and leaky_relu, given exactly: beside kinks, and at them."""

from fractions import Fraction
from random import Random

import pytest

from symland.checker import check
from symland.problem import Dataset, Loss, Network, Problem, Regularizer
from symland.questions.classify import classify
from tests.questions.shapes import check_classify

# The inputs (1, 1), (1, -1) see the neuron at w = (1, 0), the input (-1, 3) does not; v = 0.
SADDLE = Problem(
    Network((2, 1, 1), activation="relu"),
    Dataset([[1, 1], [1, -1], [-1, 3]], [[1], [-1], [3]]),
)


def given(problem, point, **more):
    answer = classify(problem, point, budget=10, **more)
    document = answer.to_json()
    check_classify(document)
    assert document["warnings"] == []
    if answer.verdict == "certified":
        assert check(answer.statement, answer.certificate).accepted
    return answer, document, document["given"]


def test_a_strict_saddle_that_the_linear_network_does_not_have():
    answer, _, point = given(SADDLE, {"W1": [[1, 0]], "W2": [[0]]})
    assert (answer.verdict, point["kind"]) == ("certified", "strict_saddle")
    assert point["inertia"] == {"positive": 1, "negative": 1, "zero": 1}
    assert point["loss"]["exact"] == "11/2"
    linear = Problem(Network((2, 1, 1)), SADDLE.dataset)
    assert given(linear, {"W1": [[1, 0]], "W2": [[0]]})[2]["kind"] == "not_critical"


def test_not_critical_with_the_gradient():
    answer, document, point = given(SADDLE, {"W1": [[2, 0]], "W2": [[1]]})
    assert (answer.verdict, point["kind"]) == ("certified", "not_critical")
    # f = (2, 2, 0), residuals (1, 3, -3): dv = 2 + 6, dw = (1, 1) + 3 (1, -1)
    assert document["gradient"]["W2"] == [["8"]]
    assert document["gradient"]["W1"] == [["4", "-2"]]


def test_zero_loss_and_an_algebraic_point():
    problem = Problem(Network((1, 1, 1), activation="leaky_relu(1/3)"), Dataset([[-1]], [[-2]]))
    root = {"polynomial": ["-2", "0", "1"], "interval": ["1", "2"]}
    # leaky(-t) = -t/3, times 3t
    point = {"root": root, "W1": [[["0", "1"]]], "W2": [[["0", "3"]]]}
    answer, _, found = given(problem, point)
    assert (answer.verdict, found["kind"]) == ("certified", "global_minimum")


def test_an_input_0_is_no_kink():
    """docs/examples/relu.toml: |x| from two neurons, with the sample 0."""
    problem = Problem(
        Network((1, 2, 1), activation="relu"), Dataset([[-1], [0], [1]], [[1], [0], [1]])
    )
    answer, _, point = given(problem, {"W1": [[1], [-1]], "W2": [[1, 1]]})
    assert (answer.verdict, point["kind"]) == ("certified", "global_minimum")
    assert point["inertia"] == {"positive": 2, "negative": 0, "zero": 2}


@pytest.mark.parametrize(
    ("network", "point", "where"),
    [
        (Network((1, 2, 1), "relu"), {"W1": [[1], [0]], "W2": [[1, 1]]},
         "layer 1, neuron 2, sample 1"),
        (Network((1, 1, 1), "leaky_relu(1/2)", "hidden"),
         {"W1": [[1]], "b1": [-2], "W2": [[1]]}, "layer 1, neuron 1, sample 2"),
    ],
)  # fmt: skip
def test_a_kink_from_which_the_loss_falls(network, point, where):
    problem = Problem(network, Dataset([[1], [2]], [[1], [3]]))
    answer, document, found = given(problem, point)
    assert (answer.verdict, found["kind"], found["critical"]) == (
        "certified",
        "not_critical",
        False,
    )
    assert f"no derivative: {where}; the loss falls" in document["reason"]
    assert found["loss"]["exact"] is not None  # which the checker accepts
    assert [line["rule"] for line in document["evidence"][:2]] == ["evaluate", "curve"]
    assert "no local minimum" in document["evidence"][1]["text"]


def test_a_kink_is_undecided_and_named():
    problem = Problem(Network((1, 1, 1, 1), ["square", "relu"]), Dataset([[1], [2]], [[1], [3]]))
    answer, document, found = given(problem, {"W1": [[0]], "W2": [[1]], "W3": [[1]]})
    assert answer.verdict == found["status"] == found["kind"] == "undecided"
    assert document["reason"].endswith("no derivative: layer 2, neuron 1, sample 1")
    assert found["loss"]["exact"] is not None
    assert [line["claim"] for line in document["evidence"]] == ["c1"]


def test_leaky_relu_of_slope_1_has_no_kink():
    problem = Problem(Network((1, 1, 1), "leaky_relu(1)"), Dataset([[1]], [[1]]))
    assert given(problem, {"W1": [[0]], "W2": [[0]]})[2]["kind"] == "strict_saddle"


def test_newton_towards_a_kink():
    problem = Problem(Network((1, 1, 1), "relu"), Dataset([[1]], [[1]]))
    _, document, point = given(problem, {"W1": [["1/100"]], "W2": [["-1/100"]]})
    assert (point["kind"], point["status"]) == ("not_critical", "certified")
    # The loss is 0 where w2 w1 = 1, and constant 1/2 where w1 < 0.
    assert document["refined"] is None or document["refined"]["kind"] != "strict_saddle"


@pytest.mark.parametrize(
    "problem",
    [
        Problem(Network((1, 1, 1), "relu"), Dataset([[1]], [[1]]), Loss("logistic")),
        Problem(Network((1, 1, 1, 1), ["relu", "tanh"]), Dataset([[1]], [[1]])),
    ],
)
def test_other_losses_and_activations_by_enclosures(problem):
    point = {name: [[1]] for name in problem.network.shapes}
    answer, _, found = given(problem, point)
    assert (answer.verdict, found["kind"]) == ("certified", "not_critical")
    answer, document, found = given(problem, {**point, "W1": [[0]]})
    assert answer.verdict == found["kind"] == "undecided"
    assert "relu and leaky_relu have no derivative" in document["reason"]


def random_point(draw, network):
    def entry():
        return str(Fraction(draw.randint(-4, 4), draw.choice([1, 2, 3])))

    return {
        name: [entry() for _ in range(shape[0])]
        if len(shape) == 1
        else [[entry() for _ in range(shape[1])] for _ in range(shape[0])]
        for name, shape in network.shapes.items()
    }


@pytest.mark.parametrize("seed", range(12))
def test_kinds_against_samples_of_the_loss(seed):
    """No point near a minimum is lower, some point near a saddle is; losses by another program."""
    import numpy as np

    from symland.landscape.float_landscape import FloatLandscape
    from symland.landscape.parameters import flat

    draw = Random(seed)
    width, samples = draw.choice([1, 2]), draw.randint(1, 3)
    network = Network(
        (1, width, 1),
        draw.choice(["relu", "leaky_relu(1/10)", "leaky_relu(-1)"]),
        draw.choice(["none", "hidden", "all"]),
    )
    data = Dataset(
        [[draw.randint(-2, 2)] for _ in range(samples)],
        [[draw.randint(-2, 2)] for _ in range(samples)],
    )
    problem = Problem(network, data, regularizer=Regularizer(draw.choice([0, 1])))
    landscape, numbers = FloatLandscape(problem), np.random.default_rng(seed)
    for _ in range(4):
        point = random_point(draw, network)
        _, _, found = given(problem, point, seed=seed)
        centre = np.array([float(Fraction(x)) for x in flat(network.shapes, point)])
        here = landscape.loss(centre)
        assert abs(here - float(found["loss"]["lower"])) < 1e-9
        near = [landscape.loss(centre + 1e-4 * d) for d in numbers.normal(size=(200, len(centre)))]
        if found["kind"].endswith("minimum"):
            assert min(near) > here - 1e-14
        elif found["kind"] in ("not_critical", "strict_saddle"):
            assert min(near) < here


def test_spurious_minimum_of_one_neuron_on_one_side():
    """max(w x, 0) v at (1, 1), (-1, 2): v w = 1 has loss 2; v = 2, w = -1 has loss 1/2."""
    problem = Problem(Network((1, 1, 1), "relu"), Dataset([[1], [-1]], [[1], [2]]))
    answer, _, point = given(problem, {"W1": [[1]], "W2": [[1]]})
    assert (answer.verdict, point["kind"]) == ("certified", "spurious_local_minimum")
    assert point["loss"]["exact"] == "2"
    assert point["inertia"] == {"positive": 1, "negative": 0, "zero": 1}
    assert Fraction(point["better"]["loss"]["exact"]) < 2
    other = given(problem, {"W1": [[-1]], "W2": [[2]]})[2]
    assert (other["kind"], other["loss"]["exact"]) == ("local_minimum", "1/2")


@pytest.mark.parametrize(
    ("network", "point"),
    [
        (Network((1, 1, 1), "relu"), {"W1": [[-1]], "W2": [[4]]}),
        (Network((1, 2, 1), "relu", "all"),
         {"W1": [[-1], [-3]], "b1": [-1, -2], "W2": [[4, 7]], "b2": [2]}),
        (Network((1, 1, 2, 1), "relu"), {"W1": [[-1]], "W2": [[1], [2]], "W3": [[4, 5]]}),
    ],
)  # fmt: skip
def test_a_network_whose_neurons_are_all_inactive(network, point):
    """Nearby the outputs are b2 or 0: a local minimum, not a global one."""
    problem = Problem(network, Dataset([[1], [2]], [[1], [3]]))
    answer, _, found = given(problem, point)
    assert (answer.verdict, found["kind"]) == ("certified", "spurious_local_minimum")


def test_one_active_and_one_inactive_neuron():
    problem = Problem(Network((1, 2, 1), "relu"), Dataset([[1], [2]], [[1], [3]]))
    # v w = 7/5 is the regression through the origin
    answer, _, found = given(problem, {"W1": [[1], [-1]], "W2": [["7/5", 3]]})
    assert (answer.verdict, found["local"]) == ("certified", "minimum")
    assert found["inertia"] == {"positive": 1, "negative": 0, "zero": 3}
