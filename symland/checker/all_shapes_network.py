"""The matrices of a network at a point, for claims that put them for the letters of a lemma.

The problem and a point of the statement have letters of their own: the parameters W1, b1, W2, ...;
the inputs X and the targets Y, samples in columns; G1, G2, ..., the partial derivatives of the
loss, arranged like W1, W2, ...; and the unit vectors e1_d0, e2_d0, ..., columns of identities.
Their dimensions are d0, ..., dK, the widths of the layers, and m, the number of samples.

A polynomial in them (see `words`) is computed from the statement alone, by exact arithmetic.  So
that a letter of a lemma stands for W3 W2, say, is part of what a claim says, and checked.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property

from .assignment import Assignment, Matrix
from .context import Context, Weights
from .effort import spend
from .linear_algebra import is_rational, transpose
from .network import gradient
from .verdict import Refused, show
from .words import UNIT, Poly, Shape, Signature


def network_matrices(context: Context, point: str) -> NetworkMatrices:
    """The letters at a point of the statement, the same object for all claims."""
    if ("letters", point) not in context.cache:
        context.cache["letters", point] = NetworkMatrices(context, point)
    found: NetworkMatrices = context.cache["letters", point]
    return found


class NetworkMatrices:
    """The letters of a problem at a rational point; each is computed when a polynomial has it."""

    def __init__(self, context: Context, point: str) -> None:
        self._problem, self._weights = context.problem, _rational(context, point)
        problem = context.problem
        if problem.skip is not None:
            raise Refused("a network with skip has no letters: its last layer reads several others")
        sizes = {f"d{k}": width for k, width in enumerate(problem.widths)}
        sizes["m"] = len(problem.inputs)
        shapes: dict[str, Shape] = {"X": ("d0", "m"), "Y": (f"d{problem.K}", "m")}
        for name in problem.shapes:
            k = int(name[1:])
            shapes[name] = (f"d{k}", f"d{k - 1}") if name[0] == "W" else (f"d{k}", UNIT)
        shapes |= {f"G{k}": shapes[f"W{k}"] for k in range(1, problem.K + 1)}
        spend(sum(sizes.values()))
        for symbol, size in sizes.items():
            shapes |= {f"e{i}_{symbol}": (symbol, UNIT) for i in range(1, size + 1)}
        self.signature = Signature(shapes)
        self._values = Assignment(self.signature)
        self._values.sizes |= sizes

    def value(self, poly: Poly) -> Matrix:
        """The matrix that a polynomial in these letters is."""
        for letter in sorted(poly.letters() - self._values.matrices.keys()):
            self._values.add(letter, self._matrix(letter), f"letter {letter}")
        return self._values.of_poly(poly)

    def _matrix(self, letter: str) -> Matrix:
        if letter in ("X", "Y"):
            return transpose(self._problem.inputs if letter == "X" else self._problem.targets)
        if letter[0] == "e":
            index, symbol = letter[1:].split("_")
            size = self._values.size(symbol)
            spend(size)
            return [[Fraction(int(i == int(index)))] for i in range(1, size + 1)]
        if letter[0] == "G":
            return self._gradient[f"W{letter[1:]}"]
        return self._weights[letter]

    @cached_property
    def _gradient(self) -> Weights:
        return gradient(self._problem, self._weights)


def _rational(context: Context, point: str) -> Weights:
    weights = context.weights(point)
    if not all(is_rational(rows) for rows in weights.values()):
        raise Refused(f"point {show(point)} is not rational")
    return weights
