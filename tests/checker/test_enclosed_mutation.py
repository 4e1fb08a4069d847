"""Spoiled certificates by enclosures and logarithms: a verdict, never an error of the checker."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from symland.checker import check
from tests.checker.test_mutation import STRANGE, at, copied, places

BASES = Path(__file__).parent.parent / "rejected" / "bases_enclosed"
NAMES = sorted({path.name.split(".")[0] for path in BASES.glob("*.json")})


def read(name: str) -> dict[str, Any]:
    return {
        kind: json.loads((BASES / f"{name}.{kind}.json").read_text())
        for kind in ("statement", "certificate")
    }


@st.composite
def mutations(draw: Any) -> dict[str, Any]:
    """A base with one or two entries replaced, removed or exchanged for others."""
    files = read(draw(st.sampled_from(NAMES)))
    for _ in range(draw(st.integers(1, 2))):
        paths = places(files)
        path = draw(st.sampled_from([p for p in paths if len(p) > 1]))
        holder, key = at(files, path[:-1]), path[-1]
        how = draw(st.sampled_from(["strange", "other", "remove"]))
        if how == "strange":
            strange = [*STRANGE, ["positive"], "log(2)", [0, 0], 10**9]
            holder[key] = copied(draw(st.sampled_from(strange)))
        elif how == "other":
            holder[key] = copied(at(files, draw(st.sampled_from(paths))))
        else:
            del holder[key]
    return files


@given(files=mutations())
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_spoiled_files_have_a_verdict(files: dict[str, Any]) -> None:
    verdict = check(*(json.dumps(files[kind]).encode() for kind in ("statement", "certificate")))
    assert verdict.exit_status in (0, 1, 2)
    assert "internal error" not in str(verdict.reason)


@pytest.mark.parametrize("name", NAMES)
def test_numbers_of_very_many_digits_in_a_claim(name: str) -> None:
    """CPython does not print them, so no line may try."""
    files, long = read(name), "1" + "0" * 5000
    for kind, part in (("statement", "claims"), ("certificate", "steps")):
        for path in places(files[kind][part]):
            old = at(files[kind][part], path)
            if isinstance(old, str) and old.lstrip("-").replace("/", "").isdigit():
                spoiled = copied(files)
                at(spoiled[kind][part], path[:-1])[path[-1]] = long
                verdict = check(*(json.dumps(x).encode() for x in spoiled.values()))
                assert "internal error" not in str(verdict.reason)


def test_a_bound_with_shares_of_very_many_digits() -> None:
    """Accepted, so that the shares are printed."""
    files, tiny = read("copies"), "1" + "0" * 5000
    claim = files["statement"]["claims"][-1]
    above = 5 * 10**4999 + 1
    claim["shares"] = [f"{_text(above)}/{tiny}", f"{_text(10**5000 - above)}/{tiny}"]
    claim["radius"] = "1/1000"
    verdict = check(*(json.dumps(x).encode() for x in files.values()))
    assert verdict.accepted, verdict.reason
    assert "a number of" in verdict.lines[-1]


def _text(x: int) -> str:
    """The decimal digits of a number too long for str."""
    high, low = divmod(x, 10**2500)
    return f"{high}{low:02500d}"
