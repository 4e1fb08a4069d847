"""Boxes without a critical point by derivatives relative to an exp neuron at one sample."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, floor, frexp, isinf, ldexp
from typing import Any

import numpy as np
import numpy.typing as npt

from symland.problem.problem import Problem
from symland.search.box_scaled import best_combination
from symland.search.end_neurons import EndNeurons
from symland.search.relative_rows import RelativeRows, preactivations, relative_rows

__all__ = ["Relative", "RelativeGradient"]

KIND = 4
LARGEST = 10**8
DIGITS, SMALLEST = 26, -56
"""Binary digits of p, and the smallest exponent."""
WIDE = 0.1
"""By so much may logarithms vary before it matters where the weight to the output is."""
PLAIN = 28.0
"""Of larger arguments exp, squared, has too many of the binary places that the checker has."""
KNOWN = 1 / 64
"""The side of that weight over how well it is known beyond which that does not matter."""
Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Relative:
    """A node of a cover: the integers of a combination, the sample that is the reference, and
    between which p = a 2^e the output's multiple of it lies, as pairs of integers, or None."""

    factors: tuple[int, ...]
    reference: int
    least: tuple[int, int] | None
    most: tuple[int, int] | None

    def to_json(self) -> list[Any]:
        """As the checker has it.

        >>> Relative((3, -2), 0, None, (5, -1)).to_json()
        [4, [3, -2], 0, None, [5, -1]]
        """
        ends = [None if end is None else list(end) for end in (self.least, self.most)]
        return [KIND, list(self.factors), self.reference, *ends]


class RelativeGradient:
    """For networks with one output, and one neuron, of exp, in the last of several hidden layers.

    The weight v to the output is eliminated: at a critical point it is known from the others, well
    as a multiple of 1 / h for the neuron h at a sample where that is large, and then every v h is
    bounded however large h is. As the checker has it (relative_gradients.py there).

    >>> from symland.problem import Dataset, Network, Regularizer
    >>> network, data = Network([1, 1, 1, 1], "exp"), Dataset([[1], [2]], [[1], [1]])
    >>> found = RelativeGradient(Problem(network, data, regularizer=Regularizer("1/10")))
    >>> nodes, axes = found.excluding(np.array([[2.9, 2, -3]]), np.array([[3.0, 3, 3]]), 0.01)
    >>> nodes[0].reference  # although the neuron is up to e^1200
    1
    """

    def __init__(self, problem: Problem):
        self.problem, self.ends = problem, EndNeurons(problem)
        out = self.ends.out
        self.known = self.ends.is_exp and len(out) == 1 == len(out[0]) and problem.network.K > 2
        inputs = problem.dataset.inputs
        self.tried = 1 if problem.loss.kind == "squared" else len(inputs)
        self.references = [i for i, x in enumerate(inputs) if x not in inputs[:i]]

    def excluding(
        self, low: Array, high: Array, margin: float
    ) -> tuple[list[Relative | None], Array]:
        """For every box (rows of ends) what excludes it, or None, and along which weight it should
        be halved otherwise, or -1."""
        found = _Found([None] * len(low), np.full(len(low), -1), np.full(len(low), np.inf))
        with np.errstate(all="ignore"):
            order, left = self._order(low, high), np.arange(len(low))
            for column in order.T[: self.tried]:
                for reference in set(column[left].tolist()):
                    places = left[column[left] == reference]
                    rows = relative_rows(
                        self.problem, self.ends, reference, low[places], high[places]
                    )
                    self._enter(found, places, reference, rows, margin, high - low)
                left = np.array([i for i in left if found.nodes[i] is None], dtype=int)
                if not len(left):
                    break
        return found.nodes, found.axes

    def plain(self, low: Array, high: Array) -> Array:
        """Boxes in which no neuron of the last layer is so large that derivatives have too few of
        the checker's binary places; all, for other networks."""
        if not self.known:
            return np.ones(len(low), dtype=bool)
        largest = np.full(len(low), -np.inf)
        with np.errstate(all="ignore"):
            for i in self.references:
                (z,) = preactivations(self.problem, i, low, high)
                largest = np.maximum(largest, np.nan_to_num(z.upper, nan=np.inf))
        return np.asarray(largest < PLAIN)

    def _order(self, low: Array, high: Array) -> Array:
        """Samples, that with the largest neuron first, for each box."""
        middle = (low + high) / 2
        known = [preactivations(self.problem, i, middle, middle)[0] for i in self.references]
        values = np.array([np.broadcast_to(z.lower, len(low)) for z in known])
        order = np.argsort(-np.nan_to_num(values, nan=-np.inf), axis=0).T
        return np.asarray(self.references)[order]

    def _enter(
        self,
        found: _Found,
        places: Array,
        reference: int,
        rows: RelativeRows,
        margin: float,
        sides: Array,
    ) -> None:
        factors, away = best_combination(rows.rows, LARGEST, margin)
        for row in np.flatnonzero(away):
            found.nodes[places[row]] = Relative(
                tuple(int(c) for c in factors[row]),
                reference,
                _written(rows.least[row], floor),
                _written(rows.most[row], ceil),
            )
        better = ~away & (rows.width < found.width[places])
        found.width[places[better]] = rows.width[better]
        found.axes[places[better]] = self._axes(rows, sides[places])[better]

    def _axes(self, rows: RelativeRows, sides: Array) -> Array:
        """Where v is known better than by the box, it matters last; -1 where it is known worse."""
        v = self.ends.out[0][0]
        spread, share = np.nan_to_num(rows.spread), sides[:, v] / rows.width
        narrow = np.where(share > 1, v, -1)
        wide = (spread.max(axis=1) > WIDE) & (share > KNOWN)
        return np.where(wide, spread.argmax(axis=1), narrow)


@dataclass(frozen=True)
class _Found:
    """What excludes boxes, where to halve them, and how well the weight to the output is known by
    the reference that says so."""

    nodes: list[Relative | None]
    axes: Array
    width: Array


def _written(p: float, rounded: Callable[[float], int]) -> tuple[int, int] | None:
    """p as a 2^e, rounded; None where it is infinite.

    >>> _written(1.5, floor), _written(1e-20, ceil), _written(float("inf"), floor)
    ((50331648, -25), (1, -56), None)
    """
    if isinf(p):
        return None
    e = max(frexp(p)[1] - DIGITS, SMALLEST)
    return rounded(ldexp(p, -e)), e
