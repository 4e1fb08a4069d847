"""Rules by interval arithmetic, for every activation and loss that has two derivatives.

Each step states its "precision", the binary places of all intervals; too few make a rule refuse,
never accept.  A box point stands for the only critical point in it (enclosed_points.py).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from . import files, intervals
from .context import Context
from .contraction import refined_radii
from .enclosed_points import around, box, jet
from .interval_jets import Intervals, gradient, hessian, loss
from .intervals import Matrix, dot, number
from .network import coordinates, shaped
from .rules_points import parameter, read_inertia
from .statement import matrix
from .verdict import Refused, show

Object = dict[str, Any]
MAX_PRECISION = 20_000


def precision(step: Object) -> int:
    """The binary places that a step asks for."""
    return files.count(step["precision"], "precision", 16, MAX_PRECISION)


def krawczyk_critical(context: Context, claim: Object, step: Object) -> str:
    """Exactly one critical point lies in the box m +- r.  Write g for the gradient, Y for the
    witness "inverse", a = |Y g(m)| and D >= |I - Y H| entry by entry for every matrix H in the
    interval Hessian over the box; checked is a + D r < r in each entry.

    For x, y in the box g(x) - g(y) = H (x - y), where H, the mean of the Hessian along the segment,
    lies in the interval Hessian, whose entries are convex sets.  So N(x) = x - Y g(x) satisfies
    N(x) - N(y) = (I - Y H)(x - y), and |N(x) - m| <= a + D r < r: N maps the box into itself.
    D r < r makes N a contraction in the norm max |x_i| / r_i, so N has exactly one fixed point,
    and I - Y H has norm below 1, so that Y H, hence Y, is invertible and the fixed points of N are
    the zeros of g.  Later steps use the smaller box of `refined_radii` for the critical point.
    """
    name, bits = claim["point"], precision(step)
    midpoint, radius = box(context, name)
    n, arithmetic = len(midpoint), Intervals(bits)
    inverse = [[number(y, bits) for y in row] for row in matrix(step["inverse"], "inverse", n, n)]
    at = shaped(context.problem, [number(m, bits) for m in midpoint])
    slope = gradient(context.problem, loss(context.problem, arithmetic, at, 1), arithmetic)
    over = shaped(context.problem, around(midpoint, radius, bits))
    curvature = hessian(context.problem, loss(context.problem, arithmetic, over, 2), arithmetic)
    residual = [dot(row, slope).magnitudes()[1] for row in inverse]
    defect = _defect(intervals.product(inverse, curvature), bits)
    refined = refined_radii(residual, defect, radius, bits)
    context.cache["only critical point", name] = midpoint, refined
    return f"there is exactly one critical point in the box {name}"


def _defect(approximate: Matrix, bits: int) -> list[list[int]]:
    """|I - A| entry by entry, in units of 2^-bits."""
    one = number(Fraction(1), bits)
    return [
        [(one - x if i == j else x).magnitudes()[1] for j, x in enumerate(row)]
        for i, row in enumerate(approximate)
    ]


def congruence_inertia(context: Context, claim: Object, step: Object) -> str:
    """With the witness S ("transform") every row of S' H S, computed in intervals, has a diagonal
    entry that exceeds the sum of the other absolute values.  By Gershgorin's theorem, whose discs
    to the right of 0 hold as many eigenvalues as there are, S' H S has as many positive (negative)
    eigenvalues as positive (negative) diagonal entries, and none is 0.  So it is invertible, hence
    S is, and Sylvester's law gives H the same inertia."""
    name, bits = claim["point"], precision(step)
    curvature = hessian(context.problem, jet(context, name, bits, 2), Intervals(bits))
    n = len(curvature)
    given = [[number(s, bits) for s in row] for row in matrix(step["transform"], "transform", n, n)]
    turned = [list(column) for column in zip(*given, strict=True)]
    congruent = intervals.product(turned, intervals.product(curvature, given))
    positive = 0
    for i, row in enumerate(congruent):
        least = row[i].magnitudes()[0]
        if least <= sum(x.magnitudes()[1] for j, x in enumerate(row) if j != i):
            raise Refused(f"row {i} of the transformed Hessian is not diagonally dominant")
        positive += row[i].lower > 0
    if read_inertia(claim) != (positive, n - positive, 0):
        raise Refused(
            f"the Hessian has (positive, negative, zero) = {(positive, n - positive, 0)},"
            f" claimed {read_inertia(claim)}"
        )
    return f"the Hessian at {name} has inertia {(positive, n - positive, 0)}"


