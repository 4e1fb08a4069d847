"""The classification of exact points against the exact gradient and the exact Hessian."""

from itertools import product

import pytest
from flint import fmpq

from symland import Dataset, Network, Problem
from symland.exact.number_field import sign
from symland.exact.rational_matrix import RationalMatrix, as_fmpq
from symland.landscape.deep_linear.data import deep_linear
from symland.landscape.deep_linear.point import LinearPoint
from symland.landscape.deep_linear.strata import Strata
from symland.landscape.loss import loss
from tests.landscape.deep_linear.exact_hessian import inertia, lifted, slope, system_of
from tests.landscape.deep_linear.planted import instances, irrational_instances


def located(planted):
    return LinearPoint(Strata(deep_linear(planted.problem)), planted.weights)


def kind_by_definition(planted, counts):
    """From the Hessian and the values that were built in: the least loss takes the largest."""
    _, hidden = planted.problem.network.widths[0], planted.problem.network.widths[1:-1]
    room = min([sum(planted.multiplicities), *hidden])
    best = []
    for mu in planted.multiplicities:
        best.append(min(mu, room - sum(best)))
    if list(planted.taken) == best:
        return "global_minimum"
    return "strict_saddle" if counts[1] else "non_strict_saddle"


def check(planted):
    point = located(planted)
    assert not any(slope(planted.problem, planted.point))
    assert point.is_critical
    assert point.strata.multiplicities == planted.multiplicities
    assert point.taken == planted.taken
    if point.K > 1:
        assert point.barcode == planted.barcode
    counts = inertia(planted.problem, planted.point)
    assert point.inertia == counts
    assert point.kind == kind_by_definition(planted, counts)
    exact = loss(planted.problem, system_of(planted.point), lifted(planted.point))
    assert point.loss == exact
    linear = point.linear
    # Samples are halved and weighted by 4, so the sum of the taken eigenvalues is what was built.
    assert exact == linear.scale * (linear.T - planted.loss_below_zero)
    return point


@pytest.mark.parametrize("seed", range(40))
def test_planted_points(seed):
    for planted in instances(seed):
        point = check(planted)
        shape, taken = point.strata.shape, planted.taken
        quiver = shape.quiver(sum(taken))
        # Sum rules: the bars fill every space, and e of them use the arrow back.
        if point.K > 1:
            for v, size in enumerate(quiver.dimensions):
                assert sum(c for *bar, c in point.barcode if v in quiver.vertices(bar)) == size
            e_bars = [c for *bar, c in point.barcode if quiver.is_e_bar(bar)]
            assert sum(e_bars) == quiver.e
        assert point.strata.kind_of(taken, point.barcode) == (point.kind, point.inertia)


@pytest.mark.parametrize("seed", range(10))
def test_planted_points_over_a_number_field(seed):
    for planted in irrational_instances(seed):
        check(planted)


def test_every_kind_and_every_degeneracy_is_met():
    """Guards the generator: nothing above is true for want of cases."""
    seen = set()
    for seed in range(16):
        for planted in instances(seed):
            point = located(planted)
            linear, K = point.linear, point.K
            seen.add(point.kind)
            seen.add(f"depth {K}")
            partly = any(
                0 < m < mu for m, mu in zip(planted.taken, point.strata.multiplicities, strict=True)
            )
            seen |= {
                name
                for name, holds in (
                    ("singular inputs", linear.n < linear.widths[0]),
                    ("zero eigenvalue", linear.q < linear.widths[-1]),
                    ("no correlation", linear.q == 0),
                    ("taken in part", partly),
                    ("not top", not point.is_top),
                    ("several barcodes", point.strata.table(point.rank).count > 20),
                )
                if holds
            }
    assert seen >= {
        "global_minimum",
        "strict_saddle",
        "non_strict_saddle",
        "depth 1",
        "depth 2",
        "depth 3",
        "depth 4",
        "singular inputs",
        "zero eigenvalue",
        "no correlation",
        "taken in part",
        "not top",
        "several barcodes",
    }
    over_a_field = [located(p) for seed in range(6) for p in irrational_instances(seed)]
    assert {p.kind for p in over_a_field} == {
        "global_minimum",
        "strict_saddle",
        "non_strict_saddle",
    }
    assert any(
        0 < m < mu
        for p in over_a_field
        for m, mu in zip(p.taken, p.strata.multiplicities, strict=True)
    )


