"""The derivatives of the loss by the output that are possible at critical points in boxes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import add
from typing import Any

import numpy as np
import numpy.typing as npt

from symland.landscape.number_systems.interval_arrays import IntervalArray
from symland.search.end_neurons import EndNeurons
from symland.search.interval_parts import reciprocal, times, weight

__all__ = ["errors_at_critical_points"]

PASSES = 2
NEARLY = 2.0**-30
"""By this part may neurons differ and count as equal."""
TINY = 1e-13
Array = npt.NDArray[Any]
Row = tuple[list[IntervalArray], IntervalArray]


def errors_at_critical_points(
    ends: EndNeurons,
    errors: Sequence[IntervalArray],
    neurons: Sequence[Sequence[IntervalArray]],
    low: Array,
    high: Array,
    margin: float,
) -> tuple[list[IntervalArray], Array]:
    """The errors of each sample, narrowed to what critical points in each box allow, and where
    nothing is left of one, by a margin. `neurons` are those of the last layer, by sample.

    The derivatives by the weights to the output, sum of errors times neuron, + lambda v, are 0; see
    the checker's scaled_gradients.py.
    """
    found, empty = list(errors), np.zeros(len(low), dtype=bool)
    for factors, added in PASSES * _rows(ends, neurons, low, high):
        shares = [e * h for e, h in zip(found, factors, strict=True)]
        for i, h in enumerate(factors):
            rest = reduce(add, shares[:i] + shares[i + 1 :], added)
            # nan, from 0 times everything, bounds nothing, as fmax and fmin have it.
            bound, old = -rest * reciprocal(h), found[i]
            lower, upper = np.fmax(old.lower, bound.lower), np.fmin(old.upper, bound.upper)
            width = (old.upper - old.lower) + (bound.upper - bound.lower)
            empty |= lower > upper + margin * width + TINY
            found[i] = IntervalArray(np.fmin(lower, upper), np.fmax(lower, upper))
            shares[i] = found[i] * h
    return found, empty


def _rows(
    ends: EndNeurons, neurons: Sequence[Sequence[IntervalArray]], low: Array, high: Array
) -> list[Row]:
    """Factors of the errors of all samples, and what is added: the sums are 0."""
    found: list[Row] = []
    one = np.ones(len(low))
    for j, v in enumerate(ends.out[0]):
        factors = [h[j] for h in neurons]
        found.append((factors, ends.penalty(v, low, high)))
        if ends.into:
            found += _eliminated(ends, j, factors, low, high)
    if ends.bias:
        ones = [IntervalArray(one, one)] * len(neurons)
        found.append((ones, ends.penalty(ends.bias[0], low, high)))
    return found


def _eliminated(
    ends: EndNeurons, j: int, neurons: Sequence[IntervalArray], low: Array, high: Array
) -> list[Row]:
    """Derivatives by the weights into neuron j over that out of it, less a multiple of that by the
    latter, so that the sample with the largest neuron, or with the second largest, is gone."""
    v = ends.out[0][j]
    inverse, out = reciprocal(weight(low, high, v)), ends.penalty(v, low, high)
    most = np.array([np.broadcast_to(h.upper, len(low)) for h in neurons])
    near = most >= most.max(axis=0) * (1 - NEARLY)
    others = np.where(near, -np.inf, most)
    second = others >= others.max(axis=0) * (1 - NEARLY)
    found = []
    for top in (np.argmax(near, axis=0), np.argmax(second, axis=0)):
        for t, k in enumerate(ends.into[j]):
            x = ends.inputs[:, t]
            if np.ptp(x) > 0:
                factors = [times(h, a - x[top]) for h, a in zip(neurons, x, strict=True)]
                added = ends.penalty(k, low, high) * inverse + times(out, -x[top])
                found.append((factors, added))
    return found
