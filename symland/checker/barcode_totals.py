"""How many barcodes there are, and how small dim End gets, without listing them.

``room`` holds the tokens m_0, .., m_K at the vertices and e is the number of E-bars.  An E-bar
occupies u, .., K, 0, .., v and has at most K of the K+1 vertices, so the ones it leaves out form an
interval v+1, .., u-1 of hidden vertices, not empty: its *gap*.  A barcode is therefore a multiset
of e gaps and a multiset of intervals of 0, .., K other than all of it (the *lines*), where vertex
x lies in m_x - e + (gaps that contain x) lines.

Both are read from left to right.  Before vertex x one has to know: how many gaps are still to
come (h), how many of those that are open begin where, and how many of the open lines begin where,
those that begin at 0 apart, since they must not reach K.  Then lines and gaps are continued or
ended, at most h gaps begin, and the lines that begin at x fill what is left.  Every barcode is one
such sequence of choices, and every sequence gives one barcode.

For dim End, the sum of hom(a, b) over pairs of tokens, only the order of the beginnings matters.
By `barcode.Bars.hom`, with a line written [s, t] and an E-bar (u, v) as above, hom(a, b) = 1 iff

* both lines: s_b <= s_a <= t_b <= t_a (counted when b ends: lines open there, begun no earlier);
* a a line, b an E-bar: s_a <= v_b <= t_a (counted when the gap of b begins: all lines at v_b);
* a an E-bar, b a line: s_b <= u_a <= t_b (counted when the gap of a ends: all lines at u_a);
* both E-bars: u_a <= v_b (counted when the gap of a ends: the gaps then to come, as their E-bars
  still occupy u_a), or v_b <= v_a and u_b <= u_a.  The latter are all pairs with v_b <= v_a
  (counted when the gap of a begins) but those where the gap of b goes on as that of a ends.

For the number of barcodes not even the order matters: how many ways there are to go on depends on
how many open lines and gaps begin together, not on where.

For the least dim End fewer barcodes need to be met.  Let M and N be bars, neither inside the other,
whose union J is one bar again, and I what they have in common (maybe nothing).  If J is not all
vertices and a join of M to N is not the step from K to 0, putting I and J in their place leaves
tokens and E-bars as many as they were.  There is an exact sequence between M, I + J and N (the bar
that begins first is a quotient of J and has I as a part, the other is a part of J and has I as a
quotient), so for every Z, hom(I, Z) + hom(J, Z) <= hom(M, Z) + hom(N, Z), likewise for maps from
Z, and dim End does not grow.  The sum of the squared lengths does, so this comes to an end, and a
least dim End is found among the barcodes that allow no such exchange.  In those

* of two lines [s, t], [s', t'] with 1 <= s < s' <= t the second ends no later than the first, and
  none begins at t + 1: the union would be one without 0.  So before x either the lines from
  elsewhere than 0 all go on and some may begin, or none begins and those begun last end: how many,
  follows from the room at x;
* of two gaps with a vertex in common one is inside the other (else their E-bars would have both 0
  and K in common, each something of its own, and that vertex not in their union): of the open ones
  those begun last end first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, product

from .effort import spend
from .verdict import Refused

MAX_STATES = 100_000

Groups = tuple[int, ...]  # open lines or gaps by where they begin, earliest first
State = tuple[int, int, Groups, Groups]  # gaps to come; lines from 0; gaps; other lines


@lru_cache(maxsize=64)
def count_barcodes(room: tuple[int, ...], e: int) -> int:
    """The number of barcodes."""
    states = _start(room, e, 1)
    for x in range(1, len(room)):
        reached: dict[State, int] = {}
        for state, number in states.items():
            for (h, zero, gaps, lines), _ in _moves(state, room, e, x, False):
                after = h, zero, tuple(sorted(gaps)), tuple(sorted(lines))
                reached[after] = reached.get(after, 0) + number
        states = _not_too_many(reached)
    return sum(states.values())


@lru_cache(maxsize=64)
def least_end(room: tuple[int, ...], e: int) -> int:
    """The least dim End of a barcode; Refused if there is none."""
    states = _start(room, e, 0)
    for x in range(1, len(room)):
        reached: dict[State, int] = {}
        for state, end in states.items():
            for after, cost in _moves(state, room, e, x, True):
                reached[after] = min(reached.get(after, end + cost), end + cost)
        states = _not_too_many(reached)
    if not states:
        raise Refused("there is no barcode")
    return min(end + _ended(lines, lines) for (_, _, _, lines), end in states.items())


def _start(room: tuple[int, ...], e: int, value: int) -> dict[State, int]:
    return {(e, room[0] - e, (), ()): value} if 0 <= e <= room[0] else {}


def _not_too_many(states: dict[State, int]) -> dict[State, int]:
    if len(states) > MAX_STATES:
        raise Refused(f"more than {MAX_STATES} ways in which bars are open at one vertex")
    return states


def _moves(
    state: State, room: tuple[int, ...], e: int, x: int, nested: bool
) -> Iterator[tuple[State, int]]:
    """The states behind vertex x that may follow, and what they add to dim End.

    At K all gaps have begun and ended, and all lines from 0 have ended.
    """
    h, zero, gaps, lines = state
    last, before = x == len(room) - 1, zero + sum(lines)
    for ending in [gaps] if last else _endings(gaps, nested):
        left = tuple(g - d for g, d in zip(gaps, ending, strict=True))
        inside = sum(d * s for d, s in zip(ending, accumulate(left), strict=True))
        for new in range(h + 1) if not last else range(int(h == 0)):
            now = tuple(g for g in (*left, new) if g)
            here = room[x] - e + sum(now)
            cost = new * (before + e - h + new) - inside + sum(ending) * (h - new + here)
            for zeros in [zero] if last else range(zero + 1):
                room_for_lines = here - (zero - zeros)
                for done in _ending_lines(lines, room_for_lines, nested):
                    rest = tuple(g - d for g, d in zip(lines, done, strict=True))
                    begun = room_for_lines - sum(rest)
                    if begun >= 0:
                        after = tuple(g for g in (*rest, begun) if g)
                        more = _ended((zero, *lines), (zeros, *done))
                        yield (h - new, zero - zeros, now, after), cost + more


def _ending_lines(lines: Groups, room: int, nested: bool) -> Iterator[Groups]:
    if not nested:
        return _endings(lines, False)
    spend(1)
    return iter([_from_the_last(lines, max(0, sum(lines) - room))] if room >= 0 else [])


def _endings(groups: Groups, nested: bool) -> Iterator[Groups]:
    """How many of each group may end; if nested, those that began last first."""
    spend(1)
    every: Iterable[Groups] = product(*(range(g + 1) for g in groups))
    if nested:
        every = (_from_the_last(groups, total) for total in range(sum(groups) + 1))
    for ending in every:
        spend(1)
        yield ending


def _from_the_last(groups: Groups, total: int) -> Groups:
    """So many in all, of the last groups."""
    before = [0, *accumulate(groups)]
    kept = before[-1] - total
    return tuple(g - max(0, min(g, kept - b)) for g, b in zip(groups, before[:-1], strict=True))


def _ended(groups: Sequence[int], ending: Sequence[int]) -> int:
    """Pairs of an ending line and an open one that begins no earlier, itself included."""
    later = list(accumulate(reversed(groups)))[::-1]
    return sum(d * s for d, s in zip(ending, later, strict=True))


def covering_of_all(room: Sequence[int], e: int) -> tuple[int, int] | None:
    """(covering pairs with an E-bar, without) where all barcodes agree on both, else None.

    Let a = m_0 - e and b = m_K - e count the lines at 0 and at K.

    K = 1: all bars have length 1, and those at 0 cover with those at 1: (0, a b).
    A hidden vertex without tokens is covered by no bar: (0, 0).
    From here on K >= 2 and there are tokens at every hidden vertex.  The barcode of E-bars (K, 2)
    and bars of length 1 has no covering pair without an E-bar, since two vertices are not all.  A
    covering pair without E-bar has a line at 0 and another at K.  If there is a line at both, it
    occurs: the line through 0, .., K-1 and one at K, among bars of length 1.  So the second number
    is always 0 if a b = 0, and varies otherwise.
    e = 0: the first number is 0.  e > 0 and K = 2: every E-bar is (2, 2), and covers with exactly
    the bars that contain vertex 1: e m_1.  e > 0 and K > 2: it is 0 for the barcode above, as
    three vertices are not all, and not if a line 1, .., K-1 is put in; it varies.
    """
    K, outer = len(room) - 1, (room[0] - e) * (room[-1] - e)
    if K == 1:
        return 0, outer
    if not all(room[1:-1]):
        return 0, 0
    if outer or (e and K > 2):
        return None
    return e * room[1], 0
