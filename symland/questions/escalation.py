"""The binary places at which the checker, computing by itself, accepts what intervals show."""

from __future__ import annotations

from collections.abc import Callable

from symland.claims.case import Case
from symland.problem.problem import Problem

__all__ = ["MOST_BITS", "accepted_precision"]

MOST_BITS = 10_000
"""Binary places beyond which no claim is tried."""


def accepted_precision(
    problem: Problem, write: Callable[[Case, int], object], bits: int, most: int = MOST_BITS
) -> int | None:
    """The first of `bits`, twice, four times as many and so on, at most `most`, that is enough.

    `write` enters claims by intervals of so many binary places into an empty case. How many the
    checker needs depends on every number on the way to the result, so the checker itself is asked.
    None where it refuses all.

    >>> from fractions import Fraction
    >>> from symland.claims.enclosures import dyadic_point, loss_between
    >>> from symland.problem import Dataset, Network
    >>> problem = Problem(Network([1, 1, 1], "tanh"), Dataset([[1]], [[1]]))
    >>> lower, upper = Fraction("0.02841867"), Fraction("0.02841868")
    >>> def write(case, bits):
    ...     point = dyadic_point(case, problem.network.shapes, [Fraction(1), Fraction(1)])
    ...     loss_between(case, point, lower, upper, bits)
    >>> accepted_precision(problem, write, 16), accepted_precision(problem, write, 16, 20)
    (32, None)
    """
    tried = min(bits, most)
    while True:
        trial = Case(problem)
        write(trial, tried)
        if trial.check().accepted:
            return tried
        if tried == most:
            return None
        tried = min(2 * tried, most)
