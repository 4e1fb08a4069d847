"""Rules for replicated neurons: what splitting one neuron of a critical point into copies gives.

Let l be the loss of the network of the problem and theta a critical point of it.  Take a neuron r
of a hidden layer with incoming weights u (bias included) and outgoing weights v.  With k copies of
it, all with incoming weights u and with outgoing weights a_1 v, ..., a_k v where a_1 + ... + a_k =
1 (the shares), the larger network computes the same function.  Such a point is called an image.
For the incoming values x of the neuron, its activation s at z = u.x, and the derivatives g of a
sample's loss by the inputs of the next layer, sums over samples define

    B = sum (g.v) s''(z) x x^T   (incoming x incoming),
    D = sum s'(z) x g^T          (incoming x outgoing).

Coordinates near an image: theta, copy j has incoming weights u + t_j with sum a_j t_j = 0 and
outgoing weights a_j v + p_j with sum p_j = 0.  This is a linear bijection, and the loss F(theta, t,
p) of the larger network satisfies
    (1) F(theta, 0, p) = l(theta),
    (2) its derivative by t_j at t = 0 is D(theta) (a_j v + p_j), which on directions with
        sum a_j t_j = 0 is sum_j t_j.D p_j, because D v does not depend on j,
    (3) at p = 0, t = 0 the second derivative by t along (t_j) is sum_j a_j t_j^T B t_j, and the
        mixed one by theta and t is 0, because (2) vanishes for all theta where p = 0.
For k = 2 with shares a, 1 - a: t_1 = (1 - a) t, t_2 = -a t gives a (1 - a) t^T B t in (3), and with
p_1 = p, p_2 = -p in (2) the mixed second derivative by t and p is t^T D p; that by p alone is 0.
A loss with an L2 term does not satisfy (1), and is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from . import enclosed_points, files, interval_jets as jets, network, rules_logarithms
from .context import Context
from .effort import spend
from .interval_jets import Intervals
from .intervals import Interval, number
from .linear_algebra import inertia
from .logarithms import Logarithmic, Logarithms
from .network import coordinates
from .number_field import is_zero, sign
from .rules_enclosures import precision
from .rules_points import least_loss, read_inertia
from .statement import Problem, parameter_shapes
from .verdict import Refused, Unreadable, show

Object = dict[str, Any]
Rows = dict[str, list[list[Any]]]
Table = list[list[Any]]
MAX_COPIES = 100


def _place(context: Context, claim: Object) -> tuple[Problem, int, int]:
    """The problem, hidden layer and neuron (counted from 1) of a claim about images."""
    problem = context.problem
    if problem.skip is not None:
        raise Refused("a network with skip: images are defined layer by layer")
    if any(x for rows in problem.l2.values() for row in rows for x in row):
        raise Refused("a loss with an L2 term is not the same at an image")
    layer = files.count(claim["layer"], "layer", 1, problem.K - 1)
    return problem, layer, files.count(claim["neuron"], "neuron", 1, problem.widths[layer])


def _widened(problem: Problem, layer: int, more: int) -> Problem:
    """The problem with so many more neurons in a hidden layer."""
    widths = tuple(w + more * (k == layer) for k, w in enumerate(problem.widths))
    return replace(
        problem, widths=widths, l2={}, shapes=parameter_shapes(widths, problem.bias, None)
    )


def _image(rows: Rows, layer: int, neuron: int, shares: list[Any]) -> Rows:
    """The image in numbers of any kind: the first copy is the neuron, the others come last."""
    wide = {n: [list(row) for row in table] for n, table in rows.items()}
    for name in (f"W{layer}", f"b{layer}"):
        if name in wide:
            wide[name] += [list(wide[name][neuron - 1]) for _ in shares[1:]]
    for row in wide[f"W{layer + 1}"]:
        v = row[neuron - 1]
        row[neuron - 1] = v * shares[0]
        row += [v * share for share in shares[1:]]
    return wide


def _incoming(problem: Problem, layer: int, neuron: int) -> list[int]:
    """The indices of the incoming weights of a neuron, its bias last."""
    return [
        i
        for i, (name, row, _) in enumerate(coordinates(problem))
        if name in (f"W{layer}", f"b{layer}") and row == neuron - 1
    ]


def _outgoing(problem: Problem, layer: int, neuron: int) -> list[int]:
    return [
        i
        for i, (name, _, column) in enumerate(coordinates(problem))
        if name == f"W{layer + 1}" and column == neuron - 1
    ]


def _exact(context: Context, point: Any, layer: int, neuron: int, wide: Problem) -> Table:
    half = Fraction(1, 2)
    return network.hessian(wide, _image(context.weights(point), layer, neuron, [half, half]))


def _logarithmic(context: Context, point: Any, layer: int, neuron: int, wide: Problem) -> Table:
    arithmetic, half = Logarithms(), Logarithmic(Fraction(1, 2))
    at = _image(rules_logarithms._weights(context, point), layer, neuron, [half, half])
    found = jets.hessian(wide, jets.loss(wide, arithmetic, at, 2), arithmetic)
    return [[x.as_rational() for x in row] for row in found]


def _enclosed(bits: int) -> Callable[[Context, Any, int, int, Problem], Table]:
    def curvature(context: Context, point: Any, layer: int, neuron: int, wide: Problem) -> Table:
        half = number(Fraction(1, 2), bits)
        at = _image(enclosed_points.weights(context, point, bits), layer, neuron, [half, half])
        return jets.hessian(wide, jets.loss(wide, Intervals(bits), at, 2), Intervals(bits))

    return curvature


def _forms(context: Context, claim: Object, curvature: Any) -> tuple[Table, Table]:
    """B and twice D, read off the Hessian H at the image with shares 1/2, 1/2: by (3) with k = 2,
    t^T B t / 4 is the value of H where the copies move by t/2 and -t/2, and by (2) t^T D p is the
    mixed derivative by that and by outgoing weights moving by p and -p."""
    problem, layer, neuron = _place(context, claim)
    wide = _widened(problem, layer, 1)
    hessian = curvature(context, claim["point"], layer, neuron, wide)
    last = wide.widths[layer]
    moved, out = (
        list(zip(find(wide, layer, neuron), find(wide, layer, last), strict=True))
        for find in (_incoming, _outgoing)
    )

    def difference(i: tuple[int, int], j: tuple[int, int]) -> Any:
        (a, b), (c, d) = i, j
        return hessian[a][c] - hessian[a][d] - hessian[b][c] + hessian[b][d]

    return (
        [[difference(i, j) for j in moved] for i in moved],
        [[difference(i, j) for j in out] for i in moved],
    )


def _number_sign(x: Any) -> int:
    """1 or -1; 0 if it is 0 or, for an interval, not known."""
    return Intervals(x.bits).sign(x) if isinstance(x, Interval) else sign(x)


def _definite(matrix: Table) -> int:
    """1 if positive definite, -1 if negative definite, otherwise (or if not known) 0.

    Intervals: elimination of any symmetric matrix within the intervals has its pivots within those
    computed, and a symmetric matrix with positive (negative) pivots is definite.
    """
    n = len(matrix)
    if not isinstance(matrix[0][0], Interval):
        return {(n, 0, 0): 1, (0, n, 0): -1}.get(inertia(matrix), 0)
    spend(n**3 // 9, matrix[0][0].bits)
    rows = [list(row) for row in matrix]
    first = _number_sign(rows[0][0])
    for k in range(n):
        if first == 0 or _number_sign(rows[k][k]) != first:
            return 0
        inverse = rows[k][k].reciprocal()
        for i in range(k + 1, n):
            ratio = rows[i][k] * inverse
            for j in range(k + 1, n):
                rows[i][j] = rows[i][j] - ratio * rows[k][j]
    return first


def _minima(context: Context, claim: Object, step: Object, curvature: Any) -> str:
    """The images with k >= 2 copies whose shares are all positive ("positive"), or of which one is
    positive and the others negative ("one_positive"), are local minima of the larger network's
    loss.

    Checked: theta is critical (earlier claim) with positive definite Hessian (earlier claim), D =
    0, and B is positive definite for "positive", negative definite for "one_positive".  For one
    outgoing weight D = 0 follows: D v is the derivative of l by u, 0; and v is not 0, else B = 0.
    The form sum a_j t_j^2 on sum a_j t_j = 0 is the complement of (1, ..., 1), of square sum a_j =
    1 > 0, in a form with as many positive squares as there are positive shares: it is positive
    definite in the first case and negative definite in the second.  So sum a_j t_j^T B t_j > 0.

    For fixed p, (theta*, 0, p) is a critical point of F( , , p): by (1) in theta, by (2) and D = 0
    in t.  Its value is l(theta*).  At p = 0 the second derivative by (theta, t) is, by (1) and (3),
    block diagonal and positive definite; by continuity it is so on a ball around (theta*, 0, 0).
    On each slice of the ball with p fixed, a convex set, F is strictly convex, so at least its
    value at the critical point: F >= l(theta*), with equality only at (theta*, 0, p).
    """
    copies = files.count(claim["copies"], "copies", 2, MAX_COPIES)
    if claim["shares"] not in ("positive", "one_positive"):
        raise Unreadable(f"shares: {show(claim['shares'])}, expected positive or one_positive")
    wanted = 1 if claim["shares"] == "positive" else -1
    context.claim(step["critical"], "critical", claim["point"])
    _, negative, zero = read_inertia(context.claim(step["inertia"], "inertia", claim["point"]))
    if negative or zero:
        raise Refused("the Hessian of the smaller network is not positive definite")
    B, D = _forms(context, claim, curvature)
    if _definite(B) != wanted:
        raise Refused(f"B is not shown to be {'positive' if wanted > 0 else 'negative'} definite")
    if len(D[0]) > 1 and not all(_is_exactly_zero(x) for row in D for x in row):
        raise Refused("D is not shown to be zero")
    text = "all" if wanted > 0 else "one of them"
    return (
        f"{copies} copies of neuron {claim['neuron']} of layer {claim['layer']} of "
        f"{claim['point']} with shares of sum 1 and not 0, {text} positive, are local minima"
    )


def _is_exactly_zero(x: Any) -> bool:
    return not isinstance(x, Interval) and is_zero(x)


def _saddles(context: Context, claim: Object, step: Object, curvature: Any) -> str:
    """The images with two copies of shares a, 1 - a are strict saddles (the Hessian of the larger
    network has eigenvalues of both signs): for 0 < a < 1 ("inside"), for a < 0 or a > 1
    ("outside"), or for every real a ("all").

    They are critical: by (1) in theta and p, by (2) at p = 0 in t.  "all": the Hessian of l at
    theta, by (1) the second derivative by theta, has eigenvalues of both signs (earlier claim); or
    t^T D is not 0 for the "direction" t (a rational vector), and the second derivative by (t, p)
    has a zero block for p and D off the diagonal, so that both signs occur.  "inside": t^T B t < 0,
    "outside": t^T B t > 0; then a (1 - a) t^T B t < 0, and the Hessian of l at theta has a positive
    eigenvalue.
    """
    context.claim(step["critical"], "critical", claim["point"])
    signs = read_inertia(context.claim(step["inertia"], "inertia", claim["point"]))
    B, D = _forms(context, claim, curvature)
    direction = [
        files.number(x, "direction") for x in files.array(step["direction"], "direction", len(B))
    ]
    if any(isinstance(x, Interval) for x in B[0]):
        bits = B[0][0].bits
        t: list[Any] = [number(x, bits) for x in direction]
    else:
        t = list(direction)
    where = claim["shares"]
    if where == "all":
        both = signs[0] and signs[1]
        if not both and not any(_number_sign(_sum(t, column)) for column in zip(*D, strict=True)):
            raise Refused("the direction does not show that D is not zero")
    elif where in ("inside", "outside"):
        if _number_sign(_sum(t, [_sum(t, row) for row in B])) != (1 if where == "outside" else -1):
            raise Refused("B does not have the sign along the direction")
        if not signs[0]:
            raise Refused("the Hessian of the smaller network has no positive eigenvalue")
    else:
        raise Unreadable(f"shares: {show(where)}, expected inside, outside or all")
    text = {"inside": "0 < a < 1", "outside": "a < 0 or a > 1", "all": "every real a"}[where]
    return (
        f"two copies of neuron {claim['neuron']} of layer {claim['layer']} of "
        f"{claim['point']} with shares a, 1 - a are strict saddles for {text}"
    )


def _sum(u: Any, v: Any) -> Any:
    """The sum of products of two vectors that are not empty."""
    terms = [x * y for x, y in zip(u, v, strict=True)]
    result = terms[0]
    for term in terms[1:]:
        result = result + term
    return result


def _form(context: Context, claim: Object, step: Object, curvature: Any) -> str:
    """The "form" B is positive or negative definite, as "sign" says; so is its block B_inputs
    without the bias; or D is zero or nonzero.  They are read off as `_forms` says, at any point."""
    B, D = _forms(context, claim, curvature)
    form, wanted = claim["form"], claim["sign"]
    if form == "B_inputs":
        known = context.problem.widths[claim["layer"] - 1]  # the bias stands last
        B = [row[:known] for row in B[:known]]
    if form in ("B", "B_inputs") and wanted in ("positive", "negative"):
        if _definite(B) != (1 if wanted == "positive" else -1):
            raise Refused(f"B is not shown to be {wanted} definite")
        text = f"{wanted} definite"
    elif form == "D" and wanted in ("zero", "nonzero"):
        entries = [x for row in D for x in row]
        known = (
            all(map(_is_exactly_zero, entries))
            if wanted == "zero"
            else any(_number_sign(x) for x in entries)
        )
        if not known:
            raise Refused(f"D is not shown to be {wanted}")
        text = wanted
    else:
        raise Unreadable(
            f"form {show(form)}, sign {show(wanted)}: expected B or B_inputs, "
            "positive or negative, or D, zero or nonzero"
        )
    return (
        f"{form} of neuron {claim['neuron']} of layer {claim['layer']} at "
        f"{claim['point']} is {text}"
    )


def value_global_minima(context: Context, claim: Object, step: Object) -> str:
    """All images, whatever their number of copies and their shares, are global minima: by (1) their
    loss is that of the point (earlier claim of its value), and no network has a lower one.

    A squared loss is at least `least_loss` (rules_points.py), of which only the data and what
    `classes` knows of the outputs decide; so it is the same for the larger network, which has the
    activations and biases of the smaller one.  Other losses are at least 0: no weight of theirs is
    negative (checked), log(1 + e^z) > 0, and log sum exp f is at least every mean of the f_j, as
    the targets give one: they are not negative and have sum 1 (checked).
    """
    problem, layer, neuron = _place(context, claim)
    if any(x < 0 for row in problem.weights or [] for x in row):
        raise Refused("a weight of the loss is negative")
    if problem.kind == "cross_entropy" and any(sum(y) != 1 or min(y) < 0 for y in problem.targets):
        raise Refused("the targets of the cross entropy are not probabilities of sum 1")
    least = least_loss(problem) if problem.kind == "squared" else Fraction(0)
    value = context.claim(step["value"], "value", claim["point"])["value"]
    if files.number(value, "value") != least:
        raise Refused(f"the loss at the point is not the least of all functions, {show(least)}")
    return _global_minima(claim, layer, neuron)


def outputs_global_minima(context: Context, claim: Object, step: Object) -> str:
    """The same for a point whose outputs are best for each class of inputs by itself, among all
    that `classes` allows (earlier claim, by one of the rules `best_outputs`, `balanced_outputs` and
    `exact_fit`).

    Their proofs bound the loss below by the outputs alone; the loss has no regularizer.  The larger
    network has the same data, activations and biases, so that its outputs are among those allowed,
    and its loss is at least that of the point, which is by (1) the loss of the images.
    """
    _, layer, neuron = _place(context, claim)
    context.claim(step["minimum"], "global_minimum", claim["point"])
    if ("least for all outputs", step["minimum"]) not in context.cache:
        raise Refused("the point is not shown to be a minimum by its outputs alone")
    return _global_minima(claim, layer, neuron)


def _global_minima(claim: Object, layer: int, neuron: int) -> str:
    return f"all images of {claim['point']} by neuron {neuron} of layer {layer} are global minima"


def substitution_form(context: Context, claim: Object, step: Object) -> str:
    """`_form` with B and D computed exactly at a rational or algebraic point."""
    return _form(context, claim, step, _exact)


def logarithms_form(context: Context, claim: Object, step: Object) -> str:
    """`_form` with B and D computed exactly at a point with log(p/q) entries."""
    return _form(context, claim, step, _logarithmic)


def intervals_form(context: Context, claim: Object, step: Object) -> str:
    """`_form` with B and D enclosed, so that "zero" cannot be shown."""
    return _form(context, claim, step, _enclosed(precision(step)))


def substitution_minima(context: Context, claim: Object, step: Object) -> str:
    """`_minima` with B and D computed exactly at a rational or algebraic point."""
    return _minima(context, claim, step, _exact)


def logarithms_minima(context: Context, claim: Object, step: Object) -> str:
    """`_minima` with B and D computed exactly at a point with log(p/q) entries."""
    return _minima(context, claim, step, _logarithmic)


def intervals_minima(context: Context, claim: Object, step: Object) -> str:
    """`_minima` with B enclosed; with several outgoing weights D = 0 cannot be shown this way."""
    return _minima(context, claim, step, _enclosed(precision(step)))


def substitution_saddles(context: Context, claim: Object, step: Object) -> str:
    """`_saddles` with B and D computed exactly at a rational or algebraic point."""
    return _saddles(context, claim, step, _exact)


def logarithms_saddles(context: Context, claim: Object, step: Object) -> str:
    """`_saddles` with B and D computed exactly at a point with log(p/q) entries."""
    return _saddles(context, claim, step, _logarithmic)


def intervals_saddles(context: Context, claim: Object, step: Object) -> str:
    """`_saddles` with B and D enclosed."""
    return _saddles(context, claim, step, _enclosed(precision(step)))
