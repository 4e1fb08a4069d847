"""A critical point that is the only one there is, since the loss is convex."""

from __future__ import annotations

import time
from typing import Any

from flint import arb, fmpq

from symland.claims.case import Case
from symland.claims.convex_loss import none_but_the_only_critical, only_critical_anywhere
from symland.claims.enclosures import box_point, only_critical as only_in_box
from symland.landscape.ball_landscape import BallLandscape
from symland.landscape.number_systems.number_system import MissingFunction
from symland.problem.problem import Problem
from symland.questions.proof_cost import proof_cost
from symland.questions.refined_point import accepted_box, box_claims, box_document
from symland.questions.unknown_set import unknown_set
from symland.search.critical_box import CriticalBox, NoBox, critical_box
from symland.search.critical_starts import critical_starts
from symland.search.deadline import Deadline

__all__ = ["BECAUSE", "only_critical", "only_critical_in_box"]

IDLE = 4
"""Starts without news: there is one critical point at most, and Newton's method finds it."""
SHARE = 0.5
"""The part of the budget in which it is looked for."""
BECAUSE = "the loss is convex, and a critical point of it is isolated: no other one is critical"


def only_critical(case: Case, box: CriticalBox) -> tuple[str, str] | None:
    """The names of the critical point in the box, which the checker accepts, and of the claim that
    no other weights are critical; None where the loss is not known to be convex."""
    if case.problem.network.K > 1:
        return None
    name = box_point(case, case.problem.network.shapes, box.midpoint, box.radii)
    known = [c for c in case.claims if (c["claim"], c.get("point")) == ("critical", name)]
    critical = known[0]["name"] if known else only_in_box(case, name, box.inverse, box.precision)
    return name, only_critical_anywhere(case, name, critical)


def only_critical_in_box(
    problem: Problem, lower: fmpq, upper: fmpq, seed: int, deadline: Deadline, precision: int
) -> tuple[Case, dict[str, Any]] | None:
    """The case and the document of all critical points with weights in [lower, upper] where the
    loss is convex and one was found with regular Hessian: that one or none. Otherwise None."""
    if problem.network.K > 1 or proof_cost(problem).beyond(deadline):
        return None
    limit = Deadline(SHARE * deadline.remaining())
    found = critical_starts(problem, [], seed, limit, idle=IDLE).regular
    if not found:
        return None
    case = Case(problem)
    try:
        place = [arb(float(x)) for x in found[0]]
        box = critical_box(BallLandscape(problem), place, limit, precision)
        begin = time.monotonic()
        box = accepted_box(problem, box)
    except (NoBox, MissingFunction):
        return None
    if time.monotonic() - begin > deadline.remaining():
        return None  # the check of the whole takes as long again
    kind = box_claims(case, problem, box)[1]
    only = only_critical(case, box)
    if only is None:
        return None
    inside = all(lower <= x <= upper for x in box.midpoint)
    none_but_the_only_critical(case, [only[0]] if inside else [], lower, upper, only[1])
    if not case.check().accepted:
        return None
    document = unknown_set(problem) | {"box": [str(lower), str(upper)]}
    where = "" if inside else "; it lies outside the box"
    document["critical_set"] |= {
        "status": "certified",
        "real_count": int(inside),
        "reason": BECAUSE + where,
    }
    document["points"] = [box_document(problem, box, kind)] if inside else []
    return case, document
