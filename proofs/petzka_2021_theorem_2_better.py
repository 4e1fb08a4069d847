"""Petzka and Sminchisescu (2021), Theorem 2 (section 5.4), a lower point.  Suboptimal minima.

Setting      The data of petzka_2021_theorem_2, where all images have a loss above 4.8.
Conclusions  (below)   The 2-5-5-1 network of the recipe, which gave the targets, has a loss below
                       10^-18: not 0, since the targets are rounded to 10 decimals.
Source       Section 5.4, read ("zero loss can be attained"). With further outgoing weights 0 it is
             among the 2-21-21-1 networks, so that the minima of petzka_2021_theorem_2 are
             suboptimal.
"""

from fractions import Fraction

import numpy as np

from symland.claims.enclosures import dyadic_point, loss_between
from symland.problem import Dataset, Loss, Network, Problem
from symland.theorem import Theorem

theorem = Theorem("petzka_2021_theorem_2_better", source="petzka_2021", wording="own")


def recipe():
    """The 2-5-5-1 problem of section 5.4 and the weights that gave its targets."""
    draw = np.random.RandomState(22)
    weights = [10 * draw.rand(*shape) - 5 for shape in ((2, 5), (5, 5), (5, 1))]
    inputs = draw.rand(20, 2)
    hidden = inputs
    for matrix in weights[:2]:
        hidden = 1 / (1 + np.exp(-hidden @ matrix))
    targets = [[f"{y:.10f}"] for y in (hidden @ weights[2])[:, 0]]
    samples = Dataset([[Fraction(float(x)) for x in row] for row in inputs], targets)
    at = [[[Fraction(float(x)) for x in row] for row in matrix.T] for matrix in weights]
    return Problem(Network((2, 5, 5, 1), "sigmoid"), samples, Loss(scale=1)), at


def is_below(s):
    """The claim about the loss at the instance's point."""
    flat = [x for matrix in s.weights.values.values() for row in matrix for x in row]
    point = dyadic_point(s.case, s.problem.network.shapes, flat)
    loss_between(s.case, point, 0, Fraction(1, 10**18), 128)
    return s.case.check().accepted


below = theorem.conclusion("below", "the loss is below 10^-18", is_below)
theorem.cited("by evaluation", "on the instance", wording="own", gives=[below])

problem, at = recipe()
theorem.instance("the network of the targets", problem, at=at)
