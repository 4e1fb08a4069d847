"""The least sum of squares that a function of the input could have on the data, of those that are
odd or even if the network is."""

from __future__ import annotations

from fractions import Fraction

from symland.landscape.parity import classes
from symland.problem.problem import Problem

__all__ = ["pure_error"]


def pure_error(problem: Problem) -> Fraction | None:
    """scale times the weighted squares of targets about their mean over samples of equal input.

    No network has a lower squared loss. It is 0 where all inputs differ. None for other losses.
    Samples of opposite inputs count as equal ones where the network is odd or even, in the first
    case with the opposite target; there an input 0 has the output 0.

    >>> from symland.problem import Dataset, Network
    >>> data = Dataset([[1], [1], [2]], [[0], [4], [7]])
    >>> pure_error(Problem(Network([1, 1, 1], "tanh"), data))
    Fraction(4, 1)
    >>> even = Dataset([[1], [-1], [0]], [[2], [2], [3]])
    >>> pure_error(Problem(Network([1, 1, 1], "tanh"), even))
    Fraction(17, 2)

    Source: the term is that of the test for lack of fit in linear regression.
    """
    if problem.loss.kind != "squared":
        return None
    data, total = problem.dataset, Fraction(0)
    for samples in classes(problem).values():
        for j in range(data.target_width):
            rows = [
                (problem.loss.weights[i][j] if problem.loss.weights else 1, e, data.targets[i][j])
                for i, e in samples
            ]
            whole = sum((w * e * e for w, e, _ in rows), Fraction(0))
            mean = sum((w * e * y for w, e, y in rows), Fraction(0)) / (whole or 1)
            total += sum((w * (y - e * mean) ** 2 for w, e, y in rows), Fraction(0))
    return problem.scale * total
