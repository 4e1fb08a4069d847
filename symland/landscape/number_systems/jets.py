"""Jets: a value with its gradient and Hessian, over any other number system.

The parameters as jets, pushed through the one forward pass, give loss, gradient and Hessian at a
point: exact over rationals, enclosed over balls. No derivative of a network is written by hand,
only those of the few functions that a number system has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from typing import Any, final

from symland.landscape.number_systems.derivatives import derivatives
from symland.landscape.number_systems.number_system import NumberSystem

__all__ = ["Jet", "Jets"]

Derivatives = dict[Any, Any]


@final
@dataclass(slots=True)  # frozen, a jet would take three times as long to make
class Jet:
    """A value, its first derivatives by index, its second by index pair i <= j; absent is 0.

    `second` is None in a jet of order 1. `is_quiet` says that the function is known to be 0 for all
    parameters nearby, not only to have the value 0: an input 0, an inactive relu, their multiples.
    """

    value: Any
    first: Derivatives = field(default_factory=dict)
    second: Derivatives | None = None
    is_quiet: bool = False

    def __add__(self, other: Jet) -> Jet:
        if self.is_quiet or other.is_quiet:
            return other if self.is_quiet else self
        second = None
        if self.second is not None and other.second is not None:
            second = _sum(self.second, other.second)
        return Jet(self.value + other.value, _sum(self.first, other.first), second)

    def __neg__(self) -> Jet:
        if self.is_quiet:
            return self
        second = None if self.second is None else {k: -a for k, a in self.second.items()}
        return Jet(-self.value, {k: -a for k, a in self.first.items()}, second)

    def __sub__(self, other: Jet) -> Jet:
        return self + (-other)

    def __mul__(self, other: Jet) -> Jet:
        if self.is_quiet or other.is_quiet:
            return self if self.is_quiet else other
        value = self.value * other.value
        first = _sum(_scaled(self.first, other.value), _scaled(other.first, self.value))
        if self.second is None or other.second is None:
            return Jet(value, first)
        second = _sum(_scaled(self.second, other.value), _scaled(other.second, self.value))
        _add_products(second, self.first, other.first)
        return Jet(value, first, second)


@final
class Jets(NumberSystem):
    """Jets of order 1 or 2 over `system`.

    Examples
    --------
    >>> from symland.landscape.number_systems import rationals
    >>> jets = Jets(rationals, order=2)
    >>> x, y = jets.variable(Fraction(3), 0), jets.variable(Fraction(5), 1)
    >>> z = x * x * y
    >>> [str(z.first[i]) for i in (0, 1)], {k: str(v) for k, v in sorted(z.second.items())}
    (['30', '9'], {(0, 0): '10', (0, 1): '6'})
    """

    def __init__(self, system: NumberSystem, order: int = 2):
        if order not in (1, 2):
            raise ValueError(f"order: {order}, expected 1 or 2")
        self.system = system
        self.order = order
        self.name = f"jets of {system.name}"
        self._one = system.number(1)

    def number(self, value: Any) -> Jet:
        """A rational number: a constant of the system below."""
        return self.constant(self.system.number(value))

    def constant(self, value: Any) -> Jet:
        """An element of the system below, with derivatives 0."""
        return Jet(value, {}, {} if self.order == 2 else None, self.system.is_nothing(value))

    def variable(self, value: Any, index: int) -> Jet:
        """The parameter of this index at this value."""
        return Jet(value, {index: self._one}, {} if self.order == 2 else None)

    def chain(self, z: Jet, value: Any, slope: Any, curvature: Any = None) -> Jet:
        """f(z), given f, f' and, for jets of order 2, f'' at z's value."""
        first = _scaled(z.first, slope)
        if z.second is None:
            return Jet(value, first)
        second = _scaled(z.second, slope)
        _add_products(second, _scaled(z.first, curvature), z.first, halved=True)
        return Jet(value, first, second)

    def _smooth(self, name: str, z: Jet) -> Jet:
        return self.chain(z, *derivatives(self.system, name, z.value, self.order))

    def exp(self, z: Jet) -> Jet:
        """e^z."""
        return self._smooth("exp", z)

    def tanh(self, z: Jet) -> Jet:
        """The hyperbolic tangent."""
        return self._smooth("tanh", z)

    def sigmoid(self, z: Jet) -> Jet:
        """1 / (1 + e^-z)."""
        return self._smooth("sigmoid", z)

    def softplus(self, z: Jet) -> Jet:
        """log(1 + e^z)."""
        return self._smooth("softplus", z)

    def power(self, z: Jet, exponent: int) -> Jet:
        """z^n with n z^(n-1) and n (n-1) z^(n-2), which encloses better than products do."""
        if exponent == 1 or z.is_quiet:
            return z
        power, number, v = self.system.power, self.system.number, z.value
        slope = number(exponent) * (v if exponent == 2 else power(v, exponent - 1))
        if self.order == 1:
            return self.chain(z, power(v, exponent), slope)
        bent = number(exponent * (exponent - 1))
        if exponent > 2:
            bent = bent * (v if exponent == 3 else power(v, exponent - 2))
        return self.chain(z, power(v, exponent), slope, bent)

    def log_sum_exp(self, zs: Sequence[Jet]) -> Jet:
        """Its gradient is the softmax p, its Hessian diag(p) - p p^T."""
        top = self.system.log_sum_exp([z.value for z in zs])
        p = [self.system.exp(z.value - top) for z in zs]
        first = reduce(_sum, [_scaled(z.first, q) for z, q in zip(zs, p, strict=True)])
        if self.order == 1:
            return Jet(top, first)
        second: Derivatives = {}
        for z, q in zip(zs, p, strict=True):
            second = _sum(second, _scaled(z.second or {}, q))
            _add_products(second, _scaled(z.first, q), z.first, halved=True)
        _add_products(second, {k: -a for k, a in first.items()}, first, halved=True)
        return Jet(top, first, second)

    def sign(self, z: Jet) -> int:
        """The sign of the value."""
        return self.system.sign(z.value)

    def kinked(self, z: Jet, slope: Fraction) -> Jet:
        """z where z >= 0, slope * z elsewhere; at 0 the system below says what the slope is."""
        if slope == 1 or z.is_quiet:
            return z
        value = self.system.kinked(z.value, slope)
        if not z.first or (slope == 0 and self.system.is_nothing(value) and self.sign(z) < 0):
            return self.constant(value)
        return self.chain(z, value, self.system.kink_slope(z.value, slope), self.system.number(0))

    def samples(self, *data: Any) -> list[Any]:
        """The samples of the system below, as constants."""

        def lift(row: list[Any] | None) -> list[Jet] | None:
            return None if row is None else [self.constant(v) for v in row]

        return [tuple(lift(row) for row in sample) for sample in self.system.samples(*data)]

    def total(self, values: Sequence[Jet]) -> Jet:
        """The sum of values and of derivatives, each as the system below sums."""

        def summed(parts: Sequence[Derivatives]) -> Derivatives:
            listed: dict[Any, list[Any]] = {}
            for jet, part in zip(values, parts, strict=True):
                for key, a in part.items():
                    listed.setdefault(key, []).append(self.system.spread(a, jet.value))
            return {key: self.system.total(terms) for key, terms in listed.items()}

        value = self.system.total([v.value for v in values])
        second = summed([v.second or {} for v in values]) if self.order == 2 else None
        return Jet(value, summed([v.first for v in values]), second)


def _sum(a: Derivatives, b: Derivatives) -> Derivatives:
    result = dict(a)
    for key, value in b.items():
        result[key] = result[key] + value if key in result else value
    return result


def _scaled(a: Derivatives, factor: Any) -> Derivatives:
    return {key: value * factor for key, value in a.items()}


def _add_products(
    second: Derivatives, a: Derivatives, b: Derivatives, halved: bool = False
) -> None:
    """Add to `second` a b^T + b a^T, or half of it: a b^T where that is symmetric."""
    for i, u in a.items():
        for j, v in b.items():
            if halved and i > j:
                continue
            product = u * v
            key = (i, j) if i <= j else (j, i)
            if i == j and not halved:
                product = product + product
            second[key] = second[key] + product if key in second else product
