"""Rules for minima of networks with relu or leaky_relu, in a cell or where cells meet.

A point p is given in a slice (slices.py); a rational point is a slice without directions, and is p.
Let A be the affine space of the weights at which the
preactivations that are 0 on the whole slice are 0 (the kinks of cells.py), and at which the
incoming and outgoing weights of the neurons that a step leaves out ("absent") are 0; A may be all
weights.  On A near p the loss L is that of a network with fixed slopes, L_s, as smooth as the
losses and the other activations are; L_s does not depend there on the slopes taken at kinks.

Existence: as in `slice_critical` (rules_slices.py) the slice has one point p with T'g = 0 for the
gradient g of L_s and the tests T, which are along A (checked).  Annihilators r along A, with
r.g = 0 at p, and the columns of T are shown to span, together with vectors across A, one for each
equation, all directions.  The equations are independent, so as many vectors span a complement of
A's directions; hence the others span these, and g is 0 along A: p is critical for L on A.

Across A, for kinks.  Let p be a local minimum of L on A.  With the lines of kinks a_1, .., a_m of
the first layer, dual vectors n_1, .., n_m (cells.py), and z_l = a_l.W, W - sum z_l n_l lies in A
for each W.  Checked is, for all l, that n_l.g > 0 with the slopes of the side z_l > 0 and
n_l.g < 0 with those of the side z_l < 0, at p.  (The slopes of other lines do not matter here, as
their a is orthogonal to n_l; so all lines are put on one side at once.)  Near p, go from W - sum
z_l n_l to W on the straight line: each z_l keeps its sign, no other preactivation changes it, so L
is L_s there for the slopes of these sides, and its derivative is sum z_l (n_l.g) > 0 unless all z
are 0, by continuity of g.  So L(W) >= L(W - sum z_l n_l) >= L(p).

Absent neurons.  One hidden layer, activations with a kink; the neuron's incoming weights u, all of
them, and outgoing ones v have coefficients of the regularizer >= c_u, c_v > 0, and there is no
hidden bias.  p is a local minimum of L where u = v = 0, by the above.  With r_i the derivative of L
by the outputs on sample i, at weights near p with u = v = 0, L is for other small u, v at least
    L(u = v = 0) + c_u |u|^2 / 2 + c_v |v|^2 / 2 + sum_i (r_i.v) s(u.x_i) - C |u|^2 |v|^2
as the outputs move by v s(u.x_i), and second derivatives of the loss are bounded.  Checked is that
at p sum_k B_k^2 < c_u c_v, B_k a bound of |sum_i r_ik s(u.x_i)| for |u| = 1; by continuity this
holds near p.  The sum is at most B |u| |v|, and so L is at least L(u = v = 0).  In networks with
more hidden layers, without hidden biases, only all neurons can be left out, with all weight
matrices 0 and all their entries regularized: the outputs move by at most C |W|^K, W all entries of
the matrices and K > 2, less than the regularizer's c |W|^2 / 2 for small W.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from . import files, interval_jets as jets, intervals, linear_algebra
from .cell_flows import cell_flows
from .cells import incoming, left, normals, read_cell
from .context import Context
from .contraction import refined_radii
from .effort import spend
from .enclosed_points import Rows, around, is_box, weights
from .flat_directions import are_independent
from .intervals import Interval, number
from .network import coordinates, shaped
from .rules_enclosures import _defect, precision
from .rules_points import read_inertia
from .rules_slices import _along, _restricted
from .slices import Slice, is_slice, read_slice
from .statement import Problem, matrix
from .verdict import Refused, show

Object = dict[str, Any]
Line = dict[int, Fraction]
Vector = list[Interval]


class _Place:
    """What a step is about: the slice, the cell, vectors across A, and where p is (``at``)."""

    def __init__(self, context: Context, claim: Object, step: Object) -> None:
        self.context, self.name, self.bits = context, claim["point"], precision(step)
        self.problem, self.here = context.problem, _slice(context, claim["point"])
        self.absent = _absent(self.problem, self.here, step)
        self.arithmetic = jets.Intervals(self.bits)
        over = around(self.here.midpoint, self.here.reach(self.here.radius), self.bits)
        self.over = shaped(context.problem, over)
        self.cell = read_cell(context, self.over, self.here, self.absent)
        self.lines = normals(self.problem, self.cell)
        out = sorted({i for j in self.absent for i in _around(self.problem, j)})
        self.across: list[Line] = [a for a, _ in self.lines] + [{i: Fraction(1)} for i in out]
        self.at: Rows = {}

    def jet(self, rows: Rows, order: int, slopes: Any = None) -> jets.Jet:
        """L_s with derivatives."""
        slopes = self.cell.slopes if slopes is None else slopes
        return jets.loss(self.problem, self.arithmetic, rows, order, slopes)

    def is_along(self, line: Line) -> bool:
        """Whether a direction lies in A."""
        spend(len(self.across) * (1 + len(line)))
        return not any(sum(a * line.get(i, 0) for i, a in v.items()) for v in self.across)

    def locate(self, step: Object) -> None:
        """Krawczyk's test: ``at`` encloses the only point of the slice with T'g = 0."""
        here, bits, d = self.here, self.bits, len(self.here.directions)
        if not d:
            files.array(step["inverse"], "inverse", 0)
            self.at = shaped(self.context.problem, [number(m, bits) for m in here.midpoint])
            return
        if not all(self.is_along(t) for t in here.tests):
            raise Refused("a test leads across a kink, or to a neuron that is left out")
        given = matrix(step["inverse"], "inverse", d, d)
        inverse = [[number(y, bits) for y in row] for row in given]
        middle = shaped(self.context.problem, [number(m, bits) for m in here.midpoint])
        slope = jets.gradient(self.problem, self.jet(middle, 1), self.arithmetic)
        curvature = jets.hessian(self.problem, self.jet(self.over, 2), self.arithmetic)
        along = [_along(t, slope, bits) for t in here.tests]
        residual = [intervals.dot(row, along).magnitudes()[1] for row in inverse]
        defect = _defect(intervals.product(inverse, _restricted(here, curvature, bits)), bits)
        reach = here.reach(refined_radii(residual, defect, here.radius, bits))
        self.context.cache["only critical point", self.name] = here.midpoint, reach
        self.at = shaped(self.context.problem, around(here.midpoint, reach, bits))

    def spans(self, annihilators: list[Vector], more: list[Line]) -> None:
        """`Refused` unless tests, annihilators, vectors across A and ``more`` span everything."""
        size, lines = len(self.here.midpoint), [*self.across, *more]
        left_over = linear_algebra.transpose(linear_algebra.kernel(self.here.rows(), size))
        spend(len(left_over) * size * (1 + len(lines)))
        rows = [
            [_along({i: x for i, x in enumerate(q) if x}, r, self.bits) for r in annihilators]
            + [number(sum((q[i] * a for i, a in v.items()), Fraction(0)), self.bits) for v in lines]
            for q in left_over
        ]
        if rows and not (rows[0] and are_independent(rows)):
            raise Refused("the slice and the flat directions are not shown to span all directions")

    def flows(self, step: Object) -> list[Vector]:
        """The vectors of the reasons in "flat": annihilators and tangents."""
        return cell_flows(self.problem, self.cell, step["flat"], self.at)

    def positive(self, step: Object, tangents: list[Vector]) -> tuple[int, int]:
        """How many positive and negative squares the Hessian of L_s on A has; the tangents are
        independent and span its kernel there."""
        n, k = len(self.here.midpoint), len(tangents)
        m = n - k - len(self.across)
        if m < 0 or (tangents and not are_independent(tangents)):
            raise Refused("the tangents are not shown to be independent, or are too many")
        given = matrix(step["transform"], "transform", n, m)
        if not m:
            return 0, 0
        if not all(
            self.is_along({i: x for i, x in enumerate(c) if x}) for c in zip(*given, strict=True)
        ):
            raise Refused("transform: a column leads across a kink")
        curvature = jets.hessian(self.problem, self.jet(self.at, 2), self.arithmetic)
        turn = [[number(s, self.bits) for s in row] for row in given]
        turned = [list(column) for column in zip(*turn, strict=True)]
        found = 0
        for i, row in enumerate(intervals.product(turned, intervals.product(curvature, turn))):
            if row[i].magnitudes()[0] <= sum(
                x.magnitudes()[1] for j, x in enumerate(row) if j != i
            ):
                raise Refused(f"row {i} of the transformed Hessian is not diagonally dominant")
            found += row[i].lower > 0
        return found, m - found

    def rises_across(self) -> None:
        """`Refused` unless L rises from A on both sides of every kink, and by absent neurons."""
        for side in (1, -1) if self.lines else ():
            slopes = self.cell.side(self.problem, side)
            slope = jets.gradient(self.problem, self.jet(self.at, 1, slopes), self.arithmetic)
            for line, (_, n) in zip(self.cell.lines, self.lines, strict=True):
                if self.arithmetic.sign(_along(n, slope, self.bits)) != side:
                    samples = ", ".join(str(i + 1) for i in line.factors)
                    raise Refused(
                        f"the loss is not shown to rise on both sides of the kink of neuron "
                        f"{line.neuron + 1} at sample {samples}"
                    )
        for j in self.absent:
            _stays_absent(self, j)


def cell_critical(context: Context, claim: Object, step: Object) -> str:
    """The slice has exactly one critical point: as above, where no preactivation is 0 on the
    slice, so that A is everything."""
    place = _Place(context, claim, {**step, "absent": []})
    if place.across:
        raise Refused("a preactivation is 0 on the whole slice")
    place.locate(step)
    place.spans(place.flows(step), [])
    return f"there is exactly one critical point in the slice {place.name}"


def cell_inertia(context: Context, claim: Object, step: Object) -> str:
    """As `flat_inertia` (rules_slices.py), with the reasons of a cell: the Hessian at a critical
    point (earlier claim) is 0 on the tangents, and has the signs of S'H S besides."""
    name = claim["point"]
    context.claim(step["critical"], "critical", name)
    place = _Place(context, claim, {**step, "absent": []})
    if place.across:
        raise Refused("a preactivation is 0 on the whole slice")
    place.at = weights(context, name, place.bits)
    tangents = place.flows(step)
    found = *place.positive(step, tangents), len(tangents)
    if read_inertia(claim) != found:
        raise Refused(
            f"the Hessian has (positive, negative, zero) = {found}, claimed {read_inertia(claim)}"
        )
    context.cache["kernel of critical points", claim["name"]] = True
    return f"the Hessian at {name} has inertia {found}"


