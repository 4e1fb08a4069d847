"""How an activation s lets a scaling of its argument pass: s(a z + b) = c s(z) + d."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from symland.problem.activation import Activation

__all__ = ["Intertwiner", "homogeneity", "intertwiner"]

ZERO = Fraction(0)


@dataclass(frozen=True)
class Intertwiner:
    """s(factor z + shift) = out_factor s(z) + out_shift for all z."""

    factor: Fraction
    shift: Fraction
    out_factor: Fraction
    out_shift: Fraction


def homogeneity(activation: Activation) -> int | None:
    """The degree p with s(a z + ..) = a^p s(z) + .. for all a > 0, None where there is none.

    >>> from symland.problem import parse_activation
    >>> [homogeneity(parse_activation(s)) for s in ("relu", "cube", "polynomial(1, 2, 1)", "exp")]
    [1, 3, 2, None]
    """
    if activation.name in ("relu", "leaky_relu"):
        return 1
    coefficients = activation.coefficients
    if coefficients is None or len(coefficients) == 1:
        return None
    centred = _about(coefficients, _centre(coefficients))
    return len(coefficients) - 1 if not any(centred[1:-1]) else None


def intertwiner(activation: Activation, factor: Fraction) -> Intertwiner | None:
    """The intertwiner for this factor of the argument, None where there is none.

    Complete for factors -1 and for positive ones, for every activation that a problem can have:
    sigmoid(-z) = 1 - sigmoid(z), tanh is odd, leaky_relu(-1) is even and leaky_relu(1) linear;
    relu, softplus and exp have none of factor -1, and exp none of positive factor.

    >>> from symland.problem import parse_activation
    >>> found = intertwiner(parse_activation("sigmoid"), Fraction(-1))
    >>> str(found.out_factor), str(found.out_shift)
    ('-1', '1')
    >>> found = intertwiner(parse_activation("polynomial(0, 1, 1)"), Fraction(-1))
    >>> str(found.shift), str(found.out_factor)
    ('-1', '1')
    """
    one = Fraction(1)
    if factor == 1:
        return Intertwiner(one, ZERO, one, ZERO)
    if activation.name in ("relu", "leaky_relu"):
        slope = activation.parameters[0] if activation.parameters else ZERO
        if factor > 0 or slope == 1:
            return Intertwiner(factor, ZERO, factor, ZERO)
        # For factor -a: s(-a z) = a s(-z), and s(-z) is a multiple of s(z) only if s is even.
        return Intertwiner(factor, ZERO, -factor, ZERO) if slope == -1 else None
    if activation.name in ("tanh", "sigmoid") and factor == -1:
        return Intertwiner(factor, ZERO, factor, Fraction(activation.name == "sigmoid"))
    return _of_polynomial(activation.coefficients, factor)


def _of_polynomial(coefficients: tuple[Fraction, ...] | None, a: Fraction) -> Intertwiner | None:
    """s(m + u) = q(u) has no term of degree n - 1, so a z + b must keep the centre m."""
    if coefficients is None:
        return None
    if len(coefficients) == 1:
        return Intertwiner(a, ZERO, Fraction(1), ZERO)
    centre = _centre(coefficients)
    q = _about(coefficients, centre)
    out = a ** (len(q) - 1)
    if any(c and a**k != out for k, c in enumerate(q) if k):
        return None
    return Intertwiner(a, centre - a * centre, out, q[0] * (1 - out))


def _centre(coefficients: tuple[Fraction, ...]) -> Fraction:
    """The zero of the derivative of order n - 1; 0 in degree 1, where every point would do."""
    degree = len(coefficients) - 1
    return ZERO if degree == 1 else -coefficients[-2] / (degree * coefficients[-1])


def _about(coefficients: tuple[Fraction, ...], centre: Fraction) -> list[Fraction]:
    """The coefficients of s(centre + u), by repeated Horner division."""
    q = list(coefficients)
    for start in range(len(q)):
        for k in range(len(q) - 2, start - 1, -1):
            q[k] += centre * q[k + 1]
    return q
