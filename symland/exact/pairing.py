"""A sum of traces linear in a letter D, written as tr(G'D)."""

from __future__ import annotations

from fractions import Fraction

from symland.exact.trace_polynomial import TracePolynomial
from symland.exact.word import Word, transpose_word
from symland.exact.word_polynomial import WordPolynomial, normal_monomial

__all__ = ["pairing"]


def pairing(polynomial: TracePolynomial, letter: str) -> WordPolynomial | None:
    """G with the polynomial equal to tr(G'D) for the letter D; None if it is not linear in D.

    >>> from symland.exact.trace_polynomial import trace
    >>> from symland.exact.word import Signature
    >>> A, B, D = Signature({"A": ("m", "n"), "B": ("n", "k"), "D": ("k", "m")}).letters()
    >>> pairing(trace(A @ B @ D) * 2 + trace(D.T @ B.T @ A.T), "D")
    <k x m: 3 B' A'>
    >>> pairing(trace(D @ D.T), "D") is None
    True
    """
    signature = polynomial.signature
    rows, columns = signature.shape_of((letter, False))
    total = signature.zero(columns, rows)
    for (numbers, word, _), coefficient in polynomial.terms.items():
        words = [*numbers, word]
        places = [i for i, one in enumerate(words) for name, _ in one if name == letter]
        if len(places) != 1:
            return None
        numbers = tuple(one for i, one in enumerate(words) if one and i != places[0])
        rest = _without(words[places[0]], letter)
        key = normal_monomial(signature, tuple(sorted(numbers)), rest)
        total = total + WordPolynomial(signature, (columns, rows), {key: Fraction(coefficient)})
    return total.T


def _without(cyclic: Word, letter: str) -> Word:
    """The word w with tr(w D) the trace of the cyclic word, in which D occurs once."""
    if (letter, True) in cyclic:
        cyclic = transpose_word(cyclic)
    place = cyclic.index((letter, False))
    return cyclic[place + 1 :] + cyclic[:place]
