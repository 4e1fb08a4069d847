"""The network's forward pass, written once over every number system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from operator import add
from typing import Any

from symland.landscape.number_systems.number_system import Kink, NumberSystem
from symland.problem.activation import Activation
from symland.problem.network import Network

__all__ = ["ForwardPass", "activate", "forward", "outputs"]

Parameters = Mapping[str, Sequence[Any]]
"""Name of a parameter to its elements: rows of a matrix, or a vector."""


@dataclass(frozen=True)
class ForwardPass:
    """Everything computed on the way from one input to the output.

    `preactivations[k - 1]` and `neurons[k - 1]` belong to hidden layer k; `outputs` is f(x).
    """

    preactivations: tuple[tuple[Any, ...], ...]
    neurons: tuple[tuple[Any, ...], ...]
    outputs: tuple[Any, ...]


def activate(activation: Activation, system: NumberSystem, z: Any) -> Any:
    """The activation at an element of the system.

    Raises `MissingFunction` where the system lacks what the activation needs.

    >>> from symland.landscape.number_systems import rationals
    >>> from symland.problem import parse_activation
    >>> activate(parse_activation("polynomial(1, 0, 2)"), rationals, rationals.number(3))
    Fraction(19, 1)
    """
    parameters = activation.parameters
    match activation.name:
        case "linear":
            return z
        case "relu":
            return system.kinked(z, Fraction(0))
        case "leaky_relu":
            return system.kinked(z, parameters[0])
        case "square":
            return system.power(z, 2)
        case "cube":
            return system.power(z, 3)
        case "polynomial":
            return system.polynomial(parameters, z)
        case "softplus" if parameters:
            steepness = system.number(parameters[0])
            return system.number(1 / parameters[0]) * system.softplus(steepness * z)
        case "sigmoid" | "tanh" | "softplus" | "exp" as name:
            return getattr(system, name)(z)
    raise ValueError(f"activation: {activation}, expected one that the forward pass knows")


def forward(
    network: Network, system: NumberSystem, parameters: Parameters, inputs: Sequence[Any]
) -> ForwardPass:
    """The forward pass of one input; everything is an element of `system`.

    In a vectorised system an input entry may be an array over all samples. Raises `Kink` where
    the system needs a derivative of relu or leaky_relu at a preactivation 0.

    Examples
    --------
    >>> from symland.landscape.number_systems import rationals
    >>> from symland.problem import Network
    >>> network = Network([2, 2, 1], "relu", bias="hidden")
    >>> parameters = {"W1": [[1, 2], [3, -4]], "b1": [1, 0], "W2": [[5, 6]]}
    >>> result = forward(network, rationals, parameters, [1, 1])
    >>> result.preactivations[0], result.neurons[0], result.outputs
    ((4, -1), (4, Fraction(0, 1)), (Fraction(20, 1),))
    """
    preactivations: list[tuple[Any, ...]] = []
    neurons: list[tuple[Any, ...]] = []
    current = tuple(inputs)
    for k, activation in enumerate(network.activations, start=1):
        z = _affine(parameters, k, current)
        current = tuple(
            _neuron(activation, system, entry, k, n) for n, entry in enumerate(z, start=1)
        )
        preactivations.append(z)
        neurons.append(current)
    if network.skip is not None:
        current = tuple(neurons[layer - 1][neuron - 1] for layer, neuron in network.skip)
    return ForwardPass(
        tuple(preactivations), tuple(neurons), _affine(parameters, network.K, current)
    )


def _neuron(activation: Activation, system: NumberSystem, z: Any, layer: int, neuron: int) -> Any:
    try:
        return activate(activation, system, z)
    except Kink as kink:
        raise kink.at(layer=layer, neuron=neuron) from None


def outputs(
    network: Network, system: NumberSystem, parameters: Parameters, inputs: Sequence[Any]
) -> tuple[Any, ...]:
    """f(x): the outputs alone."""
    return forward(network, system, parameters, inputs).outputs


def _affine(parameters: Parameters, k: int, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
    """W_k z + b_k, without b_k where layer k has none."""
    rows = parameters[f"W{k}"]
    sums = [reduce(add, [w * z for w, z in zip(row, inputs, strict=True)]) for row in rows]
    bias = parameters.get(f"b{k}")
    return tuple(sums) if bias is None else tuple(map(add, sums, bias))
