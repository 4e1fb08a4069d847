"""Find the symmetries of a problem, and verify each on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from random import Random
from typing import TYPE_CHECKING, Any, final

from symland.landscape.loss import loss
from symland.landscape.number_systems.exact_rings import flint_rationals
from symland.landscape.number_systems.number_system import MissingFunction, NumberSystem
from symland.landscape.parameters import elements, shaped
from symland.landscape.symmetry.exchange import exchanges
from symland.landscape.symmetry.flat_directions import translations
from symland.landscape.symmetry.joint_symmetries import joint_permutations, joint_scalings
from symland.landscape.symmetry.layer_symmetries import layer_symmetries
from symland.landscape.symmetry.setting import Setting
from symland.landscape.symmetry.shear import shears
from symland.landscape.symmetry.symmetry import Symmetry

if TYPE_CHECKING:
    from symland.problem.problem import Problem

__all__ = ["Symmetries", "find_symmetries"]


@final
@dataclass(frozen=True)
class Symmetries:
    """The symmetries that were found, to be used as a sequence; `notes` say what was not sought."""

    found: tuple[Symmetry, ...]
    notes: tuple[str, ...]

    def __iter__(self) -> Iterator[Symmetry]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    def __getitem__(self, index: int) -> Symmetry:
        return self.found[index]

    def __str__(self) -> str:
        return "\n".join([*map(str, self.found), *(f"({note})" for note in self.notes)])

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{escape(str(s))}</li>" for s in self.found)
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        return f"<ul>{items}</ul>{notes}"


def find_symmetries(problem: Problem) -> Symmetries:
    """Permutations, signs, scalings, changes of basis, shifts, translations and exchanges.

    Each is a group that acts on the parameters by affine maps. That L(g W) = L(W) follows from
    how it was found, and is verified once more at random rational points and elements: exactly,
    or with balls of 200 bits where the loss has exp or log. Not sought are maps that depend on W
    in any other way (the orthogonal group of the quadratic form that a square activation makes of
    its output weights, say), the isometries of the quadratic loss of a network without hidden
    layer, and the rotations that mix W_1 with W_2 in a penalized linear network with one input
    and one output.

    Examples
    --------
    >>> from symland.problem import Dataset, Network, Problem
    >>> problem = Problem(Network([1, 3, 1], "tanh"), Dataset([[1], [2]], [[1], [3]]))
    >>> print(find_symmetries(problem))
    permutation of neurons of hidden layer 1: S_3
    sign change of neurons of hidden layer 1: {1, -1}^3
    (exchanges of parameters: not searched, the loss is no polynomial)
    """
    setting = Setting(problem)
    found: list[Symmetry] = []
    notes: list[str] = []
    for layer in range(1, problem.network.K):
        found += layer_symmetries(setting, layer)
    found += joint_scalings(setting)
    found += shears(setting)
    found += translations(problem, setting.penalized)
    found += joint_permutations(setting, found, notes)
    found += exchanges(setting, found, notes)
    for symmetry in found:
        _verify(problem, symmetry)
    return Symmetries(tuple(found), tuple(notes))


def _verify(problem: Problem, symmetry: Symmetry, trials: int = 2) -> None:
    """Compare L(g W) and L(W) at random rational W and g; a difference is a defect of symland."""
    random = Random(0)
    size, shapes = problem.network.parameter_count, problem.network.shapes
    for _ in range(trials):
        vector = [Fraction(random.randint(-9, 9), random.randint(1, 5)) for _ in range(size)]
        point = shaped(shapes, vector)
        g = symmetry.random_element(random)
        if not _same_loss(problem, point, symmetry.act(point, g)):
            raise RuntimeError(f"symmetry {symmetry}: {g} changes the loss at {vector}")


def _same_loss(problem: Problem, first: Any, second: Any) -> bool:
    def values(system: NumberSystem) -> list[Any]:
        points = [elements(problem.network, system, point) for point in (first, second)]
        return [loss(problem, system, point) for point in points]

    try:
        a, b = values(flint_rationals)
        return bool(a == b)
    except MissingFunction:
        from symland.exact.number_field import precision
        from symland.landscape.number_systems.arb_balls import balls

        with precision(200):
            a, b = values(balls)
            return bool(a.overlaps(b))
