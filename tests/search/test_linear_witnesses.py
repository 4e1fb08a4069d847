"""Witnesses at random critical points: rotations, separators, curves, each checked a second way."""

import random
from itertools import product

import pytest
from flint import fmpq

from symland.exact.algebraic_matrix import AlgebraicMatrix
from symland.exact.number_field import AlgebraicNumber, sign
from symland.exact.symmetric import symmetric_inertia
from symland.landscape.deep_linear.data import deep_linear
from symland.landscape.deep_linear.descent import (
    ascent_curve,
    pivot_direction,
    rotation_direction,
)
from symland.landscape.deep_linear.descent_curve import _Walker, descent_curve
from symland.landscape.deep_linear.point import LinearPoint
from symland.landscape.deep_linear.strata import Strata
from symland.landscape.hessian import hessian
from symland.landscape.loss import loss
from symland.search.rotation import rotation_pair
from symland.search.separator import separator
from tests.landscape.deep_linear.exact_hessian import lifted, system_of
from tests.landscape.deep_linear.planted import (
    GOLDEN,
    instances,
    irrational_data,
    irrational_instances,
    plant,
    rational_data,
)


def points(seed):
    """Rational and algebraic planted points, located."""
    for p in instances(300 + seed) + irrational_instances(300 + seed):
        yield p, LinearPoint(Strata(deep_linear(p.problem)), p.weights)


def table(weights):
    return {f"W{k}": W.tolist() for k, W in enumerate(weights, start=1)}


def second_derivative(problem, point, curve):
    """D' H D by the Hessian of the landscape (second-order jets)."""
    where = table(point.weights)
    rows = hessian(problem, system_of(where), lifted(where))
    direction = []
    for k, W in enumerate(point.weights, start=1):
        moves = curve.moves.get(k, {})
        zero = [[fmpq(0)] * W.shape[1]] * W.shape[0]
        direction += [
            fmpq(x.numerator, x.denominator) if hasattr(x, "numerator") else x
            for row in (moves[1].tolist() if 1 in moves else zero)
            for x in row
        ]
    total = fmpq(0)
    for i, j in product(range(len(rows)), repeat=2):
        if direction[i] and direction[j]:
            total = rows[i][j] * direction[i] * direction[j] + total
    return total


def check_curve(problem, point, curve):
    """The polynomial of the curve against the landscape's loss at more points than its degree;
    its (order, sign of the lowest term)."""
    coefficients = curve.loss_difference(point.linear, point.weights)
    where = table(point.weights)
    system = system_of(where)
    base = loss(problem, system, lifted(where))
    for s in range(1, len(coefficients) + 1):
        moved = table(curve.at(point.weights, fmpq(s)))
        if system is not system_of(moved):
            moved = {
                name: [
                    [system.number(x) if not isinstance(x, AlgebraicNumber) else x for x in row]
                    for row in rows
                ]
                for name, rows in moved.items()
            }
        value = coefficients[-1]
        for c in reversed(coefficients[:-1]):
            value = value * s + c
        # A polynomial without constant term of this degree is fixed by so many values.
        assert value == loss(problem, system, lifted(moved)) - base
    assert not sign(coefficients[0])
    order = next(k for k, c in enumerate(coefficients) if sign(c))
    assert curve.lowest(point.linear, point.weights) == (order, sign(coefficients[order]))
    return order, sign(coefficients[order])


@pytest.mark.parametrize("seed", range(16))
def test_rotations_and_pivots_have_negative_curvature(seed):
    for planted, point in points(seed):
        if not point.is_top:
            x, y = rotation_pair(point)
            sigma = point.linear.sigma
            image = sigma @ x
            # x is in col(MA), y orthogonal to all of it
            assert point.basis.beside(x).rank() == point.rank
            assert (point.basis.T @ y).is_zero()
            gain = (x.T @ image)[0, 0] * (y.T @ sigma @ y)[0, 0]
            assert sign(gain - (image.T @ image)[0, 0] * (y.T @ y)[0, 0]) == 1
            direction = rotation_direction(point, x, y)
            assert sign(second_derivative(planted.problem, point, direction)) == -1
        for pivot in point.loose_pivots[:3]:
            direction = pivot_direction(point, *pivot)
            assert sign(second_derivative(planted.problem, point, direction)) == -1


