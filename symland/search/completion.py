"""Completion: finding cofactors that express a claim by facts, in Buchberger's manner.

The facts and their transposes are rewriting rules; where two leading monomials overlap, the two
ways of rewriting give a new fact; whatever is rewritten to zero is a combination of the facts, and
the cofactors are carried along. The ideal is not finitely generated in general, so the search has
a budget and its failure says nothing.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import count

from symland.exact.trace_polynomial import TracePolynomial
from symland.exact.word import Shape, Word, transpose_word
from symland.exact.word_polynomial import WordPolynomial
from symland.search.cofactor import (
    CofactorRow,
    Cofactors,
    Context,
    Fact,
    Multiple,
    combine,
    expand_rows,
)
from symland.search.deadline import Deadline
from symland.search.trace_rewriting import TraceRules
from symland.search.word_rewriting import MonomialOrder, Rule, RuleBook, contains, without

__all__ = ["Representation", "find_cofactors"]

_FIRST_SHARE = 0.5  # seconds of the first attempt; each further order of the letters gets twice


@dataclass(frozen=True)
class Representation:
    """A claim as a combination of facts, and what finding it took."""

    rows: tuple[CofactorRow, ...]
    rules: int
    pairs: int
    seconds: float

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts that occur, in the order of their first row."""
        return tuple(dict.fromkeys(row.multiple.fact for row in self.rows))


def find_cofactors(
    claim: Fact, facts: Mapping[str, Fact], budget: float = 10.0, seed: int = 0
) -> Representation | None:
    """Cofactors with claim = sum of multiples of facts, or None if none were found in time.

    Parameters
    ----------
    claim
        A word polynomial (claimed zero), or a sum of traces (claimed zero).
    facts
        Name -> polynomial known to be zero. Sums of traces help only claims of that kind.
    budget
        Seconds.
    seed
        Decides the precedences of the letters tried after the first.

    Examples
    --------
    >>> from symland.exact.word import Signature
    >>> s = Signature({"A": ("n", "n"), "B": ("n", "n"), "C": ("n", "n")})
    >>> A, B, C = s.letters()
    >>> one = s.one("n")
    >>> found = find_cofactors(B - C, {"right": A @ B - one, "left": C @ A - one})
    >>> sorted(found.facts)
    ['left', 'right']
    """
    deadline = Deadline(budget)
    generator = random.Random(seed)
    names = list(claim.signature.shapes)
    share, finished = _FIRST_SHARE, 0
    while not deadline.passed():
        attempt = _Attempt(claim, facts, names, Deadline(min(share, deadline.remaining())))
        cofactors = attempt.run()
        if cofactors is not None:
            return _representation(claim, facts, cofactors, attempt, deadline)
        finished += attempt.exhausted
        # A complete basis leaves nothing for another order, except which rotations are tried.
        if finished >= (3 if isinstance(claim, TracePolynomial) and facts else 1):
            return None
        generator.shuffle(names)
        share *= 2
    return None


def _representation(
    claim: Fact, facts: Mapping[str, Fact], found: Cofactors, attempt: _Attempt, deadline: Deadline
) -> Representation:
    rows = tuple(CofactorRow(c, multiple) for multiple, c in found.items())
    if expand_rows(rows, facts, claim) != claim:
        raise RuntimeError(f"cofactors do not give the claim {claim}: a fault of the search")
    return Representation(rows, len(attempt.book.rules), attempt.pairs_seen, deadline.elapsed())


# A leading monomial as seen by overlaps: numbers, and a nonempty word.
Face = tuple[tuple[Word, ...], Word]


