"""Descent from a non-strict saddle: a curve whose lowest-order term is negative.

Off the used subspace, layer k acts as Z_k. For a shortest pivot (i, j) with J_ij nonzero the
product of the layers between is zero there; it is cut greedily at layers k_1 < ... < k_c into
nonzero runs, and each cut is bridged by a rank-one step D_{k_m}. Along

    W_i + s D_i,  W_j + s D_j,  W_{k_m} + tau s^e D_{k_m}

the loss changes by exactly -(tau s^e)^c s^2 gamma + 1/2 (tau s^e)^(2c) |...|^2 (scale 1/2).
The lowest order is c + 2, or 4 if c = 1 and the square does not vanish at s = 0.
"""

from __future__ import annotations

from typing import Any

from symland.exact.number_field import sign
from symland.landscape.deep_linear.curve import Curve
from symland.landscape.deep_linear.descent import _first_nonzero, _unit
from symland.landscape.deep_linear.point import LinearPoint

__all__ = ["descent_curve"]


def descent_curve(point: LinearPoint) -> Curve:
    """A descent curve from a non-strict saddle, of the lowest order over all shortest pivots."""
    walker = _Walker(point)
    curves = [walker.curve(i, j) for i, j in walker.shortest_pivots()]
    return min(curves, key=lambda curve: curve.lowest(point.linear, point.weights)[0])


class _Walker:
    def __init__(self, point: LinearPoint):
        self.point = point
        self.off = [self._projector(k) for k in range(1, point.K + 1)]

    def _projector(self, k: int) -> Any:
        """The projector of R^{d_k} onto the part off the used subspace, along the used one."""
        point = self.point
        identity = (
            point.between(k + 1, k) if k < point.K else point._identity(point.linear.widths[-1])
        )
        if not point.rank:
            return identity
        U = point.basis
        gram = U.T @ point.linear.sigma @ U
        used = point.below(k + 1) @ point.linear.B.T @ U
        return identity - used @ gram.solve(U.T @ point.above(k))

    def shortest_pivots(self) -> list[tuple[int, int]]:
        """Pivots with J_ij nonzero all of whose sub-pivots vanish."""
        point, K = self.point, self.point.K
        nonzero = {
            (i, j) for i in range(2, K + 1) for j in range(1, i) if not point.pivot(i, j).is_zero()
        }
        return [p for p in sorted(nonzero) if not {(p[0] - 1, p[1]), (p[0], p[1] + 1)} & nonzero]

    def _runs(self, i: int, j: int) -> tuple[list[int], list[Any]]:
        """Cut layers k_1, ..., k_c and the nonzero runs between them."""
        cuts, runs, run = [], [], self.off[j - 1]
        for k in range(j + 1, i):
            longer = self.point.weights[k - 1] @ run
            if longer.is_zero():
                cuts.append(k)
                runs.append(run)
                run = self.off[k - 1]
            else:
                run = longer
        return cuts, [*runs, run]

    def curve(self, i: int, j: int) -> Curve:
        """The curve of one shortest pivot."""
        cuts, runs = self._runs(i, j)
        starts, phi = [j, *cuts], 1
        stops = [*(k - 1 for k in cuts), i - 1]
        vs, ws = [], []
        for start, stop, run in zip(starts, stops, runs, strict=True):
            a, b = _first_nonzero(run)
            vs.append(self.off[start - 1] @ _unit(run.shape[1], b))
            ws.append(_unit(run.shape[0], a).T @ self.off[stop - 1])
            phi = run[a, b] * phi
        x, y, gamma_0 = self._ends(i, j)
        steps = {k: v @ w for k, v, w in zip(cuts, vs[1:], ws, strict=False)}
        if sign(phi) < 0:
            steps[cuts[0]] = -steps[cuts[0]]
            phi = -phi
        moves = {i: {1: x @ ws[-1]}, j: {1: vs[0] @ y}}
        tau, power = self._speed(i, j, steps, gamma_0 * phi)
        return Curve({**moves, **{k: {power: D.scale(tau)} for k, D in steps.items()}})

    def _ends(self, i: int, j: int) -> tuple[Any, Any, Any]:
        """x (column), y' (row) and gamma_0 = y' J_ij x > 0."""
        point = self.point
        J = point.pivot(i, j)
        row, column = _first_nonzero(J)
        x = self.off[i - 1] @ _unit(J.shape[1], column)
        if j > 1:
            y = _unit(J.shape[0], row).T @ self.off[j - 2]
        else:
            y = (point.outside @ point.above(i) @ x).T @ point.linear.least_squares
        gamma_0 = (y @ J @ x)[0, 0]
        return (-x, y, -gamma_0) if sign(gamma_0) < 0 else (x, y, gamma_0)

    def _speed(self, i: int, j: int, steps: dict[int, Any], gamma: Any) -> tuple[Any, int]:
        """(tau, e) so that the lowest term is negative."""
        point, c = self.point, len(steps)
        word = point.below(j + 1)
        for k in range(j + 1, i):
            word = steps.get(k, point.weights[k - 1]) @ word
        image = point.above(i - 1) @ word
        kappa = (image @ point.linear.A @ image.T).trace()
        if c > 2 or not sign(kappa):
            return 1, 1
        ratio = gamma / kappa
        return (ratio if sign(ratio - 1) < 0 else 1), (2 if c == 1 else 1)
