"""What `symland check` prints: names in words, long identities shortened, where the rest is."""

import pytest

from symland.report import to_html, to_text
from symland.report.identity import shortened

LONG = " + ".join(f"a{k} (b - c{k})" for k in range(40))


def document(*names, identity=LONG, text="Lemma.\n\nSetting      a, b, c.\n"):
    detail = f"all shapes: {identity} = 0; gives non; uses far"
    part = {"part": "step", "name": "first", "verdict": "certified", "detail": detail}
    statements = [{"label": "far", "text": "a is far from b"}]
    background = {
        "hypotheses": statements,
        "conclusions": [{"label": "non", "text": "R is non-attracting"}],
        "axioms": [],
        "text": text,
        "graph": [],
    }
    return {
        "question": "check",
        "verdict": "certified",
        "theorems": [{"theorem": n, "parts": [part], "verdict": "certified"} for n in names],
        "details": [background for _ in names],
    }


def test_one_theorem_explains_names_and_letters():
    text = to_text(document("one"))
    for words in ("Names\n  far  a is far from b\n  non  R is non-attracting", "(40 terms) = 0"):
        assert words in text
    assert "The file says\nLemma.\n\nSetting      a, b, c.\n" in text
    assert "a20" not in text
    assert "a39 (b - c39)" in text.replace("\n", " ")
    assert "--html FILE, or --json" in text
    assert len(text.splitlines()) < 25


def test_several_theorems_say_where_the_letters_are():
    text = to_text(document("one", "two", identity="a b"))
    assert "Names (one)" in text
    assert "Names (two)" in text
    assert "Setting" not in text
    assert "what the letters stand for: symland check with the name of one theorem" in text
    assert "--html" not in text  # nothing is shortened


def test_a_page_in_html_has_all_terms():
    page = to_html(document("one"))
    assert "a20 (b - c20)" in page
    assert "terms)" not in page


ENDS = "a0 (b - c0) + a1 (b - c1) ... + a39 (b - c39) (40 terms)"


@pytest.mark.parametrize(
    ("detail", "short"),
    [
        (f"all shapes: {LONG} = 0", f"all shapes: {ENDS} = 0"),
        (f"all shapes: {LONG} >= 0; gives c", f"all shapes: {ENDS} >= 0; gives c"),
        ("a sentence " * 20, "a sentence " * 20),
        (f"the product ({LONG}) = 0", f"the product ({LONG}) = 0"),
    ],
)
def test_shortened(detail, short):
    assert shortened(detail) == short
