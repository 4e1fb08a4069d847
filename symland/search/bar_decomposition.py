"""Bars of a nilpotent representation of the cyclic quiver, found in floating point.

Off the subspace that a critical point uses, its layers and B' form K + 1 linear maps around a
cycle such that every path of K maps is zero. Such a representation is a sum of bars. This is
Jordan's normal form, graded: the bars of length l that start at vertex u are counted by the
vectors killed by l maps, modulo those killed by l - 1 and modulo images of vectors that l + 1
maps kill; a vector from each class, with its images, is a bar.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["FloatBar", "bar_decomposition"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FloatBar:
    """A bar with its vectors: `vectors[i]` is at vertex `start + i` modulo the cycle's length."""

    start: int
    vectors: tuple[Array, ...]


def bar_decomposition(arrows: list[Array], tolerance: float) -> list[FloatBar] | None:
    """Bars whose vectors together are a basis at every vertex; None where that is not clear.

    `arrows[v]` maps vertex v to v + 1, the last one back to vertex 0; each is scaled to norm 1
    before ranks are decided with the tolerance.

    >>> shift = np.array([[0.0, 0.0], [1.0, 0.0]])
    >>> found = bar_decomposition([shift, np.eye(2), np.zeros((2, 2))], 1e-6)
    >>> sorted((bar.start, len(bar.vectors)) for bar in found)
    [(0, 1), (0, 3), (1, 2)]
    """
    n = len(arrows)
    norms = [float(np.linalg.norm(a, 2)) if a.size else 0.0 for a in arrows]
    scaled = [a / s if s > tolerance else a * 0 for a, s in zip(arrows, norms, strict=True)]
    kernels = {(v, 0): np.zeros((scaled[v].shape[1], 0)) for v in range(n)}
    for v in range(n):
        path = np.eye(scaled[v].shape[1])
        for length in range(1, n + 1):
            path = scaled[(v + length - 1) % n] @ path
            kernels[v, length] = _kernel(path, tolerance)
    bars = []
    for start in range(n):
        before = (start - 1) % n
        for length in range(n, 0, -1):
            longer = scaled[before] @ kernels[before, min(length + 1, n)]
            smaller = np.hstack([kernels[start, length - 1], longer])
            for vector in _beyond(kernels[start, length], smaller, tolerance).T:
                bars.append(_along(arrows, start, length, vector))
    return bars if _are_bases(bars, [a.shape[1] for a in arrows], tolerance) else None


def _along(arrows: list[Array], start: int, length: int, vector: Array) -> FloatBar:
    vectors = [vector]
    for i in range(length - 1):
        vectors.append(arrows[(start + i) % len(arrows)] @ vectors[-1])
    return FloatBar(start, tuple(vectors))


def _kernel(matrix: Array, tolerance: float) -> Array:
    """An orthonormal basis of the vectors that the matrix sends to zero."""
    if not matrix.size:
        return np.eye(matrix.shape[1])
    _, singular, right = np.linalg.svd(matrix)
    return np.asarray(right[int((singular > tolerance).sum()) :].T)


def _beyond(space: Array, part: Array, tolerance: float) -> Array:
    """An orthonormal basis of what is in the space (orthonormal columns) and orthogonal to part."""
    if not space.size or not part.size:
        return space
    inside = space.T @ part
    left, singular, _ = np.linalg.svd(inside)
    return np.asarray(space @ left[:, int((singular > tolerance).sum()) :])


def _are_bases(bars: list[FloatBar], dimensions: list[int], tolerance: float) -> bool:
    n = len(dimensions)
    for v, size in enumerate(dimensions):
        here = [x for bar in bars for i, x in enumerate(bar.vectors) if (bar.start + i) % n == v]
        if len(here) != size:
            return False
        if size and np.linalg.matrix_rank(_unit_columns(here), tol=tolerance) < size:
            return False
    return True


def _unit_columns(vectors: list[Array]) -> Array:
    return np.column_stack([x / (np.linalg.norm(x) or 1.0) for x in vectors])