def _signs(context: Context, claim: Object, step: Object) -> tuple[int, int, int]:
    """The established inertia at an established critical point."""
    context.claim(step["critical"], "critical", claim["point"])
    return read_inertia(context.claim(step["inertia"], "inertia", claim["point"]))


def inertia_strict_minimum(context: Context, claim: Object, step: Object) -> str:
    """At a critical point (earlier claim) with positive definite Hessian (earlier claim) Taylor's
    formula of second order makes the loss larger everywhere nearby."""
    _, negative, zero = _signs(context, claim, step)
    if negative or zero:
        raise Refused("the Hessian is not positive definite")
    return f"{claim['point']} is a strict local minimum"


def inertia_strict_maximum(context: Context, claim: Object, step: Object) -> str:
    """As `inertia_strict_minimum`, for a negative definite Hessian."""
    positive, _, zero = _signs(context, claim, step)
    if positive or zero:
        raise Refused("the Hessian is not negative definite")
    return f"{claim['point']} is a strict local maximum"


def inertia_strict_saddle(context: Context, claim: Object, step: Object) -> str:
    """At a critical point (earlier claim) the Hessian has eigenvalues of both signs (earlier
    claim): the loss falls along one eigenvector and rises along another."""
    positive, negative, _ = _signs(context, claim, step)
    if not (positive and negative):
        raise Refused("the Hessian does not have eigenvalues of both signs")
    return f"{claim['point']} is a strict saddle"


def intervals_enclosure(context: Context, claim: Object, step: Object) -> str:
    """The forward pass over intervals encloses L; its ends lie between the bounds claimed."""
    lower, upper = (files.number(claim[end], end) for end in ("lower", "upper"))
    found = jet(context, claim["point"], precision(step), 0).value.ends()
    if not lower <= found[0] <= found[1] <= upper:
        raise Refused(f"the loss at {claim['point']} is not shown to lie between the bounds")
    return f"the loss at {claim['point']} lies in [{show(lower)}, {show(upper)}]"


def intervals_not_critical(context: Context, claim: Object, step: Object) -> str:
    """One partial derivative is enclosed by intervals between bounds that 0 is not between."""
    place = parameter(context, claim["parameter"])
    lower, upper = (files.number(claim[end], end) for end in ("lower", "upper"))
    index, arithmetic = coordinates(context.problem).index(place), Intervals(precision(step))
    slope = gradient(context.problem, jet(context, claim["point"], arithmetic.bits, 1), arithmetic)
    found = slope[index].ends()
    if not lower <= found[0] <= found[1] <= upper:
        raise Refused("the partial derivative is not shown to lie between the bounds")
    if lower <= 0 <= upper:
        raise Refused("0 lies between the bounds of the partial derivative")
    return f"{claim['point']} is not a critical point"


def intervals_not_global(context: Context, claim: Object, step: Object) -> str:
    """The enclosure of L at the other point lies below that at this one."""
    bits = precision(step)
    better, here = (jet(context, claim[x], bits, 0).value for x in ("better", "point"))
    if better.upper >= here.lower:
        raise Refused(f"the loss at {claim['better']} is not shown to be lower")
    return f"{claim['point']} is no global minimum, {claim['better']} has lower loss"
