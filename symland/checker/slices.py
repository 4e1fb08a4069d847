"""Points of an affine slice of weight space: W = m + sum y_j d_j with |y_j| <= r_j.

A point written {"slice": {"midpoint": {"W1": ..., ...}, "directions": [d_1, ..], "radius": [..]}}
has a rational midpoint m, rational directions d_j (flat lists, weight by weight in their order)
and positive rational radii r_j.  It stands for the only point of the slice with |y| <= r at which
the loss has derivative 0 along every d_j, so nothing can be said of it before the rule
`krawczyk_slice` has established that there is exactly one, and that it is a critical point.

Every weight of such a point is an affine function of y with rational coefficients, which are known
exactly though y is only enclosed: so two weights may be known to be equal, or in a rational
proportion.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from . import files
from .context import Context
from .effort import spend
from .statement import columned, matrix
from .verdict import Refused, Unreadable, show

Flat = list[Fraction]


@dataclass(frozen=True)
class Slice:
    """The midpoint, the entries of each direction that are not 0 by their index, the radii."""

    midpoint: Flat
    directions: list[dict[int, Fraction]]
    radius: Flat

    def affine(self, index: int) -> list[Fraction]:
        """A weight as an affine function of y: its value at y = 0, then its coefficients."""
        return [self.midpoint[index], *(d.get(index, Fraction(0)) for d in self.directions)]

    def reach(self, radius: Flat) -> Flat:
        """How far each weight is from its midpoint at most, where |y_j| <= radius_j."""
        far = [Fraction(0)] * len(self.midpoint)
        for direction, r in zip(self.directions, radius, strict=True):
            for i, x in direction.items():
                far[i] += abs(x) * r
        return far

    def rows(self) -> list[Flat]:
        """The directions written out."""
        size = range(len(self.midpoint))
        return [[d.get(i, Fraction(0)) for i in size] for d in self.directions]


def is_slice(context: Context, name: Any) -> bool:
    """Whether the point of that name is given in a slice."""
    given = context.statement.points.get(name) if isinstance(name, str) else None
    return isinstance(given, dict) and "slice" in given


def read_slice(context: Context, name: Any) -> Slice:
    """The slice of the point of that name, read once; the point counts as used."""
    if not is_slice(context, name):
        raise Refused(f"point {show(name)} is not given in a slice")
    context.used.add(("point", name))
    if ("slice", name) not in context.cache:
        context.cache["slice", name] = _read(context, context.statement.points[name], name)
    found: Slice = context.cache["slice", name]
    return found


def _read(context: Context, value: Any, name: Any) -> Slice:
    where = f"point {show(name)}"
    files.fields(value, where, "slice")
    given = files.fields(value["slice"], f"{where}: slice", "midpoint directions radius")
    shapes = context.problem.shapes
    files.fields(given["midpoint"], f"{where}: midpoint", " ".join(shapes))
    midpoint = [
        x
        for n, shape in shapes.items()
        for row in matrix(columned(n, given["midpoint"][n]), f"{where}: midpoint: {n}", *shape)
        for x in row
    ]
    lines = files.array(given["directions"], f"{where}: directions")
    if not 1 <= len(lines) <= len(midpoint):
        raise Unreadable(
            f"{where}: {len(lines)} directions, expected 1..{len(midpoint)} as there are weights"
        )
    spend(len(lines) * len(midpoint))
    directions = []
    for line in lines:
        entries = files.array(line, f"{where}: directions", len(midpoint))
        numbers = (files.number(x, f"{where}: directions") for x in entries)
        directions.append({i: x for i, x in enumerate(numbers) if x})
    radius = [
        files.number(x, f"{where}: radius")
        for x in files.array(given["radius"], f"{where}: radius", len(lines))
    ]
    if any(r <= 0 for r in radius):
        raise Unreadable(f"{where}: radius: expected positive numbers")
    return Slice(midpoint, directions, radius)
