"""Claims: the inertia of the Hessian at a point; it is positive semidefinite."""

from __future__ import annotations

from typing import Any

from symland.claims.case import Case, matrix_json, scalar_json
from symland.landscape.deep_linear.inertia import Inertia
from symland.landscape.deep_linear.point import LinearPoint

__all__ = [
    "inertia",
    "inertia_by_barcode",
    "inertia_json",
    "semidefinite",
    "semidefinite_by_pivots",
    "strict_minimum",
]


def inertia_json(found: Inertia) -> dict[str, int]:
    """The three counts by name."""
    return {"positive": found[0], "negative": found[1], "zero": found[2]}


def inertia(case: Case, point: str, found: Inertia) -> str:
    """The signs of the Hessian's eigenvalues, by exact symmetric elimination (rule: ldl)."""
    return case.establish("inertia", {"point": point, **inertia_json(found)}, "ldl", {})


def inertia_by_barcode(case: Case, point: str, found: Inertia, spectrum: str) -> str:
    """The same at a critical point of a deep linear network, from word ranks (rule: barcode)."""
    about = {"point": point, **inertia_json(found)}
    return case.establish("inertia", about, "barcode", {"spectrum": spectrum})


def semidefinite(case: Case, point: str) -> str:
    """No negative eigenvalue, by exact symmetric elimination (rule: ldl)."""
    return case.establish("semidefinite", {"point": point}, "ldl", {})


def semidefinite_by_pivots(case: Case, point: str, found: LinearPoint, separator: Any) -> str:
    """No negative eigenvalue: top eigenvalues taken, all pivots tight (rule: tight_pivots)."""
    return case.establish(
        "semidefinite", {"point": point}, "tight_pivots", spectral_witness(found, separator)
    )


def strict_minimum(case: Case, point: str, critical: str) -> str:
    """A critical point with positive definite Hessian (rule: ldl)."""
    return case.establish("strict_minimum", {"point": point}, "ldl", {"critical": critical})


def spectral_witness(found: LinearPoint, separator: Any) -> dict[str, Any]:
    """A basis of col(MA), the number between the eigenvalues taken and left, and M*."""
    return {
        "basis": matrix_json(found.basis),
        "separator": scalar_json(separator),
        "least_squares": matrix_json(found.linear.least_squares),
    }
