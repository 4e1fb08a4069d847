"""Boxes in which the balance of a regularized network forbids critical points."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from symland.exact.polynomial import parameter_keys
from symland.landscape.parameters import penalties
from symland.landscape.symmetry.infinitesimal import generators
from symland.problem.problem import Problem

__all__ = ["Balanced", "Balances"]

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Balanced:
    """A node of a cover that the generator of that number excludes."""

    number: int


class Balances:
    """For every symmetry V of the loss without its regularizer R the polynomial V . grad R, which
    is 0 at critical points; quadratic in the weights.

    >>> from symland.problem import Dataset, Network, Regularizer
    >>> network, data = Network([1, 1, 1], "square"), Dataset([[1]], [[1]])
    >>> found = Balances(Problem(network, data, regularizer=Regularizer(1)))  # u^2 - 2 v^2
    >>> found.excluding(np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([[2.0, 0.5], [2.0, 1.0]]), 0.1)
    array([ 0, -1])
    """

    def __init__(self, problem: Problem):
        network = problem.network
        keys = parameter_keys(network.shapes)
        factors = penalties(problem)
        index = {key: i for i, key in enumerate(keys)}
        free = Problem(network, problem.dataset, problem.loss)
        self.generators: tuple[Any, ...] = ()
        self.terms: list[dict[tuple[int, ...], float]] = []
        for generator in generators(free) if any(factors) else ():
            terms: dict[tuple[int, ...], float] = defaultdict(float)
            for key, row in generator.field.items():
                for source, c in row.items():
                    i = index[key]
                    places = (i,) if source is None else tuple(sorted((i, index[source])))
                    terms[places] += float(c) * float(factors[i])
            kept = {places: c for places, c in terms.items() if c}
            if kept:
                self.generators += (generator,)
                self.terms.append(kept)

    def excluding(self, low: Array, high: Array, margin: float) -> Array:
        """For every box (rows of ends) the number of a polynomial that is not 0 in it, or -1; by a
        margin, as a part of its width."""
        found = np.full(len(low), -1)
        for k, terms in enumerate(self.terms):
            least, most = np.zeros(len(low)), np.zeros(len(low))
            for places, c in terms.items():
                ends = c * _product(low, high, places)
                least += ends.min(axis=0)
                most += ends.max(axis=0)
            room = margin * (most - least)
            found = np.where((found < 0) & ((least > room) | (most < -room)), k, found)
        return found


def _product(low: Array, high: Array, places: tuple[int, ...]) -> Array:
    """The ends of one weight, of its square, or of the product of two."""
    i, j = places[0], places[-1]
    if len(places) == 1:
        return np.array([low[:, i], high[:, i]])
    products = np.array([a[:, i] * b[:, j] for a in (low, high) for b in (low, high)])
    if i != j:
        return products
    within = (low[:, i] <= 0) & (high[:, i] >= 0)
    return np.array([np.where(within, 0.0, products.min(axis=0)), products.max(axis=0)])
