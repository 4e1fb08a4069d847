"""What a symmetry of a loss is: a group acting on the weights by affine maps, L(g W) = L(W)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any, final

from symland.exact.rational_matrix import RationalMatrix
from symland.landscape.parameters import elements, flat, shaped
from symland.landscape.symmetry.intertwiner import intertwiner
from symland.landscape.symmetry.neuron_change import (
    NeuronChange,
    Rows,
    change_neurons,
    diagonal,
    permutation_matrix,
)
from symland.problem.network import Network

__all__ = [
    "BiasShift",
    "ChangeOfBasis",
    "Permutation",
    "Scaling",
    "SignChange",
    "Symmetry",
]

ONE, ZERO = Fraction(1), Fraction(0)


class Symmetry(ABC):
    """A group of affine maps of the parameters that leave the loss as it is.

    `name` is its textbook name, `group` the group, `dimension` that of its continuous part.
    """

    network: Network

    @property
    @abstractmethod
    def name(self) -> str:
        """The textbook name."""

    @property
    @abstractmethod
    def group(self) -> str:
        """The group, as text."""

    @property
    @abstractmethod
    def dimension(self) -> int:
        """The dimension of the group; 0 for a finite one."""

    @abstractmethod
    def random_element(self, random: Random) -> Any:
        """A rational element of the group, not the identity as a rule."""

    @abstractmethod
    def _moved(self, values: Mapping[str, Any], g: Any) -> Mapping[str, Any]:
        """The rational parameters that g makes of `values`."""

    @abstractmethod
    def finite_generators(self) -> list[Any]:
        """Elements that generate the signed permutations of parameters in the group."""

    def act(self, weights: Any, g: Any) -> Any:
        """The weights after g: of the type given, Weights or a mapping. Rational points only."""
        from symland.landscape.number_systems.exact_rings import rationals

        moved = self._moved(elements(self.network, rationals, weights), g)
        values = {
            name: tuple(tuple(row) for row in moved[name])
            if len(shape) == 2
            else tuple(moved[name])
            for name, shape in self.network.shapes.items()
        }
        return values if isinstance(weights, Mapping) else type(weights)(values)

    def affine_map(self, g: Any) -> tuple[list[list[Fraction]], list[Fraction]]:
        """(A, t) with g W = A W + t on flat vectors; A is a list of rows."""
        shapes, size = self.network.shapes, self.network.parameter_count

        def image(vector: list[Fraction]) -> list[Fraction]:
            return flat(shapes, self.act(shaped(shapes, vector), g))

        t = image([ZERO] * size)
        columns = [image([Fraction(i == j) for i in range(size)]) for j in range(size)]
        return [[columns[j][i] - t[i] for j in range(size)] for i in range(size)], t

    def __str__(self) -> str:
        dimension = f", dimension {self.dimension}" if self.dimension else ""
        return f"{self.name}: {self.group}{dimension}"

    def _repr_latex_(self) -> str:
        return rf"$\text{{{self.name}: }} {self.group}$"


class NeuronSymmetry(Symmetry):
    """A symmetry that changes hidden neurons and undoes the change in the weights that follow."""

    @abstractmethod
    def changes(self, g: Any) -> list[NeuronChange]:
        """The changes of hidden layers that g consists of."""

    def _moved(self, values: Mapping[str, Any], g: Any) -> Mapping[str, Any]:
        for change in self.changes(g):
            values = change_neurons(self.network, values, change)
        return values


def scaled(network: Network, layer: int, factors: Sequence[Fraction]) -> NeuronChange:
    """The change that multiplies the preactivations by factors, as the activation allows."""
    found = [intertwiner(network.activations[layer - 1], factor) for factor in factors]
    allowed = [f for f in found if f is not None]
    if len(allowed) < len(found):
        raise ValueError(f"layer {layer}: {network.activations[layer - 1]} forbids {factors}")
    return NeuronChange(
        layer,
        diagonal(f.factor for f in allowed),
        diagonal(f.out_factor for f in allowed),
        tuple(f.shift for f in allowed),
        tuple(f.out_shift for f in allowed),
    )


def _plain_change(layer: int, G: Rows) -> NeuronChange:
    zeros = (ZERO,) * len(G)
    return NeuronChange(layer, G, G, zeros, zeros)


@final
@dataclass(frozen=True)
class Permutation(NeuronSymmetry):
    """Permutations of neurons of one hidden layer: all those that keep the `classes`.

    An element is a tuple: place i takes the old neuron g[i], counted from 0.
    """

    network: Network
    layer: int
    classes: tuple[tuple[int, ...], ...]

    name = property(lambda self: f"permutation of neurons of hidden layer {self.layer}")
    dimension = property(lambda self: 0)

    @property
    def group(self) -> str:
        """The product of the symmetric groups of the classes; a class of one adds nothing."""
        return " x ".join(f"S_{len(c)}" for c in self.classes if len(c) > 1)

    def changes(self, g: Sequence[int]) -> list[NeuronChange]:
        """The permutation matrix on the one layer."""
        return [_plain_change(self.layer, permutation_matrix(g))]

    def random_element(self, random: Random) -> tuple[int, ...]:
        """Each class shuffled by itself; it may be the identity."""
        order = list(range(self.network.widths[self.layer]))
        for members in self.classes:
            for place, old in zip(members, random.sample(members, len(members)), strict=True):
                order[place] = old
        return tuple(order)

    def finite_generators(self) -> list[tuple[int, ...]]:
        """The exchanges of neighbours in each class, which generate its permutations."""
        generators = []
        for members in self.classes:
            for a, b in pairwise(members):
                order = list(range(self.network.widths[self.layer]))
                order[a], order[b] = b, a
                generators.append(tuple(order))
        return generators


@final
@dataclass(frozen=True)
class SignChange(NeuronSymmetry):
    """Signs of some neurons' incoming weights; an element is a tuple of 1 and -1 per neuron."""

    network: Network
    layer: int
    neurons: tuple[int, ...]

    name = property(lambda self: f"sign change of neurons of hidden layer {self.layer}")
    dimension = property(lambda self: 0)

    @property
    def group(self) -> str:
        """{1, -1}, once for each neuron."""
        return "{1, -1}" + (f"^{len(self.neurons)}" if len(self.neurons) > 1 else "")

    def changes(self, g: Sequence[int]) -> list[NeuronChange]:
        """The layer scaled by signs; what the activation makes of a sign follows it."""
        return [scaled(self.network, self.layer, [Fraction(sign) for sign in g])]

    def random_element(self, random: Random) -> tuple[int, ...]:
        """Each neuron flipped with probability 1/2, at least one of them."""
        chosen = [i for i in self.neurons if random.random() < 0.5] or [self.neurons[0]]
        return self._flip(chosen)

    def finite_generators(self) -> list[tuple[int, ...]]:
        """One flip a neuron."""
        return [self._flip([i]) for i in self.neurons]

    def _flip(self, chosen: Sequence[int]) -> tuple[int, ...]:
        return tuple(-1 if i in chosen else 1 for i in range(self.network.widths[self.layer]))


