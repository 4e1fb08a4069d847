"""The least sum of squares that any function of the input could have on the data."""

from __future__ import annotations

from fractions import Fraction

from symland.problem.problem import Problem

__all__ = ["pure_error"]


def pure_error(problem: Problem) -> Fraction | None:
    """scale times the weighted squares of targets about their mean over samples of equal input.

    No network has a lower squared loss. It is 0 where all inputs differ. None for other losses.

    >>> from symland.problem import Dataset, Network
    >>> data = Dataset([[1], [1], [2]], [[0], [4], [7]])
    >>> pure_error(Problem(Network([1, 1, 1], "tanh"), data))
    Fraction(4, 1)

    Source: the term is that of the test for lack of fit in linear regression.
    """
    if problem.loss.kind != "squared":
        return None
    data, total = problem.dataset, Fraction(0)
    groups: dict[tuple[Fraction, ...], list[int]] = {}
    for i, x in enumerate(data.inputs):
        groups.setdefault(tuple(x), []).append(i)
    for samples in groups.values():
        for j in range(data.target_width):
            weights = [problem.loss.weights[i][j] if problem.loss.weights else 1 for i in samples]
            whole = sum(weights, Fraction(0))
            if whole:
                pairs = [(w, data.targets[i][j]) for w, i in zip(weights, samples, strict=True)]
                mean = sum((w * y for w, y in pairs), Fraction(0)) / whole
                total += sum((w * (y - mean) ** 2 for w, y in pairs), Fraction(0))
    return problem.scale * total
