"""Scaled derivatives of the loss over boxes, as functions of the combination that is taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from symland.landscape.forward import forward
from symland.landscape.loss import sample_loss
from symland.landscape.number_systems.interval_arrays import IntervalArray, interval_arrays
from symland.landscape.number_systems.jets import Jet, Jets
from symland.problem.problem import Problem
from symland.search.box_derivatives import boxed_parameters
from symland.search.box_errors import errors_at_critical_points
from symland.search.end_neurons import EndNeurons
from symland.search.interval_parts import parts, reciprocal, weight

__all__ = [
    "DIVIDED",
    "MULTIPLIED",
    "Rows",
    "divisors",
    "rows_allowed",
    "sample_derivatives",
    "scaled_rows",
]

MULTIPLIED, DIVIDED = 0, 1
Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Rows:
    """What is known of n functions over boxes: a combination c of them differs from c . middles by
    at most the sum of weights |c . terms| over the terms, and of slack |c|; boxes x n, boxes x
    terms x n, boxes x terms, boxes x n. Boxes are `empty` where they are known to hold no critical
    point, whatever c."""

    middles: Array
    terms: Array
    weights: Array
    slack: Array
    empty: Array


def scaled_rows(
    problem: Problem, ends: EndNeurons, kind: int, low: Array, high: Array, margin: float | None
) -> Rows:
    """The scaled derivatives of a kind over boxes: at all weights, or, where `margin` is given, at
    critical points only."""
    jets, size = Jets(interval_arrays, order=1), len(low)
    entries = boxed_parameters(problem, low, high, jets)
    passes = [
        forward(problem.network, jets, entries, [jets.number(x) for x in inputs])
        for inputs in problem.dataset.inputs
    ]
    neurons = [[interval_arrays.exp(z.value) for z in p.preactivations[-1]] for p in passes]
    errors = [_errors(problem, i, [f.value for f in p.outputs]) for i, p in enumerate(passes)]
    empty = np.zeros(size, dtype=bool)
    if margin is not None and len(ends.out) == 1:
        only = [row[0] for row in errors]
        only, empty = errors_at_critical_points(ends, only, neurons, low, high, margin)
        errors = [[error] for error in only]
    terms: list[Array] = []
    weights: list[Array] = []
    middles, slack = np.zeros(low.shape), np.zeros(low.shape)
    for found, passed, values in zip(errors, passes, neurons, strict=True):
        for o, error in enumerate(found):
            middle, radius, largest = parts(error, size)
            combined = np.zeros(low.shape)
            for v, z, h in zip(ends.out[o], passed.preactivations[-1], values, strict=True):
                share = weight(low, high, v) * h if kind == MULTIPLIED else h
                around, uncertain, most = parts(share, size)
                slope = np.zeros(low.shape)
                slope[:, v] = 1
                for k, x in z.first.items():
                    slope[:, k], spread, _ = parts(x, size)
                    slack[:, k] += largest * most * spread
                combined += around[:, None] * slope
                terms.append(slope)
                weights.append(largest * uncertain)
            if ends.bias:
                combined[:, ends.bias[o]] += 1
            terms.append(combined)
            weights.append(radius)
            middles += middle[:, None] * combined
    for k, penalty in _penalties(ends, kind, low, high):
        middle, radius, _ = parts(penalty, size)
        middles[:, k] += middle * ends.penalties[k]
        slack[:, k] += radius * ends.penalties[k]
    return rows_allowed(
        ends,
        kind,
        low,
        high,
        Rows(middles, np.stack(terms, axis=1), np.stack(weights, axis=1), slack, empty),
    )


def rows_allowed(ends: EndNeurons, kind: int, low: Array, high: Array, rows: Rows) -> Rows:
    """The rows without those that are divided by a weight that may be 0: they are made 0."""
    left_out = np.zeros(low.shape, dtype=bool)
    for k, v in divisors(ends).items() if kind == DIVIDED else ():
        left_out[:, k] = (low[:, v] <= 0) & (high[:, v] >= 0)
    return Rows(
        np.where(left_out, 0.0, rows.middles),
        np.where(left_out[:, None, :], 0.0, rows.terms),
        rows.weights,
        np.where(left_out, 0.0, rows.slack),
        rows.empty,
    )


def divisors(ends: EndNeurons) -> dict[int, int]:
    """Which weight the derivative by each is divided by."""
    pairs = zip(ends.into, ends.out[0], strict=False)
    return {k: v for into, v in pairs for k in into}


def sample_derivatives(problem: Problem, sample: int, outputs: list[Any], order: int) -> Jet:
    """The loss of a sample with its derivatives by the outputs."""
    jets, loss, data = Jets(interval_arrays, order=order), problem.loss, problem.dataset
    targets = [jets.number(y) for y in data.targets[sample]]
    given = None if loss.weights is None else [jets.number(w) for w in loss.weights[sample]]
    variables = [jets.variable(f, o) for o, f in enumerate(outputs)]
    total = sample_loss(loss.kind, jets, variables, targets, given)
    found: Jet = jets.number(loss.scale_for(problem.sample_count)) * total
    return found


def _errors(problem: Problem, sample: int, outputs: list[Any]) -> list[IntervalArray]:
    found = sample_derivatives(problem, sample, outputs, 1)
    # A loss that does not depend on an output, its weight 0, has no derivative by it.
    zero = interval_arrays.number(0)
    return [found.first.get(o, zero) for o in range(len(outputs))]


def _penalties(
    ends: EndNeurons, kind: int, low: Array, high: Array
) -> Iterator[tuple[int, IntervalArray]]:
    """For each weight with a penalty the scaled derivative of that, over its factor."""
    multiplied, above = {v for row in ends.out for v in row}, divisors(ends)
    for k in map(int, np.flatnonzero(ends.penalties)):
        w = weight(low, high, k)
        if kind == MULTIPLIED and k in multiplied:
            w = interval_arrays.power(w, 2)
        elif kind == DIVIDED and k in above:
            w = w * reciprocal(weight(low, high, above[k]))
        yield k, w
