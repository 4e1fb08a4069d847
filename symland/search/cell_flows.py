"""Flows that leave the loss as it is in a cell of a network with relu or leaky_relu."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from flint import fmpq

from symland.exact.rational_matrix import RationalMatrix, as_fmpq
from symland.landscape.symmetry.setting import Setting
from symland.search.cell_place import CellPlace, CellWalk, is_kinked, seen

__all__ = ["CellFlows", "CellGenerator", "Exchange", "cell_flows"]

Array = npt.NDArray[Any]
RANK = 1e-8


@dataclass(frozen=True)
class CellGenerator:
    """Preactivations of one layer move by A z + t, the values by A h + r."""

    layer: int
    matrix: tuple[tuple[int, ...], ...]
    shift: tuple[int, ...]
    follow: tuple[Fraction, ...]

    def tangent(self, walk: CellWalk, weights: Array) -> Array:
        """The field of the weights."""
        arrays = walk.floats.arrays(weights)
        moved = {name: np.zeros_like(rows) for name, rows in arrays.items()}
        A, k = np.array(self.matrix, dtype=float), self.layer
        moved[f"W{k}"] = A @ arrays[f"W{k}"]
        if f"b{k}" in arrays:
            moved[f"b{k}"] = A @ arrays[f"b{k}"] + np.array(self.shift, dtype=float)
        above = arrays[f"W{k + 1}"]
        moved[f"W{k + 1}"] = -above @ A
        if f"b{k + 1}" in arrays:
            moved[f"b{k + 1}"] = -above @ np.array([float(x) for x in self.follow])
        return np.concatenate([moved[n].ravel() for n in walk.network.shapes])


@dataclass(frozen=True)
class Exchange:
    """Two neurons of a layer, from 0, with one slope each, and one reader: their biases move so
    that it sees nothing."""

    layer: int
    neurons: tuple[int, int]
    slopes: tuple[Fraction, Fraction]

    def tangent(self, walk: CellWalk, weights: Array) -> Array:
        """The field of the weights."""
        (i, j), (a, b) = self.neurons, self.slopes
        reader, biases = walk.index[f"W{self.layer + 1}"][0], walk.index[f"b{self.layer}"]
        moved = np.zeros_like(weights)
        moved[biases[i]] = float(b) * weights[reader[j]]
        moved[biases[j]] = -float(a) * weights[reader[i]]
        return moved


@dataclass(frozen=True)
class CellFlows:
    """Translations, as flat vectors, generators and exchanges."""

    translations: tuple[tuple[fmpq, ...], ...] = ()
    generators: tuple[CellGenerator, ...] = ()
    exchanges: tuple[Exchange, ...] = ()

    def tangents(self, walk: CellWalk, weights: Array) -> Array:
        """The fields at a place, as columns."""
        columns = [np.array([float(x.p) / float(x.q) for x in t]) for t in self.translations]
        columns += [g.tangent(walk, weights) for g in self.generators]
        columns += [x.tangent(walk, weights) for x in self.exchanges]
        return np.array(columns).reshape(len(columns), len(weights)).T

    def independent(self, walk: CellWalk, weights: Array) -> CellFlows:
        """Without those whose fields depend on the others' there."""
        taken: list[int] = []
        rows: list[Array] = []
        for k, column in enumerate(self.tangents(walk, weights).T):
            length = np.linalg.norm(column)
            if length <= RANK * (1 + abs(weights).max()) or len(rows) == len(weights):
                continue
            trial = np.array([*rows, column / length])
            if np.linalg.svd(trial, compute_uv=False).min() > 1e-6:
                rows, taken = list(trial), [*taken, k]
        first = len(self.translations)
        second = first + len(self.generators)
        return CellFlows(
            tuple(x for k, x in enumerate(self.translations) if k in taken),
            tuple(x for k, x in enumerate(self.generators, first) if k in taken),
            tuple(x for k, x in enumerate(self.exchanges, second) if k in taken),
        )


def cell_flows(walk: CellWalk, place: CellPlace) -> CellFlows:
    """All that are known of; none in networks with skip connections."""
    if walk.network.skip is not None:
        return CellFlows()
    slopes = walk.slopes(place)
    return CellFlows(
        tuple(_translations(walk, place, slopes)),
        tuple(_generators(walk, place, slopes)),
        tuple(_exchanges(walk, place, slopes)),
    )


def _exchanges(walk: CellWalk, place: CellPlace, slopes: Any) -> Iterator[Exchange]:
    network, penalized = walk.network, _penalized(walk)
    for k in range(1, network.K):
        if network.widths[k + 1] != 1 or f"b{k}" not in walk.index:
            continue
        single = [
            j
            for j, row in enumerate(slopes[k - 1])
            if len(set(row)) == 1
            and row[0]
            and walk.index[f"b{k}"][j] not in penalized
            and not (k == 1 and any(n == j for n, _ in place.kinks))
        ]
        for i, j in pairwise(single):
            yield Exchange(k, (i, j), (slopes[k - 1][i][0], slopes[k - 1][j][0]))


