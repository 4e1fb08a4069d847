"""Where to halve boxes so that one half is excluded at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["slicing_axes"]

Array = npt.NDArray[Any]


def slicing_axes(
    low: Array, high: Array, excluded: Callable[[Array, Array], Array], shortest: float
) -> Array:
    """For every box (rows of ends) its longest side along which one of its halves is `excluded`,
    or -1; sides shorter than so much of the longest one stay.

    >>> positive = lambda low, high: low[:, 1] > 0
    >>> slicing_axes(np.array([[0.0, -1.0]]), np.array([[1.0, 2.0]]), positive, 0.1)
    array([1])
    """
    axes, width = np.full(len(low), -1), high - low
    length = shortest * width.max(axis=1, initial=0.0)
    for k in range(low.shape[1]):
        tried = np.flatnonzero(width[:, k] > length)
        lower, upper = low[tried].copy(), high[tried].copy()
        lower[:, k] = upper[:, k] = (low[tried, k] + high[tried, k]) / 2
        found = tried[excluded(low[tried], upper) | excluded(lower, high[tried])]
        axes[found], length[found] = k, width[found, k]
    return axes
