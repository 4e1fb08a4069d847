"""Scaled derivatives of the loss of networks whose last hidden layer has the activation exp.

Let h_j = exp(z_j) be a neuron of that layer, v_oj its weight to output o, f_o = sum_j v_oj h_j +
b_o, and r_o the derivative of the loss by the output f_o, of each sample.  Then

    dL/dv_oj = sum r_o h_j + l v_oj,        dL/dw = sum r_o v_oj h_j dz_j/dw + l w

with sums over samples (in the second one over o and j too), l the penalty of each weight, and w any
weight or bias below.  Kind 0, multiplied: v_oj dL/dv_oj and dL/dw are sums of multiples of
v_oj h_j, so that for integers c, and with dz_j the derivative of z_j along the c_w,

    sum_oj c_oj v_oj dL/dv_oj + sum_w c_w dL/dw + sum_o c_o dL/db_o
        = sum r_o (sum_j v_oj h_j (c_oj + dz_j) + c_o) + penalties.                         (1)

Kind 1, divided, of one hidden layer and one output: the same with h_j for v_j h_j, c_j dL/dv_j, and
c_w dL/dw / v_j for the w into neuron j, where v_j is not 0.  Where c_oj + dz_j is about 0 it does
not matter how large exp is, however wide the box.

At a critical point each of these sums is 0.  There the r_o are known better than elsewhere, too:
from dL/dv_oj = 0, and from dL/db_o = 0, that of one sample follows from the others,

    r_o h_j = -(sum over the other samples of r_o h_j + l v_oj),

which bounds it well where its h_j is large; and so it does from dL/dw / v_j - x dL/dv_j = 0, where
x is the input that w multiplies, of the sample with the largest or the next largest h_j, which is
gone then.  If (1) with such r_o is away from 0 over the box, or an r_o has no value left, then no
point of the box is critical.  Nor is one if (1) is away from 0 by the mean value theorem, with any
r_o.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from .backpropagation import Backpropagation, _affine, _chained
from .duals import Dual
from .effort import spend
from .intervals import Interval, number
from .network import shaped
from .statement import Problem
from .verdict import Refused

MULTIPLIED, DIVIDED = 0, 1
PASSES = 2
NEARLY = 30  # binary digits in which neurons may differ and count as equal

Box = Sequence[Interval]
Row = tuple[list[Interval], Interval]  # factors of the r_o of all samples, and what is added
Samples = list[tuple[list[Any], list[Any], list[Any]]]


class ScaledGradient:
    """Combinations of the scaled derivatives of one problem over boxes."""

    def __init__(self, problem: Problem, bits: int) -> None:
        self.known = Backpropagation(problem, bits)
        K, self.problem, self.bits = problem.K, problem, bits
        last = problem.functions[K - 2] if K > 1 else None
        if last is None or problem.activations[K - 2] is not None or last[0] != "exp":
            raise Refused("a last hidden layer of another activation than exp")
        index = {place: k for k, place in enumerate(self.known.places)}
        outputs, neurons = range(len(problem.targets[0])), range(problem.shapes[f"W{K}"][1])
        self.out = [[index[f"W{K}", o, j] for j in neurons] for o in outputs]
        self.biases = [index.get((f"b{K}", o, 0)) for o in outputs]
        self.multiplied = {v for row in self.out for v in row}
        # For each weight into a neuron of the one hidden layer its neuron's weight to the output.
        self.above: dict[int, int] = {}
        if K == 2 and len(outputs) == 1:
            below = {place: k for place, k in index.items() if place[0] in ("W1", "b1")}
            self.above = {k: self.out[0][j] for (_, j, _), k in below.items()}

    def is_excluded(
        self, kind: int, box: Box, middles: Sequence[Fraction], integers: Sequence[int]
    ) -> bool:
        """Whether no point of the box, with these middles, is critical, as seen by the integers."""
        if kind == DIVIDED:
            self._divisible(box, integers)
        directions = [number(c, self.bits) for c in integers]
        samples = self._samples(kind, box, directions)
        errors = self._errors_at_critical_points(box, samples)
        if errors is None:
            return True
        found = self._total(kind, box, directions, samples, errors)
        return not _may_vanish(found) or (
            self.problem.K == 2 and self._expanded(kind, box, middles, directions)
        )

    def _divisible(self, box: Box, integers: Sequence[int]) -> None:
        if not self.above:
            raise Refused("divided derivatives, and more than one hidden layer or output")
        for k, v in self.above.items():
            if integers[k] and _may_vanish(box[v]):
                raise Refused("a derivative divided by a weight that may be 0")

    def _samples(self, kind: int, weights: Sequence[Any], directions: Box) -> Samples:
        """For each sample the neurons h_j, the outputs f_o, and what multiplies r_o in (1).

        Of weights that are duals all these are duals too (with one hidden layer)."""
        problem, known, found = self.problem, self.known, []
        rows = shaped(problem, [Dual(w, c) for w, c in zip(weights, directions, strict=True)])
        for layer in known.inputs:
            spend(2 * len(known.places))
            for k in range(1, problem.K - 1):
                layer = [known._activated(k, z)[0] for z in _affine(rows, k, layer)]
            last = _affine(rows, problem.K - 1, layer)
            neurons = [_chained(z.value, "exp")[0] for z in last]
            outputs, slopes = [], []
            for o, row in enumerate(rows[f"W{problem.K}"]):
                parts = [v.value * h for v, h in zip(row, neurons, strict=True)]
                shares = parts if kind == MULTIPLIED else neurons
                moved = [s * (v.slope + z.slope) for s, v, z in zip(shares, row, last, strict=True)]
                if f"b{problem.K}" in rows:
                    bias = rows[f"b{problem.K}"][o][0]
                    parts, moved = [*parts, bias.value], [*moved, bias.slope]
                outputs.append(_sum(parts))
                slopes.append(_sum(moved))
            found.append((neurons, outputs, slopes))
        return found

    def _total(
        self, kind: int, weights: Sequence[Any], directions: Box, samples: Samples, errors: Any
    ) -> Any:
        """(1) with these r_o."""
        terms = [
            slope * error
            for (_, _, slopes), row in zip(samples, errors, strict=True)
            for slope, error in zip(slopes, row, strict=True)
        ]
        for k, (w, c, penalty) in enumerate(zip(weights, directions, self.known.l2, strict=True)):
            if penalty is None or not c.upper:
                continue
            if kind == MULTIPLIED and k in self.multiplied:
                w = w.polynomial((0, 0, 1))
            elif kind == DIVIDED and k in self.above:
                w = w * _reciprocal(weights[self.above[k]])
            terms.append(w * penalty * c)
        return _sum(terms)

    def _expanded(self, kind: int, box: Box, middles: Sequence[Fraction], directions: Box) -> bool:
        """Whether (1) is away from 0 by its value at the middles and its slopes over the box."""

        def total(weights: Sequence[Any]) -> Any:
            samples = self._samples(kind, weights, directions)
            errors = [self.known._errors(i, outputs) for i, (_, outputs, _) in enumerate(samples)]
            return self._total(kind, weights, directions, samples, errors)

        centre = [number(m, self.bits) for m in middles]
        found, zero, one = total(centre), self.known.zero, number(1, self.bits)
        for k, (over, m) in enumerate(zip(box, centre, strict=True)):
            moved = total([Dual(w, one if i == k else zero) for i, w in enumerate(box)])
            found = found + moved.slope * (over - m)
        return not _may_vanish(found)

    def _errors_at_critical_points(self, box: Box, samples: Samples) -> list[list[Interval]] | None:
        """The r_o of each sample at critical points in the box; None if there are none."""
        errors = [self.known._errors(i, outputs) for i, (_, outputs, _) in enumerate(samples)]
        for o in range(len(self.out)):
            found = [row[o] for row in errors]
            for factors, added in PASSES * list(self._rows(o, box, samples)):
                if not _narrow(found, factors, added):
                    return None
            for row, error in zip(errors, found, strict=True):
                row[o] = error
        return errors

    def _rows(self, o: int, box: Box, samples: Samples) -> list[Row]:
        """Equations at critical points: the sum of factors times r_o, and what is added, is 0."""
        found: list[Row] = []
        for j, v in enumerate(self.out[o]):
            neurons = [h[j] for h, _, _ in samples]
            found.append((neurons, self._penalty(v, box)))
            if self.above and not _may_vanish(box[v]):
                found += self._eliminated(j, neurons, box)
        bias = self.biases[o]
        if bias is not None:
            found.append(([number(1, self.bits)] * len(samples), self._penalty(bias, box)))
        return found

    def _eliminated(self, j: int, neurons: list[Interval], box: Box) -> list[Row]:
        """dL/dw / v_j - x dL/dv_j for the w into neuron j, and x of two samples."""
        v, inverse = self.out[0][j], box[self.out[0][j]].reciprocal()
        into = [
            (k, [x[t] if name == "W1" else Fraction(1) for x in self.problem.inputs])
            for k, (name, i, t) in enumerate(self.known.places)
            if i == j and name in ("W1", "b1")
        ]
        found = []
        for top in _largest_two(neurons):
            for k, inputs in into:
                if all(x == inputs[top] for x in inputs):
                    continue
                factors = [
                    h * number(x - inputs[top], self.bits)
                    for h, x in zip(neurons, inputs, strict=True)
                ]
                added = self._penalty(k, box) * inverse
                added = added - self._penalty(v, box) * number(inputs[top], self.bits)
                found.append((factors, added))
        return found

    def _penalty(self, k: int, box: Box) -> Interval:
        penalty = self.known.l2[k]
        return self.known.zero if penalty is None else box[k] * penalty


def _largest_two(neurons: list[Interval]) -> tuple[int, int]:
    """The first sample with the largest neuron, and with the next one that is clearly smaller (any
    sample would do)."""
    most = [h.upper for h in neurons]
    first = max(most)
    near = first - (first >> NEARLY)
    others = [x for x in most if x < near]
    second = max(others, default=0)
    return next(i for i, x in enumerate(most) if x >= near), next(
        (i for i, x in enumerate(most) if x < near and x >= second - (second >> NEARLY)), 0
    )


def _narrow(errors: list[Interval], factors: list[Interval], added: Interval) -> bool:
    """Narrow each to what the others allow where the sum of factors times errors, and ``added``,
    is 0; False if nothing is left of one."""
    spend(4 * len(errors))
    later = [added]  # sums of what follows, last first
    for e, h in zip(errors[:0:-1], factors[:0:-1], strict=True):
        later.append(later[-1] + e * h)
    before = number(0, added.bits)
    for i, h in enumerate(factors):
        rest = later.pop() + before
        if not _may_vanish(h):
            bound = -rest * h.reciprocal()
            low, high = max(bound.lower, errors[i].lower), min(bound.upper, errors[i].upper)
            if low > high:
                return False
            errors[i] = Interval(low, high, h.bits)
        before = before + errors[i] * h
    return True


def _may_vanish(x: Interval) -> bool:
    return x.lower <= 0 <= x.upper


def _reciprocal(x: Any) -> Any:
    """1 / x, with its derivative - x' / x^2."""
    if not isinstance(x, Dual):
        return x.reciprocal()
    inverse = x.value.reciprocal()
    return Dual(inverse, -(inverse.square() * x.slope))


def _sum(terms: Sequence[Any]) -> Any:
    """The sum; duals first, which numbers can be added to."""
    ordered = sorted(terms, key=lambda x: not isinstance(x, Dual))
    total = ordered[0]
    for x in ordered[1:]:
        total = total + x
    return total
