"""The loss along a polynomial curve through a point at which sigmoid, tanh, exp and softplus, with
all their derivatives, are known exactly (logarithms.py).

A curve W(s) has rational polynomial entries without constant term, added to the point.  L(W(s)) is
computed modulo s^(n+1): preactivations are power series z_0 + d with d of order 1, and
    a(z_0 + d) = sum over k <= n of a^(k)(z_0) / k! d^k   modulo s^(n+1),
which is Taylor's theorem, as a is analytic at z_0 (for relu where z_0 is not 0).  If the first
coefficient of L(W(s)) - L(W(0)) that is not 0 is negative (positive), L takes lower (higher) values
as near to the point as one likes.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from . import files
from .context import Context
from .effort import spend
from .logarithms import Logarithmic, Logarithms, _bits
from .rules_logarithms import _weights
from .rules_points import read_inertia
from .statement import Problem, columned
from .verdict import Refused, Unreadable, show

Object = dict[str, Any]
Series = list[Logarithmic]
Rows = list[list[Series]]
MAX_ORDER = 8
ZERO = Logarithmic(Fraction(0))


def logarithms_non_strict_saddle(context: Context, claim: Object, step: Object) -> str:
    """The point is critical and its Hessian has no negative eigenvalue (earlier claims); L falls
    along the curve "descent" and rises along the curve "ascent": a saddle, not strict."""
    name = claim["point"]
    context.claim(step["critical"], "critical", name)
    if read_inertia(context.claim(step["inertia"], "inertia", name))[1]:
        raise Refused("the Hessian has a negative eigenvalue")
    order = _follow(context, name, step["descent"], "descent", -1)
    _follow(context, name, step["ascent"], "ascent", 1)
    return f"{name} is a saddle, not strict; the loss falls to order {order}"


def _follow(context: Context, name: Any, curve: Any, where: str, wanted: int) -> int:
    """The order of the first coefficient that is not 0; `Refused` if its sign is not ``wanted``."""
    if not isinstance(curve, dict) or "order" not in curve:
        raise Unreadable(f"{where}: {show(curve)}, expected a curve with its order")
    order = files.count(curve["order"], f"{where}: order", 1, MAX_ORDER)
    moves = {n: columned(n, value) for n, value in curve.items() if n != "order"}
    files.fields(moves, where, "", " ".join(context.problem.shapes))
    at = _weights(context, name)
    moved = {n: _moved(at[n], moves.get(n), f"{where}: {n}", order) for n in at}
    terms = _loss(context.problem, moved, order)
    for k in range(1, order):
        if not terms[k].is_zero():
            raise Refused(f"{where}: the coefficient of s^{k} is not zero, order {order} claimed")
    if Logarithms().sign(terms[order]) != wanted:
        raise Refused(f"{where}: the coefficient of s^{order} is not shown to have its sign")
    return order


def _moved(rows: list[list[Any]], given: Any, where: str, order: int) -> Rows:
    """The entries of a parameter along the curve."""
    if given is None:
        return [[[x] + [ZERO] * order for x in row] for row in rows]
    found: Rows = []
    for row, line in zip(rows, files.array(given, where, len(rows)), strict=True):
        found.append([])
        for x, value in zip(row, files.array(line, where, len(row)), strict=True):
            entries = [files.number(c, where) for c in files.array(value, where)]
            if entries[:1] != [0] or len(entries) > order + 1:
                raise Refused(f"{where}: expected coefficients of s^0, which is 0, to s^{order}")
            tail = [Logarithmic(c) for c in entries[1:]]
            found[-1].append([x, *tail] + [ZERO] * (order - len(tail)))
    return found


def _loss(problem: Problem, moved: dict[str, Rows], order: int) -> Series:
    """L along the curve; without its constant term, which may be irrational, unless the loss is the
    squared one."""
    total = [ZERO] * (order + 1)
    for i, (x, y) in enumerate(zip(problem.inputs, problem.targets, strict=True)):
        outputs = _outputs(problem, moved, x, order)
        if problem.kind != "squared":
            if problem.weights is not None:
                raise Refused(f"weights of the loss {problem.kind}")
            found = (_logistic_loss if problem.kind == "logistic" else _cross_entropy)(outputs, y)
            total = _sum(total, _times(Logarithmic(problem.scale), [ZERO, *found[1:]]))
            continue
        for j, f in enumerate(outputs):
            weight = Fraction(1) if problem.weights is None else problem.weights[i][j]
            residual = [f[0] + Logarithmic(-y[j]), *f[1:]]
            if weight:
                square = _product(residual, residual)
                total = _sum(total, _times(Logarithmic(problem.scale * weight), square))
    for name, table in problem.l2.items():
        for row, lines in zip(table, moved[name], strict=True):
            for factor, w in zip(row, lines, strict=True):
                if factor:
                    total = _sum(total, _times(Logarithmic(factor / 2), _product(w, w)))
    return total


def _logistic_loss(outputs: list[Series], y: Sequence[Fraction]) -> Series:
    """sum log(1 + exp(-y_j f_j))."""
    order = len(outputs[0]) - 1
    total = [ZERO] * (order + 1)
    for f, t in zip(outputs, y, strict=True):
        z = _times(Logarithmic(-t), f)
        value = Logarithms().derivatives("softplus", z[0], 0)[0]
        total = _sum(total, _composed(_logistic("softplus", z[0], value, order), z))
    return total


def _cross_entropy(outputs: list[Series], y: Sequence[Fraction]) -> Series:
    """log sum exp f_j - sum y_j f_j without its constant term: for the sum S with the constant term
    S_0, a positive rational, log S - log S_0 is the sum over k >= 1 of
    -(-(S - S_0) / S_0)^k / k.
    """
    order = len(outputs[0]) - 1
    summed = total = [ZERO] * (order + 1)
    for f, t in zip(outputs, y, strict=True):
        summed = _sum(summed, _composed(_exponential(f[0], order), f))
        total = _sum(total, _times(Logarithmic(-t), [ZERO, *f[1:]]))
    start = summed[0].as_rational()
    taylor = [Logarithmic(Fraction((-1) ** (k + 1), k) / start**k) for k in range(1, order + 1)]
    return _sum(total, _composed([ZERO, *taylor], summed))


def _outputs(
    problem: Problem, moved: dict[str, Rows], inputs: Sequence[Fraction], order: int
) -> list[Series]:
    layers = [[[Logarithmic(x)] + [ZERO] * order for x in inputs]]
    for k in range(1, problem.K + 1):
        below = layers[-1]
        if k == problem.K and problem.skip is not None:
            below = [layers[layer][neuron - 1] for layer, neuron in problem.skip]
        bias = moved.get(f"b{k}")
        layer = []
        for row, weights in enumerate(moved[f"W{k}"]):
            z = [ZERO] * (order + 1) if bias is None else bias[row][0]
            for w, h in zip(weights, below, strict=True):
                z = _sum(z, _product(w, h))
            layer.append(z if k == problem.K else _activated(problem, k, z))
        layers.append(layer)
    return layers[-1]


def _sum(u: Series, v: Series) -> Series:
    return [x + y for x, y in zip(u, v, strict=True)]


def _times(factor: Logarithmic, u: Series) -> Series:
    return [factor * x for x in u]


def _product(u: Series, v: Series) -> Series:
    spend(len(u))
    result = [ZERO] * len(u)
    for i, x in enumerate(u):
        if not x.is_zero():
            for j in range(len(u) - i):
                if not v[j].is_zero():
                    result[i + j] = result[i + j] + x * v[j]
    return result


def _activated(problem: Problem, layer: int, z: Series) -> Series:
    """Taylor's formula for the activation of the layer."""
    return _composed(_taylor(problem, layer, z[0], len(z) - 1), z)


