"""Boxes of one critical point with sides of different length."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import arb, arb_mat, fmpq

from symland import Dataset, Network, Problem, Regularizer
from symland.claims.case import Case
from symland.landscape.ball_landscape import BallLandscape
from symland.landscape.float_landscape import FloatLandscape
from symland.questions.refined_point import accepted_box, box_claims, box_json
from symland.search.critical_box import CriticalBox, _parts, critical_box
from symland.search.deadline import Deadline
from symland.search.fundamental_domain import fundamental_domain, moved_box

STEEP = Problem(
    Network([1, 2, 1], "exp"),
    Dataset([[-1], [1], [3]], [[2], [-1], [3]]),
    regularizer=Regularizer("1/100"),
)


def steep() -> CriticalBox:
    """A minimum where one neuron is large, and the weight out of it small."""
    floats, rng = FloatLandscape(STEEP), np.random.default_rng(1)
    from scipy.optimize import minimize

    starts = (np.array([2.5, -0.5, 0.01, 0.5]) + 0.1 * rng.normal(size=4) for _ in range(40))
    with np.errstate(all="ignore"):
        ends = [minimize(floats.loss, s, jac=floats.gradient, method="BFGS").x for s in starts]
    place = min((e for e in ends if e[0] > 1.5), key=floats.loss)
    return critical_box(BallLandscape(STEEP), [arb(x) for x in place], Deadline(20))


def test_sides_are_shorter_where_the_hessian_is_larger() -> None:
    box = steep()
    assert len(box.parts) == 4
    assert max(box.parts) == 1
    assert box.radii == [box.radius * part for part in box.parts]
    # The one weight out of the large neuron has by far the shortest side.
    assert box.parts.index(min(box.parts)) == 2
    cube = fmpq(1)
    while not holds(box, [cube] * 4):
        cube /= 2
    assert max(box.radii) > 64 * cube
    assert box_json(STEEP, box)["radius"] == str(min(box.radii))
    assert box_json(STEEP, box)["radii"]["W2"] == [[str(r) for r in box.radii[2:]]]


def holds(box: CriticalBox, radii: list[fmpq]) -> bool:
    """Whether Krawczyk's operator of this box maps that one into itself, by the definition."""
    landscape, n = BallLandscape(STEEP), len(radii)
    Y = arb_mat(n, n, [arb(x) for row in box.inverse for x in row])
    step = Y * arb_mat(n, 1, landscape.gradient([arb(m) for m in box.midpoint]))
    over = [arb(m) + arb(0, 1) * arb(r) for m, r in zip(box.midpoint, radii, strict=True)]
    defect = (
        arb_mat(n, n, [int(i == j) for i in range(n) for j in range(n)])
        - Y * (landscape.at(over)[2])
    )
    shift = arb_mat(n, 1, [arb(0, 1) * arb(r) for r in radii])
    image = defect * shift - step
    return all(bool(image[i, 0].abs_upper() < arb(radii[i])) for i in range(n))


def test_they_are_proved_and_move_with_their_weights() -> None:
    box = accepted_box(STEEP, steep())
    assert holds(box, box.radii)
    (swap,) = fundamental_domain(STEEP, signs=False).maps
    other = moved_box(box, swap.moved)
    assert other.parts == tuple(box.parts[i] for i in (1, 0, 3, 2)) != box.parts
    for each in (box, other):
        assert accepted(each)
    # A box that is wide along a weight of which the operator says nothing there.
    assert not accepted(replace(box, parts=other.parts, radius=box.radius * 64))
    assert not accepted(replace(box, parts=(), radius=box.radius * 64))


def accepted(box: CriticalBox) -> bool:
    case = Case(STEEP)
    box_claims(case, STEEP, box)
    return case.check().accepted


@pytest.mark.parametrize(
    ("rows", "parts"),
    [
        ([[1, 0], [0, 1]], [1, 1]),
        ([[2**10, 0], [0, 1]], [1, 1]),
        ([[2**40, 0], [0, 1]], [Fraction(1, 2**20), 1]),
        ([[2**40, 2**20], [2**20, 1]], [Fraction(1, 2**20), 1]),
        ([[0, 2**40], [2**40, 0]], [1, 1]),
        ([[2**40, 0, 1], [0, 2**20, 0], [1, 0, 0]], [Fraction(1, 2**40), Fraction(1, 2**30), 1]),
    ],
)
def test_parts_are_units_in_which_rows_are_about_1(rows: Any, parts: Any) -> None:
    """The last one has 0 on the diagonal: its unit is that of the entry 1 beside it."""
    found = [Fraction(str(x)) for x in _parts(arb_mat(rows))]
    assert max(found) == 1
    for a, b in zip(found, parts, strict=True):
        assert b / 4 <= a <= 4 * b
