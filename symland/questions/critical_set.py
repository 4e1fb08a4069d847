"""The whole critical set of a problem, classified."""

from __future__ import annotations

import time
from typing import Any

from symland.landscape.deep_linear.data import NotDeepLinear, deep_linear
from symland.problem.problem import Problem
from symland.questions.answer import Answer, Stage, answer_from
from symland.questions.linear_critical_set import constant_critical_set, linear_critical_set
from symland.questions.point_json import network_json
from symland.questions.request import check_request

__all__ = ["critical_set"]


def critical_set(
    problem: Problem,
    budget: float = 60,
    seed: int = 0,
    barcodes: bool = False,
    stage: Stage | None = None,
) -> Answer:
    """All critical points of the loss, with their kinds, and the proof that none is missing.

    For a deep linear network with squared loss the critical set is a finite union of strata on
    each of which loss, Hessian inertia and kind are constant; the answer lists one row for each
    multiset of eigenvalues of Sigma, or one for each stratum with ``barcodes=True``, each with an
    exact point of every kind that occurs. For other problems the answer is ``undecided`` for now.

    Parameters
    ----------
    problem : Problem
    budget : float
        Seconds after which the listing stops and the answer is ``undecided``.
    seed : int
        Kept in the document; nothing here is random.
    barcodes : bool
        One row for each stratum instead of one for each multiset of eigenvalues.
    stage : callable, optional
        Called with the name of each stage as it begins.

    Examples
    --------
    >>> from symland import Dataset, Network, Problem, critical_set
    >>> problem = Problem(Network((2, 1, 2)), Dataset([[1, 0], [0, 1]], [[2, 0], [0, 1]]))
    >>> answer = critical_set(problem)
    >>> answer.verdict
    'certified'
    >>> [(s["loss"]["exact"], s["kind"]) for s in answer.to_json()["strata"]]
    [('1/2', 'global_minimum'), ('2', 'strict_saddle'), ('5/2', 'strict_saddle')]
    """
    check_request(problem, budget, seed)
    start = time.monotonic()
    tell = stage or (lambda name: None)
    try:
        linear = deep_linear(problem)
    except NotDeepLinear as reason:
        case, document = None, _undecided(problem, str(reason))
    else:
        if linear.no_input:
            case, document = constant_critical_set(problem, linear)
        else:
            case, document = linear_critical_set(problem, linear, barcodes, start + budget, tell)
    tell("checking")
    name = f"{problem.name}-critical" + ("-barcodes" if barcodes else "")
    return answer_from(case, "critical", name, document, seed, budget, start)


def _undecided(problem: Problem, obstacle: str) -> dict[str, Any]:
    """The document of a problem whose critical set this version cannot list."""
    reason = f"not decided: {obstacle}; other critical sets are not part of this version yet"
    nothing = dict.fromkeys(("kind", "complex_count", "real_count", "dimension", "coercive"))
    return {
        "problem": problem.name,
        "network": network_json(problem),
        "reason": reason,
        "critical_set": {
            "status": "undecided",
            **nothing,
            "strata_complete": False,
            "reason": reason,
        },
        "points": [],
        "strata": [],
    }