def _composed(taylor: Series, z: Series) -> Series:
    """The series of a function whose Taylor coefficients at z_0 are given, by Horner's scheme."""
    d, zeros = [ZERO, *z[1:]], [ZERO] * (len(z) - 1)
    result = [taylor[-1], *zeros]
    for a in reversed(taylor[:-1]):
        result = _product(result, d)
        result[0] = result[0] + a
    return result


def _taylor(problem: Problem, layer: int, z: Logarithmic, order: int) -> Series:
    """a^(k)(z) / k! for k = 0, .., order."""
    coefficients, function = problem.activations[layer - 1], problem.functions[layer - 1]
    if coefficients is not None:
        found, factorial = [], Fraction(1)
        for k in range(order + 1):
            found.append(z.polynomial(coefficients or (Fraction(0),)) * Logarithmic(1 / factorial))
            coefficients = tuple(j * a for j, a in enumerate(coefficients))[1:]
            factorial *= k + 1
        return found
    if function is None:
        raise Refused(f"hidden layer {layer}: its activation is not known")
    name, parameter = function
    if name in ("relu", "leaky_relu"):
        sign = Logarithms().sign(z)
        if not sign:
            raise Refused("a preactivation may be 0, where relu and leaky_relu have a kink")
        slope = Logarithmic(Fraction(1) if sign > 0 else parameter * (name == "leaky_relu"))
        return [slope * z, *([slope] if order else []), *([ZERO] * (order - 1))]
    if name == "softplus" and parameter != 1:
        raise Refused("softplus(g) with g other than 1 is not expanded")
    if name == "exp":
        return _exponential(z, order)
    return _logistic(name, z, Logarithms().derivatives(name, z, 0)[0], order)


def _exponential(z: Logarithmic, order: int) -> Series:
    q, found = Logarithms().derivatives("exp", z, 0)[0].as_rational(), []
    for k in range(order + 1):
        found.append(Logarithmic(q))
        q /= k + 1
    return found


def _logistic(name: str, z: Logarithmic, value: Logarithmic, order: int) -> Series:
    """The same for sigmoid and tanh, whose derivatives are polynomials in the value v: p(v) has the
    derivative p'(v) v' with v' = v - v^2 or 1 - v^2; and for softplus, whose first one is the
    sigmoid."""
    found, factorial = [value], Fraction(1)
    inner = "sigmoid" if name == "softplus" else name
    v = Logarithms().derivatives(inner, z, 0)[0].as_rational()
    slope = [1, 0, -1] if inner == "tanh" else [0, 1, -1]
    polynomial = [0, 1] if name == "softplus" else slope
    spend(order * order, _bits(v))
    for k in range(1, order + 1):
        factorial *= k
        total = Fraction(0)
        for a in reversed(polynomial):
            total = total * v + a
        found.append(Logarithmic(total / factorial))
        derived = [j * a for j, a in enumerate(polynomial)][1:]
        product = [0] * (len(derived) + 2)
        for i, a in enumerate(derived):
            for j, b in enumerate(slope):
                product[i + j] += a * b
        polynomial = product
    return found
