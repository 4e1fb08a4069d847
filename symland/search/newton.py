"""Newton's method on the gradient, in floating point, from a given point to a critical point."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symland.problem.problem import Problem
from symland.search.deadline import Deadline

__all__ = ["nearby_critical_point"]


def nearby_critical_point(
    problem: Problem, start: Mapping[str, Any], deadline: Deadline, steps: int = 200
) -> dict[str, Any] | None:
    """Weights (NumPy arrays by name) near `start` at which the gradient vanishes to rounding.

    Each step is the least-squares solution of ``Hessian step = -gradient`` of smallest norm, so
    that flat directions are left alone; singular values below 1e-9 of the largest are cut off. A
    step that makes the gradient longer is halved. None where that does not converge.
    """
    import numpy as np

    from symland.landscape.float_landscape import FloatLandscape

    landscape = FloatLandscape(problem)
    point = landscape.vector(start)
    gradient = landscape.gradient(point)
    scale = max(1.0, abs(landscape.loss(point)))
    for _ in range(steps):
        length = float(np.linalg.norm(gradient))
        if not np.isfinite(length) or deadline.passed():
            return None
        if length < 1e-11 * scale:
            return landscape.arrays(point)
        step = np.linalg.lstsq(landscape.hessian(point), -gradient, rcond=1e-9)[0]
        for _ in range(40):
            trial = landscape.gradient(point + step)
            if np.linalg.norm(trial) < length:
                break
            step = step / 2
        else:
            return landscape.arrays(point) if length < 1e-8 * scale else None
        point, gradient = point + step, trial
    return landscape.arrays(point) if np.linalg.norm(gradient) < 1e-8 * scale else None
