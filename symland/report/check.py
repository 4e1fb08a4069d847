"""The page of `symland check`: one table a theorem, and in HTML its text and its graph."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from symland.report.dependency_graph import graph_svg
from symland.report.identity import shortened
from symland.report.number import with_decimals
from symland.report.page import Cell, Column, Lines, Page, Table
from symland.report.parts import counted, footer, warnings_of
from symland.report.vocabulary import verdict

_COLUMNS = (
    Column("part", "a step of the proof, an instance, or what happens without a hypothesis"),
    Column("name"),
    Column("verdict", "certified and refuted: the checker accepted the two files of the line"),
    Column("detail"),
)


def check_page(document: Mapping[str, Any], brief: bool = False) -> Page:
    """The page for the JSON document of `symland check`.

    A `brief` page, for the terminal, has long identities shortened and says what the names of
    hypotheses and conclusions mean, with the whole text of a theorem that is alone.
    """
    theorems = list(document.get("theorems") or ())
    details = list(document.get("details") or [{}] * len(theorems))
    parts: list[Table | Lines] = []
    for theorem, detail in zip(theorems, details, strict=False):
        if theorem.get("parts"):
            parts.append(_table(theorem, detail, brief))
        of = "" if len(theorems) == 1 else f" ({theorem['theorem']})"
        if brief and theorem.get("parts"):
            parts += _meanings(detail, of)
        if detail.get("axioms"):
            parts.append(_axioms(detail["axioms"], of))
        if brief and not of and detail.get("text"):
            texts = str(detail["text"]).strip().splitlines()
            whole = tuple(("", Cell(text)) for text in texts)
            parts.append(Lines("The file says", whole, as_written=True))
    if brief:
        parts += _elsewhere(theorems, details)
    errors = document.get("errors") or ()
    if errors:
        lines = tuple(("", Cell(str(error["error"]), term="refuted")) for error in errors)
        parts.append(Lines("Files that could not be checked", lines))
    if document.get("certificates"):
        where = f"{counted(len(document['certificates']), 'pair')} of files"
        parts.append(Lines("Certificates", ((where, Cell(str(document["directory"]))),)))
    return Page(
        title="theorems" if len(theorems) != 1 else str(theorems[0]["theorem"]),
        about=_about(theorems),
        verdict=str(document.get("verdict") or "undecided"),
        headline=str(document.get("reason") or ""),
        parts=tuple(parts),
        footer=footer(document),
        warnings=warnings_of(document),
    )


def _about(theorems: list[Mapping[str, Any]]) -> str:
    lines = sum(len(theorem.get("parts") or ()) for theorem in theorems)
    return f"{counted(len(theorems), 'theorem')}, {counted(lines, 'line')}"


def _meanings(detail: Mapping[str, Any], of: str) -> list[Lines]:
    """What hypotheses and conclusions say, by the names that the table has for them."""
    statements = [*(detail.get("hypotheses") or ()), *(detail.get("conclusions") or ())]
    lines = tuple((str(one["label"]), Cell(str(one["text"]))) for one in statements)
    return [Lines(f"Names{of}", lines)] if lines else []


def _elsewhere(theorems: Sequence[Mapping[str, Any]], details: Sequence[Any]) -> list[Lines]:
    """Where what a brief page leaves out is."""
    found = [str(part["detail"]) for theorem in theorems for part in theorem.get("parts") or ()]
    left_out = []
    if len(theorems) > 1 and any(detail.get("text") for detail in details):
        left_out.append("what the letters stand for: symland check with the name of one theorem")
    if any(shortened(detail) != detail for detail in found):
        left_out.append("identities with all their terms: --html FILE, or --json")
    return [Lines("More", tuple(("", Cell(text)) for text in left_out))] if left_out else []


def _table(theorem: Mapping[str, Any], detail: Mapping[str, Any], brief: bool) -> Table:
    rows = tuple(
        (
            Cell(str(p["part"])),
            Cell(str(p["name"])),
            Cell(verdict(p["verdict"]).label, term=str(p["verdict"])),
            Cell(with_decimals(shortened(str(p["detail"])) if brief else str(p["detail"]))),
        )
        for p in theorem["parts"]
    )
    summary = f": {detail['summary']}" if detail.get("summary") else ""
    wording = f" (wording {detail['wording']})" if detail.get("wording") else ""
    title = f"{theorem['theorem']}{wording}, {verdict(theorem['verdict']).label}{summary}"
    return Table(title, _COLUMNS, rows)


def _axioms(axioms: list[Mapping[str, Any]], of: str) -> Lines:
    """What the theorem rests on without proof, and how sure the wording is."""
    lines = []
    for axiom in axioms:
        source = f"{axiom['key'] or 'remark of the file'}, wording {axiom['wording']}"
        text = axiom["text"] if axiom["text"] != axiom["label"] else ""
        lines.append((str(axiom["label"]), Cell(f"{text} ({source})".strip())))
    return Lines(f"Rests on{of}", tuple(lines))


def check_html(page: str, document: Mapping[str, Any]) -> str:
    """The HTML page, with text, hypotheses and dependency graph of each theorem at its end."""
    sections = "\n".join(_sections(document))
    head, end, tail = page.rpartition("</div>")
    return f"{head}{sections}\n{end}{tail}"


def _sections(document: Mapping[str, Any]) -> Iterator[str]:
    theorems, details = document.get("theorems") or (), document.get("details") or ()
    for theorem, detail in zip(theorems, details, strict=False):
        if not detail.get("graph"):
            continue
        statements = [*detail["hypotheses"], *detail["conclusions"]]
        listed = "".join(
            f"<dt>{escape(one['label'])}</dt><dd>{escape(one['text'])}</dd>" for one in statements
        )
        yield (
            f'<section id="{escape(theorem["theorem"])}"><h3>{escape(theorem["theorem"])}</h3>'
            f"<pre>{escape(detail.get('text') or '')}</pre><dl>{listed}</dl>"
            f'<div class="scroll">{graph_svg(detail["graph"], theorem["theorem"])}</div></section>'
        )
