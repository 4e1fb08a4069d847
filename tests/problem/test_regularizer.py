"""Regularizers: what a number and what a table mean, and tables that do not fit."""

from fractions import Fraction

import pytest

from symland.problem import InputError, Network, Regularizer

NETWORK = Network([1, 2, 1], bias="all")


def test_a_number_is_for_every_weight_matrix_and_no_bias() -> None:
    half = Fraction(1, 2)
    assert Regularizer("1/2").resolve(NETWORK) == {"W1": ((half,), (half,)), "W2": ((half, half),)}


def test_a_table_is_for_what_it_names() -> None:
    table = {"b2": ["3"], "W1": [["4"], ["0.5"]]}
    resolved = Regularizer(table).resolve(NETWORK)
    assert resolved == {"W1": ((4,), (Fraction(1, 2),)), "b2": (3,)}
    assert resolved is not None
    assert list(resolved) == ["W1", "b2"]
    assert hash(Regularizer(table)) == hash(Regularizer(dict(reversed(table.items()))))


def test_zero_is_no_regularizer() -> None:
    assert Regularizer(0).resolve(NETWORK) is None
    assert Regularizer({"b1": [0, 0]}).resolve(NETWORK) is None
    assert Regularizer({}).resolve(NETWORK) is None


@pytest.mark.parametrize(
    ("l2", "message"),
    [
        (-1, "l2: got -1, expected a nonnegative number"),
        ("x", "l2: got 'x', expected an integer"),
        ([1], "l2: got [1], expected an integer"),
        ({"W0": [[1]]}, "l2: got 'W0', expected parameter names such as W1 or b1"),
        ({"w1": [[1]]}, "l2: got 'w1', expected parameter names such as W1 or b1"),
        ({"W1": [[1], ["-1/2"]]}, "l2.W1 row 2 entry 1: got -1/2, expected a nonnegative number"),
        ({"b1": [1, -2]}, "l2.b1 entry 2: got -2, expected a nonnegative number"),
        ({"b1": [[1]]}, "l2.b1 entry 1: got [1], expected an integer"),
        ({"W1": 2}, "l2.W1: got 2, expected a list of rows"),
    ],
)
def test_numbers_that_are_refused(l2: object, message: str) -> None:
    with pytest.raises(InputError) as error:
        Regularizer(l2)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("l2", "message"),
    [
        ({"W3": [[1]]}, "regularizer.l2: got 'W3', expected parameters of the network, that is W1"),
        ({"W1": [[1]]}, "regularizer.l2.W1: got a 1 x 1 matrix, expected a 2 x 1 matrix"),
        ({"b1": [1]}, "regularizer.l2.b1: got a vector of length 1, expected a vector of length 2"),
    ],
)
def test_tables_that_do_not_fit_the_network(l2: object, message: str) -> None:
    with pytest.raises(InputError) as error:
        Regularizer(l2).resolve(NETWORK)
    assert message in str(error.value)
