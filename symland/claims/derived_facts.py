"""What follows from the hypotheses of a lemma for all shapes before its claim is looked at.

Quantified hypotheses at arbitrary matrices, the terms of sums of squares that vanish, and numbers
that are positive or negative. `symland.claims.decide` combines these facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import count
from typing import Any

from symland.claims.all_shapes import Proof
from symland.claims.shapes_ledger import Step
from symland.exact.pairing import pairing
from symland.exact.trace_polynomial import TracePolynomial, trace
from symland.exact.word import Signature
from symland.exact.word_polynomial import WordPolynomial
from symland.exact.word_relation import Relation
from symland.search.positive_number import number_factors, positive_number, weighted_squares
from symland.search.squares import sum_of_squares

__all__ = ["CLAIM", "DerivedFacts"]

Body = WordPolynomial | TracePolynomial

CLAIM = "claim"
"""The name that no other step takes."""
_SECONDS = 0.5
_MOST_SQUARES = 6


class DerivedFacts(Proof):
    """A proof that takes steps from its hypotheses by itself, and knows which step cites which."""

    def __init__(
        self,
        signature: Signature,
        hypotheses: Mapping[str, Relation | Body],
        budget: float,
        seed: int,
    ) -> None:
        super().__init__(signature, hypotheses, budget, seed)
        self._cites: dict[str, tuple[str, ...]] = {}
        self._opened: set[str] = set()

    def _add(
        self, name: str, relation: Relation, rule: dict[str, Any], facts: Iterable[str]
    ) -> None:
        facts = tuple(facts)
        self._cites[name] = facts
        super()._add(name, relation, rule, facts)

    def steps(self) -> dict[str, Step]:
        """The steps that were kept."""
        return dict(self._steps)

    def cites(self, name: str) -> tuple[str, ...]:
        """The facts that a step refers to."""
        return self._cites[name]

    def keep(self, name: str) -> None:
        """Forget the steps on which the one named does not rest."""
        needed, queue = set(), [name]
        while queue:
            step = queue.pop()
            if step in self._steps and step not in needed:
                needed.add(step)
                queue += self._cites[step]
        self._steps = {key: step for key, step in self._steps.items() if key in needed}

    def _fresh(self, text: str) -> str:
        """A name for a step on the way."""
        taken = {*self._known, *self._steps, CLAIM}
        return next(n for n in (text + "*" * k for k in count()) if n not in taken)

    # -- facts that do not depend on the claim --------------------------------------------------

    def derive(self) -> None:
        """What quantified hypotheses say, and the terms of sums of squares that vanish."""
        for name in list(self._known):
            if self._known[name].bound:
                self._use_quantified(name)
        for name in [*self._known, *self._steps]:
            self._use_squares(name)

    def _use_quantified(self, name: str) -> None:
        if name in self._opened:
            return
        self._opened.add(name)
        known = self._known[name]
        others = [h for key, h in self._known.items() if key != name]
        free = {x for h in others for x in h.letter_names() - set(h.bound)}
        if free & set(known.bound) or known.kind not in ("equation", "traces", "nonnegative"):
            return
        if known.kind == "nonnegative":
            self._use_inequality(name, known)
            return
        arbitrary = self._fresh(f"{name}, any {', '.join(known.bound)}")
        self.instantiate(arbitrary, name)
        traces = _as_traces(self._relation(arbitrary))
        if traces is None:
            return
        for letter in known.bound:
            slope = pairing(traces, letter)
            if slope is not None and letter not in slope.letter_names():
                fact = self._fresh(f"{name}, slope in {letter}")
                self.variation(fact, slope, of=arbitrary, letter=letter)

    def _use_inequality(self, name: str, known: Relation) -> None:
        """It holds where what is quantified is 0, and a number in it of degree 1 has slope 0."""
        shapes = self.signature.shapes
        zeros = {letter: self.signature.zero(*shapes[letter]) for letter in known.bound}
        self.instantiate(self._fresh(f"{name} at 0"), name, **zeros)
        arbitrary = self._fresh(f"{name}, any {', '.join(known.bound)}")
        self.instantiate(arbitrary, name)
        for letter in known.bound:
            if shapes[letter] == ("1", "1") and self._sum(arbitrary).degree(letter) == 1:
                self.affine(self._fresh(f"{name}, slope in {letter}"), of=arbitrary, scalar=letter)

    def _use_squares(self, name: str) -> None:
        known = self._relation(name)
        traces = None if known.bound else _as_traces(known)
        if traces is None or known.kind not in ("equation", "traces"):
            return
        squares = sum_of_squares(traces) or []
        if not squares:
            self._use_weighted_squares(name, traces)
        for index, (_, q) in enumerate(squares):
            if q.letter_names() and len(squares) <= _MOST_SQUARES:
                fact = self._fresh(f"{name}, square {index + 1}")
                weights, terms = zip(*squares, strict=True)
                self.star(fact, terms, of=name, index=index, weights=weights)

    def _use_weighted_squares(self, name: str, traces: TracePolynomial) -> None:
        """Each term of a sum of squares times nonnegative numbers vanishes: -1 times it is the
        sum of the others, minus what is zero."""
        inequalities = self._numbers("nonnegative")
        squares = weighted_squares(traces, inequalities) or []
        if len(squares) > _MOST_SQUARES:
            return
        for i, square in enumerate(squares):
            c, factors, q = square
            term = trace(q @ q.T) * c
            for factor in factors:
                term = term * inequalities[factor]
            signs = [self._fresh(f"{name}, term {i + 1} {x}") for x in ("above", "below")]
            others = [s for j, s in enumerate(squares) if j != i]
            if not self._by_squares(signs[0], term, [square], (), (), _SECONDS):
                return
            if not self._by_squares(signs[1], -term, others, (), (name,), _SECONDS):
                return
            fact = self._fresh(f"{name}, term {i + 1}")
            self.both_signs(fact, *signs)
            if not factors:
                self.star(self._fresh(f"{name}, square {i + 1}"), [q], of=fact, weights=[c])

    # -- numbers --------------------------------------------------------------------------------

    def _numbers(self, kind: str) -> dict[str, WordPolynomial]:
        """The facts that numbers are >= 0, or that they are not 0."""
        found: dict[str, WordPolynomial] = {}
        for name in [*self._known, *self._steps]:
            known = self._relation(name)
            parts = known.body.parts if isinstance(known.body, TracePolynomial) else (known.body,)
            if known.kind == kind and not known.bound and len(parts) == 1:
                (part,) = parts
                if isinstance(part, WordPolynomial) and part.is_number:
                    found[name] = part
        return found

    def use_positive(self) -> None:
        """Numbers by which matrices are multiplied in the hypotheses, if seen not to be 0."""
        for known in list(self._known.values()):
            body = known.body
            if known.kind in ("equation", "traces") and not known.bound:
                for number in () if isinstance(body, tuple) else number_factors(body):
                    if number not in self._numbers("nonzero").values():
                        self._not_zero(self._fresh(f"{number} is not 0"), number)

    def _not_zero(self, name: str, number: WordPolynomial, seconds: float = 1.0) -> bool:
        """The number is not 0, because it is positive or negative."""
        for sign in (1, -1):
            found = positive_number(
                number * sign, self._numbers("nonnegative"), self._numbers("nonzero")
            )
            if found is None:
                continue
            adding = list(found.adding)
            if found.squares:
                rest = self._fresh(f"{found.rest} >= 0")
                if not self._by_squares(rest, found.rest, found.squares, (), (), seconds):
                    continue
                adding.append((Fraction(1), rest))
            self.one_sign(name, number, found.strict, adding, sign)
            return True
        return False


def _as_traces(relation: Relation) -> TracePolynomial | None:
    """The trace of what is said to vanish, if it has one."""
    body = relation.body
    if isinstance(body, WordPolynomial):
        return trace(body) if body.shape[0] == body.shape[1] else None
    return body if isinstance(body, TracePolynomial) else None
