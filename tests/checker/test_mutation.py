"""Files spoiled at random are refused, or what they claim is still true by SymPy."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from symland.checker import check
from tests.checker.truth import Truth

BASES = Path(__file__).parent.parent / "rejected" / "bases"
NAMES = sorted({path.name.split(".")[0] for path in BASES.glob("*.json")})
STRANGE = [
    None,
    True,
    False,
    0,
    1,
    2,
    -1,
    3,
    64,
    [],
    {},
    "",
    "0",
    "1",
    "-1",
    "2",
    "1/2",
    "-1/2",
    "3",
    "1/0",
    "x",
    [["0", "1"]],
    [["1"]],
    ["1"],
    ["0", "1"],
    ["v0"],
    [[1, 1]],
    [[1, 2]],
    "p",
    "p0",
    "p1",
    "c0",
    "c1",
    "t",
    "t0",
    "one",
    "all",
    "others",
]


def read(name: str) -> dict[str, Any]:
    return {
        kind: json.loads((BASES / f"{name}.{kind}.json").read_text())
        for kind in ("statement", "certificate")
    }


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all values inside."""
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [p for key, v in inner for p in [(*path, key), *places(v, (*path, key))]]


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def copied(value: Any) -> Any:
    """A copy of its own: a drawn list must not change when a later draw spoils what holds it."""
    return json.loads(json.dumps(value))


@st.composite
def mutations(draw: Any) -> tuple[str, dict[str, Any]]:
    """A base with one or two entries replaced, removed, doubled or exchanged."""
    name = draw(st.sampled_from(NAMES))
    files = read(name)
    for _ in range(draw(st.integers(1, 2))):
        paths = places(files)
        path = draw(st.sampled_from([p for p in paths if len(p) > 1]))
        holder, key = at(files, path[:-1]), path[-1]
        how = draw(st.sampled_from(["strange", "neighbour", "other", "remove", "double", "number"]))
        if how == "strange":
            holder[key] = copied(draw(st.sampled_from(STRANGE)))
        elif how == "other":
            holder[key] = copied(at(files, draw(st.sampled_from(paths))))
        elif how == "remove":
            del holder[key]
        elif how == "double" and isinstance(holder, list):
            holder.insert(key, copied(holder[key]))
        elif how == "neighbour" and len(holder) > 1:
            keys = list(holder) if isinstance(holder, dict) else range(len(holder))
            other = draw(st.sampled_from(list(keys)))
            holder[key], holder[other] = holder[other], holder[key]
        elif isinstance(holder[key], int):
            holder[key] += draw(st.sampled_from([-1, 1]))
        elif isinstance(holder[key], str):
            holder[key] = draw(st.sampled_from(["0", "1", "2", "-1", "1/2", "3/2", "5", "-2"]))
    return name, files


@given(mutation=mutations())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_spoiled_files_are_refused_or_true(mutation: tuple[str, dict[str, Any]]) -> None:
    name, files = mutation
    verdict = check(*(json.dumps(files[kind]).encode() for kind in ("statement", "certificate")))
    assert verdict.exit_status in (0, 1, 2)
    assert "internal error" not in str(verdict.reason)
    if verdict.accepted and files != read(name):
        truth = Truth(files["statement"])
        steps = {step["claim"]: step for step in files["certificate"]["steps"]}
        for claim in files["statement"]["claims"]:
            assert truth.holds(claim, steps[claim["name"]]), claim


@given(st.binary(max_size=200), st.sampled_from(NAMES), st.integers(0, 5000), st.booleans())
@settings(max_examples=120, deadline=None)
def test_spoiled_bytes_are_refused(junk: bytes, name: str, position: int, which: bool) -> None:
    """Bytes overwritten anywhere: never an exception, and a verdict only about what is there."""
    pair = [(BASES / f"{name}.{kind}.json").read_bytes() for kind in ("statement", "certificate")]
    data = pair[which]
    pair[which] = data[: position % len(data)] + junk + data[position % len(data) + len(junk) :]
    verdict = check(*pair)
    assert "internal error" not in str(verdict.reason)
    if verdict.accepted:
        assert json.loads(pair[0])["claims"] == read(name)["statement"]["claims"]


@pytest.mark.parametrize("name", NAMES)
def test_claims_of_the_bases_are_true(name: str) -> None:
    """The independent computation itself: true on the bases, false when a claim is changed."""
    files = read(name)
    truth = Truth(files["statement"])
    steps = {step["claim"]: step for step in files["certificate"]["steps"]}
    for claim in files["statement"]["claims"]:
        assert truth.holds(claim, steps[claim["name"]]), claim
        if claim["claim"] in ("inertia", "representative"):
            counts = claim.get("inertia", claim)
            counts["positive"] += 1
            assert not truth.holds(claim, steps[claim["name"]])
