"""Petzka and Sminchisescu (2021), Remark 14.  How degenerate the minima of Theorem 13 are.

Setting      A neuron with values a is replaced by copies; in any network all copies have the same
             incoming weights and values. A larger starting network has other neurons as well.
Hypotheses   (minimum) The point is a minimum with positive definite Hessian.
             (B)       B of the first neuron is positive definite.
             (sum)     Moves r of the copies' outgoing weights have the sum 0.
Conclusions  (flat)    The function does not change along these moves: the minima are not strict.
             (two)     The hidden neurons of the starting network have different incoming weights.
             (copies)  2 and 3 copies of the first neuron beside the second one are local minima:
                       with four samples and four hidden neurons, not all incoming vectors equal.
             (region)  They lie in a non-attracting region.
Without      (minimum), (B): petzka_2021_theorem_8_negative and petzka_2021_theorem_8.
Source       Remark 14, read: starting from a larger network gives less degenerate minima. The
             instance was found among random integer data.
"""

from symland.problem import Dataset, Loss, Network, Problem
from symland.theorem import Signature, Theorem
from symland.theorem.replicated import replicated

theorem = Theorem("petzka_2021_remark_14", source="petzka_2021", wording="read")

s = Signature({"r": ("q", "k"), "o": ("k", "1"), "a": ("1", "N"), "V": ("q", "k")})
r, o, a, V = s.letters()

minimum = theorem.hypothesis(
    "minimum", "the Hessian is positive definite", lambda s: replicated(s).nondegenerate_minimum
)
B = theorem.hypothesis("B", "B is positive definite", lambda s: replicated(s).B_is_positive)
total = theorem.hypothesis("sum", "moves of sum 0", words=r @ o)
flat = theorem.conclusion(
    "flat", "the function is the same", words=(V + r) @ o @ a - V @ o @ a, given=[total]
)
two = theorem.conclusion("two", "no two neurons have the same incoming weights")
copies = theorem.conclusion(
    "copies",
    "2 and 3 copies are local minima",
    lambda s: all(replicated(s).copies(k) for k in (2, 3)),
)
region = theorem.conclusion(
    "region", "in a non-attracting region", lambda s: replicated(s).non_attracting(3)
)


@theorem.step("moves", uses=[total], gives=[flat])
def moves(proof):
    """r o = 0."""
    proof.prove("flat", (V + r) @ o @ a - V @ o @ a)


theorem.cited(
    "singular Hessian", "with the same incoming weights (flat) gives a line on which the loss is"
    " constant, and the Hessian is not definite", wording="own", uses=[minimum, moves],
    gives=[two], discharges=[total],
)  # fmt: skip
theorem.cited(
    "Theorem 8", "the other neurons are among the weights of the smaller network",
    key="petzka_2021", wording="read", uses=[minimum, B, moves], gives=[copies, region],
    discharges=[total],
)  # fmt: skip

xs, ys = (-2, 0, 1, 3), (0, -3, -1, -1)
theorem.without(total, name="r = (1, 0)", breaks=[flat],
                letters={"r": [[1, 0]], "o": [[1], [1]], "a": 1, "V": [[0, 1]]})  # fmt: skip
theorem.instance(
    "1-2-1, four samples",
    Problem(Network((1, 2, 1), "sigmoid"), Dataset([[x] for x in xs], [[y] for y in ys]),
            Loss(scale=1)),
    at=[[["1.40280763"], ["-0.3846529"]], [["-1.22477325", "-1.17564746"]]],
)  # fmt: skip
