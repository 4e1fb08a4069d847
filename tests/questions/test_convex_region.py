"""Planted minima of networks that stay convex in their input; the same with the residuals turned.

A network whose hidden neurons do not look at the input is constant on the data. Residuals are
planted as sums of (mean minus point), which no affine function sees and every convex one feels.
"""

from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest

from symland import Dataset, Loss, Network, Problem, classify, verify
from symland.landscape.float_landscape import FloatLandscape
from symland.search.deadline import Deadline
from symland.search.mean_transfer import mean_transfer
from tests.questions.shapes import check_classify

# Activation: biases at which it is convex, then concave, with its values there. Those of softplus
# are logarithms, which a bias of the output takes away.
VALUES: dict[str, tuple[dict[str, Fraction], dict[str, Fraction]]] = {
    "sigmoid": ({"log(1/3)": Fraction(1, 4)}, {"log(2)": Fraction(2, 3)}),
    "tanh": ({"log(1/2)": Fraction(-3, 5)}, {"log(3)": Fraction(4, 5)}),
    "exp": ({"log(2/3)": Fraction(2, 3), "0": Fraction(1)}, {}),
    "cube": ({"1/2": Fraction(1, 8)}, {"-2": Fraction(-8)}),
    "polynomial(0, 1, -1)": ({}, {"3": Fraction(-6), "-1": Fraction(-2)}),
    "relu": ({"0": Fraction(0)}, {}),
    "leaky_relu(3)": ({}, {"0": Fraction(0)}),
}


def planted(activation: str, seed: int, turned: bool) -> tuple[Problem, dict[str, Any], Fraction]:
    """A problem, a point of it, and its loss; with `turned` residuals it is no minimum."""
    draw = Random(seed)
    shape = draw.choice([1, -1])
    inputs = draw.choice([1, 2])
    xs = [[Fraction(draw.randint(-3, 3)) for _ in range(inputs)] for _ in range(4)]
    means, masses = [], [Fraction(0)] * 4
    for _ in range(2):
        first, second = draw.sample(range(4), 2)
        share = Fraction(draw.randint(1, 3), 4)
        means.append(
            [share * a + (1 - share) * b for a, b in zip(xs[first], xs[second], strict=True)]
        )
        masses[first] += share * 40
        masses[second] += (1 - share) * 40
        masses.append(Fraction(-40))
    biases, outgoing, value = [], [], Fraction(draw.randint(-1, 1))
    bias = str(value)
    for _ in range(2):
        bend = draw.choice([b for b in (0, 1) if VALUES[activation][b]])
        name, level = draw.choice(sorted(VALUES[activation][bend].items()))
        weight = shape * (1 if bend == 0 else -1) * Fraction(draw.randint(1, 4), 2)
        biases.append(name)
        outgoing.append(str(weight))
        value += weight * level
    factors = [Fraction(draw.randint(1, 3)) for _ in masses]
    sign = -shape if turned else shape
    targets = [[value - sign * q / w] for q, w in zip(masses, factors, strict=True)]
    problem = Problem(
        Network((inputs, 2, 1), activation, "all"),
        Dataset(xs + means, targets),
        Loss(weights=[[w] for w in factors]),
    )
    point = {"W1": [["0"] * inputs] * 2, "b1": biases, "W2": [outgoing], "b2": [bias]}
    squares = (w * (value - y) ** 2 for w, (y,) in zip(factors, targets, strict=True))
    return problem, point, sum(squares, Fraction(0)) / 2


def vector(problem: Problem, point: dict[str, Any]) -> Any:
    def number(text: str) -> float:
        argument = text.removeprefix("log(").removesuffix(")")
        return float(np.log(float(Fraction(argument)))) if "log" in text else float(Fraction(text))

    rows = [row if isinstance(row, list) else [row] for n in problem.network.shapes
            for row in point[n]]  # fmt: skip
    return np.array([number(x) for row in rows for x in row])


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("activation", VALUES)
def test_planted_minima(activation: str, seed: int) -> None:
    problem, point, loss = planted(activation, seed, turned=False)
    answer = classify(problem, point, budget=10)
    document = answer.to_json()
    check_classify(document)
    given = document["given"]
    assert answer.verdict == given["status"] == "certified"
    assert given["local"] == "minimum"
    assert "convex_region" in [line["rule"] for line in document["evidence"]]
    assert given["loss"]["exact"] == str(loss)
    assert verify(answer.statement, answer.certificate).accepted
    landscape, here = FloatLandscape(problem), vector(problem, point)
    numbers = np.random.default_rng(seed)
    for size in (1e-2, 1e-3):
        near = [landscape.loss(here + size * d) for d in numbers.normal(size=(300, len(here)))]
        assert min(near) > float(loss) * (1 - 1e-13)
    if given["kind"] == "spurious_local_minimum":
        assert float(given["better"]["loss"]["upper"]) < loss


