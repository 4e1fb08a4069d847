"""Kawaguchi (2016), Corollary 3.2.  A model of ReLU networks that reduces to a linear one.

Setting      A ReLU network as a sum over n paths: for an output and a sample it is q c'Z, with c_p
             the input times the weights on path p and Z_p in {0, 1} its activity. The loss is
             L(W) = 1/2 |E_Z[output] - Y|^2: the expectation stands inside the norm.
             o is the column of ones, M = E[Z], and m = E[Z | X, W], K = E[Z Z' | X, W].
Hypotheses   (A1p-m) P(Z_p = 1) = r for every path: M = r o.
             (A5u-m) Z does not depend on X and W: m = M.  (q) q = 1/r.
             (pairs) For (outside): two paths are independent, K = r^2 o o' + r (1 - r) I.
             (c0 applies) The loss is that of the linear network: the assumption for (ii), (iii).
             (data) X X', X Y' of full rank, d_y <= d_x, distinct eigenvalues.
Conclusions  (paths) In the network 2-2-2 the sum of all c_p is the output of the linear network.
             (c0) The expected output is the sum of all c_p.
             (ii) Every local minimum is global.  (iii) Other critical points are saddles.
             (outside) With the expectation outside, E_Z 1/2 |output - y|^2 exceeds
             1/2 |E_Z[output] - y|^2 by (q - 1)/2 |c|^2, which depends on W.
Source       K. Kawaguchi, NeurIPS 29 (2016), Corollary 3.2.  (outside) is a remark of this file.

(A5u-m) cannot hold for a real ReLU network, where Z is a function of W: see the line ReLU.
"""
from fractions import Fraction

from symland.theorem import Signature, Theorem, diag, eye, linear_network

theorem = Theorem("kawaguchi_2016_corollary_3_2", source="kawaguchi_2016")
column = ("n", "1")
s = Signature({"c": column, "o": column, "M": column, "m": column, "K": ("n", "n")}, "qry")
c, o, M, m, K, q, r, y = s.letters()
input_, middle = ("dx", "1"), ("d1", "1")
net = Signature({"V": ("1", "d1"), "U": ("d1", "dx"), "x": input_,
                 "e1": middle, "e2": middle, "g1": input_, "g2": input_})
V, U, x, e1, e2, g1, g2 = net.letters()

# --- Hypotheses ------------------------------------------------------------------------------
active = theorem.hypothesis("A1p-m", "every path is active with probability r", words=M - r * o)
independent = theorem.hypothesis("A5u-m", "activity is independent of X and W", words=m - M)
factor = theorem.hypothesis("q", "q r = 1", words=q * r - 1)
pairs = theorem.hypothesis("pairs", "two paths are independent",
                           words=K - r * r * o @ o.T - (r - r * r) * s.one("n"))
applies = theorem.hypothesis("c0 applies", "the loss is that of the linear network",
                             lambda s: s.linear and s.plain_loss)
data = theorem.hypothesis(
    "data", "X X', X Y' of full rank, d_y <= d_x, distinct eigenvalues",
    lambda s: s.rank_inputs == s.d_x and s.rank_cross == s.d_y <= s.d_x and s.distinct_eigenvalues)
units = [theorem.definition("e", "two hidden neurons", e1 @ e1.T + e2 @ e2.T - net.one("d1")),
         theorem.definition("g", "two inputs", g1 @ g1.T + g2 @ g2.T - net.one("dx"))]
# --- Conclusions -----------------------------------------------------------------------------
routes = sum(((V @ e) @ (e.T @ U @ g) @ (g.T @ x) for e in (e1, e2) for g in (g1, g2)),
             net.zero("1", "1"))
paths = theorem.conclusion("paths", "the sum over all paths is V U x", words=routes - V @ U @ x)
c0 = theorem.conclusion("c0", "the expected output is that of the linear network",
                        words=q * c.T @ m - c.T @ o)
inside = (c.T @ o - y) * (c.T @ o - y) / 2
expected = (q * q * c.T @ K @ c - 2 * q * y * c.T @ m + y * y) / 2  # E 1/2 (q c'Z - y)^2
excess = expected - inside - (q - 1) * c.T @ c / 2
outside = theorem.conclusion("outside", "E outside the norm", words=excess, given=[pairs])
ii = theorem.conclusion("ii", "local minima are global", given=[applies],
                        holds=lambda s: s.every(lambda w: w.is_global or not w.is_local_minimum))
iii = theorem.conclusion("iii", "the others are saddles", given=[applies],
                         holds=lambda s: s.every(lambda w: w.is_global or w.is_saddle))

# --- Proof -------------------------------------------------------------------------------------
@theorem.step("sum over paths", uses=units, gives=[paths])
def sum_over_paths(proof):
    """V U x = V (e1 e1' + e2 e2') U (g1 g1' + g2 g2') x: one path for a hidden neuron, an input."""
    proof.prove("paths", routes - V @ U @ x)

@theorem.step("expectation", uses=[factor, active, independent], gives=[c0])
def expectation(proof):
    """Every path counts q r = 1 times."""
    proof.prove("mean", m - r * o, using=["A1p-m", "A5u-m"])
    proof.prove("once", q * m - o, using=["mean", "q"])
    proof.prove("c0", q * c.T @ m - c.T @ o, using=["once"])

@theorem.step("variance", uses=[expectation, factor, pairs], gives=[outside])
def variance(proof):
    """Independent paths add the variances q^2 r (1 - r) c_p^2 = (q - 1) c_p^2 of their terms."""
    square, norm2 = (c.T @ o) @ (c.T @ o), c.T @ c
    proof.prove("c'Kc", c.T @ K @ c - r * r * square - (r - r * r) * norm2, using=["pairs"])
    proof.prove("scaled", q * q * c.T @ K @ c - square - (q - 1) * norm2, using=["c'Kc", "q"])
    proof.prove("outside", excess, using=["scaled", "c0"])

theorem.cited("Theorem 2.3", "applied to the linear network", key="kawaguchi_2016",
              uses=[applies, data], gives=[ii, iii])

# --- Instances of the linear network -------------------------------------------------------------
theorem.instance("2-2-2", linear_network((2, 2, 2), X=eye(2), Y=diag(2, 1)))
theorem.instance("2-2-2-2", linear_network((2, 2, 2, 2), X=eye(2), Y=diag(2, 1)))
theorem.without(data, name="S = I", keeps=[ii, iii],
                problem=linear_network((2, 2, 2), X=eye(2), Y=eye(2)))
# --- Real ReLU at the input 1: W and -W have different paths; with the same chance r is 1/2 -------
def activity(s, *signs):
    return [[Fraction(sum(sign * w > 0 for sign in signs), len(signs))] for [w] in s.W(1).tolist()]

theorem.bind(s, c=lambda s: s.W(2).T, o=lambda s: [[1]] * s.p, m=lambda s: activity(s, 1),
             M=lambda s: activity(s, 1, -1), r=lambda s: "1/2", q=lambda s: 2)
relu = {"problem": linear_network((1, 1, 1), X=[[1, -1]], Y=[[1, 2]], activation="relu"),
        "at": [[[1]], [[1]]]}
theorem.without(independent, name="ReLU, where Z depends on W", breaks=[c0], **relu)
theorem.without(applies, name="ReLU", breaks=[ii], better=[[[-1]], [[2]]], **relu)
