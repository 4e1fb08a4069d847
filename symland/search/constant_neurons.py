"""Hidden neurons whose incoming weights are 0, so that no sample matters to them: in floats."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from symland.exact.polynomial import ParameterKey
from symland.landscape.forward import activate
from symland.landscape.number_systems.numpy_floats import floats
from symland.landscape.parameters import shaped
from symland.problem.network import Network
from symland.problem.problem import Problem

__all__ = ["constant_moves", "constant_neurons", "cut_off", "first_layer", "unheard"]

Array = npt.NDArray[Any]
STEP = 1e-5


def constant_neurons(network: Network, place: Array) -> tuple[tuple[int, int], ...]:
    """Hidden neurons whose incoming weights are 0, in networks without skip connections.

    >>> constant_neurons(Network([1, 2, 1], "tanh"), np.array([0.0, 2.0, 1.0, 1.0]))
    ((1, 0),)
    """
    weights = shaped(network.shapes, [float(x) for x in place])
    layers = range(1, network.K) if network.skip is None else ()
    return tuple((k, j) for k in layers for j, row in enumerate(weights[f"W{k}"]) if not any(row))


def first_layer(network: Network, place: Array, same: float = 0.0) -> tuple[tuple[int, int], ...]:
    """The neurons of layer 1 if all their incoming weights are 0, up to ``same`` times the largest
    weight; else none.

    >>> first_layer(Network([1, 2, 1], "tanh"), np.array([0.0, 0.0, 1.0, 1.0]))
    ((1, 0), (1, 1))
    """
    rows = np.array(shaped(network.shapes, [float(x) for x in place])["W1"])
    small = abs(rows).max() <= same * abs(place).max(initial=0.0)
    return tuple((1, j) for j in range(len(rows))) if small else ()


def unheard(problem: Problem) -> bool:
    """Whether no target is correlated with an input, so that networks whose first layer is constant
    are critical as soon as their outputs are best; there are biases in layer 2 to make them so.

    >>> from symland.problem import Dataset
    >>> network = Network([1, 1, 1], "exp", "all")
    >>> [
    ...     unheard(Problem(network, Dataset([[0], [1], [2]], targets)))
    ...     for targets in ([[1], [5], [1]], [[1], [5], [2]])
    ... ]
    [True, False]
    """
    data, network = problem.dataset, problem.network
    if network.K < 2 or network.skip is not None or not network.has_bias(2) or problem.loss.weights:
        return False
    count = len(data.inputs)
    for x in zip(*data.inputs, strict=True):
        mean = sum(x, Fraction(0)) / count
        for y in zip(*data.targets, strict=True):
            if sum((a - mean) * t for a, t in zip(x, y, strict=True)):
                return False
    return True


def constant_moves(
    network: Network, place: Array, neuron: tuple[int, int], free: bool
) -> Iterator[Array]:
    """The tangents of a constant neuron, as the checker has them; all its outgoing weights move if
    inputs are `unheard` (``free``)."""
    (layer, j), index = neuron, shaped(network.shapes, list(range(len(place))))
    own, above = index.get(f"b{layer}"), index.get(f"b{layer + 1}")
    out = [row[j] for row in index[f"W{layer + 1}"]]
    activation, b = network.activations[layer - 1], 0.0 if own is None else place[own[j]]
    h, ahead, behind = (float(activate(activation, floats, b + e)) for e in (0, STEP, -STEP))
    slope = (ahead - behind) / (2 * STEP)
    moved, scaled = np.zeros(len(place)), np.zeros(len(place))
    if own is not None:
        moved[own[j]] = 1.0
        moved[above or out] = -slope * place[out] / (1.0 if above else h or 1.0)
        yield moved
    if free and above:
        for i, c in zip(out, above, strict=True):
            outgoing = np.zeros(len(place))
            outgoing[i], outgoing[c] = 1.0, -h
            yield outgoing
    elif (above or own is None) and place[out].any():
        scaled[out] = place[out]
        if above:
            scaled[above] = -h * place[out]
        yield scaled


def cut_off(
    problem: Problem, place: Array, penalized: set[ParameterKey], same: float
) -> Iterator[tuple[int, int]]:
    """Neurons that a regularizer has cut off: incoming and outgoing weights 0, a free bias, and
    free biases in the next layer, whose derivatives are those by the outgoing weights.
    Weights up to ``same`` times the largest count as 0."""
    network = problem.network
    weights = shaped(network.shapes, [float(x) for x in place])
    for layer in range(1, network.K):
        above = f"b{layer + 1}"
        if not network.has_bias(layer) or not network.has_bias(layer + 1):
            continue
        if any(key[0] == above for key in penalized):
            continue
        rows, out = np.array(weights[f"W{layer}"]), np.array(weights[f"W{layer + 1}"])
        for j in range(network.widths[layer]):
            if any(key[:2] == (f"b{layer}", j) for key in penalized):
                continue
            if max(abs(rows[j]).max(), abs(out[:, j]).max()) <= same * abs(place).max():
                yield layer, j
