"""The choices of eigenvalues and the barcodes of a problem, which the rows of a list must name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from . import barcode as bars
from .barcode import Enumeration
from .polynomial import Poly
from .rules_deep_linear import Moments
from .spectrum import Spectrum


@dataclass
class Strata:
    """What the rows are compared with: the problem's numbers, and the row polynomials."""

    data: Moments
    widths: tuple[int, ...]
    scale: Fraction
    spectrum: Spectrum
    polynomials: list[Poly]
    used: set[int] = field(default_factory=set)
    used_barcodes: set[int] = field(default_factory=set)
    cache: dict[Any, Any] = field(default_factory=dict)

    @property
    def q(self) -> int:
        """The number of positive eigenvalues, with multiplicity."""
        return sum(self.spectrum.multiplicities)

    def ranks(self) -> range:
        """The possible ranks r: at most q and every hidden width; r = q without hidden layers."""
        if len(self.widths) == 2:
            return range(self.q, self.q + 1)
        return range(min(self.q, *self.widths[1:-1]) + 1)

    def choices(self) -> int:
        """The number of choices of eigenvalues, without listing them."""
        counts = [1]
        for mu in self.spectrum.multiplicities:
            counts = [sum(counts[max(0, s - mu) : s + 1]) for s in range(self.q + 1)]
        return sum(counts[r] if r < len(counts) else 0 for r in self.ranks())

    def multisets(self, r: int) -> list[tuple[int, ...]]:
        """All choices of r eigenvalues, in the order of their lists of [index, multiplicity]."""
        found = (m for m in _bounded(self.spectrum.multiplicities, r))
        return sorted(found, key=listed)

    def room(self, r: int) -> list[int]:
        """The tokens at every vertex that go with r eigenvalues."""
        return [self.data.n - r, *(d - r for d in self.widths[1:])]

    def enumeration(self, r: int, limit: int = bars.MAX_BARCODES) -> Enumeration:
        """The barcodes that go with r eigenvalues."""
        return Enumeration(bars.bars_of(len(self.widths) - 1), self.room(r), self.q - r, limit)


def _bounded(limits: Sequence[int], total: int) -> Iterator[tuple[int, ...]]:
    """All (m_1, ..) with 0 <= m_i <= limit_i and the given sum."""
    if not limits:
        if total == 0:
            yield ()
        return
    for m in range(min(limits[0], total) + 1):
        if total - m <= sum(limits[1:]):
            for rest in _bounded(limits[1:], total - m):
                yield (m, *rest)


def listed(taken: Sequence[int]) -> list[list[int]]:
    """Pairs [index from 1, multiplicity], as in the files."""
    return [[i, m] for i, m in enumerate(taken, start=1) if m]
