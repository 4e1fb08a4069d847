"""Critical points that are not isolated: planted ones are proved, near misses are not."""

import json
from fractions import Fraction
from math import log

import numpy as np
import pytest
from scipy.optimize import minimize

from symland import Dataset, Loss, Network, Problem, Regularizer, classify
from symland.landscape.float_landscape import FloatLandscape
from symland.landscape.parameters import flat

THREE = Dataset([[0], [1], [3]], [[1], [-2], [3]])
U, V = Fraction("0.63954936616200469881"), Fraction("1.25555675301605127542")
"""The minimum of one sigmoid unit on these data, loss 11.7316, B > 0 (Petzka and Sminchisescu)."""
EPS = Fraction(1, 10**4)


def refined(problem, weights, **more):
    answer = classify(problem, weights, budget=20, **more)
    if answer.checked is not None:
        assert answer.checked.accepted, answer.checked.reason
    return answer.to_json()["refined"]


def counted(rows):
    """Samples from {input: counts of the classes}."""
    pairs = [(x, k) for x, counts in rows.items() for k, n in enumerate(counts) for _ in range(n)]
    classes = len(next(iter(rows.values())))
    return Dataset(
        [[x] for x, _ in pairs], [[int(k == j) for j in range(classes)] for _, k in pairs]
    )


def lowest_around(problem, found, radius=1e-3, tries=400):
    """The least loss minus that at the point, at random places near it, in floats."""
    floats, rng = FloatLandscape(problem), np.random.default_rng(1)
    at = np.array([float(x) for x in flat(problem.network.shapes, found["weights"])])
    return min(
        floats.loss(at + radius * rng.normal(size=len(at))) - floats.loss(at) for _ in range(tries)
    )


@pytest.mark.parametrize(
    ("share", "kind"),
    [("1/2", "minimum"), ("9/10", "minimum"), ("-1/2", "saddle"), ("3/2", "saddle")],
)
def test_images_of_a_narrow_minimum(share, kind):
    """Known: minima for shares in (0, 1), strict saddles outside, as B > 0 for the narrow one."""
    a = Fraction(share)
    problem = Problem(Network([1, 2, 1], "sigmoid"), THREE, Loss(scale=1))
    weights = {"W1": [[U + EPS], [U - EPS]], "W2": [[a * V, (1 - a) * V + EPS]]}
    found = refined(problem, weights)
    assert found["status"] == "certified"
    assert found["kind"] == ("spurious_local_minimum" if kind == "minimum" else "strict_saddle")
    assert found["local"] == ("minimum" if kind == "minimum" else "strict_saddle")
    assert found["flat"]["dimension"] == found["inertia"]["zero"] == 1
    assert abs(Fraction(found["weights"]["W1"][0][0]) - U) < Fraction(1, 10**18)
    assert found["weights"]["W1"][0] == found["weights"]["W1"][1]
    assert abs(sum(Fraction(x) for x in found["weights"]["W2"][0]) - V) < Fraction(1, 10**17)
    assert lowest_around(problem, found) > -1e-12 if kind == "minimum" else True


@pytest.mark.parametrize("shares", [[1, 0, 0], ["1/2", "1/2", 0], [0, 1]])
def test_images_with_a_share_of_zero(shares):
    """A saddle, not strict: with v the outgoing and u + t the incoming weight of a copy of share 0
    the loss is that of the narrow network plus B v t^2 / 2, to third order, by hand."""
    problem = Problem(Network([1, len(shares), 1], "sigmoid"), THREE, Loss(scale=1))
    shares = [Fraction(a) for a in shares]
    found = refined(problem, {"W1": [[U]] * len(shares), "W2": [[a * V for a in shares]]})
    assert (found["kind"], found["status"]) == ("non_strict_saddle", "certified")
    assert found["flat"]["dimension"] is None
    zeros = shares.count(0)
    assert found["inertia"] == {"positive": 1 + len(shares) - zeros, "negative": 0,
                                "zero": len(shares) - 1 + zeros}  # fmt: skip
    floats = FloatLandscape(problem)
    at = np.array([float(x) for x in flat(problem.network.shapes, found["weights"])])
    idle = shares.index(0)
    for t, v in ((0.01, 0.01), (0.01, -0.01), (0.02, -0.01)):
        step = np.zeros(len(at))
        step[idle], step[len(shares) + idle] = t, v
        compensated = v * step[idle] ** 2 / 2 * 3.08019 / float(V)
        step[len(shares) + int(np.argmax(shares))] = -v  # so that the sum of the weights stays
        assert floats.loss(at + step) - floats.loss(at) == pytest.approx(compensated, rel=0.03)


