"""Permutations and signs of hidden neurons, and the part of a cube that is enough to search."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import permutations, product
from math import factorial, prod
from typing import Any

import numpy as np
import numpy.typing as npt
from flint import fmpq

from symland.landscape.parameters import flat, shaped
from symland.landscape.symmetry.intertwiner import intertwiner
from symland.landscape.symmetry.signed_permutation import SignedPermutation, identity
from symland.problem.network import Network
from symland.problem.problem import Problem
from symland.search.critical_box import CriticalBox
from symland.search.degenerate_box import DegenerateBox

__all__ = ["FundamentalDomain", "NeuronMap", "fundamental_domain", "moved_box"]

MOST_MAPS = 400
MOST_TRIED = 5_000
ROUNDING = 1e-12
Array = npt.NDArray[Any]


@dataclass(frozen=True)
class NeuronMap:
    """New neuron i of a layer is the old one ``abs(entry) - 1``, with the sign of entry i.

    `moved` is what that makes of all weights, which leaves the loss as it is.
    """

    neurons: dict[int, tuple[int, ...]]
    moved: SignedPermutation


@dataclass(frozen=True)
class FundamentalDomain:
    """A box may be left out where a map raises c . w, for the integers c = `direction`.

    In the orbit of every critical point there is one with the largest c . w, and it is enough to
    find that one; `maps` are all maps of a group but the identity, and none keeps c.
    """

    direction: tuple[int, ...]
    maps: tuple[NeuronMap, ...]

    @cached_property
    def rises(self) -> Array:
        """Rows r with c . g w - c . w = r . w, one for each map g."""
        c = np.array(self.direction, dtype=float)
        rows = np.tile(-c, (len(self.maps), 1))
        for row, g in zip(rows, self.maps, strict=True):
            for x, (i, sign) in zip(c, g.moved, strict=True):
                row[i] += sign * x
        return rows

    def left_out(self, low: Array, high: Array) -> Array:
        """For every box (rows of ends) the number of a map that raises c . w in it, or -1.

        >>> from symland.problem import Dataset, Network, Problem
        >>> domain = fundamental_domain(Problem(Network([1, 1, 1], "tanh"), Dataset([[1]], [[1]])))
        >>> ends = np.array([[-2.0, 1.0], [0.0, 1.0]])
        >>> domain.left_out(ends, ends + [[2.0, 1.0]]).tolist()
        [0, -1]
        """
        if not self.maps:
            return np.full(len(low), -1)
        up, down = np.maximum(self.rises, 0.0), np.minimum(self.rises, 0.0)
        least = low @ up.T + high @ down.T
        # Differences of ends are 0 or far larger than their rounding errors.
        room = ROUNDING * np.maximum(abs(low), abs(high)).max(axis=1, initial=0.0)
        raised = least >= -room[:, None] * abs(self.rises).sum(axis=1)
        return np.where(raised.any(axis=1), raised.argmax(axis=1), -1)

    def orbit(self, box: CriticalBox) -> list[CriticalBox]:
        """The box and its images, some of them perhaps the same point."""
        return [box, *(moved_box(box, g.moved) for g in self.maps)]

    def images(self, points: Sequence[CriticalBox]) -> list[list[int]]:
        """For every map the points that it makes of the points, by their numbers."""
        return [[_place(moved_box(p, g.moved), points) for p in points] for g in self.maps]


def moved_box(box: CriticalBox, moved: SignedPermutation) -> CriticalBox:
    """The box of the image of a critical point, with its witnesses."""
    signs, midpoint = box.congruence, [sign * box.midpoint[i] for i, sign in moved]
    if isinstance(box, DegenerateBox):
        free = tuple(k for k, (i, _) in enumerate(moved) if i in box.free)
        return replace(box, midpoint=midpoint, free=free)
    return replace(
        box,
        midpoint=midpoint,
        parts=tuple(box.parts[i] for i, _ in moved) if box.parts else (),
        inverse=[[s * t * box.inverse[i][j] for j, t in moved] for i, s in moved],
        congruence=None
        if signs is None
        else (signs[0], [[sign * x for x in signs[1][i]] for i, sign in moved]),
    )


def _place(box: CriticalBox, points: Sequence[CriticalBox]) -> int:
    def apart(other: CriticalBox) -> fmpq:
        return max(abs(x - y) for x, y in zip(box.midpoint, other.midpoint, strict=True))

    return min(range(len(points)), key=lambda i: apart(points[i]))


def fundamental_domain(problem: Problem, signs: bool = True) -> FundamentalDomain:
    """The permutations of hidden neurons and, if `signs`, the changes of their signs that leave
    the loss as it is; no maps where they are too many.

    >>> from symland.problem import Dataset, Network, Problem, Regularizer
    >>> network, data = Network([1, 2, 1], "tanh"), Dataset([[1]], [[1]])
    >>> len(fundamental_domain(Problem(network, data)).maps)
    7
    >>> uneven = Regularizer({"W1": [[1], [2]]})
    >>> len(fundamental_domain(Problem(network, data, regularizer=uneven)).maps)
    3
    """
    network = problem.network
    count = prod(factorial(d) * 2**d for d in network.widths[1:-1])
    lambdas = _regularizer(problem)
    nothing = identity(network.parameter_count)
    maps = []
    for neurons in _candidates(network, signs) if count <= MOST_TRIED else ():
        g = _induced(network, neurons)
        if g not in (None, nothing) and all(
            lambdas[i] == x for x, (i, _) in zip(lambdas, g, strict=True)
        ):
            maps.append(NeuronMap(neurons, g))
    direction = _direction(network)
    moving = [
        g
        for g in maps
        if any(sign * direction[i] != x for x, (i, sign) in zip(direction, g.moved, strict=True))
    ]
    usable = len(moving) == len(maps) <= MOST_MAPS
    return FundamentalDomain(direction, tuple(maps) if usable else ())


def _direction(network: Network) -> tuple[int, ...]:
    """c: on the first incoming weight of every hidden neuron, smaller from neuron to neuron."""
    numbers = {name: np.zeros(shape, dtype=int) for name, shape in network.shapes.items()}
    for k in range(1, network.K):
        numbers[f"W{k}"][:, 0] = range(network.widths[k], 0, -1)
    return tuple(int(x) for x in flat(network.shapes, numbers))


def _candidates(network: Network, signs: bool) -> Iterator[dict[int, tuple[int, ...]]]:
    layers = range(1, network.K)
    choices = []
    for k in layers:
        width = network.widths[k]
        both = (1, -1) if signs and _parity(network, k) else (1,)
        orders = permutations(range(1, width + 1))
        choices.append(list(product(orders, product(both, repeat=width))))
    for combination in product(*choices):
        yield {
            k: tuple(sign * i for i, sign in zip(order, change, strict=True))
            for k, (order, change) in zip(layers, combination, strict=True)
        }


def _parity(network: Network, k: int) -> int:
    """-1 for an odd activation, 1 for an even one, 0 for another one."""
    found = intertwiner(network.activations[k - 1], Fraction(-1))
    if found is None or found.shift or found.out_shift:
        return 0
    return int(found.out_factor)


def _induced(network: Network, neurons: dict[int, tuple[int, ...]]) -> SignedPermutation | None:
    """The map of all weights; None where the output reads a neuron and not the one it takes."""

    def column(layer: int, j: int) -> tuple[int, int]:
        if layer == 0:
            return j, 1
        entry = neurons[layer][j]
        return abs(entry) - 1, 1 if entry > 0 else _parity(network, layer)

    numbers = shaped(network.shapes, range(network.parameter_count))
    result: dict[str, Any] = {}
    for name, shape in network.shapes.items():
        k = int(name[1:])
        rows = neurons.get(k) or range(1, shape[0] + 1)
        if name[0] == "b":
            result[name] = [(numbers[name][abs(e) - 1], 1 if e > 0 else -1) for e in rows]
            continue
        columns = [column(k - 1, j) for j in range(shape[1])] if k < network.K else []
        if k == network.K and network.skip is None:
            columns = [column(k - 1, j) for j in range(shape[1])]
        elif k == network.K:
            places = {place: j for j, place in enumerate(network.skip or ())}
            for layer, neuron in network.skip or ():
                old, factor = column(layer, neuron - 1)
                if (layer, old + 1) not in places:
                    return None
                columns.append((places[layer, old + 1], factor))
        result[name] = [
            [(numbers[name][abs(e) - 1][j], (1 if e > 0 else -1) * f) for j, f in columns]
            for e in rows
        ]
    return tuple(flat(network.shapes, result))


def _regularizer(problem: Problem) -> list[Any]:
    l2 = problem.l2 or {}
    shapes = problem.network.shapes
    zeros = shaped(shapes, [0] * problem.network.parameter_count)
    return flat(shapes, zeros | dict(l2))
