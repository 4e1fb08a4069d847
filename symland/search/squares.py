"""A sum of traces as a sum of squares, read off its Gram matrix.

The halves are the words p with tr p p' among the monomials. A monomial that is tr p q' for several
pairs of halves is shared equally among them; no other Gram matrix is tried, so failure to find
squares says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations_with_replacement

from symland.exact.trace_polynomial import (
    TraceMonomial,
    TracePolynomial,
    as_trace,
    rotations,
    trace,
)
from symland.exact.word import UNIT, Signature, Word, transpose_word
from symland.exact.word_polynomial import WordPolynomial, normal_monomial

__all__ = ["Squares", "distances", "sum_of_squares"]

Squares = list[tuple[Fraction, WordPolynomial]]
Gram = list[list[Fraction]]

_MOST_HALVES = 40


def sum_of_squares(polynomial: TracePolynomial) -> Squares | None:
    """Positive c and Q with the polynomial equal to sum c tr Q Q', or None if none were found.

    >>> from symland.exact.word import Signature
    >>> A, B = Signature({"A": ("m", "n"), "B": ("m", "n")}).letters()
    >>> sum_of_squares(trace(A @ A.T) - trace(A @ B.T) * 2 + trace(B @ B.T))
    [(Fraction(1, 1), <m x n: A - B>)]
    >>> sum_of_squares(trace(A @ A.T) - trace(B @ B.T)) is None
    True
    """
    signature, rest = polynomial.signature, dict(polynomial.terms)
    halves = list(dict.fromkeys(h for m in rest for h in _halves(signature, m)))
    if len(halves) > _MOST_HALVES:
        return None
    squares: Squares = []
    for basis, gram in _blocks(halves, rest):
        found = _diagonalized(basis, gram)
        if found is None:
            return None
        squares += found
    total = sum((trace(q @ q.T) * c for c, q in squares), as_trace(signature, 0))
    return squares if total == polynomial else None


def distances(polynomial: TracePolynomial) -> Iterator[tuple[Fraction, WordPolynomial]]:
    """Squares c tr Q Q' that the polynomial may be up to terms that vanish by orthogonality.

    Where p - y is orthogonal to p - q, |q - y|^2 - |p - y|^2 = |q - p|^2 (Pythagoras): Q is a
    half that is added less one that is subtracted, or their sum.

    >>> from symland.exact.word import Signature
    >>> A, B, Y = Signature({x: ("m", "n") for x in "ABY"}).letters()
    >>> print(*distances(trace((A - Y) @ (A - Y).T) - trace((B - Y) @ (B - Y).T)))
    (Fraction(1, 1), <m x n: A - B>) (Fraction(1, 1), <m x n: A + B>)
    """
    signature = polynomial.signature
    terms = polynomial.terms.items()
    signed = dict.fromkeys((c, half) for m, c in terms for half in _halves(signature, m))
    for plus, upper in signed:
        for minus, lower in signed:
            if plus > 0 and plus == -minus and upper.shape == lower.shape:
                yield plus, upper - lower
                yield plus, upper + lower


def _halves(signature: Signature, monomial: TraceMonomial) -> Iterator[WordPolynomial]:
    """All p, up to transposition of those that are not square, with tr p p' the monomial."""
    numbers, word, symbol = monomial
    opened: list[tuple[tuple[Word, ...], Word]] = [(numbers, word)]
    if not word and not symbol:
        # A number v'v is the trace of v v'.
        for i, atom in enumerate(numbers):
            opened.append((numbers[:i] + numbers[i + 1 :], atom))
    for others, cyclic in opened:
        if len(cyclic) % 2 or sorted(others[::2]) != sorted(others[1::2]):
            continue
        for turn in rotations(cyclic) if cyclic else [()]:
            front, back = turn[: len(turn) // 2], turn[len(turn) // 2 :]
            if back != transpose_word(front):
                continue
            ends = signature.path(front) if front else [symbol or UNIT]
            if ends[0] <= ends[-1]:
                key = normal_monomial(signature, tuple(sorted(others[::2])), front)
                yield WordPolynomial(signature, (ends[0], ends[-1]), {key: Fraction(1)})


def _blocks(
    halves: list[WordPolynomial], terms: dict[TraceMonomial, Fraction]
) -> Iterator[tuple[list[WordPolynomial], Gram]]:
    """The halves of each shape with their Gram matrix."""
    pairs: dict[TraceMonomial, list[tuple[int, int]]] = {}
    for i, j in combinations_with_replacement(range(len(halves)), 2):
        if halves[i].shape == halves[j].shape:
            for monomial in trace(halves[i] @ halves[j].T).terms:
                pairs.setdefault(monomial, []).append((i, j))
    entries: dict[tuple[int, int], Fraction] = {}
    for monomial, coefficient in terms.items():
        known = pairs.get(monomial, [])
        # What is the square of a half is no mixed product, unless it is subtracted.
        known = [(i, j) for i, j in known if (i == j) == (coefficient > 0)] or known
        for i, j in known:
            entries[i, j] = coefficient / len(known) / (1 if i == j else 2)
            entries[j, i] = entries[i, j]
    for shape in dict.fromkeys(half.shape for half in halves):
        places = [i for i, half in enumerate(halves) if half.shape == shape]
        gram = [[entries.get((i, j), Fraction(0)) for j in places] for i in places]
        yield [halves[i] for i in places], gram


def _diagonalized(basis: list[WordPolynomial], gram: Gram) -> Squares | None:
    """Squares from symmetric elimination, or None if the matrix is not positive semidefinite."""
    rows, squares = [list(row) for row in gram], []
    for k, row in enumerate(rows):
        pivot = row[k]
        if pivot < 0 or (not pivot and any(row[k:])):
            return None
        if not pivot:
            continue
        factors = [x / pivot for x in row]
        for i in range(k + 1, len(rows)):
            rows[i] = [x - rows[i][k] * y for x, y in zip(rows[i], factors, strict=True)]
        terms = [half.scale(x) for half, x in zip(basis[k:], factors[k:], strict=True)]
        squares.append((pivot, sum(terms[1:], terms[0])))
    return squares
