"""Rendering of answers, from their JSON documents alone.

Nothing here computes or imports anything else of symland: a document that was kept in a file
renders as well as a fresh one.

>>> document = {"symland": "0.1.0", "critical_set": {"reason": "not yet"}, "verdict": "undecided"}
>>> print(to_markdown(document))
## critical set
<BLANKLINE>
**undecided**: not yet
<BLANKLINE>
symland 0.1.0
<BLANKLINE>
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from symland.report.page import Page

if TYPE_CHECKING:
    from rich.console import Console

__all__ = [
    "page_of",
    "to_html",
    "to_html_fragment",
    "to_latex",
    "to_latex_document",
    "to_markdown",
    "to_terminal",
    "to_text",
]


def page_of(document: Mapping[str, Any], rows: int | None = None, brief: bool = False) -> Page:
    """The page for any answer's document; at most `rows` strata where given, and theorems without
    long identities where it is to be `brief`.

    Raises
    ------
    ValueError
        The document is of no known question.
    """
    from symland.report.check import check_page
    from symland.report.classify import classify_page
    from symland.report.critical import critical_page
    from symland.report.derive import derive_page
    from symland.report.inventory import inventory_page
    from symland.report.pending import pending_page
    from symland.report.replicate import replicate_page
    from symland.report.verify import verify_page

    if "critical_set" in document:
        return critical_page(document, rows)
    if "derivation" in document:
        return derive_page(document, rows)
    if "given" in document:
        return classify_page(document)
    if "established" in document:
        return verify_page(document)
    if "activations" in document:
        return inventory_page(document)
    if "theorems" in document:
        return check_page(document, brief)
    if "replication" in document:
        return replicate_page(document)
    if "reason" in document:
        return pending_page(document)
    keys = ", ".join(sorted(document)) or "no keys"
    raise ValueError(f"document: {keys}, expected the JSON document of an answer")


def to_terminal(document: Mapping[str, Any], console: "Console", rows: int | None = 400) -> None:
    """Print the answer on a rich console."""
    from symland.report.terminal import print_page

    print_page(page_of(document, rows, brief=True), console)


def to_text(document: Mapping[str, Any], rows: int | None = 40) -> str:
    """The answer as the terminal shows it, without colours, 100 characters wide."""
    from io import StringIO

    from rich.console import Console

    stream = StringIO()
    to_terminal(document, Console(file=stream, width=100, highlight=False, no_color=True), rows)
    return stream.getvalue().rstrip()


def to_html(document: Mapping[str, Any], rows: int | None = 5000) -> str:
    """The answer as one self-contained HTML page, readable in light and dark."""
    from symland.report.check import check_html
    from symland.report.html import page_html

    page = page_html(page_of(document, rows))
    return check_html(page, document) if document.get("question") == "check" else page


def to_html_fragment(document: Mapping[str, Any], rows: int | None = 400) -> str:
    """The answer as a piece of HTML, for notebooks (`_repr_html_`)."""
    from symland.report.html import fragment_html

    return fragment_html(page_of(document, rows))


def to_latex(document: Mapping[str, Any], rows: int | None = 400) -> str:
    """The answer as LaTeX, for a document that loads amsmath and booktabs."""
    from symland.report.latex import page_latex

    return page_latex(page_of(document, rows))


def to_latex_document(document: Mapping[str, Any], rows: int | None = 400) -> str:
    """The answer as a whole LaTeX document that compiles as it is."""
    from symland.report.latex import document_latex

    return document_latex(page_of(document, rows))


def to_markdown(document: Mapping[str, Any], rows: int | None = 400) -> str:
    """The answer as Markdown with pipe tables."""
    from symland.report.markdown import page_markdown

    return page_markdown(page_of(document, rows))
