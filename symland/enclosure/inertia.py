"""The inertia that all symmetric matrices in an interval matrix share."""

from __future__ import annotations

from flint import arb, arb_mat, fmpq

from symland.enclosure.dyadic import dyadic_matrix

__all__ = ["Congruence", "congruence", "dominant_signs"]

ROUNDS = 5
FEW_BITS, MOST_BITS = 8, 2048
Congruence = tuple[tuple[int, int, int], list[list[fmpq]]]
"""(positive, negative, zero) and the dyadic matrix S that makes S' H S diagonally dominant."""


def dominant_signs(matrix: arb_mat, margin: int = 1) -> tuple[int, int, int] | None:
    """The inertia of a matrix each of whose rows is diagonally dominant, `margin`-fold.

    By Gershgorin's theorem the eigenvalues have the signs of the diagonal entries; None where a
    row is not dominant.

    >>> dominant_signs(arb_mat(2, 2, [3, 1, 1, -2])), dominant_signs(arb_mat(1, 1, [arb(0, 1)]))
    ((1, 1, 0), None)
    """
    positive, rows = 0, matrix.tolist()
    for i, row in enumerate(rows):
        diagonal = row[i]
        row[i] = arb(0)
        if not diagonal.abs_lower() > margin * sum(map(arb.abs_upper, row), arb(0)):
            return None
        row[i] = diagonal
        positive += bool(row[i] > 0)
    return positive, len(rows) - positive, 0


def congruence(matrix: arb_mat) -> Congruence | None:
    """An S for which S' H S is diagonally dominant for all H in the symmetric `matrix`.

    S is found in floating point, from eigenvectors, and improved on S' H S itself, so that badly
    conditioned matrices end well too. None where that fails: a matrix in it may be singular.

    >>> congruence(arb_mat(2, 2, [0, 1, 1, 0]))[0], congruence(arb_mat(2, 2, [1, 1, 1, 1]))
    ((1, 1, 0), None)
    """
    S, moved = None, matrix  # moved is S' H S
    for _ in range(ROUNDS):
        factor = _scaled_eigenvectors(moved)
        if factor is None:
            return None
        S = factor if S is None else (S * factor).mid()
        found = _rounded(matrix, S, FEW_BITS, FEW_BITS)
        if found is not None:
            return found
        moved = S.transpose() * matrix * S
        if dominant_signs(moved, margin=3) is not None:
            return _rounded(matrix, S, FEW_BITS + 6, MOST_BITS)
    return None


def _scaled_eigenvectors(matrix: arb_mat) -> arb_mat | None:
    """Eigenvectors over the square roots of the absolute eigenvalues, in floats."""
    import numpy as np

    n = matrix.nrows()
    values = np.array([[float(x) for x in row] for row in matrix.tolist()])  # midpoints
    if not np.isfinite(values).all():
        return None
    try:
        eigenvalues, vectors = np.linalg.eigh((values + values.T) / 2)
    except np.linalg.LinAlgError:
        return None
    size = np.sqrt(np.abs(eigenvalues))
    if not size.all():
        return None
    factor = vectors / size
    if not np.isfinite(factor).all():
        return None
    return arb_mat(n, n, [float(x) for x in factor.ravel()])


def _rounded(matrix: arb_mat, S: arb_mat, bits: int, most: int) -> Congruence | None:
    """S with as few binary places as still work, from `bits` to `most`."""
    n = matrix.nrows()
    while bits <= most:
        rows = dyadic_matrix(S, bits)
        turn = arb_mat(n, n, [arb(x) for row in rows for x in row])
        signs = dominant_signs(turn.transpose() * (matrix * turn), margin=2)
        if signs is not None:
            return signs, rows
        bits += max(6, bits // 2)
    return None
