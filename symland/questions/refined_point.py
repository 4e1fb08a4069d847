"""The critical point that Newton's method reaches: proved by enclosures, or to many digits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flint import arb, ctx, fmpq

from symland.claims.case import Case
from symland.claims.convex_loss import convex_global_minimum
from symland.claims.enclosures import (
    box_point,
    dyadic_point,
    inertia_by_congruence,
    kind_by_inertia,
    loss_between,
    not_global_between,
    only_critical,
)
from symland.exact.decimals import nearest_decimal
from symland.exact.rational_matrix import as_fmpq
from symland.landscape.ball_landscape import BallLandscape
from symland.landscape.number_systems.number_system import Kink, MissingFunction
from symland.landscape.parameters import flat, shaped
from symland.problem.problem import Problem
from symland.questions.escalation import (
    SHRINKINGS,
    accepted,
    accepted_precision,
    smaller_box,
)
from symland.questions.loss_bounds import bounds, bounds_json, is_nonnegative
from symland.questions.numerical_point import NotReached, not_reached, numerical_point
from symland.questions.point_json import point_json
from symland.questions.proof_cost import check_cost, proof_cost
from symland.questions.refined_slice import certified_fit, certified_slice, nearly_fits
from symland.questions.weights_numbers import distance
from symland.search.critical_box import CriticalBox, NoBox, critical_box
from symland.search.deadline import Deadline
from symland.search.multistart import descent, lower_point
from symland.search.newton import BEYOND, Tell, nearby_critical_point, newton

if TYPE_CHECKING:
    from symland.questions.classification import Classification

__all__ = [
    "accepted_box",
    "better_point",
    "box_claims",
    "box_document",
    "box_json",
    "certified_box",
    "refined",
    "spurious",
]

MANY = 110
"""Parameters beyond which Newton's method takes few steps, since Hessians are large."""
LOWER = 0.2
"""The part of the time left in which a lower point is looked for."""
FEW_STEPS = 20
"""Newton steps in floats where Hessians are large."""
SLACK = 4
"""Shares may change by as many times what Newton's method changed."""
NEARLY = 1e-3
"""The part of their weights by which copies may differ if nothing else is proved."""


def refined(work: Classification, landscape: BallLandscape, start: Sequence[arb]) -> dict[str, Any]:
    """The keys `refined` and `distance` of the document, or `reason`."""
    import numpy as np

    shapes, floats = work.problem.network.shapes, [float(x) for x in start]
    work.stage("looking for a critical point nearby")
    finite, ends = bool(np.isfinite(floats).all()), ["the weights are beyond the floats"]
    reached = _reached(work, shaped(shapes, floats), ends.append) if finite else None
    point = [arb(float(x)) for x in flat(shapes, reached)] if reached else list(start)
    too_much = proof_cost(work.problem).beyond(work.deadline)
    reason = f"a proof about {landscape.size} parameters would take {too_much}"
    if too_much is None:
        work.stage("proving the critical point")
        fitted = _fitted(work, start, point)
        if fitted is not None:
            return fitted
        across = _in_a_slice(work, landscape, start, point) if reached else None
        if across is not None:
            return across
        try:  # also from the start, where floats do not lead away from it: balls have more digits
            box = critical_box(landscape, point, _without_check(work), work.precision)
            document = certified_box(work, landscape, box)
            found = distance(start, [arb(x) for x in box.midpoint], box.spread)
            return {"refined": document, "distance": found}
        except NoBox as refusal:
            reason = str(refusal)
    if reached is None:
        return not_reached(work.deadline, ends[-1])
    try:
        document, end = numerical_point(
            work.problem, [float(x) for x in point], work.deadline, reason, start
        )
    except NotReached as why:
        return not_reached(work.deadline, why)
    return {"refined": document, "distance": distance(start, end)}


def _without_check(work: Classification) -> Deadline:
    """The time that a proof may take so that some is left for its check."""
    check = check_cost(work.problem).seconds * work.deadline.load()
    return Deadline(work.deadline.remaining() - min(check, work.deadline.remaining() / 2))


