"""Totals over all barcodes of a quiver without listing them: their number, their least dim End.

An E-bar leaves out an interval of hidden vertices, its *gap*; the other bars are intervals of
0, ..., K (*lines*), none of them all of it. So a barcode is a set of gaps and lines with given
numbers at every vertex, and one sweep from K down to 0 that remembers which of them are open, and
together with how many others each ends, meets every barcode once. There may be 2^50 barcodes and
five ways in which they pass a vertex.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from symland.landscape.deep_linear.barcode import Quiver, TooManyBarcodes

__all__ = ["STEPS", "Totals", "totals"]

Groups = tuple[int, ...]
_States = dict[tuple[int, int, Groups, Groups], int]

STEPS = 300_000
"""Steps of a sweep after which it is given up; the checker's own sweep takes as many."""


@dataclass(frozen=True)
class Totals:
    """The number of barcodes and their least dim End, each None where it was not found."""

    count: int | None
    least_end: int | None


def totals(
    quiver: Quiver, steps: int = STEPS, passed: Callable[[], bool] = lambda: False
) -> Totals:
    """Number and least dim End; None for what takes more steps, or where the time has passed.

    Examples
    --------
    >>> totals(Quiver((1,) * 51, 1))           # 50 scalar layers
    Totals(count=1125899906842573, least_end=2)
    >>> totals(Quiver((12,) * 12, 12), steps=100)
    Totals(count=None, least_end=None)
    """
    found: list[int | None] = []
    for least in (False, True):
        try:
            found.append(_Sweep(quiver, least, steps, passed).run())
        except TooManyBarcodes:
            found.append(None)
    return Totals(*found)


@dataclass
class _Sweep:
    """From vertex K to vertex 0, for the number of barcodes or the least dim End of one.

    A state is (gaps to come, lines that end at K, open gaps, other open lines), the last two by
    where they end, outermost first. For the number that order does not matter. For the least dim
    End it does, but of two that are open together the inner one is done first: putting what two
    bars have in common and what they have together in their place never makes dim End larger.
    """

    quiver: Quiver
    least: bool
    steps: int
    passed: Callable[[], bool]

    def run(self) -> int:
        """The number, or the least dim End."""
        room, e, K = self.quiver.dimensions, self.quiver.e, self.quiver.K
        states: _States = {}
        if min(room[0], room[K]) >= e:
            states[e, room[K] - e, (), ()] = 0 if self.least else 1
        for x in range(K - 1, -1, -1):
            states = self._next(states, room[x] - e, x == 0)
        if not self.least:
            return sum(states.values())
        return min((v + _nested(s[3], s[3]) for s, v in states.items()), default=0)

    def _next(self, states: _States, beside: int, last: bool) -> _States:
        """The states at the next vertex, which has so many lines beside what gaps add."""
        reached: _States = {}
        for (h, outer, gaps, lines), value in states.items():
            for left, to_come, here, first in self._gaps(h, outer + sum(lines), gaps, beside, last):
                for rest, others, second in self._lines(outer, lines, here, last):
                    if self.least:
                        state = to_come, rest, left, others
                        cost = value + first + second
                        reached[state] = min(cost, reached.get(state, cost))
                    else:
                        state = to_come, rest, tuple(sorted(left)), tuple(sorted(others))
                        reached[state] = value + reached.get(state, 0)
        return reached

    def _gaps(
        self, h: int, lines: int, gaps: Groups, beside: int, last: bool
    ) -> Iterator[tuple[Groups, int, int, int]]:
        """(gaps open, gaps to come, lines here, cost): what may happen to gaps before a vertex."""
        begun = self.quiver.e - h
        for stay in self._stays(gaps, last):
            done = sum(gaps) - sum(stay)
            inside = sum(
                (g - s) * sum(stay[: i + 1])
                for i, (g, s) in enumerate(zip(gaps, stay, strict=True))
            )
            for new in range(h + 1) if not last else range(int(h == 0)):
                here = beside + sum(stay) + new
                if here >= 0:
                    cost = new * (lines + begun + new) + done * (h - new + here) - inside
                    yield tuple(s for s in (*stay, new) if s), h - new, here, cost

    def _lines(
        self, outer: int, lines: Groups, here: int, last: bool
    ) -> Iterator[tuple[int, Groups, int]]:
        """(lines from K, other lines, cost): what may happen to lines before a vertex."""
        for rest in range(1) if last else range(outer + 1):
            for stay in self._staying_lines(lines, here - rest):
                new = here - rest - sum(stay)
                if new >= 0:
                    done = [g - s for g, s in zip((outer, *lines), (rest, *stay), strict=True)]
                    cost = _nested((outer, *lines), done)
                    yield rest, tuple(s for s in (*stay, new) if s), cost

    def _staying_lines(self, lines: Groups, room: int) -> Iterator[Groups]:
        if not self.least:
            yield from self._stays(lines, False)
        elif room >= 0:
            # Two lines of which one begins where the other is done are better joined.
            self._count()
            yield _first(lines, min(room, sum(lines)))

    def _stays(self, groups: Groups, last: bool) -> Iterator[Groups]:
        """How many of each group may go on past a vertex."""
        if last:
            choices: Iterable[Groups] = [(0,) * len(groups)]
        elif self.least:
            choices = (_first(groups, total) for total in range(sum(groups) + 1))
        else:
            choices = product(*(range(g + 1) for g in groups))
        for stay in choices:
            self._count()
            yield stay

    def _count(self) -> None:
        self.steps -= 1
        if self.steps < 0 or (self.steps % 1024 == 0 and self.passed()):
            raise TooManyBarcodes("more ways to open and close bars than are run through")


def _first(groups: Groups, total: int) -> Groups:
    """So many in all, of the outermost groups.

    >>> _first((2, 1, 3), 4)
    (2, 1, 1)
    """
    kept = []
    for g in groups:
        kept.append(min(g, total))
        total -= kept[-1]
    return tuple(kept)


def _nested(groups: Sequence[int], done: Sequence[int]) -> int:
    """Pairs of a bar that is done and an open one whose far end is no farther out."""
    return sum(d * sum(groups[i:]) for i, d in enumerate(done))
