"""A manifold of critical points through a degenerate critical point, as large as the kernel."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flint import fmpq

from symland.exact.algebraic_matrix import AlgebraicMatrix
from symland.exact.polynomial import parameter_keys
from symland.exact.rational_matrix import RationalMatrix, as_fmpq
from symland.landscape.gradient import gradient
from symland.landscape.number_systems.exact_rings import flint_rationals
from symland.landscape.number_systems.number_system import Kink
from symland.landscape.parameters import flat, shaped
from symland.landscape.symmetry.infinitesimal import Generator, generators
from symland.problem.problem import Problem
from symland.search.deadline import Deadline

__all__ = ["CriticalManifold", "critical_manifold"]

SMALL = fmpq(1, 2**20)


@dataclass(frozen=True)
class CriticalManifold:
    """Symmetries, and directions d with p + sum s_i d_i critical for all small s (flat vectors).

    Together their tangents at the point span the kernel of the Hessian.
    """

    generators: tuple[Generator, ...]
    directions: tuple[tuple[fmpq, ...], ...]


def critical_manifold(
    problem: Problem, point: Mapping[str, Any], hessian: Any, corank: int, deadline: Deadline
) -> CriticalManifold | None:
    """Symmetries and an affine family of critical points that account for the whole kernel.

    `hessian` is that at the point, exactly; `corank` the dimension of its kernel. Generators of
    symmetries come first; where they do not suffice and the point is rational, directions in the
    kernel are added as long as the family they span with the earlier ones is critical, which is
    tried at random members. Directions within one matrix are tried before others. None if the
    tangents do not reach the dimension, or the deadline has passed.
    """
    keys = parameter_keys(problem.network.shapes)
    values = flat(problem.network.shapes, point)
    chosen: list[Generator] = []
    tangents: list[list[Any]] = []
    found = [] if deadline.passed() else generators(problem)
    lines = [generator.tangent(keys, values) for generator in found]
    for place in _independent(lines):
        chosen.append(found[place])
        tangents.append(lines[place])
    directions: list[list[fmpq]] = []
    if len(chosen) < corank and all(isinstance(v, fmpq) for v in values):
        family = _Family(problem, values)
        for direction in _kernel(problem, hessian):
            if len(tangents) == corank or deadline.passed():
                break
            if len(_independent([*tangents, direction])) > len(tangents) and family.is_critical(
                [*directions, direction]
            ):
                directions.append(direction)
                tangents.append(direction)
    if len(tangents) < corank:
        return None
    return CriticalManifold(tuple(chosen), tuple(map(tuple, directions)))


def _independent(lines: list[list[Any]]) -> list[int]:
    """Indices of the vectors that are independent of those before them."""
    if not lines:
        return []
    field = next((x.field for x in lines[0] if hasattr(x, "field")), None)
    if field is not None:
        return AlgebraicMatrix(field, lines).T.pivots()
    return RationalMatrix(lines).T.pivots()


def _kernel(problem: Problem, hessian: Any) -> Iterator[list[fmpq]]:
    """Vectors of the kernel: for each matrix or bias those that move it alone, then a basis."""
    size = len(hessian)
    names = [key[0] for key in parameter_keys(problem.network.shapes)]
    rows = RationalMatrix([[as_fmpq(x) for x in row] for row in hessian], size)
    blocks = [[i for i in range(size) if names[i] == name] for name in problem.network.shapes]
    for block in [*blocks, list(range(size))]:
        for vector in rows.columns(block).nullspace().T.tolist():
            line = [fmpq(0)] * size
            for i, x in zip(block, vector, strict=True):
                line[i] = as_fmpq(x)
            yield line


class _Family:
    """Affine families through a point, tried at random members near it."""

    def __init__(self, problem: Problem, values: list[fmpq]):
        self.problem, self.values = problem, values
        self.choose = random.Random(0)

    def is_critical(self, directions: list[list[fmpq]]) -> bool:
        """Whether two random members of p + span(directions) are critical."""
        for _ in range(2):
            moved = list(self.values)
            for direction in directions:
                step = SMALL * self.choose.randint(-999, 999)
                moved = [x + step * d for x, d in zip(moved, direction, strict=True)]
            member = shaped(self.problem.network.shapes, moved)
            try:
                if any(gradient(self.problem, flint_rationals, member)):
                    return False
            except Kink:
                return False
        return True
