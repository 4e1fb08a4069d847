"""The strata of the critical set, listed: one row an eigenvalue multiset, or one a barcode too."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from symland.landscape.deep_linear.barcode import Barcode, TooManyBarcodes
from symland.landscape.deep_linear.barcode_totals import STEPS, Totals, totals
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

RANGE = 500_000
"""Barcodes of a rank times bars up to which the range of a varying inertia is found."""


@dataclass(frozen=True)
class Row:
    """A row of the list: all strata with these eigenvalues, or the one with this barcode.

    `dimension` is the largest in the row, `count` the number of strata in it, both None where they
    were not found. `inertia` is that of every point of the row or None where it varies; `low` and
    `high` then bound its three numbers, None where there are too many barcodes to list.
    """

    taken: tuple[int, ...]
    rank: int
    dimension: int | None
    inertia: Inertia | None
    low: Inertia | None
    high: Inertia | None
    kind: str
    count: int | None
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

    def __init__(
        self,
        linear: DeepLinear,
        limit: int = 100_000,
        steps: int = STEPS,
        passed: Callable[[], bool] = lambda: False,
    ):
        """`limit` barcodes of a rank are listed, `steps` spent on their totals; both end early
        once the time has `passed`."""
        self.linear = linear
        self.limit = limit
        self.steps = steps
        self.passed = passed
        self.shape = Shape(linear.widths, linear.n, linear.q)
        self._tables: dict[int, BarcodeTable] = {}
        self._totals: dict[int, Totals] = {}

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
        for r in range(self.linear.rank_max + 1):
            yield from sorted(_with_sum(self.multiplicities, r), key=_pairs)

    def table(self, r: int) -> BarcodeTable:
        """The barcodes at rank r; TooManyBarcodes beyond the limit."""
        if r not in self._tables:
            count = self.totals(r).count
            if count is None or count > self.limit:
                raise TooManyBarcodes(f"more than {self.limit} barcodes of rank {r}")
            self._tables[r] = BarcodeTable(self.shape.quiver(r), self.limit, self.passed)
        return self._tables[r]

    def totals(self, r: int) -> Totals:
        """The number of barcodes at rank r, and the least dim End among them."""
        if r not in self._totals:
            self._totals[r] = totals(self.shape.quiver(r), self.steps, self.passed)
        return self._totals[r]

    def kind(self, taken: Sequence[int]) -> str:
        """The kind of all points that take these eigenvalues, `mixed` where both saddles occur."""
        if inversions(taken, self.multiplicities):
            return "strict_saddle"
        if sum(taken) == self.linear.rank_max:
            return "global_minimum"
        return "strict_saddle" if self.linear.K == 2 else "mixed"

    def rows(self) -> list[Row]:
        """One row for each multiset of eigenvalues."""
        return list(self.each_row())

    def each_row(self) -> Iterator[Row]:
        """The rows one by one, so that a search can stop in time."""
        return (self._row(taken) for taken in self.multisets())

    def _row(self, taken: tuple[int, ...]) -> Row:
        r, found, pairs = sum(taken), self.totals(sum(taken)), self._pairs_of_all(sum(taken))
        inertia = None if pairs is None else self._inertia(taken, *pairs)
        low, high = (inertia, inertia) if inertia else self._range(taken)
        return Row(
            taken=taken,
            rank=r,
            dimension=None
            if found.least_end is None
            else self.shape.dimension(r, self._ties(taken), found.least_end),
            inertia=inertia,
            low=low,
            high=high,
            kind=self.kind(taken),
            count=found.count,
            value=self.values(taken),
        )

    def _ties(self, taken: Sequence[int]) -> int:
        return ties(taken, self.multiplicities)

    def _pairs_of_all(self, r: int) -> tuple[int, int] | None:
        return self.shape.quiver(r).covering_pairs_of_all()

    def _range(self, taken: Sequence[int]) -> tuple[Inertia | None, Inertia | None]:
        """The smallest and the largest counts over all barcodes, if these are soon listed."""
        r = sum(taken)
        K = self.linear.K
        if (self.totals(r).count or RANGE) * K * (K + 1) > RANGE:
            return None, None
        try:
            table = self.table(r)
        except TooManyBarcodes:
            return None, None
        pairs = set(zip(table.cov_e.tolist(), table.cov_0.tolist(), strict=True))
        return _extremes([self._inertia(taken, *pair) for pair in pairs])

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
        """The number of multisets of eigenvalues, without listing them."""
        if self.linear.K == 1:
            return 1
        ways = [1]
        for mu in self.multiplicities:
            ways = [sum(ways[max(0, r - mu) : r + 1]) for r in range(len(ways) + mu)]
        return sum(ways[: self.linear.rank_max + 1])

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
            dimension=self.shape.dimension(r, self._ties(taken), int(table.end[index])),
            inertia=inertia,
            low=inertia,
            high=inertia,
            kind=kind,
            count=1,
            value=value,
            barcode=table.barcode(index),
        )


def _with_sum(limits: Sequence[int], total: int) -> Iterator[tuple[int, ...]]:
    """All tuples of numbers from 0 to each limit that add up to the total.

    >>> list(_with_sum((1, 2), 2))
    [(0, 2), (1, 1)]
    """
    if not limits:
        if total == 0:
            yield ()
        return
    for m in range(max(0, total - sum(limits[1:])), min(limits[0], total) + 1):
        for rest in _with_sum(limits[1:], total - m):
            yield (m, *rest)


def _extremes(inertias: Sequence[Inertia]) -> tuple[Inertia, Inertia]:
    """The smallest and the largest of each of the three counts."""
    positive, negative, zero = zip(*inertias, strict=True)
    low = min(positive), min(negative), min(zero)
    return low, (max(positive), max(negative), max(zero))


def _pairs(taken: Sequence[int]) -> list[tuple[int, int]]:
    """Pairs (index from 1, multiplicity), the key by which rows of one rank are ordered."""
    return [(i + 1, m) for i, m in enumerate(taken) if m]
