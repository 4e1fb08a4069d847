"""Candidates for boxes around critical points with singular Hessian."""

from __future__ import annotations

import numpy as np
import pytest

from symland import Dataset, Loss, Network, Problem, Regularizer
from symland.landscape.ball_landscape import BallLandscape
from symland.landscape.float_landscape import FloatLandscape
from symland.questions.degenerate_entry import accepted_degenerate
from symland.search.critical_box import NoBox
from symland.search.degenerate_box import degenerate_box

HALF = Loss("squared", "1/2")


def problem(activation="polynomial(0, 1, 1)", l2=1):
    return Problem(Network([1, 2, 1], activation), Dataset([[1]], [[1]]), HALF, Regularizer(l2))


def candidate(about, place):
    return degenerate_box(BallLandscape(about), FloatLandscape(about), np.array(place))


def test_the_point_with_short_coordinates_nearby():
    found = candidate(problem(), [1e-5, -3e-5, 2e-6, 0])
    assert [str(x) for x in found.midpoint] == ["0"] * 4
    assert len(found.free) == 2
    # Of a neuron's two weights one is free: the kernel is that of (1, 1) for each.
    assert {k % 2 for k in found.free} == {0, 1}


@pytest.mark.parametrize(
    ("about", "place"),
    [
        (problem(), [0.01, 0, 0, 0]),  # far from short numbers
        (problem(), [0.5, 0.5, 0.5, 0.5]),  # not critical
        (problem(l2=2), [0, 0, 0, 0]),  # a regular Hessian
        (problem("square", 0), [0, 0, 0, 0]),  # nothing but the kernel
    ],
)
def test_no_candidate(about, place):
    assert candidate(about, place) is None


def test_the_widest_box_that_the_checker_accepts():
    about = problem()
    box = accepted_degenerate(about, candidate(about, [0, 0, 0, 0]))
    assert box.radius < 1
    assert accepted_degenerate(about, box).radius == box.radius


def test_no_box_where_the_loss_is_of_sixth_order():
    about = problem("polynomial(0, 1, 0, 1/2)")
    found = candidate(about, [0, 0, 0, 0])
    assert found is not None
    with pytest.raises(NoBox, match="derivatives do not exclude other critical points"):
        accepted_degenerate(about, found)
