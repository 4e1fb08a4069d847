"""Rules for networks that fit their data exactly: a point of loss 0, enclosed in a slice; a path to
such a point."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from . import files, interval_jets as jets, intervals
from .context import Context
from .contraction import refined_radii
from .effort import spend
from .enclosed_points import Rows, around, weights
from .interval_jets import Intervals
from .intervals import Interval, Matrix, dot, number
from .network import shaped
from .rules_enclosures import _defect, precision
from .slices import Slice, read_slice
from .statement import Problem, matrix
from .verdict import Refused

Object = dict[str, Any]
Equation = tuple[tuple[Fraction, ...], int, Interval]
"""An input, the number of an output, and the value that it should have."""


def exact_fit_global_minimum(context: Context, claim: Object, step: Object) -> str:
    """The slice W = m + S y, |y| <= r (slices.py, without tests), has exactly one point p at which
    every output of every sample that counts is its target; and p is a global minimum, of loss 0.

    The loss is a sum of squares of f_j(x_i) - y_ij with factors that are not negative (checked),
    without regularizer (checked), so it is never below 0.  Let R be these differences, each of them
    once, as many as there are directions, and Y the witness "inverse".  For x, y in the slice
    R(x) - R(y) = J S (x - y) where each row of J, the mean of the derivative of that difference
    along the segment, lies in the interval derivative over the box m +- |S| r, whose entries are
    convex sets.  So N(y) = y - Y R(m + S y) satisfies |N(0)| <= |Y R(m)| and N(x) - N(y) = (I - Y J
    S)(x - y): as in `krawczyk_critical` it has exactly one fixed point, Y is invertible, and the
    fixed points are the zeros of R.
    """
    bits, name = precision(step), claim["point"]
    wanted = [(x, j, number(t, bits)) for x, j, t in _equations(context.problem)]
    only_point_of_outputs(context, name, step, wanted)
    context.cache["least for all outputs", claim["name"]] = True
    return f"{name} is a global minimum, its loss is 0: it fits all samples exactly"


def _equations(problem: Problem) -> list[tuple[tuple[Fraction, ...], int, Fraction]]:
    """Input, output and target wherever the loss counts their difference, each once, in order."""
    _sum_of_squares(problem)
    found = {
        (tuple(x), j, t): None
        for i, (x, y) in enumerate(zip(problem.inputs, problem.targets, strict=True))
        for j, t in enumerate(y)
        if problem.weights is None or problem.weights[i][j]
    }
    return list(found)


def _sum_of_squares(problem: Problem) -> None:
    """Refused unless the loss is a sum of squares of f - y, with factors that are not negative."""
    if problem.kind != "squared":
        raise Refused("this rule needs the squared loss")
    if any(x for rows in problem.l2.values() for row in rows for x in row):
        raise Refused("this rule needs a loss without regularizer")
    if any(w < 0 for row in problem.weights or [] for w in row):
        raise Refused("a weight of the loss is negative")


def only_point_of_outputs(
    context: Context, name: Any, step: Object, wanted: list[Equation]
) -> None:
    """Refused unless exactly one point of the slice has the outputs wanted, as shown in the
    docstring of `exact_fit_global_minimum`; where it is goes to the cache."""
    bits, problem, here = precision(step), context.problem, read_slice(context, name)
    d = len(here.directions)
    if here.tests != here.directions:
        raise Refused("the slice has tests of its own")
    if len(wanted) != d:
        raise Refused(f"{d} directions for {len(wanted)} different outputs and targets")
    inverse = [[number(y, bits) for y in row] for row in matrix(step["inverse"], "inverse", d, d)]
    at = shaped(context.problem, [number(m, bits) for m in here.midpoint])
    residuals = [x.value for x in _residuals(problem, wanted, at, bits, 0)]
    over = shaped(context.problem, around(here.midpoint, here.reach(here.radius), bits))
    slopes = [_along(here, x, bits) for x in _residuals(problem, wanted, over, bits, 1)]
    offset = [dot(row, residuals).magnitudes()[1] for row in inverse]
    defect = _defect(intervals.product(inverse, slopes), bits)
    refined = refined_radii(offset, defect, here.radius, bits)
    context.cache["only critical point", name] = here.midpoint, here.reach(refined)


def _residuals(
    problem: Problem, wanted: list[Equation], at: jets.Weights, bits: int, order: int
) -> list[jets.Jet]:
    """f_j(x) - t for each equation, as jets."""
    arithmetic = Intervals(bits)
    variables = jets._variables(problem, arithmetic, at, order)
    outputs = {
        x: jets.outputs(problem, arithmetic, variables, list(x))
        for x in dict.fromkeys(x for x, _, _ in wanted)
    }
    return [outputs[x][j].plus(-t) for x, j, t in wanted]


def _along(here: Slice, jet: jets.Jet, bits: int) -> list[Interval]:
    """The derivative along each direction."""
    row = []
    for direction in here.directions:
        spend(len(direction))
        total = number(Fraction(0), bits)
        for i, x in direction.items():
            if i in jet.first:
                total = total + jet.first[i] * number(x, bits)
        row.append(total)
    return row


def full_rank_path_to_exact_fit(context: Context, claim: Object, step: Object) -> str:
    """From the point W there starts a continuous path W(t), 0 <= t <= 1, W(0) = W, on which the
    outputs of all samples are f(t) = z + t (y - z): z at the start, the targets y at the end.  The
    loss is a sum of squares of f - y with factors that are not negative, without regularizer
    (checked), so it is (1 - t)^2 times that at W; it never rises, and is 0 at the end.

    Write N for the number of samples, A_k for the activations of layer k at W (A_0 the inputs) and
    P_k = W_k A_k-1 + b_k for its preactivations, a column for each sample, s_k for its activation,
    K for the output layer, whose preactivations are the outputs.  There are no skip connections
    (checked).  l is the "layer", 0 <= l < K.  Checked of W, by intervals around it, is:

    (a) L A_l, for the witness L ("left_inverse"), has |I - L A_l| < 1 in the maximum norm, hence
        (I - L A_l) x = x for no x but 0, so L A_l is invertible and J = (L A_l)^-1 L has J A_l = I;
    (b) so has W_k R for k = l + 2, .., K and a witness R (in "right_inverses"): W_k R_k = I for
        some R_k;
    (c) s_k, for l < k < K, is a homeomorphism of the real line onto an open interval I_k that has 0
        inside, or at its border; in the latter case layer k + 1 has biases.

    W(t) is built from the outputs down to layer l + 1; layers 1, .., l do not move.  Suppose there
    is a continuous path Q(t) of preactivations of layer k, l < k <= K, with Q(0) = P_k, such that
    the outputs are f(t) wherever layer k has them and the weights above are chosen as found; for
    k = K it is Q = f.

    k = l + 1: W_k(t) = W_k + (Q(t) - P_k) J, b_k(t) = b_k give W_k(t) A_l + b_k = Q(t), by (a).
    This ends the construction.

    k > l + 1: put C(t) = A_k-1 + R_k (Q(t) - P_k) + s(t) and choose numbers s(t) >= 0, lambda(t)
    >= 1, continuous, s(0) = 0, lambda(0) = 1 (s is added to every entry; s = 0 where 0 is inside
    I = I_k-1).  With W_k(t) = lambda W_k, b_k(t) = b_k - s W_k 1, activations C / lambda of layer
    k - 1 give the preactivations W_k C + b_k - s W_k 1 = W_k A_k-1 + Q - P_k + b_k = Q, by (b).
    Let s and lambda be such that all entries of C / lambda lie in I (below).  Then s_k-1^-1(C /
    lambda) is continuous by (c), at t = 0 it is s_k-1^-1(A_k-1) = P_k-1: the path Q for k - 1.

    Choice of s and lambda.  I is convex and 0 in its closure, so x in I and lambda >= 1 imply
    x / lambda in I.  0 inside I: C(0) = A_k-1 is in I, which is open, hence so is C(t) for t <= t0,
    with some t0 > 0; |C| is bounded, and C / (1 + M t) is as near 0 as needed for t >= t0 if M is
    large: lambda = 1 + M t.  0 at the border: let I = (0, D), D finite or not (the I_k checked are
    of this form).  As before C without s is in I for t <= t0, and then positive; so with
    s(t) = S t, S large, C is positive for all t.  For some t1 > 0 and t <= t1 it is below D, and
    lambda = 1 + M t makes C / lambda below D for t >= t1.
    """
    problem, bits = context.problem, precision(step)
    layer = files.count(step["layer"], "layer", 0, problem.K - 1)
    _fits_above(problem, layer)
    rows = weights(context, claim["point"], bits)
    size = len(problem.inputs), problem.widths[layer]
    left = _numbers(matrix(step["left_inverse"], "left_inverse", *size), bits)
    columns = [_activations(problem, rows, layer, x, bits) for x in problem.inputs]
    here = [list(row) for row in zip(*columns, strict=True)]
    _invertible(left, here, f"the samples in layer {layer}", bits)
    later = range(layer + 2, problem.K + 1)
    given = files.array(step["right_inverses"], "right_inverses", len(later))
    for k, value in zip(later, given, strict=True):
        right = matrix(value, f"right_inverses: W{k}", *reversed(problem.shapes[f"W{k}"]))
        _invertible(rows[f"W{k}"], _numbers(right, bits), f"the rows of W{k}", bits)
    return f"from {claim['point']} a path leads to f = y, where the loss is (1 - t)^2 times as high"


def _fits_above(problem: Problem, layer: int) -> None:
    """Refused unless loss and network are as `full_rank_path_to_exact_fit` needs them: a sum of
    squares, no skip connections, and (c) in the hidden layers above this one."""
    _sum_of_squares(problem)
    if problem.skip is not None:
        raise Refused("this rule needs a network without skip connections")
    for k in range(layer + 1, problem.K):
        if not _zero_inside(problem, k) and f"b{k + 1}" not in problem.shapes:
            raise Refused(f"layer {k + 1} has no biases, which this rule needs after layer {k}")


def _zero_inside(problem: Problem, k: int) -> bool:
    """Whether 0 is inside the image of the activation of hidden layer k, or at its border: (0, 1)
    or (0, infinity).  Refused unless it maps the real line homeomorphically onto one of these, an
    interval (-1, 1), or the real line: a constant and one odd power, a leaky_relu that rises."""
    coefficients, function = problem.activations[k - 1], problem.functions[k - 1]
    if coefficients is not None:
        powers = [n for n, c in enumerate(coefficients) if n and c]
        if len(powers) == 1 and powers[0] % 2:
            return True
    elif function is not None:
        name, parameter = function
        if name == "tanh" or (name == "leaky_relu" and parameter > 0):
            return True
        if name in ("sigmoid", "exp") or (name == "softplus" and parameter > 0):
            return False
    raise Refused(f"hidden layer {k}: this rule does not know its activation to be invertible")


def _activations(
    problem: Problem, rows: Rows, layer: int, x: list[Fraction], bits: int
) -> list[Interval]:
    """The activations of a layer for one input; the input itself for layer 0."""
    arithmetic, found = Intervals(bits), [number(a, bits) for a in x]
    for k in range(1, layer + 1):
        column = intervals.product(rows[f"W{k}"], [[h] for h in found])
        biases = rows.get(f"b{k}", [[number(0, bits)]] * len(column))
        sums = [z + b for (z,), (b,) in zip(column, biases, strict=True)]
        found = [jets._activate(problem, arithmetic, k, jets.Jet(z, 0)).value for z in sums]
    return found


def _numbers(given: list[list[Fraction]], bits: int) -> Matrix:
    return [[number(x, bits) for x in row] for row in given]


def _invertible(a: Matrix, b: Matrix, what: str, bits: int) -> None:
    """Refused unless |I - A B| < 1 in the maximum norm, so that A B is invertible."""
    for row in _defect(intervals.product(a, b), bits):
        if sum(row) >= 1 << bits:
            raise Refused(f"{what} are not shown to be independent")
