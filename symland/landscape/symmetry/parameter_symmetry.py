"""Symmetries that are no change of hidden neurons: translations, and exchanges of parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any, final

from symland.landscape.parameters import flat, shaped
from symland.landscape.symmetry.signed_permutation import (
    SignedPermutation,
    closure,
    compose,
    identity,
)
from symland.landscape.symmetry.symmetry import Symmetry
from symland.problem.network import Network

__all__ = ["ParameterExchange", "Translation"]


@final
@dataclass(frozen=True)
class Translation(Symmetry):
    """Translations of the weights along flat `directions` on which the loss does not depend."""

    network: Network
    cause: str
    directions: tuple[tuple[Fraction, ...], ...]

    name = property(lambda self: f"translation ({self.cause})")
    group = property(lambda self: f"R^{len(self.directions)}")
    dimension = property(lambda self: len(self.directions))

    def _moved(self, values: Mapping[str, Any], g: Sequence[Fraction]) -> Mapping[str, Any]:
        """An element is a tuple of coefficients, one per direction."""
        shapes = self.network.shapes
        vector = flat(shapes, values)
        for c, direction in zip(g, self.directions, strict=True):
            vector = [v + Fraction(c) * d for v, d in zip(vector, direction, strict=True)]
        return shaped(shapes, vector)

    def random_element(self, random: Random) -> tuple[Fraction, ...]:
        """Coefficients from -5 to 5 with denominators up to 3."""
        return tuple(Fraction(random.randint(-5, 5), random.randint(1, 3)) for _ in self.directions)

    def finite_generators(self) -> list[Any]:
        """None: a translation permutes no parameters."""
        return []


@final
@dataclass(frozen=True)
class ParameterExchange(Symmetry):
    """Signed permutations of the parameters that the other symmetries do not generate.

    An element is a tuple of (index, sign): parameter i of the flat vector becomes sign times the
    old parameter `index`. `generators`, with the other symmetries, generate all of them.
    """

    network: Network
    cause: str
    generators: tuple[SignedPermutation, ...]

    name = property(lambda self: self.cause)
    dimension = property(lambda self: 0)

    @property
    def group(self) -> str:
        """The order of the group that the generators alone generate."""
        elements = closure(self.generators, limit=10_000)
        order = "more than 10000" if elements is None else str(len(elements))
        return f"signed permutations, order {order}"

    def _moved(self, values: Mapping[str, Any], g: SignedPermutation) -> Mapping[str, Any]:
        vector = flat(self.network.shapes, values)
        return shaped(self.network.shapes, [sign * vector[index] for index, sign in g])

    def random_element(self, random: Random) -> SignedPermutation:
        """A product of up to nine generators, never the identity."""
        g = random.choice(self.generators)
        for _ in range(random.randint(0, 8)):
            product = compose(g, random.choice(self.generators))
            g = g if product == identity(len(g)) else product
        return g

    def finite_generators(self) -> list[SignedPermutation]:
        """The generators themselves."""
        return list(self.generators)
