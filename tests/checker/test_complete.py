"""Completeness in a cube: what a cover must do, and what spoils it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from symland import Dataset, Loss, Network, Problem, critical_set
from symland.checker import check

UNIT = Problem(
    Network([1, 1, 1], "sigmoid"), Dataset([[0], [1], [3]], [[1], [-2], [3]]), Loss(scale=1)
)


@pytest.fixture(scope="module")
def files() -> tuple[dict[str, Any], dict[str, Any]]:
    answer = critical_set(UNIT, box=(-3, 3))
    assert answer.statement is not None
    assert answer.certificate is not None
    return json.loads(answer.statement), json.loads(answer.certificate)


def reason(statement: Any, certificate: Any) -> str:
    answer = check(json.dumps(statement).encode(), json.dumps(certificate).encode())
    assert not answer.accepted
    return str(answer.reason)


def spoiled(files: Any) -> tuple[Any, Any, Any, Any]:
    """Copies of both files, and in them the claim and the step of completeness."""
    statement, certificate = json.loads(json.dumps(files))
    claim = next(c for c in statement["claims"] if c["claim"] == "all_critical")
    step = next(s for s in certificate["steps"] if s["claim"] == claim["name"])
    return statement, certificate, claim, step


def test_a_cover_must_end_with_the_cube(files: Any) -> None:
    statement, certificate, _, step = spoiled(files)
    step["cover"].pop()
    assert "ends before the cube is covered" in reason(statement, certificate)
    statement, certificate, _, step = spoiled(files)
    step["cover"].append(2)
    assert "goes on after the cube is covered" in reason(statement, certificate)


def test_a_point_left_out_is_missed(files: Any) -> None:
    statement, certificate, claim, step = spoiled(files)
    claim["points"].pop()
    step["cover"] = [k if not (isinstance(k, int) and k == 5) else 4 for k in step["cover"]]
    assert "a leaf is not inside the box" in reason(statement, certificate)


def test_a_point_named_twice_counts_once(files: Any) -> None:
    statement, certificate, claim, _ = spoiled(files)
    claim["points"].append(claim["points"][0])
    assert "may be one point" in reason(statement, certificate)


def test_a_point_outside_the_bounds(files: Any) -> None:
    statement, certificate, claim, _ = spoiled(files)
    claim["upper"] = "1"
    assert "is not shown to lie between the bounds" in reason(statement, certificate)


def test_every_leaf_counts(files: Any) -> None:
    """Each leaf replaced by one that proves nothing there, or by the other derivative."""
    refused = 0
    for place, node in enumerate(files[1]["steps"][-1].get("cover", [])) or enumerate(
        next(s["cover"] for s in files[1]["steps"] if "cover" in s)
    ):
        if isinstance(node, int) and node < 2:
            continue
        statement, certificate, _, step = spoiled(files)
        step["cover"][place] = [0, 0]
        assert "a combination of derivatives may be 0" in reason(statement, certificate)
        refused += 1
        if refused > 12:
            break
    assert refused > 10


@pytest.mark.parametrize("node", [99, -1, None, "1", [1], [1, "2"], [10**7, 0], True, [True, 0]])
def test_nodes_that_are_none(files: Any, node: Any) -> None:
    statement, certificate, _, step = spoiled(files)
    step["cover"][0] = node
    text = reason(statement, certificate)
    assert "cover: " in text
