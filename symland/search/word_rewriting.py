"""Rewriting of words by rules: a monomial that contains a rule's leading monomial is replaced.

Every rule carries the cofactors that express it by the facts given, so that whatever is rewritten
to zero comes with its certificate. Termination does not rest on the order being compatible with
all normal forms: a step is taken only if every monomial it brings in is smaller.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from symland.exact.trace_polynomial import TraceMonomial
from symland.exact.word import UNIT, Shape, Signature, Word, transpose_word
from symland.exact.word_polynomial import Monomial, WordPolynomial
from symland.search.cofactor import Cofactors, Context, combine
from symland.search.deadline import Deadline

__all__ = ["MonomialOrder", "Rule", "RuleBook", "contains", "find", "matches", "without"]


class MonomialOrder:
    """Total degree first, then the word, letters in the given precedence, then the numbers."""

    def __init__(self, names: list[str]) -> None:
        self._rank = {name: i for i, name in enumerate(names)}
        self._keys: dict[Monomial | TraceMonomial, tuple[Any, ...]] = {}

    def key(self, monomial: Monomial | TraceMonomial) -> tuple[Any, ...]:
        """The sorting key of a monomial or trace monomial."""
        if monomial not in self._keys:
            atoms, word = monomial[0], monomial[1]
            ranked = tuple((self._rank[name], flag) for name, flag in word)
            numbers = sorted(
                (len(atom), tuple((self._rank[n], f) for n, f in atom)) for atom in atoms
            )
            degree = len(word) + sum(len(atom) for atom in atoms)
            self._keys[monomial] = (degree, len(word), ranked, numbers, monomial[2:])
        return self._keys[monomial]

    def leading(self, polynomial: WordPolynomial) -> Monomial:
        """The largest monomial."""
        return max(polynomial.terms, key=self.key)


@dataclass(frozen=True)
class Rule:
    """A polynomial equal to zero, leading coefficient 1, and how it follows from the facts."""

    lead: Monomial
    polynomial: WordPolynomial
    cofactors: Cofactors

    @property
    def shape(self) -> Shape:
        """The polynomial's shape."""
        return self.polynomial.shape

    def in_context(self, context: Context, shape: Shape) -> tuple[WordPolynomial, Cofactors]:
        """The rule's polynomial and cofactors put into a context."""
        signature = self.polynomial.signature
        cofactors: Cofactors = {}
        for multiple, coefficient in self.cofactors.items():
            moved = context.of_multiple(signature, multiple, self.shape)
            combine(cofactors, {moved: coefficient}, Fraction(1))
        return context.of_polynomial(self.polynomial, shape), cofactors


def contains(atoms: tuple[Word, ...], part: tuple[Word, ...]) -> bool:
    """Whether ``part`` is a sub-multiset of ``atoms``."""
    return not part or not Counter(part) - Counter(atoms)


def without(atoms: tuple[Word, ...], part: tuple[Word, ...]) -> tuple[Word, ...]:
    """The multiset difference, sorted."""
    return tuple(sorted((Counter(atoms) - Counter(part)).elements())) if part else atoms


def find(word: Word, part: Word) -> Iterator[int]:
    """Positions at which ``part`` occurs in ``word``."""
    size = len(part)
    return (i for i in range(len(word) - size + 1) if word[i : i + size] == part)


def matches(signature: Signature, monomial: Monomial, symbol: str, rule: Rule) -> Iterator[Context]:
    """The contexts in which the rule's leading monomial is the monomial.

    ``symbol`` is the row symbol of the monomial's word.
    """
    atoms, word = monomial
    numbers, lead = rule.lead
    if not contains(atoms, numbers):
        return
    rest = without(atoms, numbers)
    size = len(lead)
    if lead:
        for i in find(word, lead):
            yield Context(rest, word[:i], word[i + size :])
        yield from _matches_in_numbers(rest, (word, "" if word else symbol), lead)
        yield from _matches_across_unit(signature, (rest, word), symbol, lead)
    elif rule.shape[0] == UNIT:
        yield Context(rest, (), (), (word, "" if word else symbol))
    else:
        path = signature.path(word) if word else [symbol]
        for i, at in enumerate(path):
            if at == rule.shape[0]:
                yield Context(rest, word[:i], word[i:])


