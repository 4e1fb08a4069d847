"""Networks with too many barcodes to run through: what is left out is said, the rest is proved."""

import json
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
def narrow_limit(monkeypatch):
    """A limit that some ranks of the small network exceed."""
    monkeypatch.setattr(linear_critical_set, "Strata", lambda linear: Strata(linear, limit=40))


def rows_by_eigenvalues(answer):
    return {json.dumps(row["eigenvalues"]): row for row in answer.to_json()["strata"]}


def test_rows_of_a_rank_with_too_many_barcodes_claim_neither_dimension_nor_inertia(
    problem, narrow_limit
):
    answer = critical_set(problem)
    assert answer.verdict == "certified"
    rows = answer.to_json()["strata"]
    left_out = [row for row in rows if row["count"] is None]
    assert left_out
    assert len(left_out) < len(rows)
    for row in left_out:
        assert row["dimension"] is None
        assert row["inertia"] is None
        assert row["inertia_range"] is None
    assert "more than 40 barcodes" in answer.to_json()["warnings"][0]


def test_kinds_and_losses_are_those_of_the_full_list(problem, narrow_limit, monkeypatch):
    short = rows_by_eigenvalues(critical_set(problem))
    monkeypatch.setattr(linear_critical_set, "Strata", Strata)
    full = rows_by_eigenvalues(critical_set(problem))
    assert short.keys() == full.keys()
    for key, row in full.items():
        assert (short[key]["kind"], short[key]["loss"]) == (row["kind"], row["loss"])
        assert row["count"] is not None


def test_every_kind_of_an_unlisted_row_has_a_point(problem, narrow_limit):
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
        ("dimension", 3, "dimension 3, expected None"),
        ("inertia", {"positive": 1, "negative": 0, "zero": 5}, "expected None"),
        ("count", 7, "expected"),
    ],
)
def test_a_changed_unlisted_row_is_refused(problem, narrow_limit, key, value, reason):
    answer = critical_set(problem)
    statement = json.loads(answer.statement)
    (claim,) = (c for c in statement["claims"] if c["claim"] == "strata")
    row = next(r for r in claim["rows"] if r["count"] is None and r["kind"] == "mixed")
    row[key] = value
    checked = verify(json.dumps(statement).encode(), answer.certificate)
    assert not checked.accepted
    assert reason in checked.reason


def test_a_list_by_barcodes_that_is_too_long_is_undecided_with_the_reason(problem, narrow_limit):
    answer = critical_set(problem, barcodes=True)
    assert answer.verdict == "undecided"
    assert "more than 40 barcodes" in answer.to_json()["reason"]
