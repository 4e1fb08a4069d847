"""The theorem files about deep linear networks: their steps, and all their lines.

Run with `pytest tests/benchmarks/test_theorem_files.py -s`.
"""

from __future__ import annotations

import runpy
from pathlib import Path

from symland.checker import check
from symland.search.deadline import Deadline
from symland.theorem import Theorem
from symland.theorem.library import built_in
from symland.theorem.part import Part
from symland.theorem.proving import Proving
from symland.theorem.run import run_files
from tests.benchmarks.timing import seconds

MOST_SEARCH, MOST_CHECK, MOST_WHOLE = 5.0, 1.0, 60.0
CORES = 2


def files() -> list[Path]:
    """Kawaguchi (2016) and our own classification theorem."""
    found = [p for n, p in built_in().items() if n.startswith(("kawaguchi_2016", "deep_linear"))]
    assert len(found) >= 19
    return found


def steps() -> list[Part]:
    """The steps of all files that are proved for all shapes."""
    found: list[Part] = []
    for path in files():
        values = runpy.run_path(str(path)).values()
        for theorem in dict.fromkeys(v for v in values if isinstance(v, Theorem)):
            found += Proving(theorem, Deadline(60), 0).parts()
    return [part for part in found if part.verdict == "certified"]


def test_steps_are_searched_in_under_five_seconds_and_checked_in_under_one() -> None:
    found: list[Part] = []
    search = seconds(lambda: found.extend(steps()))
    pairs = [(p.statement, p.certificate) for p in found if p.statement and p.certificate]
    assert len(pairs) == len(found) >= 30
    checking = seconds(lambda: [check(*pair) for pair in pairs], repeat=3)
    print(f"\n{len(pairs)} steps: searched in {search:.2f} s, checked in {checking:.3f} s")
    assert search < MOST_SEARCH
    assert checking < MOST_CHECK


def test_all_lines_are_decided_in_under_a_minute_on_two_cores() -> None:
    lines: list[str] = []

    def run() -> None:
        for result in run_files(files(), jobs=CORES):
            assert result.error is None
            lines.extend(
                p["verdict"] for theorem in result.theorems for p in theorem["entry"]["parts"]
            )

    whole = seconds(run)
    print(f"\n{len(lines)} lines in {whole:.1f} s")
    assert set(lines) == {"certified", "cited"}
    assert whole < MOST_WHOLE
