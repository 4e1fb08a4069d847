"""A formula entry by entry: its matrices over any ring that has + and *."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from operator import add
from typing import Any

from symland.exact.rational_matrix import as_fmpq
from symland.questions.derivation.formula import Formula

__all__ = ["Function", "Grid", "evaluate", "multiply"]

Grid = list[list[Any]]
Function = Callable[[Any], Any]


def evaluate(
    formula: Formula,
    values: Mapping[str, Any],
    functions: Mapping[tuple[str, int], Function] | None = None,
) -> Any:
    """The matrix (rows of ring elements) or the number that a formula is.

    ``values`` has the matrices of the letters, ``functions`` what (function name with subscript,
    order of derivative) does to an entry; of order -1, to a matrix column by column.
    Numbers are FLINT's rationals.

    >>> from symland.questions.derivation.formula import norm2, symbol
    >>> evaluate(norm2(symbol("W") @ symbol("X")), {"W": [[1, 2]], "X": [[3], [1]]})
    25
    """
    return _Evaluation(values, functions or {}).of(formula)


def multiply(left: Grid, right: Grid) -> Grid:
    """The matrix product."""
    columns = list(zip(*right, strict=True))
    return [
        [reduce(add, [a * b for a, b in zip(row, column, strict=True)]) for column in columns]
        for row in left
    ]


class _Evaluation:
    def __init__(
        self, values: Mapping[str, Any], functions: Mapping[tuple[str, int], Function]
    ) -> None:
        self.values, self.functions = values, functions
        self.known: dict[Formula, Any] = {}

    def of(self, formula: Formula) -> Any:
        if formula not in self.known:
            self.known[formula] = self._compute(formula)
        return self.known[formula]

    def _compute(self, formula: Formula) -> Any:
        parts = formula.parts
        match formula.kind:
            case "symbol":
                return self.values[parts[0]]
            case "one":
                size = int(parts[0])
                return [[int(i == j) for j in range(size)] for i in range(size)]
            case "number":
                return as_fmpq(Fraction(parts[0]))
            case "sum":
                return reduce(_plus, map(self.of, parts))
            case "minus":
                return _times(-1, self.of(parts[0]))
            case "product":
                return reduce(_times, map(self.of, parts))
            case "hadamard":
                return reduce(_entrywise, map(self.of, parts))
            case "transpose":
                return [list(column) for column in zip(*self.of(parts[0]), strict=True)]
            case "named":
                return self.of(parts[1])
            case "applied":
                apply = self.functions[parts[0] + parts[1], parts[2]]
                return [[apply(x) for x in row] for row in self.of(parts[3])]
            case "columnwise":
                return self.functions[parts[0], -1](self.of(parts[1]))
            case _:
                return self._number(formula)

    def _number(self, formula: Formula) -> Any:
        grids = [self.of(part) for part in formula.parts]
        match formula.kind:
            case "trace":
                return _sum(row[i] for i, row in enumerate(grids[0]))
            case "total":
                return _sum(x for row in grids[0] for x in row)
            case "norm2":
                return _sum(x * x for row in grids[0] for x in row)
            case "inner":
                return _sum(x for row in _entrywise(*grids) for x in row)
        raise ValueError(f"formula {formula.kind!r}: it has no entries")


def _sum(values: Any) -> Any:
    return reduce(add, values)


def _plus(left: Any, right: Any) -> Any:
    if not isinstance(left, list):
        return left + right
    return [[a + b for a, b in zip(*rows, strict=True)] for rows in zip(left, right, strict=True)]


def _entrywise(left: Grid, right: Grid) -> Grid:
    return [[a * b for a, b in zip(*rows, strict=True)] for rows in zip(left, right, strict=True)]


def _times(left: Any, right: Any) -> Any:
    if isinstance(left, list) and isinstance(right, list):
        return multiply(left, right)
    if isinstance(left, list):
        left, right = right, left
    if not isinstance(right, list):
        return left * right
    return [[x * left for x in row] for row in right]


def transposed(grid: Sequence[Sequence[Any]]) -> Grid:
    """The transposed matrix."""
    return [list(column) for column in zip(*grid, strict=True)]
