"""Activation functions: names with exact parameters."""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from symland.problem.errors import InputError, shown, suggestion
from symland.problem.exact_number import exact_number, number_text, parse_number

MOST_COEFFICIENTS = 101
"""Of a polynomial activation: products of its powers, layer by layer, soon outgrow any machine."""

# name -> (fewest parameters, most parameters)
_ARITY: dict[str, tuple[int, int]] = {
    "linear": (0, 0),
    "relu": (0, 0),
    "leaky_relu": (1, 1),
    "sigmoid": (0, 0),
    "tanh": (0, 0),
    "softplus": (0, 1),
    "exp": (0, 0),
    "square": (0, 0),
    "cube": (0, 0),
    "polynomial": (1, MOST_COEFFICIENTS),
}
_FORMS = (
    "linear, relu, leaky_relu(a), sigmoid, tanh, softplus, softplus(g), exp, square, cube, "
    "polynomial(c0, c1, ...)"
)
_TEXT = re.compile(r"\s*([A-Za-z_][A-Za-z_0-9]*)\s*(?:\(([^()]*)\))?\s*", re.ASCII)

ACTIVATION_NAMES = tuple(_ARITY)
"""Every activation that a problem may name."""


@dataclass(frozen=True)
class Activation:
    """An activation function s, applied to each entry of a hidden layer.

    ===========================  ====================================================
    ``linear``                   s(z) = z
    ``relu``                     s(z) = max(z, 0)
    ``leaky_relu(a)``            s(z) = z for z >= 0, a z for z < 0; any rational a
    ``sigmoid``                  s(z) = 1 / (1 + e^-z)
    ``tanh``                     s(z) = (e^z - e^-z) / (e^z + e^-z)
    ``softplus``                 s(z) = log(1 + e^z)
    ``softplus(g)``              s(z) = log(1 + e^(g z)) / g; any rational g but 0
    ``exp``                      s(z) = e^z
    ``square``, ``cube``         s(z) = z^2, z^3
    ``polynomial(c0, c1, ...)``  s(z) = c0 + c1 z + c2 z^2 + ...
    ===========================  ====================================================

    Raises `InputError` for an unknown name or parameters that do not fit it.

    >>> str(Activation("leaky_relu", ("0.1",)))
    'leaky_relu(1/10)'
    >>> Activation("cube").coefficients == (0, 0, 0, 1)
    True
    """

    name: str
    parameters: tuple[Fraction, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or self.name not in _ARITY:
            near = suggestion(str(self.name), _ARITY)
            raise InputError(
                f"activation: unknown {shown(self.name)}, expected one of {_FORMS}{near}"
            )
        numbers = tuple(exact_number(p, f"activation {self.name}") for p in self.parameters)
        object.__setattr__(self, "parameters", numbers)
        self._check_parameters()

    def _check_parameters(self) -> None:
        fewest, most = _ARITY[self.name]
        if not fewest <= len(self.parameters) <= most:
            raise InputError(
                f"activation: got {shown(str(self))}, expected {self.name} with "
                f"{_arity_text(fewest, most)}"
            )
        if self.name == "softplus" and self.parameters and self.parameters[0] == 0:
            raise InputError.of("activation", str(self), "softplus(g) with g other than 0")

    @property
    def coefficients(self) -> tuple[Fraction, ...] | None:
        """The coefficients, lowest first, where s is a polynomial; None where it is not.

        The last one is not zero, except that the zero polynomial is ``(0,)``.
        """
        powers = {"linear": 1, "square": 2, "cube": 3}
        if self.name in powers:
            return (Fraction(0),) * powers[self.name] + (Fraction(1),)
        if self.name != "polynomial":
            return None
        trimmed = list(self.parameters)
        while len(trimmed) > 1 and trimmed[-1] == 0:
            trimmed.pop()
        return tuple(trimmed)

    @property
    def is_polynomial(self) -> bool:
        """Whether s is a polynomial (then so is the network function, in the weights)."""
        return self.coefficients is not None

    def __str__(self) -> str:
        if not self.parameters:
            return self.name
        return f"{self.name}({', '.join(number_text(p) for p in self.parameters)})"

    def __repr__(self) -> str:
        return f"Activation({str(self)!r})"


def _arity_text(fewest: int, most: int) -> str:
    if fewest == most:
        return "no parameter" if most == 0 else f"exactly {most} parameter"
    return f"{fewest} to {most} parameters"


def parse_activation(text: Any) -> Activation:
    """The activation that a text such as ``"leaky_relu(1/10)"`` names.

    Raises `InputError` naming the text and the forms that are known.

    >>> parse_activation("polynomial(0, 1, 1/2)").parameters
    (Fraction(0, 1), Fraction(1, 1), Fraction(1, 2))
    """
    if isinstance(text, Activation):
        return text
    match = _TEXT.fullmatch(text) if type(text) is str else None
    if match is None:
        raise InputError.of("activation", text, f"one of {_FORMS}")
    name, inner = match.groups()
    if inner is None:
        return Activation(name)
    if name in _ARITY and not inner.strip():
        raise InputError.of("activation", text, f"one of {_FORMS}")
    return Activation(
        name,
        tuple(parse_number(p, f"activation {shown(text)}") for p in inner.split(","))
        if name in _ARITY
        else (),
    )
