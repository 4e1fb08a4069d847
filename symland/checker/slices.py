"""Points of an affine slice of weight space: W = m + sum y_j d_j with |y_j| <= r_j.

A point written {"slice": {"midpoint": {"W1": ..., ...}, "directions": [d_1, ..], "radius": [..]}}
has a rational midpoint m, rational directions d_j (flat lists, weight by weight in their order)
and positive rational radii r_j; "tests" may be as many further directions t_j, otherwise t_j = d_j.
It stands for the only point of the slice with |y| <= r at which the loss has derivative 0 along
every t_j, so nothing can be said of it before the rule `krawczyk_slice` has established that there
is exactly one, and that it is a critical point.

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
from .enclosed_points import is_box
from .log_polynomial import read_logarithm
from .statement import columned, matrix
from .verdict import Refused, Unreadable, show

Flat = list[Fraction]


@dataclass(frozen=True)
class Slice:
    """Midpoint and radii; of directions and tests the entries that are not 0, by their index."""

    midpoint: Flat
    directions: list[dict[int, Fraction]]
    tests: list[dict[int, Fraction]]
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
        """The tests written out."""
        size = range(len(self.midpoint))
        return [[d.get(i, Fraction(0)) for i in size] for d in self.tests]


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


def known(context: Context, name: Any) -> Slice:
    """What is known of the weights: the slice of a point given in one; for a point of rational and
    log(p/q) entries a slice too, of which it is one point, its directions the places where log(p/q)
    stands, p/q by p/q.

    So two weights that are the same affine function there are equal, as in a slice.
    """
    if is_slice(context, name):
        return read_slice(context, name)
    if is_box(context, name):
        raise Refused(f"point {show(name)} is a box, whose weights are not known exactly")
    if ("known", name) not in context.cache:
        context.cache["known", name] = _exact(context, context.statement.points[name], name)
    found: Slice = context.cache["known", name]
    return found


def _exact(context: Context, given: Any, name: Any) -> Slice:
    where, shapes = f"point {show(name)}", context.problem.shapes
    files.fields(given, where, " ".join(shapes))
    midpoint: Flat = []
    places: dict[Fraction, dict[int, Fraction]] = {}
    for n, (rows, columns) in shapes.items():
        for row in files.array(columned(n, given[n]), where, rows):
            for value in files.array(row, where, columns):
                q = read_logarithm(value, f"{where}: {n}")
                if q is not None:
                    places.setdefault(q, {})[len(midpoint)] = Fraction(1)
                midpoint.append(Fraction(0) if q is not None else files.number(value, where))
    spend(len(midpoint))
    directions = list(places.values())
    return Slice(midpoint, directions, directions, [Fraction(0)] * len(directions))


def _read(context: Context, value: Any, name: Any) -> Slice:
    where = f"point {show(name)}"
    files.fields(value, where, "slice")
    given = files.fields(value["slice"], f"{where}: slice", "midpoint directions radius", "tests")
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
    directions = _vectors(lines, len(midpoint), f"{where}: directions")
    tests = directions
    if "tests" in given:
        lines = files.array(given["tests"], f"{where}: tests", len(directions))
        tests = _vectors(lines, len(midpoint), f"{where}: tests")
    radius = [
        files.number(x, f"{where}: radius")
        for x in files.array(given["radius"], f"{where}: radius", len(lines))
    ]
    if any(r <= 0 for r in radius):
        raise Unreadable(f"{where}: radius: expected positive numbers")
    return Slice(midpoint, directions, tests, radius)


def _vectors(lines: list[Any], size: int, where: str) -> list[dict[int, Fraction]]:
    spend(len(lines) * size)
    found = []
    for line in lines:
        numbers = (files.number(x, where) for x in files.array(line, where, size))
        found.append({i: x for i, x in enumerate(numbers) if x})
    return found