@final
@dataclass(frozen=True)
class Scaling(NeuronSymmetry):
    """Positive scalings of neurons, compensated in the weights that read them.

    `exponents[m]` maps (layer, neuron from 0) to an integer; an element is a tuple of positive
    rationals c_m, and the neuron's preactivation is multiplied by the product of c_m^exponent.
    """

    network: Network
    exponents: tuple[tuple[tuple[tuple[int, int], int], ...], ...]

    @property
    def name(self) -> str:
        """The textbook name, with the layers that are scaled together."""
        layers = sorted({layer for vector in self.exponents for (layer, _), _ in vector})
        if len(layers) == 1:
            return f"scaling of neurons of hidden layer {layers[0]}"
        return f"joint scaling of hidden layers {', '.join(map(str, layers))}"

    @property
    def group(self) -> str:
        """One factor of positive reals for each vector of exponents."""
        size = len(self.exponents)
        return "R_{>0}" if size == 1 else f"(R_{{>0}})^{size}"

    dimension = property(lambda self: len(self.exponents))

    def changes(self, g: Sequence[Fraction]) -> list[NeuronChange]:
        """One diagonal change a layer, its entries the products of c_m^exponent."""
        factors: dict[int, list[Fraction]] = {}
        for c, vector in zip(g, self.exponents, strict=True):
            for (layer, neuron), exponent in vector:
                row = factors.setdefault(layer, [ONE] * self.network.widths[layer])
                row[neuron] *= Fraction(c) ** exponent
        return [scaled(self.network, layer, row) for layer, row in sorted(factors.items())]

    def random_element(self, random: Random) -> tuple[Fraction, ...]:
        """Fractions with numerator and denominator from 1 to 7."""
        return tuple(Fraction(random.randint(1, 7), random.randint(1, 7)) for _ in self.exponents)

    def finite_generators(self) -> list[Any]:
        """None: the only positive scaling of finite order is the identity."""
        return []


