"""Saturated neurons: derivatives that are never 0 and yet too small to be seen."""

from __future__ import annotations

from collections.abc import Sequence

from symland.landscape.forward import forward
from symland.landscape.number_systems.numpy_floats import floats
from symland.landscape.parameters import shaped
from symland.problem.problem import Problem

__all__ = ["saturated"]

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

    network = problem.network
    arrays = shaped(network.shapes, list(weights))
    inputs = [np.array([float(x) for x in row]) for row in problem.dataset.X]
    with np.errstate(all="ignore"):
        layers = forward(network, floats, arrays, inputs).preactivations
    for activation, layer in zip(network.activations, layers, strict=True):
        if activation.name in BOTH and any(np.max(abs(z)) > beyond for z in layer):
            return True
        if activation.name in LOW and any(np.max(-z) > beyond for z in layer):
            return True
    return False
