"""Weights into a neuron that nothing depends on, with which the loss would gain by hearing it."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from flint import arb, fmpq

from symland.landscape.ball_landscape import BallLandscape
from symland.landscape.parameters import shaped

__all__ = ["SilentWitness", "silent_witness"]

DRAWS = 12
SilentWitness = tuple[tuple[int, int], list[fmpq]]


def silent_witness(
    landscape: BallLandscape, point: Sequence[arb], neurons: Sequence[tuple[int, int]]
) -> SilentWitness | None:
    """One of the neurons (layer from 1, neuron from 0), whose outgoing weights are 0, and incoming
    weights, its bias last, with which a derivative by an outgoing one is not 0; None if none is
    found among small integers.

    >>> from symland.problem import Dataset, Network, Problem
    >>> landscape = BallLandscape(Problem(Network([1, 1, 1], "tanh"), Dataset([[1]], [[2]])))
    >>> silent_witness(landscape, [arb(0), arb(0)], [(1, 0)])
    ((1, 0), [1])
    """
    shapes = landscape.problem.network.shapes
    index = shaped(shapes, list(range(len(point))))
    draw = Random(0)
    for layer, j in neurons:
        bias = index.get(f"b{layer}")
        into = [*index[f"W{layer}"][j], *([bias[j]] if bias else [])]
        out = [row[j] for row in index[f"W{layer + 1}"]]
        for trial in range(DRAWS):
            given = [fmpq(draw.randint(-2, 2) if trial else 1) for _ in into]
            moved = list(point)
            for i, x in zip(into, given, strict=True):
                moved[i] = arb(x)
            gradient = landscape.gradient(moved)
            if any(abs(gradient[i]) > arb(2) ** -20 for i in out):
                return (layer, j), given
    return None
