"""Falling segments and non-attracting regions: truths accepted, falsehoods refused, samples."""

import json
from fractions import Fraction
from itertools import pairwise
from typing import Any

import mpmath
import pytest
from flint import arb

from symland.checker import check
from symland.checker.context import Context
from symland.checker.rules_decreasing import exit_non_attracting, intervals_decreasing_segment
from symland.checker.statement import read_statement
from symland.checker.verdict import Refused
from symland.claims.case import Case
from symland.claims.critical import critical
from symland.claims.decreasing import decreasing_segment, image, non_attracting
from symland.claims.enclosures import box_point, inertia_by_congruence, only_critical
from symland.claims.replication import replicated_minima, replicated_saddles
from symland.landscape.ball_landscape import BallLandscape
from symland.problem import Dataset, Loss, Network, Problem
from symland.search.critical_box import critical_box
from symland.search.deadline import Deadline

F = Fraction
U, V = "0.63954936616620046988", "1.25555675301605127542"  # a minimum of the problem below
SHARES, LENGTH = (F(3, 2), F(-1, 2)), F(37, 100)
Build = Any  # a function that gives a new case, its point, (critical, inertia) and the precision


@pytest.fixture(scope="module")
def narrow() -> Build:
    """1-1-1, sigmoid, three samples: the strict minimum, and what is known of it."""
    data = Dataset([[0], [1], [3]], [[1], [-2], [3]])
    problem = Problem(Network((1, 1, 1), "sigmoid"), data, Loss(scale=1))
    box = critical_box(BallLandscape(problem), [arb(U), arb(V)], Deadline(20))
    assert box.congruence is not None

    def build() -> tuple[Case, str, tuple[str, str], int]:
        case = Case(problem)
        point = box_point(case, problem.network.shapes, box.midpoint, box.radii)
        critical = only_critical(case, point, box.inverse, box.precision)
        inertia = inertia_by_congruence(case, point, *box.congruence, box.precision)
        return case, point, (critical, inertia), box.precision

    return build


def way_out(
    case: Case, point: str, critical: str, bits: int, sign: int = 1, length: Any = LENGTH,
    shares: Any = SHARES, cells: int = 37, neuron: int = 1,
) -> str:  # fmt: skip
    """Both copies move by 1 and 3 times s, times the sign."""
    direction = {"W1": [[str(sign)], [str(3 * sign)]], "W2": [["0", "0"]]}
    ends = [length * k / cells for k in range(1, cells + 1)]
    start = image(1, neuron, shares)
    return decreasing_segment(case, point, direction, ends, critical, bits, start)


def wide_loss(s: Any) -> Any:
    """The loss of 1-2-1 along the segment, written out."""
    u, v = mpmath.mpf(U), mpmath.mpf(V)
    return sum(
        (1.5 * v / (1 + mpmath.exp(-(u + s) * x)) - v / 2 / (1 + mpmath.exp(-(u + 3 * s) * x)) - y)
        ** 2
        for x, y in ((0, 1), (1, -2), (3, 3))
    )


@pytest.mark.parametrize(
    ("sign", "length", "end"),
    [(1, F(37, 100), "11.5775863502"), (-1, F(3, 10), "11.4177755657")],
)
def test_the_loss_falls_in_both_directions(narrow: Build, sign: int, length: Any, end: str) -> None:
    case, point, evidence, bits = narrow()
    way_out(case, point, evidence[0], bits, sign, length, cells=int(100 * length))
    assert case.check().accepted
    with mpmath.workdps(30):
        values = [wide_loss(sign * mpmath.mpf(length.numerator) / length.denominator * k / 50)
                  for k in range(51)]  # fmt: skip
        assert all(a > b for a, b in pairwise(values))
        assert abs(values[0] - mpmath.mpf("11.73163629421685")) < 1e-12
        assert abs(values[-1] - mpmath.mpf(end)) < 1e-9


def test_the_copies_lie_in_a_non_attracting_region(narrow: Build) -> None:
    for copies in (2, 3, 5):
        case, point, evidence, bits = narrow()
        minima = replicated_minima(case, point, 1, 1, "positive", evidence, copies, bits)
        segment = way_out(case, point, evidence[0], bits)
        saddles = replicated_saddles(case, point, 1, 1, "outside", evidence, [1], bits)
        non_attracting(case, minima, segment)
        non_attracting(case, minima, saddles)
        verdict = case.check()
        assert verdict.accepted
        assert verdict.lines[-1] == (
            f"c7: the local minima of {minima} lie in non-attracting regions: a path that never"
            " rises leads to a lower loss"
        )


REFUSED: list[tuple[Any, str]] = [
    (lambda c, p, e, b: way_out(c, p, e[0], b, length=F(2, 5), cells=40),
     "not shown to fall on the cell"),  # it rises again from 0.3895...
    (lambda c, p, e, b: way_out(c, p, e[0], b, cells=1), "not shown to fall on the cell"),
    (lambda c, p, e, b: way_out(c, p, e[0], b, shares=(F(1, 2), F(1, 2))),
     "not shown to fall on the cell 0 to 1/100"),  # a local minimum
    (lambda c, p, e, b: way_out(c, p, e[0], b, shares=(F(1), F(1))), "numbers of sum 1"),
    (lambda c, p, e, b: way_out(c, p, e[0], b, shares=(F(1),)), "numbers of sum 1"),
    (lambda c, p, e, b: way_out(c, p, e[1], b), "of kind inertia, not critical"),
    (lambda c, p, e, b: way_out(c, p, e[0], b, neuron=2), "neuron: 2, expected"),
]  # fmt: skip


