"""Claims about complex critical points of polynomial networks, each the only one in its box.

The functions write claims and witnesses; the checker's rules say what they prove.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flint import fmpq

from symland.claims.case import Case
from symland.enclosure.complex_box import ComplexBox
from symland.landscape.parameters import shaped

__all__ = [
    "complex_box_point",
    "different_complex_points",
    "not_real_in_box",
    "only_complex_critical",
    "real_in_box",
]

Shapes = Mapping[str, tuple[int, ...]]


def complex_box_point(case: Case, shapes: Shapes, box: ComplexBox) -> str:
    """The point that is the only complex critical one in the box."""
    parts = {
        "real": box.real,
        "imaginary": box.imaginary,
        "radius": [box.radius] * len(box.real),
    }
    written = {name: shaped(shapes, [str(x) for x in part]) for name, part in parts.items()}
    return case.point({"box": written})


def only_complex_critical(case: Case, point: str, box: ComplexBox) -> str:
    """The box of the point holds exactly one complex critical point (rule: krawczyk)."""
    real, imaginary = map(_texts, box.inverse)
    witness = {
        "precision": box.precision,
        "inverse": {"real": real, "imaginary": imaginary},
    }
    return case.establish("complex_critical", {"point": point}, "krawczyk", witness)


def real_in_box(case: Case, point: str) -> str:
    """The point is real, its box being symmetric under conjugation (rule: conjugation)."""
    return case.establish("complex_real", {"point": point}, "conjugation", {})


def not_real_in_box(case: Case, point: str, parameter: Sequence[str | int]) -> str:
    """This parameter of the point, ("W1", row, column) or ("b1", row) from 0, is not real."""
    witness = {"parameter": list(parameter)}
    return case.establish("complex_not_real", {"point": point}, "imaginary_part", witness)


def different_complex_points(case: Case, points: Sequence[str]) -> str:
    """No two of the points are the same (rule: disjoint_boxes)."""
    about = {"points": list(points)}
    return case.establish("complex_distinct", about, "disjoint_boxes", {})


def _texts(matrix: Sequence[Sequence[fmpq]]) -> list[list[str]]:
    return [[str(x) for x in row] for row in matrix]
