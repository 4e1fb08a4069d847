"""The landscape of a problem: its exact objects, computed when asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, final

from symland.exact.polynomial import PolynomialRing, parameter_ring
from symland.landscape.rank_conditions import RankCondition, rank_conditions
from symland.landscape.views import (
    CriticalEquations,
    GradientView,
    HessianView,
    LossView,
    math_html,
)

if TYPE_CHECKING:
    from symland.landscape.symmetry import Symmetries
    from symland.problem.problem import Problem

__all__ = ["Landscape"]


@final
@dataclass(frozen=True)
class Landscape:
    """Loss, gradient, Hessian, critical equations, rank conditions and symmetries of a problem.

    Every member is computed at its first use. `loss`, `gradient`, `hessian` and
    `critical_equations` hold FLINT polynomials where the loss is a polynomial (`.polynomial`,
    `.polynomials`), give SymPy objects on request (`.sympy()`), and the first three are evaluated
    at a point of any number system by `.at(weights)` without being expanded.

    Examples
    --------
    >>> from symland.problem import Dataset, Network, Problem
    >>> landscape = Problem(Network([1, 1, 1]), Dataset([[1]], [[2]])).landscape()
    >>> landscape.loss
    1/2*W1_1_1^2*W2_1_1^2 - 2*W1_1_1*W2_1_1 + 2
    >>> landscape.gradient.sympy()
    Matrix([
    [W1_1_1*W2_1_1**2 - 2*W2_1_1],
    [W1_1_1**2*W2_1_1 - 2*W1_1_1]])
    >>> landscape.hessian.at({"W1": [[1]], "W2": [["1/2"]]})[0]
    (Fraction(1, 4), Fraction(-1, 1))
    >>> [str(symmetry) for symmetry in landscape.symmetries]
    ['change of basis of hidden layer 1: GL(1), dimension 1', ...]
    """

    problem: Problem

    @cached_property
    def ring(self) -> PolynomialRing:
        """The polynomial ring whose variables are the parameters."""
        return parameter_ring(self.problem.network.shapes)

    @cached_property
    def loss(self) -> LossView:
        """The loss L."""
        return LossView(self.problem, self.ring)

    @cached_property
    def gradient(self) -> GradientView:
        """The vector of the partial derivatives of L."""
        return GradientView(self.problem, self.ring, self.loss)

    @cached_property
    def hessian(self) -> HessianView:
        """The matrix of the second derivatives of L."""
        return HessianView(self.problem, self.ring, self.gradient)

    @cached_property
    def critical_equations(self) -> CriticalEquations:
        """The equations of the critical set, with coprime integer coefficients."""
        return CriticalEquations(self.ring, self.gradient)

    @cached_property
    def rank_conditions(self) -> tuple[RankCondition, ...]:
        """What the widths force on the ranks of products of weight matrices."""
        return rank_conditions(self.problem.network)

    @cached_property
    def symmetries(self) -> Symmetries:
        """The symmetries of L, found from this problem and verified."""
        from symland.landscape.symmetry import find_symmetries

        return find_symmetries(self.problem)

    def _repr_latex_(self) -> str:
        return self.loss._repr_latex_()

    def _repr_html_(self) -> str:
        rows = [
            ("loss", math_html(self.loss)),
            ("gradient", math_html(self.gradient)),
            ("rank conditions", "<br>".join(map(math_html, self.rank_conditions)) or "none"),
            ("symmetries", "<br>".join(escape(str(s)) for s in self.symmetries) or "none found"),
        ]
        cells = "".join(f"<tr><th>{name}</th><td>{cell}</td></tr>" for name, cell in rows)
        return f"<table>{cells}</table>"
