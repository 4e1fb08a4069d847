"""Points of negative mass as means of points of positive mass: an exact vertex of a polytope."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product

from symland.exact.rational_matrix import RationalMatrix
from symland.search.deadline import Deadline

__all__ = ["mean_transfer"]

Rationals = Sequence[Fraction]
MOST_ENTRIES = 4000
"""Entries of the matrix beyond which no linear program is tried."""
SUPPORT = 1e-9


def mean_transfer(
    points: Sequence[Rationals], masses: Rationals, deadline: Deadline
) -> list[list[Fraction]] | None:
    """T >= 0 with a row for each point x_i of negative mass q_i, in order, and a column for each
    point, such that sum_j T_ij = -q_i, sum_j T_ij x_j = -q_i x_i and sum_i T_ij = max(q_j, 0).

    So each x_i is a mean of points of positive mass, all of which is used. There is such a T if
    and only if sum q_j h(x_j) >= 0 for every convex function h (Strassen 1965). None where there
    is none, the time is over, the matrix has more than 4000 entries, or floats find no vertex.

    >>> mean_transfer([[-1], [0], [2]], [Fraction(2), Fraction(-3), Fraction(1)], Deadline(9))
    [[Fraction(2, 1), Fraction(0, 1), Fraction(1, 1)]]
    >>> mean_transfer([[-1], [0], [2]], [Fraction(-2), Fraction(3), Fraction(-1)], Deadline(9))
    """
    lower = [i for i, q in enumerate(masses) if q < 0]
    upper = [j for j, q in enumerate(masses) if q > 0]
    moments = [sum(masses), *(_dot(masses, axis) for axis in zip(*points, strict=True))]
    if any(moments) or len(lower) * len(upper) > MOST_ENTRIES:
        return None  # convex functions and their negatives: the affine ones
    places = list(product(range(len(lower)), range(len(upper))))
    rows = _equations(points, masses, lower, upper)
    support = _support(rows, deadline)
    entries = None if support is None else _solution(rows, support)
    if support is None or entries is None or min(entries, default=Fraction(0)) < 0:
        return None
    table = [[Fraction(0)] * len(masses) for _ in lower]
    for column, value in zip(support, entries, strict=True):
        i, j = places[column]
        table[i][upper[j]] = value
    return table


def _dot(u: Rationals, v: Rationals) -> Fraction:
    return sum((x * y for x, y in zip(u, v, strict=True)), Fraction(0))


def _equations(
    points: Sequence[Rationals], masses: Rationals, lower: list[int], upper: list[int]
) -> list[list[Fraction]]:
    """The equations on the entries T_ij, row by row, the right side last."""
    zero, one = Fraction(0), Fraction(1)
    rows = []
    for number, i in enumerate(lower):
        for factor in [[one] * len(points), *zip(*points, strict=True)]:
            row = [zero] * (len(lower) * len(upper))
            row[number * len(upper) : (number + 1) * len(upper)] = [factor[j] for j in upper]
            rows.append([*row, -masses[i] * factor[i]])
    for number, j in enumerate(upper):
        row = [one * (k % len(upper) == number) for k in range(len(lower) * len(upper))]
        rows.append([*row, masses[j]])
    return rows


def _support(rows: list[list[Fraction]], deadline: Deadline) -> list[int] | None:
    """The entries that are not 0 at a vertex of the polytope, found in floats."""
    import numpy as np
    from scipy.optimize import linprog

    if not rows or deadline.passed():
        return None if rows else []
    try:
        table = np.array([[float(x) / (float(max(map(abs, r))) or 1) for x in r] for r in rows])
    except OverflowError:
        return None
    found = linprog(
        np.zeros(table.shape[1] - 1),
        A_eq=table[:, :-1],
        b_eq=table[:, -1],
        method="highs-ds",
        options={"time_limit": deadline.remaining()},
    )
    if found.status != 0:
        return None
    return [k for k, x in enumerate(found.x) if x > SUPPORT * max(found.x)]


def _solution(rows: list[list[Fraction]], support: list[int]) -> list[Fraction] | None:
    """The only solution with that support, exactly; None where there is none or several."""
    matrix = RationalMatrix([[row[k] for k in support] for row in rows], len(support))
    right = RationalMatrix([[row[-1]] for row in rows], 1)
    both = matrix.beside(right)
    pivots = both.pivots()
    if pivots != list(range(len(support))):
        return None
    chosen = both.rows(both.T.pivots())
    square = chosen.columns(range(len(support)))
    solved = square.solve(chosen.columns([len(support)]))
    return [x for (x,) in solved.tolist()]
