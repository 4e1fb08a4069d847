"""Rounding to multiples of 2^-bits, at every size."""

from fractions import Fraction
from math import floor

import pytest
from flint import arb

from symland import Dataset, Network, Problem, classify
from symland.enclosure.dyadic import dyadic


@pytest.mark.parametrize("bits", [0, 3, 40])
@pytest.mark.parametrize("p", [-9, -8, -7, -1, 0, 1, 7, 8, 9, 12345])
@pytest.mark.parametrize("places", [-3, 0, 2, 4, 5, 41, 44, 45, 80])
def test_nearest_multiple_halves_upwards(p, places, bits):
    value = Fraction(p) / Fraction(2) ** places
    expected = Fraction(floor(value * 2**bits + Fraction(1, 2)), 2**bits)
    found = dyadic(arb(p) * arb(2) ** -places, bits)
    assert Fraction(int(found.p), int(found.q)) == expected


@pytest.mark.parametrize("sign", [1, -1])
def test_what_no_exponent_of_an_integer_holds_is_rounded_to_zero(sign):
    assert dyadic(sign * arb(-(10**400)).exp(), 100) == 0


def test_an_enormous_weight_is_classified():
    problem = Problem(Network([1, 1, 1], "sigmoid"), Dataset([[0], [1]], [[1], [-2]]))
    given = classify(problem, {"W1": [["1e400"]], "W2": [["1"]]}, budget=5).to_json()["given"]
    assert (given["kind"], given["status"]) == ("not_critical", "certified")
