"""What a theorem says: hypotheses, conclusions, the steps and the citations between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from symland.exact.trace_polynomial import TracePolynomial
from symland.exact.word_polynomial import WordPolynomial
from symland.exact.word_relation import Relation, equation
from symland.problem.errors import InputError

if TYPE_CHECKING:
    from symland.theorem.instance import Instance

__all__ = ["Citation", "Conclusion", "Hypothesis", "Premise", "Step", "TheoremError", "Words"]

Holds = Callable[["Instance"], bool]
Words = Relation | WordPolynomial | TracePolynomial

WORDINGS = ("read", "recalled", "reconstructed", "own")
"""How sure the wording of a statement is: read in the source, recalled from memory,
reconstructed with a proof of one's own, or one's own statement."""


class TheoremError(InputError):
    """A theorem file that does not hang together; one line says what and where."""


@dataclass(frozen=True, eq=False)
class Hypothesis:
    """A hypothesis under the paper's label.

    ``holds`` decides it on an instance, ``words`` says it for matrices of all shapes. A
    ``definition`` gives a letter its meaning: it is never dropped.
    """

    label: str
    text: str
    holds: Holds | None = None
    words: Relation | None = None
    definition: bool = False


@dataclass(frozen=True, eq=False)
class Conclusion:
    """A conclusion under the paper's label; ``given`` are hypotheses that only it needs."""

    label: str
    text: str
    holds: Holds | None = None
    words: tuple[Relation, ...] = ()
    given: tuple[Hypothesis, ...] = ()


@dataclass(frozen=True, eq=False)
class Step:
    """A step proved for all shapes; ``build`` adds its facts to a proof."""

    label: str
    text: str
    build: Callable[[Any], None]
    uses: tuple[Premise, ...] = ()
    gives: tuple[Conclusion, ...] = ()


@dataclass(frozen=True, eq=False)
class Citation:
    """A result that is not proved here: an axiom the file rests on.

    ``key`` is its entry in references.bib (None for a remark of the file itself). It rests on the
    hypotheses behind what it uses, except those it ``discharges``: of steps that prove something
    under these it uses the implication, as an equivalence uses its two halves.
    """

    label: str
    text: str
    key: str | None
    wording: str
    uses: tuple[Premise, ...] = ()
    gives: tuple[Conclusion, ...] = ()
    discharges: tuple[Hypothesis, ...] = ()


Premise = Hypothesis | Step | Citation


def relation_of(words: Words | None, where: str) -> Relation | None:
    """Words as a relation; a bare polynomial means that it is zero."""
    if words is None or isinstance(words, Relation):
        return words
    if isinstance(words, (WordPolynomial, TracePolynomial)):
        return equation(words)
    raise TheoremError(f"{where}: words {words!r}, expected a polynomial in letters or a relation")


def check_wording(wording: str, where: str) -> str:
    """The wording, if it is one of the four; TheoremError otherwise."""
    if wording not in WORDINGS:
        raise TheoremError(f"{where}: wording {wording!r}, expected one of {', '.join(WORDINGS)}")
    return wording


def labels(items: Iterable[Any]) -> str:
    """The labels in a row.

    >>> labels([Hypothesis("A1", ""), Hypothesis("A2", "")])
    'A1, A2'
    """
    return ", ".join(item.label for item in items)
