"""The matrices B and D of a neuron in floats, read off the Hessian at the image with lambda 1/2."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from symland.landscape.ball_landscape import BallLandscape
from symland.landscape.parameters import flat, shaped
from symland.landscape.replication import image_rows, widened
from symland.problem.problem import Problem

__all__ = ["float_hessian", "forms"]

PRECISION = 256


def forms(problem: Problem, values: Sequence[float], layer: int, neuron: int) -> tuple[Any, Any]:
    """B (incoming x incoming) and D (incoming x outgoing) as arrays, the bias last.

    >>> from symland.problem import Dataset, Loss, Network
    >>> data = Dataset([[1], [3]], [[1], [2]])
    >>> square = Problem(Network([1, 1, 1], "square"), data, Loss(scale=1))
    >>> [x.tolist() for x in forms(square, [1.0, 2.0], 1, 1)]
    [[[1160.0]], [[580.0]]]

    By hand: the residuals are 1 and 16, B = 2 (1 * 2 * 2 * 1 + 16 * 2 * 2 * 9) and
    D = 2 (1 * 2 * 1 + 16 * 6 * 3).
    """
    import numpy as np

    nested = shaped(problem.network.shapes, list(values))
    half = image_rows(nested, layer, neuron, lambda v: (v / 2, v / 2))
    wide = widened(problem, layer)
    shapes = wide.network.shapes
    hessian = float_hessian(wide, flat(shapes, half))
    index = shaped(shapes, list(range(len(hessian))))
    last = wide.network.widths[layer]
    pairs = zip(*(_incoming(index, layer, r) for r in (neuron, last)), strict=True)
    T = np.array([_difference(len(hessian), j, i) for i, j in pairs]) / 2
    out = [(row[neuron - 1], row[last - 1]) for row in index[f"W{layer + 1}"]]
    S = np.array([_difference(len(hessian), j, i) for i, j in out])
    return 4 * T @ hessian @ T.T, T @ hessian @ S.T


def float_hessian(problem: Problem, values: Sequence[float]) -> Any:
    """The Hessian as an array of floats, computed with more digits."""
    import numpy as np
    from flint import arb, ctx

    with ctx.workprec(PRECISION):
        hessian = BallLandscape(problem).at([arb(x) for x in values])[2]
    n = hessian.nrows()
    return np.array([float(x.mid()) for x in hessian.entries()]).reshape(n, n)


def _incoming(index: Mapping[str, Any], layer: int, neuron: int) -> list[int]:
    bias = index.get(f"b{layer}")
    own: list[int] = list(index[f"W{layer}"][neuron - 1])
    return own if bias is None else [*own, bias[neuron - 1]]


def _difference(size: int, plus: int, minus: int) -> list[int]:
    return [(i == plus) - (i == minus) for i in range(size)]
