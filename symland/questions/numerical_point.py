"""A critical point to many digits, without proof."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flint import arb, ctx

from symland.enclosure.dyadic import binary_logarithm
from symland.landscape.ball_landscape import BallLandscape
from symland.landscape.parameters import shaped
from symland.problem.problem import Problem
from symland.questions.held_digits import held_digits, uncertainties
from symland.questions.loss_bounds import bounds, bounds_json, is_nonnegative
from symland.questions.point_json import point_json
from symland.questions.proof_cost import LEAST, digits_cost
from symland.questions.refined_slice import causes
from symland.search.ball_newton import polish_by_gradients
from symland.search.deadline import Deadline
from symland.search.flat_point import flat_point
from symland.search.saturation import saturated

if TYPE_CHECKING:
    from symland.landscape.float_landscape import FloatLandscape

__all__ = ["NotReached", "not_reached", "numerical_point", "unproved"]

BITS, WORKING = 170, 600
FADED = 10_000
"""Binary places up to which a small loss is printed."""
SINGULAR = 1e-8
"""The part of the largest eigenvalue below which one counts as 0."""
ZERO = 1e-18
"""The part of the largest weight below which one is meant to be 0."""
CONVERGED = 1e-7
"""The length of the last Newton step in floats, relative to the weights, that is small enough."""
MARGIN = 10.0
"""How many times the last step the distance from the solution may be."""
SATURATED = 300.0
"""Preactivations beyond which derivatives are 0 to all binary places that are computed."""


class NotReached(Exception):
    """Newton's method reached no critical point; the text says how that shows."""


def not_reached(deadline: Deadline, why: NotReached | str | None = None) -> dict[str, Any]:
    """What the document says where there is no critical point nearby to speak of."""
    if deadline.passed():
        return {"reason": "the budget ended before a critical point nearby was found"}
    reason = "Newton's method reached no critical point from here"
    return {"reason": f"{reason}: {why}" if why else reason}


def numerical_point(
    problem: Problem, start: Sequence[float], deadline: Deadline, reason: str
) -> tuple[dict[str, Any], list[arb]]:
    """The critical point near the given floats, and its document.

    `reason` says why it is not proved.

    Newton's method goes on to 170 binary places, with gradients of 600 and Hessians in floats, or
    as far as half of the time allows; it stays in floats where not even a step fits into that, or
    into the memory allowed.
    The inertia counts eigenvalues beyond 1e-8 of the largest; the kind follows from it where the
    Hessian is regular or indefinite, or where flat directions are seen for all eigenvalues 0, and
    is ``undecided`` otherwise. The weights have the digits that hold, at least ``digits`` of the
    largest.

    Raises
    ------
    NotReached
        The gradient does not vanish to the accuracy of the computation.
    """
    import numpy as np

    from symland.landscape.float_landscape import FloatLandscape

    floats, vector = FloatLandscape(problem), np.array(start, dtype=float)
    with np.errstate(all="ignore"):
        hessian = floats.hessian(vector)
    if not np.isfinite(hessian).all():
        raise NotReached("the Hessian leaves the range of floats")
    too_much = digits_cost(problem).beyond(Deadline(deadline.remaining() / 2))
    if too_much is not None:
        reason = f"{reason}; to more digits than floats have it would take {too_much}"
        document = _in_floats(problem, floats, vector, hessian, reason)
        return document, [arb(float(x)) for x in vector]
    landscape = BallLandscape(problem)
    point, floor = _polished(problem, landscape, floats, vector, hessian, deadline)
    with ctx.workprec(WORKING):
        value, gradient = landscape.first_order(point)
    matrix = floats.hessian(np.array([float(x) for x in point]))
    return unproved(problem, point, value, gradient, matrix, reason, floor), point


def _polished(
    problem: Problem,
    landscape: BallLandscape,
    floats: FloatLandscape,
    start: Any,
    hessian: Any,
    deadline: Deadline,
) -> tuple[list[arb], float]:
    """The equations with clear slopes solved; all of them where the Hessian is regular. And how far
    the point may be from the solution: 0 where 170 binary places are reached."""
    import numpy as np

    values = abs(np.linalg.eigvalsh(hessian))
    singular = bool((values <= SINGULAR * values.max(initial=0.0)).any())
    limit = Deadline(max(deadline.remaining() / 2, LEAST))
    if singular:
        point = flat_point(landscape, hessian, start.tolist(), limit)
        if point is not None and saturated(problem, [float(x) for x in point], SATURATED):
            raise NotReached("neurons are saturated, so that no derivative tells more")
        if point is not None:
            return point, 0.0
    with ctx.workprec(WORKING), np.errstate(all="ignore"):
        point, step = polish_by_gradients(landscape, floats, start, BITS, limit)
    length, size = float(step), max((abs(float(x)) for x in point), default=0.0)
    if not length <= CONVERGED * size:
        raise NotReached(
            f"its last step still has length {length:.3g}, the gradient does not vanish"
        )
    if singular and saturated(problem, [float(x) for x in point], SATURATED):
        raise NotReached("neurons are saturated, so that no derivative tells more")
    return point, 0.0 if step < arb(2) ** -BITS else MARGIN * length


