"""Splitting one neuron in two: what the whole line of images is, with proof."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from fractions import Fraction
from functools import partial
from typing import Any

from flint import fmpq

from symland.claims.case import Case
from symland.claims.replication import (
    replicated_ends,
    replicated_form,
    replicated_minima,
    replicated_saddles,
)
from symland.landscape.number_systems.number_system import Kink, MissingFunction
from symland.landscape.replication import image, widened
from symland.problem.exact_number import exact_number
from symland.problem.problem import Problem
from symland.problem.weights import Weights
from symland.problem.weights_file import parse_weights
from symland.questions.answer import Answer, Stage, answer_from
from symland.questions.replicated_fit import fit_as_given, fit_nearby
from symland.questions.replicated_image import PRECISION, claimed_loss, critical_point, image_at
from symland.questions.replication_ends import telling_incoming
from symland.questions.replication_forms import float_hessian, forms
from symland.questions.replication_reason import undecided_because
from symland.questions.request import check_request
from symland.search.critical_box import CriticalBox
from symland.search.deadline import Deadline

__all__ = ["replicate"]

PARTS = ("inside", "outside", "ends")
EXACT = {"exact": True}
Candidate = tuple[str, Callable[[Case], str]]
Exact = tuple[str, Callable[[Case, str], str], Callable[[Case, str, tuple[int, int, int]], str]]
SOFTMAX = (
    "; a vector added to all rows of the last weights changes no cross-entropy, so that no "
    "critical point is alone in a box"
)


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

    The larger network has one more neuron in the hidden layer; `image` in the document holds the
    weights given, split: the new neuron, last, has lam times the outgoing weights of the neuron,
    which keeps 1 - lam times. The function is the same. If the point is critical, so are the images
    for all real lam. `line` says what they are, from the matrices B and D of second derivatives:
    for 0 < lam < 1 ("inside"), for lam < 0 or lam > 1 ("outside"): local minima, strict saddles, or
    undecided. For lam = 0 or 1 ("ends") the network does not see one of the two neurons, whose
    incoming weights are free: saddles, unless the loss does not feel its outgoing weights either.
    Where no function of the inputs does better on the samples, all images are global minima.
    Weights that are only nearly critical stand for the critical point nearby: `critical_point`, of
    which `at_lambda` is the image for the lam given.

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
    ('undecided', [('inside', 'undecided'), ('outside', 'undecided'), ('ends', 'undecided')])

    The point above lies on a curve of minima, and B = 0; a second square can do no more than one.
    One sigmoid without bias:

    >>> problem = Problem(Network((1, 1, 1), "sigmoid"), Dataset([[0], [1], [3]], [[1], [-2], [3]]))
    >>> answer = replicate(problem, {"W1": [["0.6395"]], "W2": [["1.2556"]]}, 1, 1, "1/2")
    >>> answer.verdict, [(part["lambda"], part["kind"]) for part in answer.to_json()["line"]]
    ('certified',
     [('inside', 'local_minimum'), ('outside', 'strict_saddle'), ('ends', 'non_strict_saddle')])

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
    work = _Line(problem, point, layer, neuron, Deadline(budget), seed)
    report("the critical point")
    document |= work.document()
    share, found = exact_number(lam, "lam"), (work.critical_point, work.midpoint)
    document["critical_point"] = work.critical_point
    document["at_lambda"] = image_at(
        share, document["line"], split, found, (problem, layer, neuron)
    )
    report("checking")
    name = f"{problem.name}-replicate"
    return answer_from(work.case, "replicate", name, document, seed, budget, start)


class _Line:
    """The images of one point: the case that grows, and how its numbers are computed."""

    def __init__(
        self,
        problem: Problem,
        point: Weights,
        layer: int,
        neuron: int,
        deadline: Deadline,
        seed: int,
    ):
        self.problem, self.point, self.seed = problem, point, seed
        self.layer, self.neuron, self.deadline = layer, neuron, deadline
        self.case = Case(problem)
        self.precision: int | None = None
        self.exact = "substitution"
        self.box: CriticalBox | None = None
        self.midpoint: list[fmpq] | None = None
        self.signs: tuple[int, int, int] | None = None
        self.critical_point: dict[str, Any] | None = None

    def document(self) -> dict[str, Any]:
        """What the line is; claims are added to the case."""
        fits = self._fits()
        if fits is not None:
            return fits
        try:
            found = self._exactly() or self._in_a_box()
            if isinstance(found, str):
                return _undecided(found + SOFTMAX * (self.problem.loss.kind == "cross_entropy"))
            values, name, critical, inertia = found
            B, D = forms(self.problem, values, self.layer, self.neuron)
        except (Kink, MissingFunction) as reason:
            return _undecided(f"no derivatives there: {reason}")
        value = claimed_loss(self.case, self.problem, self.point, name, self.box)
        self.critical_point = critical_point(self.problem, self.point, self.box, value, self.signs)
        signs, evidence = _signs(B), (critical, inertia)
        line = []
        for where in PARTS:
            candidates = (
                self._at_the_ends(name, evidence, values, D)
                if where == "ends"
                else self._candidates(where, name, evidence, B, D)
            )
            line.append({"lambda": where, **self._part(candidates)})
        done = all(part["status"] == "certified" for part in line)
        document: dict[str, Any] = {
            "line": line,
            "point": EXACT if self.precision is None else {"exact": False},
            "B": {"positive": signs[0], "negative": signs[1], "zero": signs[2]},
        }
        if not done:
            because = undecided_because(self.case, signs, D, line, self._form(name))
            document |= {"verdict": "undecided", "reason": because}
        return document

    def _form(self, name: str) -> Callable[[Case, str, str], str]:
        """Adds the claim that B or D has a sign to a case."""
        place = name, self.layer, self.neuron
        return lambda case, form, sign: replicated_form(
            case, *place, form, sign, precision=self.precision, exact=self.exact
        )

    def _part(self, candidates: Iterable[Candidate]) -> dict[str, Any]:
        """One piece of the line: the first claim that the checker accepts."""
        for kind, claim in candidates:
            if self._accepted(claim):
                claim(self.case)
                return {"kind": kind, "status": "certified"}
        return {"kind": "undecided", "status": "undecided"}

    def _candidates(
        self, where: str, name: str, evidence: tuple[str, str], B: Any, D: Any
    ) -> list[Candidate]:
        import numpy as np

        vectors = np.linalg.eigh(B)[1]
        shares = "positive" if where == "inside" else "one_positive"
        bent = vectors[:, 0 if where == "inside" else -1]

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

        return [
            ("local_minimum", minima),
            ("strict_saddle", self._saddles(where, name, evidence, bent)),
            ("strict_saddle", self._saddles("all", name, evidence, _steep(D))),
        ]

    def _saddles(
        self, shares: str, name: str, evidence: tuple[str, str], direction: Any
    ) -> Callable[[Case], str]:
        return lambda case: replicated_saddles(
            case,
            name,
            self.layer,
            self.neuron,
            shares,
            evidence,
            _rounded(direction),
            precision=self.precision,
            exact=self.exact,
        )

    def _at_the_ends(
        self, name: str, evidence: tuple[str, str], values: list[float], D: Any
    ) -> Iterator[Candidate]:
        yield "strict_saddle", self._saddles("all", name, evidence, _steep(D))
        incoming = telling_incoming(self.problem, values, self.layer, self.neuron, self.seed)
        for strict, kind in ((False, "non_strict_saddle"), (True, "strict_saddle")):
            if incoming is not None:
                yield (
                    kind,
                    partial(
                        replicated_ends,
                        point=name,
                        layer=self.layer,
                        neuron=self.neuron,
                        strict=strict,
                        evidence=evidence,
                        incoming=incoming,
                        precision=self.precision or PRECISION,
                    ),
                )

    def _accepted(self, claim: Callable[[Case], str]) -> bool:
        """Whether the checker accepts the case with one more claim: tried on a copy."""
        trial = deepcopy(self.case)
        claim(trial)
        return trial.check().accepted

    def _fits(self) -> dict[str, Any] | None:
        """The document of the line where the point fits as well as any function of the inputs, as
        given or nearby, so that all images are global minima; None where that is not proved."""
        place = self.problem, self.point, self.layer, self.neuron
        given = fit_as_given(*place)
        if given is not None:
            self.case, self.critical_point = given
        else:
            nearby = fit_nearby(*place, self.deadline)
            if nearby is None:
                return None
            self.case, self.critical_point, self.midpoint = nearby
        part = {"kind": "global_minimum", "status": "certified"}
        line = [{"lambda": where, **part} for where in PARTS]
        return {"line": line, "point": {"exact": given is not None}, "B": None}

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
                self.case, self.signs = case, signs
                return values, name, claim, proof
        return None

    def _in_a_box(self) -> tuple[list[float], str, str, str] | str:
        """The same for the critical point nearby, in a box that holds no other."""
        from symland.questions.critical_box_claims import nearby_box_and_claims

        found = nearby_box_and_claims(self.problem, self.point, self.deadline)
        if isinstance(found, str):
            return found
        self.box, (self.case, self.precision, values, name, critical, inertia) = found
        self.midpoint = self.box.midpoint
        self.signs = None if self.box.congruence is None else self.box.congruence[0]
        return values, name, critical, inertia


def _signs(matrix: Any) -> tuple[int, int, int]:
    """The inertia of a matrix of floats: a guess that the checker confirms."""
    import numpy as np

    values = np.linalg.eigvalsh(matrix)
    cut = 1e-10 * max(abs(values), default=0.0)
    positive, negative = int((values > cut).sum()), int((values < -cut).sum())
    return positive, negative, len(values) - positive - negative


def _steep(D: Any) -> Any:
    """The column of D that is largest."""
    import numpy as np

    return D[:, int(np.argmax(np.abs(D).sum(axis=0)))]


def _rounded(direction: Any) -> list[Fraction]:
    size = max(abs(direction)) or 1
    return [Fraction(round(float(x / size) * 64), 64) for x in direction]


def _flat(problem: Problem, values: Mapping[str, Any]) -> list[Any]:
    from symland.landscape.parameters import flat

    return flat(problem.network.shapes, values)


def _undecided(reason: str) -> dict[str, Any]:
    pieces = [{"lambda": w, "kind": "undecided", "status": "undecided"} for w in PARTS]
    return {"line": pieces, "B": None, "verdict": "undecided", "reason": reason}
