"""A place in a cell of a relu network, in floats, and the loss as it is there."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
from flint import arb, ctx

from symland.landscape.ball_landscape import BallLandscape
from symland.landscape.float_landscape import FloatLandscape
from symland.landscape.forward import activate
from symland.landscape.number_systems.numpy_floats import floats
from symland.landscape.parameters import flat, shaped
from symland.problem.problem import Problem

__all__ = ["CellPlace", "CellWalk", "is_kinked", "left", "proportion", "seen"]

Array = npt.NDArray[Any]


@dataclass
class CellPlace:
    """A place in floats; kinks as (neuron, sample) of the first hidden layer, both from 0; neurons
    of that layer all of whose weights are 0; and the sides on which samples near a kink are."""

    weights: Array
    kinks: set[tuple[int, int]]
    absent: set[int] = field(default_factory=set)
    sides: dict[tuple[int, int], int] = field(default_factory=dict)
    left: set[tuple[int, int]] = field(default_factory=set)
    """Kinks that were left once although the loss does not fall on that side, nor rise."""
    revived: set[int] = field(default_factory=set)
    """Neurons that were absent once, or had incoming weights 0."""


def is_kinked(problem: Problem, layer: int) -> bool:
    """Whether the hidden layer has the activation relu or leaky_relu."""
    return problem.network.activations[layer - 1].name in ("relu", "leaky_relu")


def left(problem: Problem, layer: int) -> Fraction:
    """The slope of such an activation to the left of 0."""
    activation = problem.network.activations[layer - 1]
    return Fraction(activation.parameters[0]) if activation.parameters else Fraction(0)


def seen(problem: Problem, sample: int) -> list[Fraction]:
    """What the weights into the first layer are multiplied with: x, or (x, 1)."""
    bias = [Fraction(1)] if "b1" in problem.network.shapes else []
    return [*problem.dataset.inputs[sample], *bias]


class CellWalk:
    """Derivatives of the loss of a network in which the slopes of a place are kept."""

    def __init__(self, problem: Problem):
        self.problem, self.network = problem, problem.network
        self.floats = FloatLandscape(problem)
        self.index = shaped(self.network.shapes, list(range(self.network.parameter_count)))
        self.samples = range(problem.sample_count)
        self.penalties = np.zeros(self.network.parameter_count)
        for name, array in (problem.l2 or {}).items():
            table = {name: self.network.shapes[name]}
            places = flat(table, {name: self.index[name]})
            self.penalties[places] = [float(x) for x in flat(table, {name: array})]
        self.rows = np.array([[float(x) for x in seen(problem, i)] for i in self.samples])

    def into(self, neuron: int) -> list[int]:
        """The indices of the weights into a neuron of the first layer."""
        bias = [self.index["b1"][neuron]] if "b1" in self.index else []
        return [*self.index["W1"][neuron], *bias]

    def weights_around(self, neuron: int) -> list[int]:
        """The indices of the weights into and out of a neuron of the first layer, or of all
        matrices where there are more hidden layers."""
        if self.network.K > 2:
            names = [n for n in self.index if n.startswith("W")]
            return [p for n in names for row in self.index[n] for p in row]
        return [*self.into(neuron), *(row[neuron] for row in self.index["W2"])]

    def kinked(self) -> bool:
        """Whether all activations are relu or leaky_relu."""
        return all(is_kinked(self.problem, k) for k in range(1, self.network.K))

    def received(self, weights: Array) -> Array:
        """The preactivations of the first layer: rows are neurons."""
        return (
            np.array([weights[self.into(j)] for j in range(self.network.widths[1])]) @ self.rows.T
        )

    def slopes(self, place: CellPlace, at_kinks: int = 0) -> list[list[list[Fraction | None]]]:
        """By layer, neuron and sample; at kinks 0, or those of one side of every line (1 or -1)."""
        values: Any = self.floats.X
        found: list[list[list[Fraction | None]]] = []
        arrays = self.floats.arrays(place.weights)
        for k in range(1, self.network.K):
            z = arrays[f"W{k}"] @ values
            if f"b{k}" in arrays:
                z = z + arrays[f"b{k}"].reshape(-1, 1)
            if not is_kinked(self.problem, k):
                values = activate(self.network.activations[k - 1], floats, z)
                found.append([[None] * len(self.samples) for _ in z])
                continue
            lower = left(self.problem, k)
            table: list[list[Fraction | None]] = [
                [Fraction(1) if x > 0 else lower for x in row] for row in z
            ]
            for (j, i), side in place.sides.items() if k == 1 else ():
                table[j][i] = Fraction(1) if side > 0 else lower
            for j, i in place.kinks if k == 1 else ():
                table[j][i] = Fraction(0)
            for j in place.absent if k == 1 else ():
                table[j] = [Fraction(0)] * len(self.samples)
            if k == 1 and at_kinks:
                for line in self.lines(place):
                    for (j, i), c in line.items():
                        table[j][i] = Fraction(1) if c * at_kinks > 0 else lower
            found.append(table)
            values = np.array([[float(a or 0) for a in row] for row in table]) * z
        return found

    def lines(self, place: CellPlace) -> list[dict[tuple[int, int], Fraction]]:
        """The kinks, those of one neuron at proportional inputs together, with the proportions."""
        found: list[dict[tuple[int, int], Fraction]] = []
        for j, i in sorted(place.kinks):
            for line in found:
                (neuron, first), *_ = line
                c = proportion(seen(self.problem, i), seen(self.problem, first))
                if neuron == j and c:
                    line[j, i] = c
                    break
            else:
                found.append({(j, i): Fraction(1)})
        return found

    def at(self, place: CellPlace, at_kinks: int = 0) -> tuple[Array, Array]:
        """Gradient and Hessian with the slopes kept."""
        with ctx.workprec(64):
            landscape = BallLandscape(self.problem, self.slopes(place, at_kinks))
            _, gradient, hessian = landscape.at([arb(float(x)) for x in place.weights])
        n = len(place.weights)
        return (
            np.array([float(x.mid()) for x in gradient]),
            np.array([float(x.mid()) for x in hessian.entries()]).reshape(n, n),
        )

    def output_slopes(self, place: CellPlace) -> Array:
        """The derivatives of the loss by the outputs: columns are samples."""
        forward = self.floats._forward(self.floats.arrays(place.weights))
        slope: Array = self.floats._output_derivatives(forward.outputs)[0]
        return slope

    def across(self, place: CellPlace) -> Array:
        """Vectors across the kinks, and across the weights of absent neurons, as rows."""
        rows = []
        for line in self.lines(place):
            (j, i), *_ = line
            row = np.zeros(len(place.weights))
            row[self.into(j)] = self.rows[i]
            rows.append(row)
        for j in sorted(place.absent):
            rows += [np.eye(len(place.weights))[p] for p in self.weights_around(j)]
        return np.array(rows).reshape(len(rows), len(place.weights))


def proportion(a: list[Fraction], b: list[Fraction]) -> Fraction | None:
    """The c with a = c b; None where there is none."""
    place = next((k for k, x in enumerate(b) if x), None)
    if place is None:
        return None
    c = a[place] / b[place]
    return c if c and all(x == c * y for x, y in zip(a, b, strict=True)) else None
