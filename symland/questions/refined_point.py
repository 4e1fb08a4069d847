"""The critical point that Newton's method reaches: proved by enclosures, or to 50 digits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flint import arb, ctx, fmpq

from symland.claims.case import Case
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
from symland.landscape.parameters import flat, shaped
from symland.problem.problem import Problem
from symland.questions.loss_bounds import bounds, bounds_json
from symland.questions.point_json import point_json
from symland.search.ball_newton import polish
from symland.search.critical_box import MOST_BITS, CriticalBox, NoBox, critical_box
from symland.search.deadline import Deadline
from symland.search.multistart import descent, lower_point
from symland.search.newton import nearby_critical_point

if TYPE_CHECKING:
    from symland.questions.classification import Classification

__all__ = [
    "accepted_box",
    "better_point",
    "box_claims",
    "box_document",
    "certified_box",
    "is_nonnegative",
    "refined",
    "spurious",
    "unproved",
]

MOST_PROVED = 110
"""Parameters beyond which no proof is tried."""
MOST_POLISHED = 400
"""Parameters beyond which the floats of the search stand as they are."""
DESCENT_SECONDS = 3.0
SHRINKINGS = 4


def is_nonnegative(problem: Problem) -> bool:
    """Whether the loss is a sum of terms that are never negative."""
    weights = problem.loss.weights or ()
    l2 = flat({n: problem.network.shapes[n] for n in problem.l2 or {}}, problem.l2 or {})
    return all(w >= 0 for row in weights for w in row) and all(x >= 0 for x in l2)


def refined(
    work: Classification, landscape: BallLandscape, start: Sequence[float]
) -> dict[str, Any]:
    """The keys `refined`, `distance` or `reason` of the document."""
    import numpy as np

    shapes = work.problem.network.shapes
    work.stage("looking for a critical point nearby")
    reached = _reached(work, shaped(shapes, list(start))) if np.isfinite(start).all() else None
    if reached is None:
        return {"reason": "Newton's method reached no critical point from here"}
    floats = np.array(flat(shapes, reached), dtype=float)
    distance = f"{float(np.linalg.norm(floats - np.array(start))):.6g}"
    point = [arb(x) for x in floats]
    if landscape.size > MOST_PROVED:
        reason = f"{landscape.size} parameters, proofs are tried up to {MOST_PROVED}"
        return {"refined": _numerical(work, landscape, point, reason), "distance": distance}
    work.stage("proving the critical point")
    try:
        box = critical_box(landscape, point, work.deadline, work.precision)
        document = certified_box(work, landscape, box)
    except NoBox as reason:
        document = _numerical(work, landscape, point, str(reason))
    return {"refined": document, "distance": distance}


def _reached(work: Classification, start: dict[str, Any]) -> dict[str, Any] | None:
    """Where Newton's method ends; None too where it leaves the range of floats."""
    import numpy as np

    if work.problem.network.parameter_count > MOST_PROVED:
        return _descended(work, start)
    with np.errstate(all="ignore"):
        try:
            return nearby_critical_point(work.problem, start, work.deadline)
        except (ArithmeticError, ValueError):  # infinities in a matrix, and what follows from them
            return None


def _descended(work: Classification, start: dict[str, Any]) -> dict[str, Any] | None:
    """Where a descent ends with a small gradient: for networks too large for many Hessians."""
    import numpy as np

    from symland.landscape.float_landscape import FloatLandscape

    landscape = FloatLandscape(work.problem)
    vector = np.array(flat(work.problem.network.shapes, start), dtype=float)
    found = descent(landscape, vector, Deadline(work.deadline.remaining() / 3))
    if found is None or np.linalg.norm(landscape.gradient(found[0])) > 1e-4 * max(1.0, found[1]):
        return None
    return landscape.arrays(found[0])


def certified_box(
    work: Classification, landscape: BallLandscape, box: CriticalBox
) -> dict[str, Any]:
    """The document of the critical point in the box; claims are added to the case of `work`."""
    problem, box = work.problem, accepted_box(work.problem, box)
    name, kind = box_claims(work.case, problem, box)
    document = box_document(problem, box, kind)
    if kind == "local_minimum":
        document |= better_point(work, landscape, name, box.loss, box.precision)
    return document


def accepted_box(problem: Problem, box: CriticalBox) -> CriticalBox:
    """The box made so small that the checker accepts it; `NoBox` where it accepts none.

    The checker's intervals are wider than the balls that chose the box.
    """
    for _ in range(SHRINKINGS):
        trial = Case(problem)
        box_claims(trial, problem, box)
        verdict = trial.check()
        if verdict.accepted:
            return box
        box = replace(box, radius=box.radius / 64)
    raise NoBox(f"the checker refuses the box: {verdict.reason}")


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
        box={"radius": str(box.radius)},
    )
    if kind == "undecided":
        document["reason"] = (
            "the Hessian is singular or nearly so (smallest eigenvalue about "
            f"{box.smallest_pivot}), so that its signs are not proved"
        )
    return document


