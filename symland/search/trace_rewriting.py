"""Rewriting inside traces: a rule may be applied to any rotation of a word or of its transpose.

Rotation leaves no order that every step respects, so a greedy descent with a strictly decreasing
key comes first; where it stops short of zero, all multiples of rules that touch a monomial
reachable without raising the degree are collected, and the claim is solved for among them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product

from symland.exact.trace_polynomial import (
    TraceMonomial,
    TracePolynomial,
    rotations,
    trace,
    trace_monomial,
)
from symland.exact.word import UNIT, Word
from symland.search.cofactor import Cofactors, Context, Multiple, combine
from symland.search.deadline import Deadline
from symland.search.word_rewriting import RuleBook, contains, matches, without

__all__ = ["TraceRules"]

Terms = dict[TraceMonomial, Fraction]


class TraceRules:
    """Word rules applied in traces, and facts that are sums of traces themselves."""

    def __init__(self, book: RuleBook, facts: Mapping[str, TracePolynomial]) -> None:
        self.book = book
        self.facts = {name: fact.terms for name, fact in facts.items() if not fact.is_zero()}

    def moves(self, monomial: TraceMonomial) -> Iterator[tuple[Terms, Cofactors]]:
        """All known zero sums of traces in which the monomial occurs as a leading one."""
        atoms, word, symbol = monomial
        signature = self.book.signature
        for name, terms in self.facts.items():
            yield from self._fact_moves(name, terms, monomial)
        yield from self._opened(monomial)
        turned = rotations(word) if word else [()]
        for k, turn in enumerate(turned):
            start = signature.path(turn)[0] if turn else symbol or UNIT
            for rule in self.book.candidates((atoms, turn)):
                for context in matches(signature, (atoms, turn), start, rule):
                    # Every inner position of one rotation is the front of another; and numbers
                    # and identities look the same from all of them.
                    if context.left and context.beside is None:
                        continue
                    if context.beside is not None and k:
                        continue
                    value, rows = rule.in_context(context, (start, start))
                    yield trace(value).terms, rows

    def _opened(self, monomial: TraceMonomial) -> Iterator[tuple[Terms, Cofactors]]:
        """A number v'u is the trace of u v', so rules apply across its ends too."""
        atoms, word, symbol = monomial
        if word or symbol:
            return
        signature = self.book.signature
        for atom in sorted(set(atoms)):
            others = without(atoms, (atom,))
            for turn in rotations(atom):
                start = signature.path(turn[:1])[0]
                if start == UNIT:
                    continue
                for rule in self.book.rules:
                    numbers, lead = rule.lead
                    if lead and turn[: len(lead)] == lead and contains(others, numbers):
                        context = Context(without(others, numbers), (), turn[len(lead) :])
                        value, rows = rule.in_context(context, (start, start))
                        yield trace(value).terms, rows

    def _fact_moves(
        self, name: str, terms: Terms, monomial: TraceMonomial
    ) -> Iterator[tuple[Terms, Cofactors]]:
        for (numbers, word, symbol), coefficient in terms.items():
            if (word, symbol) != monomial[1:] or not contains(monomial[0], numbers):
                continue
            extra = without(monomial[0], numbers)
            signature = self.book.signature
            scaled = {
                trace_monomial(signature, tuple(sorted(n + extra)), w, d or UNIT): c / coefficient
                for (n, w, d), c in terms.items()
            }
            yield scaled, {Multiple(extra, (), name, False, ()): 1 / coefficient}

    def reduce(self, terms: Terms, deadline: Deadline) -> tuple[Terms, Cofactors]:
        """Greedy descent: the remainder, and the cofactors of what was taken off."""
        terms = dict(terms)
        cofactors: Cofactors = {}
        final: set[TraceMonomial] = set()
        key = self.book.order.key
        while not deadline.passed():
            open_monomials = [m for m in terms if m not in final]
            if not open_monomials:
                break
            monomial = max(open_monomials, key=key)
            for value, rows in self.moves(monomial):
                others = [m for m in value if m != monomial]
                if value.get(monomial) and all(key(m) < key(monomial) for m in others):
                    factor = terms[monomial] / value[monomial]
                    _subtract(terms, value, factor)
                    combine(cofactors, rows, factor)
                    break
            else:
                final.add(monomial)
        return terms, cofactors

    def solve(self, goal: Terms, deadline: Deadline, limit: int = 800) -> Cofactors | None:
        """Cofactors of the goal among the moves from its own monomials, then from cyclic overlaps
        of rules as well, or None."""
        for raise_by in (0, 1, 2):
            degree = max((self.book.order.key(m)[0] for m in goal), default=0) + raise_by
            start = [*goal, *(self._overlaps(degree) if raise_by else ())]
            found = self._combine(goal, self._reachable(start, degree, deadline, limit), deadline)
            if found is not None or deadline.passed():
                return found
        return None

    def _combine(
        self, goal: Terms, columns: list[tuple[Terms, Cofactors]], deadline: Deadline
    ) -> Cofactors | None:
        pivots: list[tuple[TraceMonomial, Terms, Cofactors]] = []
        for terms, rows in columns:
            if deadline.passed():
                return None
            terms, rows = _eliminate(dict(terms), dict(rows), pivots)
            if terms:
                pivot = max(terms, key=self.book.order.key)
                pivots.append((pivot, terms, rows))
        rest, negative = _eliminate(dict(goal), {}, pivots)
        return None if rest else {multiple: -c for multiple, c in negative.items()}

    def _overlaps(self, degree: int) -> list[TraceMonomial]:
        """Cyclic words covered by two leading monomials, along which their traces can differ."""
        signature = self.book.signature
        found: dict[TraceMonomial, None] = {}
        leads = [rule.lead for rule in self.book.rules if rule.lead[1]]
        for (numbers, first), (more, second) in product(leads, leads):
            atoms = tuple(sorted((*numbers, *more)))
            for word in cyclic_overlaps(first, second):
                path_ends = signature.shape_of(word[0])[0], signature.shape_of(word[-1])[1]
                if len(word) <= degree and path_ends[0] == path_ends[1]:
                    found[trace_monomial(signature, atoms, word, path_ends[0])] = None
        return list(found)

    def _reachable(
        self, start: list[TraceMonomial], degree: int, deadline: Deadline, limit: int
    ) -> list[tuple[Terms, Cofactors]]:
        key = self.book.order.key
        seen, queue = set(start), list(start)
        found: list[tuple[Terms, Cofactors]] = []
        while queue and not deadline.passed() and len(found) < limit:
            for value, rows in self.moves(queue.pop(0)):
                if not value or any(key(m)[0] > degree for m in value):
                    continue
                found.append((value, rows))
                new = [m for m in value if m not in seen]
                seen.update(new)
                queue.extend(new)
        return found


def cyclic_overlaps(first: Word, second: Word) -> list[Word]:
    """Words w such that the first is a front of w and the second occurs in w read cyclically,
    overlapping the first.

    >>> a, b, c = ("A", False), ("B", False), ("C", False)
    >>> cyclic_overlaps((a, b), (b, c))
    [(('A', False), ('B', False), ('C', False))]
    """
    found = []
    for size in range(1, min(len(first), len(second)) + 1):
        if first[-size:] == second[:size]:
            rest = second[size:]
            for back in range(len(rest) + 1):
                if back == 0 or first[:back] == rest[len(rest) - back :]:
                    found.append(first + rest[: len(rest) - back])
    return found


def _subtract(terms: Terms, value: Mapping[TraceMonomial, Fraction], factor: Fraction) -> None:
    for monomial, coefficient in value.items():
        total = terms.get(monomial, Fraction(0)) - factor * coefficient
        if total:
            terms[monomial] = total
        else:
            terms.pop(monomial, None)


def _eliminate(
    terms: Terms, rows: Cofactors, pivots: list[tuple[TraceMonomial, Terms, Cofactors]]
) -> tuple[Terms, Cofactors]:
    for pivot, value, cofactors in pivots:
        if pivot in terms:
            factor = terms[pivot] / value[pivot]
            _subtract(terms, value, factor)
            combine(rows, cofactors, -factor)
    return terms, rows
