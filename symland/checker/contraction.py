"""The inequality of Krawczyk's test, in integers: a + D r < r, and what follows from it."""

from __future__ import annotations

from fractions import Fraction

from .effort import spend
from .intervals import Interval, number
from .verdict import Refused

MAX_REFINEMENTS = 200


def refined_radii(
    residual: list[int], defect: list[list[int]], radius: list[Fraction], bits: int
) -> list[Fraction]:
    """Radii around the point that a map with these bounds leaves fixed.

    Let N map the box m +- r, and |N(m) - m| <= a (``residual``), |N(x) - N(y)| <= D |x - y|
    (``defect``), everything entry by entry, a and D in units of 2^-bits.  `Refused` unless
    a + D r < r in every entry.  Then N maps the box into itself and is a contraction in the norm
    max |x_i| / r_i, so it has exactly one fixed point in the box, and at it
    |x - m| <= a + D |x - m|; iterating this from r, while it gains, gives the radii returned.
    With a = 0 it is x = m, so they are 0: as a contraction N has no other fixed point than m.

    >>> refined_radii([1 << 6], [[1 << 7]], [Fraction(1)], 8)
    [Fraction(9, 16)]
    >>> refined_radii([0], [[1 << 7]], [Fraction(1)], 8)
    [Fraction(0, 1)]
    >>> refined_radii([1 << 7], [[1 << 7]], [Fraction(1)], 8)
    Traceback (most recent call last):
        ...
    symland.checker.verdict.Refused: the Krawczyk map does not send the box into itself in entry 0
    """
    size = [number(r, bits) for r in radius]
    image = _image(residual, defect, [r.upper for r in size], bits)
    for i, r in enumerate(size):
        if image[i] >= r.lower:
            raise Refused(f"the Krawczyk map does not send the box into itself in entry {i}")
    if not any(residual):
        return [Fraction(0)] * len(radius)
    for _ in range(MAX_REFINEMENTS):
        smaller = _image(residual, defect, image, bits)
        if all(10 * new > 9 * old for new, old in zip(smaller, image, strict=True)):
            break
        image = [min(pair) for pair in zip(smaller, image, strict=True)]
    return [Interval(x, x, bits).ends()[0] for x in image]


def _image(residual: list[int], defect: list[list[int]], size: list[int], bits: int) -> list[int]:
    """residual + defect size, rounded up."""
    spend(len(size) ** 2, max(size).bit_length())
    return [
        a - (-sum(d * r for d, r in zip(row, size, strict=True)) >> bits)
        for a, row in zip(residual, defect, strict=True)
    ]
