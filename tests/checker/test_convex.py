"""Convex losses: an isolated critical point is the only one, in the cube or not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from symland import Dataset, Loss, Network, Problem, Regularizer, classify, critical_set
from symland.checker.verdict import Verdict
from symland.landscape.float_landscape import FloatLandscape
from tests.checker.documents import certificate, problem, statement, verdict

BOTH = [[1], [1]], [[1], [-1]]
"""The same input with both labels: the logistic loss is least at w = 0."""


def logistic(**more: Any) -> Any:
    return problem([1, 1], *BOTH, **({"kind": "logistic", "scale": "1"} | more))


def line(**more: Any) -> Any:
    """(w - 2)^2 / 2."""
    return problem([1, 1], [[1]], [[2]], **more)


def only(about: Any, weight: Any, inverse: Any, **more: Any) -> Verdict:
    """That the box around a weight, or weights, has the only critical point; and then `cube`."""
    size = len(inverse)
    shape = [[weight] * len(about["data"]["inputs"][0])] * (size // len(about["data"]["inputs"][0]))
    box = {"midpoint": {"W1": shape}, "radius": {"W1": [["1/16"] * len(r) for r in shape]}}
    claims = [("critical", {"point": "p"}), ("only_critical", {"point": "p"})]
    steps = [
        ("krawczyk", {"precision": 80, "inverse": inverse}),
        ("convex", {"critical": more.get("critical", "c0")}),
    ]
    if "cube" in more:
        lower, upper, points = more["cube"]
        claims.append(("all_critical", {"lower": lower, "upper": upper, "points": points}))
        steps.append(("only_critical", {"only": more.get("only", "c1")}))
    return verdict(statement(about, {"p": {"box": box}}, claims), certificate(steps))


PENALIZED = {"W1": [["1/2"]]}


@pytest.mark.parametrize(
    ("about", "weight", "inverse"),
    [
        (line(), "2", [["1"]]),
        (line(l2=PENALIZED), "4/3", [["2/3"]]),
        (logistic(), "0", [["2"]]),
        (logistic(l2=PENALIZED), "0", [["1"]]),
        (problem([1, 1], [[1], [5]], [[2], [7]], weights=[[1], [0]]), "2", [["1"]]),
        (problem([1, 2], [[1]], [[2, 2]]), "2", [["1", "0"], ["0", "1"]]),
        (
            problem([1, 2], *([[1], [1]], [[1, 0], [0, 1]]), kind="cross_entropy", scale="1",
                    l2={"W1": [["1"], ["1"]]}),
            "0",
            [["3/4", "1/4"], ["1/4", "3/4"]],
        ),
    ],
    ids=str,
)  # fmt: skip
def test_one_critical_point(about: Any, weight: str, inverse: Any) -> None:
    answer = only(about, weight, inverse)
    assert answer.accepted, answer.reason
    assert answer.lines[1] == "c1: p is the only critical point, whatever the weights"


def test_a_negative_weight_is_refused() -> None:
    """-(w - 2)^2 / 2 + 2 w^2, which is convex, but not as a sum of convex parts."""
    answer = only(line(weights=[[-1]], l2={"W1": [["4"]]}), "-2/3", [["1/3"]])
    assert str(answer.reason).endswith("a weight of the loss or of the regularizer is negative")


@pytest.mark.parametrize(
    ("cube", "accepted"),
    [
        (("1", "3", ["p"]), True),
        (("0", "1", []), True),
        (("3", "4", []), True),
        (("1", "3", []), "point 'p' may lie between the bounds"),
        (("0", "1", ["p"]), "point 'p' is not shown to lie between the bounds"),
        (("2", "3", ["p"]), True),
        (("2", "3", []), "may lie between the bounds"),
        (("1", "3", ["p", "p"]), "expected none, or 'p' alone"),
        (("3", "1", []), "the bounds leave no room between them"),
        (("2", "2", ["p"]), "the bounds leave no room between them"),
    ],
)
def test_cubes(cube: Any, accepted: Any) -> None:
    answer = only(line(), "2", [["1"]], cube=cube)
    if accepted is True:
        assert answer.accepted, answer.reason
    else:
        assert not answer.accepted
        assert accepted in str(answer.reason)


def test_claims_that_are_no_such_claims() -> None:
    answer = only(line(), "2", [["1"]], cube=("1", "3", ["p"]), only="c0")
    assert "is of kind critical" in str(answer.reason)
    assert "not established" in str(only(line(), "2", [["1"]], critical="c9").reason)


def test_a_hidden_layer_is_refused() -> None:
    """u v with a penalty: 0 is critical, and so are other weights; the only one in its box."""
    about = problem([1, 1, 1], [[1]], [[2]], l2={"W1": [["1"]], "W2": [["1"]]})
    box = {
        "midpoint": {"W1": [["0"]], "W2": [["0"]]},
        "radius": {"W1": [["1/16"]], "W2": [["1/16"]]},
    }
    claims = [("critical", {"point": "p"}), ("only_critical", {"point": "p"})]
    inverse = [["-1/3", "-2/3"], ["-2/3", "-1/3"]]
    steps = [
        ("krawczyk", {"precision": 80, "inverse": inverse}),
        ("convex", {"critical": "c0"}),
    ]
    answer = verdict(statement(about, {"p": {"box": box}}, claims), certificate(steps))
    assert str(answer.reason).endswith("the network has hidden layers")


@pytest.mark.parametrize(
    ("cube", "accepted"),
    [
        (("1", "4", ["p"]), True),
        (("5/2", "4", []), True),
        (("5/2", "4", ["p"]), False),
        (("1", "4", []), False),
        (("4", "5", ["p"]), False),
    ],
)
def test_cubes_of_two_weights(cube: Any, accepted: bool) -> None:
    """The critical point is (2, 3)."""
    about = problem([1, 2], [[1]], [[2, 3]])
    box = {"midpoint": {"W1": [["2"], ["3"]]}, "radius": {"W1": [["1/8"], ["1/8"]]}}
    inverse = [["1", "0"], ["0", "1"]]
    lower, upper, points = cube
    claims: list[Any] = [("critical", {"point": "p"}), ("only_critical", {"point": "p"})]
    claims.append(("all_critical", {"lower": lower, "upper": upper, "points": points}))
    steps: list[Any] = [("krawczyk", {"precision": 80, "inverse": inverse})]
    steps += [("convex", {"critical": "c0"}), ("only_critical", {"only": "c1"})]
    answer = verdict(statement(about, {"p": {"box": box}}, claims), certificate(steps))
    assert answer.accepted == accepted


XOR = Dataset([[0, 1], [1, 0], [1, 1], [2, "1/2"]], [[1], [-1], [1], [-1]])


def test_logistic_regression_in_full() -> None:
    """Without a box, in a box, beside a box; without a penalty on the biases as well."""
    for l2 in (Regularizer("1/10"), Regularizer({"W1": [["1/10", "1/10"]]})):
        question = Problem(Network([2, 1], bias="all"), XOR, Loss("logistic"), l2)
        for box, count in ((None, 1), ((-9, 9), 1), ((20, 30), 0)):
            document = critical_set(question, box=box).to_json()
            found = document["critical_set"]
            assert (found["status"], found["real_count"]) == ("certified", count)
            assert "the loss is convex" in found["reason"]
            assert [p["kind"] for p in document["points"]] == ["global_minimum"] * count
            for point in document["points"]:
                w = [float(x) for x in (*point["weights"]["W1"][0], *point["weights"]["b1"])]
                assert abs(FloatLandscape(question).gradient(np.array(w))).max() < 1e-5


def test_separable_data_have_no_critical_point() -> None:
    """Without a penalty nothing is claimed, whatever the starts find."""
    data = Dataset([[1], [-1]], [[1], [-1]])
    document = critical_set(Problem(Network([1, 1]), data, Loss("logistic"))).to_json()
    assert document["critical_set"]["status"] == "undecided"
    boxed = critical_set(Problem(Network([1, 1]), data, Loss("logistic")), box=(-3, 3)).to_json()
    assert (boxed["verdict"], boxed["critical_set"]["real_count"]) == ("certified", 0)


def test_a_rational_minimum_of_a_convex_polynomial_is_global() -> None:
    """Ridge regression by `classify`, its Hessian regular or not."""
    for inputs, l2 in (([[1, 2]], Regularizer(1)), ([[1, 2]], None)):
        question = Problem(Network([2, 1]), Dataset(inputs, [[6]]), Loss(), l2)
        weights = [["1", "2"]] if l2 else [["2", "2"]]
        given = classify(question, {"W1": weights}).to_json()["given"]
        assert (given["kind"], given["status"]) == ("global_minimum", "certified")


def test_many_weights_are_given_up_at_once() -> None:
    """What would take too long or too much memory is not begun."""
    data = Dataset([[1] * 3000, [2] * 3000], [[1], [-1]])
    question = Problem(Network([3000, 1]), data, Loss("logistic"), Regularizer("1/10"))
    document = critical_set(question, box=(-3, 3), budget=20).to_json()
    assert document["verdict"] == "undecided"
    assert "3000 parameters, a box is covered up to 6" in document["reason"]
    assert document["seconds"] < 15
