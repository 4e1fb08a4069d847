"""Claims: a point is a strict saddle; it is a non-strict saddle; it is no local minimum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symland.claims.case import Case, matrix_json, scalar_json
from symland.landscape.deep_linear.curve import Curve

__all__ = [
    "curve_json",
    "direction_json",
    "non_strict_saddle",
    "non_strict_saddle_exactly",
    "not_minimum",
    "strict_saddle",
]


def strict_saddle(
    case: Case, point: str, critical: str, direction: Mapping[str, Any], ascent: Mapping[str, Any]
) -> str:
    """Negative curvature along a direction, ascent along a curve (rule: direction)."""
    witness = {"critical": critical, "direction": direction, "ascent": ascent}
    return case.establish("strict_saddle", {"point": point}, "direction", witness)


def non_strict_saddle(
    case: Case,
    point: str,
    critical: str,
    semidefinite: str,
    descent: Mapping[str, Any],
    ascent: Mapping[str, Any],
) -> str:
    """Semidefinite Hessian, descent along one curve, ascent along another (rule: curve)."""
    witness = {
        "critical": critical,
        "semidefinite": semidefinite,
        "descent": descent,
        "ascent": ascent,
    }
    return case.establish("non_strict_saddle", {"point": point}, "curve", witness)


def not_minimum(case: Case, point: str, descent: Mapping[str, Any]) -> str:
    """The loss falls along a curve (rule: curve), which may start at a kink."""
    return case.establish("not_minimum", {"point": point}, "curve", {"descent": descent})


def non_strict_saddle_exactly(
    case: Case,
    point: str,
    critical: str,
    inertia: str,
    descent: Mapping[str, Any],
    ascent: Mapping[str, Any],
) -> str:
    """The same at a point with log(p/q) entries, from its inertia (rule: logarithms)."""
    witness = {"critical": critical, "inertia": inertia, "descent": descent, "ascent": ascent}
    return case.establish("non_strict_saddle", {"point": point}, "logarithms", witness)


def direction_json(curve: Curve, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, Any]:
    """The first-order part of a curve as a point-shaped table, zeros elsewhere."""
    table: dict[str, Any] = {}
    for name, (rows, columns) in ((n, (*s, 1)[:2]) for n, s in shapes.items()):
        moves = curve.moves.get(int(name[1:]), {})
        zero = [["0"] * columns for _ in range(rows)]
        table[name] = matrix_json(moves[1]) if 1 in moves else zero
    return table


def curve_json(curve: Curve, order: int) -> dict[str, Any]:
    """Entries list coefficients of s^0 (which is 0), s^1, ...; layers at rest are left out."""
    table: dict[str, Any] = {"order": order}
    for k, powers in sorted(curve.moves.items()):
        rows, columns = next(iter(powers.values())).shape
        entries = [
            [
                [powers[a][i, j] if a in powers else 0 for a in range(1, max(powers) + 1)]
                for j in range(columns)
            ]
            for i in range(rows)
        ]
        table[f"W{k}"] = [[["0", *map(scalar_json, x)] for x in row] for row in entries]
    return table
