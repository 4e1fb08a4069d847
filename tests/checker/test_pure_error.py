"""Global minima that no function of the input falls below: the bound, and what is refused."""

from fractions import Fraction
from random import Random
from typing import Any

import pytest

from symland.checker import check
from symland.checker.rules_points import least_loss
from symland.checker.statement import read_statement
from symland.claims.case import Case
from symland.claims.global_minimum import pure_error as claim
from symland.landscape.pure_error import pure_error
from symland.problem import Dataset, Loss, Network, Problem, Regularizer

F = Fraction


@pytest.mark.parametrize("seed", range(30))
def test_the_bound_is_that_of_the_best_function(seed: int) -> None:
    """Groups of equal inputs by hand: the loss of the function that takes the weighted means."""
    draw = Random(seed)
    inputs = [[draw.randint(0, 1), draw.randint(0, 1)] for _ in range(7)]
    targets = [[F(draw.randint(-4, 4), 3) for _ in range(2)] for _ in inputs]
    weights = [[F(draw.randint(0, 3)) for _ in range(2)] for _ in inputs]
    problem = Problem(
        Network((2, 1, 2), "tanh", "all"),
        Dataset(inputs, targets),
        Loss(scale="1/5", weights=weights),
    )
    total = F(0)
    for x in {tuple(x) for x in inputs}:
        for j in range(2):
            rows = [i for i, y in enumerate(inputs) if tuple(y) == x]
            whole = sum(weights[i][j] for i in rows)
            best = sum(weights[i][j] * targets[i][j] for i in rows) / (whole or 1)
            total += sum(weights[i][j] * (best - targets[i][j]) ** 2 for i in rows)
            other = best + F(1, 7)
            assert whole == 0 or total < total + whole * (other - best) ** 2
    case = Case(problem)
    assert least_loss(read_statement(case.statement()).problem) == total / 5
    assert pure_error(problem) == total / 5


TWICE = Dataset([[0], [0], [1]], [[1], [2], [5]])


def verdict(problem: Problem, point: Any, rule: str) -> Any:
    case = Case(problem)
    claim(case, case.point(point), rule)
    return case.check()


@pytest.mark.parametrize(
    ("activation", "point", "rule"),
    [
        ("square", {"W1": [["1"]], "b1": ["0"], "W2": [["7/2"]], "b2": ["3/2"]}, "pure_error"),
        ("relu", {"W1": [["1"]], "b1": ["0"], "W2": [["7/2"]], "b2": ["3/2"]}, "pure_error"),
        (
            "exp",
            {"W1": [["log(2)"]], "b1": ["0"], "W2": [["7/2"]], "b2": ["-2"]},
            "pure_error_logarithms",
        ),
    ],
)
def test_accepted_and_refused(activation: str, point: Any, rule: str) -> None:
    """f(0) = 3/2 and f(1) = 5, at a kink of relu too."""
    problem = Problem(Network((1, 1, 1), activation, "all"), TWICE)
    answer = verdict(problem, point, rule)
    assert answer.lines == ("c1: p1 is a global minimum, no function of the input fits better",)
    moved = verdict(problem, {**point, "W2": [["3"]]}, rule)
    assert "is not the least of all functions" in moved.reason
    heavy = Problem(problem.network, TWICE, regularizer=Regularizer({"b2": [1]}))
    assert "is not the least of all functions" in verdict(heavy, point, rule).reason
    case = Case(Problem(problem.network, TWICE, Loss(weights=[[1], [1], [1]])))
    claim(case, case.point(point), rule)
    spoiled = case.statement().replace(b'[["1"], ["1"], ["1"]]', b'[["1"], ["1"], ["-1"]]')
    assert spoiled != case.statement()
    assert "is negative" in str(check(spoiled, case.certificate()).reason)


def test_other_losses_are_refused() -> None:
    signs = Dataset([[0], [0]], [[1], [-1]])
    problem = Problem(Network((1, 1, 1), "exp"), signs, Loss("logistic"))
    point = {"W1": [["0"]], "W2": [["0"]]}
    assert "needs the squared loss" in verdict(problem, point, "pure_error_logarithms").reason
    assert pure_error(problem) is None
