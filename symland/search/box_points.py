"""Critical points in a cube of weights, each proved, as far as searches from floats find them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from flint import arb, fmpq

from symland.landscape.ball_landscape import BallLandscape
from symland.landscape.float_landscape import FloatLandscape
from symland.problem.problem import Problem
from symland.search.critical_box import CriticalBox, NoBox, critical_box
from symland.search.deadline import Deadline
from symland.search.degenerate_box import degenerate_box
from symland.search.degenerate_point import (
    DegeneratePoint,
    degenerate_point,
    newton_end,
    vanishing_neurons,
)
from symland.search.fundamental_domain import fundamental_domain
from symland.search.saturation import saturated

__all__ = ["NARROWEST", "BoxPoints", "Demands", "LeafSeconds", "NotCovered", "written"]

NARROWEST = 2.0**-16
"""Width below which a box is given up."""
NEARBY = 64 * NARROWEST
FINER = 32
"""Within `NEARBY` of a critical point with a proof, a box is given up at the radius over this: the
worse the Hessian's condition, the narrower the boxes beside the point."""
SAME = 1e-9
"""The part of their weights by which ends of Newton's method differ that lead to one point."""
SATURATED = 30.0
"""Preactivations beyond which floats lose derivatives beside the others."""
Array = npt.NDArray[Any]


class NotCovered(Exception):
    """Some part of the cube could not be settled; the text says which and why.

    `points` are the critical points in the cube that were found with a proof; `continuum` is a
    place in a continuum of critical points, where that is the reason.
    """

    points: Sequence[CriticalBox] = ()
    continuum: Sequence[float] | None = None


@dataclass(frozen=True)
class LeafSeconds:
    """What the checker takes for a leaf that a derivative, a combination, or a minor excludes, for
    the expansion of a box, for a leaf within that, and for a leaf that scaled derivatives exclude,
    at once or by the mean value theorem, or relative ones. Nothing is expanded where all are 0."""

    derivative: float = 0.0
    combination: float = 0.0
    minor: float = 0.0
    expansion: float = 0.0
    part: float = 0.0
    scaled: float = 0.0
    bent: float = 0.0
    relative: float = 0.0


@dataclass(frozen=True)
class Demands:
    """What the check of a cover asks of the search.

    `margin` is the part of an enclosure's width that 0 has to be away from it, since the checker's
    enclosures may be wider; `accepted` makes the box of a point so small that the checker accepts
    it (or raises `NoBox`); `seconds` are what its leaves take the checker.
    """

    margin: float = 0.005
    accepted: Callable[[CriticalBox], CriticalBox] = lambda box: box
    seconds: LeafSeconds = LeafSeconds()


