"""Claims: the loss at a point, exactly; one point has a lower loss than another."""

from __future__ import annotations

from typing import Any

from symland.claims.case import Case, scalar_json

__all__ = ["not_global", "value"]


def value(case: Case, point: str, loss: Any) -> str:
    """The loss at the point is this number (rule: evaluate)."""
    return case.establish("value", {"point": point, "value": scalar_json(loss)}, "evaluate", {})


def not_global(case: Case, point: str, better: str) -> str:
    """Another point has a lower loss, so that this one is no global minimum (rule: evaluate)."""
    return case.establish("not_global", {"point": point, "better": better}, "evaluate", {})
