"""Critical points from many starts: each certified, the list not claimed to be complete."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from flint import arb, ctx, fmpq

from symland.claims.case import Case
from symland.claims.enclosures import not_global_between
from symland.landscape.ball_landscape import BallLandscape
from symland.landscape.float_landscape import FloatLandscape
from symland.landscape.number_systems.number_system import Kink, MissingFunction
from symland.landscape.symmetry import find_symmetries
from symland.landscape.symmetry.finite_action import finite_generators
from symland.problem.problem import Problem
from symland.questions.answer import Stage
from symland.questions.exact_listed_point import exact_listed_point
from symland.questions.numerical_point import unproved
from symland.questions.only_critical import BECAUSE, IDLE as IDLE_IF_CONVEX, only_critical
from symland.questions.orbit import orbit, same_point
from symland.questions.refined_point import (
    accepted_box,
    box_claims,
    box_document,
    spurious,
)
from symland.questions.refined_slice import (
    accepted_slice,
    certified_fit,
    nearly_fits,
    slice_claims,
    slice_document,
)
from symland.questions.unknown_set import undecided_set, unknown_set
from symland.search.critical_box import CriticalBox, NoBox, critical_box
from symland.search.critical_starts import IDLE, Reached, critical_starts
from symland.search.deadline import Deadline
from symland.search.flat_point import flat_point
from symland.search.flat_reasons import flat_reasons
from symland.search.flat_slice import critical_slice

__all__ = ["multistart_critical_set"]

MOST_PARAMETERS = 110
MOST_POINTS = 500
"""Points beyond which only one of an orbit is listed."""
SEARCHING = 0.5
"""The part of the budget that the search may take; the rest is for proofs and their check."""
PLACES = 30
"""Binary places of a lower point that is not critical."""
TELLING = 2.0
"""Seconds between two reports of progress."""


def multistart_critical_set(
    problem: Problem,
    obstacle: str,
    seed: int,
    deadline: Deadline,
    tell: Stage,
    precision: int = 0,
) -> tuple[Case | None, dict[str, Any]]:
    """The case and the document of what the starts lead to; `obstacle` says why no more is known.

    Every critical point with regular Hessian is certified by itself, with its images under the
    finite symmetries. Of those with singular Hessian one for each loss and inertia is listed,
    without proof. Balls have at least `precision` bits.
    """
    count = problem.network.parameter_count
    obstacle = f"not decided: {obstacle}"
    if any(a.name in ("relu", "leaky_relu") for a in problem.network.activations):
        reason = f"{obstacle}; critical points at kinks are not looked for"
        return None, undecided_set(problem, reason)
    if count > MOST_PARAMETERS:
        reason = f"{obstacle}; {count} parameters, points are listed up to {MOST_PARAMETERS}"
        return None, undecided_set(problem, reason)
    work = _Listing(problem, seed, deadline, tell, precision)
    work.run()
    if work.is_complete():
        document = unknown_set(problem)
        document["critical_set"] |= {"status": "certified", "real_count": 1, "reason": BECAUSE}
        document["points"], document["search"] = work.documents(), work.search_json()
        return work.case, document
    document = undecided_set(problem, f"{obstacle}; {work.account()}")
    document["points"], document["search"] = work.documents(), work.search_json()
    document["warnings"] = work.warnings()
    if work.case.size == 0:
        return None, document
    return work.case, document | {"verdict": "undecided"}


class _Listing:
    def __init__(
        self, problem: Problem, seed: int, deadline: Deadline, tell: Stage, precision: int
    ):
        self.problem, self.deadline, self.tell = problem, deadline, tell
        self.case, self.seed, self.precision = Case(problem), seed, precision
        self.landscape, self.floats = BallLandscape(problem), FloatLandscape(problem)
        self.symmetries = find_symmetries(problem)
        self.generators = finite_generators(problem, self.symmetries)
        self.moves_boxes = all(g.signed_permutation is not None for g in self.generators)
        self.boxes: list[CriticalBox] = []
        self.names: list[str] = []
        self.points: list[dict[str, Any]] = []
        self.flat: list[dict[str, Any]] = []
        self.crossings: list[tuple[CriticalBox, str, dict[str, Any]]] = []
        self.check_seconds = 0.0
        self.counts = dict.fromkeys(("orbits", "alone", "late", "refused"), 0)

    def run(self) -> None:
        """Search, prove, compare."""
        self.tell("looking for critical points")
        limit = Deadline(SEARCHING * self.deadline.remaining())
        idle = IDLE_IF_CONVEX if self.problem.network.K == 1 else IDLE
        self.reached = critical_starts(
            self.problem, self.generators, self.seed, limit, _Telling(self.tell), idle=idle
        )
        self.tell(f"proving {len(self.reached.regular)} critical points")
        for vector in sorted(self.reached.regular, key=self._order):
            self._prove(vector)
        for vector in sorted(self.reached.flat.values(), key=self._order):
            self._settle(vector)
        self._compare()

    def is_complete(self) -> bool:
        """Whether the only point of the list is proved to be the only critical one."""
        alone = len(self.boxes) == 1 and not self.flat
        return alone and only_critical(self.case, self.boxes[0]) is not None

    def _order(self, vector: Any) -> tuple[float, ...]:
        return self.floats.loss(vector), *vector

    def _prove(self, start: Any) -> None:
        """Enter the orbit of the critical point, where there is a proof and time for it."""
        try:
            box = self._box(start)
            if any(same_point(box, other) for other in self.boxes):
                return
            begin = time.monotonic()
            box = accepted_box(self.problem, box)
            seconds = time.monotonic() - begin
        except NoBox:
            outcome = "late" if self.deadline.passed() else "refused"
            self.counts[outcome] += 1
            return
        if not self._affordable(seconds):
            self.counts["late"] += 1
            return
        images = self._orbit(box, seconds)
        self.counts["orbits"] += 1
        self.counts["alone"] += images is None
        for image in images or [box]:
            self._enter(image)
            self.check_seconds += seconds

    def _box(self, start: Any) -> CriticalBox:
        place = [arb(float(x)) for x in start]
        return critical_box(self.landscape, place, self.deadline, self.precision)

    def _affordable(self, seconds: float) -> bool:
        """Whether the whole certificate can still be checked in time with so much more in it."""
        return 1.5 * (self.check_seconds + seconds) < self.deadline.remaining()

    def _orbit(self, box: CriticalBox, seconds: float) -> list[CriticalBox] | None:
        """All images of the box, unless they are too many or there is no time for them."""
        room = MOST_POINTS - len(self.boxes)
        images = orbit(box, self.generators, self.landscape, room, self.deadline)
        if images is None or not self._affordable(2 * seconds * len(images)):
            return None
        if self.moves_boxes:
            return images
        try:
            return [box, *(accepted_box(self.problem, image) for image in images[1:])]
        except NoBox:
            return None

    def _enter(self, box: CriticalBox) -> None:
        exact = exact_listed_point(self.case, self.problem, box)
        if exact is None:
            name, kind = box_claims(self.case, self.problem, box)
            document = box_document(self.problem, box, kind)
        else:
            name, document = exact
        self.points.append(document | {"orbit": self.counts["orbits"]})
        self.boxes.append(box)
        self.names.append(name)

    def _settle(self, vector: Any) -> None:
        """List a point with singular Hessian where the gradient does vanish there."""
        hessian = self.floats.hessian(vector)
        found = flat_point(self.landscape, hessian, vector.tolist(), self.deadline)
        if found is None:
            return
        proved = self._across(np.array([float(x) for x in found]))
        if proved is not None:
            self.flat.append(proved)
            return
        reason = "the Hessian is singular: a continuum of critical points or a degenerate one"
        with ctx.workprec(400):
            value, gradient = self.landscape.first_order(found)
        self.flat.append(unproved(self.problem, found, value, gradient, hessian, reason))

    def _across(self, place: Any) -> dict[str, Any] | None:
        """The document of a point of a continuum, proved in a slice; None without a proof, and
        where there is no time for it."""
        reasons = flat_reasons(self.problem, place)
        try:
            if nearly_fits(self.problem, place):
                return certified_fit(self.case, place, self.deadline, self.precision)[0]
            if not reasons:
                return None
            found = critical_slice(self.landscape, place, reasons, self.deadline, self.precision)
            begin = time.monotonic()
            found = accepted_slice(self.problem, found)
        except (NoBox, Kink, MissingFunction):
            return None
        seconds = time.monotonic() - begin
        if not self._affordable(seconds):
            return None
        self.check_seconds += seconds
        name, kind = slice_claims(self.case, self.problem, found)
        document = slice_document(self.problem, found, kind)
        self.crossings.append((found.box, name, document))
        return document

    def _compare(self) -> None:
        """Minima above the lowest point are spurious: one of the list, or another that was met."""
        entries = [*zip(self.boxes, self.names, self.points, strict=True), *self.crossings]
        if not entries:
            return
        lowest, lowest_name, lowest_point = min(entries, key=lambda e: float(e[0].loss.mid()))
        met = self._lower_than(lowest)
        for box, name, point in entries:
            if point["kind"] != "local_minimum":
                continue
            if met is not None:
                point |= spurious(
                    self.case, self.problem, self.landscape, name, box.loss, box.precision, met
                )
            elif lowest.loss < box.loss:
                not_global_between(self.case, name, lowest_name, box.precision)
                better = {key: lowest_point[key] for key in ("weights", "loss")}
                point |= {"kind": "spurious_local_minimum", "global": False, "better": better}

    def _lower_than(self, box: CriticalBox) -> list[fmpq] | None:
        """The lowest point met, in few binary digits, where it lies below the box's."""
        point = self.reached.lowest
        if point is None:
            return None
        rounded = np.rint(point * 2.0**PLACES)
        value = self.floats.loss(rounded / 2.0**PLACES)
        if not value < float(box.loss.abs_lower()) * (1 - 1e-9) - 1e-12:
            return None
        return [fmpq(int(x), 2**PLACES) for x in rounded]

    def documents(self) -> list[dict[str, Any]]:
        """All points by increasing loss."""
        return sorted([*self.points, *self.flat], key=lambda p: float(p["loss"]["lower"]))

    def account(self) -> str:
        """What was tried and what it came to, in words."""
        found, counts = self.reached, self.counts
        listed = f" ({len(self.points)} certified, {counts['orbits']} up to symmetry)"
        first = f"of {found.tried} starts {found.regular_starts} ended at critical points with "
        lines = [f"{first}regular Hessian{listed if self.points else ''}"]
        if found.flat_starts:
            proved = sum(point["status"] == "certified" for point in self.flat)
            lines.append(
                f"{found.flat_starts} where the Hessian is singular to rounding: in a continuum of "
                "critical points, at a degenerate one, or in a valley towards infinity "
                f"({len(self.flat) - proved} listed without proof, {proved} with one)"
            )
        if found.astray:
            lines.append(f"{found.astray} where the gradient fades with no critical point near")
        missed = found.tried - found.regular_starts - found.flat_starts - found.astray
        if missed:
            lines.append(f"{missed} at none")
        if counts["refused"]:
            lines.append(f"{counts['refused']} points with no proof, their Hessian nearly singular")
        if found.out_of_time:
            lines.append("the search ended with its share of the budget")
        if counts["late"]:
            lines.append(f"the budget leaves no time to prove {counts['late']} points")
        dimension = sum(symmetry.dimension for symmetry in self.symmetries)
        if dimension:
            lines.append(f"a group of symmetries of dimension {dimension} makes continua of them")
        return ", ".join(lines)

    def warnings(self) -> list[str]:
        """What a reader of the list has to know."""
        alone = self.counts["alone"]
        text = (
            f"of {alone} orbits only one point is listed: their images under permutations and "
            "sign changes of neurons are critical too"
        )
        return [text] if alone else []

    def search_json(self) -> dict[str, int]:
        """The numbers behind `account`."""
        found = self.reached
        return {
            "starts": found.tried,
            "regular": found.regular_starts,
            "singular": found.flat_starts,
            "astray": found.astray,
            "orbits": self.counts["orbits"],
            "one_of_orbit": self.counts["alone"],
            "no_proof": self.counts["refused"],
            "no_time": self.counts["late"],
        }


class _Telling:
    """Reports progress from time to time."""

    def __init__(self, tell: Stage):
        self.tell, self.last = tell, time.monotonic()

    def __call__(self, found: Reached) -> None:
        if time.monotonic() > self.last + TELLING:
            self.last = time.monotonic()
            self.tell(f"{found.tried} starts, {len(found.regular)} critical points up to symmetry")