def _translations(walk: CellWalk, place: CellPlace, slopes: Any) -> Iterator[tuple[fmpq, ...]]:
    problem, network, index = walk.problem, walk.network, walk.index
    size, penalized = len(place.weights), _penalized(walk)
    blind = _blind(walk, place, slopes)

    def unit(places: list[int]) -> tuple[fmpq, ...]:
        return tuple(fmpq(int(i in places)) for i in range(size))

    for j in range(network.widths[1]):
        if j in place.absent:
            continue
        into = [p for p in walk.into(j) if p not in penalized]
        kept = [c for c, p in enumerate(walk.into(j)) if p not in penalized]
        rows = [
            [as_fmpq(seen(problem, i)[c]) for c in kept]
            for i in walk.samples
            if network.K == 1 or not blind[0][j][i]
        ]
        for vector in kernel(rows) if rows and into else units(len(into)):
            at = dict(zip(into, vector, strict=True))
            yield tuple(at.get(i, fmpq(0)) for i in range(size))
    for k in range(2, network.K + 1):
        last = k == network.K
        for j in range(network.widths[k]):
            heard = [i for i in walk.samples if last or not blind[k - 1][j][i]]
            for m in range(network.widths[k - 1]):
                kinked = k == 2 and (any(n == m for n, _ in place.kinks) or m in place.absent)
                p = index[f"W{k}"][j][m]
                if p in penalized or kinked or slopes[k - 2][m][0] is None:
                    continue
                if all(slopes[k - 2][m][i] == 0 for i in heard):
                    yield unit([p])
            if f"b{k}" in index and not heard and index[f"b{k}"][j] not in penalized:
                yield unit([index[f"b{k}"][j]])
    if problem.loss.kind == "cross_entropy" and network.K > 1:
        K = network.K
        columns = [[row[m] for row in index[f"W{K}"]] for m in range(network.widths[K - 1])]
        columns = [c for m, c in enumerate(columns) if not (K == 2 and m in place.absent)]
        columns += [list(index[f"b{K}"])] if f"b{K}" in index else []
        for places in columns:
            if not penalized & set(places):
                yield unit(places)


def kernel(rows: list[list[fmpq]]) -> list[list[fmpq]]:
    """A basis of the vectors orthogonal to all rows, of which there is at least one.

    >>> kernel([[fmpq(1), fmpq(2)]])
    [[2, -1]]
    """
    found = RationalMatrix(rows).nullspace()
    return [list(map(as_fmpq, column)) for column in found.T.tolist()]


def units(size: int) -> list[list[fmpq]]:
    """The unit vectors."""
    return [[fmpq(int(i == j)) for i in range(size)] for j in range(size)]


def _penalized(walk: CellWalk) -> set[int]:
    keys = Setting(walk.problem).penalized
    return {
        walk.index[key[0]][key[1]] if len(key) == 2 else walk.index[key[0]][key[1]][key[2]]
        for key in keys
    }


def _blind(walk: CellWalk, place: CellPlace, slopes: Any) -> list[list[list[bool]]]:
    """By layer, neuron and sample: what the neuron receives there does not matter nearby."""
    found: list[list[list[bool]]] = []
    above = [False] * len(walk.samples)
    for k in range(walk.network.K - 1, 0, -1):
        table = [
            [
                not (k == 1 and (j, i) in place.kinks) and (above[i] or slope == 0)
                for i, slope in enumerate(row)
            ]
            for j, row in enumerate(slopes[k - 1])
        ]
        found.insert(0, table)
        above = [all(row[i] for row in table) for i in walk.samples]
    return found


def _generators(walk: CellWalk, place: CellPlace, slopes: Any) -> Iterator[CellGenerator]:
    network, penalized = walk.network, _penalized(walk)
    for k in range(1, network.K):
        if not is_kinked(walk.problem, k):
            continue
        d = network.widths[k]
        neurons = [j for j in range(d) if not (k == 1 and j in place.absent)]
        pattern = {
            j: (
                tuple(slopes[k - 1][j]),
                tuple(sorted(i for n, i in place.kinks if (k, n) == (1, j))),
            )
            for j in neurons
        }
        free = not _weights_penalized(walk, k, penalized)
        for j in neurons:
            for m in neurons:
                if pattern[j] != pattern[m] or (not free and j >= m):
                    continue
                entries = {(j, m): 1} if free else {(j, m): 1, (m, j): -1}
                matrix = tuple(tuple(entries.get((a, b), 0) for b in range(d)) for a in range(d))
                yield CellGenerator(k, matrix, (0,) * d, (Fraction(0),) * d)
        for j in neurons:
            shifts = _shift(walk, k, j, pattern[j], penalized)
            if shifts is not None:
                zero = tuple((0,) * d for _ in range(d))
                units = tuple(int(a == j) for a in range(d))
                yield CellGenerator(k, zero, units, tuple(shifts * u for u in units))


def _shift(walk: CellWalk, k: int, j: int, pattern: Any, penalized: set[int]) -> Fraction | None:
    """The slope of a neuron that is the same on all samples, and whose bias may move."""
    table, kinks = pattern
    if kinks or f"b{k}" not in walk.index or len(set(table)) != 1:
        return None
    if walk.index[f"b{k}"][j] in penalized:
        return None
    slope = Fraction(table[0])
    if slope and f"b{k + 1}" not in walk.index:
        return None
    if slope and penalized & set(walk.index[f"b{k + 1}"]):
        return None
    return slope


def _weights_penalized(walk: CellWalk, k: int, penalized: set[int]) -> bool:
    places = [p for n in (f"W{k}", f"W{k + 1}") for row in walk.index[n] for p in row]
    places += list(walk.index.get(f"b{k}", []))
    return bool(penalized & set(places))
