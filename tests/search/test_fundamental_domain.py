"""Maps of hidden neurons that the search uses: all of them, as the checker reads them."""

import json
from random import Random

import numpy as np
import pytest

from symland import Dataset, Network, Problem, Regularizer
from symland.checker.signed_permutations import read_map
from symland.checker.statement import read_statement
from symland.claims.case import Case
from symland.landscape.float_landscape import FloatLandscape
from symland.search.fundamental_domain import fundamental_domain

DATA = Dataset([[1], [2]], [[1], [-1]])


def made(widths, activation, **more):
    draw = Random(4)
    xs, ys = (
        [[draw.randint(-3, 3) for _ in range(d)] for _ in range(3)] for d in (widths[0], widths[-1])
    )
    regularizer = more.pop("regularizer", None)
    return Problem(Network(widths, activation, **more), Dataset(xs, ys), regularizer=regularizer)


CASES = {
    "one tanh": (made([1, 1, 1], "tanh"), 2),
    "two tanh": (made([1, 2, 1], "tanh", bias="all"), 8),
    "two sigmoid": (made([2, 2, 1], "sigmoid"), 2),
    "three tanh": (made([1, 3, 1], "tanh"), 48),
    "two squares": (made([1, 2, 1], "square"), 8),
    "softplus alone": (made([1, 1, 1], "softplus"), 1),
    "two layers": (made([1, 2, 2, 1], "tanh"), 64),
    "tanh before sigmoid": (made([1, 2, 2, 1], ["tanh", "sigmoid"]), 16),
    "skip": (made([1, 2, 1, 1], "tanh", skip=[[1, 2], [2, 1]]), 8),
    "uneven": (made([1, 2, 1], "tanh", regularizer=Regularizer({"W1": [[1], [2]]})), 4),
    "too many": (made([1, 6, 1], "tanh"), 1),
    "a polynomial with a centre elsewhere": (made([1, 1, 1], "polynomial(0, 1, 1)"), 1),
    "no hidden layer": (made([2, 1], []), 1),
}


@pytest.mark.parametrize("name", CASES)
def test_maps_are_a_group_of_symmetries_and_the_checker_reads_them_alike(name):
    problem, order = CASES[name]
    domain = fundamental_domain(problem)
    assert len(domain.maps) + 1 == order
    landscape, random = FloatLandscape(problem), np.random.default_rng(0)
    document = json.loads(Case(problem).statement())
    about = read_statement(json.dumps(document).encode()).problem
    seen = {g.moved for g in domain.maps} | {
        tuple((i, 1) for i in range(problem.network.parameter_count))
    }
    assert len(seen) == order
    for g in domain.maps:
        w = random.normal(size=problem.network.parameter_count)
        image = np.array([sign * w[i] for i, sign in g.moved])
        assert landscape.loss(image) == pytest.approx(landscape.loss(w), rel=1e-12)
        given = {str(k): list(entries) for k, entries in g.neurons.items()}
        assert read_map(about, given, "neurons") == list(g.moved)
        for h in domain.maps:
            assert tuple((g.moved[i][0], sign * g.moved[i][1]) for i, sign in h.moved) in seen


def test_without_signs():
    assert len(fundamental_domain(CASES["two tanh"][0], signs=False).maps) == 1


@pytest.mark.parametrize("name", ["one tanh", "two tanh", "two sigmoid", "skip"])
def test_a_box_is_left_out_where_its_points_are(name):
    """Against points of random boxes; and a box around the best point of an orbit is kept."""
    domain = fundamental_domain(CASES[name][0])
    random, c = np.random.default_rng(1), np.array(domain.direction)
    n = len(c)
    low = np.floor(random.uniform(-4, 4, size=(300, n))) / 2
    high = low + 2.0 ** -random.integers(0, 4, size=(300, n))
    found = domain.left_out(low, high)
    assert 20 < (found >= 0).sum() < 290

    def image(k, w):
        return np.array([sign * w[i] for i, sign in domain.maps[k].moved])

    for k, a, b in zip(found, low, high, strict=True):
        points = [random.uniform(a, b) for _ in range(10)]
        if k >= 0:
            assert all(c @ image(k, w) >= c @ w - 1e-12 for w in [*points, a, b])
        w = points[0]
        best = max([w, *(image(j, w) for j in range(len(domain.maps)))], key=lambda x: c @ x)
        assert domain.left_out(best[None] - 1e-9, best[None] + 1e-9).tolist() == [-1]


def test_boxes_at_the_mirror_are_left_out_on_one_side():
    """Ends that are equal as fractions count as equal, whatever floats make of them."""
    domain = fundamental_domain(CASES["two sigmoid"][0])
    third = 1 / 3
    low, high = np.full((2, 6), -third), np.full((2, 6), third)
    middle = (low + high)[0, 0] / 2
    # The direction has 2 on the first weight of neuron 1 and 1 on that of neuron 2.
    high[0, 0] = low[0, 2] = middle
    low[1, 0] = high[1, 2] = middle
    assert domain.left_out(low, high).tolist() == [0, -1]
