"""Global minima and flat saddles of points of deep linear networks."""

from typing import Any

import pytest

from tests.checker.documents import certificate, one, problem, rows, statement, verdict

I2 = [[1, 0], [0, 1]]
DIAGONAL = problem([2, 1, 2], I2, [[2, 0], [0, 1]])
BEST = {"p": {"W1": [["1", "0"]], "W2": [["2"], ["0"]]}}
WSTAR = [["2", "0"], ["0", "1"]]
RANK_ONE = {"basis": [["1"], ["0"]], "separator": "2", "least_squares": WSTAR}


def global_minimum(problem: Any, points: Any, rule: str, witness: Any, **more: Any) -> Any:
    return one(problem, points, "global_minimum", {"point": "p"}, rule, witness, **more)


def test_best_of_rank_one() -> None:
    assert global_minimum(DIAGONAL, BEST, "best_rank", RANK_ONE).accepted


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"separator": "5"}, "an eigenvalue on the span of the basis is smaller"),
        ({"separator": "1/2"}, "an eigenvalue on the complement is larger"),
        ({"basis": [["0"], ["1"]], "separator": "1"}, "an eigenvalue on the complement is larger"),
        ({"basis": [["1"], ["1"]]}, "its span is not invariant under Sigma"),
        ({"basis": [["0"], ["0"]]}, "the columns are dependent"),
        ({"basis": [["1", "0"], ["0", "1"]], "separator": "1"}, "2 columns, the smallest hidden"),
        ({"least_squares": rows(I2)}, "the matrix times A is not B"),
    ],
)
def test_best_rank_refuses(change: Any, reason: str) -> None:
    answer = global_minimum(DIAGONAL, BEST, "best_rank", {**RANK_ONE, **change})
    assert answer.exit_status == 1
    assert reason in answer.reason


def test_best_rank_refuses_a_point_that_misses_the_value() -> None:
    points = {"p": {"W1": [["1", "0"]], "W2": [["1"], ["0"]]}}
    answer = global_minimum(DIAGONAL, points, "best_rank", RANK_ONE)
    assert "is not the best of rank 1" in answer.reason


def test_negative_separator_is_refused() -> None:
    """With mu < 0 a smaller rank of the competitor would not be covered by the bound."""
    problem_ = problem([2, 2, 2], I2, [[1, 0], [0, 0]])
    points = {"p": {"W1": rows(I2), "W2": [["1", "0"], ["0", "0"]]}}
    witness = {"basis": rows(I2), "separator": "-1", "least_squares": [["1", "0"], ["0", "0"]]}
    assert "negative" in global_minimum(problem_, points, "best_rank", witness).reason
    assert global_minimum(problem_, points, "best_rank", {**witness, "separator": "0"}).accepted


def test_least_squares_bound_with_singular_inputs_and_sample_weights() -> None:
    problem_ = problem(
        [2, 1], [[1, 1], [2, 2], [0, 0]], [[1], [3], [7]], scale="5/3", weights=[[1], [2], [4]]
    )
    # slope 13/9 on the line spanned by (1, 1): sum w x y / sum w x^2 = (1 + 12)/(1 + 8)
    points = {"p": {"W1": [["13/9", "0"]]}}
    witness = {"least_squares": [["0", "13/9"]]}
    assert global_minimum(problem_, points, "least_squares", witness).accepted
    points["p"]["W1"] = [["1", "0"]]
    answer = global_minimum(problem_, points, "least_squares", witness)
    assert "not the least-squares bound" in answer.reason


def test_algebraic_point_and_separator() -> None:
    """Data with Sigma = [[2, 1], [1, 1]]: the best rank one lies in the field of its eigenvalue."""
    problem_ = problem([2, 1, 2], I2, [[1, 0], [1, 1]], scale=1)
    # Y = [[1, 1], [0, 1]], Sigma = Y Y^T; eigenvalue t, eigenvector (1, t - 2), t^2 - 3 t + 1 = 0.
    roots = {"t": {"polynomial": ["1", "-3", "1"], "interval": ["2", "3"]}}
    u = [["1"], ["-2", "1"]]
    # W1 = u^T Y / u^T u with u^T u = 1 + (t - 2)^2 = 4 - t - 0: t^2 - 4 t + 5 = -t + 4; the
    # inverse of 4 - t is (t + 1)/5, since (4 - t)(t + 1) = 4 + 3 t - t^2 = 5.
    # u^T Y = (1, t - 1): (t + 1)/5 and (t^2 - 1)/5 = (3 t - 2)/5.
    points = {"p": {"root": "t", "W1": [[["1/5", "1/5"], ["-2/5", "3/5"]]], "W2": [[u[0]], [u[1]]]}}
    witness = {
        "basis": [[u[0]], [u[1]]],
        "separator": ["0", "1"],
        "least_squares": [["1", "1"], ["0", "1"]],
    }
    assert global_minimum(problem_, points, "best_rank", witness, roots=roots).accepted
    other = {"t": {"polynomial": ["1", "-3", "1"], "interval": ["0", "1"]}}
    answer = global_minimum(problem_, points, "best_rank", witness, roots=other)
    assert "an eigenvalue on the complement is larger" in answer.reason


