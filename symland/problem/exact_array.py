"""Vectors and matrices of exact numbers, as nested tuples of `fractions.Fraction`."""

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any, TypeAlias, TypeVar

from symland.problem.errors import InputError
from symland.problem.exact_number import exact_number, number_text

Vector: TypeAlias = tuple[Fraction, ...]
Matrix: TypeAlias = tuple[Vector, ...]
Array: TypeAlias = Vector | Matrix
Shape: TypeAlias = tuple[int, ...]
T = TypeVar("T")


def entries(value: Any, key: str, what: str) -> list[Any]:
    """The members of a list, tuple or array; `InputError` for text, tables and single values.

    >>> entries((1, 2), "x", "a list")
    [1, 2]
    """
    if isinstance(value, (str, bytes, dict, set, frozenset)) or not isinstance(value, Iterable):
        raise InputError.of(key, value, what)
    try:
        return list(value)
    except TypeError:  # an array without dimension is iterable by name only
        raise InputError.of(key, value, what) from None


def read_vector(
    value: Any, key: str, read: Callable[[Any, str], T], what: str = "a list of numbers"
) -> tuple[T, ...]:
    """A nonempty list whose members are read by `read(member, key of the member)`."""
    members = entries(value, key, what)
    if not members:
        raise InputError.of(key, members, f"{what}, not empty")
    return tuple(read(member, f"{key} entry {j}") for j, member in enumerate(members, 1))


def read_matrix(value: Any, key: str, read: Callable[[Any, str], T]) -> tuple[tuple[T, ...], ...]:
    """A nonempty list of rows of one length; members are read by `read`.

    Rows and entries are counted from 1 in messages.
    """
    rows = entries(value, key, "a list of rows, each a list of numbers")
    if not rows:
        raise InputError.of(key, rows, "at least one row")
    matrix = []
    for i, row in enumerate(rows, 1):
        matrix.append(read_vector(row, f"{key} row {i}", read, "a row, that is a list of numbers"))
        if len(matrix[-1]) != len(matrix[0]):
            raise InputError(
                f"{key} row {i}: got {len(matrix[-1])} entries, "
                f"expected {len(matrix[0])} as in row 1"
            )
    return tuple(matrix)


def exact_vector(value: Any, key: str) -> Vector:
    """A vector of exact numbers.

    >>> exact_vector(["1/2", 3], "b1")
    (Fraction(1, 2), Fraction(3, 1))
    """
    return read_vector(value, key, exact_number)


def exact_matrix(value: Any, key: str) -> Matrix:
    """A matrix of exact numbers, a tuple of rows.

    Raises `InputError` where it is empty, ragged, or a member is no number.

    >>> exact_matrix([["1/2", 0.5]], "W1")
    ((Fraction(1, 2), Fraction(1, 2)),)
    """
    return read_matrix(value, key, exact_number)


def transpose(matrix: tuple[tuple[T, ...], ...]) -> tuple[tuple[T, ...], ...]:
    """Rows become columns.

    >>> transpose(((1, 2),))
    ((1,), (2,))
    """
    return tuple(zip(*matrix, strict=True))


def shape_of(array: tuple[Any, ...]) -> Shape:
    """``(length,)`` of a vector, ``(rows, columns)`` of a matrix.

    >>> shape_of(((1, 2, 3),)), shape_of((1, 2))
    ((1, 3), (2,))
    """
    if isinstance(array[0], tuple):
        return (len(array), len(array[0]))
    return (len(array),)


def shape_text(shape: Shape) -> str:
    """A shape in words.

    >>> shape_text((2, 3)), shape_text((2,))
    ('a 2 x 3 matrix', 'a vector of length 2')
    """
    if len(shape) == 1:
        return f"a vector of length {shape[0]}"
    return f"a {shape[0]} x {shape[1]} matrix"


def array_json(array: Array) -> list[Any]:
    """Nested lists of canonical number texts.

    >>> array_json(((Fraction(1, 2), Fraction(0)),))
    [['1/2', '0']]
    """
    return [array_json(row) if isinstance(row, tuple) else number_text(row) for row in array]
