"""Claims about ways out of critical points: falling segments, and non-attracting regions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from symland.claims.case import Case

__all__ = ["decreasing_segment", "image", "non_attracting"]


def image(layer: int, neuron: int, shares: Sequence[Fraction]) -> dict[str, Any]:
    """The image of a point whose neuron has one copy for each share; the shares have the sum 1.

    >>> image(1, 1, [Fraction(3, 2), Fraction(-1, 2)])
    {'layer': 1, 'neuron': 1, 'shares': ['3/2', '-1/2']}
    """
    return {"layer": layer, "neuron": neuron, "shares": [str(x) for x in shares]}


def decreasing_segment(
    case: Case,
    point: str,
    direction: Mapping[str, Any],
    cells: Sequence[Fraction],
    critical: str,
    precision: int,
    start: Mapping[str, Any] | None = None,
) -> str:
    """The loss falls strictly from the point, or from its image ``start``, along the direction.

    The direction has the shapes of the weights there; ``cells`` are the ends of the cells, the
    last one the length; ``critical`` is the claim that the point is critical (rule: intervals).
    """
    about: dict[str, Any] = {"point": point, "direction": dict(direction), "length": str(cells[-1])}
    if start is not None:
        about["image"] = dict(start)
    witness = {"critical": critical, "precision": precision, "cells": [str(x) for x in cells]}
    return case.establish("decreasing_segment", about, "intervals", witness)


def non_attracting(case: Case, minima: str, way_out: str) -> str:
    """The local minima of a claim on replicated neurons lie in non-attracting regions.

    ``way_out`` is a claim of replicated_saddles, or of a decreasing segment (rule: exit).
    """
    return case.establish("non_attracting", {"minima": minima}, "exit", {"exit": way_out})
