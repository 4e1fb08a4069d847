"""Losses that do not depend on the weights: every point is critical, and a global minimum."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from flint import ctx, fmpq

from symland.claims import loss_value
from symland.claims.case import Case
from symland.claims.enclosures import loss_between, loss_exactly
from symland.claims.global_minimum import constant
from symland.enclosure.dyadic import simple_rational
from symland.exact.rational_matrix import as_fmpq
from symland.landscape.ball_landscape import BallLandscape
from symland.landscape.number_systems.arb_balls import balls
from symland.problem.problem import Problem
from symland.questions.loss_bounds import bounds, bounds_json, is_nonnegative
from symland.questions.point_json import loss_json, network_json, point_json
from symland.questions.weights_numbers import rounded_entries

if TYPE_CHECKING:
    from symland.questions.classification import Classification

__all__ = ["classify_constant", "constant_critical_set"]

PRECISION = 256


def classify_constant(work: Classification) -> dict[str, Any]:
    """The document of any point; that the loss is constant becomes a claim of the case."""
    constant(work.case)
    exact = work.point.to_json()
    points = [_origin(work.problem)] if work.point.roots else [exact, _origin(work.problem)]
    loss = _loss(work.case, work.problem, points)
    signs = (0, 0, work.problem.network.parameter_count)
    entries = rounded_entries(work.point)
    given = point_json(entries, exact, loss, "global_minimum", "certified", signs, local="constant")
    return {"given": given}


def constant_critical_set(problem: Problem) -> tuple[Case, dict[str, Any]]:
    """The case and the document: the whole space, one stratum."""
    case, count, origin = Case(problem), problem.network.parameter_count, _origin(problem)
    constant(case)
    loss = _loss(case, problem, [origin])
    inertia = {"positive": 0, "negative": 0, "zero": count}
    signs = (0, 0, count)
    row = {
        "loss": None if loss is None else {**loss, "polynomial": None},
        "rank": 0,
        "eigenvalues": [],
        "dimension": count,
        "inertia": inertia,
        "kind": "global_minimum",
        "status": "certified",
        "points": [
            point_json(origin, origin, loss, "global_minimum", "certified", signs, local="constant")
        ],
        "count": 1,
        "inertia_range": {name: [n, n] for name, n in inertia.items()},
    }
    return case, {
        "problem": problem.name,
        "network": network_json(problem),
        "spectrum": _spectrum(problem),
        "critical_set": {
            "status": "certified",
            "kind": "not_finite",
            "complex_count": None,
            "real_count": None,
            "dimension": count,
            "coercive": False,
            "strata_complete": True,
            "reason": f"{_why(problem)}, so the loss is constant",
        },
        "points": [],
        "strata": [row],
    }


def _why(problem: Problem) -> str:
    """What is 0: the loss weights, the outputs, or the outputs of the samples that count.

    >>> from symland.problem import Dataset, Loss, Network
    >>> def why(weights, inputs=((0,), (0,))):
    ...     loss = Loss("squared", weights=weights)
    ...     return _why(Problem(Network([1, 1]), Dataset(inputs, [[1], [2]]), loss))
    >>> why(None), why([[0], [0]])
    ('the outputs are 0 for all weights', 'all loss weights are 0')
    >>> why([[0], [1]])
    'the outputs are 0 for all weights at every sample whose loss weights are not all 0'
    """
    rows = problem.loss.weights
    if rows is None or all(any(row) for row in rows):
        return "the outputs are 0 for all weights"
    if any(map(any, rows)):
        return "the outputs are 0 for all weights at every sample whose loss weights are not all 0"
    return "all loss weights are 0"


def _spectrum(problem: Problem) -> dict[str, Any] | None:
    """Of Sigma, which is 0, where the structure theorem speaks of it: in linear networks."""
    if any(a.name != "linear" for a in problem.network.activations):
        return None
    return {"eigenvalues": [], "zero": problem.network.widths[-1], "rank_max": 0}


def _origin(problem: Problem) -> dict[str, Any]:
    return {
        name: ["0"] * shape[0] if len(shape) == 1 else [["0"] * shape[1] for _ in range(shape[0])]
        for name, shape in problem.network.shapes.items()
    }


def _loss(case: Case, problem: Problem, points: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The loss with its claim at the first of the points where one is accepted: exact if rational,
    else between bounds."""
    with ctx.workprec(PRECISION):
        zeros = [balls.number(0)] * problem.network.parameter_count
        found = BallLandscape(problem).loss(zeros)
    near = simple_rational(found, PRECISION)
    lower, upper = bounds(found, PRECISION - 40, is_nonnegative(problem))

    def between(trial: Case, name: str) -> str:
        return loss_between(trial, name, lower, upper, PRECISION)

    ways: list[tuple[Callable[[Case, str], str], Mapping[str, Any]]] = []
    if near is not None:
        number: fmpq = as_fmpq(near)
        exactly = loss_json(number)
        ways.append((lambda trial, name: loss_value.value(trial, name, number), exactly))
        ways.append((lambda trial, name: loss_exactly(trial, name, number), exactly))
    ways.append((between, bounds_json(lower, upper)))
    for write, document in ways:
        for point in points:
            trial = Case(problem)
            write(trial, trial.point(point))
            if trial.check().accepted:
                write(case, case.point(point))
                return dict(document)
    return None
