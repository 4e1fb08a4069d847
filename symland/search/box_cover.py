"""All critical points in a cube of weights: bisection until every part is settled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from flint import arb, fmpq

from symland.landscape.ball_landscape import BallLandscape
from symland.landscape.float_landscape import FloatLandscape
from symland.landscape.loss import loss
from symland.landscape.number_systems.interval_arrays import IntervalArray, interval_arrays
from symland.landscape.number_systems.jets import Jet, Jets
from symland.landscape.parameters import shaped, variables
from symland.problem.problem import Problem
from symland.search.box_exclusion import clear, combinations, halving_axes
from symland.search.critical_box import CriticalBox, NoBox, critical_box
from symland.search.deadline import Deadline
from symland.search.degenerate_point import DegeneratePoint, degenerate_point, vanishing_neurons

__all__ = ["BoxCover", "Demands", "NotCovered", "cover"]

NARROWEST = 2.0**-16
"""Width below which a box is given up."""
NEARBY = 64 * NARROWEST
FINER = 8
"""Within `NEARBY` of a critical point with a proof, a box is given up at the radius over this: the
worse the Hessian's condition, the narrower the boxes beside the point."""
NEWTON_STEPS = 4
BATCH = 2048
Array = npt.NDArray[Any]
Node = int | list[int]


class NotCovered(Exception):
    """Some part of the cube could not be settled; the text says which and why.

    `points` are the critical points in the cube that were found with a proof.
    """

    points: Sequence[CriticalBox] = ()


@dataclass
class BoxCover:
    """The critical points in the cube, and the tree that covers it, in the checker's notation.

    With n weights a node k < n halves a box along weight k; n + k excludes by derivative k,
    2 n + j lies in the box of point j, and a list of integers excludes by a combination.
    """

    points: list[CriticalBox] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)


@dataclass(frozen=True)
class Demands:
    """What the check of a cover asks of the search.

    `margin` is the part of an enclosure's width that 0 has to be away from it, since the checker's
    enclosures may be wider; `accepted` makes the box of a point so small that the checker accepts
    it (or raises `NoBox`); `seconds` are what the checker takes for a leaf excluded by a derivative
    and for one excluded by a combination.
    """

    margin: float = 0.005
    accepted: Callable[[CriticalBox], CriticalBox] = lambda box: box
    seconds: tuple[float, float] = (0.0, 0.0)


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
    work = _Cover(problem, lower, upper, deadline, precision, demands or Demands())
    try:
        work.look_from(starts)
        with np.errstate(all="ignore"):
            work.run()
    except NotCovered as refusal:
        refusal.points = tuple(work.points)
        raise
    return BoxCover(work.points, list(work.preorder()))


