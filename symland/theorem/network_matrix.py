"""Matrices of an instance that remember what they are: polynomials in its weights and data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from symland.exact.rational_matrix import RationalMatrix, as_fraction
from symland.exact.word import UNIT, Signature
from symland.exact.word_polynomial import WordPolynomial
from symland.problem import Problem

__all__ = ["NetworkMatrix", "network_letters"]


def network_letters(problem: Problem) -> Signature:
    """The letters that the checker computes from a problem and a point, with their shapes.

    The parameters ``W1, b1, W2, ...``, inputs ``X`` and targets ``Y`` with samples in columns, the
    partial derivatives ``G1, G2, ...`` of the loss, and the unit vectors ``e1_d0, ...``; the
    dimensions are ``d0, d1, ...`` and the number ``m`` of samples.

    >>> from symland.theorem.examples import linear_network
    >>> letters = network_letters(linear_network((2, 1, 1), X=[[1], [0]], Y=[[3]]))
    >>> print(letters.word("W2", "W1", "X"), letters.shapes["W1"], letters.shapes["e2_d0"])
    W2 W1 X ('d1', 'd0') ('d0', '1')
    """
    network = problem.network
    shapes = {"X": ("d0", "m"), "Y": (f"d{network.K}", "m")}
    for name in network.shapes:
        k = int(name[1:])
        shapes[name] = (f"d{k}", f"d{k - 1}") if name.startswith("W") else (f"d{k}", UNIT)
    shapes |= {f"G{k}": shapes[f"W{k}"] for k in range(1, network.K + 1)}
    sizes = {f"d{k}": width for k, width in enumerate(network.widths)}
    for symbol, size in {**sizes, "m": len(problem.dataset.inputs)}.items():
        shapes |= {f"e{i}_{symbol}": (symbol, UNIT) for i in range(1, size + 1)}
    return Signature(shapes)


class NetworkMatrix(RationalMatrix):
    """A rational matrix together with the polynomial in `network_letters` that it is.

    Products, sums, differences, transposes, rational multiples, single rows and columns are such
    again; every other operation gives a plain `RationalMatrix`.

    >>> letters = Signature({"W1": ("d1", "d0"), "X": ("d0", "m")})
    >>> W = NetworkMatrix(RationalMatrix([[2, 1]]), letters.letter("W1"))
    >>> X = NetworkMatrix(RationalMatrix([[1], [3]]), letters.letter("X"))
    >>> print((W @ X).words, (W @ X)[0, 0])
    W1 X 5
    >>> type(W @ RationalMatrix([[1], [3]])).__name__
    'RationalMatrix'
    """

    __slots__ = ("words",)

    def __init__(self, value: RationalMatrix, words: WordPolynomial) -> None:
        super().__init__(value.flint)
        self.words = words

    @property
    def T(self) -> NetworkMatrix:
        """The transpose."""
        return NetworkMatrix(super().T, self.words.T)

    def __matmul__(self, other: RationalMatrix) -> RationalMatrix:
        return self._with(other, super().__matmul__(other), WordPolynomial.__matmul__)

    def __add__(self, other: RationalMatrix) -> RationalMatrix:
        return self._with(other, super().__add__(other), WordPolynomial.__add__)

    def __sub__(self, other: RationalMatrix) -> RationalMatrix:
        return self._with(other, super().__sub__(other), WordPolynomial.__sub__)

    def _with(self, other: Any, value: RationalMatrix, operation: Any) -> RationalMatrix:
        if not isinstance(other, NetworkMatrix):
            return value
        return NetworkMatrix(value, operation(self.words, other.words))

    def __neg__(self) -> NetworkMatrix:
        return NetworkMatrix(super().__neg__(), -self.words)

    def scale(self, factor: Any) -> NetworkMatrix:
        """The matrix with every entry multiplied by the rational factor."""
        scaled = super().scale(factor)
        return NetworkMatrix(scaled, self.words.scale(as_fraction(factor)))

    def columns(self, indices: Iterable[int]) -> RationalMatrix:
        """The matrix of the named columns; with a polynomial if it is one column."""
        chosen = list(indices)
        value = super().columns(chosen)
        if len(chosen) != 1 or self.words.shape[1] == UNIT:
            return value
        return NetworkMatrix(value, self.words @ self._unit(chosen[0], self.words.shape[1]))

    def rows(self, indices: Iterable[int]) -> RationalMatrix:
        """The matrix of the named rows; with a polynomial if it is one row."""
        chosen = list(indices)
        value = super().rows(chosen)
        if len(chosen) != 1 or self.words.shape[0] == UNIT:
            return value
        return NetworkMatrix(value, self._unit(chosen[0], self.words.shape[0]).T @ self.words)

    def entry(self, i: int, j: int) -> RationalMatrix:
        """The 1 x 1 matrix of one entry, rows and columns counted from 0."""
        return self.rows([i]).columns([j])

    def _unit(self, index: int, symbol: str) -> WordPolynomial:
        return self.words.signature.letter(f"e{index + 1}_{symbol}")
