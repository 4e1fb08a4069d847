"""Spoiled certificates by enclosures and logarithms are refused, or what they claim is true by
mpmath; never an error of the checker."""

import json
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from symland.checker import check
from tests.checker.enclosed_truth import UNJUDGED, EnclosedTruth
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


def refused_or_true(name: str | None, files: dict[str, Any]) -> bool:
    """The checker has a verdict; whether it accepts a statement that was changed, a true one."""
    verdict = check(*(json.dumps(files[kind]).encode() for kind in ("statement", "certificate")))
    assert verdict.exit_status in (0, 1, 2)
    assert "internal error" not in str(verdict.reason)
    statement = files["statement"]
    if not verdict.accepted or (name is not None and statement == read(name)["statement"]):
        return False
    truth = EnclosedTruth(statement)
    assert [claim for claim in statement["claims"] if not truth.holds(claim)] == []
    return True


@given(files=mutations())
@settings(max_examples=90, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_spoiled_files_are_refused_or_true(files: dict[str, Any]) -> None:
    refused_or_true(None, files)


def change_numbers(random: Random, files: dict[str, Any]) -> None:
    """One or two entries, numbers made larger, smaller, or a little different."""
    for _ in range(random.choice([1, 1, 2])):
        document = files[random.choice(["statement", "statement", "certificate"])]
        leaves = [
            path
            for path in places(document)
            if not isinstance(at(document, path), (dict, list))
            and path[0] not in ("symland", "version")
            and path[-1] != "name"
        ]
        path = random.choice(leaves)
        at(document, path[:-1])[path[-1]] = changed(random, at(document, path), files)


def changed(random: Random, old: Any, files: dict[str, Any]) -> Any:
    if isinstance(old, bool) or old is None:
        return not old
    if isinstance(old, int):
        return old + random.choice([-1, 1, 2])
    try:
        x = Fraction(old)
    except ValueError:
        entries = [at(files, path) for path in places(files)]
        return random.choice(
            sorted({x for x in entries if isinstance(x, str) and x.isidentifier()})
        )
    near = [x * Fraction(1001, 1000), x + Fraction(1, 10**6), x * (1 + Fraction(1, 10**14))]
    return str(random.choice([2 * x, x / 2, -x, x + 1, x - 1, 0 * x, x * 1024, x / 1024, *near]))


def test_files_with_other_numbers_are_refused_or_true() -> None:
    random, accepted = Random(1), 0
    for _ in range(300):
        files = read(name := random.choice(NAMES))
        change_numbers(random, files)
        accepted += refused_or_true(name, files)
    assert accepted > 10  # wider boxes, other data with the same critical point, ...


OPPOSITE = {"positive": "negative", "negative": "positive", "zero": "nonzero", "nonzero": "zero"}
WRONG = {
    "inertia": lambda claim: claim | {"positive": claim["positive"] + 1},
    "enclosure": lambda claim: claim | {"upper": str(Fraction(claim["lower"]) - 1), "lower": "-9"},
    "value": lambda claim: claim | {"value": claim["value"] + "1"},
    "strict_minimum": lambda claim: claim | {"claim": "strict_saddle"},
    "strict_saddle": lambda claim: claim | {"claim": "strict_minimum"},
    "non_strict_saddle": lambda claim: claim | {"claim": "strict_saddle"},
    "not_global": lambda claim: claim | {"point": claim["better"], "better": claim["point"]},
    "replicated_form": lambda claim: claim | {"sign": OPPOSITE[claim["sign"]]},
    "replicated_bound": lambda claim: claim | {"shares": ["3/2", "-1/2"]},
    "not_critical": lambda claim: claim | {"lower": "1"},
}


@pytest.mark.parametrize("name", NAMES)
def test_claims_of_the_bases_are_true(name: str) -> None:
    """The independent computation itself: true on the bases, false when a claim is changed."""
    truth = EnclosedTruth(read(name)["statement"])
    for claim in truth.statement["claims"]:
        assert truth.holds(claim), claim
        if claim["claim"] in WRONG:
            assert not truth.holds(WRONG[claim["claim"]](claim)), claim


def test_few_claims_are_not_judged() -> None:
    kinds = {claim["claim"] for name in NAMES for claim in read(name)["statement"]["claims"]}
    assert kinds & UNJUDGED == UNJUDGED
    assert len(kinds) > 15


@pytest.mark.parametrize("name", NAMES)
def test_numbers_of_very_many_digits_in_a_claim(name: str) -> None:
    """CPython does not print them, so no line may try. Of many places some 40 are tried."""
    files, long = read(name), "1" + "0" * 5000
    for kind, part in (("statement", "claims"), ("certificate", "steps")):
        found = list(places(files[kind][part]))
        for path in found[:: 1 + len(found) // 40]:
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
