"""Infinitely many critical points in a cube of weights: proved by a curve of them through one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from flint import arb, ctx, fmpq

from symland.claims.case import Case
from symland.claims.enclosures import loss_between
from symland.claims.not_finite import (
    best_outputs as claim_best_outputs,
    not_finite_along_a_line,
    not_finite_by_outputs,
    not_finite_in_slice,
)
from symland.claims.slice import slice_point
from symland.exact.decimals import nearest_decimal
from symland.exact.polynomial import ParameterKey, parameter_keys
from symland.exact.rational_matrix import as_fmpq
from symland.landscape.ball_landscape import BallLandscape
from symland.landscape.float_landscape import FloatLandscape
from symland.landscape.parameters import shaped
from symland.landscape.pure_error import pure_error
from symland.problem.problem import Problem
from symland.problem.weights_file import parse_weights
from symland.questions.escalation import SHRINKINGS, smaller
from symland.questions.exact_entry import EXACT, exact_entry
from symland.questions.loss_bounds import bounds, bounds_json, is_nonnegative
from symland.questions.point_json import interval_json, point_json
from symland.questions.refined_slice import causes, slice_claims, slice_document
from symland.search.box_continuum import best_outputs, crossings, places_in_continua
from symland.search.critical_box import NoBox
from symland.search.critical_line import critical_lines
from symland.search.deadline import Deadline
from symland.search.exact_fit import ExactFit
from symland.search.flat_slice import CriticalSlice

__all__ = ["Continuum", "box_continuum"]

BEST = "no other outputs are better for the inputs, and there are more weights than outputs"
MOST_PLACES, EACH = 12, 4
Entered = tuple[str, dict[str, Any], arb, int]
"""A point's name and document, its loss, and the binary places of its claims."""
Continuum = tuple[Callable[[Case], Entered], str]
"""What enters the claims into a case; and why it is a continuum."""


def box_continuum(
    problem: Problem,
    lower: fmpq,
    upper: fmpq,
    starts: Sequence[Sequence[float]],
    deadline: Deadline,
    precision: int = 0,
) -> Continuum | None:
    """A curve of critical points in the cube that the checker accepts; None where none is found.

    Places to which Newton's method leads from the starts are tried, a few of them.

    >>> from symland.problem import Dataset, Network
    >>> line = Problem(Network([1, 1, 1]), Dataset([[1]], [[4]]))
    >>> found = box_continuum(line, fmpq(0), fmpq(3), [[2.2, 2.2]], Deadline(20))
    >>> case = Case(line)
    >>> found[0](case)[1]["kind"], case.check().lines[-1]
    ('global_minimum', 'c2: infinitely many critical points, some near p1, have weights in [0, 3]')
    """
    floats, landscape = FloatLandscape(problem), BallLandscape(problem)
    ends = float(lower.p) / float(lower.q), float(upper.p) / float(upper.q)
    places = list(places_in_continua(floats, starts, ends, deadline))
    for place in _lowest(places, floats):
        if deadline.passed():
            break
        for write, reason in _ways(problem, landscape, place, (lower, upper), deadline, precision):
            trial = Case(problem)
            try:
                write(trial)
            except NoBox:
                continue
            if trial.check().accepted:
                return write, reason
    return None


def _lowest(places: Sequence[Any], floats: FloatLandscape) -> list[Any]:
    """Places by loss, a few of each: the lowest continuum is the one that users ask about."""
    groups: dict[float, list[Any]] = {}
    for place in places:
        groups.setdefault(round(floats.loss(place), 6), []).append(place)
    return [place for _, group in sorted(groups.items()) for place in group[:EACH]][:MOST_PLACES]


def _ways(
    problem: Problem,
    landscape: BallLandscape,
    place: Any,
    ends: tuple[fmpq, fmpq],
    deadline: Deadline,
    precision: int,
) -> Iterator[Continuum]:
    """Certificates that may be accepted, one after another, at a place."""
    try:
        found = best_outputs(problem, place, deadline, precision)
        for fit in _ever_smaller(found):
            yield _Fitted(problem, landscape, fit, ends), BEST
    except (NoBox, ArithmeticError, ValueError):
        pass
    for crossing in crossings(landscape, place, deadline, precision):
        for within in _ever_smaller(crossing):
            yield _Crossed(problem, within, ends), "; ".join(causes(within.counted))
    cube = float(ends[0].p) / float(ends[0].q), float(ends[1].p) / float(ends[1].q)
    for point, direction in critical_lines(FloatLandscape(problem), place, cube):
        line = _Line(problem, landscape, point, direction, ends)
        yield line, line.reason


