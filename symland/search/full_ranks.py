"""The layer from which given weights reach an exact fit: independent samples, full ranks above."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import arb, arb_mat, ctx, fmpq

from symland.enclosure.dyadic import binary_logarithm, dyadic_matrix
from symland.landscape.forward import forward
from symland.landscape.number_systems.arb_balls import balls
from symland.landscape.parameters import elements
from symland.problem.activation import Activation
from symland.problem.network import Network
from symland.problem.problem import Problem
from symland.problem.weights import Weights
from symland.search.deadline import Deadline
from symland.search.exact_fit import may_fit

__all__ = ["FullRanks", "full_ranks"]

PRECISIONS = (128, 512, 2048)
MISSING = "no layer is shown to have independent samples, and full ranks after the next layer"
MOST_PLACES = 20_000  # of a step of a certificate
Matrix = list[list[fmpq]]


@dataclass(frozen=True)
class FullRanks:
    """In ``layer`` (0 for the inputs) the activations of all samples are independent, and all
    weight matrices after the next one have independent rows: approximate inverses of the former
    from the left, of the latter from the right, and a precision that shows it."""

    layer: int
    left_inverse: Matrix
    right_inverses: tuple[Matrix, ...]
    precision: int


def full_ranks(problem: Problem, point: Weights, deadline: Deadline) -> FullRanks | str:
    """The widest layer for which that is so, or why there is none.

    The activations after the layer must be invertible, with 0 inside their image, or at its
    border if biases follow.

    >>> from symland.problem import Dataset, Network, parse_weights
    >>> problem = Problem(Network([1, 2, 1], "sigmoid"), Dataset([[1], [2]], [[3], [4]]))
    >>> point = parse_weights({"W1": [["0"], ["1"]], "W2": [["0", "0"]]}, problem.network)
    >>> full_ranks(problem, point, Deadline(9)).layer
    1
    >>> point = parse_weights({"W1": [["1"], ["1"]], "W2": [["0", "0"]]}, problem.network)
    >>> full_ranks(problem, point, Deadline(9))
    'no layer is shown to have independent samples, and full ranks after the next layer'
    """
    if not may_fit(problem):
        return "expected the squared loss without regularizer, its weights not negative"
    layers = _candidates(problem)
    if not layers:
        return (
            "no layer is as wide as there are samples, with layers after the next one that do not"
            " get wider and with invertible activations in between"
        )
    for bits in PRECISIONS:
        for layer in layers:
            if deadline.passed():
                return "the budget ended before the ranks were known"
            with ctx.workprec(bits):
                found = _at(problem, point, layer)
            if found is not None:
                return found
    return MISSING


def _candidates(problem: Problem) -> list[int]:
    """The layers that widths and activations leave, the widest first, of equal ones the last."""
    network = problem.network
    widths, found = network.widths, []
    if network.skip is not None:
        return []
    for layer in range(network.K - 1, -1, -1):
        between = range(layer + 1, network.K)
        if (
            widths[layer] >= problem.sample_count
            and all(widths[k + 1] <= widths[k] for k in between)
            and all(_passable(network, k) for k in between)
        ):
            found.append(layer)
    return sorted(found, key=lambda layer: -widths[layer])


def _passable(network: Network, k: int) -> bool:
    """Whether hidden layer k can take any activations near its own, scaled and shifted."""
    activation = network.activations[k - 1]
    if str(activation).split("(")[0] in ("sigmoid", "exp", "softplus"):
        return f"b{k + 1}" in network.shapes
    return _onto(activation)


def _onto(activation: Activation) -> bool:
    """Whether it is a bijection of the real line, or onto an interval around 0."""
    if activation.name == "leaky_relu":
        return activation.parameters[0] > 0
    if activation.name == "tanh":
        return True
    powers = [n for n, c in enumerate(activation.coefficients or ()) if n and c]
    return len(powers) == 1 and powers[0] % 2 == 1


def _at(problem: Problem, point: Weights, layer: int) -> FullRanks | None:
    network = problem.network
    values = elements(network, balls, point)
    columns = []
    for x in problem.dataset.inputs:
        entries = [balls.number(a) for a in x]
        columns.append(
            forward(network, balls, values, entries).neurons[layer - 1] if layer else entries
        )
    size = problem.sample_count
    transposed = arb_mat(size, network.widths[layer], [a for column in columns for a in column])
    left = _right_inverse(transposed)
    rights = []
    for k in range(layer + 2, network.K + 1):
        rows, width = network.widths[k], network.widths[k - 1]
        right = _right_inverse(arb_mat(rows, width, [w for row in values[f"W{k}"] for w in row]))
        if right is None:
            return None
        rights.append(right)
    if left is None:
        return None
    turned = [list(column) for column in zip(*left, strict=True)]
    largest = max(abs(x) for matrix in (turned, *rights) for row in matrix for x in row)
    # An error of one unit in the last place is multiplied by the inverse.
    places = ctx.prec + max(0, binary_logarithm(arb(largest)))
    return FullRanks(layer, turned, tuple(rights), places) if places <= MOST_PLACES else None


def _right_inverse(a: arb_mat) -> Matrix | None:
    """A dyadic matrix R for which A R is near the identity; None where the precision is too low."""
    try:
        inverse = a.transpose() * (a * a.transpose()).inv()
    except ZeroDivisionError:
        return None
    if any(not x.is_finite() for x in inverse.entries()):
        return None
    size = max(map(binary_logarithm, a.entries()))
    rounded = dyadic_matrix(inverse, max(8, 8 + size + a.ncols().bit_length()))
    back = a * arb_mat(a.ncols(), a.nrows(), [arb(x) for row in rounded for x in row])
    for i, row in enumerate(back.tolist()):
        away: Any = sum((abs(x - (i == j)) for j, x in enumerate(row)), arb(0))
        if not away < arb(1) / 2:
            return None
    return rounded
