"""Kernels by p-adic lifting against FLINT's and SymPy's, with planted ranks."""

from fractions import Fraction
from functools import reduce
from math import gcd
from random import Random

import numpy as np
import pytest
from flint import fmpz, fmpz_mat
from sympy import QQ
from sympy.polys.matrices import DomainMatrix

from symland.exact import lifted_nullspace as module, rational_matrix
from symland.exact.lifted_nullspace import lifted_nullspace
from symland.exact.rational_matrix import RationalMatrix


def product(rows, rank, columns, seed, size=9):
    random = Random(seed)

    def draw(m, n):
        return fmpz_mat([[random.randint(-size, size) for _ in range(n)] for _ in range(m)])

    return draw(rows, rank) * draw(rank, columns)


def plain(matrix):
    """FLINT's kernel in the same form."""
    basis, nullity = matrix.nullspace()
    vectors = basis.transpose().tolist()[:nullity]
    return fmpz_mat([rational_matrix._primitive(v) for v in vectors]).transpose()


def is_kernel(kernel, matrix):
    """Whether the columns are a basis of the kernel in coprime integers, the first positive."""
    theirs = plain(matrix)
    assert (matrix * kernel).is_zero()
    assert kernel.ncols() == kernel.rank() == theirs.ncols()
    for column in kernel.transpose().tolist():
        entries = [int(x) for x in column if x]
        assert entries[0] > 0
        assert reduce(gcd, entries) == 1
    return True


SHAPES = [(40, 25, 40), (60, 21, 33), (30, 30, 50), (9, 1, 9), (80, 3, 12), (12, 4, 80)]


@pytest.mark.parametrize("size", [9, 10**5, 3 * 10**7])
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("rows", "rank", "columns"), SHAPES)
def test_is_the_kernel(rows, rank, columns, seed, size):
    matrix = product(rows, rank, columns, seed, size if rank > 1 else min(size, 10**5))
    kernel = lifted_nullspace(matrix)
    assert kernel is not None
    # These matrices have their pivots in the first columns, where both bases are the same.
    assert kernel == plain(matrix)
    assert is_kernel(kernel, matrix)


@pytest.mark.parametrize("seed", range(4))
def test_dependent_rows_and_columns_may_come_first(seed):
    table = product(40, 25, 40, seed).tolist()
    table = [table[0]] * 5 + [[0] * 40] * 3 + table
    table = [[0, *row[:3], row[0] + row[1], *row[3:]] for row in table]
    matrix = fmpz_mat(table)
    kernel = lifted_nullspace(matrix)
    assert kernel == plain(matrix)
    assert is_kernel(kernel, matrix)


def test_columns_of_different_denominators():
    # Three blocks: each has its own denominator, and every vector is divided by what it needs not.
    blocks = [product(20, 12, 20, seed, size) for seed, size in ((1, 1), (2, 6), (3, 90))]
    table = [
        [*[0] * (20 * i), *row, *[0] * (40 - 20 * i)]
        for i, block in enumerate(blocks)
        for row in block.tolist()
    ]
    matrix = fmpz_mat(table)
    assert lifted_nullspace(matrix) == plain(matrix)


def test_powers_of_small_primes_in_the_denominator():
    # x_j = b_j / 2^j etc.: the combinations have to show the whole common denominator.
    table = [[int(i == j) * 2**i * 3 ** (i % 4) * 5 for j in range(20)] for i in range(20)]
    random = Random(0)
    table = [row + [random.randint(-9, 9) for _ in range(15)] for row in table]
    assert lifted_nullspace(fmpz_mat(table)) == plain(fmpz_mat(table))


def test_integral_solutions_and_zero_columns():
    table = [[int(i == j) for j in range(20)] + [i, *[0] * 11] for i in range(20)]
    assert lifted_nullspace(fmpz_mat(table)) == plain(fmpz_mat(table))


def test_machine_integers_are_the_entries():
    for size in (1, 2**14, 2**30 - 1, 2**31, 2**45, 2**53):
        table = [[size, -size, 0], [-1, size - 1, 1 - size]]
        assert module._machine_integers(fmpz_mat(table)).tolist() == table
    assert module._machine_integers(fmpz_mat([[2**61, 0]])) is None


def test_inverse_modulo_the_prime():
    random = np.random.default_rng(1)
    prime = 8388593
    for size in (1, 2, 7, 40, 100):
        block = random.integers(0, prime, (size, size))
        inverse = module._inverse(block, prime)
        assert abs(inverse).max() <= prime / 2 + 1
        back = block.astype(object) @ inverse.astype(np.int64).astype(object) % prime
        assert (back == np.eye(size, dtype=int)).all()
    assert module._inverse(np.eye(5, dtype=np.int64)[[2, 0, 1, 4, 3]], prime) is not None
    assert module._inverse(np.array([[1, 2], [2, 4]]), prime) is None


@pytest.mark.parametrize(("a", "b"), [(3, 7), (-(10**20), 10**9 + 7), (7, 10**30), (4, 1), (0, 1)])
def test_likely_denominator(a, b):
    modulus = 8388593**8
    assert module._likely_denominator(a * pow(b, -1, modulus) % modulus, modulus) == b


