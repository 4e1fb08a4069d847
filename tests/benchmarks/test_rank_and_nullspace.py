"""Rank and nullspace of 100 x 100 rational matrices against SymPy's DomainMatrix, in one run."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import pytest
from sympy import QQ
from sympy.polys.matrices import DomainMatrix

from symland.exact.rational_matrix import RationalMatrix
from tests.benchmarks.timing import ratio, seconds

REQUIRED = 10
SIZE = 100
REPEAT = 9

Rows = list[list[Fraction]]


def rational_rows(rank: int, largest: int = 4) -> Rows:
    """A 100 x 100 matrix of this rank: a product of two random ones with small fractions."""
    random = Random(rank)

    def draw(rows: int, columns: int) -> RationalMatrix:
        return RationalMatrix(
            [
                [
                    Fraction(random.randint(-9, 9), random.randint(1, largest))
                    for _ in range(columns)
                ]
                for _ in range(rows)
            ]
        )

    return (draw(SIZE, rank) @ draw(rank, SIZE)).tolist()


def domain_matrix(rows: Rows) -> DomainMatrix:
    entries = [[QQ(v.numerator, v.denominator) for v in row] for row in rows]
    return DomainMatrix(entries, (SIZE, SIZE), QQ)


def linear_algebra_ratio(rank: int, largest: int = 4) -> tuple[float, float]:
    """(rank, nullspace): times faster than DomainMatrix, the answers compared on the way."""
    rows = rational_rows(rank, largest)
    theirs, ours = domain_matrix(rows), RationalMatrix(rows)
    assert ours.rank() == theirs.rank() == rank
    assert ours.nullspace().shape[1] == theirs.nullspace().shape[0] == SIZE - rank
    assert rank == SIZE or (ours @ ours.nullspace()).is_zero()
    # A fresh matrix for every call, made before the clock starts, so that nothing is remembered.
    fresh = iter([RationalMatrix(rows) for _ in range(2 * REPEAT)])
    return (
        ratio(
            f"rank of a 100 x 100 matrix of rank {rank}",
            seconds(theirs.rank),
            seconds(lambda: next(fresh).rank(), REPEAT),
        ),
        ratio(
            f"nullspace of a 100 x 100 matrix of rank {rank}",
            seconds(theirs.nullspace),
            seconds(lambda: next(fresh).nullspace(), REPEAT),
        ),
    )


# Ranks, and the largest denominators in the factors: 1 for matrices of integers.
@pytest.mark.parametrize(
    ("rank", "largest"), [(30, 4), (60, 1), (60, 4), (60, 9), (90, 4), (99, 4), (100, 4)]
)
def test_rank_and_nullspace_are_10_times_faster_than_domain_matrix(
    benchmark: Any, rank: int, largest: int
) -> None:
    rows = rational_rows(rank, largest)
    benchmark(lambda: RationalMatrix(rows).rank())
    for times in linear_algebra_ratio(rank, largest):
        assert times > REQUIRED


if __name__ == "__main__":
    linear_algebra_ratio(60)
