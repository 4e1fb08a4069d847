"""The derivation for any other network: backpropagation in matrices, checked entry by entry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from random import Random
from typing import Any

from symland.claims.case import Case
from symland.claims.critical import not_critical
from symland.claims.points import explicit_point
from symland.exact.rational_matrix import as_fmpq
from symland.landscape.loss import not_polynomial_because
from symland.landscape.parameters import shaped
from symland.problem.problem import Problem
from symland.questions.derivation.activation_functions import derivatives_text
from symland.questions.derivation.ball_check import BallCheck
from symland.questions.derivation.entries import Grid
from symland.questions.derivation.expansion import Expansion, weight_symbol
from symland.questions.derivation.formula import Formula, equation, formal, number, symbol
from symland.questions.derivation.lines import Derivation, Entry, Line, Section
from symland.questions.derivation.network_formulas import Definition, NetworkFormulas
from symland.questions.derivation.network_values import NetworkValues
from symland.questions.derivation.rank_lines import rank_section

__all__ = ["backpropagation"]

LOSS = symbol("", "ℒ")
_BACK = (
    "Going back, $Δ_k$ is the derivative of the loss by what enters the activation of layer $k$. "
    "At the output it is"
)
_BELOW = "and below, by the chain rule, pulled through the weights and the activation,"
_MOVE = (
    "Move every $W_k$ along $D_k$ (and $b_k$ along $d_k$); a dot is the derivative along that "
    "direction:"
)


def backpropagation(problem: Problem, budget: float, seed: int) -> tuple[Derivation, Case]:
    """The derivation, and the claims about the problem that it rests on.

    Where the loss is a polynomial, each entry of each formula is one, and a claim. Where it is too
    large to expand the lines are undecided; one entry of every gradient is compared at an exact
    point. Where it is no polynomial the formulas are compared with differentiation in balls.
    """
    work = _Network(problem, seed)
    sections = [
        work.setting(),
        work.loss(),
        work.gradient(),
        work.critical(),
        work.hessian(),
        rank_section(problem, work.case, seed),
    ]
    title = f"{problem.name}: loss, gradient, critical equations, Hessian"
    return Derivation(title, "by backpropagation", tuple(sections)), work.case


@dataclass(frozen=True)
class _Checked:
    """What a line about the loss, a gradient or the Hessian may say of itself."""

    status: str
    note: str = ""
    entries: tuple[Entry, ...] = ()
    claims: tuple[str, ...] = ()


class _Network:
    def __init__(self, problem: Problem, seed: int) -> None:
        self.problem, self.network = problem, problem.network
        self.case = Case(problem)
        self.formulas = NetworkFormulas(problem)
        self.expansion = Expansion(problem, self.case)
        self.random = Random(seed)
        self.balls = (
            BallCheck(problem, self.formulas, seed) if not_polynomial_because(problem) else None
        )
        self.values: NetworkValues | None = None
        if not self.expansion.obstacle:
            e = self.expansion
            self.values = NetworkValues(self.formulas, e.parameters, e.ring.number)

    # -- checking ---

    def _loss_checked(self) -> _Checked:
        if self.values is not None:
            entry = self.expansion.loss(self.values.loss())
            return _Checked("certified", "expanded", (entry,), (entry.claim,))
        if self.balls is not None:
            return _Checked(*self.balls.loss())
        return _Checked("undecided", self.expansion.obstacle)

    def _gradient_checked(self, name: str) -> _Checked:
        if self.values is not None:
            entries = self.expansion.gradient(name, self.values.gradient(name))
            claims = tuple(entry.claim for entry in entries)
            return _Checked("certified", "entry by entry", entries, claims)
        if self.balls is not None:
            return _Checked(*self.balls.gradient(name))
        return self._at_a_point(name)

    def _at_a_point(self, name: str) -> _Checked:
        """One entry at an exact point, compared with the checker's own derivative."""
        note = f"as polynomials: {self.expansion.obstacle}"
        values, point = self._exact_point
        grid = values.gradient(name)
        for i, row in enumerate(grid):
            for j, value in enumerate(row):
                if value:
                    place = [name, i, j] if name[0] == "W" else [name, i]
                    claim = not_critical(self.case, point, place, value)
                    note += (
                        f"; at the exact point {point} of the statement the entry {i + 1}, {j + 1} "
                        "is what the checker's own differentiation gives"
                    )
                    return _Checked("undecided", note, claims=(f"problem: {claim}",))
        return _Checked("undecided", note)

    @cached_property
    def _exact_point(self) -> tuple[NetworkValues, str]:
        """The formulas at small random integers, and the name of that point in the statement."""
        count = self.network.parameter_count
        numbers = [as_fmpq(self.random.randint(-3, 3)) for _ in range(count)]
        arrays = shaped(self.network.shapes, numbers)
        weights = {n: [x if isinstance(x, list) else [x] for x in a] for n, a in arrays.items()}
        return NetworkValues(self.formulas, weights, as_fmpq), explicit_point(self.case, arrays)

    def _hessian_checked(self) -> _Checked:
        obstacle = self.expansion.hessian_obstacle
        if self.balls is not None:
            return _Checked(*self.balls.hessian())
        if obstacle or self.values is None:
            return _Checked("undecided", obstacle)
        entries = tuple(self._second_derivatives(self.values))
        return _Checked("certified", "entry by entry", entries, tuple(e.claim for e in entries))

    def _second_derivatives(self, values: NetworkValues) -> Iterator[Entry]:
        e = self.expansion
        for index, key in enumerate(e.keys):
            unit = [Fraction(int(k == index)) for k in range(len(e.keys))]
            arrays = shaped(self.network.shapes, unit)
            direction: dict[str, Grid] = {
                n: [
                    [e.ring.number(x) for x in (row if isinstance(row, list) else [row])]
                    for row in a
                ]
                for n, a in arrays.items()
            }
            column = values.second(direction)
            for other in e.keys[index:]:
                name, i, *rest = other
                yield e.second(key, other, column[name][i][rest[0] if rest else 0])

    # -- sections ---

    def setting(self) -> Section:
        """The forward pass."""
        lines = []
        for k, activation in enumerate(self.network.activations, start=1):
            texts = derivatives_text(activation)
            shown = [
                equation(_sigma(k, order), formal("text", text)) for order, text in enumerate(texts)
            ]
            lines.append(
                Line(
                    f"sigma {k}",
                    formal("row", *shown),
                    f"The activation of layer {k}, ${activation}$ applied to every entry,"
                    " with its derivatives:",
                    "definition",
                )
            )
        for k, definition in enumerate(self.formulas.forward()):
            why = "The network is evaluated on all samples at once:" if k == 0 else "then"
            lines.append(_definition(definition, why))
        prose = "The columns of $X$ are the samples, those of $Y$ their targets."
        if self.network.bias != "none":
            prose += " $𝟏$ is a column of ones, one for each sample."
        if self.network.skip is not None:
            prose += " $E_k$ picks the neurons of layer $k$ that the output reads."
        return Section("Forward", prose, tuple(lines))

    def loss(self) -> Section:
        """The loss."""
        why = "The loss is"
        if self.problem.loss.weights is not None:
            why += ", with the weights $Ω$ of the residuals ($∘$ multiplies entry by entry)"
        if self.problem.l2:
            why += ", with the coefficients $Λ$ of the regularizer"
        line = Line("loss", equation(LOSS, self.formulas.loss()), why + ":")
        return Section("Loss", "", (_with(line, self._loss_checked()),))

    def gradient(self) -> Section:
        """The backward pass and the gradients."""
        lines = []
        for k, definition in enumerate(self.formulas.backward()):
            why = _BACK if k == 0 else _BELOW
            lines.append(_definition(definition, why))
        for name in self.network.shapes:
            what = "the weights" if name[0] == "W" else "the bias"
            line = Line(
                f"gradient {name}",
                equation(formal("gradient", weight_symbol(name)), self.formulas.gradient(name)),
                f"The gradient by {what} of layer {name[1:]}:",
                uses=(f"Delta{name[1:]}",),
            )
            lines.append(_with(line, self._gradient_checked(name)))
        return Section("Gradient", "", tuple(lines))

    def critical(self) -> Section:
        """The critical equations; that of the output layer is a normal equation."""
        name = f"W{self.network.K}"
        formula = self.formulas.gradient(name)
        line = Line(
            "normal",
            equation(formula, number(0)),
            "A point is critical where all these "
            "gradients vanish. For the output layer this is a system of linear equations, "
            "the normal equation of a regression on the last hidden layer:"
            if self.problem.loss.kind == "squared"
            else "A point is critical where all these gradients vanish. For the output layer:",
            "definition",
            uses=(f"gradient {name}",),
        )
        return Section("Critical equations", "", (line,))

    def hessian(self) -> Section:
        """The derivative of the gradient along a direction, and its entries."""
        lines = []
        for k, definition in enumerate(self.formulas.second()):
            why = _MOVE if k == 0 else "then"
            lines.append(_definition(definition, why))
        checked = self._hessian_checked()
        names = list(self.network.shapes)
        for name in names:
            head = formal("moved_gradient", weight_symbol(name))
            line = Line(
                f"hessian {name}",
                equation(head, self.formulas.hessian(name)),
                f"The derivative of the gradient by ${name[0]}_{name[1:]}$ is the row of "
                "blocks of the Hessian that belongs to it, applied to the direction:",
            )
            mine = tuple(e for e in checked.entries if e.left.parts[0].parts[0].parts[0] == name)
            part = replace(checked, entries=mine, claims=tuple(e.claim for e in mine))
            lines.append(_with(line, part if checked.entries else checked))
        return Section("Hessian", "", tuple(lines))


def _sigma(k: int, order: int) -> Formula:
    return symbol("", "σ", str(k), "′" * order)


def _definition(definition: Definition, why: str) -> Line:
    return Line(definition.key, equation(definition.letter, definition.formula), why, "definition")


def _with(line: Line, checked: _Checked) -> Line:
    claims: Any = checked.claims
    return replace(
        line, status=checked.status, note=checked.note, entries=checked.entries, claims=claims
    )
