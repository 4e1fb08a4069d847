"""Shears: changes of a linear layer's weights by one another that cancel in its only reader.

Where each of two neurons p, q of a linear layer is read by one weight, both in the same row, the
network sees of their weights a_p, a_q in one column no more than w_p a_p + w_q a_q; so
a_p + t w_q, a_q - t w_p serve as well. The same holds with readers and fed weights exchanged
where each neuron is fed by one weight. And where a linear last hidden layer and its inputs are
both read through skip, a multiple of an input can be moved from one reader to the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from random import Random
from typing import Any, final

from symland.exact.polynomial import ParameterKey, parameter_keys
from symland.landscape.parameters import flat, shaped
from symland.landscape.symmetry.setting import Setting
from symland.landscape.symmetry.symmetry import Symmetry
from symland.problem.network import Network

__all__ = ["Shear", "shears"]

Step = tuple[ParameterKey, int, ParameterKey | None]
"""The parameter `key` gains sign * t * (the parameter `source`, or 1 where that is None)."""


@final
@dataclass(frozen=True)
class Shear(Symmetry):
    """A commutative group of shears, each given by the steps it makes at once.

    An element is a tuple of rationals t, one per shear. No step changes the source of another, so
    the shears commute and add.
    """

    network: Network
    cause: str
    steps: tuple[tuple[Step, ...], ...]

    name = property(lambda self: f"shear ({self.cause})")
    group = property(lambda self: f"R^{len(self.steps)}")
    dimension = property(lambda self: len(self.steps))

    def _moved(self, values: Mapping[str, Any], g: Sequence[Fraction]) -> Mapping[str, Any]:
        shapes = self.network.shapes
        keys = parameter_keys(shapes)
        old = dict(zip(keys, flat(shapes, values), strict=True))
        new = dict(old)
        for t, steps in zip(g, self.steps, strict=True):
            for key, sign, source in steps:
                new[key] += sign * Fraction(t) * (1 if source is None else old[source])
        return shaped(shapes, [new[key] for key in keys])

    def random_element(self, random: Random) -> tuple[Fraction, ...]:
        """Fractions from -5 to 5 with denominators up to 3, one for each family of steps."""
        return tuple(Fraction(random.randint(-5, 5), random.randint(1, 3)) for _ in self.steps)

    def finite_generators(self) -> list[Any]:
        """None: no shear but the identity permutes parameters."""
        return []


def shears(setting: Setting) -> Iterator[Shear]:
    """The shears of every linear hidden layer.

    >>> from symland.problem import Dataset, Network, Problem
    >>> setting = Setting(Problem(Network([2, 2, 1]), Dataset([[1, 2]], [[1]])))
    >>> print(*shears(setting))
    shear (weights into hidden layer 1): R^2, dimension 2
    """
    for layer in range(1, setting.network.K):
        if not setting.is_linear(layer):
            continue
        fed, read = _weights_around(setting, layer)
        causes = {
            f"weights into hidden layer {layer}": _cancelling(setting, fed, read, place=2),
            f"weights out of hidden layer {layer}": _cancelling(setting, read, fed, place=1),
        }
        if layer == setting.network.H and setting.network.skip is not None:
            causes["inputs read past a linear layer"] = _past(setting, read)
        for cause, found in causes.items():
            steps = tuple(found)
            if steps:
                yield Shear(setting.network, cause, steps)


def _weights_around(
    setting: Setting, layer: int
) -> tuple[list[list[ParameterKey]], list[list[ParameterKey]]]:
    """For every neuron, the parameters that feed it and those that read it."""
    neurons = range(setting.network.widths[layer])
    fed = [[key for key in setting.keys if setting.feeds(key, layer, i)] for i in neurons]
    read = [[key for key in setting.keys if setting.reads(key, layer, i)] for i in neurons]
    return fed, read


def _cancelling(
    setting: Setting,
    moving: list[list[ParameterKey]],
    fixed: list[list[ParameterKey]],
    place: int,
) -> Iterator[tuple[Step, ...]]:
    """Shears of two neurons' `moving` weights by the one `fixed` weight that each has.

    `place` says which index of a moving weight (1 row, 2 column) pairs it with its like.
    """
    for p, q in combinations(range(len(moving)), 2):
        if len(fixed[p]) != 1 or len(fixed[q]) != 1:
            continue
        w_p, w_q = fixed[p][0], fixed[q][0]
        # A layer whose neurons have one weight each has a reader, or an input, of width 1: the
        # two weights meet in one sum.
        for a in moving[p]:
            for b in moving[q]:
                alike = a[0] == b[0] and a[place : place + 1] == b[place : place + 1]
                if alike and not {a, b} & setting.penalized:
                    yield ((a, 1, w_q), (b, -1, w_p))


def _past(setting: Setting, read: list[list[ParameterKey]]) -> Iterator[tuple[Step, ...]]:
    """W_H + t e_p e_i^T, with the output's own weight of input i reduced by t w_p."""
    network, H = setting.network, setting.network.H
    for i in range(network.widths[H - 1]) if H > 1 else ():
        direct = [
            key
            for key in setting.keys
            if key[0] == f"W{network.K}" and setting.reads(key, H - 1, i)
        ]
        for p, readers in enumerate(read):
            if not direct or not readers or {(f"W{H}", p, i), *direct} & setting.penalized:
                continue
            pairs = zip(direct, readers, strict=True)
            yield (((f"W{H}", p, i), 1, None), *((key, -1, source) for key, source in pairs))
