"""Exactly critical points whose Hessian is irrational or singular: what enclosures decide."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import arb, arb_mat
from scipy.optimize import minimize

from symland import Dataset, Loss, Network, Problem, classify, verify
from symland.landscape.ball_landscape import BallLandscape
from symland.landscape.float_landscape import FloatLandscape
from symland.search.deadline import Deadline
from symland.search.falling_curve import falling_curve
from tests.questions.shapes import check_classify

F = Fraction
BALANCED = Dataset([[1], [-1], [1], [-1]], [[1, 0], [0, 1], [0, 1], [1, 0]])
# sigmoid(log 2 x) at x = 0, 1, 2, and residuals that make it critical (see test_replicate.py)
FITTED = [[str(F(s) - r)] for s, r in zip(
    ("1/2", "2/3", "4/5"), (F(-8, 1000), F(36, 1000), F(-25, 1000)), strict=True)]  # fmt: skip
TURNED = Dataset([[-1], [0], [1]], [[9], [-18], [9]])
POINTS: dict[str, Any] = {
    # v softplus(u x + b) + c at 0: log 2 stands in the Hessian, which is singular too.
    "softplus, bent both ways": (
        Problem(Network((1, 1, 1), "softplus", "all"), TURNED),
        {"W1": [["0"]], "b1": ["0"], "W2": [["1"]], "b2": ["log(1/2)"]},
        [0, 0, 1, float(np.log(0.5))], "strict_saddle", "indeterminates",
    ),
    # v tanh(u x + b) + c at u = v = 0: tanh(1) stands in the Hessian.
    "tanh, bent both ways": (
        Problem(Network((1, 1, 1), "tanh", "all"), Dataset([[-1], [0], [1]], [[-1], [0], [1]])),
        {"W1": [["0"]], "b1": ["1"], "W2": [["0"]], "b2": ["0"]}, [0, 1, 0, 0],
        "strict_saddle", "flat",
    ),
    "softplus, both signs": (
        Problem(Network((1, 1, 1), "softplus"), Dataset([[-1], [2]], [[1], [-1]])),
        {"W1": [["0"]], "W2": [["0"]]}, [0, 0], "strict_saddle", "indeterminates",
    ),
    "a convex loss": (
        Problem(Network((1, 2), bias="all"), BALANCED, Loss("cross_entropy")),
        {"W1": [["0"], ["0"]], "b1": ["0", "0"]}, [0, 0, 0, 0], "global_minimum",
        "balanced_outputs",
    ),
    "a sigmoid with an input that is always 0": (
        Problem(Network((2, 1, 1), "sigmoid"), Dataset([[0, 0], [1, 0], [2, 0]], FITTED)),
        {"W1": [["log(2)", "5"]], "W2": [["1"]]}, [float(np.log(2)), 5, 1],
        "local_minimum", "flat",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", POINTS)
def test_points(name: str) -> None:
    problem, point, floats, kind, rule = POINTS[name]
    answer = classify(problem, point, budget=10)
    document = answer.to_json()
    check_classify(document)
    given = document["given"]
    assert (answer.verdict, given["kind"]) == ("certified", kind)
    assert rule in [line["rule"] for line in document["evidence"]]
    assert verify(answer.statement, answer.certificate).accepted
    landscape, here = FloatLandscape(problem), np.array(floats, dtype=float)
    assert max(abs(landscape.gradient(here))) < 1e-12
    _, vectors = np.linalg.eigh(landscape.hessian(here))
    draws = np.random.default_rng(0).normal(size=(500, len(here)))
    near = [landscape.loss(here + 1e-3 * d) for d in [*draws, vectors[:, 0], vectors[:, -1]]]
    assert max(near) > landscape.loss(here) + 1e-9
    assert (min(near) < landscape.loss(here) - 1e-12) is (kind == "strict_saddle")


QUARTIC = Problem(Network((1, 1, 1), "exp", "hidden"), Dataset([[-1], [0], [1]], [[2], [-1], [2]]))


def test_a_saddle_of_fourth_order() -> None:
    """v e^(b + u x) between 2, -1, 2: beside u = t the loss is least at some b of order t^2."""
    answer = classify(QUARTIC, {"W1": [["0"]], "b1": ["0"], "W2": [["1"]]}, budget=5)
    document = answer.to_json()
    check_classify(document)
    assert (answer.verdict, document["given"]["kind"]) == ("certified", "non_strict_saddle")
    assert document["given"]["inertia"] == {"positive": 1, "negative": 0, "zero": 2}
    assert verify(answer.statement, answer.certificate).accepted
    t, middle, ends = 0.1, -1, 2
    losses = [
        (np.exp(b) - middle) ** 2 / 2
        + ((np.exp(b + t) - ends) ** 2 + (np.exp(b - t) - ends) ** 2) / 2
        for b in np.linspace(-0.02, 0.02, 4001)
    ]
    assert min(losses) < 3 - 1e-7


def test_a_saddle_of_third_order() -> None:
    """w tanh(v tanh(u x)) at 0: the loss is a constant and a multiple of u v w to third order."""
    problem = Problem(Network((1, 1, 1, 1), "tanh"), Dataset([[1], [2]], [[1], [1]]))
    answer = classify(problem, {"W1": [["0"]], "W2": [["0"]], "W3": [["0"]]}, budget=5)
    given = answer.to_json()["given"]
    assert (answer.verdict, given["kind"]) == ("certified", "non_strict_saddle")
    assert given["inertia"]["zero"] == 3
    assert any(line["text"].endswith("order 3") for line in answer.to_json()["evidence"])


@pytest.mark.parametrize(
    ("b", "v", "kind"),
    [
        ("0", "1", "spurious_local_minimum"),
        ("log(3)", "1/4", "spurious_local_minimum"),
        ("log(3)", "-1/4", "strict_saddle"),
        ("log(3)", "-2", "spurious_local_minimum"),
    ],
)
def test_a_constant_network(b: str, v: str, kind: str) -> None:
    """v s(u x + b) + c with u = 0 and v s(b) + c the mean, data and inputs without correlation:
    critical for all b and v; with s' = 3/16 and s'' = -3/32 at b = log 3 the second derivative by u
    is 2 v^2 s'^2 - v s'', by hand."""
    problem = Problem(Network((1, 1, 1), "sigmoid", "all"),
                      Dataset([[-1], [0], [1]], [[1], ["-1/2"], [1]]))  # fmt: skip
    s = F(3, 4) if b == "log(3)" else F(1, 2)
    point = {"W1": [["0"]], "b1": [b], "W2": [[v]], "b2": [str(F(1, 2) - F(v) * s)]}
    answer = classify(problem, point, budget=5)
    given = answer.to_json()["given"]
    assert (answer.verdict, given["kind"]) == ("certified", kind)
    assert given["inertia"]["zero"] == 2
    if b == "log(3)":
        bend = F(9, 128) * F(v) ** 2 + F(3, 32) * F(v)
        assert (bend < 0) is (kind == "strict_saddle")


