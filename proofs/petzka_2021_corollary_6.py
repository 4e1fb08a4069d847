"""Petzka and Sminchisescu (2021), Corollary 6, and the width it needs.

Setting      As for Theorem 5: one output, squared loss, N samples.
Hypotheses   (wide)   Some hidden layer has more than N neurons.
             (narrow) From there on no layer is wider than the one before it, except the next one.
Conclusion   (region) Every local minimum that is not global lies in a non-attracting region; in
                      particular it is not strict.
Instance     1-4-1 and three samples: four copies of the neuron of a strict minimum of 1-1-1, with
             any positive shares, are local minima, and a path that never rises leads lower.
Without      (wide) One sigmoid neuron with a bias and seven samples has a strict minimum with
             positive definite Hessian whose loss is above that of another one: from near it no path
             that never rises leads down. (narrow) Left open, see petzka_2021_theorem_5.
Source       Corollary 6, read. The instance without (wide) was found by the program from seed 0.
"""

from symland.problem import Network
from symland.search.small_data_search import integer_problem
from symland.theorem import Theorem
from symland.theorem.replicated import replicated

theorem = Theorem("petzka_2021_corollary_6", source="petzka_2021", wording="read")

COPIES = {3: 4, 7: 1}  # of the hidden neuron, by the number of samples


def copies(s):
    """The hidden neurons of the network that is meant: copies of the instance's one, or itself."""
    return COPIES[s.problem.sample_count]


def in_a_region(s):
    """The copies' minima lie in non-attracting regions; or the minimum itself is in none."""
    if copies(s) > 1:
        return replicated(s).non_attracting(copies(s))
    return not (replicated(s).nondegenerate_minimum and replicated(s).higher_than(s.better))


wide = theorem.hypothesis(
    "wide",
    "a hidden layer has more neurons than there are samples",
    lambda s: copies(s) > s.problem.sample_count,
)
narrow = theorem.hypothesis(
    "narrow", "after the next one no layer gets wider: none is left here", lambda s: s.H == 1
)
region = theorem.conclusion(
    "region", "suboptimal minima lie in non-attracting regions", in_a_region
)
theorem.cited(
    "Theorem 5",
    "from nearby a path that never rises leads to loss 0, but not from near a strict minimum",
    key="petzka_2021", wording="read", uses=[wide, narrow], gives=[region],
)  # fmt: skip

three = integer_problem(Network((1, 1, 1), "sigmoid"), [0, 1, 3], [1, -2, 3])
theorem.instance("1-4-1, x = 0, 1, 3", three, at=[[["0.63954936616"]], [["1.25555675301"]]])
xs, ys = (-4, -3, -2, -1, 1, 3, 4), (1, 3, -3, -1, 1, 2, 3)
seven = integer_problem(Network((1, 1, 1), "sigmoid", "hidden"), xs, ys)
theorem.without(wide, name="one neuron, seven samples", problem=seven, breaks=[region], at={
    "W1": [["3.796362938594809"]], "b1": ["-4.207939860847904"], "W2": [["2.501584287568486"]]},
    better={"W1": [["1.2031994841101663"]], "b1": ["-2.876392326364923"],
            "W2": [["3.295474843126724"]]})  # fmt: skip