def _fitted(
    work: Classification, start: Sequence[arb], point: Sequence[arb]
) -> dict[str, Any] | None:
    """The document of a point nearby with loss 0; None where the loss is not nearly 0, or nothing
    is proved."""
    import numpy as np

    place = np.array([float(x) for x in point])
    if not nearly_fits(work.problem, place):
        return None
    try:
        document, found = certified_fit(work.case, place, work.deadline, work.precision)
    except (NoBox, Kink, MissingFunction):
        return None
    away = distance(start, [arb(x) for x in found.midpoint], found.box.spread)
    return {"refined": document, "distance": away}


def _in_a_slice(
    work: Classification, landscape: BallLandscape, start: Sequence[arb], point: Sequence[arb]
) -> dict[str, Any] | None:
    """The document of a critical point that lies on a manifold of others; None where the loss is
    not seen to be constant along any direction, or nothing is proved."""
    import numpy as np

    from symland.search.flat_reasons import flat_reasons

    place, given = (np.array([float(x) for x in v]) for v in (point, start))
    if not np.isfinite(place).all():
        return None
    moved = float(abs(place - given).max())
    # Newton's method moves along flat directions too: copies are clearer where it started.
    trials = [
        (place, flat_reasons(work.problem, place, SLACK * moved)),
        (given, flat_reasons(work.problem, given)),
        (place, flat_reasons(work.problem, place, SLACK * moved, NEARLY)),
    ]
    seen = [(w, r) for k, (w, r) in enumerate(trials) if r and (k == 0 or r != trials[0][1])]
    if not seen:
        return None
    try:
        document, found, name = certified_slice(work, landscape, seen)
    except (NoBox, Kink, MissingFunction):
        return None
    box = found.box
    if document["kind"] == "local_minimum":
        document |= better_point(work, landscape, name, box.loss, box.precision)
    reach = max(sum(abs(x) for x in d.values()) for d in found.directions)
    away = distance(start, [arb(x) for x in found.midpoint], box.spread * arb(reach))
    return {"refined": document, "distance": away}


def _reached(work: Classification, start: dict[str, Any], tell: Tell) -> dict[str, Any] | None:
    """Where Newton's method ends; None too where it leaves the range of floats."""
    import numpy as np

    if work.problem.network.parameter_count > MANY:
        return _descended(work, start, tell)
    with np.errstate(all="ignore"):
        try:
            return nearby_critical_point(work.problem, start, work.deadline, tell=tell)
        except (ArithmeticError, ValueError):  # infinities in a matrix, and what follows from them
            tell(BEYOND)
            return None


def _descended(work: Classification, start: dict[str, Any], tell: Tell) -> dict[str, Any] | None:
    """Newton's method from the start, or else from where a descent ends: few Hessians are taken."""
    import numpy as np

    from symland.landscape.float_landscape import FloatLandscape

    landscape = FloatLandscape(work.problem)
    vector = np.array(flat(work.problem.network.shapes, start), dtype=float)
    third = work.deadline.remaining() / 3
    with np.errstate(all="ignore"):
        try:
            reached = newton(landscape, vector, Deadline(third), FEW_STEPS, tell)
            if reached is None:
                low = descent(landscape, vector, Deadline(third))
                if low is not None:
                    reached = newton(landscape, low[0], Deadline(third), FEW_STEPS, tell)
        except (ArithmeticError, ValueError):  # infinities in a matrix
            tell(BEYOND)
            return None
    return None if reached is None else landscape.arrays(reached)


def certified_box(
    work: Classification, landscape: BallLandscape, box: CriticalBox
) -> dict[str, Any]:
    """The document of the critical point in the box; claims are added to the case of `work`."""
    before = work.case
    for _ in range(SHRINKINGS):
        too_much = check_cost(work.problem).beyond(work.deadline)
        if too_much is not None:
            work.case = before
            raise NoBox(f"the check of a proof would take {too_much}")
        # All claims at once, so that the check at the end is of the same files.
        work.case = before.copy()
        name, kind = box_claims(work.case, work.problem, box)
        document = box_document(work.problem, box, kind)
        if kind == "local_minimum":
            document |= better_point(work, landscape, name, box.loss, box.precision)
        work.stage("checking")
        verdict = work.case.check()
        if verdict.accepted:
            return document
        box = smaller_box(box)
    work.case = before
    raise NoBox(f"the checker refuses the box: {verdict.reason}")


