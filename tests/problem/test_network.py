"""Shapes and counts of networks, and arguments that do not fit."""

from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from symland.problem import Activation, InputError, Network


@pytest.mark.parametrize(
    ("bias", "names"),
    [
        ("none", ["W1", "W2", "W3"]),
        ("hidden", ["W1", "b1", "W2", "b2", "W3"]),
        ("output", ["W1", "W2", "W3", "b3"]),
        ("all", ["W1", "b1", "W2", "b2", "W3", "b3"]),
    ],
)
def test_biases_by_kind(bias: str, names: list[str]) -> None:
    network = Network([2, 3, 4, 5], bias=bias)
    assert list(network.shapes) == names
    assert network.shapes["W2"] == (4, 3)
    assert all(
        network.shapes[name] == ({"b1": 3, "b2": 4, "b3": 5}[name],)
        for name in names[1::2]
        if name[0] == "b"
    )


def test_skip_decides_the_last_matrix() -> None:
    network = Network([2, 3, 4, 5], skip=[[1, 1], [2, 4], (1, 3)], bias="output")
    assert network.skip == ((1, 1), (2, 4), (1, 3))
    assert network.shapes == {"W1": (3, 2), "W2": (4, 3), "W3": (5, 3), "b3": (5,)}
    assert network.parameter_count == 6 + 12 + 15 + 5


def test_no_hidden_layer() -> None:
    network = Network([2, 3], activation="tanh", bias="output")
    assert network.activations == ()
    assert (network.K, network.H) == (1, 0)
    assert network.shapes == {"W1": (3, 2), "b1": (3,)}
    assert network.has_bias(1)
    assert Network([2, 3], bias="hidden").shapes == {"W1": (3, 2)}


def test_one_activation_stands_for_every_hidden_layer() -> None:
    assert Network([1, 2, 2, 1], "relu") == Network([1, 2, 2, 1], ["relu", Activation("relu")])
    assert Network([1, 2, 1]).is_linear
    assert not Network([1, 2, 2, 1], ["linear", "square"]).is_linear


def test_networks_are_values() -> None:
    network = Network([1, 2, 1], "softplus(2)", "all", [[1, 2]])
    assert hash(network) == hash(Network((1, 2, 1), ["softplus(2)"], "all", [(1, 2)]))
    assert eval(repr(network), {"Network": Network}) == network
    with pytest.raises(AttributeError):
        network.widths = (1, 1)  # type: ignore[misc]


@given(st.lists(st.integers(1, 6), min_size=2, max_size=5), st.sampled_from(["none", "all"]))
def test_parameter_count_is_the_textbook_sum(widths: list[int], bias: str) -> None:
    network = Network(widths, bias=bias)
    weights = sum(a * b for a, b in pairwise(widths))
    assert network.parameter_count == weights + (sum(widths[1:]) if bias == "all" else 0)


WIDTHS = "expected at least 2 positive integers: input, hidden ..., output"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"widths": [2]}, f"widths: got [2], {WIDTHS}"),
        ({"widths": [2, 0, 1]}, f"widths: got [2, 0, 1], {WIDTHS}"),
        ({"widths": [2, -1]}, f"widths: got [2, -1], {WIDTHS}"),
        ({"widths": [2, True]}, f"widths: got [2, True], {WIDTHS}"),
        ({"widths": [2, 1.5]}, f"widths: got [2, 1.5], {WIDTHS}"),
        ({"widths": "2-1"}, f"widths: got '2-1', {WIDTHS}"),
        ({"widths": 3}, f"widths: got 3, {WIDTHS}"),
        ({"widths": [2000, 2000]}, "expected a network of at most 1000000 parameters"),
        ({"widths": [10**5000, 1]}, "expected a network of at most 1000000 parameters"),
        ({"widths": [1, 1, 1], "activation": []}, "activation: got a list of 0, expected 1, one"),
        ({"widths": [1, 1], "activation": ["relu"]}, "activation: got a list of 1, expected 0"),
        (
            {"widths": [1, 1, 1, 1], "activation": ["relu", "rleu"]},
            "hidden layer 2: activation: unknown 'rleu'",
        ),
        ({"widths": [1, 1, 1], "activation": 3}, "activation: got 3, expected one activation, or"),
        (
            {"widths": [1, 1], "bias": "hiden"},
            "bias: got 'hiden', expected one of none, hidden, output, all (did you mean 'hidden'?)",
        ),
        ({"widths": [1, 1], "bias": ["none"]}, "bias: got ['none'], expected one of none"),
        ({"widths": [1, 1], "bias": False}, "bias: got False, expected one of none"),
        ({"widths": [1, 1], "skip": [[1, 1]]}, "skip: got hidden layer 1, but there is no hidden"),
        ({"widths": [1, 2, 1], "skip": [[2, 1]]}, "skip: got hidden layer 2, expected 1 to 1"),
        ({"widths": [1, 2, 1], "skip": [[0, 1]]}, "skip: got hidden layer 0, expected 1 to 1"),
        (
            {"widths": [1, 2, 1], "skip": [[1, 3]]},
            "skip: got neuron 3 of hidden layer 1, expected 1 to 2",
        ),
        ({"widths": [1, 2, 1], "skip": [[1, 0]]}, "skip: got neuron 0 of hidden layer 1"),
        (
            {"widths": [1, 2, 1], "skip": [[1]]},
            "skip: got [1], expected a list of pairs [hidden layer, neuron], counted from 1",
        ),
        ({"widths": [1, 2, 1], "skip": [1, 1]}, "skip: got 1, expected a list of pairs"),
        ({"widths": [1, 2, 1], "skip": []}, "skip: got [], expected at least one pair, and no"),
        (
            {"widths": [1, 2, 1], "skip": [[1, 1], [1, 1]]},
            "skip: got [[1, 1], [1, 1]], expected at least one pair, and no pair twice",
        ),
    ],
)
def test_arguments_that_do_not_fit(arguments: dict, message: str) -> None:
    with pytest.raises(InputError) as error:
        Network(**arguments)
    assert message in str(error.value)
    assert "\n" not in str(error.value)
