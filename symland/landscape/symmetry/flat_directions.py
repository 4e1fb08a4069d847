"""Directions of parameter space along which the loss is constant everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING

from symland.exact.polynomial import ParameterKey, parameter_keys
from symland.exact.rational_matrix import RationalMatrix
from symland.landscape.symmetry.neuron_change import read_by_output
from symland.landscape.symmetry.parameter_symmetry import Translation

if TYPE_CHECKING:
    from symland.problem.problem import Problem

__all__ = ["flat_directions", "translations"]

Direction = dict[ParameterKey, Fraction]


def flat_directions(problem: Problem, penalized: set[ParameterKey]) -> dict[str, list[Direction]]:
    """Cause to independent directions, without repetition over all causes.

    Three causes: parameters that no output with a loss reads; inputs that are linearly dependent
    over all samples (a row c of W_1 with c X = 0, or of (W_1, b_1) with c (X; 1) = 0); and with
    cross-entropy the softmax, which does not see a constant added to all outputs. What the
    regularizer penalizes does not move.

    >>> from symland.problem import Dataset, Network, Problem
    >>> problem = Problem(Network([2, 1]), Dataset([[1, 2]], [[1]]))
    >>> [{key[2]: int(v) for key, v in d.items()}
    ...  for d in flat_directions(problem, set())["dependent inputs"]]
    [{0: 2, 1: -1}]
    """
    causes = {
        "unused parameters": _unused(problem),
        "dependent inputs": _dependent_inputs(problem, penalized),
        "softmax shift": _softmax_shift(problem),
    }
    keys = parameter_keys(problem.network.shapes)
    found: dict[str, list[Direction]] = {}
    rows: list[list[Fraction]] = []
    for cause, directions in causes.items():
        for direction in directions:
            row = [direction.get(key, Fraction(0)) for key in keys]
            if not penalized & direction.keys() and RationalMatrix([*rows, row]).rank() > len(rows):
                rows.append(row)
                found.setdefault(cause, []).append(direction)
    return found


def translations(problem: Problem, penalized: set[ParameterKey]) -> list[Translation]:
    """The translations along the flat directions, one symmetry a cause."""
    keys = parameter_keys(problem.network.shapes)
    return [
        Translation(
            problem.network,
            cause,
            tuple(tuple(d.get(key, Fraction(0)) for key in keys) for d in directions),
        )
        for cause, directions in flat_directions(problem, penalized).items()
    ]


def live_outputs(problem: Problem) -> list[int]:
    """The outputs on which the loss depends for some sample."""
    weights = problem.loss.weights
    outputs = range(problem.network.widths[-1])
    return [k for k in outputs if weights is None or any(row[k] for row in weights)]


def _unused(problem: Problem) -> Iterable[Direction]:
    network = problem.network
    live = {network.K: set(live_outputs(problem))}
    for k in range(network.H, 0, -1):
        live[k] = {i for _, i in read_by_output(network, k)}
        if k < network.H and live[k + 1]:
            live[k] = set(range(network.widths[k]))
    for key in parameter_keys(network.shapes):
        if key[1] not in live[int(key[0][1:])]:
            yield {key: Fraction(1)}


def _dependent_inputs(problem: Problem, penalized: set[ParameterKey]) -> Iterable[Direction]:
    network, weights = problem.network, problem.loss.weights
    for i in range(network.widths[1]):
        keys: list[ParameterKey] = [("W1", i, j) for j in range(network.widths[0])]
        if network.has_bias(1):
            keys.append(("b1", i))
        free = [c for c, key in enumerate(keys) if key not in penalized]
        # Without hidden layer, row i of W_1 meets only the samples whose output i counts.
        seen = [
            [*x, Fraction(1)]
            for n, x in enumerate(problem.dataset.inputs)
            if weights is None or (weights[n][i] if network.H == 0 else any(weights[n]))
        ]
        if not free or not seen:
            continue
        kernel = RationalMatrix([[row[c] for c in free] for row in seen]).nullspace()
        for column in zip(*kernel.tolist(), strict=True):
            yield {keys[c]: v for c, v in zip(free, column, strict=True) if v}


def _softmax_shift(problem: Problem) -> Iterable[Direction]:
    if problem.loss.kind != "cross_entropy":
        return
    K, outputs = problem.network.K, range(problem.network.widths[-1])
    for j in range(problem.network.shapes[f"W{K}"][1]):
        yield {(f"W{K}", i, j): Fraction(1) for i in outputs}
    if problem.network.has_bias(K):
        yield {(f"b{K}", i): Fraction(1) for i in outputs}
