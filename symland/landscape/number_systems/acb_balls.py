"""Arb's complex balls, for functions that are holomorphic on the whole ball, or refused.

An analytic continuation of a loss is meant: squares are z^2, never |z|^2.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, final

from flint import acb

from symland.exact.rational_matrix import as_fmpq
from symland.landscape.number_systems.number_system import Transcendental

__all__ = ["ComplexBalls", "complex_balls"]


@final
class ComplexBalls(Transcendental):
    """Complex balls (rectangles). Precision is ``flint.ctx.prec``.

    log is the principal branch, refused for balls that meet its cut; tanh and sigmoid are not
    finite where the ball may hold a pole.

    >>> complex_balls.softplus(acb(0, 1)).real > 0
    True
    >>> complex_balls.log(acb(-1))
    Traceback (most recent call last):
    ...
    symland.landscape.number_systems.number_system.MissingFunction: complex balls have no log of
    the ball -1.00000000000000, which meets the branch cut; balls, multiprecision numbers, floats
    and SymPy symbols have it
    """

    name = "complex balls"

    def number(self, value: Any) -> acb:
        """The complex ball around a rational."""
        return acb(as_fmpq(Fraction(value)))

    def exp(self, z: Any) -> Any:
        """A ball that holds e^x for every x in z."""
        return z.exp()

    def log(self, z: Any) -> Any:
        """The principal logarithm; refused where the ball meets the branch cut."""
        if z.real > 0 or z.imag > 0 or z.imag < 0:
            return z.log()
        raise self.missing(f"log of the ball {z}, which meets the branch cut")

    def tanh(self, z: Any) -> Any:
        """A ball that holds tanh(x) for every x in z."""
        return z.tanh()

    def log_sum_exp(self, zs: Sequence[Any]) -> Any:
        """log of the sum of exp, with the largest real part taken out first."""
        top = max(zs, key=lambda z: float(z.real.mid()))
        return top + super().log_sum_exp([z - top for z in zs])


complex_balls = ComplexBalls()
