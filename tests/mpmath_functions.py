"""Values and derivatives of the activations in mpmath, in closed forms that symland does not use.

With u = x/2 and q = sech^2 u the sigmoid has
    s' = q/4, s'' = -s' tanh u, s''' = s' (tanh^2 u - q/2), s'''' = s' tanh u (2 q - tanh^2 u);
with q = sech^2 x the tanh has
    t' = q, t'' = -2 q t, t''' = 4 q t^2 - 2 q^2, t'''' = 16 q^2 t - 8 q t^3.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath
from mpmath import libmp

__all__ = ["MP", "SMOOTH", "between", "derivatives", "dyadic", "precision_for", "real"]

MP = mpmath.MPContext()
SMOOTH = ("exp", "sigmoid", "tanh", "softplus", "log")


def real(x: Fraction | int) -> Any:
    """A rational, rounded once to the precision of `MP`."""
    return MP.mpf(x.numerator) / x.denominator


def dyadic(mantissa: int, exponent: int) -> Any:
    """mantissa * 2^exponent without rounding, whatever the precision."""
    return MP.make_mpf(libmp.from_man_exp(mantissa, exponent))


def between(lower: int, value: Any, upper: int, bits: int) -> bool:
    """Whether lower <= 2^bits value <= upper, without rounding and without slack."""
    return bool(dyadic(lower, -bits) <= value <= dyadic(upper, -bits))


def precision_for(name: str, x: Any) -> int:
    """Bits with which an error at x is far below 2^-250; e^x is as long as 3x/2 before the point.

    In few steps, because mpmath computes its constants anew for each precision.
    """
    return 1200 + (1 + int(1.5 * x) // 4096) * 4096 if name == "exp" and x > 100 else 1200


def derivatives(name: str, x: Any) -> list[Any]:
    """f and its first four derivatives at x, each rounded to the precision of `MP`."""
    if name == "exp":
        return [MP.exp(x)] * 5
    if name == "log":
        return [MP.log(x), 1 / x, -1 / x**2, 2 / x**3, -6 / x**4]
    if name == "tanh":
        q, t = MP.sech(x) ** 2, MP.tanh(x)
        return [t, q, -2 * q * t, 4 * q * t**2 - 2 * q**2, 16 * q**2 * t - 8 * q * t**3]
    small, q, t = MP.exp(-abs(x)), MP.sech(x / 2) ** 2, MP.tanh(x / 2)
    s = 1 / (1 + small) if x >= 0 else small / (1 + small)
    fourth = q * t * (2 * q - t**2) / 4
    sigmoid = [s, q / 4, -q * t / 4, q * (t**2 - q / 2) / 4, fourth]
    return sigmoid if name == "sigmoid" else [max(x, 0) + MP.log1p(small), *sigmoid[:4]]
