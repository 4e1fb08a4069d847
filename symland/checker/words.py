"""Word polynomials: linear combinations of products of matrices of undetermined sizes.

Meaning.  A signature gives every letter a row and a column *object*; an object is a dimension
symbol, or "1" for the dimension one.  An *assignment* gives every symbol a positive integer and
every letter a real matrix of the assigned shape.  A word, a composable product of letters and
transposed letters (marked by a trailing '), then has a value, a real matrix; the empty word at an
object is the identity of that size.  A monomial is a tuple of *numbers* (words from "1" to "1")
and a word; a polynomial is a rational combination of monomials of one shape.

Normal form.  A word that comes back to "1" contains a 1 x 1 factor, its *loop*.  A 1 x 1 matrix
commutes with scaling and equals its transpose, so the loop may be moved among the numbers, the
smaller of itself and its transpose taken, and the numbers sorted: the value does not change.  So
two polynomials with equal normal forms have equal values under every assignment; the converse is
not needed.  Sums, products, transposes and substitutions of polynomials are taken by linearity,
and the value of the result is the sum, product, transpose or substitution of the values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, TypeVar

from .effort import spend
from .files import array, count, fields, number, table
from .verdict import Refused, Unreadable, show

UNIT = "1"
MAX_TERMS = 100_000

Word = tuple[str, ...]
Shape = tuple[str, str]
Monomial = tuple[tuple[Word, ...], Word]
# Numbers, cyclic word, and the object of an identity whose trace is meant (else "").
TraceMonomial = tuple[tuple[Word, ...], Word, str]
Traces = dict[TraceMonomial, Fraction]

Key = TypeVar("Key")

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def transposed(word: Word) -> Word:
    """(AB)' = B'A'.

    >>> transposed(("A", "B'"))
    ('B', "A'")
    """
    return tuple(x[:-1] if x.endswith("'") else x + "'" for x in reversed(word))


@dataclass(frozen=True)
class Poly:
    """A polynomial in normal form: its shape, and monomial -> coefficient, none of them zero."""

    shape: Shape
    terms: dict[Monomial, Fraction]

    def letters(self) -> set[str]:
        """The letters that occur, without transposition marks."""
        return {x.rstrip("'") for m in self.terms for word in (*m[0], m[1]) for x in word}


class Signature:
    """The shapes of the letters, and the operations on polynomials over them."""

    def __init__(self, shapes: dict[str, Shape]) -> None:
        self.shapes = shapes
        self.objects = {UNIT, *(symbol for shape in shapes.values() for symbol in shape)}

    # -- reading ----------------------------------------------------------------------------

    @staticmethod
    def read(value: Any, where: str) -> Signature:
        """Letters from ``{"A": ["m", "n"], ...}``."""
        shapes: dict[str, Shape] = {}
        for letter, symbols in table(value, where).items():
            rows, columns = array(symbols, f"{where}.{letter}", 2)
            for text in (letter, *(s for s in (rows, columns) if s != UNIT)):
                if not isinstance(text, str) or not _NAME.fullmatch(text):
                    raise Unreadable(
                        f"{where}.{letter}: {show(text)} is no name of a letter or dimension"
                    )
            shapes[letter] = (rows, columns)
        return Signature(shapes)

    def word(self, value: Any, where: str) -> tuple[Word, Shape | None]:
        """A word written as letters with blanks between; the shape is None for the empty word."""
        if not isinstance(value, str):
            raise Unreadable(f'{where}: {show(value)}, expected a word like "A B\'"')
        word = tuple(value.split(" ")) if value else ()
        for letter in word:
            if letter.removesuffix("'") not in self.shapes:
                raise Unreadable(f"{where}: {show(letter)} is not a declared letter")
        return word, self.shape(word, where) if word else None

    def shape(self, word: Word, where: str = "word") -> Shape:
        """The shape of a nonempty word; Unreadable if its letters do not compose."""
        path = [self._letter_shape(letter) for letter in word]
        for left, right, letter in zip(path, path[1:], word[1:], strict=False):
            if left[1] != right[0]:
                raise Unreadable(
                    f"{where}: {show(' '.join(word))}: {left[1]} columns meet"
                    f" {right[0]} rows of {letter}"
                )
        return path[0][0], path[-1][1]

    def _letter_shape(self, letter: str) -> Shape:
        rows, columns = self.shapes[letter.removesuffix("'")]
        return (columns, rows) if letter.endswith("'") else (rows, columns)

    def object(self, value: Any, where: str) -> str:
        """A dimension symbol of the signature."""
        if not isinstance(value, str) or value not in self.objects:
            raise Unreadable(f"{where}: {show(value)} is not a dimension of a declared letter")
        return value

    def numbers(self, value: Any, where: str) -> tuple[Word, ...]:
        """A list of words from "1" to "1"."""
        words = []
        for i, text in enumerate(array(value, where)):
            word, shape = self.word(text, f"{where}[{i}]")
            if shape != (UNIT, UNIT):
                raise Unreadable(f"{where}[{i}]: {show(text)} is not 1 x 1")
            words.append(word)
        return tuple(words)

    def poly(self, value: Any, where: str, depth: int = 0) -> Poly:
        """A polynomial: its terms, or a substitution into or a coefficient of another one."""
        if isinstance(value, dict) and "coefficient" in value:
            body = fields(value, where, "coefficient of")
            scalar, power = array(body["coefficient"], f"{where}.coefficient", 2)
            inner = self.poly(body["of"], f"{where}.of", depth + 1)
            return self.coefficient(
                inner, self.scalar(scalar, where), count(power, f"{where}.coefficient", 0, 100)
            )
        if isinstance(value, dict) and "substitute" in value:
            body = fields(value, where, "substitute in")
            images = self.images(body["substitute"], f"{where}.substitute")
            return self.substitute(self.poly(body["in"], f"{where}.in", depth + 1), images)
        body = fields(value, where, "shape terms")
        rows, columns = array(body["shape"], f"{where}.shape", 2)
        shape = self.object(rows, f"{where}.shape"), self.object(columns, f"{where}.shape")
        terms = [
            self._term(term, f"{where}.terms[{i}]", shape)
            for i, term in enumerate(array(body["terms"], f"{where}.terms"))
        ]
        return Poly(shape, collect(terms))

    def _term(self, value: Any, where: str, shape: Shape) -> tuple[Monomial, Fraction]:
        coefficient, numbers, text = array(value, where, 3)
        word, got = self.word(text, where)
        if (got or shape) != shape or (not word and shape[0] != shape[1]):
            raise Unreadable(f"{where}: {show(text)} is not of shape {shape[0]} x {shape[1]}")
        monomial = self.normal(self.numbers(numbers, f"{where} numbers"), word)
        return monomial, number(coefficient, where)

    def images(self, value: Any, where: str) -> dict[str, Poly]:
        """Letters and the polynomials to be put for them, of equal shapes."""
        images = {}
        for letter, image in table(value, where).items():
            images[letter] = self.poly(image, f"{where}.{letter}")
            if self.shapes.get(letter) != images[letter].shape:
                raise Unreadable(f"{where}.{letter}: image of another shape or unknown letter")
        return images

    def scalar(self, value: Any, where: str) -> str:
        """A letter of shape 1 x 1."""
        if not isinstance(value, str) or self.shapes.get(value) != (UNIT, UNIT):
            raise Unreadable(f"{where}: {show(value)} is not a letter of shape 1 x 1")
        return value

    def traces(self, value: Any, where: str) -> Traces:
        """A sum of traces of square polynomials, in normal form."""
        total: Traces = {}
        for i, part in enumerate(array(value, where)):
            poly = self.poly(part, f"{where}[{i}]")
            if poly.shape[0] != poly.shape[1]:
                raise Unreadable(f"{where}[{i}]: shape {' x '.join(poly.shape)} has no trace")
            total = combine(total, self.trace(poly), 1)
        return total

    # -- normal forms -----------------------------------------------------------------------

    def normal(self, numbers: Iterable[Word], word: Word) -> Monomial:
        """The monomial with every loop among the numbers (see the head of this file)."""
        loops: list[Word] = []
        for closed in numbers:
            spend(1 + 2 * len(closed))
            loops += self._split(closed)[0]
        spend(1 + 2 * len(word))
        more, rest = self._split(word)
        return tuple(sorted(loops + more)), rest

    def _split(self, word: Word) -> tuple[list[Word], Word]:
        at = [i for i, x in enumerate(word) if self._letter_shape(x)[0] == UNIT]
        if word and self._letter_shape(word[-1])[1] == UNIT:
            at.append(len(word))
        if len(at) < 2:
            return [], word
        loops = [word[i:j] for i, j in pairwise(at)]
        return [min(x, transposed(x)) for x in loops], word[: at[0]] + word[at[-1] :]

    def trace(self, poly: Poly) -> Traces:
        """The trace of a square polynomial.

        tr is linear, tr(AB) = tr(BA), tr(A') = tr(A), so a word may be replaced by the smallest
        of its rotations and those of its transpose.  If the word passes "1" it is a product RS
        with S R of shape 1 x 1, and tr(RS) = SR is a number.  The trace of an identity is the
        size of its object, 1 for "1".
        """
        terms = []
        for (numbers, word), coefficient in poly.terms.items():
            symbol = "" if word or poly.shape[0] == UNIT else poly.shape[0]
            cut = [i for i, x in enumerate(word) if self._letter_shape(x)[0] == UNIT]
            if cut:
                loop = word[cut[0] :] + word[: cut[0]]
                terms.append(((*self.normal((*numbers, loop), ()), ""), coefficient))
                continue
            spend(len(word) + len(word) ** 2 // 100)
            turns = [w[i:] + w[:i] for w in (word, transposed(word)) for i in range(len(w))]
            terms.append(((numbers, min(turns, default=()), symbol), coefficient))
        return collect(terms)

    # -- operations -------------------------------------------------------------------------

    def product(self, left: Poly, right: Poly) -> Poly:
        """The matrix product; Refused if the shapes do not compose."""
        if left.shape[1] != right.shape[0]:
            raise Refused(
                f"product of shapes {' x '.join(left.shape)} and {' x '.join(right.shape)}"
            )
        self._bound(left, right.terms)
        return Poly(
            (left.shape[0], right.shape[1]),
            collect(
                (self.normal(m[0] + n[0], m[1] + n[1]), c * d)
                for m, c in left.terms.items()
                for n, d in right.terms.items()
            ),
        )

    def times(self, factor: Poly, poly: Poly) -> Poly:
        """A 1 x 1 polynomial times any other; Refused if the first is not 1 x 1."""
        if factor.shape != (UNIT, UNIT):
            raise Refused(f"a factor of shape {' x '.join(factor.shape)}, expected 1 x 1")
        self._bound(factor, poly.terms)
        return Poly(
            poly.shape,
            collect(
                (self.normal(m[0] + n[0], n[1]), c * d)
                for m, c in factor.terms.items()
                for n, d in poly.terms.items()
            ),
        )

    def times_traces(self, factor: Poly, traces: Traces) -> Traces:
        """A 1 x 1 polynomial times a sum of traces."""
        if factor.shape != (UNIT, UNIT):
            raise Refused(f"a factor of shape {' x '.join(factor.shape)}, expected 1 x 1")
        self._bound(factor, traces)
        return collect(
            ((*self.normal(m[0] + n[0], n[1]), n[2]), c * d)
            for m, c in factor.terms.items()
            for n, d in traces.items()
        )

    def transpose(self, poly: Poly) -> Poly:
        """The transpose; numbers are their own."""
        return Poly(
            (poly.shape[1], poly.shape[0]),
            collect((self.normal(m[0], transposed(m[1])), c) for m, c in poly.terms.items()),
        )

    def substitute(
        self,
        poly: Poly,
        images: dict[str, Poly],
        rename: Callable[[str], str] = lambda symbol: symbol,
    ) -> Poly:
        """Every letter replaced by its image, every object by its new name.

        The shape of an image, or of a letter without one, must be that of the letter renamed.
        """
        total = Poly((rename(poly.shape[0]), rename(poly.shape[1])), {})
        for (numbers, word), coefficient in poly.terms.items():
            term = self._image(word, total.shape[0], images, rename)
            for closed in numbers:
                term = self.times(self._image(closed, UNIT, images, rename), term)
            total = add(total, term, coefficient)
        return total

    def _image(
        self, word: Word, start: str, images: dict[str, Poly], rename: Callable[[str], str]
    ) -> Poly:
        result = self.one(start)
        for letter in word:
            name = letter.removesuffix("'")
            shape = self.shapes[name]
            image = images.get(name, Poly(shape, {self.normal((), (name,)): Fraction(1)}))
            if image.shape != (rename(shape[0]), rename(shape[1])):
                raise Refused(f"letter {name}: image of shape {' x '.join(image.shape)}")
            result = self.product(result, self.transpose(image) if letter != name else image)
        return result

    def one(self, symbol: str) -> Poly:
        """The identity of an object."""
        return Poly((symbol, symbol), {((), ()): Fraction(1)})

    def coefficient(self, poly: Poly, scalar: str, power: int) -> Poly:
        """The coefficient of a power of a scalar, as polynomials in that scalar."""
        return Poly(
            poly.shape,
            collect(
                ((tuple(x for x in m[0] if x != (scalar,)), m[1]), c)
                for m, c in poly.terms.items()
                if m[0].count((scalar,)) == power
            ),
        )

    @staticmethod
    def _bound(left: Poly, right: Mapping[Any, Fraction]) -> None:
        """The terms of a product, and the sizes of the coefficients to be multiplied."""
        terms = len(left.terms) * len(right)
        if terms > MAX_TERMS:
            raise Refused(f"a product of {terms} terms, at most {MAX_TERMS} are expanded")
        spend(terms, *(max(map(_bits, of.values()), default=0) for of in (left.terms, right)))


def _bits(x: Fraction) -> int:
    return x.numerator.bit_length() + x.denominator.bit_length()


def collect(terms: Iterable[tuple[Key, Fraction]]) -> dict[Key, Fraction]:
    """Equal keys added, zeros left out."""
    total: dict[Key, Fraction] = {}
    for key, coefficient in terms:
        total[key] = total.get(key, Fraction(0)) + coefficient
    return {key: c for key, c in total.items() if c}


def combine(left: Traces, right: Traces, factor: Fraction | int) -> Traces:
    """left + factor * right for sums of traces."""
    spend(len(left) + len(right))
    return collect([*left.items(), *((key, factor * c) for key, c in right.items())])


def add(left: Poly, right: Poly, factor: Fraction | int) -> Poly:
    """left + factor * right; Refused if the shapes differ."""
    if left.shape != right.shape:
        raise Refused(f"sum of shapes {' x '.join(left.shape)} and {' x '.join(right.shape)}")
    spend(len(left.terms) + len(right.terms))
    return Poly(
        left.shape,
        collect([*left.terms.items(), *((m, factor * c) for m, c in right.terms.items())]),
    )


def print_poly(poly: Poly) -> str:
    """The polynomial as text."""
    one = "1" if poly.shape == (UNIT, UNIT) else f"1_{poly.shape[0]}"
    return _print_terms((c, m[0], " ".join(m[1]) or one) for m, c in poly.terms.items())


def print_traces(traces: Traces) -> str:
    """The sum of traces as text."""
    return _print_terms(
        (c, m[0], f"tr({' '.join(m[1])})" if m[1] else f"dim {m[2]}" if m[2] else "1")
        for m, c in traces.items()
    )


def _print_terms(terms: Iterable[tuple[Fraction, tuple[Word, ...], str]]) -> str:
    text = ""
    for c, numbers, word in terms:
        factors = ["(" + " ".join(x) + ")" if len(x) > 1 else x[0] for x in numbers]
        size = "" if abs(c) == 1 else show(abs(c)) + " "
        factors += [word] if word != "1" or not (factors or size) else []
        sign = ("- " if c < 0 else "+ ") if text else ("-" if c < 0 else "")
        text += (" " if text else "") + sign + (size + " ".join(factors)).rstrip()
    return text or "0"
