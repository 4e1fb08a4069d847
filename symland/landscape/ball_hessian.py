"""The Hessian of the loss over balls, from one forward and backward pass.

With J_z the derivative of a preactivation z by all parameters, the Hessian is the sum over samples
of

    J_f^T A J_f             over outputs f, A the Hessian of the sample's loss by the outputs,
    s''(z) e J_z^T J_z      over hidden neurons s(z), e the loss's sensitivity to the neuron,
    d (w^T J_h + J_h^T w)   over weights w that multiply a neuron h, d the sensitivity to z.

A preactivation of layer k depends on its own row of W_k and b_k, with the values that the layer
reads as derivatives, and on the parameters of the layers below: no other products are formed.
Samples are taken in groups, so that memory is bounded by that of a few Hessians.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from flint import arb, arb_mat

if TYPE_CHECKING:
    from symland.landscape.ball_landscape import Grid, Pass

__all__ = ["ball_hessian", "matrix"]

MOST_BALLS = 150_000
"""Balls in the derivatives of the neurons of one group of samples."""
ZERO = arb(0)
Rows = list[list[arb]]


def ball_hessian(work: Pass) -> arb_mat:
    """The Hessian that belongs to a pass of order 2, without regularizer."""
    network, n = work.landscape.network, work.landscape.size
    total = [[ZERO] * (i + 1) for i in range(n)]
    each = sum(network.widths[k] * work.landscape.first(k) for k in range(1, network.K + 1))
    group = max(1, MOST_BALLS // max(1, each))
    for start in range(0, work.samples, group):
        _Group(work, slice(start, start + group), total).add()
    for i, row in enumerate(total):
        row += [lower[i] for lower in total[i + 1 :]]
    return matrix(total)


class _Group:
    """The part of some samples, added to the lower triangle `total`."""

    def __init__(self, work: Pass, samples: slice, total: Rows):
        self.landscape, self.K, self.total = work.landscape, work.K, total
        self.weights = [work.parameters[f"W{k}"] for k in range(1, self.K + 1)]
        self.biased = [f"b{k}" in work.parameters for k in range(1, self.K + 1)]
        self.slopes, self.deltas = (
            [_cut(g, samples) for g in x] for x in (work.slopes, work.deltas)
        )
        self.bends = [
            _cut([_times(e, c) for e, c in zip(*grids, strict=True)], samples)
            for grids in zip(work.errors, work.curvatures, strict=True)
        ]
        self.output_bends = [_cut(row, samples) for row in work.output_curvatures]
        self.count = len(self.deltas[-1][0])
        self.reads = [_cut(work.feed(k), samples) for k in range(1, self.K + 1)]
        for rows, biased in zip(self.reads, self.biased, strict=True):
            if biased:
                rows.append([arb(1)] * self.count)
        self.columns = [matrix(rows).transpose() for rows in self.reads]
        self.below: list[list[Rows]] = []  # of every layer's neurons, by the layers before

    def add(self) -> None:
        for k in range(1, self.K + 1):
            D = self._by_lower(k)
            if k < self.K:
                bends = {(i, i): row for i, row in enumerate(self.bends[k - 1])}
            else:
                bends = {
                    (a, b): row
                    for a, rows in enumerate(self.output_bends)
                    for b, row in enumerate(rows)
                }
            self._bent(k, D, {p: c for p, c in bends.items() if not all(x.is_zero() for x in c)})
            self._bilinear(k)
            if k < self.K:
                self.below.append(
                    [
                        [_scaled(row, slope) for row, slope in zip(rows, slopes, strict=True)]
                        for rows, slopes in zip(D, self.slopes[k - 1], strict=True)
                    ]
                )

    def _own(self, k: int, unit: int) -> list[int]:
        """The parameters of one row of W_k and b_k, in the order of `reads`."""
        W = self.weights[k - 1]
        first, inputs = self.landscape.first(k), len(W[0])
        bias = [first + len(W) * inputs + unit] if self.biased[k - 1] else []
        return [*range(first + unit * inputs, first + (unit + 1) * inputs), *bias]

    def _sources(self, k: int) -> list[tuple[int, list[tuple[int, int]]]]:
        """The layers that layer k > 1 reads, lowest first, each with (place, neuron) of what."""
        skip = self.landscape.network.skip if k == self.K else None
        if skip is None:
            return [(k - 1, [(j, j) for j in range(len(self.slopes[k - 2]))])]
        layers = sorted({layer for layer, _ in skip})
        return [
            (layer, [(p, j - 1) for p, (at, j) in enumerate(skip) if at == layer])
            for layer in layers
        ]

    def _by_lower(self, k: int) -> list[Rows]:
        """dz/dw for all parameters w of the layers below k: unit, sample, parameter."""
        start, W = self.landscape.first(k), self.weights[k - 1]
        D = [[[ZERO] * start for _ in range(self.count)] for _ in W]
        for layer, read in self._sources(k) if start else []:
            width = self.landscape.first(layer)
            if width:
                rows = [[x for row in self.below[layer - 1][j] for x in row] for _, j in read]
                mixed = matrix([[row[p] for p, _ in read] for row in W]) * matrix(rows)
                for unit, line in zip(D, mixed.tolist(), strict=True):
                    for s, row in enumerate(unit):
                        part = line[s * width : (s + 1) * width]
                        row[:width] = map(arb.__add__, row, part)
            for p, j in read:
                self._through(D, [row[p] for row in W], layer, j)
        return D

    def _through(self, D: list[Rows], weights: Sequence[arb], layer: int, neuron: int) -> None:
        """Add what reaches D by the neuron's own parameters."""
        own, values = self._own(layer, neuron), list(zip(*self.reads[layer - 1], strict=True))
        for unit, w in zip(D, weights, strict=True):
            for row, slope, h in zip(unit, self.slopes[layer - 1][neuron], values, strict=True):
                factor = w * slope
                for place, x in zip(own, h, strict=True):
                    row[place] += factor * x

    def _bent(self, k: int, D: list[Rows], bends: dict[tuple[int, int], list[arb]]) -> None:
        """The sum of J_a^T c J_b over units a, b and samples; c is symmetric in a and b."""
        if not bends:
            return
        start, reads, columns = self.landscape.first(k), self.reads[k - 1], self.columns[k - 1]
        if start:
            bent = {b: self._turned(D, bends, b) for b in sorted({b for _, b in bends})}
            plain = matrix([row for b in bent for row in D[b]]).transpose()
            self._add_corner(plain * matrix([row for rows in bent.values() for row in rows]))
            lower = [list(column) for rows in bent.values() for column in zip(*rows, strict=True)]
            mixed = (matrix(lower) * columns).tolist()
            for i, b in enumerate(bent):
                part = mixed[i * start : (i + 1) * start]
                self._add(self._own(k, b), range(start), zip(*part, strict=True))
        pairs = [pair for pair in bends if pair[0] >= pair[1]]
        both = (matrix([_times(x, bends[p]) for p in pairs for x in reads]) * columns).tolist()
        for i, (a, b) in enumerate(pairs):
            block = both[i * len(reads) : (i + 1) * len(reads)]
            self._add(self._own(k, a), self._own(k, b), block, triangle=a == b)

    def _turned(self, D: list[Rows], bends: dict[tuple[int, int], list[arb]], b: int) -> Rows:
        """The sum over a of c_ab D_a, sample by sample."""
        total: Rows = []
        for (a, second), factors in bends.items():
            if second == b:
                rows = [_scaled(row, c) for row, c in zip(D[a], factors, strict=True)]
                total = [_plus(*pair) for pair in zip(total, rows, strict=True)] if total else rows
        return total

    def _bilinear(self, k: int) -> None:
        """d^2 z / dw dv for w in row i of W_k and v below it, times the sensitivity to z."""
        delta = self.deltas[k - 1]
        for layer, read in self._sources(k) if k > 1 else []:
            width = self.landscape.first(layer)
            rows = [(self._own(k, i)[p], i, j) for i in range(len(delta)) for p, j in read]
            if width:
                wide = [
                    [x for _, j in read for x in self.below[layer - 1][j][s]]
                    for s in range(self.count)
                ]
                mixed = [x for row in (matrix(delta) * matrix(wide)).tolist() for x in row]
                for at, (row, _, _) in enumerate(rows):
                    self._add([row], range(width), [mixed[at * width : (at + 1) * width]])
            moved = [_times(delta[i], self.slopes[layer - 1][j]) for _, i, j in rows]
            own = (matrix(moved) * self.columns[layer - 1]).tolist()
            for (row, _, j), line in zip(rows, own, strict=True):
                self._add([row], self._own(layer, j), [line])

    def _add(
        self,
        rows: Iterable[int],
        columns: Sequence[int],
        block: Iterable[Sequence[arb]],
        triangle: bool = False,
    ) -> None:
        """Add a block and its mirror image; a block that is its own image, once."""
        for i, line in zip(rows, block, strict=True):
            for j, x in zip(columns, line, strict=True):
                if j <= i:
                    self.total[i][j] += x
                elif not triangle:
                    self.total[j][i] += x

    def _add_corner(self, block: arb_mat) -> None:
        for row, line in zip(self.total, block.tolist(), strict=False):
            row[: len(line)] = map(arb.__add__, row, line)


def matrix(rows: Sequence[Sequence[arb]]) -> arb_mat:
    """A matrix of balls from its rows.

    >>> matrix([[arb(1), arb(2)]]).tolist()
    [[1.00000000000000, 2.00000000000000]]
    """
    return arb_mat(len(rows), len(rows[0]), [x for row in rows for x in row])


def _cut(grid: Grid, samples: slice) -> Grid:
    return [row[samples] for row in grid]


def _times(a: Sequence[arb], b: Sequence[arb]) -> list[arb]:
    return [x * y for x, y in zip(a, b, strict=True)]


def _plus(a: Sequence[arb], b: Sequence[arb]) -> list[arb]:
    return [x + y for x, y in zip(a, b, strict=True)]


def _scaled(row: Sequence[arb], factor: arb) -> list[arb]:
    return [x * factor for x in row]