def _ever_smaller(found: Any) -> Iterator[Any]:
    """The same in smaller boxes and more binary places."""
    for _ in range(SHRINKINGS):
        yield found
        found = smaller(found)


class _Fitted:
    """The claims about a point with the best outputs."""

    def __init__(
        self, problem: Problem, landscape: BallLandscape, found: ExactFit, ends: tuple[fmpq, fmpq]
    ):
        self.problem, self.landscape = problem, landscape
        self.found, self.ends = found, ends

    def __call__(self, case: Case) -> Entered:
        found, shapes = self.found, self.problem.network.shapes
        lines, bits = (found.directions, found.directions), found.box.precision
        name = slice_point(case, shapes, found.midpoint, *lines, found.box.radius)
        minimum = claim_best_outputs(case, name, found.box.inverse, bits)
        not_finite_by_outputs(case, name, *self.ends, minimum)
        flat = len(found.midpoint) - len(found.directions)
        value, loss = self._loss(case, name, bits)
        document = point_json(
            shaped(shapes, [nearest_decimal(x) for x in found.midpoint]),
            None,
            loss,
            "global_minimum",
            "certified",
            critical=True,
            flat={"dimension": flat, "because": [BEST]},
        )
        return name, document, value, bits

    def _loss(self, case: Case, name: str, bits: int) -> tuple[arb, dict[str, Any]]:
        """The loss, and its bounds, claimed unless it is 0 because best outputs are targets."""
        if pure_error(self.problem) == 0:
            return arb(0), interval_json((fmpq(0), fmpq(0)))
        with ctx.workprec(bits):
            value = self.landscape.loss([arb(x) for x in self.found.midpoint])
        low, high = bounds(value, self.found.box.fine, is_nonnegative(self.problem))
        loss_between(case, name, low, high, bits)
        return value, bounds_json(low, high)


class _Crossed:
    """The claims about a critical point in a slice across the continuum."""

    def __init__(self, problem: Problem, found: CriticalSlice, ends: tuple[fmpq, fmpq]):
        self.problem, self.found, self.ends = problem, found, ends

    def __call__(self, case: Case) -> Entered:
        name, kind = slice_claims(case, self.problem, self.found)
        critical = [s["claim"] for s in case.steps if s["rule"] == "krawczyk_slice"][-1]
        not_finite_in_slice(case, name, *self.ends, critical)
        box = self.found.box
        return name, slice_document(self.problem, self.found, kind), box.loss, box.precision


class _Line:
    """The claims about an exact point, and a line of critical points through it."""

    def __init__(
        self,
        problem: Problem,
        landscape: BallLandscape,
        point: list[str],
        direction: list[Fraction],
        ends: tuple[fmpq, fmpq],
    ):
        network = problem.network
        self.problem, self.landscape, self.ends = problem, landscape, ends
        self.weights = parse_weights(shaped(network.shapes, point), network)
        self.direction = direction
        keys = parameter_keys(network.shapes)
        moving = [_words(key) for key, x in zip(keys, direction, strict=True) if x]
        *most, last = moving
        together = f"along a line on which {', '.join(most)} and {last} move"
        where = together if most else f"whatever {last} is"
        self.reason = f"all derivatives vanish {where}"

    def __call__(self, case: Case) -> Entered:
        document, value = exact_entry(case, self.problem, self.landscape, self.weights)
        name = case.point(self.weights.to_json())
        not_finite_along_a_line(case, name, *self.ends, [as_fmpq(x) for x in self.direction])
        zero = (document["inertia"] or {}).get("zero")
        flat = {"dimension": 1 if zero == 1 else None, "because": [self.reason]}
        return name, document | {"flat": flat}, value, EXACT


def _words(key: ParameterKey) -> str:
    """A weight in words.

    >>> _words(("b1", 0)), _words(("W1", 1, 0))
    ('the bias of neuron 1 of layer 1', 'the weight from input 1 to neuron 2 of layer 1')
    >>> _words(("W2", 0, 2))
    'the weight from neuron 3 of layer 1 to neuron 1 of layer 2'
    """
    layer, end = int(key[0][1:]), f"neuron {key[1] + 1} of layer {key[0][1:]}"
    if len(key) == 2:
        return f"the bias of {end}"
    start = f"neuron {key[2] + 1} of layer {layer - 1}" if layer > 1 else f"input {key[2] + 1}"
    return f"the weight from {start} to {end}"
