"""Deep networks: their strata, and points proved by elimination where barcodes are not asked."""

from functools import reduce
from itertools import combinations, product

import numpy
import pytest

from symland import Dataset, Network, Problem, classify, critical_set
from symland.questions.classify_linear import PARAMETERS_OF_AN_ELIMINATION

DEEP = 30
TARGETS = numpy.diag([2, 1])


def hessian(weights):
    """The Hessian of 1/2 |W_K ... W_1 - diag(2, 1)|^2, from products of NumPy matrices."""
    eye = numpy.eye(2)
    places = [(k, i, j) for k in range(len(weights)) for i, j in product(range(2), repeat=2)]

    def moved(*steps):
        """The product with the layers of the steps replaced by unit matrices."""
        layers = list(weights)
        for k, i, j in steps:
            layers[k] = numpy.outer(eye[i], eye[j])
        return reduce(lambda below, layer: layer @ below, layers)

    residual = moved() - TARGETS
    slopes = [moved(place) for place in places]
    matrix = numpy.tensordot(slopes, slopes, ((1, 2), (1, 2)))
    for (a, p), (b, q) in combinations(enumerate(places), 2):
        if p[0] != q[0]:
            matrix[a, b] = matrix[b, a] = matrix[a, b] + (residual * moved(p, q)).sum()
    return matrix


def diagonal(first, second):
    """K matrices with these entries on their diagonals."""
    return [numpy.diag(pair) for pair in zip(first, second, strict=True)]


ONES, NOTHING = [1] * (DEEP - 1), [0] * DEEP
POINTS = {
    "global_minimum": diagonal([2, *ONES], [1, *ONES]),
    "strict_saddle": diagonal(NOTHING, [1, *ONES]),
    "non_strict_saddle": diagonal([2, *ONES], NOTHING),
    "not_critical": diagonal([1, *ONES], [1, *ONES]),
}


@pytest.mark.parametrize("kind", POINTS)
def test_points_of_a_network_of_thirty_matrices(kind):
    weights = POINTS[kind]
    problem = Problem(Network([2] * (DEEP + 1)), Dataset(numpy.eye(2).tolist(), TARGETS.tolist()))
    answer = classify(problem, {f"W{k}": W.tolist() for k, W in enumerate(weights, 1)})
    assert answer.verdict == "certified"
    given = answer.to_json()["given"]
    assert given["kind"] == kind
    if kind == "not_critical":
        assert given["inertia"] is None
        assert answer.to_json()["refined"]["kind"] == "global_minimum"
        return
    signs = numpy.linalg.eigvalsh(hessian(weights))
    assert given["inertia"] == {
        "positive": int((signs > 1e-6).sum()),
        "negative": int((signs < -1e-6).sum()),
        "zero": int((abs(signs) <= 1e-6).sum()),
    }


def test_the_inertia_of_wide_and_deep_networks_is_that_of_a_barcode():
    """At 0 a product of three or more factors has no second derivatives."""
    assert DEEP * 9 > PARAMETERS_OF_AN_ELIMINATION
    origin = {f"W{k}": [[0] * 3] * 3 for k in range(1, DEEP + 1)}
    eye = numpy.eye(3).tolist()
    answer = classify(Problem(Network([3] * (DEEP + 1)), Dataset(eye, eye)), origin)
    assert answer.verdict == "certified"
    given = answer.to_json()["given"]
    assert given["kind"] == "non_strict_saddle"
    assert given["inertia"] == {"positive": 0, "negative": 0, "zero": 9 * DEEP}


def scalars(depth):
    return Problem(Network([1] * (depth + 1)), Dataset([[1], [2]], [[2], [1]]))


@pytest.mark.parametrize("depth", [25, 50, 300])
def test_strata_of_scalar_layers_of_any_depth(depth):
    """At rank 0 a barcode cuts the cycle open at some of the K arrows other than the one back, at
    two at least, as no bar has all vertices: 2^K - 1 - K ways. dim End is 2 for two bars."""
    answer = critical_set(scalars(depth))
    assert answer.verdict == "certified"
    document = answer.to_json()
    assert document["seconds"] < 10
    (best, zero) = document["strata"]
    assert (best["kind"], best["count"], best["dimension"]) == ("global_minimum", 1, depth - 1)
    assert best["inertia"] == {"positive": 1, "negative": 0, "zero": depth - 1}
    assert zero["count"] == 2**depth - 1 - depth
    assert zero["dimension"] == depth - 2
    assert zero["inertia"] is None
    assert {point["kind"] for point in zero["points"]} == {"strict_saddle", "non_strict_saddle"}


def test_strata_of_thirty_layers_of_width_two():
    problem = Problem(Network([2] * 31), Dataset(numpy.eye(2).tolist(), TARGETS.tolist()))
    answer = critical_set(problem)
    assert answer.verdict == "certified"
    kinds = [row["kind"] for row in answer.to_json()["strata"]]
    assert kinds == ["global_minimum", "mixed", "strict_saddle", "mixed"]
    assert all(point["exact"] for row in answer.to_json()["strata"] for point in row["points"])


def test_too_many_barcodes_to_list_are_undecided_with_the_reason():
    answer = critical_set(scalars(30), barcodes=True)
    assert answer.verdict == "undecided"
    assert answer.to_json()["reason"] == (
        "more than 100000 barcodes of rank 0; without them every row can be listed"
    )
