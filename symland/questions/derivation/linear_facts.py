"""What holds for all shapes about a deep linear network, bound to the matrices of one problem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from random import Random

from symland.claims.all_shapes import Proof
from symland.claims.case import Case
from symland.claims.critical import critical
from symland.claims.loss_value import value
from symland.claims.points import explicit_point
from symland.exact.rational_matrix import RationalMatrix, as_fraction
from symland.exact.word import WordError
from symland.landscape.deep_linear.data import DeepLinear
from symland.problem.problem import Problem
from symland.questions.derivation.formula import (
    Formula,
    at,
    derivative,
    equation,
    formal,
    inner,
    matrix,
    named,
    norm2,
    number,
    product,
    symbol,
    trace,
)
from symland.questions.derivation.linear_letters import (
    LOSS,
    SHAPES,
    VK,
    W1,
    WK,
    ZERO,
    A,
    B,
    C,
    D,
    E,
    G,
    M,
    P,
    S,
    T,
    U,
    V,
    Vl,
    W,
    Wl,
    Ws,
    X,
    Y,
    s,
    t,
)
from symland.questions.derivation.linear_point import CriticalPoint, critical_point
from symland.questions.derivation.lines import Line, Section
from symland.questions.derivation.shapes_script import ShapesScript

__all__ = ["LinearFacts", "sample_matrices"]

O = symbol("O", "Ω")  # noqa: E741
LETTERS = "X Y A B M U W V D T Wl Vl E C W1 G WK VK P Ws S"
MOST_ENTRIES = 10_000
"""Entries of a matrix that the checker evaluates words at."""


def sample_matrices(problem: Problem) -> dict[str, RationalMatrix]:
    """X and Y, samples as columns, and the diagonal matrix O of their weights, where they differ.

    >>> from symland import Dataset, Network
    >>> sample_matrices(Problem(Network((1, 1)), Dataset([[1], [2]], [[3], [4]])))["X"].tolist()
    [[Fraction(1, 1), Fraction(2, 1)]]
    """
    data = problem.dataset
    found = {"X": RationalMatrix(data.inputs).T, "Y": RationalMatrix(data.targets).T}
    weights = problem.loss.weights
    if weights is not None:
        count = len(weights)
        found["O"] = RationalMatrix(
            [[weights[i][0] if i == j else 0 for j in range(count)] for i in range(count)]
        )
    return found


class LinearFacts:
    """The script of the facts, and the matrices at which the checker is to evaluate them."""

    def __init__(
        self,
        problem: Problem,
        linear: DeepLinear,
        data: Mapping[str, RationalMatrix],
        random: Random,
        case: Case,
    ) -> None:
        self.case = case
        self.linear, self.data, self.random = linear, dict(data), random
        self.weighted = "O" in data
        shapes = {letter: SHAPES[letter] for letter in LETTERS.split()}
        shapes |= {"O": ("m", "m")} if self.weighted else {}
        self.script = ShapesScript(shapes, ["s", "t"])
        self.c = as_fraction(linear.scale)
        self.moments = {**self.data, "A": linear.A, "B": linear.B}
        self.instances: dict[str, tuple[str, dict[str, RationalMatrix]]] = {}
        self._write()

    # -- the facts ---

    def _square(self, residual: Formula) -> Formula:
        return trace(residual @ O @ residual.T) if self.weighted else norm2(residual)

    def _bare(self, left: Formula, right: Formula) -> Formula:
        return left @ O @ right.T if self.weighted else left @ right.T

    @property
    def _data(self) -> list[str]:
        return ["A", "B", *(["Ω"] if self.weighted else [])]

    def _write(self) -> None:
        d = self.script
        d.section("definitions")
        d.define("A", equation(A, self._bare(X, X)), "")
        d.define("B", equation(B, self._bare(Y, X)), "")
        if self.weighted:
            d.suppose("Ω", equation(O.T, O), "")
        total = trace(self._bare(Y, Y))
        form = trace(M @ A @ M.T) - 2 * trace(B @ M.T) + total
        d.hidden("quadratic", equation(self._square(M @ X - Y), form), self._data)
        moved = at(LOSS, product(number(self.c), self._square(U @ W @ V @ X - Y)), (W, W + t @ D))
        d.hidden("gradient", equation(derivative(moved, (t, 1)), self._pairing()), self._data)
        d.hidden("second", self._second(moved), self._data)
        d.hidden("mixed", self._mixed(), self._data)
        d.section(
            "At a critical point",
            "What the critical equations of the first and the last layer imply together.",
        )
        self._write_projection()
        self._write_commutation(total)

    def _pairing(self) -> Formula:
        whole = named(M, U @ W @ V)
        return inner(product(number(2 * self.c), U.T, whole @ A - B, V.T), D)

    def _second(self, moved: Formula) -> Formula:
        form = trace(D.T @ (U.T @ U) @ D @ (V @ A @ V.T))
        return equation(derivative(moved, (t, 2)), product(number(2 * self.c), form))

    def _mixed(self) -> Formula:
        whole = named(M, U @ W @ T @ Wl @ Vl)
        moved = at(
            LOSS,
            product(number(self.c), self._square(whole @ X - Y)),
            (W, W + t @ D),
            (Wl, Wl + s @ E),
        )
        first = trace(U @ D @ T @ Wl @ Vl @ A @ (U @ W @ T @ E @ Vl).T)
        rest = inner(whole @ A - B, U @ D @ T @ E @ Vl)
        return equation(
            derivative(moved, (s, 1), (t, 1)), product(number(2 * self.c), first + rest)
        )

    def _write_projection(self) -> None:
        d, gram, K = self.script, C.T @ C, self.linear.K
        above = "$C$ is what stands above the first layer" if K > 1 else "$C$ is an identity here"
        d.define("C", equation(M, C @ W1), f"{above}:")
        d.suppose("first", equation(C.T @ (M @ A - B), ZERO), "The first layer is critical:")
        d.suppose("G", equation(gram @ G @ gram, gram), "With a generalized inverse of $CᵀC$,")
        d.define("P", equation(P, C @ G @ C.T), "let $P$ be")
        defect, skew = C @ G @ gram - C, C @ G @ C.T - C @ G.T @ C.T
        d.hidden("square", equation(defect.T @ defect, ZERO), ["G"])
        d.star(
            "PC",
            equation(C @ G @ gram, C),
            "It leaves the columns of $C$ in place,",
            defect.T,
            "square",
        )
        d.hidden("skew square", equation(skew.T @ skew, ZERO), ["PC"])
        d.star(
            "Psym words",
            equation(C @ G @ C.T, C @ G.T @ C.T),
            "is symmetric,",
            skew.T,
            "skew square",
        )
        d.hidden("Psym", equation(P.T, P), ["Psym words", "P"])
        d.prove(
            "idempotent",
            equation(P @ P, P),
            "and a projection, onto the columns of $C$.",
            ["PC", "P"],
        )
        d.prove(
            "MA",
            equation(M @ A, P @ B),
            "Hence the product is a projection of what the data ask for:",
            ["first", "PC", "C", "P", "Psym"],
        )

    def _write_commutation(self, total: Formula) -> None:
        d, K = self.script, self.linear.K
        below = (
            f"$V_{K}$ is what stands below the last layer" if K > 1 else "$V_1$ is an identity here"
        )
        d.suppose("W*", equation(Ws @ A, B), "In terms of a least squares solution")
        d.define("S", equation(S, Ws @ B.T), "and of")
        d.define("VK", equation(M, WK @ VK), f"the last layer says more. {below}:")
        d.suppose("last", equation((M @ A - B) @ VK.T, ZERO), "If it is critical, that is")
        d.hidden("MAM", equation(M @ A @ M.T, B @ M.T), ["last", "VK"])
        moments = ["MA", "MAM", "W*", "S", "A", "Psym", *(["Ω"] if self.weighted else [])]
        d.hidden("Ssym", equation(S.T, S), ["S", "W*", "A", *moments[6:]])
        d.hidden("SP", equation(S @ P, P @ S @ P), moments)
        d.prove(
            "commute",
            equation(P @ S, S @ P),
            "then $P$ commutes with $Σ$: the columns of $C$ are spanned by eigenvectors of $Σ$.",
            ["SP", "Ssym", "Psym"],
        )
        left = self._square(M @ X - Y)
        d.prove(
            "loss at",
            equation(left, total - trace(P @ S)),
            f"They determine the loss, which is {self.c} times",
            [*moments, "B"],
        )

    # -- lines of the problem's page ---

    def gradient_line(self) -> Line:
        """The gradient of any layer."""
        whole = named(M, U @ W @ V)
        gradient = product(number(2 * self.c), U.T, whole @ A - B, V.T)
        moved = at(LOSS, LOSS, (W, W + t @ D))
        why = (
            "With $U_k$ for the product of the layers above layer $k$ and $V_k$ for that of the "
            "layers below it, the derivative in a direction $D_k$ is"
        )
        return Line(
            "gradient",
            equation(derivative(moved, (t, 1)), inner(gradient, D)),
            why,
            "certified",
            ("shapes: gradient",),
            note="for all shapes",
        )

    def hessian_lines(self) -> list[Line]:
        """The second derivative within a layer and between two."""
        one_layer = at(LOSS, LOSS, (W, W + t @ D))
        two = at(LOSS, LOSS, (W, W + t @ D), (Wl, Wl + s @ E))
        second = equation(derivative(one_layer, (t, 2)), *self._second(one_layer).parts[2:])
        mixed = equation(derivative(two, (s, 1), (t, 1)), *self._mixed().parts[2:])
        return [
            Line(
                "second",
                second,
                "Within layer $k$ the second derivative is never negative:",
                "certified",
                ("shapes: second",),
                note="for all shapes",
            ),
            Line(
                "mixed",
                mixed,
                "Between layers $k > l$, with $T$ the product of the layers "
                "between them, the residual comes in:",
                "certified",
                ("shapes: mixed",),
                note="for all shapes",
            ),
        ]

    # -- instances ---

    def at_data(self) -> str:
        """The claim that A and B are what the data give; empty if it would be too large."""
        return self._instance("at the data", "quadratic", {"M": self._random(*self.linear.B.shape)})

    def at_layer(self, k: int) -> str:
        """The claim that evaluates the gradient formula at random weights, for layer k."""
        widths = self.linear.widths
        weights = {j: self._random(widths[j], widths[j - 1]) for j in range(1, len(widths))}
        above, below = RationalMatrix.identity(widths[-1]), RationalMatrix.identity(widths[0])
        for j in range(len(widths) - 1, k, -1):
            above = above @ weights[j]
        for j in range(1, k):
            below = weights[j] @ below
        direction = self._random(widths[k], widths[k - 1])
        letters = {"U": above, "W": weights[k], "V": below, "D": direction}
        return self._instance(f"layer {k} at random weights", "gradient", letters)

    def _random(self, rows: int, columns: int) -> RationalMatrix:
        return RationalMatrix(
            [[Fraction(self.random.randint(-4, 4)) for _ in range(columns)] for _ in range(rows)]
        )

    def _instance(self, name: str, of: str, letters: dict[str, RationalMatrix]) -> str:
        matrices = {**self.moments, **letters}
        if any(m.shape[0] * m.shape[1] > MOST_ENTRIES for m in matrices.values()):
            return ""
        self.instances[name] = (of, matrices)
        return f"shapes: {name}"

    # -- the proof ---

    def prove(self, budget: float, seed: int, largest_shown: int) -> tuple[Proof, Section]:
        """The proof with its instances, and the section about critical points."""
        point = critical_point(self.linear)
        matrices = self.moments | point.matrices
        sizes = [m.shape[0] * m.shape[1] for m in matrices.values()]
        fits = max(sizes) <= MOST_ENTRIES
        sections, proof = self.script.run(budget, seed)
        for name, (of, letters) in self.instances.items():
            _bind(proof, name, of, letters)
        bound = "at a critical point"
        if fits:
            _bind(proof, f"commutation {bound}", "commute", matrices)
            _bind(proof, f"loss {bound}", "loss at", matrices)
        lines = [self._with_numbers(line, largest_shown) for line in sections[1].lines]
        if fits:
            lines.append(self._bound_line(point, bound))
        return proof, replace(sections[1], lines=tuple(lines))

    def _bound_line(self, point: CriticalPoint, bound: str) -> Line:
        """The loss at the point by the formula; the checker also computes it from the weights."""
        p, sigma = point.matrices["P"], point.matrices["S"]
        loss = as_fraction(self.linear.scale * (self.linear.T - (p @ sigma).trace()))
        weights = {f"W{k}": w.tolist() for k, w in enumerate(point.weights, start=1)}
        name = explicit_point(self.case, weights)
        claims = (
            f"shapes: commutation {bound}",
            f"shapes: loss {bound}",
            f"problem: {critical(self.case, name)}",
            f"problem: {value(self.case, name, loss)}",
        )
        return Line(
            "bound",
            equation(LOSS, number(loss)),
            point.why,
            "certified",
            claims,
            ("commute", "loss at"),
            note="hypotheses and conclusions evaluated there",
        )

    def _with_numbers(self, line: Line, largest_shown: int) -> Line:
        values = {"W*": self.linear.least_squares, "S": self.linear.sigma}
        found = values.get(line.name)
        if found is None or found.shape[0] * found.shape[1] > largest_shown:
            return line
        letter = Ws if line.name == "W*" else S
        numbers = equation(letter, matrix(found.tolist()))
        return replace(line, formula=formal("row", line.formula, numbers))


def _bind(proof: Proof, name: str, of: str, letters: Mapping[str, RationalMatrix]) -> None:
    """Add the instance, unless the step that it is of was not found."""
    try:
        used = proof.used(of)
    except WordError:
        return
    needed = set(proof.relation(of).letter_names())
    for hypothesis in used:
        needed |= proof.relation(hypothesis).letter_names()
    proof.instance(name, of, {x: letters[x] for x in sorted(needed) if x in letters})
