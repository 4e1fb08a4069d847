"""Boxes in which a combination of scaled derivatives is not 0: networks that end in exp neurons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from symland.problem.problem import Problem
from symland.search.end_neurons import EndNeurons
from symland.search.scaled_rows import DIVIDED, MULTIPLIED, Rows, scaled_rows
from symland.search.scaled_slopes import scaled_slopes

__all__ = ["Scaled", "ScaledGradient", "best_combination"]

FACTORS = {MULTIPLIED: 10**6, DIVIDED: 10**8}
"""The largest integer of a combination: rows divided by weights differ more in size."""
ROUNDS = 7
BENT = 2
Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Scaled:
    """A node of a cover that a combination of scaled derivatives excludes, multiplied (0) or
    divided (1) by weights out of the last hidden layer; `bent` where the mean value theorem is
    needed to see it."""

    kind: int
    factors: tuple[int, ...]
    bent: bool = False

    def to_json(self) -> list[int | list[int]]:
        """As the checker has it: the kind plus 2 says that no other way need be tried.

        >>> Scaled(1, (3, -2), bent=True).to_json()
        [3, [3, -2]]
        """
        return [self.kind + BENT * self.bent, list(self.factors)]


class ScaledGradient:
    """Derivatives scaled so that an exp neuron h of the last hidden layer meets its weight v to the
    outputs as v h only, or as h only.

    Multiplied: v dL/dv and dL/dw for the other weights w, which are sums of multiples of v h.
    Divided: dL/dv and dL/dw / v for w into h, sums of multiples of h. With h = exp(z) the multiples
    are dl/df times 1, or dz/dw; where a sample makes both factors uncertain, a combination cancels
    its share. All are 0 at critical points. As the checker has it (scaled_gradients.py there).

    `multiplied` are the weights out of that layer; none where it is not of exp neurons.

    >>> from symland.problem import Dataset, Network, Regularizer
    >>> network, data = Network([1, 1, 1], "exp"), Dataset([[1], [2]], [[1], [1]])
    >>> found = ScaledGradient(Problem(network, data, regularizer=Regularizer("1/10")))
    >>> found.excluding(np.array([[1.0, 0.0]]), np.array([[3.0, 0.001]]), 0.01)[0].kind
    0
    """

    def __init__(self, problem: Problem):
        self.problem, self.ends = problem, EndNeurons(problem)
        self.kinds: tuple[int, ...] = (MULTIPLIED,) if self.ends.is_exp else ()
        # With one neuron both kinds are the same but for a factor.
        if self.kinds and len(self.ends.into) > 1:
            self.kinds = (MULTIPLIED, DIVIDED)
        out = [v for row in self.ends.out for v in row]
        self.multiplied = out if self.kinds else []

    def excluding(self, low: Array, high: Array, margin: float) -> list[Scaled | None]:
        """For every box (rows of ends) what excludes it, or None; by a margin, as a part of what
        the combination may vary."""
        found: list[Scaled | None] = [None] * len(low)
        for kind, bent, rows in self._ways(margin):
            left = np.array([i for i, x in enumerate(found) if x is None], dtype=int)
            if not len(left):
                break
            # Where exp overflows nothing is known of the box.
            with np.errstate(all="ignore"):
                factors, away = best_combination(rows(low[left], high[left]), FACTORS[kind], margin)
            for row in np.flatnonzero(away):
                found[left[row]] = Scaled(kind, tuple(int(c) for c in factors[row]), bent)
        return found

    def _ways(self, margin: float) -> list[tuple[int, bool, Callable[[Array, Array], Rows]]]:
        """Kinds, and how their rows are enclosed."""
        known = self.problem, self.ends
        ways: list[tuple[int, bool, Callable[[Array, Array], Rows]]] = []
        for kind in self.kinds:
            ways.append((kind, False, partial(scaled_rows, *known, kind, margin=margin)))
        if self.ends.into:
            ways += [(k, True, partial(scaled_slopes, *known, k)) for k in self.kinds]
        return ways


def best_combination(rows: Rows, largest: int, margin: float) -> tuple[Array, Array]:
    """For each box the best integer combination c of rows and whether it, or none at all, shows
    that there is no critical point: by reweighted least squares, see `Rows`."""
    arrays = rows.middles, rows.terms, rows.weights, rows.slack
    usable = np.logical_and.reduce([np.isfinite(a).reshape(len(a), -1).all(axis=1) for a in arrays])
    m, terms, weights, slack = (
        np.where(usable.reshape(-1, *[1] * (a.ndim - 1)), a, 0.0) for a in arrays
    )
    # Rows of equal size, so that none is lost in rounding errors.
    size = np.einsum("bt,btk->bk", weights, abs(terms)) + slack
    unit = 1 / (size + 1e-12 * size.max(axis=1, keepdims=True) + 1e-300)
    m, terms, slack = m * unit, terms * unit[:, None, :], slack * unit
    along, across = np.ones(weights.shape), np.ones(m.shape)
    best, chosen = np.full(len(m), -np.inf), np.zeros(m.shape)
    for _ in range(ROUNDS):
        c = _minimizer(m, terms, weights / along, slack / across)
        rounded = _rounded(c * unit, largest)
        scaled = rounded / unit
        value = abs(np.einsum("bk,bk->b", m, scaled))
        error = (weights * abs(np.einsum("btk,bk->bt", terms, scaled))).sum(axis=1)
        error += (slack * abs(scaled)).sum(axis=1)
        ratio = (value - (1 + 2 * margin) * error) / (value + error + 1e-300)
        better = ratio > best
        best[better], chosen[better] = ratio[better], rounded[better]
        along = abs(np.einsum("btk,bk->bt", terms, c)) + 1e-300
        along += 1e-6 * abs(terms).max(axis=(1, 2))[:, None]
        across = abs(c) + 1e-6
    chosen[rows.empty] = 0
    return chosen, ((best > 0) & usable) | rows.empty


def _minimizer(m: Array, terms: Array, weights: Array, slack: Array) -> Array:
    """The c with c . m = 1, up to a factor, and the least sum of weighted squares."""
    squares = np.einsum("bt,btk,btl->bkl", weights, terms, terms, optimize=True)
    k = np.arange(m.shape[1])
    squares[:, k, k] += slack
    squares[:, k, k] += 1e-12 * (np.einsum("bkk->b", squares) + 1e-300)[:, None]
    c = np.linalg.solve(squares, m[:, :, None])[:, :, 0]
    return np.asarray(c / (abs(c).max(axis=1, keepdims=True) + 1e-300))


def _rounded(c: Array, largest: int) -> Array:
    """Multiples that are integers, up to rounding."""
    scaled = np.rint(largest * c / (abs(c).max(axis=1, keepdims=True) + 1e-300))
    return np.where(np.isfinite(scaled), scaled, 0.0)
