"""Each erratum names a theorem file that exists and a line that its report has."""

import re
from pathlib import Path
from typing import Any

import pytest

from symland.theorem import Theorem

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "errata.md").read_text()
SHOWN = re.findall(r'\[`(\w+)`\]\(\.\./proofs/(\w+)\.py\), line\s+"([^"]+)"', PAGE)


def lines(name: str) -> set[str]:
    """The names of the steps, citations, instances and dropped hypotheses of a file."""
    scope: dict[str, Any] = {"__name__": "theorem_file"}
    exec((ROOT / "proofs" / f"{name}.py").read_text(), scope)
    theorem = scope["theorem"]
    assert isinstance(theorem, Theorem)
    found = {x.label for x in theorem.steps} | {x.name for x in theorem.trials}
    for dropped in theorem.dropped:
        label = ", ".join(h.label for h in dropped.hypotheses)
        found |= {f"{label}: {dropped.name}"} if dropped.trial is not None else set()
        found |= {f"{label}: in general"} if dropped.citation is not None else set()
    return found


@pytest.mark.parametrize(("shown", "linked", "line"), SHOWN)
def test_the_line_is_there(shown: str, linked: str, line: str) -> None:
    assert shown == linked
    assert line in lines(linked)


def test_all_rows_and_links_are_looked_at() -> None:
    rows = [row for row in PAGE.splitlines() if row.startswith("|") and "](../proofs/" in row]
    assert len(rows) > 20
    assert len(SHOWN) == len(rows) + 2
    for path in re.findall(r"\]\((\.\./\S+?)\)", PAGE):
        assert (ROOT / "docs" / path).resolve().exists()


def test_no_other_line_is_there() -> None:
    assert "a line that is not there" not in lines("petzka_2021_theorem_8")
