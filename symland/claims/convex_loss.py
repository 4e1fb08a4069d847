"""Claims about a critical point of a convex loss, that of a network without hidden layers.

The functions write claims and witnesses; the checker's rules say what they prove.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq

from symland.claims.case import Case

__all__ = ["convex_global_minimum", "none_but_the_only_critical", "only_critical_anywhere"]


def convex_global_minimum(case: Case, point: str, critical: str) -> str:
    """A critical point of a network without hidden layers (rule: convex)."""
    return case.establish("global_minimum", {"point": point}, "convex", {"critical": critical})


def only_critical_anywhere(case: Case, point: str, critical: str) -> str:
    """Of all weights only the one critical point in this box is critical (rule: convex)."""
    return case.establish("only_critical", {"point": point}, "convex", {"critical": critical})


def none_but_the_only_critical(
    case: Case, points: Sequence[str], lower: fmpq, upper: fmpq, only: str
) -> str:
    """The cube [lower, upper] has these critical points: the only one there is, by the claim
    `only`, or none (rule: only_critical)."""
    about = {"lower": str(lower), "upper": str(upper), "points": list(points)}
    return case.establish("all_critical", about, "only_critical", {"only": only})
