"""Value, gradient and Hessian of the loss in one forward pass, over a box or at an exact point.

A `Jet` carries a value with its first and second partial derivatives through sums, products and
functions by the rules of calculus.  Its numbers are intervals, so that over a box of weights each
component contains what that derivative takes anywhere in the box; or exact (logarithms.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from . import elementary
from .effort import spend
from .intervals import Interval, number
from .network import coordinates
from .statement import LINEAR, Problem
from .verdict import Refused

Number = Any  # an Interval, or a number of logarithms.py
Weights = dict[str, list[list[Number]]]


MAX_ENTRIES = 2_000_000  # which take half a gigabyte


class Intervals:
    """Interval arithmetic with a stated number of binary places."""

    def __init__(self, bits: int) -> None:
        self.bits = bits

    def number(self, value: Fraction | int) -> Interval:
        """The smallest interval around a rational number."""
        return number(value, self.bits)

    def derivatives(self, name: str, z: Interval, order: int) -> list[Interval]:
        """Value and derivatives of a function on z; those with a kink need 0 outside z."""
        return elementary.derivatives(name, z, order)

    def sign(self, z: Interval) -> int:
        """1 or -1 where all of z lies on one side of 0, otherwise 0."""
        return int(z.lower > 0) - int(z.upper < 0)

    def kinked(self, z: Interval, slope: Fraction) -> Interval:
        """All x for x >= 0 and slope * x for x <= 0: every x is max(x, 0) + min(x, 0)."""
        above = Interval(max(z.lower, 0), max(z.upper, 0), self.bits)
        below = Interval(min(z.lower, 0), min(z.upper, 0), self.bits)
        return above + self.number(slope) * below

    def anchor(self, zs: Sequence[Interval]) -> Interval:
        """A point near the largest: what is subtracted before exponentials are summed."""
        top = max(zs, key=lambda z: z.lower + z.upper)
        middle = (top.lower + top.upper) >> 1
        return Interval(middle, middle, self.bits)


class Jet:
    """A value, first derivatives by index, second ones by indices (i, j) with i <= j.

    Absent entries are 0.  ``second`` stays empty in a jet of order 1 (and ``order`` tells).
    """

    __slots__ = ("first", "order", "second", "value")

    def __init__(
        self,
        value: Number,
        order: int,
        first: dict[int, Number] | None = None,
        second: dict[tuple[int, int], Number] | None = None,
    ) -> None:
        self.value, self.order = value, order
        self.first = {} if first is None else first
        self.second = {} if second is None else second

    def times(self, factor: Number) -> Jet:
        """The multiple by a number that does not depend on the weights."""
        _count(len(self.first) + len(self.second))
        return Jet(
            self.value * factor,
            self.order,
            {i: a * factor for i, a in self.first.items()},
            {k: a * factor for k, a in self.second.items()},
        )

    def plus(self, shift: Number) -> Jet:
        """The sum with a number that does not depend on the weights."""
        return Jet(self.value + shift, self.order, self.first, self.second)

    def __mul__(self, other: Jet) -> Jet:
        """(u v)'' = u'' v + u v'' + u' v'^T + v' u'^T."""
        result = self.times(other.value)
        for i, b in other.first.items():
            _add(result.first, i, b * self.value)
        for k, b in other.second.items():
            _add(result.second, k, b * self.value)
        _count(len(other.first) + len(other.second))
        if self.order > 1:
            _reserve(len(result.second) + len(self.first) * len(other.first))
            _count(2 * len(self.first) * len(other.first))
            for i, a in self.first.items():
                for j, b in other.first.items():
                    term = a * b
                    _add(
                        result.second, (i, j) if i <= j else (j, i), term + term if i == j else term
                    )
        return result

    def chain(self, parts: Sequence[Number]) -> Jet:
        """f(u) from f, f', f'' at u: f(u)'' = f' u'' + f'' u' u'^T."""
        _count(len(self.first) + len(self.second))
        result = Jet(
            parts[0],
            self.order,
            {i: a * parts[1] for i, a in self.first.items()},
            {k: a * parts[1] for k, a in self.second.items()},
        )
        if self.order > 1:
            _reserve(len(result.second) + len(self.first) ** 2 // 2)
            _count(len(self.first) ** 2 // 2)
            items = sorted(self.first.items())
            for place, (i, a) in enumerate(items):
                bent = a * parts[2]
                for j, b in items[place:]:
                    _add(result.second, (i, j), bent * b)
        return result


def _count(numbers: int) -> None:
    """Count operations on numbers of moderate length; intervals.py and logarithms.py count more
    for long ones."""
    spend(1 + numbers // 3)


def _reserve(entries: int) -> None:
    """Refused where so many second derivatives would not fit in memory."""
    if entries > MAX_ENTRIES:
        raise Refused(f"more than {MAX_ENTRIES} second derivatives of one number")


def _add(table: dict[Any, Number], key: Any, value: Number) -> None:
    table[key] = table[key] + value if key in table else value


def total(jets: Iterable[Jet]) -> Jet:
    """The sum of one or more jets, which need not all be in memory."""
    rest = iter(jets)
    head = next(rest)
    result = Jet(head.value, head.order, dict(head.first), dict(head.second))
    for jet in rest:
        _count(len(jet.first) + len(jet.second))
        result.value = result.value + jet.value
        for i, a in jet.first.items():
            _add(result.first, i, a)
        for k, a in jet.second.items():
            _add(result.second, k, a)
        _reserve(len(result.second))
    return result


def loss(
    problem: Problem,
    arithmetic: Any,
    weights: Weights,
    order: int,
    slopes: Sequence[Sequence[Sequence[Fraction | None]]] | None = None,
) -> Jet:
    """The whole loss, regularizer included, with derivatives by all weights in their order.

    Parameter number i is the i-th of `coordinates`.  ``order`` is 0, 1 or 2.  Where ``slopes``
    (cells.py: by sample, layer and neuron) has a number, the neuron is that multiple of its
    preactivation, whatever the signs.
    """
    jets = _variables(problem, arithmetic, weights, order)
    parts = (
        _sample(
            problem.kind,
            arithmetic,
            outputs(problem, arithmetic, jets, x, None if slopes is None else slopes[i]),
            y,
            None if problem.weights is None else problem.weights[i],
        )
        for i, (x, y) in enumerate(zip(problem.inputs, problem.targets, strict=True))
    )
    result = total(parts).times(arithmetic.number(problem.scale))
    penalty = [
        _square(arithmetic, w).times(arithmetic.number(factor / 2))
        for name, rows in problem.l2.items()
        for line, row in zip(rows, jets[name], strict=True)
        for factor, w in zip(line, row, strict=True)
        if factor
    ]
    return total([result, *penalty])


def _variables(
    problem: Problem, arithmetic: Any, weights: Weights, order: int
) -> dict[str, list[list[Jet]]]:
    one = arithmetic.number(1)
    spend(sum(rows * columns for rows, columns in problem.shapes.values()))
    index = {place: i for i, place in enumerate(coordinates(problem))}
    return {
        name: [
            [Jet(w, order, {index[name, a, b]: one} if order else {}) for b, w in enumerate(row)]
            for a, row in enumerate(rows)
        ]
        for name, rows in weights.items()
    }


def outputs(
    problem: Problem,
    arithmetic: Any,
    jets: dict[str, list[list[Jet]]],
    x: list[Fraction],
    slopes: Sequence[Sequence[Fraction | None]] | None = None,
) -> list[Jet]:
    """The outputs for one input."""
    inputs = [arithmetic.number(a) for a in x]
    layers: list[list[Jet]] = []
    entries = 0
    for k in range(1, problem.K + 1):
        last = layers[-1] if layers else []
        if k == problem.K and problem.skip is not None:
            last = [layers[layer - 1][neuron - 1] for layer, neuron in problem.skip]
        z = []
        for place, row in enumerate(jets[f"W{k}"]):
            terms = (
                [w * h for w, h in zip(row, last, strict=True)]
                if k > 1
                else [w.times(a) for w, a in zip(row, inputs, strict=True)]
            )
            bias = [jets[f"b{k}"][place][0]] if f"b{k}" in jets else []
            z.append(total([*terms, *bias]))
            entries += len(z[-1].first) + len(z[-1].second)
            if entries > MAX_ENTRIES:
                raise Refused(f"more than {MAX_ENTRIES} derivatives of the neurons of one sample")
        if k == problem.K:
            return z
        known = [None] * len(z) if slopes is None else slopes[k - 1]
        layers.append(
            [
                _activate(problem, arithmetic, k, u) if a is None else u.times(arithmetic.number(a))
                for u, a in zip(z, known, strict=True)
            ]
        )
    return layers[-1]


def _activate(problem: Problem, arithmetic: Any, k: int, z: Jet) -> Jet:
    coefficients, function = problem.activations[k - 1], problem.functions[k - 1]
    if coefficients is not None:
        return z if coefficients == LINEAR else _polynomial(arithmetic, coefficients, z)
    if function is None:
        raise Refused(f"hidden layer {k}: no enclosure of its activation")
    name, parameter = function
    if name in ("relu", "leaky_relu"):
        return _kinked(arithmetic, z, parameter if name == "leaky_relu" else Fraction(0))
    if name == "softplus" and parameter != 1:
        if parameter == 0:
            raise Refused("softplus(g): expected g other than 0")
        steep = z.times(arithmetic.number(parameter))
        bent = steep.chain(arithmetic.derivatives(name, steep.value, z.order))
        return bent.times(arithmetic.number(1 / parameter))
    return z.chain(arithmetic.derivatives(name, z.value, z.order))


def _polynomial(arithmetic: Any, coefficients: Sequence[Fraction | int], z: Jet) -> Jet:
    parts = []
    for _ in range(z.order + 1):
        parts.append(z.value.polynomial(coefficients or (0,)))
        coefficients = tuple(k * a for k, a in enumerate(coefficients))[1:]
    return z.chain(parts)


def _kinked(arithmetic: Any, z: Jet, slope: Fraction) -> Jet:
    """z or slope * z where the sign of z is known: there, and nearby, the function is linear.  A
    value without derivatives needs no sign."""
    sign = arithmetic.sign(z.value)
    if sign == 0 and z.order == 0:
        return Jet(arithmetic.kinked(z.value, slope), 0)
    if sign == 0:
        raise Refused(elementary.KINK)
    return z if sign > 0 else z.times(arithmetic.number(slope))


def _square(arithmetic: Any, z: Jet) -> Jet:
    parts = [z.value.polynomial((0, 0, 1)), z.value + z.value, arithmetic.number(2)]
    return z.chain(parts[: z.order + 1])


def _sample(
    kind: str,
    arithmetic: Any,
    outputs: list[Jet],
    y: list[Fraction],
    factors: list[Fraction] | None,
) -> Jet:
    """The loss of one sample before the scale."""
    if kind == "squared":
        squares = (
            _square(arithmetic, f.plus(arithmetic.number(-t)))
            for f, t in zip(outputs, y, strict=True)
        )
        if factors is not None:
            squares = (s.times(arithmetic.number(w)) for s, w in zip(squares, factors, strict=True))
        return total(squares)
    if factors is not None:
        raise Refused(f"weights of the loss {kind}")
    if kind == "logistic":
        margins = [f.times(arithmetic.number(-t)) for f, t in zip(outputs, y, strict=True)]
        return total(m.chain(arithmetic.derivatives("softplus", m.value, m.order)) for m in margins)
    top = arithmetic.anchor([f.value for f in outputs])
    shifted = [f.plus(-top) for f in outputs]
    summed = total(f.chain(arithmetic.derivatives("exp", f.value, f.order)) for f in shifted)
    log = summed.chain(arithmetic.derivatives("log", summed.value, summed.order))
    return total(
        [
            log.plus(top),
            *(f.times(arithmetic.number(-t)) for f, t in zip(outputs, y, strict=True) if t),
        ]
    )


def gradient(problem: Problem, jet: Jet, arithmetic: Any) -> list[Number]:
    """The first derivatives as a full vector."""
    zero = arithmetic.number(0)
    return [jet.first.get(i, zero) for i in range(len(coordinates(problem)))]


def hessian(problem: Problem, jet: Jet, arithmetic: Any) -> list[list[Number]]:
    """The second derivatives as a full symmetric matrix."""
    zero, n = arithmetic.number(0), len(coordinates(problem))
    if n * n > 10 * MAX_ENTRIES:
        raise Refused(f"a Hessian by {n} weights")
    _count(n * n)
    return [[jet.second.get((min(i, j), max(i, j)), zero) for j in range(n)] for i in range(n)]
