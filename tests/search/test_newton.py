"""Newton's method in floats does not take a large loss for an excuse."""

import numpy as np
import pytest

from symland import Dataset, Network, Problem, Regularizer
from symland.landscape.float_landscape import FloatLandscape
from symland.search.deadline import Deadline
from symland.search.newton import newton


@pytest.mark.parametrize(
    ("problem", "start"),
    [
        (
            Problem(
                Network([1, 1, 1], "tanh", bias="all"),
                Dataset([[0], [1], [3]], [["1e20"], [-2], [3]]),
                regularizer=Regularizer("1/10"),
            ),
            [0.3, 0.1, 1.0, 0.0],
        ),
        (
            Problem(Network([1, 1, 1], "softplus(3)"), Dataset([[0], [1], [3]], [[1], [-2], [3]])),
            [1e6, 1e6],
        ),
    ],
)
def test_a_gradient_small_beside_the_loss_alone_is_no_end(problem, start):
    """At both starts the gradient is below 1e-5 of the loss, and a step over the point is not."""
    landscape, point = FloatLandscape(problem), np.array(start)
    with np.errstate(all="ignore"):
        assert np.linalg.norm(landscape.gradient(point)) < 1e-5 * landscape.loss(point)
        end = newton(landscape, point, Deadline(30), 200)
    if end is not None:
        bend = np.linalg.norm(landscape.hessian(end)) * (1 + abs(end).max())
        assert np.linalg.norm(landscape.gradient(end)) < 1e-7 * max(1.0, bend)
        assert np.linalg.norm(end - point) > 1
