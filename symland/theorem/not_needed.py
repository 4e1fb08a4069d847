"""Whether a conclusion in words stays without a hypothesis: looked at, for all shapes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from symland.claims.decide import decide
from symland.claims.shapes_answer import Answer
from symland.exact.word_relation import Relation
from symland.theorem.part import Part, proved
from symland.theorem.proving import signature_of
from symland.theorem.statement import Conclusion, Hypothesis, labels

if TYPE_CHECKING:
    from symland.search.deadline import Deadline
    from symland.theorem.theorem import Dropped, Theorem

__all__ = ["stays"]

_SECONDS = 5.0


def stays(theorem: Theorem, dropped: Dropped, deadline: Deadline, seed: int) -> list[Part]:
    """A line for each conclusion kept for a reason that is proved, or refuted, without it.

    A counterexample counts where it satisfies all other hypotheses: so only conclusions are looked
    at where these are all said in words. What is not decided stays as it is cited.
    """
    found = []
    for conclusion in dropped.keeps:
        left = _others(theorem, dropped, conclusion)
        if not _comparable([conclusion, *left]):
            continue
        name = f"{labels(dropped.hypotheses)}: {conclusion.label} without it"
        for claim in _relations(conclusion):
            given = {f"{h.label}.{i}": r for h in left for i, r in enumerate(_relations(h), 1)}
            answer = decide(
                signature_of(claim), given, claim, min(_SECONDS, deadline.remaining()), seed
            )
            found += _lines(name, answer)
    return found


def _lines(name: str, answer: Answer) -> list[Part]:
    if answer.verdict == "undecided":
        return []
    _, _, found = str(answer).partition(": ")
    said = f"all shapes: {found}" if answer.verdict == "certified" else found
    return [proved("without", name, answer.verdict, said, answer.statement, answer.certificate)]


def _others(theorem: Theorem, dropped: Dropped, conclusion: Conclusion) -> list[Hypothesis]:
    """The hypotheses left for this conclusion: not those special to others."""
    special = {h for c in theorem.conclusions for h in c.given} - set(conclusion.given)
    return [h for h in theorem.hypotheses if h not in (*dropped.hypotheses, *special)]


def _relations(one: Hypothesis | Conclusion) -> list[Relation]:
    words = one.words if isinstance(one.words, tuple) else (one.words,)
    return [w for w in words if w is not None]


def _comparable(statements: Sequence[Hypothesis | Conclusion]) -> bool:
    """Whether all are in words, over one signature, and the conclusion is not quantified."""
    relations = [_relations(one) for one in statements]
    if not all(relations) or any(claim.bound for claim in relations[0]):
        return False
    first = signature_of(relations[0][0])
    return all(signature_of(r) == first for group in relations for r in group)
