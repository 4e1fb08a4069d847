"""Odd and even networks: outputs at -x that follow from those at x, whatever the weights."""

from __future__ import annotations

from fractions import Fraction

from symland.problem.activation import Activation
from symland.problem.network import Network
from symland.problem.problem import Problem

__all__ = ["classes", "parity"]


def parity(network: Network) -> int:
    """-1 if f(-x) = -f(x) for all weights, 1 if f(-x) = f(x), 0 where neither is known.

    Odd activations (tanh, odd powers) without biases below keep the sign of the input; behind an
    even one (even powers) it is lost, whatever follows.

    >>> parity(Network([2, 3, 1], "tanh")), parity(Network([2, 3, 1], "square", "output"))
    (-1, 1)
    >>> parity(Network([2, 3, 1], "tanh", "hidden"))
    0
    """
    for k in range(1, network.K + 1):
        if network.has_bias(k):
            return 0
        if k == network.K:
            return -1
        if not _powers(network.activations[k - 1], 1):
            break
    read = [layer for layer, _ in network.skip or ()]
    return int(_powers(network.activations[k - 1], 0) and all(layer >= k for layer in read))


def _powers(activation: Activation, remainder: int) -> bool:
    """Whether the activation is known to be odd (remainder 1) or even (0)."""
    if activation.coefficients is None:
        return remainder == 1 and activation.name == "tanh"
    return all(n % 2 == remainder for n, c in enumerate(activation.coefficients) if c)


def classes(problem: Problem) -> dict[tuple[Fraction, ...], list[tuple[int, int]]]:
    """Samples by an input x, each with a number e = 1, -1 or 0: its outputs are e f(x), for all
    weights.

    >>> from symland.problem import Dataset
    >>> data = Dataset([[1], [0], [-1], [1]], [[0]] * 4)
    >>> [[str(a) for a in x] for x in classes(Problem(Network([1, 1, 1], "tanh"), data))]
    [['1'], ['0']]
    >>> list(classes(Problem(Network([1, 1, 1], "tanh"), data)).values())
    [[(0, 1), (2, -1), (3, 1)], [(1, 0)]]
    """
    sign = parity(problem.network)
    found: dict[tuple[Fraction, ...], list[tuple[int, int]]] = {}
    for i, x in enumerate(map(tuple, problem.dataset.inputs)):
        first = next((a for a in x if a), Fraction(0))
        e = 1 if first > 0 or sign >= 0 else sign if first else 0
        name = tuple(-a for a in x) if sign and first < 0 else x
        found.setdefault(name, []).append((i, e))
    return found
