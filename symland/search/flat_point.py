"""Critical points with singular Hessian, to many digits: the equations with clear slopes solved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from flint import arb, ctx

from symland.landscape.ball_landscape import BallLandscape
from symland.search.deadline import Deadline

__all__ = ["flat_point"]

BITS = 110
SINGULAR = 1e-9


def flat_point(
    landscape: BallLandscape, hessian: Any, start: Sequence[float], deadline: Deadline
) -> list[arb] | None:
    """A point near `start` where the gradient is below 2^-110 of the Hessian; None if not reached.

    The steps are -H^+ g with the pseudoinverse of the `hessian` at the start (floats), so that
    they lead across a family of critical points. A valley in which the gradient fades without
    ever being 0 is not mistaken for one: there the part of g that H does not see stays.

    >>> from symland.problem import Dataset, Network, Problem
    >>> landscape = BallLandscape(Problem(Network([1, 1, 1]), Dataset([[1]], [[2]])))
    >>> point = flat_point(landscape, np.array([[1.0, 2], [2, 4]]), [2.0000001, 1], Deadline(9))
    >>> with ctx.workprec(200):
    ...     abs(point[0] * point[1] - 2) < 1e-30
    True
    """
    inverse = np.linalg.pinv(hessian, rcond=SINGULAR, hermitian=True)
    point, before = [arb(float(x)) for x in start], np.inf
    small = arb(float(abs(np.asarray(hessian)).max(initial=0.0))) / 2**BITS
    with ctx.workprec(4 * BITS):
        while not deadline.passed():
            gradient = landscape.gradient(point)
            length = max(g.abs_upper() for g in gradient)
            if length <= small:
                return point
            size = float(length)
            if not size < before / 4:
                return None
            before = size
            scaled = inverse @ np.array([float(g.mid() / length) for g in gradient])
            point = [(x - length * arb(float(s))).mid() for x, s in zip(point, scaled, strict=True)]
    return None
