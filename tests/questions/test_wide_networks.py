"""Rows whose totals take too long, or for which time is short: the rest is said and proved."""

import json
import time
from functools import partial
from random import Random

import pytest

from symland import Dataset, Network, Problem, critical_set, verify
from symland.landscape.deep_linear.strata import Strata
from symland.questions import linear_critical_set

WIDTHS = (2, 3, 3, 3, 2)


@pytest.fixture
def problem():
    draw = Random(3)
    inputs = [[draw.randint(-5, 5) for _ in range(2)] for _ in range(6)]
    targets = [[draw.randint(-5, 5) for _ in range(2)] for _ in range(6)]
    return Problem(Network(WIDTHS), Dataset(inputs, targets))


@pytest.fixture
def few_steps(monkeypatch):
    """So few that the totals of some ranks of the small network are not found."""
    few = partial(Strata, steps=60)
    monkeypatch.setattr(linear_critical_set, "Strata", few)


def rows_by_eigenvalues(answer):
    return {json.dumps(row["eigenvalues"]): row for row in answer.to_json()["strata"]}


def test_rows_of_a_rank_that_takes_too_long_are_not_counted(problem, few_steps):
    answer = critical_set(problem)
    assert answer.verdict == "certified"
    rows = answer.to_json()["strata"]
    left_out = [row for row in rows if row["count"] is None]
    assert left_out
    assert len(left_out) < len(rows)
    assert all(row["inertia_range"] is None for row in left_out if row["inertia"] is None)
    (warning, *_) = answer.to_json()["warnings"]
    assert warning == "at rank 0 the number of strata takes too long to find and is left out"


def test_the_other_numbers_are_those_of_the_full_list(problem, few_steps, monkeypatch):
    short = rows_by_eigenvalues(critical_set(problem))
    monkeypatch.setattr(linear_critical_set, "Strata", Strata)
    full = rows_by_eigenvalues(critical_set(problem))
    assert short.keys() == full.keys()
    for key, row in full.items():
        for same in ("kind", "loss", "inertia"):
            assert short[key][same] == row[same]
        for either in ("count", "dimension"):
            assert short[key][either] in (None, row[either])
            assert row[either] is not None


def test_every_kind_of_an_uncounted_row_has_a_point(problem, few_steps):
    for row in critical_set(problem).to_json()["strata"]:
        kinds = {point["kind"] for point in row["points"]}
        expected = (
            {"strict_saddle", "non_strict_saddle"} if row["kind"] == "mixed" else {row["kind"]}
        )
        assert kinds == expected


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("kind", "strict_saddle", "kind 'strict_saddle', expected mixed"),
        ("dimension", 3, "dimension 3, expected"),
        ("inertia", {"positive": 1, "negative": 0, "zero": 5}, "expected None"),
        ("count", 7, "count 7, expected"),
        ("count", "7", "expected an integer above 1000000000"),
        ("count", "7000000000", "count 7000000000, expected"),
    ],
)
def test_a_changed_uncounted_row_is_refused(problem, few_steps, key, value, reason):
    answer = critical_set(problem)
    statement = json.loads(answer.statement)
    (claim,) = (c for c in statement["claims"] if c["claim"] == "strata")
    row = next(r for r in claim["rows"] if r["count"] is None and r["kind"] == "mixed")
    row[key] = value
    checked = verify(json.dumps(statement).encode(), answer.certificate)
    assert not checked.accepted
    assert reason in checked.reason


def test_a_row_that_claims_less_is_still_right(problem):
    answer = critical_set(problem)
    statement = json.loads(answer.statement)
    (claim,) = (c for c in statement["claims"] if c["claim"] == "strata")
    claim["rows"][0].update(dimension=None, count=None)
    checked = verify(json.dumps(statement).encode(), answer.certificate)
    assert checked.accepted
    assert checked.lines[1].endswith("in these 4 rows, not all of which are counted")


def test_points_are_left_out_where_time_is_short(problem, monkeypatch):
    monkeypatch.setattr(linear_critical_set, "SHARE_OF_POINTS", 0)
    answer = critical_set(problem)
    document = answer.to_json()
    assert answer.verdict == "certified"
    assert not any(row["points"] for row in document["strata"])
    assert document["warnings"] == [
        "4 of 4 rows are listed without an exact point: a longer budget finds more of them"
    ]


def test_rows_are_listed_unproved_where_time_is_over(problem, monkeypatch):
    full = critical_set(problem).to_json()["strata"]
    make = linear_critical_set._points

    def slow(case, claim, found, rows, stop):
        time.sleep(2)
        return make(case, claim, found, rows, stop)

    monkeypatch.setattr(linear_critical_set, "_points", slow)
    answer = critical_set(problem, budget=1.9)
    document = answer.to_json()
    assert (answer.verdict, document["certificate"]) == ("undecided", None)
    assert document["reason"] == (
        "the budget ran out before all strata were proved: 4 rows of 4 multisets of eigenvalues, "
        "none of them proved"
    )
    for row, proved in zip(document["strata"], full, strict=True):
        assert row == proved | {"status": "undecided", "points": []}
    assert not document["critical_set"]["strata_complete"]