@pytest.mark.parametrize("seed", range(16))
def test_curves_first_fall_or_rise(seed):
    for planted, point in points(seed):
        if point.linear.no_input:
            continue
        assert check_curve(planted.problem, point, ascent_curve(point))[1] == 1
        if point.kind == "non_strict_saddle":
            order, direction = check_curve(planted.problem, point, descent_curve(point))
            # The Hessian is semidefinite: nothing falls in second order.
            assert (order > 2, direction) == (True, -1)


def is_semidefinite(matrix, factor):
    rows = [
        [factor * (fmpq(x.numerator, x.denominator) if hasattr(x, "numerator") else x) for x in row]
        for row in matrix.tolist()
    ]
    return symmetric_inertia(rows)[1] == 0


def check_separator(point):
    """mu >= 0, Sigma - mu >= 0 on the vectors used and <= 0 on those left."""
    mu, sigma = separator(point), point.linear.sigma
    assert sign(mu) >= 0
    U, V = point.basis, point.complement
    assert is_semidefinite(U.T @ (sigma @ U) - (U.T @ U).scale(mu), 1)
    if V.shape[1]:
        assert is_semidefinite(V.T @ (sigma @ V) - (V.T @ V).scale(mu), -1)
    return mu


@pytest.mark.parametrize("seed", range(16))
def test_separators(seed):
    for _, point in points(seed):
        if point.is_top:
            check_separator(point)


def test_separator_at_an_irrational_eigenvalue_taken_in_part():
    """Eigenvalue (3 + sqrt 5) / 2 twice, once taken: the only separator is the eigenvalue."""
    met = 0
    for seed in range(30):
        for planted in irrational_instances(seed):
            point = LinearPoint(Strata(deep_linear(planted.problem)), planted.weights)
            if point.is_top and planted.multiplicities == (2, 2):
                mu = check_separator(point)
                if planted.taken == (1, 0):
                    assert mu == GOLDEN.generator
                elif planted.taken == (2, 1):
                    assert mu == 3 - GOLDEN.generator
                else:
                    continue
                met += 1
    assert met >= 5


@pytest.mark.parametrize("width", [1, 2, 3])
def test_separator_at_an_irrational_eigenvalue_of_multiplicity_four(width):
    """It is on both sides several times; the point takes `width` of the four."""
    choose = random.Random(width)
    data = irrational_data(choose, 4, 0)
    met = 0
    for _ in range(40):
        planted = plant(choose, data, [width], None, "top")
        if planted.taken == (width, 0):
            point = LinearPoint(Strata(deep_linear(planted.problem)), planted.weights)
            assert point.kind == "global_minimum"
            assert check_separator(point) == GOLDEN.generator
            met += 1
        if met == 2:
            return
    raise AssertionError("no point took the largest eigenvalue only")


# Seed 47 has two cuts and a square so large that only a slow curve falls.
@pytest.mark.parametrize("seed", [*range(20), 47])
def test_every_shortest_pivot_gives_a_descent(seed):
    """Depths 4 and 5, where pivots need not touch input and output; data with a kernel."""
    choose = random.Random(seed)
    for _ in range(12):
        hidden = [choose.randint(1, 3) for _ in range(choose.choice([3, 4]))]
        size = choose.randint(1, 3)
        values = sorted([1, *choose.choices([0, 0, 1], k=size - 1)], reverse=True)
        data = rational_data(choose, values, size, size, size)
        planted = plant(choose, data, hidden, None, "top")
        if planted is None:
            continue
        point = LinearPoint(Strata(deep_linear(planted.problem)), planted.weights)
        if point.kind != "non_strict_saddle":
            continue
        walker = _Walker(point)
        for pivot in walker.shortest_pivots():
            for way in walker.ways(*pivot):
                curve = walker.curve(*pivot, *way)
                order, direction = check_curve(planted.problem, point, curve)
                assert (order > 2, direction) == (True, -1)


def test_every_sort_of_witness_is_met():
    """Guards the generator."""
    seen = set()
    for seed in range(16):
        for _, point in points(seed):
            algebraic = any(isinstance(W, AlgebraicMatrix) for W in point.weights)
            field = "algebraic" if algebraic else "rational"
            seen.add((field, point.kind))
            if not point.is_top:
                seen.add((field, "rotation"))
            if point.loose_pivots:
                seen.add((field, "pivot"))
    assert seen >= {
        (f, k)
        for f in ("rational", "algebraic")
        for k in ("rotation", "pivot", "non_strict_saddle", "strict_saddle", "global_minimum")
    }
