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

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from .backpropagation import Backpropagation, _affine, _chained
from .duals import Dual
from .effort import spend
from .intervals import Interval, dot, number
from .network import shaped
from .statement import Problem
from .verdict import Refused

MULTIPLIED, DIVIDED = 0, 1
BENT = 2  # added to a kind: by the mean value theorem only
MAX_KIND = BENT + DIVIDED
PASSES = 2
KEPT = 64  # lists of differences of inputs
NEARLY = 30  # binary digits in which neurons may differ and count as equal

Box = Sequence[Interval]
Row = tuple[list[Interval], Interval]  # factors of the r_o of all samples, and what is added
Errors = list[list[Interval]]  # the r_o of each sample


class Sample(NamedTuple):
    """Of one sample the neurons h_j and the outputs f_o; c_oj + dz_j for each output and neuron;
    and what multiplies r_o in (1)."""

    neurons: list[Interval]
    outputs: list[Interval]
    turns: list[list[Interval]]
    factors: list[Interval]


def needs_exp(problem: Problem) -> None:
    """`Refused` unless the last hidden layer is one of exp neurons."""
    K = problem.K
    last = problem.functions[K - 2] if K > 1 else None
    if last is None or problem.activations[K - 2] is not None or last[0] != "exp":
        raise Refused("a last hidden layer of another activation than exp")


