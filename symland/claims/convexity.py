"""Claims: the loss is not convex, or not concave, as three points on a line show."""

from __future__ import annotations

from symland.claims.case import Case

__all__ = ["not_concave", "not_convex"]


def not_convex(case: Case, first: str, middle: str, last: str) -> str:
    """The loss in the middle is above the mean of the ends (rule: midpoint)."""
    about = {"ends": [first, last], "middle": middle}
    return case.establish("not_convex", about, "midpoint", {})


def not_concave(case: Case, first: str, middle: str, last: str) -> str:
    """The loss in the middle is below the mean of the ends (rule: midpoint)."""
    about = {"ends": [first, last], "middle": middle}
    return case.establish("not_concave", about, "midpoint", {})