@final
@dataclass(frozen=True)
class ChangeOfBasis(NeuronSymmetry):
    """Invertible matrices on a linear hidden layer: W_k -> g W_k, W_{k+1} -> W_{k+1} g^-1.

    The regularizer and skip leave of GL(d) the subgroup with this Lie algebra (`algebra`, a basis
    over Q). An element is a matrix, a tuple of rows; random ones come from the Cayley transform
    (I - a)^-1 (I + a), which maps the algebra of a quadratic form into its group.
    """

    network: Network
    layer: int
    kind: str
    algebra: tuple[Rows, ...]

    name = property(lambda self: f"change of basis of hidden layer {self.layer}")
    group = property(lambda self: self.kind)
    dimension = property(lambda self: len(self.algebra))

    def changes(self, g: Rows) -> list[NeuronChange]:
        """The matrix on the layer, its inverse on what follows."""
        return [_plain_change(self.layer, tuple(tuple(map(Fraction, row)) for row in g))]

    def random_element(self, random: Random) -> Rows:
        """The Cayley transform of a random element of the algebra, where it exists."""
        size = self.network.widths[self.layer]
        identity = RationalMatrix.identity(size)
        while True:
            a = RationalMatrix.zero(size, size)
            for direction in self.algebra:
                step = Fraction(random.randint(-3, 3), random.randint(1, 4))
                a = a + RationalMatrix(direction).scale(step)
            if (identity - a).rank() == size and (identity + a).rank() == size:
                g = (identity - a).inverse() @ (identity + a)
                return tuple(map(tuple, g.tolist()))

    @property
    def is_full(self) -> bool:
        """Whether the group holds every signed permutation matrix: GL(d) or O(d)."""
        size = self.network.widths[self.layer]
        return self.kind in (f"GL({size})", f"O({size})")

    def finite_generators(self) -> list[Rows]:
        """Exchanges of neighbours and one sign where the group has them all; else none."""
        size = self.network.widths[self.layer]
        if not self.is_full:
            return []
        orders = [Permutation(self.network, self.layer, (tuple(range(size)),))]
        swaps = [permutation_matrix(g) for g in orders[0].finite_generators()]
        return [*swaps, diagonal([-ONE, *[ONE] * (size - 1)])]


@final
@dataclass(frozen=True)
class BiasShift(NeuronSymmetry):
    """Shifts of the bias of a linear layer: b_k + t, undone by b_{k+1} - W_{k+1} t."""

    network: Network
    layer: int
    neurons: tuple[int, ...]

    name = property(lambda self: f"bias shift of hidden layer {self.layer}")
    group = property(lambda self: f"R^{len(self.neurons)}")
    dimension = property(lambda self: len(self.neurons))

    def changes(self, g: Sequence[Fraction]) -> list[NeuronChange]:
        """An element is a tuple of shifts, one per neuron of `neurons`."""
        size = self.network.widths[self.layer]
        shift = [ZERO] * size
        for neuron, t in zip(self.neurons, g, strict=True):
            shift[neuron] = Fraction(t)
        identity = diagonal([ONE] * size)
        return [NeuronChange(self.layer, identity, identity, tuple(shift), tuple(shift))]

    def random_element(self, random: Random) -> tuple[Fraction, ...]:
        """Fractions from -5 to 5 with denominators up to 3."""
        return tuple(Fraction(random.randint(-5, 5), random.randint(1, 3)) for _ in self.neurons)

    def finite_generators(self) -> list[Any]:
        """None: a shift permutes no parameters."""
        return []
