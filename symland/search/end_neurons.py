"""The weights around the exp neurons of a last hidden layer."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from symland.landscape.number_systems.interval_arrays import IntervalArray
from symland.landscape.parameters import penalties, shaped
from symland.problem.problem import Problem
from symland.search.interval_parts import times, weight

__all__ = ["EndNeurons"]

Array = npt.NDArray[Any]


class EndNeurons:
    """Numbers of weights: `out` those to each output, by neuron, `bias` those of the outputs if
    they have them; `penalties` the factors of the regularizer for all weights.

    `is_exp` says whether the layer is one of exp neurons, the network without skip connections,
    and the loss squared or logistic. If so, with one hidden layer and one output, `into` are those
    into each neuron, its bias last, and `inputs` what they multiply, a row for each sample, 1 last.

    >>> from symland.problem import Dataset, Network
    >>> found = EndNeurons(Problem(Network([1, 2, 1], "exp", "all"), Dataset([[3]], [[1]])))
    >>> found.out, found.bias, found.into, found.inputs.tolist(), found.is_exp
    ([[4, 5]], [6], [[0, 2], [1, 3]], [[3.0, 1.0]], True)
    """

    def __init__(self, problem: Problem):
        network = problem.network
        last = network.activations[-1].name if network.activations else ""
        known = network.skip is None and problem.loss.kind in ("squared", "logistic")
        self.is_exp = known and last == "exp"
        self.penalties = np.array([float(x) for x in penalties(problem)], dtype=float)
        places = shaped(network.shapes, range(network.parameter_count))
        self.out: list[list[int]] = places[f"W{network.K}"]
        self.bias: list[int] = places.get(f"b{network.K}", [])
        self.into: list[list[int]] = []
        if self.is_exp and network.K == 2 and len(self.out) == 1:
            biases = [[b] for b in places["b1"]] if "b1" in places else [[] for _ in self.out[0]]
            self.into = [[*row, *b] for row, b in zip(places["W1"], biases, strict=True)]
        self.inputs = np.array([[*map(float, x), 1.0] for x in problem.dataset.inputs])

    def penalty(self, k: int, low: Array, high: Array) -> IntervalArray:
        """The derivative of the regularizer by weight k over boxes."""
        return times(weight(low, high, k), self.penalties[k])
