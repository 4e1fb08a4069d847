"""Saturated neurons are told from sets of critical points."""

import numpy as np
import pytest
from flint import fmpq

from symland import Dataset, Loss, Network, Problem
from symland.search.box_points import BoxPoints, NotCovered
from symland.search.deadline import Deadline
from symland.search.saturation import fading, saturated

THREE = Dataset([[1], [2], [3]], [[1], [-2], [3]])


@pytest.mark.parametrize(
    ("activation", "low", "high"),
    [
        ("sigmoid", True, True),
        ("tanh", True, True),
        ("softplus", True, False),
        ("exp", True, False),
        ("square", False, False),
        ("relu", False, False),
    ],
)
def test_the_ends_at_which_derivatives_fade(activation, low, high):
    problem = Problem(Network([1, 1, 1], activation), THREE)
    assert saturated(problem, [-40.0, 1.0], 30) is low
    assert saturated(problem, [40.0, 1.0], 30) is high
    assert not saturated(problem, [9.0, 40.0], 30)


def test_a_neuron_of_the_second_layer():
    problem = Problem(Network([1, 1, 1, 1], "tanh"), THREE)
    assert saturated(problem, [1.0, 60.0, 1.0], 30)
    assert not saturated(problem, [1.0, 1.0, 60.0], 30)


@pytest.mark.parametrize(
    ("activation", "low", "high"),
    [
        ("sigmoid", 120, 120),
        ("tanh", 240, 240),
        ("softplus", 120, 0),
        ("softplus(3)", 360, 0),
        ("exp", 120, 0),
        ("square", 0, 0),
        ("relu", 0, 0),
    ],
)
def test_how_far_derivatives_fade(activation, low, high):
    """As the sum of what the layers add, with the largest input 3."""
    problem = Problem(Network([1, 1, 1], activation), THREE)
    assert fading(problem, [-40.0, 1.0]) == low
    assert fading(problem, [40.0, 1.0]) == high
    deep = Problem(Network([1, 1, 1, 1], "tanh"), THREE)
    assert fading(deep, [40.0, 30.0, 1.0]) == pytest.approx(240 + 60)


def test_losses_that_are_sure_fade_too():
    rows = [[1], [2], [3]]
    two = Problem(Network([1, 1]), Dataset(rows, [[1], [-1], [1]]), Loss("logistic"))
    assert fading(two, [20.0]) == 60
    classes = Dataset(rows, [[1, 0], [0, 1], [1, 0]])
    assert fading(Problem(Network([1, 2]), classes, Loss("cross_entropy")), [20.0, 25.0]) == 15
    assert fading(Problem(Network([1, 1]), THREE), [20.0]) == 0


def refusal(problem, end, start):
    with pytest.raises(NotCovered) as caught:
        BoxPoints(problem, fmpq(-end), fmpq(end), Deadline(9)).look_for(np.array(start))
    return str(caught.value)


def test_saturation_is_no_set_of_critical_points():
    """With a weight of -1000 every output is exp(-1000) or less: only the bias is felt."""
    problem = Problem(Network([1, 1, 1], "sigmoid", bias="output"), THREE)
    text = refusal(problem, 10**6, [-1000.0, 1.0, 2 / 3])
    assert text.startswith("neurons are saturated at (-1000, 1, 0.66667): derivatives there are")
    assert "not isolated" not in text


def test_a_line_of_critical_points_is_called_one():
    problem = Problem(Network([1, 1, 1]), Dataset([[1]], [[4]]))
    assert "are not isolated, they form a set of dimension 1" in refusal(problem, 3, [2.0, 2.0])
