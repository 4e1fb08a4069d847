"""The dimension of a stratum against the exact rank of tangent vectors at random points of it."""

import pytest

from symland.exact.rational_matrix import RationalMatrix
from symland.landscape.deep_linear.data import deep_linear
from symland.landscape.deep_linear.point import LinearPoint
from symland.landscape.deep_linear.strata import Strata
from tests.landscape.deep_linear.planted import instances


def tangent_rank(planted):
    """The dimension of the critical set at a planted point, as the rank of moves along it.

    Moves: changes of basis of hidden layers; the pairs (g_0, g_K) with g_0 B'Q = B'Q g_K on the
    unused parts; rotations that commute with Sigma, at output and input together; and W_1 on
    directions that no input has.
    """
    linear = deep_linear(planted.problem)
    weights, K = planted.weights, linear.K
    point = LinearPoint(Strata(linear), weights)
    A, B = linear.A, linear.B
    d_x, d_y = linear.widths[0], linear.widths[-1]
    span = A.column_basis()  # d_x x n, a basis of the span of the inputs
    moves = []

    def unit(m, n, i, j):
        return RationalMatrix([[int((a, b) == (i, j)) for b in range(n)] for a in range(m)], n)

    def record(change):
        moves.append(
            [
                x
                for k in range(1, K + 1)
                for row in (
                    change[k].tolist()
                    if k in change
                    else [[0] * weights[k - 1].shape[1]] * weights[k - 1].shape[0]
                )
                for x in row
            ]
        )

    for k in range(1, K):
        d = linear.widths[k]
        for i in range(d):
            for j in range(d):
                g = unit(d, d, i, j)
                record({k: g @ weights[k - 1], k + 1: -(weights[k] @ g)})
    silent = A.nullspace()
    for c in range(silent.shape[1]):
        for i in range(linear.widths[1]):
            record({1: unit(linear.widths[1], 1, i, 0) @ silent.columns([c]).T})
    for g_0, g_K in [*_commuting(point, span), *_rotations(linear)]:
        first, last = -(weights[0] @ g_0), g_K @ weights[K - 1]
        record({1: first + last} if K == 1 else {1: first, K: last})
    assert d_x
    assert d_y
    assert B.shape == (d_y, d_x)
    return RationalMatrix(moves).rank()


def _pairs_solving(d_x, d_y, equations):
    """A basis of the pairs (g_0, g_K) on which every linear form of `equations` vanishes."""
    size = d_x * d_x + d_y * d_y
    columns = []
    for position in range(size):
        flat = [int(i == position) for i in range(size)]
        g_0 = RationalMatrix([flat[i * d_x : (i + 1) * d_x] for i in range(d_x)])
        rest = flat[d_x * d_x :]
        g_K = RationalMatrix([rest[i * d_y : (i + 1) * d_y] for i in range(d_y)])
        columns.append([x for m in equations(g_0, g_K) for row in m.tolist() for x in row])
    for column in RationalMatrix(columns).T.nullspace().T.tolist():
        rest = column[d_x * d_x :]
        yield (
            RationalMatrix([column[i * d_x : (i + 1) * d_x] for i in range(d_x)]),
            RationalMatrix([rest[i * d_y : (i + 1) * d_y] for i in range(d_y)]),
        )


def _commuting(point, span):
    """g_0 on the unused part of the inputs' span, g_K on that of the outputs, with
    g_0 E' = E' g_K for E' = B'Q."""
    linear = point.linear
    d_x, d_y = linear.widths[0], linear.widths[-1]
    Q, B = point.outside, linear.B
    # P_0 projects the inputs' space onto its used part B' col(P), along what M sends to 0.
    if point.rank:
        U = point.basis
        P_0 = B.T @ U @ (U.T @ linear.sigma @ U).solve(U.T @ point.above(0))
    else:
        P_0 = RationalMatrix.zero(d_x, d_x)
    RationalMatrix.identity(d_x) - P_0
    outside_span = linear.A.nullspace()
    E = B.T @ Q

    def equations(g_0, g_K):
        return (
            g_0 @ P_0,
            P_0 @ g_0,
            g_K @ (RationalMatrix.identity(d_y) - Q),
            (RationalMatrix.identity(d_y) - Q) @ g_K,
            outside_span.T @ g_0,
            g_0 @ E - E @ g_K,
        )

    yield from _pairs_solving(d_x, d_y, equations)


def _rotations(linear):
    """Skew changes that fix the loss: (g_0, g_K) with g_K B = B g_0', A-skew and skew."""
    d_x, d_y = linear.widths[0], linear.widths[-1]
    A, B = linear.A, linear.B

    def equations(g_0, g_K):
        return (g_K + g_K.T, g_0 @ A + A @ g_0.T, g_K @ B - B @ -(g_0.T))

    # M moves to M + g_K M - M g_0; the loss tr(M A M') - 2 tr(B M') does not change.
    yield from _pairs_solving(d_x, d_y, equations)


@pytest.mark.parametrize("seed", range(14))
def test_dimension_is_the_rank_of_moves(seed):
    for planted in instances(200 + seed):
        strata = Strata(deep_linear(planted.problem))
        if strata.linear.K == 1:
            (row,) = strata.rows()
        else:
            row = next(
                r
                for r in strata.barcode_rows()
                if (r.taken, r.barcode) == (planted.taken, planted.barcode)
            )
        assert row.dimension == tangent_rank(planted)
        assert row.dimension <= row.inertia[2]
