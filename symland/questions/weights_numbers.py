"""The entries of a point as exact numbers to compute with, or as decimals to read."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

from flint import arb, ctx, fmpq_poly

from symland.exact.decimals import nearest_decimal
from symland.exact.number_field import NumberField
from symland.exact.rational_matrix import as_fmpq
from symland.landscape.number_systems.exact_rings import algebraic_numbers
from symland.problem.entry import Algebraic, Log
from symland.problem.weights import Weights

__all__ = ["distance", "field_of", "rounded_entries"]


def field_of(point: Weights, name: str) -> NumberField:
    """The number field of one of the point's roots."""
    root = point.roots[name]
    field: NumberField = (
        algebraic_numbers(root.polynomial, root.interval).root(root.polynomial, root.interval).field
    )
    return field


def rounded_entries(point: Weights) -> dict[str, Any]:
    """Every entry as a decimal with 20 digits (fewer where it ends), right to the digits shown."""
    fields = {name: field_of(point, name) for name in point.roots}

    def write(value: Any) -> Any:
        if isinstance(value, tuple):
            return [write(x) for x in value]
        if isinstance(value, Log):
            return _log_decimal(value)
        if isinstance(value, Algebraic):
            return _sum_decimal(value, fields)
        return nearest_decimal(value)

    return {name: write(array) for name, array in point.values.items()}


def _log_decimal(value: Log) -> str:
    import mpmath

    with mpmath.workdps(40):
        argument = mpmath.mpf(value.argument.numerator) / value.argument.denominator
        return str(mpmath.nstr(mpmath.log(argument), 20))


def _sum_decimal(value: Algebraic, fields: dict[str, NumberField]) -> str:
    parts = [
        fields[name].element(fmpq_poly([as_fmpq(c) for c in coefficients]))
        for name, coefficients in value.terms
    ]
    if len(parts) == 1:
        return nearest_decimal(parts[0])
    total = reduce(lambda a, b: a + b, (part.enclosure(200) for part in parts))
    return str(total.str(20, radius=False))


def distance(start: Sequence[Any], found: Sequence[Any], room: Any = 0) -> str:
    """The Euclidean distance of two points, six digits, where the second is known up to `room`.

    The entries, one after another, are floats or balls.

    >>> distance([0, 1e-40], [0, 0]), distance([3.0, 0.0], [0.0, 4.0])
    ('1e-40', '5')
    """
    with ctx.workprec(1000):
        steps = [(arb(x) - arb(y)).abs_upper() for x, y in zip(start, found, strict=True)]
        length = (sum((d * d for d in steps), arb(room) * arb(room))).sqrt().mid()
    tame = length.is_zero() or arb("1e-300") < length < arb("1e300")
    return f"{float(length):.6g}" if tame else str(length.str(6, radius=False))
