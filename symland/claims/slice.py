"""Claims about a critical point in a slice across the directions along which the loss is constant.

The functions write claims and witnesses; the checker's rules say what they prove.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flint import fmpq

from symland.claims.case import Case
from symland.claims.curvature import inertia_json
from symland.claims.flat_minimum import generator_json
from symland.exact.polynomial import parameter_keys
from symland.landscape.deep_linear.inertia import Inertia
from symland.landscape.parameters import shaped
from symland.problem.network import Network
from symland.search.flat_reasons import Copies, FlatReasons

__all__ = [
    "exact_fit",
    "flat_json",
    "inertia_across",
    "minimum_across",
    "only_critical_in_slice",
    "silent_saddle",
    "slice_point",
    "strict_saddle_between",
]

Shapes = Mapping[str, tuple[int, ...]]
Matrix = Sequence[Sequence[fmpq]]


def slice_point(
    case: Case,
    shapes: Shapes,
    midpoint: Sequence[fmpq],
    directions: Sequence[Mapping[int, fmpq]],
    tests: Sequence[Mapping[int, fmpq]],
    radius: fmpq,
) -> str:
    """The point midpoint + sum y_j d_j, |y_j| <= radius, with derivative 0 along every test."""
    size = range(len(midpoint))
    written: dict[str, Any] = {
        "midpoint": shaped(shapes, [str(x) for x in midpoint]),
        "directions": [[str(d.get(i, 0)) for i in size] for d in directions],
        "radius": [str(radius)] * len(directions),
    }
    if tests != directions:
        written["tests"] = [[str(t.get(i, 0)) for i in size] for t in tests]
    return case.point({"slice": written})


def flat_json(network: Network, reasons: FlatReasons) -> dict[str, Any]:
    """The witness "flat": why the loss does not change along some directions."""
    written: dict[str, list[Any]] = {
        "translations": [_translation(network, t) for t in (*reasons.translations, *reasons.held)],
        "generators": [generator_json(network, g) for g in reasons.generators],
        "copies": [_copies(c) for c in reasons.copies],
        "silent": [{"layer": layer, "neuron": j + 1} for layer, j in reasons.silent],
        "constant": [{"layer": layer, "neuron": j + 1} for layer, j in reasons.constant],
    }
    return {kind: found for kind, found in written.items() if found}


def _translation(network: Network, values: Sequence[fmpq]) -> dict[str, Any]:
    keys = parameter_keys(network.shapes)
    moving = {key[0] for key, x in zip(keys, values, strict=True) if x}
    table = shaped(network.shapes, [str(x) for x in values])
    return {name: rows for name, rows in table.items() if name in moving}


def _copies(copies: Copies) -> dict[str, Any]:
    written: dict[str, Any] = {
        "layer": copies.layer,
        "neurons": [j + 1 for j in copies.neurons],
        "shares": [str(a) for a in copies.shares],
    }
    if any(c != 1 for c in copies.factors):
        written["factors"] = [str(c) for c in copies.factors]
    return written


def only_critical_in_slice(
    case: Case, point: str, inverse: Matrix, reasons: FlatReasons, precision: int
) -> str:
    """The slice holds exactly one critical point (rule: krawczyk_slice)."""
    flat = flat_json(case.problem.network, reasons)
    witness = {"precision": precision, "inverse": _texts(inverse), "flat": flat}
    return case.establish("critical", {"point": point}, "krawczyk_slice", witness)


def inertia_across(
    case: Case,
    point: str,
    found: Inertia,
    transform: Matrix,
    reasons: FlatReasons,
    critical: str,
    precision: int,
) -> str:
    """The signs of the Hessian's eigenvalues, 0 along the flat directions only (rule: flat)."""
    flat = flat_json(case.problem.network, reasons)
    witness = {"critical": critical, "precision": precision}
    about = {"point": point, **inertia_json(found)}
    return case.establish(
        "inertia", about, "flat", {**witness, "flat": flat, "transform": _texts(transform)}
    )


def minimum_across(case: Case, point: str, critical: str, inertia: str) -> str:
    """A local minimum, flat along a manifold and nowhere else (rule: flat)."""
    witness = {"critical": critical, "inertia": inertia}
    return case.establish("minimum", {"point": point}, "flat", witness)


def strict_saddle_between(
    case: Case,
    point: str,
    critical: str,
    descent: Sequence[fmpq],
    ascent: Sequence[fmpq],
    precision: int,
) -> str:
    """A strict saddle, by second derivatives of both signs (rule: intervals)."""
    witness = {"critical": critical, "precision": precision}
    lines = {"descent": [str(x) for x in descent], "ascent": [str(x) for x in ascent]}
    return case.establish("strict_saddle", {"point": point}, "intervals", {**witness, **lines})


def silent_saddle(
    case: Case,
    point: str,
    critical: str,
    inertia: str,
    neuron: tuple[int, int],
    incoming: Sequence[fmpq],
    precision: int,
) -> str:
    """A saddle, not strict, since nothing depends on a neuron (layer from 1, neuron from 0) that
    the loss would hear with other incoming weights, its bias last (rule: silent)."""
    witness = {"critical": critical, "inertia": inertia, "precision": precision}
    about = {"layer": neuron[0], "neuron": neuron[1] + 1, "incoming": [str(x) for x in incoming]}
    return case.establish("non_strict_saddle", {"point": point}, "silent", {**witness, **about})


def exact_fit(case: Case, point: str, inverse: Matrix, precision: int) -> str:
    """The slice holds exactly one point of loss 0 (rule: exact_fit)."""
    witness = {"precision": precision, "inverse": _texts(inverse)}
    return case.establish("global_minimum", {"point": point}, "exact_fit", witness)


def _texts(matrix: Matrix) -> list[list[str]]:
    return [[str(x) for x in row] for row in matrix]
