"""A polynomial curve along which a loss first falls, or rises, where second derivatives are 0."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from operator import mul
from random import Random

import numpy as np
import numpy.typing as npt
from flint import arb, arb_mat, ctx

from symland.enclosure.dyadic import binary_logarithm, simple_rational
from symland.exact.rational_matrix import RationalMatrix
from symland.landscape.ball_landscape import BallLandscape
from symland.search.deadline import Deadline

__all__ = ["falling_curve"]

BITS = 512
STEP = 60
SURE = 1e-9
MOST_KERNEL, DRAWS = 12, 20
STEPS, WEIGHTED, MOST_ORDER = 120, 300, 8
Array = npt.NDArray[np.float64]
Vector = list[Fraction]
Curve = tuple[int, list[list[Fraction]]]


def falling_curve(
    landscape: BallLandscape,
    point: Sequence[arb],
    hessian: arb_mat,
    deadline: Deadline,
    seed: int = 0,
    wanted: int = -1,
) -> Curve | None:
    """The order and, weight by weight, the coefficients of s^0 = 0, s, s^2, .. of a curve along
    which the loss falls, or for `wanted` 1 rises.

    The Hessian is rational, known closely enough to be guessed, and positive semidefinite. For z
    in its kernel L(p + s z + s^2 y) - L(p) begins with s^3 D^3 L(z, z, z) / 6; where that is 0,
    with s^4 (D^4 L(z, z, z, z) / 24 + c.y / 2 + y'H y / 2), c = D^3 L(z, z, .), which is least for
    y = -H^+ c / 2, and has no least value if c is not orthogonal to the kernel. It is made small
    over z, by random steps; then curves s^a z + s^b z' + .. in the kernel are tried, whose orders
    are seen in the size of the difference for one small s.

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
    n = hessian.nrows()
    with ctx.workprec(BITS):
        entries = [simple_rational(x, 200) for x in hessian.entries()]
        if any(x is None for x in entries):
            return None
        rows = [entries[i * n : (i + 1) * n] for i in range(n)]
        try:
            matrix = np.array([[float(x or 0) for x in row] for row in rows])
        except OverflowError:
            return None
        basis = [list(v) for v in zip(*RationalMatrix(rows).nullspace().tolist(), strict=True)]
        search = _Search(landscape, point, matrix, basis[:MOST_KERNEL], deadline, wanted)
        draw = Random(seed)
        return search.along_lines(draw) or search.along_curves(draw)


@dataclass(frozen=True)
class _Fourth:
    """What the loss does along z: a cubic term, or else a term of fourth order with its curve."""

    z: Vector
    cubic: float
    quartic: float
    curve: list[list[Fraction]]

    @property
    def steepness(self) -> float:
        return self.quartic / float(sum(x * x for x in self.z)) ** 2


class _Search:
    def __init__(
        self,
        landscape: BallLandscape,
        point: Sequence[arb],
        hessian: Array,
        basis: list[Vector],
        deadline: Deadline,
        wanted: int,
    ):
        self.landscape, self.point, self.hessian = landscape, point, hessian
        self.basis, self.deadline, self.wanted = basis, deadline, wanted
        self.inverse = np.linalg.pinv(hessian, rcond=1e-10, hermitian=True)
        self.scale = SURE * max(1.0, abs(hessian).max(initial=0.0))
        self.start = landscape.loss(list(point))

    def along_lines(self, draw: Random) -> Curve | None:
        """Kernel vectors, then steps from the best of them."""
        best, quartic = None, None
        for z in _kernel_vectors(self.basis, draw):
            found = None if self.deadline.passed() else self._fourth(z)
            if found is None:
                continue
            if abs(found.cubic) > self.scale:  # along it backwards the sign is the other one
                turned = 1 if found.cubic * self.wanted > 0 else -1
                return 3, [[Fraction(0), turned * x] for x in z]
            if self.wanted * found.quartic > self.scale:
                quartic = quartic or found
            if best is None or self._better(found, best):
                best = found
        for trial in range(STEPS if best is not None and len(self.basis) > 1 else 0):
            if quartic is not None or self.deadline.passed():
                break
            assert best is not None
            size = Fraction(1, 2 ** (trial % 5))
            step = _combined(self.basis, [size * draw.choice((-1, 0, 1)) for _ in self.basis])
            z = [a + b for a, b in zip(best.z, step, strict=True)]
            found = self._fourth(z) if any(z) else None
            if found is not None and self._better(found, best):
                best = found
                quartic = found if self.wanted * found.quartic > self.scale else None
        return None if quartic is None else (4, quartic.curve)

    def _better(self, one: _Fourth, other: _Fourth) -> bool:
        return self.wanted * one.steepness > self.wanted * other.steepness

    def along_curves(self, draw: Random) -> Curve | None:
        """Vectors of the kernel, each with a power of s."""
        small = arb(2) ** -STEP
        for _ in range(WEIGHTED if self.basis else 0):
            if self.deadline.passed():
                return None
            moves = [[Fraction(0)] * 4 for _ in self.point]
            for v in self.basis:
                power, factor = draw.randint(1, 3), draw.choice((-1, 0, 1, 1, 2))
                for entry, x in zip(moves, v, strict=True):
                    entry[power] += factor * x
            moved = [p + _value(entry, small) for p, entry in zip(self.point, moves, strict=True)]
            change = self.landscape.loss(moved) - self.start
            if change.contains(0) or not change.is_finite():
                continue
            order = round(-binary_logarithm(change) / STEP)
            if 3 <= order <= MOST_ORDER and (change > 0) == (self.wanted > 0):
                return order, [_trimmed(entry[: order + 1]) for entry in moves]
        return None

    def _fourth(self, z: Vector) -> _Fourth | None:
        small, H = arb(2) ** -STEP, self.hessian
        step = [small * arb(x.numerator) / x.denominator for x in z]
        here, ahead, behind = (
            [p + sign * d for p, d in zip(self.point, step, strict=True)] for sign in (0, 1, -1)
        )
        losses = [self.landscape.loss(w) for w in (here, ahead, behind)]
        slopes = [self.landscape.gradient(w) for w in (here, ahead, behind)]
        third = np.array(
            [float((a + b - 2 * c) / small**2) for c, a, b in zip(*slopes, strict=True)]
        )
        fourth = float((losses[1] + losses[2] - 2 * losses[0]) * 12 / small**4)
        cubic = float(third @ np.array([float(x) for x in z]))
        if not np.isfinite([fourth, cubic]).all():
            return None
        if abs(cubic) > self.scale:
            return _Fourth(z, cubic, 0.0, [])
        y = -self.inverse @ third / 2
        free = third - H @ (self.inverse @ third)
        if abs(free).max() > self.scale:
            y = y - free * (1 + abs(fourth)) / float(free @ free)
        y = np.round(y * 256) / 256 if self.wanted < 0 else 0 * y
        quartic = fourth / 24 + third @ y / 2 + y @ H @ y / 2
        curve = [[Fraction(0), x, Fraction(float(b))] for x, b in zip(z, y, strict=True)]
        return _Fourth(z, cubic, float(quartic), curve)


def _kernel_vectors(basis: list[Vector], draw: Random) -> Iterator[Vector]:
    """The basis, sums and differences of two of its vectors, random sums."""
    yield from basis
    for u, v in combinations(basis, 2):
        for sign in (1, -1):
            yield [a + sign * b for a, b in zip(u, v, strict=True)]
    for _ in range(DRAWS if len(basis) > 2 else 0):
        found = _combined(basis, [Fraction(draw.choice((-1, 0, 1, 1))) for _ in basis])
        if any(found):
            yield found


def _combined(basis: list[Vector], factors: list[Fraction]) -> Vector:
    return [sum(map(mul, factors, x), Fraction(0)) for x in zip(*basis, strict=True)]


def _value(entry: list[Fraction], s: arb) -> arb:
    total = arb(0)
    for k, c in enumerate(entry):
        if c:
            total += arb(c.numerator) / c.denominator * s**k
    return total


def _trimmed(entry: list[Fraction]) -> list[Fraction]:
    while len(entry) > 1 and not entry[-1]:
        entry = entry[:-1]
    return entry
