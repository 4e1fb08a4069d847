"""The page of a question that this version cannot answer yet."""

from collections.abc import Mapping
from typing import Any

from symland.report.page import Page
from symland.report.parts import footer, network_text, warnings_of


def pending_page(document: Mapping[str, Any]) -> Page:
    """Title, verdict and reason; nothing else is known."""
    return Page(
        title=str(document.get("problem") or document.get("question") or ""),
        about=network_text(document),
        verdict=str(document.get("verdict") or "undecided"),
        headline=str(document.get("reason") or "not part of this version yet"),
        footer=footer(document),
        warnings=warnings_of(document),
    )
