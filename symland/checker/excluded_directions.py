"""Directions from a degenerate critical point in which no other one lies: see rules_isolated.py.

Let v, |v| = 1, be in a cell, and z = r u with u = (v, B v + w), |w| <= e and 0 < |r| <= R: the
cells are those of one half of all directions, the others are the same with -r.

Third order.  The sum over i of N_ia u' T_i u is away from 0, for some column a.

Fourth order, where N_b' D_a N_c = 0 for all a, b, c, with D_a = sum_i N_ia T_i(m) the derivative of
the Hessian along N_a at m, exact.  By (1), y = r^2 h with h = -H_pp^-1 (u' T_i u / 2)_(i in p), so
that z = r (k + r (0, h)) with k = N v.  With Taylor's formula for t -> N_a' g(m + t z),

    N_a' g(m + z) = z' D_a z / 2 + z' Q_a(z) z / 6,

where Q_a(z) = sum_j z_j (the derivative of the Hessian along N_a and e_j somewhere in the box).
Since k' D_a k = 0, the quotient by r^3 is, with u = k + r (0, h),

    k' D_a (0, h) + r (0, h)' D_a (0, h) / 2 + u' Q_a(u) u / 6.

At a critical point it is 0 for all a; in each cell intervals over v, r in [-R, R], and h show that
for one a, which may depend on the cell, it is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from .effort import spend
from .higher_derivatives import hessian_along
from .interval_jets import Intervals
from .intervals import Interval, number
from .linear_algebra import Matrix, dot as exact_dot, identity
from .logarithms import Logarithmic, Logarithms
from .statement import Problem

Square = list[list[Interval]]
Cell = list[tuple[Fraction, Fraction]]


@dataclass(frozen=True)
class Kernel:
    """The vectors N s = (s, B s), s the weights `free` and B s the `rest`; and H_pp^-1."""

    free: list[int]
    rest: list[int]
    inverse: Matrix
    B: Matrix
    is_minimum_across: bool  # H_pp is positive definite

    def column(self, a: int) -> list[Fraction]:
        """Column a of N."""
        found = [Fraction(0)] * (len(self.free) + len(self.rest))
        found[self.free[a]] = Fraction(1)
        for k, row in zip(self.rest, self.B, strict=True):
            found[k] = row[a]
        return found


class Directions:
    """What excludes directions: derivatives in the box `over` around the point."""

    def __init__(
        self,
        problem: Problem,
        kernel: Kernel,
        midpoint: list[Fraction],
        over: list[Interval],
        third: list[Square],
        reach: Fraction,
        slack: Fraction,
        bits: int,
    ) -> None:
        self.problem, self.kernel, self.midpoint, self.over = problem, kernel, midpoint, over
        self.third, self.bits, self.arithmetic = third, bits, Intervals(bits)
        self.reach = Interval.between(-reach, reach, bits)
        self.slack = Interval.between(-slack, slack, bits)
        self.columns = [kernel.column(a) for a in range(len(kernel.free))]
        self.fourth: list[tuple[Square, list[Square]]] | None = None

    def excluded(self, cell: Cell) -> bool:
        """Whether no other critical point lies in directions with v in the cell."""
        k = self._along(cell)
        bends = self._bends(k)
        if any(self._is_nonzero(_dot(column, bends)) for column in self.columns):
            return True
        return any(self._is_nonzero(x) for x in self._quotients(k, self._beside(bends)))

    def rising(self, cell: Cell) -> bool:
        """Whether r and sum_a v_a N_a' g have the same sign where v is in the cell and (1) holds,
        from which |w| <= e follows: the fourth order is positive."""
        k = self._along(cell)
        quotients = self._quotients(k, self._beside(self._bends(k)))
        terms = [k[i] * x for i, x in zip(self.kernel.free, quotients, strict=False)]
        return bool(terms) and self.arithmetic.sign(sum(terms[1:], terms[0])) > 0

    def _bends(self, k: list[Interval]) -> list[Interval]:
        """u' T_i u for all i."""
        u = list(k)
        for i in self.kernel.rest:
            u[i] = k[i] + self.slack
        return [_form(matrix, u) for matrix in self.third]

    def _beside(self, bends: list[Interval]) -> list[Interval]:
        """(0, h)."""
        h = [number(0, self.bits)] * len(bends)
        for i, row in zip(self.kernel.rest, self.kernel.inverse, strict=True):
            h[i] = _dot([-x / 2 for x in row], [bends[q] for q in self.kernel.rest])
        return h

    def _is_nonzero(self, x: Interval) -> bool:
        return self.arithmetic.sign(x) != 0

    def _along(self, cell: Cell) -> list[Interval]:
        """N v over the cell."""
        v = [Interval.between(low, high, self.bits) for low, high in cell]
        found = [number(0, self.bits)] * len(self.over)
        for k, x in zip(self.kernel.free, v, strict=True):
            found[k] = x
        for k, row in zip(self.kernel.rest, self.kernel.B, strict=True):
            found[k] = _dot(row, v)
        return found

    def _quotients(self, k: list[Interval], h: list[Interval]) -> list[Interval]:
        """N_a' g / r^3 for all a; nothing where the third order does not vanish at the point."""
        if self.fourth is None:
            self.fourth = self._fourth_order()
        half, sixth = number(Fraction(1, 2), self.bits), number(Fraction(1, 6), self.bits)
        u = [x + self.reach * y for x, y in zip(k, h, strict=True)]
        found = []
        for D, Q in self.fourth:
            mixed = _bilinear(D, k, h) + self.reach * half * _form(D, h)
            spend(len(u) ** 3)
            terms = [x * _form(matrix, u) for x, matrix in zip(u, Q, strict=True)]
            found.append(mixed + sixth * sum(terms[1:], terms[0]))
        return found

    def _is_seen(self, D: Matrix) -> bool:
        """Whether N_b' D N_c is not 0 for some b and c."""
        across = [exact_dot(row, column) for column in self.columns for row in D]
        n = len(D)
        return any(
            exact_dot(column, across[i * n : i * n + n])
            for column in self.columns
            for i in range(len(self.columns))
        )

    def _fourth_order(self) -> list[tuple[Square, list[Square]]]:
        """D_a, and the derivatives of the Hessian along N_a and every weight over the box."""
        exact = [Logarithmic(x) for x in self.midpoint]
        slopes = [
            [
                [x.as_rational() for x in row]
                for row in hessian_along(self.problem, Logarithms(), exact, [column])
            ]
            for column in self.columns
        ]
        if any(map(self._is_seen, slopes)):
            return []
        return [
            (
                [[number(x, self.bits) for x in row] for row in D],
                [
                    hessian_along(self.problem, self.arithmetic, self.over, [column, unit])
                    for unit in identity(len(self.over))
                ],
            )
            for D, column in zip(slopes, self.columns, strict=True)
        ]


def _dot(factors: list[Fraction], values: list[Interval]) -> Interval:
    bits = values[0].bits
    total = number(0, bits)
    for a, x in zip(factors, values, strict=True):
        total = total + number(a, bits) * x
    return total


def _bilinear(matrix: Square, x: list[Interval], y: list[Interval]) -> Interval:
    total = number(0, x[0].bits)
    for a, row in zip(x, matrix, strict=True):
        for m, b in zip(row, y, strict=True):
            total = total + a * m * b
    return total


def _form(matrix: Square, x: list[Interval]) -> Interval:
    """x' M x for a symmetric matrix: squares are not negative."""
    bits = x[0].bits
    spend(len(x) ** 2)
    total, two = number(0, bits), number(2, bits)
    for i, a in enumerate(x):
        total = total + matrix[i][i] * a.square()
        for j in range(i):
            total = total + two * matrix[i][j] * (a * x[j])
    return total
