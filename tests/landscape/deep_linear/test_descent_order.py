"""The order of descent from non-strict saddles: 3 wherever the cubic form lets it be 3.

A descent of order 3 exists if and only if the cubic part of the loss does not vanish on the kernel
of the Hessian: along s v + s^2 u with v in the kernel, the terms of order 2 vanish and the one of
order 3 is the cubic form of v, which changes its sign with v.
"""

from __future__ import annotations

import random

import pytest
from flint import fmpq, fmpq_mat, fmpq_poly

from symland import Dataset, Network, Problem
from symland.exact.rational_matrix import RationalMatrix
from symland.landscape.deep_linear.data import deep_linear
from symland.landscape.deep_linear.descent_curve import descent_curve
from symland.landscape.deep_linear.eigenspace import Eigenspaces
from symland.landscape.deep_linear.point import LinearPoint
from symland.landscape.deep_linear.representative import representative
from symland.landscape.deep_linear.strata import Strata
from symland.landscape.hessian import hessian
from symland.landscape.loss import loss
from symland.landscape.number_systems.exact_rings import curves, flint_rationals
from symland.landscape.parameters import flat, shaped

CASES = [((2, 2, 1, 2), 1), ((2, 2, 1, 2), 2), ((1, 2, 2, 2, 1), 1), ((2, 2, 2, 1, 2), 1)]


def problem_with(widths, rank):
    """X = I and Y with `rank` ones: integer eigenvectors, so that all points are rational."""
    inputs = [[int(i == j) for j in range(widths[0])] for i in range(widths[0])]
    targets = [[int(i == j and j < rank) for j in range(widths[-1])] for i in range(widths[0])]
    return Problem(Network(widths), Dataset(inputs, targets))


def non_strict_saddles(problem):
    strata = Strata(deep_linear(problem))
    spaces = Eigenspaces(strata.linear, strata.spectrum)
    for row in strata.barcode_rows():
        if row.kind != "non_strict_saddle":
            continue
        quiver = strata.shape.quiver(row.rank)
        wired = representative(strata.linear, spaces, quiver, row.taken, row.barcode)
        width = problem.network.widths
        first = [line.entries if line else [0] * width[0] for line in wired.first]
        last = [line.entries if line else [0] * width[-1] for line in wired.last]
        matrices = [first, *wired.hidden, list(zip(*last, strict=True))]
        yield LinearPoint(strata, tuple(RationalMatrix([list(r) for r in m]) for m in matrices))


def cubic_form_vanishes(problem, point, tries=12):
    """On the exact kernel of the Hessian, at random vectors of it."""
    shapes = problem.network.shapes
    values = {f"W{k}": W.flint.tolist() for k, W in enumerate(point.weights, start=1)}
    base = flat(shapes, values)
    rows = hessian(problem, flint_rationals, values)
    kernel = RationalMatrix(fmpq_mat(len(rows), len(rows), [x for row in rows for x in row]))
    basis, choose = kernel.nullspace(), random.Random(1)
    for _ in range(tries):
        mix = RationalMatrix([[choose.randint(-3, 3)] for _ in range(basis.shape[1])], 1)
        direction = (basis @ mix).flint.entries()
        line = [fmpq_poly([w, d]) for w, d in zip(base, direction, strict=True)]
        along = fmpq_poly(loss(problem, curves, shaped(shapes, line)))
        assert not along[1]
        assert not along[2]
        if along[3]:
            return False
    return True


@pytest.mark.parametrize(("widths", "rank"), CASES)
def test_the_order_is_3_exactly_where_the_cubic_form_does_not_vanish(widths, rank):
    problem, seen = problem_with(widths, rank), set()
    for point in non_strict_saddles(problem):
        order, sign = descent_curve(point).lowest(point.linear, point.weights)
        assert sign < 0
        assert (order == 3) != cubic_form_vanishes(problem, point)
        seen.add(order)
    assert 3 in seen


def test_a_step_is_chosen_that_no_input_reaches():
    """Two bars (1, 1) and (0, 2) share a hidden layer; only the first gives order 3."""
    problem = problem_with((2, 2, 1, 2), 1)
    wanted = ((0, 2, 1), (1, 1, 1), (2, 2, 1), (3, 2, 1))
    (point,) = (p for p in non_strict_saddles(problem) if p.barcode == wanted)
    assert point.taken == (0,)
    assert descent_curve(point).lowest(point.linear, point.weights) == (3, -1)


def test_a_fractional_order_is_never_claimed():
    """Orders are those of the exact polynomial along the curve."""
    problem = problem_with((1, 1, 1, 1), 1)
    (point,) = non_strict_saddles(problem)
    coefficients = descent_curve(point).loss_difference(point.linear, point.weights)
    assert coefficients == [0, 0, 0, -1, 0, 0, fmpq(1, 2)]
