"""Networks found from a seed that show what the hypotheses on replicated neurons are for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from symland.problem import Network, Problem, parse_weights
from symland.questions.answer import Answer, Stage, answer_from
from symland.questions.request import check_request

if TYPE_CHECKING:
    from symland.claims.case import Case
    from symland.search.small_data_search import Minimum

__all__ = ["Counterexample", "sloped_minimum", "two_minima"]

CLEAR = 1e-3
GAP = 0.01
Found = tuple["Case | None", dict[str, Any]]


@dataclass(frozen=True)
class Counterexample:
    """A problem and points of it that were found in floats; `answer` proves what they show.

    `points` are weights by name, as `symland.classify` and `symland.replicate` take them.
    """

    problem: Problem
    points: tuple[dict[str, Any], ...]
    seed: int
    _question: str = field(repr=False)
    _proof: Callable[[Counterexample, float], Found] = field(repr=False)

    def answer(self, budget: float = 60, stage: Stage | None = None) -> Answer:
        """The answer whose certificate the checker accepted, or an undecided one with the reason.

        `stage` is called with the name of each stage of the work as it begins.
        """
        check_request(self.problem, budget, self.seed)
        start, tell = time.monotonic(), stage or (lambda name: None)
        tell("proving the critical points")
        case, document = self._proof(self, budget)
        tell("checking")
        name = f"{self.problem.name}-{self._question}"
        return answer_from(case, self._question, name, document, self.seed, budget, start)


def sloped_minimum(
    seed: int = 0, budget: float = 240, stage: Stage | None = None
) -> Counterexample | None:
    """A minimum with B positive definite whose images are saddles, because D is not 0.

    Searches 1-1-2-1 sigmoid networks without biases on seven integer samples of size up to 4,
    drawn from the seed. The point is a minimum with positive definite Hessian; B, for the neuron of
    the first hidden layer, is positive; and D is not 0. So all images of the point when that neuron
    is split in two, that for lambda = 1/2 too, are strict saddles: in Theorem 9 of Petzka and
    Sminchisescu (2021) the hypothesis D = 0 cannot be dropped. The answer has the form of that of
    `symland.replicate`.

    Parameters
    ----------
    seed : int
        Of the data and of the starts of descents.
    budget : float
        Seconds; None is returned if they end before such a network is found.
    stage : callable, optional
        Called with how many data sets have been tried.

    Examples
    --------
    >>> found = sloped_minimum(seed=1)
    >>> found.problem.dataset.inputs[:3], sorted(found.points[0])
    (((Fraction(-2, 1),), (Fraction(-1, 1),), (Fraction(0, 1),)), ['W1', 'W2', 'W3'])
    >>> answer = found.answer()
    >>> answer.verdict, answer.to_json()["at_lambda"]["kind"]
    ('certified', 'strict_saddle')
    """
    from symland.questions.replication_forms import forms

    def wanted(problem: Problem, minima: list[Minimum]) -> list[list[float]] | None:
        for weights, _ in minima:
            B, D = forms(problem, weights, 1, 1)
            if B[0][0] > CLEAR and abs(D).max() > CLEAR:
                return [weights]
        return None

    found = _search(Network((1, 1, 2, 1), "sigmoid"), wanted, seed, budget, stage)
    return None if found is None else _named("sloped_minimum", *found, seed, "replicate", _sloped)


def two_minima(
    seed: int = 0, budget: float = 240, stage: Stage | None = None
) -> Counterexample | None:
    """Two strict minima of different loss of one sigmoid neuron with a bias.

    Searches 1-1-1 networks with a hidden bias on seven integer samples of size up to 4, drawn from
    the seed. `points` has the lower minimum first; both have positive definite Hessians. Already
    one neuron, then, may be in a minimum that is not global. The answer has the form of that of
    `symland.classify` at the higher one, with the lower one as the better point; `points` in its
    document are both.

    Parameters and return value are those of `sloped_minimum`.

    Examples
    --------
    >>> found = two_minima(seed=0, budget=0)
    >>> found is None  # no time to look at any data
    True
    """

    from symland.search.small_data_search import valleys

    def wanted(problem: Problem, minima: list[Minimum]) -> list[list[float]] | None:
        if len(minima) > 1 and minima[1][1] - minima[0][1] > GAP:
            return [weights for weights, _ in minima[:2]]
        return None

    network = Network((1, 1, 1), "sigmoid", "hidden")
    found = _search(network, wanted, seed, budget, stage, valleys)
    return None if found is None else _named("two_minima", *found, seed, "classify", _two)


def _search(
    network: Network,
    wanted: Callable[[Problem, list[Minimum]], list[list[float]] | None],
    seed: int,
    budget: float,
    stage: Stage | None,
    starts: Callable[[Problem, int], Iterable[Any]] | None = None,
) -> tuple[Problem, list[list[float]]] | None:
    """The first problem of the seed that `wanted` accepts, and the points that it returns."""
    from symland.search.deadline import Deadline
    from symland.search.small_data_search import integer_problem, random_starts, search

    check_request(integer_problem(network, [0], [0]), budget, seed)
    tried = 0

    def counted(problem: Problem, minima: list[Minimum]) -> list[list[float]] | None:
        nonlocal tried
        tried += 1
        if stage is not None:
            stage(f"{tried} data sets tried")
        return wanted(problem, minima)

    return search(network, seed, Deadline(budget), counted, starts or random_starts)


def _named(
    name: str,
    problem: Problem,
    vectors: list[list[float]],
    seed: int,
    question: str,
    proof: Callable[[Counterexample, float], Found],
) -> Counterexample:
    from symland.landscape.parameters import shaped

    points = tuple(dict(shaped(problem.network.shapes, vector)) for vector in vectors)
    return Counterexample(replace(problem, name=name), points, seed, question, proof)


def _sloped(found: Counterexample, budget: float) -> Found:
    """What `replicate` says of the point, and the claims that it is a minimum with B > 0, D not 0,
    all of whose images are saddles."""
    from symland.claims.enclosures import kind_by_inertia
    from symland.claims.replication import replicated_form, replicated_saddles
    from symland.questions.critical_box_claims import nearby_box
    from symland.questions.replicate import replicate
    from symland.search.deadline import Deadline

    problem, (point,) = found.problem, found.points
    deadline = Deadline(budget)
    document = replicate(problem, point, 1, 1, "1/2", budget, found.seed).to_json()
    box = nearby_box(problem, parse_weights(point, problem.network), deadline)
    if isinstance(box, str) or document["verdict"] != "certified":
        reason = box if isinstance(box, str) else document.get("reason")
        return None, {"problem": problem.name, "reason": reason} | _told(document)
    case, bits, _, name, critical, inertia = box
    kind_by_inertia(case, name, "strict_minimum", critical, inertia)
    _shown_loss(case, name, document["critical_point"]["loss"], bits)
    for form, sign in (("B", "positive"), ("D", "nonzero")):
        replicated_form(case, name, 1, 1, form, sign, bits)
    replicated_saddles(case, name, 1, 1, "all", (critical, inertia), [1], bits)
    return case, _told(document) | {"forms": {"B": "positive", "D": "nonzero"}}


def _told(document: Mapping[str, Any]) -> dict[str, Any]:
    """What a document says, without the frame that every answer has of its own."""
    frame = (
        "symland",
        "question",
        "seed",
        "budget",
        "engines",
        "verdict",
        "certificate",
        "seconds",
    )
    return {key: value for key, value in document.items() if key not in frame}


def _shown_loss(case: Case, name: str, loss: Mapping[str, Any], bits: int) -> None:
    """The claim that the loss is between the bounds that the document shows."""
    from flint import fmpq

    from symland.claims.enclosures import loss_between
    from symland.problem.exact_number import exact_number

    ends = (exact_number(loss[end], "loss") for end in ("lower", "upper"))
    lower, upper = (fmpq(end.numerator, end.denominator) for end in ends)
    loss_between(case, name, lower, upper, bits)


def _two(found: Counterexample, budget: float) -> Found:
    """Both points are the only critical ones in boxes, strict minima, and one loss is lower."""
    from flint import arb

    from symland.claims.case import Case
    from symland.claims.enclosures import not_global_between
    from symland.landscape.ball_landscape import BallLandscape
    from symland.landscape.parameters import flat
    from symland.questions.point_json import network_json
    from symland.questions.refined_point import accepted_box, box_claims, box_document
    from symland.search.critical_box import NoBox, critical_box
    from symland.search.deadline import Deadline

    problem, deadline, case = found.problem, Deadline(budget), Case(found.problem)
    landscape, shapes = BallLandscape(problem), found.problem.network.shapes
    names, documents, bits = [], [], 0
    frame = {"problem": problem.name, "network": network_json(problem)}
    for point in found.points:
        try:
            vector = [arb(x) for x in flat(shapes, point)]
            box = accepted_box(problem, critical_box(landscape, vector, deadline))
        except NoBox as reason:
            return None, frame | {"given": {"kind": "undecided"}, "reason": str(reason)}
        name, kind = box_claims(case, problem, box)
        names.append(name)
        documents.append(box_document(problem, box, kind))
        bits = max(bits, box.precision)
    lower, higher = documents
    not_global_between(case, names[1], names[0], bits)
    better = {key: lower[key] for key in ("weights", "loss")}
    given = higher | {"kind": "spurious_local_minimum", "global": False, "better": better}
    return case, frame | {"given": given, "refined": None, "distance": None, "points": documents}
