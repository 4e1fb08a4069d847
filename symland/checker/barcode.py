"""Barcodes: the combinatorics of the strata of a deep linear network.

On a cycle of K+1 vertices (0: inputs, 1..K-1: hidden layers, K: outputs) a *bar* (u, l) occupies
the l <= K consecutive vertices u, u+1, ..., u+l-1 modulo K+1.  A barcode gives every bar a count;
its copies are called tokens.  A bar that passes from K on to 0 is an *E-bar*.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from .effort import spend
from .verdict import Refused

Bar = tuple[int, int]
Barcode = tuple[tuple[Bar, int], ...]  # sorted by bar, counts positive

MAX_BARCODES = 2_000_000
MAX_PAIRS = 200_000  # remembered


class Bars:
    """The bars on the cycle of K+1 vertices, and the relations between them."""

    def __init__(self, K: int) -> None:
        self.K, self.vertices = K, K + 1
        self._pairing: dict[tuple[Bar, Bar], tuple[int, int, int]] = {}

    def all(self) -> list[Bar]:
        """Every bar: K (K+1) of them."""
        spend(self.K * self.vertices)
        return [(u, length) for u in range(self.vertices) for length in range(1, self.vertices)]

    def is_bar(self, bar: Bar) -> bool:
        """Whether these two numbers are a bar."""
        return 0 <= bar[0] <= self.K and 1 <= bar[1] <= self.K

    def support(self, bar: Bar) -> list[int]:
        """The vertices in order."""
        return [(bar[0] + k) % self.vertices for k in range(bar[1])]

    def contains(self, bar: Bar, v: int) -> bool:
        """Whether the bar occupies vertex v."""
        return (v - bar[0]) % self.vertices < bar[1]

    def passes(self, bar: Bar, v: int) -> bool:
        """Whether the bar goes on from vertex v to the next one."""
        return (v - bar[0]) % self.vertices < bar[1] - 1

    def is_e(self, bar: Bar) -> bool:
        """Whether the bar goes on from K to 0."""
        return self.passes(bar, self.K)

    def hom(self, a: Bar, b: Bar) -> int:
        """The dimension of the homomorphisms from bar a to bar b: 0 or 1.

        The image is a quotient of a (it starts where a starts) and a part of b (it ends where b
        ends), hence the arc from the start of a to the end of b, if that fits into both.
        """
        length = (b[0] + b[1] - a[0]) % self.vertices
        return int(1 <= length <= min(a[1], b[1]))

    def covering(self, a: Bar, b: Bar) -> bool:
        """Whether the two together occupy all vertices: b contains what a leaves out.

        That is the arc from the end of a to its start, of 1 to K vertices; b contains it iff it
        contains its first vertex and reaches at least as far from there.
        """
        beyond = (a[0] + a[1] - b[0]) % self.vertices
        return beyond + self.vertices - a[1] <= b[1]

    def pairing(self, a: Bar, b: Bar) -> tuple[int, int, int]:
        """For an unordered pair of bars: (hom both ways, covering with an E-bar, covering without).

        No bar covers all vertices alone, so pairs of copies of one bar are never covering.
        """
        if (a, b) not in self._pairing:
            homs = self.hom(a, b) + (self.hom(b, a) if a != b else 0)
            covers, e = self.covering(a, b), self.is_e(a) or self.is_e(b)
            row = homs, int(covers and e), int(covers and not e)
            if len(self._pairing) >= MAX_PAIRS:
                return row
            self._pairing[a, b] = self._pairing[b, a] = row
        return self._pairing[a, b]


@lru_cache(maxsize=4)
def bars_of(K: int) -> Bars:
    """The bars for K weight matrices; relations between them are computed once."""
    return Bars(K)


def barcode_of_ranks(bars: Bars, ranks: dict[tuple[int, int], int]) -> Barcode:
    """Counts from the ranks of the paths through l vertices from u (0 for l > K).

    A path is injective exactly on the bars that contain it, so its rank counts those; inclusion
    and exclusion over lengthening at either end leaves the bars equal to (u, l).
    """

    def rho(u: int, length: int) -> int:
        return ranks.get((u % bars.vertices, length), 0)

    counts = {
        (u, n): rho(u, n) - rho(u - 1, n + 1) - rho(u, n + 1) + rho(u - 1, n + 2)
        for u, n in bars.all()
    }
    if any(c < 0 for c in counts.values()):
        raise Refused("the ranks of the words are not those of a barcode")
    return tuple(sorted((bar, c) for bar, c in counts.items() if c))


def invariants(bars: Bars, barcode: Barcode) -> tuple[int, int, int]:
    """(dim End, covering pairs with an E-bar, covering pairs without) of a barcode."""
    spend(len(barcode) * (len(barcode) + 1) // 2)
    end = sum(c * c for _, c in barcode)
    cover_e = cover_0 = 0
    for i, (a, c) in enumerate(barcode):
        for b, d in barcode[:i]:
            homs, e, zero = bars.pairing(a, b)
            end, cover_e, cover_0 = end + c * d * homs, cover_e + c * d * e, cover_0 + c * d * zero
    return end, cover_e, cover_0


def inversions(multiplicities: Sequence[int], taken: Sequence[int]) -> tuple[int, int]:
    """(inv, eq): pairs of a taken eigenvalue and one not taken that is larger, or equal.

    Eigenvalues are listed in decreasing order, with multiplicity; ``taken`` says how many copies
    of each are taken.
    """
    left = [mu - m for mu, m in zip(multiplicities, taken, strict=True)]
    inv = sum(m * sum(left[:i]) for i, m in enumerate(taken))
    return inv, sum(m * x for m, x in zip(taken, left, strict=True))


def inertia_from(
    widths: Sequence[int],
    n: int,
    multiplicities: Sequence[int],
    taken: Sequence[int],
    cover: tuple[int, int],
) -> tuple[int, int, int]:
    """(positive, negative, zero) of the Hessian on a stratum: the inertia theorem.

    With r eigenvalues taken, n_0 = n - r, n_K = d_K - r and the covering pairs (e, 0):
    negative = inv + e, positive = r^2 + r (n_0 + n_K) - inv - eq + e + 0, and the rest is zero.
    """
    r, (inv, eq), (cover_e, cover_0) = sum(taken), inversions(multiplicities, taken), cover
    negative = inv + cover_e
    positive = r * r + r * (n + widths[-1] - 2 * r) - inv - eq + cover_e + cover_0
    total = sum(a * b for a, b in pairwise(widths))
    return positive, negative, total - positive - negative


def inertia_of(
    widths: Sequence[int],
    n: int,
    multiplicities: Sequence[int],
    taken: Sequence[int],
    barcode: Barcode,
) -> tuple[int, int, int]:
    """As `inertia_from`, for a barcode."""
    cover = invariants(bars_of(len(widths) - 1), barcode)[1:]
    return inertia_from(widths, n, multiplicities, taken, (cover[0], cover[1]))


def kind_of(
    widths: Sequence[int], multiplicities: Sequence[int], taken: Sequence[int], cover_e: int
) -> str:
    """The kind of the critical points of a stratum (data with A not zero).

    r = q, or no inversion and r the smallest hidden width: global minimum.  Otherwise a strict
    saddle if the Hessian has a negative eigenvalue (inv + cover_e > 0), else a saddle that is not
    strict.
    """
    r, inv = sum(taken), inversions(multiplicities, taken)[0]
    if r == sum(multiplicities) or (inv == 0 and r == min(widths[1:-1], default=-1)):
        return "global_minimum"
    return "strict_saddle" if inv + cover_e else "non_strict_saddle"


def kinds_possible(
    widths: Sequence[int], multiplicities: Sequence[int], taken: Sequence[int]
) -> frozenset[str]:
    """The kinds that occur over all barcodes of a choice of eigenvalues, without listing them.

    With no inversion and r below q and every hidden width p: every bar of length 1 but the q - r
    E-bars (K, 2) is a barcode; these cover all vertices in pairs only if there is one hidden
    layer.  With two or more, it has cover_e = 0.  Every hidden vertex still has a token off the
    used part, so one bar through all hidden vertices is possible too, and with an E-bar (K, 2) it
    covers: cover_e > 0.  Otherwise the kind does not depend on the barcode.
    """
    r, inv = sum(taken), inversions(multiplicities, taken)[0]
    if inv or r in (sum(multiplicities), min(widths[1:-1], default=-1)):
        return frozenset([kind_of(widths, multiplicities, taken, 0)])
    if len(widths) == 3:
        return frozenset(["strict_saddle"])
    return frozenset(["strict_saddle", "non_strict_saddle"])


def dimension_from(
    widths: Sequence[int], n: int, multiplicities: Sequence[int], taken: Sequence[int], end: int
) -> int:
    """The dimension of a stratum from dim End of its barcode.

    Grassmannians of the eigenspaces, plus one orbit of the hidden general linear groups and of the
    pairs (g_0, g_K) that commute with E^T, plus the weights on inputs orthogonal to the data.
    """
    r, q = sum(taken), sum(multiplicities)
    n0, nK, e = n - r, widths[-1] - r, q - r
    flags = sum(m * (mu - m) for m, mu in zip(taken, multiplicities, strict=True))
    group = sum(d * d for d in widths[1:-1]) + n0 * n0 + nK * nK - e * (n0 + nK - e)
    return flags + group - end + widths[1] * (widths[0] - n)


class Enumeration:
    """All barcodes with prescribed numbers of tokens at the vertices and of E-bars.

    Bars of length 1 fill what the longer ones leave, so only multisets of longer bars are
    enumerated, one token after the other in a fixed order of the bars, E-bars first and the
    shortest of them, (K, 2), last: whatever was chosen, it can complete the number of E-bars.
    """

    def __init__(self, bars: Bars, room: Sequence[int], e: int, limit: int = MAX_BARCODES) -> None:
        """``room`` gives the tokens at vertices 0..K, ``e`` the number of E-bars; more than
        ``limit`` barcodes are `Refused`."""
        self.bars, self.room, self.e, self.limit = bars, tuple(room), e, limit
        long = [bar for bar in bars.all() if bar[1] > 1]
        self.long = sorted(long, key=lambda b: (not bars.is_e(b), b == (bars.K, 2), b))

    def barcodes(self) -> Iterator[Barcode]:
        """Each barcode once."""
        for chosen, room in self._walk():
            counts: Counter[Bar] = Counter(self.long[i] for i in chosen)
            counts.update({(v, 1): c for v, c in enumerate(room) if c})
            yield tuple(sorted(counts.items()))

    def _walk(self) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
        """Chosen tokens of longer bars, and the room that they leave."""
        if self.e < 0 or min(self.room) < 0 or (self.e and not self.long):
            return
        spend(sum(length for _, length in self.long) // 8)
        supports = [self.bars.support(x) for x in self.long]
        e_bars = sum(self.bars.is_e(x) for x in self.long)
        nothing: tuple[int, ...] = ()
        stack, seen = [(0, self.e, self.room, nothing)], 0
        while stack:
            first, e, room, chosen = stack.pop()
            if e == 0:
                seen += 1
                if seen > self.limit:
                    raise Refused(f"there are more than {self.limit} barcodes of one rank")
                yield chosen, room
            spend(5 + len(supports) // 4)
            for x in range(first, e_bars) if e else range(max(first, e_bars), len(supports)):
                if all(room[v] for v in supports[x]):
                    left = list(room)
                    for v in supports[x]:
                        left[v] -= 1
                    stack.append((x, e - (x < e_bars), tuple(left), (*chosen, x)))
