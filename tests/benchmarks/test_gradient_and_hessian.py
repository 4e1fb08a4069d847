"""Gradient and Hessian of an 18-parameter linear network against plain SymPy, in one run.

Run with `pytest tests/benchmarks -s`, or this file alone as a script for the ratio only.
"""

from __future__ import annotations

from random import Random
from typing import Any

import sympy

from symland.exact.polynomial import parameter_ring
from symland.landscape.gradient import gradient_polynomials
from symland.landscape.hessian import hessian_polynomials
from symland.landscape.loss import loss_polynomial
from symland.problem import Dataset, Network, Problem
from tests.benchmarks.timing import ratio, seconds

REQUIRED = 500


def problem() -> Problem:
    """A 3-3-3 linear network, 18 weights, on 5 samples of small integers."""
    random = Random(0)

    def draw() -> list[list[int]]:
        return [[random.randint(-5, 5) for _ in range(3)] for _ in range(5)]

    return Problem(Network([3, 3, 3]), Dataset(draw(), draw()))


def plain_sympy(instance: Problem) -> tuple[list[Any], list[list[Any]]]:
    """Loss from SymPy matrices, expanded; gradient and Hessian by `diff`."""
    W1, W2 = sympy.MatrixSymbol("A", 3, 3), sympy.MatrixSymbol("B", 3, 3)
    A, B = sympy.Matrix(W1), sympy.Matrix(W2)
    X, Y = (sympy.Matrix(m) for m in (instance.dataset.X, instance.dataset.Y))
    residual = B * A * X - Y
    loss = sympy.expand(sum(entry**2 for entry in residual) / 2)
    variables = [*A, *B]
    gradient = [sympy.expand(sympy.diff(loss, v)) for v in variables]
    return gradient, [[sympy.expand(sympy.diff(g, v)) for v in variables] for g in gradient]


def polynomials(instance: Problem) -> tuple[list[Any], list[list[Any]]]:
    """The same from the problem, loss included."""
    ring = parameter_ring(instance.network.shapes)
    gradient = gradient_polynomials(ring, loss_polynomial(instance, ring))
    return gradient, hessian_polynomials(ring, gradient)


def derivatives_ratio() -> tuple[float, float]:
    """(whole way from the problem, derivatives of a given loss): times faster than SymPy's."""
    instance = problem()
    ring = parameter_ring(instance.network.shapes)
    loss = loss_polynomial(instance, ring)
    A, B = (sympy.Matrix(3, 3, sympy.symbols(f"{name}:9")) for name in "AB")
    X, Y = (sympy.Matrix(m) for m in (instance.dataset.X, instance.dataset.Y))
    expanded = sympy.expand(sum(entry**2 for entry in B * A * X - Y) / 2)
    variables = [*A, *B]

    def by_sympy() -> list[list[Any]]:
        gradient = [sympy.diff(expanded, v) for v in variables]
        return [[sympy.diff(g, v) for v in variables] for g in gradient]

    def by_flint() -> list[list[Any]]:
        return hessian_polynomials(ring, gradient_polynomials(ring, loss))

    whole = ratio(
        "loss, gradient and Hessian from the problem",
        seconds(lambda: plain_sympy(instance)),
        seconds(lambda: polynomials(instance), repeat=20),
    )
    derivatives = ratio(
        "gradient and Hessian of the expanded loss",
        seconds(by_sympy),
        seconds(by_flint, repeat=20),
    )
    return whole, derivatives


def test_derivatives_are_500_times_faster_than_sympy(benchmark: Any) -> None:
    benchmark(polynomials, problem())
    whole, derivatives = derivatives_ratio()
    assert whole > REQUIRED
    assert derivatives > REQUIRED


if __name__ == "__main__":
    derivatives_ratio()
