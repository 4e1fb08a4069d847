"""In floats: whether a critical point with singular Hessian is one of a continuum of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from symland.landscape.float_landscape import FloatLandscape
from symland.landscape.parameters import shaped
from symland.problem.network import Network
from symland.search.units import scaled

__all__ = ["DegeneratePoint", "degenerate_point", "newton_end", "vanishing_neurons"]

ROUNDS = 30
SINGULAR = 1e-7
"""An eigenvalue is taken for 0 below this part of the largest."""
STEP = 1e-3
ZERO = 1e-8
STILL = 1e-15
"""Steps of this part of the weights or less are only rounding."""
Array = npt.NDArray[Any]


@dataclass(frozen=True)
class DegeneratePoint:
    """A critical point in floats; `dimension` is that of the critical set there, as it seems."""

    place: Array
    dimension: int
    smallest: float
    degenerate: bool


def degenerate_point(
    landscape: FloatLandscape, start: Array, within: float
) -> DegeneratePoint | None:
    """The critical point near the start, None where Newton's method finds none.

    The critical set has the dimension of the kernel of the Hessian where a step along every
    direction of the kernel leads, by Newton's method, to another critical point, whose kernel is
    as large; otherwise as many directions as lead to one are counted.

    >>> from symland.problem import Dataset, Network, Problem
    >>> line = FloatLandscape(Problem(Network([1, 1, 1]), Dataset([[1]], [[4]])))
    >>> degenerate_point(line, np.array([2.0001, 2.0]), 0.01).dimension
    1
    """
    place = newton_end(landscape, start)
    if place is None or abs(place - start).max() > within:
        return None
    values, vectors = np.linalg.eigh(landscape.hessian(place))
    zero = abs(values) <= SINGULAR * max(1e-300, abs(values).max())
    smallest = float(min(values, key=abs))
    count = sum(_leads_on(landscape, place, v, int(zero.sum())) for v in vectors.T[zero])
    return DegeneratePoint(place, count, smallest, bool(zero.any()))


def _leads_on(landscape: FloatLandscape, place: Array, direction: Array, zero: int) -> bool:
    step = STEP * direction
    reached = newton_end(landscape, place + step)
    if reached is None or np.linalg.norm(reached - place - step) > STEP / 4:
        return False
    values = abs(np.linalg.eigvalsh(landscape.hessian(reached)))
    return int((values <= SINGULAR * max(1e-300, values.max())).sum()) >= zero


@np.errstate(all="ignore")
def newton_end(landscape: FloatLandscape, place: Array) -> Array | None:
    """Where Newton steps of least length lead, if the gradient vanishes there. Numbers that leave
    the floats, which are looked for, are worth no warning.

    >>> from symland.problem import Dataset, Problem
    >>> line = FloatLandscape(Problem(Network([1, 1]), Dataset([[1]], [[4]])))
    >>> newton_end(line, np.array([1.0])).tolist()
    [4.0]
    """
    for _ in range(ROUNDS):
        slope, hessian = landscape.gradient(place), landscape.hessian(place)
        if not np.isfinite(hessian).all() or not np.isfinite(slope).all():
            return None
        step = np.linalg.lstsq(hessian, slope, rcond=SINGULAR)[0]
        place = place - step
        if abs(step).max() <= STILL * (1 + abs(place).max()):
            break
    # Entries of the Hessian may be so different in size that its largest one says little.
    size, matrix = scaled(hessian)
    small = abs(size * landscape.gradient(place)).max() <= 1e-9 * (1 + abs(matrix).max())
    return place if small else None


def vanishing_neurons(network: Network, place: Array) -> str:
    """The hidden neurons whose outgoing weights are all 0 at the place, as text.

    >>> vanishing_neurons(Network([1, 1, 1]), np.array([1.0, 0.0]))
    ', where all outgoing weights of hidden neuron 1 of layer 1 are 0'
    """
    weights = shaped(network.shapes, [float(x) for x in place])
    for layer in range(1, len(network.widths) - 1):
        for neuron in range(network.widths[layer]):
            if all(abs(row[neuron]) < ZERO for row in weights[f"W{layer + 1}"]):
                return (
                    f", where all outgoing weights of hidden neuron {neuron + 1} of layer {layer} "
                    "are 0"
                )
    return ""
