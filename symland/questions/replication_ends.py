"""Incoming weights of a copy that the network does not see at which its outgoing ones matter."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from random import Random

from symland.landscape.float_landscape import FloatLandscape
from symland.landscape.parameters import flat, shaped
from symland.landscape.replication import image_rows, widened
from symland.problem.problem import Problem

__all__ = ["telling_incoming"]

DRAWS = 24


def telling_incoming(
    problem: Problem, values: Sequence[float], layer: int, neuron: int, seed: int
) -> list[Fraction] | None:
    """Incoming weights, the bias last, with a large derivative by an outgoing weight of the copy.

    At the image with share 0 the copy's outgoing weights are 0 and its incoming ones are free.
    Those found near the neuron's, from the seed, are compared in floats; None if no derivative is
    clearly not 0, as where all residuals are 0, or where numbers are beyond the floats.

    >>> from symland.problem import Dataset, Loss, Network
    >>> square = Problem(Network([1, 1, 1], "square"), Dataset([[1], [3]], [[1], [2]]))
    >>> telling_incoming(square, [0.5, 1.0], 1, 1, 0)
    [Fraction(5, 2)]
    >>> telling_incoming(square, [0.0, 0.0], 2, 1, 0)
    Traceback (most recent call last):
    symland.problem.errors.InputError: layer: got 2, expected a hidden layer, 1 to 1
    """
    import numpy as np

    wide = widened(problem, layer)
    shapes = wide.network.shapes
    try:
        landscape = FloatLandscape(wide)
    except OverflowError:
        return None
    nested = shaped(problem.network.shapes, list(values))
    seen = image_rows(nested, layer, neuron, lambda v: (v, 0.0))
    index = shaped(shapes, list(range(wide.network.parameter_count)))
    bias = index.get(f"b{layer}")
    places = [*index[f"W{layer}"][-1], *([] if bias is None else bias[-1:])]
    out = [row[-1] for row in index[f"W{layer + 1}"]]
    at, draw = np.array(flat(shapes, seen)), Random(seed)
    centre = [Fraction(round(4 * at[i]), 4) for i in places]
    best, found = 0.0, None
    for _ in range(DRAWS):
        incoming = [x + draw.randint(-2, 2) for x in centre]
        at[places] = [float(x) for x in incoming]
        with np.errstate(all="ignore"):
            slope = abs(landscape.gradient(at)[out])
        if np.isfinite(slope).all() and slope.max() > 1.5 * best:
            best, found = float(slope.max()), incoming
    return found if best > 1e-12 else None
