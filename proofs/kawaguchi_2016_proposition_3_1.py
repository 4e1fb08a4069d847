"""Kawaguchi (2016), Proposition 3.1 (after Choromanska et al.).  Networks as spin glasses.

Setting      A ReLU network with one output, written as a sum over paths from inputs to the output:
             each path carries an input X, an activity Z in {0, 1} and the product of its weights.
Hypotheses   (A1p) Every path is active with the same probability.  (A2p) Inputs are independent
             and identically distributed along paths.  (A3p), (A4p) The weights are redundant: few
             distinct ones, each on about equally many paths.  (A5u) Activity is independent of the
             inputs.  (A6u) Inputs are independent Gaussians.  (A7p) The weights lie on a sphere.
Conclusions  (glass) The expected absolute or hinge loss is that of a spherical spin glass whose
             order is the number of layers.
             (band) As the size grows, critical points of low index lie with overwhelming
             probability in a narrow band of values above the global minimum.
Source       K. Kawaguchi, NeurIPS 29 (2016), Proposition 3.1; wording recalled with low confidence.

Out of scope, hence cited: (band) is asymptotic and in probability, so that no finite instance can
confirm or refute it, and (glass) is a statement about random fields with no weights file to check.
"""
from symland.theorem import Theorem

theorem = Theorem("kawaguchi_2016_proposition_3_1", source="kawaguchi_2016")

hypotheses = [
    theorem.hypothesis("A1p", "every path is active with the same probability"),
    theorem.hypothesis("A2p", "inputs are alike along paths"),
    theorem.hypothesis("A3p", "few distinct weights"),
    theorem.hypothesis("A4p", "each on about equally many paths"),
    theorem.hypothesis("A5u", "activity is independent of the inputs"),
    theorem.hypothesis("A6u", "inputs are independent Gaussians"),
    theorem.hypothesis("A7p", "the weights lie on a sphere"),
]
glass = theorem.conclusion("glass", "the loss is that of a spherical spin glass")
band = theorem.conclusion("band", "critical points of low index lie in a band of values")

reduction = theorem.cited(
    "reduction to a spin glass", "an identity of random fields", key="choromanska_2015",
    uses=hypotheses, gives=[glass],
)
theorem.cited(
    "complexity of spin glasses", "asymptotic, in probability: outside what instances can show",
    key="choromanska_2015", uses=[reduction], gives=[band],
)