TRAPS = {
    # Both are called strict by the test with three complementary blocks; their Hessians are not.
    "a vector target": (
        problem([2, 1, 1, 1], I2, [[1], [0]]),
        {"W1": [["0", "1"]], "W2": [["0"]], "W3": [["0"]]},
        [["1", "0"]],
        (0, 4),
    ),
    "bottlenecks": (
        problem([2, 1, 2, 1, 2], I2, [[2, 0], [0, 1]]),
        {"W1": [["0", "1"]], "W2": [["0"], ["0"]], "W3": [["0", "0"]], "W4": [["1"], ["0"]]},
        WSTAR,
        (0, 8),
    ),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_traps_are_flat_by_pivots_and_by_the_hessian(trap: str) -> None:
    problem_, point, wstar, (positive, zero) = TRAPS[trap]
    witness = {"basis": [[] for _ in wstar], "separator": "100", "least_squares": wstar}
    inertia = {"point": "p", "positive": positive, "negative": 0, "zero": zero}
    answer = verdict(
        statement(problem_, {"p": point}, [("semidefinite", {"point": "p"}), ("inertia", inertia)]),
        certificate([("tight_pivots", witness), ("ldl", {})]),
    )
    assert answer.accepted, answer.reason


def test_an_untight_pivot_is_named() -> None:
    problem_, point, wstar, _ = TRAPS["bottlenecks"]
    witness = {"basis": [[], []], "separator": "100", "least_squares": wstar}
    answer = one(
        problem_,
        {"p": {**point, "W1": [["1", "0"]]}},
        "semidefinite",
        {"point": "p"},
        "tight_pivots",
        witness,
    )
    assert "the pivot (3, 2) is not tight" in answer.reason


def test_tight_pivots_refuses_a_point_that_is_not_critical() -> None:
    problem_, point, wstar, _ = TRAPS["a vector target"]
    witness = {"basis": [[]], "separator": "100", "least_squares": wstar}
    answer = one(
        problem_,
        {"p": {**point, "W3": [["1"]], "W2": [["1"]]}},
        "semidefinite",
        {"point": "p"},
        "tight_pivots",
        witness,
    )
    assert "the derivative with respect to W1 is not zero" in answer.reason


def test_tight_pivots_refuses_a_basis_of_another_space() -> None:
    problem_ = problem([2, 2, 2, 2], I2, [[2, 0], [0, 1]])
    point = {
        "W1": [["2", "0"], ["0", "0"]],
        "W2": [["1", "0"], ["0", "0"]],
        "W3": [["1", "0"], ["0", "0"]],
    }
    witness = {"basis": [["1"], ["0"]], "separator": "2", "least_squares": WSTAR}
    good = one(problem_, {"p": point}, "semidefinite", {"point": "p"}, "tight_pivots", witness)
    assert good.accepted, good.reason
    bad = {**witness, "basis": [["1", "0"], ["0", "1"]], "separator": "1"}
    answer = one(problem_, {"p": point}, "semidefinite", {"point": "p"}, "tight_pivots", bad)
    assert "its span is not the column space of M A" in answer.reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"activation": ["square"]}, "for deep linear networks"),
        ({"weights": [[1, 2], [1, 1]]}, "the same along every row"),
        ({"weights": [[-1, -1], [1, 1]]}, "a loss weight is negative"),
        ({"kind": "logistic"}, "for deep linear networks"),
        ({"l2": {"W1": [["1", "1"]]}}, "for deep linear networks"),
    ],
)
def test_problems_of_other_kinds_are_refused(change: Any, reason: str) -> None:
    problem_ = problem([2, 1, 2], I2, [[2, 0], [0, 1]], **change)
    answer = global_minimum(problem_, BEST, "best_rank", RANK_ONE)
    assert answer.exit_status == 1
    assert reason in answer.reason
