"""What is called critical without proof is next to a critical point, by other arithmetic too."""

import json
import sys

import numpy as np
import pytest
from flint import arb, ctx

from symland import Dataset, Loss, Network, Problem, Regularizer, classify
from symland.landscape.float_landscape import FloatLandscape
from symland.landscape.parameters import shaped
from symland.questions import numerical_point as numerical, refined_point
from symland.questions.proof_cost import Cost
from symland.questions.refined_slice import fitted_because
from symland.search.deadline import Deadline
from symland.search.multistart import descent
from tests.mpmath_functions import MP
from tests.mpmath_landscape import MpmathLandscape

ROWS = [[-2], [-1], [0], [1], [2]]
ONES = [[3], [-2], [1], [2], [-1]]
# A descent that did not end: biases grow as the output weights of their neurons fade.
FADING = Problem(
    Network([1, 2, 1], "softplus", bias="hidden"),
    Dataset(
        [[0], [-1], [0], [0], [1], [1], [1], [0], [0]],
        [["-2.6"], ["-1.8"], ["-0.6"], [4], ["0.6"], ["-1.2"], [4], ["1.8"], ["1.6"]],
    ),
    regularizer=Regularizer(1),
)
FADED = {
    "W1": [["0.9037821"], ["-0.0439077"]],
    "b1": ["25.3764158", "511.8068831"],
    "W2": [["0.9037821", "-0.0439077"]],
}
# The end of a descent in a valley, where an eigenvalue is 1e-13 and the gradient 1e-7.
VALLEY = Problem(
    Network([2, 4, 1, 1], "softplus"),
    Dataset(
        [["-1.1", "0.3"], ["-0.7", "-0.4"], ["-1.5", "1"], ["0.2", "-0.3"], ["0.5", "0.5"]],
        [["4.4"], ["1.4"], ["-1"], ["-1"], ["-4.4"]],
    ),
)
DEEP = {
    "W1": [
        ["-4.463530826014359", "-0.5950332105586811"],
        ["0.4728228074595893", "-1.1417859715240564"],
        ["-1.4327010513468499", "-1.9527452769456395"],
        ["-4.860965299132214", "-1.398767167038007"],
    ],
    "W2": [
        ["-1.8085655308544906", "0.415472870849726", "2.1211272821978877", "-6.892262179021525"]
    ],
    "W3": [["-5.711555475678871"]],
}
# The second neuron is saturated, so that its weights are felt less than 1e-30 and never 0, at what
# is otherwise a saddle.
SATURATED = Problem(Network([1, 2, 1], "tanh"), Dataset([[1], [2], [3]], [[1], [-2], [3]]))
SADDLE = {"W1": [["1e-9"], ["40"]], "W2": [["0", "0.6666666666"]]}


def never_proved(monkeypatch):
    monkeypatch.setattr(refined_point, "proof_cost", lambda problem: Cost(1e6, 1))


@pytest.mark.parametrize(
    ("problem", "weights"),
    [(FADING, FADED), (VALLEY, DEEP), (SATURATED, SADDLE)],
    ids=["biases that grow", "a valley", "a saturated neuron"],
)
def test_no_critical_point_is_seen_where_gradients_only_fade(monkeypatch, problem, weights):
    never_proved(monkeypatch)
    document = classify(problem, weights).to_json()
    assert document["given"]["kind"] == "not_critical"
    assert document["refined"] is None
    assert "reached no critical point" in document["reason"]
    assert "the gradient does not vanish" in document["reason"]


def test_a_small_gradient_is_not_enough_where_the_hessian_is_singular(monkeypatch):
    """Though 100 binary places seem to be reached, as where the time ends, and the Hessian has both
    signs."""
    monkeypatch.setattr(sys.modules["symland.search.flat_point"], "BITS", 100)
    with pytest.raises(numerical.NotReached, match="singular to the accuracy of floats"):
        numerical.numerical_point(SATURATED, [1e-9, 40.0, 0.0, 2 / 3], Deadline(9), "why")


def test_floats_alone_see_no_manifold_without_a_reason(monkeypatch):
    """Where the gradient only fades, they would hold up to seven digits for right."""
    monkeypatch.setattr(numerical, "digits_cost", lambda problem: Cost(1e6, 1))
    with pytest.raises(numerical.NotReached, match="singular to the accuracy of floats"):
        numerical.numerical_point(SATURATED, [1e-9, 40.0, 0.0, 2 / 3], Deadline(9), "why")
    copies = [0.5, 0.5, 0.25, 0.75]
    one = Problem(Network([1, 2, 1], "tanh"), Dataset([[1]], [[np.tanh(0.5).item()]]))
    found = numerical.numerical_point(one, copies, Deadline(9), "why")[0]
    assert (found["status"], found["flat"]["dimension"]) == ("numerical", 3)


@pytest.mark.parametrize("way", ["digits", "one step", "floats"])
def test_a_short_step_beside_large_weights_is_not_the_end(monkeypatch, way):
    """Both outputs tend to 10^9 as the first weight grows: steps of 1/2 are not short."""
    problem = Problem(Network([1, 1, 1], "sigmoid"), Dataset([[1], [2]], [[10**9], [10**9]]))
    if way == "one step":
        monkeypatch.setattr(numerical, "LEAST", -1.0)
    if way == "floats":
        monkeypatch.setattr(numerical, "digits_cost", lambda problem: Cost(1e6, 1))
    deadline = Deadline(-1 if way == "one step" else 9)
    with pytest.raises(numerical.NotReached):
        numerical.numerical_point(problem, [18.0, 1e9 + 7], deadline, "why")


