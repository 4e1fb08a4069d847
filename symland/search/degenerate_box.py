"""A box around a critical point with singular Hessian that is known exactly and may be alone."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
from flint import arb, fmpq

from symland.exact.rational_matrix import as_fmpq
from symland.landscape.ball_landscape import BallLandscape
from symland.landscape.float_landscape import FloatLandscape
from symland.search.critical_box import CriticalBox

__all__ = ["DegenerateBox", "degenerate_box", "free_weights"]

DENOMINATOR = 64
"""Coordinates of exact points have denominators up to this one."""
NEAR = 5e-4
"""Newton's method comes so near to a point at which it does not converge quadratically."""
SINGULAR = 1e-7
"""An eigenvalue is taken for 0 below this part of the largest."""
MOST_FREE = 3
PIECES = 8
PLACES = 120
Array = npt.NDArray[Any]


@dataclass(frozen=True)
class DegenerateBox(CriticalBox):
    """The midpoint is critical, and the only critical point in midpoint +- radius; the weights
    `free` parametrise the kernel of the Hessian. Edges are cut in `pieces` for the proof."""

    free: tuple[int, ...] = ()
    pieces: int = PIECES


def degenerate_box(
    landscape: BallLandscape, floats: FloatLandscape, place: Array
) -> DegenerateBox | None:
    """A candidate around the point with short coordinates near `place`, as wide as may be; None
    where there is none. Nothing is proved.

    >>> from symland.problem import Dataset, Network, Problem
    >>> cube = Problem(Network([1, 1, 1], "square"), Dataset([[1]], [[0]]))
    >>> found = degenerate_box(BallLandscape(cube), FloatLandscape(cube), np.array([1.0, 1e-9]))
    >>> [str(x) for x in found.midpoint], found.free
    (['1', '0'], (0,))
    """
    middle = [Fraction(float(x)).limit_denominator(DENOMINATOR) for x in place]
    exact = np.array([float(x) for x in middle])
    if abs(exact - place).max() > NEAR:
        return None
    midpoint = [as_fmpq(x) for x in middle]
    places = [arb(x) for x in midpoint]
    free = free_weights(floats.hessian(exact))
    if free is None:
        return None
    if not all(g.contains(0) for g in landscape.gradient(places)):
        return None
    return DegenerateBox(
        midpoint=midpoint,
        radius=fmpq(1, 4),
        inverse=[],
        congruence=None,
        loss=landscape.loss(places),
        spread=arb(0),
        precision=PLACES,
        fine=PLACES // 2,
        smallest_pivot="0",
        free=free,
    )


def free_weights(hessian: Array) -> tuple[int, ...] | None:
    """Weights on which the kernel depends; None where it has no or too many dimensions.

    >>> free_weights(np.array([[1.0, -1], [-1, 1]])), free_weights(np.eye(2))
    ((0,), None)
    """
    values, vectors = np.linalg.eigh(hessian)
    kernel = vectors[:, abs(values) <= SINGULAR * max(1e-300, abs(values).max())]
    return _coordinates(kernel) if 1 <= kernel.shape[1] <= MOST_FREE else None


def _coordinates(kernel: Array) -> tuple[int, ...]:
    """As many weights as the kernel has dimensions, on which its vectors are well independent:
    elimination with the largest pivots.

    >>> _coordinates(np.array([[0.0], [0.6], [-0.8]]))
    (2,)
    """
    rest = kernel.copy()
    chosen: list[int] = []
    for column in range(kernel.shape[1]):
        sizes = abs(rest[:, column:]).max(axis=1)
        sizes[chosen] = -1.0
        row = int(sizes.argmax())
        pivot = column + int(abs(rest[row, column:]).argmax())
        rest[:, [column, pivot]] = rest[:, [pivot, column]]
        rest[:, column + 1 :] -= (
            np.outer(rest[:, column], rest[row, column + 1 :]) / rest[row, column]
        )
        chosen.append(row)
    return tuple(sorted(chosen))
