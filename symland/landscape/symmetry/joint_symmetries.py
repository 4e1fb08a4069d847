"""Symmetries of several layers at once, which an uneven regularizer ties together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import permutations, product
from math import factorial, prod

from symland.exact.polynomial import ParameterKey
from symland.exact.rational_matrix import RationalMatrix
from symland.landscape.parameters import flat, shaped
from symland.landscape.symmetry.exchange import beyond, signed_generators
from symland.landscape.symmetry.intertwiner import homogeneity, intertwiner
from symland.landscape.symmetry.parameter_symmetry import ParameterExchange
from symland.landscape.symmetry.setting import Orders, Setting
from symland.landscape.symmetry.signed_permutation import SignedPermutation
from symland.landscape.symmetry.symmetry import Scaling, Symmetry

__all__ = ["joint_permutations", "joint_scalings"]

MAX_CANDIDATES = 5_000
"""Tuples of permutations beyond which joint ones are not searched."""


def joint_permutations(
    setting: Setting, found: Sequence[Symmetry], notes: list[str]
) -> Iterator[Symmetry]:
    """Permutations of several layers that keep lambda together, though none does alone."""
    network = setting.network
    layers = range(1, network.K)
    if not setting.penalized or network.H < 2 or setting.is_uniform:
        return
    count = prod(factorial(network.widths[k]) for k in layers)
    if count > MAX_CANDIDATES:
        notes.append(f"joint permutations of layers: not searched, {count} candidates")
        return
    candidates = (
        dict(zip(layers, orders, strict=True))
        for orders in product(*(permutations(range(network.widths[k])) for k in layers))
    )
    joint = [_as_signed(setting, orders) for orders in candidates if setting.keeps(orders)]
    generators = beyond(joint, signed_generators(found))
    if generators:
        yield ParameterExchange(network, "joint permutation of hidden layers", generators)


def _as_signed(setting: Setting, orders: Orders) -> SignedPermutation:
    """The permutation of the parameters that permutations of neurons induce."""
    shapes = setting.network.shapes
    indices = shaped(shapes, [Fraction(i) for i in range(len(setting.keys))])
    moved = setting.permuted(indices, orders)
    return tuple((int(index), 1) for index in flat(shapes, moved))


def joint_scalings(setting: Setting) -> Iterator[Symmetry]:
    """Scalings of several layers that leave every penalized weight as it is.

    With W_2 alone penalized in a linear network of three matrices, W_1 may be multiplied by c
    and W_3 divided by it, though neither hidden layer may be scaled alone.

    >>> from symland.problem import Dataset, Network, Problem, Regularizer
    >>> problem = Problem(
    ...     Network([1, 1, 1, 1]), Dataset([[1]], [[1]]), regularizer=Regularizer({"W2": [[1]]})
    ... )
    >>> print(*joint_scalings(Setting(problem)))
    joint scaling of hidden layers 1, 2: R_{>0}, dimension 1
    """
    neurons = [
        (k, i)
        for k in range(1, setting.network.K)
        if _scales_without_shift(setting, k)
        for i in range(setting.network.widths[k])
    ]
    if not setting.penalized or not neurons:
        return
    relations = [_exponents(setting, key, neurons) for key in sorted(setting.penalized)]
    kernel = RationalMatrix(relations).nullspace().tolist()
    alone = [n for n in neurons if not setting.penalized & setting.keys_around(*n)]
    rows = [[Fraction(n == m) for n in neurons] for m in alone]
    joint = []
    for column in zip(*kernel, strict=True):
        if RationalMatrix([*rows, list(column)]).rank() > len(rows):
            rows.append(list(column))
            joint.append(tuple((n, int(e)) for n, e in zip(neurons, column, strict=True) if e))
    if joint:
        yield Scaling(setting.network, tuple(joint))


def _degree(setting: Setting, layer: int) -> int:
    if setting.is_linear(layer):
        return 1
    return homogeneity(setting.network.activations[layer - 1]) or 0


def _scales_without_shift(setting: Setting, layer: int) -> bool:
    found = intertwiner(setting.network.activations[layer - 1], Fraction(2))
    return found is not None and not (found.shift or found.out_shift) and found.out_factor != 1


def _exponents(
    setting: Setting, key: ParameterKey, neurons: Sequence[tuple[int, int]]
) -> list[Fraction]:
    """The exponent of each neuron's factor in the factor of this parameter."""
    return [
        Fraction(
            int(setting.feeds(key, k, i)) - _degree(setting, k) * int(setting.reads(key, k, i))
        )
        for k, i in neurons
    ]
