"""Petzka and Sminchisescu (2021), Theorem 8.  Splitting a neuron of a one-layer network.

Setting      One hidden layer, one output, L = sum of squared residuals r. A neuron with incoming
             weights u and outgoing weight v is split: both copies have u, and the outgoing weights
             lambda v and (1 - lambda) v. x are the neuron's incoming values, with a last entry 1
             where it has a bias; B = 2 sum r v s''(u'x) x x' (the paper leaves out the 2).
Hypotheses   (minimum) The point is a minimum with positive definite Hessian.
             (B)       B, over all incoming parameters, is positive definite.
             (inputs)  The block of B without the bias is positive definite. Follows from (B); the
                       paper's B is this block.
Conclusions  (inside)  The images with 0 < lambda < 1 are local minima.
             (outside) Those with lambda < 0 or lambda > 1 are strict saddles.
Errata       As printed, with networks that have hidden biases and (inputs) in place of (B), the
             theorem is false: the last line of this file. Without biases the two agree. "Isolated
             minimum" is used as "positive definite Hessian", and is not the same (think of x^4).
Source       Theorem 8 (after Fukumizu and Amari 2000), read; (outside) is Fukumizu and Amari's,
             recalled. The proof for all widths and data is the docstring of the rule
             replicated_minima.
"""

from symland.problem import Dataset, Loss, Network, Problem
from symland.theorem import Theorem
from symland.theorem.replicated import replicated

theorem = Theorem("petzka_2021_theorem_8", source="petzka_2021", wording="read")

one_hidden = theorem.hypothesis(
    "shape", "one hidden layer, one output", lambda s: s.H == s.d_y == 1
)
minimum = theorem.hypothesis(
    "minimum", "the Hessian is positive definite", lambda s: replicated(s).nondegenerate_minimum
)
inputs = theorem.hypothesis(
    "inputs",
    "the block of B without the bias is positive definite",
    lambda s: replicated(s).B_of_inputs_is_positive,
)
B = theorem.hypothesis("B", "B is positive definite", lambda s: replicated(s).B_is_positive)
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
    "slices", "with the difference of the outgoing weights held fixed the image is a critical point"
    " with positive definite Hessian; outside, B enters with the factor lambda (1 - lambda) < 0",
    key="fukumizu_amari_2000", wording="reconstructed", gives=[inside, outside],
)  # fmt: skip


def data(xs, ys, bias="none"):
    samples = Dataset([[x] for x in xs], [[y] for y in ys])
    return Problem(Network((1, 1, 1), "sigmoid", bias), samples, Loss(scale=1))


# --- An instance from data alone: the critical point near these decimals -------------------------
theorem.instance(
    "x = 0, 1, 3", data((0, 1, 3), (1, -2, 3)), at=[[["0.63954936616"]], [["1.25555675301"]]]
)

# --- The printed theorem, with biases: (inputs) holds, (B) does not ------------------------------
theorem.without(
    B, name="hidden bias, the paper's B",
    problem=data((-4, -3, 0, 1, 2, 3, 4), (2, 2, -1, 0, -3, -3, -1), bias="all"),
    at={"W1": [["1.00946886999"]], "b1": ["0.45470604109"], "W2": [["-4.39177642508"]],
        "b2": ["2.19113898022"]},
    breaks=[inside],
)  # fmt: skip
