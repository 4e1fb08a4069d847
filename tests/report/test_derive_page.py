"""A derivation in every format, and on the command line."""

import json
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

import symland
from symland import Dataset, Loss, Network, Problem, derive, derive_all_shapes, read_problem
from symland.cli import main
from symland.report import page_of, to_html, to_latex, to_latex_document, to_markdown
from symland.report.formula import TextNotation
from symland.report.formula_latex import LatexNotation
from symland.report.formula_mathml import MathmlNotation
from symland.report.page import Steps
from symland.report.prose import html, latex, plain

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
PROBLEM = str(EXAMPLES / "two_by_two.toml")

DATA = Dataset([[1, 2], [0, -1]], [[1, 0], [0, 1]])
PROBLEMS = {
    "linear": Problem(Network((2, 2, 2)), DATA),
    "weighted": Problem(Network((2, 1, 2)), DATA, Loss(weights=[[1, 1], [2, 2]])),
    "square": Problem(Network((2, 1, 2), "square", bias="all"), DATA),
    "skip": Problem(Network((2, 1, 1, 2), "cube", skip=[(1, 1), (2, 1)]), DATA),
    "cross entropy": Problem(Network((2, 2, 2), "softplus(1/3)"), DATA, Loss("cross_entropy")),
}
NAMES = ["all shapes", *PROBLEMS]


@cache
def document_of(name):
    answer = derive_all_shapes("linear") if name == "all shapes" else derive(PROBLEMS[name])
    return answer.to_json()


@cache
def two_by_two():
    return derive(read_problem(PROBLEM))


def derived_once(problem, **request):
    """Four formats of one answer."""
    assert problem.name == "two_by_two"
    return two_by_two()


W, X = ["symbol", "W", "1", ""], ["symbol", "X", "", ""]


