"""Small problems for theorem files: matrices as in the papers, and the examples of the package."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from symland.problem import Dataset, InputError, Loss, Network, Problem, read_problem

__all__ = ["diag", "example", "eye", "linear_network", "zeros"]

Rows = Sequence[Sequence[Any]]


def eye(size: int) -> list[list[int]]:
    """The identity matrix as rows.

    >>> eye(2)
    [[1, 0], [0, 1]]
    """
    return diag(*[1] * size)


def diag(*entries: Any) -> list[list[Any]]:
    """The diagonal matrix as rows.

    >>> diag(2, 1)
    [[2, 0], [0, 1]]
    """
    size = len(entries)
    return [[entries[i] if i == j else 0 for j in range(size)] for i in range(size)]


def zeros(rows: int, columns: int) -> list[list[int]]:
    """The zero matrix as rows."""
    return [[0] * columns for _ in range(rows)]


def linear_network(
    widths: Sequence[int],
    X: Rows,
    Y: Rows,
    activation: Any = "linear",
    weights: Rows | None = None,
    name: str = "instance",
) -> Problem:
    """The problem ``1/2 |W_K ... W_1 X - Y|^2``, samples in the columns as in the papers.

    ``weights`` (of the shape of Y) multiply the squared residuals.

    >>> linear_network((2, 1, 2), X=eye(2), Y=diag(2, 1)).dataset.targets[0]
    (Fraction(2, 1), Fraction(0, 1))
    """
    inputs, targets = _transposed(X), _transposed(Y)
    loss = Loss() if weights is None else Loss(weights=_transposed(weights))
    network = Network(tuple(widths), activation=activation)
    return Problem(network, Dataset(inputs, targets), loss, name=name)


def _transposed(rows: Rows) -> Any:
    return [list(column) for column in zip(*rows, strict=True)]


def example(name: str) -> Problem:
    """An example problem of the package, such as ``example("iris")``.

    Raises
    ------
    InputError
        There is no example of this name.
    """
    package = Path(__file__).parents[1]
    # Installed, the examples are data of the package; in the source tree they are in docs.
    for folder in (package / "examples", package.parent / "docs" / "examples"):
        if (path := folder / f"{name}.toml").is_file():
            return read_problem(path)
    raise InputError(f"example {name!r}: no such file, expected a name from docs/examples")
