"""A point with log(p/q) entries of a network whose loss is a polynomial in the weights.

Its entries are polynomials in logarithms of integers, l = (log 2, log 3, ...).  A gradient that an
enclosure tells from 0 is not 0.  One that vanishes as a polynomial in l vanishes, and then the
points with other numbers in place of l are critical too: a family of critical points, on which the
loss is constant.  Members of it with rational numbers near l are classified exactly, and what they
are, with the same witnesses, is claimed of the given point.  The checker decides, by its own
arithmetic with polynomials in logarithms, whether that holds there.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flint import arb, ctx, fmpq

from symland.claims import global_minimum, loss_value
from symland.claims.case import Case
from symland.claims.critical import critical
from symland.enclosure.dyadic import dyadic
from symland.exact.rational_matrix import RationalMatrix, as_fmpq
from symland.landscape.deep_linear.data import DeepLinear, NotDeepLinear, deep_linear
from symland.landscape.deep_linear.point import LinearPoint
from symland.landscape.deep_linear.strata import Strata
from symland.landscape.loss import not_polynomial_because
from symland.problem.entry import Log
from symland.questions.classify_analytic import classify_analytic
from symland.questions.classify_linear import critical_nearby, prove_inertia, prove_kind
from symland.questions.classify_polynomial import classify_polynomial
from symland.questions.point_json import loss_json, point_json
from symland.questions.weights_numbers import rounded_entries

if TYPE_CHECKING:
    from symland.questions.classification import Classification

__all__ = ["classify_logarithmic"]

DENOMINATORS = (10**6, 10**30)
"""Of the rational numbers near logarithms."""
_LARGEST_PRIME = 1000


def classify_logarithmic(work: Classification) -> dict[str, Any]:
    """The document of the point; what is proved becomes claims of the case."""
    try:
        linear = deep_linear(work.problem)
    except NotDeepLinear:
        return classify_analytic(work, _critical)

    def nearby(work: Classification) -> dict[str, Any]:
        return critical_nearby(work, _rational_neighbour(work, linear, DENOMINATORS[-1]))

    return classify_analytic(work, lambda work: _classified(work, linear), nearby)


def _critical(work: Classification) -> dict[str, Any] | None:
    """The document of a critical point of a network that is not deep linear; else None."""
    if not _is_critical(work):
        return None
    for largest in DENOMINATORS if not_polynomial_because(work.problem) is None else ():
        attempt = copy(work)
        attempt.case = Case(work.problem)
        found = classify_polynomial(attempt, _neighbour(work, largest))
        if found["given"]["critical"] and attempt.case.check().accepted:
            work.case = attempt.case
            return found
    critical(work.case, work.case.point(work.point.to_json()))
    reason = "what holds at rational points beside it is not proved of it"
    return _document(work, None, "undecided", None) | _reason(reason)


def _is_critical(work: Classification) -> bool:
    trial = Case(work.problem)
    critical(trial, trial.point(work.point.to_json()))
    return trial.check().accepted


def _classified(work: Classification, linear: DeepLinear) -> dict[str, Any] | None:
    """The document of a point whose gradient is 0 as a polynomial in logarithms; else None."""
    if not _is_critical(work):
        return None
    work.stage("classifying")
    for largest in DENOMINATORS:
        point = _rational_neighbour(work, linear, largest)
        found = _with_inertia(work, point, True)
        if found is not None:
            return found
    found = _with_inertia(work, point, False)
    kind = point.kind.replace("_", " ")
    return found and found | _reason(
        f"rational points beside it in a family of critical points are of the kind {kind}, but "
        "the witness of that does not carry over"
    )


def _with_inertia(
    work: Classification, point: LinearPoint, with_kind: bool
) -> dict[str, Any] | None:
    """As `_accepted`; with the inertia where the checker can eliminate, which it may not finish."""
    found = _accepted(work, point, with_kind, False)
    if found is None or work.deadline.passed():
        return found
    return _accepted(work, point, with_kind, True) or found


def _reason(reason: str) -> dict[str, str]:
    return {"reason": f"the point is critical; {reason}"}


def _accepted(
    work: Classification, point: LinearPoint, with_kind: bool, with_inertia: bool
) -> dict[str, Any] | None:
    """The document of what the neighbour shows, its claims in the case, if the checker agrees."""
    attempt = copy(work)
    attempt.case = case = Case(work.problem)
    name = case.point(work.point.to_json())
    is_critical = critical(case, name)
    loss_value.value(case, name, point.loss)
    inertia = prove_inertia(case, point, name) if with_inertia else None
    better = None
    if point.kind == "constant":
        global_minimum.constant(case)
    elif with_kind:
        better = prove_kind(attempt, point, name, is_critical)
    if not case.check().accepted:
        return None
    work.case = case
    kind = point.kind if with_kind else "undecided"
    if kind == "constant":
        found = _document(work, point.loss, "global_minimum", inertia)
        return {"given": found["given"] | {"local": "constant"}}
    return _document(work, point.loss, kind, inertia, better)


def _document(
    work: Classification, loss: Any, kind: str, inertia: Any, better: Any = None
) -> dict[str, Any]:
    status = "undecided" if kind == "undecided" else "certified"
    given = point_json(
        rounded_entries(work.point),
        work.point.to_json(),
        None if loss is None else loss_json(loss),
        kind,
        status,
        inertia,
        critical=True,
        better=better,
    )
    return {"given": given}


def _rational_neighbour(work: Classification, linear: DeepLinear, largest: int) -> LinearPoint:
    matrices = _neighbour(work, largest).values()
    return LinearPoint(Strata(linear), tuple(RationalMatrix(rows) for rows in matrices))


def _neighbour(work: Classification, largest: int) -> dict[str, Any]:
    """The point with rational numbers near the logarithms of primes in place of these."""

    def number(entry: Any) -> Any:
        if isinstance(entry, tuple):
            return [number(x) for x in entry]
        if not isinstance(entry, Log):
            return as_fmpq(entry)
        powers = (
            (base, sign * exponent)
            for part, sign in ((entry.argument.numerator, 1), (entry.argument.denominator, -1))
            for base, exponent in _factors(part)
        )
        return sum((_near_log(base, largest) * exponent for base, exponent in powers), fmpq(0))

    return {name: number(array) for name, array in work.point.values.items()}


def _factors(n: int) -> Iterator[tuple[int, int]]:
    """Small primes with their exponents and what is left, as the checker factorises."""
    for p in range(2, _LARGEST_PRIME):
        exponent = 0
        while n % p == 0:
            n, exponent = n // p, exponent + 1
        if exponent:
            yield p, exponent
    if n > 1:
        yield n, 1


@lru_cache(maxsize=256)
def _near_log(base: int, largest: int) -> fmpq:
    with ctx.workprec(128):
        value = dyadic(arb(base).log(), 100)
    return as_fmpq(Fraction(int(value.p), int(value.q)).limit_denominator(largest))