class BoxPoints:
    """The list `found` of critical points with a proof in the cube [lower, upper]^n, as it grows.

    With a point the list has all its images under the maps of `domain`. Raises `NotCovered` at a
    critical point on the border that is not known exactly, and at a continuum of critical points:
    no cover gets past these.

    >>> from symland.problem import Dataset, Network, Problem
    >>> line = Problem(Network([1, 1]), Dataset([[1]], [[2]]))
    >>> points = BoxPoints(line, fmpq(0), fmpq(3), Deadline(9))
    >>> points.look_from([[0.5], [2.5]])
    >>> [str(point.midpoint[0]) for point in points.found]
    ['2']
    """

    def __init__(
        self,
        problem: Problem,
        lower: fmpq,
        upper: fmpq,
        deadline: Deadline,
        precision: int = 0,
        demands: Demands | None = None,
    ):
        self.problem, self.lower, self.upper = problem, lower, upper
        self.domain = fundamental_domain(problem, signs=lower == -upper)
        self.deadline, self.precision = deadline, precision
        self.demands = demands or Demands()
        self.ends = tuple(float(x.p) / float(x.q) for x in (lower, upper))
        self.width = self.ends[1] - self.ends[0]
        self.landscape, self.floats = BallLandscape(problem), FloatLandscape(problem)
        self.found: list[CriticalBox] = []
        self.tried: list[Array] = []

    def known(self, place: Array) -> bool:
        """Whether the place is next to a critical point of the list."""
        return any(
            all(
                abs(x - float(m.p) / float(m.q)) <= float(r.p) / float(r.q)
                for x, m, r in zip(place, p.midpoint, p.radii, strict=True)
            )
            for p in self.found
        )

    def look_from(self, starts: Sequence[Sequence[float]]) -> None:
        """Look for points from all starts before raising what forbids a cover.

        Starts from which Newton's method in floats leads to one place are tried once.
        """
        refusal = None
        for start in starts:
            if self.deadline.passed():
                break
            with np.errstate(all="ignore"):
                end = newton_end(self.floats, np.array(start))
            if end is not None:
                if self._tried(end):
                    continue
                start = end.tolist()
            try:
                self.look_for(start)
            except NotCovered as reason:
                refusal = refusal or reason
        if refusal is not None:
            raise refusal

    def look_at(self, ends: Array) -> None:
        """Look for points at the rows, ends of Newton's method or nan, that are in the cube; each
        place once."""
        room = 1e-6 * self.width
        inside = ((ends > self.ends[0] - room) & (ends < self.ends[1] + room)).all(axis=1)
        for place in ends[inside]:
            if self.deadline.passed():
                return
            if not (self.known(place) or self._tried(place)):
                self.look_for(place)

    def _tried(self, place: Array) -> bool:
        """Whether this place was asked for before; it counts as tried from now on."""
        room = SAME * (1 + abs(place).max())
        if any(abs(other - place).max() <= room for other in self.tried):
            return True
        self.tried.append(place)
        return False

    def look_for(self, start: Sequence[float] | Array) -> None:
        """Add the critical point that Newton's method reaches, where it is new and in the cube."""
        try:
            found = critical_box(
                self.landscape, [arb(float(x)) for x in start], self.deadline, self.precision
            )
        except NoBox:
            self._look_at_degenerate(np.array([float(x) for x in start]))
            return
        self._add(found)

    def _add(self, found: CriticalBox) -> None:
        """Add the point and its images, where they are new and in the cube."""
        if self.known(np.array([float(m.p) / float(m.q) for m in found.midpoint])):
            return
        spread = arb(0) if self._is_exact(found) else found.spread
        places = [arb(m) for m in found.midpoint]
        lower, upper = arb(self.lower), arb(self.upper)
        if any(x < lower - spread or x > upper + spread for x in places):
            return
        # A point that is known exactly may lie on the border, others strictly inside only.
        inside = all(
            lower <= x <= upper if spread.is_zero() else lower + spread < x < upper - spread
            for x in places
        )
        if not inside:
            place = written([float(x.p) / float(x.q) for x in found.midpoint])
            raise NotCovered(
                f"the critical point at ({place}) lies on the border of the box, or so near that "
                "it cannot be told: another box decides"
            )
        try:
            found = self.demands.accepted(found)
        except NoBox:
            return
        for image in self.domain.orbit(found):
            if not self.known(np.array([float(m.p) / float(m.q) for m in image.midpoint])):
                self.found.append(image)

    def _is_exact(self, found: CriticalBox) -> bool:
        """Whether the midpoint itself is critical, to the last bit of the gradient."""
        gradient = self.landscape.gradient([arb(m) for m in found.midpoint])
        return all(bool(g == 0) for g in gradient)

    def _look_at_degenerate(self, start: Array) -> None:
        """Add the point next to the start if it is known exactly and proved to be alone. Raise
        where the start is next to a continuum in the cube, which no cover gets past."""
        found = degenerate_point(self.floats, start, NEARBY)
        if found is None or self.known(found.place):
            return
        if not found.dimension:
            box = degenerate_box(self.landscape, self.floats, found.place)
            if box is not None:
                self._add(box)
        elif min(*(found.place - self.ends[0]), *(self.ends[1] - found.place)) > NEARBY:
            refusal = NotCovered(self._continuum(found))
            refusal.continuum = found.place.tolist()
            raise refusal

    def _continuum(self, found: DegeneratePoint) -> str:
        if saturated(self.problem, list(found.place), SATURATED):
            return (
                f"neurons are saturated at ({written(found.place)}): derivatives there are too "
                "small to be told from 0, so that no critical points are found or excluded; a "
                "smaller box may be decided"
            )
        where = vanishing_neurons(self.problem.network, found.place)
        return (
            f"the critical points at ({written(found.place)}) are not isolated, they form a set "
            f"of dimension {found.dimension} (in floating point){where}"
        )

    def narrowest(self, low: Array, high: Array) -> Array:
        """The widths along all weights before which a box next to a point of the list is not given
        up; nan elsewhere."""
        least = np.full(low.shape, np.nan)
        for point in self.found:
            middle = np.array([float(x.p) / float(x.q) for x in point.midpoint])
            near = np.all((low - NEARBY <= middle) & (middle <= high + NEARBY), axis=1)
            radii = np.array([float(r.p) / float(r.q) for r in point.radii])
            least[near] = np.fmin(least[near], radii / FINER)
        return least

    def obstacle(self, middle: Array) -> str:
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


def written(place: Sequence[float] | Array) -> str:
    """The coordinates as text.

    >>> written([0.5, 1e-20])
    '0.5, 0'
    """
    return ", ".join(f"{x:.5g}" if abs(x) > 1e-12 else "0" for x in place)
