"""What each page says, in the words a reader meets."""

import copy
import re

import pytest

from symland.report import page_of, to_html, to_html_fragment, to_latex, to_markdown
from symland.report.page import Lines, Table
from symland.report.style import STYLE
from tests.report.documents import (
    ACCEPTED,
    EVERY_DOCUMENT,
    GOLDEN,
    MINIMUM,
    NOT_CRITICAL,
    REFUSED,
    TWO_BY_TWO,
    UNDECIDED,
)

RENDERINGS = [to_html, to_html_fragment, to_latex, to_markdown]


def table(document, title):
    return next(
        part
        for part in page_of(document).parts
        if isinstance(part, Table) and part.title.startswith(title)
    )


def texts(document, title="Strata"):
    found = table(document, title)
    headings = [column.heading for column in found.columns]
    return [dict(zip(headings, (cell.text for cell in row), strict=True)) for row in found.rows]


def lines(document):
    return {
        label: cell.text
        for part in page_of(document).parts
        if isinstance(part, Lines)
        for label, cell in part.lines
    }


def test_strata_come_by_increasing_loss():
    assert [row["exactly"] for row in texts(TWO_BY_TWO)] == ["1/2", "2", "5/2"]


def test_losses_are_ordered_as_numbers():
    document = copy.deepcopy(TWO_BY_TWO)
    for stratum, value in zip(document["strata"], ("10", "9", "19/2"), strict=True):
        stratum["loss"] = {"lower": value, "upper": value, "exact": value}
    assert [row["exactly"] for row in texts(document)] == ["9", "19/2", "10"]


def test_every_column_of_a_rational_stratum():
    assert texts(TWO_BY_TWO)[0] == {
        "loss": "0.5",
        "exactly": "1/2",
        "rank": "1",
        "fitted": "λ₁",
        "dim": "1",
        "inertia +": "3",
        "-": "0",
        "0": "1",
        "kind": "global minimum",
        "status": "certified",
        "exact points": "rational",
    }


def test_every_column_of_an_irrational_row():
    assert texts(GOLDEN) == [
        {
            "loss": "0.19098300...",
            "exactly": "root of p2",
            "rank": "1",
            "fitted": "λ₁",
            "barcode": "(0,2) (2,1)x3",
            "dim": "1",
            "strata": "3",
            "inertia +": "2-3",
            "-": "0-1",
            "0": "1",
            "kind": "mixed",
            "status": "certified",
            "exact points": "degree 2; rational",
        }
    ]
    assert lines(GOLDEN)["p1(z)"] == "z^2 - 3 z + 1"
    assert lines(GOLDEN)["p2(z)"] == "4 z^2 - 6 z + 1"


def test_spectrum_with_the_eigenvalue_zero():
    rows = texts(GOLDEN, "Eigenvalues")
    assert rows[0]["value"] == "2.618033988..."
    assert rows[0]["exactly"] == "root of p1"
    assert rows[1] == {"eigenvalue": "0", "value": "0", "multiplicity": "1", "exactly": "0"}


def test_headline_counts_strata_and_values():
    assert page_of(TWO_BY_TWO).headline == "the whole critical set: 3 strata, 3 critical values"
    assert "3 strata in 1 row, 1 critical value" in page_of(GOLDEN).headline


def test_an_undecided_answer_says_what_is_missing():
    page = page_of(UNDECIDED)
    assert page.verdict == "undecided"
    assert page.headline == "relu is not analysed by this version"
    assert page.parts == ()


def test_the_reason_is_not_said_twice():
    found = {**UNDECIDED["critical_set"], "reason": "not decided: activation relu"}
    assert page_of({**UNDECIDED, "critical_set": found}).headline == "activation relu"


def test_the_reason_of_a_point_is_not_said_twice():
    undecided = {"given": {"kind": "undecided"}, "verdict": "undecided", "refined": None}
    page = page_of({**MINIMUM, **undecided, "reason": "not decided: an activation has a kink"})
    assert (page.verdict, page.headline) == ("undecided", "an activation has a kink")


def test_a_complete_answer_says_on_what_it_rests():
    found = {**TWO_BY_TWO["critical_set"], "reason": "structure theorem"}
    headline = page_of({**TWO_BY_TWO, "critical_set": found}).headline
    assert headline.endswith("3 critical values (structure theorem)")


def test_an_incomplete_list_is_called_so():
    document = copy.deepcopy(TWO_BY_TWO)
    document["critical_set"]["strata_complete"] = False
    assert "may be incomplete" in page_of(document).headline


def test_rows_beyond_the_limit_are_counted():
    page = page_of(TWO_BY_TWO, rows=1)
    strata = next(part for part in page.parts if isinstance(part, Table) and "Strata" in part.title)
    assert (len(strata.rows), strata.left_out) == (1, 2)
    assert "2 more rows are left out" in to_markdown(TWO_BY_TWO, rows=1)
    assert "2 more rows are left out" in to_html(TWO_BY_TWO, rows=1)


