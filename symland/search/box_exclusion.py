"""Ways to see that a gradient is not 0 in a box, and where to halve the box otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from symland.landscape.number_systems.interval_arrays import IntervalArray

__all__ = ["clear", "combinations", "halving_axes", "sides"]

FACTOR = 10**6
"""The largest integer of a combination; inverses of Hessians of bad condition need its digits."""
ROUNDS = 4
LONGEST = 8.0
"""The longest side of a box over the shortest, about."""
Array = npt.NDArray[Any]


def halving_axes(
    low: Array, high: Array, curvature: IntervalArray, reach: Array, relative: Sequence[int] = ()
) -> Array:
    """Along which weight to halve each box: where derivatives vary most, and where the best
    combination reaches farthest; no side gets much shorter than the others. Of weights `relative`
    the side counts as a part of the weight."""
    width = high - low
    size = np.maximum(abs(curvature.lower), abs(curvature.upper)).max(axis=1)
    smear = np.where(np.isfinite(size), size, 1.0) * width
    shares = [part / (part.max(axis=1, keepdims=True) + 1e-300) for part in (smear, reach)]
    others = np.delete(width, list(relative), axis=1)
    longest = (others if others.shape[1] else width).max(axis=1, keepdims=True)
    wide = sides(low, high, relative) > longest / LONGEST
    axes: Array = np.where(wide, shares[0] + shares[1], -1.0).argmax(axis=1)
    return axes


def sides(low: Array, high: Array, relative: Sequence[int] = ()) -> Array:
    """The sides of boxes; of weights `relative`, where below 1, as a part of their largest absolute
    value.

    >>> sides(np.array([[0.0, 0.0]]), np.array([[0.125, 0.125]]), [1])
    array([[0.125, 1.   ]])
    """
    width, k = high - low, list(relative)
    size = np.maximum(abs(low[:, k]), abs(high[:, k]))
    width[:, k] /= np.where(size > 0, np.minimum(size, 1.0), 1.0)
    return np.asarray(width)


def combinations(at: Array, middle: Array, spread: Array, radius: Array) -> Array:
    """Integer rows c for which |c g| may exceed the reach |c H| r, several for every box.

    The rows of the inverse of the midpoint, which are steps of Newton's method; unit vectors; and
    the c of largest ratio, by reweighted least squares.

    >>> g, H = np.array([[1.0, 1.0]]), np.array([[[2.0, 1.0], [1.0, 2.0]]])
    >>> combinations(g, H, 0 * H, radius=np.array([[0.4, 0.4]]))[0].tolist()[:2]
    [[1000000.0, -500000.0], [-500000.0, 1000000.0]]
    """
    size, n = middle.shape[:2]
    rows = np.linalg.pinv(middle, hermitian=True)
    slack, c = np.einsum("bik,bk->bi", spread, radius), np.zeros((size, n))
    along, across = 1 / radius, 1 / (slack + 1e-300)
    found = [rows]
    for _ in range(ROUNDS):
        weighted = middle * (radius / along)[:, None, :]
        quadratic = weighted @ middle + np.eye(n) * (slack / across)[:, None, :]
        tiny = 1e-12 * (abs(quadratic).max(axis=(1, 2)) + 1e-300)
        c = np.linalg.solve(quadratic + tiny[:, None, None] * np.eye(n), at[:, :, None])[:, :, 0]
        c /= abs(c).max(axis=1, keepdims=True) + 1e-300
        found.append(c[:, None, :])
        along = (
            abs(np.einsum("bik,bi->bk", middle, c)) + 1e-6 * abs(middle).max(axis=(1, 2))[:, None]
        )
        along += 1e-300
        across = abs(c) + 1e-6
    units = np.broadcast_to(np.eye(n), rows.shape)
    every = np.concatenate([*found, units], axis=1)
    largest = abs(every).max(axis=2, keepdims=True)
    scaled: Array = np.rint(FACTOR * every / np.where(largest > 0, largest, 1.0))
    return np.where(np.isfinite(scaled), scaled, 0.0)


def clear(low: Array, high: Array, margin: float) -> Array:
    """Whether 0 is outside by more than so much of the width.

    >>> clear(np.array([1.0, 1.0, -1.0]), np.array([2.0, 9.0, 2.0]), 0.2).tolist()
    [True, False, False]
    """
    room = margin * (high - low)
    return np.asarray(np.isfinite(low) & np.isfinite(high) & ((low > room) | (high < -room)))
