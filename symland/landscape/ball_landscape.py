"""Loss, gradient and Hessian enclosed at a point or over a box, as products of ball matrices.

The formulas are those of backpropagation: with J_z the derivative of a preactivation z by all
parameters and d the sensitivity of the loss to it, the Hessian is the sum of

    J_f^T A J_f             over outputs f, A the Hessian of the sample's loss by the outputs,
    s''(z) e J_z^T J_z      over hidden neurons s(z), e the loss's sensitivity to the neuron,
    d (w^T J_h + J_h^T w)   over weights w that multiply a neuron h.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import add
from typing import Any, final

from flint import arb, arb_mat, ctx

from symland.landscape.forward import activate
from symland.landscape.loss import sample_loss
from symland.landscape.number_systems.arb_balls import balls
from symland.landscape.number_systems.jets import Jet, Jets
from symland.landscape.parameters import flat, shaped
from symland.problem.problem import Problem

__all__ = ["BallLandscape"]

Grid = list[list[arb]]
"""Rows over neurons, columns over samples."""


@final
class BallLandscape:
    """The landscape over balls, in the order of ``network.shapes``; precision is `flint.ctx.prec`.

    Every result encloses what it names for all weights in the balls given.

    Examples
    --------
    >>> from symland.problem import Dataset, Network, Problem
    >>> landscape = BallLandscape(Problem(Network([1, 1, 1]), Dataset([[1]], [[2]])))
    >>> value, gradient, hessian = landscape.at([arb(1), arb(3)])
    >>> float(value), [float(g) for g in gradient], [float(h) for h in hessian.entries()]
    (0.5, [3.0, 1.0], [9.0, 4.0, 4.0, 1.0])
    """

    def __init__(self, problem: Problem):
        self.problem, self.network = problem, problem.network
        self._data: tuple[int, Grid, list[Any]] | None = None
        self._start, start = {}, 0
        for name, shape in self.network.shapes.items():
            self._start[name] = start
            start += shape[0] * (shape[1] if len(shape) == 2 else 1)
        self.size = start
        l2 = problem.l2 or {}
        self._l2 = [
            x
            for name, shape in self.network.shapes.items()
            for x in (
                flat({name: shape}, {name: l2[name]})
                if name in l2
                else [0] * (shape[0] * (shape[1] if len(shape) == 2 else 1))
            )
        ]

    def data(self) -> tuple[Grid, list[Any]]:
        """The inputs by rows over samples, and the samples, as balls of the present precision."""
        if self._data is None or self._data[0] != ctx.prec:
            problem = self.problem
            inputs = [[balls.number(x) for x in row] for row in problem.dataset.X]
            samples = balls.samples(
                problem.dataset.inputs, problem.dataset.targets, problem.loss.weights
            )
            self._data = ctx.prec, inputs, samples
        return self._data[1:]

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
        work = _Pass(self, shaped(self.network.shapes, list(vector)), order)
        l2 = [balls.number(x) for x in self._l2]
        penalty = sum((x / 2 * w * w for x, w in zip(l2, vector, strict=True) if x), arb(0))
        if order == 0:
            return work.value + penalty, None, None
        gradient = [g + x * w for g, x, w in zip(work.gradient(), l2, vector, strict=True)]
        if order == 1:
            return work.value + penalty, gradient, None
        hessian = work.hessian()
        for i, x in enumerate(l2):
            hessian[i, i] += x
        return work.value + penalty, gradient, hessian


class _Pass:
    """One forward and backward pass over all samples."""

    def __init__(self, landscape: BallLandscape, parameters: dict[str, Any], order: int):
        self.landscape, self.parameters, self.order = landscape, parameters, order
        problem, network = landscape.problem, landscape.network
        self.K = network.K
        self.samples = problem.sample_count
        inputs, self.targets = landscape.data()
        self.neurons: list[Grid] = [inputs]
        self.slopes: list[Grid] = []
        self.curvatures: list[Grid] = []
        for k, activation in enumerate(network.activations, start=1):
            self._hidden(activation, self._affine(k, self.neurons[-1]))
        self.read = self._reads(self.neurons)
        self._losses(self._affine(self.K, self.read))
        if order:
            self._backward()

    def _affine(self, k: int, h: Grid) -> Grid:
        w = self.parameters[f"W{k}"]
        z = (_matrix(w) * _matrix(h)).tolist()
        bias = self.parameters.get(f"b{k}")
        return z if bias is None else [[x + b for x in row] for row, b in zip(z, bias, strict=True)]

    def _hidden(self, activation: Any, z: Grid) -> None:
        if self.order == 0:
            self.neurons.append([[activate(activation, balls, x) for x in row] for row in z])
            return
        jets, zero = Jets(balls, order=self.order), arb(0)
        parts = [[activate(activation, jets, jets.variable(x, 0)) for x in row] for row in z]
        self.neurons.append([[p.value for p in row] for row in parts])
        self.slopes.append([[p.first.get(0, zero) for p in row] for row in parts])
        if self.order > 1:
            self.curvatures.append([[p.second.get((0, 0), zero) for p in row] for row in parts])

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
        weights = _matrix(self.parameters[f"W{k}"])
        return (weights.transpose() * _matrix(self.deltas[k - 1])).tolist()

    def _feed(self, k: int) -> Grid:
        return self.read if k == self.K else self.neurons[k - 1]

    def gradient(self) -> list[arb]:
        result: list[arb] = []
        for name in self.parameters:
            k = int(name[1:])
            if name.startswith("b"):
                result += [reduce(add, row) for row in self.deltas[k - 1]]
            else:
                result += (
                    _matrix(self.deltas[k - 1]) * _matrix(self._feed(k)).transpose()
                ).entries()
        return result

    def hessian(self) -> arb_mat:
        n, H = self.landscape.size, self.K - 1
        total = arb_mat(n, n)
        below: list[Any] = [[[] for _ in self.neurons[0]]]  # J_h of every layer
        for k in range(1, H + 1):
            J = self._preactivation_slopes(k, below[-1])
            total = _corner(
                total, self._bent(J, _times(self.errors[k - 1], self.curvatures[k - 1]))
            )
            total = _cross(total, self._bilinear(k, below[-1]), self._first(k))
            below.append(
                [
                    [_scaled(row, slope) for row, slope in zip(rows, slopes, strict=True)]
                    for rows, slopes in zip(J, self.slopes[k - 1], strict=True)
                ]
            )
        feeds = self._reads(below)
        J = self._preactivation_slopes(self.K, feeds)
        total = _corner(total, self._outputs(J))
        return _cross(total, self._bilinear(self.K, feeds), self._first(self.K))

    def _first(self, k: int) -> int:
        return self.landscape._start[f"W{k}"]

    def _preactivation_slopes(self, k: int, J_h: Any) -> Any:
        """J_z[neuron][sample]: rows over the parameters of layers 1 to k."""
        w, feed = self.parameters[f"W{k}"], self._feed(k)
        start, inputs = self._first(k), len(feed)
        width = len(w) * inputs + (len(w) if f"b{k}" in self.parameters else 0)
        J: list[list[list[arb]]] = [[[] for _ in range(self.samples)] for _ in w]
        if start:
            rows = [_padded(row, start, self.samples) for row in J_h]
            mixed = (_matrix(w) * _matrix(rows)).tolist()
            J = [[row[s * start : (s + 1) * start] for s in range(self.samples)] for row in mixed]
        for i, rows_i in enumerate(J):
            for s in range(self.samples):
                own = [arb(0)] * width
                own[i * inputs : (i + 1) * inputs] = [h[s] for h in feed]
                if width > len(w) * inputs:
                    own[len(w) * inputs + i] = arb(1)
                rows_i[s] = rows_i[s] + own
        return J

    def _bent(self, J: Any, factors: Grid) -> arb_mat:
        """The sum of factor J_z^T J_z over neurons and samples; None where all factors are 0."""
        pairs = [
            (row, c)
            for rows, cs in zip(J, factors, strict=True)
            for row, c in zip(rows, cs, strict=True)
            if not c.is_zero()
        ]
        if not pairs:
            return arb_mat(0, 0)
        plain = _matrix([row for row, _ in pairs])
        return plain.transpose() * _matrix([_scaled(row, c) for row, c in pairs])

    def _outputs(self, J: Any) -> arb_mat:
        """The sum of J_f^T A J_f over samples."""
        bent = []
        for c, factors in enumerate(self.output_curvatures):
            for s in range(self.samples):
                terms = [
                    _scaled(J[b][s], factors[b][s])
                    for b in range(len(J))
                    if b == c or not factors[b][s].is_zero()
                ]
                bent.append(reduce(_sum, terms))
        plain = _matrix([row for rows in J for row in rows])
        return plain.transpose() * _matrix(bent)

    def _bilinear(self, k: int, J_h: Any) -> arb_mat:
        """Rows: weights of W_k in their order; columns: parameters of the layers below."""
        start, delta = self._first(k), self.deltas[k - 1]
        if not start:
            return arb_mat(0, 0)
        wide = [[x for row in J_h for x in _padded_row(row, start, s)] for s in range(self.samples)]
        mixed = (_matrix(delta) * _matrix(wide)).tolist()
        return _matrix([row[j * start : (j + 1) * start] for row in mixed for j in range(len(J_h))])


def _matrix(rows: Sequence[Sequence[arb]]) -> arb_mat:
    return arb_mat(len(rows), len(rows[0]), [x for row in rows for x in row])


def _scaled(row: Sequence[arb], factor: arb) -> list[arb]:
    return [x * factor for x in row]


def _sum(a: Sequence[arb], b: Sequence[arb]) -> list[arb]:
    return [x + y for x, y in zip(a, b, strict=True)]


def _times(a: Grid, b: Grid) -> Grid:
    return [[x * y for x, y in zip(u, v, strict=True)] for u, v in zip(a, b, strict=True)]


def _padded(rows: Any, width: int, samples: int) -> list[arb]:
    """The rows of all samples one after another, each filled up with zeros."""
    return [x for s in range(samples) for x in _padded_row(rows, width, s)]


def _padded_row(rows: Any, width: int, sample: int) -> list[arb]:
    row = rows[sample] if rows else []
    return [*row, *[arb(0)] * (width - len(row))]


def _corner(total: arb_mat, block: arb_mat) -> arb_mat:
    """The block added in the upper left corner."""
    if block.nrows() == total.nrows():
        return total + block
    if block.nrows():
        n = block.nrows()
        entries = block.tolist()
        for i in range(n):
            for j in range(n):
                total[i, j] += entries[i][j]
    return total


def _cross(total: arb_mat, block: arb_mat, start: int) -> arb_mat:
    """The block added in the rows from `start`, and its transpose in the columns."""
    for i, row in enumerate(block.tolist() if block.nrows() else []):
        for j, x in enumerate(row):
            total[start + i, j] += x
            total[j, start + i] += x
    return total
