"""Entries of a matrix formula as polynomials in the weights, each a claim of the case."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from symland.claims import expansion as claims
from symland.claims.case import Case
from symland.exact.polynomial import ParameterKey, PolynomialRing, parameter_keys, parameter_ring
from symland.landscape.loss import expansion_work, not_polynomial_because
from symland.landscape.parameters import shaped
from symland.problem.problem import Problem
from symland.questions.derivation.entries import Grid
from symland.questions.derivation.formula import Formula, formal, symbol
from symland.questions.derivation.lines import Entry

__all__ = ["MAX_HESSIAN_ENTRIES", "MAX_WORK", "Expansion", "weight_symbol"]

MAX_WORK = 400_000
"""Term products up to which the checker, in plain Python, expands in a few seconds."""

MAX_HESSIAN_ENTRIES = 400
"""Second derivatives up to which each is a claim."""

KEPT_TERMS = 10
"""Terms of a polynomial that an entry of the document keeps."""


def weight_symbol(name: str) -> Formula:
    """The letter of a parameter such as W1 or b1."""
    return symbol(name, name[0], name[1:])


class Expansion:
    """The polynomials of a problem, and the claims about them.

    Everything is established about what a *formula* gives entry by entry: the checker compares it
    with its own forward pass, backpropagation and second derivatives.
    """

    def __init__(self, problem: Problem, case: Case) -> None:
        self.problem, self.case = problem, case
        self.keys: tuple[ParameterKey, ...] = parameter_keys(problem.network.shapes)

    @property
    def obstacle(self) -> str:
        """Why nothing is expanded; empty if it is."""
        reason = not_polynomial_because(self.problem)
        if reason:
            return reason
        work = expansion_work(self.problem)
        if work > MAX_WORK:
            return (
                f"expanding takes up to {work:.1e} term products, at most {MAX_WORK:.0e} are "
                "expanded and checked"
            )
        return ""

    @property
    def hessian_obstacle(self) -> str:
        """Why the second derivatives are not claimed one by one; empty if they are."""
        size = self.problem.network.parameter_count
        count = size * (size + 1) // 2
        if count > MAX_HESSIAN_ENTRIES:
            return f"{count} second derivatives, at most {MAX_HESSIAN_ENTRIES} are listed"
        return self.obstacle

    @cached_property
    def ring(self) -> PolynomialRing:
        """The ring of polynomials in the parameters."""
        return parameter_ring(self.problem.network.shapes)

    @cached_property
    def parameters(self) -> dict[str, Grid]:
        """The parameters as matrices of variables, biases as columns."""
        arrays = shaped(self.problem.network.shapes, list(self.ring.gens))
        return {n: [x if isinstance(x, list) else [x] for x in a] for n, a in arrays.items()}

    def constants(self, rows: Any) -> Grid:
        """A matrix of numbers as polynomials."""
        return [[self.ring.number(x) for x in row] for row in rows]

    def loss(self, polynomial: Any) -> Entry:
        """The claim that the loss is this polynomial."""
        name = claims.loss_polynomial(self.case, self._terms(polynomial))
        return self._entry(symbol("", "ℒ"), polynomial, name)

    def gradient(self, parameter: str, grid: Grid) -> tuple[Entry, ...]:
        """The claims that the partial derivatives by a parameter are the entries of a matrix."""
        return tuple(
            self._entry(
                formal("partial", _place(key)),
                value,
                claims.gradient_polynomial(self.case, key, self._terms(value)),
            )
            for key, value in self._of(parameter, grid)
        )

    def second(self, first: ParameterKey, second: ParameterKey, polynomial: Any) -> Entry:
        """The claim about one second derivative."""
        name = claims.hessian_polynomial(self.case, first, second, self._terms(polynomial))
        return self._entry(formal("partial", _place(first), _place(second)), polynomial, name)

    def _of(self, parameter: str, grid: Grid) -> list[tuple[ParameterKey, Any]]:
        values = [x for row in grid for x in row]
        keys = [key for key in self.keys if key[0] == parameter]
        return list(zip(keys, values, strict=True))

    def _terms(self, polynomial: Any) -> list[Any]:
        return claims.terms_json(self.ring.terms(self._polynomial(polynomial)), self.keys)

    def _polynomial(self, value: Any) -> Any:
        # A formula of numbers alone evaluates to a number.
        return value if hasattr(value, "monoms") else self.ring.number(value)

    def _entry(self, left: Formula, value: Any, claim: str) -> Entry:
        terms = self.ring.terms(self._polynomial(value))
        kept = tuple(
            (str(c), tuple((_place(k), e) for k, e in zip(self.keys, m, strict=True) if e))
            for c, m in terms[:KEPT_TERMS]
        )
        return Entry(left, kept, len(terms), f"problem: {claim}")


def _place(key: ParameterKey) -> Formula:
    return formal("entry", weight_symbol(key[0]), *key[1:])
