"""Loss, gradient and Hessian of a problem document in mpmath: no code of symland, no enclosures.

A `Second` is a number with its gradient and Hessian, arrays of mpmath numbers; the forward pass is
the textbook's, on these.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from tests.mpmath_functions import MP, SMOOTH, derivatives, real

__all__ = ["MpmathLandscape", "number"]


def number(text: Any) -> Any:
    """A number of a document, rounded once to the precision of `MP`."""
    text = str(text)
    if text.startswith("log("):
        return MP.log(real(Fraction(text[4:-1])))
    return real(Fraction(text))


class Second:
    """Value, gradient and Hessian; only a value where the gradient is None.

    Arrays are multiplied from the left: mpmath would first print them in an error that is caught.
    """

    def __init__(self, value: Any, first: Any = None, second: Any = None):
        self.value, self.first, self.second = value, first, second

    def __add__(self, other: Any) -> Second:
        if not isinstance(other, Second):
            return Second(self.value + other, self.first, self.second)
        if self.first is None:
            return Second(self.value + other.value)
        return Second(
            self.value + other.value, self.first + other.first, self.second + other.second
        )

    __radd__ = __add__

    def __mul__(self, other: Any) -> Second:
        if self.first is None:
            return Second(self.value * (other.value if isinstance(other, Second) else other))
        if not isinstance(other, Second):
            return Second(self.value * other, self.first * other, self.second * other)
        mixed = np.outer(self.first, other.first)
        return Second(
            self.value * other.value,
            other.first * self.value + self.first * other.value,
            other.second * self.value + self.second * other.value + mixed + mixed.T,
        )

    __rmul__ = __mul__

    def chain(self, f: Sequence[Any]) -> Second:
        """f(u) from f, f', f'' at u."""
        if self.first is None:
            return Second(f[0])
        square = np.outer(self.first, self.first)
        return Second(f[0], self.first * f[1], self.second * f[1] + square * f[2])


def activate(text: str, z: Second) -> Second:
    """An activation by its name in a problem; at a kink the derivative from the left."""
    name, inner = re.fullmatch(r"(\w+)(?:\((.*)\))?", text).groups()  # type: ignore[union-attr]
    numbers = [number(part.strip()) for part in inner.split(",")] if inner else []
    if name == "softplus" and numbers:
        g = numbers[0]
        return (z * g).chain(derivatives(name, z.value * g)) * (1 / g)
    if name in SMOOTH:
        return z.chain(derivatives(name, z.value))
    if name in ("relu", "leaky_relu"):
        return z * (1 if z.value > 0 else numbers[0] if numbers else 0)
    powers = {"linear": [0, 1], "square": [0, 0, 1], "cube": [0, 0, 0, 1], "polynomial": numbers}
    total: Any = z * 0
    for a in reversed(powers[name]):
        total = total * z + a
    return total


class MpmathLandscape:
    """The landscape of the problem in a statement; weights are flat lists, in the order of `names`.

    `at` returns value, gradient and Hessian with the precision that `MP` has.
    """

    def __init__(self, problem: dict[str, Any]):
        network, self.loss = problem["network"], problem["loss"]
        self.widths, self.skip = network["widths"], network.get("skip")
        self.K = len(self.widths) - 1
        activation = network.get("activation", "linear")
        self.activations = (
            [activation] * self.K if isinstance(activation, str) else [*activation, "linear"]
        )
        where = network.get("bias", "none")
        self.shapes: dict[str, tuple[int, ...]] = {}
        reads = self.widths[:-1] if self.skip is None else [*self.widths[:-2], len(self.skip)]
        for k in range(1, self.K + 1):
            self.shapes[f"W{k}"] = (self.widths[k], reads[k - 1])
            if where == "all" or where == ("hidden" if k < self.K else "output"):
                self.shapes[f"b{k}"] = (self.widths[k],)
        self.size = sum(int(np.prod(shape)) for shape in self.shapes.values())
        self.inputs, self.targets = (
            [[number(x) for x in row] for row in problem["data"][part]]
            for part in ("inputs", "targets")
        )
        self.l2 = problem.get("regularizer", {}).get("l2", {})

    def flat(self, weights: dict[str, Any]) -> list[Any]:
        """Weights of a document as numbers, one after another."""
        rows = [np.array(weights[name], dtype=object).ravel() for name in self.shapes]
        return [number(x) for row in rows for x in row]

    def at(self, weights: Sequence[Any]) -> tuple[Any, Any, Any]:
        """Loss, gradient and Hessian."""
        n, one = len(weights), MP.mpf(1)
        units, nothing = np.array([[one * (i == j) for j in range(n)] for i in range(n)]), one * 0
        flat = [Second(w, units[i], units * nothing) for i, w in enumerate(weights)]
        return self._of(flat, Second(nothing, units[0] * 0, units * 0))

    def value(self, weights: Sequence[Any]) -> Any:
        """The loss alone."""
        return self._of([Second(w) for w in weights], Second(MP.mpf(0)))[0]

    def _of(self, flat: list[Second], total: Second) -> tuple[Any, Any, Any]:
        rest, parameters = iter(flat), {}
        for name, shape in self.shapes.items():
            rows = [[next(rest) for _ in range(shape[-1])] for _ in range(int(np.prod(shape[:-1])))]
            parameters[name] = rows if len(shape) == 2 else rows[0]
        for s, (x, y) in enumerate(zip(self.inputs, self.targets, strict=True)):
            total = total + self._sample(s, self._outputs(parameters, x), y)
        total = total * number(self.loss["scale"])
        for name, shape in self.shapes.items():
            factors = np.array(self.l2.get(name, np.zeros(shape, int)), dtype=object).ravel()
            entries = np.array(parameters[name], dtype=object).ravel()
            for factor, w in zip(factors, entries, strict=True):
                total = total + w * w * (number(factor) / 2)
        return total.value, total.first, total.second

    def _outputs(self, parameters: dict[str, Any], x: list[Any]) -> list[Second]:
        layers: list[list[Any]] = [x]
        for k in range(1, self.K + 1):
            read = layers[-1]
            if k == self.K and self.skip is not None:
                read = [layers[layer][neuron - 1] for layer, neuron in self.skip]
            z = [
                sum((w * h for w, h in zip(row, read, strict=True)), start=0)
                for row in parameters[f"W{k}"]
            ]
            if f"b{k}" in parameters:
                z = [u + b for u, b in zip(z, parameters[f"b{k}"], strict=True)]
            layers.append(z if k == self.K else [activate(self.activations[k - 1], u) for u in z])
        return layers[-1]

    def _sample(self, s: int, f: list[Second], y: list[Any]) -> Any:
        kind, factors = self.loss["kind"], self.loss.get("weights")
        if kind == "squared":
            weights = [number(w) for w in factors[s]] if factors else [1] * len(y)
            return sum((u + -t) * (u + -t) * w for u, t, w in zip(f, y, weights, strict=True))
        if kind == "logistic":
            margins = [u * -t for u, t in zip(f, y, strict=True)]
            return sum(m.chain(derivatives("softplus", m.value)) for m in margins)
        top = max(u.value for u in f)
        powers = sum((u + -top).chain(derivatives("exp", u.value - top)) for u in f)
        log = powers.chain(derivatives("log", powers.value)) + top
        return log + sum(u * -t for u, t in zip(f, y, strict=True))
