"""Files as a user writes them: a true lemma, a false one and its repair, hypotheses not needed."""

from pathlib import Path

import pytest

from symland.checker import check
from symland.theorem.worker import run_file

LEMMAS = Path(__file__).parent / "lemmas"
VERDICTS = {
    "ridge": "certified",
    "balanced": "refuted",
    "balanced_mended": "certified",
    "projection": "certified",
}
# Lines on which something else than "certified" is right, and the beginning of what they say.
OTHERS = {
    ("balanced", "multiply"): ("refuted", "-U U' + V' V = 0 fails at "),
    ("balanced", "one neuron"): ("undecided", "rests on multiply, which is not proved"),
    ("balanced", "2-2-2, letters"): ("refuted", "balanced fails at the matrices of 2-2-2, upper"),
}
# Words of other lines.
SAID = {
    ("ridge", "c: fit stays"): "not needed for fit: its proof for all shapes uses normal",
    ("ridge", "c: c = -3/2"): "normal, fit hold; c, shrink fail; at W = [[-2]]",
    ("ridge", "c': one input twice"): "normal, c, other hold; c', unique fail",
    ("balanced_mended", "c: 2-2-2"): "upper, lower hold; c, balanced fail; at V = [[2, 0], [0, 1]]",
    ("projection", "full, rows: exact stays"): "not needed for exact",
    ("projection", "three samples, letters"): "idempotent.1, idempotent.2, fit hold at the matr",
    ("projection", "square: three samples"): "P, fit hold; square, exact fail",
    ("projection", "full: one input twice"): "idempotent.1, idempotent.2 hold; full fails",
}


@pytest.fixture(scope="module")
def reports():
    found = [r for path in sorted(LEMMAS.glob("*.py")) for r in run_file(path, 60.0, 0, [])]
    return {report.theorem: report for report in found}


def test_verdicts(reports):
    assert {name: report.verdict for name, report in reports.items()} == VERDICTS


def test_lines(reports):
    for name, report in reports.items():
        for part in report.parts:
            verdict, said = OTHERS.get((name, part.name), ("certified", ""))
            assert part.verdict == verdict, str(part)
            assert part.detail.startswith(said)
            if verdict != "undecided":
                assert check(part.statement, part.certificate).accepted


@pytest.mark.parametrize(("name", "line"), SAID)
def test_what_lines_say(reports, name, line):
    (part,) = [p for p in reports[name].parts if p.name == line]
    assert SAID[name, line] in part.detail


@pytest.mark.parametrize("path", sorted(LEMMAS.glob("*.py")), ids=lambda path: path.stem)
def test_a_lemma_takes_sixty_to_a_hundred_lines(path):
    assert 55 <= len(path.read_text().splitlines()) <= 100