def test_a_silent_neuron_with_other_weights_than_a_copy():
    """At U = -2.6467 the loss would not change with the outgoing weight to first order, either; its
    derivative by both is not 0, so both signs occur at second order."""
    problem = Problem(Network([1, 2, 1], "sigmoid"), THREE, Loss(scale=1))
    found = refined(problem, {"W1": [[U], [Fraction("-2.64672021988607598")]], "W2": [[V, 0]]})
    assert (found["kind"], found["status"]) == ("strict_saddle", "certified")


DEEP = Dataset([[3], [-2], [0]], [[3], [2], [1]])


@pytest.mark.parametrize(
    ("first", "second", "kind", "zero"),
    [
        (["1/4", "3/4"], ["1/2", "1/2"], "spurious_local_minimum", 3),
        (["1"], ["1/3", "2/3"], "spurious_local_minimum", 1),
        (["1/4", "1/4", "1/2"], ["1/3", "2/3"], "spurious_local_minimum", 5),
        (["3/2", "-1/2"], ["1/2", "1/2"], "strict_saddle", 3),
        (["1", "0"], ["1/2", "1/2"], "non_strict_saddle", 4),
        (["1/2", "1/2"], ["0", "1"], "non_strict_saddle", 4),
    ],
)
def test_copies_in_adjacent_layers(first, second, kind, zero):
    """The narrow minimum has B > 0 in both layers; how copies above share the weights of those
    below is free, so that flat are 2 * 2 - 1 directions with two copies each, and so on."""
    u, w, v = (Fraction(x) for x in ("0.8762342", "1.3505422", "3.0405354"))
    a, b = ([Fraction(x) for x in shares] for shares in (first, second))
    problem = Problem(Network([1, len(a), len(b), 1], "sigmoid"), DEEP, Loss(scale=1))
    weights = {"W1": [[u]] * len(a), "W2": [[x * w for x in a]] * len(b)}
    found = refined(problem, weights | {"W3": [[x * v for x in b]]})
    assert (found["kind"], found["status"]) == (kind, "certified")
    assert found["inertia"]["zero"] == zero
    if kind == "spurious_local_minimum":
        assert lowest_around(problem, found) > -1e-12


def test_a_bias_before_exp_is_a_scaling():
    """v e^(u x + b): b may move if v e^b stays."""
    data = Dataset([[0], [1], [2], [3]], [[1], [1], [3], [4]])
    problem = Problem(Network([1, 1, 1], "exp", "hidden"), data)
    found = refined(problem, {"W1": [["1/2"]], "b1": ["1/10"], "W2": [["9/10"]]})
    assert (found["local"], found["status"]) == ("minimum", "certified")
    assert found["flat"]["dimension"] == found["inertia"]["zero"] == 1
    assert lowest_around(problem, found) > -1e-12


def test_copies_that_are_mirrored():
    """tanh is odd: a neuron with both signs turned is a copy."""
    problem = Problem(Network([1, 2, 1], "tanh"), Dataset([[1], [2], [3]], [[1], [3], [2]]))
    narrow = Problem(Network([1, 1, 1], "tanh"), problem.dataset)
    one = refined(narrow, {"W1": [["3/5"]], "W2": [["5/2"]]})
    u, v = (Fraction(one["weights"][n][0][0]) for n in ("W1", "W2"))
    found = refined(problem, {"W1": [[u], [-u + EPS]], "W2": [[v / 4, -3 * v / 4]]})
    assert found["status"] == "certified"
    assert found["flat"]["dimension"] == 1
    assert "copies" in found["flat"]["because"][0]
    assert Fraction(found["weights"]["W1"][1][0]) == -Fraction(found["weights"]["W1"][0][0])


