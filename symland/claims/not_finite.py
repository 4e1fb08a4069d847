"""Claims about infinitely many critical points in a cube of weights, and about best outputs.

The functions write claims and witnesses; the checker's rules say what they prove.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq

from symland.claims.case import Case

__all__ = [
    "best_outputs",
    "not_finite_along_a_line",
    "not_finite_by_outputs",
    "not_finite_in_slice",
]


def not_finite_in_slice(case: Case, point: str, lower: fmpq, upper: fmpq, critical: str) -> str:
    """A curve of critical points with all weights in [lower, upper] leads through the point of a
    slice, which the claim `critical` is about (rule: slice)."""
    about = {"point": point, "lower": str(lower), "upper": str(upper)}
    return case.establish("not_finite", about, "slice", {"critical": critical})


def best_outputs(case: Case, point: str, inverse: Sequence[Sequence[fmpq]], precision: int) -> str:
    """The slice holds exactly one point with the best outputs for all inputs, where the loss is
    least (rule: best_outputs)."""
    rows = [[str(x) for x in row] for row in inverse]
    witness = {"precision": precision, "inverse": rows}
    return case.establish("global_minimum", {"point": point}, "best_outputs", witness)


def not_finite_by_outputs(case: Case, point: str, lower: fmpq, upper: fmpq, minimum: str) -> str:
    """A curve of such points leads through the one that the claim `minimum` is about
    (rule: best_outputs)."""
    about = {"point": point, "lower": str(lower), "upper": str(upper)}
    return case.establish("not_finite", about, "best_outputs", {"minimum": minimum})


def not_finite_along_a_line(
    case: Case, point: str, lower: fmpq, upper: fmpq, direction: Sequence[fmpq]
) -> str:
    """All points of a line through an exact point are critical (rule: line)."""
    about = {"point": point, "lower": str(lower), "upper": str(upper)}
    return case.establish("not_finite", about, "line", {"direction": [str(x) for x in direction]})
