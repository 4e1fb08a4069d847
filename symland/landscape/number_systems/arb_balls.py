"""Arb's balls: every result encloses the true value. Precision is ``flint.ctx.prec``."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, final

from flint import arb, ctx

from symland.exact.rational_matrix import as_fmpq
from symland.landscape.number_systems.mpmath_numbers import isolated_root
from symland.landscape.number_systems.number_system import Transcendental

__all__ = ["Balls", "balls"]

_SMALL = {n: arb(n) for n in range(-2, 3)}


@final
class Balls(Transcendental):
    """Real balls.

    >>> balls.power(arb(0, 1), 2).lower() >= 0
    True
    >>> balls.kinked(arb(-1, "0.5"), Fraction(0))
    0
    """

    name = "balls"

    def number(self, value: Any) -> arb:
        """The ball around a rational; exact where the rational is a dyadic that fits."""
        if type(value) is int:
            return _SMALL[value] if -3 < value < 3 else arb(value)
        return arb(as_fmpq(Fraction(value)))

    def exp(self, z: Any) -> Any:
        """A ball that holds e^x for every x in z."""
        return z.exp()

    def log(self, z: Any) -> Any:
        """A ball that holds every logarithm; not finite where z reaches 0."""
        return z.log()

    def tanh(self, z: Any) -> Any:
        """A ball that holds tanh(x) for every x in z."""
        return z.tanh()

    def softplus(self, z: Any) -> Any:
        """log(1 + e^z), as z + log(1 + e^-z) where z > 0."""
        # For large z exp(z) would lose what z still knows.
        return z + (-z).exp().log1p() if z > 0 else z.exp().log1p()

    def log_sum_exp(self, zs: Sequence[Any]) -> Any:
        """log of the sum of exp, with the largest midpoint taken out first."""
        top = max(zs, key=lambda z: float(z.mid()))
        return top + super().log_sum_exp([z - top for z in zs])

    def sign(self, z: Any) -> int:
        """The sign that all numbers in the ball have; refused where they differ."""
        if z.is_zero():
            return 0
        if z > 0 or z < 0:
            return 1 if z > 0 else -1
        raise self.missing(f"sign of the ball {z}")

    def is_nothing(self, value: Any) -> bool:
        """Whether the ball is exactly 0."""
        return bool(value.is_zero())

    def kinked(self, z: Any, slope: Fraction) -> Any:
        """z where z >= 0 and slope * z elsewhere; a ball across 0 is enclosed too."""
        # z = z+ - z-, so this encloses also where z straddles 0.
        if z >= 0:
            return z
        if z <= 0:
            return self.number(slope) * z
        return z.nonnegative_part() - self.number(slope) * (-z).nonnegative_part()

    def power(self, z: Any, exponent: int) -> Any:
        """z to a positive integer power, never negative where the exponent is even."""
        value = z * z if exponent == 2 else super().power(z, exponent)
        return value.nonnegative_part() if exponent % 2 == 0 else value

    def root(self, polynomial: Sequence[Fraction], interval: tuple[Fraction, Fraction]) -> arb:
        """A ball around the isolated root, ten bits beyond the precision."""
        low, high = isolated_root(polynomial, interval, ctx.prec + 10)
        return self.number(low).union(self.number(high))


balls = Balls()
