"""All critical points in a cube of weights: bisection until every part is settled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

import numpy as np
import numpy.typing as npt
from flint import fmpq

from symland.landscape.number_systems.interval_arrays import IntervalArray
from symland.landscape.symmetry.infinitesimal import Generator
from symland.problem.problem import Problem
from symland.search.box_balances import Balanced, Balances
from symland.search.box_derivatives import interval_gradients, interval_hessians, newton_ends
from symland.search.box_exclusion import clear, combinations, halving_axes, sides
from symland.search.box_expansions import Expanded, Expansions
from symland.search.box_minors import Minor, Minors
from symland.search.box_points import NARROWEST, BoxPoints, Demands, NotCovered, written
from symland.search.box_relative import Relative, RelativeGradient
from symland.search.box_scaled import Scaled, ScaledGradient
from symland.search.box_slices import slicing_axes
from symland.search.box_trees import BoxTrees
from symland.search.critical_box import CriticalBox
from symland.search.deadline import Deadline
from symland.search.fundamental_domain import FundamentalDomain

__all__ = ["BoxCover", "cover"]

BATCH = 2048
SAMPLES = 6
"""With fewer samples other leaves take the checker so little that nothing is expanded; nor is it
where there are scaled derivatives, which see larger boxes."""
RARELY, TRIES = 0.04, 100
"""Expansions are no longer tried where only so few of many are of use: `RARELY` of all, and
`TRIES` less at the beginning."""
LEAST = 3
"""Leaves that an expansion must have: it takes the checker as long as five to ten combinations, but
the leaves of these would be several times as many, since they are smaller."""
THIN, THINNEST = 1 / 16, 2.0**-50
"""The shortest side over the longest one of boxes cut off by a derivative, and by a balance."""
SHORTEST = 2.0**-50
"""A side that no box has, however relative."""
ROOM = 1.5
"""A recommended budget has so many times the seconds that the check takes at least."""
MOST_OPEN = 1_500_000
"""Boxes left to settle beyond which the search ends: memory."""
Array = npt.NDArray[Any]
Node = int | list[Any]


@dataclass
class BoxCover:
    """The critical points in the cube, and the tree that covers it, in the checker's notation.

    With n weights a node k < n halves a box along weight k; n + k excludes by derivative k,
    2 n + j lies in the box of point j, a list of integers excludes by a combination, and -k leaves
    out for the symmetry k of `domain`, counted from 1. With p points 2 n + p + k excludes by the
    polynomial of generator k of `balances`, with b of these 2 n + p + b + k by minor k, and with m
    of these 2 n + p + b + m expands the box for what follows in it. A list of a kind and of n
    integers excludes by a combination of scaled derivatives; one of five entries does by relative
    ones.
    """

    domain: FundamentalDomain
    points: list[CriticalBox] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    balances: tuple[Generator, ...] = ()
    minors: Minors | None = None
    expanded: bool = False
    scaled: bool = False
    thinnest: float = 1.0
    """The shortest side of the boxes that balances exclude."""


def cover(
    problem: Problem,
    lower: fmpq,
    upper: fmpq,
    starts: Sequence[Sequence[float]],
    deadline: Deadline,
    precision: int = 0,
    demands: Demands | None = None,
) -> BoxCover:
    """The complete list of critical points with all weights in [lower, upper].

    `starts` are floats from which critical points are looked for first, with balls of at least
    `precision` bits. Raises `NotCovered` where a part of the cube stays undecided: at a critical
    point that is degenerate, or on the border, or when the time is over.

    >>> from symland.problem import Dataset, Network, Regularizer
    >>> problem = Problem(Network([1, 1, 1]), Dataset([[1]], [[1]]), regularizer=Regularizer("1/2"))
    >>> found = cover(problem, fmpq(-2), fmpq(2), [], Deadline(20))
    >>> sorted(f"{float(p.midpoint[0]):.3f}" for p in found.points)
    ['-0.707', '0.000', '0.707']
    """
    points = BoxPoints(problem, lower, upper, deadline, precision, demands)
    work = _Cover(points)
    try:
        points.look_from(starts)
        with np.errstate(all="ignore"):
            work.run()
    except NotCovered as refusal:
        refusal.points = tuple(points.found)
        raise
    return BoxCover(
        points.domain,
        points.found,
        list(work.preorder()),
        work.balances.generators if work.balanced else (),
        work.minors if work.by_minors else None,
        work.expanded,
        work.scaled,
        work.thinnest,
    )


class _Cover:
    """Boxes are settled level by level, many at once; a box is a row of lower and upper ends."""

    def __init__(self, points: BoxPoints):
        self.points, self.problem = points, points.problem
        self.deadline, self.demands = points.deadline, points.demands
        self.n = self.problem.network.parameter_count
        self.tree = BoxTrees(1)
        self.balances, self.balanced = Balances(self.problem), False
        self.minors, self.by_minors = Minors(self.problem), False
        self.expansions, self.expanded = Expansions(self.problem), False
        self.scaled_gradient, self.scaled = ScaledGradient(self.problem), False
        self.relative_gradient = RelativeGradient(self.problem)
        # However small such a weight is, the exp neuron may be as large.
        self.relative = self.scaled_gradient.multiplied
        self.tried = self.gained = 0
        self.check_seconds, self.thinnest = 0.0, 1.0

    def preorder(self) -> Iterator[Node]:
        """The tree in the checker's notation, see `BoxCover`."""
        balanced = 2 * self.n + len(self.points.found)
        minors = balanced + (len(self.balances.generators) if self.balanced else 0)
        expand = minors + (len(self.minors.columns) if self.by_minors else 0)
        for node in self.tree.preorder(0):
            if isinstance(node, Balanced):
                yield balanced + node.number
            elif isinstance(node, Minor):
                yield minors + node.number
            elif isinstance(node, Expanded):
                yield expand
                yield from node.tree
            elif isinstance(node, Scaled | Relative):
                yield node.to_json()
            else:
                yield node

    def run(self) -> None:
        places = np.array([0])
        low, high = (np.full((1, self.n), end) for end in self.points.ends)
        while len(places):
            parts = []
            for i in range(0, len(places), BATCH):
                self._in_time(len(places))
                part = slice(i, i + BATCH)
                parts.append(self._level(places[part], low[part], high[part]))
            places, low, high = (np.concatenate([part[k] for part in parts]) for k in range(3))
        self._in_time(0)

    def _in_time(self, open_boxes: int) -> None:
        """Raise where search, or search and check, do not end in time."""
        if open_boxes and self.deadline.passed():
            raise NotCovered(f"the budget ended with {open_boxes} boxes left to settle")
        if open_boxes > MOST_OPEN:
            raise NotCovered(f"more than {MOST_OPEN} boxes are left to settle")
        needed = self.check_seconds + self.demands.seconds.derivative * open_boxes
        if needed > self.deadline.remaining():
            settled = (len(self.tree.nodes) + 1) // 2 - open_boxes
            enough = self.deadline.elapsed() + ROOM * max(needed, 1)
            raise NotCovered(
                f"with {settled} boxes settled and {open_boxes} left, the check would take more "
                f"than the rest of the budget, at least {max(needed, 1):.0f} seconds: a budget of "
                f"{10 * ceil(enough / 10)} seconds or more may do"
            )

    def _level(self, places: Array, low: Array, high: Array) -> tuple[Array, Array, Array]:
        """Settle what can be settled; the halves of the rest."""
        for place, k in zip(places, self.points.domain.left_out(low, high), strict=True):
            if k >= 0:
                self.tree.settle(place, -1 - int(k))
        self._by_balance(places, low, high)
        self._inside_points(places, low, high)
        places, low, high = self._open(places, low, high)
        if not len(places):
            return places, low, high
        plain = self.relative_gradient.plain(low, high)
        self._by_derivative(places[plain], low[plain], high[plain])
        self._by_minor(*self._open(places[plain], low[plain], high[plain]))
        places, low, high, plain = self._open(places, low, high, plain)
        advised = self._by_relative_gradient(places, low, high)
        self._by_scaled_gradient(*self._open(places[plain], low[plain], high[plain]))
        places, low, high, plain, advised = self._open(places, low, high, plain, advised)
        if not len(places):
            return places, low, high
        middle = (low + high) / 2
        at = interval_gradients(self.problem, middle, middle).lower
        curvature = interval_hessians(self.problem, low, high)
        reach = self._by_combination(places, at, curvature, (high - low) / 2, plain)
        self._by_expansion(*self._open(places, low, high))
        self._by_newton(*self._open(places, low, high, at, curvature.lower, curvature.upper))
        self._inside_points(places, low, high)
        axes = halving_axes(low, high, curvature, reach, self.relative)
        axes = np.where(advised < 0, axes, advised)
        beside = self._beside_points(low, high)
        axes = np.where(beside < 0, axes, beside)
        places, low, high, axes = self._open(places, low, high, axes)
        sliced = self._slices(low, high)
        return self._halves(places, low, high, np.where(sliced < 0, axes, sliced), sliced >= 0)

    def _slices(self, low: Array, high: Array) -> Array:
        """Along which weight one half of a box is excluded, or -1.

        Where a balance forces a weight to be 0, as it does a weight out of exp whose bias is not
        penalized, boxes become so thin along it that other factors, however large, do not matter.
        """
        margin = self.demands.margin

        def unbalanced(low: Array, high: Array) -> Array:
            return self.balances.excluding(low, high, margin) >= 0

        def sloping(low: Array, high: Array) -> Array:
            slope = interval_gradients(self.problem, low, high)
            away = np.any(clear(slope.lower, slope.upper, margin), axis=1)
            return np.asarray(away & self.relative_gradient.plain(low, high))

        axes = slicing_axes(low, high, sloping, THIN)
        balanced = slicing_axes(low, high, unbalanced, THINNEST)
        return np.where(balanced < 0, axes, balanced)

    def _open(self, places: Array, *arrays: Array) -> tuple[Array, ...]:
        left = self.tree.is_open(places)
        return places[left], *(a[left] for a in arrays)

    def _settle(self, places: Array, which: Array, node: Any) -> None:
        for row in np.flatnonzero(which):
            self.tree.settle(places[row], node(row))

    def _inside_points(self, places: Array, low: Array, high: Array) -> None:
        for j, point in enumerate(self.points.found):
            middle = np.array([float(x.p) / float(x.q) for x in point.midpoint])
            radii = np.array([float(r.p) / float(r.q) for r in point.radii]) * (1 - 1e-9)
            inside = (middle - radii <= low) & (high <= middle + radii)
            self._settle(places, np.all(inside, axis=1), lambda row, j=j: 2 * self.n + j)

    def _beside_points(self, low: Array, high: Array) -> Array:
        """For boxes that are partly in that of a point, and of which a side is shorter than its
        own, the side that is longest beside it; or -1."""
        axes = np.full(len(low), -1)
        for point in self.points.found:
            middle, radii = (
                np.array([float(x.p) / float(x.q) for x in numbers])
                for numbers in (point.midpoint, point.radii)
            )
            meets = ((low < middle + radii) & (high > middle - radii)).all(axis=1)
            part = (high - low) / radii
            chosen = meets & (part.min(axis=1) < 1)
            axes[chosen] = part.argmax(axis=1)[chosen]
        return axes

    def _by_balance(self, places: Array, low: Array, high: Array) -> None:
        which = self.balances.excluding(low, high, self.demands.margin)
        if (which >= 0).any():
            self.balanced = True
            self.thinnest = min(self.thinnest, (high - low)[which >= 0].min())
        self._settle(places, which >= 0, lambda row: Balanced(int(which[row])))

    def _by_derivative(self, places: Array, low: Array, high: Array) -> None:
        slope = interval_gradients(self.problem, low, high)
        away = clear(slope.lower, slope.upper, self.demands.margin)
        first, some = np.argmax(away, axis=1), np.any(away, axis=1)
        self._settle(places, some, lambda row: self.n + int(first[row]))
        self.check_seconds += self.demands.seconds.derivative * int(some.sum())

    def _by_minor(self, places: Array, low: Array, high: Array) -> None:
        which = self.minors.excluding(low, high, self.demands.margin)
        self.by_minors |= bool((which >= 0).any())
        self._settle(places, which >= 0, lambda row: Minor(int(which[row])))
        self.check_seconds += self.demands.seconds.minor * int((which >= 0).sum())

    def _by_relative_gradient(self, places: Array, low: Array, high: Array) -> Array:
        """Along which weight to halve each of the boxes that stay open, or -1."""
        if not self.relative_gradient.known or not len(places):
            return np.full(len(places), -1)
        found, axes = self.relative_gradient.excluding(low, high, self.demands.margin)
        for place, node in zip(places, found, strict=True):
            if node is not None:
                self.tree.settle(place, node)
                self.scaled = True
                self.check_seconds += self.demands.seconds.relative
        return axes

    def _by_scaled_gradient(self, places: Array, low: Array, high: Array) -> None:
        found = self.scaled_gradient.excluding(low, high, self.demands.margin)
        seconds = self.demands.seconds
        for place, node in zip(places, found, strict=True):
            if node is not None:
                self.tree.settle(place, node)
                self.scaled = True
                self.check_seconds += seconds.bent if node.bent else seconds.scaled

    def _by_combination(
        self, places: Array, at: Array, curvature: IntervalArray, radius: Array, plain: Array
    ) -> Array:
        """Exclude `plain` boxes by c g(m) +- |c H| r; what each axis adds to that reach for the
        best c tried."""
        middle, spread = (
            (curvature.lower + curvature.upper) / 2,
            (curvature.upper - curvature.lower) / 2,
        )
        usable: Array = np.asarray(np.isfinite(middle + spread).all(axis=(1, 2)))
        middle, spread = (np.where(usable[:, None, None], a, 0.0) for a in (middle, spread))
        factors = combinations(at, middle, spread, radius)
        value = abs(np.einsum("bij,bj->bi", factors, at))
        mixed = abs(np.einsum("bij,bjk->bik", factors, middle)) + np.einsum(
            "bij,bjk->bik", abs(factors), spread
        )
        parts = mixed * radius[:, None, :]
        excess = value - (1 + 2 * self.demands.margin) * parts.sum(axis=2)
        relative = excess / (value + parts.sum(axis=2) + 1e-300)
        best = np.argmax(relative, axis=1)
        rows = np.arange(len(places))
        away = (excess[rows, best] > 0) & usable & plain & self.tree.is_open(places)
        self._settle(places, away, lambda row: [int(x) for x in factors[row, best[row]]])
        self.check_seconds += self.demands.seconds.combination * int(away.sum())
        reach: Array = np.where(usable[:, None], parts[rows, best], radius)
        return reach

    def _by_expansion(self, places: Array, low: Array, high: Array) -> None:
        """Expand boxes where that is cheaper for the checker than as many leaves elsewhere."""
        seconds, few = self.demands.seconds, self.problem.sample_count < SAMPLES
        rarely = self.gained < RARELY * self.tried - TRIES
        if self.scaled_gradient.kinds or few or rarely or not len(places) or not seconds.expansion:
            return
        self.tried += len(places)
        for place, found in zip(
            places, self.expansions.settle(low, high, self.demands.margin), strict=True
        ):
            if found is None:
                continue
            if found.leaves >= LEAST:
                self.tree.settle(place, found)
                self.check_seconds += seconds.expansion + found.leaves * seconds.part
                self.gained += 1
                self.expanded = True

    def _by_newton(
        self, places: Array, low: Array, high: Array, at: Array, least: Array, most: Array
    ) -> None:
        """Look for a critical point where Newton's step from the middle ends in the box, whose
        Hessian is between `least` and `most`."""
        if not len(places):
            return
        matrix, width = (least + most) / 2, high - low
        finite = np.isfinite(matrix).all(axis=(1, 2)) & np.isfinite(at).all(axis=1)
        usable: Array = np.asarray(finite)
        matrix = np.where(usable[:, None, None], matrix, 0.0)
        step = np.einsum("bij,bj->bi", np.linalg.pinv(matrix, hermitian=True), at)
        small = width.max(axis=1) < self.points.width / 16
        near = usable & small & (abs(step) < width).all(axis=1)
        if near.any():
            starts = ((low + high) / 2 - step)[near]
            self.points.look_at(newton_ends(self.problem, starts, self.points.width))

    def _halves(
        self, places: Array, low: Array, high: Array, axes: Array, sliced: Array
    ) -> tuple[Array, Array, Array]:
        """Both halves of every box; one that is too narrow ends the search, unless it is `sliced`,
        that is, one of its halves is known to be excluded."""
        rows = np.arange(len(places))
        width, own = (high - low)[rows, axes], self.points.narrowest(low, high)
        relative = sides(low, high, self.relative)[rows, axes]
        beside = (width >= own[rows, axes]) | (relative >= own.max(axis=1))
        narrow = (relative < NARROWEST) & ~beside & ~sliced
        narrow |= width < SHORTEST
        if narrow.any():
            row = int(np.where(narrow, width, np.inf).argmin())
            raise NotCovered(
                f"a box of width {width[row]:.2g} at ({written(low[row])}) stays undecided: "
                + self.points.obstacle((low[row] + high[row]) / 2)
            )
        first = self.tree.halve(places, axes)
        upper, lower = high.copy(), low.copy()
        upper[rows, axes] = lower[rows, axes] = (low[rows, axes] + high[rows, axes]) / 2
        return (
            np.concatenate([first, first + 1]),
            np.concatenate([low, lower]),
            np.concatenate([upper, high]),
        )
