"""The parameters of a network as elements of a number system, and as one flat vector."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from symland.landscape.number_systems.number_system import NumberSystem
from symland.problem.errors import InputError
from symland.problem.network import Network

if TYPE_CHECKING:
    from symland.problem.problem import Problem

__all__ = ["elements", "flat", "is_rational", "penalties", "shaped", "variables"]

Point = Any
"""A `symland.Weights`, or a mapping from names to nested rational numbers."""


def elements(network: Network, system: NumberSystem, point: Point) -> dict[str, Any]:
    """The point's entries in the system, by name and shape.

    Raises `InputError` where a parameter is missing, unknown or of another shape.

    >>> from symland.landscape.number_systems import rationals
    >>> from symland.problem import Network
    >>> elements(Network([1, 1]), rationals, {"W1": [["1/2"]]})
    {'W1': [[Fraction(1, 2)]]}
    """
    values: Mapping[str, Any] = point.values if _is_weights(point) else point
    roots = {
        name: system.root(root.polynomial, root.interval)
        for name, root in getattr(point, "roots", {}).items()
    }
    check_shapes(network, values)

    def convert(value: Any) -> Any:
        if isinstance(value, str):
            return system.number(Fraction(value))
        return system.entry(value, roots)

    return {
        name: [[convert(v) for v in row] for row in values[name]]
        if len(shape) == 2
        else [convert(v) for v in values[name]]
        for name, shape in network.shapes.items()
    }


def check_shapes(network: Network, values: Mapping[str, Any]) -> None:
    """Refuse a point whose names or shapes are not the network's."""
    shapes = network.shapes
    for name in values:
        if name not in shapes:
            raise InputError(f"weights: {name!r}, expected only {', '.join(shapes)}")
    for name, shape in shapes.items():
        if name not in values:
            raise InputError(f"weights: {name} is missing, expected {', '.join(shapes)}")
        array = values[name]
        found = (len(array),) if len(shape) == 1 else (len(array), *{len(row) for row in array})
        if found != shape:
            raise InputError(f"weights: {name} has shape {found}, expected {shape}")


def _is_weights(point: Point) -> bool:
    # A mapping has a method `values`; Weights has a mapping of that name.
    return not callable(getattr(point, "values", len))


def is_rational(point: Point) -> bool:
    """Whether every entry is a rational number."""
    return bool(point.is_rational) if _is_weights(point) else True


def shaped(shapes: Mapping[str, tuple[int, ...]], vector: Sequence[Any]) -> dict[str, Any]:
    """A flat vector cut into the network's parameters; `flat` is the inverse.

    >>> shaped({"W1": (2, 1), "b1": (2,)}, [1, 2, 3, 4])
    {'W1': [[1], [2]], 'b1': [3, 4]}
    """
    result: dict[str, Any] = {}
    rest = iter(vector)
    for name, shape in shapes.items():
        if len(shape) == 1:
            result[name] = [next(rest) for _ in range(shape[0])]
        else:
            result[name] = [[next(rest) for _ in range(shape[1])] for _ in range(shape[0])]
    return result


def flat(shapes: Mapping[str, tuple[int, ...]], values: Mapping[str, Any]) -> list[Any]:
    """The parameters one after another, in the order of ``network.shapes``, row by row.

    >>> flat({"W1": (2, 1), "b1": (2,)}, {"b1": [3, 4], "W1": [[1], [2]]})
    [1, 2, 3, 4]
    """
    result: list[Any] = []
    for name, shape in shapes.items():
        array: Iterable[Any] = values[name]
        result += list(array) if len(shape) == 1 else [v for row in array for v in row]
    return result


def penalties(problem: Problem) -> list[Any]:
    """The factor of the regularizer for every weight, in the order of the flat vector.

    >>> from symland.problem import Dataset, Problem, Regularizer
    >>> data, l2 = Dataset([[1]], [[1]]), Regularizer({"W2": [["1/2"]]})
    >>> [str(x) for x in penalties(Problem(Network([1, 1, 1]), data, regularizer=l2))]
    ['0', '1/2']
    """
    shapes, l2 = problem.network.shapes, problem.l2 or {}
    count = {name: math.prod(shape) for name, shape in shapes.items()}
    given = {name: flat({name: shapes[name]}, {name: l2[name]}) for name in l2}
    return [x for name in shapes for x in given.get(name, [0] * count[name])]


def variables(network: Network, point: Mapping[str, Any], jets: Any) -> dict[str, Any]:
    """The point's elements as jets: parameter i of the flat vector is variable i."""
    vector = flat(network.shapes, point)
    return shaped(network.shapes, [jets.variable(v, i) for i, v in enumerate(vector)])
