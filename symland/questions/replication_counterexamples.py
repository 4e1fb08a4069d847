"""Networks found from a seed that show what the hypotheses on replicated neurons are for."""

from __future__ import annotations

from typing import Any

from symland.problem import Network, Problem
from symland.questions.replication_forms import forms
from symland.search.deadline import Deadline
from symland.search.small_data_search import Minimum, search

__all__ = ["sloped_minimum", "two_minima"]

CLEAR = 1e-3
GAP = 0.01


def sloped_minimum(seed: int, budget: float = 240) -> tuple[Problem, list[float]] | None:
    """A 1-1-2-1 sigmoid network without biases, small integer data and a minimum with positive
    definite Hessian at which B > 0 for the first neuron, but D is not 0; None if the time ends.

    Floats: `symland.theorem.replicated` certifies what was found.
    """

    def wanted(problem: Problem, minima: list[Minimum]) -> list[float] | None:
        for weights, _ in minima:
            B, D = forms(problem, weights, 1, 1)
            if B[0][0] > CLEAR and abs(D).max() > CLEAR:
                return weights
        return None

    return search(Network((1, 1, 2, 1), "sigmoid"), seed, Deadline(budget), wanted)


def two_minima(seed: int, budget: float = 240) -> tuple[Problem, list[Any]] | None:
    """One sigmoid neuron with a bias, small integer data and two minima with positive definite
    Hessians and different losses, lower one first; None if the time ends."""

    def wanted(problem: Problem, minima: list[Minimum]) -> list[Any] | None:
        if len(minima) > 1 and minima[1][1] - minima[0][1] > GAP:
            return [weights for weights, _ in minima[:2]]
        return None

    return search(Network((1, 1, 1), "sigmoid", "hidden"), seed, Deadline(budget), wanted, 12)
