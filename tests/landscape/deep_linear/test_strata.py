"""The list of strata: counts known beforehand, and a representative on every stratum."""

import random
from fractions import Fraction

import mpmath
import pytest
from flint import fmpq

from symland import Dataset, Loss, Network, Problem
from symland.exact.algebraic_matrix import AlgebraicMatrix
from symland.exact.number_field import enclosure, sign
from symland.exact.rational_matrix import RationalMatrix
from symland.landscape.deep_linear.barcode import Quiver, TooManyBarcodes
from symland.landscape.deep_linear.data import NotDeepLinear, deep_linear
from symland.landscape.deep_linear.eigenspace import Eigenspaces
from symland.landscape.deep_linear.inertia import BarcodeTable
from symland.landscape.deep_linear.point import LinearPoint
from symland.landscape.deep_linear.representative import representative
from symland.landscape.deep_linear.strata import Strata
from symland.landscape.gradient import gradient
from symland.landscape.hessian import hessian
from symland.landscape.loss import loss
from symland.landscape.number_systems.mpmath_numbers import Multiprecision
from tests.landscape.deep_linear.exact_hessian import inertia, slope
from tests.landscape.deep_linear.planted import irrational_instances


def diagonal(widths, singular_values, n=None):
    """Inputs the unit vectors (the first n), targets a diagonal matrix."""
    n = widths[0] if n is None else n
    inputs = [[int(i == j) for j in range(widths[0])] for i in range(n)]
    targets = [[singular_values[i] if i == j else 0 for j in range(widths[-1])] for i in range(n)]
    return Problem(Network(widths), Dataset(inputs, targets))


# Widths, singular values of the data, rank of the inputs, number of strata.
COUNTS = [
    ((2, 1, 2), (2, 1), 2, 3),
    ((2, 2, 2), (2, 1), 2, 4),
    ((1, 1, 1, 1), (1,), 1, 5),
    ((2, 1, 1, 2), (2, 1), 2, 7),
    ((2, 2, 2, 2), (2, 1), 2, 20),
    ((2, 2, 2, 2), (1, 1), 2, 16),
    ((2, 2, 2, 2), (1, 0), 2, 41),
    ((3, 2, 2, 2), (2, 1, 0), 3, 38),
    ((3, 2, 2, 2), (2, 1), 2, 20),
    ((1, 2, 2, 2, 1), (1,), 1, 41),
    ((2, 1, 2, 1, 2), (2, 1), 2, 20),
    ((3, 2, 2, 3), (3, 2, 1), 3, 31),
    ((2, 2, 2, 2, 2), (2, 1), 2, 95),
]


@pytest.mark.parametrize(("widths", "values", "n", "count"), COUNTS)
def test_number_of_strata(widths, values, n, count):
    strata = Strata(deep_linear(diagonal(widths, values, n)))
    rows = list(strata.barcode_rows())
    assert len(rows) == count
    assert len({(row.taken, row.barcode) for row in rows}) == count
    assert sum(row.count for row in strata.rows()) == count


def test_kinds_of_a_bottleneck():
    rows = list(Strata(deep_linear(diagonal((2, 1, 2, 1, 2), (2, 1)))).barcode_rows())
    kinds = [row.kind for row in rows]
    assert [kinds.count(k) for k in ("strict_saddle", "non_strict_saddle", "global_minimum")] == [
        12,
        7,
        1,
    ]


def test_the_wide_deep_network_by_counting():
    """247 multisets and 125,753 strata for 8-6-6-6-8 with simple eigenvalues: C(8, r) choices."""
    from math import comb

    strata = Strata(deep_linear(diagonal((8, 6, 6, 6, 8), tuple(range(8, 0, -1)))))
    tables = [strata.table(r).count for r in range(7)]
    assert sum(comb(8, r) for r in range(7)) == strata.count() == 247
    assert sum(tables) == 18614
    assert sum(comb(8, r) * n for r, n in enumerate(tables)) == 125753


def test_the_narrow_deep_network_by_counting():
    strata = Strata(deep_linear(diagonal((13, 5, 2, 4, 3), (3, 2, 1) + (0,) * 10)))
    assert sum(row.count for row in strata.rows()) == 2506


@pytest.mark.parametrize(("widths", "values", "n", "count"), COUNTS[:-2])
def test_rows_of_multisets_summarise_the_rows_of_strata(widths, values, n, count):
    strata = Strata(deep_linear(diagonal(widths, values, n)))
    for row in strata.rows():
        single = [s for s in strata.barcode_rows() if s.taken == row.taken]
        inertias, kinds = {s.inertia for s in single}, {s.kind for s in single}
        assert row.dimension == max(s.dimension for s in single)
        assert row.inertia == (inertias.pop() if len(inertias) == 1 else None)
        assert [row.low[i] for i in range(3)] == [
            min(s.inertia[i] for s in single) for i in range(3)
        ]
        assert row.kind == (kinds.pop() if len(kinds) == 1 else "mixed")


