"""Rules about the whole landscape of any problem: it is not convex; the rank of its data."""

from __future__ import annotations

from typing import Any

from . import files
from .context import Context
from .number_field import Scalar, is_zero, sign
from .rules_points import Object, loss_at, of_rank
from .verdict import Refused, Unreadable, show


def midpoint_not_convex(context: Context, claim: Object, step: Object) -> str:
    """A convex function is at most the mean of the ends in the middle of a segment; here the
    middle is computed entry by entry, and the loss there is larger."""
    if sign(_bulge(context, claim)) <= 0:
        raise Refused("the loss in the middle is not larger than the mean of the ends")
    return "the loss is not convex"


def midpoint_not_concave(context: Context, claim: Object, step: Object) -> str:
    """As `midpoint_not_convex`, with the inequality reversed."""
    if sign(_bulge(context, claim)) >= 0:
        raise Refused("the loss in the middle is not smaller than the mean of the ends")
    return "the loss is not concave"


def _bulge(context: Context, claim: Object) -> Scalar:
    """2 L(middle) - L(first) - L(last), the middle checked to be one."""
    first, last = files.array(claim["ends"], "ends", 2)
    ends = context.weights(first), context.weights(last)
    for name, rows in context.weights(claim["middle"]).items():
        for i, row in enumerate(rows):
            for j, entry in enumerate(row):
                if not is_zero(ends[0][name][i][j] + ends[1][name][i][j] - entry * 2):
                    raise Refused(f"{name}: {show(claim['middle'])} is not in the middle")
    middle = loss_at(context, claim["middle"])
    return middle * 2 - loss_at(context, first) - loss_at(context, last)


def minor_data_rank(context: Context, claim: Object, step: Object) -> str:
    """The rank of a matrix of the data, by a minor that is not zero and a kernel.

    ``inputs`` is the table of inputs, a row a sample, which has the rank of X X^T; ``cross`` is the
    sum of y x^T over the samples, that is Y X^T for samples in columns.  Loss weights do not enter.
    """
    problem, r = context.problem, files.count(claim["rank"], "rank")
    matrix: list[list[Any]]
    if claim["matrix"] == "inputs":
        matrix = problem.inputs
    elif claim["matrix"] == "cross":
        pairs = list(zip(problem.targets, problem.inputs, strict=True))
        matrix = [
            [sum(y[i] * x[j] for y, x in pairs) for j in range(problem.widths[0])]
            for i in range(problem.widths[-1])
        ]
    else:
        raise Unreadable(f'matrix: {show(claim["matrix"])}, expected "inputs" or "cross"')
    of_rank(context, matrix, step, r, None)
    what = "inputs" if claim["matrix"] == "inputs" else "cross moment Y X^T"
    return f"the rank of the {what} is {r}"