class ScaledGradient:
    """Combinations of the scaled derivatives of one problem over boxes."""

    def __init__(self, problem: Problem, bits: int) -> None:
        self.known = Backpropagation(problem, bits)
        K, self.problem, self.bits = problem.K, problem, bits
        needs_exp(problem)
        index = {place: k for k, place in enumerate(self.known.places)}
        outputs, neurons = range(len(problem.targets[0])), range(problem.shapes[f"W{K}"][1])
        self.out = [[index[f"W{K}", o, j] for j in neurons] for o in outputs]
        self.biases = [index.get((f"b{K}", o, 0)) for o in outputs]
        self.multiplied = {v for row in self.out for v in row}
        # With one hidden layer, for each neuron the weights into it, and the places of what they
        # multiply in the inputs of a sample, which have the number 1 last.
        self.inputs = [[*x, Fraction(1)] for x in problem.inputs]
        self.numbers = [[number(a, bits) for a in x] for x in self.inputs]
        self.into: list[list[tuple[int, int]]] = [[] for _ in neurons]
        for (name, j, t), k in index.items() if K == 2 else ():
            if name in ("W1", "b1"):
                self.into[j].append((k, t if name == "W1" else -1))
        self.differences: dict[tuple[int, int], list[Interval]] = {}
        # For each weight into a neuron, with one output, the neuron's weight to that.
        self.above: dict[int, int] = {}
        if K == 2 and len(outputs) == 1:
            self.above = {
                k: v for v, into in zip(self.out[0], self.into, strict=True) for k, _ in into
            }

    def is_excluded(
        self, kind: int, box: Box, middles: Sequence[Fraction], integers: Sequence[int]
    ) -> bool:
        """Whether no point of the box, with these middles, is critical, as seen by the integers."""
        bent, kind = kind >= BENT, kind % BENT
        if kind == DIVIDED:
            self._divisible(box, integers)
        directions = [number(c, self.bits) for c in integers]
        samples = self._samples(kind, box, directions)
        if not bent and self._is_nonzero_at_critical_points(kind, box, directions, samples):
            return True
        return self.problem.K == 2 and self._is_nonzero(kind, box, middles, directions, samples)

    def _divisible(self, box: Box, integers: Sequence[int]) -> None:
        if not self.above:
            raise Refused("divided derivatives, and more than one hidden layer or output")
        for k, v in self.above.items():
            if integers[k] and _may_vanish(box[v]):
                raise Refused("a derivative divided by a weight that may be 0")

    def _samples(self, kind: int, weights: Box, directions: Box) -> list[Sample]:
        found = []
        for i in range(len(self.numbers)):
            spend(2 * len(weights))
            last, slopes = self._last(i, weights, directions)
            neurons = [_chained(z, "exp")[0] for z in last]
            sample = Sample(neurons, [], [], [])
            for row, bias in zip(self.out, self.biases, strict=True):
                output = dot([weights[v] for v in row], neurons)
                turns = [directions[v] + slope for v, slope in zip(row, slopes, strict=True)]
                shares = neurons
                if kind == MULTIPLIED:
                    shares = [weights[v] * h for v, h in zip(row, neurons, strict=True)]
                factor = dot(shares, turns)
                if bias is not None:
                    output, factor = output + weights[bias], factor + directions[bias]
                sample.outputs.append(output)
                sample.turns.append(turns)
                sample.factors.append(factor)
            found.append(sample)
        return found

    def _last(self, i: int, weights: Box, directions: Box) -> tuple[list[Interval], list[Interval]]:
        """The z_j and the dz_j of one sample."""
        problem, known = self.problem, self.known
        if problem.K == 2:
            pairs = [
                ([k for k, _ in into], [self.numbers[i][t] for _, t in into]) for into in self.into
            ]
            return [dot([weights[k] for k in row], x) for row, x in pairs], [
                dot([directions[k] for k in row], x) for row, x in pairs
            ]
        rows = shaped(problem, [Dual(w, c) for w, c in zip(weights, directions, strict=True)])
        layer = known.inputs[i]
        for k in range(1, problem.K - 1):
            layer = [known._activated(k, z)[0] for z in _affine(rows, k, layer)]
        last = _affine(rows, problem.K - 1, layer)
        return [z.value for z in last], [z.slope for z in last]

    def _errors(self, samples: list[Sample]) -> Errors:
        """The r_o of each sample anywhere in the box."""
        return [self.known._errors(i, sample.outputs) for i, sample in enumerate(samples)]

    def _total(
        self, kind: int, weights: Box, directions: Box, samples: list[Sample], errors: Errors
    ) -> Interval:
        """(1) with these r_o."""
        terms = [
            factor * error
            for sample, row in zip(samples, errors, strict=True)
            for factor, error in zip(sample.factors, row, strict=True)
        ]
        for k, (w, c, penalty) in enumerate(zip(weights, directions, self.known.l2, strict=True)):
            if penalty is None or not c.upper:
                continue
            if kind == MULTIPLIED and k in self.multiplied:
                w = w.square()
            elif kind == DIVIDED and k in self.above:
                w = w * weights[self.above[k]].reciprocal()
            terms.append(w * penalty * c)
        return _sum(terms)

    def _is_nonzero(
        self,
        kind: int,
        box: Box,
        middles: Sequence[Fraction],
        directions: Box,
        samples: list[Sample],
    ) -> bool:
        """Whether (1) is away from 0 by its value at the middles and its slopes over the box."""
        centre = [number(m, self.bits) for m in middles]
        at = self._samples(kind, centre, directions)
        value = self._total(kind, centre, directions, at, self._errors(at))
        slopes = self._slopes(kind, box, directions, samples)
        shifts = [over - m for over, m in zip(box, centre, strict=True)]
        return not _may_vanish(value + dot(slopes, shifts))

    def _slopes(
        self, kind: int, box: Box, directions: Box, samples: list[Sample]
    ) -> list[Interval]:
        """The derivatives of (1) by all weights, with one hidden layer.  In r D, where D is the
        factor of r, r has the derivative r' by the output, and D is a sum of shares, v_j h_j or
        h_j, times constants."""
        found = self._penalty_slopes(kind, box, directions)
        for i, (sample, row) in enumerate(zip(samples, self._errors(samples), strict=True)):
            bends = self.known._bends(i, sample.outputs)
            for o, (error, bend) in enumerate(zip(row, bends, strict=True)):
                spend(len(box))
                moved, bias = bend * sample.factors[o], self.biases[o]
                if bias is not None:
                    found[bias] = found[bias] + moved
                for j, (v, h) in enumerate(zip(self.out[o], sample.neurons, strict=True)):
                    turned = error * sample.turns[o][j]
                    if kind == MULTIPLIED:
                        own = h * (moved + turned)
                        below = box[v] * own
                    else:
                        own = h * moved
                        below = h * (box[v] * moved + turned)
                    found[v] = found[v] + own
                    for k, t in self.into[j]:
                        found[k] = found[k] + below * self.numbers[i][t]
        return found

    def _penalty_slopes(self, kind: int, box: Box, directions: Box) -> list[Interval]:
        found = [self.known.zero] * len(box)
        for k, (w, c, penalty) in enumerate(zip(box, directions, self.known.l2, strict=True)):
            if penalty is None or not c.upper:
                continue
            factor = penalty * c
            if kind == MULTIPLIED and k in self.multiplied:
                found[k] = found[k] + (w + w) * factor
            elif kind == DIVIDED and k in self.above:
                v = self.above[k]
                inverse = box[v].reciprocal()
                found[k] = found[k] + inverse * factor
                found[v] = found[v] - inverse.square() * w * factor
            else:
                found[k] = found[k] + factor
        return found

    def _is_nonzero_at_critical_points(
        self, kind: int, box: Box, directions: Box, samples: list[Sample]
    ) -> bool:
        """Whether (1), or the equations for the r_o, do not hold for any r_o."""
        errors = self._errors(samples)
        if not _may_vanish(self._total(kind, box, directions, samples, errors)):
            return True
        rows = [list(self._rows(o, box, samples)) for o in range(len(self.out))]
        for _ in range(PASSES):
            if not _narrowed(errors, rows):
                return True
            if not _may_vanish(self._total(kind, box, directions, samples, errors)):
                return True
        return False

    def _rows(self, o: int, box: Box, samples: list[Sample]) -> Iterator[Row]:
        """Equations at critical points: the sum of factors times r_o, and what is added, is 0."""
        for j, v in enumerate(self.out[o]):
            neurons = [sample.neurons[j] for sample in samples]
            yield neurons, self._penalty(v, box)
            if self.above and not _may_vanish(box[v]):
                yield from self._eliminated(j, neurons, box)
        bias = self.biases[o]
        if bias is not None:
            yield [number(1, self.bits)] * len(samples), self._penalty(bias, box)

    def _eliminated(self, j: int, neurons: list[Interval], box: Box) -> Iterator[Row]:
        """dL/dw / v_j - x dL/dv_j for the w into neuron j, and x of two samples."""
        v = self.out[0][j]
        inverse, out = box[v].reciprocal(), self._penalty(v, box)
        for top in _largest_two(neurons):
            for k, t in self.into[j]:
                differences = self._differences(t, top)
                if any(x.lower or x.upper for x in differences):
                    factors = [h * x for h, x in zip(neurons, differences, strict=True)]
                    added = self._penalty(k, box) * inverse - out * self.numbers[top][t]
                    yield factors, added

    def _differences(self, t: int, top: int) -> list[Interval]:
        """Input t of all samples less that of one."""
        if (t, top) not in self.differences:
            spend(len(self.inputs))
            if len(self.differences) == KEPT:
                self.differences.clear()
            self.differences[t, top] = [
                number(x[t] - self.inputs[top][t], self.bits) for x in self.inputs
            ]
        return self.differences[t, top]

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


def _narrowed(errors: Errors, rows: list[list[Row]]) -> bool:
    """Narrow the r_o of each sample by all rows of that output; False if nothing is left of one."""
    for o, given in enumerate(rows):
        found = [row[o] for row in errors]
        if not all(_narrow(found, factors, added) for factors, added in given):
            return False
        for row, error in zip(errors, found, strict=True):
            row[o] = error
    return True


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


def _sum(terms: Sequence[Interval]) -> Interval:
    total = terms[0]
    for x in terms[1:]:
        total = total + x
    return total