def kink_minimum(context: Context, claim: Object, step: Object) -> str:
    """The slice has exactly one point p that is critical for L on A, and it is a local minimum:
    the Hessian of L_s on A has no negative square, and its kernel there is spanned by tangents of
    a map whose values are critical for L on A.  The lemma of rules_morse_bott.py, for the function
    L on A, makes p a minimum of it; and L rises across A."""
    place = _Place(context, claim, step)
    place.locate(step)
    flows = place.flows(step)
    place.spans(flows, [])
    if place.positive(step, flows)[1]:
        raise Refused("the Hessian has a negative eigenvalue")
    place.rises_across()
    return f"the slice {place.name} has one critical point along the kinks, a local minimum"


def _slice(context: Context, name: Any) -> Slice:
    """The slice of a point in one; for a rational point, the one that has no directions."""
    if is_slice(context, name):
        return read_slice(context, name)
    if is_box(context, name):
        raise Refused(f"point {show(name)} is neither rational nor given in a slice")
    entries = [x for rows in context.weights(name).values() for row in rows for x in row]
    if not linear_algebra.is_rational([entries]):
        raise Refused(f"point {show(name)} is not rational")
    return Slice(entries, [], [], [])


def _absent(problem: Problem, here: Slice, step: Object) -> tuple[int, ...]:
    """The neurons left out, from 0, all of whose weights are 0 on the slice."""
    listed = files.array(step["absent"], "absent")
    found = tuple(files.count(j, "absent", 1, problem.widths[1]) - 1 for j in listed)
    if found and (problem.skip is not None or problem.bias in ("all", "hidden")):
        raise Refused("absent: only without hidden biases and skip")
    if len(set(found)) < len(found):
        raise Refused("absent: a neuron is named twice")
    if found and problem.K > 2 and len(found) < problem.widths[1]:
        raise Refused("absent: with several hidden layers only all neurons")
    for k in range(1, problem.K) if found else ():
        left(problem, k)  # refused for other activations
    for j in found:
        if any(x for i in _around(problem, j) for x in here.affine(i)):
            raise Refused(f"absent: a weight of neuron {j + 1} is not 0 on the slice")
    return found


