"""Odd and even networks: opposite inputs have outputs that depend on one another."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import pytest

from symland import classify, critical_set
from symland.checker.parity import classes
from symland.checker.rules_points import least_loss
from symland.checker.statement import read_statement
from symland.claims.case import Case
from symland.landscape.forward import forward
from symland.landscape.number_systems.arb_balls import balls
from symland.landscape.parity import classes as seen, parity
from symland.landscape.pure_error import pure_error
from symland.problem import Dataset, Loss, Network, Problem
from tests.checker.documents import certificate, problem, statement, verdict

F = Fraction
DATA = Dataset([[1, -2], [0, 0], [-1, 2], [1, -2], [0, 3]], [[1], [2], [1], [4], [5]])
ODD, EVEN = "polynomial(0, 1, 0, -2)", "polynomial(3, 0, 1)"


@pytest.mark.parametrize(
    ("hidden", "bias", "skip", "sign"),
    [
        (["tanh", "tanh"], "none", None, -1),
        (["cube", ODD], "none", None, -1),
        (["linear", "tanh"], "none", [(1, 2), (2, 1)], -1),
        (["tanh", "tanh"], "output", None, 0),
        (["tanh", "tanh"], "hidden", None, 0),
        (["tanh", "relu"], "none", None, 0),
        (["leaky_relu(1/2)", "tanh"], "none", None, 0),
        (["tanh", "sigmoid"], "none", None, 0),
        (["tanh", "softplus"], "none", None, 0),
        (["polynomial(0, 1, 1)", "tanh"], "none", None, 0),
        (["polynomial(1, 1)", "tanh"], "none", None, 0),
        (["square", "exp"], "output", None, 1),
        (["tanh", EVEN], "output", None, 1),
        (["tanh", EVEN], "output", [(2, 1), (2, 2)], 1),
        (["tanh", EVEN], "none", [(1, 1), (2, 2)], 0),
        (["square", "exp"], "all", None, 0),
    ],
)
def test_outputs_of_opposite_inputs(hidden: list[str], bias: str, skip: Any, sign: int) -> None:
    """f(-x) is -f(x), or f(x), at random weights, or else neither: found from the outputs."""
    network = Network((2, 2, 2, 1), hidden, bias, skip)
    about = Problem(network, DATA)
    assert parity(network) == sign
    checked = classes(read_statement(Case(about).statement()).problem)
    assert [(x, i, e) for x, rows in seen(about).items() for i, e in rows] == sorted(
        ((x, i, e) for i, (x, e) in enumerate(checked)),
        key=lambda row: (list(seen(about)).index(row[0]), row[1]),
    )
    draw = Random(3)
    weights = {
        n: [[balls.number(F(draw.randint(-9, 9), 7)) for _ in range(s[1])] for _ in range(s[0])]
        if len(s) == 2
        else [balls.number(F(draw.randint(1, 9), 7)) for _ in range(s[0])]
        for n, s in network.shapes.items()
    }

    def output(x: Any) -> Any:
        return forward(network, balls, weights, [balls.number(a) for a in x]).outputs[0]

    for x, (name, e) in zip(DATA.inputs, checked, strict=True):
        assert (output(x) - e * output(name)).contains(0)
    here, there = output([1, -2]), output([-1, 2])
    known = [s for s in (-1, 1) if (there - s * here).contains(0)]
    assert known == ([sign] if sign else [])


ODD_LEAST = F(1, 16) + F(169, 16) + 2 * F(49, 16) + 4


@pytest.mark.parametrize(("bias", "expected"), [("none", ODD_LEAST), ("output", F(9, 2))])
def test_the_least_loss(bias: str, expected: Fraction) -> None:
    """By hand. Odd: targets 1 and 4, and -1 with weight 2, differ from their mean 3/4; 2 at the
    input 0 from 0. With a bias only 1 and 4, of mean 5/2, are at one input."""
    loss = Loss(scale=1, weights=[[1], [1], [2], [1], [1]])
    about = Problem(Network((2, 1, 1), "tanh", bias), DATA, loss)
    assert pure_error(about) == expected
    assert least_loss(read_statement(Case(about).statement()).problem) == expected


def at_zero(data: Any, **more: Any) -> Any:
    """The verdict that weights 0 of a network of two layers are a global minimum."""
    about = problem([1, 1, 1], *data, **{"activation": ["tanh"], **more})
    point = {n: [["0"]] for n in ("W1", "W2")}
    claims = [("global_minimum", {"point": "p"})]
    return verdict(statement(about, {"p": point}, claims), certificate([("balanced_outputs", {})]))


@pytest.mark.parametrize(
    ("data", "more", "accepted"),
    [
        (([[1], [-1]], [[3], [3]]), {}, True),
        (([[1], [-1]], [[3], [2]]), {}, False),
        (([[1], [-1], [0]], [[3], [3], [7]]), {}, True),
        (([[1], [-1]], [[3], [3]]), {"weights": [[1], [2]]}, False),
        (([[1], [-1]], [[3], [3]]), {"activation": ["relu"]}, False),
        (([[1], [-1]], [[3], [-3]]), {"activation": ["square"]}, True),
        (([[1], [-1]], [[3], [3]]), {"activation": ["square"]}, False),
        (([[1], [-1]], [[1], [1]]), {"kind": "logistic"}, True),
        (([[1], [-1]], [[1], [-1]]), {"kind": "logistic"}, False),
    ],
)
def test_weights_0_for_even_labels(data: Any, more: Any, accepted: bool) -> None:
    """The output 0 is best for an odd network where opposite inputs have the same target; for an
    even one where they have opposite targets."""
    answer = at_zero(data, **more)
    assert answer.accepted is accepted, answer.reason
    word = "even" if more.get("activation") == ["square"] else "odd"
    assert not accepted or f"no {word} function of the input fits better" in answer.lines[0]


def test_a_fit_up_to_oddness() -> None:
    """tanh without biases on labels that are not odd: floats near (2 + 1)/2 = 3/2 at 1, with the
    loss (1/2)^2 + (1/2)^2 beside the 4 that the target 2 at 0 costs in any case."""
    data = Dataset([[1], [-1], [0]], [[2], [-1], [2]])
    answer = classify(
        Problem(Network([1, 1, 1], "tanh"), data, Loss(scale=1)),
        {"W1": [[0.5]], "W2": [[3.2459304]]},
        budget=9,
    ).to_json()
    assert answer["refined"]["kind"] == "global_minimum"
    bounds = answer["refined"]["loss"]
    assert F(bounds["lower"]) <= F(9, 2) <= F(bounds["upper"])


def test_a_continuum_of_odd_fits_in_a_box() -> None:
    """f(1) = 3/2 is best for targets 2 at 1 and -1 at -1; of loss 1/4."""
    data = Dataset([[1], [-1]], [[2], [-1]])
    found = critical_set(Problem(Network([1, 1, 1], "tanh"), data), budget=9, box=(-3, 3))
    lowest = found.to_json()["points"][0]
    assert (lowest["kind"], lowest["status"]) == ("global_minimum", "certified")
    assert F(lowest["loss"]["lower"]) <= F(1, 4) <= F(lowest["loss"]["upper"])
