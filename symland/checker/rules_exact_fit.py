"""The rule for networks that fit their data exactly: a point of loss 0, enclosed in a slice."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from . import interval_jets as jets, intervals
from .context import Context
from .contraction import refined_radii
from .effort import spend
from .enclosed_points import around, shaped
from .interval_jets import Intervals
from .intervals import Interval, dot, number
from .rules_enclosures import _defect, precision
from .slices import Slice, read_slice
from .statement import Problem, matrix
from .verdict import Refused

Object = dict[str, Any]


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
    name, bits, problem = claim["point"], precision(step), context.problem
    here, pairs = read_slice(context, name), _equations(context.problem)
    d = len(here.directions)
    if here.tests != here.directions:
        raise Refused("the slice has tests of its own")
    if len(pairs) != d:
        raise Refused(f"{d} directions for {len(pairs)} different outputs and targets")
    inverse = [[number(y, bits) for y in row] for row in matrix(step["inverse"], "inverse", d, d)]
    at = shaped(context, [number(m, bits) for m in here.midpoint])
    residuals = [x.value for x in _residuals(problem, pairs, at, bits, 0)]
    over = shaped(context, around(here.midpoint, here.reach(here.radius), bits))
    slopes = [_along(here, x, bits) for x in _residuals(problem, pairs, over, bits, 1)]
    offset = [dot(row, residuals).magnitudes()[1] for row in inverse]
    defect = _defect(intervals.product(inverse, slopes), bits)
    refined = refined_radii(offset, defect, here.radius, bits)
    context.cache["only critical point", name] = here.midpoint, here.reach(refined)
    return f"{name} is a global minimum, its loss is 0: it fits all samples exactly"


def _equations(problem: Problem) -> list[tuple[tuple[Fraction, ...], int, Fraction]]:
    """Input, output and target wherever the loss counts their difference, each once, in order."""
    if problem.kind != "squared":
        raise Refused("this rule needs the squared loss")
    if any(x for rows in problem.l2.values() for row in rows for x in row):
        raise Refused("this rule needs a loss without regularizer")
    if any(w < 0 for row in problem.weights or [] for w in row):
        raise Refused("a weight of the loss is negative")
    found = {
        (tuple(x), j, t): None
        for i, (x, y) in enumerate(zip(problem.inputs, problem.targets, strict=True))
        for j, t in enumerate(y)
        if problem.weights is None or problem.weights[i][j]
    }
    return list(found)


def _residuals(
    problem: Problem,
    pairs: list[tuple[tuple[Fraction, ...], int, Fraction]],
    at: jets.Weights,
    bits: int,
    order: int,
) -> list[jets.Jet]:
    """f_j(x) - t for each equation, as jets."""
    arithmetic = Intervals(bits)
    weights = jets._variables(problem, arithmetic, at, order)
    outputs = {
        x: jets._forward(problem, arithmetic, weights, list(x))
        for x in dict.fromkeys(x for x, _, _ in pairs)
    }
    return [outputs[x][j].plus(arithmetic.number(-t)) for x, j, t in pairs]


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
