"""Manifolds of critical points: as large as the kernel, or none."""

import pytest
from flint import fmpq

from symland import Dataset, Network, Problem
from symland.exact.polynomial import parameter_keys
from symland.exact.rational_matrix import RationalMatrix
from symland.exact.symmetric import symmetric_inertia
from symland.landscape.gradient import gradient
from symland.landscape.hessian import hessian
from symland.landscape.number_systems.exact_rings import flint_rationals
from symland.landscape.parameters import flat, shaped
from symland.search.critical_manifold import CriticalManifold, critical_manifold
from symland.search.deadline import Deadline

DATA = Dataset([[1], [2]], [[1], [3]])
CASES = {
    "a path past a linear layer": (
        Problem(Network((1, 1, 1, 1), skip=[[1, 1], [2, 1]]), DATA),
        [1, 1, fmpq(2, 5), 1], (2, 1),
    ),
    "a linear network": (Problem(Network((1, 2, 1)), DATA), [1, 0, fmpq(7, 5), 0], (3, 0)),
    "a dead neuron": (
        Problem(Network((1, 2, 1), "relu"), DATA), [fmpq(7, 5), -1, 1, 1], (2, 1),
    ),
    "a weight against the bias": (
        Problem(Network((1, 1, 1), bias="output"), Dataset([[1], [1]], [[1], [3]])), [1, 1, 1],
        (1, 1),
    ),
    "a flat saddle": (Problem(Network((1, 1, 1, 1)), DATA), [0, 0, 0], None),
    "a flat saddle with a scaling": (Problem(Network((1, 1, 1, 1, 1)), DATA), [1, 0, 0, 0], None),
}  # fmt: skip


def find(name: str, budget: float = 10) -> tuple[Problem, list[fmpq], int, CriticalManifold | None]:
    problem, vector, _ = CASES[name]
    values = [fmpq(x) for x in vector]
    point = shaped(problem.network.shapes, values)
    matrix = hessian(problem, flint_rationals, point)
    corank = symmetric_inertia(matrix)[2]
    found = critical_manifold(problem, point, matrix, corank, Deadline(budget))
    return problem, values, corank, found


@pytest.mark.parametrize("name", CASES)
def test_manifolds(name: str) -> None:
    problem, values, corank, found = find(name)
    counts = CASES[name][2]
    if counts is None:
        assert found is None
        return
    assert found is not None
    assert (len(found.generators), len(found.directions)) == counts
    assert sum(counts) == corank
    keys, shapes = parameter_keys(problem.network.shapes), problem.network.shapes
    lines = [g.tangent(keys, values) for g in found.generators] + [*map(list, found.directions)]
    assert RationalMatrix(lines).rank() == corank
    for step in (fmpq(1, 100), fmpq(-1, 7)):
        moved = values
        for direction in found.directions:
            moved = [x + step * d for x, d in zip(moved, direction, strict=True)]
        assert not any(gradient(problem, flint_rationals, shaped(shapes, moved)))
    assert flat(shapes, shaped(shapes, values)) == values


def test_nothing_is_searched_after_the_deadline() -> None:
    assert find("a linear network", budget=0)[3] is None
