"""Points at which exact arithmetic shows that a transcendental network is critical."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from symland.questions.classify import Classification

__all__ = ["exactly_critical"]


def exactly_critical(work: Classification) -> dict[str, Any] | None:
    return None
