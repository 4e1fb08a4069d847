"""What a given point of the landscape is, with proof."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from symland.claims.case import Case
from symland.landscape.deep_linear.data import NotDeepLinear, deep_linear
from symland.landscape.loss import not_polynomial_because
from symland.problem.problem import Problem
from symland.problem.weights import Weights
from symland.problem.weights_file import parse_weights
from symland.questions.answer import Answer, Stage, answer_from
from symland.questions.point_json import network_json, point_json
from symland.questions.request import check_request
from symland.search.deadline import Deadline

__all__ = ["classify"]


def classify(
    problem: Problem,
    weights: Weights | Mapping[str, Any],
    budget: float = 60,
    seed: int = 0,
    stage: Stage | None = None,
) -> Answer:
    """What the point is, exactly as given: a minimum, which kind of saddle, or not critical.

    For deep linear networks with squared loss the classification is complete. For other losses
    that are polynomials in the weights it is decided where the exact Hessian, or a curve found
    from the seed, decides it. A point that is not critical comes with its gradient and, where
    Newton's method reaches one, the critical point nearby as ``refined``. Everything else is
    ``undecided`` and says what is missing.

    Parameters
    ----------
    problem : Problem
    weights : Weights or mapping
        The point; a mapping is read like a weights file.
    budget : float
        Seconds.
    seed : int
        For the search for curves.
    stage : callable, optional
        Called with the name of each stage as it begins.

    Raises
    ------
    InputError
        The point does not fit the network.

    Examples
    --------
    >>> from symland import Dataset, Network, Problem, classify
    >>> problem = Problem(Network((1, 1, 1, 1)), Dataset([[1]], [[1]]))
    >>> answer = classify(problem, {"W1": [[0]], "W2": [[0]], "W3": [[0]]})
    >>> answer.verdict, answer.to_json()["given"]["kind"]
    ('certified', 'non_strict_saddle')
    """
    check_request(problem, budget, seed)
    start = time.monotonic()
    point = weights if isinstance(weights, Weights) else parse_weights(weights, problem.network)
    point.check_against(problem.network)
    work = Classification(problem, point, Deadline(budget), seed, stage or (lambda name: None))
    document = work.run()
    work.stage("checking")
    frame = {
        "problem": problem.name,
        "network": network_json(problem),
        "refined": None,
        "distance": None,
        **document,
    }
    answer = answer_from(
        work.case, "classify", f"{problem.name}-classify", frame, seed, budget, start
    )
    return _with_evidence(answer, work.case)


class Classification:
    """One run of the question: the case that grows, and the limits of the search."""

    def __init__(
        self, problem: Problem, point: Weights, deadline: Deadline, seed: int, stage: Stage
    ):
        self.problem, self.point, self.deadline = problem, point, deadline
        self.seed, self.stage = seed, stage
        self.case = Case(problem)

    def run(self) -> dict[str, Any]:
        """The document of the answer; claims are added to the case."""
        from symland.questions.classify_linear import classify_linear
        from symland.questions.classify_polynomial import classify_polynomial

        obstacle = not_polynomial_because(self.problem)
        if obstacle and _has_kinks(self.problem):
            return self.undecided(
                f"{obstacle}; certified points of such networks are not part of this version yet"
            )
        if obstacle:
            from symland.questions.classify_analytic import classify_analytic

            return classify_analytic(self)
        if self.point.has_logs:
            return self.undecided(
                "the point has log(p/q) entries, at which a polynomial loss is transcendental; "
                "enclosures of such points are not part of this version yet"
            )
        try:
            linear = deep_linear(self.problem)
        except NotDeepLinear:
            linear = None
        if linear is not None:
            return classify_linear(self, linear)
        if len(self.point.roots) > 1:
            return self.undecided(
                "the point has entries in several number fields, which only deep linear networks "
                "can use in this version"
            )
        return classify_polynomial(self)

    def undecided(self, reason: str) -> dict[str, Any]:
        """The document of a point that nothing is proved about."""
        exact = self.point.to_json()
        given = point_json(rounded(self.point), exact, None, "undecided", "undecided")
        return {"given": given, "reason": f"not decided: {reason}"}


def _has_kinks(problem: Problem) -> bool:
    """Whether some activation is not differentiable at 0."""
    return any(a.name in ("relu", "leaky_relu") for a in problem.network.activations)


def rounded(point: Weights) -> dict[str, Any]:
    """The entries as decimals, right to the digits shown."""
    from symland.questions.weights_numbers import rounded_entries

    return rounded_entries(point)


def _with_evidence(answer: Answer, case: Case) -> Answer:
    """The answer with one line of evidence for each claim that the checker accepted."""
    lines = answer.checked.lines if answer.checked is not None else ()
    answer.document["evidence"] = [
        {"claim": step["claim"], "rule": step["rule"], "text": line.split(": ", 1)[1]}
        for step, line in zip(case.steps, lines, strict=False)
    ]
    return answer
