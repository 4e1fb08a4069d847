"""Boxes in which no combination of scaled derivatives is 0, for networks that end in exp neurons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

import numpy as np
import numpy.typing as npt

from symland.landscape.forward import forward
from symland.landscape.loss import sample_loss
from symland.landscape.number_systems.interval_arrays import IntervalArray, interval_arrays
from symland.landscape.number_systems.jets import Jet, Jets
from symland.landscape.parameters import flat, shaped
from symland.problem.problem import Problem
from symland.search.box_derivatives import boxed_parameters

__all__ = ["Scaled", "ScaledGradient"]

FACTORS = (10**6, 10**9)
"""The largest integer of a combination: rows divided by weights differ more in size."""
ROUNDS = 7
HUGE = 1e200
Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Scaled:
    """A node of a cover that a combination of scaled derivatives excludes, multiplied (0) or
    divided (1) by weights out of the last hidden layer."""

    kind: int
    factors: tuple[int, ...]


class ScaledGradient:
    """Derivatives scaled so that an exp neuron h of the last hidden layer meets its weight v to the
    outputs as v h only, or as h only.

    Multiplied: v dL/dv and dL/dw for the other weights w, which are sums of multiples of v h.
    Divided: dL/dv and dL/dw / v for w into h, sums of multiples of h. With h = exp(z) the multiples
    are dl/df times 1, or dz/dw; where a sample makes both factors uncertain, a combination cancels
    its share. All are 0 at critical points. As the checker has it (scaled_gradients.py there).

    >>> from symland.problem import Dataset, Network, Regularizer
    >>> network, data = Network([1, 1, 1], "exp"), Dataset([[1], [2]], [[1], [1]])
    >>> found = ScaledGradient(Problem(network, data, regularizer=Regularizer("1/10")))
    >>> found.excluding(np.array([[1.0, 0.0]]), np.array([[3.0, 0.001]]), 0.01)[0].kind
    0
    """

    def __init__(self, problem: Problem):
        network = self.network = problem.network
        self.problem, n = problem, network.parameter_count
        last = network.activations[-1].name if network.activations else ""
        known = network.skip is None and problem.loss.kind in ("squared", "logistic")
        self.kinds: tuple[int, ...] = (0,) if last == "exp" and known else ()
        if self.kinds and network.K == 2 and network.widths[-1] == 1 < network.widths[1]:
            self.kinds = (0, 1)
        shapes = network.shapes
        zeros = {name: np.zeros(shape, dtype=int).tolist() for name, shape in shapes.items()}
        factors = flat(shapes, zeros | dict(problem.l2 or {}))
        self.penalties = np.array([float(x) for x in factors], dtype=float)
        places = shaped(shapes, range(n))
        self.out, self.bias = places[f"W{network.K}"], places.get(f"b{network.K}")
        self.multiplied = {v for row in self.out for v in row} if self.kinds else set()
        # Of one hidden layer and one output the weights into each neuron, and that out of it.
        self.neurons: list[tuple[list[int], int]] = []
        if self.kinds and network.K == 2 and network.widths[-1] == 1:
            biases = [[b] for b in places["b1"]] if "b1" in places else [[]] * network.widths[1]
            into = [[*row, *bias] for row, bias in zip(places["W1"], biases, strict=True)]
            self.neurons = list(zip(into, self.out[0], strict=True))
        # Which weight the derivative by each is divided by.
        self.divided: dict[int, int] = {}
        if 1 in self.kinds:
            self.divided = {k: v for into, v in self.neurons for k in into}

    def excluding(self, low: Array, high: Array, margin: float) -> list[Scaled | None]:
        """For every box (rows of ends) what excludes it, or None; by a margin, as a part of what
        the combination may vary."""
        found: list[Scaled | None] = [None] * len(low)
        ways = [(kind, self._rows) for kind in self.kinds]
        if self.neurons:
            ways += [(kind, self._expanded_rows) for kind in self.kinds]
        for kind, rows in ways:
            left = np.array([i for i, x in enumerate(found) if x is None], dtype=int)
            if not len(left):
                break
            described = rows(kind, low[left], high[left])
            factors, away = _best(*described, FACTORS[kind], margin)
            for row in np.flatnonzero(away):
                found[left[row]] = Scaled(kind, tuple(int(c) for c in factors[row]))
        return found

    def _rows(self, kind: int, low: Array, high: Array) -> tuple[Array, Array, Array, Array]:
        """The middles m of the rows; linear functions of c (boxes x terms x n) with the weights by
        which their absolute values bound what c . rows differs from c . m; and such weights of the
        absolute values of c itself."""
        m, slack = np.zeros(low.shape), np.zeros(low.shape)
        terms: list[Array] = []
        weights: list[Array] = []
        jets = Jets(interval_arrays, order=1)
        entries = boxed_parameters(self.problem, low, high, jets)
        for sample, inputs in enumerate(self.problem.dataset.inputs):
            passed = forward(self.network, jets, entries, [jets.number(x) for x in inputs])
            errors = self._errors(sample, [f.value for f in passed.outputs])
            for o, error in enumerate(errors):
                middle, radius, largest = _parts(error, len(low))
                combined = np.zeros(low.shape)
                for j, z in enumerate(passed.preactivations[-1]):
                    h = interval_arrays.exp(z.value)
                    v = self.out[o][j]
                    share = h if kind else IntervalArray(low[:, v], high[:, v]) * h
                    around, uncertain, most = _parts(share, len(low))
                    slope = np.zeros(low.shape)
                    slope[:, v] = 1
                    for k, x in z.first.items():
                        slope[:, k], spread, _ = _parts(x, len(low))
                        slack[:, k] += largest * most * spread
                    combined += around[:, None] * slope
                    terms.append(slope)
                    weights.append(largest * uncertain)
                if self.bias is not None:
                    combined[:, self.bias[o]] += 1
                terms.append(combined)
                weights.append(radius)
                m += middle[:, None] * combined
        for k, middle, radius in self._penalties(kind, low, high):
            m[:, k] += middle
            slack[:, k] += radius
        return m, np.stack(terms, axis=1), np.stack(weights, axis=1), slack

    def _expanded_rows(
        self, kind: int, low: Array, high: Array
    ) -> tuple[Array, Array, Array, Array]:
        """The same by the mean value theorem, from the rows at the middle and their derivatives by
        all weights over the box; of one hidden layer and one output."""
        size, (middle, radius) = len(low), ((low + high) / 2, (high - low) / 2)
        m = self._rows(kind, middle, middle)[0]
        slack, slopes = np.zeros(low.shape), np.zeros((*low.shape, low.shape[1]))
        terms: list[Array] = []
        weights: list[Array] = []
        ends = [IntervalArray(low[:, k], high[:, k]) for k in range(low.shape[1])]
        for sample, inputs in enumerate(self.problem.dataset.inputs):
            x = [*(float(a) for a in inputs), 1.0]
            neurons = []
            for into, _ in self.neurons:
                z = reduce(add, (_times(ends[k], a) for k, a in zip(into, x, strict=False)))
                neurons.append(interval_arrays.exp(z))
            shares = [ends[v] * h for (_, v), h in zip(self.neurons, neurons, strict=True)]
            output = reduce(add, shares)
            bias = None if self.bias is None else self.bias[0]
            if bias is not None:
                output = output + ends[bias]
            error, bend = self._error(sample, output)
            combined, spread = np.zeros(low.shape), np.zeros(size)
            bent: dict[int, IntervalArray] = {}
            directions, uncertain = [], []
            for (into, v), h, share in zip(self.neurons, neurons, shares, strict=True):
                scaled, slope = h if kind else share, np.zeros(low.shape[1])
                slope[v] = 1
                bent[v] = bend * h
                for k, a in zip(into, x, strict=False):
                    slope[k] = a
                    bent[k] = _times(bend * share, a)
                around, off, _ = _parts(scaled, size)
                combined += around[:, None] * slope
                directions.append(slope)
                uncertain.append(off)
            if bias is not None:
                combined[:, bias] += 1
                bent[bias] = bend
            reach = np.zeros(size)
            for k, x_k in bent.items():
                around, off, most = _parts(x_k, size)
                slopes[:, k] += around[:, None] * combined
                spread += radius[:, k] * off
                reach += radius[:, k] * most
            terms.append(combined)
            weights.append(spread)
            for (into, v), h, share, slope, off in zip(
                self.neurons, neurons, shares, directions, uncertain, strict=True
            ):
                weight = reach * off
                moved = {k: _times(error * (h if kind else share), a) for k, a in zip(into, x, strict=False)}
                if not kind:
                    moved[v] = error * h
                for k, x_k in moved.items():
                    around, width, _ = _parts(x_k, size)
                    slopes[:, k] += around[:, None] * slope
                    weight = weight + radius[:, k] * width
                terms.append(np.broadcast_to(slope, low.shape))
                weights.append(weight)
        for row, k, x_k in self._penalty_slopes(kind, low, high):
            around, off, _ = _parts(x_k, size)
            slopes[:, k, row] += around * self.penalties[row]
            slack[:, row] += radius[:, k] * off * self.penalties[row]
        terms += [slopes[:, k] for k in range(low.shape[1])]
        weights += list(radius.T)
        return m, np.stack(terms, axis=1), np.stack(weights, axis=1), slack

    def _error(self, sample: int, output: IntervalArray) -> tuple[IntervalArray, IntervalArray]:
        """The first and the second derivative of the loss by the only output."""
        total = self._loss(sample, [output], 2)
        return total.first[0], total.second[0, 0]

    def _penalty_slopes(
        self, kind: int, low: Array, high: Array
    ) -> Iterator[tuple[int, int, IntervalArray]]:
        """Row, weight and derivative of the row's penalty, over lambda, by the weight."""
        one = interval_arrays.number(1)
        for k in map(int, np.flatnonzero(self.penalties)):
            w = IntervalArray(low[:, k], high[:, k])
            if kind == 0 and k in self.multiplied:
                yield k, k, w + w
            elif kind == 1 and k in self.divided:
                v = self.divided[k]
                inverse = _reciprocal(low[:, v], high[:, v])
                yield k, k, inverse
                yield k, v, -(w * interval_arrays.power(inverse, 2))
            else:
                yield k, k, one

    def _errors(self, sample: int, outputs: list[Any]) -> list[IntervalArray]:
        """The derivatives of the loss by the outputs."""
        total = self._loss(sample, outputs, 1)
        return [total.first[o] for o in range(len(outputs))]

    def _loss(self, sample: int, outputs: list[Any], order: int) -> Jet:
        """The loss of a sample as a function of its outputs."""
        problem, jets = self.problem, Jets(interval_arrays, order=order)
        loss, data = problem.loss, problem.dataset
        targets = [jets.number(y) for y in data.targets[sample]]
        given = None if loss.weights is None else [jets.number(w) for w in loss.weights[sample]]
        variables = [jets.variable(f, o) for o, f in enumerate(outputs)]
        total = sample_loss(loss.kind, jets, variables, targets, given)
        return jets.number(loss.scale_for(problem.sample_count)) * total

    def _penalties(
        self, kind: int, low: Array, high: Array
    ) -> Iterator[tuple[int, Array, Array]]:
        """For each weight the middle and the radius of the regularizer's scaled derivative."""
        for k in map(int, np.flatnonzero(self.penalties)):
            w = IntervalArray(low[:, k], high[:, k])
            if kind == 0 and k in self.multiplied:
                w = interval_arrays.power(w, 2)
            elif kind == 1 and k in self.divided:
                v = self.divided[k]
                w = w * _reciprocal(low[:, v], high[:, v])
            middle, radius, _ = _parts(w, len(low))
            yield k, middle * self.penalties[k], radius * self.penalties[k]


