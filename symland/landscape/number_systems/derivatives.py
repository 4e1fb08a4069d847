"""Value and derivatives of the functions of one variable that networks and losses use."""

from __future__ import annotations

from typing import Any

from symland.landscape.number_systems.number_system import NumberSystem

__all__ = ["SMOOTH", "derivatives"]

SMOOTH = ("exp", "tanh", "sigmoid", "softplus")


def derivatives(system: NumberSystem, name: str, z: Any, order: int) -> list[Any]:
    """[f(z), f'(z), f''(z)] up to the order 1 or 2, for f one of `SMOOTH`.

    e^z is its own derivative; t = tanh has t' = 1 - t^2 and t'' = -2 t t'; s = sigmoid has
    s' = s (1 - s) and s'' = s' (1 - 2 s); the derivative of softplus is s.

    >>> from symland.landscape.number_systems import numpy_floats
    >>> [float(x) for x in derivatives(numpy_floats.floats, "sigmoid", 0.0, 2)]
    [0.5, 0.25, 0.0]
    """
    if name == "exp":
        return [system.exp(z)] * (order + 1)
    if name == "tanh":
        t = system.tanh(z)
        slope = system.number(1) - system.power(t, 2)
        return [t, slope] if order == 1 else [t, slope, system.number(-2) * t * slope]
    if name not in SMOOTH:
        raise ValueError(f"name: {name!r}, expected one of {', '.join(SMOOTH)}")
    s, one = system.sigmoid(z), system.number(1)
    slope = s * (one - s)
    if name == "softplus":
        return [system.softplus(z), s] if order == 1 else [system.softplus(z), s, slope]
    return [s, slope] if order == 1 else [s, slope, slope * (one - s - s)]
