"""Why a critical point is a saddle: directions of negative curvature, descent and ascent curves.

Each witness comes from a formula in the words of the point; whether it does what it promises is
read off the exact loss along the curve, here and again by whoever checks it.
"""

from __future__ import annotations

from typing import Any

from symland.exact.number_field import sign
from symland.exact.rational_matrix import RationalMatrix
from symland.landscape.deep_linear.curve import Curve
from symland.landscape.deep_linear.point import LinearPoint

__all__ = ["ascent_curve", "pivot_direction", "rotation_direction"]


def _unit(size: int, index: int) -> RationalMatrix:
    """The column e_index."""
    return RationalMatrix([[int(i == index)] for i in range(size)], 1)


def _first_nonzero(matrix: Any) -> tuple[int, int]:
    m, n = matrix.shape
    return next((i, j) for i in range(m) for j in range(n) if matrix[i, j])


def _scalar(matrix: Any) -> Any:
    """The entry of a 1 x 1 matrix."""
    return matrix[0, 0]


def _norm(vector: Any) -> Any:
    return _scalar(vector.T @ vector)


def rotation_direction(point: LinearPoint, x: Any, y: Any) -> Curve:
    """Turn the vector x used towards the better vector y that is not used.

    For x in col(MA), y orthogonal to it and tau = x' Sigma x / |Sigma x|^2 the direction
    D_K = y x' W_K, D_1 = tau W_1 B' x y' M* has second derivative
    x' Sigma x (|y|^2 - (x' Sigma x)(y' Sigma y) / |Sigma x|^2) up to the factor 2 scale.
    """
    sigma, K = point.linear.sigma, point.K
    image = sigma @ x
    tau = _scalar(x.T @ image) / _norm(image)
    last = y @ (x.T @ point.weights[K - 1])
    first = (point.weights[0] @ point.linear.B.T @ x) @ (y.T @ point.linear.least_squares)
    return Curve({K: {1: last}, 1: {1: first.scale(tau)}})


def pivot_direction(point: LinearPoint, i: int, j: int) -> Curve:
    """Negative curvature from a pivot (i, j) with J_ij nonzero and rank T_ij above the rank.

    Either T_ij reaches a direction that no later layer sees, or it starts from one that no
    earlier layer produces; otherwise Frobenius' inequality would bound its rank.
    """
    J, T = point.pivot(i, j), point.between(i, j)
    row, column = _first_nonzero(J)
    e_y, e_x = _unit(J.shape[0], row), _unit(J.shape[1], column)
    gamma, A = J[row, column], point.linear.A
    unseen = point.above(j).nullspace()
    visible = T @ unseen
    if unseen.shape[1] and not visible.is_zero():
        b = unseen.columns([_first_nonzero(visible)[1]])
        a = T @ b
        word = a.T @ point.below(i)
        kappa = _norm(point.above(i) @ e_x) * _scalar(word @ A @ word.T)
        alpha = _step(_norm(a), gamma, kappa)
        return Curve({i: {1: (e_x @ a.T).scale(alpha)}, j: {1: b @ e_y.T}})
    idle = (point.below(i) @ A).T.nullspace()
    a = idle.columns([_first_nonzero(T.T @ idle)[1]])
    b = T.T @ a
    word = e_y.T @ point.below(j)
    kappa = _norm(point.above(j) @ b) * _scalar(word @ A @ word.T)
    alpha = _step(_norm(b), gamma, kappa)
    return Curve({i: {1: e_x @ a.T}, j: {1: (b @ e_y.T).scale(alpha)}})


def _step(theta: Any, gamma: Any, kappa: Any) -> Any:
    """theta gamma / kappa, or the sign of gamma where kappa is zero."""
    return theta * gamma / kappa if sign(kappa) else sign(gamma)


def ascent_curve(point: LinearPoint) -> Curve:
    """A curve along which the loss first rises, from any critical point, if some input is nonzero.

    With k the first layer above which the network is not zero: for k = 1 a step in W_1 alone;
    else the product is zero and a step in W_1, ..., W_k, with one of the two signs for W_k.
    """
    A, widths = point.linear.A, point.linear.widths
    k = next(k for k in range(1, point.K + 1) if not point.above(k).is_zero())
    column = _first_nonzero(point.above(k))[1]
    b = next(i for i in range(widths[0]) if A[i, i])
    ends = [b, *([0] * (k - 1)), column]
    units = [_unit(widths[j], ends[j]) for j in range(k + 1)]
    steps = {j: {1: units[j] @ units[j - 1].T} for j in range(1, k + 1)}
    upward = Curve(steps)
    if upward.lowest(point.linear, point.weights)[1] > 0:
        return upward
    return Curve({**steps, k: {1: -steps[k][1]}})
