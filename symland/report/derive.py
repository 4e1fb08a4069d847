"""The page of a derivation."""

from collections.abc import Mapping
from typing import Any

from symland.report.formula import Notation, TextNotation, Tree
from symland.report.formula_latex import LatexNotation
from symland.report.formula_mathml import MathmlNotation
from symland.report.page import Cell, Formula, Lines, Page, Part, Step, Steps
from symland.report.parts import counted, footer, network_text, warnings_of

_NOTATIONS: tuple[Notation, ...] = (TextNotation(), LatexNotation(), MathmlNotation())

_SHOWN = 12
"""Entries of a line that are shown where no number of rows is asked for."""


def derive_page(document: Mapping[str, Any], rows: int | None = None) -> Page:
    """Sections of numbered lines, and the files that prove them; at most `rows` entries a line."""
    derivation = document["derivation"]
    parts: list[Part] = [_section(section, rows or _SHOWN) for section in derivation["sections"]]
    if document.get("certificates"):
        parts.append(_files(document["certificates"]))
    return Page(
        title=str(derivation["title"]),
        about=network_text(document) or str(derivation["about"]),
        verdict=str(document.get("verdict") or "undecided"),
        headline=_headline(derivation),
        parts=tuple(parts),
        footer=footer(document),
        warnings=warnings_of(document),
    )


def _headline(derivation: Mapping[str, Any]) -> str:
    """How many lines have which status."""
    counts: dict[str, int] = {}
    for section in derivation["sections"]:
        for line in section["lines"]:
            counts[line["status"]] = counts.get(line["status"], 0) + 1
    order = ("certified", "numerical", "undecided", "refuted", "cited", "definition", "hypothesis")
    names = {
        "definition": ("definition", "definitions"),
        "hypothesis": ("hypothesis", "hypotheses"),
    }
    said = [
        counted(counts[word], *names.get(word, (word, word))) for word in order if word in counts
    ]
    return f"{counted(sum(counts.values()), 'line')}: {', '.join(said)}"


def _section(section: Mapping[str, Any], rows: int) -> Steps:
    return Steps(
        title=str(section["title"]),
        prose=str(section["prose"] or ""),
        steps=tuple(_step(line, rows) for line in section["lines"]),
    )


def _step(line: Mapping[str, Any], rows: int) -> Step:
    entries = line.get("entries") or []
    return Step(
        number=int(line["number"]),
        why=str(line["why"]),
        formula=_formula(line["formula"]),
        status=str(line["status"]),
        uses=tuple(line.get("uses") or ()),
        note=str(line.get("note") or ""),
        entries=tuple((_entry(entry), str(entry["status"])) for entry in entries[:rows]),
        left_out=max(len(entries) - rows, 0) + int(line.get("entries_left_out") or 0),
    )


def _formula(tree: Tree) -> Formula:
    return Formula(*(notation.write(tree) for notation in _NOTATIONS))


def _entry(entry: Mapping[str, Any]) -> Formula:
    return Formula(
        *(
            notation.joined(
                "=",
                [
                    notation.write(entry["left"]),
                    notation.polynomial(entry["terms"], entry["count"]),
                ],
            )
            for notation in _NOTATIONS
        )
    )


_ABOUT = {"problem": "about this problem", "shapes": "for matrices of all shapes"}


def _files(pairs: Any) -> Lines:
    lines: list[tuple[str, Cell]] = []
    for pair in pairs:
        accepted = bool(pair["accepted"])
        text = "accepted by the checker" if accepted else f"not accepted: {pair['reason']}"
        size = counted(pair["claims"], "claim")
        cell = Cell(f"{size}, {text}", term="certified" if accepted else "undecided")
        lines.append((_ABOUT.get(pair["about"], pair["about"]), cell))
        for key in ("statement", "certificate"):
            if pair.get(key):
                lines.append((f"{key} file", Cell(str(pair[key]))))
    if not any(pair.get("statement") for pair in pairs):
        lines.append(("files", Cell("not written; --certificates DIR keeps them")))
    return Lines("Certificates", tuple(lines))
