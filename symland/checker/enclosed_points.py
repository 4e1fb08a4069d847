"""Points as intervals: rational, algebraic and log(p/q) entries, and boxes of weights.

A box point is written {"box": {"midpoint": {"W1": ..., ...}, "radius": {"W1": ..., ...}}} with a
rational midpoint and a positive rational radius for every weight.  It stands for the only critical
point in that closed box, so nothing can be said of it before the rule `krawczyk` or `degenerate`
has established that there is exactly one.  A point {"slice": ...} stands for a point of an affine
subspace (slices.py), of which nothing is known before the rule `krawczyk_slice`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from . import elementary, files
from .context import Context
from .interval_jets import Intervals, Jet, loss
from .intervals import Interval, number
from .log_polynomial import has_logarithms, read_logarithm
from .network import shaped
from .number_field import Element
from .statement import columned, matrix
from .verdict import Refused, Unreadable, show

Rows = dict[str, list[list[Interval]]]
Flat = list[Fraction]


def is_box(context: Context, name: Any) -> bool:
    """Whether the point of that name, which must be there, is a box, or a box in a slice; it counts
    as used."""
    points = context.statement.points
    if not isinstance(name, str) or name not in points:
        raise Refused(f"point {show(name)} is not in the statement")
    context.used.add(("point", name))
    if isinstance(points[name], dict) and "slice" in points[name]:
        return True
    if not (isinstance(points[name], dict) and "box" in points[name]):
        return False
    inside = points[name]["box"]
    if isinstance(inside, dict) and "imaginary" in inside:
        raise Refused(f"point {show(name)} is a complex box, this rule needs a real point")
    return True


def box(context: Context, name: Any) -> tuple[Flat, Flat]:
    """Midpoint and radius of a box, parameter by parameter in their order."""
    if not is_box(context, name):
        raise Refused(f"point {show(name)} is no box")
    where = f"point {show(name)}"
    files.fields(context.statement.points[name], where, "box")
    given = context.statement.points[name]["box"]
    midpoint, radius = flat_parts(context, given, where, ("midpoint", "radius"))
    return midpoint, radius


def flat_parts(context: Context, given: Any, where: str, names: tuple[str, ...]) -> list[Flat]:
    """The parts of a box, flat lists over all parameters; the last is the radius, positive."""
    files.fields(given, f"{where}: box", " ".join(names))
    shapes, parts = context.problem.shapes, []
    for part in names:
        files.fields(given[part], f"{where}: {part}", " ".join(shapes))
        parts.append(
            [
                x
                for n, shape in shapes.items()
                for row in matrix(columned(n, given[part][n]), f"{where}: {part}: {n}", *shape)
                for x in row
            ]
        )
    if any(r <= 0 for r in parts[-1]):
        raise Unreadable(f"{where}: radius: expected positive numbers")
    return parts


def around(midpoint: Flat, radius: Flat, bits: int) -> list[Interval]:
    """midpoint - radius to midpoint + radius."""
    return [Interval.between(m - r, m + r, bits) for m, r in zip(midpoint, radius, strict=True)]


def weights(context: Context, name: Any, bits: int) -> Rows:
    """Enclosures of the weights of a point; of a box, of its critical point, once that is known."""
    if is_box(context, name):
        if ("only critical point", name) not in context.cache:
            raise Refused(f"the box {show(name)} is not yet known to hold one critical point")
        midpoint, radius = context.cache["only critical point", name]
        return shaped(context.problem, around(midpoint, radius, bits))
    given = context.statement.points[name]
    if not has_logarithms(given):
        return {
            n: [[_enclosed(x, bits) for x in row] for row in rows]
            for n, rows in context.weights(name).items()
        }
    where = f"point {show(name)}"
    shapes = context.problem.shapes
    files.fields(given, where, " ".join(shapes))
    return {
        n: [
            [_logarithm(x, f"{where}: {n}", bits) for x in files.array(row, where, columns)]
            for row in files.array(columned(n, given[n]), where, rows)
        ]
        for n, (rows, columns) in shapes.items()
    }


def _logarithm(value: Any, where: str, bits: int) -> Interval:
    q = read_logarithm(value, where)
    if q is None:
        return number(files.number(value, where), bits)
    return Interval(*elementary.log_ends(q, bits), bits)


def _enclosed(x: Any, bits: int) -> Interval:
    """A number of Q or of one root; the root's interval is halved until it is narrow enough."""
    if not isinstance(x, Element):
        return number(Fraction(x), bits)
    for _ in range(bits + 4 * len(x.coefficients)):
        if x.root.lower == x.root.upper:
            break
        x.root.refine()
    return Interval.between(*x.enclosure(), bits)


def jet(context: Context, name: Any, bits: int, order: int) -> Jet:
    """The loss at a point with its derivatives, computed once for each precision."""
    rows = weights(context, name, bits)
    for at_least in range(order, 3):
        if ("jet", name, bits, at_least) in context.cache:
            found: Jet = context.cache["jet", name, bits, at_least]
            return found
    result = loss(context.problem, Intervals(bits), rows, order)
    context.cache["jet", name, bits, order] = result
    return result