def test_integers_from_digits_around_zero():
    prime, values = 101, [0, 1, -1, 50, -50, 51, 10**9, -(10**9) + 7]
    digits = []
    rest = list(values)
    for _ in range(8):
        low = [(x + 50) % prime - 50 for x in rest]
        rest = [(x - y) // prime for x, y in zip(rest, low, strict=True)]
        digits.append(low)
    assert not any(rest)
    assert module._integers(np.array(digits, dtype=float), prime) == values


@pytest.mark.parametrize(
    "matrix",
    [
        fmpz_mat(20, 40),
        product(40, 38, 40, 0),  # narrow kernel
        product(40, 25, 40, 0, size=10**9),  # entries of more than 55 bits
        fmpz_mat([[2**70 if i == j else 0 for j in range(50)] for i in range(30)]),
    ],
)
def test_where_it_does_not_apply(matrix):
    assert lifted_nullspace(matrix) is None


def accidental(prime):
    """A matrix whose rank drops modulo the prime."""
    table = [[int(i == j) for j in range(40)] + [i] for i in range(30)]
    table[29] = [prime if j == 29 else 0 for j in range(41)]
    return fmpz_mat(table)


def test_a_rank_that_drops_modulo_the_prime_is_noticed():
    prime = module._prime_below(1 << (54 - 5) // 2)
    assert lifted_nullspace(accidental(prime)) is None
    assert lifted_nullspace(accidental(prime - 2)) == plain(accidental(prime - 2))


@pytest.mark.parametrize("seed", range(3))
def test_a_row_outside_the_span_is_noticed(seed, monkeypatch):
    # As if the prime had hidden a row: pivots of the matrix without it, digits with it.
    matrix = product(40, 25, 40, seed)
    table = [[int(x) for x in row] for row in matrix.tolist()]
    table[-1][-1] += 1
    changed = fmpz_mat(table)
    assert changed.rank() == 26
    monkeypatch.setattr(module, "_machine_integers", lambda _: np.array(table, dtype=np.int64))
    assert lifted_nullspace(matrix) is None


@pytest.mark.parametrize("factor", [2, 8388593, 10**9 + 7])
def test_a_wrong_denominator_gives_none(monkeypatch, factor):
    matrix = product(40, 25, 40, 5)
    guess = module._denominator
    for change in (lambda d: d // factor + 1, lambda d: d + 1):
        monkeypatch.setattr(
            module, "_denominator", lambda x, change=change: (change(guess(x)[0]), 60)
        )
        assert lifted_nullspace(matrix) is None
    # A multiple is as good: what is too much is divided out.  A small factor may be missing.
    monkeypatch.setattr(module, "_denominator", lambda x: (factor * guess(x)[0], 60))
    assert lifted_nullspace(matrix) == plain(matrix)


def test_a_small_factor_of_the_denominator_may_be_missing(monkeypatch):
    # x_i = b_i / 6, of which the guess has lost 2, 3 or both.
    table = [[6 * int(i == j) for j in range(20)] + [1 + i] * 9 for i in range(20)]
    for guess in (3, 2, 1):
        monkeypatch.setattr(module, "_denominator", lambda _, guess=guess: (guess, 5))
        assert lifted_nullspace(fmpz_mat(table)) == plain(fmpz_mat(table))
    monkeypatch.setattr(module, "_SPARE", 1)
    assert lifted_nullspace(fmpz_mat(table)) is None


def test_a_wrong_inverse_gives_none(monkeypatch):
    inverse = module._inverse

    def wrong(block, prime):
        found = inverse(block, prime)
        found[0, 0] += 1
        return found

    monkeypatch.setattr(module, "_inverse", wrong)
    assert lifted_nullspace(product(40, 25, 40, 5)) is None


@pytest.mark.parametrize(
    ("rows", "rank", "columns", "denominators"),
    [(70, 40, 70, 3), (100, 20, 40, 9), (40, 20, 100, 1), (61, 60, 70, 2), (80, 1, 80, 5)],
)
def test_rational_matrices_against_domain_matrix(rows, rank, columns, denominators, monkeypatch):
    random = Random(rank)

    def draw(m, n):
        return RationalMatrix(
            [
                [Fraction(random.randint(-9, 9), random.randint(1, denominators)) for _ in range(n)]
                for _ in range(m)
            ]
        )

    ours = draw(rows, rank) @ draw(rank, columns)
    used = []
    monkeypatch.setattr(
        rational_matrix,
        "lifted_nullspace",
        lambda m: used.append(lifted_nullspace(m)) or used[-1],
    )
    kernel = ours.nullspace()
    assert used[0] is not None
    entries = [[QQ(v.numerator, v.denominator) for v in row] for row in ours.tolist()]
    theirs = DomainMatrix(entries, ours.shape, QQ)
    assert ours.rank() == theirs.rank() == rank
    null = theirs.nullspace().to_Matrix().tolist()
    both = RationalMatrix([[Fraction(int(x.p), int(x.q)) for x in row] for row in null])
    assert kernel.shape == (columns, columns - rank) == both.T.shape
    assert (ours @ kernel).is_zero()
    assert kernel.beside(both.T).rank() == columns - rank == kernel.rank()


def test_the_prime_is_the_largest_below():
    for limit in (4, 10, 1 << 23):
        prime = module._prime_below(limit)
        assert fmpz(prime).is_prime()
        assert not any(fmpz(n).is_prime() for n in range(prime + 1, limit))