@pytest.mark.parametrize(
    ("problem", "point"),
    [
        # sigmoid at its inflection: second derivatives see u, and v or c; b u^2 is outweighed.
        (
            Problem(Network((1, 1, 1), "sigmoid", "all"),
                    Dataset([[-1], [0], [1]], [[1], ["-1/2"], [1]])),
            {"W1": [["0"]], "b1": ["0"], "W2": [["1"]], "b2": ["0"]},
        ),
        # 1 + v^2 tanh(u)^4 / 2, or so: a minimum
        (
            Problem(Network((1, 1, 1, 1), ["tanh", "square"]), Dataset([[1], [-1]], [[1], [-1]])),
            {"W1": [["0"]], "W2": [["1"]], "W3": [["1"]]},
        ),
    ],
)  # fmt: skip
def test_a_minimum_of_fourth_order_is_not_called_a_saddle(problem: Any, point: Any) -> None:
    document = classify(problem, point, budget=5).to_json()
    assert document["given"]["local"] in (None, "minimum")
    landscape = FloatLandscape(problem)
    here = np.array([float(x) for rows in point.values() for row in rows
                     for x in (row if isinstance(row, list) else [row])])  # fmt: skip
    draws = np.random.default_rng(0).normal(size=(3000, len(here)))
    assert min(landscape.loss(here + 1e-2 * d) for d in draws) > landscape.loss(here) - 1e-13


