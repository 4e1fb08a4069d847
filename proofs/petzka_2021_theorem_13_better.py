"""Petzka and Sminchisescu (2021), Theorem 13, lower points.  The minima there are not global.

Setting      The data of petzka_2021_theorem_13, where all images have a loss above 11.7.
Conclusions  (below)   The loss is below 1/4 with two neurons, and 0 with three (or more, with
                       further outgoing weights 0).
Source       This file's own. Among the images are those with 2, 3 and 5 neurons.
"""

from symland.claims.enclosures import dyadic_point, loss_between, zero_loss_exactly
from symland.problem import Dataset, Loss, Network, Problem
from symland.theorem import Theorem

theorem = Theorem("petzka_2021_theorem_13_better", source="petzka_2021", wording="own")


def is_below(s):
    """The claim about the loss at the instance's point, an exact one with three neurons."""
    if s.widths[1] == 3:
        zero_loss_exactly(s.case, s.case.point(s.weights.to_json()))
        return s.case.check().accepted
    flat = [x for matrix in s.weights.values.values() for row in matrix for x in row]
    point = dyadic_point(s.case, s.problem.network.shapes, flat)
    loss_between(s.case, point, 0, "1/4", 128)
    return s.case.check().accepted


below = theorem.conclusion("below", "the loss is below 1/4; with three neurons it is 0", is_below)
theorem.cited("by evaluation", "on the instances", wording="own", gives=[below])

worked = Dataset([[0], [1], [3]], [[1], [-2], [3]])
for neurons, at in (
    (2, [[[2], [10]], [["327/8", -38]]]),
    (3, [[[0], ["log(2)"], ["log(4)"]], [["-94/7", "801/14", "-585/14"]]]),
):
    network = Network((1, neurons, 1), "sigmoid")
    theorem.instance(f"1-{neurons}-1", Problem(network, worked, Loss(scale=1)), at=at)
