"""Values of functions as indeterminates: what is written is what enclosures find, and derivatives
that vanish by cancellation of irrational numbers."""

from __future__ import annotations

import math
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest
from flint import arb, ctx

from symland import classify
from symland.checker.indeterminates import Indeterminates, Written
from symland.checker.log_polynomial import LogPolynomial
from symland.landscape.float_landscape import FloatLandscape
from symland.problem import Dataset, Network, Problem
from tests.checker.documents import one, problem

F = Fraction
LOG2 = Written(LogPolynomial.log(F(2)).terms)


def functions(z: arb) -> dict[str, list[arb]]:
    """Value and two derivatives of each function, by Arb."""
    s, t, e = 1 / (1 + (-z).exp()), z.tanh(), z.exp()
    found = {
        "sigmoid": [s, s * (1 - s), s * (1 - s) * (1 - 2 * s)],
        "tanh": [t, 1 - t * t, -2 * t * (1 - t * t)],
        "exp": [e, e, e],
        "softplus": [(1 + e).log(), s, s * (1 - s)],
    }
    return found | ({"log": [z.log(), 1 / z, -1 / (z * z)]} if z > 0 else {})


class Meaning:
    """The number that is written: its indeterminates have the values of Arb."""

    def __init__(self, arithmetic: Indeterminates) -> None:
        self.keys = {base: key for key, base in arithmetic._known.items()}

    def base(self, base: int) -> arb:
        if base > 0:
            return arb(base).log()
        name, terms = self.keys[base]
        z = self(Written(dict(terms)))
        return 1 / z if name == "1/" else functions(z)[name][0]

    def __call__(self, x: Written) -> arb:
        total = arb(0)
        for monomial, c in x.terms.items():
            product = arb(c.numerator) / c.denominator
            for base, exponent in monomial:
                product *= self.base(base) ** exponent
            total += product
        return total


@pytest.mark.parametrize("seed", range(12))
def test_what_is_written_is_the_number(seed: int) -> None:
    """Random sums and products, and functions of them, and of their negatives."""
    draw, arithmetic = Random(seed), Indeterminates()
    start = [LOG2, Written(LogPolynomial.log(F(9, 5)).terms), arithmetic.number(F(-2, 3))]
    with ctx.workprec(300):
        known = [(x, Meaning(arithmetic)(x)) for x in start]
        for _ in range(12):
            (x, a), (y, b) = draw.choice(known), draw.choice(known)
            z, c = draw.choice([(x + y, a + b), (x * y, a * b), (-x, -a), (x + x, a + a)])
            if not abs(c) < 20:
                continue
            names = sorted(functions(c))
            name = draw.choice(names)
            listed = arithmetic.derivatives(name, z, 2)
            for got, wanted in zip(listed, functions(c)[name], strict=True):
                value = Meaning(arithmetic)(got)
                assert abs(value - wanted) < arb(10) ** -60
            known += [(z, c), (listed[0], functions(c)[name][0])]


def test_relations_are_written() -> None:
    a = Indeterminates()
    z = LOG2 * LOG2 + 1

    def value(name: str, x: Written) -> Written:
        return a.derivatives(name, x, 0)[0]

    assert not value("tanh", z) + value("tanh", -z)
    assert not value("sigmoid", z) + value("sigmoid", -z) + -1
    assert not value("exp", z) * value("exp", -z) + -1
    assert not value("softplus", z) + -value("softplus", -z) + -z
    assert not value("exp", LOG2 + LOG2 + -Written(LogPolynomial.log(F(3)).terms)) + F(-4, 3)
    assert value("tanh", z) + value("tanh", z + 1)
    assert value("exp", LOG2 * F(1, 2)) + -value("exp", LOG2)


HILL = [[-1], [0], [1]], [["-1/3"], ["2/3"], ["-1/3"]]
FLAT = {"W1": [["0"], ["0"]], "b1": ["-1", "-2"], "W2": [["0", "0"]], "b2": ["0"]}


