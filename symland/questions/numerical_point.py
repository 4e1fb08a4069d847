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
from symland.questions.refined_slice import causes, fitted_because
from symland.search.ball_newton import polish_by_gradients
from symland.search.deadline import Deadline
from symland.search.flat_point import flat_point
from symland.search.newton import BEYOND
from symland.search.saturation import fading

if TYPE_CHECKING:
    from symland.landscape.float_landscape import FloatLandscape

__all__ = ["NotReached", "not_reached", "numerical_point", "unproved"]

BITS, WORKING = 190, 600
VANISHED, FINE = 1000, 1400
"""The same where the Hessian is singular: there a gradient that fades, and is 0 nowhere, can only
be told from one that vanishes by how small it gets."""
FADED = 10_000
"""Binary places up to which a small loss is printed."""
SINGULAR = 1e-8
"""The part of the largest eigenvalue below which one counts as 0."""
ZERO = 1e-18
"""The part of the largest weight below which one is meant to be 0."""
CONVERGED = 1e-7
"""The length of the last Newton step, relative to the weights, that is small enough."""
SHORTER = 0.01
"""The part of the gradient that a step leaves at most, if it is the last one for want of time: next
to a critical point it leaves far less, where the gradient only fades about a third."""
ROUNDING = 1e-14
"""The part of the Hessian times the weights that a gradient in floats may be wrong by."""
MARGIN = 10.0
"""How many times the last step the distance from the solution may be."""
LEAST_DIGITS = 7
"""The digits of the weights to which the gradient is 0 even where fewer hold, since the point may
be anywhere on a manifold."""
NOTHING = 2.0**-110
"""Weights that are meant to be 0 may be so large in a critical point."""
FADING = 600.0
"""Derivatives below exp(-600) might fade to what counts as 0, 2^-1000 of the Hessian."""
OUTER = "neurons or outputs are saturated, so that no derivative tells more"
BLIND = "the Hessian is singular to the accuracy of floats"


class NotReached(Exception):
    """Newton's method reached no critical point; the text says how that shows."""


def not_reached(deadline: Deadline, why: NotReached | str | None = None) -> dict[str, Any]:
    """What the document says where there is no critical point nearby to speak of."""
    if deadline.passed():
        return {"reason": "the budget ended before a critical point nearby was found"}
    reason = "Newton's method reached no critical point from here"
    return {"reason": f"{reason}: {why}" if why else reason}


def numerical_point(
    problem: Problem,
    start: Sequence[float],
    deadline: Deadline,
    reason: str,
    given: Sequence[arb] | None = None,
) -> tuple[dict[str, Any], list[arb]]:
    """The critical point near the given floats, and its document.

    `reason` says why it is not proved. `given` is the point that the search for `start` began at;
    where it has the smaller gradient, it is the start.

    Newton's method goes on to 190 binary places, with gradients of 600 and Hessians in floats, or
    as far as half of the time allows; it stays in floats where not even a step fits into that, or
    into the memory allowed.
    The inertia counts eigenvalues beyond 1e-8 of the largest; the kind follows from it where the
    Hessian is regular or indefinite, or where flat directions are seen for all eigenvalues 0: at an
    exact fit that is one of a manifold, there are as many. It is ``undecided`` otherwise. The
    weights have the digits that hold, at least ``digits`` of the largest, and at most 50.

    The gradient has at most the norm that it has at `start` and `given`, and at most 10^-d times
    the norm of the Hessian times the largest weight, with d = ``digits``, or 7 where fewer digits
    hold since the point is one of a continuum. A weight of 2^-110 counts as the largest where all
    are smaller. Where nothing explains eigenvalues 0, the gradient is below 2^-1000 of the Hessian.

    Raises
    ------
    NotReached
        The gradient does not vanish to the accuracy of the computation.
    """
    import numpy as np

    from symland.landscape.float_landscape import FloatLandscape

    floats, starts = FloatLandscape(problem), [[arb(float(x)) for x in start]]
    starts += [] if given is None else [[x.mid() for x in given]]
    with np.errstate(all="ignore"):
        too_much = digits_cost(problem).beyond(Deadline(deadline.remaining() / 2))
        if too_much is not None:
            reason = f"{reason}; to more digits than floats have it would take {too_much}"
            return _in_floats(problem, floats, [[float(x) for x in s] for s in starts], reason)
        landscape = BallLandscape(problem)
        begin, least = _lowest(landscape, starts)
        point, floor, reached = _polished(problem, landscape, floats, begin, deadline)
        with ctx.workprec(FINE):
            value, gradient = landscape.first_order(point)
        hessian = floats.hessian(np.array([float(x) for x in point]))
    document = unproved(problem, point, value, gradient, hessian, reason, floor)
    _check_gradient(document, point, hessian, gradient, least if reached else least * SHORTER)
    return document, point


