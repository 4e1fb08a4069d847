"""Rules that follow the loss along a polynomial curve through a point.

A curve W(s) has polynomial entries in s and W(0) is the point.  If the first coefficient of
L(W(s)) - L(W(0)) that is not zero is negative, L takes smaller values at points as near to the
point as one likes, so the point is no local minimum; if it is positive, no local maximum.  Small
s > 0 are enough, so that a network with relu is followed as network.py has it near the point, and
from a kink to the side to which the curve leads.
"""

from __future__ import annotations

from typing import Any

from . import files, network
from .context import Context, Weights
from .network import Series
from .number_field import is_zero, sign
from .rules_points import Object
from .statement import columned
from .verdict import Refused, Unreadable, show

MAX_ORDER = 1000


def _moved(context: Context, point: Any, curve: Any, where: str, length: int) -> Weights:
    """The point plus the curve, modulo s^length."""
    weights, shapes = context.weights(point), context.problem.shapes
    root = context.root_of(point)
    files.fields(curve, where, "", " ".join(shapes))
    moved = dict(weights)
    for name, value in curve.items():
        rows, columns = shapes[name]
        moved[name] = []
        for w, line in zip(weights[name], files.array(value, where, rows), strict=True):
            entries = [
                [context.number(x, where, root) for x in files.array(p, where)]
                for p in files.array(line, where, columns)
            ]
            if any(p and not is_zero(p[0]) for p in entries):
                raise Refused(f"{where}: the curve does not start at the point")
            moved[name].append(
                [Series([x, *p[1:]], length) for x, p in zip(w, entries, strict=True)]
            )
    return moved


def check_curve(context: Context, point: Any, curve: Any, where: str, wanted: int) -> int:
    """The order of the first nonzero coefficient; `Refused` if its sign is not ``wanted``.

    The curve is an object of parameters with one more field "order", the power of s at which the
    coefficient stands; computing modulo s^(order+1) is enough.
    """
    if not isinstance(curve, dict) or "order" not in curve:
        raise Unreadable(f"{where}: {show(curve)}, expected a curve with its order")
    order = files.count(curve["order"], f"{where}: order", 1, MAX_ORDER)
    parameters = {n: columned(n, value) for n, value in curve.items() if n != "order"}
    moved = _moved(context, point, parameters, where, order + 1)
    loss = network.loss(context.problem, moved, near=True, after=True)
    terms = loss.terms if isinstance(loss, Series) else [loss]
    for k in range(1, order):
        if k < len(terms) and not is_zero(terms[k]):
            raise Refused(f"{where}: the coefficient of s^{k} is not zero, order {order} claimed")
    found = sign(terms[order]) if order < len(terms) else 0
    if found != wanted:
        word = {-1: "negative", 0: "zero", 1: "positive"}[found]
        raise Refused(f"{where}: the coefficient of s^{order} is {word}")
    return order


def direction_strict_saddle(context: Context, claim: Object, step: Object) -> str:
    """The s^2 coefficient of L(W + s D) is half of D' Hess D; it is negative, so the Hessian has a
    negative eigenvalue and the point is no local minimum.  It is critical (earlier claim), and
    the ascent curve shows that it is no local maximum: a strict saddle."""
    context.claim(step["critical"], "critical", claim["point"])
    line = step["direction"]
    files.fields(line, "direction", "", " ".join(context.problem.shapes))
    straight = {n: _straight(columned(n, rows)) for n, rows in line.items()}
    moved = _moved(context, claim["point"], straight, "direction", 3)
    loss = network.loss(context.problem, moved, near=True)
    terms = loss.terms if isinstance(loss, Series) else [loss]
    if len(terms) < 3 or sign(terms[2]) >= 0:
        raise Refused("direction: the second-order coefficient is not negative")
    check_curve(context, claim["point"], step["ascent"], "ascent", 1)
    return f"{claim['point']} is a strict saddle"


def _straight(rows: Any) -> Any:
    """A direction's entries as curves s -> s D."""
    return [
        [["0", x] for x in files.array(row, "direction")] for row in files.array(rows, "direction")
    ]


def curve_not_minimum(context: Context, claim: Object, step: Object) -> str:
    """Along the curve L falls below its value at the point: no local minimum."""
    order = check_curve(context, claim["point"], step["descent"], "descent", -1)
    return f"{claim['point']} is no local minimum, the loss falls to order {order} along a curve"


def curve_non_strict_saddle(context: Context, claim: Object, step: Object) -> str:
    """The point is critical with positive semidefinite Hessian (earlier claims), L falls along one
    curve and rises along another: a saddle that second derivatives do not show."""
    context.claim(step["critical"], "critical", claim["point"])
    context.claim(step["semidefinite"], "semidefinite", claim["point"])
    order = check_curve(context, claim["point"], step["descent"], "descent", -1)
    check_curve(context, claim["point"], step["ascent"], "ascent", 1)
    return f"{claim['point']} is a saddle, not strict; the loss falls to order {order}"
