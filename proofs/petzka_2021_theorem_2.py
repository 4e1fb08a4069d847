"""Petzka and Sminchisescu (2021), Theorem 2 and the experiment of section 5.4.

Setting      Bias-free sigmoid networks, L = sum of squared residuals; the targets of 20 samples are
             the outputs of a 2-5-5-1 network, so that loss 0 can be attained. The data follow the
             published recipe: NumPy's generator with seed 22, weights 10 U - 5, then inputs U.
             Inputs are taken as the exact binary numbers, targets rounded to 10 decimals.
Hypotheses   (minimum) The 2-1-1-1 point is a minimum with positive definite Hessian.
             (B1)      B of the first hidden neuron (2 x 2) is positive definite.
             (B2)      B of the second one (1 x 1) is positive.
Conclusions  (value)   Its loss is between 4.816 and 4.818; the paper has 4.817.
             (wide)    With 21 copies in both hidden layers (2-21-21-1, more neurons than samples)
                       and any positive shares all images are local minima.
             (saddles) Images with a negative share in either layer are strict saddles.
             (region)  So the minima of the wide network lie in a non-attracting region: shares may
                       move below 0 at constant loss, in the first layer or in the second.
             (exist)   Theorem 2: such regions exist for deep and extremely wide networks.
Without      (minimum): petzka_2021_theorem_8_negative; (B): petzka_2021_theorem_8. In layer 1 D = 0
             as the next layer has one neuron (Proposition 15); else: petzka_2021_theorem_9.
Source       Theorem 2 and section 5.4, read. There 5000 random directions were tried; here the
             minima are proved. Adding 20 neurons to each layer is taken as 21 copies of one. That
             they are suboptimal: petzka_2021_theorem_2_better.
"""

from fractions import Fraction

import numpy as np

from symland.problem import Dataset, Loss, Network, Problem
from symland.theorem import Theorem
from symland.theorem.replicated import replicated


def recipe():
    """The problem of section 5.4 for the 2-1-1-1 network."""
    draw = np.random.RandomState(22)
    first, second, last = (10 * draw.rand(*shape) - 5 for shape in ((2, 5), (5, 5), (5, 1)))
    inputs = draw.rand(20, 2)
    hidden = 1 / (1 + np.exp(-(1 / (1 + np.exp(-inputs @ first))) @ second))
    targets = [[f"{y:.10f}"] for y in (hidden @ last)[:, 0]]
    samples = Dataset([[Fraction(float(x)) for x in row] for row in inputs], targets)
    return Problem(Network((2, 1, 1, 1), "sigmoid"), samples, Loss(scale=1))


theorem = Theorem("petzka_2021_theorem_2", source="petzka_2021", wording="read")

minimum = theorem.hypothesis(
    "minimum", "the Hessian is positive definite", lambda s: replicated(s).nondegenerate_minimum
)
B1 = theorem.hypothesis(
    "B1", "B of layer 1 is positive definite", lambda s: replicated(s).B_is_positive
)
B2 = theorem.hypothesis("B2", "B of layer 2 is positive", lambda s: replicated(s, 2).B_is_positive)
value = theorem.conclusion(
    "value", "the loss is 4.817", lambda s: replicated(s).loss_between("4816/1000", "4818/1000")
)
wide = theorem.conclusion(
    "wide",
    "2-21-21-1: all images with positive shares are local minima",
    lambda s: replicated(s).layers(21, 21),
)
saddles = theorem.conclusion(
    "saddles",
    "images with a negative share are strict saddles, in either layer",
    lambda s: all(replicated(s, k).images("outside") == "strict_saddle" for k in (1, 2)),
)
region = theorem.conclusion(
    "region",
    "the minima of 2-21-21-1 lie in a non-attracting region",
    lambda s: all(replicated(s, k).non_attracting(21, 21) for k in (1, 2)),
)
exist = theorem.conclusion("exist", "non-attracting regions of suboptimal local minima exist")
theorem.cited(
    "slices", "see the rule replicated_layers; the instance below has a loss that"
    " is not 0, while the 2-5-5-1 network of the targets has loss 0 but for their rounding",
    wording="reconstructed", uses=[minimum, B1, B2],
    gives=[value, wide, saddles, region, exist],
)  # fmt: skip

theorem.instance("section 5.4", recipe(), at=[[["-16.04", "23.59"]], [["3.31"]], [["1.91"]]])
