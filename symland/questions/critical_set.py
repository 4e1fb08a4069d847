"""The whole critical set of a problem, classified."""

from __future__ import annotations

import time
from typing import Any

from symland.claims.case import Case
from symland.exact.rational_matrix import as_fmpq
from symland.landscape.constant_loss import is_constant
from symland.landscape.deep_linear.data import NotDeepLinear, deep_linear
from symland.problem.exact_number import exact_number
from symland.problem.problem import Problem
from symland.questions.answer import Answer, Stage, answer_from
from symland.questions.constant_loss import constant_critical_set
from symland.questions.linear_critical_set import linear_critical_set
from symland.questions.request import PRECISION, check_request
from symland.questions.unknown_set import undecided_set
from symland.search.deadline import Deadline

__all__ = ["critical_set"]

MOST_DIGITS = 100
LARGE = f"a number of the problem has over {MOST_DIGITS} digits, and searches are made with floats"


def critical_set(
    problem: Problem,
    budget: float = 60,
    seed: int = 0,
    barcodes: bool = False,
    stage: Stage | None = None,
    box: tuple[Any, Any] | None = None,
    precision: int = PRECISION,
) -> Answer:
    """All critical points of the loss, with their kinds, and the proof that none is missing.

    For a deep linear network with squared loss the critical set is a finite union of strata on
    each of which loss, Hessian inertia and kind are constant; the answer lists one row for each
    multiset of eigenvalues of Sigma, or one for each stratum with ``barcodes=True``, each with an
    exact point of every kind that occurs. For other problems without a kink the answer lists
    the critical points that Newton's method reaches from random starts, each certified, and is
    ``undecided`` because others may be missing, unless there are no hidden layers and the one found
    is isolated: the loss is convex, so it is the only one. A `box` can prove that none is missing.

    Parameters
    ----------
    problem : Problem
    budget : float
        Seconds after which the listing stops and the answer is ``undecided``; proofs and their
        check are included.
    seed : int
        Of the random starts; strata need none.
    barcodes : bool
        One row for each stratum instead of one for each multiset of eigenvalues.
    stage : callable, optional
        Called with the name of each stage as it begins.
    box : pair of rational numbers, optional
        Only critical points with every weight between the two, for networks of any differentiable
        activation with few weights: all of them, proved by a covering of the box. Of a constant
        loss every point is critical, and the box does not matter.
    precision : int
        Bits with which enclosures begin, from 64 to 8192; exact answers need none.

    Examples
    --------
    >>> from symland import Dataset, Network, Problem, critical_set
    >>> problem = Problem(Network((2, 1, 2)), Dataset([[1, 0], [0, 1]], [[2, 0], [0, 1]]))
    >>> answer = critical_set(problem)
    >>> answer.verdict
    'certified'
    >>> [(s["loss"]["exact"], s["kind"]) for s in answer.to_json()["strata"]]
    [('1/2', 'global_minimum'), ('2', 'strict_saddle'), ('5/2', 'strict_saddle')]
    """
    check_request(problem, budget, seed, precision)
    start = time.monotonic()
    tell = stage or (lambda name: None)
    if box is not None:
        return _in_box(problem, box, seed, budget, tell, precision)
    case, document = _everywhere(problem, barcodes, Deadline(budget), seed, tell, precision)
    tell("checking")
    name = f"{problem.name}-critical" + ("-barcodes" if barcodes else "")
    return answer_from(case, "critical", name, document, seed, budget, start)


def _everywhere(
    problem: Problem, barcodes: bool, deadline: Deadline, seed: int, tell: Stage, precision: int
) -> tuple[Case | None, dict[str, Any]]:
    """The case and the document without a box."""
    if is_constant(problem):
        return constant_critical_set(problem)
    try:
        linear = deep_linear(problem)
    except NotDeepLinear as reason:
        if _has_large_numbers(problem.to_json()):
            return None, _undecided(problem, LARGE)
        from symland.questions.multistart_critical_set import multistart_critical_set

        return multistart_critical_set(problem, str(reason), seed, deadline, tell, precision)
    end = time.monotonic() + deadline.remaining()
    return linear_critical_set(problem, linear, barcodes, end, tell)


def _in_box(
    problem: Problem,
    box: tuple[Any, Any],
    seed: int,
    budget: float,
    tell: Stage,
    precision: int,
) -> Answer:
    """The answer for a box; strata of deep linear networks are not restricted to one.

    Where the checker refuses a cover, it is made anew with more room and precision.
    """
    from symland.questions.box_critical_set import STRICTNESS, box_critical_set

    low, high = (as_fmpq(exact_number(end, "box")) for end in box)
    deadline, start, name = Deadline(budget), time.monotonic(), f"{problem.name}-box"
    if is_constant(problem):
        whole, document = constant_critical_set(problem)
        return answer_from(whole, "critical", name, document, seed, budget, start)
    try:
        deep_linear(problem)
    except NotDeepLinear:
        if _has_large_numbers(problem.to_json()):
            return answer_from(
                None, "critical", name, _undecided(problem, LARGE), seed, budget, start
            )
        for strictness in STRICTNESS:
            case, document = box_critical_set(
                problem, low, high, seed, deadline, tell, precision, strictness
            )
            answer = answer_from(case, "critical", name, document, seed, budget, start)
            if answer.checked is None or answer.checked.accepted:
                break
        return answer
    document = _undecided(
        problem, "the strata of a deep linear network are not restricted to a box"
    )
    return answer_from(None, "critical", name, document, seed, budget, start)


def _has_large_numbers(document: Any) -> bool:
    """Whether a number of a problem's document has over a hundred digits before the point.

    >>> [_has_large_numbers({"data": ["-1/3", x]}) for x in ("1" + "0" * 101, "0" * 50)]
    [True, False]
    """
    if isinstance(document, dict):
        return any(_has_large_numbers(x) for x in document.values())
    if isinstance(document, list):
        return any(_has_large_numbers(x) for x in document)
    above, _, below = str(document).lstrip("-").partition("/")
    return above.isdigit() and len(above) - len(below) > MOST_DIGITS


def _undecided(problem: Problem, obstacle: str) -> dict[str, Any]:
    """The document of a problem whose critical set this version cannot list."""
    reason = f"not decided: {obstacle}; other critical sets are not part of this version yet"
    return undecided_set(problem, reason)