def box_claims(case: Case, problem: Problem, box: CriticalBox) -> tuple[str, str]:
    """The name of the point and its kind."""
    bits = box.precision
    name = box_point(case, problem.network.shapes, box.midpoint, box.radius)
    critical = only_critical(case, name, box.inverse, bits)
    loss_between(case, name, *bounds(box.loss, box.fine, is_nonnegative(problem)), bits)
    if box.congruence is None:
        return name, "undecided"
    signs, transform = box.congruence
    inertia = inertia_by_congruence(case, name, signs, transform, bits)
    if signs[0] and signs[1]:
        kind_by_inertia(case, name, "strict_saddle", critical, inertia)
        return name, "strict_saddle"
    kind_by_inertia(
        case, name, "strict_maximum" if signs[1] else "strict_minimum", critical, inertia
    )
    return name, "local_maximum" if signs[1] else "local_minimum"


def better_point(
    work: Classification, landscape: BallLandscape, name: str, value: arb, precision: int
) -> dict[str, Any]:
    """What a lower point elsewhere, found by descents from random starts, adds to the document."""
    loss = float(value.abs_lower())
    if is_nonnegative(work.problem) and loss < 1e-18:
        return {}
    work.stage("searching for a lower point")
    seconds = min(DESCENT_SECONDS, work.deadline.remaining() / 3)
    found = lower_point(work.problem, loss, work.seed, Deadline(seconds))
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
    better = dyadic_point(case, shapes, lower_vector)
    lower, upper = bounds(lower_value, precision - 60, is_nonnegative(problem))
    loss_between(case, better, lower, upper, precision)
    not_global_between(case, name, better, precision)
    weights = shaped(shapes, [nearest_decimal(x) for x in lower_vector])
    return {
        "kind": "spurious_local_minimum",
        "global": False,
        "better": {"weights": weights, "loss": bounds_json(lower, upper)},
    }


def _numerical(
    work: Classification, landscape: BallLandscape, point: list[arb], reason: str
) -> dict[str, Any]:
    """The document of a point without proof: gradient norm, and signs of clear eigenvalues."""
    import numpy as np

    n = landscape.size
    if n > MOST_POLISHED:
        return _from_floats(work, point, reason)
    with ctx.workprec(min(600, MOST_BITS)):
        polished = polish(landscape, point, 170, Deadline(work.deadline.remaining() / 2))
        better = polished or point
        value, gradient, hessian = landscape.at(better)
        length = sum((g * g for g in gradient), arb(0)).sqrt()
    values = np.array([float(x.mid()) for x in hessian.entries()]).reshape(n, n)
    document = unproved(work.problem, better, value, values, reason, polished is not None)
    return document | {"gradient_norm": length.str(5, radius=False)}


def _from_floats(work: Classification, point: list[arb], reason: str) -> dict[str, Any]:
    import numpy as np

    from symland.landscape.float_landscape import FloatLandscape

    landscape, vector = FloatLandscape(work.problem), np.array([float(x) for x in point])
    document = unproved(
        work.problem, point, arb(landscape.loss(vector)), landscape.hessian(vector), reason, True
    )
    length = float(np.linalg.norm(landscape.gradient(vector)))
    return document | {"gradient_norm": f"{length:.5g}"}


def unproved(
    problem: Problem, point: list[arb], value: arb, hessian: Any, reason: str, converged: bool
) -> dict[str, Any]:
    """The document of a point without proof, from its loss and the floats of its Hessian."""
    import numpy as np

    inertia, kind = None, "undecided"
    if np.isfinite(hessian).all():
        eigenvalues = np.linalg.eigvalsh((hessian + hessian.T) / 2)
        cut = 1e-8 * max(abs(eigenvalues), default=0.0)
        positive, negative = int((eigenvalues > cut).sum()), int((eigenvalues < -cut).sum())
        inertia = positive, negative, len(eigenvalues) - positive - negative
        if not converged:
            kind = "undecided"
        elif positive and negative:
            kind = "strict_saddle"
        elif not inertia[2]:
            kind = "local_minimum" if positive else "local_maximum"
    weights = shaped(problem.network.shapes, [x.str(20, radius=False) for x in point])
    loss = bounds_json(*bounds(value, 200, is_nonnegative(problem))) if value.is_finite() else None
    document = point_json(
        weights, None, loss, kind, "undecided" if kind == "undecided" else "numerical", inertia
    )
    return document | {
        "reason": f"{reason}; eigenvalues below 1e-8 of the largest are counted as zero"
    }