@pytest.mark.parametrize("activation", VALUES)
def test_turned_residuals_are_no_minimum(activation: str) -> None:
    for seed in range(3):
        problem, point, loss = planted(activation, seed, turned=True)
        document = classify(problem, point, budget=5).to_json()
        assert document["given"]["local"] not in ("minimum", "strict_minimum")
        assert "minimum" not in [line["claim"] for line in document["evidence"]]
        landscape, here = FloatLandscape(problem), vector(problem, point)
        assert abs(landscape.loss(here) - float(loss)) < 1e-9 * float(loss)
        lowest = min(
            landscape.loss(here + 1e-3 * direction) for direction in descents(landscape, here, seed)
        )
        assert lowest < float(loss) * (1 - 1e-12)


def descents(landscape: FloatLandscape, here: Any, seed: int) -> list[Any]:
    """The eigenvector of the least eigenvalue both ways, and random directions for kinks."""
    _, vectors = np.linalg.eigh(landscape.hessian(here))
    numbers = np.random.default_rng(seed)
    return [vectors[:, 0], -vectors[:, 0], *numbers.normal(size=(300, len(here)))]


def test_a_softplus_whose_logarithm_the_output_takes_away() -> None:
    network = Network((1, 1, 1), "softplus", "all")
    data = Dataset([[-1], [0], [1]], [[-1], [2], [-1]])
    point = {"W1": [["0"]], "b1": ["0"], "W2": [["1"]], "b2": ["log(1/2)"]}
    given = classify(Problem(network, data), point, budget=5).to_json()["given"]
    assert (given["local"], given["loss"]["exact"]) == ("minimum", "3")
    turned = Dataset([[-1], [0], [1]], [[9], [-18], [9]])
    given = classify(Problem(network, turned), point, budget=5).to_json()["given"]
    assert given["kind"] == "strict_saddle"


def test_a_minimum_at_the_kink_of_relu_needs_no_derivative() -> None:
    """max(0, u x + b) v + c at u = b = 0, between y = -1, 2, -1: f is convex nearby."""
    problem = Problem(
        Network((1, 1, 1), "relu", "all"), Dataset([[-1], [0], [1]], [[-1], [2], [-1]])
    )
    answer = classify(problem, {"W1": [[0]], "b1": [0], "W2": [[1]], "b2": [0]}, budget=10)
    given = answer.to_json()["given"]
    assert (answer.verdict, given["kind"]) == ("certified", "spurious_local_minimum")
    assert given["critical"] is None
    document = classify(problem, {"W1": [[0]], "b1": [0], "W2": [[-1]], "b2": [0]}).to_json()
    given = document["given"]  # min(0, -x) turns towards the data
    assert (given["kind"], given["status"]) == ("not_critical", "certified")


def test_a_network_of_loss_zero_at_a_kink() -> None:
    problem = Problem(Network((1, 1, 1), "relu"), Dataset([[1]], [[0]]))
    answer = classify(problem, {"W1": [[0]], "W2": [[1]]})
    assert (answer.verdict, answer.to_json()["given"]["kind"]) == ("certified", "global_minimum")


def test_no_time_no_linear_program() -> None:
    problem, point, _ = planted("exp", 0, turned=False)
    answer = classify(problem, point, budget=1e-9)
    assert answer.to_json()["given"]["kind"] == "undecided"


@pytest.mark.parametrize("seed", range(20))
def test_transfers_are_exact(seed: int) -> None:
    """Random means of five points; turned around, or with a mass too many, there is no transfer."""
    draw = Random(seed)
    xs = [[Fraction(draw.randint(-9, 9), draw.choice([1, 3])) for _ in range(2)] for _ in range(5)]
    masses = [Fraction(0)] * 5
    for _ in range(4):
        weights = [Fraction(draw.randint(0, 4)) for _ in range(5)]
        total = sum(weights)
        if total:
            xs.append([sum(w * x[k] for w, x in zip(weights, xs, strict=False)) / total
                       for k in range(2)])  # fmt: skip
            masses[:5] = [m + w / 5 for m, w in zip(masses[:5], weights, strict=True)]
            masses.append(-total / 5)
    table = mean_transfer(xs, masses, Deadline(20))
    assert table is not None
    check_transfer(xs, masses, table)
    assert mean_transfer(xs, [-q for q in masses], Deadline(20)) is None
    assert mean_transfer(xs, [masses[0] + 1, *masses[1:]], Deadline(20)) is None


def check_transfer(xs: Any, masses: Any, table: Any) -> None:
    lower = [i for i, q in enumerate(masses) if q < 0]
    assert all(t >= 0 for row in table for t in row)
    for i, row in zip(lower, table, strict=True):
        assert sum(row) == -masses[i]
        for k in range(len(xs[0])):
            assert sum(t * x[k] for t, x in zip(row, xs, strict=True)) == -masses[i] * xs[i][k]
    for j, q in enumerate(masses):
        assert sum(row[j] for row in table) == max(q, 0)