def test_three_copies_in_two_layers():
    """A narrow minimum with one neuron a layer, wide with 3 and 1, then with 1 and 2."""
    data = Dataset([[-1], [0], [1], [3]], [[1], [-1], [2], [0]])
    narrow = Problem(Network([1, 1, 1, 1], "sigmoid"), data)
    one = refined(narrow, {"W1": [[2]], "W2": [[3]], "W3": [[1]]})
    assert one["status"] == "certified"
    u, w, v = (Fraction(one["weights"][n][0][0]) for n in ("W1", "W2", "W3"))
    wide = Problem(Network([1, 3, 1, 1], "sigmoid"), data)
    found = refined(wide, {"W1": [[u]] * 3, "W2": [[w / 2, w / 4, w / 4]], "W3": [[v]]})
    assert (found["status"], found["inertia"]["zero"]) == ("certified", 2)
    wide = Problem(Network([1, 1, 2, 1], "sigmoid"), data)
    found = refined(wide, {"W1": [[u]], "W2": [[w], [w]], "W3": [[v / 3, 2 * v / 3]]})
    assert (found["status"], found["inertia"]["zero"]) == ("certified", 1)


def test_neurons_that_are_nearly_copies_are_not():
    """A regularizer makes the point isolated; without copies nothing is flat."""
    problem = Problem(Network([1, 2, 1], "sigmoid"), THREE, Loss(scale=1), Regularizer("1/1000000"))
    found = refined(problem, {"W1": [[U], [U]], "W2": [[V / 2, V / 2]]})
    assert found is None or "flat" not in found


def test_shift_of_the_softmax_without_hidden_layer():
    """By hand: with classes 1:2 at x = 0 and 3:1 at x = 1, log odds -log 2 and log 3."""
    problem = Problem(
        Network([1, 2], bias="all"), counted({0: [1, 2], 1: [3, 1]}), Loss("cross_entropy")
    )
    found = refined(problem, {"W1": [[1], [0]], "b1": [0, 1]})
    assert (found["kind"], found["status"]) == ("global_minimum", "certified")
    assert found["global"] is True
    assert found["inertia"] == {"positive": 2, "negative": 0, "zero": 2}
    (w,), (v,) = found["weights"]["W1"]
    b, c = found["weights"]["b1"]
    assert abs(float(b) - float(c) + log(2)) < 1e-12
    assert abs(float(w) - float(v) - log(6)) < 1e-12
    loss = 3 * log(3) - 2 * log(2) + 4 * log(4) - 3 * log(3)
    assert float(found["loss"]["lower"]) <= loss * (1 + 1e-12)
    assert float(found["loss"]["upper"]) >= loss * (1 - 1e-12)


def test_shift_of_the_softmax_behind_a_hidden_layer():
    """Frequencies that one tanh neuron fits exactly; the shift moves two weights and two biases."""
    data = counted({-1: [2, 1], 1: [2, 3], 2: [1, 2]})
    problem = Problem(Network([1, 1, 2], "tanh", bias="output"), data, Loss("cross_entropy"))
    found = refined(problem, {"W1": [["0.63"]], "W2": [["-0.4"], ["0.6"]], "b2": ["0.3", "0.2"]})
    assert found["inertia"] == {"positive": 3, "negative": 0, "zero": 2}
    assert found["local"] == "minimum"
    u = float(found["weights"]["W1"][0][0])
    a = float(found["weights"]["W2"][1][0]) - float(found["weights"]["W2"][0][0])
    b = float(found["weights"]["b2"][1]) - float(found["weights"]["b2"][0])
    for x, odds in ((-1, 1 / 2), (1, 3 / 2), (2, 2)):
        assert abs(a * np.tanh(u * x) + b - log(odds)) < 1e-10
    assert lowest_around(problem, found) > -1e-12


@pytest.mark.parametrize(("bias", "dimension"), [("none", 0), ("all", 1)])
def test_a_regularizer_ends_the_shift_of_what_it_sees(bias, dimension):
    """Biases are not regularized: theirs remains."""
    data = counted({0: [1, 2], 1: [3, 1]})
    problem = Problem(Network([1, 2], bias=bias), data, Loss("cross_entropy"), Regularizer("1/10"))
    weights = {"W1": [[1], [0]]} | ({"b1": [0, 1]} if bias == "all" else {})
    found = refined(problem, weights)
    assert found["status"] == "certified"
    assert found["inertia"]["zero"] == dimension
    assert ("flat" in found) is (dimension > 0)


