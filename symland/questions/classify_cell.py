"""A point of a network with relu or leaky_relu and squared loss.

Away from kinks the signs of all preactivations stay the same nearby, so that the network is there a
polynomial one and is treated as such. At a kink the loss is exact, and nothing else is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symland.claims import loss_value
from symland.claims.points import explicit_point
from symland.landscape.gradient import gradient
from symland.landscape.loss import loss
from symland.landscape.number_systems.number_system import Kink
from symland.landscape.parameters import elements
from symland.landscape.views import exact_system
from symland.problem.problem import Problem
from symland.questions.classify_polynomial import classify_polynomial
from symland.questions.point_json import loss_json, point_json

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
        value = loss(work.problem, system, values)
        loss_value.value(work.case, explicit_point(work.case, values), value)
        exact = work.point.to_json()
        given = point_json(values, exact, loss_json(value), "undecided", "undecided")
        return {"given": given, "reason": f"not decided: {kink}"}
    return classify_polynomial(work)
