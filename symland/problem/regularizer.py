"""The quadratic regularizer 1/2 sum lambda w^2."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from symland.problem.errors import InputError, shown, suggestion
from symland.problem.exact_array import (
    Array,
    exact_matrix,
    exact_vector,
    shape_of,
    shape_text,
)
from symland.problem.exact_number import exact_number
from symland.problem.network import Network
from symland.problem.parameter_name import is_parameter_name, parameter_order

Table: TypeAlias = tuple[tuple[str, Array], ...]


@dataclass(frozen=True, init=False)
class Regularizer:
    """1/2 sum over parameters w of lambda_w w^2, added to the loss once (not per sample).

    `l2` is one nonnegative number, lambda of every entry of every weight matrix (biases have 0), or
    a mapping from parameter names to arrays of the shapes of the parameters; what the mapping
    lacks has 0. Raises `InputError` for negative numbers and names that are no parameter.

    >>> Regularizer("0.1").l2
    Fraction(1, 10)
    >>> Regularizer({"b1": [1, 2]}).l2
    (('b1', (Fraction(1, 1), Fraction(2, 1))),)
    """

    l2: Fraction | Table

    def __init__(self, l2: Any) -> None:
        if isinstance(l2, Mapping):
            table = tuple((name, _read_array(name, l2[name])) for name in l2)
            object.__setattr__(
                self, "l2", tuple(sorted(table, key=lambda entry: parameter_order(entry[0])))
            )
        else:
            object.__setattr__(self, "l2", _nonnegative(exact_number(l2, "l2"), "l2"))

    def resolve(self, network: Network) -> dict[str, Array] | None:
        """The array of lambdas of each parameter named, or None where all of them are zero.

        Raises `InputError` where a name or a shape does not fit the network.

        >>> Regularizer(2).resolve(Network([1, 1, 2]))["W2"]
        ((Fraction(2, 1),), (Fraction(2, 1),))
        """
        shapes = network.shapes
        if isinstance(self.l2, Fraction):
            arrays: dict[str, Array] = {
                name: ((self.l2,) * shape[1],) * shape[0]
                for name, shape in shapes.items()
                if len(shape) == 2
            }
            return arrays if self.l2 else None
        for name, array in self.l2:
            _check_shape(name, array, shapes)
        given = dict(self.l2)
        table = {name: given[name] for name in shapes if name in given}
        return table if any(_is_nonzero(array) for array in table.values()) else None


def _read_array(name: Any, value: Any) -> Array:
    if not is_parameter_name(name):
        raise InputError.of("l2", name, "parameter names such as W1 or b1")
    key = f"l2.{name}"
    if name[0] == "W":
        matrix = exact_matrix(value, key)
        for i, row in enumerate(matrix, 1):
            _nonnegative_row(row, f"{key} row {i}")
        return matrix
    vector = exact_vector(value, key)
    _nonnegative_row(vector, key)
    return vector


def _nonnegative_row(row: tuple[Fraction, ...], key: str) -> None:
    for j, number in enumerate(row, 1):
        _nonnegative(number, f"{key} entry {j}")


def _nonnegative(number: Fraction, key: str) -> Fraction:
    if number < 0:
        raise InputError.of(key, number, "a nonnegative number")
    return number


def _check_shape(name: str, array: Array, shapes: dict[str, Any]) -> None:
    if name not in shapes:
        raise InputError(
            f"regularizer.l2: got {shown(name)}, expected parameters of the network, that is "
            f"{', '.join(shapes)}{suggestion(name, shapes)}"
        )
    if shape_of(array) != shapes[name]:
        raise InputError(
            f"regularizer.l2.{name}: got {shape_text(shape_of(array))}, "
            f"expected {shape_text(shapes[name])}"
        )


def _is_nonzero(array: Array) -> bool:
    return any(_is_nonzero(row) if isinstance(row, tuple) else bool(row) for row in array)
