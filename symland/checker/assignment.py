"""Rational matrices for the letters of a signature, and the values of polynomials at them.

Values are computed by exact arithmetic, word by word, as the head of `words` defines them.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .effort import spend
from .files import array, number, table
from .verdict import Refused, Unreadable, show
from .words import UNIT, Poly, Signature, Traces, Word

Matrix = list[list[Fraction]]

_MOST_ENTRIES = 10_000  # of a matrix that is written
_MOST_COMPUTED = 1_000_000  # of one that is computed: memory


class Assignment:
    """Rational matrices for some letters, and the sizes of the dimension symbols they have."""

    def __init__(self, signature: Signature) -> None:
        self.signature = signature
        self.sizes = {UNIT: 1}
        self.matrices: dict[str, Matrix] = {}

    def read(self, value: Any, where: str) -> None:
        """Matrices as they are written: ``{"A": [["1", "2"]], ...}``."""
        for letter, written in table(value, where).items():
            rows = array(written, f"{where}.{letter}")
            width = len(array(rows[0], f"{where}.{letter}")) if rows else 0
            if len(rows) * width > _MOST_ENTRIES:
                raise Unreadable(f"{where}.{letter}: more than {_MOST_ENTRIES} entries")
            matrix: Matrix = [
                [number(x, f"{where}.{letter}") for x in array(row, f"{where}.{letter}", width)]
                for row in rows
            ]
            self.add(letter, matrix, where)

    def add(self, letter: str, matrix: Matrix, where: str) -> None:
        """The matrix of one more letter; Unreadable if its size is not that of its symbols."""
        if letter not in self.signature.shapes:
            raise Unreadable(f"{where}: {show(letter)} is not a declared letter")
        if letter in self.matrices:
            raise Unreadable(f"{where}: {show(letter)} has a matrix already")
        shape, width = self.signature.shapes[letter], len(matrix[0]) if matrix else 0
        for symbol, size in zip(shape, (len(matrix), width), strict=True):
            if size < 1 or self.sizes.setdefault(symbol, size) != size:
                raise Unreadable(
                    f"{where}.{letter}: {len(matrix)} x {width} does not fit {' x '.join(shape)}"
                )
        self.matrices[letter] = matrix

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
        _reserve(size, size)
        return [[Fraction(int(i == j)) for j in range(size)] for i in range(size)]

    def size(self, symbol: str) -> int:
        """The number that a dimension symbol stands for."""
        if symbol not in self.sizes:
            raise Refused(f"no matrix given has the dimension {symbol}")
        return self.sizes[symbol]

    def of_poly(self, poly: Poly) -> Matrix:
        """The value of a polynomial."""
        if list(poly.terms.values()) == [1]:
            ((numbers, word),) = poly.terms
            if not numbers:
                return self.of_word(word, poly.shape[0])
        rows, columns = (self.size(symbol) for symbol in poly.shape)
        _reserve(rows, columns)
        total: Matrix = [[Fraction(0)] * columns for _ in range(rows)]
        for (numbers, word), coefficient in poly.terms.items():
            spend(rows * columns)
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

    def of_sum(self, traces: Traces) -> Fraction:
        """The value of a sum of traces."""
        total = Fraction(0)
        for (numbers, word, symbol), coefficient in traces.items():
            matrix = self.of_word(word, symbol or UNIT)
            traced = sum((matrix[i][i] for i in range(len(matrix))), Fraction(0))
            total += coefficient * self._numbers(numbers) * traced
        return total


def _reserve(rows: int, columns: int) -> None:
    """Count the entries of a matrix; `Refused` if there are too many."""
    if rows * columns > _MOST_COMPUTED:
        raise Refused(f"a matrix of {rows} x {columns} entries")
    spend(rows * columns)


def _product(left: Matrix, right: Matrix) -> Matrix:
    columns = [list(column) for column in zip(*right, strict=True)]
    _reserve(len(left), len(columns))
    spend(len(left) * len(right) * len(columns), _widest(left), _widest(right))
    return [
        [sum((a * b for a, b in zip(row, column, strict=True)), Fraction(0)) for column in columns]
        for row in left
    ]


def _widest(a: Matrix) -> int:
    return max(x.numerator.bit_length() + x.denominator.bit_length() for row in a for x in row)
