"""Points of deep linear networks in fields of high degree: what is proved within the budget."""

import random
from itertools import pairwise

import numpy as np

from symland import Dataset, Network, Problem, classify
from symland.landscape.deep_linear.data import deep_linear
from symland.landscape.deep_linear.strata import Strata
from symland.questions import classify_linear
from symland.questions.proof_cost import Cost, linear_cost
from symland.search.deadline import Deadline
from symland.search.newton import nearby_critical_point
from symland.search.snap import exact_point_beside

WIDTHS = (6, 4, 4, 6)


def problem_and_weights():
    """A net whose eigenvalues are conjugates of degree 6, and a point near one of its saddles."""
    pick = random.Random(3)
    rows = [[pick.randint(-9, 9) for _ in range(12)] for _ in range(20)]
    problem = Problem(Network(WIDTHS), Dataset([r[:6] for r in rows], [r[6:] for r in rows]))
    assert Strata(deep_linear(problem)).spectrum.eigenvalues[0].polynomial.degree() == 6
    choose = random.Random(5)
    weights = {
        f"W{k}": [[f"{choose.gauss(0, 0.3):.3f}" for _ in range(n)] for _ in range(m)]
        for k, (n, m) in enumerate(pairwise(WIDTHS), start=1)
    }
    return problem, weights


PROBLEM, WEIGHTS = problem_and_weights()


def test_a_nearby_point_of_degree_six_is_proved():
    answer = classify(PROBLEM, WEIGHTS, budget=60)
    refined = answer.document["refined"]
    assert answer.verdict == "certified"
    assert refined["status"] == "certified"
    assert len(refined["exact"]["root"]["polynomial"]) == 7
    assert refined["inertia"] is not None
    # What shows the saddle is short, although the point is not.
    assert "root" not in refined["better"]["exact"]
    assert all(len(x) < 40 for row in refined["better"]["exact"]["W1"] for x in row)


def test_where_the_proof_does_not_fit_the_point_is_numerical(monkeypatch):
    monkeypatch.setattr(classify_linear, "linear_cost", lambda *_: (Cost(9e5, 1), Cost(9e5, 1)))
    answer = classify(PROBLEM, WEIGHTS, budget=60)
    document = answer.document
    assert answer.verdict == "certified"
    assert document["given"]["kind"] == "not_critical"
    refined = document["refined"]
    assert refined["status"] == "numerical"
    assert (
        "an exact point is close by, but proving what it is would take about 900000 seconds"
        in (refined["reason"])
    )


def test_where_only_the_inertia_does_not_fit_it_is_left_out(monkeypatch):
    monkeypatch.setattr(classify_linear, "linear_cost", lambda *_: (Cost(0, 1), Cost(9e5, 1)))
    refined = classify(PROBLEM, WEIGHTS, budget=60).document["refined"]
    assert (refined["status"], refined["inertia"]) == ("certified", None)


def test_the_estimate_grows_with_the_length_of_the_numbers():
    strata = Strata(deep_linear(PROBLEM))
    start = {k: np.array(W, dtype=float) for k, W in WEIGHTS.items()}
    reached = nearby_critical_point(PROBLEM, start, Deadline(20))
    exact = exact_point_beside(strata, reached, Deadline(20))
    without, complete = linear_cost(PROBLEM, exact)
    assert 0.1 < without.seconds < complete.seconds < 20
    assert exact_point_beside(strata, reached, Deadline(-1)) is not None  # a second is spent
