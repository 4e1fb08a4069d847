"""A critical point of a list that turns out to be rational: proved exactly instead of in a box."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb

from symland.claims.case import Case
from symland.claims.points import explicit_point
from symland.exact.rational_matrix import as_fmpq
from symland.landscape.gradient import gradient
from symland.landscape.loss import not_polynomial_because
from symland.landscape.parameters import elements, shaped
from symland.landscape.views import exact_system
from symland.problem.problem import Problem
from symland.problem.weights_file import parse_weights
from symland.questions.classification import Classification
from symland.questions.classify_polynomial import classify_polynomial
from symland.search.critical_box import CriticalBox
from symland.search.deadline import Deadline

__all__ = ["exact_listed_point"]

MOST_DENOMINATOR = 1000


def exact_listed_point(
    case: Case, problem: Problem, box: CriticalBox
) -> tuple[str, dict[str, Any]] | None:
    """The name and the document of the box's critical point, where it is exactly rational.

    Its loss and inertia are exact then, and a loss of 0 makes it a global minimum. None, and no
    claim in the case, where the loss is no polynomial, or no fractions with small denominators are
    within the box's accuracy, or the gradient is not exactly 0 there. Maxima are left to the box.
    """
    entries = [
        Fraction(int(x.p), int(x.q)).limit_denominator(MOST_DENOMINATOR) for x in box.midpoint
    ]
    near = all(
        abs(arb(as_fmpq(x)) - arb(m)) <= box.spread
        for x, m in zip(entries, box.midpoint, strict=True)
    )
    rises = box.congruence is not None and box.congruence[0][0] > 0
    if not near or not rises or not_polynomial_because(problem):
        return None
    network = problem.network
    point = parse_weights(shaped(network.shapes, [str(x) for x in entries]), network)
    system = exact_system(point)
    values = elements(network, system, point)
    if any(gradient(problem, system, values)):
        return None
    # No time for searches: the signs of the Hessian decide, and lower points are in the list.
    work = Classification(problem, point, Deadline(0), 0, lambda name: None)
    work.case = case
    document = classify_polynomial(work)["given"]
    return explicit_point(case, values), document
