"""A critical point to 50 digits, without proof."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symland.landscape.gradient import gradient
from symland.landscape.hessian import hessian
from symland.landscape.loss import loss
from symland.landscape.number_systems.mpmath_numbers import Multiprecision
from symland.landscape.parameters import flat, shaped
from symland.problem.problem import Problem
from symland.questions.point_json import point_json

__all__ = ["numerical_point"]

DIGITS = 50
MOST_PARAMETERS = 60


def numerical_point(problem: Problem, reached: Mapping[str, Any]) -> dict[str, Any]:
    """The document of a critical point near the given floats, with status ``numerical``.

    Newton's method goes on with 50 digits (up to 60 parameters; beyond, the floats stand). The
    inertia counts eigenvalues beyond 1e-8 of the largest; the kind follows from it where the
    Hessian is definite or indefinite and is ``undecided`` otherwise. Raises `Kink` where Newton's
    method ends at one of relu or leaky_relu.
    """
    import mpmath

    shapes, system = problem.network.shapes, Multiprecision(DIGITS)
    with mpmath.workdps(DIGITS + 10):
        vector = [mpmath.mpf(float(x)) for x in flat(shapes, reached)]
        rounds = 6 if len(vector) <= MOST_PARAMETERS else 0
        for _ in range(rounds):
            vector = _newton_step(problem, system, vector)
        point = shaped(shapes, vector)
        value = loss(problem, system, point)
        length = mpmath.norm(mpmath.matrix(gradient(problem, system, point)))
        inertia = _inertia(hessian(problem, system, point))
    document = point_json(
        {name: _texts(array) for name, array in point.items()},
        None,
        _bounds(value),
        _kind(inertia),
        "numerical",
        inertia,
    )
    document["gradient_norm"] = mpmath.nstr(length, 5)
    return document


def _newton_step(problem: Problem, system: Any, vector: list[Any]) -> list[Any]:
    """The least-squares Newton step of smallest norm, through the singular value decomposition."""
    import mpmath

    point = shaped(problem.network.shapes, vector)
    slope = mpmath.matrix(gradient(problem, system, point))
    values, vectors = mpmath.eigsy(mpmath.matrix(hessian(problem, system, point)))
    largest = max((abs(v) for v in values), default=mpmath.mpf(1))
    step = mpmath.matrix(len(vector), 1)
    for i, v in enumerate(values):
        if abs(v) > largest * mpmath.mpf(10) ** -9:
            column = vectors[:, i]
            step -= column * ((column.T * slope)[0] / v)
    return [x + d for x, d in zip(vector, step, strict=True)]


def _inertia(matrix: list[list[Any]]) -> tuple[int, int, int]:
    import mpmath

    values = mpmath.eigsy(mpmath.matrix(matrix), eigvals_only=True)
    cut = max((abs(v) for v in values), default=0) * mpmath.mpf(10) ** -8
    positive = sum(v > cut for v in values)
    negative = sum(v < -cut for v in values)
    return positive, negative, len(values) - positive - negative


def _kind(inertia: tuple[int, int, int]) -> str:
    positive, negative, zero = inertia
    if positive and negative:
        return "strict_saddle"
    return "local_minimum" if positive and not zero else "undecided"


def _texts(array: Any) -> Any:
    import mpmath

    if isinstance(array, list):
        return [_texts(x) for x in array]
    return mpmath.nstr(array, 20)


def _bounds(value: Any) -> dict[str, Any]:
    """Bounds a little wider than the rounding of the 50 digits; no loss is negative."""
    import mpmath

    slack = max(abs(value), mpmath.mpf(10) ** -20) * mpmath.mpf(10) ** -14
    lower, upper = max(value - slack, mpmath.mpf(0)), value + slack
    return {"lower": _plain(lower), "upper": _plain(upper), "exact": None}


def _plain(value: Any) -> str:
    import mpmath

    return "0" if value == 0 else str(mpmath.nstr(value, 18))
