"""Activations with their first two derivatives: as text, and as functions on a number system."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from symland.exact.rational_matrix import as_fmpq
from symland.landscape.forward import activate
from symland.landscape.number_systems.number_system import NumberSystem
from symland.problem.activation import Activation

__all__ = ["derivatives_text", "function", "horner"]

_TEXTS = {
    "relu": ("max(z, 0)", "1 for z > 0, 0 for z < 0", "0 for z ≠ 0"),
    "leaky_relu": ("z for z > 0, a z for z < 0", "1 for z > 0, a for z < 0", "0 for z ≠ 0"),
    "sigmoid": ("1 / (1 + exp(−z))", "σ (1 − σ)", "σ (1 − σ) (1 − 2 σ)"),
    "tanh": ("tanh z", "1 − σ²", "−2 σ (1 − σ²)"),
    "softplus": ("log(1 + exp(g z)) / g", "s = 1 / (1 + exp(−g z))", "g s (1 − s)"),
    "exp": ("exp z", "exp z", "exp z"),
}


def derivatives_text(activation: Activation) -> tuple[str, str, str]:
    """σ, σ′ and σ″ in words.

    >>> derivatives_text(Activation("cube"))
    ('z³', '3 z²', '6 z')
    >>> derivatives_text(Activation("softplus", (Fraction(-1, 2),)))[:2]
    ('log(1 + exp(−1/2 z)) / (−1/2)', 's = 1 / (1 + exp(1/2 z))')
    """
    coefficients = activation.coefficients
    if coefficients is not None:
        first = _differentiated(coefficients)
        return _polynomial(coefficients), _polynomial(first), _polynomial(_differentiated(first))
    texts = _TEXTS[activation.name]
    if activation.name == "leaky_relu":
        return _with_number(texts, "a", activation.parameters[0])
    if activation.name == "softplus":
        return _with_number(texts, "g", (activation.parameters or (Fraction(1),))[0])
    return texts


def _with_number(texts: tuple[str, str, str], letter: str, value: Fraction) -> tuple[str, str, str]:
    """The texts with a number for a letter; a factor or divisor 1 is left out."""
    factor = _factor(value)
    plain = value > 0 and value.denominator == 1
    changes = {
        f"−{letter} z": f"{_factor(-value)}z",
        f"({letter} z": f"({factor}z",
        f", {letter} z": f", {factor}z",
        f" / {letter}": "" if value == 1 else f" / {value}" if plain else f" / ({_minus(value)})",
        f", {letter} for": f", {_minus(value)} for",
        f"{letter} s": f"{factor}s",
    }
    found = []
    for text in texts:
        for old, new in changes.items():
            text = text.replace(old, new)
        found.append(text)
    return found[0], found[1], found[2]


def _factor(value: Fraction) -> str:
    """What stands before a letter that is multiplied by a number."""
    if abs(value) == 1:
        return "" if value == 1 else "−"
    return f"{_minus(value)} "


def _minus(value: Fraction) -> str:
    return str(value).replace("-", "−")


def _differentiated(coefficients: Sequence[Fraction]) -> tuple[Fraction, ...]:
    return tuple(k * c for k, c in enumerate(coefficients))[1:]


def _polynomial(coefficients: Sequence[Fraction]) -> str:
    powers = ("", " z", " z²", " z³")
    terms = [
        f"{c}{powers[k] if k < len(powers) else f' z^{k}'}".removeprefix("1 " if k else "\0")
        for k, c in reversed(list(enumerate(coefficients)))
        if c
    ]
    return " + ".join(terms).replace("+ -", "− ") or "0"


def horner(coefficients: Sequence[Any], zero: Any) -> Callable[[Any], Any]:
    """The polynomial, lowest coefficient first, as a function on a ring."""

    def apply(z: Any) -> Any:
        value = zero
        for c in reversed(coefficients):
            value = value * z + as_fmpq(c)
        return value

    return apply


def function(
    activation: Activation, order: int, system: NumberSystem | None, zero: Any
) -> Callable[[Any], Any]:
    """The activation (order 0) or a derivative on the elements of a ring.

    ``system`` is needed for activations that are no polynomials. The derivatives are the textbook's
    formulas, not those that the landscape differentiates by.

    >>> from symland.landscape.number_systems import rationals
    >>> [function(Activation("square"), k, None, 0)(3) for k in range(3)]
    [9, 6, 2]
    """
    coefficients = activation.coefficients
    if coefficients is not None:
        for _ in range(order):
            coefficients = _differentiated(coefficients)
        return horner(coefficients, zero)
    if system is None:
        raise ValueError(f"activation {activation}: expected a number system with its functions")
    if order == 0:
        return lambda z: activate(activation, system, z)
    return _slopes(activation, system)[order - 1]


def _slopes(
    activation: Activation, system: NumberSystem
) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    one = system.number(1)
    match activation.name:
        case "relu" | "leaky_relu":
            low = system.number(activation.parameters[0] if activation.parameters else Fraction(0))
            zero = system.number(0)
            return (lambda z: one if system.sign(z) > 0 else low), (lambda z: zero)
        case "exp":
            return system.exp, system.exp
        case "tanh":
            return (
                lambda z: one - system.tanh(z) * system.tanh(z),
                lambda z: -2 * system.tanh(z) * (one - system.tanh(z) * system.tanh(z)),
            )
        case "sigmoid":
            return (
                lambda z: system.sigmoid(z) * (one - system.sigmoid(z)),
                lambda z: (
                    system.sigmoid(z) * (one - system.sigmoid(z)) * (one - 2 * system.sigmoid(z))
                ),
            )
        case "softplus":
            g = system.number(activation.parameters[0] if activation.parameters else Fraction(1))
            return (
                lambda z: system.sigmoid(g * z),
                lambda z: g * system.sigmoid(g * z) * (one - system.sigmoid(g * z)),
            )
    raise ValueError(f"activation {activation}: its derivatives are not known")
