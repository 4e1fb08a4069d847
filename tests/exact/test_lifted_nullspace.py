"""Kernels by p-adic lifting against FLINT's, with planted ranks."""

from random import Random

import pytest
from flint import fmpz_mat

from symland.exact import lifted_nullspace as module
from symland.exact.lifted_nullspace import PRIME, lifted_nullspace


def product(rows, rank, columns, seed, size=9):
    random = Random(seed)

    def draw(m, n):
        return fmpz_mat([[random.randint(-size, size) for _ in range(n)] for _ in range(m)])

    return draw(rows, rank) * draw(rank, columns)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(("rows", "rank", "columns"), [(40, 25, 40), (60, 21, 33), (30, 30, 50)])
def test_spans_the_kernel(rows, rank, columns, seed):
    matrix = product(rows, rank, columns, seed)
    kernel = lifted_nullspace(matrix)
    assert kernel is not None
    assert kernel.ncols() == columns - rank == kernel.rank()
    assert (matrix * kernel).is_zero()
    theirs = fmpz_mat([row[: columns - rank] for row in matrix.nullspace()[0].tolist()])
    both = [a + b for a, b in zip(kernel.tolist(), theirs.tolist(), strict=True)]
    assert fmpz_mat(both).rank() == columns - rank


def test_first_rows_may_be_dependent():
    matrix = product(40, 25, 40, 1)
    table = matrix.tolist()
    kernel = lifted_nullspace(fmpz_mat([table[0]] * 5 + [[0] * 40] * 3 + table))
    assert kernel is not None
    assert kernel.ncols() == 15


@pytest.mark.parametrize(
    "matrix",
    [
        product(40, 10, 40, 0),  # low rank
        product(40, 38, 40, 0),  # narrow kernel
        product(40, 25, 40, 0, size=10**6),  # entries too large for exact floating point
        fmpz_mat([[2**70 if i == j else 0 for j in range(50)] for i in range(30)]),
    ],
)
def test_where_it_does_not_apply(matrix):
    assert lifted_nullspace(matrix) is None


def test_a_rank_that_drops_modulo_the_prime_is_noticed():
    table = product(30, 30, 50, 3).tolist()
    table[29] = [PRIME * x for x in table[29][:-1]] + [0]
    # The last row vanishes modulo the prime; its entries are too large anyway, hence the patch.
    assert lifted_nullspace(fmpz_mat(table)) is None
    table = [[int(i == j) for j in range(40)] for i in range(30)]
    table[29] = [PRIME if j == 29 else 0 for j in range(40)]
    assert lifted_nullspace(fmpz_mat(table)) is None


def test_an_unlucky_denominator_gives_none(monkeypatch):
    matrix = product(40, 25, 40, 5)
    solve = module._scaled_solution

    def halved(block, right):
        scaled, denominator = solve(block, right)
        return scaled, denominator // 2

    monkeypatch.setattr(module, "_scaled_solution", halved)
    assert lifted_nullspace(matrix) is None