@pytest.mark.parametrize("activation", ["leaky_relu(1/2)", "cube", "linear"])
def test_a_neuron_that_may_be_scaled(activation):
    data = Dataset([[1], [2], [3], [3], [3]], [[-1], [1], [1], [1], [-1]])
    problem = Problem(Network([1, 1, 1], activation), data, Loss("logistic"))
    found = refined(problem, {"W1": [["0.6"]], "W2": [["0.4"]]})
    assert found["status"] == "certified"
    assert found["inertia"] == {"positive": 1, "negative": 0, "zero": 1}
    assert "symmetries" in found["flat"]["because"][0]
    assert lowest_around(problem, found) > -1e-12


def test_an_input_that_says_nothing():
    """The second input is twice the first: W1 may move along (2, -1)."""
    data = Dataset([[x, 2 * x] for x in (0, 1, 3)], THREE.targets)
    problem = Problem(Network([2, 1, 1], "sigmoid"), data, Loss(scale=1))
    found = refined(problem, {"W1": [[U - 1, "1/2"]], "W2": [[V]]})
    assert found["inertia"] == {"positive": 2, "negative": 0, "zero": 1}
    a, b = (Fraction(x) for x in found["weights"]["W1"][0])
    assert abs(a + 2 * b - U) < Fraction(1, 10**15)
    assert found["loss"]["lower"].startswith("11.73163629421")


def test_the_certificate_is_about_the_problem_given():
    problem = Problem(Network([1, 2, 1], "sigmoid"), THREE, Loss(scale=1))
    answer = classify(problem, {"W1": [[U], [U]], "W2": [[V / 2, V / 2]]}, budget=20)
    statement = json.loads(answer.statement)
    assert statement["problem"]["network"]["widths"] == [1, 2, 1]
    assert {"claim": "minimum", "point": "p2"}.items() <= next(
        c for c in statement["claims"] if c["claim"] == "minimum"
    ).items()


def test_a_neuron_without_outgoing_weights():
    """Planted: the residuals of the narrow minimum, summed against the silent neuron, give 0; the
    derivative of that sum by the incoming weights does not, so the point is a strict saddle."""
    xs, ys = np.array([-2.0, -1, 1, 2]), np.array([2, 1, -1.5, -1.75])
    data = Dataset([[int(x)] for x in xs], [[Fraction(y)] for y in ys])
    narrow = Problem(Network([1, 1, 1], "tanh", bias="hidden"), data)
    one = refined(narrow, {"W1": [["-3/5"]], "b1": [["0"]][0], "W2": [[2]]})
    assert one["local"] == "strict_minimum"
    u, b, v = (float(x) for x in flat(narrow.network.shapes, one["weights"]))
    residuals = v * np.tanh(u * xs + b) - ys
    low, high = -6.0, 6.0
    for _ in range(100):  # the sum against tanh(x/2 + c) changes sign as c goes from -6 to 6
        c = (low + high) / 2
        same = (residuals @ np.tanh(xs / 2 + c)) * (residuals @ np.tanh(xs / 2 + low)) > 0
        low, high = (c, high) if same else (low, c)
    wide = Problem(Network([1, 2, 1], "tanh", bias="hidden"), data)
    weights = {"W1": [[u], [0.5]], "b1": [b, c], "W2": [[v, 1e-8]]}
    found = refined(wide, json.loads(json.dumps(weights), parse_float=Fraction))
    assert (found["kind"], found["status"]) == ("strict_saddle", "certified")
    assert found["flat"]["because"] == [
        "nothing depends on neuron 2 of layer 1, by its outgoing weights"
    ]
    assert Fraction(found["weights"]["W2"][0][1]) == 0
    assert abs(float(found["weights"]["W1"][0][0]) - u) < 1e-12
    at = np.array([float(x) for x in flat(wide.network.shapes, found["weights"])])
    floats = FloatLandscape(wide)
    assert abs(floats.gradient(at)).max() < 1e-12
    down = np.linalg.eigh(floats.hessian(at))[1][:, 0]
    assert floats.loss(at + 0.01 * down) < floats.loss(at) - 1e-6


