"""Descent in floats from seeded random starts, until the loss is below a given bound."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from symland.problem.problem import Problem
from symland.search.deadline import Deadline

__all__ = ["descent", "descents", "lower_point"]

SCALES = (1.0, 3.0, 0.3, 10.0)
LATER = (3.0, 10.0, 2.0, 1.0)
"""Standard deviations of the starts after the first: further away, where rarer minima begin."""
STARTS, LEAST_STARTS, MOST_MORE = 24, 4, 16
CHEAP = 20_000
"""Parameters times samples up to which a gradient costs little more than calling it."""
EACH = 2
"""Starts more for every loss at which descents ended: where these are many, others are likely."""


def descent(
    landscape: Any, start: Any, deadline: Deadline, iterations: int = 5000
) -> tuple[Any, float] | None:
    """Where the quasi-Newton method L-BFGS ends, and the loss there; None if not in floats."""
    import numpy as np
    from scipy.optimize import minimize

    def stop(*_: Any) -> None:
        if deadline.passed():
            raise StopIteration

    def both(point: Any) -> tuple[float, Any]:
        slope = landscape.gradient(point)  # first, so that its forward pass serves the loss too
        return landscape.loss(point), slope

    with np.errstate(all="ignore"):
        found = minimize(
            both,
            start,
            jac=True,
            method="L-BFGS-B",
            callback=stop,
            options={"maxiter": iterations, "maxcor": 20, "ftol": 1e-15, "gtol": 1e-10},
        )
    finite = np.isfinite(found.fun) and np.isfinite(found.x).all()
    return (found.x, float(found.fun)) if finite else None


def descents(
    problem: Problem, seed: int, deadline: Deadline, starts: int
) -> Iterator[tuple[Any, float]]:
    """Ends of descents (flat NumPy vector, loss), one after another, until the deadline; the start
    with an infinite loss where a descent leaves the floats.

    Starts are normal with standard deviations from 0.3 to 10 in turn, from 1 to 10 after the first.
    """
    import numpy as np

    from symland.landscape.float_landscape import FloatLandscape

    landscape, random = FloatLandscape(problem), np.random.default_rng(seed)
    for number in range(starts):
        if deadline.passed():
            return
        scales = SCALES if number < STARTS else LATER
        start = scales[number % len(scales)] * random.normal(size=problem.network.parameter_count)
        yield descent(landscape, start, deadline, 500) or (start, float("inf"))


def lower_point(
    problem: Problem, bound: float, seed: int, deadline: Deadline, starts: int | None = None
) -> list[Any] | None:
    """A point of few binary digits (fractions, one after another) with loss below `bound`.

    There are 24 starts, fewer where a gradient is much work, and up to 40 where it is little and
    descents end at many different losses, unless `starts` says how many. None where no descent gets
    there; the time only matters where it runs out. The loss found is in floats: prove it before
    use.

    >>> from symland.problem import Dataset, Network, Problem
    >>> problem = Problem(Network([1, 1]), Dataset([[1]], [[2]]))
    >>> [str(w) for w in lower_point(problem, 0.01, 0, Deadline(9))]
    ['2']
    """
    from symland.landscape.float_landscape import FloatLandscape

    landscape, wanted = FloatLandscape(problem), bound - 1e-6 * abs(bound)
    first, most = _numbers(problem) if starts is None else (starts, starts)
    ends: set[str] = set()
    for number, (vector, value) in enumerate(descents(problem, seed, deadline, most), start=1):
        if value < wanted:
            return _short(landscape, vector, wanted)
        ends.add(f"{value:.3g}")
        if number >= first + EACH * (len(ends) - 1):
            break
    return None


def _numbers(problem: Problem) -> tuple[int, int]:
    """The starts that are made in any case, and at most."""
    products = problem.network.parameter_count * problem.sample_count
    first = max(LEAST_STARTS, STARTS * CHEAP // max(products, CHEAP))
    return first, first + min(MOST_MORE, CHEAP // max(products, 1))


def _short(landscape: Any, vector: Any, wanted: float) -> list[Any] | None:
    """The vector with as few binary places as keep the loss below what is wanted."""
    from fractions import Fraction

    import numpy as np

    for places in (4, 8, 12, 20, 30, 50):
        rounded = np.round(vector * 2.0**places)
        if np.isfinite(rounded).all() and landscape.loss(rounded / 2.0**places) < wanted:
            return [Fraction(int(x), 2**places) for x in rounded]
    return None
