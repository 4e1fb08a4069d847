"""Saturated neurons: derivatives that are never 0 and yet too small to be seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symland.landscape.forward import forward
from symland.landscape.number_systems.numpy_floats import floats
from symland.landscape.parameters import shaped
from symland.problem.problem import Problem

__all__ = ["fading", "saturated"]

BOTH, LOW = ("sigmoid", "tanh"), ("softplus", "exp")
"""Activations whose derivative fades at both ends, and at the lower end."""


def saturated(problem: Problem, weights: Sequence[float], beyond: float) -> bool:
    """Whether some activation's derivative is below about exp(-beyond) at some sample.

    >>> from symland.problem import Dataset, Network
    >>> problem = Problem(Network([1, 1, 1], "sigmoid"), Dataset([[0], [1]], [[1], [2]]))
    >>> saturated(problem, [-40.0, 1.0], 30), saturated(problem, [1.0, -40.0], 30)
    (True, False)
    """
    import numpy as np

    layers, _ = _passed(problem, weights)
    for activation, layer in zip(problem.network.activations, layers, strict=True):
        if activation.name in BOTH and any(np.max(abs(z)) > beyond for z in layer):
            return True
        if activation.name in LOW and any(np.max(-z) > beyond for z in layer):
            return True
    return False


def fading(problem: Problem, weights: Sequence[float]) -> float:
    """An x such that no product of derivatives, one of each layer and of the loss, is much below
    exp(-x) because neurons are saturated, or because the loss is sure of an output.

    >>> from symland.problem import Dataset, Loss, Network
    >>> data = Dataset([[0], [2]], [[1], [-1]])
    >>> problem = Problem(Network([1, 1, 1], "tanh"), data, Loss("logistic"))
    >>> round(fading(problem, [-40.0, 3.0]), 9)
    163.0
    """
    import numpy as np

    layers, outputs = _passed(problem, weights)
    total = 0.0
    for activation, layer in zip(problem.network.activations, layers, strict=True):
        steepness = float(activation.parameters[0]) if activation.parameters else 1.0
        if activation.name == "tanh":
            total += 2 * max(float(np.max(abs(z))) for z in layer)
        elif activation.name in BOTH:
            total += max(float(np.max(abs(z))) for z in layer)
        elif activation.name in LOW:
            total += max(0.0, *(float(np.max(-steepness * z)) for z in layer))
    if problem.loss.kind == "logistic":
        total += max(float(np.max(abs(f))) for f in outputs)
    elif problem.loss.kind == "cross_entropy":
        total += float(np.max(np.ptp(np.array(outputs), axis=0)))
    return total


def _passed(problem: Problem, weights: Sequence[float]) -> tuple[Any, Any]:
    """The preactivations by layer and the outputs, of all samples at once."""
    import numpy as np

    arrays = shaped(problem.network.shapes, list(weights))
    inputs = [np.array([float(x) for x in row]) for row in problem.dataset.X]
    with np.errstate(all="ignore"):
        found = forward(problem.network, floats, arrays, inputs)
    return found.preactivations, found.outputs
