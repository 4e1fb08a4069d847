"""A point of a deep linear network with squared loss: the complete classification, proved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from symland.claims import curvature, global_minimum, loss_value, saddle
from symland.claims.case import Case
from symland.claims.critical import critical, not_critical
from symland.claims.points import explicit_point
from symland.claims.strata import spectrum
from symland.exact.algebraic_matrix import AlgebraicMatrix
from symland.exact.number_field import enclosure, sign
from symland.exact.rational_matrix import RationalMatrix
from symland.landscape.deep_linear.curve import Curve
from symland.landscape.deep_linear.data import DeepLinear
from symland.landscape.deep_linear.descent import (
    ascent_curve,
    pivot_direction,
    rotation_direction,
)
from symland.landscape.deep_linear.descent_curve import descent_curve
from symland.landscape.deep_linear.inertia import Inertia
from symland.landscape.deep_linear.point import LinearPoint
from symland.landscape.deep_linear.strata import Strata
from symland.landscape.parameters import elements, flat
from symland.landscape.views import exact_system
from symland.questions.point_json import loss_json, point_json
from symland.questions.proof_cost import linear_cost
from symland.questions.weights_numbers import distance
from symland.search.newton import nearby_critical_point
from symland.search.rotation import rotation_pair
from symland.search.separator import separator
from symland.search.short_witness import lower_point_along, short_direction
from symland.search.snap import exact_point_beside

if TYPE_CHECKING:
    from symland.questions.classification import Classification

__all__ = ["classify_linear", "critical_nearby", "prove_inertia", "prove_kind", "prove_point"]

PARAMETERS_OF_AN_ELIMINATION = 200
"""Beyond so many the exact elimination of a Hessian takes the checker too long, and with
irrational entries before."""


def classify_linear(work: Classification, linear: DeepLinear) -> dict[str, Any]:
    """The document of the point; every part of it becomes a claim of the case."""
    if len(work.point.roots) > 1:
        return _several_fields(work, linear)
    strata = Strata(linear)
    values = elements(work.problem.network, exact_system(work.point), work.point)
    point = LinearPoint(strata, tuple(_matrix(rows) for rows in values.values()))
    work.stage("classifying")
    given = prove_point(work, point)
    document: dict[str, Any] = {"given": given}
    if point.kind == "not_critical":
        document["gradient"] = _gradient_json(point)
        document |= critical_nearby(work, point)
    return document


def _matrix(rows: list[list[Any]]) -> Any:
    field = next((x.field for row in rows for x in row if hasattr(x, "field")), None)
    return RationalMatrix(rows) if field is None else AlgebraicMatrix(field, rows)


def _parameters(weights: tuple[Any, ...]) -> dict[str, Any]:
    return {f"W{k}": W.tolist() for k, W in enumerate(weights, start=1)}


def prove_point(work: Classification, point: LinearPoint) -> dict[str, Any]:
    """Claims about the point in the case of `work`, and its document."""
    case = work.case
    name = explicit_point(case, _parameters(point.weights))
    loss_value.value(case, name, point.loss)
    kind = point.kind
    if kind == "not_critical":
        _prove_not_critical(work, point, name)
        return _document(point, "not_critical", None)
    if kind == "constant":
        global_minimum.constant(case)
        zero = (0, 0, point.strata.shape.parameters)
        return _document(point, "global_minimum", zero) | {"local": "constant"}
    fits = linear_cost(work.problem, point)[1].beyond(work.deadline) is None
    is_critical = critical(case, name)
    inertia = prove_inertia(case, point, name) if fits else None
    better = prove_kind(work, point, name, is_critical)
    return _document(point, kind, inertia) | {"better": better}


def prove_kind(work: Classification, point: LinearPoint, name: str, is_critical: str) -> Any:
    """Claims that say what the critical point is; the document of a lower point for a saddle."""
    if point.kind == "strict_saddle":
        return _prove_strict_saddle(work, point, name, is_critical)
    if point.kind == "non_strict_saddle":
        return _prove_non_strict_saddle(work, point, name, is_critical)
    _prove_global(work, point, name)
    if point.inertia[2] == 0:
        curvature.strict_minimum(work.case, name, is_critical)
    return None


def prove_inertia(case: Case, point: LinearPoint, name: str) -> Inertia | None:
    """The inertia by the shorter of its two proofs; None where both are too long."""
    if point.linear.q:
        curvature.inertia_by_barcode(case, name, point.inertia, spectrum(case, point.strata))
    elif point.strata.shape.parameters <= PARAMETERS_OF_AN_ELIMINATION and _rational(point):
        curvature.inertia(case, name, point.inertia)
    else:
        return None
    return point.inertia


def _rational(point: LinearPoint) -> bool:
    return not any(isinstance(W, AlgebraicMatrix) for W in point.weights)


def _document(point: LinearPoint, kind: str, inertia: Any) -> dict[str, Any]:
    parameters = _parameters(point.weights)
    return point_json(
        parameters, _exact_json(point.weights), loss_json(point.loss), kind, "certified", inertia
    )


def _exact_json(weights: tuple[Any, ...]) -> dict[str, Any]:
    """The weights file's object of rational or single-field weights."""
    from symland.claims.case import matrix_json

    table: dict[str, Any] = {f"W{k}": matrix_json(W) for k, W in enumerate(weights, start=1)}
    field = next((W.field for W in weights if isinstance(W, AlgebraicMatrix)), None)
    if field is None:
        return table
    root = {
        "polynomial": [str(c) for c in field.polynomial.coeffs()],
        "interval": [str(end) for end in field.interval],
    }
    return {"root": root, **table}


