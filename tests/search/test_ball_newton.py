"""Newton's method at many digits: with Hessians in floats as with Hessians of all digits."""

import numpy as np
import pytest
from flint import arb, ctx

from symland import Dataset, Loss, Network, Problem, Regularizer
from symland.landscape.ball_landscape import BallLandscape
from symland.landscape.float_landscape import FloatLandscape
from symland.questions import numerical_point as numerical
from symland.search.ball_newton import polish, polish_by_gradients
from symland.search.deadline import Deadline
from symland.search.multistart import descent
from symland.search.newton import newton


def minimum(widths, activation, samples, loss="squared"):
    """A network with regularizer, and a minimum of it in floats."""
    random = np.random.default_rng(5)
    inputs = random.integers(-3, 4, (samples, widths[0])).tolist()
    targets = random.integers(-2, 3, (samples, widths[-1]))
    if loss == "logistic":
        targets = 2 * (targets > 0) - 1
    data = Dataset(inputs, targets.tolist())
    network = Network(widths, activation, "all")
    third = {name: np.full(shape, 1 / 4).tolist() for name, shape in network.shapes.items()}
    problem = Problem(network, data, Loss(loss), Regularizer(third))
    floats = FloatLandscape(problem)
    low, _ = descent(floats, random.normal(size=problem.network.parameter_count), Deadline(9))
    return problem, floats, newton(floats, low, Deadline(9), 50)


@pytest.mark.parametrize(
    ("widths", "activation", "loss"),
    [
        ([2, 3, 1], "sigmoid", "squared"),
        ([2, 2, 2], "softplus", "logistic"),
        ([3, 4, 3, 2], "tanh", "squared"),
    ],
)
def test_both_ways_end_at_the_same_digits(widths, activation, loss):
    problem, floats, place = minimum(widths, activation, 6, loss)
    landscape = BallLandscape(problem)
    with ctx.workprec(600):
        point, step = polish_by_gradients(landscape, floats, place, 170, Deadline(9))
        other = polish(landscape, [arb(float(x)) for x in place], 170, Deadline(9))
        assert step < arb(2) ** -170
        assert max(abs(x - y) for x, y in zip(point, other, strict=True)) < arb(2) ** -165
        assert max(abs(g) for g in landscape.gradient(point)) < arb(2) ** -160


def test_one_step_whatever_the_deadline():
    """It says how far it came: the point is not farther from the end than ten times the step."""
    problem, floats, place = minimum([2, 3, 1], "sigmoid", 6)
    landscape, start = BallLandscape(problem), place + 1e-6
    with ctx.workprec(600):
        end, _ = polish_by_gradients(landscape, floats, start, 170, Deadline(9))
        point, step = polish_by_gradients(landscape, floats, start, 170, Deadline(-1))
        far = max(abs(x - y) for x, y in zip(point, end, strict=True))
        assert arb(2) ** -170 < far < numerical.MARGIN * step
        assert step < 1e-5


def test_fewer_digits_before_nothing(monkeypatch):
    problem, _, place = minimum([2, 3, 1], "sigmoid", 6)
    full, _ = numerical.numerical_point(problem, (place + 1e-9).tolist(), Deadline(9), "why")
    monkeypatch.setattr(numerical, "LEAST", -1.0)
    short, _ = numerical.numerical_point(problem, (place + 1e-9).tolist(), Deadline(-1), "why")
    assert (full["digits"], full["status"], full["kind"]) == (50, "numerical", "local_minimum")
    assert float(full["gradient_norm"]) < 1e-50
    assert full["inertia"] == short["inertia"] == {"positive": 13, "negative": 0, "zero": 0}
    assert 6 <= short["digits"] <= 12
    for row, other in zip(full["weights"]["W1"], short["weights"]["W1"], strict=True):
        for x, y in zip(row, other, strict=True):
            assert abs(float(x) - float(y)) < 1e-6


def test_no_step_where_the_gradient_is_no_number():
    """exp of exp of 40 is beyond the floats: nothing is claimed to be near."""
    network = Network([1, 1, 1, 1], "exp")
    problem = Problem(network, Dataset([[1]], [[1]]))
    with pytest.raises(numerical.NotReached):
        numerical.numerical_point(problem, [40.0, 1.0, 1.0], Deadline(9), "why")


def test_hundreds_of_weights_in_seconds():
    """546 weights, as many digits as anywhere, without a Hessian of so many digits."""
    problem, floats, place = minimum([20, 20, 6], "sigmoid", 8)
    with ctx.workprec(600):
        point, step = polish_by_gradients(BallLandscape(problem), floats, place, 170, Deadline(60))
    assert step < arb(2) ** -170
    assert len(point) == 546