def _lowest(landscape: BallLandscape, points: Sequence[list[arb]]) -> tuple[list[arb], arb]:
    """The point with the smallest gradient, and its norm; the first one where none is finite."""
    found = points[0], arb("inf")
    with ctx.workprec(WORKING):
        for point in points:
            length = _norm(landscape.gradient(point))
            if length < found[1]:
                found = point, length
    return found


def _norm(gradient: Sequence[arb]) -> arb:
    """An upper bound of the Euclidean norm."""
    return sum((g.abs_upper() ** 2 for g in gradient), arb(0)).sqrt().abs_upper()


def _check_gradient(
    document: dict[str, Any], point: Sequence[arb], hessian: Any, gradient: list[arb], most: arb
) -> None:
    """Raises `NotReached` where the gradient exceeds `most`, or is too large for what is said."""
    import numpy as np

    if not np.isfinite(hessian).all():
        raise NotReached(BEYOND)
    with ctx.workprec(FINE):
        length, bend = _norm(gradient), arb(float(np.linalg.norm(hessian, 2)))
        where = f"where it ends the gradient has norm {length.str(3, radius=False)}"
        if not length <= most:
            raise NotReached(f"no step makes the gradient much shorter, {where}")
        size = max((abs(float(x)) for x in point), default=0.0)
        digits = max(document["digits"], LEAST_DIGITS)
        if not length <= bend * max(size, NOTHING) / arb(10) ** digits:
            raise NotReached(where)
        unexplained = document["inertia"]["zero"] and not document.get("flat")
        if unexplained and not length <= bend / arb(2) ** VANISHED:
            raise NotReached(f"{BLIND}, and {where}")


def _polished(
    problem: Problem,
    landscape: BallLandscape,
    floats: FloatLandscape,
    start: Sequence[arb],
    deadline: Deadline,
) -> tuple[list[arb], float, bool]:
    """The equations with clear slopes solved; all of them where the Hessian is regular. Then how
    far the point may be from the solution, as far as the last step tells, and whether steps got as
    short as they were to, not only as the time allowed."""
    import numpy as np

    hessian = floats.hessian(np.array([float(x) for x in start]))
    if not np.isfinite(hessian).all():
        raise NotReached(BEYOND)
    values = abs(np.linalg.eigvalsh(hessian))
    singular = bool((values <= SINGULAR * values.max(initial=0.0)).any())
    limit = Deadline(max(deadline.remaining() / 2, LEAST))
    point = flat_point(landscape, hessian, start, limit) if singular else None
    if point is not None:
        _check_fading(problem, point)
        return point, 0.0, True
    bits, working = (VANISHED, FINE) if singular else (BITS, WORKING)
    with ctx.workprec(working):
        point, step = polish_by_gradients(landscape, floats, start, bits, limit)
    reached = bool(step < arb(2) ** -bits)
    length, size = float(step), max((abs(float(x)) for x in point), default=0.0)
    # Where eigenvalues may be 0, a short step alone says nothing: the point may be in a valley.
    enough = limit.passed() and length <= CONVERGED * size and not singular
    if not (reached or enough):
        raise NotReached(
            f"its last step still has length {length:.3g}, the gradient does not vanish"
            if np.isfinite(length)
            else "no finite step can be made there, and the gradient does not vanish"
        )
    if singular:
        _check_fading(problem, point)
    return point, max(MARGIN * length, 2.0**-BITS), reached


def _check_fading(problem: Problem, point: Sequence[arb]) -> None:
    if not fading(problem, [float(x) for x in point]) <= FADING:
        raise NotReached(OUTER)


