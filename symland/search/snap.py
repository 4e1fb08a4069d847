"""From a critical point in floating point to an exact one beside it, for deep linear networks.

The floats tell which eigenvalues the product takes and how each layer acts; the exact point is
built from exact eigenvectors and rational changes of basis, and nothing is believed before its
gradient vanishes exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from symland.exact.algebraic_matrix import AlgebraicMatrix
from symland.exact.number_field import AlgebraicNumber
from symland.exact.rational_matrix import RationalMatrix
from symland.landscape.deep_linear.eigenspace import Block, Eigenspaces
from symland.landscape.deep_linear.point import LinearPoint
from symland.landscape.deep_linear.strata import Strata

__all__ = ["exact_point_beside"]

_SMALL = 1e-6
_DENOMINATOR = 10**12


def exact_point_beside(strata: Strata, weights: Mapping[str, Any]) -> LinearPoint | None:
    """An exact critical point close to the given arrays, or None where none was recognised."""
    import numpy as np

    linear = strata.linear
    layers = [np.asarray(weights[f"W{k}"], dtype=float) for k in range(1, linear.K + 1)]
    if linear.K == 1:
        return _verified(strata, _single_layer(strata, layers[0]))
    taken = _taken(strata, layers)
    if taken is None:
        return None
    blocks = Eigenspaces(linear, strata.spectrum).taken(taken)
    if len({block.index for block in blocks if block.index is not None}) > 1:
        return None
    builder = _Builder(strata, layers, blocks)
    for keep in (True, False):
        point = _verified(strata, builder.point(keep))
        if point is not None:
            return point
    return None


def _verified(strata: Strata, weights: tuple[Any, ...] | None) -> LinearPoint | None:
    if weights is None:
        return None
    point = LinearPoint(strata, weights)
    return point if point.is_critical else None


def _single_layer(strata: Strata, layer: Any) -> tuple[Any, ...]:
    """The exact least-squares solution nearest to W_1: moved along the kernel of A only."""
    linear = strata.linear
    kernel = linear.A.nullspace()
    if not kernel.shape[1]:
        return (linear.least_squares,)
    given = _rational(layer)
    gram = kernel.T @ kernel
    onto = kernel @ gram.solve(kernel.T)
    identity = RationalMatrix.identity(onto.shape[0])
    return (linear.least_squares @ (identity - onto) + given @ onto,)


def _taken(strata: Strata, layers: list[Any]) -> tuple[int, ...] | None:
    """How many copies of each eigenvalue the float product takes; None where that is not clear."""
    import numpy as np

    linear = strata.linear
    A, sigma = _floats(linear.A), _floats(linear.sigma)
    product = np.linalg.multi_dot(layers[::-1]) @ A
    left, singular, _ = np.linalg.svd(product)
    largest = np.linalg.norm(_floats(linear.B)) or 1.0
    used = left[:, : int((singular > _SMALL * largest).sum())]
    values, vectors = np.linalg.eigh(sigma)
    order, taken, position = np.argsort(values)[::-1], [], 0
    for mu in strata.multiplicities:
        space = vectors[:, order[position : position + mu]]
        share = float(np.linalg.norm(space.T @ used) ** 2)
        taken.append(round(share))
        if abs(share - taken[-1]) > 1e-3:
            return None
        position += mu
    return tuple(taken) if sum(taken) == used.shape[1] else None


class _Builder:
    """Bases of every hidden layer in which the layers are the identity and a remainder."""

    def __init__(self, strata: Strata, layers: list[Any], blocks: list[Block]):
        self.strata, self.layers, self.blocks = strata, layers, blocks
        self.linear = strata.linear
        self.U = _beside([block.columns for block in blocks], self.linear.widths[-1])
        self.F = _beside([block.functionals.T for block in blocks], self.linear.widths[0])
        self.r = self.U.shape[1]

    def point(self, keep: bool) -> tuple[Any, ...] | None:
        """Exact weights; the remainder rounded to rationals (keep) or to zero."""
        import numpy as np

        K, r, widths = self.linear.K, self.r, self.linear.widths
        bases = [basis for k in range(1, K) if (basis := self._basis(k)) is not None]
        if len(bases) < K - 1:
            return None
        inverses = [basis.inverse() for basis in bases]
        exact: list[Any] = []
        for k in range(1, K + 1):
            left = np.eye(widths[k]) if k == K else _floats(inverses[k - 1])
            right = np.eye(widths[0]) if k == 1 else _floats(bases[k - 2])
            rest = left @ self.layers[k - 1] @ right
            if k < K:
                rest = rest[r:]
            if k > 1:
                rest = rest[:, r:]
            exact.append(self._layer(k, _cut(rest) if keep else rest * 0))
        exact[0] = bases[0] @ exact[0]
        for k in range(2, K):
            exact[k - 1] = bases[k - 1] @ exact[k - 1] @ inverses[k - 2]
        exact[K - 1] = exact[K - 1] @ inverses[K - 2]
        return tuple(exact)

    def _layer(self, k: int, rest: Any) -> Any:
        """The layer in the new bases: the part that is used, and an exact remainder."""
        K, r = self.linear.K, self.r
        remainder = _rational(rest)
        if k == 1:
            # Functionals of the remainder vanish on B' U, the directions that are used.
            return _stack(
                self.F.T,
                remainder
                - remainder
                @ self.linear.B.T
                @ self.U
                @ self._gram_inverse()
                @ self.U.T
                @ self.linear.least_squares
                if r
                else remainder,
            )
        if k == K:
            inside = self.U @ (self.U.T @ self.U).solve(self.U.T @ remainder) if r else remainder
            return self.U.beside(remainder - inside) if r else remainder
        top = RationalMatrix.identity(r).beside(RationalMatrix.zero(r, remainder.shape[1]))
        bottom = RationalMatrix.zero(remainder.shape[0], r).beside(remainder)
        return _stack(top, bottom)

    def _gram_inverse(self) -> Any:
        return (self.U.T @ self.linear.sigma @ self.U).inverse()

    def _basis(self, k: int) -> RationalMatrix | None:
        """Columns: the images of the used directions at layer k, then the rest; rationals."""
        import numpy as np

        above, below = np.eye(self.linear.widths[-1]), np.eye(self.linear.widths[0])
        for layer in self.layers[:k]:
            below = layer @ below
        for layer in reversed(self.layers[k:]):
            above = above @ layer
        size = self.linear.widths[k]
        if not self.r:
            return RationalMatrix.identity(size)
        U, sigma, B = _floats(self.U), _floats(self.linear.sigma), _floats(self.linear.B)
        coordinates = np.linalg.solve(U.T @ U, U.T @ sigma @ U)
        used = below @ B.T @ U @ np.linalg.inv(coordinates)
        rest = np.linalg.svd(U.T @ above)[2][self.r :].T
        basis = _rational(np.hstack([used, rest]))
        return basis if basis.rank() == size else None


def _cut(array: Any) -> Any:
    import numpy as np

    return np.where(abs(array) < _SMALL * max(1.0, float(abs(array).max(initial=0))), 0, array)


def _rational(array: Any) -> RationalMatrix:
    rows = [[Fraction(float(x)).limit_denominator(_DENOMINATOR) for x in row] for row in array]
    return RationalMatrix(rows, array.shape[1])


def _floats(matrix: Any) -> Any:
    import numpy as np

    rows = [[_float(x) for x in row] for row in matrix.tolist()]
    return np.array(rows, dtype=float).reshape(matrix.shape)


def _float(value: Any) -> float:
    return float(value.enclosure(80).mid()) if isinstance(value, AlgebraicNumber) else float(value)


def _beside(matrices: list[Any], rows: int) -> Any:
    """Blocks side by side, over the one field that occurs."""
    total: Any = RationalMatrix.zero(rows, 0)
    for matrix in matrices:
        if isinstance(matrix, AlgebraicMatrix) and isinstance(total, RationalMatrix):
            total = AlgebraicMatrix(matrix.field, total.flint.tolist(), total.shape[1])
        total = total.beside(matrix)
    return total


def _stack(top: Any, bottom: Any) -> Any:
    """The block matrix with `top` above `bottom`."""
    if isinstance(bottom, AlgebraicMatrix) and isinstance(top, RationalMatrix):
        top = AlgebraicMatrix(bottom.field, top.flint.tolist(), top.shape[1])
    return top.T.beside(bottom.T).T
