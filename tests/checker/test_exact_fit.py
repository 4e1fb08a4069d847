"""Points of loss 0 in slices: accepted where there is one, refused beside it and without it."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.checker.documents import certificate, one, problem, statement, verdict

BASES = Path(__file__).parent.parent / "rejected" / "bases_enclosed"
BITS = 100


def fit(about: Any, midpoint: Any, directions: Any, inverse: Any, radius: str = "1/8") -> Any:
    point = {"midpoint": midpoint, "directions": directions, "radius": [radius] * len(directions)}
    witness = {"precision": BITS, "inverse": inverse}
    points = {"p": {"slice": point}}
    return one(about, points, "global_minimum", {"point": "p"}, "exact_fit", witness)


def product(target: Any, **more: Any) -> dict[str, Any]:
    """f(1) = v u and one target."""
    return problem([1, 1, 1], [[1]], [[target]], **more)


@pytest.mark.parametrize(
    ("target", "fixed", "middle", "accepted"),
    [
        (6, "2", "3", True),  # v = 3 exactly
        (6, "2", "31/10", True),  # and 1/10 beside it
        (6, "2", "16/5", False),  # 1/5 beside it: not in the slice
        (7, "2", "3", False),
        (0, "0", "1", False),  # every v fits where u = 0
    ],
)
def test_a_product(target: int, fixed: str, middle: str, accepted: bool) -> None:
    midpoint = {"W1": [[fixed]], "W2": [[middle]]}
    answer = fit(product(target), midpoint, [["0", "1"]], [["1/2"]])
    assert answer.accepted is accepted, answer.reason


def test_the_point_found_is_enclosed() -> None:
    """v = 3 and loss 0, though the slice is around 31/10, where the loss is 1/50."""
    point = {
        "midpoint": {"W1": [["2"]], "W2": [["31/10"]]},
        "directions": [["0", "1"]],
        "radius": ["1/8"],
    }
    for lower, upper, accepted in (("-1", "1/10", True), ("1/100", "3/100", False)):
        about = {"point": "p", "lower": lower, "upper": upper}
        answer = verdict(
            statement(
                product(6),
                {"p": {"slice": point}},
                [("global_minimum", {"point": "p"}), ("enclosure", about)],
            ),
            certificate(
                [
                    ("exact_fit", {"precision": BITS, "inverse": [["1/2"]]}),
                    ("intervals", {"precision": BITS}),
                ]
            ),
        )
        assert answer.accepted is accepted, answer.reason


def test_samples_that_count_for_nothing_are_left_out() -> None:
    about = problem([1, 1, 1], [[1], [5]], [[6], [1]], weights=[[1], ["0"]])
    midpoint = {"W1": [["2"]], "W2": [["3"]]}
    assert fit(about, midpoint, [["0", "1"]], [["1/2"]]).accepted
    about = problem([1, 1, 1], [[1], [5]], [[6], [1]], weights=[[1], ["1/9"]])
    assert "1 directions for 2" in str(fit(about, midpoint, [["0", "1"]], [["1/2"]]).reason)


def test_contradicting_targets() -> None:
    """6 and 7 for one input: two equations, and no directions that solve both."""
    about = problem([1, 1, 1], [[1], [1]], [[6], [7]])
    midpoint = {"W1": [["2"]], "W2": [["3"]]}
    for inverse in ([["1/2", "0"], ["0", "1/3"]], [["0", "0"], ["0", "0"]]):
        assert not fit(about, midpoint, [["1", "0"], ["0", "1"]], inverse).accepted


def test_a_kink_in_the_slice() -> None:
    about = product(0, activation=["relu"])
    answer = fit(about, {"W1": [["1/16"]], "W2": [["1"]]}, [["1", "0"]], [["1"]])
    assert "have a kink" in str(answer.reason)


def test_a_slice_with_directions_of_several_weights() -> None:
    """(u, v) = (2, 2) + y (1, 1) with u v = 6: y = sqrt(6) - 2 = 0.449."""
    midpoint, inverse = {"W1": [["12/5"]], "W2": [["12/5"]]}, [["5/24"]]
    assert fit(product(6), midpoint, [["1", "1"]], inverse).accepted
    assert not fit(product(6), midpoint, [["1", "-1"]], inverse).accepted


def test_the_same_point_is_critical_for_no_other_rule_before() -> None:
    """What the slice means depends on the rule; each has to establish it by itself."""
    files = [
        json.loads((BASES / f"exact_fit.{kind}.json").read_text())
        for kind in ("statement", "certificate")
    ]
    assert verdict(*files).accepted
    files[0]["claims"][0]["claim"] = "critical"
    files[1]["steps"][0] |= {"rule": "krawczyk_slice", "flat": {}}
    assert not verdict(*files).accepted


def test_by_hand_to_many_digits() -> None:
    """One tanh neuron, target 1/2 at 1: tanh(u) = 1/2 for u = log(3)/2 = 0.5493061443340548..."""
    about = problem([1, 1, 1], [[1]], [["1/2"]], activation=["tanh"])
    near = Fraction("0.54930614433405484")
    midpoint = {"W1": [[str(near)]], "W2": [["1"]]}
    for radius, accepted in (("1/1000000000000000", True), ("1/10000000000000000000", False)):
        answer = fit(about, midpoint, [["1", "0"]], [["4/3"]], radius)
        assert answer.accepted is accepted
