"""Facts about matrices of all shapes, bound to the matrices of an instance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import fmpq

from symland.claims.shapes_answer import shapes_certificate, shapes_statement, to_bytes
from symland.claims.word_json import matrices_json, poly_json, relation_json
from symland.exact.rational_matrix import RationalMatrix
from symland.exact.word import Signature
from symland.exact.word_polynomial import WordPolynomial
from symland.exact.word_relation import Relation, equation
from symland.problem import Problem, Weights
from symland.theorem.network_matrix import NetworkMatrix
from symland.theorem.statement import TheoremError

__all__ = [
    "Binding",
    "Bound",
    "alternative",
    "at_matrices",
    "bound",
    "generalized_inverse",
    "kernel_projector",
    "projector",
]

Binding = Mapping[str, Callable[[Any], Any]]
"""Letter -> function of the instance that gives its matrix (or rows, or a number)."""


@dataclass(frozen=True)
class Bound:
    """The matrices of the letters on an instance.

    ``computed`` are the letters that are polynomials in the instance's weights and data: of these
    the checker computes the matrices. ``given`` are the others: of these it is given the matrices.
    """

    matrices: Mapping[str, RationalMatrix]
    computed: Mapping[str, WordPolynomial]
    problem: Problem
    weights: Weights | None

    @property
    def given(self) -> list[str]:
        """The letters whose matrices are given."""
        return [letter for letter in self.matrices if letter not in self.computed]

    def letters_json(self) -> dict[str, Any]:
        """The fields of a claim at these matrices that say what the letters are."""
        given = {letter: self.matrices[letter] for letter in self.given}
        found: dict[str, Any] = {"letters": matrices_json(given)}
        if self.computed:
            computed = {letter: poly_json(words) for letter, words in self.computed.items()}
            found["network"] = {"point": _POINT, "letters": computed}
        return found

    def place_json(self) -> dict[str, Any]:
        """The fields of a statement about these matrices: the problem and its point."""
        if not self.computed or self.weights is None:
            return {}
        return {"problem": self.problem.to_json(), "points": {_POINT: self.weights.to_json()}}


_POINT = "p"


def bound(signature: Signature, binding: Binding, instance: Any) -> Bound:
    """The matrices of the letters on an instance."""
    matrices: dict[str, RationalMatrix] = {}
    computed: dict[str, WordPolynomial] = {}
    weights = instance.weights
    # The checker has no letters for skip connections and for algebraic points.
    has_letters = weights and weights.is_rational and instance.problem.network.skip is None
    for letter in (x for x in binding if x in signature.shapes):
        value = _matrix(letter, binding[letter](instance))
        if isinstance(value, NetworkMatrix) and has_letters:
            computed[letter] = value.words
        matrices[letter] = RationalMatrix(value.flint)
    return Bound(matrices, computed, instance.problem, weights)


def _matrix(letter: str, value: Any) -> RationalMatrix:
    """The matrix of a letter from rows of exact numbers, or from one number."""
    if isinstance(value, RationalMatrix):
        return value
    rows = value if isinstance(value, (list, tuple)) else [[value]]
    if not rows or any(not isinstance(row, (list, tuple)) for row in rows):
        raise TheoremError(f"letter {letter!r}: {value!r}, expected rows of numbers, or one number")
    if len({len(row) for row in rows}) > 1:
        raise TheoremError(f"letter {letter!r}: {value!r}, expected rows of the same length")
    return RationalMatrix([[_exact(letter, x) for x in row] for row in rows])


def _exact(letter: str, x: Any) -> Any:
    if isinstance(x, (int, Fraction, fmpq)):
        return x
    try:
        if isinstance(x, str):
            return Fraction(x)
    except (ValueError, ZeroDivisionError):
        pass
    raise TheoremError(
        f'letter {letter!r}: entry {x!r}, expected an integer, a Fraction, or text like "1/2"'
    )


def alternative(relation: Relation, matrices: Mapping[str, RationalMatrix]) -> Relation:
    """One of two equations that holds (the first if none does); other relations as they are."""
    if not isinstance(relation.body, tuple):
        return relation
    parts = [equation(part) for part in relation.body]
    return next((part for part in parts if part.holds(matrices)), parts[0])


def at_matrices(
    signature: Signature,
    hold: Mapping[str, Relation],
    fail: Mapping[str, Relation],
    letters: Bound,
) -> tuple[bytes, bytes]:
    """Statement and certificate that at these matrices some relations hold and others fail.

    The checker computes the matrices of the letters that are polynomials in weights and data.
    That relations hold is stated as an instance of the empty lemma "0 = 0, given all of them".
    """
    claims: list[dict[str, Any]] = []
    steps: list[dict[str, Any]] = []
    at = letters.letters_json()
    if hold:
        zero = poly_json(signature.zero("1", "1"))
        claims.append({"name": "facts", "claim": "identity", "given": list(hold), "equation": zero})
        steps.append({"name": "step facts", "claim": "facts", "rule": "cofactor", "rows": []})
        claims.append({"name": "they hold", "claim": "instance", "of": "facts", **at})
        steps.append({"name": "step hold", "claim": "they hold", "rule": "evaluate_words"})
    for number, (name, relation) in enumerate(fail.items(), start=1):
        claim = f"{name} fails"
        about = {"given": [], **relation_json(relation), **at}
        claims.append({"name": claim, "claim": "counterexample", **about})
        steps.append({"name": f"step {number}", "claim": claim, "rule": "evaluate_words"})
    statement = shapes_statement(signature, dict(hold), claims) | letters.place_json()
    return to_bytes(statement), to_bytes(shapes_certificate(steps))


def generalized_inverse(matrix: RationalMatrix) -> RationalMatrix:
    """Some symmetric G with M G M = M for a symmetric positive semidefinite M.

    >>> M = RationalMatrix([[1, 0], [0, 0]])
    >>> generalized_inverse(M).tolist()[0]
    [Fraction(1, 1), Fraction(0, 1)]
    """
    pivots = matrix.pivots()
    selection = RationalMatrix.identity(matrix.shape[0]).rows(pivots)
    if not pivots:
        return RationalMatrix.zero(*matrix.shape)
    return selection.T @ matrix.rows(pivots).columns(pivots).inverse() @ selection


def projector(matrix: RationalMatrix) -> RationalMatrix:
    """The orthogonal projector onto the column space.

    >>> projector(RationalMatrix([[1], [1]])).tolist()[0]
    [Fraction(1, 2), Fraction(1, 2)]
    """
    return matrix @ generalized_inverse(matrix.T @ matrix) @ matrix.T


def kernel_projector(matrix: RationalMatrix) -> RationalMatrix:
    """The orthogonal projector onto the kernel.

    >>> kernel_projector(RationalMatrix([[2, 0]])).tolist()[1]
    [Fraction(0, 1), Fraction(1, 1)]
    """
    return RationalMatrix.identity(matrix.shape[1]) - projector(matrix.T)
