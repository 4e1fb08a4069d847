"""Networks without hidden layers: the loss is a convex function of the weights.

The outputs are affine in the weights; squares, log(1 + exp(-y f)) and log sum exp f - y.f are
convex in them (checked: no weight of the loss and of the regularizer is negative), and sums of
convex functions are convex.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from . import files
from .context import Context
from .enclosed_points import box
from .rules_complete import all_between
from .statement import Problem
from .verdict import Refused, show

Object = dict[str, Any]


def convex_global_minimum(context: Context, claim: Object, step: Object) -> str:
    """A critical point (earlier claim) of a convex loss."""
    context.claim(step["critical"], "critical", claim["point"])
    _require_convex(context.problem)
    return f"{claim['point']} is a global minimum of a convex loss"


def convex_only_critical(context: Context, claim: Object, step: Object) -> str:
    """The critical point w of a box, the only one in it (earlier claim), is that of a convex loss:
    no other weights are critical.

    Let v be critical too.  Both are minima of L, which is convex, so L is least on the whole
    segment between them, and its points are critical.  But w is inside the box (checked with its
    refined box), so the segment has other points in the box than w.
    """
    name = claim["point"]
    context.claim(step["critical"], "critical", name)
    _require_convex(context.problem)
    for m, r, low, high in zip(*box(context, name), *_refined(context, name), strict=True):
        if not m - r < low <= high < m + r:
            raise Refused(f"the critical point is not shown to be inside the box {show(name)}")
    return f"{name} is the only critical point, whatever the weights"


def only_critical_all_critical(context: Context, claim: Object, step: Object) -> str:
    """The one critical point there is (earlier claim "only", about a box) lies between the bounds
    and is named, or some weight of it is not between them, and no point is."""
    only = context.claim(step["only"], "only_critical")["point"]
    lower, upper = (files.number(claim[end], end) for end in ("lower", "upper"))
    if lower >= upper:
        raise Refused("the bounds leave no room between them")
    names = files.array(claim["points"], "points")
    ends = list(zip(*_refined(context, only), strict=True))
    if names == [only]:
        if not all(lower <= low and high <= upper for low, high in ends):
            raise Refused(f"the point {show(only)} is not shown to lie between the bounds")
    elif names:
        raise Refused(f"points: {show(names)}, expected none, or {show(only)} alone")
    elif not any(high < lower or low > upper for low, high in ends):
        raise Refused(f"the point {show(only)} may lie between the bounds")
    return all_between(lower, upper, len(names))


def _refined(context: Context, name: str) -> tuple[list[Fraction], list[Fraction]]:
    """Ends of the smaller box in which the only critical point of a box is."""
    if ("only critical point", name) not in context.cache:
        raise Refused(f"{show(name)} is not known to be the only critical point in a box")
    pairs = list(zip(*context.cache["only critical point", name], strict=True))
    return [m - r for m, r in pairs], [m + r for m, r in pairs]


def _require_convex(problem: Problem) -> None:
    if problem.K != 1:
        raise Refused("the network has hidden layers")
    tables = [problem.weights or [], *problem.l2.values()]
    if any(x < 0 for rows in tables for row in rows for x in row):
        raise Refused("a weight of the loss or of the regularizer is negative")
