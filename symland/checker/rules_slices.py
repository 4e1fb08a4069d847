"""Rules for critical points that are not isolated, enclosed in a slice across the flat directions.

Where the loss does not change along some directions through a critical point, no box holds exactly
one.  An affine slice that meets them once may: in it there is one point with derivative 0 along the
slice, and the directions for which flat_directions.py has a reason account for the rest.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from . import files, intervals, linear_algebra
from .context import Context
from .contraction import refined_radii
from .effort import spend
from .enclosed_points import around, jet
from .flat_directions import are_independent, read_flat
from .interval_jets import Intervals, gradient, hessian, loss
from .intervals import Interval, Matrix, dot, number
from .network import shaped
from .rules_enclosures import _defect, precision
from .rules_points import read_inertia
from .slices import Slice, read_slice
from .statement import matrix
from .verdict import Refused

Object = dict[str, Any]


def slice_critical(context: Context, claim: Object, step: Object) -> str:
    """The slice W = m + S y, |y| <= r, has exactly one point p with T'g = 0 for the gradient g of
    L and the tests T, and it is a critical point.

    One: as in `krawczyk_critical` for the map y -> T'g(m + S y), whose derivative is T'H S; the
    weights of the slice lie in the box m +- |S| r, over which H is enclosed.  (Nothing is used of
    the gradient there but that differences of it are H times differences of the weights.)
    Critical: the reasons in "flat" give vectors with r.g = 0 at p.  The columns of T and these
    vectors span all directions: if x.t = 0 for all of T, then x = Q z for the kernel Q of T'; and
    the rows of Q'R, R the matrix of the vectors r, are independent, so R'x = R'Q z = 0 only for
    z = 0.  So g = 0.
    """
    name, bits = claim["point"], precision(step)
    here, arithmetic, problem = (
        read_slice(context, claim["point"]),
        Intervals(bits),
        context.problem,
    )
    d = len(here.directions)
    inverse = [[number(y, bits) for y in row] for row in matrix(step["inverse"], "inverse", d, d)]
    at = shaped(context.problem, [number(m, bits) for m in here.midpoint])
    slope = gradient(problem, loss(problem, arithmetic, at, 1), arithmetic)
    over = shaped(context.problem, around(here.midpoint, here.reach(here.radius), bits))
    curvature = hessian(problem, loss(problem, arithmetic, over, 2), arithmetic)
    along = [_along(t, slope, bits) for t in here.tests]
    residual = [dot(row, along).magnitudes()[1] for row in inverse]
    defect = _defect(intervals.product(inverse, _restricted(here, curvature, bits)), bits)
    refined = refined_radii(residual, defect, here.radius, bits)
    context.cache["only critical point", name] = here.midpoint, here.reach(refined)
    flat = read_flat(context, name, step["flat"], bits)
    annihilators = flat.annihilators
    context.cache["flat", claim["name"]] = step["flat"], flat.tangents
    left = linear_algebra.transpose(linear_algebra.kernel(here.rows(), len(here.midpoint)))
    across = [
        [_along({i: x for i, x in enumerate(q) if x}, r, bits) for r in annihilators] for q in left
    ]
    if left and not (annihilators and are_independent(across)):
        raise Refused("the slice and the flat directions are not shown to span all directions")
    return f"there is exactly one critical point in the slice {name}"


def _along(direction: dict[int, Fraction], vector: list[Interval], bits: int) -> Interval:
    """The product of a rational direction with a vector."""
    spend(len(direction))
    total = number(Fraction(0), bits)
    for i, x in direction.items():
        total = total + (vector[i] if x == 1 else vector[i] * number(x, bits))
    return total


def _restricted(here: Slice, curvature: Matrix, bits: int) -> Matrix:
    """T'H S."""
    columns = [[_along(s, row, bits) for row in curvature] for s in here.directions]
    return [[_along(t, column, bits) for column in columns] for t in here.tests]


