"""What is asked of no problem, or with no budget, is refused in one line."""

import json
from fractions import Fraction

import numpy as np
import pytest

from symland import (
    Dataset,
    InputError,
    Network,
    Problem,
    Regularizer,
    classify,
    critical_set,
    replicate,
)

PROBLEM = Problem(Network((1, 1, 1)), Dataset([[1]], [[2]]))
SMOOTH = Problem(
    Network((1, 1, 1), "tanh"),
    Dataset([[1], ["1/2"]], [["1/3"], ["1/5"]]),
    regularizer=Regularizer("1/10"),
)
POINT = {"W1": [[1]], "W2": [[2]]}


def in_box(**keywords):
    return critical_set(SMOOTH, box=(-1, 1), **keywords)


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
        ({"precision": 63}, "precision: got 63, expected a number of bits from 64 to 8192"),
        ({"precision": 8193}, "precision: got 8193, expected a number of bits from 64 to 8192"),
        ({"precision": 128.0}, "precision: got 128.0, expected a number of bits"),
    ],
)
def test_budget_seed_and_precision(keywords, text):
    for ask in (lambda **k: critical_set(PROBLEM, **k), lambda **k: classify(PROBLEM, POINT, **k)):
        with pytest.raises(InputError) as error:
            ask(**keywords)
        assert text in str(error.value)


def test_replicate_is_asked_like_the_others():
    with pytest.raises(InputError, match="budget: got -1, expected a finite number of seconds"):
        replicate(PROBLEM, POINT, 1, 1, "1/2", budget=-1)


def test_a_path_is_no_problem():
    text = "problem: got 'iris.toml', expected a Problem, as symland.read_problem(path) gives it"
    for ask in (lambda: critical_set("iris.toml"), lambda: classify("iris.toml", POINT)):
        with pytest.raises(InputError) as error:
            ask()
        assert str(error.value) == text


def precisions(answer):
    """The precisions of a certificate's steps."""
    steps = json.loads(answer.certificate)["steps"]
    return [step["precision"] for step in steps if "precision" in step]


@pytest.mark.parametrize("ask", [lambda **k: classify(SMOOTH, POINT, **k), lambda **k: in_box(**k)])
def test_enclosures_begin_with_the_precision_asked_for(ask):
    few, usual, many = (ask(precision=bits) for bits in (64, 128, 1500))
    assert few.verdict == usual.verdict == many.verdict == "certified"
    assert precisions(few) == precisions(usual) == precisions(ask())
    assert max(precisions(many)) > 900 > max(precisions(usual))


def test_the_loss_keeps_its_digits_at_the_lowest_precision():
    loss = classify(SMOOTH, POINT, precision=64).to_json()["given"]["loss"]
    lower, upper = Fraction(loss["lower"]), Fraction(loss["upper"])
    assert 0 <= upper - lower <= upper / 10**12


def test_numbers_of_other_kinds_are_numbers():
    assert critical_set(PROBLEM, budget=np.float64(30), seed=0).verdict == "certified"
