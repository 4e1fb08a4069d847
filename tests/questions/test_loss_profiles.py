"""Profiles of the loss through a classified point, against losses worked out by hand."""

from typing import Any

import pytest

from symland import Dataset, Network, Problem, classify
from symland.questions.loss_profiles import loss_profiles


def profiles(problem: Problem, point: Any, budget: float = 10) -> dict[str, Any]:
    found = loss_profiles(problem, classify(problem, point, budget=budget))
    for profile in found:
        assert len(profile["x"]) == len(profile["loss"]) > 100
        assert profile["x"] == sorted(profile["x"])
    return {profile["title"]: profile for profile in found}


def value(profile: Any, x: float) -> float:
    """The loss at the sample next to x."""
    k = min(range(len(profile["x"])), key=lambda k: abs(profile["x"][k] - x))
    assert abs(profile["x"][k] - x) < 1e-9
    return profile["loss"][k]


def test_along_the_curve_of_a_non_strict_saddle() -> None:
    """(a b c - 1)^2 / 2 at 0 along a = b = c = s, or what the certificate has instead."""
    problem = Problem(Network((1, 1, 1, 1)), Dataset([[1]], [[1]]))
    found = profiles(problem, {"W1": [[0]], "W2": [[0]], "W3": [[0]]})
    curve = found["certified curve, order 3"]
    assert curve["marks"] == [(0.0, 0.5, "non_strict_saddle")]
    for s in (curve["x"][0], curve["x"][-1]):
        assert value(curve, s) in (
            pytest.approx((s**3 - 1) ** 2 / 2),
            pytest.approx((-(s**3) - 1) ** 2 / 2),
        )
    assert min(curve["loss"]) < 0.5 < max(curve["loss"])


def test_along_eigenvectors_and_to_a_lower_point() -> None:
    """(relu(w) v - y)^2: the profiles of two minima of one relu on two sides."""
    problem = Problem(Network((1, 1, 1), "relu"), Dataset([[1], [-1]], [[1], [2]]))
    found = profiles(problem, {"W1": [[1]], "W2": [[1]]})
    steep = found["largest eigenvalue 2"]  # the gradient of w v is (1, 1)
    t = steep["x"][-1]
    assert value(steep, t) in [
        pytest.approx(((1 + s * t / 2**0.5) ** 2 - 1) ** 2 / 2 + 2) for s in (1, -1)
    ]
    assert value(steep, 0) == pytest.approx(2)
    flat = found["least eigenvalue 0"]
    assert abs(value(flat, 0) - 2) < 1e-12
    segment = found["straight to the lower point"]
    assert [mark[2] for mark in segment["marks"]] == ["spurious_local_minimum", "lower point"]
    (_, here, _), (_, there, _) = segment["marks"]
    assert there < here == 2


def test_a_point_that_is_not_critical() -> None:
    problem = Problem(Network((1, 1)), Dataset([[1]], [[1]]))
    found = profiles(problem, {"W1": [[3]]})
    assert "from the given point to the one nearby" in found
    segment = found["from the given point to the one nearby"]
    assert (value(segment, 0), value(segment, 1)) == (2, 0)


def test_without_a_critical_point_nearby_the_gradient_leads() -> None:
    problem = Problem(Network((1, 1, 1), "exp"), Dataset([[1]], [[0]]))
    found = profiles(problem, {"W1": [[0]], "W2": [[1]]}, budget=0.2)
    assert found
    if "against the gradient" in found:
        losses = found["against the gradient"]["loss"]
        assert losses[len(losses) // 2 + 1] < losses[len(losses) // 2]


def test_losses_beyond_floats_have_no_profile() -> None:
    problem = Problem(Network((1, 1, 1), "square"), Dataset([["1e200"]], [[1]]))
    assert profiles(problem, {"W1": [[1]], "W2": [[1]]}) == {}


def test_a_lower_point_that_is_far_away() -> None:
    """One relu on two sides: -w v = 10^8 fits the other sample, far from w v = 1."""
    problem = Problem(Network((1, 1, 1), "relu"), Dataset([[1], [-1]], [[1], [10**8]]))
    segment = profiles(problem, {"W1": [[1]], "W2": [[1]]})["straight to the lower point"]
    (here, loss, kind), (there, lower, name) = segment["marks"]
    assert (here, kind, name) == (0.0, "spurious_local_minimum", "lower point")
    assert lower < loss
    assert there > 1000
    assert segment["unit"] == 1.0
    near = [x for x in segment["x"] if abs(x) <= 1]
    assert len(near) > 15
    assert {here, there} <= set(segment["x"])
    assert value(segment, 0) == loss
    assert ("level" in segment) == (max(segment["loss"]) > 60 * loss)


def test_a_lower_point_that_is_near_is_drawn_as_it_is() -> None:
    problem = Problem(Network((1, 1, 1), "relu"), Dataset([[1], [-1]], [[1], [2]]))
    segment = profiles(problem, {"W1": [[1]], "W2": [[1]]})["straight to the lower point"]
    assert "unit" not in segment
    assert "level" not in segment
