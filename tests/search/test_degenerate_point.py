"""Ends of Newton's method in floats, and continua there."""

from __future__ import annotations

import numpy as np

from symland import Dataset, Network, Problem, Regularizer
from symland.landscape.float_landscape import FloatLandscape
from symland.search.degenerate_point import degenerate_point, newton_end

STEEP = Problem(
    Network([1, 1, 1, 1], ["softplus", "exp"]),
    Dataset([[1], [-2], [0], [-1], [-1], [3], [-1]], [[3], [1], [2], [-1], [2], [3], [-1]]),
    regularizer=Regularizer("1/100"),
)


def test_a_large_entry_of_the_hessian_hides_no_gradient() -> None:
    """Here it has an entry of 3e21, beside which the derivatives l w of the penalty are small; but
    no point is critical there."""
    floats, place = FloatLandscape(STEEP), np.array([2.9036, 2.8549, 4.7537e-11])
    assert abs(floats.hessian(place)).max() > 1e21
    assert newton_end(floats, place) is None
    assert degenerate_point(floats, place, 0.001) is None


def test_ends_are_critical_points() -> None:
    floats = FloatLandscape(STEEP)
    found = newton_end(floats, np.array([0.0, 0.0, 1.3]))
    assert found is not None
    assert abs(floats.gradient(found)).max() < 1e-9
