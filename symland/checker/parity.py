"""Odd and even networks: outputs at -x that are those at x, or their negatives, for all weights.

Let layers 1, .., k have no biases and layers 1, .., k - 1 odd activations.  By induction their
values at -x, and the preactivations of layer k, are the negatives of those at x.

Odd: if layer k is the output layer, f(-x) = -f(x), for all weights; in particular f(0) = 0.
Neurons that skip connections read instead of those of layer k - 1 have negated values, too.
Even: if the activation of layer k is even, layer k has the same values at -x as at x, and so has
everything that depends on the input through it only: f(-x) = f(x), whatever biases follow, if no
skip connection reads a layer below it.
"""

from __future__ import annotations

from fractions import Fraction

from .statement import Problem

Input = tuple[Fraction, ...]


def classes(problem: Problem) -> list[tuple[Input, int]]:
    """For each sample an input x and a number e, 1, -1 or 0, such that the outputs at the sample
    are e f(x), for all weights; e is 0 where an odd network has the input 0.

    Samples with the same x have outputs that depend on one another, for all weights.
    """
    parity, found = _parity(problem), []
    for x in map(tuple, problem.inputs):
        if not parity:
            found.append((x, 1))
            continue
        first = next((a for a in x if a), Fraction(0))
        if first < 0:
            found.append((tuple(-a for a in x), parity))
        else:
            found.append((x, 1 if first or parity > 0 else 0))
    return found


def allowed(problem: Problem) -> str:
    """What `classes` leaves free: functions, odd or even ones."""
    return {-1: "odd function", 0: "function", 1: "even function"}[_parity(problem)]


def _parity(problem: Problem) -> int:
    """-1 for an odd network, 1 for an even one, 0 where neither is known."""
    for k in range(1, problem.K + 1):
        if f"b{k}" in problem.shapes:
            return 0
        if k == problem.K:
            return -1
        if _powers(problem, k, 1):
            continue
        read = [layer for layer, _ in problem.skip or []]
        return int(_powers(problem, k, 0) and all(layer >= k for layer in read))
    return 0


def _powers(problem: Problem, k: int, remainder: int) -> bool:
    """Whether the activation of hidden layer k is known to be odd (remainder 1) or even (0)."""
    coefficients, function = problem.activations[k - 1], problem.functions[k - 1]
    if coefficients is None:
        return remainder == 1 and function is not None and function[0] == "tanh"
    return all(n % 2 == remainder for n, c in enumerate(coefficients) if c)
