"""Polynomial curves through a point of a deep linear network, and the loss along them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from symland.exact.number_field import sign
from symland.landscape.deep_linear.data import DeepLinear

__all__ = ["Curve"]


@dataclass(frozen=True, eq=False)
class Curve:
    """``W_k + sum over powers a >= 1 of s^a D_{k,a}``; `moves[k][a]` is the matrix D_{k,a}."""

    moves: Mapping[int, Mapping[int, Any]]

    def loss_difference(
        self, linear: DeepLinear, weights: tuple[Any, ...], order: int | None = None
    ) -> list[Any]:
        """Coefficients of L(W + curve(s)) - L(W), lowest power first; up to s^order if given.

        With M(s) = M + N(s) and G = M A - B it is 2 c tr(G N') + c tr(N A N').
        """
        product: dict[int, Any] = {}
        for k, W in enumerate(weights, start=1):
            factor = {0: W, **self.moves.get(k, {})}
            product = _times(factor, product, order) if product else factor
        M, A = product.pop(0), linear.A
        residual = M @ A - linear.B
        degree = 2 * max(product, default=0) if order is None else order
        coefficients: list[Any] = [linear.scale * 0] * (degree + 1)
        for a, N in product.items():
            coefficients[a] = (residual @ N.T).trace() * linear.scale * 2 + coefficients[a]
            for b, other in product.items():
                if a + b > degree:
                    continue
                coefficients[a + b] = (N @ A @ other.T).trace() * linear.scale + coefficients[a + b]
        return coefficients

    def second_order(self, linear: DeepLinear, weights: tuple[Any, ...]) -> Any:
        """The coefficient of s^2 of the loss along the curve."""
        return self.loss_difference(linear, weights, 2)[2]

    def lowest(self, linear: DeepLinear, weights: tuple[Any, ...]) -> tuple[int, int]:
        """(order, sign) of the lowest term of the loss along the curve; (0, 0) if it is flat."""
        for order, value in enumerate(self.loss_difference(linear, weights)):
            if sign(value):
                return order, sign(value)
        return 0, 0

    def at(self, weights: tuple[Any, ...], s: Any) -> tuple[Any, ...]:
        """The point with parameter s."""
        moved = list(weights)
        for k, powers in self.moves.items():
            for a, D in powers.items():
                moved[k - 1] = moved[k - 1] + D.scale(s**a)
        return tuple(moved)


def _times(left: Mapping[int, Any], right: Mapping[int, Any], order: int | None) -> dict[int, Any]:
    """The product of two matrices of polynomials in s, without terms that vanish."""
    result: dict[int, Any] = {}
    for a, x in left.items():
        for b, y in right.items():
            if order is not None and a + b > order:
                continue
            term = x @ y
            result[a + b] = result[a + b] + term if a + b in result else term
    return {a: x for a, x in result.items() if a == 0 or not x.is_zero()}