@pytest.mark.parametrize(("spoil", "reason"), REFUSED)
def test_false_segments_are_refused(narrow: Build, spoil: Any, reason: str) -> None:
    case, point, evidence, bits = narrow()
    spoil(case, point, evidence, bits)
    assert reason in str(case.check().reason)


def other_minima(case: Case, point: str, evidence: Any, bits: int) -> tuple[str, str, str, str]:
    """Two and three copies, a way out with three copies, saddles."""
    few = replicated_minima(case, point, 1, 1, "positive", evidence, 2, bits)
    many = replicated_minima(case, point, 1, 1, "positive", evidence, 3, bits)
    direction = {"W1": [["1"], ["3"], ["0"]], "W2": [["0"] * 3]}
    ends = [F(k, 100) for k in range(1, 11)]
    start = image(1, 1, (F(3, 2), F(-1, 2), F(0)))
    segment = decreasing_segment(case, point, direction, ends, evidence[0], bits, start)
    return few, many, segment, evidence[0]


@pytest.mark.parametrize(
    ("which", "way", "reason"),
    [
        (1, 2, None),
        (0, 2, "needs 3 copies in layer 1, the minima have 2"),
        (2, 2, "is no earlier claim of replicated minima"),
        (3, 2, "is no earlier claim of replicated minima"),
        (0, 1, "is no earlier claim of a way out"),
        (0, 3, "is no earlier claim of a way out"),
    ],
)
def test_regions_need_minima_and_a_way_out(
    narrow: Build, which: int, way: int, reason: str | None
) -> None:
    case, point, evidence, bits = narrow()
    claims = other_minima(case, point, evidence, bits)
    non_attracting(case, claims[which], claims[way])
    verdict = case.check()
    assert verdict.accepted == (reason is None)
    assert reason is None or reason in str(verdict.reason)


def test_a_way_out_from_the_point_itself_is_none_for_its_images(narrow: Build) -> None:
    """Whatever the segment proves: without an image it lies in the smaller network."""
    case, point, evidence, bits = narrow()
    minima = replicated_minima(case, point, 1, 1, "positive", evidence, 2, bits)
    non_attracting(case, minima, way_out(case, point, evidence[0], bits))
    statement = json.loads(case.statement())
    del statement["claims"][3]["image"]
    reason = check(json.dumps(statement).encode(), case.certificate()).reason
    assert "direction: W1: 2 entries, expected 1" in str(reason)


def two_hidden_neurons() -> Case:
    """A linear 1-2-1 at W1 = 0, W2 = 0: critical; the neurons are told apart."""
    case = Case(Problem(Network((1, 2, 1)), Dataset([[1]], [[1]]), Loss(scale=1)))
    point = case.point({"W1": [["0"], ["0"]], "W2": [["0", "0"]]})
    start = critical(case, point)
    direction = {"W1": [["1"], ["0"]], "W2": [["1", "0"]]}
    decreasing_segment(case, point, direction, [F(1, 2), F(3, 4)], start, 64)
    return case


def test_a_segment_from_an_exact_saddle() -> None:
    """(s^2 - 1)^2 falls up to s = 1."""
    assert two_hidden_neurons().check().accepted
    text = two_hidden_neurons().statement().replace(b'"length": "3/4"', b'"length": "5/4"')
    proof = two_hidden_neurons().certificate().replace(b'"3/4"', b'"5/4"')
    assert "not shown to fall on the cell 1/2 to 5/4" in str(check(text, proof).reason)


def context_of(case: Case, **established: Any) -> Context:
    """The checker's view of a statement, with claims that are taken as established."""
    context = Context(read_statement(case.statement()))
    context.established |= established
    return context


def test_a_kink_on_the_way_is_refused() -> None:
    """relu(1 - s) has one at s = 1."""
    case = Case(Problem(Network((1, 1, 1), "relu"), Dataset([[1]], [[1]]), Loss(scale=1)))
    point = case.point({"W1": [["1"]], "W2": [["0"]]})
    context = context_of(case, c={"claim": "critical", "point": point})
    direction = {"W1": [["-1"]], "W2": [["1"]]}
    claim = {"point": point, "direction": direction, "length": "2"}
    with pytest.raises(Refused, match="kink"):
        intervals_decreasing_segment(context, claim, {"critical": "c", "precision": 64,
                                                      "cells": ["2"]})  # fmt: skip


LAYERS = {"claim": "replicated_layers", "point": "p", "copies": [2, 1]}
SECOND = {"claim": "replicated_minima", "point": "p", "copies": 2, "layer": 1, "neuron": 2}


@pytest.mark.parametrize(
    ("minima", "layer", "point", "reason"),
    [
        (LAYERS, 1, "p", None),
        (LAYERS, 2, "p", "needs 2 copies in layer 2, the minima have 1"),
        (LAYERS, 1, "q", "of another point or neuron"),
        (SECOND, 1, "p", "of another point or neuron"),
        (SECOND | {"neuron": 1}, 1, "p", None),
        (SECOND | {"neuron": 1}, 2, "p", "needs 2 copies in layer 2, the minima have 0"),
    ],
)
def test_where_saddles_are_a_way_out(
    minima: Any, layer: int, point: str, reason: str | None
) -> None:
    data = Dataset([[0], [1]], [[1], [-2]])
    case = Case(Problem(Network((1, 1, 1, 1), "sigmoid"), data, Loss(scale=1)))
    way = {"claim": "replicated_saddles", "point": point, "layer": layer, "neuron": 1}
    context = context_of(case, m=minima, w=way)
    if reason is None:
        assert "non-attracting" in exit_non_attracting(context, {"minima": "m"}, {"exit": "w"})
    else:
        with pytest.raises(Refused, match=reason):
            exit_non_attracting(context, {"minima": "m"}, {"exit": "w"})
