"""Critical points with singular Hessian, to many digits: the equations with clear slopes solved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from flint import arb, ctx

from symland.landscape.ball_landscape import BallLandscape
from symland.search.deadline import Deadline

__all__ = ["flat_point"]

BITS, ENOUGH, WORKING = 1000, 110, 1400
SINGULAR = 1e-9


def flat_point(
    landscape: BallLandscape, hessian: Any, start: Sequence[arb], deadline: Deadline
) -> list[arb] | None:
    """A point near `start` where the gradient is below 2^-1000 of the Hessian, or below 2^-110
    where the time ends; None if not reached.

    The steps are -H^+ g with the pseudoinverse of the `hessian` at the start (floats), so that
    they lead across a family of critical points. A valley in which the gradient fades without
    ever being 0 is not mistaken for one: there the part of g that H does not see stays, and is not
    as small as that before derivatives are below 2^-1000 themselves.

    >>> from symland.problem import Dataset, Network, Problem
    >>> landscape = BallLandscape(Problem(Network([1, 1, 1]), Dataset([[1]], [[2]])))
    >>> hessian, start = np.array([[1.0, 2], [2, 4]]), [arb(2.0000001), arb(1)]
    >>> point = flat_point(landscape, hessian, start, Deadline(9))
    >>> with ctx.workprec(1200):
    ...     abs(point[0] * point[1] - 2) < 1e-300
    True
    """
    inverse = np.linalg.pinv(hessian, rcond=SINGULAR, hermitian=True)
    point, before = [arb(x) for x in start], arb("inf")
    bend = arb(float(abs(np.asarray(hessian)).max(initial=0.0)))
    with ctx.workprec(WORKING):
        while True:
            gradient = landscape.gradient(point)
            length = max(g.abs_upper() for g in gradient)
            if length <= bend / 2 ** (ENOUGH if deadline.passed() else BITS):
                return point
            if deadline.passed() or not length < before / 4:
                return None
            before = length
            scaled = inverse @ np.array([float(g.mid() / length) for g in gradient])
            point = [(x - length * arb(float(s))).mid() for x, s in zip(point, scaled, strict=True)]
