"""Newton's method on the gradient at many digits, from floats that are nearly critical.

Two ways: with Hessians of as many digits, or with those of floats, which large networks allow.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from flint import arb, arb_mat, ctx

from symland.landscape.ball_landscape import BallLandscape
from symland.landscape.float_landscape import FloatLandscape
from symland.search.deadline import Deadline

__all__ = ["polish", "polish_by_gradients"]

HESSIANS = 4
STALLED = 0.5
"""The part of the step before from which on steps do not become shorter."""
NARROW = 16
"""How many times its radius the gradient is at least before a step is made."""


def polish(
    landscape: BallLandscape, start: Sequence[arb], bits: int, deadline: Deadline, steps: int = 40
) -> list[arb] | None:
    """Points without radius at which a Newton step is below 2^-bits; None where that fails.

    The working precision starts at 80 binary places and doubles, with every step and wherever the
    gradient is not enclosed narrowly, up to the one that is set, which should exceed `bits` by what
    the condition of the Hessian costs. A step that is followed by one no shorter is taken back, and
    made again with all of it.

    >>> from symland.problem import Dataset, Network, Problem
    >>> landscape = BallLandscape(Problem(Network([1, 1]), Dataset([[3]], [[1]])))
    >>> with ctx.workprec(128):
    ...     print(polish(landscape, [arb(0.3)], 60, Deadline(9))[0].str(15, radius=False))
    0.333333333333333
    """
    full = ctx.prec
    point = kept = [x.mid() for x in start]
    working, before = min(80, full), arb("inf")
    for _ in range(steps):
        if deadline.passed():
            return None
        with ctx.workprec(working):
            _, gradient, hessian = landscape.at(point)
            if working < full and not _narrow(gradient):
                working = min(2 * working, full)
                continue
            step = _step(gradient, hessian)
        del hessian  # of large networks there is memory for few at a time
        if step is None:
            return None
        length = max((x.abs_upper() for x in step), default=arb(0))
        if not length < before or not length.is_finite():
            if working == full:
                return None
            point, before, working = kept, arb("inf"), full
            continue
        if length > before / 4 and working == full:
            return None
        with ctx.workprec(full):
            kept, point = point, [(x - d).mid() for x, d in zip(point, step, strict=True)]
            if length < arb(2) ** -bits:
                return point
        before, working = length, min(2 * working, full)
    return None


def _narrow(gradient: Sequence[arb]) -> bool:
    """Whether the gradient says which way to go."""
    largest = max((abs(g.mid()) for g in gradient), default=arb(0))
    return all(bool(g.rad() * NARROW <= largest) for g in gradient)


def _step(gradient: Sequence[arb], hessian: arb_mat) -> list[arb] | None:
    """Newton's; None where the Hessian is singular."""
    right = arb_mat(len(gradient), 1, [g.mid() for g in gradient])
    try:
        # Nothing is proved here, and a solution with bounds takes five times as long.
        return [x.mid() for x in hessian.mid().solve(right, algorithm="approx").entries()]
    except ZeroDivisionError:
        return None


def polish_by_gradients(
    landscape: BallLandscape, floats: FloatLandscape, start: Any, bits: int, deadline: Deadline
) -> tuple[list[arb], arb]:
    """Points without radius, and the length of the last step: below 2^-bits, or where it ends.

    Steps are -Y g with the gradient g at the working precision and the inverse Y of a Hessian in
    floats, so each gains as many digits as Y has; a new Hessian is taken where that is not so. A
    gradient takes a thousandth of the time of a Hessian. A step after which the gradient is not
    smaller is taken back. At least one step is made, whatever the deadline; where steps do not
    become shorter, or the time is over, the last one says about how far the point is from a
    critical one. It is infinite where there is no finite step.

    >>> import numpy as np
    >>> from symland.problem import Dataset, Network, Problem, Regularizer
    >>> data = Dataset([[1]], [[2]])
    >>> problem = Problem(Network([1, 1, 1]), data, regularizer=Regularizer(1))
    >>> parts = BallLandscape(problem), FloatLandscape(problem)
    >>> with ctx.workprec(400):
    ...     point, step = polish_by_gradients(*parts, np.array([1.01, 0.99]), 170, Deadline(9))
    ...     print(point[0].str(30, radius=False), step < arb(2) ** -170)
    1.00000000000000000000000000000 True
    """
    point, length = [arb(x) for x in start], arb("inf")
    for _ in range(HESSIANS):
        inverse = _inverse(floats.hessian(np.array([float(x) for x in point])))
        if inverse is None:
            break
        point, shorter = _by_gradients(landscape, inverse, point, bits, deadline)
        better = bool(shorter < length * STALLED)
        length = shorter if better or not length.is_finite() else length
        if shorter < arb(2) ** -bits or not better or deadline.passed():
            break
    return point, length


def _inverse(hessian: Any) -> Any:
    """In floats; None where there is none."""
    if not np.isfinite(hessian).all():
        return None
    values, vectors = np.linalg.eigh((hessian + hessian.T) / 2)
    if not abs(values).min(initial=1.0):
        return None
    return (vectors / values) @ vectors.T


def _by_gradients(
    landscape: BallLandscape, inverse: Any, point: list[arb], bits: int, deadline: Deadline
) -> tuple[list[arb], arb]:
    """Steps with one inverse, as long as each is shorter than half of the one before, and the
    gradient gets smaller."""
    kept, before, least = point, arb("inf"), arb("inf")
    while True:
        gradient = [g.mid() for g in landscape.gradient(point)]
        size = max((abs(g) for g in gradient), default=arb(0))
        if size.is_zero():
            return point, arb(0)
        if not size < least:
            return kept, before
        step = inverse @ np.array([float(g / size) for g in gradient])
        length = (size * arb(float(abs(step).max()))).mid()
        if not length.is_finite() or (before.is_finite() and not length < before * STALLED):
            return point, before
        kept, least = point, size
        point = [(x - size * arb(float(d))).mid() for x, d in zip(point, step, strict=True)]
        before = length
        if length < arb(2) ** -bits or deadline.passed():
            return point, length
