"""Rank conditions against SymPy's determinants and ranks."""

from itertools import combinations

import pytest
import sympy

from symland.exact.polynomial import parameter_ring
from symland.landscape.loss import TooLarge
from symland.landscape.rank_conditions import rank_conditions
from symland.problem import Network
from tests.landscape import textbook


@pytest.mark.parametrize("size", [1, 2, 3])
def test_minors_are_sympys(size):
    network = Network([3, 2, 3])
    (condition,) = rank_conditions(network)
    made = textbook.sympy_symbols(network)
    product = made["W2"] * made["W1"]
    ring = parameter_ring(network.shapes)
    choices = list(combinations(range(3), size))
    expected = [
        sympy.expand(product.extract(list(rows), list(columns)).det())
        for rows in choices
        for columns in choices
    ]
    assert [ring.sympy(minor) for minor in condition.minors(size)] == expected
    # Width 2 forces every minor of size 3 to vanish, and no smaller one.
    assert all(minor.is_zero() for minor in condition.minors(size)) == (size > condition.bound)


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        (Network([2, 2]), []),
        (Network([2, 3, 4], "relu"), []),
        (
            Network([2, 3, 4, 2, 5], ["linear", "tanh", "linear"]),
            ["rank(W2 W1) <= 2, a 4 x 2 matrix", "rank(W4 W3) <= 2, a 5 x 4 matrix"],
        ),
        (Network([2, 1, 4, 2]), ["rank(W3 W2 W1) <= 1, a 2 x 2 matrix"]),
        (Network([2, 3, 4, 2], skip=[[2, 1]]), ["rank(W2 W1) <= 2, a 4 x 2 matrix"]),
    ],
)
def test_conditions_join_what_only_linear_activations_separate(network, expected):
    assert [str(condition) for condition in rank_conditions(network)] == expected


def test_refusals():
    (condition,) = rank_conditions(Network([9, 4, 9]))
    with pytest.raises(ValueError, match="size: 10, expected 1 to 9"):
        condition.minors(10)
    with pytest.raises(TooLarge, match="size: 4 gives 15876 minors, expected at most 5000"):
        condition.minors(4)
