"""What the forward pass and the loss ask of their numbers.

Elements of a system support ``+``, ``-`` and ``*`` among themselves; everything else is asked of
the system. A function that a system lacks is refused by name (`MissingFunction`), never replaced
by an approximation.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import reduce
from operator import add
from typing import Any

__all__ = ["Kink", "MissingFunction", "NumberSystem", "Sample", "Transcendental"]

Sample = tuple[list[Any], list[Any], list[Any] | None]
"""Inputs, targets and, where the loss has them, weights of one sample (or of all at once)."""


class MissingFunction(ValueError):
    """The number system has no such function; the text names both."""


class Kink(ValueError):
    """A preactivation is 0 where a derivative is asked for; `place` says where, as far as known.

    >>> str(Kink().at(layer=1, neuron=2).at(sample=3))
    'a preactivation is 0, where relu and leaky_relu have no derivative: layer 1, neuron 2, ...'
    """

    def __init__(self) -> None:
        super().__init__("a preactivation is 0, where relu and leaky_relu have no derivative")
        self.place: dict[str, int] = {}

    def at(self, **place: int) -> Kink:
        """The same with more known of where it is."""
        self.place |= place
        return self

    def __str__(self) -> str:
        where = ", ".join(f"{what} {number}" for what, number in self.place.items())
        return f"{self.args[0]}: {where}" if where else str(self.args[0])


class NumberSystem:
    """Base of all number systems; a subclass gives `name`, `number` and the functions it has.

    Examples
    --------
    A system of Python floats, good enough for polynomial networks:

    >>> class Plain(NumberSystem):
    ...     name = "plain floats"
    ...     def number(self, value):
    ...         return float(value)
    >>> Plain().power(Plain().number(Fraction(3, 2)), 3)
    3.375
    >>> Plain().tanh(1.0)
    Traceback (most recent call last):
    ...
    symland.landscape.number_systems.number_system.MissingFunction: plain floats have no tanh;
    balls, multiprecision numbers, floats and SymPy symbols have it
    """

    name = "numbers"

    def number(self, value: Any) -> Any:
        """The element equal to a rational number."""
        raise TypeError(f"{type(self).__name__} defines no number()")

    def missing(self, function: str) -> MissingFunction:
        """The refusal that names the function and this system."""
        return MissingFunction(
            f"{self.name} have no {function}; "
            "balls, multiprecision numbers, floats and SymPy symbols have it"
        )

    # Functions that activations, losses and weights files ask for.

    def exp(self, z: Any) -> Any:
        """e^z."""
        raise self.missing("exp")

    def log(self, z: Any) -> Any:
        """The natural logarithm, of a positive element."""
        raise self.missing("log")

    def tanh(self, z: Any) -> Any:
        """(e^z - e^-z) / (e^z + e^-z)."""
        raise self.missing("tanh")

    def sigmoid(self, z: Any) -> Any:
        """1 / (1 + exp(-z))."""
        raise self.missing("sigmoid")

    def softplus(self, z: Any) -> Any:
        """log(1 + exp(z))."""
        raise self.missing("softplus")

    def log_sum_exp(self, zs: Sequence[Any]) -> Any:
        """log of the sum of exp."""
        raise self.missing("log_sum_exp")

    def sign(self, z: Any) -> int:
        """-1, 0 or 1; refused where the system does not know it."""
        raise self.missing("sign")

    def is_nothing(self, value: Any) -> bool:
        """Whether the element is known to be 0; a vectorised system says no."""
        return False

    def root(self, polynomial: Sequence[Fraction], interval: tuple[Fraction, Fraction]) -> Any:
        """The only real root of the polynomial (lowest coefficient first) in the interval."""
        raise self.missing("real roots of polynomials")

    # What follows from the ring operations alone.

    def kinked(self, z: Any, slope: Fraction) -> Any:
        """z where z >= 0 and slope * z elsewhere: relu is slope 0."""
        return z if self.sign(z) >= 0 else self.number(slope) * z

    def kink_slope(self, z: Any, slope: Fraction) -> Any:
        """The derivative of `kinked`: 1 for z > 0, slope for z < 0, refused at 0."""
        sign = self.sign(z)
        if sign == 0:
            raise Kink
        return self.number(1 if sign > 0 else slope)

    def power(self, z: Any, exponent: int) -> Any:
        """z to a positive integer power."""
        return reduce(lambda product, _: product * z, range(exponent - 1), z)

    def polynomial(self, coefficients: Sequence[Any], z: Any) -> Any:
        """c0 + c1 z + ..., by Horner's rule."""
        value = self.number(coefficients[-1])
        for c in reversed(coefficients[:-1]):
            value = value * z + self.number(c)
        # A constant must have the shape of z where z is an array.
        return value if len(coefficients) > 1 else value + self.number(0) * z

    def entry(self, value: Any, roots: dict[str, Any]) -> Any:
        """An entry of an exact point: a rational, log(p/q), or polynomials in `roots`."""
        if isinstance(value, int | Fraction):
            return self.number(value)
        if hasattr(value, "terms"):
            parts = [self.polynomial(c, roots[name]) for name, c in value.terms]
            return reduce(add, parts) if parts else self.number(0)
        return self.log(self.number(value.argument))

    def samples(
        self,
        inputs: Sequence[Sequence[Fraction]],
        targets: Sequence[Sequence[Fraction]],
        weights: Sequence[Sequence[Fraction]] | None,
    ) -> list[Sample]:
        """The data in this system, sample by sample; a vectorised system returns one group."""

        def row(values: Sequence[Fraction]) -> list[Any]:
            return [self.number(v) for v in values]

        return [
            (row(x), row(y), row(weights[i]) if weights is not None else None)
            for i, (x, y) in enumerate(zip(inputs, targets, strict=True))
        ]

    def total(self, values: Sequence[Any]) -> Any:
        """The sum over the groups that `samples` returned."""
        return reduce(add, values)

    def spread(self, z: Any, like: Any) -> Any:
        """z once for every sample of `like`; a vectorised system repeats what does not vary."""
        return z


class Transcendental(NumberSystem):
    """A system with `exp`, `log` and division, from which the other functions follow."""

    def inverse(self, z: Any) -> Any:
        """1 / z."""
        return self.number(1) / z

    def sigmoid(self, z: Any) -> Any:
        """1 / (1 + exp(-z)), as it is written."""
        return self.inverse(self.number(1) + self.exp(-z))

    def softplus(self, z: Any) -> Any:
        """log(1 + exp(z)), as it is written; large z overflow where exp does."""
        return self.log(self.number(1) + self.exp(z))

    def tanh(self, z: Any) -> Any:
        """2 sigmoid(2 z) - 1."""
        return self.number(2) * self.sigmoid(z + z) - self.number(1)

    def log_sum_exp(self, zs: Sequence[Any]) -> Any:
        """log of the sum of exp, as it is written."""
        return self.log(reduce(add, [self.exp(z) for z in zs]))
