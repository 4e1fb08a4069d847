"""Three points on a line that show that a loss is not convex, or not concave."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from symland.claims import convexity
from symland.claims.points import explicit_point
from symland.landscape.float_landscape import FloatLandscape
from symland.landscape.loss import loss
from symland.landscape.number_systems.exact_rings import flint_rationals
from symland.landscape.parameters import elements

if TYPE_CHECKING:
    from symland.theorem.instance import Instance

__all__ = ["find_segment"]

_TRIALS = 400


def find_segment(instance: Instance, kind: str) -> bool:
    """Whether integer points were found; they are then claimed in the instance's case."""
    problem, rng = instance.problem, random.Random(instance.seed)
    floats = _floats(problem)
    wanted = 1 if kind == "not_convex" else -1
    for trial in range(_TRIALS):
        size = 1 + trial // 40
        first = _draw(problem, rng, size)
        # Opposite ends: the products of an even number of layers agree there, their middle is 0.
        last = _map(first, lambda x: -x) if trial % 2 else _draw(problem, rng, size)
        middle = _middle(first, last)
        if floats is not None and _surely_below(floats, wanted, first, middle, last):
            continue
        bulge = 2 * _loss(problem, middle) - _loss(problem, first) - _loss(problem, last)
        if bulge * wanted > 0:
            names = [
                explicit_point(instance.case, _elements(problem, x)) for x in (first, middle, last)
            ]
            getattr(convexity, kind)(instance.case, *names)
            return True
    return False


def _floats(problem: Any) -> FloatLandscape | None:
    try:
        return FloatLandscape(problem)
    except OverflowError:  # data beyond the range of floats
        return None


def _surely_below(floats: FloatLandscape, wanted: int, *points: dict[str, Any]) -> bool:
    """Whether the bulge is far from the sign wanted in floats, so that none is computed exactly."""
    with np.errstate(all="ignore"):
        first, middle, last = (floats.loss(floats.vector(point)) for point in points)
        return wanted * (2 * middle - first - last) < -1e-6 * (2 * middle + first + last)


def _draw(problem: Any, rng: random.Random, size: int) -> dict[str, Any]:
    return {
        name: _fill(shape, lambda: Fraction(rng.randint(-size, size)))
        for name, shape in problem.network.shapes.items()
    }


def _fill(shape: tuple[int, ...], draw: Any) -> Any:
    if len(shape) == 1:
        return [draw() for _ in range(shape[0])]
    return [[draw() for _ in range(shape[1])] for _ in range(shape[0])]


def _map(point: dict[str, Any], change: Any) -> dict[str, Any]:
    return {name: _nested(array, change) for name, array in point.items()}


def _nested(array: Any, change: Any) -> Any:
    return [_nested(x, change) for x in array] if isinstance(array, list) else change(array)


def _middle(first: dict[str, Any], last: dict[str, Any]) -> dict[str, Any]:
    def mean(a: Any, b: Any) -> Any:
        if isinstance(a, list):
            return [mean(x, y) for x, y in zip(a, b, strict=True)]
        return (a + b) / 2

    return {name: mean(first[name], last[name]) for name in first}


def _elements(problem: Any, point: dict[str, Any]) -> dict[str, Any]:
    return elements(problem.network, flint_rationals, point)


def _loss(problem: Any, point: dict[str, Any]) -> Any:
    return loss(problem, flint_rationals, _elements(problem, point))
