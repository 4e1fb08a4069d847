"""Petzka and Sminchisescu (2021), Corollary 6, and the width it needs.

Setting      One output, squared loss, N samples; as for Theorem 5.
Hypothesis   (wide)   Some hidden layer has more than N neurons.
Conclusion   (region) Every local minimum that is not global lies in a non-attracting region; in
                      particular it is not strict.
Without      One sigmoid neuron with a bias and seven samples has a strict minimum with positive
             definite Hessian whose loss is above that of another one: from near it no path that
             never rises leads down.
Source       Corollary 6, read. The instance was found by the program from seed 0.
"""

from symland.problem import Dataset, Loss, Network, Problem
from symland.theorem import Theorem
from symland.theorem.replicated import replicated

theorem = Theorem("petzka_2021_corollary_6", source="petzka_2021", wording="read")

wide = theorem.hypothesis(
    "wide",
    "a hidden layer has more neurons than there are samples",
    lambda s: max(s.widths[1:-1]) > s.problem.sample_count,
)
region = theorem.conclusion(
    "region",
    "no strict local minimum is suboptimal",
    lambda s: not (replicated(s).nondegenerate_minimum and replicated(s).higher_than(s.better)),
)
theorem.cited(
    "Theorem 5",
    "from nearby a path that never rises leads to loss 0, but not from near a strict minimum",
    key="petzka_2021", wording="read", gives=[region],
)  # fmt: skip

xs, ys = (-4, -3, -2, -1, 1, 3, 4), (1, 3, -3, -1, 1, 2, 3)
theorem.without(
    wide, name="one neuron, seven samples",
    problem=Problem(Network((1, 1, 1), "sigmoid", "hidden"),
                    Dataset([[x] for x in xs], [[y] for y in ys]), Loss(scale=1)),
    at={"W1": [["3.796362938594809"]], "b1": ["-4.207939860847904"], "W2": [["2.501584287568486"]]},
    better={"W1": [["1.2031994841101663"]], "b1": ["-2.876392326364923"],
            "W2": [["3.295474843126724"]]},
    breaks=[region],
)  # fmt: skip
