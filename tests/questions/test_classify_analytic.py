"""Points of sigmoid, tanh, softplus and exp networks: what is proved, and what is said instead."""

import json
from fractions import Fraction
from random import Random
from time import perf_counter

import mpmath
import pytest

from symland import Dataset, Loss, Network, Problem, Regularizer, classify
from symland.checker import check
from symland.landscape.parameters import flat, shaped
from symland.questions import classify_analytic

THREE = Dataset([[0], [1], [3]], [[1], [-2], [3]])
UNIT = Problem(Network([1, 1, 1], "sigmoid"), THREE, Loss(scale=1))


def box(answer):
    """Midpoints and radii of the only box of the statement."""
    points = json.loads(answer.statement)["points"]
    (found,) = [p["box"] for p in points.values() if "box" in p]
    return [
        [
            Fraction(x)
            for name in part
            for row in part[name]
            for x in (row if isinstance(row, list) else [row])
        ]
        for part in (found["midpoint"], found["radius"])
    ]


def test_the_minimum_of_one_sigmoid_unit():
    """u, v and the loss as an independent computation has them, to 50 digits."""
    answer = classify(UNIT, {"W1": [["0.6"]], "W2": [["1.2"]]})
    assert answer.verdict == "certified"
    document = answer.to_json()
    assert document["given"]["kind"] == "not_critical"
    refined = document["refined"]
    assert refined["kind"] == "local_minimum"
    assert refined["local"] == "strict_minimum"
    assert refined["status"] == "certified"
    assert refined["inertia"] == {"positive": 2, "negative": 0, "zero": 0}
    assert refined["weights"]["W1"][0][0].startswith("0.6395493661620046988")
    assert refined["weights"]["W2"][0][0].startswith("1.255556753016051275")
    lower, upper = (Fraction(refined["loss"][end]) for end in ("lower", "upper"))
    true = Fraction("11.73163629421685286717")
    assert lower < true < upper
    assert upper - lower < true / 10**12
    for m, r, x in zip(
        *box(answer), ("0.63954936616200469881", "1.25555675301605127542"), strict=True
    ):
        assert abs(m - Fraction(x)) < r


def test_a_better_point_makes_a_minimum_spurious():
    """One biased unit with output weight: descents find a lower minimum than this one."""
    network = Network([1, 2, 1], "sigmoid")
    problem = Problem(network, THREE, Loss(scale=1), Regularizer("1/50"))
    kinds = set()
    for seed in range(6):
        random = Random(seed)
        start = {
            "W1": [[Fraction(random.randint(-40, 40), 10)] for _ in range(2)],
            "W2": [[Fraction(random.randint(-40, 40), 10) for _ in range(2)]],
        }
        refined = classify(problem, start, seed=1).to_json()["refined"]
        if refined is None:
            continue
        kinds.add(refined["kind"])
        if refined["kind"] == "spurious_local_minimum":
            assert refined["global"] is False
            better = refined["better"]
            assert Fraction(better["loss"]["upper"]) < Fraction(refined["loss"]["lower"])
            assert (
                float(Fraction(better["loss"]["lower"]))
                <= float_loss(problem, better["weights"])
                <= float(Fraction(better["loss"]["upper"]))
            )
    assert "spurious_local_minimum" in kinds, kinds


def float_loss(problem, weights):
    """L by plain mpmath."""
    u = [mpmath.mpf(x) for (x,) in weights["W1"]]
    v = [mpmath.mpf(x) for x in weights["W2"][0]]
    total = sum(
        (sum(b / (1 + mpmath.exp(-a * x)) for a, b in zip(u, v, strict=True)) - y) ** 2
        for x, y in ((0, 1), (1, -2), (3, 3))
    )
    return float(total + sum(w * w for w in u + v) / 100)


