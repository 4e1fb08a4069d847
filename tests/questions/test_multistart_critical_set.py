"""Critical points from many starts: each proved, none that a proof of completeness has missing."""

import itertools
import time
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
import sympy
from click.testing import CliRunner
from scipy.optimize import root

from symland import Dataset, Loss, Network, Problem, Regularizer, critical_set, verify
from tests.questions.shapes import check_critical

THREE = Dataset([[0], [1], [3]], [[1], [-2], [3]])
ONE_TANH = Problem(Network([1, 1, 1], "tanh"), THREE, Loss(), Regularizer("1/10"))
TWO_TANH = Problem(
    Network([1, 2, 1], "tanh"),
    Dataset([[1], [2], [-3]], [[1], [2], [0]]),
    regularizer=Regularizer("1/20"),
)


def vectors(document, status="certified"):
    """The points' weights one after another."""
    return [
        np.array([float(x) for rows in p["weights"].values() for x in np.ravel(rows)])
        for p in document["points"]
        if p["status"] == status
    ]


def has(points, vector, room=1e-9):
    return any(abs(p - vector).max() < room for p in points)


@cache
def one_tanh(seed):
    """The answer for one unit, made once for each seed."""
    return critical_set(ONE_TANH, seed=seed)


@pytest.fixture(scope="module")
def two_tanh():
    return critical_set(TWO_TANH)


def test_shape_verdict_and_files(two_tanh):
    document = two_tanh.to_json()
    check_critical(document)
    assert two_tanh.verdict == document["critical_set"]["status"] == "undecided"
    assert document["critical_set"]["real_count"] is None
    assert {p["status"] for p in document["points"]} == {"certified"}
    assert {p["global"] for p in document["points"]} == {None, False}
    assert verify(two_tanh.statement, two_tanh.certificate).accepted
    losses = [float(p["loss"]["lower"]) for p in document["points"]]
    assert losses == sorted(losses)


def test_the_same_points_as_the_complete_list_of_a_box():
    whole = critical_set(ONE_TANH, box=(-3, 3)).to_json()
    assert whole["critical_set"]["status"] == "certified"
    found = one_tanh(0).to_json()
    inside = [v for v in vectors(found) if abs(v).max() <= 3]
    assert len(inside) == whole["critical_set"]["real_count"] == 3
    assert all(has(inside, v) for v in vectors(whole))
    kinds = {p["kind"] for p in found["points"]}
    assert kinds >= {"strict_saddle", "local_minimum"}


def test_all_real_solutions_of_a_polynomial_system():
    """Square activation, two weights: against the roots that SymPy isolates."""
    problem = Problem(
        Network([1, 1, 1], "square"),
        Dataset([[1], [2]], [[1], [-2]]),
        regularizer=Regularizer("1/10"),
    )
    u, v = sympy.symbols("u v")
    value = sum((v * (u * x) ** 2 - y) ** 2 for x, y in ((1, 1), (2, -2))) / 2
    value += (u**2 + v**2) / 20
    slopes = [sympy.numer(sympy.together(sympy.diff(value, w))) for w in (u, v)]
    eps = sympy.Rational(1, 10**12)
    candidates = {
        w: [
            float(low + high) / 2
            for (low, high), _ in sympy.Poly(sympy.resultant(*slopes, other), w).intervals(eps=eps)
        ]
        for w, other in ((u, v), (v, u))
    }
    expected = [
        np.array(pair)
        for pair in itertools.product(candidates[u], candidates[v])
        if all(abs(s.evalf(subs=dict(zip((u, v), pair, strict=True)))) < 1e-6 for s in slopes)
    ]
    found = vectors(critical_set(problem).to_json())
    assert len(found) == len(expected) >= 3
    assert all(has(found, point, 1e-6) for point in expected)


def test_no_root_of_another_solver_is_missing(two_tanh):
    """The gradient written out here, scipy's hybrid method, starts of another generator."""
    x, y = np.array([1, 2, -3]), np.array([1, 2, 0])

    def slope(w):
        t = np.tanh(np.outer(w[:2], x))
        r = w[2:] @ t - y
        return np.concatenate([(w[2:, None] * (1 - t * t) * x) @ r, t @ r]) + w / 20

    found, random, reached = vectors(two_tanh.to_json()), np.random.default_rng(99), 0
    for _ in range(300):
        end = root(slope, random.uniform(-4, 4, 4), method="hybr", tol=1e-13)
        if end.success and abs(slope(end.x)).max() < 1e-11:
            reached += 1
            assert has(found, end.x, 1e-7)
    assert reached > 200


