"""One run of the question what a point is: the case that grows, and the limits of the search."""

from __future__ import annotations

from typing import Any

from symland.claims.case import Case
from symland.problem.problem import Problem
from symland.problem.weights import Weights
from symland.questions.answer import Stage
from symland.questions.one_field import in_one_field
from symland.questions.point_json import point_json
from symland.questions.request import PRECISION
from symland.questions.weights_numbers import rounded_entries
from symland.search.deadline import Deadline

__all__ = ["Classification"]


class Classification:
    """One run of the question: the case that grows, and the limits of the search."""

    def __init__(
        self,
        problem: Problem,
        point: Weights,
        deadline: Deadline,
        seed: int,
        stage: Stage,
        precision: int = PRECISION,
    ):
        self.problem, self.point, self.deadline = problem, point, deadline
        self.seed, self.stage, self.precision = seed, stage, precision
        self.case = Case(problem)
        self.warnings: list[str] = []

    def write_in_one_field(self) -> None:
        """The point with one root, where a field of small degree holds all its entries."""
        if len(self.point.roots) < 2 or self.point.has_logs:
            return
        rewritten = in_one_field(self.point)
        if rewritten is not None:
            self.point = rewritten
            self.warnings.append(
                "the point was given with several roots; the statement has it with one, and that "
                "both are the same numbers is computed by symland, not checked"
            )

    def undecided(self, reason: str) -> dict[str, Any]:
        """The document of a point that nothing is proved about."""
        exact = self.point.to_json()
        given = point_json(rounded_entries(self.point), exact, None, "undecided", "undecided")
        return {"given": given, "reason": f"not decided: {reason}"}
