"""What is asked of no problem, or with no budget, is refused in one line."""

import numpy as np
import pytest

from symland import Dataset, InputError, Network, Problem, classify, critical_set

PROBLEM = Problem(Network((1, 1, 1)), Dataset([[1]], [[2]]))
POINT = {"W1": [[1]], "W2": [[2]]}


@pytest.mark.parametrize(
    ("keywords", "text"),
    [
        ({"budget": "1"}, "budget: got '1', expected a finite number of seconds, 0 or more"),
        ({"budget": -1}, "budget: got -1, expected a finite number of seconds, 0 or more"),
        ({"budget": float("nan")}, "budget: got nan, expected a finite number"),
        ({"budget": float("inf")}, "budget: got inf, expected a finite number"),
        ({"budget": True}, "budget: got True, expected a finite number"),
        ({"seed": "1"}, "seed: got '1', expected an integer, 0 or more"),
        ({"seed": -1}, "seed: got -1, expected an integer, 0 or more"),
        ({"seed": 1.5}, "seed: got 1.5, expected an integer, 0 or more"),
    ],
)
def test_budget_and_seed(keywords, text):
    for ask in (lambda **k: critical_set(PROBLEM, **k), lambda **k: classify(PROBLEM, POINT, **k)):
        with pytest.raises(InputError) as error:
            ask(**keywords)
        assert text in str(error.value)


def test_a_path_is_no_problem():
    text = "problem: got 'iris.toml', expected a Problem, as symland.read_problem(path) gives it"
    for ask in (lambda: critical_set("iris.toml"), lambda: classify("iris.toml", POINT)):
        with pytest.raises(InputError) as error:
            ask()
        assert str(error.value) == text


def test_numbers_of_other_kinds_are_numbers():
    assert critical_set(PROBLEM, budget=np.float64(30), seed=0).verdict == "certified"
