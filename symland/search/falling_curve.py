"""A line or parabola along which a loss falls to third or fourth order, for singular Hessians."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from operator import mul
from random import Random

import numpy as np
import numpy.typing as npt
from flint import arb, arb_mat, ctx

from symland.enclosure.dyadic import simple_rational
from symland.exact.rational_matrix import RationalMatrix
from symland.landscape.ball_landscape import BallLandscape
from symland.search.deadline import Deadline

__all__ = ["falling_curve"]

BITS = 512
STEP = arb(2) ** -60
SURE = 1e-9
MOST_KERNEL, DRAWS = 12, 20
Array = npt.NDArray[np.float64]


def falling_curve(
    landscape: BallLandscape,
    point: Sequence[arb],
    hessian: arb_mat,
    deadline: Deadline,
    seed: int = 0,
) -> tuple[int, list[list[Fraction]]] | None:
    """The order and, weight by weight, the coefficients of s^0 = 0, s, s^2 of a curve.

    The Hessian is rational, known closely enough to be guessed, and positive semidefinite. For z
    in its kernel L(p + s z + s^2 y) - L(p) begins with s^3 D^3 L(z, z, z) / 6; where that is 0,
    with s^4 (D^4 L(z, z, z, z) / 24 + c.y / 2 + y'H y / 2), c = D^3 L(z, z, .), which is least for
    y = -H^+ c / 2, and has no least value if c is not orthogonal to the kernel.

    >>> from symland.problem import Dataset, Network, Problem
    >>> problem = Problem(Network([1, 1, 1], "exp", "hidden"),
    ...                   Dataset([[-1], [0], [1]], [[2], [-1], [2]]))
    >>> landscape, point = BallLandscape(problem), [arb(0), arb(0), arb(1)]
    >>> with ctx.workprec(256):
    ...     hessian = landscape.at(point)[2]
    >>> order, curve = falling_curve(landscape, point, hessian, Deadline(9))
    >>> order, curve[0][:2]
    (4, [Fraction(0, 1), Fraction(1, 1)])
    """
    n, quartic = hessian.nrows(), None
    with ctx.workprec(BITS):
        entries = [simple_rational(x, 200) for x in hessian.entries()]
        if any(x is None for x in entries):
            return None
        rows = [entries[i * n : (i + 1) * n] for i in range(n)]
        try:
            matrix = np.array([[float(x or 0) for x in row] for row in rows])
        except OverflowError:
            return None
        inverse = np.linalg.pinv(matrix, rcond=1e-10, hermitian=True)
        for z in _kernel_vectors(RationalMatrix(rows), seed):
            if deadline.passed():
                break
            found = _along(landscape, point, z, inverse, matrix)
            if found is not None and found[0] == 3:
                return found  # and along it backwards the loss rises
            quartic = quartic or found
    return quartic


def _kernel_vectors(matrix: RationalMatrix, seed: int) -> Iterator[list[Fraction]]:
    """A basis of the kernel, sums and differences of two of its vectors, random sums."""
    basis = [list(v) for v in zip(*matrix.nullspace().tolist(), strict=True)][:MOST_KERNEL]
    yield from basis
    for u, v in combinations(basis, 2):
        for sign in (1, -1):
            yield [a + sign * b for a, b in zip(u, v, strict=True)]
    draw = Random(seed)
    for _ in range(DRAWS if len(basis) > 2 else 0):
        factors = [draw.choice((-1, 0, 1, 1)) for _ in basis]
        yield [sum(map(mul, factors, x), Fraction(0)) for x in zip(*basis, strict=True)]


def _along(
    landscape: BallLandscape, point: Sequence[arb], z: list[Fraction], inverse: Array, H: Array
) -> tuple[int, list[list[Fraction]]] | None:
    step = [STEP * arb(x.numerator) / x.denominator for x in z]
    here, ahead, behind = (
        [p + sign * d for p, d in zip(point, step, strict=True)] for sign in (0, 1, -1)
    )
    losses = [landscape.loss(w) for w in (here, ahead, behind)]
    slopes = [landscape.gradient(w) for w in (here, ahead, behind)]
    third = np.array([float((a + b - 2 * c) / STEP**2) for c, a, b in zip(*slopes, strict=True)])
    fourth = float((losses[1] + losses[2] - 2 * losses[0]) * 12 / STEP**4)
    along = np.array([float(x) for x in z])
    scale = SURE * max(1.0, abs(H).max())
    cubic = float(third @ along)
    if not np.isfinite([fourth, cubic]).all():
        return None
    if abs(cubic) > scale:
        return 3, [[Fraction(0), -x if cubic > 0 else x] for x in z]
    y = -inverse @ third / 2
    free = third - H @ (inverse @ third)
    if abs(free).max() > scale:
        y = y - free * (1 + abs(fourth)) / float(free @ free)
    y = np.round(y * 256) / 256
    if fourth / 24 + third @ y / 2 + y @ H @ y / 2 > -scale:
        return None
    return 4, [[Fraction(0), x, Fraction(float(b))] for x, b in zip(z, y, strict=True)]
