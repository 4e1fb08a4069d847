"""Rules for infinitely many critical points in a cube of weights: a curve of them through a point.

The claim `not_finite` says that infinitely many critical points have all weights in [lower, upper].
The rules `slice` and `best_outputs` show a map with infinitely many values, all critical, that is
continuous and takes the value p at 0, where all weights of p lie strictly between the bounds; so
those of its values near 0 are in the cube.  The rule `line` shows a line of critical points.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from . import elementary, files
from .context import Context
from .effort import spend
from .enclosed_points import weights
from .flat_directions import _neuron, _translation, are_independent, regularized
from .indeterminates import Indeterminates
from .interval_jets import gradient, loss
from .intervals import Interval, number
from .network import coordinates
from .parity import classes
from .rules_enclosures import precision
from .rules_exact_fit import only_point_of_outputs
from .rules_logarithms import _indeterminate
from .rules_points import place_text
from .slices import read_slice
from .statement import Problem
from .verdict import Refused, show

Object = dict[str, Any]
Output = tuple[tuple[Fraction, ...], int]
BITS = 64  # for the entries of an exact point, to compare them with the bounds


def slice_not_finite(context: Context, claim: Object, step: Object) -> str:
    """The point p is the critical one in a slice m + S y (earlier claim, by `krawczyk_slice`).

    Tangents.  If a tangent of the reasons given there is not 0, the map that it is a derivative of
    (flat_directions.py) takes infinitely many values near p along this variable, all critical.

    Silent neurons.  Otherwise let the reasons be translations, generators and silent neurons only,
    and let F be the outgoing weights of the silent neurons that are 0 on the slice; all others
    lead to silent neurons (checked).  On the subspace A of weights in which those of F are 0 the
    neurons stay silent, and where a regularized weight moves in a translation it is one of F
    (checked), so everywhere in A the reasons hold and their annihilators r(W), which are
    continuous, satisfy r.g = 0 for the gradient g of L.  The slice lies in A.  It has d directions,
    independent because T'H S is invertible (T the tests, H the Hessian at p; this is in the proof
    of `krawczyk_critical`), and n - |F| > d (checked), so there is a vector e of A outside their
    span.  By the implicit function theorem the equation T'g(m + t e + S y) = 0 has for small t
    solutions y(t), continuous in t, with y(0) that of p.  At q(t) = m + t e + S y(t), in A, the
    columns of T and the annihilators at q(t) span all directions, as they do at p, since to be
    independent is an open condition.  So g(q(t)) = 0, and different t give different points.
    """
    context.claim(step["critical"], "critical", claim["point"])
    if ("flat", step["critical"]) not in context.cache:
        raise Refused("the point is not shown to be critical by the rule krawczyk_slice")
    name = claim["point"]
    _strictly_inside(context, claim)
    given, tangents = context.cache["flat", step["critical"]]
    if any(are_independent([tangent]) for tangent in tangents):
        return _line(claim)
    if "copies" in given or "constant" in given or "silent" not in given:
        raise Refused("no tangent is shown to be other than 0, and there are no silent neurons")
    fixed = _fixed(context, name, given["silent"])
    for value in given.get("translations", []):
        if not regularized(context.problem, _translation(context.problem, value)).keys() <= fixed:
            raise Refused("a regularized weight moves in a translation, and may be other than 0")
    free = len(coordinates(context.problem)) - len(fixed)
    if free <= len(read_slice(context, name).directions):
        raise Refused("the slice has a direction for every weight that is free to move")
    return _line(claim)


def line_not_finite(context: Context, claim: Object, step: Object) -> str:
    """The points p(t) = p + t d are critical for all t, with a rational "direction" d other than 0,
    and p of rational and log(p/q) entries.

    Every partial derivative of L at p(t), computed with t as one more indeterminate
    (indeterminates.py), is written as the polynomial 0.  For each real t the indeterminates stand
    for real numbers, t itself among them, so the gradient is 0 at p(t).  (A relu needs the sign of
    its preactivation, which is known only where it is written as a rational, the same for all t.)
    The weights of p that move are strictly between the bounds, the others between them or at one
    (checked), so that p(t) is in the cube for all small t, and different t give different points.
    """
    given, places = context.problem, coordinates(context.problem)
    listed = files.array(step["direction"], "direction", len(places))
    line = [files.number(x, "direction") for x in listed]
    if not any(line):
        raise Refused("the direction is 0")
    lower, upper = (files.number(claim[end], end) for end in ("lower", "upper"))
    rows, arithmetic = _indeterminate(context, claim["point"]), Indeterminates()
    at, t = weights(context, claim["point"], BITS), arithmetic.variable()
    for (n, i, j), x in zip(places, line, strict=True):
        low, high = at[n][i][j].ends()
        if low < lower or upper < high or (x and (low == lower or high == upper)):
            raise Refused(
                f"the point {show(claim['point'])} is not shown to lie between the bounds"
            )
        if x:
            rows[n][i][j] = rows[n][i][j] + t * arithmetic.number(x)
    slope = gradient(given, loss(given, arithmetic, rows, 1), arithmetic)
    for other, g in zip(places, slope, strict=True):
        if g:
            raise Refused(
                f"the derivative with respect to {place_text(*other)} is not written as 0 for all t"
            )
    return _line(claim)


def best_outputs_global_minimum(context: Context, claim: Object, step: Object) -> str:
    """The slice W = m + S y, |y| <= r (slices.py, without tests), has exactly one point p at which
    the outputs are best for every input by itself; p is a critical point, and a global minimum.

    Group the samples by classes (parity.py; equal inputs, at least), which have outputs e f(x) with
    e = 1, -1 or 0, and by output j.  Samples with e = 0 add a constant to L; where e = -1 let -y be
    the target in place of y, as (-f - y)^2 = (f + y)^2, and yf = (-y)(-f).  Without regularizer
    (checked) L is, but for a positive factor, the sum over groups of G(f_j(x)), where G(f) is
        sum w (f - y)^2 = W (f - t)^2 + constant,  W = sum w, t = sum w y / W,   squared loss,
        a log(1 + e^-f) + b log(1 + e^f),  a samples with y = 1 and b with y = -1,  logistic.
    Groups with W = 0 do not count; there are w >= 0, a > 0 and b > 0 (checked).  G is least where f
    = t, in the second case t = log(a / b).  So where all f_j(x) are their t, L is least, and such
    points are critical: f is differentiable there, since its derivatives were enclosed.
    Let R be the differences of f_j(x) and t, as many as the slice has directions.  That exactly one
    point of the slice has R = 0 is shown as in `exact_fit_global_minimum`.
    """
    name, best = claim["point"], _wanted(context.problem, precision(step))
    only_point_of_outputs(context, name, step, [(x, j, t) for (x, j), t in best.items()])
    context.cache["best outputs", claim["name"]] = True
    context.cache["least for all outputs", claim["name"]] = True
    return f"{name} is a global minimum: no other outputs are better for its inputs"


def best_outputs_not_finite(context: Context, claim: Object, step: Object) -> str:
    """The point p is one with the best outputs (earlier claim, by the rule `best_outputs`), the
    only one in a slice m + S y of d directions.

    With R as there, p has R = 0, and the d x d matrix of derivatives of R along the slice at p is
    invertible, as the proof there shows; so S has d independent columns.  With n > d weights
    (checked) there is a vector e outside their span, and by the implicit function theorem R(m + t e
    + S y) = 0 has for small t solutions y(t), continuous in t, with y(0) that of p.  They are
    critical like p, and different t give different points.
    """
    context.claim(step["minimum"], "global_minimum", claim["point"])
    if ("best outputs", step["minimum"]) not in context.cache:
        raise Refused("the point is not shown to be a minimum by the rule best_outputs")
    if len(coordinates(context.problem)) <= len(read_slice(context, claim["point"]).directions):
        raise Refused("the slice has as many directions as there are weights")
    _strictly_inside(context, claim)
    return _line(claim)


def _line(claim: Object) -> str:
    lower, upper = (show(files.number(claim[end], end)) for end in ("lower", "upper"))
    near = f"infinitely many critical points, some near {claim['point']}"
    return f"{near}, have weights in [{lower}, {upper}]"


def _strictly_inside(context: Context, claim: Object) -> None:
    """`Refused` unless all weights of the point, which is enclosed, lie between the bounds."""
    lower, upper = (files.number(claim[end], end) for end in ("lower", "upper"))
    midpoint, reach = context.cache["only critical point", claim["point"]]
    for m, r in zip(midpoint, reach, strict=True):
        if not lower < m - r <= m + r < upper:
            raise Refused(
                f"the point {show(claim['point'])} is not shown to lie between the bounds"
            )


def _fixed(context: Context, name: Any, given: Any) -> set[int]:
    """The indices of the outgoing weights of silent neurons that are 0 on the slice; while these
    stay 0 the neurons stay silent.  `Refused` where one has another that leads to no silent one.
    (That they are silent neurons is known from the rule `krawczyk_slice`.)"""
    problem, here = context.problem, read_slice(context, name)
    silent = {_neuron(problem, value, "silent") for value in given}
    fixed = set()
    spend(len(silent) * len(coordinates(problem)))
    for index, (n, i, j) in enumerate(coordinates(problem)):
        k = int(n[1:])
        if n[0] == "b" or (k - 1, j) not in silent or (k, i) in silent:
            continue
        if any(here.affine(index)):
            raise Refused("an outgoing weight of a silent neuron is not 0")
        fixed.add(index)
    return fixed


def _wanted(problem: Problem, bits: int) -> dict[Output, Interval]:
    """The best output for every class of inputs and component that counts."""
    if problem.kind not in ("squared", "logistic"):
        raise Refused("this rule needs the squared or the logistic loss")
    if any(x for rows in problem.l2.values() for row in rows for x in row):
        raise Refused("this rule needs a loss without regularizer")
    groups: dict[Output, list[tuple[Fraction, Fraction]]] = {}
    for i, ((x, e), y) in enumerate(zip(classes(problem), problem.targets, strict=True)):
        for j, t in enumerate(y):
            weight = Fraction(1) if problem.weights is None else problem.weights[i][j]
            if weight < 0:
                raise Refused("a weight of the loss is negative")
            if weight and e:
                groups.setdefault((x, j), []).append((weight, e * t))
    best = _mean if problem.kind == "squared" else _log_odds
    return {key: best(group, bits) for key, group in groups.items()}


def _mean(group: list[tuple[Fraction, Fraction]], bits: int) -> Interval:
    spend(2 * len(group))
    total = sum((w for w, _ in group), Fraction(0))
    return number(sum((w * t for w, t in group), Fraction(0)) / total, bits)


def _log_odds(group: list[tuple[Fraction, Fraction]], bits: int) -> Interval:
    above = sum(t == 1 for _, t in group)
    if not 0 < above < len(group) or any(abs(t) != 1 or w != 1 for w, t in group):
        raise Refused("an input has samples of one class only, so that no output is best for it")
    odds = Fraction(above, len(group) - above)
    return Interval(*elementary.log_ends(odds, bits), bits)
