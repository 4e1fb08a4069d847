"""Kawaguchi (2016), Corollary 3.2.  A model of ReLU networks that reduces to a linear one.

Setting      A ReLU network as a sum over paths: output_i = q sum_p X_(i,p) Z_(i,p) w_p, with w_p
             the product of the weights on path p and Z_(i,p) in {0, 1} its activity. The loss is
             L(W) = 1/2 |E_Z[output] - Y|^2: the expectation stands inside the norm.
Hypotheses   (A1p-m) P(Z = 1) = r for every path.  (A5u-m) Z does not depend on X and W.
             (q) q = 1/r.  (data) X X', X Y' of full rank, d_y <= d_x, distinct eigenvalues.
Conclusions  (c0) L is the loss of the deep linear network with the same weights.
             (ii) Every local minimum is global.  (iii) Other critical points are saddles.
             (outside) With the expectation outside, E_Z 1/2 |output - Y|^2 exceeds L by
             (q - 1)/2 sum c_p^2, c_p = X_p w_p, for independent paths: that depends on W.
Source       K. Kawaguchi, NeurIPS 29 (2016), Corollary 3.2.  (outside) is a remark of this file.

Two subtleties. The expectation must stand inside the norm, see (outside). And (A5u-m) cannot hold
for a real ReLU network: with one neuron and x = 1 the activity is Z = 1 for w_1 > 0, 0 for w_1 < 0.
"""
from symland.theorem import Signature, Theorem, diag, eye, linear_network

theorem = Theorem("kawaguchi_2016_corollary_3_2", source="kawaguchi_2016")

s = Signature({"V": ("dy", "d1"), "U": ("d1", "dx"), "X": ("dx", "m")}, ["q", "r", "a", "b", "y"])
V, U, X, q, r, a, b, y = s.letters()

# --- Hypotheses ------------------------------------------------------------------------------
active = theorem.hypothesis("A1p-m", "every path is active with probability r")
independent = theorem.hypothesis(
    "A5u-m", "activity does not depend on inputs and weights", lambda s: s.linear
)  # decided on a network: with linear activations every path is active, with others Z depends on W
factor = theorem.hypothesis("q", "q r = 1", words=q * r - 1)
data = theorem.hypothesis(
    "data", "X X', X Y' of full rank, d_y <= d_x, distinct eigenvalues",
    lambda s: s.rank_inputs == s.d_x and s.rank_cross == s.d_y <= s.d_x and s.distinct_eigenvalues,
)

# --- Conclusions -----------------------------------------------------------------------------
def expected(value):
    """Over two independent paths, each active with probability r."""
    both = [(u, v) for u in (0, 1) for v in (0, 1)]
    chance = {0: 1 - r, 1: r}
    return sum((chance[u] * chance[v] * value(u, v) for u, v in both), s.zero("1", "1"))


def half_square(u, v):
    """The loss of one output with activities u, v of its two paths, which carry a and b."""
    residual = q * (u * a + v * b) - y
    return residual * residual / 2


inside = (a + b - y) * (a + b - y) / 2
difference = expected(half_square) - inside - (q - 1) * (a * a + b * b) / 2
c0 = theorem.conclusion(
    "c0", "the expected output is that of the linear network",
    words=[q * r * V @ U @ X - V @ U @ X, expected(lambda u, v: q * (u * a + v * b)) - a - b],
)
outside = theorem.conclusion("outside", "the loss with E outside the norm", words=difference)
ii = theorem.conclusion(
    "ii", "local minima are global",
    lambda s: s.every(lambda w: w.is_global or not w.is_local_minimum),
)
iii = theorem.conclusion(
    "iii", "the others are saddles", lambda s: s.every(lambda w: w.is_global or w.is_saddle)
)

# --- Proof -------------------------------------------------------------------------------------
@theorem.step("expectation", uses=[factor, active, independent], gives=[c0])
def expectation(proof):
    """Every path counts q r = 1 times; the sum over all paths is the product of the matrices."""
    proof.prove("matrices", q * r * V @ U @ X - V @ U @ X)
    proof.prove("paths", expected(lambda u, v: q * (u * a + v * b)) - a - b)


@theorem.step("variance", uses=[factor, active, independent], gives=[outside])
def variance(proof):
    """Independent paths add the variances q^2 r (1 - r) c^2 = (q - 1) c^2 of their terms."""
    proof.prove("outside", difference)


theorem.cited(
    "Theorem 2.3", "applied to the linear network", key="kawaguchi_2016", uses=[expectation, data],
    gives=[ii, iii],
)

# --- Instances of the linear network, and real ReLU ----------------------------------------------
two = {"X": eye(2), "Y": diag(2, 1)}
theorem.instance("2-2-2", linear_network((2, 2, 2), **two))
theorem.instance("2-2-2-2", linear_network((2, 2, 2, 2), **two))
theorem.without(
    data, name="S = I", keeps=[ii, iii], problem=linear_network((2, 2, 2), X=eye(2), Y=eye(2))
)
theorem.without(
    independent, name="ReLU, where Z depends on W", breaks=[ii], at=[[[1]], [[1]]],
    better=[[[-1]], [[2]]],
    problem=linear_network((1, 1, 1), X=[[1, -1]], Y=[[1, 2]], activation="relu"),
)
