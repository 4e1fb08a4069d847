"""The derivation for one deep linear network: for all shapes, and entry by entry."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

from symland.claims.case import Case
from symland.exact.rational_matrix import RationalMatrix, as_fraction
from symland.landscape.deep_linear.data import DeepLinear
from symland.problem.problem import Problem
from symland.questions.derivation.entries import evaluate, multiply
from symland.questions.derivation.expansion import Expansion, weight_symbol
from symland.questions.derivation.formula import (
    Formula,
    equation,
    formal,
    matrix,
    norm2,
    number,
    one,
    product,
    symbol,
    trace,
)
from symland.questions.derivation.linear_facts import LinearFacts, sample_matrices
from symland.questions.derivation.lines import Derivation, Line, Section
from symland.questions.derivation.rank_lines import rank_section

__all__ = ["linear_problem"]

A, B, X, Y, OMEGA = symbol("A"), symbol("B"), symbol("X"), symbol("Y"), symbol("O", "Ω")
LOSS = symbol("", "ℒ")
LARGEST_SHOWN = 36
"""Entries of a data matrix up to which it is written out."""


def linear_problem(
    problem: Problem, linear: DeepLinear, budget: float, seed: int
) -> tuple[Derivation, Case, tuple[bytes, bytes]]:
    """The derivation with the claims about the problem and about all shapes that it rests on."""
    work = _LinearProblem(problem, linear, seed)
    before = [work.setting(), work.loss(), work.gradient(), work.normal_equations()]
    after = [work.hessian(), rank_section(problem, work.case, seed)]
    proof, projection = work.facts.prove(budget, seed, LARGEST_SHOWN)
    sections = [*before, projection, *after]
    title = f"{problem.name}: loss, gradient, critical equations, Hessian"
    return (
        Derivation(title, "deep linear network", tuple(sections)),
        work.case,
        work.facts.script.files(proof),
    )


class _LinearProblem:
    def __init__(self, problem: Problem, linear: DeepLinear, seed: int) -> None:
        self.problem, self.linear = problem, linear
        self.case = Case(problem)
        self.expansion = Expansion(problem, self.case)
        self.data = sample_matrices(problem)
        self.facts = LinearFacts(problem, linear, self.data, Random(seed), self.case)
        self.K = linear.K
        self.c = as_fraction(linear.scale)
        self.W = [weight_symbol(f"W{k}") for k in range(1, self.K + 1)]
        self.M = symbol("M") if self.K > 1 else self.W[0]
        self.weighted = "O" in self.data
        self.entries: dict[int, tuple[str, ...]] = {}

    # -- what is written ---

    def _range(self, last: int, first: int) -> Formula:
        """W_last ... W_first, the identity of the width between if there is none."""
        factors = [self.W[k - 1] for k in range(last, first - 1, -1)]
        return product(*factors) if factors else one(str(self.linear.widths[last]))

    def _above(self, k: int) -> Formula:
        return self._range(self.K, k + 1)

    def _below(self, k: int) -> Formula:
        return self._range(k - 1, 1)

    @staticmethod
    def _times(*factors: Formula) -> Formula:
        """The product without identities, or one if there is nothing else."""
        return product(*([f for f in factors if f.kind != "one"] or factors[:1]))

    def _square(self, residual: Formula) -> Formula:
        return trace(residual @ OMEGA @ residual.T) if self.weighted else norm2(residual)

    def _gradient(self, k: int) -> Formula:
        return self._times(number(2 * self.c), self._above(k).T, self.M @ A - B, self._below(k).T)

    # -- what it is entry by entry ---

    def _values(self) -> dict[str, Any]:
        """The letters over the ring of polynomials in the weights."""
        e = self.expansion
        values: dict[str, Any] = dict(e.parameters)
        for key, grid in {**self.data, "A": self.linear.A, "B": self.linear.B}.items():
            values[key] = e.constants(grid.tolist())
        m = values[f"W{self.K}"]
        for k in range(self.K - 1, 0, -1):
            m = multiply(m, values[f"W{k}"])
        return values | {"M": m}

    # -- sections ---

    def setting(self) -> Section:
        """The product, and the data matrices with their entries."""
        lines = []
        if self.K > 1:
            lines.append(
                Line(
                    "M",
                    equation(self.M, self._range(self.K, 1)),
                    "The network computes $M x$, where",
                    "definition",
                )
            )
        if self.weighted:
            why = "The weights of the samples are the entries of a diagonal, so symmetric matrix"
            lines.append(Line("Ω", equation(OMEGA.T, OMEGA), why, "definition"))
        claim = self.facts.at_data()
        status = "certified" if claim else "definition"
        inner = (X, OMEGA) if self.weighted else (X,)
        for name, left, first, grid in (("A", A, X, self.linear.A), ("B", B, Y, self.linear.B)):
            rest = (first, *inner[1:], X.T)
            lines.append(
                Line(
                    name,
                    self._with_numbers(equation(left, product(*rest)), grid),
                    {"A": "All that matters of the inputs is", "B": "and of the targets"}[name],
                    status,
                    (claim,) if claim else (),
                    note="evaluated at the data" if claim else "",
                )
            )
        prose = "The columns of $X$ are the samples, those of $Y$ their targets."
        return Section("Setting", prose, tuple(lines))

    @staticmethod
    def _with_numbers(formula: Formula, grid: RationalMatrix) -> Formula:
        if grid.shape[0] * grid.shape[1] > LARGEST_SHOWN:
            return formula
        return Formula("relation", (*formula.parts, matrix(grid.tolist())))

    def loss(self) -> Section:
        """The loss in matrix form, and as a polynomial."""
        residual = self.M @ X - Y
        formula = product(number(self.c), self._square(residual))
        total = trace(Y @ OMEGA @ Y.T) if self.weighted else trace(Y @ Y.T)
        quadratic = product(
            number(self.c), trace(self.M @ A @ self.M.T) - 2 * trace(B @ self.M.T) + total
        )
        line = Line("loss", equation(LOSS, formula), "The loss is", "definition")
        if not self.expansion.obstacle:
            entry = self.expansion.loss(evaluate(quadratic, self._values()))
            line = replace(
                line,
                status="certified",
                claims=(entry.claim,),
                entries=(entry,),
                note="expanded, and compared with the forward pass over polynomials",
            )
        second = Line(
            "quadratic",
            equation(LOSS, quadratic),
            "Multiplied out, it is a quadratic function of the product:",
            "certified",
            ("shapes: quadratic",),
            ("loss",),
            note="for all shapes",
        )
        return Section("Loss", "", (line, second))

    def gradient(self) -> Section:
        """The gradient by each layer."""
        e = self.expansion
        values = self._values() if not e.obstacle else {}
        lines = [self.facts.gradient_line()]
        for k in range(1, self.K + 1):
            formula = self._gradient(k)
            line = Line(
                f"gradient {k}",
                equation(formal("gradient", self.W[k - 1]), formula),
                f"For layer {k} this is",
                "certified",
                self._layer_claims(k),
                ("gradient",),
            )
            if not e.obstacle:
                entries = e.gradient(f"W{k}", evaluate(formula, values))
                self.entries[k] = tuple(entry.claim for entry in entries)
                line = replace(line, entries=entries, claims=(*line.claims, *self.entries[k]))
            lines.append(line)
        note = (
            f"For all shapes; entry by entry it is not claimed: {e.obstacle}."
            if e.obstacle
            else "For all shapes, and entry by entry for this network."
        )
        return Section("Gradient", note, tuple(lines))

    def _layer_claims(self, k: int) -> tuple[str, ...]:
        claims = ("shapes: gradient", self.facts.at_layer(k))
        return tuple(claim for claim in claims if claim)

    def normal_equations(self) -> Section:
        """The critical equation of each layer as a normal equation."""
        lines = []
        values = self._values() if not self.expansion.obstacle else {}
        for k in range(1, self.K + 1):
            above, below, layer = self._above(k), self._below(k), self.W[k - 1]
            left = self._times(above.T, above, layer, below, A, below.T)
            right = self._times(above.T, B, below.T)
            why = (
                f"For layer {k}, the others held fixed, this is the normal equation of a linear "
                "least squares problem:"
            )
            claims: tuple[str, ...] = ("shapes: gradient",)
            if values:
                # The same polynomials as the entries of the gradient, or nothing is certified.
                defect = evaluate(product(number(2 * self.c), left - right), values)
                same = defect == evaluate(self._gradient(k), values)
                claims = self.entries[k] if same else ()
            lines.append(
                Line(
                    f"normal {k}",
                    equation(left, right),
                    why,
                    "certified",
                    claims,
                    (f"gradient {k}",),
                )
            )
        prose = "A critical point is one where the gradient by every layer vanishes."
        return Section("Critical equations", prose, tuple(lines))

    def hessian(self) -> Section:
        """The blocks of the Hessian."""
        general = self.facts.hessian_lines()
        lines = list(general)
        e = self.expansion
        values = self._values() if not e.hessian_obstacle else {}
        for k in range(1, self.K + 1):
            for j in range(k, 0, -1):
                lines.append(self._block(k, j, values))
        prose = "Second derivatives in two directions, layer by layer."
        if e.hessian_obstacle:
            prose += f" Entry by entry they are not claimed: {e.hessian_obstacle}."
        return Section("Hessian", prose, tuple(lines))

    def _block(self, k: int, j: int, values: dict[str, Any]) -> Line:
        """The block of layers k >= j: its general entry, and all entries as polynomials."""
        rows, columns = ("i", "j"), ("p", "q")
        left = formal(
            "partial",
            formal("component", self.W[k - 1], *rows),
            formal("component", self.W[j - 1], *columns),
        )
        parts = self._block_parts(k, j)
        terms = [
            product(formal("component", a, *x), formal("component", b, *y)) for a, x, b, y in parts
        ]
        inside = terms[0] if len(terms) == 1 else terms[0] + terms[1]
        line = Line(
            f"block {k} {j}",
            equation(left, product(number(2 * self.c), inside)),
            f"The block of layers {k} and {j}:" if k != j else f"The block of layer {k}:",
            "certified",
            ("shapes: second" if k == j else "shapes: mixed",),
            ("mixed",) if k != j else ("second",),
        )
        if not values:
            return line
        grids = [(evaluate(a, values), x, evaluate(b, values), y) for a, x, b, y in parts]
        entries = tuple(self._block_entries(k, j, grids))
        claims = (*line.claims, *(entry.claim for entry in entries))
        return replace(line, entries=entries, claims=claims)

    def _block_parts(self, k: int, j: int) -> list[tuple[Formula, Any, Formula, Any]]:
        """Summands of the block's entry: matrix, its indices, matrix, its indices."""
        above, below = self._above(k), self._below(j)
        gram = self._times(above.T, above)
        if k == j:
            moment = self._times(below, A, below.T)
            return [(gram, ("i", "p"), moment, ("j", "q"))]
        middle = self._range(k - 1, j + 1)
        layer, lower = self.W[k - 1], self.W[j - 1]
        first = self._times(gram, layer, middle)
        moment = self._times(middle, lower, below, A, below.T)
        pulled = self._times(above.T, self.M @ A - B, below.T)
        return [(first, ("i", "p"), moment, ("j", "q")), (middle, ("j", "p"), pulled, ("i", "q"))]

    def _block_entries(self, k: int, j: int, grids: Any) -> Any:
        e = self.expansion
        first = [key for key in e.keys if key[0] == f"W{k}"]
        second = [key for key in e.keys if key[0] == f"W{j}"]
        for a, one_key in enumerate(first):
            for b, other in enumerate(second):
                if k == j and b < a:
                    continue
                at = dict(zip("ijpq", (*one_key[1:], *other[1:]), strict=True))
                total = e.ring.number(0)
                for left, x, right, y in grids:
                    total += left[at[x[0]]][at[x[1]]] * right[at[y[0]]][at[y[1]]]
                yield e.second(one_key, other, total * e.ring.number(Fraction(2) * self.c))
