"""Curves at points with logarithms: coefficients against mpmath's, spoiled certificates refused."""

from __future__ import annotations

import json
from fractions import Fraction
from random import Random
from typing import Any

import mpmath
import pytest

from symland.checker import check
from symland.checker.context import Context
from symland.checker.logarithms import Logarithmic
from symland.checker.rules_exact_curves import _loss, _moved, logarithms_non_strict_saddle
from symland.checker.rules_logarithms import _weights
from symland.checker.statement import read_statement
from symland.checker.verdict import Refused
from tests.checker.documents import certificate, problem, statement

C = mpmath.MPContext()
C.dps = 60
ORDER = 6
FUNCTIONS: dict[str, Any] = {
    "sigmoid": lambda z: 1 / (1 + C.exp(-z)),
    "tanh": C.tanh,
    "exp": C.exp,
    "softplus": lambda z: C.log(1 + C.exp(z)),
    "polynomial(1, -2, 0, 3)": lambda z: 1 - 2 * z + 3 * z**3,
    "relu": lambda z: max(z, C.mpf(0)),
    "leaky_relu(1/3)": lambda z: z if z > 0 else z / 3,
}


def number(value: Logarithmic) -> Any:
    q, r = value.argument, value.rational
    return C.log(C.mpf(q.numerator) / q.denominator) + C.mpf(r.numerator) / r.denominator


def text(value: str) -> Any:
    x = Fraction(value.removeprefix("log(").removesuffix(")"))
    found = C.mpf(x.numerator) / x.denominator
    return C.log(found) if value.startswith("log(") else found


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("activation", FUNCTIONS)
def test_coefficients_are_those_of_taylor(activation: str, seed: int) -> None:
    """Two neurons that do not see the input, one output: mpmath differentiates the loss in s."""
    draw = Random(seed)
    rational = "poly" in activation or "relu" in activation
    biases = [draw.choice(["1/2", "-2"] if rational else ["log(2)", "log(1/3)"]) for _ in range(2)]
    out = [str(draw.choice([-1, 2])) for _ in range(2)]
    last = "0"
    if activation == "softplus":  # f = 1 + a log 3 + b log 4/3, for example, needs its opposite
        q = Fraction(1)
        for b, v in zip(biases, out, strict=True):
            q *= (1 + Fraction(b[4:-1])) ** int(v)
        last = f"log({1 / q})"
    point = {"W1": [["0"], ["0"]], "b1": biases, "W2": [out], "b2": [last]}
    about = problem([1, 2, 1], [[-1], [2]], [[1], [3]], activation=[activation], bias="all",
                    weights=[[2], [1]], l2={"W1": [["1"], ["3"]]})  # fmt: skip
    context = Context(read_statement(json.dumps(statement(about, {"p": point}, [])).encode()))
    curve = {
        name: [
            [["0", *(str(draw.randint(-2, 2)) for _ in range(draw.randint(0, 3)))] for _ in row]
            for row in rows
        ]
        for name, rows in (("W1", [[0], [0]]), ("W2", [[0, 0]]), ("b2", [[0]]))
        if (activation, name) != ("softplus", "W2")  # or squares of log 3 would come in
    }
    at = _weights(context, "p")
    moved = {n: _moved(at[n], curve.get(n), n, ORDER) for n in at}
    found = [number(x) for x in _loss(context.problem, moved, ORDER)]

    def value(s: Any) -> Any:
        def entry(n: str, i: int, j: int) -> Any:
            base = point[n][i][j] if n.startswith("W") else point[n][i]
            terms = curve[n][i][j] if n in curve else []
            return text(base) + sum(int(c) * s**k for k, c in enumerate(terms))

        total = sum(w * entry("W1", i, 0) ** 2 for i, w in ((0, 1), (1, 3))) / 2
        for x, y, w in ((-1, 1, 2), (2, 3, 1)):
            f = entry("b2", 0, 0)
            for i in range(2):
                z = entry("W1", i, 0) * x + text(biases[i])
                f += entry("W2", 0, i) * FUNCTIONS[activation](z)
            total += C.mpf(w) * (f - y) ** 2 / 2
        return total

    expected = C.taylor(value, 0, ORDER)
    for a, b in zip(found, expected, strict=True):
        assert abs(a - b) < C.mpf(10) ** -20 * (1 + abs(b))


