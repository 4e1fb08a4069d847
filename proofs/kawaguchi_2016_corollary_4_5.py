"""Kawaguchi (2016), Corollary 4.5.  Ranks of products where the Hessian is semidefinite.

Setting      L(W) = 1/2 |W_{H+1} ... W_1 X - Y|^2, any depth, widths and data; E is the residual.
Hypotheses   (critical) W is critical.  (semidefinite) The Hessian at W is semidefinite.
Conclusions  (c) For every k in {2, ..., H + 1}: either
             rank(W_{H+1} ... W_k) >= rank(W_{k-1} ... W_2) or X E' W_{H+1} ... W_{k+1} = 0.
Source       K. Kawaguchi, NeurIPS 29 (2016), Corollary 4.5.

Empty products are identities: for k = 2 the rank on the right is d_1.
"""
from symland.theorem import Theorem, diag, example, eye, linear_network

theorem = Theorem("kawaguchi_2016_corollary_4_5", source="kawaguchi_2016")

# --- Hypotheses and conclusion ---------------------------------------------------------------
critical = theorem.hypothesis("critical", "W is critical", lambda s: s.point.critical)
semidefinite = theorem.hypothesis(
    "semidefinite", "the Hessian is semidefinite",
    lambda s: s.point.negative == 0 or s.point.inertia[0] == 0,
)


def holds_at(s, k):
    ranks = s.point.rank(s.H + 1, k) >= s.point.rank(k - 1, 2)
    return ranks or s.point.residual_vanishes(k)


c = theorem.conclusion(
    "c", "the ranks fall, or X E' A = 0", lambda s: all(holds_at(s, k) for k in range(2, s.H + 2))
)

# --- Proof -------------------------------------------------------------------------------------
inclusion = theorem.cited(
    "Lemma 4.4", "R(M') is contained in R(C'), or X E' A = 0; proved for all shapes in its file",
    key="kawaguchi_2016", uses=[critical, semidefinite],
)
theorem.cited(
    "rank of a product", "rank M = dim R(M') <= dim R(C') = rank C <= rank(W_{H+1} ... W_k)",
    wording="own", uses=[inclusion], gives=[c],
)

# --- Instances -------------------------------------------------------------------------------
two = {"X": eye(2), "Y": diag(2, 1)}
saddle = [diag(2, 0), diag(1, 0), diag(1, 0)]
theorem.instance("2-2-2-2, bad saddle", linear_network((2, 2, 2, 2), **two), at=saddle)
theorem.instance("2-2-2-2, origin", linear_network((2, 2, 2, 2), **two), at=[diag(0, 0)] * 3)
theorem.instance(
    "Iris, least squares", example("iris"), at=lambda s: [s.data.least_squares, eye(3)]
)

# --- Dropped hypotheses ------------------------------------------------------------------------
theorem.without(
    semidefinite, name="an indefinite Hessian", breaks=[c],
    problem=linear_network((2, 2, 2, 2), **two), at=[diag(2, 0), eye(2), diag(1, 0)],
)
theorem.without(
    critical, name="not critical, the proof does not use it", keeps=[c],
    problem=linear_network((1, 1, 1), X=[[1]], Y=[["3/2"]]), at=[[[1]], [[1]]],
)
