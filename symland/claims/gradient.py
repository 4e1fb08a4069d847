"""Claims: whether the gradient vanishes at a point, decided exactly and claimed either way."""

from __future__ import annotations

from symland.claims.case import Case
from symland.claims.critical import critical, not_critical
from symland.exact.number_field import sign
from symland.landscape.gradient import gradient
from symland.landscape.parameters import elements
from symland.landscape.views import exact_system
from symland.problem.problem import Problem
from symland.problem.weights import Weights

__all__ = ["claim_gradient"]


def claim_gradient(case: Case, problem: Problem, weights: Weights, point: str) -> bool:
    """Whether the point, named so in the case, is critical; False with a nonzero derivative."""
    system = exact_system(weights)
    slopes = gradient(problem, system, elements(problem.network, system, weights))
    index = next((i for i, slope in enumerate(slopes) if sign(slope)), None)
    if index is None:
        critical(case, point)
        return True
    place = _places(problem)[index]
    not_critical(case, point, place, slopes[index])
    return False


def _places(problem: Problem) -> list[list[str | int]]:
    """Every parameter in flat order as the files write it, counted from 0."""
    places: list[list[str | int]] = []
    for name, shape in problem.network.shapes.items():
        if len(shape) == 1:
            places += [[name, i] for i in range(shape[0])]
        else:
            places += [[name, i, j] for i in range(shape[0]) for j in range(shape[1])]
    return places