def test_every_image_is_in_the_list(two_tanh):
    """Permutations and sign changes of the two neurons, written out."""
    document = two_tanh.to_json()
    found = vectors(document)
    for (a, b), sign in itertools.product([(0, 1), (1, 0)], [(1, 1), (1, -1), (-1, 1), (-1, -1)]):
        for w in found:
            image = np.array(
                [sign[0] * w[a], sign[1] * w[b], sign[0] * w[2 + a], sign[1] * w[2 + b]]
            )
            assert has(found, image)
    assert max(p["orbit"] for p in document["points"]) < len(found)
    for p, q in itertools.pairwise(document["points"]):
        if p["orbit"] == q["orbit"]:
            assert (p["kind"], p["inertia"]) == (q["kind"], q["inertia"])


def test_sign_changes_that_move_a_bias():
    """sigmoid(-z) = 1 - sigmoid(z): the images are no signed permutations of weights."""
    problem = Problem(
        Network([1, 1, 1], "sigmoid", bias="output"),
        THREE,
        regularizer=Regularizer("1/50"),
    )
    found = vectors(critical_set(problem).to_json())
    assert len(found) >= 3
    for u, v, b in found:
        assert has(found, np.array([-u, -v, b + v]))


def test_a_planted_minimum():
    """Targets that the network with weights 3/4 and 2 gives, to 30 digits: the loss is 0 there."""
    rows = [1, 2, -1]
    targets = [[str(sympy.N(2 * sympy.tanh(sympy.Rational(3, 4) * x), 30))] for x in rows]
    problem = Problem(Network([1, 1, 1], "tanh"), Dataset([[x] for x in rows], targets))
    document = critical_set(problem).to_json()
    lowest = document["points"][0]
    assert has(vectors(document), np.array([0.75, 2]))
    assert (lowest["kind"], lowest["status"]) == ("local_minimum", "certified")
    assert float(lowest["loss"]["upper"]) < 1e-30


def test_spurious_minima_have_a_lower_point():
    problem = Problem(
        Network([1, 1, 1], "tanh", bias="hidden"), THREE, regularizer=Regularizer("1/10")
    )
    document = critical_set(problem).to_json()
    check_critical(document)
    spurious = [p for p in document["points"] if p["kind"] == "spurious_local_minimum"]
    assert len(spurious) == 2
    assert all(p["better"]["loss"] == document["points"][0]["loss"] for p in spurious)


def test_same_seed_same_files():
    first, second = one_tanh(0), critical_set(ONE_TANH, seed=0)
    assert (first.statement, first.certificate) == (second.statement, second.certificate)
    assert first.to_json()["search"] == second.to_json()["search"]


def test_another_seed_other_starts_same_points():
    first, second = (one_tanh(seed).to_json() for seed in (0, 1))
    assert first["search"] != second["search"]
    assert len(first["points"]) == len(second["points"])
    assert all(has(vectors(second), v) for v in vectors(first))


