"""Balances: polynomials in the weights that are 0 at every critical point.

Let V be a vector field on the weights, affine in them, whose flow leaves the outputs as they are
for every input (a generator, rules_morse_bott.py); so it leaves L - R as it is, L the loss and R =
1/2 sum lambda w^2 its regularizer: V . grad (L - R) = 0 at all weights.  At a critical point grad L
= 0, hence V . grad R = sum lambda w V_w(w) is 0 there.  It is a polynomial of degree at most 2.

For weights u into a neuron and v out of it whose activation is homogeneous of degree n, and one
lambda, it is lambda (|u|^2 - n |v|^2): what flows in and out is balanced.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from . import network, rules_morse_bott as bott
from .interval_polynomials import Ranged
from .network import Sparse
from .statement import Problem
from .verdict import Refused

MAX_BALANCES = 1000


def balance(problem: Problem, generator: Any, bits: int) -> Ranged:
    """The polynomial of one generator, to be evaluated over boxes with so many binary places."""
    return Ranged(problem, _polynomial(problem, generator), bits)


def _polynomial(problem: Problem, generator: Any) -> Sparse:
    """sum lambda w V_w."""
    changes = bott._read_generator(problem, generator)
    symbols = network.symbols(problem)
    velocity = bott._velocity(problem, changes, symbols)
    total = Sparse({})
    for name, factors in problem.l2.items():
        for lines in zip(factors, symbols[name], velocity[name], strict=True):
            for factor, w, v in zip(*lines, strict=True):
                if factor:
                    total = total + w * v * Fraction(factor)
    if any(e not in (1, 2) for monomial in total.terms for _, e in monomial):
        raise Refused("a balance of degree above 2")
    return total
