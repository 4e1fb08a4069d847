"""Complex points as boxes: one rectangle for every weight.

A complex box is written {"box": {"real": {"W1": ..., ...}, "imaginary": ..., "radius": ...}} with
rational parts of its middle and a positive rational radius for every weight: |Re w - real| and
|Im w - imaginary| are at most the radius.  It stands for the only complex critical point in that
closed box, so nothing can be said of it before the rule `krawczyk` for `complex_critical` has
established that there is exactly one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import files
from .complex_intervals import Rectangle
from .context import Context
from .enclosed_points import Flat, flat_parts
from .verdict import Refused, show


@dataclass(frozen=True)
class ComplexBox:
    """The middle and the radius of a box, weight by weight in their order."""

    real: Flat
    imaginary: Flat
    radius: Flat

    def rectangles(self, bits: int) -> list[Rectangle]:
        """The smallest rectangles that hold the box."""
        return [
            Rectangle.between((x - r, x + r), (y - r, y + r), bits)
            for x, y, r in zip(self.real, self.imaginary, self.radius, strict=True)
        ]


def complex_box(context: Context, name: Any) -> ComplexBox:
    """The complex box of that name, which counts as used."""
    points = context.statement.points
    if not isinstance(name, str) or name not in points:
        raise Refused(f"point {show(name)} is not in the statement")
    context.used.add(("point", name))
    point, where = points[name], f"point {show(name)}"
    given = point.get("box") if isinstance(point, dict) else None
    if not (isinstance(given, dict) and "imaginary" in given):
        raise Refused(f"{where} is no complex box")
    files.fields(point, where, "box")
    return ComplexBox(*flat_parts(context, given, where, ("real", "imaginary", "radius")))


def establish(context: Context, name: str, refined: ComplexBox, bits: int) -> None:
    """Keep the smaller box in which the only critical point of the box of that name lies."""
    context.cache["only complex critical point", name] = refined, bits


def established(context: Context, name: Any) -> tuple[ComplexBox, int]:
    """The box that `establish` kept, and its binary places; `Refused` before."""
    complex_box(context, name)
    if ("only complex critical point", name) not in context.cache:
        raise Refused(f"the box {show(name)} is not yet known to hold one complex critical point")
    found: tuple[ComplexBox, int] = context.cache["only complex critical point", name]
    return found