@pytest.mark.parametrize("budget", [0, 0.3, 2])
def test_the_budget_holds_for_search_proofs_and_check(budget):
    problem = Problem(
        Network([2, 3, 1], "tanh", bias="all"),
        Dataset([[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]),
        regularizer=Regularizer("1/50"),
    )
    document = critical_set(problem, budget=budget).to_json()
    check_critical(document)
    assert document["seconds"] < budget + 20
    assert "the search ended with its share of the budget" in document["reason"]


def test_one_point_of_a_continuum_is_proved():
    """Two equal neurons share their outgoing weight in any proportion: minima for shares in (0, 1),
    saddles for others."""
    document = critical_set(Problem(Network([1, 2, 1], "sigmoid"), THREE)).to_json()
    check_critical(document)
    assert "the Hessian is singular to rounding" in document["reason"]
    singular = [p for p in document["points"] if p["inertia"]["zero"]]
    assert singular
    assert {p["kind"] for p in singular} == {"spurious_local_minimum", "strict_saddle"}
    for p in singular:
        assert p["status"] == "certified"
        assert p["flat"]["dimension"] == p["inertia"]["zero"] == 1
        assert p["weights"]["W1"][0] == p["weights"]["W1"][1]
        v = [Fraction(x) for x in p["weights"]["W2"][0]]
        if p["kind"] == "spurious_local_minimum":
            assert v[0] * v[1] > 0


def test_a_continuum_without_a_reason_is_listed_without_proof(monkeypatch):
    monkeypatch.setattr(
        "symland.questions.multistart_critical_set.flat_reasons", lambda problem, place: None
    )
    document = critical_set(Problem(Network([1, 2, 1], "sigmoid"), THREE)).to_json()
    singular = [p for p in document["points"] if p["inertia"]["zero"]]
    assert singular
    for p in singular:
        assert p["status"] in ("numerical", "undecided")
        assert "the Hessian is singular" in p["reason"]
        assert "box" not in p


def test_a_loss_without_critical_points():
    """log(1 + e^-w) falls for ever; its gradient is 0 in floats from w = 750 on."""
    problem = Problem(Network([1, 1]), Dataset([[1]], [[1]]), Loss("logistic"))
    document = critical_set(problem).to_json()
    assert document["points"] == []
    assert document["certificate"] is None
    assert "the gradient fades" in document["reason"]


def test_too_many_images_one_an_orbit(monkeypatch):
    monkeypatch.setattr("symland.questions.multistart_critical_set.MOST_POINTS", 5)
    document = critical_set(TWO_TANH).to_json()
    check_critical(document)
    orbits = [p["orbit"] for p in document["points"]]
    assert document["search"]["one_of_orbit"] >= 1
    assert sorted(set(orbits)) == list(range(1, document["search"]["orbits"] + 1))
    assert "only one point is listed" in document["warnings"][0]


def test_kinks_are_not_looked_for():
    document = critical_set(Problem(Network([1, 1, 1], "relu"), THREE)).to_json()
    assert document["points"] == []
    assert "kinks are not looked for" in document["reason"]


def test_the_command_line(tmp_path):
    from symland.cli import main

    file = tmp_path / "one.toml"
    file.write_text(
        '[network]\nwidths = [1, 1, 1]\nactivation = "tanh"\n'
        "[data]\ninputs = [[0], [1], [3]]\ntargets = [[1], [-2], [3]]\n"
        '[regularizer]\nl2 = "1/10"\n'
    )
    page, folder = tmp_path / "page.html", tmp_path / "files"
    done = CliRunner().invoke(
        main, ["critical", str(file), "--html", str(page), "--certificates", str(folder)]
    )
    assert done.exit_code == 3
    assert "one for each orbit" in done.stdout
    assert "the list may be incomplete" in done.stdout
    assert "one for each orbit" in page.read_text()
    names = sorted(p.name for p in folder.iterdir())
    assert names == ["one-critical.certificate.json", "one-critical.statement.json"]
    statement, certificate = folder / names[1], folder / names[0]
    assert verify(statement, certificate).accepted


def test_no_point_is_proved_that_there_is_no_time_to_check(monkeypatch):
    """Each proof is made to take a third of a second: a few fit into the budget."""
    import symland.questions.multistart_critical_set as listing

    accepted = listing.accepted_box

    def slowly(problem, box):
        time.sleep(0.3)
        return accepted(problem, box)

    monkeypatch.setattr(listing, "accepted_box", slowly)
    document = critical_set(TWO_TANH, budget=2).to_json()
    check_critical(document)
    assert document["search"]["no_time"] + document["search"]["one_of_orbit"] > 0
    assert len(document["points"]) <= 10
    few = critical_set(TWO_TANH, budget=20).to_json()
    assert len(few["points"]) > len(document["points"])


def test_rational_points_of_polynomial_losses_are_exact():
    """By hand: at 0 the loss is (1 + 64) / 2, and its Hessian is that of the regularizer."""
    problem = Problem(
        Network([1, 1, 1], "cube"), Dataset([[1], [2]], [[1], [8]]), regularizer=Regularizer("1/10")
    )
    document = critical_set(problem).to_json()
    check_critical(document)
    (origin,) = (p for p in document["points"] if p["exact"] is not None)
    assert origin["exact"] == {"W1": [["0"]], "W2": [["0"]]}
    assert (origin["loss"]["exact"], origin["kind"]) == ("65/2", "spurious_local_minimum")
    assert origin["inertia"] == {"positive": 2, "negative": 0, "zero": 0}
    assert origin["better"]["loss"] == document["points"][0]["loss"]


def test_an_exact_loss_of_zero_is_a_global_minimum():
    """Weights within a sample, which the structure theorem does not cover, and targets that fit."""
    problem = Problem(Network((1, 2)), Dataset([[1]], [[1, 1]]), Loss(weights=[[1, 2]]))
    answer = critical_set(problem)
    document = answer.to_json()
    check_critical(document)
    (point,) = document["points"]
    assert (point["kind"], point["exact"]) == ("global_minimum", {"W1": [["1"], ["1"]]})
    assert (answer.verdict, document["critical_set"]["real_count"]) == ("certified", 1)
