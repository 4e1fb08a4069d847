"""All critical points in a cube of weights, by a covering of the cube.

The witness "cover" lists a binary tree in preorder, n the number of weights: k < n halves the box
along weight k (its lower half comes first), n <= k < 2 n says that derivative k - n is not 0 in the
box, k >= 2 n that the box lies in the box of point k - 2 n; a list of n integers c says that
c . gradient is not 0 in the box.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from typing import Any

from . import files
from .context import Context
from .enclosed_points import box, shaped
from .interval_jets import Intervals, gradient, hessian, loss
from .intervals import Interval, dot, number
from .network import coordinates
from .rules_enclosures import precision
from .verdict import Refused, Unreadable, show

Object = dict[str, Any]
Ends = tuple[tuple[Fraction, Fraction], ...]
MAX_FACTOR = 10**6


def branch_and_bound_all_critical(context: Context, claim: Object, step: Object) -> str:
    """The critical points with all weights between the bounds are exactly those named.

    Each named box holds one critical point (established by `krawczyk`), whose refined box lies
    between the bounds, and refined boxes are pairwise disjoint: so many different points are there.
    The leaves of the tree cover the cube, since halves cover a box.  No other critical point is in
    a leaf: it lies in a box with only one, or a combination of derivatives is not 0 anywhere in
    it.  That is read off the interval gradient, or for integers c off c g(m) + c H (x - m), which
    encloses c g(x) by the mean value theorem, m the middle and H the Hessian over the leaf.
    """
    bits, n = precision(step), len(coordinates(context.problem))
    lower, upper = (files.number(claim[end], end) for end in ("lower", "upper"))
    if lower >= upper:
        raise Refused("the bounds leave no room between them")
    names = files.array(claim["points"], "points")
    boxes = _boxes(context, names, lower, upper)
    open_boxes: list[Ends] = [((lower, upper),) * n]
    for node in files.array(step["cover"], "cover"):
        if not open_boxes:
            raise Refused("the cover goes on after the cube is covered")
        here = open_boxes.pop()
        if isinstance(node, list):
            _combination(context, here, node, bits)
            continue
        k = files.count(node, "cover", 0, 2 * n + len(boxes) - 1)
        if k < n:
            open_boxes += _halves(here, k)
        elif k < 2 * n:
            _derivative(context, here, k - n, bits)
        elif not all(
            a <= low and high <= b
            for (low, high), (a, b) in zip(here, boxes[k - 2 * n], strict=True)
        ):
            raise Refused(f"a leaf is not inside the box {show(names[k - 2 * n])}")
    if open_boxes:
        raise Refused("the cover ends before the cube is covered")
    return (
        f"with all weights in [{show(lower)}, {show(upper)}] there are exactly {len(names)} "
        "critical points"
    )


def _boxes(context: Context, names: list[Any], lower: Fraction, upper: Fraction) -> list[Ends]:
    """The boxes of the points, which are different and lie between the bounds."""
    given, refined = [], []
    for name in names:
        midpoint, radius = box(context, name)
        if ("only critical point", name) not in context.cache:
            raise Refused(f"the box {show(name)} is not yet known to hold one critical point")
        given.append(tuple((m - r, m + r) for m, r in zip(midpoint, radius, strict=True)))
        small = zip(*context.cache["only critical point", name], strict=True)
        refined.append(tuple((m - r, m + r) for m, r in small))
        if any(low < lower or high > upper for low, high in refined[-1]):
            raise Refused(f"the point {show(name)} is not shown to lie between the bounds")
    for (i, one), (j, other) in combinations(enumerate(refined), 2):
        if all(a <= d and c <= b for (a, b), (c, d) in zip(one, other, strict=True)):
            raise Refused(f"{show(names[i])} and {show(names[j])} may be one point")
    return given


def _halves(here: Ends, k: int) -> list[Ends]:
    """Upper and lower half; the lower one is taken first from the end of the list."""
    low, high = here[k]
    middle = (low + high) / 2
    return [(*here[:k], part, *here[k + 1 :]) for part in ((middle, high), (low, middle))]


def _interval_box(here: Ends, bits: int) -> list[Interval]:
    return [Interval.between(low, high, bits) for low, high in here]


def _derivative(context: Context, here: Ends, k: int, bits: int) -> None:
    arithmetic = Intervals(bits)
    jet = loss(context.problem, arithmetic, shaped(context, _interval_box(here, bits)), 1)
    slope = gradient(context.problem, jet, arithmetic)[k]
    if not arithmetic.sign(slope):
        raise Refused(f"derivative {k} may be 0 in a leaf")


def _combination(context: Context, here: Ends, node: list[Any], bits: int) -> None:
    arithmetic, problem = Intervals(bits), context.problem
    if len(node) != len(here) or any(type(c) is not int or abs(c) > MAX_FACTOR for c in node):
        raise Unreadable(f"cover: {show(node)}, expected {len(here)} integers")
    factors = [number(Fraction(c), bits) for c in node]
    middle = [(low + high) / 2 for low, high in here]
    centre = shaped(context, [number(m, bits) for m in middle])
    over = shaped(context, _interval_box(here, bits))
    slope = gradient(problem, loss(problem, arithmetic, centre, 1), arithmetic)
    curvature = hessian(problem, loss(problem, arithmetic, over, 2), arithmetic)
    bent = [dot(factors, column) for column in zip(*curvature, strict=True)]
    shift = [
        Interval.between(low - m, high - m, bits)
        for (low, high), m in zip(here, middle, strict=True)
    ]
    if not arithmetic.sign(dot(factors, slope) + dot(bent, shift)):
        raise Refused("a combination of derivatives may be 0 in a leaf")
