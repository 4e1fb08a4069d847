"""What the check of a cover will take, measured on leaves so small that they are excluded."""

from __future__ import annotations

import time
from itertools import count
from typing import Any

import numpy as np
from flint import fmpq

from symland.claims.case import Case
from symland.claims.enclosures import all_critical
from symland.landscape.float_landscape import FloatLandscape
from symland.landscape.number_systems.power_series import ORDER
from symland.problem.problem import Problem
from symland.search.box_points import LeafSeconds

__all__ = ["leaf_seconds"]

MINOR = 0.5
"""The check of a minor takes so much of that of a combination."""
SCALED, BENT = 0.7, 2.0
"""The same of a combination of scaled derivatives, seen at once or by the mean value theorem."""
SLOWER = 1.25
"""Allowance for the machine being busier during the check than before."""
SHARED = 0.8
"""The same with one input: the leaves of a cover then share more preactivations than those
measured."""
LEVELS = 2
"""Halvings along the first weight, and as many along the last: in a cover, too, leaves share the
preactivations that the checker keeps."""


def leaf_seconds(problem: Problem, lower: fmpq, upper: fmpq, bits: int) -> LeafSeconds:
    """Measured in a tiny cube within [lower, upper]."""
    n, low = problem.network.parameter_count, lower + (upper - lower) * fmpq(5, 8)
    with np.errstate(all="ignore"):
        gradient = FloatLandscape(problem).gradient(np.full(n, float(low.p) / float(low.q)))
    k, tries = int(np.nan_to_num(abs(gradient)).argmax()), count(1)

    allowance = SHARED if problem.network.widths[0] == 1 else SLOWER

    def seconds(nodes: list[Any]) -> float:
        case = Case(problem)
        # Another cube each time: of the very same files the checker is asked once.
        high = low + (upper - lower) / 2**20 / next(tries)
        all_critical(case, [], low, high, nodes, bits, order=ORDER)
        begin = time.monotonic()
        case.check()
        return time.monotonic() - begin

    def each(leaf: list[Any], before: list[Any]) -> float:
        one, many = (
            min(seconds([*before, *_halved(leaf, levels * [0, n - 1])]) for _ in range(2))
            for levels in (0, LEVELS)
        )
        leaves: int = 4**LEVELS
        return allowance * max(many - one, 0.0) / (leaves - 1)

    unit, expand = [int(i == k) for i in range(n)], 2 * n
    combination, part = each([unit], []), each([unit], [expand])
    expansion = max(each([expand, unit], []) - part, 0.0)
    derivative, others = each([n + k], []), (SCALED * combination, BENT * combination)
    return LeafSeconds(derivative, combination, MINOR * combination, expansion, part, *others)


def _halved(leaf: list[Any], axes: list[int]) -> list[Any]:
    """The tree of equal leaves, halved along these weights.

    >>> _halved([7], [0, 1])
    [0, 1, 7, 7, 1, 7, 7]
    """
    if not axes:
        return leaf
    half = _halved(leaf, axes[1:])
    return [axes[0], *half, *half]
