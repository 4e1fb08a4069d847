"""Descents from random starts: rare minima are found, and easy problems take few starts."""

import pytest

from symland import Dataset, Loss, Network, Problem, Regularizer
from symland.search import multistart
from symland.search.deadline import Deadline
from symland.search.multistart import lower_point

ROWS = [["2", "3"], ["-1", "5/2"], ["3", "-2"], ["0", "1/2"], ["3/2", "3/2"], ["-5/2", "0"]]
CLASSES = [[-1], [-1], [1], [1], [1], [-1], [1]]
MANY = Problem(
    Network([2, 3, 1], "sigmoid", bias="hidden"),
    Dataset([*ROWS, ["-5/2", "3"]], CLASSES),
    Loss("logistic"),
    Regularizer("1/100"),
)
"""A dozen minima: of the two lowest, 0.92609 and 0.93066, each is reached from a few starts of a
hundred."""


def counted(monkeypatch):
    calls = []
    descent = multistart.descent
    monkeypatch.setattr(
        multistart, "descent", lambda *all: calls.append(descent(*all)) or calls[-1]
    )
    return calls


@pytest.mark.parametrize("seed", [0, 5])
def test_a_rare_minimum_is_found(seed, monkeypatch):
    calls = counted(monkeypatch)
    assert lower_point(MANY, 0.93065811, seed, Deadline(20)) is not None
    assert calls[-1][1] == pytest.approx(0.926090638, abs=1e-8)
    assert all(value > 0.9306 for _, value in calls[:-1])


def test_where_all_descents_end_alike_few_are_made(monkeypatch):
    calls = counted(monkeypatch)
    line = Problem(Network([1, 1]), Dataset([[1], [2]], [[1], [1]]))
    assert lower_point(line, 0.05, 0, Deadline(20)) is None
    assert len(calls) == multistart.STARTS
    assert lower_point(line, 0.05, 0, Deadline(0)) is None
    assert len(calls) == multistart.STARTS


@pytest.mark.parametrize(("width", "samples", "most"), [(1, 3, 40), (10, 50, 32), (100, 100, 19)])
def test_the_work_bounds_how_many_starts_there_are(width, samples, most):
    network = Network([5, width, 1], "tanh")
    rows = [[i] * 5 for i in range(samples)]
    first, limit = multistart._numbers(Problem(network, Dataset(rows, [[1]] * samples)))
    assert multistart.LEAST_STARTS <= first <= multistart.STARTS
    assert limit <= most
