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
    """The widest box tried that the checker accepts, of a point that a list can show; else
    `NoBox`."""

    def written(smaller: DegenerateBox) -> Case:
        trial = Case(problem)
        _claimed(trial, problem, smaller)
        return trial

    found = accepted(
        box, written, lambda found: replace(found, radius=found.radius / 2), "box", HALVINGS
    )
    _shown(Case(problem), problem, found)
    return found


def degenerate_entry(
    case: Case, problem: Problem, box: DegenerateBox
) -> tuple[str, dict[str, Any], arb, int]:
    """The name of the box, the document of its midpoint, the loss there, and the binary places of
    the claims."""
    name = _claimed(case, problem, box)
    document, value = _shown(case, problem, box)
    return name, document | {"box": {"radius": str(box.radius)}}, value, EXACT


def _shown(case: Case, problem: Problem, box: DegenerateBox) -> tuple[dict[str, Any], arb]:
    weights = parse_weights(
        shaped(problem.network.shapes, [str(x) for x in box.midpoint]), problem.network
    )
    return exact_entry(case, problem, BallLandscape(problem), weights)


def _claimed(case: Case, problem: Problem, box: DegenerateBox) -> str:
    name = box_point(case, problem.network.shapes, box.midpoint, box.radii)
    only_critical_at_midpoint(case, name, box.free, box.pieces, box.precision)
    return name