def _around(problem: Problem, neuron: int) -> list[int]:
    """The indices of all weights into and out of a neuron of the first layer, or of all matrices
    where there are more hidden layers."""
    places = coordinates(problem)
    if problem.K > 2:
        return [i for i, (n, _, _) in enumerate(places) if n.startswith("W")]
    out = [i for i, (n, _, j) in enumerate(places) if n == "W2" and j == neuron]
    return [*incoming(problem, neuron), *out]


def _stays_absent(place: _Place, neuron: int) -> None:
    """sum_k B_k^2 < c_u c_v, as the docstring of this file has it."""
    problem, l2 = place.problem, place.problem.l2
    if problem.K > 2:
        if any(x <= 0 for k in range(problem.K) for row in l2.get(f"W{k + 1}", [[0]]) for x in row):
            raise Refused("absent: a weight is not regularized")
        return
    into = min(l2["W1"][neuron]) if "W1" in l2 else Fraction(0)
    out = min(row[neuron] for row in l2["W2"]) if "W2" in l2 else Fraction(0)
    if into <= 0 or out <= 0:
        raise Refused(f"absent: the weights of neuron {neuron + 1} are not all regularized")
    slopes = [_output_slopes(place, i) for i in range(len(problem.inputs))]
    total = number(Fraction(0), place.bits)
    for column in zip(*slopes, strict=True):
        bound = _largest(place, list(column))
        total = total + bound * bound
    if total.ends()[1] >= into * out:
        raise Refused(f"absent: neuron {neuron + 1} may lower the loss")