def _in_floats(
    problem: Problem, floats: Any, vector: Any, hessian: Any, reason: str
) -> dict[str, Any]:
    import numpy as np

    values, vectors = np.linalg.eigh((hessian + hessian.T) / 2)
    clear = abs(values) > SINGULAR * max(abs(values), default=0.0)
    gradient = floats.gradient(vector)
    along = vectors.T @ gradient
    step = float(np.linalg.norm(along[clear] / values[clear]))
    size = float(abs(vector).max(initial=0.0))
    largest = float(abs(values).max(initial=0.0))
    beside = float(np.linalg.norm(along[~clear]))
    if not (step <= CONVERGED * size and beside <= CONVERGED * SINGULAR * largest * size):
        raise NotReached(
            f"its last step in floats has length {step:.3g}, with a gradient of norm "
            f"{float(np.linalg.norm(gradient)):.3g}"
        )
    return unproved(
        problem,
        [arb(float(x)) for x in vector],
        arb(floats.loss(vector)),
        [arb(float(g)) for g in gradient],
        hessian,
        reason,
        # A few of what is lost to the rounding of the gradient, and to the step not taken.
        floor=10 * (step + 1e-15 * size * largest / float(abs(values[clear]).min(initial=largest))),
    )


def unproved(
    problem: Problem,
    point: Sequence[arb],
    value: arb,
    gradient: Sequence[arb],
    hessian: Any,
    reason: str,
    floor: float = 0.0,
) -> dict[str, Any]:
    """The document of a critical point without proof, from its loss and its derivatives.

    `floor` bounds the error of every weight that does not come from directions along which the
    Hessian vanishes.
    """
    import numpy as np

    inertia, kind, flat = None, "undecided", None
    with ctx.workprec(WORKING):
        slope = [float(g.abs_upper()) for g in gradient]
        length = sum((g.abs_upper() ** 2 for g in gradient), arb(0)).sqrt()
    errors = np.full(len(point), np.inf)
    if np.isfinite(hessian).all():
        values, vectors = np.linalg.eigh((hessian + hessian.T) / 2)
        cut = SINGULAR * max(abs(values), default=0.0)
        positive, negative = int((values > cut).sum()), int((values < -cut).sum())
        inertia = positive, negative, len(values) - positive - negative
        kind = _kind(*inertia)
        size = max((abs(float(x)) for x in point), default=0.0)
        if kind == "undecided" and positive:
            flat = _explained(problem, point, hessian, cut, inertia[2])
        if flat is None:
            errors = floor + uncertainties(values, vectors, np.array(slope), cut, size)
        else:  # the point is one of a manifold of critical ones, wherever on it the search ended
            kind = "local_minimum"
            clear = float(abs(values[abs(values) > cut]).min())
            errors = np.full(len(point), floor + float(np.linalg.norm(slope)) / clear)
    weights, digits = held_digits(point, errors.tolist())
    # A loss of 10^-(10^9), far along a direction in which it fades, has too many digits to print.
    printed = value.is_finite() and (value.contains(0) or binary_logarithm(value) > -FADED)
    loss = bounds_json(*bounds(value, 200, is_nonnegative(problem))) if printed else None
    document = point_json(
        shaped(problem.network.shapes, weights),
        None,
        loss,
        kind,
        "undecided" if kind == "undecided" else "numerical",
        inertia,
        **({} if flat is None else {"flat": flat}),
    )
    return document | {
        "gradient_norm": "0" if length.is_zero() else length.str(5, radius=False),
        "digits": digits,
        "reason": f"{reason}; eigenvalues below 1e-8 of the largest are counted as zero",
    }


def _explained(
    problem: Problem, point: Sequence[arb], hessian: Any, cut: float, zero: int
) -> dict[str, Any] | None:
    """Why the loss is constant along as many directions as the Hessian has eigenvalues 0, as far as
    floats tell; None where it is not seen to be. Then the critical points form a manifold on which
    the loss is one number, and it grows in every direction across."""
    import numpy as np

    from symland.search.flat_reasons import flat_reasons

    place = np.array([float(x) for x in point])
    place[abs(place) <= ZERO * abs(place).max()] = 0.0
    reasons = flat_reasons(problem, place)
    tangents = reasons.tangents(problem.network, place)
    lengths = np.linalg.norm(tangents, axis=0)
    tangents = tangents[:, lengths > 0] / lengths[lengths > 0]
    if not tangents.size or float(abs(hessian @ tangents).max()) > cut:
        return None
    if np.linalg.matrix_rank(tangents, tol=SINGULAR) != zero:
        return None
    return {"dimension": zero, "because": causes(reasons)}


def _kind(positive: int, negative: int, zero: int) -> str:
    if positive and negative:
        return "strict_saddle"
    if zero or not (positive or negative):
        return "undecided"
    return "local_minimum" if positive else "local_maximum"
