"""The critical point nearby where it is not isolated: proved in a slice, flat along a manifold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flint import arb, ctx, fmpq

from symland.claims.case import Case
from symland.claims.convex_loss import convex_global_minimum
from symland.claims.enclosures import kind_by_inertia, loss_between
from symland.claims.not_finite import best_outputs as claim_best_outputs
from symland.claims.slice import (
    exact_fit as claim_exact_fit,
    inertia_across,
    minimum_across,
    only_critical_in_slice,
    silent_saddle,
    slice_point,
    strict_saddle_between,
)
from symland.exact.decimals import nearest_decimal
from symland.landscape.ball_landscape import BallLandscape
from symland.landscape.parameters import shaped
from symland.landscape.parity import classes, parity
from symland.landscape.pure_error import pure_error
from symland.problem.problem import Problem
from symland.questions.escalation import SHRINKINGS, accepted, accepted_precision, smaller
from symland.questions.loss_bounds import bounds, bounds_json, is_nonnegative
from symland.questions.point_json import interval_json, point_json
from symland.questions.proof_cost import check_cost
from symland.search.box_continuum import best_targets
from symland.search.critical_box import NoBox
from symland.search.deadline import Deadline
from symland.search.exact_fit import ExactFit, equation_count, exact_fit, may_fit
from symland.search.flat_reasons import FlatReasons
from symland.search.flat_slice import CriticalSlice, critical_slice

if TYPE_CHECKING:
    from symland.questions.classification import Classification

__all__ = [
    "accepted_slice",
    "causes",
    "certified_fit",
    "certified_slice",
    "fitted_because",
    "nearly_fits",
    "slice_claims",
    "slice_document",
]

FITS = "all samples are fitted exactly"
BEST = {
    -1: "no odd function of the inputs does better on the samples",
    0: "no function of the inputs does better on the samples",
    1: "no even function of the inputs does better on the samples",
}
FITTED, CLOSELY = 1e-9, 1e-20
"""The parts of the largest square of a target below which a loss may be meant to be 0, and so small
that what is left does not bend the loss as far as floats see."""


def certified_slice(
    work: Classification, landscape: BallLandscape, places: Sequence[tuple[Any, FlatReasons]]
) -> tuple[dict[str, Any], CriticalSlice, str]:
    """The document of the critical point in a slice through one of the places, the slice and the
    name of the point; claims are added to the case of `work`.

    The first place at which the kind of the point is proved is taken, or else the first one.

    Raises
    ------
    NoBox
        Nothing is proved.
    """
    problem, first, why = work.problem, None, NoBox("no place to start from")
    for place, reasons in places:
        try:
            found = critical_slice(landscape, place, reasons, work.deadline, work.precision)
            too_much = check_cost(problem).beyond(work.deadline)
            if too_much is not None:
                raise NoBox(f"the check of a proof would take {too_much}")
            found = accepted_slice(problem, found, work.case)
        except NoBox as reason:
            why = reason
            continue
        first = first or found
        if slice_claims(Case(problem), problem, found)[1] != "undecided":
            first = found
            break
    if first is None:
        raise why
    name, kind = slice_claims(work.case, problem, first)
    return slice_document(problem, first, kind), first, name


def accepted_slice(
    problem: Problem, found: CriticalSlice, case: Case | None = None
) -> CriticalSlice:
    """The slice made so small, and computed so finely, that the checker accepts it; else `NoBox`.

    With a `case` the checker is given its claims too, as it will be in the end.
    """

    def written(within: CriticalSlice) -> Case:
        trial = Case(problem) if case is None else case.copy()
        slice_claims(trial, problem, within)
        return trial

    return accepted(found, written, smaller, "slice")


def nearly_fits(problem: Problem, place: Any, part: float = FITTED) -> bool:
    """Whether the outputs at a place (floats) may be meant to be best for every input: targets, or
    their means or log odds where inputs occur several times. The loss above theirs is then at most
    so great a `part` of the square of the largest."""
    import numpy as np

    from symland.landscape.float_landscape import FloatLandscape

    best = _best(problem)
    if best is None:
        return False
    try:
        rows = (*best.dataset.targets, *problem.dataset.targets)
        largest = max((abs(float(y)) for row in rows for y in row), default=0.0)
        with np.errstate(all="ignore"):
            loss = float(FloatLandscape(best).loss(place))
    except OverflowError:  # data beyond the floats
        return False
    return bool(loss**0.5 <= part**0.5 * largest)


def _best(problem: Problem) -> Problem | None:
    """The problem itself if its targets may be fitted, or with the best outputs for its inputs in
    their place; None where there are none."""
    fits = may_fit(problem) and not pure_error(problem)
    found = classes(problem)
    silent = any(not e for samples in found.values() for _, e in samples)
    if fits and not silent and len(found) == len(set(map(tuple, problem.dataset.inputs))):
        return problem
    return best_targets(problem) or (problem if fits else None)


def fitted_because(problem: Problem, place: Any, rank: int) -> str | None:
    """Why the critical points near a place (floats), where the Hessian has so many eigenvalues that
    are not 0, are a manifold of best fits: it has the rank of as many equations as there are
    outputs to fit, so that these can be solved. None where that is not so."""
    best = _best(problem)
    if best is None or rank != equation_count(best) or not nearly_fits(problem, place, CLOSELY):
        return None
    return _because(problem, best)


def _because(problem: Problem, best: Problem) -> str:
    return FITS if best is problem else BEST[parity(problem.network)]


def certified_fit(
    case: Case, place: Any, deadline: Deadline, precision: int
) -> tuple[dict[str, Any], ExactFit]:
    """The document of a point near `place` that fits all samples, or as well as any function of the
    inputs does, and the point; a claim is added to the case.

    Raises
    ------
    NoBox
        Nothing is proved.
    """
    problem = case.problem
    best = _best(problem)
    if best is None:
        raise NoBox("no outputs are best")
    exactly = best is problem
    found = exact_fit(best, place, deadline, precision)

    with ctx.workprec(2 * found.box.precision):
        value = BallLandscape(problem).loss([arb(x) for x in found.midpoint])
    ends = bounds(value, found.box.fine // 2, is_nonnegative(problem))

    def write(entered: Case, bits: int) -> None:
        shapes, lines = problem.network.shapes, (found.directions, found.directions)
        name = slice_point(entered, shapes, found.midpoint, *lines, found.box.radius)
        claim = claim_exact_fit if exactly else claim_best_outputs
        claim(entered, name, found.box.inverse, bits)
        if not exactly:
            loss_between(entered, name, *ends, bits)

    for _ in range(SHRINKINGS):
        bits = accepted_precision(problem, write, found.box.precision)
        if bits is not None:
            break
        found = replace(found, box=replace(found.box, radius=found.box.radius / 64))
    else:
        raise NoBox("the checker refuses the slice")
    write(case, bits)
    flat = len(found.midpoint) - len(found.directions)
    why = _because(problem, best)
    document = point_json(
        shaped(problem.network.shapes, [nearest_decimal(x) for x in found.midpoint]),
        None,
        interval_json((fmpq(0), fmpq(0))) if exactly else bounds_json(*ends),
        "global_minimum",
        "certified",
        critical=True,
        flat={"dimension": flat, "because": [why] if flat else []},
    )
    return document, found


def slice_claims(case: Case, problem: Problem, found: CriticalSlice) -> tuple[str, str]:
    """The name of the point and its kind, as the document has it."""
    box, bits = found.box, found.box.precision
    shapes = problem.network.shapes
    lines = found.directions, found.tests
    name = slice_point(case, shapes, found.midpoint, *lines, box.radius)
    critical = only_critical_in_slice(case, name, box.inverse, found.reasons, bits)
    loss_between(case, name, *bounds(box.loss, box.fine, is_nonnegative(problem)), bits)
    if problem.network.K == 1:
        convex_global_minimum(case, name, critical)
    inertia = _inertia(found)
    if inertia is None or found.congruence is None:
        if found.bends is None or problem.network.K == 1:
            return name, "global_minimum" if problem.network.K == 1 else "undecided"
        strict_saddle_between(case, name, critical, *found.bends, bits)
        return name, "strict_saddle"
    transform = found.congruence[1]
    signs = inertia_across(case, name, inertia, transform, found.counted, critical, bits)
    if inertia[0] and inertia[1]:
        kind_by_inertia(case, name, "strict_saddle", critical, signs)
        return name, "strict_saddle"
    if inertia[1]:
        return name, "undecided"
    if found.kernel:
        if found.heard is None:
            return name, "undecided"
        silent_saddle(case, name, critical, signs, *found.heard, bits)
        return name, "non_strict_saddle"
    minimum_across(case, name, critical, signs)
    return name, "global_minimum" if problem.network.K == 1 else "local_minimum"


def _inertia(found: CriticalSlice) -> tuple[int, int, int] | None:
    if found.congruence is None:
        return None
    positive, negative, _ = found.congruence[0]
    return positive, negative, len(found.midpoint) - positive - negative


def slice_document(problem: Problem, found: CriticalSlice, kind: str) -> dict[str, Any]:
    """The document of the critical point in a slice that the checker accepts."""
    box, inertia = found.box, _inertia(found)
    document = point_json(
        shaped(problem.network.shapes, [nearest_decimal(x) for x in found.midpoint]),
        None,
        bounds_json(*bounds(box.loss, box.fine, is_nonnegative(problem))),
        kind,
        "undecided" if kind == "undecided" else "certified",
        inertia,
        critical=True,
        flat={
            "dimension": None if inertia is None or found.kernel else inertia[2],
            "because": causes(found.counted),
        },
    )
    if kind == "undecided":
        document["reason"] = (
            "the Hessian has more eigenvalues 0, or nearly 0, than there are flat directions found"
            if inertia is None
            else "no eigenvalue of the Hessian is positive, and some are 0"
        )
    return document


def causes(counted: FlatReasons) -> list[str]:
    """Why the loss is constant along the manifold, in words."""
    counts: Counter[str] = Counter()
    counts["translations of weights that the loss does not see"] = len(counted.translations)
    counts["symmetries that scale or mix neurons"] = len(counted.generators)
    causes = [f"{text}: {count}" for text, count in counts.items() if count]
    for group in counted.copies:
        neurons = ", ".join(str(j + 1) for j in group.neurons)
        shares = ", ".join(str(a) for a in group.shares)
        causes.append(
            f"neurons {neurons} of layer {group.layer} are copies of one neuron, shares {shares}"
        )
    for layer, j in counted.silent:
        causes.append(
            f"nothing depends on neuron {j + 1} of layer {layer}, by its outgoing weights"
        )
    for layer, j in counted.constant:
        what = (
            "incoming weights 0, and biases make up for all that its value and outgoing weights do"
            if counted.unheard and layer == 1
            else "weights 0 on both sides, so that its bias is free"
        )
        causes.append(f"neuron {j + 1} of layer {layer} has {what}")
    return causes