def test_a_square_neuron_by_hand():
    """L = ((w - 2)^2 + (4 w - 1)^2) / 2, w = v u^2: least, 49/34, on the curve w = 6/17."""
    problem = Problem(Network([1, 1, 1], "square"), Dataset([[1], [2]], [[2], [1]]))
    found = refined(problem, {"W1": [["1.01"]], "W2": [["0.35"]]})
    assert (found["kind"], found["status"]) == ("local_minimum", "certified")
    assert found["inertia"] == {"positive": 1, "negative": 0, "zero": 1}
    u, v = (Fraction(found["weights"][n][0][0]) for n in ("W1", "W2"))
    assert abs(v * u * u - Fraction(6, 17)) < Fraction(1, 10**18)
    assert Fraction(found["loss"]["lower"]) < Fraction(49, 34) < Fraction(found["loss"]["upper"])


def test_a_relu_neuron_that_may_be_scaled():
    """L = ((w - 1)^2 + (2 w - 1)^2) / 2 with w = v u, u > 0: least at w = 3/5."""
    problem = Problem(Network([1, 1, 1], "relu"), Dataset([[1], [2]], [[1], [1]]))
    found = refined(problem, {"W1": [["0.5"]], "W2": [["1.21"]]})
    assert (found["kind"], found["status"]) == ("local_minimum", "certified")
    u, v = (Fraction(found["weights"][n][0][0]) for n in ("W1", "W2"))
    assert abs(v * u - Fraction(3, 5)) < Fraction(1, 10**18)


def test_a_network_that_fits_all_samples():
    """Planted: outgoing weights that solve the linear equations, for incoming ones chosen."""
    data = Dataset([[1], [2]], [["1/2"], ["-1/3"]])
    problem = Problem(Network([1, 2, 1], "tanh"), data)
    rng = np.random.default_rng(3)
    u, x = np.array([0.5, 1.5]), np.array([1.0, 2.0])
    v = np.linalg.solve(np.tanh(np.outer(x, u)), [1 / 2, -1 / 3]) + 1e-7 * rng.normal(size=2)
    weights = {"W1": [[u[0]], [u[1]]], "W2": [list(v)]}
    found = refined(problem, json.loads(json.dumps(weights), parse_float=Fraction))
    assert (found["kind"], found["status"]) == ("global_minimum", "certified")
    assert found["loss"]["exact"] == "0"
    assert found["flat"]["dimension"] == 2
    at = [float(y) for y in flat(problem.network.shapes, found["weights"])]
    for sample, target in ((1, 1 / 2), (2, -1 / 3)):
        output = sum(b * np.tanh(a * sample) for a, b in zip(at[:2], at[2:], strict=True))
        assert abs(output - target) < 1e-13


def test_nearly_fitted_is_not_fitted():
    """One input with two targets 10^-5 apart: the loss stays above 0, however small, though nothing
    is better than their mean."""
    data = Dataset([[1], [1]], [["1/2"], ["50001/100000"]])
    problem = Problem(Network([1, 1, 1], "tanh"), data)
    found = refined(problem, {"W1": [["1/2"]], "W2": [["1.0819"]]})
    assert found["kind"] == "global_minimum"
    assert Fraction(found["loss"]["lower"]) > Fraction(24, 10**12)
    assert Fraction(found["loss"]["upper"]) < Fraction(26, 10**12)


@pytest.mark.parametrize(
    ("kind", "inputs", "targets", "least"),
    [
        # means 1, 3 at the inputs 1, 2: 4 + 1 with the factor 1/2
        ("squared", [[1], [1], [2], [2]], [[-1], [3], [2], [4]], 5.0),
        # log odds log 2 at the input 1 and 0 at 2
        ("logistic", [[1], [1], [1], [2], [2]], [[1], [1], [-1], [-1], [1]], log(27)),
    ],
)
def test_a_network_as_good_as_any_function(kind, inputs, targets, least):
    problem = Problem(Network([1, 2, 1], "sigmoid"), Dataset(inputs, targets), Loss(kind))
    floats = FloatLandscape(problem)
    ends = [
        minimize(floats.loss, w, jac=floats.gradient, options={"gtol": 1e-12})
        for w in np.random.default_rng(2).normal(size=(8, 4)) * 2
    ]
    x = min(ends, key=lambda end: end.fun).x
    found = refined(problem, {"W1": [[x[0]], [x[1]]], "W2": [[x[2], x[3]]]})
    assert (found["kind"], found["status"]) == ("global_minimum", "certified")
    assert float(found["loss"]["lower"]) == pytest.approx(least)
    assert found["flat"]["dimension"] == 2


