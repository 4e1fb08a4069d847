"""The symmetries that change the neurons of one hidden layer only."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symland.landscape.symmetry.basis_algebra import basis_algebra, group_name
from symland.landscape.symmetry.intertwiner import homogeneity, intertwiner
from symland.landscape.symmetry.setting import Setting
from symland.landscape.symmetry.symmetry import (
    BiasShift,
    ChangeOfBasis,
    Permutation,
    Scaling,
    SignChange,
    Symmetry,
)

__all__ = ["layer_symmetries"]


def layer_symmetries(setting: Setting, layer: int) -> Iterator[Symmetry]:
    """Changes of basis, bias shifts, scalings, permutations and sign changes of the layer.

    Where all of GL(d) or O(d) acts, permutations and signs are part of it and not listed again.

    >>> from symland.problem import Dataset, Network, Problem, Regularizer
    >>> data = Dataset([[1]], [[1]])
    >>> uneven = Regularizer({"W1": [[1], [1], [2]]})
    >>> for l2 in (None, Regularizer(1), uneven):
    ...     setting = Setting(Problem(Network([1, 3, 1]), data, regularizer=l2))
    ...     print("; ".join(map(str, layer_symmetries(setting, 1))))
    change of basis of hidden layer 1: GL(3), dimension 9
    change of basis of hidden layer 1: O(3), dimension 3
    change of basis of hidden layer 1: a subgroup of GL(3), dimension 3;
    permutation of neurons of hidden layer 1: S_2;
    sign change of neurons of hidden layer 1: {1, -1}^3
    """
    network, covered = setting.network, False
    neurons = range(network.widths[layer])
    if setting.is_linear(layer):
        algebra = basis_algebra(network, setting.lambdas, layer)
        basis = ChangeOfBasis(network, layer, group_name(len(neurons), algebra), algebra)
        covered = bool(algebra) and basis.is_full
        if algebra:
            yield basis
        shifted = [i for i in neurons if setting.is_shiftable(layer, i, 1, 1)]
        if shifted:
            yield BiasShift(network, layer, tuple(shifted))
    elif homogeneity(network.activations[layer - 1]) is not None:
        free = [i for i in neurons if _is_scalable(setting, layer, i)]
        if free:
            yield Scaling(network, tuple((((layer, i), 1),) for i in free))
    if not covered:
        yield from _finite(setting, layer)


def _finite(setting: Setting, layer: int) -> Iterator[Symmetry]:
    classes = _permutation_classes(setting, layer)
    if any(len(members) > 1 for members in classes):
        yield Permutation(setting.network, layer, classes)
    found = intertwiner(setting.network.activations[layer - 1], Fraction(-1))
    neurons = range(setting.network.widths[layer]) if found is not None else ()
    flips = tuple(
        i for i in neurons if found and setting.is_shiftable(layer, i, found.shift, found.out_shift)
    )
    if flips:
        yield SignChange(setting.network, layer, flips)


def _is_scalable(setting: Setting, layer: int, neuron: int) -> bool:
    found = intertwiner(setting.network.activations[layer - 1], Fraction(2))
    if found is None or setting.penalized & setting.keys_around(layer, neuron):
        return False
    return setting.is_shiftable(layer, neuron, found.shift, found.out_shift)


def _permutation_classes(setting: Setting, layer: int) -> tuple[tuple[int, ...], ...]:
    """The neurons by exchangeability: the transpositions that are symmetries are transitive."""
    size = setting.network.widths[layer]
    classes: list[list[int]] = []
    for i in range(size):
        for members in classes:
            order = list(range(size))
            order[i], order[members[0]] = members[0], i
            if setting.keeps({layer: order}):
                members.append(i)
                break
        else:
            classes.append([i])
    return tuple(map(tuple, classes))
