"""The losses of all samples that have one input, as functions of the output, over boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

import numpy as np
import numpy.typing as npt

from symland.landscape.number_systems.interval_arrays import IntervalArray
from symland.problem.problem import Problem
from symland.search.interval_parts import meet, times

__all__ = ["LogisticLosses", "Squares", "input_loss"]

PEAK, PEAK_VALUE = (1.2784, 1.2785), 0.2785
"""Around the place where a s(-a) is largest, s the sigmoid; no value exceeds the other."""
Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Squares:
    """Weighted squares of f - y, added up: the derivative is `factor` f - `shift`."""

    factor: float
    shift: float

    def slope(self, output: IntervalArray) -> IntervalArray:
        """The derivative."""
        ends = (self.factor * f - self.shift for f in (output.lower, output.upper))
        return IntervalArray(*ends)

    def product(
        self, share: IntervalArray, error: IntervalArray, bias: IntervalArray
    ) -> IntervalArray:
        """Share times derivative, where the output is the share and the bias."""
        return share * error


@dataclass(frozen=True)
class LogisticLosses:
    """Logistic losses, added up: for each label the sum of their factors."""

    weights: dict[float, float]

    def slope(self, output: IntervalArray) -> IntervalArray:
        """The derivative, which increases."""
        return IntervalArray(self._slope(output.lower), self._slope(output.upper))

    def _slope(self, f: Array) -> Array:
        terms = [-y * w * _sigmoid(-y * f) for y, w in self.weights.items()]
        return np.asarray(reduce(add, terms))

    def product(
        self, share: IntervalArray, error: IntervalArray, bias: IntervalArray
    ) -> IntervalArray:
        """Share times derivative: bounded, however large the share is, where it has the sign of the
        labels."""
        output, found = share + bias, -(error * bias)
        for label, factor in self.weights.items():
            margin = times(output, label)
            at = [_times_sigmoid(end) for end in (margin.lower, margin.upper)]
            peak = (margin.lower <= PEAK[1]) & (margin.upper >= PEAK[0])
            most = np.where(peak, PEAK_VALUE, np.maximum(*at))
            found = found + times(IntervalArray(np.minimum(*at), most), -factor)
        return meet(share * error, found)


def input_loss(problem: Problem, samples: Sequence[int]) -> Squares | LogisticLosses:
    """Of samples by their numbers, with one output.

    >>> from symland.problem import Dataset, Network
    >>> input_loss(Problem(Network([1, 1]), Dataset([[1], [1]], [[2], [4]])), [0, 1])
    Squares(factor=2.0, shift=6.0)
    """
    loss, scale = problem.loss, float(problem.loss.scale_for(problem.sample_count))
    targets = [float(problem.dataset.targets[k][0]) for k in samples]
    if loss.kind == "logistic":
        return LogisticLosses({y: scale * targets.count(y) for y in set(targets)})
    given = [1.0 if loss.weights is None else float(loss.weights[k][0]) for k in samples]
    factors = [2 * scale * w for w in given]
    return Squares(sum(factors), sum(c * y for c, y in zip(factors, targets, strict=True)))


def _times_sigmoid(a: Array) -> Array:
    """a s(-a), which goes to 0 for large a; -inf for a = -inf."""
    near = np.minimum(a, 700.0)
    return np.asarray(np.where(a < 700.0, near * _sigmoid(-near), 0.0))


def _sigmoid(z: Array) -> Array:
    """With all digits where it is small, too: such values are divided by small ones."""
    return np.asarray(np.exp(-np.logaddexp(0.0, -z)))
