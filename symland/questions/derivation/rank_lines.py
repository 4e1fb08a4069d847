"""The rank conditions of a network, and a point at which each bound is attained."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from operator import matmul
from random import Random

from symland.claims.case import Case
from symland.claims.points import explicit_point
from symland.claims.rank import rank
from symland.exact.rational_matrix import RationalMatrix
from symland.landscape.parameters import shaped
from symland.landscape.rank_conditions import RankCondition, rank_conditions
from symland.problem.problem import Problem
from symland.questions.derivation.expansion import weight_symbol
from symland.questions.derivation.formula import formal, number, product, relation
from symland.questions.derivation.lines import Line, Section

__all__ = ["rank_section"]

TRIES = 20
"""Random points tried for a product of the full rank that its widths allow."""

LARGEST = 400
"""Parameters up to which a point is written into the statement for this."""


def rank_section(problem: Problem, case: Case, seed: int) -> Section:
    """One line for every longest product without an activation inside, and where it is attained.

    That the rank of a product is at most each dimension on the way is textbook knowledge and
    `cited`; that the bound is attained is certified at an exact point.
    """
    lines: list[Line] = []
    for condition in rank_conditions(problem.network):
        lines += _lines(problem, case, condition, Random(seed))
    prose = "" if lines else "No two weight matrices are multiplied without an activation between."
    return Section("Rank conditions", prose, tuple(lines))


def _lines(problem: Problem, case: Case, condition: RankCondition, random: Random) -> list[Line]:
    numbers = range(condition.last, condition.first - 1, -1)
    shown = formal("rank", product(*(weight_symbol(f"W{k}") for k in numbers)))
    name = f"rank {condition.last} {condition.first}"
    bound = number(condition.bound)
    smallest = f"a space of dimension {condition.bound}"
    lines = [
        Line(
            name,
            relation("≤", shown, bound),
            f"The product passes through {smallest}:",
            "cited",
            note="the rank of a product is at most each dimension on the way",
        )
    ]
    claim = _attained(problem, case, condition, random)
    if claim:
        lines.append(
            Line(
                f"{name} attained",
                relation("=", shown, bound),
                "The bound is attained at an exact point:",
                "certified",
                (claim,),
                (name,),
                note="by a minor and a kernel",
            )
        )
    return lines


def _attained(problem: Problem, case: Case, condition: RankCondition, random: Random) -> str:
    shapes = problem.network.shapes
    count = problem.network.parameter_count
    if count > LARGEST or problem.network.skip is not None:
        return ""
    for _ in range(TRIES):
        values = shaped(shapes, [Fraction(random.randint(-3, 3)) for _ in range(count)])
        factors = [
            RationalMatrix(values[f"W{k}"]) for k in range(condition.last, condition.first - 1, -1)
        ]
        found = reduce(matmul, factors)
        if found.rank() == condition.bound:
            point = explicit_point(case, values)
            return f"problem: {rank(case, point, condition.last, condition.first, found)}"
    return ""
