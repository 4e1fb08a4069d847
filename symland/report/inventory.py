"""The page of `symland list`: what this version knows and what it found on this machine."""

from collections.abc import Mapping
from typing import Any

from symland.report.page import Cell, Column, Lines, Page, Table
from symland.report.parts import footer, warnings_of


def inventory_page(document: Mapping[str, Any]) -> Page:
    """The page for the JSON document of `symland list`."""
    engines = tuple(
        (
            Cell(str(engine["name"])),
            Cell(str(engine.get("version") or engine.get("path") or "-")),
            Cell("found" if engine.get("found") else "not found"),
            Cell(str(engine.get("used_for") or "")),
        )
        for engine in document.get("engines") or ()
    )
    columns = (Column("engine"), Column("version or path"), Column("here"), Column("used for"))
    parts = (
        _names("Theorems", document.get("theorems") or (), "none in this version"),
        _names("Activations", document.get("activations") or ()),
        _names("Losses", document.get("losses") or ()),
        Table("Engines", columns, engines),
    )
    version = str(document.get("symland") or "")
    title, warnings = f"symland {version}".strip(), warnings_of(document)
    return Page(title, "", "", "", parts, footer({}), warnings=warnings)


def _names(title: str, items: Any, none: str = "none") -> Lines:
    """One line for plain names, a line each for names with a meaning."""
    if all(isinstance(item, str) for item in items):
        return Lines(title, (("", Cell(", ".join(items) or none)),))
    meanings = ((item["name"], item.get("meaning") or item.get("title")) for item in items)
    return Lines(title, tuple((str(name), Cell(str(meaning or ""))) for name, meaning in meanings))
