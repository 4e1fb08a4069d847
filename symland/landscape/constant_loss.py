"""Losses that do not depend on the weights."""

from __future__ import annotations

from collections.abc import Mapping

from symland.problem.activation import Activation
from symland.problem.problem import Problem

__all__ = ["is_constant"]


def is_constant(problem: Problem) -> bool:
    """Whether all outputs that count are 0 for all weights, and nothing is regularized.

    So it is without biases where every input is 0 and the activations vanish at 0, and where an
    activation is the zero polynomial. False where the loss is constant for another reason.

    >>> from symland.problem import Dataset, Network
    >>> def constant(activation, inputs=((0,), (0,)), **more):
    ...     return is_constant(Problem(Network([1, 1, 1], activation, **more), Dataset(inputs, Y)))
    >>> Y = [[1], [2]]
    >>> constant("tanh"), constant("sigmoid"), constant("tanh", bias="output")
    (True, False, False)
    >>> constant("tanh", ((0,), (1,))), constant("polynomial(0)", ((0,), (1,)))
    (False, True)
    """
    if problem.l2 is not None and _some_nonzero(problem.l2):
        return False
    weights = problem.loss.weights
    inputs = [
        row
        for number, row in enumerate(problem.dataset.inputs)
        if weights is None or any(weights[number])
    ]
    return all(_outputs_vanish(problem, not any(row)) for row in inputs)


def _some_nonzero(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(map(_some_nonzero, value.values()))
    if isinstance(value, tuple | list):
        return any(map(_some_nonzero, value))
    return bool(value)


def _outputs_vanish(problem: Problem, no_input: bool) -> bool:
    network = problem.network
    vanish = [no_input]  # layer by layer, the input first
    for activation in network.activations:
        handed_on = vanish[-1] and network.bias in ("none", "output") and _vanishes_at_0(activation)
        vanish.append(handed_on or not any(activation.coefficients or (1,)))
    read = [len(vanish) - 1] if network.skip is None else [layer for layer, _ in network.skip]
    return network.bias in ("none", "hidden") and all(vanish[layer] for layer in read)


def _vanishes_at_0(activation: Activation) -> bool:
    if activation.coefficients is not None:
        return activation.coefficients[0] == 0
    return activation.name in ("tanh", "relu", "leaky_relu")
