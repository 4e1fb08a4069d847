"""Small files that ask the rules by intervals and logarithms for very much work or memory."""

import tracemalloc
from typing import Any

import pytest

from symland.checker import effort
from tests.checker.documents import certificate, one, problem, statement, verdict

MORE = "more work than files of this size may cause"


def little(monkeypatch: Any, part: int = 60) -> None:
    """A second instead of a minute and more: as far from enough, and sooner over."""
    monkeypatch.setattr(effort, "BASE", effort.BASE // part)
    monkeypatch.setattr(effort, "PER_BYTE", 0)


def cover(about: Any, nodes: list[Any], **more: Any) -> Any:
    claim = {"lower": "0", "upper": "1", "points": more.get("points", [])}
    return one(
        about,
        {},
        "all_critical",
        claim,
        "branch_and_bound",
        {"precision": more.get("precision", 16), "cover": nodes},
    )


def test_a_cover_that_halves_for_ever_takes_no_memory() -> None:
    """With a box kept for each open half, and numbers of as many digits, this took gigabytes."""
    tracemalloc.start()
    answer = cover(problem([2, 1], [[1, 1]], [[1]]), [0] * 50_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "halves a box more than 200 times along one weight" in str(answer.reason)
    assert peak < 50_000_000


def test_a_cover_in_many_dimensions() -> None:
    answer = cover(problem([40, 40], [[1] * 40], [[1] * 40]), [0] * 100)
    assert "in more than 1000 dimensions" in str(answer.reason)


def test_derivatives_of_one_sample_are_bounded(monkeypatch: Any) -> None:
    from symland.checker import interval_jets

    monkeypatch.setattr(interval_jets, "MAX_ENTRIES", 4)
    about = problem([1, 1, 1], [[1]], [[1]], activation=["tanh"])
    answer = cover(about, [[1, 1]])
    assert "more than 4 derivatives of the neurons of one sample" in str(answer.reason)
    assert "may be 0 in a leaf" in str(cover(about, [2]).reason)


@pytest.mark.parametrize("rule", ["intervals", "logarithms"])
@pytest.mark.parametrize("weight", ["3", "3/2"])
def test_towers_of_powers(rule: str, weight: str, monkeypatch: Any) -> None:
    """Cubes of cubes: a number of 3^30 digits from a kilobyte."""
    little(monkeypatch)
    about = problem([1] * 32, [[1]], [[1]], activation=["cube"] * 30)
    points = {"p": {f"W{k}": [[weight]] for k in range(1, 32)}}
    claim = {"point": "p", "value": "1"} if rule == "logarithms" else None
    bounds = {"point": "p", "lower": "0", "upper": "1"}
    answer = one(
        about,
        points,
        "value" if claim else "enclosure",
        claim or bounds,
        rule,
        {} if claim else {"precision": 64},
    )
    assert MORE in str(answer.reason)


def test_many_places_of_many_exponentials(monkeypatch: Any) -> None:
    little(monkeypatch)
    about = problem([1, 30, 1], [[i] for i in range(1, 300)], [[0]] * 299, activation=["sigmoid"])
    points = {"p": {"W1": [[f"{7 * k + 1}/7"] for k in range(30)], "W2": [["1"] * 30]}}
    bounds = {"point": "p", "lower": "0", "upper": "1"}
    answer = one(about, points, "enclosure", bounds, "intervals", {"precision": 20_000})
    assert MORE in str(answer.reason)


def test_logarithms_of_long_products(monkeypatch: Any) -> None:
    little(monkeypatch)
    weights = [[f"log({k + 1}/{k})" for k in range(2, 202)]]
    about = problem([200, 1, 1], [[1009] * 200] * 9, [[1]] * 9, activation=["sigmoid"])
    answer = one(
        about, {"p": {"W1": weights, "W2": [["1"]]}}, "critical", {"point": "p"}, "logarithms"
    )
    assert not answer.accepted
    assert MORE in str(answer.reason)


def test_many_second_derivatives(monkeypatch: Any) -> None:
    """Hessians of 200 weights for many samples, from a file of few numbers."""
    little(monkeypatch, 300)
    about = problem([1, 10, 10, 1], [[i] for i in range(90)], [[i] for i in range(90)])
    about["network"]["activation"] = ["tanh"] * 2
    zeros = {"W1": [["1"]] * 10, "W2": [["1"] * 10] * 10, "W3": [["1"] * 10]}
    step = {"precision": 64, "transform": [["0"] * 120] * 120}
    answer = verdict(
        statement(
            about,
            {"p": zeros},
            [("inertia", {"point": "p", "positive": 120, "negative": 0, "zero": 0})],
        ),
        certificate([("congruence", step)]),
    )
    assert MORE in str(answer.reason)


def test_many_points_to_tell_apart(monkeypatch: Any) -> None:
    little(monkeypatch)
    answer = cover(problem([1, 1], [[1]], [[1]]), [0], points=["p"] * 5000)
    assert MORE in str(answer.reason)


@pytest.mark.parametrize("loss", ["squared", "logistic", "cross_entropy"])
def test_a_hessian_of_many_weights_is_not_begun(loss: str) -> None:
    """2500 weights of the value 0 are a few characters, their Hessian is a gigabyte."""
    about = problem([2500, 1], [["1"] * 2500], [["1"]])
    about["loss"]["kind"] = loss
    claim = {"point": "p", "positive": 1, "negative": 0, "zero": 2499}
    step = {"precision": 20, "transform": []}
    answer = one(about, {"p": {"W1": {"rows": [0]}}}, "inertia", claim, "congruence", step)
    assert "second derivatives of one number" in str(answer.reason)
    exact = one(about, {"p": {"W1": {"rows": [0]}}}, "inertia", claim, "ldl")
    assert "a Hessian by 2500 weights" in str(exact.reason)


def test_a_hessian_of_many_outputs_is_not_written_out() -> None:
    about = problem([1, 5000], [["1"]], [["1"] * 5000])
    claim = {"point": "p", "positive": 5000, "negative": 0, "zero": 0}
    step = {"precision": 20, "transform": []}
    answer = one(about, {"p": {"W1": {"columns": [0]}}}, "inertia", claim, "congruence", step)
    assert "a Hessian by 5000 weights" in str(answer.reason)
