"""Boxes settled by the expansion of the gradient around their middle, cut in smaller ones."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import comb
from typing import Any

import numpy as np
import numpy.typing as npt

from symland.landscape.loss import loss
from symland.landscape.number_systems.interval_arrays import IntervalArray
from symland.landscape.number_systems.power_series import ORDER, PowerSeries
from symland.landscape.parameters import shaped, variables
from symland.problem.problem import Problem
from symland.search.box_exclusion import combinations
from symland.search.box_trees import BoxTrees

__all__ = ["Expanded", "Expansions"]

HALVINGS = 7
"""So often is a box cut at most; more is seldom worth it."""
MOST_PARTS = 20_000
"""Boxes of all expansions at once: memory."""
Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Expanded:
    """A node of a cover below which leaves are read off the expansion: the tree below it, in
    preorder, of halvings and combinations."""

    tree: list[int | list[int]]

    @property
    def leaves(self) -> int:
        """The number of leaves."""
        return sum(isinstance(node, list) for node in self.tree)


class Expansions:
    """The gradient over a box as polynomials of t in [-1, 1]^n and bounds of the rest, from the
    derivatives of the loss up to the fourth; as the checker has it (expansions.py there).

    >>> from symland.problem import Dataset, Network
    >>> bent = Problem(Network([1, 1, 1], "exp"), Dataset([[1]], [[-1]]))
    >>> found = Expansions(bent).settle(np.array([[0.0, 0.5]]), np.array([[0.8, 1.5]]), 0.01)
    >>> halvings = sum(isinstance(node, int) for node in found[0].tree)
    >>> found[0].leaves == halvings + 1 > 1
    True
    """

    def __init__(self, problem: Problem):
        self.problem, self.size = problem, problem.network.parameter_count

    @cached_property
    def exponents(self) -> list[tuple[int, ...]]:
        """Of the monomials in a derivative, by degree, 1 first."""
        every = product(range(ORDER), repeat=self.size)
        return sorted((a for a in every if sum(a) < ORDER), key=lambda a: (sum(a), a))

    @cached_property
    def _powers(self) -> Array:
        return np.array(self.exponents)

    @cached_property
    def _linear(self) -> list[int]:
        units = [tuple(int(i == k) for i in range(self.size)) for k in range(self.size)]
        return [self.exponents.index(unit) for unit in units]

    @cached_property
    def _squares(self) -> Array:
        return np.asarray((self._powers % 2 == 0).all(axis=1))

    @cached_property
    def _shifts(self) -> list[list[tuple[int, int, int, int]]]:
        """For each variable (to, from, factor, power): s^to gets factor x^power of s^from when x is
        added to the variable."""
        place = {a: i for i, a in enumerate(self.exponents)}
        return [
            [
                (place[(*a[:k], j, *a[k + 1 :])], i, comb(a[k], j), a[k] - j)
                for i, a in enumerate(self.exponents)
                for j in range(a[k] + 1)
            ]
            for k in range(self.size)
        ]

    def settle(self, low: Array, high: Array, margin: float) -> list[Expanded | None]:
        """For each box (rows of ends) the tree that excludes it, or None."""
        terms, bounds = self._expand(low, high)
        usable = np.isfinite(terms).all(axis=(1, 2)) & np.isfinite(bounds).all(axis=1)
        terms[~usable], bounds[~usable] = 0.0, 1.0
        trees = BoxTrees(len(low))
        abandoned: Array = np.asarray(~usable)
        owner = nodes = np.flatnonzero(usable)  # the roots have the numbers of their boxes
        centre, half = (np.full((len(owner), self.size), x) for x in (0.0, 1.0))
        radius = (high - low) / 2
        for level in range(HALVINGS + 1):
            found = [
                self._test(terms[owner[i]], bounds[owner[i]], centre[i], half[i], radius[owner[i]],
                           margin)
                for i in np.array_split(np.arange(len(owner)), 1 + len(owner) // 2048)
            ] if len(owner) else []  # fmt: skip
            if not found:
                break
            chosen, done, hopeless, axes = (np.concatenate(x) for x in zip(*found, strict=True))
            for row in np.flatnonzero(done):
                trees.settle(int(nodes[row]), [int(x) for x in chosen[row]])
            last = level == HALVINGS
            abandoned[owner[~done & (hopeless | last)]] = True
            go = ~done & ~abandoned[owner]
            if go.sum() > MOST_PARTS:
                abandoned[owner[go]] = True
                break
            owner, nodes, centre, half, axes = (x[go] for x in (owner, nodes, centre, half, axes))
            owner, nodes, centre, half = _halved(trees, owner, nodes, centre, half, axes)
        return [
            None if abandoned[i] else Expanded(list(trees.preorder(i))) for i in range(len(low))
        ]

    def _expand(self, low: Array, high: Array) -> tuple[Array, Array]:
        """Coefficients (boxes x n x monomials) and bounds (boxes x n)."""
        middle, radius = (low + high) / 2, (high - low) / 2
        point, over = (self._series(*ends) for ends in ((middle, middle), (low, high)))
        terms = np.zeros((len(low), self.size, len(self.exponents)))
        bounds = np.zeros((len(low), self.size))
        for place, a in enumerate(self.exponents):
            scale = np.prod(radius ** self._powers[place], axis=1)
            source = over if sum(a) == ORDER - 1 else point
            for k in range(self.size):
                found = source.get(tuple(x + (i == k) for i, x in enumerate(a)))
                if found is not None:
                    factor = (a[k] + 1) * scale
                    terms[:, k, place] = (found.lower + found.upper) / 2 * factor
                    bounds[:, k] += (found.upper - found.lower) / 2 * factor
        return terms, bounds

    def _series(self, low: Array, high: Array) -> dict[tuple[int, ...], IntervalArray]:
        network, series = self.problem.network, PowerSeries(self.size, ORDER)
        ends = [IntervalArray(low[:, i], high[:, i]) for i in range(self.size)]
        point = variables(network, shaped(network.shapes, ends), series)
        found: dict[tuple[int, ...], IntervalArray] = loss(self.problem, series, point).terms
        return found

    def _test(
        self, terms: Array, bounds: Array, centre: Array, half: Array, radius: Array, margin: float
    ) -> tuple[Array, Array, Array, Array]:
        """For parts of boxes: the best combination, whether it excludes the part, whether no part
        of it can be excluded by those tried, and along which weight to halve."""
        for k, moves in enumerate(self._shifts):
            moved = np.zeros_like(terms)
            for to, source, factor, power in moves:
                moved[:, :, to] += factor * terms[:, :, source] * centre[:, None, k] ** power
            terms = moved
        terms = terms * np.prod(half[:, None, :] ** self._powers[None], axis=2)[:, None, :]
        value, slopes, width = terms[:, :, 0], terms[:, :, self._linear], radius * half
        spread = abs(terms[:, :, self.size + 1 :]).sum(axis=2) + bounds
        curvature = slopes / width[:, None, :]
        slack = spread[:, :, None] / width[:, None, :] / self.size
        even = (curvature + curvature.transpose(0, 2, 1)) / 2
        factors = combinations(value, even, slack, width)
        mixed = np.einsum("bci,bit->bct", factors, terms)
        against = np.where(
            self._squares, np.maximum(-np.sign(mixed[:, :, :1]) * mixed, 0.0), abs(mixed)
        )
        against[:, :, 0] = 0.0
        error = np.einsum("bci,bi->bc", abs(factors), bounds)
        reach, size = against.sum(axis=2) + error, abs(mixed[:, :, 0])
        best = np.argmax((size - reach) / (size + reach + 1e-300), axis=1)
        rows = np.arange(len(terms))
        done = size[rows, best] > (1 + 2 * margin) * reach[rows, best]
        hopeless = (error >= size + abs(mixed[:, :, 1:]).sum(axis=2)).all(axis=1)
        shares = against[rows, best] @ self._powers
        axes = np.where(width > width.max(axis=1, keepdims=True) / 8, shares, -1.0).argmax(axis=1)
        return factors[rows, best], done, hopeless, axes


def _halved(
    trees: BoxTrees, owner: Array, nodes: Array, centre: Array, half: Array, axes: Array
) -> tuple[Array, Array, Array, Array]:
    """Both halves of every part, with the numbers of its box and of its node."""
    rows = np.arange(len(owner))
    lower = trees.halve(nodes, axes)
    half, low, high = half.copy(), centre.copy(), centre.copy()
    half[rows, axes] /= 2
    low[rows, axes] -= half[rows, axes]
    high[rows, axes] += half[rows, axes]
    return (
        np.concatenate([owner, owner]),
        np.concatenate([lower, lower + 1]),
        np.concatenate([low, high]),
        np.concatenate([half, half]),
    )
