"""Covers of cubes: many boxes at once, and what ends them."""

from typing import Any

import numpy as np
import pytest
from flint import fmpq

from symland import Dataset, Loss, Network, Problem, Regularizer
from symland.landscape.float_landscape import FloatLandscape
from symland.search import box_cover
from symland.search.box_balances import Balances
from symland.search.box_cover import cover
from symland.search.box_derivatives import interval_gradients, interval_hessians, newton_ends
from symland.search.box_points import NotCovered
from symland.search.box_slices import slicing_axes
from symland.search.deadline import Deadline

BENT = Problem(
    Network([1, 1, 1], "tanh", "output"),
    Dataset([[1], [-2], [0]], [[1], [0], [2]]),
    regularizer=Regularizer("1/5"),
)


def test_enclosures_over_many_boxes() -> None:
    random, floats = np.random.default_rng(0), FloatLandscape(BENT)
    middle = random.uniform(-2, 2, (20, 3))
    low, high = middle - 0.1, middle + 0.1
    slopes, bends = interval_gradients(BENT, low, high), interval_hessians(BENT, low, high)
    for i in range(20):
        w = random.uniform(low[i], high[i])
        gradient, hessian = floats.gradient(w), floats.hessian(w)
        assert (slopes.lower[i] <= gradient).all()
        assert (gradient <= slopes.upper[i]).all()
        assert (bends.lower[i] <= hessian).all()
        assert (hessian <= bends.upper[i]).all()
        assert (slopes.upper[i] - slopes.lower[i] < 5).all()


def test_ends_of_newtons_method() -> None:
    """Where they settle the gradient is 0; what does not settle, or steps too far, is nan."""
    starts = np.random.default_rng(1).uniform(-2, 2, (50, 3))
    ends = newton_ends(BENT, starts, 6.0)
    settled = np.isfinite(ends).all(axis=1)
    assert 2 < settled.sum() < 50
    for place in ends[settled]:
        assert abs(FloatLandscape(BENT).gradient(place)).max() < 1e-4
    assert not np.isfinite(newton_ends(BENT, starts, 1e-3)).any()


def test_too_many_boxes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(box_cover, "MOST_OPEN", 30)
    with pytest.raises(NotCovered, match="more than 30 boxes are left to settle"):
        cover(BENT, fmpq(-2), fmpq(2), [], Deadline(60))


FREE_BIAS = Problem(
    Network([1, 1, 1], "exp", "hidden"),
    Dataset([[1], [-2], ["1/2"]], [[1], [-1], [1]]),
    Loss("logistic"),
    Regularizer("1/10"),
)
"""v exp(u x + b), u and v penalized: the symmetry b + t, v exp(-t) forces v = 0."""


def test_slices() -> None:
    """One half of [0, 1] along v is away from v = 0, as far as boxes may be thin."""
    low = np.array([[0.0, 0, 0], [0, 0, -1], [0, 0, -1], [0, 0, 0], [0, 0, 0]])
    high = np.array([[1.0, 1, 1], [1, 1, 0], [1, 1, 1], [1, 1, 0.02], [1, 1, 0.005]])
    balances = Balances(FREE_BIAS)

    def unbalanced(low: Any, high: Any) -> Any:
        return balances.excluding(low, high, 0.01) >= 0

    assert slicing_axes(low, high, unbalanced, 0.01).tolist() == [2, 2, -1, 2, -1]


def test_slices_along_the_longest_side() -> None:
    """What a half must have for that: u > 1 or v > 1."""
    low, high = np.zeros((3, 2)), np.array([[3.0, 2.5], [2.5, 3.0], [3.0, 0.5]])

    def large(low: Any, high: Any) -> Any:
        return (low > 1).any(axis=1)

    assert slicing_axes(low, high, large, 0.1).tolist() == [0, 1, 0]
    assert slicing_axes(low, high / 2, large, 0.1).tolist() == [-1, -1, -1]


def test_a_weight_that_a_balance_forces_to_be_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slices near v = 0 take the place of boxes that are small along every weight."""
    question = Problem(
        Network([1, 1, 1], "exp", "hidden"),
        Dataset([[1], [3], [0]], [[3], [-2], [3]]),
        regularizer=Regularizer("1/100"),
    )
    found = cover(question, fmpq(-3), fmpq(3), [], Deadline(60))
    assert not found.points
    assert len(found.nodes) < 10_000
    monkeypatch.setattr(box_cover, "THINNEST", 1)
    with pytest.raises(NotCovered, match=r"stays undecided|not isolated"):
        cover(question, fmpq(-3), fmpq(3), [], Deadline(60))
