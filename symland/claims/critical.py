"""Claims: a point is critical; it is not, and here is a derivative that does not vanish."""

from __future__ import annotations

from typing import Any

from symland.claims.case import Case, scalar_json

__all__ = ["critical", "not_critical", "residual"]


def critical(case: Case, point: str) -> str:
    """The gradient vanishes at the point (rule: substitution)."""
    return case.establish("critical", {"point": point}, "substitution", {})


def not_critical(case: Case, point: str, parameter: list[Any], derivative: Any) -> str:
    """The named partial derivative has this value, which is not zero (rule: substitution)."""
    about = {"point": point, "parameter": parameter, "derivative": scalar_json(derivative)}
    return case.establish("not_critical", about, "substitution", {})


def residual(case: Case, point: str, layer: int, vanishes: bool) -> str:
    """Whether (W_K ... W_{layer+1})' (M A - B) is zero at the point (rule: substitution)."""
    about = {"point": point, "layer": layer, "vanishes": vanishes}
    return case.establish("residual", about, "substitution", {})
