"""A point of a network with relu or leaky_relu and squared loss.

Away from kinks the signs of all preactivations stay the same nearby, so that the network is there a
polynomial one and is treated as such. At a kink the loss is exact; it may be 0, or the least
that any function has, or fall to first order along a line. A minimum in a region where the network
is convex in its input needs no derivatives either.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from symland.claims import global_minimum, loss_value
from symland.claims.case import Case
from symland.claims.points import explicit_point
from symland.claims.saddle import not_minimum
from symland.exact.number_field import enclosure
from symland.landscape.gradient import gradient
from symland.landscape.loss import loss
from symland.landscape.number_systems.number_system import Kink
from symland.landscape.parameters import elements, flat, shaped
from symland.landscape.views import exact_system
from symland.problem.problem import Problem
from symland.questions.classify_polynomial import classify_polynomial, lower_elsewhere
from symland.questions.convex_region import convex_region
from symland.questions.point_json import loss_json, point_json
from symland.questions.refined_cell import given_in_a_cell, near_kinks
from symland.search.kink_descent import kink_descent

if TYPE_CHECKING:
    from symland.questions.classification import Classification

__all__ = ["classify_cell", "is_piecewise_polynomial"]


def is_piecewise_polynomial(problem: Problem) -> bool:
    """Whether the loss is squared and every activation a polynomial, relu or leaky_relu."""
    return problem.loss.kind == "squared" and all(
        a.is_polynomial or a.name in ("relu", "leaky_relu") for a in problem.network.activations
    )


def classify_cell(work: Classification) -> dict[str, Any]:
    """The document of the point; what is proved becomes claims of the case."""
    system = exact_system(work.point)
    values = elements(work.problem.network, system, work.point)
    try:
        gradient(work.problem, system, values)
    except Kink as kink:
        document = _at_a_kink(work, values, kink)
    else:
        document = classify_polynomial(work, nearby=near_kinks)
    return given_in_a_cell(work, document)


def _at_a_kink(work: Classification, values: dict[str, Any], kink: Kink) -> dict[str, Any]:
    value = loss(work.problem, exact_system(work.point), values)
    name = explicit_point(work.case, values)
    loss_value.value(work.case, name, value)

    def document(kind: str, status: str) -> dict[str, Any]:
        exact = work.point.to_json()
        known = None if kind != "not_critical" else False
        return point_json(values, exact, loss_json(value), kind, status, critical=known)

    for claim in (global_minimum.zero_loss, global_minimum.pure_error):
        if _accepted(work, values, claim):
            claim(work.case, name)
            return {"given": document("global_minimum", "certified")}
    if convex_region(work.case, work.problem, work.point, work.deadline):
        minimum = document("local_minimum", "certified")
        return {"given": minimum | lower_elsewhere(work, name, value)}
    descent = _descent(work, values)
    if descent is not None:
        not_minimum(work.case, name, descent)
        falling = document("not_critical", "certified")
        return {"given": falling, "reason": f"{kink}; the loss falls to first order from there"}
    return {"given": document("undecided", "undecided"), "reason": f"not decided: {kink}"}


def _descent(work: Classification, values: dict[str, Any]) -> dict[str, Any] | None:
    """A line along which the loss falls to first order, which the checker confirms."""
    import numpy as np

    if work.point.roots:
        return None
    shapes = work.problem.network.shapes
    place = np.array([float(enclosure(x).mid()) for x in flat(shapes, values)])
    if not np.isfinite(place).all():
        return None
    found = kink_descent(work.problem, place, work.seed, work.deadline)
    if found is None:
        return None
    lines = shaped(shapes, [["0", str(x)] if x else ["0"] for x in found])
    descent = {"order": 1, **lines}

    def claim(case: Case, name: str) -> str:
        return not_minimum(case, name, descent)

    return descent if _accepted(work, values, claim) else None


def _accepted(
    work: Classification, values: dict[str, Any], claim: Callable[[Case, str], str]
) -> bool:
    """Whether the checker confirms the claim about the point."""
    trial = Case(work.problem)
    claim(trial, explicit_point(trial, values))
    return trial.check().accepted
