"""The critical point whose images `replicate` speaks of, and its image for the share asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from fractions import Fraction
from typing import Any

from flint import arb, ctx, fmpq

from symland.claims import loss_value
from symland.claims.case import Case
from symland.claims.curvature import inertia_json
from symland.claims.enclosures import loss_between
from symland.exact.decimals import nearest_decimal
from symland.landscape.ball_landscape import BallLandscape
from symland.landscape.loss import loss, not_polynomial_because
from symland.landscape.number_systems import rationals
from symland.landscape.number_systems.arb_balls import balls
from symland.landscape.parameters import elements, flat, shaped
from symland.landscape.replication import image_rows
from symland.problem.problem import Problem
from symland.problem.weights import Weights
from symland.questions.loss_bounds import bounds, bounds_json, is_nonnegative
from symland.questions.point_json import loss_json
from symland.questions.refined_point import box_json
from symland.questions.weights_numbers import distance, rounded_entries
from symland.search.critical_box import CriticalBox

__all__ = ["claimed_loss", "critical_point", "image_at", "range_of"]

PRECISION = 192
"""Binary places of enclosures at points that are exact."""


def critical_point(
    problem: Problem,
    given: Weights,
    box: CriticalBox | None,
    loss_found: Mapping[str, Any] | None,
    signs: Sequence[int] | None,
) -> dict[str, Any]:
    """The document of the critical point: the only one in the box, or without a box the given
    point itself."""
    shapes = problem.network.shapes
    point: dict[str, Any] = {
        "weights": rounded_entries(given),
        "exact": given.to_json(),
        "loss": loss_found,
        "inertia": None if signs is None else inertia_json((signs[0], signs[1], signs[2])),
        "distance": "0",
        "status": "certified",
    }
    if box is None:
        return point
    start = [float(x) for x in flat(shapes, point["weights"])]
    weights = shaped(shapes, [nearest_decimal(x) for x in box.midpoint])
    away = distance(start, [arb(x) for x in box.midpoint], box.spread)
    known = {"exact": None, "distance": away, "box": box_json(problem, box)}
    return point | {"weights": weights, **known}


def claimed_loss(
    case: Case, problem: Problem, given: Weights, name: str, box: CriticalBox | None
) -> dict[str, Any] | None:
    """The loss at the point called `name`, in the case, by the first claim that the checker
    accepts; None if there is none."""
    for claim, document in _losses(problem, given, name, box):
        trial = deepcopy(case)
        claim(trial)
        if trial.check().accepted:
            claim(case)
            return document
    return None


def _losses(
    problem: Problem, given: Weights, name: str, box: CriticalBox | None
) -> Iterator[tuple[Callable[[Case], str], dict[str, Any]]]:
    rational = not (given.roots or given.has_logs)
    if box is None and rational and not_polynomial_because(problem) is None:
        exact = loss(problem, rationals, elements(problem.network, rationals, given))
        value = fmpq(exact.numerator, exact.denominator)
        yield lambda case: loss_value.value(case, name, value), loss_json(value)
    if box is None:
        places, fine = PRECISION, PRECISION - 60
        with ctx.workprec(PRECISION):
            at = flat(problem.network.shapes, elements(problem.network, balls, given))
            ball = BallLandscape(problem).loss(at)
    else:
        places, fine, ball = box.precision, box.fine, box.loss
    if ball.is_finite():
        ends = bounds(ball, fine, is_nonnegative(problem))
        yield lambda case: loss_between(case, name, *ends, places), bounds_json(*ends)


def range_of(share: Fraction) -> str:
    """The part of the line of images that the share lies in.

    >>> [range_of(Fraction(x)) for x in ("1/2", "-1", "2", "0", "1")]
    ['inside', 'outside', 'outside', 'ends', 'ends']
    """
    if share in (0, 1):
        return "ends"
    return "inside" if 0 < share < 1 else "outside"


def image_at(
    share: Fraction,
    line: Sequence[Mapping[str, Any]],
    split: Weights,
    found: tuple[Mapping[str, Any] | None, Sequence[fmpq] | None],
    place: tuple[Problem, int, int],
) -> dict[str, Any]:
    """The image of the critical point for one share: its weights in decimals, loss and kind.

    `split` is the image of the given weights, `found` the critical point and, unless it is the
    given one, its weights, `place` says where the neuron is.
    """
    point, midpoint = found
    problem, layer, neuron = place
    where = range_of(share)
    part = next(part for part in line if part["lambda"] == where)
    weights = None if point is None else rounded_entries(split)
    if midpoint is not None:
        rows = shaped(problem.network.shapes, midpoint)
        factor = fmpq(share.numerator, share.denominator)
        wide = image_rows(rows, layer, neuron, lambda v: (v * (1 - factor), v * factor))
        weights = {name: _decimals(array) for name, array in wide.items()}
    return {
        "lambda": str(share),
        "range": where,
        "kind": part["kind"],
        "status": part["status"],
        "weights": weights,
        "loss": None if point is None else point["loss"],
    }


def _decimals(array: Any) -> Any:
    return [_decimals(x) for x in array] if isinstance(array, list) else nearest_decimal(array)
