"""A complete box that takes too long for the default run."""

from fractions import Fraction

from symland import Dataset, Network, Problem, critical_set


def test_a_regular_point_with_a_hessian_of_bad_condition():
    """Eigenvalues 9e-5, 0.6, 2.2: its Krawczyk box is narrower than any other box of the cover."""
    xs, ys = (-4, -3, -2, -1, 1, 3, 4), (1, 3, -3, -1, 1, 2, 3)
    problem = Problem(
        Network([1, 1, 1], "sigmoid", bias="hidden"), Dataset([[x] for x in xs], [[y] for y in ys])
    )
    answer = critical_set(problem, box=(-5, 5), budget=120)
    document = answer.to_json()
    assert document["verdict"] == "certified", document["reason"]
    assert document["critical_set"]["real_count"] == len(document["points"]) == 3
    radii = [float(Fraction(p["box"]["radius"])) for p in document["points"]]
    assert min(radii) < 2.0**-16
