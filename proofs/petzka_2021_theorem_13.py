"""Petzka and Sminchisescu (2021), Theorem 13.  Local minima in arbitrarily wide two-layer networks.

Setting      As for Theorem 8; a neuron is replaced by k copies with shares a_1, ..., a_k of its
             outgoing weight, of sum 1.
Hypotheses   (minimum) The point is a minimum with positive definite Hessian.
             (B)       B is positive definite.
Conclusions  (copies)  For each k, all images with positive shares are local minima: here k = 2, 3
                       and 5 with three samples, so that the last two have as many neurons as
                       samples, or more ("extremely wide").
             (near)    No weights within 1/200, 1/1000, 1/10000 of the images with equal shares
                       have a lower loss.
             (sub)     The loss of all these images is above 11.7; the second theorem of this file
                       finds one below 1/4 with two neurons, so they are not global minima.
Source       Theorem 13, read, and Remark 14: all incoming weights of such minima are equal. The
             paper iterates the map with two copies; the rules replicated_minima and
             replicated_bound take all copies at once.
"""

from symland.claims.enclosures import dyadic_point, loss_between
from symland.problem import Dataset, Loss, Network, Problem
from symland.theorem import Theorem
from symland.theorem.replicated import replicated

theorem = Theorem("petzka_2021_theorem_13", source="petzka_2021", wording="read")

minimum = theorem.hypothesis(
    "minimum", "the Hessian is positive definite", lambda s: replicated(s).nondegenerate_minimum
)
B = theorem.hypothesis("B", "B is positive definite", lambda s: replicated(s).B_is_positive)
copies = theorem.conclusion(
    "copies",
    "2, 3 and 5 copies are local minima",
    lambda s: all(replicated(s).copies(k) for k in (2, 3, 5)),
)
near = theorem.conclusion(
    "near",
    "nothing nearby is lower",
    lambda s: all(
        replicated(s).bound(k, r) for k, r in ((2, "1/200"), (3, "1/1000"), (5, "1/10000"))
    ),
)
sub = theorem.conclusion(
    "sub",
    "the loss of all images is between 11.7 and 12",
    lambda s: replicated(s).loss_between("117/10", "12"),
)
theorem.cited(
    "slices", "with the differences of the outgoing weights fixed the image is a critical point"
    " with positive definite Hessian", wording="reconstructed", gives=[copies, near, sub],
)  # fmt: skip


worked = Dataset([[0], [1], [3]], [[1], [-2], [3]])
theorem.instance(
    "x = 0, 1, 3",
    Problem(Network((1, 1, 1), "sigmoid"), worked, Loss(scale=1)),
    at=[[["0.63954936616"]], [["1.25555675301"]]],
)

# --- The wider network: a point with a loss below 1/4 --------------------------------------------
wider = Theorem("petzka_2021_theorem_13_better", source="petzka_2021", wording="own")
below = wider.conclusion("below", "the loss is below 1/4", lambda s: is_below(s))
wider.cited("by evaluation", "on the instance", wording="own", gives=[below])


def is_below(s):
    """The claim that the loss of the instance's point lies between 0 and 1/4."""
    flat = [x for matrix in s.weights.values.values() for row in matrix for x in row]
    point = dyadic_point(s.case, s.problem.network.shapes, flat)
    loss_between(s.case, point, 0, "1/4", 128)
    return s.case.check().accepted


wider.instance(
    "1-2-1",
    Problem(Network((1, 2, 1), "sigmoid"), worked, Loss(scale=1)),
    at=[[[2], [10]], [["327/8", -38]]],
)
