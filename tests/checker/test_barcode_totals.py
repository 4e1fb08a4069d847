"""Totals over barcodes against lists of all of them, and the lemma that passes some over."""

from itertools import pairwise
from random import Random

import pytest

from symland.checker.barcode import Bars, Enumeration, bars_of, invariants
from symland.checker.barcode_totals import count_barcodes, covering_of_all, least_end
from symland.checker.verdict import Refused
from symland.landscape.deep_linear.barcode import Quiver
from symland.landscape.deep_linear.barcode_totals import totals


def random_rooms():
    draw = Random(7)
    for K in range(1, 6):
        for _ in range(12):
            most = 3 if K < 4 else 2
            ends = [draw.randint(0, most + 1) for _ in range(2)]
            room = (ends[0], *(draw.randint(0, most) for _ in range(K - 1)), ends[1])
            yield room, draw.randint(0, min(ends))


@pytest.mark.parametrize(("room", "e"), list(random_rooms()))
def test_totals_are_those_of_the_list(room, e):
    bars = bars_of(len(room) - 1)
    found = [invariants(bars, b) for b in Enumeration(bars, room, e).barcodes()]
    sweep, quiver = totals(Quiver(room, e)), Quiver(room, e)
    assert count_barcodes(room, e) == sweep.count == len(found)
    if not found:
        with pytest.raises(Refused, match="there is no barcode"):
            least_end(room, e)
        return
    assert least_end(room, e) == sweep.least_end == min(end for end, _, _ in found)
    covers = {numbers[1:] for numbers in found}
    agreed = next(iter(covers)) if len(covers) == 1 else None
    assert covering_of_all(room, e) == quiver.covering_pairs_of_all() == agreed


def test_number_of_barcodes_of_scalar_layers():
    for K in range(2, 40):
        assert count_barcodes((1,) * (K + 1), 1) == 2**K - 1 - K


def exchanges(bars: Bars):
    """(M, N, I, J): two bars, what they have in common (or None) and their union, if a bar."""
    for m in bars.all():
        for n in bars.all():
            ahead = (n[0] - m[0]) % bars.vertices
            if 0 < ahead <= m[1] < ahead + n[1] <= bars.K:
                yield m, n, (n[0], m[1] - ahead) if m[1] > ahead else None, (m[0], ahead + n[1])


@pytest.mark.parametrize("K", range(2, 7))
def test_union_and_intersection_have_no_more_homomorphisms(K):
    """The inequality that the module's text takes from an exact sequence, for all bars."""
    bars, count = Bars(K), 0
    for m, n, common, union in exchanges(bars):
        count += 1
        for z in bars.all():
            into = bars.hom(union, z) + (bars.hom(common, z) if common else 0)
            out_of = bars.hom(z, union) + (bars.hom(z, common) if common else 0)
            assert into <= bars.hom(m, z) + bars.hom(n, z)
            assert out_of <= bars.hom(z, m) + bars.hom(z, n)
    assert count


@pytest.mark.parametrize("K", range(1, 7))
def test_relations_of_bars_are_those_of_their_vertices(K):
    bars, quiver = Bars(K), Quiver((1,) * (K + 1), 1)
    for a in bars.all():
        inside = set(bars.support(a))
        for v in range(K + 1):
            follows = (v, (v + 1) % (K + 1)) in pairwise(bars.support(a))
            assert bars.contains(a, v) == quiver.contains(a, v) == (v in inside)
            assert bars.passes(a, v) == quiver.joins(a, v) == follows
        for b in bars.all():
            covers = len(inside | set(bars.support(b))) == K + 1
            assert bars.covering(a, b) == quiver.covering(a, b) == covers
