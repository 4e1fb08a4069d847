"""Maps that permute hidden neurons and change signs: the loss stays the same, or a refusal."""

import json
import math
import random
from fractions import Fraction
from typing import Any

import pytest

from symland.checker import network
from symland.checker.network import coordinates
from symland.checker.signed_permutations import read_map
from symland.checker.statement import read_statement
from symland.checker.verdict import Refused, Unreadable
from tests.checker.documents import problem, statement

F = Fraction
ODD = ["linear", "cube", "polynomial(0, 2, 0, -1)"]
EVEN = ["square", "polynomial(3, 0, 2)", "polynomial(5)"]
NEITHER = ["polynomial(1, 2)", "polynomial(0, 1, 1)"]


def read(widths: list[int], names: list[str], **more: Any) -> Any:
    draw = random.Random(1)
    xs, ys = (
        [[draw.randint(-3, 3) for _ in range(d)] for _ in range(3)] for d in (widths[0], widths[-1])
    )
    document = statement(problem(widths, xs, ys, activation=names, **more), {}, [])
    return read_statement(json.dumps(document).encode()).problem


def moved(about: Any, g: Any, weights: Any) -> Any:
    vector = [weights[n][i][j] for n, i, j in coordinates(about)]
    image = iter([sign * vector[i] for i, sign in g])
    return {n: [[next(image) for _ in row] for row in rows] for n, rows in weights.items()}


def drawn(about: Any, draw: random.Random) -> Any:
    return {
        n: [[F(draw.randint(-4, 4), draw.randint(1, 3)) for _ in range(b)] for _ in range(a)]
        for n, (a, b) in about.shapes.items()
    }


@pytest.mark.parametrize("seed", range(30))
def test_the_loss_stays_as_it_is(seed: int) -> None:
    draw = random.Random(seed)
    widths = [draw.randint(1, 2), *(draw.randint(1, 3) for _ in range(draw.randint(1, 2))), 1]
    names = [draw.choice(ODD + EVEN + NEITHER) for _ in widths[1:-1]]
    more: dict[str, Any] = {"bias": draw.choice(["none", "hidden", "all"])}
    if draw.random() < 0.3:
        every = [[k, n + 1] for k in range(1, len(widths) - 1) for n in range(widths[k])]
        more["skip"] = draw.sample(every, len(every))
    if draw.random() < 0.5:
        more["l2"] = {"W1": [["1/3"] * widths[0]] * widths[1]}
    about = read(widths, names, **more)
    for _ in range(4):
        given = {}
        for k, name in enumerate(names, 1):
            order = draw.sample(range(1, widths[k] + 1), widths[k])
            given[str(k)] = [p * (1 if name in NEITHER else draw.choice([1, -1])) for p in order]
        g = read_map(about, given, "neurons")
        assert sorted(i for i, _ in g) == list(range(len(g)))
        weights = drawn(about, draw)
        image = moved(about, g, weights)
        assert network.loss(about, image) == network.loss(about, weights)


def test_the_maps_of_a_tanh_network() -> None:
    about = read([1, 2, 1], ["tanh"])
    assert read_map(about, {"1": [-2, 1]}, "neurons") == [(1, -1), (0, 1), (3, -1), (2, 1)]
    v, w = (0.3, -1.1), (0.7, 2.0)

    def f(v: Any, w: Any, x: float) -> float:
        return sum(b * math.tanh(a * x) for a, b in zip(v, w, strict=True))

    assert f(v, w, 1.7) == pytest.approx(f((-v[1], v[0]), (-w[1], w[0]), 1.7), abs=1e-15)


@pytest.mark.parametrize(
    ("names", "neurons", "error", "text"),
    [
        (["sigmoid"], {"1": [-1, 2]}, Refused, "neither odd nor even"),
        (["polynomial(1, 2)"], {"1": [1, -2]}, Refused, "neither odd nor even"),
        (["relu"], {"1": [-1, 2]}, Refused, "neither odd nor even"),
        (["leaky_relu(-1)"], {"1": [-1, 2]}, Refused, "neither odd nor even"),
        (["tanh"], {"1": [1, 1]}, Refused, "a neuron is taken twice"),
        (["tanh"], {"1": [1, -1]}, Refused, "a neuron is taken twice"),
        (["tanh"], {"1": [1]}, Unreadable, "1 entries, expected 2"),
        (["tanh"], {"1": [0, 1]}, Unreadable, "0, expected a neuron of layer 1"),
        (["tanh"], {"1": [3, 1]}, Unreadable, "3, expected a neuron of layer 1"),
        (["tanh"], {"1": [True, 2]}, Unreadable, "True, expected a neuron"),
        (["tanh"], {"2": [1]}, Unreadable, "unknown field"),
        (["tanh"], {"0": [1]}, Unreadable, "unknown field"),
    ],
)
def test_what_is_no_map(names: list[str], neurons: Any, error: Any, text: str) -> None:
    with pytest.raises(error, match=text):
        read_map(read([1, 2, 1], names), neurons, "neurons")


def test_the_regularizer_and_what_the_output_reads() -> None:
    about = read([1, 2, 1], ["tanh"], l2={"W1": [["1"], ["2"]]})
    assert read_map(about, {"1": [-1, -2]}, "neurons")
    with pytest.raises(Refused, match="the regularizer of W1 is not the same"):
        read_map(about, {"1": [2, 1]}, "neurons")
    half = read([1, 2, 1, 1], ["tanh", "tanh"], skip=[[1, 2], [2, 1]])
    assert read_map(half, {"1": [1, -2]}, "neurons")
    with pytest.raises(Refused, match="takes the place of one that it does not read"):
        read_map(half, {"1": [2, 1]}, "neurons")
