"""The nullspace of an integer matrix by p-adic lifting, for wide kernels of large matrices.

Modulo a prime p the matrix shows its pivots: rows and columns with an invertible square block A,
the other columns B of these rows.  The kernel is spanned by the columns of (-A^-1 B, 1), and
X = A^-1 B is found digit by digit in base p (Dixon's lifting): a digit of X is C R mod p with
C = A^-1 mod p and the residual R, which begins as B and goes on as (R - A X) / p.  All numbers
stay so small that matrix products in floating point are exact.  A few combinations of the columns
of X, solved for exactly, give the common denominator d, so that the digits need reach only as far
as the integer matrix d X, and no fraction is reconstructed.

The result is multiplied out before it is returned; where the guess at d, or p, was unlucky there
is none.
"""

from __future__ import annotations

from typing import Any

from flint import fmpz, fmpz_mat, nmod_mat

PRIME = 4194301  # the largest below 2^22
_MANTISSA = 53
_LEAST_RANK, _LEAST_NULLITY = 20, 8
# Combinations of the columns of X may have a smaller denominator than X, by a small factor.
_SPARE, _COMBINATIONS = 2520, 3


def lifted_nullspace(matrix: fmpz_mat) -> fmpz_mat | None:
    """A basis of the kernel over Q as integer columns, or None where lifting does not apply.

    It applies to large matrices with wide kernels and entries of up to about 24 bits.

    Examples
    --------
    >>> rows = [[i * j % 7 - i for j in range(60)] for i in range(60)]
    >>> lifted_nullspace(fmpz_mat(rows)) is None  # rank 7: too small to be worth it
    True
    >>> rows = [[(i * i + j) ** 2 % 101 if i < 30 else 0 for j in range(60)] for i in range(60)]
    >>> kernel = lifted_nullspace(fmpz_mat(rows))
    >>> (kernel.ncols(), (fmpz_mat(rows) * kernel).is_zero())
    (30, True)
    """
    columns = _pivots(nmod_mat(matrix, PRIME))
    width, rank = matrix.ncols(), len(columns)
    if rank < _LEAST_RANK or width - rank < _LEAST_NULLITY:
        return None
    entries: list[Any] = matrix.entries()
    largest = int(max(max(entries), -min(entries)))
    if (rank * PRIME * max(PRIME, largest)).bit_length() >= _MANTISSA:
        return None
    table = matrix.tolist()
    rows = _pivots(nmod_mat(fmpz_mat([[row[j] for row in table] for j in columns]), PRIME))
    free = sorted(set(range(width)) - set(columns))
    block = [[table[i][j] for j in columns] for i in rows]
    right = [[table[i][j] for j in free] for i in rows]
    scaled, denominator = _scaled_solution(block, right)
    kernel: list[Any] = [None] * width
    for j, line in zip(columns, scaled, strict=True):
        kernel[j] = line
    for place, j in enumerate(free):
        kernel[j] = [-denominator if k == place else 0 for k in range(len(free))]
    found = fmpz_mat(kernel)
    return found if (matrix * found).is_zero() else None


def _pivots(matrix: nmod_mat) -> list[int]:
    """The pivot columns over the field of PRIME elements."""
    reduced, rank = matrix.rref()
    found, column = [], 0
    for i in range(rank):
        while not int(reduced[i, column]):
            column += 1
        found.append(column)
        column += 1
    return found


def _scaled_solution(block: list[list[Any]], right: list[list[Any]]) -> tuple[list[Any], Any]:
    """(rows of d X, d) with block X = right, where the guess at d holds."""
    weights = [[pow(k, e, 101) for k in range(1, len(right[0]) + 1)] for e in range(_COMBINATIONS)]
    sums = fmpz_mat(right) * fmpz_mat(weights).transpose()
    solution: Any = fmpz_mat(block).solve(sums)
    numerators, denominator = solution.numer_denom()
    denominator *= _SPARE
    largest = _SPARE * max(abs(x) for x in numerators.entries())
    bits = max(denominator.bit_length(), largest.bit_length()) + 16
    pairs = _digit_pairs(block, right, bits)
    base = fmpz(PRIME) ** 2
    modulus = base ** len(pairs)
    powers = fmpz_mat([[denominator * base**i % modulus for i in range(len(pairs))]])
    half, width = modulus // 2, len(right[0])
    entries = [(x + half) % modulus - half for x in (powers * fmpz_mat(pairs)).entries()]
    return [entries[i : i + width] for i in range(0, len(entries), width)], denominator


def _digit_pairs(block: list[list[Any]], right: list[list[Any]], bits: int) -> list[list[int]]:
    """The digits of X in base PRIME^2, lowest first, each as the list of all entries."""
    import numpy as np

    size = len(block)
    inverse = [int(x) for x in nmod_mat(fmpz_mat(block), PRIME).inv().entries()]
    C = np.array(inverse, dtype=float).reshape(size, size)
    A = np.array([[int(x) for x in row] for row in block], dtype=float)
    residual = np.array([[int(x) for x in row] for row in right], dtype=np.int64)

    def digit() -> Any:
        nonlocal residual
        # Sums of `size` products below 2^53: exact.
        found = (C @ (residual % PRIME).astype(float)).astype(np.int64) % PRIME
        residual = (residual - (A @ found.astype(float)).astype(np.int64)) // PRIME
        return found

    count = -(-bits // (2 * PRIME.bit_length() - 2))
    return [(digit() + PRIME * digit()).ravel().tolist() for _ in range(count)]
