"""Points that fit the data as well as any function does, so that all their images do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flint import arb, fmpq

from symland.claims import loss_value
from symland.claims.case import Case
from symland.claims.enclosures import loss_exactly
from symland.claims.global_minimum import balanced_outputs
from symland.claims.replication import replicated_best_outputs, replicated_global_minima
from symland.exact.rational_matrix import as_fmpq
from symland.landscape.number_systems.number_system import Kink, MissingFunction
from symland.landscape.parameters import flat, shaped
from symland.landscape.pure_error import pure_error
from symland.problem.problem import Problem
from symland.problem.weights import Weights
from symland.questions.point_json import loss_json
from symland.questions.refined_slice import certified_fit, nearly_fits
from symland.questions.replicated_image import PRECISION, claimed_loss, critical_point
from symland.questions.weights_numbers import distance, rounded_entries
from symland.search.critical_box import NoBox
from symland.search.deadline import Deadline
from symland.search.newton import nearby_critical_point

__all__ = ["fit_as_given", "fit_nearby"]


def fit_as_given(
    problem: Problem, given: Weights, layer: int, neuron: int
) -> tuple[Case, dict[str, Any]] | None:
    """The case that all images of the point are global minima, because its outputs are best for
    every input, and the document of the point; None where the checker does not accept that.

    >>> from symland.problem import Dataset, Network, parse_weights
    >>> twice = Problem(Network((1, 1, 1), "square"), Dataset([[1], [1]], [[2], [4]]))
    >>> point = parse_weights({"W1": [[1]], "W2": [[3]]}, twice.network)
    >>> case, found = fit_as_given(twice, point, 1, 1)
    >>> case.check().lines[-1], found["loss"]["exact"]
    ('c2: all images of p1 by neuron 1 of layer 1 are global minima', '1')
    """
    for case, value in _claimed(problem, given, layer, neuron):
        if case.check().accepted:
            name = case.claims[0]["point"]
            known = claimed_loss(case, problem, given, name, None) if value is None else value
            return case, critical_point(problem, given, None, known, None)
    return None


def _claimed(
    problem: Problem, given: Weights, layer: int, neuron: int
) -> Iterator[tuple[Case, dict[str, Any] | None]]:
    """Cases to try, with the loss where it is known."""
    value = as_fmpq(pure_error(problem) or fmpq(0))
    for claim in (loss_value.value, loss_exactly):
        case = Case(problem)
        name = case.point(given.to_json())
        replicated_global_minima(case, name, layer, neuron, claim(case, name, value))
        yield case, loss_json(value)
    if problem.loss.kind != "squared":
        case = Case(problem)
        name = case.point(given.to_json())
        replicated_best_outputs(case, name, layer, neuron, balanced_outputs(case, name))
        yield case, None


def fit_nearby(
    problem: Problem, given: Weights, layer: int, neuron: int, deadline: Deadline
) -> tuple[Case, dict[str, Any], list[fmpq]] | None:
    """The same for a point near the given one, and the midpoint of the slice that holds it.

    >>> from symland.problem import Dataset, Network, parse_weights
    >>> twice = Problem(Network((1, 1, 1), "sigmoid"), Dataset([[0], [0]], [[2], [4]]))
    >>> point = parse_weights({"W1": [[1]], "W2": [["5.999"]]}, twice.network)
    >>> case, found, _ = fit_nearby(twice, point, 1, 1, Deadline(9))
    >>> found["weights"]
    {'W1': [['1']], 'W2': [['6']]}
    """
    import numpy as np

    shapes = problem.network.shapes
    start = [float(x) for x in flat(shapes, rounded_entries(given))]
    if not np.isfinite(start).all():
        return None
    reached = nearby_critical_point(problem, shaped(shapes, start), deadline)
    place = np.array(start if reached is None else flat(shapes, reached), dtype=float)
    if not nearly_fits(problem, place):
        return None
    case = Case(problem)
    try:
        document, found = certified_fit(case, place, deadline, PRECISION)
    except (NoBox, Kink, MissingFunction):
        return None
    minimum = case.claims[0]
    replicated_best_outputs(case, minimum["point"], layer, neuron, minimum["name"])
    if not case.check().accepted:
        return None
    away = distance(start, [arb(x) for x in found.midpoint], found.box.spread)
    known = {"weights": document["weights"], "exact": None, "distance": away}
    point = critical_point(problem, given, None, document["loss"], None) | known
    return case, point, found.midpoint
