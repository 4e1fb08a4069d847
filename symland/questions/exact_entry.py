"""Critical points that are known exactly, as entries of a list."""

from __future__ import annotations

from typing import Any

from flint import arb, ctx

from symland.claims.case import Case
from symland.landscape.ball_landscape import BallLandscape
from symland.landscape.loss import not_polynomial_because
from symland.landscape.number_systems.arb_balls import balls
from symland.landscape.parameters import elements, flat
from symland.problem.problem import Problem
from symland.problem.weights import Weights
from symland.questions.classification import Classification
from symland.questions.classify_analytic import classify_analytic
from symland.questions.classify_polynomial import classify_polynomial
from symland.search.critical_box import NoBox
from symland.search.deadline import Deadline

__all__ = ["EXACT", "exact_entry"]

EXACT = 256
"""Binary places of the loss at an exact point."""
KIND = 2.0
"""Seconds for what kind of point that is."""


def exact_entry(
    case: Case, problem: Problem, landscape: BallLandscape, weights: Weights
) -> tuple[dict[str, Any], arb]:
    """The document of the point, its claims entered into the case, and its loss.

    Raises `NoBox` where the point is not shown to be critical.
    """
    work = Classification(problem, weights, Deadline(KIND), 0, lambda name: None)
    work.case = case
    exact = classify_analytic if not_polynomial_because(problem) else classify_polynomial
    answer = exact(work)
    document: dict[str, Any] = answer["given"]
    if not document["critical"] or document["loss"] is None:
        raise NoBox("the point is not shown to be critical")
    if "reason" in answer:
        document |= {"reason": answer["reason"]}
    with ctx.workprec(EXACT):
        network = problem.network
        value = landscape.loss(flat(network.shapes, elements(network, balls, weights)))
    return document, value
