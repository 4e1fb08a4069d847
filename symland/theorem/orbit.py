"""Degenerate minima of linear networks: the Hessian is flat along the orbit and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symland.exact.rational_matrix import RationalMatrix

if TYPE_CHECKING:
    from symland.theorem.place import PointPlace

__all__ = ["is_minimum_along_orbit", "orbit_dimension"]


def is_minimum_along_orbit(point: PointPlace) -> bool:
    """Whether the Hessian is positive semidefinite with the orbit's tangent space as its kernel.

    The loss of a network with linear activations does not change under W_k -> G_k W_k G_{k-1}^{-1}
    (G_0 and G_{H+1} identities), so that the critical point lies in a manifold of critical points
    with equal loss. By the Morse-Bott lemma it is then a local minimum.
    """
    instance = point.instance
    if not instance.linear or instance.problem.l2 is not None or not point.weights.is_rational:
        return False
    _, negative, zero = point.inertia
    return point.critical and not negative and zero == orbit_dimension(point.matrices)


def orbit_dimension(matrices: tuple[RationalMatrix, ...]) -> int:
    """The rank of (A_1, ..., A_H) -> (A_1 W_1, A_2 W_2 - W_2 A_1, ..., -W_{H+1} A_H).

    >>> orbit_dimension((RationalMatrix([[1]]), RationalMatrix([[2]])))
    1
    """
    widths = [W.shape[0] for W in matrices[:-1]]
    rows = []
    for k, width in enumerate(widths):
        for a in range(width):
            for b in range(width):
                unit = RationalMatrix(
                    [[int((i, j) == (a, b)) for j in range(width)] for i in range(width)]
                )
                moved = {k: unit @ matrices[k], k + 1: -(matrices[k + 1] @ unit)}
                rows.append(
                    [
                        x
                        for number, W in enumerate(matrices)
                        for row in moved.get(number, RationalMatrix.zero(*W.shape)).tolist()
                        for x in row
                    ]
                )
    return RationalMatrix(rows).rank() if rows else 0