class Balance(HTMLParser):
    """Every element that is opened is closed in its turn."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attributes):
        if tag not in ("meta", "mspace", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        assert tag == "mspace"

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def run(*arguments):
    return CliRunner().invoke(main, list(map(str, arguments)))


@pytest.mark.parametrize("name", NAMES)
def test_every_format_says_every_line(name):
    document = document_of(name)
    steps = [s for part in page_of(document).parts if isinstance(part, Steps) for s in part.steps]
    whole, page, text = to_latex_document(document), to_html(document), to_markdown(document)
    for step in steps:
        assert rf"\tag{{{step.number}}}" in whole
        assert rf"\tag{{{step.number}}}" in text
        assert f'id="line-{step.number}"' in page
        assert step.formula.mathml in page
    assert [s.number for s in steps] == list(range(1, len(steps) + 1))


@pytest.mark.parametrize("name", NAMES)
def test_latex_is_balanced_and_has_no_letter_outside_its_fonts(name):
    whole = to_latex_document(document_of(name))
    plain_braces = re.sub(r"\\[{}]", "", whole)
    assert plain_braces.count("{") == plain_braces.count("}")
    for environment in re.findall(r"\\begin\{(\w+\*?)\}", whole):
        begun = whole.count(rf"\begin{{{environment}}}")
        assert begun == whole.count(rf"\end{{{environment}}}"), environment
    assert whole.count("$") % 2 == 0
    assert {c for c in whole if ord(c) > 127} <= set("äöüéè")
    assert r"\documentclass" not in to_latex(document_of(name))


@pytest.mark.parametrize("name", NAMES)
def test_html_is_balanced_and_loads_nothing(name):
    page = to_html(document_of(name))
    parser = Balance()
    parser.feed(page.removeprefix("<!doctype html>"))
    assert parser.open == []
    assert not re.search(r"https?://|<script|<img|<link|@import|url\(|src=", page)


@pytest.mark.parametrize(
    ("tree", "text", "tex"),
    [
        (["product", ["sum", W, ["minus", X]], X], "(W₁ − X) X", r"(W_{1} - X) \, X"),
        (["transpose", ["product", W, X]], "(W₁ X)ᵀ", r"(W_{1} \, X)^{\mathsf{T}}"),
        (["sum", W, ["minus", ["sum", W, X]]], "W₁ − (W₁ + X)", "W_{1} - (W_{1} + X)"),
        (["hadamard", ["product", W, X], X], "(W₁ X) ∘ X", r"(W_{1} \, X) \circ X"),
        (["minus", ["product", W, X]], "−W₁ X", r"-W_{1} \, X"),
        (["number", "-3/2"], "−3/2", r"-\tfrac{3}{2}"),
        (
            ["partial", ["entry", W, 0, 1]],
            "∂ℒ/∂W₁[1,2]",
            r"\frac{\partial \mathcal{L}}{\partial (W_{1})_{1,2}}",
        ),
        (["applied", "σ", "1", 2, X], "σ₁′′(X)", r"\sigma_{1}^{\prime \prime}\bigl(X\bigr)"),
    ],
)
def test_formulas(tree, text, tex):
    assert TextNotation().write(tree) == text
    assert LatexNotation().write(tree) == tex
    assert "None" not in MathmlNotation().write(tree)


def test_a_polynomial_with_more_terms_than_are_kept():
    terms = [["-1", [[W, 2]]], ["1/2", []]]
    assert TextNotation().polynomial(terms, 2) == "−W₁² + 1/2"
    assert TextNotation().polynomial(terms, 5) == "−W₁² + 1/2 + ⋯ (3 more terms)"
    assert TextNotation().polynomial(terms, 3) == "−W₁² + 1/2 + ⋯ (1 more term)"
    assert TextNotation().polynomial([], 0) == "0"


def test_an_unknown_kind_of_formula_is_named():
    with pytest.raises(ValueError, match="formula: kind 'sin', expected one"):
        TextNotation().write(["sin", X])


def test_prose():
    assert plain("at $W_1$ or $V_K$, 2$x$") == "at W₁ or V_K, 2x"
    written = " ".join(latex("100 % of $s²(λ − κ)$").split())
    assert written == r"100 \% of $s^{2}(\lambda - \kappa )$"
    assert html("<b> $W*$") == '&lt;b&gt; <span class="math"><i>W</i><sup>*</sup></span>'


def test_an_undecided_line_is_not_called_certified():
    document = json.loads(json.dumps(document_of("linear")))
    line = document["derivation"]["sections"][2]["lines"][0]
    line["status"], line["note"] = "undecided", "nobody knows"
    assert "undecided</span>" in to_html(document)
    assert "nobody knows" in to_markdown(document)
    assert "1 undecided" in page_of(document).headline


# --- the command line ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("text", "ℒ = 1/2 ‖M X − Y‖²"),
        ("latex", r"\end{document}"),
        ("markdown", "### Loss"),
        ("html", "<math display"),
    ],
)
def test_formats(form, text, monkeypatch):
    monkeypatch.setattr(symland, "derive", derived_once)
    result = run("derive", PROBLEM, "--format", form)
    assert result.exit_code == 0
    assert text in result.stdout


def test_all_shapes_by_family_or_by_a_problem_of_it():
    for subject in ("linear", PROBLEM):
        result = run("derive", "--all-shapes", subject)
        assert result.exit_code == 0
        assert "every width, every depth, all data" in result.stdout
        assert "certified: " in result.stdout
        assert "$" not in result.stdout  # formulas in titles and prose are written as text


def test_status_follows_the_lines():
    assert run("derive", EXAMPLES / "sigmoid.toml").exit_code == 3
    assert run("derive", EXAMPLES / "relu.toml").exit_code == 3
    assert run("derive", EXAMPLES / "regularized.toml").exit_code == 0


def test_json_and_certificates(tmp_path):
    result = run("derive", PROBLEM, "--json", "--certificates", tmp_path)
    document = json.loads(result.stdout)
    assert [pair["about"] for pair in document["certificates"]] == ["problem", "shapes"]
    for pair in document["certificates"]:
        assert pair["accepted"]
        checked = run("verify", pair["statement"], pair["certificate"])
        assert checked.exit_code == 0
