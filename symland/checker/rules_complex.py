"""Rules about complex critical points of networks with polynomial activations and squared loss.

The loss is a polynomial with real coefficients in the weights; its critical points are the common
zeros of its partial derivatives, over the complex numbers.  (Squared means f^2, not |f|^2.)
A complex box stands for the only complex critical point in it (complex_points.py).
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

from . import complex_intervals as rectangles, files
from .complex_intervals import Matrix, Rectangle, Rectangles
from .complex_points import ComplexBox, complex_box, establish, established
from .context import Context
from .contraction import refined_radii
from .effort import spend
from .interval_jets import gradient, hessian, loss
from .network import coordinates
from .rules_enclosures import precision
from .rules_points import parameter, place_text
from .statement import matrix
from .verdict import Refused, show

Object = dict[str, Any]


def krawczyk_complex_critical(context: Context, claim: Object, step: Object) -> str:
    """Exactly one complex critical point lies in the box |Re(z - m)| <= r, |Im(z - m)| <= r.

    Write g for the gradient and Y for the witness "inverse", a for the larger of |Re| and |Im| of
    Y g(m), and D for bounds of |Re| + |Im| of I - Y H, entry by entry and for all matrices H whose
    entries lie in the rectangles that enclose the Hessian over the box.  Checked is a + D r < r.

    For z, w in the box, the segment between them lies in it, and along it
    g(z) - g(w) = H (z - w), where H is the mean of the Hessian over the segment: a polynomial is
    holomorphic, so the chain rule and the fundamental theorem of calculus hold for its real and
    imaginary parts.  (No single point of the segment need have the Hessian H.)  An entry of H is
    the mean of numbers of one rectangle, which is closed and convex, hence in that rectangle.

    So N(z) = z - Y g(z) satisfies N(z) - N(w) = E (z - w), E = I - Y H.  Measure complex vectors v
    by |v|_i, the larger of |Re v_i| and |Im v_i|; since Re(e v) = Re e Re v - Im e Im v and
    Im(e v) = Re e Im v + Im e Re v, |E v| <= D |v| entry by entry.  Hence |N(m) - m| <= a and
    |N(z) - N(w)| <= D |z - w|, and by `refined_radii`, with C^n as the real space of the pairs
    (Re, Im), N has exactly one fixed point in the box, which lies within the radii returned.
    D r < r makes E smaller than 1 in the norm max |v|_i / r_i, so E v = v only for v = 0, whence
    Y H, and so Y, is invertible: the fixed points of N are the zeros of g.
    """
    name, bits, problem = claim["point"], precision(step), context.problem
    if problem.kind != "squared" or None in problem.activations:
        raise Refused("this rule needs polynomial activations and the squared loss")
    box, arithmetic = complex_box(context, name), Rectangles(bits)
    inverse = _matrix(step["inverse"], len(box.radius), bits)
    middle = [
        Rectangle.between((x, x), (y, y), bits)
        for x, y in zip(box.real, box.imaginary, strict=True)
    ]
    slope = gradient(problem, _loss(context, middle, bits, 1), arithmetic)
    curvature = hessian(problem, _loss(context, box.rectangles(bits), bits, 2), arithmetic)
    residual = [max(rectangles.dot(row, slope).magnitudes()) for row in inverse]
    defect = _defect(rectangles.product(inverse, curvature), bits)
    radius = refined_radii(residual, defect, box.radius, bits)
    establish(context, name, ComplexBox(box.real, box.imaginary, radius), bits)
    return f"there is exactly one complex critical point in the box {name}"


def _matrix(value: Any, size: int, bits: int) -> Matrix:
    """A square matrix given by its real and its imaginary parts."""
    files.fields(value, "inverse", "real imaginary")
    parts = [matrix(value[part], f"inverse: {part}", size, size) for part in ("real", "imaginary")]
    return [
        [Rectangle.between((x, x), (y, y), bits) for x, y in zip(*rows, strict=True)]
        for rows in zip(*parts, strict=True)
    ]


def _loss(context: Context, entries: list[Rectangle], bits: int, order: int) -> Any:
    rest = iter(entries)
    weights = {
        n: [[next(rest) for _ in range(columns)] for _ in range(rows)]
        for n, (rows, columns) in context.problem.shapes.items()
    }
    return loss(context.problem, Rectangles(bits), weights, order)


def _defect(approximate: Matrix, bits: int) -> list[list[int]]:
    """|Re| + |Im| of I - A entry by entry, in units of 2^-bits."""
    one = rectangles.number(1, bits)
    return [
        [sum((one - z if i == j else z).magnitudes()) for j, z in enumerate(row)]
        for i, row in enumerate(approximate)
    ]


def conjugation_complex_real(context: Context, claim: Object, step: Object) -> str:
    """The loss has real coefficients, so the conjugate of a critical point is one.  The middle of
    the box is real, so the conjugate lies in the box too; there is only one (established by
    `krawczyk`), so the point is its own conjugate."""
    name = claim["point"]
    established(context, name)
    box = complex_box(context, name)
    for place, y in zip(coordinates(context.problem), box.imaginary, strict=True):
        if y:
            raise Refused(f"the box {name} is not symmetric at {place_text(*place)}")
    return f"the critical point in the box {name} is real"


def imaginary_part_complex_not_real(context: Context, claim: Object, step: Object) -> str:
    """The point lies in the smaller box that `krawczyk` gave, where the imaginary part of the
    parameter of the witness is not 0."""
    name = claim["point"]
    box, _ = established(context, name)
    place = parameter(context, step["parameter"])
    index = coordinates(context.problem).index(place)
    if abs(box.imaginary[index]) <= box.radius[index]:
        raise Refused(f"the imaginary part of {place_text(*place)} may be 0")
    return f"the critical point in the box {name} is not real"


def disjoint_boxes_complex_distinct(context: Context, claim: Object, step: Object) -> str:
    """Each of the boxes named holds one critical point, in the smaller box that `krawczyk` gave;
    any two of these are disjoint, so the points are different."""
    names = files.array(claim["points"], "points")
    found = [established(context, name) for name in names]
    bits = max((places for _, places in found), default=0)
    spend(len(names) ** 2 * len(coordinates(context.problem)), bits)
    boxes = [
        [part for z in box.rectangles(bits) for part in (z.real, z.imaginary)] for box, _ in found
    ]
    for (i, one), (j, other) in combinations(enumerate(boxes), 2):
        if not any(x.upper < y.lower or y.upper < x.lower for x, y in zip(one, other, strict=True)):
            raise Refused(f"{show(names[i])} and {show(names[j])} may be one point")
    return f"there are at least {len(names)} different complex critical points"
