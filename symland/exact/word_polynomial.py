"""Polynomials in words: typed linear combinations of products of matrices of any sizes.

A monomial is (numbers, word): a sorted tuple of loops at the dimension one (scalars, u'v, ...)
and a word without loops. A polynomial has a shape, its two dimension symbols, so that the
identity word always knows which identity it is and shapes that do not fit are refused at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from numbers import Rational

from symland.exact.word import (
    UNIT,
    Shape,
    Signature,
    Word,
    WordError,
    print_word,
    transpose_word,
)

__all__ = ["Monomial", "WordPolynomial", "print_terms", "rational_divisor"]

Monomial = tuple[tuple[Word, ...], Word]
Number = int | Fraction


class WordPolynomial:
    """A linear combination of words of one shape, with rational coefficients.

    ``+ - @ .T`` are those of matrices; ``*`` scales by a number or by a polynomial of shape 1 x 1
    and is otherwise the same as ``@``. Values never change.

    Examples
    --------
    >>> s = Signature({"W": ("d1", "d0"), "D": ("d1", "d0"), "X": ("d0", "m")}, scalars=["t"])
    >>> W, D, X, t = s.letters()
    >>> loss = (X.T @ W.T @ W @ X).substitute(W=W + t * D)
    >>> print(loss.coefficient("t", 1))
    X' D' W X + X' W' D X
    >>> W + X
    Traceback (most recent call last):
    ...
    symland.exact.word.WordError: + of shapes d1 x d0 and d0 x m: expected equal shapes
    """

    __slots__ = ("_terms", "shape", "signature")

    def __init__(self, signature: Signature, shape: Shape, terms: dict[Monomial, Fraction]) -> None:
        # Trusts its arguments: monomials normal, coefficients nonzero. See from_terms.
        self.signature = signature
        self.shape = shape
        self._terms = terms

    @staticmethod
    def from_terms(
        signature: Signature, shape: Shape, terms: Mapping[Monomial, Number]
    ) -> WordPolynomial:
        """A polynomial from monomials that need not be in normal form.

        Raises WordError for a dimension symbol that is not declared, and for a word that does not
        compose or is not of the shape.
        """
        for symbol in shape:
            if symbol != UNIT and symbol not in signature.objects:
                known = ", ".join(signature.objects) or "none"
                raise WordError(f"dimension symbol {symbol!r} is not declared, there are: {known}")
        result: dict[Monomial, Fraction] = {}
        for (atoms, word), coefficient in terms.items():
            path = signature.path(word) if word else []
            if word and (path[0], path[-1]) != shape:
                raise WordError(
                    f"{print_word(word)}: shape {path[0]} x {path[-1]},"
                    f" expected {shape[0]} x {shape[1]}"
                )
            if not word and shape[0] != shape[1]:
                raise WordError(f"an identity of shape {shape[0]} x {shape[1]}: expected a square")
            _accumulate(result, normal_monomial(signature, atoms, word), Fraction(coefficient))
        return WordPolynomial(signature, shape, result)

    @property
    def terms(self) -> dict[Monomial, Fraction]:
        """Monomial -> coefficient, a copy."""
        return dict(self._terms)

    def is_zero(self) -> bool:
        """Whether no term is left."""
        return not self._terms

    @property
    def is_number(self) -> bool:
        """Whether the shape is 1 x 1."""
        return self.shape == (UNIT, UNIT)

    def letter_names(self) -> frozenset[str]:
        """The letters that occur."""
        return frozenset(
            name for atoms, word in self._terms for part in (*atoms, word) for name, _ in part
        )

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, WordPolynomial)
            and self.shape == other.shape
            and self._terms == other._terms
        )

    def __hash__(self) -> int:
        return hash((self.shape, frozenset(self._terms.items())))

    def _same_shape(self, other: object, sign: str) -> WordPolynomial:
        if self.is_number and isinstance(other, Rational):
            # Added to a number, an int means that many times the number one.
            return self.signature.one(UNIT).scale(Fraction(other))
        if not isinstance(other, WordPolynomial):
            raise WordError(f"{sign} of a matrix polynomial and {other!r}: write one(OBJECT)")
        if self.shape != other.shape:
            mine, theirs = (" x ".join(p.shape) for p in (self, other))
            raise WordError(f"{sign} of shapes {mine} and {theirs}: expected equal shapes")
        return other

    def _combine(self, other: object, factor: int, sign: str) -> WordPolynomial:
        result = dict(self._terms)
        for monomial, coefficient in self._same_shape(other, sign)._terms.items():
            _accumulate(result, monomial, factor * coefficient)
        return WordPolynomial(self.signature, self.shape, result)

    def _leaves_it_to(self, other: object) -> bool:
        """Whether the sum is a sum of traces, which adds numbers itself."""
        return self.is_number and hasattr(other, "parts")

    def __add__(self, other: WordPolynomial | Number) -> WordPolynomial:
        return NotImplemented if self._leaves_it_to(other) else self._combine(other, 1, "+")

    __radd__ = __add__

    def __sub__(self, other: WordPolynomial | Number) -> WordPolynomial:
        return NotImplemented if self._leaves_it_to(other) else self._combine(other, -1, "-")

    def __rsub__(self, other: Number) -> WordPolynomial:
        return (-self) + other

    def __neg__(self) -> WordPolynomial:
        return self.scale(-1)

    def scale(self, factor: Number) -> WordPolynomial:
        """Every coefficient times a rational number."""
        factor = Fraction(factor)
        terms = {m: factor * c for m, c in self._terms.items()} if factor else {}
        return WordPolynomial(self.signature, self.shape, terms)

    def __mul__(self, other: WordPolynomial | Number) -> WordPolynomial:
        if isinstance(other, Rational):
            return self.scale(Fraction(other))
        if not isinstance(other, WordPolynomial):
            return NotImplemented
        if other.is_number:
            return self._times_number(other)
        return other._times_number(self) if self.is_number else self @ other

    __rmul__ = __mul__  # only reached by numbers, which commute

    def __truediv__(self, divisor: Number) -> WordPolynomial:
        return self.scale(1 / rational_divisor(divisor))

    def _times_number(self, number: WordPolynomial) -> WordPolynomial:
        result: dict[Monomial, Fraction] = {}
        for (atoms, word), c in self._terms.items():
            for (more, _), d in number._terms.items():
                _accumulate(result, (tuple(sorted(atoms + more)), word), c * d)
        return WordPolynomial(self.signature, self.shape, result)

    def __matmul__(self, other: WordPolynomial) -> WordPolynomial:
        if not isinstance(other, WordPolynomial):
            raise WordError(f"@ of a matrix polynomial and {other!r}: scale with *")
        if self.shape[1] != other.shape[0]:
            raise WordError(
                f"@ of shapes {' x '.join(self.shape)} and {' x '.join(other.shape)}:"
                f" {self.shape[1]} columns do not meet {other.shape[0]} rows"
            )
        result: dict[Monomial, Fraction] = {}
        for (atoms, word), c in self._terms.items():
            for (more, tail), d in other._terms.items():
                monomial = normal_monomial(self.signature, atoms + more, word + tail)
                _accumulate(result, monomial, c * d)
        return WordPolynomial(self.signature, (self.shape[0], other.shape[1]), result)

    def __pow__(self, exponent: int) -> WordPolynomial:
        if self.shape[0] != self.shape[1]:
            raise WordError(f"power of shape {' x '.join(self.shape)}: expected a square matrix")
        if not isinstance(exponent, int) or exponent < 0:
            raise WordError(
                f"power {exponent!r}: expected an integer of at least 0; an inverse is a letter N"
                " of its own with the hypothesis that the product with N is one(OBJECT)"
            )
        result = self.signature.one(self.shape[0])
        for _ in range(exponent):
            result = result @ self
        return result

    @property
    def T(self) -> WordPolynomial:
        """The transpose."""
        result: dict[Monomial, Fraction] = {}
        for (atoms, word), c in self._terms.items():
            monomial = normal_monomial(self.signature, atoms, transpose_word(word))
            _accumulate(result, monomial, c)
        return WordPolynomial(self.signature, (self.shape[1], self.shape[0]), result)

    def substitute(self, **images: WordPolynomial | Number) -> WordPolynomial:
        """Each letter named replaced by a polynomial of its shape (a number, for a scalar).

        Raises WordError for an undeclared letter or an image of another shape.
        """
        return self.transport(images, {})

    def transport(
        self, images: Mapping[str, WordPolynomial | Number], rename: Mapping[str, str]
    ) -> WordPolynomial:
        """Substitution with dimension symbols renamed: images have the letters' shapes renamed.

        >>> s = Signature({"W": ("d2", "d1"), "V": ("d1", "d0")})
        >>> W, V = s.letters()
        >>> print((W @ V).transport({"W": s.one("d1")}, {"d2": "d1"}))
        V
        """
        checked = {name: self._image(name, image, rename) for name, image in images.items()}
        rows, columns = (rename.get(symbol, symbol) for symbol in self.shape)
        result = self.signature.zero(rows, columns)
        for (atoms, word), c in self._terms.items():
            term = self._substitute_word(word, rows, checked, rename)
            for atom in atoms:
                term = term * self._substitute_word(atom, UNIT, checked, rename)
            result = result + term.scale(c)
        return result

    def _image(self, name: str, image: object, rename: Mapping[str, str]) -> WordPolynomial:
        rows, columns = self.signature.shape_of((name, False))
        shape = rename.get(rows, rows), rename.get(columns, columns)
        if shape == (UNIT, UNIT) and isinstance(image, Rational):
            return self.signature.one(UNIT).scale(Fraction(image))
        if not isinstance(image, WordPolynomial) or image.shape != shape:
            got = " x ".join(image.shape) if isinstance(image, WordPolynomial) else repr(image)
            raise WordError(f"substitution for {name!r}: {got}, expected {' x '.join(shape)}")
        return image

    def _substitute_word(
        self,
        word: Word,
        start: str,
        images: Mapping[str, WordPolynomial],
        rename: Mapping[str, str],
    ) -> WordPolynomial:
        result = self.signature.one(start)
        for name, transposed in word:
            image = (
                images[name]
                if name in images
                else self._image(name, self.signature.letter(name), rename)
            )
            result = result @ (image.T if transposed else image)
        return result

    def coefficient(self, scalar: str, power: int) -> WordPolynomial:
        """The coefficient of a power of a scalar, a polynomial without that scalar."""
        if self.signature.shape_of((scalar, False)) != (UNIT, UNIT):
            raise WordError(f"coefficient of {scalar!r}: expected a scalar")
        atom = ((scalar, False),)
        result: dict[Monomial, Fraction] = {}
        for (atoms, word), c in self._terms.items():
            if atoms.count(atom) == power:
                _accumulate(result, (tuple(a for a in atoms if a != atom), word), c)
        return WordPolynomial(self.signature, self.shape, result)

    def degree(self, scalar: str) -> int:
        """The highest power of a scalar."""
        return max((atoms.count(((scalar, False),)) for atoms, _ in self._terms), default=0)

    def __str__(self) -> str:
        one = "1" if self.is_number else f"1_{self.shape[0]}"
        return print_terms(
            [(c, atoms, print_word(word)) for (atoms, word), c in sorted(self._terms.items())], one
        )

    def __repr__(self) -> str:
        return f"<{self.shape[0]} x {self.shape[1]}: {self}>"


def rational_divisor(divisor: object) -> Fraction:
    """The divisor of a polynomial; WordError unless it is an exact number other than 0."""
    if not isinstance(divisor, Rational) or not divisor:
        raise WordError(f"divided by {divisor!r}: expected an integer or a Fraction other than 0")
    return Fraction(divisor)


def normal_monomial(signature: Signature, atoms: tuple[Word, ...], word: Word) -> Monomial:
    """The monomial with the loops of its word and of its numbers taken out and sorted."""
    loops, rest = signature.split_loops(word)
    if not loops and all(len(atom) == 1 for atom in atoms):
        return tuple(sorted(atoms)), rest
    split = [loop for atom in atoms for loop in signature.split_loops(atom)[0]]
    return tuple(sorted([*loops, *split])), rest


def _accumulate(terms: dict[Monomial, Fraction], monomial: Monomial, value: Fraction) -> None:
    total = terms.get(monomial, 0) + value
    if total:
        terms[monomial] = Fraction(total)
    else:
        terms.pop(monomial, None)


def print_terms(terms: list[tuple[Fraction, tuple[Word, ...], str]], one: str) -> str:
    """Terms as text: coefficient, numbers, word; ``one`` is written for an empty word."""
    text = ""
    for coefficient, atoms, word in terms:
        numbers = [print_word(a) if len(a) == 1 else f"({print_word(a)})" for a in atoms]
        factors = [*numbers, *([word] if word else [] if one == "1" and numbers else [one])]
        size = abs(coefficient)
        if size != 1:
            factors = [str(size), *(f for f in factors if f != "1")]
        sign = ("- " if coefficient < 0 else "+ ") if text else ("-" if coefficient < 0 else "")
        text += (" " if text else "") + sign + " ".join(factors)
    return text or "0"
