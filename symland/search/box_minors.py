"""Boxes in which the gradient of a regularizer is outside the span of those of the outputs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from operator import add
from typing import Any

import numpy as np
import numpy.typing as npt

from symland.exact.polynomial import parameter_ring
from symland.landscape.forward import outputs
from symland.landscape.number_systems.interval_arrays import IntervalArray, interval_arrays
from symland.landscape.number_systems.jets import Jet, Jets
from symland.landscape.parameters import penalties, shaped, variables
from symland.problem.problem import Problem
from symland.search.box_exclusion import clear
from symland.search.box_polynomials import BoxPolynomial
from symland.search.spanning_outputs import Output, output_polynomials, spanning_outputs

__all__ = ["Minor", "Minors"]

MOST_OUTPUTS = 5
MOST_TERMS = 60
"""Terms of an output, and of a minor, beyond which minors are not expanded."""
Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Minor:
    """A node of a cover that the minor of that number excludes."""

    number: int


class Minors:
    """The minors, 0 at critical points, of the matrix whose rows are the gradients of outputs that
    span those of all, and of the regularizer.

    >>> from symland.problem import Dataset, Network, Regularizer
    >>> network, data = Network([1, 1, 1], "square"), Dataset([[1]], [[1]])
    >>> found = Minors(Problem(network, data, regularizer=Regularizer(1)))  # u (2 v^2 - u^2)
    >>> found.outputs, found.columns
    ([(0, 0)], [(0, 1)])
    >>> low, high = np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([[2.0, 0.4], [2.0, 1.0]])
    >>> found.excluding(low, high, 0.01)
    array([ 0, -1])
    """

    def __init__(self, problem: Problem):
        self.problem, self.n = problem, problem.network.parameter_count
        self.factors = np.array([float(x) for x in penalties(problem)], dtype=float)
        self.outputs: list[Output] = []
        self.columns: list[tuple[int, ...]] = []
        if self.factors.any():
            self.outputs = spanning_outputs(problem)
            if len(self.outputs) <= MOST_OUTPUTS:
                self.columns = list(combinations(range(self.n), len(self.outputs) + 1))
        self.expanded = _expanded(problem, self.outputs, self.columns)

    def to_json(self) -> dict[str, Any]:
        """As a certificate has them."""
        return {
            "outputs": [list(place) for place in self.outputs],
            "columns": [list(columns) for columns in self.columns],
            "expanded": bool(self.expanded),
        }

    def excluding(self, low: Array, high: Array, margin: float) -> Array:
        """For every box (rows of ends) the number of a minor that is not 0 in it, or -1; by a
        margin, as a part of its width."""
        found = np.full(len(low), -1)
        if not self.columns or not len(low):
            return found
        for k, polynomial in enumerate(self.expanded):
            left = np.flatnonzero(found < 0)
            away = polynomial.is_nonzero(low[left], high[left], margin)
            found[left] = np.where(away, k, -1)
        if self.expanded:
            return found
        rows = self._rows(low, high)
        for k, columns in enumerate(self.columns):
            value = _determinant(rows, columns)
            away = clear(value.lower, value.upper, margin)
            found = np.where((found < 0) & away, k, found)
        left = np.flatnonzero(found < 0)
        found[left] = self._by_mean_value(low[left], high[left], margin)
        return found

    def _by_mean_value(self, low: Array, high: Array, margin: float) -> Array:
        """The same by the value at the middle and the derivatives over the box."""
        found = np.full(len(low), -1)
        middle, radius = (low + high) / 2, (high - low) / 2
        at, rows, slopes = self._rows(middle, middle), *self._derivatives(low, high)
        for k, columns in enumerate(self.columns):
            value = _determinant(at, columns)
            for i in range(self.n):
                slope = reduce(
                    add,
                    (
                        _determinant([*rows[:a], slopes[a][i], *rows[a + 1 :]], columns)
                        for a in range(len(rows))
                    ),
                )
                value = value + slope * IntervalArray(-radius[:, i], radius[:, i])
            away = clear(value.lower, value.upper, margin)
            found = np.where((found < 0) & away, k, found)
        return found

    def _rows(self, low: Array, high: Array) -> list[list[Any]]:
        """The entries of the matrix."""
        zero, jets = interval_arrays.number(0), Jets(interval_arrays, order=1)
        found = [jet.first for jet in self._outputs(low, high, jets)]
        rows = [[first.get(i, zero) for i in range(self.n)] for first in found]
        return [*rows, self._last(low, high)]

    def _derivatives(self, low: Array, high: Array) -> tuple[list[list[Any]], list[Any]]:
        """The entries of each row; and for each row and weight their derivatives by it."""
        zero, jets, every = interval_arrays.number(0), Jets(interval_arrays, order=2), range(self.n)
        rows, slopes = [], []
        for jet in self._outputs(low, high, jets):
            second = jet.second or {}
            rows.append([jet.first.get(i, zero) for i in every])
            slopes.append(
                [[second.get((min(i, k), max(i, k)), zero) for i in every] for k in every]
            )
        rows.append(self._last(low, high))
        factors = [_number(factor) for factor in self.factors]
        slopes.append([[factors[i] if i == k else zero for i in every] for k in every])
        return rows, slopes

    def _last(self, low: Array, high: Array) -> list[IntervalArray]:
        """The gradient of the regularizer."""
        return [
            IntervalArray(low[:, i], high[:, i]) * _number(self.factors[i]) for i in range(self.n)
        ]

    def _outputs(self, low: Array, high: Array, jets: Jets) -> list[Jet]:
        network = self.problem.network
        ends = [IntervalArray(low[:, i], high[:, i]) for i in range(self.n)]
        entries = variables(network, shaped(network.shapes, ends), jets)
        found = {}
        for sample in {sample for sample, _ in self.outputs}:
            inputs = [jets.number(x) for x in self.problem.dataset.inputs[sample]]
            found[sample] = outputs(network, jets, entries, inputs)
        return [found[sample][j] for sample, j in self.outputs]


def _number(value: float) -> IntervalArray:
    return IntervalArray(np.asarray(value), np.asarray(value))


def _expanded(
    problem: Problem, chosen: list[Output], columns: list[tuple[int, ...]]
) -> list[BoxPolynomial]:
    """The minors as polynomials, where they are, and none has many terms."""
    found = output_polynomials(problem, sorted({sample for sample, _ in chosen}))
    if found is None or any(len(found[place]) > MOST_TERMS for place in chosen):
        return []
    ring, factors = parameter_ring(problem.network.shapes), penalties(problem)
    rows = [[found[place].derivative(i) for i in range(len(factors))] for place in chosen]
    rows.append([w * ring.number(x) for w, x in zip(ring.gens, factors, strict=True)])
    minors = [_determinant(rows, c) for c in columns]
    few = all(len(minor) <= MOST_TERMS for minor in minors)
    return [BoxPolynomial(minor) for minor in minors] if few else []


def _determinant(rows: list[list[Any]], columns: tuple[int, ...]) -> Any:
    """By Laplace's expansion along the rows, as the checker has it."""
    minors: dict[tuple[int, ...], Any] = {(j,): rows[0][j] for j in columns}
    for k in range(1, len(columns)):
        wider: dict[tuple[int, ...], Any] = {}
        for chosen in combinations(columns, k + 1):
            total = None
            for place, j in enumerate(chosen):
                term = rows[k][j] * minors[chosen[:place] + chosen[place + 1 :]]
                term = term if (place + k) % 2 == 0 else -term
                total = term if total is None else total + term
            wider[chosen] = total
        minors = wider
    return minors[columns]
