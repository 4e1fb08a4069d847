"""Hessian inertia and dimension of every stratum, from its eigenvalues and its barcode.

For the eigenvalues taken (indices i with multiplicities m_i, r in all) and the barcode c,

* negative = inv + cov_E, positive = r^2 + r (n_0 + n_K) - inv - eq + cov_E + cov_0,

where inv (eq) counts the pairs of a taken eigenvalue and a larger (an equal) one left, and cov_E
(cov_0) the pairs of bars that together contain all vertices, at least one (none) an E-bar;

* dimension = sum m_i (mu_i - m_i) + sum_k r (2 d_k - r) + dim G_N - dim End(c) + d_1 (d_0 - n).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from symland.landscape.deep_linear.barcode import Barcode, Quiver

__all__ = ["BarcodeTable", "Inertia", "Shape", "covering_pairs", "inversions", "ties"]

Multiset = tuple[tuple[int, int], ...]
"""Pairs (index, multiplicity taken), increasing index from 1, multiplicities positive."""

Inertia = tuple[int, int, int]
"""(positive, negative, zero)."""


def inversions(taken: Sequence[int], multiplicities: Sequence[int]) -> int:
    """Pairs of a taken eigenvalue and a strictly larger one left, with multiplicity.

    >>> inversions([0, 1], [1, 1]), inversions([1, 0], [1, 1])
    (1, 0)
    """
    left, total = 0, 0
    for m, mu in zip(taken, multiplicities, strict=True):
        total += m * left
        left += mu - m
    return total


def ties(taken: Sequence[int], multiplicities: Sequence[int]) -> int:
    """Pairs of a taken eigenvalue and an equal one left."""
    return sum(m * (mu - m) for m, mu in zip(taken, multiplicities, strict=True))


def covering_pairs(quiver: Quiver, barcode: Barcode) -> tuple[int, int]:
    """(cov_E, cov_0): covering pairs of bars with at least one E-bar, and without.

    >>> covering_pairs(Quiver((1, 1, 1), 1), ((1, 1, 1), (2, 2, 1)))
    (1, 0)
    """
    counts = [0, 0]
    for position, (u, n, count) in enumerate(barcode):
        for v, m, other in barcode[position + 1 :]:
            if quiver.covering((u, n), (v, m)):
                without = not (quiver.is_e_bar((u, n)) or quiver.is_e_bar((v, m)))
                counts[without] += count * other
    return counts[0], counts[1]


@dataclass(frozen=True)
class Shape:
    """Widths d_0, ..., d_K, rank n of the inputs and rank q of B."""

    widths: tuple[int, ...]
    n: int
    q: int

    @property
    def parameters(self) -> int:
        """The number of weights."""
        return sum(a * b for a, b in zip(self.widths, self.widths[1:], strict=False))

    def quiver(self, r: int) -> Quiver:
        """The quiver off a subspace of dimension r."""
        hidden = [d - r for d in self.widths[1:-1]]
        return Quiver((self.n - r, *hidden, self.widths[-1] - r), self.q - r)

    def inertia(self, r: int, inv: int, eq: int, cov_e: int, cov_0: int) -> Inertia:
        """The inertia of the Hessian."""
        outside = self.n - r + self.widths[-1] - r
        negative = inv + cov_e
        positive = r * r + r * outside - inv - eq + cov_e + cov_0
        return positive, negative, self.parameters - positive - negative

    def dimension(self, r: int, eq: int, end: int) -> int:
        """The dimension of a stratum whose barcode has dim End = end."""
        widths, hidden, quiver = self.widths, self.widths[1:-1], self.quiver(r)
        chosen = eq + sum(r * (2 * d - r) for d in hidden)
        first, *inner, last = quiver.dimensions
        group = sum(d * d for d in inner)
        group += first * first + last * last - quiver.e * (first + last - quiver.e)
        return chosen + group - end + widths[1] * (widths[0] - self.n)


class BarcodeTable:
    """All barcodes of one quiver with cov_E, cov_0 and dim End of each.

    Enumerated once for each rank, since none of it depends on which eigenvalues are taken.

    >>> table = BarcodeTable(Quiver((2, 1, 2), 2))
    >>> table.count, table.cov_e.tolist(), table.end.tolist()
    (1, [2], [5])
    """

    def __init__(
        self,
        quiver: Quiver,
        limit: int = 1_000_000,
        passed: Callable[[], bool] = lambda: False,
    ):
        import numpy as np

        self.quiver = quiver
        self.counts = list(quiver.barcodes(limit, passed))
        long = np.array(self.counts, dtype=np.int64).reshape(len(self.counts), -1)
        spans = np.array(
            [[v in quiver.vertices(b) for v in range(quiver.K + 1)] for b in quiver.long_bars],
            dtype=np.int64,
        )
        singles = np.array(quiver.dimensions) - long @ spans.reshape(-1, quiver.K + 1)
        self._all = np.hstack([long, singles])

    @cached_property
    def _types(self) -> list[tuple[int, int]]:
        return [*self.quiver.long_bars, *((v, 1) for v in range(self.quiver.K + 1))]

    @property
    def count(self) -> int:
        """How many barcodes there are."""
        return len(self.counts)

    def _quadratic(self, form: list[list[int]]) -> Any:
        import numpy as np

        return ((self._all @ np.array(form, dtype=np.int64)) * self._all).sum(axis=1)

    @cached_property
    def cov_e(self) -> Any:
        """Covering pairs with at least one E-bar, an array over the barcodes."""
        return self._covering(True)

    @cached_property
    def cov_0(self) -> Any:
        """Covering pairs without an E-bar."""
        return self._covering(False)

    def _covering(self, with_e_bar: bool) -> Any:
        q, types = self.quiver, self._types
        form = [
            [
                int(q.covering(a, b) and (q.is_e_bar(a) or q.is_e_bar(b)) == with_e_bar)
                for b in types
            ]
            for a in types
        ]
        return self._quadratic(form) // 2

    @cached_property
    def end(self) -> Any:
        """dim End of every barcode: what it takes from the dimension."""
        form = [[self.quiver.hom(a, b) for b in self._types] for a in self._types]
        return self._quadratic(form)

    def barcode(self, index: int) -> Barcode:
        """The barcode of a row."""
        return self.quiver.complete(self.counts[index])