def accepted_box(problem: Problem, box: CriticalBox) -> CriticalBox:
    """The box made so small, and computed so finely, that the checker accepts it; else `NoBox`."""

    def written(smaller: CriticalBox) -> Case:
        trial = Case(problem)
        box_claims(trial, problem, smaller)
        return trial

    return accepted(box, written, smaller_box, "box")


def box_document(problem: Problem, box: CriticalBox, kind: str) -> dict[str, Any]:
    """The document of the critical point in a box that the checker accepts."""
    inertia = None if box.congruence is None else box.congruence[0]
    lower, upper = bounds(box.loss, box.fine, is_nonnegative(problem))
    document = point_json(
        shaped(problem.network.shapes, [nearest_decimal(x) for x in box.midpoint]),
        None,
        bounds_json(lower, upper),
        kind,
        "certified" if kind != "undecided" else "undecided",
        inertia,
        critical=True,
        box=box_json(problem, box),
    )
    if kind == "undecided":
        document["reason"] = (
            "the Hessian is singular or nearly so (smallest eigenvalue about "
            f"{box.smallest_pivot}), so that its signs are not proved"
        )
    return document


def box_json(problem: Problem, box: CriticalBox) -> dict[str, Any]:
    """The radius of the certificate's box; where those of the weights differ, all, and the least of
    them."""
    found: dict[str, Any] = {"radius": str(min(box.radii))}
    if box.parts:
        found["radii"] = shaped(problem.network.shapes, [str(r) for r in box.radii])
    return found


def box_claims(case: Case, problem: Problem, box: CriticalBox) -> tuple[str, str]:
    """The name of the point and its kind."""
    bits = box.precision
    name = box_point(case, problem.network.shapes, box.midpoint, box.radii)
    critical = only_critical(case, name, box.inverse, bits)
    loss_between(case, name, *bounds(box.loss, box.fine, is_nonnegative(problem)), bits)
    convex = problem.network.K == 1
    if convex:
        convex_global_minimum(case, name, critical)
    if box.congruence is None:
        return name, "global_minimum" if convex else "undecided"
    signs, transform = box.congruence
    inertia = inertia_by_congruence(case, name, signs, transform, bits)
    if signs[0] and signs[1]:
        kind_by_inertia(case, name, "strict_saddle", critical, inertia)
        return name, "strict_saddle"
    kind_by_inertia(
        case, name, "strict_maximum" if signs[1] else "strict_minimum", critical, inertia
    )
    if convex:
        return name, "global_minimum"
    return name, "local_maximum" if signs[1] else "local_minimum"


def better_point(
    work: Classification, landscape: BallLandscape, name: str, value: arb, precision: int
) -> dict[str, Any]:
    """What a lower point elsewhere, found by descents from random starts, adds to the document."""
    loss = float(value.abs_lower())
    if is_nonnegative(work.problem) and loss < 1e-18:
        return {}
    work.stage("searching for a lower point")
    limit = Deadline(LOWER * _without_check(work).remaining())
    found = lower_point(work.problem, loss, work.seed, limit)
    if found is None:
        return {}
    exact = [as_fmpq(x) for x in found]
    return spurious(work.case, work.problem, landscape, name, value, precision, exact)


def spurious(
    case: Case,
    problem: Problem,
    landscape: BallLandscape,
    name: str,
    value: arb,
    precision: int,
    lower_vector: Sequence[fmpq],
) -> dict[str, Any]:
    """What a dyadic point of lower loss adds to the document of a minimum; nothing if not lower."""
    with ctx.workprec(256):
        lower_value = landscape.loss([arb(x) for x in lower_vector])
    if not lower_value < value:
        return {}
    shapes = problem.network.shapes

    def write(trial: Case, bits: int) -> tuple[str, fmpq, fmpq]:
        better = dyadic_point(trial, shapes, lower_vector)
        ends = bounds(lower_value, bits - 60, is_nonnegative(problem))
        loss_between(trial, better, *ends, bits)
        return better, *ends

    proved = accepted_precision(problem, write, precision)
    if proved is None:
        return {}
    better, lower, upper = write(case, proved)
    not_global_between(case, name, better, proved)
    weights = shaped(shapes, [nearest_decimal(x) for x in lower_vector])
    return {
        "kind": "spurious_local_minimum",
        "global": False,
        "better": {"weights": weights, "loss": bounds_json(lower, upper)},
    }
