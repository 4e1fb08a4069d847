"""No hypothesis of a theorem file hangs loose in its dependency graph."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from symland.theorem import Theorem
from symland.theorem.graph import graph_json
from symland.theorem.library import built_in

# By hand: what a source asks for though no step needs it, with words of the file that say so.
IDLE = {
    ("deep_linear_theorem_5", "distinct"): "asked by others",
    ("deep_linear_theorem_5", "full"): "asked by others",
    ("petzka_2021_theorem_8", "inputs"): "follows from B",
    # Hypotheses that only lines without them are about.
    ("kawaguchi_2016_corollary_2_4", "A1"): "",
    ("kawaguchi_2016_corollary_2_4", "A2"): "",
    ("kawaguchi_2016_corollary_2_4", "A3"): "",
    ("kawaguchi_2016_corollary_2_4", "A4"): "",
    ("kawaguchi_2016_lemma_4_1", "linear"): "",
}


def theorems(path: Path) -> list[Theorem]:
    scope: dict[str, Any] = {"__name__": "theorem_file", "__file__": str(path)}
    exec(compile(path.read_text(), str(path), "exec"), scope)
    return list({id(x): x for x in scope.values() if isinstance(x, Theorem)}.values())


@pytest.mark.parametrize("path", built_in().values(), ids=built_in())
def test_every_hypothesis_leads_somewhere(path: Path) -> None:
    for theorem in theorems(path):
        standing = {c.label: "cited" for c in theorem.conclusions}
        leading = {start for start, _ in graph_json(theorem, {}, standing)["edges"]}
        loose = {
            h.label: h for h in theorem.hypotheses if not h.definition and h.label not in leading
        }
        # With words, a line of the report says that the proofs do not need it.
        loose = {label: h for label, h in loose.items() if h.words is None}
        assert set(loose) == {label for name, label in IDLE if name == theorem.name}
        for label, hypothesis in loose.items():
            reason = IDLE[theorem.name, label]
            dropped = any(hypothesis in line.hypotheses for line in theorem.dropped)
            assert reason in hypothesis.text if reason else dropped
