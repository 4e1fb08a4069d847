"""The finite part of a loss's symmetry group, as affine maps of flat vectors, and its orbits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from symland.landscape.symmetry.find import Symmetries
from symland.landscape.symmetry.signed_permutation import SignedPermutation

if TYPE_CHECKING:
    from symland.problem.problem import Problem

__all__ = ["AffineMap", "finite_generators"]


@dataclass(frozen=True)
class AffineMap:
    """w -> A w + t; ``rows`` holds for each entry the nonzero coefficients (index, value) of A."""

    rows: tuple[tuple[tuple[int, Fraction], ...], ...]
    shift: tuple[Fraction, ...]

    def __call__(self, vector: Sequence[Any], number: Any = Fraction) -> list[Any]:
        """The image of a vector over any number system; `number` makes its elements of rationals.

        >>> half = Fraction(1, 2)
        >>> AffineMap((((1, -half),), ((0, half),)), (Fraction(0), half))([3, 5])
        [Fraction(-5, 2), Fraction(2, 1)]
        """
        return [
            sum((number(a) * vector[i] for i, a in row), number(t))
            for row, t in zip(self.rows, self.shift, strict=True)
        ]

    @property
    def signed_permutation(self) -> SignedPermutation | None:
        """(index, sign) for every entry where the map only moves entries and changes signs."""
        if any(self.shift) or any(len(row) != 1 or abs(row[0][1]) != 1 for row in self.rows):
            return None
        return tuple((row[0][0], int(row[0][1])) for row in self.rows)


def finite_generators(problem: Problem, symmetries: Symmetries) -> list[AffineMap]:
    """Generators of the permutations, sign changes and exchanges among the symmetries.

    >>> from symland.landscape.symmetry import find_symmetries
    >>> from symland.problem import Dataset, Network, Problem
    >>> problem = Problem(Network([1, 2, 1], "tanh"), Dataset([[1]], [[1]]))
    >>> [g.signed_permutation for g in finite_generators(problem, find_symmetries(problem))][0]
    ((1, 1), (0, 1), (3, 1), (2, 1))
    """
    found = []
    for symmetry in symmetries:
        for g in symmetry.finite_generators():
            matrix, shift = symmetry.affine_map(g)
            rows = tuple(tuple((i, a) for i, a in enumerate(row) if a) for row in matrix)
            found.append(AffineMap(rows, tuple(shift)))
    return found
