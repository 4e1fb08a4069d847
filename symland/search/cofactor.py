"""Cofactor representations: a polynomial as a combination of multiples of given facts.

A row stands for  coefficient * numbers * (left fact right) * beside,  where ``fact`` is a named
polynomial or its transpose, ``numbers`` are loops at the dimension one, and ``beside`` is used only
when ``left fact right`` is itself 1 x 1 and multiplies a whole word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from symland.exact.trace_polynomial import TracePolynomial, as_trace, trace
from symland.exact.word import UNIT, Shape, Signature, Word
from symland.exact.word_polynomial import WordPolynomial, normal_monomial

__all__ = ["CofactorRow", "Cofactors", "Context", "Fact", "Multiple", "combine", "expand_rows"]

Fact = WordPolynomial | TracePolynomial
# (word, its object when the word is empty, else "")
Beside = tuple[Word, str]


@dataclass(frozen=True)
class Multiple:
    """What a fact is multiplied by: numbers, left word, transposition, right word, beside."""

    numbers: tuple[Word, ...]
    left: Word
    fact: str
    transposed: bool
    right: Word
    beside: Beside | None = None


Cofactors = dict[Multiple, Fraction]


@dataclass(frozen=True)
class CofactorRow:
    """A multiple with its coefficient."""

    coefficient: Fraction
    multiple: Multiple


@dataclass(frozen=True)
class Context:
    """Where a rule is applied: numbers * (left rule right) * beside."""

    numbers: tuple[Word, ...]
    left: Word
    right: Word
    beside: Beside | None = None

    def of_polynomial(self, polynomial: WordPolynomial, shape: Shape) -> WordPolynomial:
        """The polynomial put into the context; ``shape`` is that of the result."""
        signature = polynomial.signature
        result = polynomial
        if self.left:
            result = _word(signature, self.left) @ result
        if self.right:
            result = result @ _word(signature, self.right)
        if self.beside is not None:
            word, symbol = self.beside
            result = result * (_word(signature, word) if word else signature.one(symbol))
        if self.numbers:
            result = result * WordPolynomial(
                signature, (UNIT, UNIT), {(self.numbers, ()): Fraction(1)}
            )
        if result.shape != shape:
            raise ValueError(f"context of shape {result.shape}, expected {shape}")
        return result

    def of_multiple(self, signature: Signature, multiple: Multiple, shape: Shape) -> Multiple:
        """The multiple put into the context; ``shape`` is that of the multiple."""
        numbers = multiple.numbers + self.numbers
        left, right, beside = multiple.left, multiple.right, multiple.beside
        if beside is None:
            left, right = self.left + left, right + self.right
        else:
            word = self.left + beside[0] + self.right
            beside = word, "" if word else beside[1]
        if self.beside is not None:
            if beside is not None:  # a loop now: the whole multiple is a number
                numbers += signature.split_loops(beside[0])[0]
            beside = self.beside
        if beside == ((), UNIT):
            beside = None
        return Multiple(
            tuple(sorted(numbers)), left, multiple.fact, multiple.transposed, right, beside
        )


def _word(signature: Signature, word: Word) -> WordPolynomial:
    path = signature.path(word)
    terms = {normal_monomial(signature, (), word): Fraction(1)}
    return WordPolynomial(signature, (path[0], path[-1]), terms)


def combine(into: Cofactors, other: Mapping[Multiple, Fraction], factor: Fraction) -> None:
    """``into += factor * other``."""
    for multiple, coefficient in other.items():
        total = into.get(multiple, Fraction(0)) + factor * coefficient
        if total:
            into[multiple] = total
        else:
            into.pop(multiple, None)


def expand_rows(rows: Iterable[CofactorRow], facts: Mapping[str, Fact], goal: Fact) -> Fact:
    """The polynomial that the rows stand for, of the kind and shape of the goal."""
    signature = goal.signature
    if isinstance(goal, WordPolynomial):
        matrix = signature.zero(*goal.shape)
        for row in rows:
            matrix = matrix + _matrix_row(row, facts[row.multiple.fact])
        return matrix
    total = as_trace(signature, 0)
    for row in rows:
        fact = facts[row.multiple.fact]
        if isinstance(fact, TracePolynomial):
            total = total + fact * _number(signature, row) * row.coefficient
        else:
            total = total + trace(_matrix_row(row, fact))
    return total


def _number(signature: Signature, row: CofactorRow) -> WordPolynomial:
    return WordPolynomial(signature, (UNIT, UNIT), {(row.multiple.numbers, ()): Fraction(1)})


def _matrix_row(row: CofactorRow, fact: Fact) -> WordPolynomial:
    if isinstance(fact, TracePolynomial):
        raise ValueError(f"fact {row.multiple.fact!r} is a sum of traces in a matrix equation")
    multiple = row.multiple
    context = Context(multiple.numbers, multiple.left, multiple.right, multiple.beside)
    body = fact.T if multiple.transposed else fact
    rows, columns = body.shape
    if multiple.left:
        rows = fact.signature.path(multiple.left)[0]
    if multiple.right:
        columns = fact.signature.path(multiple.right)[-1]
    if multiple.beside is not None:
        word, symbol = multiple.beside
        path = fact.signature.path(word) if word else [symbol]
        rows, columns = path[0], path[-1]
    return context.of_polynomial(body, (rows, columns)).scale(row.coefficient)
