"""Krawczyk's operator: a proof that a box holds exactly one zero of a gradient."""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb, arb_mat

__all__ = ["approximate_inverse", "krawczyk"]


def approximate_inverse(matrix: arb_mat) -> arb_mat | None:
    """The inverse of the midpoints, without radii; None where it is not found.

    >>> approximate_inverse(arb_mat(1, 1, [4])).tolist()
    [[0.250000000000000]]
    """
    try:
        return matrix.mid().inv().mid()
    except ZeroDivisionError:
        return None


def krawczyk(
    gradient: Sequence[arb], hessian: arb_mat, radii: Sequence[arb], inverse: arb_mat
) -> list[arb]:
    """Upper bounds of |K(X) - m| for the box X = m +- radii, component by component.

    K(X) = m - Y g(m) + (I - Y H(X))(X - m), where `gradient` encloses g(m), `hessian` encloses
    the Hessian over X, and `inverse` is any matrix Y. If every bound is below its radius, exactly
    one zero of g lies in X, and it is within these bounds of m (Krawczyk 1969).

    >>> bounds = krawczyk([arb(0)], arb_mat(1, 1, [arb(2, 0.5)]), [arb(1)], arb_mat(1, 1, [0.5]))
    >>> bool(0.25 <= bounds[0] <= 0.26)
    True
    """
    n = len(gradient)
    step = inverse * arb_mat(n, 1, list(gradient))
    defect = (inverse * hessian).tolist()
    for i, row in enumerate(defect):
        row[i] = 1 - row[i]
    size = arb_mat(n, n, [x.abs_upper() for row in defect for x in row])
    spread = size * arb_mat(n, 1, list(radii))
    return [(step[i, 0].abs_upper() + spread[i, 0]).upper() for i in range(n)]
