"""Exactly critical points left open by second derivatives: a curve along which the loss falls."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from flint import arb, arb_mat

from symland.claims.saddle import non_strict_saddle_exactly
from symland.landscape.ball_landscape import BallLandscape
from symland.landscape.parameters import shaped
from symland.search.deadline import Deadline
from symland.search.falling_curve import falling_curve

if TYPE_CHECKING:
    from symland.questions.classification import Classification

__all__ = ["non_strict_saddle"]

MOST_PARAMETERS = 60


def non_strict_saddle(
    work: Classification,
    point: Sequence[arb],
    name: str,
    critical: str,
    inertia: str,
    hessian: arb_mat,
) -> bool:
    """Whether the point, whose Hessian is positive semidefinite, is proved to be no minimum; if so,
    the claim is in the case. ``critical`` and ``inertia`` are the claims about it."""
    size = hessian.nrows()
    if size > MOST_PARAMETERS:
        return False
    work.stage("searching for a descending curve")
    landscape, limit = BallLandscape(work.problem), Deadline(work.deadline.remaining() / 3)
    found = falling_curve(landscape, point, hessian, limit, work.seed)
    if found is None:
        return False
    rising = _rising(*found, [float(hessian[i, i].mid()) for i in range(size)])
    if rising is None:
        limit = Deadline(work.deadline.remaining() / 3)
        rising = falling_curve(landscape, point, hessian, limit, work.seed, wanted=1)
    if rising is None:
        return False
    shapes = work.problem.network.shapes
    descent, ascent = (_json(shapes, *line) for line in (found, rising))
    trial = deepcopy(work.case)
    non_strict_saddle_exactly(trial, name, critical, inertia, descent, ascent)
    if not trial.check().accepted:
        return False
    non_strict_saddle_exactly(work.case, name, critical, inertia, descent, ascent)
    return True


def _rising(
    order: int, curve: list[list[Fraction]], diagonal: list[float]
) -> tuple[int, list[list[Fraction]]] | None:
    """A weight that the loss curves upwards in, or a line backwards along which it falls."""
    steepest = max(range(len(diagonal)), key=diagonal.__getitem__)
    if diagonal[steepest] > 0:
        return 2, [[Fraction(0), Fraction(i == steepest)] for i in range(len(curve))]
    if order == 3 and all(len(entry) == 2 for entry in curve):
        return 3, [[-x for x in entry] for entry in curve]
    return None


def _json(shapes: Any, order: int, curve: list[list[Fraction]]) -> dict[str, Any]:
    return {"order": order, **shaped(shapes, [[str(x) for x in entry] for entry in curve])}
