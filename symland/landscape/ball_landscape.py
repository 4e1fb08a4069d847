"""Loss, gradient and Hessian enclosed at a point or over a box, as products of ball matrices.

The formulas are those of backpropagation; `ball_hessian` has those of second order.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import reduce
from operator import add
from typing import Any, final

from flint import arb, arb_mat, ctx

from symland.landscape.ball_hessian import ball_hessian, matrix
from symland.landscape.forward import activate
from symland.landscape.loss import sample_loss
from symland.landscape.number_systems.arb_balls import balls
from symland.landscape.number_systems.derivatives import SMOOTH, derivatives
from symland.landscape.number_systems.jets import Jet, Jets
from symland.landscape.parameters import flat, shaped
from symland.problem.problem import Problem

__all__ = ["BallLandscape"]

Grid = list[list[arb]]
"""Rows over neurons, columns over samples."""
Slopes = Sequence[Sequence[Sequence[Fraction | None]]]
"""By hidden layer, neuron and sample; None where the activation is to be computed."""


@final
class BallLandscape:
    """The landscape over balls, in the order of ``network.shapes``; precision is `flint.ctx.prec`.

    Every result encloses what it names for all weights in the balls given. Where `slopes` has a
    number, the neuron is that multiple of its preactivation on that sample.

    Examples
    --------
    >>> from symland.problem import Dataset, Network, Problem
    >>> landscape = BallLandscape(Problem(Network([1, 1, 1]), Dataset([[1]], [[2]])))
    >>> value, gradient, hessian = landscape.at([arb(1), arb(3)])
    >>> float(value), [float(g) for g in gradient], [float(h) for h in hessian.entries()]
    (0.5, [3.0, 1.0], [9.0, 4.0, 4.0, 1.0])
    """

    def __init__(self, problem: Problem, slopes: Slopes | None = None):
        self.problem, self.network, self.fixed = problem, problem.network, slopes
        self._data: tuple[int, Grid, list[Any], list[tuple[int, arb]]] | None = None
        self._starts, start = {}, 0
        for name, shape in self.network.shapes.items():
            self._starts[name] = start
            start += shape[0] * (shape[1] if len(shape) == 2 else 1)
        self.size = start
        l2 = problem.l2 or {}
        self._l2 = [
            (self._starts[name] + i, x)
            for name in l2
            for i, x in enumerate(flat({name: self.network.shapes[name]}, {name: l2[name]}))
            if x
        ]

    def data(self) -> tuple[Grid, list[Any], list[tuple[int, arb]]]:
        """As balls of the present precision: the inputs by rows over samples, the samples, and
        the regularizer's factors by the index of their parameter, where they are not 0."""
        if self._data is None or self._data[0] != ctx.prec:
            problem = self.problem
            inputs = [[balls.number(x) for x in row] for row in problem.dataset.X]
            samples = balls.samples(
                problem.dataset.inputs, problem.dataset.targets, problem.loss.weights
            )
            factors = [(i, balls.number(x)) for i, x in self._l2]
            self._data = ctx.prec, inputs, samples, factors
        return self._data[1:]

    def first(self, k: int) -> int:
        """The index of the first entry of W_k among all parameters."""
        return self._starts[f"W{k}"]

    def loss(self, vector: Sequence[arb]) -> arb:
        """L."""
        return self._run(vector, 0)[0]

    def gradient(self, vector: Sequence[arb]) -> list[arb]:
        """The gradient as a list."""
        return self._run(vector, 1)[1]

    def first_order(self, vector: Sequence[arb]) -> tuple[arb, list[arb]]:
        """Loss and gradient."""
        value, gradient, _ = self._run(vector, 1)
        return value, gradient

    def at(self, vector: Sequence[arb]) -> tuple[arb, list[arb], arb_mat]:
        """Loss, gradient and Hessian."""
        return self._run(vector, 2)

    def _run(self, vector: Sequence[arb], order: int) -> tuple[Any, Any, Any]:
        work = Pass(self, shaped(self.network.shapes, list(vector)), order)
        l2 = self.data()[2]
        value = work.value + sum((x / 2 * vector[i] * vector[i] for i, x in l2), arb(0))
        if order == 0:
            return value, None, None
        gradient = work.gradient()
        for i, x in l2:
            gradient[i] += x * vector[i]
        if order == 1:
            return value, gradient, None
        hessian = ball_hessian(work)
        for i, x in l2:
            hessian[i, i] += x
        return value, gradient, hessian


