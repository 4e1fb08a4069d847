"""The Hessian of the loss: derivatives of its polynomial, or second-order jets at a point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from symland.exact.polynomial import PolynomialRing
from symland.landscape.loss import loss
from symland.landscape.number_systems.jets import Jets
from symland.landscape.number_systems.number_system import NumberSystem
from symland.landscape.parameters import variables

if TYPE_CHECKING:
    from flint import fmpq_mpoly

    from symland.problem.problem import Problem

__all__ = ["hessian", "hessian_polynomials"]


def hessian_polynomials(
    ring: PolynomialRing, derivatives: Sequence[fmpq_mpoly]
) -> list[list[fmpq_mpoly]]:
    """The symmetric matrix of second derivatives, from the first; each is computed once.

    >>> ring = PolynomialRing(["a", "b"])
    >>> a, b = ring.gens
    >>> hessian_polynomials(ring, [2 * a * b**2 - 2 * b, 2 * a**2 * b - 2 * a])
    [[2*b^2, 4*a*b - 2], [4*a*b - 2, 2*a^2]]
    """
    size = len(ring.names)
    upper = [[derivatives[i].derivative(j) for j in range(i, size)] for i in range(size)]
    return [[upper[min(i, j)][abs(i - j)] for j in range(size)] for i in range(size)]


def hessian(
    problem: Problem, system: NumberSystem, parameters: Mapping[str, Any]
) -> list[list[Any]]:
    """The Hessian at parameters that are elements of the system, in the flat order.

    >>> from symland.landscape.number_systems import rationals
    >>> from symland.problem import Dataset, Network, Problem
    >>> problem = Problem(Network([1, 1, 1]), Dataset([[1]], [[2]]))
    >>> [list(map(str, row)) for row in hessian(problem, rationals, {"W1": [[1]], "W2": [[3]]})]
    [['9', '4'], ['4', '1']]
    """
    jets = Jets(system, order=2)
    value = loss(problem, jets, variables(problem.network, parameters, jets))
    size, zero = problem.network.parameter_count, system.number(0)
    return [
        [value.second.get((min(i, j), max(i, j)), zero) for j in range(size)] for i in range(size)
    ]
