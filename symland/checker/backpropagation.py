"""The gradient of the loss over a box by backpropagation, and the Hessian times a vector.

interval_jets.py carries derivatives by all weights through every operation.  Here errors go
backwards instead, so that a gradient takes a few times the operations of the loss: for covers of
many thousand boxes (rules_complete.py).

For one sample let z_k = W_k h_(k-1) + b_k, h_k = s_k(z_k), h_0 = x, f = z_K the outputs and l the
loss as a function of f.  By the chain rule d_K = dl/df, d_k = s_k'(z_k) (W_(k+1)' d_(k+1)) for
k < K, and dl/dW_k = d_k h_(k-1)', dl/db_k = d_k.  With intervals for the weights every operation
encloses what it does on members, so the results enclose the derivatives at all weights of the box.

A `Dual` is a value and its derivative along a fixed direction c of the weights, by the rules of
calculus for sums, products and functions.  A gradient computed with them has the derivatives of its
entries along c: H c with the Hessian H, enclosed over the box.  And outputs computed with them have
the derivatives f' along c, so that the sum of dl/df f' over samples is c . gradient.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from . import elementary
from .duals import Dual
from .effort import spend
from .intervals import Interval, number
from .network import coordinates, shaped
from .polynomial import Poly, derivative
from .statement import LINEAR, Problem
from .verdict import Refused

Number = Any  # an Interval or a Dual
Layers = list[list[Number]]
Coefficients = tuple[int | Fraction, ...]
SMOOTH = ("exp", "tanh", "sigmoid", "softplus")


def is_covered(problem: Problem) -> bool:
    """Whether the problem is one of those below: no skip connections, no kinks, the squared or the
    logistic loss."""
    known = all(
        s is not None or (f is not None and f[0] in SMOOTH and (f[0] != "softplus" or f[1] == 1))
        for s, f in zip(problem.activations, problem.functions, strict=True)
    )
    return known and problem.skip is None and problem.kind in ("squared", "logistic")


class Backpropagation:
    """Derivatives of the loss of a problem, weights given as flat lists in their order."""

    def __init__(self, problem: Problem, bits: int) -> None:
        if not is_covered(problem):
            raise Refused("backpropagation of this network or loss is not known")
        self.problem, self.bits, self.places = problem, bits, coordinates(problem)
        self.zero = number(0, bits)
        self.inputs = [[number(a, bits) for a in x] for x in problem.inputs]
        self.targets = [[number(-t, bits) for t in y] for y in problem.targets]
        self.factors = [
            [number(self._factor(i, j, t), bits) for j, t in enumerate(y)]
            for i, y in enumerate(problem.targets)
        ]
        self.l2 = [
            number(problem.l2[n][i][j], bits) if n in problem.l2 and problem.l2[n][i][j] else None
            for n, i, j in self.places
        ]
        self.polynomials = [None if s is None else _derived(s) for s in problem.activations]

    def _factor(self, sample: int, j: int, t: Fraction) -> Fraction:
        """What multiplies f - y for the squared loss, s(-y f) for the logistic one."""
        problem = self.problem
        if problem.kind == "logistic":
            return -t * problem.scale
        return 2 * problem.scale * (1 if problem.weights is None else problem.weights[sample][j])

    def partial(self, weights: Sequence[Number], index: int) -> Number:
        """The derivative by one weight."""
        name, i, j = self.places[index]
        k, total = int(name[1:]), self.zero
        for layers, errors in self._passes(weights, k):
            d = errors[k][i]
            total = d + total if name[0] == "b" else d * layers[k - 1][j] + total
        factor = self.l2[index]
        return total if factor is None else weights[index] * factor + total

    def gradient(self, weights: Sequence[Number]) -> list[Number]:
        """The derivatives by all weights."""
        total: list[Number] = [self.zero] * len(self.places)
        for layers, errors in self._passes(weights, 1):
            for p, (name, i, j) in enumerate(self.places):
                k = int(name[1:])
                d = errors[k][i]
                total[p] = d + total[p] if name[0] == "b" else d * layers[k - 1][j] + total[p]
        return [
            value if factor is None else w * factor + value
            for w, factor, value in zip(weights, self.l2, total, strict=True)
        ]

    def along(self, weights: Sequence[Dual]) -> Interval:
        """c . gradient for the direction c of the duals."""
        rows, total = shaped(self.problem, weights), self.zero
        for i in range(len(self.inputs)):
            outputs = self._forward(rows, i)[2]
            for f, d in zip(outputs, self._errors(i, [f.value for f in outputs]), strict=True):
                total = total + d * f.slope
        for w, factor in zip(weights, self.l2, strict=True):
            if factor is not None:
                total = total + w.value * w.slope * factor
        return total

    def _passes(
        self, weights: Sequence[Number], lowest: int
    ) -> Iterator[tuple[Layers, dict[int, list[Number]]]]:
        """For each sample the values h_0, h_1, .. and the errors d_k from K down to ``lowest``."""
        rows, K = shaped(self.problem, weights), self.problem.K
        for i in range(len(self.inputs)):
            layers, slopes, outputs = self._forward(rows, i)
            errors = {K: self._errors(i, outputs)}
            for k in range(K - 1, lowest - 1, -1):
                above, W = errors[k + 1], rows[f"W{k + 1}"]
                errors[k] = [
                    _dot([row[j] for row in W], above) * slope for j, slope in enumerate(slopes[k])
                ]
            yield layers, errors

    def _forward(self, rows: dict[str, Layers], sample: int) -> tuple[Layers, Layers, list[Number]]:
        """Values and slopes of the hidden layers, from layer 0, and the outputs."""
        spend(2 * len(self.places))
        layers, slopes = [self.inputs[sample]], [list[Number]()]
        for k in range(1, self.problem.K):
            pairs = [self._activated(k, z) for z in _affine(rows, k, layers[-1])]
            layers.append([h for h, _ in pairs])
            slopes.append([s for _, s in pairs])
        return layers, slopes, _affine(rows, self.problem.K, layers[-1])

    def _errors(self, sample: int, outputs: list[Number]) -> list[Number]:
        """dl/df: 2 w (f - y), or -y s(-y f) with the sigmoid s, times the scale."""
        found, targets = [], self.targets[sample]
        for f, t, factor in zip(outputs, targets, self.factors[sample], strict=True):
            if self.problem.kind == "squared":
                found.append((f + t) * factor)
            else:
                found.append(_chained(f * t, "sigmoid")[0] * factor)
        return found

    def _bends(self, sample: int, outputs: list[Interval]) -> list[Interval]:
        """The derivatives of `_errors`, each by its output."""
        factors = self.factors[sample]
        if self.problem.kind == "squared":
            return factors
        pairs = zip(outputs, self.targets[sample], factors, strict=True)
        return [_chained(f * t, "sigmoid")[1] * t * factor for f, t, factor in pairs]

    def _activated(self, k: int, z: Number) -> tuple[Number, Number]:
        """s(z) and s'(z)."""
        function = self.problem.functions[k - 1]
        return _chained(z, self.polynomials[k - 1] or ("" if function is None else function[0]))