def test_no_more_gradient_than_where_it_began(monkeypatch):
    """Whatever polishing returns: a point with a longer gradient is not the one near the start, and
    one with a shorter gradient need not be critical."""
    problem = Problem(
        Network([1, 2, 1], "softplus"), Dataset(ROWS, ONES), regularizer=Regularizer("1/10")
    )
    near = trained(problem, 0)
    end = numerical.numerical_point(problem, near, Deadline(9), "why")[1]
    far = [float(x) + 2e-3 for x in end]
    for step, start, refused in ((1e-60, near, False), (1e-3, near, True), (1e-3, far, True)):
        with ctx.workprec(600):
            moved = [x + arb(step) for x in end]
        monkeypatch.setattr(numerical, "_polished", lambda *_, moved=moved: (moved, 1e-50, True))
        if refused:
            with pytest.raises(numerical.NotReached, match="the gradient has norm"):
                numerical.numerical_point(problem, start, Deadline(9), "why")
        else:
            assert numerical.numerical_point(problem, start, Deadline(9), "why")[0]["digits"] > 45


def trained(problem, seed):
    start = np.random.default_rng(seed).normal(size=problem.network.parameter_count)
    return descent(FloatLandscape(problem), start, Deadline(9))[0].tolist()


def written(problem, ends):
    """Weights of a document, with eight places: a point near a critical one."""
    return {
        name: np.array(part, dtype=object).tolist()
        for name, part in shaped(problem.network.shapes, [f"{x:.8f}" for x in ends]).items()
    }


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "softplus"])
@pytest.mark.parametrize(
    ("loss", "widths"),
    [
        ("squared", [1, 2, 1]),
        ("logistic", [1, 2, 1]),
        ("squared", [2, 1, 2, 2]),
        ("logistic", [2, 1, 2, 2]),
        ("cross_entropy", [2, 1, 2, 2]),
    ],
)
def test_derivatives_at_the_weights_that_are_written(monkeypatch, loss, activation, widths, seed):
    """By mpmath: the gradient vanishes to 50 digits, and Newton's step does not change them."""
    never_proved(monkeypatch)
    random, outputs = np.random.default_rng(seed), widths[-1]
    targets = {
        "squared": random.integers(-2, 3, (5, outputs)),
        "logistic": 2 * random.integers(0, 2, (5, outputs)) - 1,
        "cross_entropy": np.eye(outputs, dtype=int)[[0, -1, 0, 0, -1]],
    }[loss]
    network = Network(widths, activation, bias="hidden")
    eighth = {name: np.full(shape, 1 / 8).tolist() for name, shape in network.shapes.items()}
    data = Dataset(random.integers(-3, 4, (5, widths[0])).tolist(), targets.tolist())
    problem = Problem(network, data, Loss(loss), Regularizer(eighth))
    answer = classify(problem, written(problem, trained(problem, seed)))
    found = answer.to_json()["refined"]
    assert (found["status"], found["critical"], found["digits"]) == ("numerical", True, 50)
    with MP.workdps(70):
        landscape = MpmathLandscape(json.loads(answer.statement)["problem"])
        _, gradient, hessian = landscape.at(landscape.flat(found["weights"]))
        values, vectors = np.linalg.eigh(hessian.astype(float))
        largest = abs(values).max()
        clear = abs(values) > 1e-8 * largest
        signs = [(values[clear] > 0).sum(), (values[clear] < 0).sum(), (~clear).sum()]
        assert list(found["inertia"].values()) == signs
        assert max(abs(g) for g in gradient) < 1e-48 * largest
        step = [sum(g * v for g, v in zip(gradient, vector, strict=True)) for vector in vectors.T]
        assert all(abs(s / x) < 1e-46 for s, x in zip(step, values, strict=True) if abs(x) > 1e-8)


def test_a_fit_that_is_one_of_a_manifold(monkeypatch):
    """Three outputs and eight weights: whatever the rest, five directions are free."""
    never_proved(monkeypatch)
    problem = Problem(Network([1, 4, 1], "tanh"), Dataset([[1], [2], [3]], [[1], ["1/2"], [-1]]))
    start = {"W1": [["0.5"], ["1.1"], ["-0.3"], ["0.8"]], "W2": [["0.4", "0.9", "-0.7", "0.3"]]}
    answer = classify(problem, start)
    found = answer.to_json()["refined"]
    assert (found["status"], found["kind"], found["digits"]) == ("numerical", "global_minimum", 50)
    assert found["flat"] == {"dimension": 5, "because": ["all samples are fitted exactly"]}
    assert found["inertia"] == {"positive": 3, "negative": 0, "zero": 5}
    with MP.workdps(70):
        landscape = MpmathLandscape(json.loads(answer.statement)["problem"])
        assert 0 <= landscape.value(landscape.flat(found["weights"])) < MP.mpf(10) ** -96


def residuals(place):
    return [place[2:] @ np.tanh(place[:2] * x) - y for x, y in ((1, 1 / 2), (2, 1 / 4))]


def jacobian(place):
    return [[*place[2:] * x / np.cosh(place[:2] * x) ** 2, *np.tanh(place[:2] * x)] for x in (1, 2)]


def test_what_only_nearly_fits_is_no_fit():
    """Residuals of 10^-6 may be all that a network can do, and bend the loss in more directions."""
    one = Problem(Network([1, 2, 1], "tanh"), Dataset([[1], [2]], [["1/2"], ["1/4"]]))
    place = np.array([0.3, -0.5, 1.5, -0.2])
    for _ in range(20):  # Gauss and Newton's steps, across what fits
        place = place - np.linalg.pinv(jacobian(place)) @ residuals(place)
    assert fitted_because(one, place, 2) == "all samples are fitted exactly"
    assert fitted_because(one, place, 3) is None
    assert fitted_because(one, place + 1e-6, 2) is None
