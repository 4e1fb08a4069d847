"""Short witnesses of strict inequalities, at points with irrational entries."""

import pytest
from flint import fmpq

from symland.exact.number_field import sign
from symland.exact.rational_matrix import RationalMatrix
from symland.landscape.deep_linear.data import deep_linear
from symland.landscape.deep_linear.descent import pivot_direction, rotation_direction
from symland.landscape.deep_linear.descent_curve import descent_curve
from symland.landscape.deep_linear.point import LinearPoint
from symland.landscape.deep_linear.strata import Strata
from symland.search import short_witness
from symland.search.rotation import rotation_pair
from symland.search.short_witness import _rounded, lower_point_along, short_direction
from tests.landscape.deep_linear.planted import instances, irrational_instances


def saddles(kind, seeds):
    for seed in seeds:
        for planted in irrational_instances(seed) + instances(seed):
            point = LinearPoint(Strata(deep_linear(planted.problem)), planted.weights)
            if point.kind == kind:
                yield point


def direction_at(point):
    if point.loose_pivots:
        return pivot_direction(point, *point.loose_pivots[0])
    return rotation_direction(point, *rotation_pair(point))


def test_directions_become_short_and_still_fall():
    seen = 0
    for point in saddles("strict_saddle", range(60, 63)):
        direction = direction_at(point)
        full = direction.loss_difference(point.linear, point.weights)
        assert direction.second_order(point.linear, point.weights) == full[2]
        short = short_direction(point, direction)
        assert sign(short.loss_difference(point.linear, point.weights)[2]) < 0
        if short is direction:
            continue
        seen += 1
        for k, powers in short.moves.items():
            assert isinstance(powers[1], RationalMatrix)
            assert all(len(str(x)) < 40 for row in powers[1].tolist() for x in row), k
    assert seen >= 3


@pytest.mark.parametrize("kind", ["strict_saddle", "non_strict_saddle"])
def test_lower_points_are_rational(kind, monkeypatch):
    monkeypatch.setattr(short_witness, "LONG", 2)
    seen = 0
    for point in saddles(kind, range(60, 68)):
        curve = direction_at(point) if kind == "strict_saddle" else descent_curve(point)
        lower = lower_point_along(point, curve)
        assert sign(lower.loss - point.loss) < 0
        assert all(isinstance(W, RationalMatrix) for W in lower.weights)
        seen += 1
    assert seen >= 3


def test_entries_are_rounded_to_digits_of_the_largest():
    matrix = RationalMatrix([[fmpq(123456, 7), fmpq(1, 3)], [0, fmpq(-99999)]])
    assert _rounded(matrix, 3).tolist() == [[17600, 0], [0, -100000]]
    small = RationalMatrix([[fmpq(1, 3000), fmpq(-2, 7000)]])
    assert _rounded(small, 2).flint.tolist()[0] == [fmpq(33, 100000), fmpq(-29, 100000)]
    assert _rounded(RationalMatrix([[0, 0]]), 2).is_zero()
