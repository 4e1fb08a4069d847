"""Scaled derivatives of the loss of networks whose last hidden layer has the activation exp.

Let h_j = exp(z_j) be a neuron of that layer, v_oj its weight to output o, f_o = sum_j v_oj h_j +
b_o, and r_o the derivative of the loss by the output f_o, of each sample.  Then

    dL/dv_oj = sum r_o h_j + l v_oj,        dL/dw = sum r_o v_oj h_j dz_j/dw + l w

with sums over samples (in the second one over o and j too), l the penalty of each weight, and w any
weight or bias below.  Kind 0, multiplied: v_oj dL/dv_oj and dL/dw are sums of multiples of v_oj h_j,
so that for integers c, and with dz_j the derivative of z_j along the c_w,

    sum_oj c_oj v_oj dL/dv_oj + sum_w c_w dL/dw + sum_o c_o dL/db_o
        = sum r_o (sum_j v_oj h_j (c_oj + dz_j) + c_o) + penalties.

Kind 1, divided, of one hidden layer and one output: the same with h_j for v_j h_j and 1/v_j dL/dw
for the w into neuron j, where v_j is not 0.  Where c_oj + dz_j is about 0 it does not matter how
large exp is, however wide the box.  At a critical point each of these sums is 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import elementary
from .backpropagation import Backpropagation, _affine
from .duals import Dual
from .effort import spend
from .intervals import Interval, number
from .network import shaped
from .statement import Problem
from .verdict import Refused

MULTIPLIED, DIVIDED = 0, 1


class ScaledGradient:
    """Combinations of the scaled derivatives of one problem over boxes."""

    def __init__(self, problem: Problem, bits: int) -> None:
        self.known = Backpropagation(problem, bits)
        K, self.problem, self.bits = problem.K, problem, bits
        if K < 2 or problem.activations[K - 2] is not None or problem.functions[K - 2] is None:
            raise Refused("a last hidden layer of another activation than exp")
        if problem.functions[K - 2][0] != "exp":
            raise Refused("a last hidden layer of another activation than exp")
        places = self.known.places
        self.out = {k for k, (name, _, _) in enumerate(places) if name == f"W{K}"}
        # For each weight into a neuron of the one hidden layer its neuron's weight to the output.
        self.above: dict[int, int] = {}
        if K == 2 and len(problem.targets[0]) == 1:
            out = sorted(self.out)
            self.above = {k: out[i] for k, (name, i, _) in enumerate(places) if name in ("W1", "b1")}

    def combination(
        self, kind: int, box: Sequence[Interval], integers: Sequence[int]
    ) -> Interval:
        """An enclosure of the sum for the integers c over a box."""
        if kind == DIVIDED:
            self._divisible(box, integers)
        directions = [number(c, self.bits) for c in integers]
        rows = shaped(self.problem, [Dual(w, c) for w, c in zip(box, directions, strict=True)])
        total = self._penalties(kind, box, directions)
        for sample in range(len(self.problem.inputs)):
            outputs, slopes = self._outputs(kind, rows, sample)
            errors = self.known._errors(sample, outputs)
            for error, slope in zip(errors, slopes, strict=True):
                total = total + error * slope
        return total

    def _divisible(self, box: Sequence[Interval], integers: Sequence[int]) -> None:
        if not self.above:
            raise Refused("divided derivatives, and more than one hidden layer or output")
        for k, v in self.above.items():
            if integers[k] and box[v].lower <= 0 <= box[v].upper:
                raise Refused("a derivative divided by a weight that may be 0")

    def _outputs(
        self, kind: int, rows: dict[str, Any], sample: int
    ) -> tuple[list[Interval], list[Interval]]:
        """The outputs f_o, and what multiplies r_o, for one sample."""
        spend(2 * len(self.known.places))
        problem, layer = self.problem, self.known.inputs[sample]
        for k in range(1, problem.K - 1):
            layer = [self.known._activated(k, z)[0] for z in _affine(rows, k, layer)]
        last = _affine(rows, problem.K - 1, layer)
        neurons = [elementary.derivatives("exp", z.value, 0)[0] for z in last]
        outputs, slopes = [], []
        for o, row in enumerate(rows[f"W{problem.K}"]):
            bias = rows[f"b{problem.K}"][o][0] if f"b{problem.K}" in rows else None
            f, slope = (self.known.zero,) * 2 if bias is None else (bias.value, bias.slope)
            for v, h, z in zip(row, neurons, last, strict=True):
                part = v.value * h
                f = f + part
                slope = slope + (part if kind == MULTIPLIED else h) * (v.slope + z.slope)
            outputs.append(f)
            slopes.append(slope)
        return outputs, slopes

    def _penalties(
        self, kind: int, box: Sequence[Interval], directions: Sequence[Interval]
    ) -> Interval:
        total = self.known.zero
        for k, (w, c, penalty) in enumerate(zip(box, directions, self.known.l2, strict=True)):
            if penalty is None or not c.upper:
                continue
            if kind == MULTIPLIED and k in self.out:
                w = w.square()
            elif kind == DIVIDED and k in self.above:
                w = w * box[self.above[k]].reciprocal()
            total = total + w * penalty * c
        return total
