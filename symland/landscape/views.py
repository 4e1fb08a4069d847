"""Loss, gradient, Hessian and critical equations as a user meets them: values, polynomials,
SymPy objects, LaTeX."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any, final

from symland.exact.polynomial import ParameterKey, PolynomialRing, parameter_keys
from symland.exact.rational_matrix import as_fraction
from symland.landscape.critical_equations import critical_equations
from symland.landscape.gradient import gradient, gradient_polynomials
from symland.landscape.hessian import hessian, hessian_polynomials
from symland.landscape.loss import (
    NotPolynomial,
    TooLarge,
    loss,
    loss_expression,
    loss_polynomial,
    not_polynomial_because,
)
from symland.landscape.number_systems.exact_rings import algebraic_numbers, flint_rationals
from symland.landscape.number_systems.number_system import MissingFunction, NumberSystem
from symland.landscape.parameters import elements, is_rational

if TYPE_CHECKING:
    import sympy
    from flint import fmpq_mpoly

    from symland.problem.problem import Problem

__all__ = ["CriticalEquations", "GradientView", "HessianView", "LossView", "exact_system"]

MAX_PRINTED_ENTRIES = 24
"""Entries of a gradient or critical equations that are printed before the rest is counted."""


def exact_system(point: Any) -> NumberSystem:
    """The exact number system in which a point lives: Q, or Q(t) for a point with one root.

    Raises `MissingFunction` for logarithms and for several roots: those need balls.
    """
    if is_rational(point):
        return flint_rationals
    roots = list(point.roots.values())
    if point.has_logs or len(roots) > 1:
        what = "logarithms" if point.has_logs else f"{len(roots)} roots"
        raise MissingFunction(
            f"weights: the point has {what}, expected rational entries or one root; "
            "give a number system such as system=balls"
        )
    return algebraic_numbers(roots[0].polynomial, roots[0].interval)


def _plain(value: Any) -> Any:
    """Rationals as Python's fractions, everything else as it is."""
    return as_fraction(value) if type(value).__name__ == "fmpq" else value


def _placed(problem: Problem, point: Any, system: NumberSystem | None) -> tuple[Any, Any]:
    chosen = system or exact_system(point)
    return chosen, elements(problem.network, chosen, point)


def math_html(view: Any) -> str:
    """LaTeX of a view for HTML, or the reason why there is none."""
    try:
        return escape(view._repr_latex_())
    except (NotPolynomial, TooLarge) as reason:
        return escape(str(reason))


@final
@dataclass(frozen=True, repr=False)
class LossView:
    """The loss L of a problem."""

    problem: Problem
    ring: PolynomialRing

    @cached_property
    def polynomial(self) -> fmpq_mpoly:
        """L, expanded. Raises `NotPolynomial` or `TooLarge`, saying why."""
        return loss_polynomial(self.problem, self.ring)

    def at(self, point: Any, system: NumberSystem | None = None) -> Any:
        """L at a point, never expanded: a Fraction at a rational point, else in `system`."""
        chosen, parameters = _placed(self.problem, point, system)
        return _plain(loss(self.problem, chosen, parameters))

    def sympy(self) -> sympy.Expr:
        """L as a SymPy expression: expanded if it is a polynomial, else as it is written."""
        if not_polynomial_because(self.problem) is None:
            return self.ring.sympy(self.polynomial)
        return loss_expression(self.problem)

    def _repr_latex_(self) -> str:
        if not_polynomial_because(self.problem) is None:
            return rf"$\displaystyle L = {self.ring.latex(self.polynomial)}$"
        from sympy import latex

        return rf"$\displaystyle L = {latex(self.sympy())}$"

    def __repr__(self) -> str:
        return _text(self, lambda: str(self.polynomial))


def _text(view: Any, expanded: Any) -> str:
    """The polynomial's text, or the SymPy view's where the loss is no polynomial."""
    try:
        if not_polynomial_because(view.problem) is None:
            return str(expanded())
        return str(view.sympy())
    except TooLarge as reason:
        return f"<{type(view).__name__}: {reason}>"


@final
@dataclass(frozen=True, repr=False)
class GradientView:
    """The gradient of L; entry i belongs to `parameters[i]`."""

    problem: Problem
    ring: PolynomialRing
    loss: LossView

    @property
    def parameters(self) -> tuple[ParameterKey, ...]:
        """The keys ("W1", i, j) and ("b1", i), counted from 0, in the order of the entries."""
        return parameter_keys(self.problem.network.shapes)

    @cached_property
    def polynomials(self) -> list[fmpq_mpoly]:
        """The partial derivatives of the loss polynomial."""
        return gradient_polynomials(self.ring, self.loss.polynomial)

    def at(self, point: Any, system: NumberSystem | None = None) -> tuple[Any, ...]:
        """The gradient at a point, never expanded."""
        chosen, parameters = _placed(self.problem, point, system)
        return tuple(_plain(v) for v in gradient(self.problem, chosen, parameters))

    def sympy(self) -> sympy.Matrix:
        """The gradient as a SymPy column."""
        from sympy import Matrix, diff

        if not_polynomial_because(self.problem) is None:
            return Matrix([self.ring.sympy(p) for p in self.polynomials])
        expression = self.loss.sympy()
        return Matrix([diff(expression, symbol) for symbol in self.ring.symbols])

    def _repr_latex_(self) -> str:
        if not_polynomial_because(self.problem) is None:
            return _latex_lines(r"\nabla L =", [self.ring.latex(p) for p in self.polynomials])
        from sympy import latex

        return _latex_lines(r"\nabla L =", [latex(entry) for entry in self.sympy()])

    def __repr__(self) -> str:
        return _text(self, lambda: self.polynomials)


