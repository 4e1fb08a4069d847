"""The loss of a problem: at a point of any number system, as a polynomial, as a SymPy expression.

L(W) = scale * (sum over samples of the sample's loss) + 1/2 * (sum of lambda w^2)
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from math import comb
from operator import add
from typing import TYPE_CHECKING, Any

from symland.exact.polynomial import PolynomialRing, parameter_ring
from symland.landscape.forward import Parameters, outputs
from symland.landscape.number_systems.exact_rings import polynomials
from symland.landscape.number_systems.number_system import Kink, NumberSystem
from symland.landscape.parameters import flat, shaped

if TYPE_CHECKING:
    import sympy
    from flint import fmpq_mpoly

    from symland.problem.problem import Problem

__all__ = [
    "NotPolynomial",
    "TooLarge",
    "loss",
    "loss_expression",
    "loss_polynomial",
    "not_polynomial_because",
    "sample_loss",
]

MAX_TERM_PRODUCTS = 20_000_000
"""Term products after which an expansion is refused; they take some seconds."""

MAX_SYMBOLIC_WORK = 3_000
"""Samples times parameters beyond which an unexpanded SymPy expression is refused."""


class NotPolynomial(ValueError):
    """The loss is no polynomial in the parameters; the text says why and what still works."""


class TooLarge(ValueError):
    """The object asked for would not fit; the text gives its size and the limit."""


def sample_loss(
    kind: str,
    system: NumberSystem,
    output: Sequence[Any],
    target: Sequence[Any],
    weights: Sequence[Any] | None = None,
) -> Any:
    """The loss of one sample, before the scale.

    squared: sum of (f - y)^2, each times its weight; logistic: sum of log(1 + exp(-y f));
    cross_entropy: log sum exp f - sum y f.

    >>> from symland.landscape.number_systems import rationals
    >>> sample_loss("squared", rationals, [3, 5], [1, 1], [1, 2])
    36
    """
    pairs = list(zip(output, target, strict=True))
    if kind == "squared":
        squares = [system.power(f - y, 2) for f, y in pairs]
        if weights is not None:
            squares = [w * s for w, s in zip(weights, squares, strict=True)]
        return reduce(add, squares)
    if kind == "logistic":
        return reduce(add, [system.softplus(-(y * f)) for f, y in pairs])
    if kind == "cross_entropy":
        return system.log_sum_exp(output) - reduce(add, [y * f for f, y in pairs])
    raise ValueError(f"loss kind: {kind!r}, expected squared, logistic or cross_entropy")


def loss(problem: Problem, system: NumberSystem, parameters: Parameters) -> Any:
    """L at parameters that are elements of the system.

    Raises `MissingFunction` where the system lacks a function that network or loss need, and
    `Kink` where it needs a derivative at a kink.

    >>> from symland.landscape.number_systems import rationals
    >>> from symland.problem import Dataset, Network, Problem
    >>> problem = Problem(Network([1, 1, 1]), Dataset([[1], [2]], [[1], [0]]))
    >>> loss(problem, rationals, {"W1": [[2]], "W2": [[3]]})
    Fraction(169, 2)
    """
    data = problem.dataset
    groups = system.samples(data.inputs, data.targets, problem.loss.weights)
    values = []
    for sample, (inputs, targets, weights) in enumerate(groups, start=1):
        try:
            f = outputs(problem.network, system, parameters, inputs)
        except Kink as kink:
            raise kink.at(sample=sample) from None
        values.append(sample_loss(problem.loss.kind, system, f, targets, weights))
    total = system.number(problem.scale) * system.total(values)
    penalty = _penalty(problem, system, parameters)
    return total if penalty is None else total + penalty


def _penalty(problem: Problem, system: NumberSystem, parameters: Parameters) -> Any | None:
    """1/2 sum lambda w^2, None where no lambda is positive."""
    if problem.l2 is None:
        return None
    shapes = {name: problem.network.shapes[name] for name in problem.l2}
    pairs = zip(flat(shapes, problem.l2), flat(shapes, parameters), strict=True)
    terms = [system.number(lam / 2) * system.power(w, 2) for lam, w in pairs if lam]
    return reduce(add, terms) if terms else None


def not_polynomial_because(problem: Problem) -> str | None:
    """Why the loss is no polynomial in the parameters, or None where it is one.

    >>> from symland.problem import Dataset, Network, Problem
    >>> data = Dataset([[1]], [[1]])
    >>> not_polynomial_because(Problem(Network([1, 1, 1], "tanh"), data))
    'the activation tanh of hidden layer 1 is no polynomial'
    >>> not_polynomial_because(Problem(Network([1, 1, 1], "square"), data))
    """
    for layer, activation in enumerate(problem.network.activations, start=1):
        if not activation.is_polynomial:
            return f"the activation {activation} of hidden layer {layer} is no polynomial"
    if problem.loss.kind != "squared":
        return f"the loss {problem.loss.kind} is no polynomial of the outputs"
    return None


def loss_polynomial(problem: Problem, ring: PolynomialRing | None = None) -> fmpq_mpoly:
    """L as a polynomial in the parameters, expanded, in the ring of `parameter_ring`.

    Raises `NotPolynomial`, and `TooLarge` where the expansion would not end in seconds.

    >>> from symland.problem import Dataset, Network, Problem
    >>> loss_polynomial(Problem(Network([1, 1, 1]), Dataset([[1]], [[2]])))
    1/2*W1_1_1^2*W2_1_1^2 - 2*W1_1_1*W2_1_1 + 2
    """
    reason = not_polynomial_because(problem)
    if reason:
        raise NotPolynomial(
            f"loss: {reason}; its value, gradient and Hessian at a point (.at), and the SymPy "
            "view (.sympy()) of a small network, still work"
        )
    work = expansion_work(problem)
    if work > MAX_TERM_PRODUCTS:
        raise TooLarge(
            f"loss: expanding it takes up to {work:.1e} term products, "
            f"expected at most {MAX_TERM_PRODUCTS:.0e}; evaluate it at a point (.at) instead"
        )
    ring = ring or parameter_ring(problem.network.shapes)
    return loss(problem, polynomials(ring), shaped(problem.network.shapes, ring.gens))


def expansion_work(problem: Problem) -> int:
    """An upper bound on the term products of the expansion: what `MAX_TERM_PRODUCTS` limits."""
    network = problem.network
    terms, layers = 1, []
    for k, activation in enumerate(network.activations, start=1):
        terms = network.widths[k - 1] * terms + int(network.has_bias(k))
        degree = len(activation.coefficients or ()) - 1
        terms = (
            comb(terms + degree, degree)
            if activation.name == "polynomial"
            else comb(terms + degree - 1, degree)
        )
        layers.append(terms)
    if network.skip is None:
        terms *= network.widths[-2]
    else:
        terms = sum(layers[layer - 1] for layer, _ in network.skip)
    terms += int(network.has_bias(network.K))
    return problem.sample_count * network.widths[-1] * terms**2


def loss_expression(problem: Problem) -> sympy.Expr:
    """L as a SymPy expression, not expanded, for every activation and loss.

    Raises `TooLarge` for more than a small network and few samples.

    >>> from symland.problem import Dataset, Network, Problem
    >>> loss_expression(Problem(Network([1, 1, 1], "tanh"), Dataset([[1]], [[2]])))
    (W2_1_1*tanh(W1_1_1) - 2)**2/2
    """
    from symland.landscape.number_systems.sympy_symbols import symbols

    shapes = problem.network.shapes
    work = problem.sample_count * problem.network.parameter_count
    if work > MAX_SYMBOLIC_WORK:
        raise TooLarge(
            f"loss: {problem.sample_count} samples times {problem.network.parameter_count} "
            f"parameters as a SymPy expression, expected a product of at most {MAX_SYMBOLIC_WORK}"
        )
    ring = parameter_ring(shapes)
    return loss(problem, symbols, shaped(shapes, ring.symbols))