def _output_slopes(place: _Place, i: int) -> Vector:
    """The derivatives of L by the outputs on a sample."""
    problem, arithmetic = place.problem, place.arithmetic
    values = {n: [[jets.Jet(w, 0) for w in row] for row in rows] for n, rows in place.at.items()}
    outputs = jets.outputs(problem, arithmetic, values, problem.inputs[i], place.cell.slopes[i])
    one = number(Fraction(1), place.bits)
    moving = [jets.Jet(f.value, 1, {k: one}) for k, f in enumerate(outputs)]
    factors = None if problem.weights is None else problem.weights[i]
    found = jets._sample(problem.kind, arithmetic, moving, problem.targets[i], factors)
    scale, zero = arithmetic.number(problem.scale), number(Fraction(0), place.bits)
    return [found.first.get(k, zero) * scale for k in range(len(outputs))]


def _largest(place: _Place, r: Vector) -> Interval:
    """A bound of |sum_i r_i s(u.x_i)| for |u| = 1.

    With one input u is 1 or -1.  Otherwise s(z) = (1 + a) z / 2 + (1 - a) |z| / 2, and sum r_i
    |u.x_i| lies between minus the sum of the |r_i| |x_i| with r_i < 0 and that of those with
    r_i > 0."""
    problem, bits = place.problem, place.bits
    a, zero = left(problem, 1), number(Fraction(0), bits)
    if problem.widths[0] == 1:
        ends = []
        for u in (1, -1):
            total = zero
            for c, (x,) in zip(r, problem.inputs, strict=True):
                total = total + c * number(u * x if u * x > 0 else a * u * x, bits)
            ends.append(total.magnitudes()[1])
        return Interval(0, max(ends), bits)
    mean = [zero] * problem.widths[0]
    above, below = zero, zero
    for c, row in zip(r, problem.inputs, strict=True):
        mean = [m + c * number(y, bits) for m, y in zip(mean, row, strict=True)]
        length = _root(sum((number(y * y, bits) for y in row), zero))
        high, low = max(c.upper, 0), max(-c.lower, 0)
        above = above + Interval(high, high, bits) * length
        below = below + Interval(low, low, bits) * length
    straight = _root(sum((m.square() for m in mean), zero)) * number(abs(1 + a) / 2, bits)
    bent = Interval(0, max(above.upper, below.upper), bits) * number(abs(1 - a) / 2, bits)
    return Interval(0, (straight + bent).upper, bits)


def _root(square: Interval) -> Interval:
    """From 0 to a number that is at least the square root."""
    from math import isqrt

    return Interval(0, isqrt(max(square.upper, 0) << square.bits) + 1, square.bits)
