"""Certificates that must be refused: one file a flaw, named for it.

A file says which accepted pair of ``bases/``, ``bases_enclosed/`` (rules by enclosures and
logarithms, and on copies of neurons) or ``bases_shapes/`` (all shapes) it spoils (``base``),
how (``change``: the file, the path in it, and the new value; without a value the entry is removed,
behind the end of a list it is added), the exit status, and a part of the reason the checker must
give.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from symland.checker import check

HERE = Path(__file__).parent
FLAWS = sorted(HERE.glob("*.json"))
PAIRS = {path.name: path for path in HERE.glob("bases*/*.json")}
BASES = sorted({name.split(".")[0] for name in PAIRS})


def pair(base: str) -> dict[str, Any]:
    return {
        kind: json.loads(PAIRS[f"{base}.{kind}.json"].read_text())
        for kind in ("statement", "certificate")
    }


def spoil(files: dict[str, Any], file: str, path: list[Any], *value: Any) -> None:
    here = files[file]
    for key in path[:-1]:
        here = here[key]
    if not value:
        del here[path[-1]]
    elif isinstance(here, list) and path[-1] == len(here):
        here.append(value[0])
    else:
        here[path[-1]] = value[0]


def answer(files: dict[str, Any]) -> Any:
    return check(*(json.dumps(files[kind]).encode() for kind in ("statement", "certificate")))


@pytest.mark.parametrize("base", BASES)
def test_bases_are_accepted(base: str) -> None:
    assert answer(pair(base)).accepted


@pytest.mark.parametrize("path", FLAWS, ids=lambda path: path.stem)
def test_flaw_is_refused(path: Path) -> None:
    flaw = json.loads(path.read_text())
    files = pair(flaw["base"])
    for change in flaw["change"]:
        spoil(files, *change)
    verdict = answer(files)
    assert not verdict.accepted
    assert verdict.exit_status == flaw["exit"]
    assert flaw["reason"] in verdict.reason
    assert verdict.lines == ()


def test_there_are_many_flaws() -> None:
    assert len(FLAWS) >= 25
