"""Outputs whose gradients span those of all outputs, for all weights."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import fmpq, fmpq_mat, fmpq_mpoly

from symland.exact.polynomial import parameter_ring
from symland.landscape.forward import outputs
from symland.landscape.number_systems.exact_rings import polynomials as exact_polynomials
from symland.landscape.parameters import shaped
from symland.problem.problem import Problem

__all__ = ["Output", "output_polynomials", "spanning_outputs"]

MOST_TERMS = 5_000
"""Terms of an output beyond which it is not expanded."""
Output = tuple[int, int]


def spanning_outputs(problem: Problem) -> list[Output]:
    """Outputs (sample, output), as few as are seen, such that all others differ from sums of
    multiples of them by constants, for all weights.

    >>> from symland.problem import Dataset, Network
    >>> data = Dataset([[1], [2], [0], [1]], [[0], [0], [1], [1]])
    >>> [spanning_outputs(Problem(Network([1, 1, 1], a), data)) for a in ("square", "exp")]
    [[(0, 0)], [(0, 0), (1, 0), (2, 0)]]
    """
    different: dict[Any, int] = {}
    for sample, x in enumerate(problem.dataset.inputs):
        if any(x) or not _silent(problem):
            different.setdefault(x, sample)
    width = problem.network.widths[-1]
    every = [(sample, j) for sample in different.values() for j in range(width)]
    polynomials = output_polynomials(problem, sorted(different.values()))
    if polynomials is None:
        return every
    found = {place: p.to_dict() for place, p in polynomials.items()}
    monomials = sorted({m for terms in found.values() for m in terms if any(m)})
    kept: list[Output] = []
    rows: list[list[fmpq]] = []
    for place in sorted(every, key=lambda place: _size(problem, place[0])):
        row = [found[place].get(m, fmpq(0)) for m in monomials]
        if monomials and fmpq_mat([*rows, row]).rank() > len(rows):
            kept.append(place)
            rows.append(row)
    return kept


def _silent(problem: Problem) -> bool:
    """Whether the outputs at input 0 are 0 for all weights."""
    network = problem.network
    return network.bias == "none" and all(
        a.name == "tanh" or (a.coefficients is not None and not any(a.coefficients[:1]))
        for a in network.activations
    )


def _size(problem: Problem, sample: int) -> Fraction:
    """Gradients at small inputs are enclosed best."""
    return sum((abs(Fraction(x)) for x in problem.dataset.inputs[sample]), Fraction(0))


def output_polynomials(problem: Problem, samples: list[int]) -> dict[Output, fmpq_mpoly] | None:
    """All outputs of these samples, where all activations are polynomials of moderate size."""
    network = problem.network
    if any(a.coefficients is None for a in network.activations):
        return None
    ring = parameter_ring(network.shapes)
    weights = shaped(network.shapes, list(ring.gens))
    found: dict[Output, fmpq_mpoly] = {}
    for sample in samples:
        inputs = [ring.number(x) for x in problem.dataset.inputs[sample]]
        for j, f in enumerate(outputs(network, exact_polynomials(ring), weights, inputs)):
            if len(f) > MOST_TERMS:
                return None
            found[sample, j] = f
    return found