# v e^(b + u x) at u = b = 0, v = 1 between 2, -1, 2: u = s, b = -s^2/3, and v up.
PROBLEM = problem([1, 1, 1], [[-1], [0], [1]], [[2], [-1], [2]], activation=["exp"], bias="hidden")
POINT = {"W1": [["0"]], "b1": ["0"], "W2": [["1"]]}
SIGNS = {"positive": 1, "negative": 0, "zero": 2}
DOWN = {"order": 4, "W1": [[["0", "1"]]], "b1": [["0", "0", "-2/3"]]}
UP = {"order": 2, "W2": [[["0", "1"]]]}
WITNESS = {"critical": "c0", "inertia": "c1", "descent": DOWN, "ascent": UP}


def answer(about: Any = PROBLEM, point: Any = POINT, signs: Any = SIGNS, **change: Any) -> Any:
    claims = [
        ("critical", {"point": "p"}),
        ("inertia", {"point": "p", **signs}),
        ("non_strict_saddle", {"point": "p"}),
    ]
    steps = [("logarithms", {}), ("logarithms", {}), ("logarithms", {**WITNESS, **change})]
    files = statement(about, {"p": point}, claims), certificate(steps)
    return check(*(json.dumps(x).encode() for x in files))


def test_a_quartic_saddle_is_accepted() -> None:
    assert answer().lines[-1] == "c2: p is a saddle, not strict; the loss falls to order 4"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"descent": {**DOWN, "b1": [["0", "0", "0"]]}}, "s^4 is not shown to have its sign"),
        ({"descent": {**DOWN, "order": 3}}, "s^3 is not shown to have its sign"),
        ({"descent": {**DOWN, "order": 5}}, "s^4 is not zero"),
        ({"descent": {**DOWN, "order": 9}}, "order"),
        ({"descent": {**DOWN, "W1": [[["1", "1"]]]}}, "coefficients of s^0, which is 0"),
        ({"descent": {**DOWN, "W1": [[[]]]}}, "coefficients of s^0, which is 0"),
        ({"descent": {**DOWN, "W1": [[["0"] * 6]]}}, "to s^4"),
        ({"descent": {**DOWN, "W9": [[["0"]]]}}, "W9"),
        ({"descent": [DOWN]}, "expected a curve with its order"),
        ({"descent": UP}, "s^2 is not shown to have its sign"),
        ({"ascent": DOWN}, "s^4 is not shown to have its sign"),
        ({"critical": "c1"}, "of kind inertia, not critical"),
        ({"inertia": "c0"}, "of kind critical, not inertia"),
    ],
)
def test_spoiled_witnesses_are_refused(change: Any, reason: str) -> None:
    verdict = answer(**change)
    assert not verdict.accepted
    assert reason in verdict.reason


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", ["logistic", "cross_entropy"])
def test_coefficients_of_other_losses(kind: str, seed: int) -> None:
    """One tanh neuron, two outputs with biases log 2 and log 1/3; all but the constant term."""
    draw = Random(seed)
    targets = [[1, -1], [-1, -1]] if kind == "logistic" else [["1/3", "2/3"], [0, 1]]
    point = {"W1": [["0"]], "W2": [["2"], ["-1"]], "b2": ["log(2)", "log(1/3)"]}
    about = problem([1, 1, 2], [[-1], [2]], targets, activation=["tanh"], bias="output", kind=kind,
                    scale="2/3")  # fmt: skip
    context = Context(read_statement(json.dumps(statement(about, {"p": point}, [])).encode()))
    curve = {
        n: [[["0", *(str(draw.randint(-2, 2)) for _ in range(3))]] for _ in rows]
        for n, rows in (("W1", [0]), ("W2", [0, 0]), ("b2", [0, 0]))
    }
    at = _weights(context, "p")
    moved = {n: _moved(at[n], curve[n], n, ORDER) for n in at}
    found = [number(x) for x in _loss(context.problem, moved, ORDER)]

    def value(s: Any) -> Any:
        def along(terms: list[str]) -> Any:
            return sum(int(c) * s**k for k, c in enumerate(terms))

        total = C.mpf(0)
        for x, ys in zip((-1, 2), targets, strict=True):
            h = C.tanh(along(curve["W1"][0][0]) * x)
            f = [
                (text(point["W2"][j][0]) + along(curve["W2"][j][0])) * h
                + text(point["b2"][j]) + along(curve["b2"][j][0])
                for j in range(2)
            ]  # fmt: skip
            y = [C.mpf(Fraction(t).numerator) / Fraction(t).denominator for t in ys]
            if kind == "logistic":
                total += sum(C.log(1 + C.exp(-t * z)) for t, z in zip(y, f, strict=True))
            else:
                total += C.log(sum(map(C.exp, f))) - sum(t * z for t, z in zip(y, f, strict=True))
        return total * 2 / 3

    expected = C.taylor(value, 0, ORDER)
    assert max(map(abs, expected[1:])) > 0.1
    assert found[0] == 0
    for a, b in zip(found[1:], expected[1:], strict=True):
        assert abs(a - b) < C.mpf(10) ** -20 * (1 + abs(b))