def flat_inertia(context: Context, claim: Object, step: Object) -> str:
    """The Hessian H at a critical point p (earlier claim) has k eigenvalues 0, k the number of
    tangents and kernel vectors of the reasons in "flat".

    Tangents are those of a map whose values are critical points, so the gradient is 0 along it and
    H t = 0 for each tangent t; on kernel vectors H is 0 by their reason; that all together are
    independent is checked.  With the witness S
    ("transform", of n - k columns) S'H S is diagonally dominant as in `congruence_inertia`, which
    gives its n - k eigenvalues their signs.  H has at least as many of each sign as S'H S, which is
    H on the image of S (S is injective, as S'H S is), and at least k zeros; these numbers add up to
    n.  So they are the inertia of H, and its kernel is spanned by these vectors: by the tangents
    alone, of which the rule `flat_minimum` makes use, where there are no others.
    """
    name, bits = claim["point"], precision(step)
    context.claim(step["critical"], "critical", name)
    flat = read_flat(context, name, step["flat"], bits)
    zero = [*flat.tangents, *flat.kernel]
    curvature = hessian(context.problem, jet(context, name, bits, 2), Intervals(bits))
    n, k = len(curvature), len(zero)
    if not 0 < k < n:
        raise Refused(f"{k} tangents for {n} weights")
    if not are_independent(zero):
        raise Refused("the tangents are not shown to be independent")
    given = matrix(step["transform"], "transform", n, n - k)
    turn = [[number(s, bits) for s in row] for row in given]
    turned = [list(column) for column in zip(*turn, strict=True)]
    positive = 0
    for i, row in enumerate(intervals.product(turned, intervals.product(curvature, turn))):
        least = row[i].magnitudes()[0]
        if least <= sum(x.magnitudes()[1] for j, x in enumerate(row) if j != i):
            raise Refused(f"row {i} of the transformed Hessian is not diagonally dominant")
        positive += row[i].lower > 0
    found = positive, n - k - positive, k
    if read_inertia(claim) != found:
        raise Refused(
            f"the Hessian has (positive, negative, zero) = {found}, claimed {read_inertia(claim)}"
        )
    if not flat.kernel:
        context.cache["kernel of critical points", claim["name"]] = True
    return f"the Hessian at {name} has inertia {found}"


def flat_minimum(context: Context, claim: Object, step: Object) -> str:
    """A local minimum: the point is critical (earlier claim), its Hessian has no negative
    eigenvalue, and its kernel is spanned by the tangents of a map with critical values (earlier
    claim by the rule `flat`).  This is the lemma of rules_morse_bott.py; L is twice continuously
    differentiable nearby, for the Hessian was enclosed there."""
    context.claim(step["critical"], "critical", claim["point"])
    inertia = context.claim(step["inertia"], "inertia", claim["point"])
    if ("kernel of critical points", inertia["name"]) not in context.cache:
        raise Refused("the kernel of the Hessian is not shown to be that of a critical manifold")
    if read_inertia(inertia)[1]:
        raise Refused("the Hessian has a negative eigenvalue")
    return f"{claim['point']} is a local minimum, flat along a manifold and nowhere else"


def intervals_strict_saddle(context: Context, claim: Object, step: Object) -> str:
    """At a critical point (earlier claim) the Hessian H, enclosed, has u'H u < 0 for the vector
    "descent" and u'H u > 0 for the vector "ascent", one number for each weight: so it has
    eigenvalues of both signs."""
    name, bits = claim["point"], precision(step)
    context.claim(step["critical"], "critical", name)
    curvature = hessian(context.problem, jet(context, name, bits, 2), Intervals(bits))
    for key, wanted in (("descent", -1), ("ascent", 1)):
        entries = files.array(step[key], key, len(curvature))
        line = {i: x for i, x in enumerate(files.number(x, key) for x in entries) if x}
        value = _along(line, [_along(line, row, bits) for row in curvature], bits)
        if Intervals(bits).sign(value) != wanted:
            raise Refused(f"the second derivative along {key} does not have its sign")
    return f"{name} is a strict saddle"