class _Cover:
    """Boxes are settled level by level, many at once; a box is a row of lower and upper ends."""

    def __init__(
        self,
        problem: Problem,
        lower: fmpq,
        upper: fmpq,
        deadline: Deadline,
        precision: int,
        demands: Demands,
    ):
        self.problem, self.lower, self.upper = problem, lower, upper
        self.deadline, self.precision, self.demands = deadline, precision, demands
        self.ends = tuple(float(x.p) / float(x.q) for x in (lower, upper))
        self.width = self.ends[1] - self.ends[0]
        self.landscape, self.floats = BallLandscape(problem), FloatLandscape(problem)
        self.n = self.landscape.size
        self.points: list[CriticalBox] = []
        self.nodes: list[Node | None] = [None]
        self.children: dict[int, int] = {}
        self.check_seconds = 0.0

    def preorder(self) -> Iterator[Node]:
        stack = [0]
        while stack:
            place = stack.pop()
            node = self.nodes[place]
            if node is None:
                raise NotCovered("a box was left out")
            yield node
            if place in self.children:
                stack += [self.children[place] + 1, self.children[place]]

    def run(self) -> None:
        places = np.array([0])
        low, high = (np.full((1, self.n), end) for end in self.ends)
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
        needed = self.check_seconds + self.demands.seconds[0] * open_boxes
        if needed > self.deadline.remaining():
            settled = (len(self.nodes) + 1) // 2 - open_boxes
            raise NotCovered(
                f"with {settled} boxes settled and {open_boxes} left, the check would take more "
                f"than the rest of the budget, at least {needed:.0f} seconds"
            )

    def _level(self, places: Array, low: Array, high: Array) -> tuple[Array, Array, Array]:
        """Settle what can be settled; the halves of the rest."""
        self._inside_points(places, low, high)
        places, low, high = self._open(places, low, high)
        if not len(places):
            return places, low, high
        slope, curvature = self._jets(low, high)
        middle = (low + high) / 2
        at, _ = self._jets(middle, middle, order=1)
        self._by_derivative(places, slope)
        reach = self._by_combination(places, at.lower, curvature, (high - low) / 2)
        self._by_newton(places, low, high, at.lower, curvature)
        self._inside_points(places, low, high)
        axes = halving_axes(low, high, curvature, reach)
        return self._halves(*self._open(places, low, high, axes))

    def _open(self, places: Array, *arrays: Array) -> tuple[Array, ...]:
        left = np.array([self.nodes[p] is None for p in places], dtype=bool)
        return places[left], *(a[left] for a in arrays)

    def _jets(self, low: Array, high: Array, order: int = 2) -> tuple[IntervalArray, Any]:
        """Gradients (boxes x n) and Hessians (boxes x n x n)."""
        jets, shapes = Jets(interval_arrays, order=order), self.problem.network.shapes
        entries = [IntervalArray(low[:, i], high[:, i]) for i in range(self.n)]
        jet: Jet = loss(
            self.problem, jets, variables(self.problem.network, shaped(shapes, entries), jets)
        )
        zero = interval_arrays.number(0)

        def stack(parts: list[IntervalArray], shape: tuple[int, ...]) -> IntervalArray:
            ends = (
                np.stack([np.broadcast_to(getattr(p, end), len(low)) for p in parts], axis=1)
                for end in ("lower", "upper")
            )
            return IntervalArray(*(e.reshape(len(low), *shape) for e in ends))

        slope = stack([jet.first.get(i, zero) for i in range(self.n)], (self.n,))
        second = jet.second or {}
        pairs = [(min(i, j), max(i, j)) for i in range(self.n) for j in range(self.n)]
        return slope, stack([second.get(p, zero) for p in pairs], (self.n, self.n))

    def _settle(self, places: Array, which: Array, node: Any) -> None:
        for row in np.flatnonzero(which):
            if self.nodes[places[row]] is None:
                self.nodes[places[row]] = node(row)

    def _inside_points(self, places: Array, low: Array, high: Array) -> None:
        for j, point in enumerate(self.points):
            middle = np.array([float(x.p) / float(x.q) for x in point.midpoint])
            radius = float(point.radius.p) / float(point.radius.q) * (1 - 1e-9)
            inside = (middle - radius <= low) & (high <= middle + radius)
            self._settle(places, np.all(inside, axis=1), lambda row, j=j: 2 * self.n + j)

    def _by_derivative(self, places: Array, slope: IntervalArray) -> None:
        away = clear(slope.lower, slope.upper, self.demands.margin)
        first, some = np.argmax(away, axis=1), np.any(away, axis=1)
        self._settle(places, some, lambda row: self.n + int(first[row]))
        self.check_seconds += self.demands.seconds[0] * int(some.sum())

    def _by_combination(
        self, places: Array, at: Array, curvature: IntervalArray, radius: Array
    ) -> Array:
        """Exclude by c g(m) +- |c H| r; what each axis adds to that reach for the best c tried."""
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
        left = np.array([self.nodes[p] is None for p in places], dtype=bool)
        away = (excess[rows, best] > 0) & usable & left
        self._settle(places, away, lambda row: [int(x) for x in factors[row, best[row]]])
        self.check_seconds += self.demands.seconds[1] * int(away.sum())
        reach: Array = np.where(usable[:, None], parts[rows, best], radius)
        return reach

    def _by_newton(
        self, places: Array, low: Array, high: Array, at: Array, curvature: IntervalArray
    ) -> None:
        """Look for a critical point where Newton's step from the middle ends in the box."""
        for row, place in enumerate(places):
            if self.nodes[place] is not None or self.deadline.passed():
                continue
            matrix = (curvature.lower[row] + curvature.upper[row]) / 2
            if not np.isfinite(matrix).all():
                continue
            step = np.linalg.lstsq(matrix, at[row], rcond=None)[0]
            middle, width = (low[row] + high[row]) / 2, high[row] - low[row]
            if width.max() < self.width / 16 and (abs(step) < width).all():
                place = self._newton(middle - step)
                if place is not None and not self._known(place):
                    self.look_for(place)

    def _newton(self, place: Array) -> Array | None:
        """Where a few steps in floats lead: a place in the cube, or None."""
        for _ in range(NEWTON_STEPS):
            gradient = self.floats.gradient(place)
            hessian = self.floats.hessian(place)
            if not np.isfinite(hessian).all():
                return None
            step = np.linalg.lstsq(hessian, gradient, rcond=None)[0]
            place = place - step
            if abs(step).max() > self.width:
                return None
        room = 1e-6 * self.width
        low, high = self.ends[0] - room, self.ends[1] + room
        near = abs(step).max() < 1e-6 * self.width and (low < place).all() and (place < high).all()
        return place if near else None

    def _known(self, place: Array) -> bool:
        """Whether the place is next to a critical point of the list."""
        return any(
            all(
                abs(x - float(m.p) / float(m.q)) <= float(p.radius.p) / float(p.radius.q)
                for x, m in zip(place, p.midpoint, strict=True)
            )
            for p in self.points
        )

    def look_from(self, starts: Sequence[Sequence[float]]) -> None:
        """Look for points from all starts before raising what forbids a cover."""
        refusal = None
        for start in starts:
            if self.deadline.passed():
                break
            try:
                self.look_for(start)
            except NotCovered as reason:
                refusal = refusal or reason
        if refusal is not None:
            raise refusal

    def look_for(self, start: Sequence[float] | Array) -> None:
        """Add the critical point that Newton's method reaches, where it is new and in the cube."""
        try:
            found = critical_box(
                self.landscape, [arb(float(x)) for x in start], self.deadline, self.precision
            )
        except NoBox:
            self._refuse_continuum(np.array([float(x) for x in start]))
            return
        outside = any(
            x < arb(self.lower) - found.spread or x > arb(self.upper) + found.spread
            for x in map(arb, found.midpoint)
        )
        if outside or self._known(np.array([float(m.p) / float(m.q) for m in found.midpoint])):
            return
        inside = all(
            arb(self.lower) + found.spread < x < arb(self.upper) - found.spread
            for x in map(arb, found.midpoint)
        )
        if not inside:
            place = _written([float(x.p) / float(x.q) for x in found.midpoint])
            raise NotCovered(
                f"the critical point at ({place}) lies on the border of the box, or so near that "
                "it cannot be told: another box decides"
            )
        try:
            self.points.append(self.demands.accepted(found))
        except NoBox:
            return

    def _refuse_continuum(self, start: Array) -> None:
        """Raise where the start is next to a continuum in the cube, which no cover gets past."""
        found = degenerate_point(self.floats, start, NEARBY)
        if found is None or not found.dimension:
            return
        if min(*(found.place - self.ends[0]), *(self.ends[1] - found.place)) > NEARBY:
            raise NotCovered(self._continuum(found))

    def _continuum(self, found: DegeneratePoint) -> str:
        where = vanishing_neurons(self.problem.network, found.place)
        return (
            f"the critical points at ({_written(found.place)}) are not isolated, they form a set "
            f"of dimension {found.dimension} (in floating point){where}"
        )

    def _narrowest(self, low: Array, high: Array) -> Array:
        """The width at which each box is given up."""
        least = np.full(len(low), NARROWEST)
        for point in self.points:
            middle = np.array([float(x.p) / float(x.q) for x in point.midpoint])
            near = np.all((low - NEARBY <= middle) & (middle <= high + NEARBY), axis=1)
            radius = float(point.radius.p) / float(point.radius.q)
            least[near] = np.minimum(least[near], radius / FINER)
        return least

    def _obstacle(self, middle: Array) -> str:
        """What floats say about the critical point next to a box that is given up."""
        border = min(*(middle - self.ends[0]), *(self.ends[1] - middle)) < NEARBY
        found = degenerate_point(self.floats, middle, NEARBY)
        if found is None:
            return "a critical point there " + (
                "is degenerate, or lies on the border" if border else "is degenerate"
            )
        if found.dimension:
            return self._continuum(found)
        if not found.degenerate:
            return "a critical point there has no box of its own, or one lies on the border"
        return (
            f"the critical point there is degenerate (an eigenvalue of its Hessian is about "
            f"{found.smallest:.1g})" + (", or lies on the border" if border else "")
        )

    def _halves(
        self, places: Array, low: Array, high: Array, axes: Array
    ) -> tuple[Array, Array, Array]:
        rows = np.arange(len(places))
        width = (high - low)[rows, axes]
        narrow = width < self._narrowest(low, high)
        if narrow.any():
            row = int(np.where(narrow, width, np.inf).argmin())
            raise NotCovered(
                f"a box of width {width[row]:.2g} at ({_written(low[row])}) stays undecided: "
                + self._obstacle((low[row] + high[row]) / 2)
            )
        first = len(self.nodes) + 2 * rows
        for place, axis, child in zip(places, axes, first, strict=True):
            self.nodes[place] = int(axis)
            self.children[int(place)] = int(child)
        self.nodes += [None] * (2 * len(rows))
        upper, lower = high.copy(), low.copy()
        upper[rows, axes] = lower[rows, axes] = (low[rows, axes] + high[rows, axes]) / 2
        return (
            np.concatenate([first, first + 1]),
            np.concatenate([low, lower]),
            np.concatenate([upper, high]),
        )


def _written(place: Sequence[float] | Array) -> str:
    return ", ".join(f"{x:.5g}" if abs(x) > 1e-12 else "0" for x in place)
