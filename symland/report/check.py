"""The page of `symland check`: one table a theorem, and in HTML its text and its graph."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from symland.report.dependency_graph import graph_svg
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


def check_page(document: Mapping[str, Any]) -> Page:
    """The page for the JSON document of `symland check`."""
    theorems = list(document.get("theorems") or ())
    details = list(document.get("details") or [{}] * len(theorems))
    parts: list[Table | Lines] = []
    for theorem, detail in zip(theorems, details, strict=False):
        if theorem.get("parts"):
            parts.append(_table(theorem, detail))
        if detail.get("axioms"):
            parts.append(
                _axioms(detail["axioms"], "" if len(theorems) == 1 else theorem["theorem"])
            )
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


def _table(theorem: Mapping[str, Any], detail: Mapping[str, Any]) -> Table:
    rows = tuple(
        (
            Cell(str(p["part"])),
            Cell(str(p["name"])),
            Cell(verdict(p["verdict"]).label, term=str(p["verdict"])),
            Cell(with_decimals(str(p["detail"]))),
        )
        for p in theorem["parts"]
    )
    summary = f": {detail['summary']}" if detail.get("summary") else ""
    wording = f" (wording {detail['wording']})" if detail.get("wording") else ""
    title = f"{theorem['theorem']}{wording}, {verdict(theorem['verdict']).label}{summary}"
    return Table(title, _COLUMNS, rows)


def _axioms(axioms: list[Mapping[str, Any]], name: str) -> Lines:
    """What the theorem rests on without proof, and how sure the wording is."""
    lines = []
    for axiom in axioms:
        source = f"{axiom['key'] or 'remark of the file'}, wording {axiom['wording']}"
        text = axiom["text"] if axiom["text"] != axiom["label"] else ""
        lines.append((str(axiom["label"]), Cell(f"{text} ({source})".strip())))
    return Lines(f"Rests on ({name})" if name else "Rests on", tuple(lines))


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
