"""The second opinion that mutated files are compared with, where it could mislead."""

from fractions import Fraction
from typing import Any

import mpmath
import pytest

from tests.checker.documents import problem, statement
from tests.checker.truth import TINY, Truth

X, Y = [[1, 0], [0, 1], [1, 1]], [[2, 0], [0, 1], [1, 1]]


def truth(weights: Any = None) -> Truth:
    more = {} if weights is None else {"weights": weights}
    return Truth(statement(problem([2, 2, 2], X, Y, **more), {}, []))


def infimum(weights: list[int]) -> Any:
    """Of 1/2 sum w_i |M x_i - y_i|^2 over all 2 x 2 matrices: normal equations by hand."""
    gram = mpmath.matrix(
        [
            [sum(w * x[i] * x[j] for w, x in zip(weights, X, strict=True)) for j in (0, 1)]
            for i in (0, 1)
        ]
    )
    total = mpmath.mpf(0)
    for k in (0, 1):
        right = mpmath.matrix(
            [sum(w * x[i] * y[k] for w, x, y in zip(weights, X, Y, strict=True)) for i in (0, 1)]
        )
        row = mpmath.lu_solve(gram, right)
        total += sum(
            w * (row[0] * x[0] + row[1] * x[1] - y[k]) ** 2
            for w, x, y in zip(weights, X, Y, strict=True)
        )
    return total / 2


@pytest.mark.parametrize("weights", [[1, 1, 1], [2, 3, 5]])
def test_the_moments_are_those_of_weighted_samples(weights: list[int]) -> None:
    table = [[w, w] for w in weights]
    assert abs(truth(table).lowest() - infimum(weights)) < TINY
    assert (abs(truth().lowest() - infimum(weights)) < TINY) is (weights == [1, 1, 1])


def test_weights_that_differ_within_a_sample_are_refused() -> None:
    with pytest.raises(ValueError, match="weights of one sample differ"):
        truth([[1, 2], [1, 1], [1, 1]]).moments()
    assert truth([[Fraction(1, 2)] * 2] * 3).moments()[0][0, 0] == 1
