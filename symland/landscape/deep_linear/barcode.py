"""Barcodes: how the weights act off the subspace that the product uses, up to change of basis.

At a critical point the K + 1 spaces (input, hidden layers, output) lie on a cycle with the arrows
``W_k`` from k - 1 to k and ``B'`` from K back to 0. Off the part that the product inverts, every
path of K arrows is zero, so that this representation of the cyclic quiver is a sum of *bars*
``(u, l)``: uniserial modules on the l <= K vertices u, u + 1, ..., u + l - 1 modulo K + 1. A bar
that uses the arrow from K to 0 is an *E-bar*; there are ``e = q - r`` of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import cast

__all__ = ["Bar", "Barcode", "Quiver", "TooManyBarcodes"]

Bar = tuple[int, int]
Barcode = tuple[tuple[int, int, int], ...]
"""Triples (u, l, count), increasing, counts positive."""


class TooManyBarcodes(ValueError):
    """There are more barcodes than the given limit."""


@dataclass(frozen=True)
class Quiver:
    """The cyclic quiver off the used subspace: dimensions of the K + 1 spaces and rank e of B'.

    Examples
    --------
    >>> quiver = Quiver((1, 1, 1), 1)          # one hidden layer, nothing used yet
    >>> [quiver.complete(c) for c in quiver.barcodes()]
    [((1, 1, 1), (2, 2, 1))]
    """

    dimensions: tuple[int, ...]
    e: int

    @property
    def K(self) -> int:
        """The number of arrows other than the one back."""
        return len(self.dimensions) - 1

    @cached_property
    def bars(self) -> tuple[Bar, ...]:
        """All bars (u, l)."""
        return tuple((u, length) for u in range(self.K + 1) for length in range(1, self.K + 1))

    def vertices(self, bar: Bar) -> tuple[int, ...]:
        """The vertices of a bar in the order of its arrows."""
        return tuple((bar[0] + i) % (self.K + 1) for i in range(bar[1]))

    def is_e_bar(self, bar: Bar) -> bool:
        """Whether the bar uses the arrow from K back to 0."""
        return bar[0] + bar[1] - 1 > self.K

    def covering(self, first: Bar, second: Bar) -> bool:
        """Whether the two bars together contain every vertex.

        >>> Quiver((1, 1, 1), 1).covering((2, 2), (1, 1))
        True
        """
        n, end = self.K + 1, first[0] + first[1]
        return (end - second[0]) % n + n - first[1] <= second[1]

    def contains(self, bar: Bar, vertex: int) -> bool:
        """Whether the bar has this vertex."""
        return (vertex - bar[0]) % (self.K + 1) < bar[1]

    def joins(self, bar: Bar, vertex: int) -> bool:
        """Whether the bar goes on from this vertex to the next."""
        return (vertex - bar[0]) % (self.K + 1) < bar[1] - 1

    def hom(self, first: Bar, second: Bar) -> int:
        """The dimension (0 or 1) of the homomorphisms between two bars."""
        overlap = (second[0] + second[1] - first[0]) % (self.K + 1)
        return int(1 <= overlap <= min(first[1], second[1]))

    @cached_property
    def long_bars(self) -> tuple[Bar, ...]:
        """The bars of length at least 2, E-bars first; those of length 1 fill what is left."""
        longer = [bar for bar in self.bars if bar[1] > 1]
        return tuple(sorted(longer, key=lambda bar: (not self.is_e_bar(bar), bar)))

    def barcodes(
        self, limit: int = 1_000_000, passed: Callable[[], bool] = lambda: False
    ) -> Iterator[tuple[int, ...]]:
        """Counts over `long_bars` of every barcode, in increasing order.

        TooManyBarcodes beyond the limit, or once the time has `passed`.
        """
        spans = [self.vertices(bar) for bar in self.long_bars]
        e_bars = sum(self.is_e_bar(bar) for bar in self.long_bars)
        found, steps = 0, 0
        # (next bar, E-bars missing, room left, counts so far); the last bars are tried last.
        stack = [(0, self.e, self.dimensions, cast("tuple[int, ...]", ()))]
        while stack:
            index, missing, room, counts = stack.pop()
            steps += 1
            if steps % 1024 == 0 and passed():
                raise TooManyBarcodes("more barcodes than there is time to list")
            if index == len(spans):
                found += 1
                if found > limit:
                    raise TooManyBarcodes(f"more than {limit} barcodes")
                yield counts
            elif index != e_bars or not missing:
                most = min(room[v] for v in spans[index])
                for count in range(min(most, missing) if index < e_bars else most, -1, -1):
                    left = tuple(m - count * (v in spans[index]) for v, m in enumerate(room))
                    still = missing - count if index < e_bars else missing
                    stack.append((index + 1, still, left, (*counts, count)))

    def complete(self, counts: tuple[int, ...]) -> Barcode:
        """The barcode that the counts of the long bars determine."""
        left = list(self.dimensions)
        rows = []
        for bar, count in zip(self.long_bars, counts, strict=True):
            if count:
                rows.append((*bar, count))
                for v in self.vertices(bar):
                    left[v] -= count
        rows += [(v, 1, count) for v, count in enumerate(left) if count]
        return tuple(sorted(rows))

    def simplest(self) -> Barcode:
        """All arrows but the one back are zero: E-bars (K, 2), else bars of length 1."""
        return self._filled({(self.K, 2): self.e})

    def hidden(self) -> Barcode:
        """As `simplest`, with one bar through all the hidden layers."""
        return self._filled({(self.K, 2): self.e, (1, self.K - 1): 1})

    def _filled(self, chosen: dict[Bar, int]) -> Barcode:
        """These bars, and bars of length 1 for what they leave."""
        left = list(self.dimensions)
        for bar, count in chosen.items():
            for v in self.vertices(bar):
                left[v] -= count
        rows = [(*bar, count) for bar, count in chosen.items() if count]
        return tuple(sorted(rows + [(v, 1, count) for v, count in enumerate(left) if count]))

    def covering_pairs_of_all(self) -> tuple[int, int] | None:
        """(covering pairs with an E-bar, without) if all barcodes agree, else None.

        With tokens at all hidden vertices, a bar through all but K and one at K cover, where bars
        of length 1 do not; an E-bar and the bar through all hidden layers cover, where bars of
        length 1 do not unless there is one hidden layer.

        >>> Quiver((2, 1, 2), 2).covering_pairs_of_all()
        (2, 0)
        >>> Quiver((1, 1, 1, 1), 1).covering_pairs_of_all() is None
        True
        """
        at_ends = (self.dimensions[0] - self.e) * (self.dimensions[-1] - self.e)
        if self.K == 1:
            return 0, at_ends
        if 0 in self.dimensions[1:-1]:
            return 0, 0
        if at_ends or (self.e and self.K > 2):
            return None
        return self.e * self.dimensions[1], 0
