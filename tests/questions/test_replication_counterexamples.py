"""Counterexamples found from a seed: what is proved about them, and by what they end."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import symland
from symland.landscape.float_landscape import FloatLandscape
from symland.landscape.parameters import flat
from symland.problem import InputError, Network
from symland.questions import replication_counterexamples as counterexamples
from symland.search.small_data_search import integer_problem
from tests.checker.enclosed_truth import EnclosedTruth


@pytest.fixture(scope="module")
def sloped() -> Any:
    told: list[str] = []
    found = symland.sloped_minimum(seed=1, budget=120, stage=told.append)
    assert found is not None
    assert told == [f"{k} data sets tried" for k in range(1, len(told) + 1)]
    assert told
    return found


@pytest.fixture(scope="module")
def two() -> Any:
    """An instance that random starts found with seed 1; the losses differ by more than 1."""
    problem = integer_problem(
        Network((1, 1, 1), "sigmoid", "hidden"),
        [-4, -3, 0, 1, 2, 3, 4],
        [-2, -1, -3, -4, -4, 0, -3],
    )
    vectors = [[0.74495774, 2.99862057, -2.7786502], [-0.8257154, 6.843978, -2.4459640]]
    question = ("classify", counterexamples._two)
    return counterexamples._named("two_minima", problem, vectors, 1, *question)


@pytest.mark.parametrize("seed", [0, 2, 5, 123])
def test_every_seed_finds_two_minima(seed: int) -> None:
    """Of clearly different loss, as the floats say and the certificate proves."""
    found = symland.two_minima(seed, budget=120)
    assert found is not None
    floats = FloatLandscape(found.problem)
    shapes = found.problem.network.shapes
    lower, upper = (floats.loss(np.array(flat(shapes, p))) for p in found.points)
    assert upper - lower > counterexamples.GAP
    assert found.answer().verdict == "certified"


def claims(answer: Any) -> list[dict[str, Any]]:
    statement = json.loads(answer.statement)
    truth = EnclosedTruth(statement)
    assert all(truth.holds(claim) for claim in statement["claims"])
    return statement["claims"]


def test_a_minimum_with_b_positive_and_d_not_zero_gives_saddles(
    sloped: Any, tmp_path: Path
) -> None:
    answer = sloped.answer()
    assert answer.verdict == "certified"
    document = answer.to_json()
    assert document["at_lambda"]["lambda"] == "1/2"
    assert document["at_lambda"]["kind"] == "strict_saddle"
    assert document["critical_point"]["inertia"] == {"positive": 5, "negative": 0, "zero": 0}
    established = [
        (c["claim"], c.get("form"), c.get("sign"), c.get("shares")) for c in claims(answer)
    ]
    assert established == [
        ("critical", None, None, None),
        ("inertia", None, None, None),
        ("strict_minimum", None, None, None),
        ("enclosure", None, None, None),
        ("replicated_form", "B", "positive", None),
        ("replicated_form", "D", "nonzero", None),
        ("replicated_saddles", None, None, "all"),
    ]
    pair = answer.save(tmp_path)
    assert symland.verify(*pair).accepted
    assert "strict saddle" in str(answer)


def test_the_box_and_the_loss_shown_are_those_proved(sloped: Any) -> None:
    answer = sloped.answer()
    shown, statement = answer.to_json()["critical_point"], json.loads(answer.statement)
    (point,) = statement["points"].values()
    assert set(point["box"]["radius"]["W1"][0]) == {shown["box"]["radius"]}
    replicated = symland.replicate(sloped.problem, sloped.points[0], 1, 1, "1/2")
    assert json.loads(replicated.statement)["points"] == statement["points"]


def test_two_strict_minima_of_different_loss(two: Any, tmp_path: Path) -> None:
    answer = two.answer()
    assert answer.verdict == "certified"
    document = answer.to_json()
    assert [p["local"] for p in document["points"]] == ["strict_minimum", "strict_minimum"]
    low, high = (float(p["loss"]["upper"]) for p in document["points"])
    assert low < high - 1
    assert document["given"]["kind"] == "spurious_local_minimum"
    assert document["given"]["better"]["loss"] == document["points"][0]["loss"]
    kinds = [c["claim"] for c in claims(answer)]
    assert kinds.count("strict_minimum") == 2
    assert kinds[-1] == "not_global"
    assert symland.verify(*answer.save(tmp_path)).accepted


def test_a_point_that_is_none_ends_undecided(sloped: Any, two: Any) -> None:
    """Whatever was found in floats: nothing is certified that the checker does not accept."""
    far = replace(sloped, points=({"W1": [[9.0]], "W2": [[9.0], [9.0]], "W3": [[9.0, 9.0]]},))
    swapped = replace(two, points=two.points[::-1])
    for found in (far, swapped):
        answer = found.answer(budget=10)
        assert answer.verdict == "undecided"
        assert answer.to_json()["reason"]
        assert '"certified"' not in json.dumps(answer.to_json())


def test_the_time_ends_and_what_is_asked_is_checked() -> None:
    for search in (symland.sloped_minimum, symland.two_minima):
        assert search(seed=3, budget=0) is None
        with pytest.raises(InputError, match="seed: got -1, expected an integer, 0 or more"):
            search(seed=-1)
        with pytest.raises(InputError, match="budget: got 'long', expected a finite number"):
            search(budget="long")


def test_the_same_seed_finds_the_same(sloped: Any) -> None:
    again = symland.sloped_minimum(seed=1)
    assert again is not None
    assert (again.problem, again.points) == (sloped.problem, sloped.points)
