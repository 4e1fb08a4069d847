"""The binary places and boxes at which the checker, computing by itself, accepts what is seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from symland.claims.case import Case
from symland.problem.problem import Problem
from symland.search.critical_box import CriticalBox, NoBox

__all__ = ["MOST_BITS", "SHRINKINGS", "accepted", "accepted_precision", "smaller", "smaller_box"]

MOST_BITS = 10_000
"""Binary places beyond which no claim is tried."""
SHRINKINGS = 4
"""How many boxes are tried, one in the other."""
Found = TypeVar("Found")


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


def smaller_box(box: CriticalBox) -> CriticalBox:
    """A box within, for more binary places."""
    places = min(2 * box.precision, MOST_BITS)
    return replace(box, radius=box.radius / 64, precision=places)


def smaller(found: Any) -> Any:
    """The same slice with a smaller box."""
    return replace(found, box=smaller_box(found.box))


def accepted(
    found: Found,
    written: Callable[[Found], Case],
    shrink: Callable[[Found], Found],
    what: str,
    times: int = SHRINKINGS,
) -> Found:
    """What is found made so small, and computed so finely, that the checker accepts the case that
    `written` makes of it.

    The checker's intervals are wider than the balls that chose the box.

    Raises
    ------
    NoBox
        The checker refuses all that are tried; `what` they are, and its reason.
    """
    for _ in range(times):
        verdict = written(found).check()
        if verdict.accepted:
            return found
        found = shrink(found)
    raise NoBox(f"the checker refuses the {what}: {verdict.reason}")
