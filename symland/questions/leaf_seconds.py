"""What the check of a cover will take, measured on leaves so small that they are excluded."""

from __future__ import annotations

import time
from itertools import count
from typing import Any

import numpy as np
from flint import fmpq

from symland.checker.shares import processes
from symland.claims.case import Case
from symland.claims.enclosures import all_critical
from symland.landscape.float_landscape import FloatLandscape
from symland.landscape.number_systems.power_series import ORDER
from symland.problem.problem import Problem
from symland.search.box_points import LeafSeconds
from symland.search.box_relative import RelativeGradient
from symland.search.box_scaled import BENT, ScaledGradient
from symland.search.scaled_rows import MULTIPLIED

__all__ = ["leaf_seconds"]

MINOR = 0.5
"""The check of a minor takes so much of that of a combination."""
NARROWED = 1.5
"""Combinations of scaled derivatives of a cover take so much longer than those measured, since
errors are narrowed, of some."""
ROOM = 0.1
"""By how much of what it may vary a combination is to be away from 0."""
SLOWER = 1.5
"""Allowance for the machine being busier during the check than before."""
SHARED = 1.1
"""The same with one input: the leaves of a cover then share more preactivations than those
measured."""
HALVINGS = 16
"""Of the tree that is measured."""
GAIN = 0.8
"""What a further process adds to the speed of the first, in checks of many leaves."""


def leaf_seconds(problem: Problem, lower: fmpq, upper: fmpq, bits: int) -> LeafSeconds:
    """Measured in a tiny cube within [lower, upper]."""
    n, low = problem.network.parameter_count, lower + (upper - lower) * fmpq(5, 8)
    with np.errstate(all="ignore"):
        gradient = FloatLandscape(problem).gradient(np.full(n, float(low.p) / float(low.q)))
    k, tries = int(np.nan_to_num(abs(gradient)).argmax()), count(1)

    allowance = SHARED if problem.network.widths[0] == 1 else SLOWER
    allowance /= 1 + GAIN * (processes() - 1)
    scaled = bool(ScaledGradient(problem).kinds)

    def seconds(nodes: list[Any]) -> float:
        case = Case(problem)
        # Another cube each time: of the very same files the checker is asked once.
        high = low + (upper - lower) / 2**20 / next(tries)
        all_critical(case, [], low, high, nodes, bits, order=ORDER, scaled=scaled)
        begin = time.monotonic()
        case.check()
        return time.monotonic() - begin

    def each(leaf: list[Any], before: list[Any]) -> float:
        one, many = (
            min(seconds([*before, *_chain(leaf, halvings, n)]) for _ in range(2))
            for halvings in (0, HALVINGS)
        )
        return allowance * max(many - one, 0.0) / HALVINGS

    unit, expand = [int(i == k) for i in range(n)], 2 * n
    combination, part = each([unit], []), each([unit], [expand])
    expansion = max(each([expand, unit], []) - part, 0.0)
    derivative, others = each([n + k], []), (0.0, 0.0, 0.0)
    if scaled:
        plain = each([[MULTIPLIED, unit]], [])
        bent = each([[MULTIPLIED + BENT, unit]], []) if problem.network.K == 2 else 0.0
        node = _relative(problem, low, low + (upper - lower) / 2**20)
        others = NARROWED * plain, bent, plain if node is None else each([node], [])
    return LeafSeconds(derivative, combination, MINOR * combination, expansion, part, *others)


def _relative(problem: Problem, low: fmpq, high: fmpq) -> list[Any] | None:
    """A node that excludes the cube by relative derivatives, if there is one."""
    known, n = RelativeGradient(problem), problem.network.parameter_count
    if not known.known:
        return None
    ends = [np.full((1, n), float(x.p) / float(x.q)) for x in (low, high)]
    (node,), _ = known.excluding(ends[0], ends[1], ROOM)
    return None if node is None else node.to_json()


def _chain(leaf: list[Any], halvings: int, size: int) -> list[Any]:
    """A tree of equal leaves, each but the last the lower half of what is left: as in a cover, few
    of them share preactivations, which the checker keeps.

    >>> _chain([7], 3, 2)
    [0, 7, 1, 7, 0, 7, 7]
    """
    return [node for i in range(halvings) for node in (i % size, *leaf)] + leaf
