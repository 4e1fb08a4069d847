"""Word and trace polynomials evaluated at rational matrices."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from flint import fmpq

from symland.exact.rational_matrix import RationalMatrix, as_fmpq, as_fraction
from symland.exact.trace_polynomial import TracePolynomial
from symland.exact.word import UNIT, Signature, Word, WordError
from symland.exact.word_polynomial import WordPolynomial

__all__ = ["Assignment", "dimensions_of", "evaluate", "evaluate_trace"]

Assignment = Mapping[str, RationalMatrix]


def dimensions_of(signature: Signature, matrices: Assignment) -> dict[str, int]:
    """Dimension symbol -> number, read off the matrices.

    Raises WordError for an undeclared letter, an empty matrix, or two matrices that disagree.

    >>> s = Signature({"W": ("d1", "d0")})
    >>> dimensions_of(s, {"W": RationalMatrix([[1, 2, 3]])})
    {'1': 1, 'd1': 1, 'd0': 3}
    """
    sizes = {UNIT: 1}
    for name, matrix in matrices.items():
        for symbol, size in zip(signature.shape_of((name, False)), matrix.shape, strict=True):
            if size < 1 or sizes.setdefault(symbol, size) != size:
                raise WordError(
                    f"letter {name!r}: dimension {symbol} is {size}, expected"
                    f" {sizes.get(symbol) if size else 'at least 1'}"
                )
    return sizes


def evaluate(
    polynomial: WordPolynomial, matrices: Assignment, sizes: Mapping[str, int] | None = None
) -> RationalMatrix:
    """The matrix that the polynomial is at these matrices.

    >>> s = Signature({"A": ("m", "n")})
    >>> A = s.letter("A")
    >>> evaluate(A @ A.T - s.one("m"), {"A": RationalMatrix([[1, 2]])})
    RationalMatrix([['4']])
    """
    known = dimensions_of(polynomial.signature, matrices) if sizes is None else dict(sizes)
    rows, columns = (_size(known, symbol) for symbol in polynomial.shape)
    total = RationalMatrix.zero(rows, columns)
    for (atoms, word), coefficient in polynomial.terms.items():
        factor = _number(coefficient, atoms, matrices)
        total = total + _product(word, rows, matrices).scale(factor)
    return total


def evaluate_trace(
    polynomial: TracePolynomial, matrices: Assignment, sizes: Mapping[str, int] | None = None
) -> Fraction:
    """The number that a sum of traces is at these matrices."""
    known = dimensions_of(polynomial.signature, matrices) if sizes is None else dict(sizes)
    total = fmpq(0)
    for (atoms, word, symbol), coefficient in polynomial.terms.items():
        factor = _number(coefficient, atoms, matrices)
        if symbol:
            factor *= _size(known, symbol)
        elif word:
            factor *= _product(word, 0, matrices).trace()
        total += factor
    return as_fraction(total)


def _size(sizes: Mapping[str, int], symbol: str) -> int:
    if symbol not in sizes:
        raise WordError(f"dimension {symbol}: no matrix given has it")
    return sizes[symbol]


def _number(coefficient: Fraction, atoms: tuple[Word, ...], matrices: Assignment) -> fmpq:
    value = as_fmpq(coefficient)
    for atom in atoms:
        value *= _product(atom, 1, matrices)[0, 0]
    return value


def _product(word: Word, size: int, matrices: Assignment) -> RationalMatrix:
    result: RationalMatrix | None = None
    for name, transposed in word:
        if name not in matrices:
            raise WordError(f"letter {name!r}: no matrix is given for it")
        factor = matrices[name].T if transposed else matrices[name]
        result = factor if result is None else result @ factor
    return RationalMatrix.identity(size) if result is None else result
