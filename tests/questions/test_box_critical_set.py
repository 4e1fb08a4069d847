"""All critical points in a box, against mpmath's solver from many starts, and honest gaps."""

import json

import mpmath
import pytest

from symland import Dataset, Loss, Network, Problem, Regularizer, critical_set
from symland.problem.errors import InputError

THREE = Dataset([[0], [1], [3]], [[1], [-2], [3]])


def solver_points(l2, bound):
    """Critical points of one tanh unit with weights u, v, from 200 starts of findroot."""

    def slope(u, v):
        t = [mpmath.tanh(u * x) for x in (0, 1, 3)]
        r = [v * a - y for a, y in zip(t, (1, -2, 3), strict=True)]
        return [
            sum(e * v * (1 - a * a) * x for e, a, x in zip(r, t, (0, 1, 3), strict=True)) + l2 * u,
            sum(e * a for e, a in zip(r, t, strict=True)) + l2 * v,
        ]

    found = []
    for i in range(200):
        try:
            point = mpmath.findroot(slope, ((i * 37 % 61 - 30) / 10, (i * 23 % 61 - 30) / 10))
        except (ValueError, ZeroDivisionError):
            continue
        if max(abs(x) for x in point) < bound and all(
            mpmath.norm(point - other) > 1e-8 for other in found
        ):
            found.append(point)
    return found


def test_no_point_is_lost():
    problem = Problem(Network([1, 1, 1], "tanh"), THREE, Loss(), Regularizer("1/10"))
    answer = critical_set(problem, box=(-3, 3))
    assert answer.verdict == "certified"
    document = answer.to_json()
    expected = solver_points(mpmath.mpf(1) / 10, 3)
    assert document["critical_set"]["real_count"] == len(expected) == 3
    for point in expected:
        assert any(
            abs(float(p["weights"]["W1"][0][0]) - point[0])
            + abs(float(p["weights"]["W2"][0][0]) - point[1])
            < 1e-10
            for p in document["points"]
        )
    assert sorted(p["kind"] for p in document["points"]) == [
        "local_minimum",
        "local_minimum",
        "strict_saddle",
    ]


def test_an_empty_box():
    problem = Problem(Network([1, 1, 1], "tanh"), THREE, Loss(), Regularizer("1/10"))
    document = critical_set(problem, box=(1, 2)).to_json()
    assert document["critical_set"]["kind"] == "empty"
    assert document["critical_set"]["status"] == "certified"


@pytest.mark.parametrize(
    ("widths", "box", "text"),
    [
        ([1, 1, 1], (0, 3), "on the border"),  # the saddle at the origin
        ([1, 3, 3, 1], (-1, 1), "15 parameters"),
    ],
)
def test_what_stays_undecided(widths, box, text):
    problem = Problem(Network(widths, "tanh"), THREE, Loss(), Regularizer("1/10"))
    document = critical_set(problem, box=box, budget=30).to_json()
    assert document["verdict"] == "undecided"
    assert text in document["reason"]


def test_a_continuum_ends_undecided():
    """Two equal neurons share their outgoing weight in any proportion."""
    problem = Problem(Network([1, 2, 1], "sigmoid"), THREE)
    document = critical_set(problem, box=(-3, 3), budget=4).to_json()
    assert document["verdict"] == "undecided"
    assert json.dumps(document).count("certified") == 0


def test_ends_the_wrong_way_round():
    problem = Problem(Network([1, 1, 1], "tanh"), THREE)
    with pytest.raises(InputError, match="box: 3, -3, expected the lower end first"):
        critical_set(problem, box=(3, -3))
