"""Claims about points in a cell of a network with relu or leaky_relu, or at its kinks.

The functions write claims and witnesses; the checker's rules say what they prove.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import fmpq

from symland.claims.case import Case
from symland.claims.curvature import inertia_json
from symland.landscape.deep_linear.inertia import Inertia
from symland.landscape.parameters import shaped
from symland.problem.network import Network
from symland.search.cell_flows import CellFlows

__all__ = [
    "convex_cell_minimum",
    "flows_json",
    "inertia_in_cell",
    "kink_minimum",
    "only_critical_in_cell",
]

Matrix = Sequence[Sequence[fmpq]]


def flows_json(network: Network, flows: CellFlows) -> dict[str, Any]:
    """The witness "flat" of the rules of cells."""
    written: dict[str, Any] = {}
    if flows.translations:
        written["translations"] = [
            shaped(network.shapes, [str(x) for x in line]) for line in flows.translations
        ]
    if flows.generators:
        written["generators"] = [
            {
                str(g.layer): {
                    "matrix": [[str(x) for x in row] for row in g.matrix],
                    "shift": [str(x) for x in g.shift],
                }
            }
            for g in flows.generators
        ]
    if flows.exchanges:
        written["exchanges"] = [
            {"layer": x.layer, "neurons": [j + 1 for j in x.neurons]} for x in flows.exchanges
        ]
    return written


def only_critical_in_cell(
    case: Case, point: str, inverse: Matrix, flows: CellFlows, precision: int
) -> str:
    """The slice holds exactly one critical point (rule: krawczyk_cell)."""
    flat = flows_json(case.problem.network, flows)
    witness = {"precision": precision, "inverse": _texts(inverse), "flat": flat}
    return case.establish("critical", {"point": point}, "krawczyk_cell", witness)


def inertia_in_cell(
    case: Case,
    point: str,
    found: Inertia,
    transform: Matrix,
    flows: CellFlows,
    critical: str,
    precision: int,
) -> str:
    """The signs of the Hessian's eigenvalues, 0 along the flows only (rule: cell)."""
    witness = {
        "critical": critical,
        "precision": precision,
        "flat": flows_json(case.problem.network, flows),
        "transform": _texts(transform),
    }
    return case.establish("inertia", {"point": point, **inertia_json(found)}, "cell", witness)


def kink_minimum(
    case: Case,
    point: str,
    inverse: Matrix,
    flows: CellFlows,
    transform: Matrix,
    absent: Sequence[int],
    precision: int,
) -> str:
    """A local minimum at kinks, and of neurons that a regularizer cuts off (rule: kinks)."""
    witness = {
        "precision": precision,
        "inverse": _texts(inverse),
        "flat": flows_json(case.problem.network, flows),
        "transform": _texts(transform),
        "absent": [j + 1 for j in absent],
    }
    return case.establish("minimum", {"point": point}, "kinks", witness)


def convex_cell_minimum(
    case: Case,
    point: str,
    inverse: Matrix,
    held: Sequence[int],
    translations: Matrix,
    precision: int,
) -> str:
    """A local minimum, as the loss is convex in the outputs (rule: convex_cell)."""
    witness = {
        "precision": precision,
        "inverse": _texts(inverse),
        "held_incoming": [j + 1 for j in held],
        "translations": _texts(translations),
    }
    return case.establish("minimum", {"point": point}, "convex_cell", witness)


def _texts(matrix: Matrix) -> list[list[str]]:
    return [[str(x) for x in row] for row in matrix]