def test_kinks_are_refused() -> None:
    for activation, reason in (("relu", "have a kink"), ("softplus(2)", "g other than 1")):
        about = {**PROBLEM, "network": {**PROBLEM["network"], "activation": [activation]}}
        context = Context(read_statement(json.dumps(statement(about, {"p": POINT}, [])).encode()))
        context.established |= {
            "c0": {"claim": "critical", "point": "p"},
            "c1": {"claim": "inertia", "point": "p", **SIGNS},
        }
        with pytest.raises(Refused, match=reason):
            logarithms_non_strict_saddle(context, {"point": "p"}, WITNESS)


def test_a_saddle_with_a_negative_eigenvalue_is_not_called_flat() -> None:
    context = Context(read_statement(json.dumps(statement(PROBLEM, {"p": POINT}, [])).encode()))
    context.established |= {
        "c0": {"claim": "critical", "point": "p"},
        "c1": {"claim": "inertia", "point": "p", "positive": 1, "negative": 1, "zero": 1},
    }
    with pytest.raises(Refused, match="has a negative eigenvalue"):
        logarithms_non_strict_saddle(context, {"point": "p"}, WITNESS)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, None),
        ({"weights": [[1], [3], [1]]}, "do not add up to 0"),
        ({"weights": [[0], [0], [2]]}, None),
        ({"weights": [[-1], [-1], [2]]}, "a weight of the loss is negative"),
        ({"l2": {"W1": [["1"]]}}, "the loss has a regularizer"),
        ({"activation": ["sigmoid"]}, "do not add up to 0"),
        ({"activation": ["relu"]}, None),  # at its kink: only values matter
    ],
)
def test_balanced_outputs_of_squares(change: Any, reason: Any) -> None:
    """The output 2 is the mean of 1 and 3 at the input 1, and the target at the input 5."""
    about = problem([1, 1, 1], [[1], [1], [5]], [[1], [3], [2]],
                    **{"activation": ["tanh"], "bias": "output", **change})  # fmt: skip
    point = {"W1": [["0"]], "W2": [["1"]], "b2": ["2"]}
    files = statement(about, {"p": point}, [("global_minimum", {"point": "p"})])
    verdict = check(
        *(json.dumps(x).encode() for x in (files, certificate([("balanced_outputs", {})])))
    )
    assert verdict.accepted is (reason is None), verdict.reason
    assert reason is None or reason in verdict.reason
