"""One exact point on every stratum: eigenvectors outside, zeros and ones wired along bars inside.

The taken eigenvectors pass straight through the hidden layers; each bar is a token that occupies
one hidden coordinate at each hidden vertex it contains, and consecutive vertices of a bar are
joined by a one. ``W_K`` has the vectors of its tokens as columns, ``W_1`` their functionals as
rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from symland.exact.rational_matrix import RationalMatrix
from symland.landscape.deep_linear.barcode import Bar, Barcode, Quiver
from symland.landscape.deep_linear.data import DeepLinear
from symland.landscape.deep_linear.eigenspace import Block, Eigenspaces, Line

__all__ = ["Line", "Representative", "representative"]


@dataclass(frozen=True, eq=False)
class Representative:
    """A point on the stratum of `taken` (one multiplicity an eigenvalue) and `barcode`.

    `first` and `last` are the rows of W_1 and the columns of W_K, None for a zero line; `hidden`
    holds W_2, ..., W_{K-1} as 0/1 matrices. With one layer, `first` holds the rows of W_1.
    """

    taken: tuple[int, ...]
    barcode: Barcode
    blocks: tuple[Block, ...]
    left: tuple[Block, ...]
    first: tuple[Line | None, ...]
    hidden: tuple[tuple[tuple[int, ...], ...], ...]
    last: tuple[Line | None, ...]
    kernel_left: tuple[Line, ...] = field(default=())
    kernel_right: tuple[Line, ...] = field(default=())


def representative(
    linear: DeepLinear,
    spaces: Eigenspaces,
    quiver: Quiver,
    taken: tuple[int, ...],
    barcode: Barcode,
) -> Representative:
    """The wired point; `quiver` is the one at rank sum(taken)."""
    if linear.K == 1:
        rows = tuple(Line(tuple(row), None) for row in linear.least_squares.flint.tolist())
        return Representative(taken, barcode, (), (), rows, (), ())
    return _Wiring(linear, spaces, quiver, taken, barcode).build()


class _Wiring:
    def __init__(
        self,
        linear: DeepLinear,
        spaces: Eigenspaces,
        quiver: Quiver,
        taken: tuple[int, ...],
        barcode: Barcode,
    ):
        self.linear, self.quiver, self.taken, self.barcode = linear, quiver, taken, barcode
        self.bars: list[Bar] = [(u, n) for u, n, count in barcode for _ in range(count)]
        self.blocks = tuple(spaces.taken(taken))
        self.vectors = self._needed(e_bars=True, side="either")
        self.left = tuple(spaces.left(taken, len(self.vectors)))
        firsts = self._needed(e_bars=False, side="first")
        lasts = self._needed(e_bars=False, side="last")
        self.kernel_left = _input_kernel(linear)[: len(firsts)] if firsts else ()
        self.kernel_right = _columns(linear.B.T.nullspace(), None)[: len(lasts)] if lasts else ()

    def _needed(self, e_bars: bool, side: str) -> list[int]:
        """Positions of the bars that join the input or output to a hidden vertex."""
        K = self.linear.K
        joins = {"first": (0,), "last": (K - 1,), "either": (0, K - 1)}[side]
        return [
            b
            for b, bar in enumerate(self.bars)
            if self.quiver.is_e_bar(bar) == e_bars and any(self._joins(bar, v) for v in joins)
        ]

    def _joins(self, bar: Bar, start: int) -> bool:
        return self.quiver.joins(bar, start)

    def _tokens(self, vertex: int) -> list[int]:
        """Positions of the bars that have a coordinate at a hidden vertex, in order."""
        return [b for b, bar in enumerate(self.bars) if self.quiver.contains(bar, vertex)]

    def build(self) -> Representative:
        K = self.linear.K
        return Representative(
            self.taken,
            self.barcode,
            self.blocks,
            self.left,
            tuple(self._outer(1, 0, _rows_of_blocks, self.kernel_left)),
            tuple(self._hidden(k) for k in range(2, K)),
            tuple(self._outer(K - 1, K, _columns_of_blocks, self.kernel_right)),
            self.kernel_left,
            self.kernel_right,
        )

    def _outer(
        self, vertex: int, end: int, lines: Any, kernel: tuple[Line, ...]
    ) -> Iterator[Line | None]:
        """Rows of W_1 (end = 0) or columns of W_K (end = K) over the coordinates at `vertex`."""
        yield from lines(self.blocks)
        plain = self._needed(e_bars=False, side="last" if end else "first")
        at_end = dict(zip(self.vectors, lines(self.left), strict=True))
        at_end |= dict(zip(plain, kernel, strict=True))
        for b in self._tokens(vertex):
            yield at_end[b] if self._joins(self.bars[b], vertex if end else 0) else None

    def _hidden(self, k: int) -> tuple[tuple[int, ...], ...]:
        """W_k for 1 < k < K: the identity on the taken tokens, ones along the bars."""
        r = sum(self.taken)
        before, after = self._tokens(k - 1), self._tokens(k)
        top = [[int(i == j) for j in range(r + len(before))] for i in range(r)]
        bottom = [
            [0] * r + [int(a == b and self._joins(self.bars[b], k - 1)) for a in before]
            for b in after
        ]
        return tuple(tuple(row) for row in (*top, *bottom))


def _rows_of_blocks(blocks: tuple[Block, ...]) -> list[Line]:
    return [line for block in blocks for line in block.lines[1]]


def _columns_of_blocks(blocks: tuple[Block, ...]) -> list[Line]:
    return [line for block in blocks for line in block.lines[0]]


def _columns(matrix: RationalMatrix, index: int | None) -> tuple[Line, ...]:
    return tuple(Line(tuple(c), index) for c in matrix.T.flint.tolist())


def _input_kernel(linear: DeepLinear) -> tuple[Line, ...]:
    """Functionals that vanish on B' and are independent on the span of the inputs."""
    kernel = linear.B.nullspace()
    chosen = kernel.columns((linear.A @ kernel).pivots())
    return _columns(chosen, None)
