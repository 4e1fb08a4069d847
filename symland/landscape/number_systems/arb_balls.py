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
        return arb(as_fmpq(Fraction(value)))

    def exp(self, z: Any) -> Any:
        return z.exp()

    def log(self, z: Any) -> Any:
        return z.log()

    def tanh(self, z: Any) -> Any:
        return z.tanh()

    def softplus(self, z: Any) -> Any:
        # For large z exp(z) would lose what z still knows.
        return z + (-z).exp().log1p() if z > 0 else z.exp().log1p()

    def log_sum_exp(self, zs: Sequence[Any]) -> Any:
        top = max(zs, key=lambda z: float(z.mid()))
        return top + super().log_sum_exp([z - top for z in zs])

    def sign(self, z: Any) -> int:
        if z.is_zero():
            return 0
        if z > 0 or z < 0:
            return 1 if z > 0 else -1
        raise self.missing(f"sign of the ball {z}")

    def is_nothing(self, value: Any) -> bool:
        return bool(value.is_zero())

    def kinked(self, z: Any, slope: Fraction) -> Any:
        # z = z+ - z-, so this encloses also where z straddles 0.
        if z >= 0:
            return z
        if z <= 0:
            return self.number(slope) * z
        return z.nonnegative_part() - self.number(slope) * (-z).nonnegative_part()

    def power(self, z: Any, exponent: int) -> Any:
        value = super().power(z, exponent)
        return value.nonnegative_part() if exponent % 2 == 0 else value

    def root(self, polynomial: Sequence[Fraction], interval: tuple[Fraction, Fraction]) -> arb:
        low, high = isolated_root(polynomial, interval, ctx.prec + 10)
        return self.number(low).union(self.number(high))


balls = Balls()
