"""Replicating a neuron: the same network function with one more neuron in a hidden layer."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from symland.problem.entry import Algebraic, Entry, Log, algebraic_entry, log_entry
from symland.problem.errors import InputError
from symland.problem.exact_number import exact_number
from symland.problem.network import Network
from symland.problem.problem import Problem
from symland.problem.weights import Weights

__all__ = ["image", "image_rows", "widened", "widened_network"]


def widened_network(network: Network, layer: int) -> Network:
    """The network with one more neuron in a hidden layer, counted from 1.

    Raises `InputError` for a network with skip or a layer that is not hidden.

    >>> widened_network(Network([2, 3, 1], "sigmoid"), 1).widths
    (2, 4, 1)
    """
    if network.skip is not None:
        raise InputError("network: skip is given, expected a network layer by layer to replicate")
    if type(layer) is not int or not 1 <= layer <= network.H:
        raise InputError.of("layer", layer, f"a hidden layer, 1 to {network.H}")
    widths = list(network.widths)
    widths[layer] += 1
    return Network(widths, network.activations, network.bias)


def widened(problem: Problem, layer: int) -> Problem:
    """The problem of the larger network: the same data and loss.

    Raises `InputError` for a loss with a regularizer, which is not the same at an image.
    """
    if problem.l2 is not None:
        raise InputError("regularizer: given, expected none, or the loss changes with replication")
    network = widened_network(problem.network, layer)
    return Problem(network, problem.dataset, problem.loss, name=f"{problem.name}-wide")


def image(weights: Weights, network: Network, layer: int, neuron: int, lam: Any) -> Weights:
    """The point gamma_lambda: neuron r of the layer split in two, exactly.

    Both neurons have its incoming weights and bias; the new one, last in its layer, has lambda
    times its outgoing weights and r keeps 1 - lambda times. Layer and neuron count from 1. The
    larger network computes the same function, for every real lambda. Raises `InputError` for
    an outgoing weight log(p/q) unless lambda is an integer: its multiples are not of that form.

    Source: Fukumizu and Amari (2000); Petzka and Sminchisescu (2021), section 5.

    Examples
    --------
    >>> network = Network([1, 1, 1], "sigmoid", "hidden")
    >>> point = Weights({"W1": [[2]], "b1": ["1/3"], "W2": [[4]]})
    >>> image(point, network, 1, 1, "1/4").to_json()
    {'W1': [['2'], ['2']], 'b1': ['1/3', '1/3'], 'W2': [['3', '1']]}
    """
    weights.check_against(network)
    widened_network(network, layer)
    if type(neuron) is not int or not 1 <= neuron <= network.widths[layer]:
        raise InputError.of(
            "neuron", neuron, f"a neuron of layer {layer}, 1 to {network.widths[layer]}"
        )
    share = exact_number(lam, "lam")
    values: dict[str, Any] = {n: list(rows) for n, rows in weights.values.items()}
    rows = image_rows(values, layer, neuron, lambda v: (_times(v, 1 - share), _times(v, share)))
    return Weights(rows, weights.roots)


def image_rows(values: Mapping[str, Any], layer: int, neuron: int, split: Any) -> dict[str, Any]:
    """The image of nested lists of any kind of number; ``split`` gives an outgoing weight's two."""
    wide = {n: list(rows) for n, rows in values.items()}
    for name in (f"W{layer}", f"b{layer}"):
        if name in wide:
            wide[name].append(wide[name][neuron - 1])
    following = f"W{layer + 1}"
    wide[following] = [_split(list(row), neuron, split) for row in wide[following]]
    return wide


def _split(row: list[Any], neuron: int, split: Any) -> list[Any]:
    row[neuron - 1], new = split(row[neuron - 1])
    return [*row, new]


def _times(entry: Entry, factor: Fraction) -> Entry:
    if isinstance(entry, Fraction):
        return entry * factor
    if isinstance(entry, Algebraic):
        return algebraic_entry({n: tuple(c * factor for c in cs) for n, cs in entry.terms})
    if factor.denominator != 1:
        raise InputError.of("lam", factor, f"an integer, because an outgoing weight is {entry}")
    return log_entry(Log(entry.argument).argument ** int(factor))
