"""From a critical point in floating point to an exact one beside it, for deep linear networks.

The floats tell which eigenvalues the product takes and which bars the layers make off them; the
exact point has the same ones, built from exact eigenvectors and rational changes of basis, and
nothing is believed before its gradient vanishes exactly.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from symland.exact.algebraic_matrix import AlgebraicMatrix
from symland.exact.number_field import AlgebraicNumber
from symland.exact.rational_matrix import RationalMatrix
from symland.landscape.deep_linear.eigenspace import Eigenspaces
from symland.landscape.deep_linear.point import LinearPoint
from symland.landscape.deep_linear.strata import Strata
from symland.search.bar_decomposition import FloatBar, bar_decomposition
from symland.search.deadline import Deadline

__all__ = ["exact_point_beside"]

SECONDS = 3e-5
"""Seconds that a point in a field of degree n takes, divided by n^5."""
LEAST = 1.0
"""Seconds that are spent in any case."""
_SMALL = 1e-6
_NEAR = 1e-3
_SHORT = 1000
"""Denominators up to this one are recognised."""
_ROUNDING = 1e-13
_STEP = 2.0**-40
"""Other numbers are rounded to multiples of it, in units of the largest one of the column."""


def exact_point_beside(
    strata: Strata, weights: Mapping[str, Any], deadline: Deadline
) -> LinearPoint | None:
    """An exact critical point close to the given arrays, or None where none was recognised, or
    where building it is expected to take longer than there is time."""
    linear = strata.linear
    layers = [np.asarray(weights[f"W{k}"], dtype=float) for k in range(1, linear.K + 1)]
    if linear.K == 1:
        return _verified(strata, _single_layer(strata, layers[0]))
    used = _used(strata, layers)
    taken = _taken(strata, used)
    if taken is None:
        return None
    vectors = _directions(strata, taken, used)
    fields = {v.field for v in vectors if isinstance(v, AlgebraicMatrix)}
    seconds = max((SECONDS * field.degree**5 for field in fields), default=0.0)
    if len(fields) > 1 or seconds > max(deadline.remaining(), LEAST):
        return None
    point = _verified(strata, _Builder(strata, layers, vectors).point())
    return point if point is not None and _is_near(point, layers) else None


def _is_near(point: LinearPoint, layers: list[Any]) -> bool:
    """Whether no entry is far from the given one: what is elsewhere is no answer."""
    return all(
        float(abs(_floats(W) - layer).max()) <= _NEAR * max(1.0, float(abs(layer).max()))
        for W, layer in zip(point.weights, layers, strict=True)
    )


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


def _used(strata: Strata, layers: list[Any]) -> Any:
    """An orthonormal basis (columns) of the float column space of M A."""
    linear = strata.linear
    left, singular, _ = np.linalg.svd(np.linalg.multi_dot(layers[::-1]) @ _floats(linear.A))
    largest = np.linalg.norm(_floats(linear.B)) or 1.0
    return left[:, : int((singular > _SMALL * largest).sum())]


def _taken(strata: Strata, used: Any) -> tuple[int, ...] | None:
    """How many copies of each eigenvalue the float product takes; None where that is not clear."""
    values, vectors = np.linalg.eigh(_floats(strata.linear.sigma))
    order, taken, position = np.argsort(values)[::-1], [], 0
    for mu in strata.multiplicities:
        space = vectors[:, order[position : position + mu]]
        share = float(np.linalg.norm(space.T @ used) ** 2)
        taken.append(round(share))
        if abs(share - taken[-1]) > 1e-3:
            return None
        position += mu
    return tuple(taken) if sum(taken) == used.shape[1] else None


def _directions(strata: Strata, taken: tuple[int, ...], used: Any) -> list[Any]:
    """Exact eigenvectors (columns, one matrix a block) that span a space close to the used one.

    Where an eigenvalue is taken in part, the part is the rational combination of a basis of its
    eigenspace that the floats show.
    """
    spaces, mus = Eigenspaces(strata.linear, strata.spectrum), strata.multiplicities
    found: list[Any] = []
    for block in spaces.taken(taken):
        (index, count), *others = block.covered
        if others or count == mus[index]:
            found.append(block.columns)
            continue
        alone = tuple(mu if i == index else 0 for i, mu in enumerate(mus))
        every = spaces.taken(alone)[0].columns
        floats = _floats(every)
        coordinates = np.linalg.lstsq(floats, used @ (used.T @ floats), rcond=None)[0]
        found.append(every @ _rational(_echelon(coordinates, count)))
    return found


def _echelon(matrix: Any, rank: int) -> Any:
    """A basis of the column space with an identity block, which rounds to short numbers."""
    basis = np.linalg.svd(matrix)[0][:, :rank]
    rows: list[int] = []
    rest = basis.copy()
    for _ in range(rank):
        rows.append(int(np.argmax((rest**2).sum(axis=1))))
        line = rest[rows[-1]] / np.linalg.norm(rest[rows[-1]])
        rest = rest - np.outer(rest @ line, line)
    return basis @ np.linalg.inv(basis[rows])


class _Builder:
    """Bases of all spaces in which every layer is a matrix of zeros and ones, made exact.

    Used directions pass through as the identity; off them the layers are bars. The bases of hidden
    layers may be any rational ones; those of input and output are taken exactly where the bars
    need them: in the complement of the used subspace, and in the kernel of B' where a bar ends.
    """

    def __init__(self, strata: Strata, layers: list[Any], vectors: list[Any]):
        self.layers = layers
        self.linear = linear = strata.linear
        self.K = linear.K
        self.U = _beside(vectors, linear.widths[-1])
        self.r = int(self.U.shape[1])
        self.below = _running(np.eye(linear.widths[0]), layers, lambda word, W: W @ word)
        self.above = _running(np.eye(linear.widths[-1]), layers[::-1], lambda word, W: word @ W)
        self.above.reverse()
        # Exact bases of the unused parts of input and output.
        self.output = self.U.T.nullspace() if self.r else RationalMatrix.identity(linear.widths[-1])
        span = linear.A.column_basis()
        seen = self.U.T @ linear.least_squares @ span
        self.input = span @ seen.nullspace() if self.r else span

    def point(self) -> tuple[Any, ...] | None:
        """Exact weights, or None where the bars are not clear in floating point."""
        bars = self._bars()
        try:
            return None if bars is None else self._wired(bars)
        except ZeroDivisionError:
            # Vectors too close to each other have become dependent when they were rounded.
            return None

    def _wired(self, bars: list[FloatBar]) -> tuple[Any, ...]:
        tokens = [self._exact_ends(bar) for bar in bars]
        spots = [self._spots(bars, v) for v in range(self.K + 1)]
        bases = [self._basis(bars, spots[v], v) for v in range(1, self.K)]
        wires = [self._wires(spots[k - 1], spots[k]) for k in range(1, self.K + 1)]
        inverses = [basis.inverse() for basis in bases]
        first = self._first(bases[0] @ wires[0], [tokens[b][0] for b, _ in spots[0]])
        middle = [bases[k - 1] @ wires[k - 1] @ inverses[k - 2] for k in range(2, self.K)]
        ends = [tokens[b][1] for b, _ in spots[self.K]]
        last = _beside([self.U, *ends], self.linear.widths[-1]) @ (wires[-1] @ inverses[-1])
        return first, *middle, last

    def _frames(self) -> list[Any]:
        """Bases (columns, floats) of the unused part at every vertex, orthonormal if hidden."""
        hidden = []
        for k in range(1, self.K):
            seen = _floats(self.U).T @ self.above[k]
            hidden.append(np.linalg.svd(seen)[2][self.r :].T if self.r else np.eye(seen.shape[1]))
        ends = [np.linalg.qr(_floats(m))[0] for m in (self.input, self.output)]
        return [ends[0], *hidden, ends[1]]

    def _bars(self) -> list[FloatBar] | None:
        """The bars of the unused part, vectors in the coordinates of their vertices."""
        frames = self._frames()
        maps = [*self.layers, _floats(self.linear.B).T]
        n = self.K + 1
        arrows = [frames[(v + 1) % n].T @ maps[v] @ frames[v] for v in range(n)]
        found = bar_decomposition(arrows, _SMALL)
        if found is None:
            return None
        return [
            FloatBar(
                bar.start, tuple(frames[(bar.start + i) % n] @ x for i, x in enumerate(bar.vectors))
            )
            for bar in found
        ]

    def _spots(self, bars: list[FloatBar], vertex: int) -> list[tuple[int, int]]:
        """The bars at a vertex: (number of the bar, place in the bar)."""
        n = self.K + 1
        return [
            (b, i)
            for b, bar in enumerate(bars)
            for i in range(len(bar.vectors))
            if (bar.start + i) % n == vertex
        ]

    def _exact_ends(self, bar: FloatBar) -> tuple[Any, Any]:
        """The bar's vectors at input and output, exactly; None where it has none."""
        at_input, at_output, place = None, None, self.K - bar.start
        if place < len(bar.vectors):
            goes_on = place + 1 < len(bar.vectors)
            space = self.output if goes_on else self.linear.B.T.nullspace()
            at_output = _nearest(space, bar.vectors[place])
            at_input = self.linear.B.T @ at_output if goes_on else None
        if bar.start == 0:
            at_input = _nearest(self.input, bar.vectors[0])
        return at_input, at_output

    def _basis(self, bars: list[FloatBar], spots: list[tuple[int, int]], k: int) -> RationalMatrix:
        """At hidden layer k: the images of the used directions, then the vectors of the bars."""
        columns = [bars[b].vectors[i] for b, i in spots]
        rest = np.column_stack(columns) if columns else np.zeros((self.linear.widths[k], 0))
        if not self.r:
            return _rational(rest)
        U, sigma, B = _floats(self.U), _floats(self.linear.sigma), _floats(self.linear.B)
        coordinates = np.linalg.solve(U.T @ U, U.T @ sigma @ U)
        used = self.below[k] @ B.T @ U @ np.linalg.inv(coordinates)
        return _rational(np.hstack([used, rest]))

    def _wires(self, before: list[tuple[int, int]], after: list[tuple[int, int]]) -> RationalMatrix:
        """Zeros and ones: the used directions, and every bar from one vertex to the next."""
        r = self.r
        rows = [[int(i == j) for j in range(r + len(before))] for i in range(r)]
        rows += [[0] * r + [int((b, i - 1) == spot) for spot in before] for b, i in after]
        return RationalMatrix(rows, r + len(before))

    def _first(self, image: RationalMatrix, tokens: list[Any]) -> Any:
        """W_1: prescribed on the span of the inputs, as given on what no input has."""
        linear = self.linear
        used = [linear.B.T @ self.U @ self._coordinates().inverse()] if self.r else []
        silent = linear.A.nullspace()
        free = _rational(self.layers[0] @ _floats(silent))
        source = _beside([*used, *tokens, silent], linear.widths[0])
        return image.beside(free) @ source.inverse()

    def _coordinates(self) -> Any:
        return (self.U.T @ self.U).solve(self.U.T @ (self.linear.sigma @ self.U))


