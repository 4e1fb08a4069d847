"""Descent from a non-strict saddle: a curve whose lowest-order term is negative.

Off the used subspace, layer k acts as Z_k. For a shortest pivot (i, j) with J_ij nonzero the
product of the layers between is zero there; it is cut at layers k_1 < ... < k_c into nonzero runs,
and each cut is bridged by a rank-one step D_{k_m}. Along

    W_i + s D_i,  W_j + s D_j,  W_{k_m} + tau s^e D_{k_m}

the loss changes by exactly -(tau s^e)^c s^2 gamma + 1/2 (tau s^e)^(2c) |...|^2 (scale 1/2).
The lowest order is c + 2, or 4 if c = 1 and the square does not vanish at s = 0. For c = 1 the cut
and the step are chosen so that the square vanishes wherever one of them does: the order is then 3,
the least that a non-strict saddle can have.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from symland.exact.number_field import sign
from symland.landscape.deep_linear.curve import Curve
from symland.landscape.deep_linear.descent import _first_nonzero, _unit
from symland.landscape.deep_linear.point import LinearPoint

__all__ = ["descent_curve"]


@dataclass(frozen=True, eq=False)
class _Run:
    """A nonzero product of layers from vertex `start` to vertex `stop`, off the used subspace.

    `column` starts in it and `row` reads it off: row @ product @ column = gain, not zero.
    """

    column: Any
    row: Any
    gain: Any


def descent_curve(point: LinearPoint) -> Curve:
    """A descent curve from a non-strict saddle, of the lowest order over all that are tried."""
    walker = _Walker(point)
    best: tuple[int, Curve] | None = None
    for i, j in walker.shortest_pivots():
        for cuts, runs in walker.ways(i, j):
            curve = walker.curve(i, j, cuts, runs)
            order, _ = curve.lowest(point.linear, point.weights)
            if best is None or order < best[0]:
                best = order, curve
            if order == 3:
                return curve
    if best is None:
        raise ArithmeticError("no pivot is nonzero: the point is no saddle")
    return best[1]


class _Walker:
    def __init__(self, point: LinearPoint):
        self.point = point
        self.off = [self._projector(k) for k in range(1, point.K + 1)]

    def _projector(self, k: int) -> Any:
        """The projector of R^{d_k} onto the part off the used subspace, along the used one."""
        point = self.point
        identity = point.identity(point.linear.widths[k])
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

    def ways(self, i: int, j: int) -> Iterator[tuple[list[int], list[_Run]]]:
        """Cuts and the runs between them: for one cut every choice, else the greedy one."""
        cuts, products = self._greedy(i, j)
        if len(cuts) == 1:
            for k in range(j + 1, i):
                for pair in self._pairs(i, j, k):
                    yield [k], pair
        starts, stops = [j, *cuts], [*(k - 1 for k in cuts), i - 1]
        yield cuts, [self._run(*x) for x in zip(starts, stops, products, strict=True)]

    def _product(self, start: int, stop: int) -> Any:
        word = self.off[start - 1]
        for k in range(start + 1, stop + 1):
            word = self.point.weights[k - 1] @ word
        return word

    def _greedy(self, i: int, j: int) -> tuple[list[int], list[Any]]:
        """Cut as late as possible: layers k_1, ..., k_c and the nonzero products between them."""
        cuts, products, product = [], [], self.off[j - 1]
        for k in range(j + 1, i):
            longer = self.point.weights[k - 1] @ product
            if longer.is_zero():
                cuts.append(k)
                products.append(product)
                product = self.off[k - 1]
            else:
                product = longer
        return cuts, [*products, product]

    def _run(self, start: int, stop: int, product: Any) -> _Run:
        """Start and end of a run at its first entry that is not zero."""
        a, b = _first_nonzero(product)
        column = self.off[start - 1] @ _unit(product.shape[1], b)
        row = _unit(product.shape[0], a).T @ self.off[stop - 1]
        return _Run(column, row, product[a, b])

    def _pairs(self, i: int, j: int, k: int) -> Iterator[list[_Run]]:
        """Two runs around a cut at k for which the square of the loss vanishes at first order.

        Either the first is read off by a functional that no input reaches, or the second starts
        from a vector that no output sees.
        """
        point, first, second = self.point, self._product(j, k - 1), self._product(k, i - 1)
        if first.is_zero() or second.is_zero():
            return
        idle = (point.below(k) @ point.linear.A).T.nullspace().T
        if not (idle @ first).is_zero():
            a, b = _first_nonzero(idle @ first)
            column = self.off[j - 1] @ _unit(first.shape[1], b)
            before = _Run(column, idle.rows([a]), (idle @ first)[a, b])
            yield [before, self._run(k, i - 1, second)]
        unseen = point.above(k).nullspace()
        if not (second @ unseen).is_zero():
            a, b = _first_nonzero(second @ unseen)
            row = _unit(second.shape[0], a).T @ self.off[i - 2]
            after = _Run(unseen.columns([b]), row, (second @ unseen)[a, b])
            yield [self._run(j, k - 1, first), after]

    def curve(self, i: int, j: int, cuts: list[int], runs: list[_Run]) -> Curve:
        """The curve along one pivot, cut and bridged in this way."""
        phi: Any = 1
        for run in runs:
            phi = run.gain * phi
        steps = {
            k: after.column @ before.row
            for k, before, after in zip(cuts, runs, runs[1:], strict=False)
        }
        if sign(phi) < 0:
            steps[cuts[0]] = -steps[cuts[0]]
            phi = -phi
        x, y, gamma_0 = self._ends(i, j)
        moves = {i: {1: x @ runs[-1].row}, j: {1: runs[0].column @ y}}
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
