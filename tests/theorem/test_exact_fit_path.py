"""Ways down to an exact fit, as theorem files ask for them: yes, no, or not decided."""

from typing import Any

import pytest

from symland.problem import Network
from symland.search.small_data_search import integer_problem
from symland.theorem import Instance, NotDecided
from symland.theorem.exact_fit_path import falls_to_exact_fit

SIGMOID = Network((1, 2, 1), "sigmoid")
TWICE = integer_problem(SIGMOID, [1, 1], [0, 4])
SEVEN = integer_problem(
    Network((1, 1, 1), "sigmoid", "hidden"), [-4, -3, -2, -1, 1, 3, 4], [1, 3, -3, -1, 1, 2, 3]
)
HIGHER = {
    "W1": [["3.796362938594809"]],
    "b1": ["-4.207939860847904"],
    "W2": [["2.501584287568486"]],
}
LOWER = {
    "W1": [["1.2031994841101663"]],
    "b1": ["-2.876392326364923"],
    "W2": [["3.295474843126724"]],
}


@pytest.mark.parametrize("first", [[[0], [1]], [["log(2)"], ["log(1/3)"]]])
def test_a_way_down(first: Any) -> None:
    s = Instance(integer_problem(SIGMOID, [1, 2], [5, -7]), at=[first, [[1, 1]]])
    assert falls_to_exact_fit(s)
    assert s.case.size == 1
    assert s.case.check().accepted


def test_none_from_a_strict_minimum_above_another_point() -> None:
    s = Instance(SEVEN, at=HIGHER, better=LOWER)
    assert not falls_to_exact_fit(s)
    assert "no global minimum" in s.case.check().lines[-1]


def test_none_where_no_function_fits() -> None:
    s = Instance(TWICE, at=[[[0], [0]], [[2, 2]]])
    assert not falls_to_exact_fit(s)
    assert s.case.check().lines == (
        "c1: p1 is a global minimum, no function of the input fits better",
        "c2: the loss at p1 is 8",
    )


@pytest.mark.parametrize(
    ("problem", "at", "better", "reason"),
    [
        (SEVEN, None, None, "the instance has no point"),
        (SEVEN, HIGHER, None, "no layer is as wide as there are samples"),
        (SEVEN, LOWER, HIGHER, "the checker accepts no claim"),  # the lower one may be the lowest
        (TWICE, [[[0], [0]], [[2, 1]]], None, "no layer is shown"),
        (integer_problem(SIGMOID, [1, 2], [0, 4]), [[[1], [1]], [[2, 1]]], None, "no layer is sh"),
        (integer_problem(SIGMOID, [1], [4]), {
            "root": {"polynomial": ["-2", "0", "1"], "interval": ["1", "2"]},
            "W1": [[["0", "1"]], [["1"]]], "W2": [[["1"], ["2"]]]}, None, "algebraic entries"),
    ],
)  # fmt: skip
def test_not_decided(problem: Any, at: Any, better: Any, reason: str) -> None:
    s = Instance(problem, at=at, better=better)
    with pytest.raises(NotDecided, match=reason):
        falls_to_exact_fit(s)
