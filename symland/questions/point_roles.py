"""Which points the names in the claims about a classified point stand for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["point_roles"]


def point_roles(claims: Sequence[Mapping[str, Any]], document: Mapping[str, Any]) -> dict[str, str]:
    """For each name of a point that the claims speak of the key of the document that has it.

    That is ``given``, ``refined`` or ``better``. What is claimed of the given point comes first;
    where nothing is, the first claim is of the critical point nearby. A point that is only lower
    than another is ``better``.

    >>> claims = [
    ...     {"claim": "not_critical", "point": "p1"},
    ...     {"claim": "critical", "point": "p2"},
    ...     {"claim": "enclosure", "point": "p3"},
    ...     {"claim": "not_global", "point": "p2", "better": "p3"},
    ... ]
    >>> point_roles(claims, {"given": {"status": "certified"}, "refined": {}})
    {'p1': 'given', 'p2': 'refined', 'p3': 'better'}
    """
    lower = {str(claim["better"]) for claim in claims if "better" in claim}
    names = list(dict.fromkeys(str(claim["point"]) for claim in claims if "point" in claim))
    known = document["given"]["status"] == "certified" or not document.get("refined")
    roles: dict[str, str] = {}
    for name in names:
        first = not any(role != "better" for role in roles.values())
        nearby = "given" if first and known else "refined"
        roles[name] = "better" if name in lower else nearby
    return roles | dict.fromkeys(sorted(lower - set(names)), "better")
