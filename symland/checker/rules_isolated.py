"""A critical point that is known exactly, with singular Hessian, and alone in its box.

Let the gradient vanish at m and let H be the Hessian there, exact.  Split the weights in the ones
listed as free, x_f, and the rest, x_p, such that H_pp is regular and the Schur complement H_ff -
H_fp H_pp^-1 H_pf is 0: then the kernel of H is that of all N s = (s, B s) with B = -H_pp^-1 H_pf.
Write a point of the box as m + z with z_f = s and z_p = B s + y.  The loss is smooth in the box,
since enclosures of derivatives are refused at kinks; by Taylor's formula, in entry i,

    g_i(m + z) = (H z)_i + z' T_i z / 2,  T_i the second derivatives of g_i somewhere in the box,

where H z = H (0, y) since the other part is in the kernel.  At a critical point

    (1)  y = -H_pp^-1 (z' T_i z / 2)_(i in p),
    (2)  0 = sum_i N_ia z' T_i z  for every column a of N, since N' H = 0.

Let |.| be the largest absolute value, b >= 1 that of the sums of |B| along rows, or 1, and t the
largest of sum_q |H_pp^-1|_iq sum_jk |T_qjk| over the box.  Then |y| <= t |z|^2 / 2 and |z| <=
b |s| + |y|.

If |y| > |s| then |z| <= (b + 1) |y| and |y| >= 2 / (t (b + 1)^2), checked to be more than |y| can
be in the box.  So |y| <= |s|, and |y| <= e |s| with e = t (b + 1)^2 r / 2, r the largest |s| in the
box.  If s is not 0, z = r u with u = (v, B v + w), |v| = 1, |w| <= e and r = |s| or -|s|: one of v
and -v lies in a face of the cube where an entry is 1.  These faces are cut in cells, and in each
(2) is excluded by intervals in one of two ways (`excluded_directions.py`).  So s = 0, y = 0: no
other critical point is in the box.

Minimum.  Let H_pp be positive definite.  For small s the loss has a minimum over the other weights
near m, by the implicit function theorem at y = eta(s) where g_p = 0, and m is it for s = 0.  (1),
and so |y| <= e |s|, needs no more than that.
With G_a = N_a' g there, the derivative of that minimum along s_a, it rises away from s = 0 in every
direction v if r and sum_a v_a G_a have the same sign: then m is a strict local minimum.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import Any

from . import files
from .context import Context
from .enclosed_points import around, box
from .excluded_directions import Directions, Kernel
from .higher_derivatives import hessian_along
from .interval_jets import Intervals, gradient, hessian, loss
from .intervals import Interval
from .linear_algebra import Matrix, dot, identity, inertia, solve
from .logarithms import Logarithmic, Logarithms
from .network import coordinates, shaped
from .rules_enclosures import precision
from .rules_points import place_text
from .verdict import Refused, Unreadable

Object = dict[str, Any]
Cells = Iterator[list[tuple[Fraction, Fraction]]]
MAX_WEIGHTS = 20
MAX_CELLS = 10_000


def degenerate_critical(context: Context, claim: Object, step: Object) -> str:
    """The midpoint of the box is critical, and the only critical point in it: see above.  The
    witness lists the numbers of the free weights, from 0, and in how many "pieces" an edge of a
    face is cut."""
    name = claim["point"]
    midpoint, radius = box(context, name)
    directions, cells = _directions(context, midpoint, radius, step)
    for v in cells:
        if not directions.excluded(v):
            raise Refused("derivatives do not exclude other critical points in the box")
    context.cache["only critical point", name] = midpoint, [Fraction(0)] * len(midpoint)
    return f"the midpoint of the box {name} is the only critical point in it"


def degenerate_minimum(context: Context, claim: Object, step: Object) -> str:
    """A point of rational weights is a strict local minimum: see above.  The witness has a "radius"
    for all weights, too."""
    name = claim["point"]
    entries = [x for rows in context.weights(name).values() for row in rows for x in row]
    point = [x for x in entries if isinstance(x, Fraction)]
    if len(point) < len(entries):
        raise Refused("expected rational weights")
    radius = files.number(step["radius"], "radius")
    if radius <= 0:
        raise Unreadable("radius: expected a positive number")
    directions, cells = _directions(context, point, [radius] * len(point), step)
    if not directions.kernel.is_minimum_across:
        raise Refused("the Hessian is not positive definite across its kernel")
    for v in cells:
        if not directions.rising(v):
            raise Refused("derivatives do not show that the loss rises along the kernel")
    return f"{name} is a strict local minimum"


def _directions(
    context: Context, midpoint: list[Fraction], radius: list[Fraction], step: Object
) -> tuple[Directions, Cells]:
    """The derivatives at the point and around it that both rules need, and the cells."""
    n, bits = len(midpoint), precision(step)
    if n > MAX_WEIGHTS:
        raise Refused(f"more than {MAX_WEIGHTS} weights around a degenerate point")
    free = [files.count(k, "free", 0, n - 1) for k in files.array(step["free"], "free")]
    if not free or free != sorted(set(free)):
        raise Refused("expected free weights, in increasing order")
    cells = _cells(len(free), files.count(step["pieces"], "pieces", 1, MAX_CELLS))
    kernel = _kernel(_exact_hessian(context, midpoint), free)
    over, arithmetic = around(midpoint, radius, bits), Intervals(bits)
    third = [hessian_along(context.problem, arithmetic, over, [unit]) for unit in identity(n)]
    reach, slack = max(radius[k] for k in free), _slack(kernel, third, radius)
    found = Directions(context.problem, kernel, midpoint, over, third, reach, slack, bits)
    return found, cells


def _exact_hessian(context: Context, midpoint: list[Fraction]) -> Matrix:
    """The Hessian at the midpoint, where the gradient is checked to vanish."""
    weights = shaped(context.problem, map(Logarithmic, midpoint))
    jet = loss(context.problem, Logarithms(), weights, 2)
    slopes = gradient(context.problem, jet, Logarithms())
    for place, g in zip(coordinates(context.problem), slopes, strict=True):
        if not g.is_zero():
            raise Refused(f"the derivative with respect to {place_text(*place)} is not zero")
    found = hessian(context.problem, jet, Logarithms())
    return [[x.as_rational() for x in row] for row in found]


def _kernel(H: Matrix, free: list[int]) -> Kernel:
    """The kernel of the Hessian, where the Schur complement is 0."""
    rest = [k for k in range(len(H)) if k not in free]
    inverse = solve([[H[i][j] for j in rest] for i in rest], identity(len(rest))) if rest else []
    B = [[-dot(row, [H[k][j] for k in rest]) for j in free] for row in inverse]
    for i in free:
        for a, j in enumerate(free):
            if H[i][j] + dot([H[i][k] for k in rest], [row[a] for row in B]):
                raise Refused("the Hessian is not degenerate along the free weights")
    across = not rest or inertia([[H[i][j] for j in rest] for i in rest]) == (len(rest), 0, 0)
    return Kernel(free, rest, inverse, B, across)


def _slack(kernel: Kernel, third: list[list[list[Interval]]], radius: list[Fraction]) -> Fraction:
    """e, where the box is not too wide."""
    sizes = [
        sum((_magnitude(x) for row in third[q] for x in row), Fraction(0)) for q in kernel.rest
    ]
    t = max((_combined(row, sizes) for row in kernel.inverse), default=Fraction(0))
    b = max((sum(map(abs, row)) for row in kernel.B), default=Fraction(0))
    stretch = t * (max(b, Fraction(1)) + 1) ** 2 / 2
    reach = max(radius[k] for k in kernel.free)
    for k, row in zip(kernel.rest, kernel.B, strict=True):
        if stretch * (radius[k] + sum(map(abs, row)) * reach) >= 1:
            raise Refused("the box is too wide for the third derivatives in it")
    return stretch * reach


def _combined(row: list[Fraction], sizes: list[Fraction]) -> Fraction:
    return sum((abs(x) * size for x, size in zip(row, sizes, strict=True)), Fraction(0))


def _magnitude(x: Interval) -> Fraction:
    return max(map(abs, x.ends()))


def _cells(size: int, pieces: int) -> Cells:
    """Cells of the faces of the cube [-1, 1]^f where one coordinate is 1."""
    if size * pieces ** (size - 1) > MAX_CELLS:
        raise Refused(f"more than {MAX_CELLS} cells")
    parts = [
        (Fraction(2 * i - pieces, pieces), Fraction(2 * i + 2 - pieces, pieces))
        for i in range(pieces)
    ]
    one = Fraction(1), Fraction(1)
    return (
        [*others[:face], one, *others[face:]]
        for face in range(size)
        for others in product(parts, repeat=size - 1)
    )