def _in_floats(
    problem: Problem, floats: FloatLandscape, starts: Sequence[Sequence[float]], reason: str
) -> tuple[dict[str, Any], list[arb]]:
    """The start with the smallest gradient, if a step from it is short, and leaves next to nothing
    of the gradient, and if no eigenvalue is 0 for a reason that is not seen."""
    import numpy as np

    places = [np.array(start, dtype=float) for start in starts]
    vector = min(places, key=lambda place: float(np.linalg.norm(floats.gradient(place))))
    hessian = floats.hessian(vector)
    if not np.isfinite(hessian).all():
        raise NotReached(BEYOND)
    values, vectors = np.linalg.eigh((hessian + hessian.T) / 2)
    clear = abs(values) > SINGULAR * max(abs(values), default=0.0)
    gradient = floats.gradient(vector)
    along = vectors.T @ gradient
    move = vectors[:, clear] @ (along[clear] / values[clear])
    size, largest, step, beside, length, left = (
        float(x)
        for x in (
            abs(vector).max(initial=0.0),
            abs(values).max(initial=0.0),
            *map(np.linalg.norm, (move, along[~clear], gradient, floats.gradient(vector - move))),
        )
    )
    noise = ROUNDING * float(np.linalg.norm(abs(hessian) @ abs(vector)))
    # The gradient is then at most 10^-7 of the Hessian times the weights.
    short = step <= CONVERGED * size and beside <= CONVERGED * SINGULAR * largest * size
    if not (short and left <= max(noise, SHORTER * length)):
        raise NotReached(
            f"its last step in floats has length {step:.3g}, with a gradient of norm {length:.3g}"
        )
    point = [arb(float(x)) for x in vector]
    document = unproved(
        problem,
        point,
        arb(floats.loss(vector)),
        [arb(float(g)) for g in gradient],
        hessian,
        reason,
        # A few of what is lost to the rounding of the gradient, and to the step not taken.
        floor=10 * (step + 1e-15 * size * largest / float(abs(values[clear]).min(initial=largest))),
    )
    if document["inertia"]["zero"] and not document.get("flat"):  # it may as well only fade
        raise NotReached(f"{BLIND}, where the gradient has norm {length:.3g}")
    return document, point


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

    with ctx.workprec(WORKING):
        length = _norm(gradient)
    inertia, kind, flat, errors = None, "undecided", None, np.full(len(point), np.inf)
    if np.isfinite(hessian).all():
        spectrum = np.linalg.eigh((hessian + hessian.T) / 2)
        cut = SINGULAR * max(abs(spectrum[0]), default=0.0)
        inertia, kind, flat = _signs(problem, point, hessian, spectrum[0], cut)
        # With flat directions, any point of the manifold will do, wherever the search ended.
        errors = floor + (
            _errors(spectrum, point, gradient, cut)
            if flat is None
            else np.full(len(point), float(length) / abs(spectrum[0][abs(spectrum[0]) > cut]).min())
        )
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


def _signs(
    problem: Problem, point: Sequence[arb], hessian: Any, values: Any, cut: float
) -> tuple[tuple[int, int, int], str, dict[str, Any] | None]:
    """The inertia, the kind as far as it follows, and the flat directions if it is by them."""
    import numpy as np

    positive, negative = int((values > cut).sum()), int((values < -cut).sum())
    inertia = positive, negative, len(values) - positive - negative
    if not positive or _kind(*inertia) != "undecided":
        return inertia, _kind(*inertia), None
    fitted = fitted_because(problem, np.array([float(x) for x in point]), positive)
    if fitted:
        return inertia, "global_minimum", {"dimension": inertia[2], "because": [fitted]}
    flat = _explained(problem, point, hessian, cut, inertia[2])
    return inertia, "undecided" if flat is None else "local_minimum", flat


def _errors(spectrum: Any, point: Sequence[arb], gradient: Sequence[arb], cut: float) -> Any:
    import numpy as np

    slope = np.array([float(g) for g in gradient])
    blur = float(max((g.rad() for g in gradient), default=arb(0)))
    size = max((abs(float(x)) for x in point), default=0.0)
    values, vectors = spectrum
    return uncertainties(values, vectors, slope, blur, cut, size)


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