@pytest.mark.parametrize(
    ("activation", "loss"),
    [
        ("sigmoid", "squared"),
        ("tanh", "squared"),
        ("softplus(2)", "squared"),
        ("exp", "squared"),
        ("tanh", "logistic"),
        ("sigmoid", "cross_entropy"),
    ],
)
def test_regularised_networks_end_certified(activation, loss):
    targets = {
        "squared": [["1/2"], [-1], [2]],
        "logistic": [[1], [-1], [1]],
        "cross_entropy": [[1, 0], [0, 1], [1, 0]],
    }[loss]
    network = Network([1, 2, len(targets[0])], activation, bias="hidden")
    problem = Problem(
        network,
        Dataset([[1], [-1], ["1/2"]], targets),
        Loss(loss),
        Regularizer(
            {
                "W1": [["1/3"], ["1/2"]],
                "b1": ["1/3", "1/5"],
                "W2": [["1/4", "1/3"]] * len(targets[0]),
            }
        ),
    )
    start = shaped(network.shapes, [Fraction(k - 3, 4) for k in range(network.parameter_count)])
    answer = classify(problem, start)
    refined = answer.to_json()["refined"]
    assert refined["status"] == "certified"
    assert refined["kind"] in ("local_minimum", "spurious_local_minimum", "strict_saddle")
    assert answer.checked.accepted


# Planted: residuals orthogonal to the Jacobian at u = log 2, v = 1, where sigmoid is rational.
S = [Fraction(2, 3), Fraction(1, 3), Fraction(4, 5)]
J = [[s * (1 - s) * x for s, x in zip(S, (1, -1, 2), strict=True)], S]
E = [
    J[0][1] * J[1][2] - J[0][2] * J[1][1],
    J[0][2] * J[1][0] - J[0][0] * J[1][2],
    J[0][0] * J[1][1] - J[0][1] * J[1][0],
]
PLANTED = Problem(
    Network([1, 1, 1], "sigmoid"),
    Dataset([[1], [-1], [2]], [[s + e] for s, e in zip(S, E, strict=True)]),
)


def test_a_planted_critical_point_is_found_and_is_in_the_box():
    answer = classify(PLANTED, {"W1": [["0.7"]], "W2": [["0.99"]]})
    refined = answer.to_json()["refined"]
    assert refined["kind"] == "local_minimum"
    (u, v), (r, q) = box(answer)
    with mpmath.workdps(60):
        assert abs(mpmath.mpf(u.numerator) / u.denominator - mpmath.log(2)) < 1e-30
    assert abs(v - 1) < q
    assert r > 0
    true = sum(e * e for e in E) / 2
    assert Fraction(refined["loss"]["lower"]) < true < Fraction(refined["loss"]["upper"])


def test_a_planted_critical_point_given_exactly():
    given = classify(PLANTED, {"W1": [["log(2)"]], "W2": [[1]]}).to_json()["given"]
    assert given["kind"] == "local_minimum"
    assert given["critical"] is True
    assert given["status"] == "certified"
    perfect = Problem(PLANTED.network, Dataset([[1], [-1], [2]], [[s] for s in S]))
    given = classify(perfect, {"W1": [["log(2)"]], "W2": [[1]]}).to_json()["given"]
    assert given["kind"] == "global_minimum"
    assert given["status"] == "certified"


def test_the_origin_of_a_tanh_network_is_a_saddle():
    problem = Problem(Network([1, 2, 1], "tanh"), THREE)
    given = classify(problem, {"W1": [[0], [0]], "W2": [[0, 0]]}).to_json()["given"]
    assert (given["kind"], given["status"]) == ("strict_saddle", "certified")


@pytest.mark.parametrize(
    "weights",
    [
        {"W1": [["1000000"]], "W2": [["1000000"]]},
        {"W1": [["-1000000"]], "W2": [["3"]]},
        {"W1": [["-1000"]], "W2": [["-1000000"]]},
    ],
)
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "softplus", "exp"])
def test_huge_and_saturated_weights_get_an_answer(activation, weights):
    problem = Problem(Network([1, 1, 1], activation), THREE)
    document = classify(problem, weights, budget=20).to_json()
    assert document["verdict"] in ("certified", "undecided")
    assert not document["warnings"]
    refined = document["refined"]
    if document["verdict"] == "undecided":
        assert document["reason"].startswith("not decided: ")
    elif refined is not None and refined["kind"] == "undecided":
        assert "singular or nearly so" in refined["reason"]


