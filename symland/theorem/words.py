"""Facts about matrices of all shapes, bound to the matrices of an instance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from symland.claims.shapes_answer import shapes_certificate, shapes_statement, to_bytes
from symland.claims.word_json import matrices_json, poly_json, relation_json
from symland.exact.rational_matrix import RationalMatrix
from symland.exact.word import Signature
from symland.exact.word_relation import Relation, equation

__all__ = [
    "Binding",
    "alternative",
    "at_matrices",
    "bound",
    "generalized_inverse",
    "kernel_projector",
    "projector",
]

Binding = Mapping[str, Callable[[Any], Any]]
"""Letter -> function of the instance that gives its matrix (or rows, or a number)."""


def bound(signature: Signature, binding: Binding, instance: Any) -> dict[str, RationalMatrix]:
    """The matrices of the letters on an instance."""
    return {
        letter: _matrix(value(instance))
        for letter, value in binding.items()
        if letter in signature.shapes
    }


def _matrix(value: Any) -> RationalMatrix:
    if isinstance(value, RationalMatrix):
        return value
    return RationalMatrix(value if isinstance(value, (list, tuple)) else [[value]])


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
    matrices: Mapping[str, RationalMatrix],
) -> tuple[bytes, bytes]:
    """Statement and certificate that at these matrices some relations hold and others fail.

    That relations hold is stated as an instance of the empty lemma "0 = 0, given all of them".
    """
    claims: list[dict[str, Any]] = []
    steps: list[dict[str, Any]] = []
    letters = matrices_json(matrices)
    if hold:
        zero = poly_json(signature.zero("1", "1"))
        claims.append({"name": "facts", "claim": "identity", "given": list(hold), "equation": zero})
        steps.append({"name": "step facts", "claim": "facts", "rule": "cofactor", "rows": []})
        claims.append({"name": "they hold", "claim": "instance", "of": "facts", "letters": letters})
        steps.append({"name": "step hold", "claim": "they hold", "rule": "evaluate_words"})
    for number, (name, relation) in enumerate(fail.items(), start=1):
        claim = f"{name} fails"
        claims.append(
            {
                "name": claim,
                "claim": "counterexample",
                "given": [],
                **relation_json(relation),
                "letters": letters,
            }
        )
        steps.append({"name": f"step {number}", "claim": claim, "rule": "evaluate_words"})
    statement = shapes_statement(signature, dict(hold), claims)
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
