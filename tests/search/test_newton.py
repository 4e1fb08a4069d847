"""Newton's method in floats does not take a large loss for an excuse."""

import numpy as np
import pytest

from symland import Dataset, Network, Problem, Regularizer
from symland.landscape.float_landscape import FloatLandscape
from symland.search.deadline import Deadline
from symland.search.newton import nearby_critical_point, newton


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


FADING = Problem(Network([1, 1, 1], "exp"), Dataset([[1]], [[-1]]))
"""The loss (w2 exp(w1) + 1)^2 / 2 from w2 > 0 on: it falls towards w1 = -inf and at last w2 < 0."""


def told(problem, start, steps=200):
    """What a search that reaches nothing says."""
    said = []
    with np.errstate(all="ignore"):
        assert (
            newton(FloatLandscape(problem), np.array(start), Deadline(30), steps, said.append)
            is None
        )
    return said


def test_a_search_that_reaches_nothing_says_where_it_ended():
    (text,) = told(FADING, [0.0, 1.0], steps=2)
    assert text.startswith("2 steps were not enough; the search ended where the gradient has norm ")
    norm = float(text.split("norm ")[1].split(",")[0])
    weight = float(text.split("largest weight ")[1])
    assert 0 < norm < np.linalg.norm(FloatLandscape(FADING).gradient(np.array([0.0, 1.0])))
    assert 0 < weight < 100


def test_a_search_beyond_the_floats_says_so():
    assert told(FADING, [400.0, 1.0]) == ["numbers on the way leave the range of floats"]


def test_a_search_without_time_says_so():
    said = []
    landscape = FloatLandscape(FADING)
    assert newton(landscape, np.array([0.0, 1.0]), Deadline(-1), 9, said.append) is None
    assert said == ["the time ended"]


def test_a_point_that_is_reached_says_nothing():
    line = Problem(Network([1, 1, 1]), Dataset([[1]], [[2]]))
    said = []
    start = {"W1": [[1.0]], "W2": [[1.5]]}
    assert nearby_critical_point(line, start, Deadline(30), tell=said.append) is not None
    assert said == []
