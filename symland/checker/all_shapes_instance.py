"""Identities of matrices at given rational matrices: instances and counterexamples."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .all_shapes import Fact, Lemma
from .effort import spend
from .files import array, name, number, table
from .verdict import Refused, Unreadable, show
from .words import UNIT, Poly, Word

Matrix = list[list[Fraction]]

_MOST_ENTRIES = 10_000


class Assignment:
    """Rational matrices for some letters, and the sizes of the dimension symbols they have."""

    def __init__(self, lemma: Lemma, value: Any, where: str) -> None:
        self.sizes = {UNIT: 1}
        self.matrices: dict[str, Matrix] = {}
        for letter, rows in table(value, where).items():
            if letter not in lemma.signature.shapes:
                raise Unreadable(f"{where}: {show(letter)} is not a declared letter")
            self._add(letter, lemma.signature.shapes[letter], rows, f"{where}.{letter}")

    def _add(self, letter: str, shape: tuple[str, str], value: Any, where: str) -> None:
        rows = array(value, where)
        width = len(array(rows[0], where)) if rows else 0
        for symbol, size in zip(shape, (len(rows), width), strict=True):
            if size < 1 or self.sizes.setdefault(symbol, size) != size:
                raise Unreadable(f"{where}: {len(rows)} x {width} does not fit {' x '.join(shape)}")
        if len(rows) * width > _MOST_ENTRIES:
            raise Unreadable(f"{where}: more than {_MOST_ENTRIES} entries")
        self.matrices[letter] = [
            [number(x, where) for x in array(row, where, width)] for row in rows
        ]

    def of_word(self, word: Word, symbol: str) -> Matrix:
        """The product of the word's matrices; the identity of the symbol for the empty word."""
        result: Matrix | None = None
        for letter in word:
            plain = letter.removesuffix("'")
            if plain not in self.matrices:
                raise Refused(f"no matrix is given for the letter {plain}")
            matrix = self.matrices[plain]
            if letter != plain:
                matrix = [list(column) for column in zip(*matrix, strict=True)]
            result = matrix if result is None else _product(result, matrix)
        if result is not None:
            return result
        size = self.size(symbol)
        return [[Fraction(int(i == j)) for j in range(size)] for i in range(size)]

    def size(self, symbol: str) -> int:
        """The number that a dimension symbol stands for."""
        if symbol not in self.sizes:
            raise Refused(f"no matrix given has the dimension {symbol}")
        return self.sizes[symbol]

    def of_poly(self, poly: Poly) -> Matrix:
        """The value of a polynomial."""
        total = [[Fraction(0)] * self.size(poly.shape[1]) for _ in range(self.size(poly.shape[0]))]
        for (numbers, word), coefficient in poly.terms.items():
            factor = coefficient * self._numbers(numbers)
            for i, row in enumerate(self.of_word(word, poly.shape[0])):
                for j, entry in enumerate(row):
                    total[i][j] += factor * entry
        return total

    def _numbers(self, numbers: tuple[Word, ...]) -> Fraction:
        value = Fraction(1)
        for word in numbers:
            value *= self.of_word(word, UNIT)[0][0]
        return value

    def of_sum(self, traces: dict[tuple[tuple[Word, ...], Word, str], Fraction]) -> Fraction:
        """The value of a sum of traces."""
        total = Fraction(0)
        for (numbers, word, symbol), coefficient in traces.items():
            matrix = self.of_word(word, symbol or UNIT)
            traced = sum((matrix[i][i] for i in range(len(matrix))), Fraction(0))
            total += coefficient * self._numbers(numbers) * traced
        return total

    def holds(self, fact: Fact, where: str) -> bool:
        """Whether the relation holds at these matrices; Refused if it is quantified."""
        if fact.bound:
            raise Refused(f"{where}: a quantified hypothesis is not decided at one point")
        if isinstance(fact.body, tuple):
            return any(_is_zero(self.of_poly(poly)) for poly in fact.body)
        if fact.relation == "nonnegative":
            return self.of_sum(fact.sum) >= 0
        if isinstance(fact.body, Poly):
            return _is_zero(self.of_poly(fact.body)) != (fact.relation == "nonzero")
        return self.of_sum(fact.body) == 0


def _product(left: Matrix, right: Matrix) -> Matrix:
    columns = [list(column) for column in zip(*right, strict=True)]
    spend(len(left) * len(right) * len(columns), _widest(left), _widest(right))
    return [
        [sum((a * b for a, b in zip(row, column, strict=True)), Fraction(0)) for column in columns]
        for row in left
    ]


def _widest(a: Matrix) -> int:
    return max(x.numerator.bit_length() + x.denominator.bit_length() for row in a for x in row)


def _is_zero(matrix: Matrix) -> bool:
    return not any(any(row) for row in matrix)


class AtMatrices:
    """A claim about given matrices: an instance of an established claim, or a counterexample."""

    def __init__(self, lemma: Lemma, value: dict[str, Any], where: str) -> None:
        self.is_instance = value["claim"] == "instance"
        if self.is_instance:
            self.of = name(value["of"], f"{where}.of")
        else:
            self._read_relation(lemma, value, where)
        self.assignment = Assignment(lemma, value["letters"], f"{where}.letters")

    def _read_relation(self, lemma: Lemma, value: dict[str, Any], where: str) -> None:
        relations = "equation traces nonnegative nonzero equations"
        present = [field for field in relations.split() if field in value]
        if len(present) != 1:
            raise Unreadable(f"{where}: expected one of {relations.replace(' ', ', ')}")
        body = lemma.body(present[0], value, where)
        self.fact = Fact(present[0], body, lemma.given(value, where))


def evaluate_words(lemma: Lemma, value: dict[str, Any], step: dict[str, Any]) -> str:
    """What hypotheses and conclusion are at the matrices given, by exact arithmetic: {}.

    instance: all hypotheses of the claim named and its conclusion hold there.  counterexample: all
    hypotheses listed hold there and the relation does not: a nonzero entry for an equation, a
    negative number for nonnegative, the number 0 for nonzero.  Returns the claim in words.

    Soundness.  Both are statements about finitely many rational numbers, and they are computed; a
    counterexample is one assignment, with sizes at least 1, that contradicts the relation.
    """
    claim = AtMatrices(lemma, value, "claim")
    fact = claim.fact if not claim.is_instance else lemma.facts.get(claim.of)
    if fact is None:
        raise Refused(f"{show(claim.of)} is not established")
    for key in sorted(fact.given):
        if not claim.assignment.holds(lemma.hypotheses[key], key):
            raise Refused(f"hypothesis {show(key)} fails at these matrices")
    if claim.assignment.holds(fact, "claim") != claim.is_instance:
        raise Refused(f"the relation {'fails' if claim.is_instance else 'holds'} at these matrices")
    sizes = ", ".join(f"{k} = {n}" for k, n in sorted(claim.assignment.sizes.items()) if k != UNIT)
    if claim.is_instance:
        return f"hypotheses and conclusion of {claim.of} hold at the matrices given ({sizes})"
    return f"fails at the matrices given ({sizes}): {lemma.sentence(fact)}"