@pytest.mark.parametrize(
    ("activation", "point", "accepted"),
    [
        ("tanh", FLAT, True),
        ("sigmoid", {**FLAT, "b1": ["3", "-3"], "W2": [["1", "1"]], "b2": ["-1"]}, True),
        ("sigmoid", {**FLAT, "b1": ["3", "-3"], "W2": [["1", "1"]]}, False),
        ("tanh", {**FLAT, "b1": ["3", "-3"], "W2": [["1", "1"]]}, True),
        ("tanh", {**FLAT, "b1": ["3", "-2"], "W2": [["1", "1"]]}, False),
        ("softplus", {**FLAT, "b1": ["0", "0"], "W2": [["1", "1"]], "b2": ["log(1/4)"]}, True),
        ("softplus", {**FLAT, "b1": ["0", "0"], "W2": [["1", "1"]], "b2": ["log(1/3)"]}, False),
        ("softplus(2)", {**FLAT, "W2": [["1", "0"]]}, False),
        ("exp", {**FLAT, "W1": [["1"], ["0"]]}, False),
        ("relu", FLAT, True),
        ("relu", {**FLAT, "b1": ["-1", "0"]}, False),
    ],
)
def test_derivatives_that_vanish(activation: str, point: Any, accepted: bool) -> None:
    """Hidden values the same for all samples, and outputs 0, the mean of the targets; or not."""
    about = problem([1, 2, 1], *HILL, activation=[activation], bias="all")
    answer = one(about, {"p": point}, "critical", {"point": "p"}, "indeterminates")
    assert answer.accepted is accepted, answer.reason
    reasons = ("is not written as 0", "kink")
    assert accepted or any(text in str(answer.reason) for text in reasons)


LOG = {**FLAT, "b1": ["0", "0"], "W2": [["1", "-1"]]}


@pytest.mark.parametrize(
    ("activation", "point", "signs", "reason"),
    [
        ("softplus", LOG, (2, 1, 4), None),
        ("softplus", LOG, (3, 0, 4), "claimed (3, 0, 4)"),
        ("softplus", {**LOG, "W2": [["1", "1"]], "b2": ["log(1/4)"]}, (3, 0, 4), None),
        ("softplus", {**LOG, "b1": ["-1", "-1"]}, (2, 1, 4), "is not written in logarithms"),
        ("tanh", FLAT, (1, 0, 6), "is not written in logarithms"),
    ],
)
def test_inertias_with_logarithms(
    activation: str, point: Any, signs: tuple[int, ...], reason: str | None
) -> None:
    """Entries like (log 2)^2: the signs are those of floats, where they are proved."""
    about = problem([1, 2, 1], *HILL, activation=[activation], bias="all")
    names = "positive", "negative", "zero"
    claimed = {"point": "p", **dict(zip(names, signs, strict=True))}
    answer = one(about, {"p": point}, "inertia", claimed, "indeterminates")
    assert answer.accepted is (reason is None), answer.reason
    assert reason is None or reason in str(answer.reason)
    if reason is None:
        landscape = FloatLandscape(Problem(Network([1, 2, 1], activation, "all"), Dataset(*HILL)))
        place = [
            math.log(0.25) if "log" in x else float(F(x)) for n in point for x in np.ravel(point[n])
        ]
        values = np.linalg.eigvalsh(landscape.hessian(np.array(place)))
        assert signs[:2] == (sum(values > 1e-9), sum(values < -1e-9))


@pytest.mark.parametrize(("b", "accepted"), [("7", True), ("6", False)])
def test_a_softmax_of_irrational_outputs(b: str, accepted: bool) -> None:
    """Both classes equally often, and both outputs tanh(7) + 1."""
    data = [[1], [-1]], [["1/2", "1/2"], ["1/2", "1/2"]]
    about = problem([1, 2, 2], *data, activation=["tanh"], bias="all", kind="cross_entropy")
    hidden = {"W1": [["0"], ["0"]], "b1": ["7", b]}
    point = {**hidden, "W2": [["1", "0"], ["0", "1"]], "b2": ["1", "1"]}
    answer = one(about, {"p": point}, "critical", {"point": "p"}, "indeterminates")
    assert answer.accepted is accepted


@pytest.mark.parametrize(
    ("weights", "kind"),
    [
        ({"W1": [["0"]], "b1": ["0"], "W2": [["1"]], "b2": ["log(1/2)"]}, "spurious_local_minimum"),
        (
            {"W1": [["0"]] * 2, "b1": ["0"] * 2, "W2": [["1", "-1"]], "b2": ["0"]},
            "strict_saddle",
        ),
        ({"W1": [["0"]] * 2, "W2": [["0", "0"]] * 2, "W3": [["1", "-1"]]}, "non_strict_saddle"),
    ],
)
def test_softplus_at_0(weights: Any, kind: str) -> None:
    """softplus(0) is log 2, and multiples of it cancel."""
    widths = [1, *(len(rows) for n, rows in weights.items() if n[0] == "W")]
    network = Network(widths, "softplus", "all" if "b1" in weights else "none")
    answer = classify(Problem(network, Dataset(*HILL)), weights, budget=9)
    assert (answer.verdict, answer.to_json()["given"]["kind"]) == ("certified", kind)
