"""Splitting one neuron in two: what the whole line of images is, with proof."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from copy import deepcopy
from fractions import Fraction
from typing import Any

from symland.claims.case import Case
from symland.claims.replication import replicated_minima, replicated_saddles
from symland.landscape.replication import image, widened
from symland.problem.exact_number import exact_number
from symland.problem.problem import Problem
from symland.problem.weights import Weights
from symland.problem.weights_file import parse_weights
from symland.questions.answer import Answer, Stage, answer_from
from symland.questions.replication_forms import float_hessian, forms
from symland.questions.request import check_request
from symland.search.deadline import Deadline

__all__ = ["replicate"]

Exact = tuple[str, Callable[[Case, str], str], Callable[[Case, str, tuple[int, int, int]], str]]


def replicate(
    problem: Problem,
    weights: Weights | Mapping[str, Any],
    layer: int,
    neuron: int,
    lam: Any,
    budget: float = 60,
    seed: int = 0,
    stage: Stage | None = None,
) -> Answer:
    """The image of a point when a neuron is split in two, and what all such images are.

    The larger network has one more neuron in the hidden layer; `image` in the document are its
    weights: the new neuron, last, has lam times the outgoing weights of the neuron, which keeps
    1 - lam times. The function is the same. If the point is critical, so are the images for all
    real lam. `line` says what they are, from the matrices B and D of second derivatives: for
    0 < lam < 1 ("inside"), for lam < 0 or lam > 1 ("outside"): local minima, strict saddles, or
    undecided. Weights that are only nearly critical stand for the critical point nearby.

    Raises
    ------
    InputError
        The point does not fit, the layer or neuron does not exist, the loss is regularized, or
        budget or seed is no number as `check_request` wants it.

    Examples
    --------
    >>> from symland import Dataset, Loss, Network, Problem
    >>> problem = Problem(Network((1, 1, 1), "square"), Dataset([[1], [2]], [[2], [1]]), Loss())
    >>> answer = replicate(problem, {"W1": [[1]], "W2": [["6/17"]]}, 1, 1, "1/2")
    >>> answer.verdict, [(part["lambda"], part["kind"]) for part in answer.to_json()["line"]]
    ('undecided', [('inside', 'undecided'), ('outside', 'undecided')])

    The point above lies on a curve of minima, and B = 0. One sigmoid without bias:

    >>> problem = Problem(Network((1, 1, 1), "sigmoid"), Dataset([[0], [1], [3]], [[1], [-2], [3]]))
    >>> answer = replicate(problem, {"W1": [["0.6395"]], "W2": [["1.2556"]]}, 1, 1, "1/2")
    >>> answer.verdict, [(part["lambda"], part["kind"]) for part in answer.to_json()["line"]]
    ('certified', [('inside', 'local_minimum'), ('outside', 'strict_saddle')])

    Source: Fukumizu and Amari (2000); Petzka and Sminchisescu (2021), Theorems 7 to 9. With
    biases B and D are indexed by all incoming parameters, the bias included.
    """
    start, report = time.monotonic(), stage or (lambda name: None)
    check_request(problem, budget, seed)
    point = weights if isinstance(weights, Weights) else parse_weights(weights, problem.network)
    wide = widened(problem, layer)
    split = image(point, problem.network, layer, neuron, lam)
    document: dict[str, Any] = {
        "problem": problem.name,
        "replication": {"layer": layer, "neuron": neuron, "lambda": str(exact_number(lam, "lam"))},
        "image": {"widths": list(wide.network.widths), "exact": split.to_json()},
    }
    work = _Line(problem, point, layer, neuron, Deadline(budget))
    report("the critical point")
    document |= work.document()
    report("checking")
    name = f"{problem.name}-replicate"
    return answer_from(work.case, "replicate", name, document, seed, budget, start)


class _Line:
    """The images of one point: the case that grows, and how its numbers are computed."""

    def __init__(
        self, problem: Problem, point: Weights, layer: int, neuron: int, deadline: Deadline
    ):
        self.problem, self.point = problem, point
        self.layer, self.neuron, self.deadline = layer, neuron, deadline
        self.case = Case(problem)
        self.precision: int | None = None
        self.exact = "substitution"

    def document(self) -> dict[str, Any]:
        """What the line is; claims are added to the case."""
        if any(a.name in ("relu", "leaky_relu") for a in self.problem.network.activations):
            # Where the loss is twice differentiable s'' = 0, hence B = 0, which decides nothing.
            return _undecided("an activation has a kink and no curvature elsewhere, so that B = 0")
        found = self._exactly() or self._in_a_box()
        if isinstance(found, str):
            return _undecided(found)
        values, name, critical, inertia = found
        B, D = forms(self.problem, values, self.layer, self.neuron)
        signs = _signs(B)
        line = []
        for where in ("inside", "outside"):
            line.append({"lambda": where, **self._part(where, name, (critical, inertia), B, D)})
        done = all(part["status"] == "certified" for part in line)
        document: dict[str, Any] = {
            "line": line,
            "point": {"exact": self.precision is None},
            "B": {"positive": signs[0], "negative": signs[1], "zero": signs[2]},
        }
        if not done:
            document |= {
                "verdict": "undecided",
                "reason": "the signs of B, or that D is 0, do not "
                "decide what the images are, or are not proved",
            }
        return document

    def _part(
        self, where: str, name: str, evidence: tuple[str, str], B: Any, D: Any
    ) -> dict[str, Any]:
        """One piece of the line: the first claim that the checker accepts."""
        for kind, claim in self._candidates(where, name, evidence, B, D):
            if self._accepted(claim):
                claim(self.case)
                return {"kind": kind, "status": "certified"}
        return {"kind": "undecided", "status": "undecided"}

    def _candidates(
        self, where: str, name: str, evidence: tuple[str, str], B: Any, D: Any
    ) -> list[tuple[str, Callable[[Case], str]]]:
        import numpy as np

        vectors = np.linalg.eigh(B)[1]
        shares = "positive" if where == "inside" else "one_positive"
        bent = vectors[:, 0 if where == "inside" else -1]
        steep = D[:, int(np.argmax(np.abs(D).sum(axis=0)))] if D.size else bent

        def minima(case: Case) -> str:
            return replicated_minima(
                case,
                name,
                self.layer,
                self.neuron,
                shares,
                evidence,
                precision=self.precision,
                exact=self.exact,
            )

        def saddles(part: str, direction: Any) -> Callable[[Case], str]:
            return lambda case: replicated_saddles(
                case,
                name,
                self.layer,
                self.neuron,
                part,
                evidence,
                _rounded(direction),
                precision=self.precision,
                exact=self.exact,
            )

        return [
            ("local_minimum", minima),
            ("strict_saddle", saddles(where, bent)),
            ("strict_saddle", saddles("all", steep)),
        ]

    def _accepted(self, claim: Callable[[Case], str]) -> bool:
        """Whether the checker accepts the case with one more claim: tried on a copy."""
        trial = deepcopy(self.case)
        claim(trial)
        return trial.check().accepted

    def _exactly(self) -> tuple[list[float], str, str, str] | None:
        """The claims critical and inertia at the point itself, where exact rules prove them."""
        from symland.claims.critical import critical
        from symland.claims.curvature import inertia
        from symland.claims.enclosures import critical_exactly, inertia_exactly
        from symland.questions.weights_numbers import rounded_entries

        values = [float(x) for x in _flat(self.problem, rounded_entries(self.point))]
        ways: list[Exact] = [
            ("substitution", critical, inertia),
            ("logarithms", critical_exactly, inertia_exactly),
        ]
        for self.exact, first, second in ways:
            case = Case(self.problem)
            name = case.point(self.point.to_json())
            claim = first(case, name)
            if not case.check().accepted:
                continue
            signs = _signs(float_hessian(self.problem, values))
            proof = second(case, name, signs)
            if case.check().accepted:
                self.case = case
                return values, name, claim, proof
        return None

    def _in_a_box(self) -> tuple[list[float], str, str, str] | str:
        """The same for the critical point nearby, in a box that holds no other."""
        from symland.questions.critical_box_claims import nearby_box

        found = nearby_box(self.problem, self.point, self.deadline)
        if isinstance(found, str):
            return found
        self.case, self.precision, values, name, critical, inertia = found
        return values, name, critical, inertia


def _signs(matrix: Any) -> tuple[int, int, int]:
    """The inertia of a matrix of floats: a guess that the checker confirms."""
    import numpy as np

    values = np.linalg.eigvalsh(matrix)
    cut = 1e-10 * max(abs(values), default=0.0)
    positive, negative = int((values > cut).sum()), int((values < -cut).sum())
    return positive, negative, len(values) - positive - negative


def _rounded(direction: Any) -> list[Fraction]:
    size = max(abs(direction)) or 1
    return [Fraction(round(float(x / size) * 64), 64) for x in direction]


def _flat(problem: Problem, values: Mapping[str, Any]) -> list[Any]:
    from symland.landscape.parameters import flat

    return flat(problem.network.shapes, values)


def _undecided(reason: str) -> dict[str, Any]:
    pieces = [
        {"lambda": w, "kind": "undecided", "status": "undecided"} for w in ("inside", "outside")
    ]
    return {"line": pieces, "B": None, "verdict": "undecided", "reason": reason}
