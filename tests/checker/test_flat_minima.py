"""Convex regions, explicit neighbourhoods and copies in layers: each condition by itself."""

import json
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest

from symland.checker import Verdict
from symland.checker.intervals import Interval
from symland.checker.logarithms import Logarithmic
from symland.checker.rules_flat_minima import _bends
from symland.checker.statement import read_statement
from tests.checker.documents import certificate, one, problem, statement, verdict

F = Fraction


def number(text: str) -> Logarithmic:
    if text.startswith("log("):
        return Logarithmic(F(0), F(text[4:-1]))
    return Logarithmic(F(text))


@pytest.mark.parametrize(
    ("activation", "zs", "convex", "concave"),
    [
        ("linear", "-1 1", True, True),
        ("relu", "-1 1", True, False),
        ("relu", "1 2", True, True),
        ("relu", "-2 -1", True, True),
        ("leaky_relu(1/2)", "-1 1", True, False),
        ("leaky_relu(2)", "-1 1", False, True),
        ("leaky_relu(2)", "1 2", True, True),
        ("exp", "-1 1", True, False),
        ("softplus", "-1 1", True, False),
        ("softplus(3)", "-1 1", True, False),
        ("softplus(-3)", "-1 1", False, False),
        ("sigmoid", "log(1/2) log(1/3)", True, False),
        ("sigmoid", "log(2) log(3)", False, True),
        ("sigmoid", "log(2) log(1/2)", False, False),
        ("tanh", "log(1/2) 0", False, False),
        ("tanh", "-1 -2", True, False),
        ("tanh", "1 2", False, True),
        ("cube", "1 2", True, False),
        ("cube", "-1 -2", False, True),
        ("cube", "-1 1", False, False),
        ("cube", "0 1", False, False),
        ("polynomial(0, 10, -1)", "0 1", False, True),
        ("polynomial(0, 10)", "0 1", False, False),
    ],
)
def test_where_an_activation_is_convex_or_concave(
    activation: str, zs: str, convex: bool, concave: bool
) -> None:
    given = problem([1, 1, 1], [[1]], [[1]], activation=[activation])
    about = read_statement(json.dumps(statement(given, {}, [])).encode()).problem
    values = [number(z) for z in zs.split()]
    for order in (values, values[::-1]):
        assert _bends(about, order, 1) is convex
        assert _bends(about, order, -1) is concave
        assert _bends(about, order, 0) is (convex and concave)


def region(residuals: Any, transfer: Any, **more: Any) -> Verdict:
    """f = x at x = -1, 0, 1, with these residuals f - y."""
    xs = [F(-1), F(0), F(1)]
    targets = [[x - F(r)] for x, r in zip(xs, residuals, strict=True)]
    about = problem([1, 1, 1], [[x] for x in xs], targets, **more)
    point = {"p": {"W1": [["1"]], "W2": [["1"]]}}
    witness = {"shape": "convex", "transfer": [[str(x) for x in row] for row in transfer]}
    return one(about, point, "minimum", {"point": "p"}, "convex_region", witness)


@pytest.mark.parametrize(
    ("residuals", "transfer", "reason"),
    [
        ((1, -2, 1), [[1, 0, 1]], None),
        ((1, -2, 1), [["1/2", 0, "1/2"]], "sample 1 is not the mean claimed"),
        ((2, -2, 0), [[2, 0, 0]], "sample 1 is not the mean claimed"),
        ((-1, 0, 1), [[0, 0, 1]], "not orthogonal to the constants and to the outputs"),
        ((0, -1, 0), [[0, 0, 0]], "not orthogonal to the constants and to the outputs"),
        ((1, -2, 1), [], "0 entries, expected 1"),
    ],
)
def test_residuals_and_their_means(residuals: Any, transfer: Any, reason: str | None) -> None:
    answer = region(residuals, transfer)
    assert answer.accepted is (reason is None), answer.reason
    assert reason is None or reason in str(answer.reason)


def test_weights_of_samples() -> None:
    half = region(("1/2", -2, 1), [[1, 0, 1]], weights=[[2], [1], [1]])
    assert half.accepted, half.reason
    signed = region((-1, -2, 1), [[1, 0, 1]], weights=[[-1], [1], [1]])
    assert "a weight of the loss is negative" in str(signed.reason)


PARABOLA = "polynomial(1, 1, 1)"
XS = [F(-1), F(0), F(1), F(2)]


def parabola(b: Any) -> Any:
    """f = v h(u x) at u = v = 1 with half of B equal to b; half of the Hessian is
    ((110 + b, 80), (80, 60)), so that b < -10/3 gives a saddle."""
    e = [F(3 * b, 4), F(0), F(-b, 4), F(0)]  # orthogonal to h and to h' x
    targets = [[1 + x + x * x - r] for x, r in zip(XS, e, strict=True)]
    return problem([1, 1, 1], [[x] for x in XS], targets, activation=[PARABOLA], scale=1)


def bound(about: Any, shares: list[str], radius: str, **more: Any) -> Verdict:
    points = {"p": {"W1": [["1"]], "W2": more.get("out", [["1"]])}}
    claim = {"point": "p", "layer": 1, "neuron": 1, "shares": shares, "radius": radius}
    return verdict(
        statement(about, points, [("critical", {"point": "p"}), ("replicated_bound", claim)]),
        certificate([("substitution", {}), ("intervals", {"critical": "c0", "precision": 80})]),
    )


