"""The minimum or critical point near one of a relu network, in a cell or at kinks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flint import arb, fmpq

from symland.claims.case import Case
from symland.claims.cell import (
    convex_cell_minimum,
    inertia_in_cell,
    kink_minimum,
    only_critical_in_cell,
)
from symland.claims.enclosures import dyadic_point, kind_by_inertia, loss_between
from symland.claims.slice import minimum_across, slice_point
from symland.exact.decimals import nearest_decimal
from symland.landscape.ball_landscape import BallLandscape
from symland.landscape.number_systems.arb_balls import balls
from symland.landscape.number_systems.number_system import Kink, MissingFunction
from symland.landscape.parameters import elements, flat, shaped
from symland.problem.problem import Problem
from symland.problem.weights_file import parse_weights
from symland.questions.escalation import accepted, smaller
from symland.questions.loss_bounds import bounds, bounds_json, is_nonnegative
from symland.questions.point_json import point_json
from symland.questions.refined_point import better_point, refined
from symland.questions.weights_numbers import distance
from symland.search.cell_place import CellWalk, is_kinked
from symland.search.cell_slice import CellSlice, cell_slice, convex_slice
from symland.search.cell_walk import cell_minimum
from symland.search.critical_box import NoBox

if TYPE_CHECKING:
    from symland.questions.classification import Classification

__all__ = ["given_in_a_cell", "has_kinks", "near_kinks", "refined_in_a_cell"]

Inertia = tuple[int, int, int]


def has_kinks(problem: Problem) -> bool:
    """Whether an activation is relu or leaky_relu."""
    return any(is_kinked(problem, k) for k in range(1, problem.network.K))


def refined_in_a_cell(work: Classification, start: Sequence[arb]) -> dict[str, Any]:
    """The keys `refined` and `distance` of the document, or `reason`."""
    import numpy as np

    floats = np.array([float(x) for x in start])
    if not np.isfinite(floats).all():
        return {"reason": "the point leaves the range of floats"}
    work.stage("descending through cells")
    try:
        with np.errstate(all="ignore"):
            place = cell_minimum(work.problem, floats, work.deadline)
    except (ArithmeticError, ValueError):
        place = None
    if place is None:
        return {"reason": "no minimum in a cell, or along kinks of the first layer, was reached"}
    work.stage("proving the minimum")
    walk, reason = CellWalk(work.problem), "no slice was tried"
    for find in (convex_slice, cell_slice):
        try:
            found = find(walk, place, work.deadline, work.precision)
            found = _accepted(work.problem, found)
        except (NoBox, Kink, MissingFunction, ArithmeticError, ValueError) as refusal:
            reason = str(refusal)
            continue
        return _document(work, start, found)
    return {"reason": f"a minimum seen in floats is not proved: {reason}"}


def _accepted(problem: Problem, found: CellSlice) -> CellSlice:
    """The slice so small, and computed so finely, that the checker accepts it; else `NoBox`."""

    def written(within: CellSlice) -> Case:
        trial = Case(problem)
        _claims(trial, within)
        return trial

    return accepted(found, written, smaller, "slice")


def _claims(case: Case, found: CellSlice) -> tuple[str, str, Inertia | None]:
    """The name of the point, its kind, and the inertia in the interior of a cell."""
    box, bits, problem = found.box, found.box.precision, case.problem
    shapes, lines = problem.network.shapes, (found.directions, found.directions)
    if found.directions:
        name = slice_point(case, shapes, found.midpoint, *lines, box.radius)
    else:
        name = dyadic_point(case, shapes, found.midpoint)
    if found.flows is None:
        convex_cell_minimum(case, name, box.inverse, found.held, found.translations, bits)
        _loss(case, name, found)
        return name, "local_minimum", None
    if found.congruence is None:
        raise NoBox("the Hessian has more eigenvalues 0, or nearly 0, than flows are found")
    (positive, negative, _), transform = found.congruence
    if found.kinks or found.absent:
        if negative:
            raise NoBox("the Hessian along the kinks has a negative eigenvalue")
        kink_minimum(case, name, box.inverse, found.flows, transform, found.absent, bits)
        _loss(case, name, found)
        return name, "local_minimum", None
    inertia = positive, negative, len(found.midpoint) - positive - negative
    critical = only_critical_in_cell(case, name, box.inverse, found.flows, bits)
    _loss(case, name, found)
    signs = inertia_in_cell(case, name, inertia, transform, found.flows, critical, bits)
    if negative:
        if not positive:
            raise NoBox("no eigenvalue of the Hessian is positive")
        kind_by_inertia(case, name, "strict_saddle", critical, signs)
        return name, "strict_saddle", inertia
    minimum_across(case, name, critical, signs)
    return name, "local_minimum", inertia


def _loss(case: Case, name: str, found: CellSlice) -> None:
    box = found.box
    ends = bounds(box.loss, box.fine, is_nonnegative(case.problem))
    loss_between(case, name, *ends, box.precision)


def _document(work: Classification, start: Sequence[arb], found: CellSlice) -> dict[str, Any]:
    problem, box = work.problem, found.box
    name, kind, inertia = _claims(work.case, found)
    inside = not found.kinks and not found.absent
    document = point_json(
        shaped(problem.network.shapes, [nearest_decimal(x) for x in found.midpoint]),
        None if found.directions else _exact(problem, found.midpoint),
        bounds_json(*bounds(box.loss, box.fine, is_nonnegative(problem))),
        kind,
        "certified",
        inertia,
        critical=True if inside else None,
        **_words(found, inertia),
    )
    if kind == "local_minimum":
        landscape = BallLandscape(problem)
        document |= better_point(work, landscape, name, box.loss, box.precision)
    reach = max((sum(map(abs, d.values())) for d in found.directions), default=fmpq(0))
    away = distance(start, [arb(x) for x in found.midpoint], box.spread * arb(reach))
    return {"refined": document, "distance": away}


def _exact(problem: Problem, values: Sequence[fmpq]) -> dict[str, Any]:
    return shaped(problem.network.shapes, [str(x) for x in values])


def _words(found: CellSlice, inertia: Inertia | None) -> dict[str, Any]:
    """Where the point lies, and why it is not alone, for the reader."""
    causes, places = [], []
    if found.flows is not None:
        kinds = {
            "weights that no sample sees": len(found.flows.translations),
            "neurons mixed, scaled or shifted in the cell": len(found.flows.generators),
            "biases of neurons that make up for one another": len(found.flows.exchanges),
        }
        causes = [f"{text}: {count}" for text, count in kinds.items() if count]
    if found.kinks:
        listed = ", ".join(f"neuron {j + 1} on sample {i + 1}" for j, i in found.kinks)
        places.append(f"preactivations of layer 1 that are 0: {listed}")
    if found.absent:
        listed = ", ".join(str(j + 1) for j in found.absent)
        places.append(f"neurons of layer 1 whose weights are 0: {listed}")
    dimension = None if inertia is None else inertia[2]
    words: dict[str, Any] = {"flat": {"dimension": dimension, "because": causes}}
    return words | ({"kinks": places} if places else {})


def near_kinks(work: Classification) -> dict[str, Any]:
    """The keys `refined` and `distance` of the document: what `refined` proves, or else what is
    proved in a cell or at kinks; what is known without proof, and the reason, where neither is."""
    start = flat(work.problem.network.shapes, elements(work.problem.network, balls, work.point))
    try:
        found = refined(work, BallLandscape(work.problem), start)
    except (Kink, MissingFunction) as kink:
        why = str(kink) if isinstance(kink, Kink) else "a preactivation may be 0 in the balls used"
        found = {"reason": f"no critical point nearby away from kinks: {why}"}
    if (found.get("refined") or {}).get("status") == "certified":
        return found
    other = refined_in_a_cell(work, start)
    if "refined" in other:
        return other
    if "refined" in found:
        return found
    return {"reason": f"{found['reason']}; {other['reason']}"}


def given_in_a_cell(work: Classification, document: dict[str, Any]) -> dict[str, Any]:
    """The document of a point that nothing else decides: what is proved of it, or of a point near
    it, in a cell or at kinks."""
    start = flat(work.problem.network.shapes, elements(work.problem.network, balls, work.point))
    at_kink = document["given"]["kind"] == "not_critical" and "gradient" not in document
    if document["given"]["kind"] != "undecided" and not at_kink:
        return document
    found = refined_in_a_cell(work, start)
    if "refined" not in found:
        return document
    exact = found["refined"]["exact"]
    if exact is not None and parse_weights(exact, work.problem.network) == work.point:
        return {"given": {k: x for k, x in found["refined"].items() if k != "flat"}}
    return document if document["given"]["critical"] else document | found
