"""Rank conditions: what the widths force on products of weight matrices.

Where consecutive weight matrices have nothing but linear activations between them, the network
sees only their product W_i ... W_j, and its rank is at most the smallest width on the way. The
matrices of rank at most r are the common zeros of the minors of size r + 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import combinations
from math import comb
from operator import add
from typing import TYPE_CHECKING, Any, final

from symland.exact.polynomial import PolynomialRing, parameter_ring
from symland.landscape.loss import TooLarge
from symland.landscape.parameters import shaped

if TYPE_CHECKING:
    from flint import fmpq_mpoly

    from symland.problem.network import Network

__all__ = ["RankCondition", "rank_conditions"]

MAX_MINORS = 5_000
"""Minors of one size beyond which the list is refused."""


@final
@dataclass(frozen=True)
class RankCondition:
    """rank(W_last ... W_first) <= bound.

    Examples
    --------
    >>> from symland.problem import Network
    >>> condition, = rank_conditions(Network([2, 1, 2]))
    >>> print(condition)
    rank(W2 W1) <= 1, a 2 x 2 matrix
    >>> condition.minors(1)[0], condition.minors(2)
    (W1_1_1*W2_1_1, [0])
    """

    network: Network
    last: int
    first: int

    @property
    def shape(self) -> tuple[int, int]:
        """(rows of W_last, columns of W_first)."""
        shapes = self.network.shapes
        return shapes[f"W{self.last}"][0], shapes[f"W{self.first}"][1]

    @property
    def bound(self) -> int:
        """The smallest width of the product, ends included."""
        return min(self.network.widths[self.first - 1 : self.last + 1])

    @cached_property
    def _ring(self) -> PolynomialRing:
        return parameter_ring(self.network.shapes)

    def product(self) -> list[list[fmpq_mpoly]]:
        """W_last ... W_first, as polynomials in the parameters."""
        parameters = shaped(self.network.shapes, self._ring.gens)
        factors = [parameters[f"W{k}"] for k in range(self.last, self.first - 1, -1)]
        return reduce(_multiply, factors)

    def minors(self, size: int) -> list[fmpq_mpoly]:
        """All minors of this size; the product has rank < size exactly where all are zero.

        Raises ValueError for a size that does not fit the shape, `TooLarge` beyond some thousands.
        """
        rows, columns = self.shape
        if not 1 <= size <= min(rows, columns):
            raise ValueError(f"size: {size}, expected 1 to {min(rows, columns)}")
        count = comb(rows, size) * comb(columns, size)
        if count > MAX_MINORS:
            raise TooLarge(f"size: {size} gives {count} minors, expected at most {MAX_MINORS}")
        matrix = self.product()
        return [
            _determinant([[matrix[i][j] for j in js] for i in chosen], self._ring)
            for chosen in combinations(range(rows), size)
            for js in combinations(range(columns), size)
        ]

    def _name(self) -> str:
        return " ".join(f"W{k}" for k in range(self.last, self.first - 1, -1))

    def __str__(self) -> str:
        rows, columns = self.shape
        return f"rank({self._name()}) <= {self.bound}, a {rows} x {columns} matrix"

    def _repr_latex_(self) -> str:
        product = " ".join(f"W_{{{k}}}" for k in range(self.last, self.first - 1, -1))
        return rf"$\operatorname{{rank}}({product}) \le {self.bound}$"


def rank_conditions(network: Network) -> tuple[RankCondition, ...]:
    """One condition for every longest product of two or more weight matrices.

    With `skip` the last matrix reads single neurons, so it is part of no product.

    >>> from symland.problem import Network
    >>> [str(c) for c in rank_conditions(Network([3, 2, 2, 3], ["relu", "linear"]))]
    ['rank(W3 W2) <= 2, a 3 x 2 matrix']
    """
    found = []
    end = network.K if network.skip is None else network.H
    first = 1
    for k in range(1, end + 1):
        if k == end or not _is_linear(network, k):
            if k > first:
                found.append(RankCondition(network, k, first))
            first = k + 1
    return tuple(found)


def _is_linear(network: Network, layer: int) -> bool:
    return network.activations[layer - 1].name == "linear"


def _multiply(a: list[list[Any]], b: list[list[Any]]) -> list[list[Any]]:
    columns = list(zip(*b, strict=True))
    return [
        [reduce(add, [x * y for x, y in zip(row, column, strict=True)]) for column in columns]
        for row in a
    ]


def _determinant(matrix: list[list[fmpq_mpoly]], ring: PolynomialRing) -> fmpq_mpoly:
    """By expansion along the first row with shared minors: no division in the ring."""
    size = len(matrix)
    minors: dict[tuple[int, ...], fmpq_mpoly] = {(): ring.number(1)}
    for row in reversed(range(size)):
        longer: dict[tuple[int, ...], fmpq_mpoly] = {}
        for columns in combinations(range(size), size - row):
            total = ring.number(0)
            for place, column in enumerate(columns):
                term = matrix[row][column] * minors[columns[:place] + columns[place + 1 :]]
                total = total - term if place % 2 else total + term
            longer[columns] = total
        minors = longer
    return minors[tuple(range(size))]
