"""Exact symmetric elimination over Q or a real number field: inertia and signed directions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from symland.exact.number_field import sign

__all__ = ["negative_direction", "positive_direction", "symmetric_inertia"]

Square = list[list[Any]]


@dataclass(frozen=True)
class _Congruence:
    """Rows s_i with s_i H s_j' = 0 for i != j, and the values s_i H s_i'."""

    rows: Square
    diagonal: list[Any]


def symmetric_inertia(matrix: Square) -> tuple[int, int, int]:
    """(positive, negative, zero) eigenvalues of a symmetric matrix (Sylvester's law).

    >>> symmetric_inertia([[0, 1], [1, 0]]), symmetric_inertia([[1, 1], [1, 1]])
    ((1, 1, 0), (1, 0, 1))
    """
    signs = [sign(d) for d in _congruence(matrix).diagonal]
    return signs.count(1), signs.count(-1), signs.count(0)


def negative_direction(matrix: Square) -> list[Any]:
    """A vector v with v H v' < 0; StopIteration where there is none.

    >>> negative_direction([[0, 1], [1, 0]])
    [-1/2, 1/2]
    """
    return _direction(matrix, -1)


def positive_direction(matrix: Square) -> list[Any]:
    """A vector v with v H v' > 0; StopIteration where there is none."""
    return _direction(matrix, 1)


def _direction(matrix: Square, wanted: int) -> list[Any]:
    found = _congruence(matrix)
    pairs = zip(found.rows, found.diagonal, strict=True)
    return next(row for row, d in pairs if sign(d) == wanted)


def _congruence(matrix: Square) -> _Congruence:
    """Lagrange's reduction; where the diagonal has no pivot, a sum of two rows makes one."""
    from flint import fmpq

    size = len(matrix)
    work = [[x + fmpq(0) if isinstance(x, int) else x for x in row] for row in matrix]
    rows: Square = [[fmpq(int(i == j)) for j in range(size)] for i in range(size)]
    for k in range(size):
        pivot = next((i for i in range(k, size) if sign(work[i][i])), None)
        if pivot is None:
            pair = _off_diagonal(work, k)
            if pair is None:
                break
            _add(work, rows, *pair, 1)
            pivot = pair[0]
        _swap(work, rows, k, pivot)
        for i in range(k + 1, size):
            if work[i][k]:
                _add(work, rows, i, k, -(work[i][k] / work[k][k]))
    return _Congruence(rows, [work[i][i] for i in range(size)])


def _off_diagonal(work: Square, start: int) -> tuple[int, int] | None:
    size = len(work)
    pairs = ((i, j) for i in range(start, size) for j in range(i + 1, size))
    return next(((i, j) for i, j in pairs if work[i][j]), None)


def _add(work: Square, rows: Square, i: int, j: int, factor: Any) -> None:
    """Row and column i plus factor times row and column j."""
    work[i] = [a + factor * b if b else a for a, b in zip(work[i], work[j], strict=True)]
    for line in work:
        if line[j]:
            line[i] = line[i] + factor * line[j]
    rows[i] = [a + factor * b if b else a for a, b in zip(rows[i], rows[j], strict=True)]


def _swap(work: Square, rows: Square, i: int, j: int) -> None:
    if i != j:
        work[i], work[j], rows[i], rows[j] = work[j], work[i], rows[j], rows[i]
        for line in work:
            line[i], line[j] = line[j], line[i]
