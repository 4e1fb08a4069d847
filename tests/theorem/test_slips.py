"""Slips in a theorem file: the error names what was given and what was expected."""

import re

import numpy as np
import pytest

from symland.theorem import Signature, Theorem, TheoremError, linear_network
from symland.theorem.points import point_of

S = Signature({"A": ("m", "n"), "B": ("n", "k")})
A, B = S.letters()
NETWORK = linear_network((1, 1, 1), X=[[1]], Y=[[1]])


def theorem():
    """A'A = 0 gives A = 0."""
    found = Theorem("slip", wording="own")
    h = found.hypothesis("h", "A'A = 0", words=A.T @ A)
    c = found.conclusion("c", "A = 0", words=A)
    found.step("star", uses=[h], gives=[c])(lambda proof: proof.decide("A = 0", A))
    return found


ENTRY = 'expected an integer, a Fraction, or text like "1/2"'
MATRICES = {
    "a float": (0.5, f"letter 'A': entry 0.5, {ENTRY}"),
    "a float in a row": ([[1, 0.5]], f"letter 'A': entry 0.5, {ENTRY}"),
    "text": ([["x"]], f"letter 'A': entry 'x', {ENTRY}"),
    "a division by zero": ("1/0", f"letter 'A': entry '1/0', {ENTRY}"),
    "nothing": (None, f"letter 'A': entry None, {ENTRY}"),
    "an array": (np.zeros((1, 1)), f"letter 'A': entry array([[0.]]), {ENTRY}"),
    "a vector": ([1, 2], "letter 'A': [1, 2], expected rows of numbers, or one number"),
    "no rows": ([], "letter 'A': [], expected rows of numbers, or one number"),
    "rows of two lengths": (
        [[1, 2], [3]],
        "letter 'A': [[1, 2], [3]], expected rows of the same length",
    ),
}


@pytest.mark.parametrize("name", MATRICES)
def test_what_is_no_matrix_of_exact_numbers(name):
    value, message = MATRICES[name]
    found = theorem()
    found.instance("it", letters={"A": value})
    with pytest.raises(TheoremError, match=re.escape(message)):
        found.check(5)


def test_decimals_and_fractions_are_exact():
    found = theorem()
    found.instance("it", letters={"A": [["0.0", "0/3", 0]]})
    assert found.check(5).parts[-1].verdict == "certified"


@pytest.mark.parametrize(
    ("bound", "message"),
    [
        (lambda s: s.W(3), "W(3): the network has the layers 1..2"),
        (lambda s: s.G(0), "G(0): the network has the layers 1..2"),
        (lambda s: s.product(3, 1), "W(3): the network has the layers 1..2"),
    ],
)
def test_layers_that_are_not_there(bound, message):
    found = theorem()
    found.bind(S, A=bound)
    found.instance("it", NETWORK, at=[[[0]], [[0]]])
    with pytest.raises(TheoremError, match=re.escape(message)):
        found.check(5)


CALLS = {
    "a matrix in bind": (
        lambda t: t.bind(S, A=[[1]]),
        "slip: bind: A = [[1]], expected a function of the instance; a matrix for one instance",
    ),
    "a label in without": (
        lambda t: t.without("h", letters={"A": 1}, breaks=t.conclusions),
        "slip: without 'h', which is no hypothesis",
    ),
    "a label in uses": (
        lambda t: t.step("x", uses=["h"]),
        "slip: step 'x' uses 'h', which is no hypothesis or earlier step of this theorem",
    ),
    "a label in gives": (
        lambda t: t.step("x", gives=["c"]),
        "slip: 'x' gives 'c', which is no conclusion",
    ),
    "a comparison for words": (
        lambda t: t.conclusion("d", "d", words=A == B),
        "conclusion d: words False, expected a polynomial in letters or a relation",
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_calls(name):
    call, message = CALLS[name]
    with pytest.raises(TheoremError, match=re.escape(message)):
        call(theorem())


def test_an_unknown_rule():
    found = theorem()
    found.step("x", uses=found.hypotheses)(lambda proof: proof.stars("A", [A]))
    message = "step 'x': no rule 'stars', there are: prove, decide, sum_of_squares, star, cancel,"
    with pytest.raises(TheoremError, match=re.escape(message)):
        found.check(5)


def test_letters_are_bound_but_the_point_is_missing():
    found = theorem()
    found.bind(S, A=lambda s: s.W(1))
    found.instance("it", NETWORK)
    part = found.check(5).parts[-1]
    said = "nothing in the theorem can be decided on an instance without a point (at=)"
    assert (part.verdict, part.detail) == ("undecided", said)


def test_a_gradient_that_is_not_there():
    """At a kink of relu, and where it is not rational."""
    for activation in ("relu", "sigmoid"):
        found = theorem()
        found.bind(S, A=lambda s: s.G(1))
        network = linear_network((1, 1, 1), X=[[1]], Y=[[1]], activation=activation)
        found.instance("it", network, at=[[[0]], [[1]]])
        part = found.check(5).parts[-1]
        assert part.verdict == "undecided"
        assert part.detail.startswith("the gradient is not known: ")


def test_the_weights_of_an_algebraic_point_are_not_bound():
    root = {"polynomial": ["-2", "0", "1"], "interval": ["1", "2"]}
    at = {"root": root, "W1": [[["0", "1"]]], "W2": [["1"]]}
    assert not point_of(NETWORK, at).is_rational
    found = theorem()
    found.bind(S, A=lambda s: s.X - s.X)
    found.instance("it", NETWORK, at=at)
    part = found.check(5).parts[-1]
    assert part.verdict == "certified"
    assert part.detail.endswith("; given A")