class _Attempt:
    """One completion with one precedence of the letters."""

    def __init__(
        self, claim: Fact, facts: Mapping[str, Fact], names: list[str], deadline: Deadline
    ) -> None:
        self.claim = claim
        self.deadline = deadline
        self.book = RuleBook(claim.signature, MonomialOrder(list(names)))
        sums = {name: f for name, f in facts.items() if isinstance(f, TracePolynomial)}
        self.traces = TraceRules(self.book, sums)
        self.words = {n: f for n, f in facts.items() if isinstance(f, WordPolynomial)}
        self.pairs_seen = 0
        self.exhausted = False
        self._pairs: list[tuple[int, int, WordPolynomial, Cofactors]] = []
        self._tie = count()
        self._rest = claim
        self._taken: Cofactors = {}

    def run(self) -> Cofactors | None:
        """The cofactors of the claim, or None."""
        found = self._try_claim()
        if found is not None:
            return found
        for name, fact in self.words.items():
            for transposed in (False, True):
                body = fact.T if transposed else fact
                self._add(body, {Multiple((), (), name, transposed, ()): Fraction(1)})
        found = self._try_claim()
        while found is None and self._pairs and not self.deadline.passed():
            _, _, polynomial, cofactors = heapq.heappop(self._pairs)
            self.pairs_seen += 1
            if self._add(polynomial, cofactors):
                found = self._try_claim()
        self.exhausted = not self._pairs and not self.deadline.passed()
        if found is None and isinstance(self.claim, TracePolynomial):
            return self.traces.solve(self.claim.terms, self.deadline)
        return found

    def _try_claim(self) -> Cofactors | None:
        if isinstance(self._rest, WordPolynomial):
            self._rest, rows = self.book.reduce(self._rest, self.deadline)
            combine(self._taken, rows, Fraction(1))
            return self._taken if self._rest.is_zero() else None
        terms, rows = self.traces.reduce(self._rest.terms, self.deadline)
        return None if terms else rows

    def _add(self, polynomial: WordPolynomial, cofactors: Cofactors) -> bool:
        polynomial, taken = self.book.reduce(polynomial, self.deadline)
        if polynomial.is_zero() or self.deadline.passed():
            return False
        combined = dict(cofactors)
        combine(combined, taken, Fraction(-1))
        lead = self.book.order.leading(polynomial)
        scale = 1 / polynomial.terms[lead]
        rule = Rule(lead, polynomial.scale(scale), {m: c * scale for m, c in combined.items()})
        self._retire(rule)
        self.book.rules.append(rule)
        for other in self.book.rules:
            self._pair(rule, other)
        return True

    def _retire(self, rule: Rule) -> None:
        """Older rules that the new one rewrites go back to the queue."""
        kept = []
        for old in self.book.rules:
            numbers, word = rule.lead
            inside = contains(old.lead[0], numbers) and (not word or _occurs(word, old.lead[1]))
            if inside:
                self._push(old.polynomial, old.cofactors)
            else:
                kept.append(old)
        self.book.rules = kept

    def _push(self, polynomial: WordPolynomial, cofactors: Cofactors) -> None:
        if not polynomial.is_zero():
            key = self.book.order.key(self.book.order.leading(polynomial))
            heapq.heappush(
                self._pairs,
                (key[0], next(self._tie), polynomial, cofactors),
            )

    def _pair(self, new: Rule, other: Rule) -> None:
        for first, second in ((new, other), (other, new)) if new is not other else ((new, new),):
            for face in faces(first):
                for partner in faces(second):
                    for size in overlaps(face[1], partner[1]):
                        if not self.deadline.passed():
                            self._push_overlap(first, face, second, partner, size)
        if not new.lead[1] or not other.lead[1]:
            self._push_common_numbers(new, other)

    def _push_overlap(
        self, first: Rule, face: Face, second: Rule, partner: Face, size: int
    ) -> None:
        signature = self.book.signature
        numbers = _lcm(face[0], partner[0])
        left, right = face[1][: len(face[1]) - size], partner[1][size:]
        shape = (
            signature.path(face[1])[0],
            signature.path(partner[1])[-1],
        )
        one = Context(without(numbers, face[0]), (), right)
        two = Context(without(numbers, partner[0]), left, ())
        self._push_difference(first, one, second, two, shape)

    def _push_common_numbers(self, first: Rule, second: Rule) -> None:
        """Two rules of which one is a number, with a number in common."""
        if first is second or not set(first.lead[0]) & set(second.lead[0]):
            return
        if first.lead[1]:
            first, second = second, first
        if first.shape != ("1", "1"):
            return
        numbers = _lcm(first.lead[0], second.lead[0])
        word, symbol = second.lead[1], second.shape[0]
        beside = (word, "" if word else symbol)
        one = Context(without(numbers, first.lead[0]), (), (), beside)
        two = Context(without(numbers, second.lead[0]), (), ())
        self._push_difference(first, one, second, two, second.shape)

    def _push_difference(
        self, first: Rule, one: Context, second: Rule, two: Context, shape: Shape
    ) -> None:
        value, rows = first.in_context(one, shape)
        other, minus = second.in_context(two, shape)
        combine(rows, minus, Fraction(-1))
        self._push(value - other, rows)


def _occurs(part: Word, word: Word) -> bool:
    return any(word[i : i + len(part)] == part for i in range(len(word) - len(part) + 1))


def _lcm(a: tuple[Word, ...], b: tuple[Word, ...]) -> tuple[Word, ...]:
    return tuple(sorted((Counter(a) | Counter(b)).elements()))


def faces(rule: Rule) -> Iterator[Face]:
    """The words by which a rule overlaps others; a number overlaps by each of its loops."""
    numbers, word = rule.lead
    if word:
        yield numbers, word
    elif rule.shape == ("1", "1"):
        for atom in sorted(set(numbers)):
            for loop in sorted({atom, transpose_word(atom)}):
                if len(loop) > 1:
                    yield without(numbers, (atom,)), loop


def overlaps(first: Word, second: Word) -> list[int]:
    """Sizes of the proper overlaps: an end of the first that is a beginning of the second.

    >>> a, b = ("A", False), ("B", False)
    >>> overlaps((a, b, a), (a, b, a))
    [1]
    """
    most = min(len(first), len(second)) - 1
    return [size for size in range(1, most + 1) if first[-size:] == second[:size]]