def dense(found, spaces, linear):
    """The representative as matrices over Q or one field; None where it needs several."""
    fields = {
        line.index
        for line in (*found.first, *found.last)
        if line is not None and line.index is not None
    }
    if len(fields) > 1:
        return None

    def rows(lines, size):
        return [list(line.entries) if line else [fmpq(0)] * size for line in lines]

    arrays = [rows(found.first, linear.widths[0]), *found.hidden]
    if linear.K > 1:
        columns = rows(found.last, linear.widths[-1])
        arrays.append([list(row) for row in zip(*columns, strict=True)])
    if not fields:
        return tuple(RationalMatrix(a) for a in arrays)
    field = spaces.spectrum.eigenvalues[fields.pop()].field
    return tuple(AlgebraicMatrix(field, a) for a in arrays)


def check_numerically(problem, found, strata, row):
    """Entries in several fields: gradient, loss and inertia with 50 digits."""

    def number(x):
        return mpmath.mpf(enclosure(x, 300).mid().str(60, radius=False))

    def rows(lines, size):
        return [
            [number(x) for x in line.entries] if line else [mpmath.mpf(0)] * size for line in lines
        ]

    widths = strata.linear.widths
    with mpmath.workdps(60):
        arrays = [
            rows(found.first, widths[0]),
            *([[mpmath.mpf(x) for x in line] for line in m] for m in found.hidden),
        ]
        columns = rows(found.last, widths[-1])
        arrays.append([list(line) for line in zip(*columns, strict=True)])
        table = {f"W{k}": array for k, array in enumerate(arrays, start=1)}
        system, tiny = Multiprecision(60), mpmath.mpf(10) ** -45
        assert all(abs(g) < tiny for g in gradient(problem, system, table))
        value = loss(problem, system, table)
        low, high = map(number, row.value.interval)
        assert low - tiny <= value <= high + tiny
        values = mpmath.eigsy(mpmath.matrix(hessian(problem, system, table)), eigvals_only=True)
        counts = sum(v > tiny for v in values), sum(v < -tiny for v in values)
    assert counts == row.inertia[:2]