def _prove_not_critical(work: Classification, point: LinearPoint, name: str) -> None:
    """The largest partial derivative does not vanish."""
    entries = [
        (abs(float(enclosure(x).mid())), [f"W{k}", i, j], x)
        for k in range(1, point.K + 1)
        for i, row in enumerate(point.gradient(k).tolist())
        for j, x in enumerate(row)
        if sign(x)
    ]
    _, parameter, derivative = max(entries, key=lambda entry: entry[0])
    not_critical(work.case, name, parameter, derivative)


def _prove_global(work: Classification, point: LinearPoint, name: str) -> None:
    if point.rank == point.linear.q:
        global_minimum.least_squares(work.case, name, point)
    else:
        global_minimum.best_rank(work.case, name, point, separator(point))


def _prove_strict_saddle(
    work: Classification, point: LinearPoint, name: str, is_critical: str
) -> Any:
    if point.loose_pivots:
        direction = pivot_direction(point, *point.loose_pivots[0])
    else:
        direction = rotation_direction(point, *rotation_pair(point))
    direction = short_direction(point, direction)
    shapes = work.problem.network.shapes
    saddle.strict_saddle(
        work.case, name, is_critical, saddle.direction_json(direction, shapes), _ascent(point)
    )
    return _better(work, point, name, direction)


def _ascent(point: LinearPoint) -> dict[str, Any]:
    ascent = ascent_curve(point)
    return saddle.curve_json(ascent, ascent.lowest(point.linear, point.weights)[0])


def _prove_non_strict_saddle(
    work: Classification, point: LinearPoint, name: str, is_critical: str
) -> Any:
    case = work.case
    semidefinite = curvature.semidefinite_by_pivots(case, name, point, separator(point))
    descent = descent_curve(point)
    order, _ = descent.lowest(point.linear, point.weights)
    saddle.non_strict_saddle(
        case, name, is_critical, semidefinite, saddle.curve_json(descent, order), _ascent(point)
    )
    return _better(work, point, name, descent)


def _better(work: Classification, point: LinearPoint, name: str, curve: Curve) -> Any:
    """A point with lower loss a short way along a descending curve, claimed and written."""
    moved = lower_point_along(point, curve)
    parameters = _parameters(moved.weights)
    loss_value.not_global(work.case, name, explicit_point(work.case, parameters))
    from symland.questions.point_json import decimals_json

    return {
        "weights": {k: decimals_json(v) for k, v in parameters.items()},
        "exact": _exact_json(moved.weights),
        "loss": loss_json(moved.loss),
    }


def _gradient_json(point: LinearPoint) -> dict[str, Any]:
    from symland.questions.point_json import decimals_json

    return {f"W{k}": decimals_json(point.gradient(k).tolist()) for k in range(1, point.K + 1)}


def critical_nearby(work: Classification, point: LinearPoint) -> dict[str, Any]:
    """The critical point that Newton's method reaches, made exact where it can be."""
    from symland.questions.numerical_point import not_reached

    work.stage("refining")
    ends = [""]
    try:
        start = _float_weights(point)
        reached = nearby_critical_point(work.problem, start, work.deadline, tell=ends.append)
        exact = (
            None if reached is None else exact_point_beside(point.strata, reached, work.deadline)
        )
    except OverflowError:
        return {"reason": "no critical point was looked for nearby: numbers too large for floats"}
    if reached is None:
        return not_reached(work.deadline, ends[-1])
    if exact is None:
        return _numerical(work, start, reached, "no exact point was found there")
    too_much = linear_cost(work.problem, exact)[0].beyond(work.deadline)
    if too_much is not None:
        reason = f"an exact point is close by, but proving what it is would take {too_much}"
        return _numerical(work, start, reached, reason)
    work.stage("classifying the critical point nearby")
    refined = prove_point(work, exact)
    return {"refined": refined, "distance": distance(_balls(point), _balls(exact))}


def _float_weights(point: LinearPoint) -> dict[str, Any]:
    """The weights as NumPy arrays by name; raises OverflowError beyond the range of floats."""
    from symland.search.snap import _floats

    return {f"W{k}": _floats(W) for k, W in enumerate(point.weights, start=1)}


def _balls(point: LinearPoint) -> list[Any]:
    """The weights one after another, narrow enough to tell near points apart."""
    rows = [row for W in point.weights for row in W.tolist()]
    return [enclosure(x, 400) for row in rows for x in row]


def _numerical(
    work: Classification, start: Mapping[str, Any], reached: Mapping[str, Any], reason: str
) -> dict[str, Any]:
    from symland.questions.numerical_point import NotReached, not_reached, numerical_point

    shapes = work.problem.network.shapes
    try:
        refined, point = numerical_point(work.problem, flat(shapes, reached), work.deadline, reason)
    except NotReached as why:
        return not_reached(work.deadline, why)
    return {"refined": refined, "distance": distance(flat(shapes, start), point)}


def _several_fields(work: Classification, linear: DeepLinear) -> dict[str, Any]:
    """A point with entries in several fields: the representative of a stratum, or written in one
    field that holds them all."""
    from symland.questions.one_field import MOST_DEGREE
    from symland.questions.recognise import recognised

    found = recognised(work, linear)
    if found is not None:
        return found
    work.write_in_one_field()
    if len(work.point.roots) == 1:
        return classify_linear(work, linear)
    return work.undecided(
        "the point has entries in several number fields, is not one of the points that `symland "
        f"critical` prints, and no field of degree {MOST_DEGREE} or less holds all entries"
    )