def test_a_neuron_that_the_softmax_does_not_see():
    """Classes 0 at -1 and 2, 1 at 0 and 1: tanh(x - 1/2) has the same sum over both, which changes
    with the bias. So with equal outputs the point is a strict saddle, by hand."""
    data = Dataset([[-1], [2], [0], [1]], [[1, 0], [1, 0], [0, 1], [0, 1]])
    problem = Problem(Network([1, 1, 2], "tanh", bias="all"), data, Loss("cross_entropy"))
    weights = {"W1": [["1.00001"]], "b1": ["-0.50001"], "W2": [["3/10"], ["0.29999"]]}
    found = refined(problem, weights | {"b2": ["1/10", "0.10001"]})
    assert (found["kind"], found["status"]) == ("strict_saddle", "certified")
    assert any("nothing depends on neuron 1" in cause for cause in found["flat"]["because"])
    u, c = (Fraction(found["weights"][n][0][0]) for n in ("W1", "W2"))
    assert abs(Fraction(found["weights"]["b1"][0]) + u / 2) < Fraction(1, 10**15)
    assert Fraction(found["weights"]["W2"][1][0]) == c
    assert abs(float(found["loss"]["lower"]) - 4 * log(2)) < 1e-12


@pytest.mark.parametrize(("bias", "kind"), [(3, "minimum"), ("1/4", "strict_saddle")])
def test_neurons_that_a_regularizer_has_cut_off(bias, kind):
    """Weights 0 on both sides of one of two tanh neurons, whose bias is then free.

    By hand: with u and v the weights in and out, the loss has the second-order terms
    (u^2 + v^2) / 20 + u v k, k = tanh'(bias) times the sum of residuals times inputs."""
    data = Dataset([[-2], [-1], [1], [2]], [[2], [1], ["-3/2"], ["-7/4"]])
    problem = Problem(Network([1, 2, 1], "tanh", bias="all"), data, Loss(), Regularizer("1/10"))
    weights = {"W1": [["0.91"], [0]], "b1": ["0.45", bias], "W2": [["-1.91", 0]], "b2": ["0.2"]}
    found = refined(problem, weights)
    (u,), _ = found["weights"]["W1"]
    (b, free), ((v, _),), (c,) = (found["weights"][n] for n in ("b1", "W2", "b2"))
    residuals = [
        float(v) * np.tanh(float(u) * x + float(b)) + float(c) - float(Fraction(y))
        for x, y in ((-2, 2), (-1, 1), (1, "-3/2"), (2, "-7/4"))
    ]
    k = np.dot(residuals, (-2, -1, 1, 2)) / np.cosh(float(Fraction(bias))) ** 2
    assert (abs(float(k)) < 0.1) is (kind == "minimum")
    assert (found["status"], found["local"]) == ("certified", kind)
    assert abs(float(free) - float(Fraction(bias))) < 1e-4
    assert found["flat"]["because"] == [
        "neuron 2 of layer 1 has weights 0 on both sides, so that its bias is free"
    ]
    assert found["inertia"]["zero"] == found["flat"]["dimension"] == 1
    assert kind == "strict_saddle" or lowest_around(problem, found) > -1e-12


@pytest.mark.parametrize(
    "more", [{"bias": "hidden"}, {"l2": {"b1": ["1/10", "1/10"]}}, {"l2": {"b2": ["1/10"]}}]
)
def test_other_biases_are_not_free(more):
    """Without an output bias, or with a regularized one, only the bias at which v has derivative 0
    is critical; a regularized bias goes to 0."""
    data = Dataset([[-2], [-1], [1], [2]], [[2], [1], ["-3/2"], ["-7/4"]])
    network = Network([1, 2, 1], "tanh", bias=more.get("bias", "all"))
    l2 = {"W1": [["1/10"], ["1/10"]], "W2": [["1/10", "1/10"]]} | more.get("l2", {})
    weights = {"W1": [["0.91"], [0]], "b1": ["0.45", 3], "W2": [["-1.91", 0]], "b2": ["0.2"]}
    if not network.has_bias(2):
        del weights["b2"]
    found = refined(Problem(network, data, Loss(), Regularizer(l2)), weights)
    assert found is None or "flat" not in found
