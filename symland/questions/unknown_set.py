"""The document of a critical set before anything is known of it."""

from __future__ import annotations

from typing import Any

from symland.problem.problem import Problem
from symland.questions.point_json import network_json

__all__ = ["undecided_set", "unknown_set"]


def unknown_set(problem: Problem) -> dict[str, Any]:
    """No points, no strata; every key of `critical_set` is there, with nothing claimed."""
    nothing = dict.fromkeys(("kind", "complex_count", "real_count", "dimension", "coercive"))
    return {
        "problem": problem.name,
        "network": network_json(problem),
        "critical_set": {"status": "undecided", **nothing, "strata_complete": False},
        "points": [],
        "strata": [],
    }


def undecided_set(problem: Problem, reason: str) -> dict[str, Any]:
    """The same, with the reason why it stays so.

    >>> from symland.problem import Dataset, Network
    >>> document = undecided_set(Problem(Network((1, 1)), Dataset([[1]], [[1]])), "no time")
    >>> document["reason"], document["critical_set"]["status"], document["critical_set"]["kind"]
    ('no time', 'undecided', None)
    """
    document = unknown_set(problem) | {"reason": reason}
    document["critical_set"]["reason"] = reason
    return document