PROBLEMS = {
    "simple": diagonal((2, 2, 2, 2), (2, 1)),
    "equal": diagonal((2, 2, 2, 2), (1, 1)),
    "zero": diagonal((2, 2, 2, 2), (1, 0)),
    "deeper": diagonal((2, 1, 2, 1, 2), (2, 1)),
    "scalars": diagonal((1, 2, 2, 2, 1), (1,)),
    "wide input": diagonal((3, 2, 2, 2), (2, 1, 0)),
    "singular inputs": diagonal((3, 2, 2, 2), (2, 1), 2),
    "more outputs": diagonal((1, 2, 1, 3), (2,)),
    "no hidden layer": Problem(Network((2, 2)), Dataset([[1, 2], [2, 4]], [[1, 0], [1, 1]])),
    "no correlation": Problem(Network((1, 2, 1, 2)), Dataset([[1], [1]], [[1, 2], [-1, -2]])),
    "quadratic": Problem(Network((2, 2, 2)), Dataset([[1, 0], [1, 1]], [[1, 1], [0, 1]])),
    "quadratic, deep": Problem(Network((2, 1, 2, 2)), Dataset([[1, 0], [0, 1]], [[1, 0], [1, 1]])),
    "cubic": Problem(
        Network((3, 2, 3)),
        Dataset([[1, 0, 1], [0, 1, 1], [1, 2, 0]], [[1, 0, 2], [0, 1, 1], [1, 1, 0]]),
    ),
    "weights": Problem(
        Network((2, 2, 1, 2)),
        Dataset([[1, 0], [0, 1], [1, 1]], [[1, 0], [1, 1], [0, 2]]),
        Loss(weights=[[1, 1], ["1/2", "1/2"], [3, 3]], scale="mean"),
    ),
    "twice quadratic": Problem(
        Network((4, 2, 4)),
        Dataset(
            [[int(i == j) for j in range(4)] for i in range(4)],
            [[1, 0, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 1, 1]],
        ),
    ),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_every_stratum_has_its_representative(name):
    """Critical, with exactly the eigenvalues, barcode, inertia, kind and loss of its row."""
    problem = PROBLEMS[name]
    strata = Strata(deep_linear(problem))
    spaces, several, small = Eigenspaces(strata.linear, strata.spectrum), 0, 0
    for row in strata.barcode_rows():
        quiver = strata.shape.quiver(row.rank)
        found = representative(strata.linear, spaces, quiver, row.taken, row.barcode)
        weights = dense(found, spaces, strata.linear)
        if weights is None:
            several += 1
            check_numerically(problem, found, strata, row)
            continue
        point = LinearPoint(strata, weights)
        table = {f"W{k}": W.tolist() for k, W in enumerate(weights, start=1)}
        assert not any(slope(problem, table))
        assert (point.taken, point.kind) == (row.taken, row.kind)
        assert point.K == 1 or point.barcode == row.barcode
        assert point.inertia == row.inertia
        low, high = row.value.interval
        assert sign(point.loss - low) >= 0 >= sign(point.loss - high)
        if small < 12:
            assert inertia(problem, table) == row.inertia
            small += 1
    assert small
    # Only where eigenvalues of irreducible polynomials are wired apart.
    assert not several or name in {"quadratic, deep", "cubic", "twice quadratic", "weights"}


def brute_force(dimensions, e):
    """Barcodes by trying every count of every bar."""
    n = len(dimensions)
    bars = [(u, length) for u in range(n) for length in range(1, n)]
    found = set()

    def extend(index, room, missing, chosen):
        if index == len(bars):
            if not any(room) and not missing:
                found.add(tuple(chosen))
            return
        u, length = bars[index]
        span = [(u + i) % n for i in range(length)]
        back = any(span[i] == n - 1 and span[i + 1] == 0 for i in range(length - 1))
        for c in range(min(room[v] for v in span) + 1):
            if back and c > missing:
                break
            extend(
                index + 1,
                [m - c * (v in span) for v, m in enumerate(room)],
                missing - c * back,
                [*chosen, (u, length, c)] if c else chosen,
            )

    extend(0, list(dimensions), e, [])
    return found


@pytest.mark.parametrize(
    ("dimensions", "e"),
    [
        ((1, 1), 0),
        ((2, 1, 2), 2),
        ((2, 1, 2), 1),
        ((1, 1, 1, 1), 1),
        ((2, 2, 1, 2), 1),
        ((2, 0, 2, 1), 1),
        ((1, 2, 1, 2, 1), 1),
        ((2, 1, 1, 1, 3), 2),
        ((0, 1, 2, 0), 0),
    ],
)
def test_barcodes_by_brute_force(dimensions, e):
    table = BarcodeTable(Quiver(dimensions, e))
    listed = [table.barcode(i) for i in range(table.count)]
    assert set(listed) == {tuple(sorted(b)) for b in brute_force(dimensions, e)}
    assert len(set(listed)) == len(listed)


def test_too_many_barcodes_are_refused():
    with pytest.raises(TooManyBarcodes, match="more than 10"):
        BarcodeTable(Quiver((2, 2, 2, 2), 2), 10)


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda d: Problem(Network((1, 1, 1), activation="square"), d), "activation square"),
        (lambda d: Problem(Network((1, 1, 1), bias="all"), d), "bias 'all'"),
        (lambda d: Problem(Network((1, 1, 1), skip=[[1, 1]]), d), "skip connections"),
        (
            lambda d: Problem(
                Network(
                    (1, 1),
                ),
                Dataset([[1]], [[1]]),
                Loss("logistic"),
            ),
            "loss logistic",
        ),
    ],
)
def test_other_networks_are_declined_with_the_reason(make, text):
    with pytest.raises(NotDeepLinear, match=text):
        deep_linear(make(Dataset([[1]], [[2]])))


def test_regularizer_and_uneven_weights_are_declined():
    from symland import Regularizer

    data = Dataset([[1], [2]], [[1, 2], [3, 4]])
    with pytest.raises(NotDeepLinear, match="regularizer"):
        deep_linear(Problem(Network((1, 2)), data, regularizer=Regularizer(1)))
    assert deep_linear(Problem(Network((1, 2)), data, regularizer=Regularizer(0))).n == 1
    with pytest.raises(NotDeepLinear, match="differ within a sample"):
        deep_linear(Problem(Network((1, 2)), data, Loss(weights=[[1, 2], [1, 1]])))


def test_weights_of_zero_take_samples_away():
    data = Dataset([[1, 0], [0, 1], [5, 5]], [[1], [2], [9]])
    weighted = deep_linear(Problem(Network((2, 1)), data, Loss(weights=[[1], [1], [0]])))
    plain = deep_linear(Problem(Network((2, 1)), Dataset([[1, 0], [0, 1]], [[1], [2]])))
    assert (weighted.A, weighted.B, weighted.T) == (plain.A, plain.B, plain.T)
    mean = deep_linear(Problem(Network((2, 1)), data, Loss(scale="mean")))
    assert Fraction(str(mean.scale)) == Fraction(1, 3)
    silent = Problem(Network((1, 2, 1)), Dataset([[0], [3]], [[1], [2]]), Loss(weights=[[1], [0]]))
    assert deep_linear(silent).no_input


def test_a_random_seed_of_irrational_points_is_listed():
    choose = random.Random(4)
    for planted in choose.sample([p for s in range(3) for p in irrational_instances(s)], 4):
        strata = Strata(deep_linear(planted.problem))
        rows = {(r.taken, r.barcode) for r in strata.barcode_rows()}
        assert (planted.taken, planted.barcode) in rows
