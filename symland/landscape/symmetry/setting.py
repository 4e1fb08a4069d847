"""A problem as its symmetries see it: which parameters touch a neuron, which are penalized."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, final

from symland.exact.polynomial import ParameterKey, parameter_keys
from symland.landscape.parameters import flat, shaped
from symland.landscape.symmetry.neuron_change import (
    NeuronChange,
    change_neurons,
    permutation_matrix,
    read_by_output,
)

if TYPE_CHECKING:
    from symland.problem.problem import Problem

__all__ = ["Setting"]

Orders = Mapping[int, Sequence[int]]
"""Hidden layer to a permutation: place i takes the old neuron order[i]."""


@final
class Setting:
    """The lambdas of the regularizer written out, and what is near a neuron.

    Neurons are counted from 0, layers from 1.
    """

    def __init__(self, problem: Problem):
        self.problem = problem
        self.network = problem.network
        shapes = self.network.shapes
        self.keys = parameter_keys(shapes)
        zeros = shaped(shapes, [Fraction(0)] * len(self.keys))
        self.lambdas: dict[str, Any] = {
            name: _tuples((problem.l2 or {}).get(name, zeros[name])) for name in shapes
        }

    @cached_property
    def penalized(self) -> set[ParameterKey]:
        """The parameters whose lambda is positive."""
        values = flat(self.network.shapes, self.lambdas)
        return {key for key, value in zip(self.keys, values, strict=True) if value}

    @cached_property
    def is_uniform(self) -> bool:
        """Whether lambda is one number on each parameter array."""
        shapes = self.network.shapes
        return all(len(set(flat({name: shapes[name]}, self.lambdas))) == 1 for name in shapes)

    def is_linear(self, layer: int) -> bool:
        """Whether the activation of the layer is the identity, under either name."""
        return str(self.network.activations[layer - 1]) in ("linear", "leaky_relu(1)")

    def reads(self, key: ParameterKey, layer: int, neuron: int) -> bool:
        """Whether this weight multiplies the neuron's value."""
        if len(key) < 3:
            return False
        k = int(key[0][1:])
        if k == self.network.K:
            return (key[2], neuron) in read_by_output(self.network, layer)
        return k == layer + 1 and key[2] == neuron

    def keys_around(self, layer: int, neuron: int) -> set[ParameterKey]:
        """The parameters into the neuron and those that read it."""
        return {
            key
            for key in self.keys
            if self.feeds(key, layer, neuron) or self.reads(key, layer, neuron)
        }

    def feeds(self, key: ParameterKey, layer: int, neuron: int) -> bool:
        """Whether this weight or bias enters the neuron's preactivation."""
        return int(key[0][1:]) == layer and key[1] == neuron

    def is_shiftable(self, layer: int, neuron: int, shift: Any, out_shift: Any) -> bool:
        """Whether there are unpenalized biases to take shifts before and after the activation."""
        bias = (f"b{layer}", neuron)
        if shift and (bias not in self.keys or bias in self.penalized):
            return False
        if not out_shift:
            return True
        readers = {int(key[0][1:]) for key in self.keys if self.reads(key, layer, neuron)}
        biases = {(f"b{k}", i) for k in readers for i in range(self.network.widths[k])}
        return biases <= set(self.keys) and not biases & self.penalized

    def permuted(self, values: Mapping[str, Any], orders: Orders) -> Mapping[str, Any]:
        """Values of all parameters after permuting neurons; ValueError where skip forbids it."""
        for layer, order in orders.items():
            matrix = permutation_matrix(order)
            zeros = (Fraction(0),) * len(order)
            change = NeuronChange(layer, matrix, matrix, zeros, zeros)
            values = change_neurons(self.network, values, change)
        return values

    def keeps(self, orders: Orders) -> bool:
        """Whether permutations keep every lambda and the neurons that skip names."""
        try:
            moved = self.permuted(self.lambdas, orders)
        except ValueError:
            return False
        return {name: _tuples(array) for name, array in moved.items()} == self.lambdas


def _tuples(array: Any) -> Any:
    return tuple(tuple(row) if isinstance(row, list | tuple) else row for row in array)
