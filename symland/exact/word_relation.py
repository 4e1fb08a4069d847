"""Relations between matrices of undetermined sizes: the hypotheses and conclusions of a lemma."""

from __future__ import annotations

from dataclasses import dataclass

from symland.exact.trace_polynomial import TracePolynomial, as_trace
from symland.exact.word import WordError
from symland.exact.word_evaluation import Assignment, dimensions_of, evaluate, evaluate_trace
from symland.exact.word_polynomial import WordPolynomial

__all__ = ["Body", "Relation", "either", "equation", "for_all", "nonnegative", "nonzero"]

Body = WordPolynomial | TracePolynomial | tuple[WordPolynomial, WordPolynomial]


@dataclass(frozen=True)
class Relation:
    """What is said of a polynomial.

    ``kind`` is "equation" (a matrix is zero), "traces" (a sum of traces is 0), "nonnegative" (it
    is >= 0), "nonzero" (a number is not 0) or "equations" (one of two matrices is zero). The
    letters in ``bound`` are quantified: it holds for all their values.
    """

    kind: str
    body: Body
    bound: tuple[str, ...] = ()

    def letter_names(self) -> frozenset[str]:
        """The letters that occur, bound ones too."""
        if isinstance(self.body, tuple):
            return self.body[0].letter_names() | self.body[1].letter_names()
        return self.body.letter_names()

    def holds(self, matrices: Assignment) -> bool:
        """Whether it holds at rational matrices, exactly.

        Raises WordError if it is quantified or a letter has no matrix.

        >>> from symland.exact.rational_matrix import RationalMatrix
        >>> from symland.exact.word import Signature
        >>> A = Signature({"A": ("n", "n")}).letter("A")
        >>> equation(A @ A - A).holds({"A": RationalMatrix([[1, 1], [0, 0]])})
        True
        """
        if self.bound:
            raise WordError(f"for all {', '.join(self.bound)}: not decided at single matrices")
        if isinstance(self.body, tuple):
            return any(equation(part).holds(matrices) for part in self.body)
        sizes = dimensions_of(self.body.signature, matrices)
        if isinstance(self.body, TracePolynomial):
            value = evaluate_trace(self.body, matrices, sizes)
            return value >= 0 if self.kind == "nonnegative" else value == 0
        return evaluate(self.body, matrices, sizes).is_zero() != (self.kind == "nonzero")

    def __str__(self) -> str:
        if isinstance(self.body, tuple):
            text = " or ".join(f"{part} = 0" for part in self.body)
        else:
            sign = {"nonnegative": ">= 0", "nonzero": "is not 0"}.get(self.kind, "= 0")
            text = f"{self.body} {sign}"
        return text + (f" for all {', '.join(self.bound)}" if self.bound else "")


def equation(body: WordPolynomial | TracePolynomial) -> Relation:
    """The polynomial, or the sum of traces, is zero."""
    if isinstance(body, TracePolynomial):
        return Relation("traces", body)
    if not isinstance(body, WordPolynomial):
        raise WordError(f"equation: {body!r}, expected a polynomial in the letters")
    return Relation("equation", body)


def nonnegative(body: WordPolynomial | TracePolynomial) -> Relation:
    """The sum of traces, or the 1 x 1 polynomial, is at least 0."""
    return Relation("nonnegative", as_trace(body.signature, body))


def nonzero(body: WordPolynomial) -> Relation:
    """The 1 x 1 polynomial is not 0."""
    if not isinstance(body, WordPolynomial) or not body.is_number:
        shape = " x ".join(body.shape) if isinstance(body, WordPolynomial) else repr(body)
        raise WordError(f"nonzero: shape {shape}, expected 1 x 1")
    return Relation("nonzero", body)


def either(left: WordPolynomial, right: WordPolynomial) -> Relation:
    """One of the two matrices is zero."""
    return Relation("equations", (left, right))


def for_all(relation: Relation | WordPolynomial | TracePolynomial, *names: str) -> Relation:
    """The relation for all values of the letters named.

    >>> from symland.exact.word import Signature
    >>> from symland.exact.trace_polynomial import trace
    >>> G, D = Signature({"G": ("m", "n"), "D": ("m", "n")}).letters()
    >>> print(for_all(trace(G.T @ D), "D"))
    tr D G' = 0 for all D
    """
    relation = relation if isinstance(relation, Relation) else equation(relation)
    body = relation.body[0] if isinstance(relation.body, tuple) else relation.body
    for name in names:
        body.signature.shape_of((name, False))
    return Relation(relation.kind, relation.body, (*relation.bound, *names))
