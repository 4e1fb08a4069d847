"""A network's loss, its gradient and its second derivatives, as formulas in matrices.

Samples are columns. Every quantity has a letter, and is defined by those before it, so that the
formulas are evaluated one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

from symland.problem.problem import Problem
from symland.questions.derivation.expansion import weight_symbol
from symland.questions.derivation.formula import (
    Formula,
    applied,
    formal,
    hadamard,
    inner,
    norm2,
    number,
    product,
    symbol,
    total,
)

__all__ = ["Definition", "NetworkFormulas"]

X, Y, ONES = symbol("X"), symbol("Y"), symbol("ones", "𝟏")
HALF, ONES_OUT = formal("number", "1/2"), symbol("ones_out", "𝟏", "y")
OMEGA, F, FDOT = symbol("O", "Ω"), symbol("F"), symbol("Fdot", "Ḟ")


Layerwise = Callable[[int], Formula]
"""The formula of each layer."""


@dataclass(frozen=True)
class Definition:
    """A letter and the formula that it stands for."""

    letter: Formula
    formula: Formula

    @property
    def key(self) -> str:
        """The letter's name in evaluations."""
        key: str = self.letter.parts[0]
        return key


class NetworkFormulas:
    """The formulas of one problem.

    Examples
    --------
    >>> from symland import Dataset, Network
    >>> formulas = NetworkFormulas(Problem(Network((1, 1, 1), "square"), Dataset([[1]], [[2]])))
    >>> [d.key for d in formulas.forward()], [d.key for d in formulas.backward()]
    (['S1', 'Z1', 'F'], ['Delta2', 'Delta1'])
    """

    def __init__(self, problem: Problem) -> None:
        self.problem, self.network = problem, problem.network
        self.K, self.H = problem.network.K, problem.network.H
        self.c = problem.scale

    # -- letters ---

    @staticmethod
    def weight(k: int) -> Formula:
        """W_k."""
        return weight_symbol(f"W{k}")

    @staticmethod
    def direction(name: str) -> Formula:
        """The direction in which a parameter moves: D_k for W_k, d_k for b_k."""
        return symbol(f"D{name}", "D" if name[0] == "W" else "d", name[1:])

    def neurons(self, k: int) -> Formula:
        """Z_k, the neurons of layer k; Z_0 = X."""
        return X if k == 0 else symbol(f"Z{k}", "Z", str(k))

    def _dotted(self, base: str, k: int) -> Formula:
        return symbol(f"{base}dot{k}", {"Z": "Ż", "S": "Ṡ", "Delta": "Δ̇"}[base], str(k))

    def preactivation(self, k: int) -> Formula:
        """S_k."""
        return symbol(f"S{k}", "S", str(k))

    def delta(self, k: int) -> Formula:
        """Δ_k, the derivative of the loss by S_k (by F for k = K)."""
        return symbol(f"Delta{k}", "Δ", str(k))

    def selection(self, k: int) -> Formula:
        """The 0/1 matrix that picks the neurons of layer k which the output reads."""
        return symbol(f"E{k}", "E", str(k))

    def skipped(self) -> list[int]:
        """The hidden layers that the output reads, where there are skip connections."""
        return sorted({layer for layer, _ in self.network.skip or ()})

    def _sigma(self, k: int, order: int, body: Formula) -> Formula:
        return applied("σ", order, body, str(k))

    def _with_bias(self, k: int, body: Formula, bias: Formula) -> Formula:
        return body + bias @ ONES.T if self.network.has_bias(k) else body

    # -- forward ---

    def forward(self) -> Iterator[Definition]:
        """Preactivations, neurons and output."""
        for k in range(1, self.H + 1):
            z = self._with_bias(k, self.weight(k) @ self.neurons(k - 1), weight_symbol(f"b{k}"))
            yield Definition(self.preactivation(k), z)
            yield Definition(self.neurons(k), self._sigma(k, 0, self.preactivation(k)))
        body = self.weight(self.K) @ self._read(self.neurons)
        yield Definition(F, self._with_bias(self.K, body, weight_symbol(f"b{self.K}")))

    def _read(self, neurons: Layerwise) -> Formula:
        """What the output layer reads of the neurons, or of their derivatives."""
        if self.network.skip is None:
            return neurons(self.H)
        return reduce(add, [self.selection(k) @ neurons(k) for k in self.skipped()])

    def loss(self) -> Formula:
        """The loss with its regularizer."""
        value = product(number(self.c), self._fit())
        for name in self.problem.l2 or {}:
            value = value + product(HALF, total(self._penalty(name)))
        return value

    def _fit(self) -> Formula:
        if self.problem.loss.kind == "logistic":
            return total(applied("softplus", 0, -hadamard(Y, F)))
        if self.problem.loss.kind == "cross_entropy":
            return total(formal("columnwise", "logsumexp", F)) - inner(Y, F)
        if self.problem.loss.weights is None:
            return norm2(F - Y)
        return total(hadamard(OMEGA, F - Y, F - Y))

    @staticmethod
    def _penalty(name: str) -> Formula:
        letter = weight_symbol(name)
        return hadamard(symbol(f"L{name}", "Λ", name), letter, letter)

    # -- backward ---

    def backward(self) -> Iterator[Definition]:
        """Δ_K, ..., Δ_1."""
        yield Definition(self.delta(self.K), self._residual())
        for k in range(self.H, 0, -1):
            slope = self._sigma(k, 1, self.preactivation(k))
            yield Definition(self.delta(k), hadamard(slope, self._pulled(k)))

    def _residual(self) -> Formula:
        if self.problem.loss.kind == "logistic":
            return product(number(-self.c), hadamard(Y, applied("s", 0, -hadamard(Y, F))))
        if self.problem.loss.kind == "cross_entropy":
            return product(number(self.c), formal("columnwise", "softmax", F) - Y)
        return product(number(2 * self.c), self._weighed(F - Y))

    def _weighed(self, body: Formula) -> Formula:
        return body if self.problem.loss.weights is None else hadamard(OMEGA, body)

    def _sources(self, k: int) -> list[tuple[Formula | None, int]]:
        """The layers whose deltas reach Z_k, each with the selection on the way, if any."""
        above = [] if self.network.skip is not None and k == self.H else [k + 1]
        found: list[tuple[Formula | None, int]] = [(None, j) for j in above]
        if k in self.skipped():
            found.append((self.selection(k), self.K))
        return found

    def _pulled(self, k: int) -> Formula:
        """The derivative of the loss by Z_k."""
        return self._pull(k, [(self.weight, self.delta)])

    def _pull(self, k: int, factors: Sequence[tuple[Layerwise, Layerwise]]) -> Formula:
        parts: list[Formula] = []
        for weight, delta in factors:
            for selection, above in self._sources(k):
                step = weight(above).T @ delta(above)
                parts.append(step if selection is None else selection.T @ step)
        if not parts:  # nothing reads the last hidden layer
            return product(number(0), self.neurons(k))
        return reduce(add, parts)

    def gradient(self, name: str) -> Formula:
        """The gradient by W_k or b_k."""
        k = int(name[1:])
        right = self._features(k, self.neurons).T if name[0] == "W" else ONES
        value = self.delta(k) @ right
        if name not in (self.problem.l2 or {}):
            return value
        return value + hadamard(symbol(f"L{name}", "Λ", name), weight_symbol(name))

    def _features(self, k: int, neurons: Layerwise) -> Formula:
        """What layer k reads."""
        return self._read(neurons) if k == self.K else neurons(k - 1)

    # -- second derivatives ---

    def second(self) -> Iterator[Definition]:
        """The derivatives of all these along a direction, marked by a dot."""
        for k in range(1, self.H + 1):
            yield Definition(self._dotted("S", k), self._moving(k))
            slope = self._sigma(k, 1, self.preactivation(k))
            yield Definition(self._dotted("Z", k), hadamard(slope, self._dotted("S", k)))
        yield Definition(FDOT, self._moving(self.K))
        yield Definition(self._dotted("Delta", self.K), self._residual_moving())
        for k in range(self.H, 0, -1):
            bend = hadamard(
                self._sigma(k, 2, self.preactivation(k)), self._dotted("S", k), self._pulled(k)
            )
            both: list[tuple[Layerwise, Layerwise]] = [
                (lambda j: self.direction(f"W{j}"), self.delta),
                (self.weight, lambda j: self._dotted("Delta", j)),
            ]
            slope = self._sigma(k, 1, self.preactivation(k))
            yield Definition(self._dotted("Delta", k), bend + hadamard(slope, self._pull(k, both)))

    def _moving(self, k: int) -> Formula:
        body = self.direction(f"W{k}") @ self._features(k, self.neurons)
        if k > 1:
            body = body + self.weight(k) @ self._features(k, lambda j: self._dotted("Z", j))
        return self._with_bias(k, body, self.direction(f"b{k}"))

    def _residual_moving(self) -> Formula:
        if self.problem.loss.kind == "logistic":
            return product(number(self.c), hadamard(Y, Y, applied("s", 1, -hadamard(Y, F)), FDOT))
        if self.problem.loss.kind == "cross_entropy":
            chance = formal("columnwise", "softmax", F)
            mean = ONES_OUT @ (ONES_OUT.T @ hadamard(chance, FDOT))
            return product(number(self.c), hadamard(chance, FDOT - mean))
        return product(number(2 * self.c), self._weighed(FDOT))

    def hessian(self, name: str) -> Formula:
        """The derivative of the gradient by W_k or b_k along the direction."""
        k = int(name[1:])
        if name[0] == "b":
            value = self._dotted("Delta", k) @ ONES
        else:
            value = self._dotted("Delta", k) @ self._features(k, self.neurons).T
            if k > 1:
                moved = self._features(k, lambda j: self._dotted("Z", j))
                value = value + self.delta(k) @ moved.T
        if name not in (self.problem.l2 or {}):
            return value
        return value + hadamard(symbol(f"L{name}", "Λ", name), self.direction(name))
