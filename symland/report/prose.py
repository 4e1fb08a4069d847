r"""Prose with short formulas between dollar signs, as text, LaTeX, HTML and Markdown.

A formula is a run of letters with ``_`` before an index (one letter, or several in braces), and the
signs of mathematics written as they look: ``$W_K ⋯ W_2$``, ``$s²(λ − κ)$``, ``$CᵀC$``.
"""

import re
from collections.abc import Callable
from html import escape as escape_html

from symland.report.formula_latex import LETTERS, SIGNS
from symland.report.latex import escape as escape_latex

_ATOM = re.compile(
    r"(?P<letter>[A-Za-zΣλκσΔℒΩΛ𝟏])(?:_(?:\{(?P<many>[^}]*)\}|(?P<one>\w)))?"
    r"|(?P<other>.)",
    re.DOTALL,
)
_HIGH = {"ᵀ": r"^{\mathsf{T}}", "²": "^{2}", "*": "^{*}", "′": "'", "⁻": "^{-}"}
_HIGH_HTML = {"ᵀ": "<sup>T</sup>", "²": "<sup>2</sup>", "*": "<sup>*</sup>"}
_OTHER_LATEX = {**_HIGH, **{k: f" {v} " for k, v in SIGNS.items()}, "⋯": r" \cdots "}
_DIGITS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def plain(prose: str) -> str:
    """The prose as text.

    >>> plain("the layer $W_1$, that is $M A = P B$")
    'the layer W₁, that is M A = P B'
    """
    return _each(prose, lambda text: text, _plain_atom)


def latex(prose: str) -> str:
    r"""The prose as LaTeX.

    >>> print(latex("50 % of $W_{k+1}ᵀ$"))
    50 \% of $W_{k+1}^{\mathsf{T}}$
    """
    return _each(prose, escape_latex, _latex_atom, "$")


def html(prose: str) -> str:
    """The prose as HTML.

    >>> html("a < b in $W_1ᵀ$")
    'a &lt; b in <span class="math"><i>W</i><sub>1</sub><sup>T</sup></span>'
    """
    return _each(prose, escape_html, _html_atom, '<span class="math">', "</span>")


def markdown(prose: str) -> str:
    """The prose as Markdown, formulas between dollars in LaTeX."""
    return _each(prose, lambda text: text.replace("*", r"\*").replace("_", r"\_"), _latex_atom, "$")


def _each(
    prose: str,
    text: Callable[[str], str],
    atom: Callable[[re.Match[str]], str],
    before: str = "",
    after: str | None = None,
) -> str:
    pieces = prose.split("$")
    end = before if after is None else after
    return "".join(
        before + "".join(atom(m) for m in _ATOM.finditer(piece)) + end if k % 2 else text(piece)
        for k, piece in enumerate(pieces)
    )


def _index(match: re.Match[str]) -> str:
    return match["many"] or match["one"] or ""


def _plain_atom(match: re.Match[str]) -> str:
    index = _index(match)
    if match["other"] or not index:
        return match[0]
    return match["letter"] + (index.translate(_DIGITS) if index.isdecimal() else f"_{index}")


def _latex_atom(match: re.Match[str]) -> str:
    if match["other"]:
        return _OTHER_LATEX.get(match[0], match[0])
    index = _index(match)
    letter = LETTERS.get(match["letter"], match["letter"])
    return letter + (f"_{{{index}}}" if index else " " if letter.startswith("\\") else "")


def _html_atom(match: re.Match[str]) -> str:
    if match["other"]:
        return _HIGH_HTML.get(match[0], escape_html(match[0]))
    index = _index(match)
    return f"<i>{match['letter']}</i>" + (f"<sub>{escape_html(index)}</sub>" if index else "")
