"""Critical points with singular Hessian that are alone in a box, as entries of a list."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flint import arb

from symland.claims.case import Case
from symland.claims.enclosures import box_point, only_critical_at_midpoint
from symland.landscape.ball_landscape import BallLandscape
from symland.landscape.parameters import shaped
from symland.problem.problem import Problem
from symland.problem.weights_file import parse_weights
from symland.questions.escalation import accepted
from symland.questions.exact_entry import EXACT, exact_entry
from symland.search.degenerate_box import DegenerateBox

__all__ = ["accepted_degenerate", "degenerate_entry"]

HALVINGS = 14


def accepted_degenerate(problem: Problem, box: DegenerateBox) -> DegenerateBox:
    """The widest box tried that the checker accepts; else `NoBox`."""

    def written(smaller: DegenerateBox) -> Case:
        trial = Case(problem)
        _claimed(trial, problem, smaller)
        return trial

    return accepted(
        box, written, lambda found: replace(found, radius=found.radius / 2), "box", HALVINGS
    )


def degenerate_entry(
    case: Case, problem: Problem, box: DegenerateBox
) -> tuple[str, dict[str, Any], arb, int]:
    """The name of the box, the document of its midpoint, the loss there, and the binary places of
    the claims."""
    name = _claimed(case, problem, box)
    weights = parse_weights(
        shaped(problem.network.shapes, [str(x) for x in box.midpoint]), problem.network
    )
    document, value = exact_entry(case, problem, BallLandscape(problem), weights)
    return name, document | {"box": {"radius": str(box.radius)}}, value, EXACT


def _claimed(case: Case, problem: Problem, box: DegenerateBox) -> str:
    name = box_point(case, problem.network.shapes, box.midpoint, box.radius)
    only_critical_at_midpoint(case, name, box.free, box.pieces, box.precision)
    return name
