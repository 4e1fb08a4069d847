"""The critical point near a given one, proved by enclosures with the signs of its Hessian."""

from __future__ import annotations

from symland.claims.case import Case
from symland.claims.enclosures import box_point, inertia_by_congruence, only_critical
from symland.landscape.ball_landscape import BallLandscape
from symland.problem.problem import Problem
from symland.problem.weights import Weights
from symland.questions.escalation import smaller_box
from symland.search.critical_box import CriticalBox, NoBox, critical_box
from symland.search.deadline import Deadline
from symland.search.newton import nearby_critical_point

__all__ = ["nearby_box", "nearby_box_and_claims"]

SHRINKINGS = 4
Found = tuple[Case, int, list[float], str, str, str]


def nearby_box(problem: Problem, point: Weights, deadline: Deadline) -> Found | str:
    """Case, precision, the weights in floats, and the names of the point, of the claim that it is
    the only critical one in its box, and of the claim on its inertia; or why there is none."""
    found = nearby_box_and_claims(problem, point, deadline)
    return found if isinstance(found, str) else found[1]


def nearby_box_and_claims(
    problem: Problem, point: Weights, deadline: Deadline
) -> tuple[CriticalBox, Found] | str:
    """The box that the checker accepts, and what `nearby_box` gives."""
    from flint import arb

    from symland.landscape.parameters import flat, shaped
    from symland.questions.weights_numbers import rounded_entries

    shapes = problem.network.shapes
    start = [float(x) for x in flat(shapes, rounded_entries(point))]
    ends = [""]
    reached = nearby_critical_point(problem, shaped(shapes, start), deadline, tell=ends.append)
    if reached is None:
        return f"Newton's method reached no critical point from here: {ends[-1]}".rstrip(": ")
    try:
        box = critical_box(
            BallLandscape(problem), [arb(x) for x in flat(shapes, reached)], deadline
        )
    except NoBox as reason:
        return str(reason)
    if box.congruence is None:
        return "the Hessian is singular or nearly so, so that its signs are not proved"
    reason_text = ""
    for _ in range(SHRINKINGS):
        case = Case(problem)
        bits = box.precision
        name = box_point(case, shapes, box.midpoint, box.radii)
        critical = only_critical(case, name, box.inverse, bits)
        inertia = inertia_by_congruence(case, name, *box.congruence, bits)
        verdict = case.check()
        if verdict.accepted:
            values = [float(x.p) / float(x.q) for x in box.midpoint]
            return box, (case, bits, values, name, critical, inertia)
        reason_text, box = str(verdict.reason), smaller_box(box)
    return f"the checker refuses the box: {reason_text}"
