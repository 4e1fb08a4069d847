"""Local minima near which the network is a convex (or concave) function of its input.

The residuals do not see affine functions and are positive on balance against convex ones; then no
network nearby fits the data better, whatever the Hessian, which is only semidefinite here.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import ctx

from symland.claims.case import Case
from symland.claims.replication import convex_region as claim
from symland.enclosure.dyadic import simple_rational
from symland.landscape.forward import forward
from symland.landscape.number_systems.arb_balls import balls
from symland.landscape.number_systems.exact_rings import rationals
from symland.landscape.parameters import elements
from symland.problem.problem import Problem
from symland.problem.weights import Weights
from symland.search.deadline import Deadline
from symland.search.mean_transfer import mean_transfer

__all__ = ["convex_region"]

PRECISION = 256


def convex_region(case: Case, problem: Problem, point: Weights, deadline: Deadline) -> bool:
    """Whether the point is proved to be a local minimum; if so, the claim is in the case.

    The network has one hidden layer and one output, the loss is squared and not regularized, and
    the point has rational or log(p/q) entries. Residuals are guessed from enclosures where they
    are not computed exactly; the checker confirms them, and that the network stays convex.

    >>> from symland.problem import Dataset, Network
    >>> from symland.problem.weights_file import parse_weights
    >>> network = Network([1, 1, 1], "exp", "hidden")
    >>> flat = parse_weights({"W1": [["0"]], "b1": ["0"], "W2": [["1"]]}, network)
    >>> def proved(*targets):
    ...     problem = Problem(network, Dataset([[-1], [0], [1]], [[y] for y in targets]))
    ...     return convex_region(Case(problem), problem, flat, Deadline(9))
    >>> proved(0, 3, 0), proved(2, -1, 2)
    (True, False)
    """
    if not _applies(problem, point):
        return False
    residuals = _residuals(problem, point)
    if residuals is None:
        return False
    for shape, sign in (("convex", 1), ("concave", -1)):
        masses = [sign * r for r in residuals]
        transfer = mean_transfer(problem.dataset.inputs, masses, deadline)
        if transfer is None:
            continue
        trial = Case(problem)
        claim(trial, trial.point(point.to_json()), shape, transfer)
        if trial.check().accepted:
            claim(case, case.point(point.to_json()), shape, transfer)
            return True
    return False


def _applies(problem: Problem, point: Weights) -> bool:
    widths = problem.network.widths
    return (
        len(widths) == 3
        and widths[2] == 1
        and problem.network.skip is None
        and problem.loss.kind == "squared"
        and not point.roots
    )


def _residuals(problem: Problem, point: Weights) -> list[Fraction] | None:
    """w_i (f(x_i) - y_i), exactly or as enclosures suggest."""
    network, data = problem.network, problem.dataset
    exact = point.is_rational and all(
        a.is_polynomial or a.name in ("relu", "leaky_relu") for a in network.activations
    )
    system: Any = rationals if exact else balls
    with ctx.workprec(PRECISION):
        parameters = elements(network, system, point)
        outputs = [
            forward(network, system, parameters, [system.number(x) for x in row]).outputs[0]
            for row in data.inputs
        ]
        found = outputs if exact else [simple_rational(f, PRECISION) for f in outputs]
    weights = problem.loss.weights or [[Fraction(1)]] * len(found)
    if any(f is None for f in found):
        return None
    return [w * (f - y) for (w,), f, (y,) in zip(weights, found, data.targets, strict=True)]
