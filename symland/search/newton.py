"""Newton's method on the gradient, in floating point, from a given point to a critical point."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from symland.problem.problem import Problem
from symland.search.deadline import Deadline

__all__ = ["BEYOND", "Tell", "nearby_critical_point", "newton"]

BEYOND = "numbers on the way leave the range of floats"
Tell = Callable[[str], None]
"""Called with what stopped a search that reached nothing."""


def _silent(why: str) -> None:
    pass


def nearby_critical_point(
    problem: Problem,
    start: Mapping[str, Any],
    deadline: Deadline,
    steps: int = 200,
    tell: Tell = _silent,
) -> dict[str, Any] | None:
    """Weights (NumPy arrays by name) near `start` at which the gradient vanishes to rounding.

    First from the start itself; where that gets stuck, from the end of a trust-region descent.
    None where neither gets there, or where the data or a value on the way leave the floats; then
    `tell` is told where and why the search ended.
    """
    import numpy as np

    from symland.landscape.float_landscape import FloatLandscape
    from symland.landscape.parameters import flat

    try:
        landscape = FloatLandscape(problem)
        point = np.array(flat(problem.network.shapes, start), dtype=float)
        with np.errstate(all="ignore"):
            reached = _reached(landscape, point, deadline, steps, tell)
    except (ArithmeticError, ValueError):  # overflow, infinities in a matrix
        tell(BEYOND)
        return None
    return None if reached is None else landscape.arrays(reached)


def _reached(landscape: Any, point: Any, deadline: Deadline, steps: int, tell: Tell) -> Any:
    reached = newton(landscape, point, deadline, steps)
    if reached is not None or deadline.passed():
        return reached
    lower = _descent(landscape, point, steps)
    if lower is None:
        tell(BEYOND)
        return None
    return newton(landscape, lower, deadline, steps, tell)


def _descent(landscape: Any, point: Any, steps: int) -> Any:
    """The end of a trust-region descent of the loss; None where it leaves the floats."""
    import numpy as np
    from scipy.optimize import minimize

    found = minimize(
        landscape.loss,
        point,
        jac=landscape.gradient,
        hess=landscape.hessian,
        method="trust-exact",
        options={"maxiter": steps, "gtol": 1e-9},
    )
    return found.x if np.isfinite(found.fun) else None


def newton(landscape: Any, point: Any, deadline: Deadline, steps: int, tell: Tell = _silent) -> Any:
    """Damped Newton steps on the gradient.

    Levenberg and Marquardt's step for the gradient g, ``-(H^2 + m I)^-1 H g`` with Hessian H: the
    damping m starts at the size of the gradient, which keeps the step across the critical set and
    off the directions along it, and falls as long as the gradient gets shorter. None where that
    does not converge, and `tell` is told how it ended. Critical points of every kind attract.

    >>> import numpy as np
    >>> from symland.landscape.float_landscape import FloatLandscape
    >>> from symland.problem import Dataset, Network, Problem
    >>> landscape = FloatLandscape(Problem(Network([1, 1, 1]), Dataset([[1]], [[2]])))
    >>> saddle = newton(landscape, np.array([0.1, -0.2]), Deadline(9), 50)
    >>> bool(abs(saddle).max() < 1e-9)
    True
    """
    import numpy as np

    gradient = landscape.gradient(point)
    values, vectors = np.linalg.eigh(landscape.hessian(point))
    scale = _scale(landscape, point, values)
    largest = max(float(abs(values).max(initial=0.0)), 1e-300)
    damping = 1e-2 * largest * float(np.linalg.norm(gradient))
    why = f"{steps} steps were not enough"
    for _ in range(steps):
        length = float(np.linalg.norm(gradient))
        if not np.isfinite(length) or deadline.passed():
            tell("the time ended" if np.isfinite(length) else BEYOND)
            return None
        if length < 1e-12 * scale:
            break
        step = -vectors @ (values / (values**2 + damping) * (vectors.T @ gradient))
        there = point + step
        trial = landscape.gradient(there)
        if not float(np.linalg.norm(trial)) < length:
            damping *= 8
            if damping > 1e12 * largest * largest or float(abs(step).max()) < 1e-15:
                why = "no step makes the gradient shorter"
                break
            continue
        point, gradient = there, trial
        damping /= 8
        values, vectors = np.linalg.eigh(landscape.hessian(point))
        scale = _scale(landscape, point, values)
    length = float(np.linalg.norm(gradient))
    if length < 1e-8 * scale:
        return point
    tell(f"{why}; {_place(landscape, point, length)}")
    return None


def _place(landscape: Any, point: Any, length: float) -> str:
    """Where a search ended: a gradient that fades while weights grow is on its way to infinity."""
    largest = float(abs(point).max(initial=0.0))
    return (
        f"the search ended where the gradient has norm {length:.3g}, the loss is "
        f"{float(landscape.loss(point)):.6g} and the largest weight {largest:.3g}"
    )


def _scale(landscape: Any, point: Any, values: Any) -> float:
    """What the gradient is small against: the loss here, or curvature times size where less."""
    bend = float(abs(values).max(initial=0.0)) * (1.0 + float(abs(point).max(initial=0.0)))
    return max(1.0, min(abs(float(landscape.loss(point))), bend))
