"""The nullspace of an integer matrix by p-adic lifting, for wide kernels of large matrices.

Modulo a prime p the matrix shows its pivots: rows and columns with an invertible square block A,
the other columns B of these rows.  The kernel is spanned by the columns of (-A^-1 B, 1), and
X = A^-1 B is found digit by digit in base p (Dixon's lifting): a digit of X is C R mod p with
C = A^-1 mod p and the residual R, which begins as B and goes on as (R - A X) / p.  All numbers
stay so small that matrix products in floating point are exact.  A few combinations of the columns
of X, solved for exactly, give the common denominator d, so that the digits need reach only as far
as the integer matrix d X, and no fraction is reconstructed.

With d X = N modulo a power of p above |A N - d B| the rows of A are proved; the others are
multiplied out.  Where the guess at d, or p, was unlucky there is no result.
"""

from __future__ import annotations

from typing import Any

from flint import fmpz, fmpz_mat, nmod_mat

PRIME = 1048573  # the largest below 2^20
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
    table = _machine_integers(matrix)
    if table is None or rank * PRIME * max(PRIME, int(abs(table).max())) >= 1 << _MANTISSA:
        return None
    rows = _pivots(nmod_mat(fmpz_mat(table[:, columns].T.tolist()), PRIME))
    free = sorted(set(range(width)) - set(columns))
    found = _scaled_solution(table[rows][:, columns], table[rows][:, free])
    if found is None:
        return None
    scaled, denominator = found
    kernel: list[Any] = [None] * width
    for j, line in zip(columns, scaled, strict=True):
        kernel[j] = line
    for place, j in enumerate(free):
        kernel[j] = [-denominator if k == place else 0 for k in range(len(free))]
    basis = fmpz_mat(kernel)
    others = sorted(set(range(matrix.nrows())) - set(rows))
    holds = not others or (fmpz_mat(table[others].tolist()) * basis).is_zero()
    return basis if holds else None


def _machine_integers(matrix: fmpz_mat) -> Any:
    """The entries as NumPy's integers, or None where one does not fit."""
    import numpy as np

    entries: list[Any] = matrix.entries()
    try:
        found = np.array(list(map(int, entries)), dtype=np.int64)
    except OverflowError:
        return None
    return found.reshape(matrix.nrows(), matrix.ncols())


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


def _scaled_solution(block: Any, right: Any) -> tuple[list[Any], Any] | None:
    """(rows of d X, d) with block X = right, or None where the guess at d fails."""
    width = right.shape[1]
    weights = [[pow(k, e, 101) for k in range(1, width + 1)] for e in range(_COMBINATIONS)]
    exact = fmpz_mat(block.tolist())
    solution: Any = exact.solve(fmpz_mat(right.tolist()) * fmpz_mat(weights).transpose())
    numerators, denominator = solution.numer_denom()
    denominator *= _SPARE
    expected = max(denominator, *(_SPARE * abs(x) for x in numerators.entries()))
    size = (len(block) + 1) * int(max(abs(block).max(), abs(right).max()))
    triples = _digit_triples(exact, block, right, (size * expected).bit_length() + 8)
    base = fmpz(PRIME) ** 3
    modulus = base ** len(triples)
    powers = fmpz_mat([[denominator * base**i % modulus for i in range(len(triples))]])
    half = modulus // 2
    residues = [x % modulus for x in (powers * fmpz_mat(triples)).entries()]
    entries = [x - modulus if x > half else x for x in residues]
    if size * max(max(entries), -min(entries), denominator) >= modulus:
        return None
    return [entries[i : i + width] for i in range(0, len(entries), width)], denominator


def _digit_triples(exact: fmpz_mat, block: Any, residual: Any, bits: int) -> list[list[int]]:
    """The digits of X in base PRIME^3, lowest first, each as the list of all entries."""
    import numpy as np

    inverse = [int(x) for x in nmod_mat(exact, PRIME).inv().entries()]
    C = np.array(inverse, dtype=float).reshape(block.shape)
    A = block.astype(float)

    def digit() -> Any:
        nonlocal residual
        # Sums of so many products below 2^53: exact.
        found = (C @ (residual % PRIME).astype(float)).astype(np.int64) % PRIME
        residual = (residual - (A @ found.astype(float)).astype(np.int64)) // PRIME
        return found

    count = -(-bits // (3 * PRIME.bit_length() - 3))
    return [(digit() + PRIME * (digit() + PRIME * digit())).ravel().tolist() for _ in range(count)]