def _running(start: Any, factors: list[Any], step: Any) -> list[Any]:
    words = [start]
    for factor in factors:
        words.append(step(words[-1], factor))
    return words


def _nearest(basis: Any, vector: Any) -> Any:
    """The combination of the columns nearest to a vector of floats, coordinates rounded."""
    floats = _floats(basis)
    # Columns with large entries have small coordinates, which would be rounded to zero.
    sizes = np.linalg.norm(floats, axis=0)
    coordinates = np.linalg.lstsq(floats / sizes, vector, rcond=None)[0]
    rows = [
        [x / Fraction(float(size))]
        for (x,), size in zip(_rational(coordinates[:, None]).tolist(), sizes, strict=True)
    ]
    return basis @ RationalMatrix(rows, 1)


def _rational(array: Any) -> RationalMatrix:
    """Short fractions where the floats are close to them; else one binary denominator a column,
    since the inverse of a matrix with many denominators has very long entries."""
    return RationalMatrix([_rational_column(column) for column in array.T], array.shape[0]).T


def _rational_column(column: Any) -> list[Fraction]:
    scale = 2.0 ** math.frexp(float(abs(column).max(initial=0)))[1]
    found = []
    for x in map(float, column):
        short = Fraction(x).limit_denominator(_SHORT)
        near = abs(float(short) - x) <= _ROUNDING * scale
        found.append(
            short if near else Fraction(round(x / scale / _STEP)) * Fraction(scale * _STEP)
        )
    return found


def _floats(matrix: Any) -> Any:
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
