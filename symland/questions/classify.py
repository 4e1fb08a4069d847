"""What a given point of the landscape is, with proof."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from symland.claims.case import Case
from symland.landscape.constant_loss import is_constant
from symland.landscape.deep_linear.data import NotDeepLinear, deep_linear
from symland.landscape.loss import not_polynomial_because
from symland.problem.problem import Problem
from symland.problem.weights import Weights
from symland.problem.weights_file import parse_weights
from symland.questions.answer import Answer, Stage, answer_from
from symland.questions.classification import Classification
from symland.questions.classify_analytic import classify_analytic
from symland.questions.classify_cell import classify_cell, is_piecewise_polynomial
from symland.questions.classify_linear import classify_linear
from symland.questions.classify_logarithmic import classify_logarithmic
from symland.questions.classify_polynomial import classify_polynomial
from symland.questions.constant_loss import classify_constant
from symland.questions.one_field import MOST_DEGREE
from symland.questions.point_json import network_json
from symland.questions.point_roles import point_roles
from symland.questions.refined_cell import given_in_a_cell, has_kinks, near_kinks
from symland.questions.request import PRECISION, check_request
from symland.search.deadline import Deadline

__all__ = ["classify", "decide"]


def classify(
    problem: Problem,
    weights: Weights | Mapping[str, Any],
    budget: float = 60,
    seed: int = 0,
    stage: Stage | None = None,
    precision: int = PRECISION,
) -> Answer:
    """What the point is, exactly as given: a minimum, which kind of saddle, or not critical.

    For deep linear networks with squared loss the classification is complete. For other losses
    that are polynomials in the weights it is decided where the exact Hessian decides it, with a
    manifold of critical points as large as its kernel, a region in which the network stays convex
    in its input, or a curve found from the seed; likewise for relu and leaky_relu where no
    preactivation is 0; elsewhere by convex regions only. At a point with log(p/q) entries the loss
    and its derivatives are polynomials in logarithms: what is decided is what holds whatever
    numbers stand for them, or what enclosures show. A minimum is spurious where descents from
    random starts reach a lower point. A point that is not critical comes with its gradient and,
    where Newton's method reaches one, the critical point nearby as ``refined``. Everything else is
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
    precision : int
        Bits with which enclosures begin, from 64 to 8192; they take more where a proof needs more.

    Raises
    ------
    InputError
        The point does not fit the network, or an argument is out of its range.

    Examples
    --------
    >>> from symland import Dataset, Network, Problem, classify
    >>> problem = Problem(Network((1, 1, 1, 1)), Dataset([[1]], [[1]]))
    >>> answer = classify(problem, {"W1": [[0]], "W2": [[0]], "W3": [[0]]})
    >>> answer.verdict, answer.to_json()["given"]["kind"]
    ('certified', 'non_strict_saddle')
    """
    check_request(problem, budget, seed, precision)
    start = time.monotonic()
    point = weights if isinstance(weights, Weights) else parse_weights(weights, problem.network)
    point.check_against(problem.network)
    tell = stage or (lambda name: None)
    work = Classification(problem, point, Deadline(budget), seed, tell, precision)
    frame = _framed(work, decide(work))
    work.stage("checking")
    answer = answer_from(
        work.case, "classify", f"{problem.name}-classify", frame, seed, budget, start
    )
    return _with_evidence(answer, work.case)


def _framed(work: Classification, document: dict[str, Any]) -> dict[str, Any]:
    """The document of the answer with what every answer about a point has."""
    frame = {
        "problem": work.problem.name,
        "network": network_json(work.problem),
        "refined": None,
        "distance": None,
        "warnings": work.warnings,
        **document,
    }
    if frame["given"]["kind"] == "undecided":
        # Claims about loss or inertia may be proved; what the point is, is not.
        frame["verdict"] = "undecided"
    return frame


def decide(work: Classification) -> dict[str, Any]:
    """What one run finds: the document of the answer, and claims in the case of `work`."""
    if is_constant(work.problem):
        return classify_constant(work)
    obstacle = not_polynomial_because(work.problem)
    if obstacle and not is_piecewise_polynomial(work.problem):
        work.write_in_one_field()
        if has_kinks(work.problem):
            return given_in_a_cell(work, classify_analytic(work, nearby=near_kinks))
        return classify_analytic(work)
    if work.point.has_logs:
        return classify_logarithmic(work)
    try:
        linear = deep_linear(work.problem)
    except NotDeepLinear:
        linear = None
    if linear is not None:
        return classify_linear(work, linear)
    work.write_in_one_field()
    if len(work.point.roots) > 1:
        return work.undecided(
            "the point has entries in several number fields, and no field of degree "
            f"{MOST_DEGREE} or less holds them all"
        )
    return classify_cell(work) if obstacle else classify_polynomial(work)


def _with_evidence(answer: Answer, case: Case) -> Answer:
    """The answer with one line of evidence for each claim that the checker accepted."""
    lines = answer.checked.lines if answer.checked is not None else ()
    answer.document["evidence"] = [
        {"claim": step["claim"], "rule": step["rule"], "text": line.split(": ", 1)[1]}
        for step, line in zip(case.steps, lines, strict=False)
    ]
    answer.document["names"] = point_roles(case.claims if lines else (), answer.document)
    return answer