@pytest.mark.parametrize(
    ("b", "shares", "good"),
    [
        (5, ["1/2", "1/2"], True),
        (5, ["2", "-1"], False),
        (-2, ["2", "-1"], True),
        (-2, ["1/2", "1/2"], False),
        (-5, ["2", "-1"], False),  # a saddle along u and v together
        (5, ["1/4", "1/4", "1/2"], True),
        (5, ["1/4", "-1/4", "1"], False),
    ],
)
def test_bounds_at_minima_and_saddles(b: int, shares: list[str], good: bool) -> None:
    answer = bound(parabola(b), shares, "1/1000000")
    assert answer.accepted is good, answer.reason


def test_the_box_is_as_large_as_the_proof_needs(monkeypatch: Any) -> None:
    """With two halves the foot of W lies in twice the radius, with 2 and -1 in five times."""
    from symland.checker import rules_flat_minima as rules

    seen: list[Fraction] = []

    class Noted:
        @staticmethod
        def between(lower: Fraction, upper: Fraction, bits: int) -> Interval:
            seen.append(upper)
            return Interval.between(lower, upper, bits)

    monkeypatch.setattr(rules, "Interval", Noted)
    assert bound(parabola(5), ["1/2", "1/2"], "1/1000000").accepted
    assert bound(parabola(-2), ["2", "-1"], "1/1000000").accepted
    assert seen == [F(2, 10**6), F(5, 10**6)]


def test_bounds_need_one_outgoing_weight_that_is_not_zero() -> None:
    targets = [[1 + x + x * x] * 2 for x in XS]
    two = problem([1, 1, 2], [[x] for x in XS], targets, activation=[PARABOLA])
    answer = bound(two, ["1/2", "1/2"], "1/1000", out=[["1"], ["1"]])
    assert "the neuron has several outgoing weights" in str(answer.reason)
    silent = problem([1, 1, 1], [[x] for x in XS], [[0]] * 4, activation=[PARABOLA])
    answer = bound(silent, ["1/2", "1/2"], "1/1000", out=[["0"]])
    assert "the outgoing weight of the neuron may be 0" in str(answer.reason)


@pytest.mark.parametrize(("form", "good"), [("B_inputs", True), ("B", False)])
def test_the_bias_belongs_to_b(form: str, good: bool) -> None:
    """f = (u x + b)^2 at u = 1, b = 0 with residuals 1 at x = 1 and -1 at x = 0: B is twice
    ((1, 1), (1, 0)), which is indefinite."""
    about = problem([1, 1, 1], [[1], [0]], [[0], [1]], activation=["square"], bias="hidden")
    point = {"p": {"W1": [["1"]], "b1": ["0"], "W2": [["1"]]}}
    claim = {"point": "p", "layer": 1, "neuron": 1, "form": form, "sign": "positive"}
    answer = one(about, point, "replicated_form", claim, "substitution")
    assert answer.accepted is good, answer.reason


@pytest.mark.parametrize(
    ("about", "out", "signs", "reason"),
    [
        (parabola(5), [["1"]], (2, 0, 0), None),
        (parabola(F(-10, 3)), [["1"]], (1, 0, 1), "is not positive definite"),
        (parabola(-5), [["1"]], (1, 1, 0), "is not positive definite"),
        (
            problem([1, 1, 2], [[x] for x in XS], [[1 + x + x * x] * 2 for x in XS],
                    activation=[PARABOLA]),
            [["1"], ["1"]],
            (3, 0, 0),
            "or there are several outputs",
        ),
    ],
)  # fmt: skip
def test_layers_of_copies(about: Any, out: Any, signs: Any, reason: str | None) -> None:
    counts = dict(zip(("positive", "negative", "zero"), signs, strict=True))
    claims = [
        ("critical", {"point": "p"}),
        ("inertia", {"point": "p", **counts}),
        ("replicated_layers", {"point": "p", "copies": [1]}),
    ]
    steps = [
        ("substitution", {}),
        ("ldl", {}),
        ("forms", {"critical": "c0", "inertia": "c1", "forms": []}),
    ]
    points = {"p": {"W1": [["1"]], "W2": out}}
    answer = verdict(statement(about, points, claims), certificate(steps))
    assert answer.accepted is (reason is None), answer.reason
    assert reason is None or reason in str(answer.reason)


@pytest.mark.parametrize(
    ("widths", "more"),
    [
        ([1, 1, 2], {}),
        ([1, 1, 1], {"kind": "logistic"}),
        ([1, 1, 1], {"kind": "cross_entropy"}),
        ([1, 1, 1, 1], {}),
        ([1, 1], {}),
        ([1, 2, 1], {"skip": [[1, 1]]}),
    ],
)
def test_networks_without_convex_regions(widths: list[int], more: Any) -> None:
    about = problem(widths, [[0], [1]], [[0] * widths[-1]] * 2, **more)
    point = {
        f"W{k}": [["0"] * (1 if "skip" in more and k == 2 else a)] * b
        for k, (a, b) in enumerate(pairwise(widths), 1)
    }
    witness = {"shape": "convex", "transfer": []}
    answer = one(about, {"p": point}, "minimum", {"point": "p"}, "convex_region", witness)
    assert "one hidden layer, one output and the squared loss" in str(answer.reason)


@pytest.mark.parametrize(("outgoing", "accepted"), [("4", True), ("-4", False)])
def test_a_region_around_a_kink(outgoing: str, accepted: bool) -> None:
    """v max(0, u x + b) at u = b = 0, where it is 0, between y = -1, 2, -1."""
    about = problem([1, 1, 1], [[-1], [0], [1]], [[-1], [2], [-1]], activation=["relu"], bias="all")
    point = {"W1": [["0"]], "b1": ["0"], "W2": [[outgoing]], "b2": ["0"]}
    witness = {"shape": "convex", "transfer": [["1", "0", "1"]]}
    answer = one(about, {"p": point}, "minimum", {"point": "p"}, "convex_region", witness)
    assert answer.accepted is accepted, answer.reason