def test_an_overflow_is_undecided():
    problem = Problem(Network([1, 1, 1, 1], "exp"), THREE)
    document = classify(problem, {"W1": [[1000]], "W2": [[1000]], "W3": [[1]]}).to_json()
    assert document["verdict"] == "undecided"
    assert "the largest number is beyond 10^(10^" in document["reason"]
    assert "saturated or overflows" in document["reason"]


def test_a_derivative_too_small_for_the_checker_is_undecided():
    """All are about exp(-10^5)."""
    problem = Problem(Network([1, 1, 1], "exp"), Dataset([[1]], [[1]]))
    document = classify(problem, {"W1": [[-100000]], "W2": [[0]]}).to_json()
    assert document["verdict"] == "undecided"
    assert "the largest derivative is about 10^-43430, which fixed-point" in document["reason"]


def test_a_derivative_of_usual_size_beside_weights_of_thousands_of_digits():
    """The outputs are 1/2 and 1, for targets 3 and -2: nothing is too large to see that."""
    problem = Problem(Network([1, 1, 1], "sigmoid"), Dataset([[0], [1]], [[3], [-2]]))
    answer = classify(problem, {"W1": [[10**4999]], "W2": [[1]]})
    assert (answer.verdict, answer.to_json()["given"]["kind"]) == ("certified", "not_critical")
    loss = answer.to_json()["given"]["loss"]
    assert Fraction(loss["lower"]) <= Fraction(61, 4) / 2 <= Fraction(loss["upper"])


def test_what_the_checker_refuses_is_not_said_to_be_too_small(monkeypatch):
    monkeypatch.setattr(classify_analytic, "accepted_precision", lambda *_: None)
    problem = Problem(Network([1, 1, 1], "sigmoid"), Dataset([[0], [1]], [[3], [-2]]))
    reason = classify(problem, {"W1": [[1]], "W2": [[1]]}).to_json()["reason"]
    assert "is about 10^0, but the checker's fixed-point numbers of 10000 binary" in reason
    assert "do not show that it is not 0" in reason


@pytest.mark.parametrize("size", ["1e-160", "1e-300", "1e-400"])
def test_copies_of_tiny_neurons(size):
    """Squares of their weights are 0 in floats, and so may the weights be."""
    problem = Problem(Network([1, 2, 1], "sigmoid"), THREE)
    answer = classify(problem, {"W1": [[size], [size]], "W2": [[size, size]]})
    assert (answer.verdict, answer.to_json()["given"]["kind"]) == ("certified", "not_critical")


def test_a_minimum_that_moves_weight_between_two_neurons():
    problem = Problem(Network([1, 2, 1], "sigmoid"), THREE, Loss(scale=1))
    refined = classify(problem, {"W1": [["0.6"], ["0.6"]], "W2": [["0.6", "0.6"]]}).to_json()[
        "refined"
    ]
    assert refined["kind"] == "spurious_local_minimum"
    assert refined["flat"]["dimension"] == 1


def test_twenty_five_parameters_and_twenty_samples_in_seconds():
    random = Random(3)
    network = Network([2, 6, 1], "tanh", bias="all")
    data = Dataset(
        [[Fraction(random.randint(-20, 20), 8) for _ in range(2)] for _ in range(20)],
        [[Fraction(random.randint(-20, 20), 8)] for _ in range(20)],
    )
    problem = Problem(network, data, Loss(), Regularizer("1/10"))
    start = shaped(network.shapes, [Fraction((i * 7919) % 31 - 15, 10) for i in range(25)])
    answer = classify(problem, start, budget=40)
    refined = answer.to_json()["refined"]
    assert refined["status"] == "certified"
    assert refined["inertia"] == {"positive": 25, "negative": 0, "zero": 0}
    begin = perf_counter()
    assert check(answer.statement, answer.certificate).accepted
    assert perf_counter() - begin < 10
    assert len(flat(network.shapes, refined["weights"])) == 25