XOR = [[1, 1], [1, -1], [-1, 1], [-1, -1]]
ZEROS: dict[str, Any] = {
    # v tanh(u x) with sum x y = 0: -2 v u^3 + 5/2 v^2 u^2 to fourth order
    "uncorrelated": (
        Problem(Network((1, 1, 1), "tanh"), Dataset([[1], [2]], [[2], [-1]])), "silent",
    ),
    "exclusive or": (
        Problem(Network((2, 2, 2), "tanh", "all"), Dataset(XOR, [[1, 0], [0, 1], [0, 1], [1, 0]]),
                Loss("cross_entropy")), "silent",
    ),
    "four factors": (
        Problem(Network((1, 1, 1, 1, 1), "tanh"), Dataset([[1], [2]], [[1], [1]])), "logarithms",
    ),
    "three factors, logistic": (
        Problem(Network((1, 1, 1, 1), "tanh"), Dataset([[1], [2]], [[1], [1]]), Loss("logistic")),
        "logarithms",
    ),
    # v w (...) to fifth order in all, since sum x y = 0: curves whose weights have different orders
    "uncorrelated, three factors": (
        Problem(Network((1, 1, 1, 1), "tanh"), Dataset([[1], [2]], [[2], [-1]])), "logarithms",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ZEROS)
def test_all_weights_zero(name: str) -> None:
    """Saddles that are not strict; descents from nearby reach lower losses."""
    problem, rule = ZEROS[name]
    point = {n: np.zeros(shape, int).tolist() for n, shape in problem.network.shapes.items()}
    answer = classify(problem, point, budget=10)
    given = answer.to_json()["given"]
    assert (answer.verdict, given["kind"]) == ("certified", "non_strict_saddle")
    assert given["inertia"]["negative"] == 0
    assert rule == answer.to_json()["evidence"][-1]["rule"]
    landscape = FloatLandscape(problem)
    zero = np.zeros(problem.network.parameter_count)
    starts = np.random.default_rng(0).normal(size=(6, len(zero))) / 4
    ends = [
        minimize(landscape.loss, w, jac=landscape.gradient, options={"maxiter": 40}).fun
        for w in starts
    ]
    assert min(ends) < landscape.loss(zero) - 1e-3


def test_odd_networks_do_not_learn_an_even_function() -> None:
    """Without biases f(-x) = -f(x), so that log(1 + e^-f) + log(1 + e^f) >= log 4: no saddle."""
    problem = Problem(Network((2, 2, 1), "tanh"), Dataset(XOR, [[1], [-1], [-1], [1]]),
                      Loss("logistic"))  # fmt: skip
    given = classify(problem, {"W1": [[0, 0], [0, 0]], "W2": [[0, 0]]}, budget=3).to_json()["given"]
    assert given["local"] in (None, "minimum")


def test_a_narrow_cone_in_which_the_loss_falls() -> None:
    """v tanh(u x) at 0: -2 v u^3 + 5/2 v^2 u^2 is negative for 0 < v < 4/5 u only."""
    problem, _ = ZEROS["uncorrelated"]
    landscape, point = BallLandscape(problem), [arb(0), arb(0)]
    found = falling_curve(landscape, point, arb_mat(2, 2), Deadline(5))
    assert found is not None
    order, ((_, u), (_, v)) = found[0], (entry[:2] for entry in found[1])
    assert order == 4
    assert 0 < v / u < F(4, 5)
    rising = falling_curve(landscape, point, arb_mat(2, 2), Deadline(5), wanted=1)
    assert rising is not None
    assert rising[0] == 4
    (_, u), (_, v) = (entry[:2] for entry in rising[1])
    assert v * u * (5 * u * v - 4 * u * u) > 0


@pytest.mark.parametrize(
    ("kind", "targets", "bias", "best"),
    [
        ("logistic", [[1], [1], [-1], [-1]], ["0"], True),  # at the inputs 1, 2, 1, 2
        ("logistic", [[1], [1], [1], [-1]], ["log(3)"], False),  # log 3 at one input, 0 elsewhere
        ("logistic", [[1], [-1], [1], [-1]], ["0"], False),
        ("cross_entropy", [[1, 0], [0, 1], [1, 0], [0, 1]], ["0", "0"], False),
        ("cross_entropy", [[1, 0], [0, 1], [0, 1], [1, 0], [1, 0], [1, 0]], ["log(2)", "0"], True),
        ("cross_entropy", [[0, 1], [0, 1], [1, 0], [1, 0], [1, 0], [1, 0]], ["log(2)", "0"], True),
        ("cross_entropy", [[1, 0], [1, 0], [1, 0], [1, 0], [0, 1], [1, 0]], ["log(5)", "0"], False),
    ],
)
def test_outputs_that_are_best_for_every_input(
    kind: str, targets: Any, bias: list[str], best: bool
) -> None:
    """Constant networks, inputs 1, 2, 1, 2, ..: no function does better where classes balance."""
    classes = len(bias)
    problem = Problem(
        Network((1, 1, classes), "tanh", "output"),
        Dataset([[1 + k % 2] for k in range(len(targets))], targets),
        Loss(kind),
    )
    point = {"W1": [["0"]], "W2": [["1"]] * classes, "b2": bias}
    document = classify(problem, point, budget=3).to_json()
    rules = [line["rule"] for line in document["evidence"]]
    assert (document["given"]["kind"] == "global_minimum") is best
    assert ("balanced_outputs" in rules) is best
    landscape = FloatLandscape(problem)
    here = np.array([0.0, *[1.0] * classes, *(float(np.log(float(x[4:-1]))) if "log" in x else 0.0
                                              for x in bias)])  # fmt: skip
    starts = np.random.default_rng(0).normal(size=(5, len(here)))
    lowest = min(minimize(landscape.loss, w, jac=landscape.gradient).fun for w in starts)
    assert (lowest > landscape.loss(here) - 1e-9) is best