GRIDS = {
    "three scalars": ([1, 1, 1, 1], [[1]], [[1]], (-1, 0, 1)),
    "bottleneck": ([2, 1, 2], [[1, 0], [0, 1]], [[2, 0], [0, 1]], (-1, 0, 1)),
    "equal eigenvalues": ([2, 1, 2], [[1, 0], [0, 1]], [[1, 0], [0, 1]], (-1, 0, 1)),
    "singular inputs": ([2, 1, 1], [[1, 1], [1, 1]], [[1], [2]], (-1, 0, 1)),
    "no correlation": ([1, 2, 1], [[1], [1]], [[1], [-1]], (-1, 0, 1)),
    "wide": ([1, 2, 1, 1], [[1]], [[1]], (-1, 0, 1)),
    "more outputs": ([1, 1, 2], [[1]], [[1, 1]], (-1, 0, "1/2", 1)),
}


@pytest.mark.parametrize("name", GRIDS)
def test_every_point_of_a_grid(name):
    """Points that nobody built: critical exactly where the gradient vanishes, and so on."""
    widths, inputs, targets, values = GRIDS[name]
    problem = Problem(Network(widths), Dataset(inputs, targets))
    strata, critical = Strata(deep_linear(problem)), 0
    lowest = min(row.value.interval[0] for row in strata.rows())
    for entries in product(values, repeat=problem.network.parameter_count):
        rest = iter(entries)
        arrays = {
            key: [[next(rest) for _ in range(n)] for _ in range(m)]
            for key, (m, n) in problem.network.shapes.items()
        }
        point = LinearPoint(
            strata,
            tuple(
                RationalMatrix(
                    [
                        [fmpq(*map(int, x.split("/"))) if isinstance(x, str) else x for x in row]
                        for row in a
                    ]
                )
                for a in arrays.values()
            ),
        )
        table = {f"W{k}": W.tolist() for k, W in enumerate(point.weights, start=1)}
        gradient = [as_fmpq(g) for g in slope(problem, table)]
        ours = [x for k in range(1, point.K + 1) for row in point.gradient(k).tolist() for x in row]
        assert [as_fmpq(x) for x in ours] == gradient
        assert point.is_critical == (not any(gradient))
        if not point.is_critical:
            assert point.kind == "not_critical"
            continue
        critical += 1
        counts = inertia(problem, table)
        assert point.inertia == counts
        best = point.loss == lowest
        assert point.kind == (
            "global_minimum" if best else "strict_saddle" if counts[1] else "non_strict_saddle"
        )
    assert critical > 1


@pytest.mark.parametrize("seed", range(4))
def test_a_moved_point_is_not_critical_unless_its_gradient_vanishes(seed):
    for planted in instances(seed + 100)[:6]:
        W = planted.weights[0]
        bump = RationalMatrix(
            [[int(i == j == 0) for j in range(W.shape[1])] for i in range(W.shape[0])]
        )
        weights = (W + bump, *planted.weights[1:])
        point = LinearPoint(Strata(deep_linear(planted.problem)), weights)
        table = {f"W{k}": V.tolist() for k, V in enumerate(weights, start=1)}
        gradient = slope(planted.problem, table)
        assert point.is_critical == (not any(sign(g) for g in gradient))
        assert [
            as_fmpq(x)
            for k in range(1, point.K + 1)
            for row in point.gradient(k).tolist()
            for x in row
        ] == [as_fmpq(g) for g in gradient]