class Pass:
    """One forward and backward pass over all samples."""

    def __init__(self, landscape: BallLandscape, parameters: dict[str, Any], order: int):
        self.landscape, self.parameters, self.order = landscape, parameters, order
        problem, network = landscape.problem, landscape.network
        self.K = network.K
        self.samples = problem.sample_count
        inputs, self.targets, _ = landscape.data()
        self.neurons: list[Grid] = [inputs]
        self.slopes: list[Grid] = []
        self.curvatures: list[Grid] = []
        for k, activation in enumerate(network.activations, start=1):
            self._hidden(k, activation, self._affine(k, self.neurons[-1]))
        self.read = self._reads(self.neurons)
        self._losses(self._affine(self.K, self.read))
        if order:
            self._backward()

    def _affine(self, k: int, h: Grid) -> Grid:
        w = self.parameters[f"W{k}"]
        z = (matrix(w) * matrix(h)).tolist()
        bias = self.parameters.get(f"b{k}")
        return z if bias is None else [[x + b for x in row] for row, b in zip(z, bias, strict=True)]

    def _hidden(self, k: int, activation: Any, z: Grid) -> None:
        fixed = self.landscape.fixed
        if self.order == 0 and fixed is None:
            self.neurons.append([[activate(activation, balls, x) for x in row] for row in z])
            return
        known = [[None] * self.samples for _ in z] if fixed is None else fixed[k - 1]
        parts = [
            [
                self._derivatives(activation, x) if a is None else _multiple(a, x)[: self.order + 1]
                for x, a in zip(*rows, strict=True)
            ]
            for rows in zip(z, known, strict=True)
        ]
        kept = [self.neurons, self.slopes, self.curvatures][: self.order + 1]
        for place, grids in enumerate(kept):
            grids.append([[p[place] for p in row] for row in parts])

    def _derivatives(self, activation: Any, z: arb) -> list[arb]:
        """The activation and as many derivatives as the order asks for."""
        if activation.name in SMOOTH and not activation.parameters:
            return derivatives(balls, activation.name, z, self.order)
        jets, zero = Jets(balls, order=self.order), arb(0)
        found = activate(activation, jets, jets.variable(z, 0))
        listed = [found.value, found.first.get(0, zero), (found.second or {}).get((0, 0), zero)]
        return listed[: self.order + 1]

    def _reads(self, layers: list[Any]) -> Any:
        """What the output layer reads, from one entry a neuron of every layer."""
        skip = self.landscape.network.skip
        return layers[-1] if skip is None else [layers[k][j - 1] for k, j in skip]

    def _losses(self, f: Grid) -> None:
        """The value, and the scaled derivatives of the loss by the outputs."""
        problem = self.landscape.problem
        scale, jets = balls.number(problem.scale), Jets(balls, order=max(self.order, 1))
        found: list[Jet] = []
        for s, (_, target, weights) in enumerate(self.targets):
            outputs = [jets.variable(row[s], c) for c, row in enumerate(f)]
            lifted = None if weights is None else [jets.constant(w) for w in weights]
            found.append(
                sample_loss(
                    problem.loss.kind, jets, outputs, [jets.constant(t) for t in target], lifted
                )
            )
        zero, outputs_count = arb(0), range(len(f))
        self.value = scale * reduce(add, [jet.value for jet in found])
        self.output_slopes = [
            [scale * jet.first.get(c, zero) for jet in found] for c in outputs_count
        ]
        self.output_curvatures = [
            [
                [scale * (jet.second or {}).get((min(a, b), max(a, b)), zero) for jet in found]
                for b in outputs_count
            ]
            for a in outputs_count
        ]

    def _backward(self) -> None:
        """Sensitivities of the loss: `errors` to hidden neurons, `deltas` to preactivations."""
        H = self.K - 1
        self.errors: list[Grid] = [[[arb(0)] * self.samples for _ in h] for h in self.neurons[1:]]
        self.deltas: list[Grid] = [[] for _ in range(self.K)]
        self.deltas[H] = self.output_slopes
        pulled = self._pull(self.K)
        skip = self.landscape.network.skip
        if skip is None and H:
            self.errors[-1] = pulled
        for (k, j), row in zip(skip or (), pulled, strict=False):
            self.errors[k - 1][j - 1] = _sum(self.errors[k - 1][j - 1], row)
        for k in range(H, 0, -1):
            self.deltas[k - 1] = _times(self.errors[k - 1], self.slopes[k - 1])
            if k > 1:
                below = self._pull(k)
                self.errors[k - 2] = [
                    _sum(*rows) for rows in zip(self.errors[k - 2], below, strict=True)
                ]

    def _pull(self, k: int) -> Grid:
        weights = matrix(self.parameters[f"W{k}"])
        return (weights.transpose() * matrix(self.deltas[k - 1])).tolist()

    def feed(self, k: int) -> Grid:
        return self.read if k == self.K else self.neurons[k - 1]

    def gradient(self) -> list[arb]:
        result: list[arb] = []
        for name in self.parameters:
            k = int(name[1:])
            if name.startswith("b"):
                result += [reduce(add, row) for row in self.deltas[k - 1]]
            else:
                result += (matrix(self.deltas[k - 1]) * matrix(self.feed(k)).transpose()).entries()
        return result


def _multiple(a: Fraction, z: arb) -> list[arb]:
    """a z and its derivatives."""
    slope = balls.number(a)
    return [slope * z, slope, arb(0)]


def _sum(a: Sequence[arb], b: Sequence[arb]) -> list[arb]:
    return [x + y for x, y in zip(a, b, strict=True)]


def _times(a: Grid, b: Grid) -> Grid:
    return [[x * y for x, y in zip(u, v, strict=True)] for u, v in zip(a, b, strict=True)]
