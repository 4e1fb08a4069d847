"""The values of a network's letters at weights from any ring: polynomials, rationals, balls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from operator import add
from typing import Any

from symland.landscape.number_systems.number_system import NumberSystem
from symland.questions.derivation.activation_functions import function
from symland.questions.derivation.entries import Function, Grid, evaluate
from symland.questions.derivation.network_formulas import Definition, NetworkFormulas

__all__ = ["NetworkValues"]


class NetworkValues:
    """Letter -> matrix, for the formulas of a problem at given weights.

    Parameters
    ----------
    formulas
        The formulas.
    weights
        Parameter -> matrix over the ring, biases as columns.
    number
        A rational number as an element of the ring.
    system
        Needed where an activation or the loss is no polynomial.

    Examples
    --------
    >>> from symland.exact.rational_matrix import as_fmpq as number
    >>> from symland import Dataset, Network, Problem
    >>> problem = Problem(Network((1, 1, 1), "square"), Dataset([[1]], [[2]]))
    >>> values = NetworkValues(NetworkFormulas(problem), {"W1": [[3]], "W2": [[1]]}, number)
    >>> [int(values.gradient(name)[0][0]) for name in ("W1", "W2")]
    [42, 63]
    """

    def __init__(
        self,
        formulas: NetworkFormulas,
        weights: Mapping[str, Grid],
        number: Callable[[Any], Any],
        system: NumberSystem | None = None,
    ) -> None:
        self.formulas, self.problem, self.number = formulas, formulas.problem, number
        self.values: dict[str, Any] = {**weights, **self._constants()}
        self.functions = self._functions(system)
        self._define([*formulas.forward(), *formulas.backward()])

    def _constants(self) -> dict[str, Grid]:
        problem, data = self.problem, self.problem.dataset
        shapes = problem.network.shapes
        found = {
            "X": self._columns(data.inputs),
            "Y": self._columns(data.targets),
            "ones": [[self.number(1)] for _ in data.inputs],
            "ones_out": [[self.number(1)] for _ in data.targets[0]],
        }
        if problem.loss.weights is not None:
            found["O"] = self._columns(problem.loss.weights)
        for name, array in (problem.l2 or {}).items():
            rows: Any = array if len(shapes[name]) == 2 else [[x] for x in array]
            found[f"L{name}"] = [[self.number(x) for x in row] for row in rows]
        for k in self.formulas.skipped():
            found[f"E{k}"] = self._selection(k)
        return found

    def _columns(self, rows: Any) -> Grid:
        return [[self.number(x) for x in column] for column in zip(*rows, strict=True)]

    def _selection(self, k: int) -> Grid:
        width = self.problem.network.widths[k]
        return [
            [self.number(int((k, neuron + 1) == pair)) for neuron in range(width)]
            for pair in self.problem.network.skip or ()
        ]

    def _functions(self, system: NumberSystem | None) -> dict[tuple[str, int], Function]:
        zero = self.number(0)
        found: dict[tuple[str, int], Function] = {
            (f"σ{k}", order): function(activation, order, system, zero)
            for k, activation in enumerate(self.problem.network.activations, start=1)
            for order in range(3)
        }
        if system is not None:
            one = system.number(1)
            found["softplus", 0] = system.softplus
            found["s", 0] = system.sigmoid
            found["s", 1] = lambda z: system.sigmoid(z) * (one - system.sigmoid(z))
            found["softmax", -1] = lambda grid: _softmax(system, grid)
            found["logsumexp", -1] = lambda grid: [
                [system.log_sum_exp(list(column)) for column in zip(*grid, strict=True)]
            ]
        return found

    def _define(self, definitions: list[Definition]) -> None:
        for definition in definitions:
            self.values[definition.key] = self._at(definition.formula)

    def _at(self, formula: Any) -> Any:
        return evaluate(formula, self.values, self.functions)

    def loss(self) -> Any:
        """The loss."""
        return self._at(self.formulas.loss())

    def gradient(self, name: str) -> Grid:
        """The gradient by a parameter, a matrix of its shape (a column for a bias)."""
        grid: Grid = self._at(self.formulas.gradient(name))
        return grid

    def second(self, direction: Mapping[str, Grid]) -> dict[str, Grid]:
        """The derivative of the gradient along a direction (parameter -> matrix)."""
        self.values |= {f"D{name}": grid for name, grid in direction.items()}
        self._define(list(self.formulas.second()))
        return {name: self._at(self.formulas.hessian(name)) for name in self.problem.network.shapes}


def _softmax(system: NumberSystem, grid: Grid) -> Grid:
    columns = []
    for column in zip(*grid, strict=True):
        powers = [system.exp(z) for z in column]
        inverse = system.inverse(reduce(add, powers))  # type: ignore[attr-defined]
        columns.append([p * inverse for p in powers])
    return [list(row) for row in zip(*columns, strict=True)]
