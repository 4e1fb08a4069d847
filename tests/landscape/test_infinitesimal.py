"""Infinitesimal symmetries: the loss stays along them; their number is that counted by hand."""

import random
from fractions import Fraction
from typing import Any

import pytest

from symland.exact.polynomial import parameter_keys
from symland.exact.rational_matrix import RationalMatrix, as_fmpq
from symland.landscape.gradient import gradient
from symland.landscape.number_systems.exact_rings import flint_rationals
from symland.landscape.parameters import flat, shaped
from symland.landscape.symmetry.infinitesimal import generators
from symland.problem import Dataset, Loss, Network, Problem, Regularizer

DATA = Dataset([[1], [2], [-3]], [[1], [5], [2]])


def problem(widths: Any, activation: Any = "linear", l2: Any = None, **network: Any) -> Problem:
    data = DATA if widths[0] == widths[-1] == 1 else Dataset([[1] * widths[0]], [[1] * widths[-1]])
    regularizer = None if l2 is None else Regularizer(l2)
    return Problem(Network(widths, activation, **network), data, regularizer=regularizer)


COUNTED: dict[str, tuple[Problem, int]] = {
    "GL(2)": (problem((1, 2, 1)), 4),
    "GL(2) x GL(1)": (problem((1, 2, 1, 1)), 5),
    "O(3)": (problem((1, 3, 1), l2=1), 3),
    "no uniform scaling": (problem((1, 1, 1), l2=1), 0),
    "past a regularized layer": (problem((1, 1, 1, 1), l2={"W2": [[1]]}), 1),
    "one regularized neuron": (problem((1, 2, 1), l2={"W1": [[1], [0]]}), 2),
    "a skew pair": (problem((1, 2, 1), l2={"W1": [[1], [4]]}), 1),
    "biases": (problem((1, 2, 1), bias="all"), 6),
    "hidden biases": (problem((1, 2, 1), bias="hidden"), 4),
    "an output bias": (problem((1, 2, 1), bias="output"), 4),
    "a regularized bias": (problem((1, 1, 1), bias="all", l2={"b1": [1]}), 0),
    "affine": (problem((1, 2, 1), "polynomial(1, 2)", bias="all"), 6),
    "affine without an output bias": (problem((1, 2, 1), "polynomial(1, 2)", bias="hidden"), 4),
    "squares": (problem((1, 2, 1), "square"), 2),
    "relu": (problem((1, 2, 2, 1), "relu"), 4),
    "a centred square": (problem((1, 1, 1), "polynomial(2, -2, 1)", bias="all"), 1),
    "a centred square, no biases": (problem((1, 1, 1), "polynomial(2, -2, 1)"), 0),
    "1 + z^2": (problem((1, 1, 1), "polynomial(1, 0, 1)", bias="output"), 1),
    "tanh": (problem((1, 2, 1), "tanh"), 0),
    "mixed": (problem((1, 2, 2, 1), ["square", "linear"]), 6),
    "skip": (problem((1, 2, 1, 1), skip=[[1, 1], [2, 1]]), 4),
    "skip reads all": (problem((1, 2, 1, 1), skip=[[1, 1], [1, 2], [2, 1]]), 5),
}


def random_values(size: int, draw: random.Random) -> list[Any]:
    return [as_fmpq(Fraction(draw.randint(-99, 99), 7)) for _ in range(size)]


@pytest.mark.parametrize("name", COUNTED)
def test_dimension_and_derivative(name: str) -> None:
    """The derivative of the loss along every field is 0 at random weights, where all are free."""
    given, dimension = COUNTED[name]
    shapes, draw = given.network.shapes, random.Random(3)
    keys, found = parameter_keys(shapes), generators(given)
    assert len(found) == dimension
    stacked: list[list[Any]] = [[] for _ in found]
    for _ in range(6 if found else 0):
        values = random_values(len(keys), draw)
        slope = gradient(given, flint_rationals, shaped(shapes, values))
        for line, generator in zip(stacked, found, strict=True):
            tangent = generator.tangent(keys, values)
            line += tangent
            assert not sum((a * b for a, b in zip(slope, tangent, strict=True)), as_fmpq(0))
    assert not found or RationalMatrix(stacked).rank() == dimension


DIAGONAL = [[1, 0], [0, 0]]
ONE = [[1, 0], [0, 1]]


@pytest.mark.parametrize(
    ("matrices", "dimension"),
    [
        ([[[1]], [[2]]], 1),
        ([[[0]], [[0]]], 0),
        ([ONE, ONE], 4),
        ([DIAGONAL, ONE], 4),
        ([ONE, ONE, ONE], 8),
        ([[[0, 0], [0, 0]], DIAGONAL, [[0, 0], [0, 0]]], 3),
    ],
)
def test_dimension_of_orbits_of_linear_networks(matrices: Any, dimension: int) -> None:
    """The last: the matrices of rank 1 among the 2 x 2 ones have dimension 3."""
    size = len(matrices[0])
    given = Problem(
        Network((size,) * (len(matrices) + 1)), Dataset(ONE[:1], ONE[:1])
        if size == 2 else Dataset([[1]], [[1]]), Loss(),
    )  # fmt: skip
    shapes = given.network.shapes
    point = {f"W{k}": m for k, m in enumerate(matrices, 1)}
    values = [as_fmpq(x) for x in flat(shapes, point)]
    lines = [g.tangent(parameter_keys(shapes), values) for g in generators(given)]
    assert RationalMatrix(lines).rank() == dimension
