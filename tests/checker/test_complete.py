"""Completeness in a cube: what a cover must do, and what spoils it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from symland import Dataset, Loss, Network, Problem, critical_set
from symland.checker import Verdict, check
from tests.checker.documents import certificate, problem, statement, verdict

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


# L(v, w) = ((v - 1)^2 + (w - 1)^2) / 2: one critical point, and the Hessian is the identity.
BOWL = problem([2, 1], [[1, 0], [0, 1]], [[1], [1]])


def bowl(radii: list[str], lower: str, upper: str, cover: list[Any], points: list[str]) -> Verdict:
    box = {"box": {"midpoint": {"W1": [["1", "1"]]}, "radius": {"W1": [radii]}}}
    identity = [["1", "0"], ["0", "1"]]
    about = {"lower": lower, "upper": upper, "points": points}
    return verdict(
        statement(BOWL, {"p": box}, [("critical", {"point": "p"}), ("all_critical", about)]),
        certificate(
            [
                ("krawczyk", {"precision": 60, "inverse": identity}),
                ("branch_and_bound", {"precision": 60, "cover": cover}),
            ]
        ),
    )


@pytest.mark.parametrize(
    ("radii", "lower", "upper", "cover", "points", "text"),
    [
        (["2", "2"], "0", "3", [4], ["p"], None),
        (["2", "1/2"], "0", "3", [4], ["p"], "a leaf is not inside the box"),
        (["1/2", "2"], "0", "3", [4], ["p"], "a leaf is not inside the box"),
        (["2", "2"], "2", "3", [2], [], None),
        (["2", "2"], "2", "3", [[1, 1]], [], None),
        (["2", "2"], "2", "3", [[1, -1]], [], "a combination of derivatives may be 0"),
        (["2", "2"], "0", "3", [2], [], "derivative 0 may be 0"),
        (["2", "2"], "0", "3", [0, 3, 3], [], "derivative 1 may be 0"),
        (["2", "2"], "0", "3", [[1, 1]], [], "a combination of derivatives may be 0"),
        (["2", "2"], "3", "0", [], [], "leave no room"),
    ],
)
def test_covers_of_a_bowl(
    radii: list[str], lower: str, upper: str, cover: list[Any], points: list[str], text: str | None
) -> None:
    answer = bowl(radii, lower, upper, cover, points)
    assert answer.accepted is (text is None), answer.reason
    assert text is None or text in str(answer.reason)


@pytest.mark.parametrize(
    ("lower", "middle", "accepted"),
    [
        ("2", "2", True),  # 2 is critical, to the last bit
        ("2", "1999/1000", False),  # an enclosure of it reaches over the border
        ("1", "1999/1000", True),
        ("2001/1000", "2", False),  # and here it is outside
    ],
)
def test_a_point_on_the_border(lower: str, middle: str, accepted: bool) -> None:
    """L = (w - 2)^2 / 2 between `lower` and 5/2."""
    about = problem([1, 1], [[1]], [[2]])
    point = {"box": {"midpoint": {"W1": [[middle]]}, "radius": {"W1": [["3/2"]]}}}
    claims = [
        ("critical", {"point": "p"}),
        ("all_critical", {"lower": lower, "upper": "5/2", "points": ["p"]}),
    ]
    steps = [
        ("krawczyk", {"precision": 60, "inverse": [["1"]]}),
        ("branch_and_bound", {"precision": 60, "cover": [2]}),
    ]
    answer = verdict(statement(about, {"p": point}, claims), certificate(steps))
    assert answer.accepted is accepted, answer.reason
    if not accepted:
        assert "not shown to lie between the bounds" in str(answer.reason)