def _dot(weights: list[Number], values: list[Number]) -> Number:
    total = weights[0] * values[0]
    for w, x in zip(weights[1:], values[1:], strict=True):
        total = total + w * x
    return total


def _affine(rows: dict[str, Layers], k: int, h: list[Number]) -> list[Number]:
    found = [_dot(row, h) for row in rows[f"W{k}"]]
    if f"b{k}" not in rows:
        return found
    return [z + b for z, (b,) in zip(found, rows[f"b{k}"], strict=True)]


def _chained(z: Number, function: str | list[Coefficients]) -> tuple[Number, Number]:
    """f(z) and f'(z)."""
    if not isinstance(z, Dual):
        value, slope = _parts(z, function, 1)
        return value, slope
    value, slope, bend = _parts(z.value, function, 2)
    return Dual(value, slope * z.slope), Dual(slope, bend * z.slope)


def _parts(x: Interval, function: str | list[Coefficients], order: int) -> list[Interval]:
    """f, f', .. on x; polynomials are given with their derivatives."""
    if isinstance(function, str):
        return elementary.derivatives(function, x, order)
    if function[0] == LINEAR:
        return [x, number(1, x.bits), number(0, x.bits)][: order + 1]
    return [x.polynomial(p or (0,)) for p in function[: order + 1]]


def _derived(coefficients: Poly) -> list[Coefficients]:
    """A polynomial, its derivative and that one's; whole numbers as integers, which are faster."""
    first = derivative(coefficients)
    return [
        tuple(int(a) if a.denominator == 1 else a for a in p)
        for p in (coefficients, first, derivative(first))
    ]