def _matches_in_numbers(
    atoms: tuple[Word, ...], beside: tuple[Word, str], lead: Word
) -> Iterator[Context]:
    for atom in sorted(set(atoms)):
        others = without(atoms, (atom,))
        for loop in (atom, transpose_word(atom)):
            for i in find(loop, lead):
                yield Context(others, loop[:i], loop[i + len(lead) :], beside)


def _matches_across_unit(
    signature: Signature, monomial: Monomial, symbol: str, lead: Word
) -> Iterator[Context]:
    """A leading word that passes "1" inside: loops may stand wherever a word passes "1"."""
    cuts = [i for i, at in enumerate(signature.path(lead)) if at == UNIT and 0 < i < len(lead)]
    if not cuts:
        return
    before, after = lead[: cuts[0]], lead[cuts[0] :]
    atoms, word = monomial
    path = signature.path(word) if word else [symbol]
    loops = [(x, loop) for x in sorted(set(atoms)) for loop in sorted({x, transpose_word(x)})]
    ends = [(x, loop) for x, loop in loops if loop[-len(before) :] == before]
    starts = [(x, loop) for x, loop in loops if loop[: len(after)] == after]
    for i in (i for i, at in enumerate(path) if at == UNIT):
        front, back = word[:i], word[i:]
        if front[-len(before) :] == before:
            for x, loop in starts:
                rest = loop[len(after) :] + back
                yield Context(without(atoms, (x,)), front[: -len(before)], rest)
        if back[: len(after)] == after:
            for x, loop in ends:
                rest = front + loop[: -len(before)]
                yield Context(without(atoms, (x,)), rest, back[len(after) :])
    beside = (word, "" if word else symbol)
    for (x, first), (y, second) in product(ends, starts):
        if contains(atoms, (x, y)):
            left, right = first[: -len(before)], second[len(after) :]
            yield Context(without(atoms, (x, y)), left, right, beside)


class RuleBook:
    """The rules in force, looked up by what their leading monomial needs."""

    def __init__(self, signature: Signature, order: MonomialOrder) -> None:
        self.signature = signature
        self.order = order
        self.rules: list[Rule] = []

    def candidates(self, monomial: Monomial) -> Iterator[Rule]:
        """The rules whose letters all occur in the monomial."""
        letters = {letter for part in (*monomial[0], monomial[1]) for letter in part}
        letters |= {(name, not flag) for part in monomial[0] for name, flag in part}
        for rule in self.rules:
            if all(letter in letters for letter in rule.lead[1]):
                yield rule

    def step(self, monomial: Monomial, shape: Shape) -> tuple[WordPolynomial, Cofactors] | None:
        """A multiple of a rule with this leading monomial and only smaller others, or None."""
        bound = self.order.key(monomial)
        for rule in self.candidates(monomial):
            for context in matches(self.signature, monomial, shape[0], rule):
                value = context.of_polynomial(rule.polynomial, shape)
                terms = value.terms
                if terms.get(monomial) == 1 and all(
                    self.order.key(m) < bound for m in terms if m != monomial
                ):
                    return value, rule.in_context(context, shape)[1]
        return None

    def reduce(
        self, polynomial: WordPolynomial, deadline: Deadline
    ) -> tuple[WordPolynomial, Cofactors]:
        """The remainder and the cofactors of what was taken off."""
        cofactors: Cofactors = {}
        todo: Mapping[Monomial, Fraction] = polynomial.terms
        final: set[Monomial] = set()
        while not deadline.passed():
            open_monomials = [m for m in todo if m not in final]
            if not open_monomials:
                break
            monomial = max(open_monomials, key=self.order.key)
            taken = self.step(monomial, polynomial.shape)
            if taken is None:
                final.add(monomial)
                continue
            value, rows = taken
            factor = todo[monomial]
            polynomial = polynomial - value.scale(factor)
            combine(cofactors, rows, factor)
            todo = polynomial.terms
        return polynomial, cofactors
