"""The gradient of the loss: derivatives of the loss polynomial, or first-order jets at a point."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from symland.exact.polynomial import PolynomialRing
from symland.landscape.loss import loss
from symland.landscape.number_systems.jets import Jets
from symland.landscape.number_systems.number_system import NumberSystem
from symland.landscape.parameters import variables

if TYPE_CHECKING:
    from flint import fmpq_mpoly

    from symland.problem.problem import Problem

__all__ = ["gradient", "gradient_polynomials"]


def gradient_polynomials(ring: PolynomialRing, polynomial: fmpq_mpoly) -> list[fmpq_mpoly]:
    """All partial derivatives, in the order of the ring's variables.

    >>> ring = PolynomialRing(["a", "b"])
    >>> a, b = ring.gens
    >>> gradient_polynomials(ring, (a * b - 1) ** 2)
    [2*a*b^2 - 2*b, 2*a^2*b - 2*a]
    """
    return [polynomial.derivative(i) for i in range(len(ring.names))]


def gradient(problem: Problem, system: NumberSystem, parameters: Mapping[str, Any]) -> list[Any]:
    """The gradient at parameters that are elements of the system, in the flat order.

    Nothing is expanded, so this also serves networks whose loss polynomial would be too large.
    Raises ValueError where a preactivation lies on the kink of relu.

    >>> from symland.landscape.number_systems import rationals
    >>> from symland.problem import Dataset, Network, Problem
    >>> problem = Problem(Network([1, 1, 1], "relu"), Dataset([[1]], [[2]]))
    >>> [str(g) for g in gradient(problem, rationals, {"W1": [[1]], "W2": [[3]]})]
    ['3', '1']
    """
    jets = Jets(system, order=1)
    value = loss(problem, jets, variables(problem.network, parameters, jets))
    zero = system.number(0)
    return [value.first.get(i, zero) for i in range(problem.network.parameter_count)]
