"""Sums of traces of square word polynomials, compared modulo tr(AB) = tr(BA) and tr(A') = tr(A).

The normal form of tr(w) takes the smallest of all rotations of w and of its transpose. A word that
passes "1" has for its trace a number (tr(u v') = v'u), and the trace of an identity is its
dimension, kept as a symbol.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from numbers import Rational

from symland.exact.word import UNIT, Signature, Word, WordError, print_word, transpose_word
from symland.exact.word_polynomial import WordPolynomial, print_terms, rational_divisor

__all__ = ["TraceMonomial", "TracePolynomial", "rotations", "trace", "trace_monomial"]

# (numbers, cyclic word, dimension symbol if the word is empty and not 1 x 1, else "")
TraceMonomial = tuple[tuple[Word, ...], Word, str]
Number = int | Fraction


def rotations(word: Word) -> list[Word]:
    """All words of equal trace: the rotations of the word and of its transpose.

    >>> len(rotations((("A", False), ("B", False))))
    4
    """
    return [w[i:] + w[:i] for w in (word, transpose_word(word)) for i in range(len(w))]


def trace_monomial(
    signature: Signature, atoms: tuple[Word, ...], word: Word, symbol: str
) -> TraceMonomial:
    """The normal form of the numbers times tr(word); ``symbol`` is the word's row symbol."""
    if not word:
        return atoms, (), "" if symbol == UNIT else symbol
    path = signature.path(word)
    if UNIT in path:
        i = path.index(UNIT)
        loops, _ = signature.split_loops(word[i:] + word[:i])
        return tuple(sorted(atoms + loops)), (), ""
    return atoms, min(rotations(word)), ""


class TracePolynomial:
    """A sum of traces, sum_j tr p_j, with numbers (traces of 1 x 1) among them.

    Examples
    --------
    >>> s = Signature({"A": ("m", "n"), "B": ("n", "m")})
    >>> A, B = s.letters()
    >>> trace(A @ B) - trace(B @ A)
    <0>
    >>> print(trace(A @ A.T) * 2 - trace(s.one("n")))
    -tr 1_n + 2 tr A A'
    """

    __slots__ = ("_parts", "signature")

    def __init__(self, signature: Signature, parts: Iterable[WordPolynomial]) -> None:
        self.signature = signature
        merged: dict[str, WordPolynomial] = {}
        for part in parts:
            if part.shape[0] != part.shape[1]:
                shape = " x ".join(part.shape)
                raise WordError(f"trace of shape {shape}: expected a square matrix")
            merged[part.shape[0]] = (
                merged[part.shape[0]] + part if (part.shape[0] in merged) else part
            )
        self._parts = merged

    @property
    def parts(self) -> tuple[WordPolynomial, ...]:
        """The square polynomials whose traces are added, at most one a dimension symbol."""
        return tuple(part for part in self._parts.values() if not part.is_zero())

    @property
    def terms(self) -> dict[TraceMonomial, Fraction]:
        """Normal form: trace monomial -> nonzero coefficient."""
        result: dict[TraceMonomial, Fraction] = {}
        for symbol, part in self._parts.items():
            for (atoms, word), c in part.terms.items():
                key = trace_monomial(self.signature, atoms, word, symbol)
                result[key] = result.get(key, Fraction(0)) + c
        return {key: c for key, c in result.items() if c}

    def is_zero(self) -> bool:
        """Whether the sum vanishes by rotation and transposition alone."""
        return not self.terms

    def letter_names(self) -> frozenset[str]:
        """The letters that occur in the polynomials as written."""
        return frozenset().union(*(part.letter_names() for part in self._parts.values()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TracePolynomial) and self.terms == other.terms

    def __hash__(self) -> int:
        return hash(frozenset(self.terms.items()))

    def __add__(self, other: TracePolynomial | WordPolynomial | Number) -> TracePolynomial:
        other = as_trace(self.signature, other)
        return TracePolynomial(self.signature, [*self._parts.values(), *other._parts.values()])

    __radd__ = __add__

    def __sub__(self, other: TracePolynomial | WordPolynomial | Number) -> TracePolynomial:
        return self + as_trace(self.signature, other) * -1

    def __rsub__(self, other: WordPolynomial | Number) -> TracePolynomial:
        return self * -1 + other

    def __neg__(self) -> TracePolynomial:
        return self * -1

    def __mul__(self, factor: WordPolynomial | Number) -> TracePolynomial:
        return TracePolynomial(self.signature, [p * factor for p in self._parts.values()])

    __rmul__ = __mul__

    def __truediv__(self, divisor: Number) -> TracePolynomial:
        return self * (1 / rational_divisor(divisor))

    def substitute(self, **images: WordPolynomial | Number) -> TracePolynomial:
        """Each letter named replaced by a polynomial of its shape."""
        return TracePolynomial(
            self.signature, [p.substitute(**images) for p in self._parts.values()]
        )

    def transport(
        self, images: Mapping[str, WordPolynomial | Number], rename: Mapping[str, str]
    ) -> TracePolynomial:
        """Substitution with dimension symbols renamed, see `WordPolynomial.transport`."""
        return TracePolynomial(
            self.signature, [p.transport(images, rename) for p in self._parts.values()]
        )

    def coefficient(self, scalar: str, power: int) -> TracePolynomial:
        """The coefficient of a power of a scalar."""
        parts = [p.coefficient(scalar, power) for p in self._parts.values()]
        return TracePolynomial(self.signature, parts)

    def degree(self, scalar: str) -> int:
        """The highest power of a scalar."""
        return max((p.degree(scalar) for p in self._parts.values()), default=0)

    def __str__(self) -> str:
        def text(word: Word, symbol: str) -> str:
            if symbol:
                return f"tr 1_{symbol}"
            return f"tr {print_word(word)}" if word else ""

        terms = sorted(self.terms.items(), key=lambda item: (len(item[0][1]), item[0]))
        return print_terms([(c, atoms, text(w, d)) for (atoms, w, d), c in terms], "1")

    def __repr__(self) -> str:
        return f"<{self}>"


def as_trace(
    signature: Signature, value: TracePolynomial | WordPolynomial | Number
) -> TracePolynomial:
    """A number or a 1 x 1 polynomial as a sum of traces; WordError for anything else."""
    if isinstance(value, TracePolynomial):
        return value
    if isinstance(value, Rational):
        return TracePolynomial(signature, [signature.one(UNIT).scale(Fraction(value))])
    if isinstance(value, WordPolynomial) and value.is_number:
        return TracePolynomial(signature, [value])
    got = " x ".join(value.shape) if isinstance(value, WordPolynomial) else repr(value)
    raise WordError(f"sum of traces and {got}: expected a trace or a number")


def trace(polynomial: WordPolynomial) -> TracePolynomial:
    """The trace of a square word polynomial.

    >>> s = Signature({"A": ("m", "n")})
    >>> trace(s.letter("A"))
    Traceback (most recent call last):
    ...
    symland.exact.word.WordError: trace of shape m x n: expected a square matrix
    """
    return TracePolynomial(polynomial.signature, [polynomial])
