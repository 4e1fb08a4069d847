"""The page of `symland verify`: what is established, or why the certificate is refused."""

from collections.abc import Mapping
from typing import Any

from symland.report.number import with_decimals
from symland.report.page import Cell, Lines, Page
from symland.report.parts import counted, footer, warnings_of


def verify_page(document: Mapping[str, Any]) -> Page:
    """The page for the JSON document of `symland verify`."""
    status = str(document.get("status") or "unreadable")
    lines = document.get("lines") or ()
    accepted = status == "accepted"
    parts: tuple[Lines, ...] = ()
    if accepted:
        parts = (
            Lines("Established", tuple(("", Cell(with_decimals(str(line)))) for line in lines)),
        )
    count = len(document.get("established") or ())
    established = f"{counted(count, 'claim')} established"
    return Page(
        title=str(document.get("statement") or "statement"),
        about=f"with {document.get('certificate') or 'its certificate'}",
        verdict="certified" if accepted else status,
        headline=established if accepted else str(document.get("reason") or status),
        parts=parts,
        footer=footer(document),
        warnings=warnings_of(document),
    )
