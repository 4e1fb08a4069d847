"""A point of the parameter space in an answer's JSON document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symland.claims.curvature import inertia_json
from symland.exact.decimals import decimal_bounds, interval_bounds, nearest_decimal
from symland.landscape.deep_linear.inertia import Inertia
from symland.problem.problem import Problem

__all__ = ["decimals_json", "interval_json", "loss_json", "network_json", "point_json"]

_LOCAL_AND_GLOBAL: dict[str, tuple[str | None, bool | None]] = {
    "global_minimum": ("minimum", True),
    "spurious_local_minimum": ("minimum", False),
    "local_minimum": ("minimum", None),
    "strict_saddle": ("strict_saddle", False),
    "non_strict_saddle": ("non_strict_saddle", False),
    "local_maximum": ("maximum", False),
    "not_critical": (None, False),
    "undecided": (None, None),
}


def decimals_json(array: Any) -> Any:
    """Nested lists of numbers as decimals, right to the digits shown."""
    if isinstance(array, (list, tuple)):
        return [decimals_json(x) for x in array]
    return array if isinstance(array, str) else nearest_decimal(array)


def loss_json(value: Any) -> dict[str, Any]:
    """Bounds of an exact loss, and the number itself where it is rational."""
    lower, upper = decimal_bounds(value)
    exact = None if hasattr(value, "field") and value.poly.degree() > 0 else value
    if exact is not None and hasattr(exact, "poly"):
        exact = exact.poly[0]
    return {"lower": lower, "upper": upper, "exact": None if exact is None else str(exact)}


def interval_json(interval: tuple[Any, Any]) -> dict[str, Any]:
    """Bounds of a number in a rational interval, and the number itself where the ends meet."""
    lower, upper = interval_bounds(*interval)
    exact = str(interval[0]) if interval[0] == interval[1] else None
    return {"lower": lower, "upper": upper, "exact": exact}


def point_json(
    weights: Mapping[str, Any],
    exact: Mapping[str, Any] | None,
    loss: Mapping[str, Any] | None,
    kind: str,
    status: str,
    inertia: Inertia | None = None,
    **other: Any,
) -> dict[str, Any]:
    """The document of a point; `local` and `global` follow from the kind unless given."""
    local, is_global = _LOCAL_AND_GLOBAL[kind]
    if inertia is not None and local == "minimum" and inertia[2] == 0:
        local = "strict_minimum"
    document = {
        "weights": {name: decimals_json(array) for name, array in weights.items()},
        "exact": exact,
        "loss": loss,
        "inertia": None if inertia is None else inertia_json(inertia),
        "critical": {"not_critical": False, "undecided": None}.get(kind, True),
        "local": local,
        "global": is_global,
        "kind": kind,
        "status": status,
        "better": None,
    }
    return document | other


def network_json(problem: Problem) -> dict[str, Any]:
    """Sizes of the network and its data."""
    return {
        "widths": list(problem.network.widths),
        "activations": [str(a) for a in problem.network.activations],
        "parameters": problem.network.parameter_count,
        "samples": problem.sample_count,
    }