def _latex_lines(lead: str, lines: Sequence[str]) -> str:
    shown = list(lines[:MAX_PRINTED_ENTRIES])
    if len(lines) > len(shown):
        shown.append(rf"\vdots \text{{ ({len(lines) - len(shown)} more entries)}}")
    body = r" \\ ".join(shown)
    return rf"$\displaystyle {lead} \begin{{pmatrix}} {body} \end{{pmatrix}}$"


@final
@dataclass(frozen=True, repr=False)
class HessianView:
    """The symmetric matrix of the second derivatives of L."""

    problem: Problem
    ring: PolynomialRing
    gradient: GradientView

    @cached_property
    def polynomials(self) -> list[list[fmpq_mpoly]]:
        """The second derivatives of the loss polynomial, row by row."""
        return hessian_polynomials(self.ring, self.gradient.polynomials)

    def at(self, point: Any, system: NumberSystem | None = None) -> tuple[tuple[Any, ...], ...]:
        """The Hessian at a point, never expanded."""
        chosen, parameters = _placed(self.problem, point, system)
        rows = hessian(self.problem, chosen, parameters)
        return tuple(tuple(_plain(v) for v in row) for row in rows)

    def sympy(self) -> sympy.Matrix:
        """The Hessian as a SymPy matrix."""
        from sympy import Matrix, diff

        if not_polynomial_because(self.problem) is None:
            return Matrix([[self.ring.sympy(p) for p in row] for row in self.polynomials])
        rows = self.gradient.sympy()
        return Matrix([[diff(entry, symbol) for symbol in self.ring.symbols] for entry in rows])

    def _repr_latex_(self) -> str:
        if not_polynomial_because(self.problem) is None:
            rows = [[self.ring.latex(p) for p in row] for row in self.polynomials]
        else:
            from sympy import latex

            matrix = self.sympy()
            rows = [[latex(v) for v in matrix.row(i)] for i in range(matrix.rows)]
        if len(rows) > MAX_PRINTED_ENTRIES // 3:
            text = rf"\text{{a symmetric {len(rows)} x {len(rows)} matrix}}"
            return rf"$\displaystyle \nabla^2 L = {text}$"
        return _latex_lines(r"\nabla^2 L =", [" & ".join(row) for row in rows])

    def __repr__(self) -> str:
        return _text(self, lambda: self.polynomials)


@final
@dataclass(frozen=True, repr=False)
class CriticalEquations:
    """The equations p = 0 of the critical set; a sequence of polynomials."""

    ring: PolynomialRing
    gradient: GradientView = field(compare=False)

    @cached_property
    def polynomials(self) -> list[fmpq_mpoly]:
        """The left sides: coprime integer coefficients, no zero, no repetition."""
        return critical_equations(self.ring, self.gradient.polynomials)

    def __iter__(self) -> Iterator[fmpq_mpoly]:
        return iter(self.polynomials)

    def __len__(self) -> int:
        return len(self.polynomials)

    def __getitem__(self, index: int) -> fmpq_mpoly:
        return self.polynomials[index]

    def sympy(self) -> list[sympy.Eq]:
        """The equations as SymPy's `Eq`; for a loss that is no polynomial, gradient = 0."""
        from sympy import Eq

        problem = self.gradient.problem
        if not_polynomial_because(problem) is None:
            return [Eq(self.ring.sympy(p), 0, evaluate=False) for p in self.polynomials]
        return [Eq(entry, 0, evaluate=False) for entry in self.gradient.sympy()]

    def holds_at(self, point: Any) -> bool:
        """Whether an exact point (rational, or with one root) is critical."""
        return all(value == Fraction(0) for value in self.gradient.at(point))

    def _repr_latex_(self) -> str:
        lines = [self.ring.latex(p) + " = 0" for p in self.polynomials[:MAX_PRINTED_ENTRIES]]
        if len(self) > len(lines):
            lines.append(rf"\vdots \text{{ ({len(self) - len(lines)} more equations)}}")
        body = r" \\ ".join(lines)
        return rf"$\displaystyle \begin{{gathered}} {body} \end{{gathered}}$"

    def __repr__(self) -> str:
        return "\n".join(f"{p} = 0" for p in self.polynomials)
