"""Rules for local minima that need no definite Hessian: a replicated neuron with an explicit
neighbourhood, and the region in which the network stays a convex function of its input."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from . import enclosed_points, files, interval_jets as jets, rules_logarithms
from .context import Context
from .effort import spend
from .interval_jets import Intervals
from .intervals import Interval, number
from .linear_algebra import dot
from .logarithms import Logarithmic, Logarithms
from .network import coordinates
from .rules_degenerate import MAX_COPIES, _definite, _image, _outgoing, _place, _widened
from .rules_enclosures import precision
from .rules_points import read_inertia
from .statement import LINEAR, Problem
from .verdict import Refused, Unreadable, show

Object = dict[str, Any]
BITS = 128  # for the sign of a polynomial on an interval


def replicated_bound(context: Context, claim: Object, step: Object) -> str:
    """With the shares a_1, ..., a_k of the claim (rules_degenerate.py; sum 1, none 0) no weights of
    the larger network within the "radius" R of the image, entry by entry, have a lower loss.

    One outgoing weight v of the neuron, not 0; theta* critical (earlier claim).  Given weights W
    near the image with outgoing weights v_j of the copies, put p_j = v_j - a_j sum v_i, and let the
    foot of W be the weights theta*, all copies with incoming weights u*, outgoing a_j v* + p_j.
    As |v_i - a_i v*| <= R, |p_j| <= R (1 + k |a_j|) and W and its foot both lie in the box of
    radius R' = R (1 + k max |a_j|) around the image.  The feet have the loss l(theta*), since p
    has sum 0 and cancels; the derivative by the incoming weights of copy j is (a_j v* + p_j) / v*
    times that of l by u, which is 0.  Let E be the space of the changes of weights that keep p: all
    weights but the v_j move freely, and the v_j in proportion to the shares.  The derivative of
    the loss at a foot along E vanishes, as l's does.  The Hessian over the whole box, restricted to
    E, is positive definite (interval elimination).  The segment from the foot to W runs along E
    inside the box, so the loss is convex on it, with derivative 0 at the foot.
    """
    problem, layer, neuron = _place(context, claim)
    if problem.widths[layer + 1] != 1:
        raise Refused("the neuron has several outgoing weights")
    context.claim(step["critical"], "critical", claim["point"])
    shares = [files.number(x, "shares") for x in files.array(claim["shares"], "shares")]
    if not 2 <= len(shares) <= MAX_COPIES or sum(shares) != 1 or not all(shares):
        raise Refused(f"shares: {show(claim['shares'])}, expected numbers of sum 1, none of them 0")
    radius, bits = files.number(claim["radius"], "radius"), precision(step)
    if radius <= 0:
        raise Refused("the radius is not positive")
    rows = enclosed_points.weights(context, claim["point"], bits)
    if Intervals(bits).sign(rows[f"W{layer + 1}"][0][neuron - 1]) == 0:
        raise Refused("the outgoing weight of the neuron may be 0")
    wide = _widened(problem, layer, len(shares) - 1)
    grown = radius * (1 + len(shares) * max(abs(a) for a in shares))
    slack = Interval.between(-grown, grown, bits)
    image = _image(rows, layer, neuron, [number(a, bits) for a in shares])
    over = {n: [[x + slack for x in row] for row in table] for n, table in image.items()}
    arithmetic = Intervals(bits)
    hessian = jets.hessian(wide, jets.loss(wide, arithmetic, over, 2), arithmetic)
    last = range(problem.widths[layer] + 1, wide.widths[layer] + 1)
    out = [_outgoing(wide, layer, r)[0] for r in (neuron, *last)]
    free: list[dict[int, Interval]] = [
        {i: number(Fraction(1), bits)} for i in range(len(coordinates(wide))) if i not in out
    ]
    free.append({i: number(a, bits) for i, a in zip(out, shares, strict=True)})
    spend(len(free) ** 2, bits)
    if _definite([[_value(hessian, u, v) for v in free] for u in free]) != 1:
        raise Refused("the Hessian is not shown to be positive definite across the flat directions")
    return (
        f"no weights within {show(claim['radius'])} of the image of {claim['point']} with "
        f"shares {', '.join(map(show, shares))} of neuron {neuron} of layer {layer} have a "
        "lower loss"
    )


def _value(matrix: list[list[Any]], u: dict[int, Interval], v: dict[int, Interval]) -> Interval:
    terms = [a * matrix[i][j] * b for i, a in u.items() for j, b in v.items()]
    result: Interval = terms[0]
    for term in terms[1:]:
        result = result + term
    return result


def replicated_layers(context: Context, claim: Object, step: Object) -> str:
    """All hidden layers have one neuron and there is one output.  The neuron of layer l may be
    replaced by "copies"[l] = k_l copies with any positive shares a_1, .. of sum 1: each copy has
    the incoming weights (from every copy in the layer below its share), and the images of theta
    so obtained are local minima.  Checked: theta critical, its Hessian positive definite, and B of
    the layer positive definite wherever k_l > 1 (earlier claims).

    Coordinates near an image: copy j of layer l has a sum y_j of the weights from the layer below
    (in layer 1 the weights themselves) and a bias; the weights are a_i y_j + q_ji with sum_i q_ji =
    0.  For fixed q, at y_j = theta's values, every copy computes what the neuron did, so the loss
    is l(theta); and the derivative by what copy j receives is, sample by sample, c_j times that in
    the smaller network, c_j = sum_m W_mj c_m / w with its weights W_mj to the layer above and w the
    one of theta (not 0, as B would be 0; where k_l = 1, W_mj = w and nothing is divided).  So the
    derivative by the y_j and biases is 0: a critical point of the slice.  At q = 0 the layer above
    sees only the mean sum a_j h_j of the copies.  With y_j = y + t_j, sum a_j t_j = 0, bias
    included, it is s(y.x) + s'' sum a_j (t_j.x)^2 / 2 to second order; so the second derivative of
    the slice is that of l by the means, and sum_l sum_j a_j t_j^T B_l t_j beside it: positive
    definite, at q = 0 and nearby.  Each slice of a small ball is convex, and the loss strictly
    convex on it.
    """
    problem, _, _ = _place(context, {"layer": 1, "neuron": 1})
    if problem.widths[1:] != (1,) * problem.K:
        raise Refused("a hidden layer has several neurons, or there are several outputs")
    copies = [
        files.count(k, "copies", 1, MAX_COPIES)
        for k in files.array(claim["copies"], "copies", problem.K - 1)
    ]
    context.claim(step["critical"], "critical", claim["point"])
    if read_inertia(context.claim(step["inertia"], "inertia", claim["point"]))[1:] != (0, 0):
        raise Refused("the Hessian of the smaller network is not positive definite")
    split = [layer for layer, k in enumerate(copies, start=1) if k > 1]
    for layer, name in zip(split, files.array(step["forms"], "forms", len(split)), strict=True):
        form = context.claim(name, "replicated_form", claim["point"])
        if (form["layer"], form["form"], form["sign"]) != (layer, "B", "positive"):
            raise Refused(f"claim {show(name)} is not that B of layer {layer} is positive definite")
    return (
        f"the images of {claim['point']} with {', '.join(map(str, copies))} copies in the "
        "hidden layers and positive shares are local minima"
    )


def convex_region(context: Context, claim: Object, step: Object) -> str:
    """The point is a local minimum: near it the network is a convex function of its input (or, for
    "shape" concave, its negative is), and the residuals are positive on balance against convexity.

    One hidden layer, one output, squared loss with weights w_i >= 0, no regularizer; everything is
    computed exactly.  Let f be the outputs at the point, r_i = w_i (f_i - y_i), and e = 1 for
    convex, -1 for concave.  The witness "transfer" is a matrix T >= 0 with, for q = e r,
        column sums  sum_i T_ij <= max(q_j, 0),  row sums  sum_j T_ij = max(-q_i, 0)
        sum_j T_ij x_j = max(-q_i, 0) x_i,       and  sum_i r_i f_i <= 0,  sum_i r_i = 0.
    Each x_i with q_i < 0 is so a mean of points with q_j > 0, and Jensen's inequality, summed over
    i, gives sum_j (sum_i T_ij) h(x_j) >= sum_i max(-q_i, 0) h(x_i) for each convex h; since sum q =
    0 both total masses agree, so the column sums are max(q_j, 0), and sum_i q_i h(x_i) >= 0.

    Every hidden neuron is one of: locally affine in its preactivation on the data's hull (linear,
    or relu and leaky_relu with all preactivations of one strict sign); or e v > 0 for its outgoing
    weight v, and its activation is convex near the hull of its preactivations; or e v < 0 and it is
    concave there.  These are open conditions on the weights.  So with h = e f' for the outputs f'
    at weights nearby, sum r_i f'_i >= 0 >= sum r_i f_i, and as squares are convex
        L' - L >= scale sum 2 r_i (f'_i - f_i) >= 0.
    No derivative is used: preactivations may be at the kink of a convex (or concave) activation.
    """
    problem, name = context.problem, claim["point"]
    if problem.K != 2 or problem.widths[2] != 1 or problem.kind != "squared" or problem.skip:
        raise Refused("this rule needs one hidden layer, one output and the squared loss")
    if problem.l2 and any(x for rows in problem.l2.values() for row in rows for x in row):
        raise Refused("this rule needs a loss without regularizer")
    if step["shape"] not in ("convex", "concave"):
        raise Unreadable(f"shape: {show(step['shape'])}, expected convex or concave")
    e = 1 if step["shape"] == "convex" else -1
    rows = rules_logarithms._weights(context, name)
    factors = (
        [w[0] for w in problem.weights] if problem.weights else [Fraction(1)] * len(problem.inputs)
    )
    if any(w < 0 for w in factors):
        raise Refused("a weight of the loss is negative")
    before = [_preactivations(problem, rows, row) for row in range(problem.widths[1])]
    for j, zs in enumerate(before):
        v = rows["W2"][0][j].as_rational()
        if not _bends(problem, zs, e * ((v > 0) - (v < 0))):
            raise Refused(f"hidden neuron {j + 1} is not shown to keep the network {step['shape']}")
    outputs = [_output(problem, rows, zs) for zs in zip(*before, strict=True)]
    residuals = [w * (f - y[0]) for w, f, y in zip(factors, outputs, problem.targets, strict=True)]
    if sum(residuals) != 0 or dot(residuals, outputs) > 0:
        raise Refused("the residuals are not orthogonal to the constants and to the outputs")
    _transfers(problem, [e * r for r in residuals], step["transfer"])
    return f"{name} is a local minimum, in a region where the network is {step['shape']}"


def _transfers(problem: Problem, q: list[Fraction], given: Any) -> None:
    """The conditions on the witness T; a line of it belongs to a sample with q < 0, in order."""
    samples = range(len(q))
    lower = [i for i in samples if q[i] < 0]
    table = [
        [files.number(x, "transfer") for x in files.array(row, "transfer", len(q))]
        for row in files.array(given, "transfer", len(lower))
    ]
    if any(x < 0 for row in table for x in row):
        raise Refused("an entry of transfer is negative")
    for j in samples:
        if sum(row[j] for row in table) > max(q[j], Fraction(0)):
            raise Refused(f"transfer: more is taken from sample {j} than it has")
    for i, row in zip(lower, table, strict=True):
        moved = [dot(row, [x[k] for x in problem.inputs]) for k in range(problem.widths[0])]
        if sum(row) != -q[i] or moved != [-q[i] * x for x in problem.inputs[i]]:
            raise Refused(f"transfer: sample {i} is not the mean claimed")


def _preactivations(problem: Problem, rows: jets.Weights, neuron: int) -> list[Logarithmic]:
    found = []
    for x in problem.inputs:
        z = rows["b1"][neuron][0] if "b1" in rows else Logarithmic(Fraction(0))
        for w, a in zip(rows["W1"][neuron], x, strict=True):
            z = z + w * Logarithmic(a)
        found.append(z)
    return found


def _output(problem: Problem, rows: jets.Weights, zs: Any) -> Fraction:
    total = rows["b2"][0][0] if "b2" in rows else Logarithmic(Fraction(0))
    for v, z in zip(rows["W2"][0], zs, strict=True):
        total = total + v * jets._activate(problem, Logarithms(), 1, jets.Jet(z, 0)).value
    return total.as_rational()


def _bends(problem: Problem, zs: list[Logarithmic], wanted: int) -> bool:
    """Whether the activation is locally affine on the hull of the preactivations zs, or convex
    (wanted 1) or concave (wanted -1) on a neighbourhood of it."""
    coefficients, function = problem.activations[0], problem.functions[0]
    if coefficients is not None:
        if coefficients == LINEAR:
            return True
        values = [z.as_rational() for z in zs]
        second = [k * (k - 1) * a for k, a in enumerate(coefficients)][2:]
        hull = Interval.between(min(values), max(values), BITS).polynomial(second)
        return wanted != 0 and Intervals(BITS).sign(hull) == wanted
    if function is None:
        return False
    kind, parameter = function
    signs = {Logarithms().sign(z) for z in zs}
    one_side = signs.pop() if len(signs) == 1 else 0
    if kind in ("relu", "leaky_relu"):
        bend = 1 if kind == "relu" or parameter <= 1 else -1
        return one_side != 0 or wanted == bend
    if kind in ("exp", "softplus"):
        return wanted == 1 and (kind == "exp" or parameter > 0)
    # sigmoid and tanh: convex to the left of 0, concave to its right
    return wanted != 0 and one_side == -wanted
