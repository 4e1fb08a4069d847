"""Words: products of matrices of undetermined sizes, and the signature that gives them shapes.

A *letter* is a name with a row and a column dimension symbol, ``W: (d1, d0)``; a *word* is a
composable product of letters and transposed letters, so it stands for a matrix whatever positive
integers the symbols stand for. The symbol ``"1"`` is the dimension one. A word from "1" to "1"
is a number: it commutes with everything and equals its transpose, so the normal form of a word
takes such *loops* out, as a sorted tuple of numbers, and leaves at most one passage through "1".

A letter is stored as ``(name, transposed)``, a word as a tuple of letters, read as in the formula:
``C'W`` is ``(("C", True), ("W", False))``. The empty word is an identity; which one is known only
together with its object, which is why polynomials carry their shape.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING

from symland.problem.errors import InputError

if TYPE_CHECKING:
    from symland.exact.word_polynomial import WordPolynomial

__all__ = [
    "UNIT",
    "Letter",
    "Shape",
    "Signature",
    "Word",
    "WordError",
    "print_word",
    "transpose_word",
]

UNIT = "1"

Letter = tuple[str, bool]
Word = tuple[Letter, ...]
Shape = tuple[str, str]

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


class WordError(InputError):
    """A word or polynomial that has no meaning: shapes that do not compose, an unknown letter."""


def transpose_word(word: Word) -> Word:
    """The transpose: (AB)' = B'A'.

    >>> transpose_word((("A", False), ("B", True)))
    (('B', False), ('A', True))
    """
    return tuple((name, not transposed) for name, transposed in reversed(word))


def print_word(word: Word) -> str:
    """The word as text, letters separated by blanks, transposes marked by a prime.

    >>> print_word((("C", True), ("W", False)))
    "C' W"
    """
    return " ".join(name + "'" * transposed for name, transposed in word)


def _check_name(name: object, what: str) -> None:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise WordError(f"{what} {name!r}: expected a name, letters, digits and _ after a letter")


@dataclass(frozen=True)
class Signature:
    """The letters of a lemma with their shapes, and its scalars.

    Parameters
    ----------
    matrices
        letter -> (row symbol, column symbol). A symbol is a name, or "1" for the dimension one.
    scalars
        Names of numbers: letters of shape ("1", "1").

    Examples
    --------
    >>> s = Signature({"C": ("dy", "d1"), "u": ("dy", "1")}, scalars=["t"])
    >>> C, u, t = s.letters()
    >>> print(t * C.T @ u)
    t C' u
    >>> s.word("C", "C")
    Traceback (most recent call last):
    ...
    symland.exact.word.WordError: C C: 'C' has d1 columns, 'C' has dy rows
    """

    matrices: Mapping[str, Shape]
    scalars: tuple[str, ...] = ()
    shapes: Mapping[str, Shape] = field(init=False, compare=False, repr=False)
    _normal: dict[Word, tuple[tuple[Word, ...], Word]] = field(
        init=False, compare=False, repr=False
    )

    def __init__(self, matrices: Mapping[str, Shape], scalars: Iterable[str] = ()) -> None:
        scalars = tuple(scalars)
        shapes: dict[str, Shape] = {}
        for name, shape in matrices.items():
            _check_name(name, "letter")
            shapes[name] = self._read_shape(name, shape)
        for name in scalars:
            _check_name(name, "scalar")
            if name in shapes:
                raise WordError(f"scalar {name!r}: a letter of this name is declared already")
            shapes[name] = (UNIT, UNIT)
        given = {name: shapes[name] for name in matrices}
        object.__setattr__(self, "matrices", MappingProxyType(given))
        object.__setattr__(self, "scalars", scalars)
        object.__setattr__(self, "shapes", MappingProxyType(shapes))
        object.__setattr__(self, "_normal", {})

    def __hash__(self) -> int:
        return hash((tuple(self.matrices.items()), self.scalars))

    @staticmethod
    def _read_shape(name: str, shape: object) -> Shape:
        if not isinstance(shape, (tuple, list)) or len(shape) != 2:
            raise WordError(f"letter {name!r}: shape {shape!r}, expected two dimension symbols")
        for symbol in shape:
            if symbol != UNIT:
                _check_name(symbol, f"letter {name!r}: dimension")
        return shape[0], shape[1]

    @property
    def objects(self) -> tuple[str, ...]:
        """The dimension symbols, in the order of their first appearance, without "1"."""
        symbols = [symbol for shape in self.shapes.values() for symbol in shape]
        return tuple(dict.fromkeys(symbol for symbol in symbols if symbol != UNIT))

    def shape_of(self, letter: Letter) -> Shape:
        """The shape of a letter or a transposed letter."""
        name, transposed = letter
        if name not in self.shapes:
            raise WordError(f"letter {name!r} is not declared, the letters are {self._known()}")
        rows, columns = self.shapes[name]
        return (columns, rows) if transposed else (rows, columns)

    def _known(self) -> str:
        return ", ".join(self.shapes) or "none"

    def path(self, word: Word) -> list[str]:
        """The objects that a nonempty word passes, one more than letters; checks composition."""
        objects = [self.shape_of(word[0])[0]] if word else []
        for i, letter in enumerate(word):
            rows, columns = self.shape_of(letter)
            if objects[-1] != rows:
                raise WordError(
                    f"{print_word(word)}: {print_word((word[i - 1],))!r} has {objects[-1]} columns,"
                    f" {print_word((letter,))!r} has {rows} rows"
                )
            objects.append(columns)
        return objects

    def letter(self, name: str) -> WordPolynomial:
        """The letter as a polynomial."""
        from symland.exact.word_polynomial import WordPolynomial

        word = ((name, False),)
        return WordPolynomial.from_terms(self, self.shape_of(word[0]), {((), word): 1})

    def letters(self) -> tuple[WordPolynomial, ...]:
        """All letters, matrices first, then the scalars, in the order declared."""
        return tuple(self.letter(name) for name in self.shapes)

    def word(self, *names: str) -> WordPolynomial:
        """The product of the letters named; a trailing prime transposes: ``word("C'", "W")``."""
        from symland.exact.word_polynomial import WordPolynomial

        word = tuple((name.removesuffix("'"), name.endswith("'")) for name in names)
        if not word:
            raise WordError("the empty word has no shape: write one(OBJECT)")
        path = self.path(word)
        return WordPolynomial.from_terms(self, (path[0], path[-1]), {((), word): 1})

    def one(self, symbol: str) -> WordPolynomial:
        """The identity of a dimension symbol; ``one("1")`` is the number 1."""
        from symland.exact.word_polynomial import WordPolynomial

        return WordPolynomial.from_terms(self, (symbol, symbol), {((), ()): 1})

    def zero(self, rows: str, columns: str) -> WordPolynomial:
        """The zero of a shape."""
        from symland.exact.word_polynomial import WordPolynomial

        return WordPolynomial.from_terms(self, (rows, columns), {})

    def split_loops(self, word: Word) -> tuple[tuple[Word, ...], Word]:
        """The normal form of a word: its loops at "1", sorted, and the word without them.

        Each loop is replaced by the smaller of itself and its transpose, which has the same value.

        >>> s = Signature({"u": ("d", "1")})
        >>> u, v = ("u", False), ("u", True)
        >>> s.split_loops((u, v, u, v))
        (((('u', True), ('u', False)),), (('u', False), ('u', True)))
        """
        if word not in self._normal:
            stops = [i for i, symbol in enumerate(self.path(word)) if symbol == UNIT]
            loops = [word[a:b] for a, b in pairwise(stops)]
            rest = word[: stops[0]] + word[stops[-1] :] if len(stops) > 1 else word
            atoms = tuple(sorted(min(loop, transpose_word(loop)) for loop in loops))
            self._normal[word] = atoms, rest
        return self._normal[word]
