"""Points of rational and log(p/q) entries that exact arithmetic shows to be critical."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flint import arb, arb_mat, ctx, fmpq

from symland.claims.case import Case
from symland.claims.enclosures import (
    critical_exactly,
    inertia_exactly,
    kind_by_inertia,
    loss_between,
    loss_exactly,
    zero_loss_exactly,
)
from symland.claims.global_minimum import (
    balanced_outputs as claim_balanced_outputs,
    pure_error as claim_pure_error,
)
from symland.enclosure.dyadic import simple_rational
from symland.exact.rational_matrix import as_fmpq
from symland.landscape.ball_landscape import BallLandscape
from symland.landscape.number_systems.arb_balls import balls
from symland.landscape.parameters import elements, flat
from symland.landscape.pure_error import pure_error
from symland.questions.convex_region import convex_region
from symland.questions.degenerate_minimum import degenerate_minimum
from symland.questions.escalation import accepted_precision
from symland.questions.exact_curvature import enclosed_kind
from symland.questions.exact_saddle import non_strict_saddle
from symland.questions.loss_bounds import bounds, bounds_json, is_nonnegative
from symland.questions.point_json import loss_json, point_json
from symland.questions.refined_point import better_point

if TYPE_CHECKING:
    from symland.questions.classification import Classification

__all__ = ["exactly_critical"]

Inertia = tuple[int, int, int]
PRECISION = 256
EXACTLY = "logarithms", "indeterminates"
"""Rules that compute derivatives exactly, the quicker one first."""
KINDS = {
    "strict_minimum": "local_minimum",
    "strict_maximum": "local_maximum",
    "strict_saddle": "strict_saddle",
}


def exactly_critical(work: Classification) -> dict[str, Any] | None:
    """The document of a point whose gradient is exactly 0; None where that is not proved.

    What the claims say is a guess from enclosures; the checker's exact arithmetic decides.
    """
    if work.point.roots:
        return None
    parameters = work.point.to_json()
    rule = _critical_by(work, parameters)
    if rule is None:
        return None
    landscape = BallLandscape(work.problem)
    with ctx.workprec(PRECISION):
        point = flat(work.problem.network.shapes, elements(work.problem.network, balls, work.point))
        value, _, hessian = landscape.at(point)
    name = work.case.point(parameters)
    critical = critical_exactly(work.case, name, rule)
    zero = _zero_loss(work, parameters)
    if zero:
        zero_loss_exactly(work.case, name)
        loss: dict[str, Any] | None = loss_json(fmpq(0))
    else:
        loss = _loss(work, parameters, value)
    least = zero or _fits_like_no_function(work, parameters)
    kind, found = _kind(work, name, critical, point, hessian, least)
    if least:
        kind = "global_minimum"
    status = "undecided" if kind == "undecided" else "certified"
    given = _document(work, kind, status, found, loss)
    if kind == "undecided":
        return {"given": given, "reason": _reason(found)}
    if kind == "local_minimum":
        if any((c["claim"], c.get("point")) == ("strict_minimum", name) for c in work.case.claims):
            given |= {"local": "strict_minimum"}
        given |= better_point(work, landscape, name, value, PRECISION + 2 * landscape.size)
    return {"given": given}


def _critical_by(work: Classification, parameters: dict[str, Any]) -> str | None:
    """The rule by which the checker accepts that the point is critical."""
    for rule in EXACTLY:
        trial = Case(work.problem)
        critical_exactly(trial, trial.point(parameters), rule)
        if trial.check().accepted:
            return rule
    return None


def _kind(
    work: Classification,
    name: str,
    critical: str,
    point: list[arb],
    hessian: arb_mat,
    least: bool,
) -> tuple[str, Inertia | None]:
    """What the point is and the inertia, with their claims in the case of `work`; `least` says that
    it is a global minimum already."""
    signs = _inertia(work, work.point.to_json(), hessian)
    found, rule = signs or (None, "")
    if found is not None:
        inertia = inertia_exactly(work.case, name, found, rule)
        claim = _claim(found)
        if claim is not None:
            kind_by_inertia(work.case, name, claim, critical, inertia)
            return KINDS[claim], found
    if least:
        return "global_minimum", found
    falls = found is not None and found[1] > 0
    if not falls and convex_region(work.case, work.problem, work.point, work.deadline):
        return "local_minimum", found
    if (
        found is not None
        and not falls
        and degenerate_minimum(work.case, name, work.problem, work.point, work.deadline)
    ):
        return "local_minimum", found
    with ctx.workprec(PRECISION):
        known = None if found is None else (inertia, found)
        enclosed = enclosed_kind(work, name, critical, hessian, PRECISION, known)
    if enclosed is not None:
        return enclosed[0], enclosed[1] or found
    if found is not None and non_strict_saddle(work, point, name, critical, inertia, hessian):
        return "non_strict_saddle", found
    return "undecided", found


def _document(
    work: Classification, kind: str, status: str, found: Inertia | None, loss: dict[str, Any] | None
) -> dict[str, Any]:
    from symland.questions.weights_numbers import rounded_entries

    return point_json(
        rounded_entries(work.point), work.point.to_json(), loss, kind, status, found, critical=True
    )


def _loss(work: Classification, parameters: dict[str, Any], value: arb) -> dict[str, Any] | None:
    """The loss with its claim: exactly where it is a rational of moderate size, else bounds."""
    near = simple_rational(value, PRECISION)
    if near is not None:
        guess = as_fmpq(near)
        trial = Case(work.problem)
        loss_exactly(trial, trial.point(parameters), guess)
        if trial.check().accepted:
            loss_exactly(work.case, work.case.point(parameters), guess)
            return loss_json(guess)

    def write(case: Case, bits: int) -> tuple[fmpq, fmpq]:
        ends = bounds(value, min(bits, PRECISION) - 20, is_nonnegative(work.problem))
        loss_between(case, case.point(parameters), *ends, bits)
        return ends

    bits = accepted_precision(
        work.problem, write, PRECISION + 2 * work.problem.network.parameter_count
    )
    return None if bits is None else bounds_json(*write(work.case, bits))


def _zero_loss(work: Classification, parameters: dict[str, Any]) -> bool:
    """Whether the checker confirms that the loss is exactly 0, and never negative."""
    trial = Case(work.problem)
    zero_loss_exactly(trial, trial.point(parameters))
    return trial.check().accepted


def _fits_like_no_function(work: Classification, parameters: dict[str, Any]) -> bool:
    """Whether the loss is the least that any function of the input has; claimed if so."""
    if not pure_error(work.problem):
        return work.problem.loss.kind != "squared" and _is_balanced(work, parameters)
    trial = Case(work.problem)
    claim_pure_error(trial, trial.point(parameters), "pure_error_logarithms")
    if not trial.check().accepted:
        return False
    claim_pure_error(work.case, work.case.point(parameters), "pure_error_logarithms")
    return True


def _is_balanced(work: Classification, parameters: dict[str, Any]) -> bool:
    """The same for other losses, which are convex in the outputs."""
    trial = Case(work.problem)
    claim_balanced_outputs(trial, trial.point(parameters))
    if not trial.check().accepted:
        return False
    claim_balanced_outputs(work.case, work.case.point(parameters))
    return True


def _inertia(
    work: Classification, parameters: dict[str, Any], hessian: arb_mat
) -> tuple[Inertia, str] | None:
    """The inertia in floats, if the checker confirms it exactly, and by which rule."""
    import numpy as np

    n = hessian.nrows()
    values = np.array([float(x.mid()) for x in hessian.entries()]).reshape(n, n)
    if not np.isfinite(values).all():
        return None
    eigenvalues = np.linalg.eigvalsh((values + values.T) / 2)
    cut = 1e-10 * max(abs(eigenvalues), default=0.0)
    positive, negative = int((eigenvalues > cut).sum()), int((eigenvalues < -cut).sum())
    found = positive, negative, n - positive - negative
    for rule in EXACTLY:
        trial = Case(work.problem)
        inertia_exactly(trial, trial.point(parameters), found, rule)
        if trial.check().accepted:
            return found, rule
    return None


def _claim(found: Inertia) -> str | None:
    positive, negative, zero = found
    if positive and negative:
        return "strict_saddle"
    if zero:
        return None
    return "strict_minimum" if positive else "strict_maximum"


def _reason(found: Inertia | None) -> str:
    if found is None:
        return "the point is critical; the signs of its Hessian are not proved"
    return (
        f"the point is critical, but its Hessian has {found[2]} eigenvalues 0 and none of both "
        "signs, so that second derivatives do not decide its kind"
    )
