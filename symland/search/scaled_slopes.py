"""Scaled derivatives by the mean value theorem, with one hidden layer and one output."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import add
from typing import Any

import numpy as np
import numpy.typing as npt

from symland.landscape.number_systems.interval_arrays import IntervalArray, interval_arrays
from symland.problem.problem import Problem
from symland.search.end_neurons import EndNeurons
from symland.search.interval_parts import parts, reciprocal, times, weight
from symland.search.scaled_rows import (
    MULTIPLIED,
    Rows,
    divisors,
    rows_allowed,
    sample_derivatives,
    scaled_rows,
)

__all__ = ["scaled_slopes"]

Array = npt.NDArray[Any]


def scaled_slopes(problem: Problem, ends: EndNeurons, kind: int, low: Array, high: Array) -> Rows:
    """The scaled derivatives of a kind over boxes, from those at the middles and their derivatives
    by all weights over the boxes."""
    middle, radius = (low + high) / 2, (high - low) / 2
    at = scaled_rows(problem, ends, kind, middle, middle, None)
    slopes, slack = np.zeros((*low.shape, low.shape[1])), np.zeros(low.shape)
    terms: list[Array] = []
    weights: list[Array] = []
    for sample in range(problem.sample_count):
        for term, weighed in _sample(problem, ends, kind, sample, (low, high), slopes):
            terms.append(term)
            weights.append(weighed)
    for row, k, x in _penalty_slopes(ends, kind, low, high):
        around, off, _ = parts(x, len(low))
        slopes[:, k, row] += around * ends.penalties[row]
        slack[:, row] += radius[:, k] * off * ends.penalties[row]
    terms += [slopes[:, k] for k in range(low.shape[1])]
    weights += list(radius.T)
    stacked = np.stack(terms, axis=1), np.stack(weights, axis=1)
    nowhere = np.zeros(len(low), dtype=bool)
    return rows_allowed(ends, kind, low, high, Rows(at.middles, *stacked, slack, nowhere))


def _sample(
    problem: Problem,
    ends: EndNeurons,
    kind: int,
    sample: int,
    box: tuple[Array, Array],
    slopes: Array,
) -> Iterator[tuple[Array, Array]]:
    """Terms of one sample with their weights; what is certain is added to `slopes` (boxes x weight
    x row). With the error e, its derivative e' by the output f, and D = sum of shares (c_j + dz_j),
    the derivative of e D is e' f_k D + e D_k."""
    low, high = box
    size, radius, x = len(low), (high - low) / 2, ends.inputs[sample]
    neurons = [
        interval_arrays.exp(reduce(add, _products(low, high, into, x))) for into in ends.into
    ]
    out = ends.out[0]
    products = [weight(low, high, v) * h for v, h in zip(out, neurons, strict=True)]
    output = reduce(add, [*products, *(weight(low, high, b) for b in ends.bias)])
    found = sample_derivatives(problem, sample, [output], 2)
    zero = interval_arrays.number(0)
    error = found.first.get(0, zero)
    bend: IntervalArray = (found.second or {}).get((0, 0), zero)
    combined, spread, reach = np.zeros(low.shape), np.zeros(size), np.zeros(size)
    bent: dict[int, IntervalArray] = dict.fromkeys(ends.bias, bend)
    shares = products if kind == MULTIPLIED else neurons
    around = [parts(share, size) for share in shares]
    directions = []
    for j, v in enumerate(out):
        direction = np.zeros(low.shape[1])
        direction[v] = 1
        bent[v] = bend * neurons[j]
        for k, a in zip(ends.into[j], x, strict=False):
            direction[k] = a
            bent[k] = times(bend * products[j], a)
        directions.append(direction)
        combined += around[j][0][:, None] * direction
    for b in ends.bias:
        combined[:, b] += 1
    for k, y in bent.items():
        middle, off, most = parts(y, size)
        slopes[:, k] += middle[:, None] * combined
        spread, reach = spread + radius[:, k] * off, reach + radius[:, k] * most
    yield combined, spread
    for j, v in enumerate(out):
        uncertain = reach * around[j][1]
        moved = {k: times(error * shares[j], a) for k, a in zip(ends.into[j], x, strict=False)}
        if kind == MULTIPLIED:
            moved[v] = error * neurons[j]
        for k, y in moved.items():
            middle, off, _ = parts(y, size)
            slopes[:, k] += middle[:, None] * directions[j]
            uncertain = uncertain + radius[:, k] * off
        yield np.broadcast_to(directions[j], low.shape), uncertain


def _products(low: Array, high: Array, into: list[int], x: Array) -> list[IntervalArray]:
    return [times(weight(low, high, k), a) for k, a in zip(into, x, strict=False)]


def _penalty_slopes(
    ends: EndNeurons, kind: int, low: Array, high: Array
) -> Iterator[tuple[int, int, IntervalArray]]:
    """Row, weight and derivative of the row's penalty, over its factor, by the weight."""
    multiplied, above = set(ends.out[0]), divisors(ends)
    for k in map(int, np.flatnonzero(ends.penalties)):
        w = weight(low, high, k)
        if kind == MULTIPLIED and k in multiplied:
            yield k, k, w + w
        elif kind != MULTIPLIED and k in above:
            inverse = reciprocal(weight(low, high, above[k]))
            yield k, k, inverse
            yield k, above[k], -(w * interval_arrays.power(inverse, 2))
        else:
            yield k, k, interval_arrays.number(1)