def test_a_long_rational_gets_a_name_and_its_digits():
    document = copy.deepcopy(TWO_BY_TWO)
    value = f"{10**60 + 1}/{3 * 10**58}"
    document["strata"][1]["loss"] = {"lower": value, "upper": value, "exact": value}
    assert {row["exactly"] for row in texts(document)} == {"2", "5/2", "q1"}
    assert "(61 digits)" in lines(document)["q1"]


def test_nulls_are_words():
    document = copy.deepcopy(TWO_BY_TWO)
    document["strata"] = [
        {
            "loss": None,
            "rank": None,
            "eigenvalues": None,
            "dimension": None,
            "inertia": None,
            "kind": None,
            "status": None,
            "points": None,
        }
    ]
    row = texts(document)[0]
    assert (row["loss"], row["kind"], row["status"]) == ("unknown", "undecided", "undecided")
    assert (row["rank"], row["inertia +"], row["exact points"]) == ("", "?", "none")


def test_certificate_paths_or_how_to_get_them():
    assert "--certificates DIR" in lines(TWO_BY_TWO)["files"]
    kept = {**TWO_BY_TWO["certificate"], "statement": "out/s.json", "certificate": "out/c.json"}
    found = lines({**TWO_BY_TWO, "certificate": kept})
    assert (found["statement file"], found["certificate file"]) == ("out/s.json", "out/c.json")


def test_a_certificate_that_was_not_accepted_is_not_praised():
    refused = {**TWO_BY_TWO["certificate"], "accepted": False}
    assert lines({**TWO_BY_TWO, "certificate": refused})["certificate"].startswith("not accepted")


def test_classification_of_a_minimum():
    found = lines(MINIMUM)
    assert found["kind"] == "global minimum"
    assert found["loss"] == "0.5  (exactly 1/2)"
    assert found["Hessian"] == "eigenvalues: 3 positive, 0 negative, 1 zero"
    assert found["global minimum"] == "no map is better [best_rank]"
    assert page_of(MINIMUM).headline == "global minimum: no point has a lower loss"


def test_a_point_that_is_not_critical_shows_gradient_and_neighbour():
    page = page_of(NOT_CRITICAL)
    titles = [part.title for part in page.parts]
    assert "Gradient at the given point" in titles
    assert "The critical point nearby, at distance 0.125" in titles
    assert "[ -1.5  0 ]" in to_markdown(NOT_CRITICAL)


def test_verification():
    assert page_of(ACCEPTED).headline == "1 claim established"
    assert page_of(REFUSED).verdict == "refused"
    assert page_of(REFUSED).headline == REFUSED["reason"]


def test_an_unknown_document_is_named():
    with pytest.raises(ValueError, match="document: a, b, expected the JSON document of an answer"):
        page_of({"b": 1, "a": 2})


@pytest.mark.parametrize("name", EVERY_DOCUMENT)
@pytest.mark.parametrize("render", RENDERINGS)
def test_every_rendering_says_the_headline_and_the_warnings(render, name):
    document = {**EVERY_DOCUMENT[name], "warnings": ["only a test"]}
    text = render(document)
    if name not in ("accepted", "refused"):
        assert "only a test" in text
    word = page_of(document).verdict
    assert word in text
    assert "None" not in text


@pytest.mark.parametrize("render", [to_html, to_html_fragment])
def test_html_escapes_what_users_wrote(render):
    text = render({**UNDECIDED, "problem": "<script>alert(1)</script>&"})
    assert "<script>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;" in text


def test_html_escapes_cells_and_names_their_kind():
    evidence = [{"claim": "a<b", "rule": None, "text": "1 < 2 & 3"}]
    text = to_html({**MINIMUM, "evidence": evidence})
    assert "<dt>a&lt;b</dt><dd>1 &lt; 2 &amp; 3</dd>" in text
    assert '<span class="term global_minimum">global minimum</span>' in text


def test_html_loads_nothing():
    assert not re.search(r"https?://|url\(|@import|<link|<img|src=", to_html(TWO_BY_TWO))


def test_html_breaks_long_words_outside_tables_and_formulas():
    # A path or a certificate line is wider than a telephone; a table scrolls in itself.
    assert re.search(r"\.symland \{[^}]*overflow-wrap: anywhere", STYLE)
    assert ".symland dd .term { white-space: normal; }" in STYLE
    assert ".symland .scroll { overflow-x: auto; }" in STYLE


def test_html_tags_are_balanced():
    text = to_html(NOT_CRITICAL)
    for tag in ("div", "table", "tr", "td", "dl", "section", "pre", "span", "header"):
        assert len(re.findall(rf"<{tag}[ >]", text)) == text.count(f"</{tag}>"), tag


def test_latex_braces_are_balanced_and_names_escaped():
    text = to_latex({**GOLDEN, "problem": "a_b & 50%"})
    assert text.count("{") == text.count("}")
    assert r"a\_b \& 50\%" in text
    assert r"\lambda_{1}" in text


def test_markdown_table_has_one_shape():
    table_lines = [line for line in to_markdown(TWO_BY_TWO).splitlines() if line.startswith("|")]
    strata = table_lines[-5:]
    assert len({line.count("|") for line in strata}) == 1
