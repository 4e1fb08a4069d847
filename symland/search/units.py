"""Units of the weights in which a Hessian has rows of about equal size."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["scaled", "units"]

SCALES, ROUNDS = 8, 20
"""Binary digits by which units differ that are not 1, and rounds in which they are found."""
Array = npt.NDArray[Any]


def units(logarithms: Array) -> Array:
    """Their binary logarithms, the largest 0, from those of the absolute values of a symmetric
    matrix: in these units each row has the largest entry 1, about (Ruiz 2001). All 0 where they
    differ little.

    >>> units(np.array([[40.0, 20.0], [20.0, 1.0]]))
    array([-19.5,   0. ])
    >>> units(np.array([[3.0, 1.0], [1.0, 1.0]]))
    array([0., 0.])
    """
    found = np.zeros(len(logarithms))
    for _ in range(ROUNDS):
        found -= (logarithms + found[:, None] + found).max(axis=1) / 2
    found -= found.max()
    known = np.isfinite(found).all() and found.min() <= -SCALES
    return found if known else np.zeros(len(found))


def scaled(hessian: Array) -> tuple[Array, Array]:
    """The units themselves, powers of 2, and the Hessian in these.

    >>> scaled(np.array([[2.0**40, 0.0], [0.0, 1.0]]))[1].tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        size = 2.0 ** np.rint(units(np.log2(abs(hessian))))
    return size, hessian * size * size[:, None]
