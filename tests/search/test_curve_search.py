"""Curves found by trial, expanded again by SymPy."""

import pytest
import sympy

from symland import Dataset, Network, Problem, Regularizer
from symland.search.curve_search import find_curve
from symland.search.deadline import Deadline

SQUARE = Problem(Network((1, 1, 1), activation="square"), Dataset([[1]], [[1]]))
CUBE = Problem(Network((1, 1, 1), activation="cube"), Dataset([[1], [2]], [[1], [0]]))
DECAY = Problem(Network((1, 1, 1)), Dataset([[1]], [[2]]), regularizer=Regularizer(1))


def expanded(problem, moves, power):
    """L along the curve from the origin, by SymPy from the definition."""
    s = sympy.Symbol("s")
    W = {
        name: sum(sympy.Rational(str(c)) * s**k for k, c in enumerate(rows[0][0].coeffs()))
        for name, rows in moves.items()
    }
    total = 0
    for (x,), (y,) in zip(problem.dataset.inputs, problem.dataset.targets, strict=True):
        hidden = (W["W1"] * sympy.Rational(str(x))) ** power
        total += (W["W2"] * hidden - sympy.Rational(str(y))) ** 2 / 2
    if problem.l2:
        total += (W["W1"] ** 2 + W["W2"] ** 2) / 2
    found = sympy.Poly(sympy.expand(total - total.subs(s, 0)), s)
    return found.terms()[-1][0][0], found.terms()[-1][1]


@pytest.mark.parametrize(
    ("problem", "power", "wanted"),
    [(SQUARE, 2, -1), (SQUARE, 2, 1), (CUBE, 3, -1), (CUBE, 3, 1), (DECAY, 1, -1), (DECAY, 1, 1)],
)
def test_the_lowest_term_has_the_sign_and_order(problem, power, wanted):
    origin = {"W1": [[0]], "W2": [[0]]}
    found = find_curve(problem, origin, wanted, 0, Deadline(20))
    order, coefficient = expanded(problem, found.moves, power)
    assert (order, sympy.sign(coefficient)) == (found.order, wanted)
    again = find_curve(problem, origin, wanted, 0, Deadline(20))
    assert again.order == found.order
    assert str(again.moves) == str(found.moves)


def test_none_where_there_is_none_and_none_without_time():
    """A convex loss does not fall from its minimum."""
    convex = Problem(Network((1, 1)), Dataset([[1]], [[2]]))
    assert find_curve(convex, {"W1": [[2]]}, -1, 0, Deadline(20)) is None
    assert find_curve(SQUARE, {"W1": [[0]], "W2": [[0]]}, -1, 0, Deadline(-1)) is None
