"""All critical points with every weight in an interval, certified complete."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from flint import fmpq

from symland.claims.case import Case
from symland.claims.enclosures import all_critical, not_global_between
from symland.claims.flat_minimum import generator_json
from symland.landscape.number_systems.power_series import ORDER
from symland.problem.errors import InputError
from symland.problem.problem import Problem
from symland.questions.answer import Stage
from symland.questions.box_continuum import Continuum, Entered, box_continuum
from symland.questions.degenerate_entry import accepted_degenerate, degenerate_entry
from symland.questions.leaf_seconds import leaf_seconds
from symland.questions.only_critical import only_critical_in_box
from symland.questions.refined_point import accepted_box, box_claims, box_document
from symland.questions.unknown_set import undecided_set, unknown_set
from symland.search.box_cover import BoxCover, cover
from symland.search.box_points import BoxPoints, Demands, NotCovered
from symland.search.box_relative import RelativeGradient
from symland.search.critical_box import CriticalBox
from symland.search.critical_starts import IDLE, critical_starts
from symland.search.deadline import Deadline
from symland.search.degenerate_box import DegenerateBox

__all__ = ["MOST_PARAMETERS", "STRICTNESS", "box_critical_set"]

MOST_PARAMETERS = 6
"""Parameters beyond which no cover of a cube is tried."""
LARGEST = 10**100
"""Weights beyond which no cover is tried: starts and midpoints are floats, and so are squares."""
LONGEST = 1000
"""Binary digits of the ends, above or below the bar, beyond which they are not made floats."""
STARTS = 40
ALONE = 0.5
"""The part of the rest of the budget in which isolated points are looked for, where there is a
continuum, or no cover; proofs of those found, and the check, are made in the rest of that."""
MISSING = "other critical points may be missing from the list"
CONTINUUM = 0.25
"""The part of the budget in which a continuum of critical points is looked for at most."""
PLACES = 30
"""Binary places that remain of a balance in the thinnest box that it excludes."""
STRICTNESS = ((0.005, 60), (0.05, 120), (0.3, 240))
"""By how much of its width an enclosure has to stay away from 0, and the checker's binary places:
the first as a rule, the others where the checker refuses what the search took for settled."""

LARGE = 120
"""Binary places at least where exp neurons may be as large as `RelativeGradient` takes them."""


def box_critical_set(
    problem: Problem,
    lower: fmpq,
    upper: fmpq,
    seed: int,
    deadline: Deadline,
    tell: Stage,
    precision: int = 0,
    strictness: tuple[float, int] = STRICTNESS[0],
) -> tuple[Case | None, dict[str, Any]]:
    """The case and the document of all critical points with weights in [lower, upper].

    Branch and bound with interval derivatives; complete and proved, or undecided with the reason
    and the points that were found, each certified. Or not finite: with the proof of a curve of
    critical points in the cube, and the isolated ones that were found.
    `strictness` is one of `STRICTNESS`.
    """
    margin, bits = strictness
    if RelativeGradient(problem).known:
        bits = max(bits, LARGE)
    if lower >= upper:
        raise InputError(f"box: {lower}, {upper}, expected the lower end first")
    alone = only_critical_in_box(problem, lower, upper, seed, deadline, precision)
    if alone is not None:
        return alone
    size = problem.network.parameter_count
    if size > MOST_PARAMETERS:
        return None, _undecided(
            problem, lower, upper, f"{size} parameters, a box is covered up to {MOST_PARAMETERS}"
        )
    if any(a.name in ("relu", "leaky_relu") for a in problem.network.activations):
        return None, _undecided(problem, lower, upper, "an activation has a kink")
    if max(abs(lower), abs(upper)) > LARGEST:
        return None, _undecided(problem, lower, upper, "the box reaches beyond 1e100")
    if max(int(abs(x)).bit_length() for end in (lower, upper) for x in (end.p, end.q)) > LONGEST:
        return None, _undecided(problem, lower, upper, "the ends of the box have too many digits")
    starts = _starts(problem, lower, upper, seed)
    tell("looking for a continuum of critical points")
    limit = Deadline(CONTINUUM * deadline.remaining())
    continuum = box_continuum(problem, lower, upper, starts, limit, precision)
    if continuum is not None:
        tell("looking for critical points beside the continuum")
        boxes = _isolated(problem, (lower, upper), seed, deadline, precision)
        return _not_finite(problem, lower, upper, continuum, boxes)
    tell("covering the box")
    demands = Demands(
        margin,
        lambda box: _accepted(problem, box),
        leaf_seconds(problem, lower, upper, bits),
    )
    try:
        found = cover(problem, lower, upper, starts, deadline, precision, demands)
    except NotCovered as reason:
        if reason.continuum is not None:
            tell("looking for a continuum near a place of the cover")
            limit = Deadline(CONTINUUM * deadline.remaining())
            near = [reason.continuum]
            continuum = box_continuum(problem, lower, upper, near, limit, precision)
        tell("looking for critical points, though the list will not be complete")
        known, ends = reason.points, (lower, upper)
        boxes = _isolated(problem, ends, seed, deadline, precision, known)
        if continuum is not None:
            return _not_finite(problem, lower, upper, continuum, boxes)
        return _found(problem, lower, upper, boxes, str(reason))
    tell(f"checking a cover by {(len(found.nodes) + 1) // 2} boxes")
    return _proved(problem, lower, upper, found, bits)


def _starts(problem: Problem, lower: fmpq, upper: fmpq, seed: int) -> list[list[float]]:
    """Uniform in the cube."""
    import numpy as np

    random = np.random.default_rng(seed)
    size = STARTS, problem.network.parameter_count
    ends = float(lower.p) / float(lower.q), float(upper.p) / float(upper.q)
    found: list[list[float]] = random.uniform(*ends, size=size).tolist()
    return found


def _proved(
    problem: Problem, lower: fmpq, upper: fmpq, found: BoxCover, bits: int
) -> tuple[Case, dict[str, Any]]:
    case = Case(problem)
    names, points = _listed(case, problem, found.points)
    balances = [generator_json(problem.network, g) for g in found.balances]
    minors = None if found.minors is None else found.minors.to_json()
    order = ORDER if found.expanded else None
    # Balances are quadratic in the weights.
    bits = max(bits, PLACES - 2 * math.frexp(found.thinnest)[1])
    symmetries, scaled = _symmetries(found), found.scaled
    all_critical(
        case, names, lower, upper, found.nodes, bits, symmetries, balances, minors, order, scaled
    )
    document = unknown_set(problem) | {"box": [str(lower), str(upper)]}
    document["critical_set"] |= {
        "status": "certified",
        "real_count": len(names),
        "reason": f"a cover of the box by {(len(found.nodes) + 1) // 2} smaller ones",
    }
    document["points"] = points
    return case, document


def _not_finite(
    problem: Problem,
    lower: fmpq,
    upper: fmpq,
    continuum: Continuum,
    boxes: Sequence[CriticalBox],
) -> tuple[Case, dict[str, Any]]:
    """Infinitely many critical points in the cube; one of them is listed, and the isolated ones
    that were found."""
    write, why = continuum
    case = Case(problem)
    document = unknown_set(problem) | {"box": [str(lower), str(upper)]}
    document["points"] = _listed(case, problem, boxes, [write(case)])[1]
    document["critical_set"] |= {
        "status": "certified",
        "kind": "not_finite",
        "reason": (
            f"a curve of critical points in the box leads through one of those listed: {why}; "
            f"{MISSING}"
        ),
    }
    return case, document


def _isolated(
    problem: Problem,
    ends: tuple[fmpq, fmpq],
    seed: int,
    deadline: Deadline,
    precision: int,
    known: Sequence[CriticalBox] = (),
) -> list[CriticalBox]:
    """The critical points with regular Hessian that Newton's method finds from many starts, beside
    those known."""
    cube = float(ends[0].p) / float(ends[0].q), float(ends[1].p) / float(ends[1].q)
    limit = Deadline(ALONE * deadline.remaining())
    reached = critical_starts(problem, [], seed, limit, idle=IDLE, cube=cube).regular
    demands = Demands(accepted=lambda box: _accepted(problem, box))
    limit = Deadline(ALONE * deadline.remaining())
    points = BoxPoints(problem, *ends, limit, precision, demands)
    points.found.extend(known)
    room = 1e-6 * points.width
    # The lowest first, in case that the time is over before all are proved.
    for place in sorted(reached, key=points.floats.loss):
        inside = points.ends[0] - room <= place.min() <= place.max() <= points.ends[1] + room
        # What forbids a cover is no obstacle here.
        if inside and not points.known(place):
            with suppress(NotCovered):
                points.look_from([place.tolist()])
    return points.found


def _symmetries(found: BoxCover) -> dict[str, Any] | None:
    """The maps for which boxes are left out, as the certificate has them."""
    if not found.domain.maps:
        return None
    images = found.domain.images(found.points)
    maps = [
        {"neurons": {str(k): list(entries) for k, entries in g.neurons.items()}, "images": row}
        for g, row in zip(found.domain.maps, images, strict=True)
    ]
    return {"direction": list(found.domain.direction), "maps": maps}


def _found(
    problem: Problem, lower: fmpq, upper: fmpq, boxes: Sequence[CriticalBox], reason: str
) -> tuple[Case | None, dict[str, Any]]:
    """Undecided whether these are all critical points in the cube, each certified by itself."""
    document = _undecided(problem, lower, upper, reason)
    if not boxes:
        return None, document
    case = Case(problem)
    document["points"] = _listed(case, problem, boxes)[1]
    return case, document | {"verdict": "undecided"}


def _accepted(problem: Problem, box: CriticalBox) -> CriticalBox:
    """The box made so small that the checker accepts it; else `NoBox`."""
    if isinstance(box, DegenerateBox):
        return accepted_degenerate(problem, box)
    return accepted_box(problem, box)


def _listed(
    case: Case, problem: Problem, boxes: Sequence[CriticalBox], others: Sequence[Entered] = ()
) -> tuple[list[str], list[dict[str, Any]]]:
    """The names of the points in the order given, and their documents by increasing loss, with
    those of others that the case has already."""
    entered = []
    for box in boxes:
        if isinstance(box, DegenerateBox):
            entered.append(degenerate_entry(case, problem, box))
            continue
        name, kind = box_claims(case, problem, box)
        entered.append((name, box_document(problem, box, kind), box.loss, box.precision))
    points = [*others, *entered]
    _compare(case, points)
    documents = sorted((p[1] for p in points), key=lambda p: float(p["loss"]["lower"]))
    return [p[0] for p in entered], documents


def _compare(case: Case, points: Sequence[Entered]) -> None:
    """Minima above the lowest point of the list are spurious."""
    if not points:
        return
    lowest, best, least, bits = min(points, key=lambda p: float(p[2].mid()))
    for name, document, loss, places in points:
        if document["kind"] == "local_minimum" and least < loss:
            not_global_between(case, name, lowest, max(bits, places))
            document |= {
                "kind": "spurious_local_minimum",
                "global": False,
                "better": {key: best[key] for key in ("weights", "loss")},
            }


def _undecided(problem: Problem, lower: fmpq, upper: fmpq, reason: str) -> dict[str, Any]:
    document = undecided_set(problem, f"not decided: {reason}")
    return document | {"box": [str(lower), str(upper)]}
