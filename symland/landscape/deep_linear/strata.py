"""The strata of the critical set, listed: one row an eigenvalue multiset, or one a barcode too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from symland.landscape.deep_linear.barcode import Barcode
from symland.landscape.deep_linear.critical_values import CriticalValue, CriticalValues
from symland.landscape.deep_linear.data import DeepLinear
from symland.landscape.deep_linear.inertia import (
    BarcodeTable,
    Inertia,
    Multiset,
    Shape,
    covering_pairs,
    inversions,
    ties,
)
from symland.landscape.deep_linear.spectrum import Spectrum, spectrum

__all__ = ["Row", "Strata"]


@dataclass(frozen=True)
class Row:
    """A row of the list: all strata with these eigenvalues, or the one with this barcode.

    `dimension` is the largest in the row, `inertia` that of every point of it or None where it
    varies (`low` and `high` then bound its three numbers), `count` the number of strata in it.
    """

    taken: tuple[int, ...]
    rank: int
    dimension: int
    inertia: Inertia | None
    low: Inertia
    high: Inertia
    kind: str
    count: int
    value: CriticalValue
    barcode: Barcode | None = None

    @property
    def multiset(self) -> Multiset:
        """Pairs (index from 1, multiplicity taken)."""
        return tuple((i + 1, m) for i, m in enumerate(self.taken) if m)


class Strata:
    """The critical set of a deep linear network with squared loss and some nonzero input.

    Examples
    --------
    >>> from symland import Dataset, Network, Problem
    >>> from symland.landscape.deep_linear.data import deep_linear
    >>> problem = Problem(Network((2, 1, 2)), Dataset([[1, 0], [0, 1]], [[2, 0], [0, 1]]))
    >>> strata = Strata(deep_linear(problem))
    >>> [(row.taken, row.value.exact, row.kind, row.inertia) for row in strata.rows()][:2]
    [((0, 0), 5/2, 'strict_saddle', (2, 2, 0)), ((1, 0), 1/2, 'global_minimum', (3, 0, 1))]
    >>> [(row.taken, row.value.exact, row.kind, row.inertia) for row in strata.rows()][2:]
    [((0, 1), 2, 'strict_saddle', (2, 1, 1))]
    """

    def __init__(self, linear: DeepLinear, limit: int = 1_000_000):
        self.linear = linear
        self.limit = limit
        self.shape = Shape(linear.widths, linear.n, linear.q)
        self._tables: dict[int, BarcodeTable] = {}

    @cached_property
    def spectrum(self) -> Spectrum:
        """The positive eigenvalues of Sigma."""
        return spectrum(self.linear.sigma)

    @cached_property
    def multiplicities(self) -> tuple[int, ...]:
        """Multiplicities of the positive eigenvalues, largest eigenvalue first."""
        return tuple(e.multiplicity for e in self.spectrum.eigenvalues)

    @cached_property
    def values(self) -> CriticalValues:
        """The critical values."""
        return CriticalValues(self.linear, self.spectrum)

    def multisets(self) -> Iterator[tuple[int, ...]]:
        """The multiplicities taken, one tuple a multiset, by rank and then lexicographically."""
        if self.linear.K == 1:
            yield self.multiplicities
            return
        every = product(*(range(mu + 1) for mu in self.multiplicities))
        allowed = [m for m in every if sum(m) <= self.linear.rank_max]
        yield from sorted(allowed, key=lambda m: (sum(m), _pairs(m)))

    def table(self, r: int) -> BarcodeTable:
        """The barcodes at rank r."""
        if r not in self._tables:
            self._tables[r] = BarcodeTable(self.shape.quiver(r), self.limit)
        return self._tables[r]

    def kind(self, taken: Sequence[int]) -> str:
        """The kind of all points that take these eigenvalues, `mixed` where both saddles occur."""
        if inversions(taken, self.multiplicities):
            return "strict_saddle"
        if sum(taken) == self.linear.rank_max:
            return "global_minimum"
        return "strict_saddle" if self.linear.K == 2 else "mixed"

    def rows(self) -> list[Row]:
        """One row for each multiset of eigenvalues."""
        return [self._row(taken) for taken in self.multisets()]

    def _row(self, taken: tuple[int, ...]) -> Row:
        r, table = sum(taken), self.table(sum(taken))
        inertias = self._inertias(taken)
        low, high = _extremes(inertias)
        return Row(
            taken=taken,
            rank=r,
            dimension=self.shape.dimension(r, self._ties(taken), int(table.fibre.max())),
            inertia=low if low == high else None,
            low=low,
            high=high,
            kind=self.kind(taken),
            count=table.count,
            value=self.values(taken),
        )

    def _ties(self, taken: Sequence[int]) -> int:
        return ties(taken, self.multiplicities)

    def _inertias(self, taken: Sequence[int]) -> list[Inertia]:
        """The distinct inertias over all barcodes."""
        table = self.table(sum(taken))
        pairs = set(zip(table.cov_e.tolist(), table.cov_0.tolist(), strict=True))
        return [self._inertia(taken, *pair) for pair in sorted(pairs)]

    def _inertia(self, taken: Sequence[int], cov_e: int, cov_0: int) -> Inertia:
        inv = inversions(taken, self.multiplicities)
        return self.shape.inertia(sum(taken), inv, self._ties(taken), cov_e, cov_0)

    def kind_of(self, taken: Sequence[int], barcode: Barcode) -> tuple[str, Inertia]:
        """Kind and inertia of the stratum with these eigenvalues and this barcode."""
        pairs = covering_pairs(self.shape.quiver(sum(taken)), barcode)
        return self._decided(taken, self._inertia(taken, *pairs))

    def _decided(self, taken: Sequence[int], inertia: Inertia) -> tuple[str, Inertia]:
        kind = self.kind(taken)
        if kind == "mixed":
            kind = "strict_saddle" if inertia[1] else "non_strict_saddle"
        return kind, inertia

    def count(self) -> int:
        """The number of multisets of eigenvalues."""
        return sum(1 for _ in self.multisets())

    def barcode_rows(self) -> Iterator[Row]:
        """One row for each stratum: each multiset of eigenvalues with each barcode."""
        for taken in self.multisets():
            table, value = self.table(sum(taken)), self.values(taken)
            rows = [self._barcode_row(taken, index, value) for index in range(table.count)]
            yield from sorted(rows, key=lambda row: row.barcode or ())

    def _barcode_row(self, taken: tuple[int, ...], index: int, value: CriticalValue) -> Row:
        r, table = sum(taken), self.table(sum(taken))
        pairs = int(table.cov_e[index]), int(table.cov_0[index])
        kind, inertia = self._decided(taken, self._inertia(taken, *pairs))
        return Row(
            taken=taken,
            rank=r,
            dimension=self.shape.dimension(r, self._ties(taken), int(table.fibre[index])),
            inertia=inertia,
            low=inertia,
            high=inertia,
            kind=kind,
            count=1,
            value=value,
            barcode=table.barcode(index),
        )


def _extremes(inertias: Sequence[Inertia]) -> tuple[Inertia, Inertia]:
    """The smallest and the largest of each of the three counts."""
    positive, negative, zero = zip(*inertias, strict=True)
    low = min(positive), min(negative), min(zero)
    return low, (max(positive), max(negative), max(zero))


def _pairs(taken: Sequence[int]) -> list[tuple[int, int]]:
    """Pairs (index from 1, multiplicity), the key by which rows of one rank are ordered."""
    return [(i + 1, m) for i, m in enumerate(taken) if m]
