"""Identities of matrices for all shapes: the rules about numbers, that are not 0 or of one sign.

Numbers are 1 x 1 matrices and sums of traces.  `all_shapes` says what a claim means.
"""

from __future__ import annotations

from typing import Any

from .all_shapes import Fact, Lemma, nonnegative, positive_number, proves
from .files import array, count
from .verdict import Refused, show
from .words import Poly, Traces, combine, print_traces


@proves
def cancel(lemma: Lemma, claim: Fact, step: dict[str, Any]) -> None:
    """A nonzero number cancels: {"of": fact, "nonzero": hypothesis q}; the fact is q p = 0.

    Soundness.  The claim is p = 0 (a matrix or a sum of traces), and q is a number that is not 0
    by hypothesis; a product of a nonzero number and a matrix is zero only if the matrix is.
    """
    factor = _nonzero(lemma, step["nonzero"], claim)
    fact = lemma.fact(step["of"], claim)
    product: Poly | Traces
    if claim.relation == "equation":
        product = lemma.signature.times(factor, claim.poly)
    else:
        product = lemma.signature.times_traces(factor, claim.sum)
    if fact.relation != claim.relation or fact.body != product:
        raise Refused(f"{show(step['of'])} is not the number times the claim")


@proves
def one_sign(lemma: Lemma, claim: Fact, step: dict[str, Any]) -> None:
    """The claimed number is not 0, because it is positive, or because it is negative.

    {"sign": 1 or -1, "strict": [c, facts], "sum": [[c, fact], ...]}: sign times the number is
    c p + sum c F, where all c > 0, every F is a fact F >= 0, and p is 1 if ``facts`` is empty, f^2
    if it is one fact that f is not 0, and f if it is two, that f is not 0 and that f >= 0.

    Soundness.  p > 0 in each of the three cases and the F are nonnegative, so sign times the
    number is at least c p > 0.
    """
    sign = count(step["sign"], "sign", -1, 1)
    rest: Traces = combine({}, lemma.signature.trace(claim.poly), sign)
    factor, facts = array(step["strict"], "strict", 2)
    strict = lemma.signature.trace(_positive(lemma, array(facts, "strict"), claim))
    rest = combine(rest, strict, -positive_number(factor))
    for entry in array(step["sum"], "sum"):
        factor, key = array(entry, "sum", 2)
        rest = combine(rest, nonnegative(lemma, key, claim), -positive_number(factor))
    if sign == 0 or rest:
        raise Refused(f"what is left is {print_traces(rest)}")


def _positive(lemma: Lemma, facts: list[Any], claim: Fact) -> Poly:
    """A number that is positive by these facts."""
    if not facts:
        return lemma.signature.one("1")
    number = _nonzero(lemma, facts[0], claim)
    if len(facts) == 1:
        return lemma.signature.times(number, number)
    if len(facts) > 2 or nonnegative(lemma, facts[1], claim) != lemma.signature.trace(number):
        raise Refused(f"strict: {show(facts[1])} does not say that {show(facts[0])} is positive")
    return number


def _nonzero(lemma: Lemma, key: Any, claim: Fact) -> Poly:
    fact = lemma.fact(key, claim)
    if fact.relation != "nonzero":
        raise Refused(f"{show(key)} does not say that a number is not 0")
    return fact.poly


@proves
def both_signs(lemma: Lemma, claim: Fact, step: dict[str, Any]) -> None:
    """f >= 0 and -f >= 0 give f = 0: {"above": fact, "below": fact}; the claim is f = 0.

    Soundness.  A number that is neither negative nor positive is 0.
    """
    total = nonnegative(lemma, step["above"], claim)
    if total != claim.sum:
        raise Refused(f"{show(step['above'])} is not {print_traces(claim.sum)} >= 0")
    if combine(nonnegative(lemma, step["below"], claim), total, 1):
        raise Refused(f"{show(step['below'])} is not {show(step['above'])} with the other sign")
