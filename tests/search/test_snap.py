"""From floating point back to exact critical points."""

import random

import numpy as np
import pytest

from symland import Dataset, Network, Problem, Regularizer
from symland.exact.number_field import AlgebraicNumber
from symland.exact.rational_matrix import as_fmpq
from symland.landscape.deep_linear.data import deep_linear
from symland.landscape.deep_linear.point import LinearPoint
from symland.landscape.deep_linear.strata import Strata
from symland.landscape.float_landscape import FloatLandscape
from symland.search.bar_decomposition import bar_decomposition
from symland.search.deadline import Deadline
from symland.search.newton import nearby_critical_point
from symland.search.snap import exact_point_beside
from tests.landscape.deep_linear.exact_hessian import slope
from tests.landscape.deep_linear.planted import instances, irrational_instances


def floats(weights):
    def number(x):
        if isinstance(x, AlgebraicNumber):
            return float(x.enclosure(80).mid())
        return float(as_fmpq(x))

    return {
        f"W{k}": np.array([[number(x) for x in row] for row in W.tolist()])
        for k, W in enumerate(weights, start=1)
    }


def distance(a, b):
    return max(float(abs(a[k] - b[k]).max()) for k in a)


def snapped(planted, noise, seed):
    """(exact point beside a perturbed planted point, what Newton reached, the perturbed point)."""
    choose = np.random.default_rng(seed)
    strata = Strata(deep_linear(planted.problem))
    start = {k: W + noise * choose.normal(size=W.shape) for k, W in floats(planted.weights).items()}
    reached = nearby_critical_point(planted.problem, start, Deadline(20))
    if reached is None:
        return None, None, start
    return exact_point_beside(strata, reached, Deadline(20)), reached, start


def several_fields(strata, taken):
    """Whether the exact point would need two conjugate irrational eigenvalues apart."""
    chosen = [(m, e) for m, e in zip(taken, strata.spectrum.eigenvalues, strict=True) if m]
    irrational = [(m, e.multiplicity) for m, e in chosen if e.polynomial.degree() > 1]
    return len(irrational) > 1 and any(m < mu for m, mu in irrational)


@pytest.mark.parametrize("seed", range(12))
def test_perturbed_points_are_made_exact_again(seed):
    """After a tiny push: exactly critical, on the same stratum, nearby."""
    for number, planted in enumerate(instances(400 + seed) + irrational_instances(400 + seed)):
        exact, _, start = snapped(planted, 1e-9, number)
        if exact is None:
            assert several_fields(Strata(deep_linear(planted.problem)), planted.taken)
            continue
        table = {f"W{k}": W.tolist() for k, W in enumerate(exact.weights, start=1)}
        assert not any(slope(planted.problem, table))
        before = LinearPoint(exact.strata, planted.weights)
        assert (exact.taken, exact.barcode) == (before.taken, before.barcode)
        assert (exact.kind, exact.inertia) == (before.kind, before.inertia)
        size = max(1.0, *(float(abs(W).max()) for W in start.values()))
        assert distance(start, floats(exact.weights)) < 1e-5 * size


@pytest.mark.parametrize("seed", range(4))
def test_after_a_larger_push_some_exact_critical_point_is_reached(seed):
    """Perhaps on another stratum, but exactly critical and where Newton's method ended."""
    found = 0
    for number, planted in enumerate(instances(430 + seed)):
        exact, reached, _ = snapped(planted, 1e-2, number)
        if exact is None:
            continue
        found += 1
        table = {f"W{k}": W.tolist() for k, W in enumerate(exact.weights, start=1)}
        assert not any(slope(planted.problem, table))
        size = max(1.0, *(float(abs(W).max()) for W in reached.values()))
        assert distance(reached, floats(exact.weights)) < 1e-3 * size
    assert found >= 9


def test_what_is_no_critical_point_is_not_made_one():
    strata = Strata(deep_linear(Problem(Network((1, 1, 1)), Dataset([[1]], [[2]]))))
    assert exact_point_beside(strata, {"W1": [[1.0]], "W2": [[1.5]]}, Deadline(20)) is None
    assert (
        exact_point_beside(strata, {"W1": [[1.0]], "W2": [[2.0]]}, Deadline(20)).kind
        == "global_minimum"
    )


def cyclic(choose, bars, n):
    """Arrows of a representation with these bars (start, length), in random bases."""
    places = {}
    for b, (start, length) in enumerate(bars):
        for i in range(length):
            places.setdefault((start + i) % n, []).append((b, i))
    sizes = [len(places.get(v, [])) for v in range(n)]
    bases = [choose.normal(size=(d, d)) + 3 * np.eye(d) for d in sizes]
    arrows = []
    for v in range(n):
        w = (v + 1) % n
        arrow = np.array(
            [
                [float((b, i) == (c, j - 1)) for b, i in places.get(v, [])]
                for c, j in places.get(w, [])
            ]
        ).reshape(sizes[w], sizes[v])
        arrows.append(bases[w] @ arrow @ np.linalg.inv(bases[v]))
    return arrows


@pytest.mark.parametrize("seed", range(20))
def test_bars_of_random_representations(seed):
    pick, choose = random.Random(seed), np.random.default_rng(seed)
    n = pick.randint(2, 5)
    bars = [(pick.randrange(n), pick.randint(1, n - 1)) for _ in range(pick.randint(1, 6))]
    arrows = cyclic(choose, bars, n)
    found = bar_decomposition(arrows, 1e-8)
    assert sorted((bar.start, len(bar.vectors)) for bar in found) == sorted(bars)
    for bar in found:
        for i, vector in enumerate(bar.vectors):
            image = arrows[(bar.start + i) % n] @ vector
            expected = bar.vectors[i + 1] if i + 1 < len(bar.vectors) else 0 * image
            assert np.allclose(image, expected, atol=1e-9)


@pytest.mark.parametrize(
    "problem",
    [
        Problem(Network((2, 2, 1)), Dataset([[1, 0], [0, 1]], [[1], [2]])),
        Problem(Network((1, 2, 1), activation="square"), Dataset([[1], [2]], [[1], [3]])),
        Problem(
            Network((1, 2, 1), activation="tanh"),
            Dataset([[1], [-1]], [[1], [0]]),
            regularizer=Regularizer("1/10"),
        ),
    ],
)
def test_newton_ends_where_the_gradient_vanishes(problem):
    landscape, choose = FloatLandscape(problem), np.random.default_rng(0)
    reached = 0
    for _ in range(8):
        start = {name: choose.normal(size=shape) for name, shape in problem.network.shapes.items()}
        end = nearby_critical_point(problem, start, Deadline(20))
        if end is not None:
            reached += 1
            vector = np.concatenate([end[name].ravel() for name in problem.network.shapes])
            assert np.linalg.norm(landscape.gradient(vector)) < 1e-7
    assert reached >= 6
    assert nearby_critical_point(problem, start, Deadline(-1)) is None
