"""Local minima with singular Hessian: the loss rises to fourth order along its kernel."""

from __future__ import annotations

from symland.claims.case import Case
from symland.claims.enclosures import degenerate_minimum as claim
from symland.problem.problem import Problem
from symland.problem.weights import Weights
from symland.search.deadline import Deadline

__all__ = ["degenerate_minimum"]

RADIUS = "1/1048576"
"""How far the derivatives are looked at: an open set around the point is enough."""
PIECES = (8, 32)
"""In how many cells an edge of the cube of directions is cut, tried in turn."""
PLACES = 160
MOST_WEIGHTS = 12
"""The checker's work grows with the fourth power: of 12 weights it is about a second."""


def degenerate_minimum(
    case: Case, name: str, problem: Problem, point: Weights, deadline: Deadline
) -> bool:
    """Whether the critical point is proved to be a strict local minimum; if so, the claim about
    `name` is in the case. The Hessian at the point is singular, and not indefinite.

    >>> from symland.problem import Dataset, Loss, Network, Regularizer
    >>> from symland.problem.weights_file import parse_weights
    >>> def proved(activation):
    ...     network, data = Network([1, 1, 1], activation), Dataset([[1]], [[1]])
    ...     problem = Problem(network, data, Loss("squared", "1/2"), Regularizer(1))
    ...     origin, case = parse_weights({"W1": [["0"]], "W2": [["0"]]}, network), Case(problem)
    ...     name = case.point(origin.to_json())
    ...     return degenerate_minimum(case, name, problem, origin, Deadline(9))
    >>> proved("tanh"), proved("polynomial(0, 1, 0, 1)")
    (True, False)
    """
    if problem.network.parameter_count > MOST_WEIGHTS or point.roots or point.has_logs:
        return False
    free = _free(problem, point)
    if free is None:
        return False
    for pieces in PIECES[: len(free)]:
        if deadline.passed():
            return False
        trial = case.copy()
        claim(trial, name, free, pieces, RADIUS, PLACES)
        if trial.check().accepted:
            claim(case, name, free, pieces, RADIUS, PLACES)
            return True
    return False


def _free(problem: Problem, point: Weights) -> tuple[int, ...] | None:
    import numpy as np

    from symland.landscape.float_landscape import FloatLandscape
    from symland.landscape.number_systems.arb_balls import balls
    from symland.landscape.parameters import elements, flat
    from symland.search.degenerate_box import free_weights

    entries = flat(problem.network.shapes, elements(problem.network, balls, point))
    with np.errstate(all="ignore"):
        hessian = FloatLandscape(problem).hessian(np.array([float(x) for x in entries]))
    return free_weights(hessian) if np.isfinite(hessian).all() else None
