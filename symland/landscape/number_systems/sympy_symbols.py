"""SymPy expressions: for printing and for views of small networks, never in a hot path."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import reduce
from operator import add
from typing import Any, final

import sympy

from symland.landscape.number_systems.number_system import NumberSystem

__all__ = ["Symbols", "symbols"]


@final
class Symbols(NumberSystem):
    """SymPy expressions, left unexpanded.

    >>> symbols.sigmoid(sympy.Symbol("z"))
    1/(1 + exp(-z))
    >>> symbols.kinked(sympy.Symbol("z"), Fraction(0))
    Max(0, z)
    """

    name = "SymPy symbols"

    def number(self, value: Any) -> sympy.Rational:
        """The rational number itself."""
        exact = Fraction(value)
        return sympy.Rational(exact.numerator, exact.denominator)

    def exp(self, z: Any) -> Any:
        """SymPy's exp."""
        return sympy.exp(z)

    def log(self, z: Any) -> Any:
        """SymPy's natural logarithm."""
        return sympy.log(z)

    def tanh(self, z: Any) -> Any:
        """SymPy's tanh."""
        return sympy.tanh(z)

    def sigmoid(self, z: Any) -> Any:
        """1 / (1 + exp(-z)), as it is written."""
        return 1 / (1 + sympy.exp(-z))

    def softplus(self, z: Any) -> Any:
        """log(1 + exp(z)), as it is written."""
        return sympy.log(1 + sympy.exp(z))

    def log_sum_exp(self, zs: Sequence[Any]) -> Any:
        """log of the sum of exp, as it is written."""
        return sympy.log(reduce(add, [sympy.exp(z) for z in zs]))

    def kinked(self, z: Any, slope: Fraction) -> Any:
        """Max(0, z) for slope 0, otherwise a Piecewise."""
        if slope == 0:
            return sympy.Max(0, z)
        return sympy.Piecewise((z, z >= 0), (self.number(slope) * z, True))

    def power(self, z: Any, exponent: int) -> Any:
        """z to a positive integer power."""
        return z**exponent

    def root(self, polynomial: Sequence[Fraction], interval: tuple[Fraction, Fraction]) -> Any:
        """The root in radicals or as a CRootOf; ValueError unless the interval holds one."""
        x = sympy.Dummy("x")
        coefficients = [self.number(c) for c in reversed(polynomial)]
        low, high = map(self.number, interval)
        roots = [r for r in sympy.Poly(coefficients, x).real_roots() if low <= r <= high]
        if len(set(roots)) != 1:
            raise ValueError(f"interval {interval}: {len(set(roots))} real roots, expected 1")
        return roots[0]


symbols = Symbols()
