"""Newton's method on the gradient at many digits, from floats that are nearly critical."""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb, arb_mat, ctx

from symland.landscape.ball_landscape import BallLandscape
from symland.search.deadline import Deadline

__all__ = ["polish"]


def polish(
    landscape: BallLandscape, start: Sequence[arb], bits: int, deadline: Deadline, steps: int = 40
) -> list[arb] | None:
    """Points without radius at which a Newton step is below 2^-bits; None where that fails.

    The working precision starts at 80 binary places and doubles up to the one that is set, which
    should exceed `bits` by what the condition of the Hessian costs.

    >>> from symland.problem import Dataset, Network, Problem
    >>> landscape = BallLandscape(Problem(Network([1, 1]), Dataset([[3]], [[1]])))
    >>> with ctx.workprec(128):
    ...     print(polish(landscape, [arb(0.3)], 60, Deadline(9))[0].str(15, radius=False))
    0.333333333333333
    """
    point, full = [x.mid() for x in start], ctx.prec
    n, working, before = len(point), min(80, ctx.prec), None
    for _ in range(steps):
        if deadline.passed():
            return None
        with ctx.workprec(working):
            _, gradient, hessian = landscape.at(point)
            hessian = hessian.mid()
            try:
                # Nothing is proved here, and a solution with bounds takes five times as long.
                right = arb_mat(n, 1, [g.mid() for g in gradient])
                step = hessian.solve(right, algorithm="approx").mid()
            except ZeroDivisionError:
                return None
            del hessian  # of large networks there is memory for few at a time
        length = max((x.abs_upper() for x in step.entries()), default=arb(0))
        if not length.is_finite() or (before is not None and before < 1 and length > 1000):
            return None
        with ctx.workprec(full):
            point = [(x - d).mid() for x, d in zip(point, step.entries(), strict=True)]
            if length < arb(2) ** -bits:
                return point
        if before is not None and length > before / 4 and working == full:
            return None
        before, working = length, min(2 * working, full)
    return None
