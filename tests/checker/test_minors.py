"""Minors of gradients of outputs and regularizer: against floats, at critical points, covers."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy.optimize import minimize

from symland import Dataset, Loss, Network, Problem, Regularizer, critical_set
from symland.checker.intervals import Interval
from symland.checker.minors import Minors, determinant
from symland.checker.statement import read_problem
from symland.checker.verdict import Refused
from symland.landscape.float_landscape import FloatLandscape
from symland.search import box_minors
from symland.search.critical_starts import critical_starts
from symland.search.deadline import Deadline
from symland.search.degenerate_point import newton_end
from symland.search.spanning_outputs import spanning_outputs
from tests.checker.documents import certificate, problem, statement, verdict

BITS = 80
UNEVEN = Regularizer({"W1": [["1/2"], [2]], "W2": [[1, "1/3"]]})
TWO = Dataset([[1], [-2]], [[1], [2]])
CASES = [
    (Network([1, 2, 1], "tanh"), TWO, Loss(), UNEVEN, 2),
    (Network([1, 2, 1], "exp"), Dataset([[1], [1], [2]], [[1], [0], [2]]), Loss(), UNEVEN, 2),
    (Network([1, 2, 1], "tanh"), Dataset([[1], [0]], [[1], [0]]), Loss(), UNEVEN, 1),
    (
        Network([1, 2, 1], "polynomial(0, 1, 1)"),
        Dataset([[-2], [2], [3]], [[1], [0], [2]]),
        Loss(),
        Regularizer("1/10"),
        2,
    ),
    (Network([1, 1, 1, 1], "cube"), TWO, Loss("logistic"), Regularizer(1), 1),
    (Network([2, 1, 1], "sigmoid", "output"), Dataset([[1, 2], [0, 1]], [[1], [-1]]),
     Loss("logistic"), Regularizer(1), 2),
    (Network([1, 1, 2], "softplus"), Dataset([[1]], [[0, 1]]), Loss("cross_entropy"),
     Regularizer("1/2"), 2),
]  # fmt: skip


def prepared(case: Any) -> tuple[Problem, box_minors.Minors, Minors]:
    network, data, loss, regularizer, _ = case
    if loss.kind == "logistic":
        data = Dataset(data.inputs, [[1] if i % 2 else [-1] for i in range(data.sample_count)])
    question = Problem(network, data, loss, regularizer)
    search = box_minors.Minors(question)
    parsed = read_problem(json.loads(json.dumps(question.to_json())))
    return question, search, Minors(parsed, search.to_json(), BITS)


def fractions(ends: Any) -> list[tuple[Fraction, Fraction]]:
    return [(Fraction(low), Fraction(high)) for low, high in zip(*ends, strict=True)]


def matrix(question: Problem, outputs: list[tuple[int, int]], w: Any) -> Any:
    """Gradients of outputs and of the regularizer. For the squared loss of one sample that of
    output f_j is the gradient for target 0 minus that for target 1."""
    network, rows = question.network, []
    for sample, j in outputs:
        one = [int(i == j) for i in range(network.widths[-1])]
        at = [
            FloatLandscape(
                Problem(network, Dataset([question.dataset.inputs[sample]], [y]), Loss(scale="1/2"))
            ).gradient(w)
            for y in ([0] * len(one), one)
        ]
        rows.append(at[0] - at[1])
    free = Problem(network, question.dataset, question.loss)
    rows.append(FloatLandscape(question).gradient(w) - FloatLandscape(free).gradient(w))
    return np.array(rows)


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case[0]))
def test_boxes_excluded_have_a_determinant_of_one_sign(case: Any) -> None:
    """And all that the search excludes by a margin the checker excludes."""
    question, search, checker = prepared(case)
    assert len(search.outputs) == case[4]
    random, n, excluded = np.random.default_rng(0), question.network.parameter_count, 0
    for radius in (0.3, 0.05, 0.005):
        middle = random.uniform(-1.5, 1.5, (6, n))
        found = search.excluding(middle - radius, middle + radius, 0.01)
        for m, k in zip(middle, found, strict=True):
            if k < 0:
                continue
            excluded += 1
            assert checker.is_nonzero(int(k), fractions((m - radius, m + radius)))
            columns = list(search.columns[int(k)])
            places = [m, *random.uniform(m - radius, m + radius, (5, n))]
            values = [
                np.linalg.det(matrix(question, search.outputs, w)[:, columns]) for w in places
            ]
            assert min(values) > 0 or max(values) < 0
    assert excluded > 4


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case[0]))
def test_no_minor_is_nonzero_at_a_critical_point(case: Any) -> None:
    question, search, checker = prepared(case)
    floats, random = FloatLandscape(question), np.random.default_rng(1)
    starts = random.uniform(-2, 2, (40, question.network.parameter_count))
    lowest = minimize(floats.loss, starts[0] / 10, jac=floats.gradient, tol=1e-8).x
    ends = [newton_end(floats, start) for start in [lowest, *starts]]
    places = [
        end
        for end in ends
        if end is not None
        and abs(end).max() < 5
        and abs(floats.gradient(end)).max() < 1e-12
        and abs(np.linalg.eigvalsh(floats.hessian(end))).min() > 1e-3
    ]
    assert places
    for place in places[:4]:
        box = fractions((place - 1e-7, place + 1e-7))
        assert not any(checker.is_nonzero(k, box) for k in range(len(search.columns)))
        assert (search.excluding(place[None] - 1e-7, place[None] + 1e-7, 0.0) < 0).all()


def written_out(question: Problem, expanded: bool) -> Minors:
    """The minors with or without their expansion, where there is one."""
    search = box_minors.Minors(question)
    given = search.to_json() | {"expanded": expanded and bool(search.expanded)}
    return Minors(read_problem(json.loads(json.dumps(question.to_json()))), given, BITS)


@pytest.mark.parametrize("expanded", [False, True])
@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case[0]))
def test_derivatives_of_minors(case: Any, expanded: bool) -> None:
    """Enclosures at a point against differences of determinants."""
    question, search, _ = prepared(case)
    checker, n = written_out(question, expanded), question.network.parameter_count
    place, step = np.random.default_rng(4).uniform(-1, 1, n), 1e-5
    box = [Interval.between(Fraction(x), Fraction(x), BITS) for x in place]

    def value(w: Any, columns: list[int]) -> float:
        return float(np.linalg.det(matrix(question, search.outputs, w)[:, columns]))

    for k, columns in enumerate(map(list, search.columns)):
        assert float(checker._over(k, box).ends()[0]) == pytest.approx(value(place, columns))
        for e, found in zip(np.eye(n), checker._slopes(k, box), strict=True):
            ends = value(place + step * e, columns), value(place - step * e, columns)
            slope = (ends[0] - ends[1]) / (2 * step)
            assert float(found.ends()[0]) == pytest.approx(slope, rel=1e-5, abs=1e-7)
            assert found.ends()[1] - found.ends()[0] < Fraction(1, 2**40)


@pytest.mark.parametrize("expanded", [False, True])
def test_the_mean_value_theorem_excludes_more(expanded: bool) -> None:
    """Boxes in which the intervals of the terms of a minor overlap."""
    question, search, _ = prepared(CASES[3])
    assert len(search.expanded) == len(search.columns)
    checker, random, won = written_out(question, expanded), np.random.default_rng(3), 0
    for middle in random.uniform(0.2, 1, (40, 4)):
        ends = fractions((middle - 0.02, middle + 0.02))
        box = [Interval.between(low, high, BITS) for low, high in ends]
        for k in range(len(search.columns)):
            rough = checker.arithmetic.sign(checker._over(k, box))
            won += not rough and checker.is_nonzero(k, ends)
    assert won > 5


@given(st.integers(-300, 300), st.integers(0, 300), st.integers(1, 7))
def test_powers(low: int, width: int, exponent: int) -> None:
    """The ends of a power of [low, low + width] / 100, rounded outward by little."""
    ends = Fraction(low, 100), Fraction(low + width, 100)
    found = Interval.between(*ends, BITS).power(exponent).ends()
    values = [x**exponent for x in ends]
    if exponent % 2 == 0 and ends[0] <= 0 <= ends[1]:
        values.append(Fraction(0))
    assert found[0] <= min(values) <= max(values) <= found[1]
    assert max(min(values) - found[0], found[1] - max(values)) < Fraction(1, 2**60)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
def test_determinants(size: int) -> None:
    rows = np.random.default_rng(size).integers(-5, 6, (size, size))
    assert determinant(rows.tolist()) == round(float(np.linalg.det(rows)))


def unit(**more: Any) -> Any:
    """f = v e^u, regularized: at a critical point v^2 = u."""
    l2 = {"W1": [["1"]], "W2": [["1"]]}
    return problem([1, 1, 1], [[1]], [[1]], **({"activation": ["exp"], "l2": l2} | more))


def cover(about: Any, minors: Any, tree: list[Any]) -> Any:
    """The claim that the square [3, 4] has no critical point."""
    claim = ("all_critical", {"lower": "3", "upper": "4", "points": []})
    witness = {"precision": BITS, "cover": tree, "symmetries": None, "balances": None}
    return verdict(
        statement(about, {}, [claim]),
        certificate([("spanned_domain", witness | {"minors": minors})]),
    )


MANY = problem(
    [5, 4, 1], [[-5, 2, -2, 5, 1], [-1, 6, 2, -2, 5]], [[0], [0]], activation=["cube"],
    l2={"W1": [["1"] * 5] * 4, "W2": [["1"] * 4]},
)  # fmt: skip
ALL = {"outputs": [[0, 0], [1, 0]], "columns": [[0, 1, 22]], "expanded": True}
LONG = problem([1] * 42, [[1]], [[1]], activation=["square"] * 40, l2={"W41": [["1"]]})
ONE = {"outputs": [[0, 0]], "columns": [[0, 1]], "expanded": False}


def test_a_square_without_critical_points() -> None:
    answer = cover(unit(), ONE, [0, 4, 4])
    assert answer.accepted, answer.reason


@pytest.mark.parametrize(
    ("about", "minors", "tree", "reason"),
    [
        (unit(), ONE, [0, 4, 5], "expected an integer"),
        (unit(), None, [0, 4, 4], "expected an integer"),
        (unit(l2={}), ONE, [0, 4, 4], "minor 0 may be 0 in a leaf"),
        (unit(), ONE | {"columns": [[0]]}, [0, 4, 4], "expected 2"),
        (
            unit(),
            {"outputs": [], "columns": [[0]], "expanded": False},
            [0, 4, 4],
            "do not span all",
        ),
        (unit(), ONE | {"columns": [[1, 0]]}, [0, 4, 4], "columns of a minor"),
        (unit(), ONE | {"more": 1}, [0, 4, 4], "unknown field"),
        (
            unit(),
            {"outputs": [[0, 0]] * 8, "columns": [], "expanded": False},
            [0, 4, 4],
            "fewer than 8 outputs",
        ),
        (unit(), ONE | {"columns": [[0, 1]] * 1001}, [0, 4, 4], "more than 1000 minors"),
        (MANY, ALL | {"columns": ALL["columns"] * 20}, [0], "expanded minors of more than 50000"),
        (
            LONG,
            ONE | {"columns": [[0, 40]], "expanded": True},
            [82],
            "more work than files of this size may cause",
        ),
    ],
)
def test_refused(about: Any, minors: Any, tree: Any, reason: str) -> None:
    answer = cover(about, minors, tree)
    assert not answer.accepted
    assert reason in str(answer.reason)


@pytest.mark.parametrize(
    ("activation", "bias", "inputs", "listed", "spans"),
    [
        ("square", "none", [[1], [2], [-3]], [[0, 0]], True),
        ("square", "output", [[1], [2], [-3]], [[0, 0]], False),
        ("square", "output", [[1], [2], [-3]], [[0, 0], [2, 0]], True),
        ("square", "hidden", [[1], [2], [-3]], [[0, 0], [2, 0]], False),
        ("polynomial(1, 0, 1)", "none", [[1], [2], [0]], [[0, 0]], False),
        ("polynomial(0, 1, 1)", "none", [[1], [2], [0]], [[0, 0], [1, 0]], True),
        ("polynomial(0, 1, 0, 1)", "none", [[1], [-1], [0]], [[0, 0]], True),
        ("tanh", "none", [[1], [0], [1]], [[2, 0]], True),
        ("tanh", "hidden", [[1], [0], [1]], [[2, 0]], False),
        ("sigmoid", "none", [[1], [0]], [[0, 0]], False),
        ("tanh", "none", [[1], [-1]], [[0, 0]], False),
    ],
)
def test_outputs_that_span(
    activation: str, bias: str, inputs: Any, listed: Any, spans: bool
) -> None:
    network = Network([1, 2, 1], activation, bias)
    question = Problem(network, Dataset(inputs, [[1]] * len(inputs)), regularizer=Regularizer(1))
    parsed = read_problem(json.loads(json.dumps(question.to_json())))
    if spans:
        assert Minors(parsed, {"outputs": listed, "columns": [], "expanded": False}, BITS).outputs
        assert len(spanning_outputs(question)) == len(listed)
    else:
        with pytest.raises(Refused, match="do not span all"):
            Minors(parsed, {"outputs": listed, "columns": [], "expanded": False}, BITS)


def test_a_box_of_four_weights() -> None:
    """All critical points of two exponentials through two inputs; Newton's method finds no more."""
    question = Problem(
        Network([2, 1, 1], "exp", "output"),
        Dataset([[3, -2], [1, 0]], [[-2], [1]]),
        regularizer=Regularizer(1),
    )
    answer = critical_set(question, box=(-1, 1), budget=50)
    assert answer.verdict == "certified"
    assert b'"columns"' in (answer.certificate or b"")
    weights = [
        [x for name in ("W1", "W2", "b2") for x in np.array(p["weights"][name], float).ravel()]
        for p in answer.to_json()["points"]
    ]
    reached = critical_starts(question, [], 1, Deadline(2), idle=20, cube=(-1.0, 1.0)).regular
    inside = [w for w in reached if abs(w).max() < 1]
    assert len(inside) >= 1
    for place in inside:
        assert min(abs(place - w).max() for w in np.array(weights)) < 1e-8
