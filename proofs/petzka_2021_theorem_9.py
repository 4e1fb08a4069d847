"""Petzka and Sminchisescu (2021), Theorem 9.  Splitting a neuron in any hidden layer.

Setting      As for Theorem 8, in any layer: g is the derivative of a sample's loss by the inputs of
             the next layer, v the outgoing weights, x the incoming values (with a last entry 1
             where there is a bias), z = u'x. B = sum (g'v) s''(z) x x', D = sum s'(z) x g'.
Hypotheses   (minimum) The point is a minimum with positive definite Hessian.
             (B)       B, over all incoming parameters, is positive definite.
             (D)       D = 0.
Conclusions  (inside)  The images with 0 < lambda < 1 are local minima.
             (outside) Those with lambda < 0 or lambda > 1 are strict saddles.
Without (D)  All images are strict saddles, for every lambda: an instance found among integer data.
Errata       The paper assumes an isolated minimum and uses a definite Hessian. For B negative
             definite the interval consists of two half-lines, joined only through saddles, so that
             each lies in a region of its own.
Source       Theorem 9, read. With several outgoing weights the minima for fixed shares form a flat
             piece of as many dimensions; the proof is the docstring of replicated_minima.
"""

from symland.problem import Dataset, Loss, Network, Problem
from symland.theorem import Theorem
from symland.theorem.replicated import replicated

theorem = Theorem("petzka_2021_theorem_9", source="petzka_2021", wording="read")

minimum = theorem.hypothesis(
    "minimum", "the Hessian is positive definite", lambda s: replicated(s).nondegenerate_minimum
)
B = theorem.hypothesis("B", "B is positive definite", lambda s: replicated(s).B_is_positive)
D = theorem.hypothesis("D", "D = 0", lambda s: replicated(s).D_is_zero)
inside = theorem.conclusion(
    "inside",
    "images with 0 < lambda < 1 are local minima",
    lambda s: replicated(s).images("inside") == "local_minimum",
)
outside = theorem.conclusion(
    "outside",
    "images with lambda < 0 or lambda > 1 are strict saddles",
    lambda s: replicated(s).images("outside") == "strict_saddle",
)
theorem.cited(
    "Lemmas 12, A.1",
    "the Hessian at the image is the smaller one beside blocks lambda (1 - lambda) B,"
    " D and 0; it is not negative if and only if D = 0", key="petzka_2021", wording="read",
    gives=[inside, outside],
)  # fmt: skip


def data(widths, xs, ys):
    samples = Dataset([[x] for x in xs], [[y] for y in ys])
    return Problem(Network(widths, "sigmoid"), samples, Loss(scale=1))


# --- With one neuron in the next layer D = 0 follows (Proposition 15) -----------------------------
theorem.instance(
    "x = 0, 1, 3",
    data((1, 1, 1), (0, 1, 3), (1, -2, 3)),
    at=[[["0.63954936616"]], [["1.25555675301"]]],
)

# --- Two neurons in the next layer: B > 0, D not 0, found from seed 1 ----------------------------
theorem.without(
    D, name="1-1-2-1 on seven samples",
    problem=data((1, 1, 2, 1), (-2, -1, 0, 1, 2, 3, 4), (-3, -1, -1, 4, -3, 0, -2)),
    at=[[["0.8729046276122"]], [["-10.8108029028523"], ["1.508441095294"]],
        [["-16.1523164074444", "-0.5558520965783"]]],
    breaks=[inside], keeps=[outside],
)  # fmt: skip