def _parts(x: IntervalArray, size: int) -> tuple[Array, Array, Array]:
    """Middles, radii, and the largest absolute values."""
    low, high = (np.broadcast_to(end, size) for end in (x.lower, x.upper))
    return (low + high) / 2, (high - low) / 2, np.maximum(abs(low), abs(high))


def _times(x: IntervalArray, factor: float) -> IntervalArray:
    ends = x.lower * factor, x.upper * factor
    return IntervalArray(*(ends if factor >= 0 else ends[::-1]))


def _reciprocal(low: Array, high: Array) -> IntervalArray:
    """1 / x; unbounded, as good as, where 0 is an x."""
    known: Array = np.asarray((low > 0) | (high < 0))
    low, high = np.where(known, low, 1.0), np.where(known, high, 1.0)
    return IntervalArray(np.where(known, 1 / high, -HUGE), np.where(known, 1 / low, HUGE))


def _best(
    m: Array, terms: Array, weights: Array, slack: Array, largest: int, margin: float
) -> tuple[Array, Array]:
    """The best integer combination c of rows, and whether it is not 0: |c m| against the sum of
    weights |c f| over the uncertain terms f, by reweighted least squares."""
    usable = np.isfinite(terms).all(axis=(1, 2)) & np.isfinite(weights).all(axis=1)
    usable &= np.isfinite(m).all(axis=1) & np.isfinite(slack).all(axis=1)
    m, terms, weights, slack = (
        np.where(usable.reshape(-1, *[1] * (a.ndim - 1)), a, 0.0)
        for a in (m, terms, weights, slack)
    )
    # Rows of equal size, so that none is lost in rounding errors.
    size = np.einsum("bt,btk->bk", weights, abs(terms)) + slack
    unit = 1 / (size + 1e-12 * size.max(axis=1, keepdims=True) + 1e-300)
    m, terms, slack = m * unit, terms * unit[:, None, :], slack * unit
    along, across = np.ones(weights.shape), np.ones(m.shape)
    best, chosen = np.full(len(m), -np.inf), np.zeros(m.shape)
    for _ in range(ROUNDS):
        c = _minimizer(m, terms, weights / along, slack / across)
        rounded = _rounded(c * unit, largest)
        scaled = rounded / unit
        value = abs(np.einsum("bk,bk->b", m, scaled))
        error = (weights * abs(np.einsum("btk,bk->bt", terms, scaled))).sum(axis=1)
        error += (slack * abs(scaled)).sum(axis=1)
        ratio = (value - (1 + 2 * margin) * error) / (value + error + 1e-300)
        better = ratio > best
        best[better], chosen[better] = ratio[better], rounded[better]
        along = abs(np.einsum("btk,bk->bt", terms, c)) + 1e-300
        along += 1e-6 * abs(terms).max(axis=(1, 2))[:, None]
        across = abs(c) + 1e-6
    return chosen, (best > 0) & usable


def _minimizer(m: Array, terms: Array, weights: Array, slack: Array) -> Array:
    """The c with c . m = 1, up to a factor, and the least sum of weighted squares."""
    squares = np.einsum("bt,btk,btl->bkl", weights, terms, terms, optimize=True)
    k = np.arange(m.shape[1])
    squares[:, k, k] += slack
    squares[:, k, k] += 1e-12 * (np.einsum("bkk->b", squares) + 1e-300)[:, None]
    c = np.linalg.solve(squares, m[:, :, None])[:, :, 0]
    return np.asarray(c / (abs(c).max(axis=1, keepdims=True) + 1e-300))


def _rounded(c: Array, largest: int) -> Array:
    """Multiples that are integers, up to rounding."""
    scaled = np.rint(largest * c / (abs(c).max(axis=1, keepdims=True) + 1e-300))
    return np.where(np.isfinite(scaled), scaled, 0.0)
