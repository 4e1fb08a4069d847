"""Kawaguchi (2016), Theorem 2.3.  Deep linear networks have no poor local minima.

Setting      L(W) = 1/2 |W_{H+1} ... W_1 X - Y|^2, with W_k a real d_k x d_{k-1} matrix, d_0 = d_x,
             d_{H+1} = d_y, p = min(d_1, ..., d_H), H >= 1, S = Y X'(X X')^{-1} X Y'.
Hypotheses   (A1) X X' has full rank.  (A2) X Y' has full rank.  (A3) d_y <= d_x.
             (A4) S has d_y distinct eigenvalues.  (hidden) H >= 1.
             (linear) The activations are linear.  (plain) The squared loss, without weights.
             For (iv) also (B): rank(W_H ... W_2) = p.
Conclusions  (i) L is neither convex nor concave.  (ii) Every local minimum is global.
             (iii) Every other critical point is a saddle.
             (iv) At a saddle with (B) the Hessian has a negative eigenvalue.
Source       K. Kawaguchi, NeurIPS 29 (2016), Theorem 2.3.

Of the hypotheses on the data (ii), (iii) and (iv) need none, (i) needs X != 0 and a hidden layer.
"""

from symland.theorem import (
    Signature,
    Theorem,
    diag,
    example,
    eye,
    linear_network,
    nonnegative,
    trace,
    zeros,
)

theorem = Theorem("kawaguchi_2016_theorem_2_3", source="kawaguchi_2016")
# --- Hypotheses ------------------------------------------------------------------------------
A1 = theorem.hypothesis("A1", "X X' has full rank", lambda s: s.rank_inputs == s.d_x)
A2 = theorem.hypothesis("A2", "X Y' has full rank", lambda s: s.rank_cross == min(s.d_x, s.d_y))
A3 = theorem.hypothesis("A3", "d_y <= d_x", lambda s: s.d_y <= s.d_x)
A4 = theorem.hypothesis("A4", "S has distinct eigenvalues", lambda s: s.distinct_eigenvalues)
hidden = theorem.hypothesis("hidden", "H >= 1", lambda s: s.H >= 1)
linear = theorem.hypothesis("linear", "linear activations", lambda s: s.linear)
dense = theorem.hypothesis("dense", "layers without structure: no shared or missing weights")
plain = theorem.hypothesis("plain", "squared loss without weights", lambda s: s.plain_loss)
B = theorem.hypothesis(
    "B", "rank(W_H ... W_2) = p", lambda s: s.every(lambda w: w.hidden_rank == s.p)
)

# --- Conclusions -----------------------------------------------------------------------------
i = theorem.conclusion("i", "not convex, not concave", lambda s: not s.convex and not s.concave)
ii = theorem.conclusion(
    "ii", "local minima are global",
    lambda s: s.every(lambda w: w.is_global or not w.is_local_minimum),
)
iii = theorem.conclusion(
    "iii", "the others are saddles", lambda s: s.every(lambda w: w.is_global or w.is_saddle)
)
iv = theorem.conclusion(
    "iv", "negative curvature at saddles with (B)",
    lambda s: s.every(lambda w: w.negative > 0 or not w.is_saddle or w.hidden_rank < s.p),
)
curvature = theorem.conclusion(
    "curvature", "negative curvature at all saddles",
    lambda s: s.every(lambda w: w.negative > 0 or not w.is_saddle), given=[B],
)

# --- Proof -------------------------------------------------------------------------------------
s = Signature({"M": ("dy", "dx"), "R": ("dy", "dx"), "X": ("dx", "m"), "Y": ("dy", "m")})
M, R, X, Y = s.letters()
fit = theorem.hypothesis("fit", "(M X - Y)X' = 0", words=(M @ X - Y) @ X.T)
excess = trace((R @ X - Y) @ (R @ X - Y).T) - trace((M @ X - Y) @ (M @ X - Y).T)
best = theorem.conclusion(
    "best", "a product M with (M X - Y)X' = 0 is a global minimum", words=nonnegative(excess),
    given=[fit],
)


@theorem.step("Pythagoras", uses=[fit], gives=[best])
def pythagoras(proof):
    """The first case of Lemma 4.4, X E' = 0: any other product R costs |(R - M)X|^2 more."""
    proof.sum_of_squares("best", excess, squares=[(1, [], (R - M) @ X)])


lemmas = theorem.cited("Lemmas 4.1 to 4.6", "in their own files", key="kawaguchi_2016")
theorem.cited(
    "Proof of Theorem 2.3", "perturbation to full rank, then Lemmas 4.4 and 4.6",
    key="kawaguchi_2016", gives=[i, ii, iii, iv],
    uses=[pythagoras, lemmas, A1, A2, A3, A4, hidden, linear, dense, plain, B],
)
theorem.cited(
    "classification", "all critical points of all deep linear networks: deep_linear_theorem_4",
    key="symland_deep_linear", wording="own", gives=[ii, iii, iv, curvature],
)

# --- Instances: complete critical sets ---------------------------------------------------------
two = {"X": eye(2), "Y": diag(2, 1)}
theorem.instance("2-1-2", linear_network((2, 1, 2), **two))
theorem.instance("2-1-1-2", linear_network((2, 1, 1, 2), **two))
theorem.instance("2-2-2-2", linear_network((2, 2, 2, 2), **two))
bad = [diag(2, 0), diag(1, 0), diag(1, 0)]
theorem.instance("2-2-2-2, bad saddle", linear_network((2, 2, 2, 2), **two), at=bad)
theorem.instance("Iris 4-3-3", example("iris"))
theorem.instance("Iris 4-2-3", example("iris_2"))
theorem.instance("Iris 4-5-2-3", example("iris_5_2"))

# --- Dropped hypotheses: most are not needed -----------------------------------------------------
every = [i, ii, iii, iv]
theorem.without(
    A1, name="singular inputs", keeps=every,
    problem=linear_network((2, 1, 1), X=[[1, 0], [0, 0]], Y=[[1, 0]]),
)
theorem.without(
    A1, A2, name="X = 0", breaks=[i], keeps=[ii, iii],
    problem=linear_network((1, 1, 1), X=[[0]], Y=[[1]]),
)
theorem.without(
    A2, name="S = diag(4, 0)", keeps=every,
    problem=linear_network((2, 2, 2, 2), X=eye(2), Y=diag(2, 0)),
)
theorem.without(
    A2, name="X Y' = 0", keeps=every, problem=linear_network((1, 1, 1, 1), X=[[1, 1]], Y=[[1, -1]])
)
theorem.without(
    A4, name="S = I", keeps=every, problem=linear_network((2, 2, 2, 2), X=eye(2), Y=eye(2))
)
theorem.without(
    A4, name="S = diag(4, 1, 1)", keeps=every,
    problem=linear_network((3, 2, 2, 3), X=eye(3), Y=diag(2, 1, 1)),
)
theorem.without(
    A3, name="two outputs, one input", keeps=every,
    problem=linear_network((1, 1, 1, 2), X=[[1]], Y=[[1], [1]]),
)
theorem.without(
    A3, A4, name="S has eigenvalues 2, 0, 0", keeps=every,
    problem=linear_network((1, 2, 2, 3), X=[[1]], Y=[[1], [1], [0]]),
)
theorem.without(
    hidden, name="linear regression", breaks=[i], keeps=[ii, iii],
    problem=linear_network((2, 2), **two),
)
theorem.without(
    A1, A2, A3, A4, keeps=[ii, iii], key="lu_kawaguchi_2017",
    because="depth adds no local minima to the rank constrained problem",
)
polynomial = linear_network((1, 1, 1), X=[[0, 1]], Y=[[2, -1]], activation="polynomial(1, 0, 1)")
theorem.without(
    linear, name="activation 1 + z^2", problem=polynomial, breaks=[ii], at=[[[0]], [["1/2"]]],
    better=[[[10]], [["-1/100"]]],
)
theorem.without(
    linear, name="relu", breaks=[ii], at=[[[1]], [[1]]], better=[[[-1]], [[2]]],
    problem=linear_network((1, 1, 1), X=[[1, -1]], Y=[[1, 2]], activation="relu"),
)
weighted = linear_network((2, 1, 2), X=eye(2), Y=diag(1, "1/2"), weights=[[1, 4], [4, 1]])
theorem.without(
    plain, name="entrywise weights, bottleneck", problem=weighted, breaks=[ii],
    at=[[[0, "1/2"]], [[0], [1]]], better=[[[1, 0]], [[1], [0]]],
)
theorem.without(
    plain, keeps=[ii], key="laurent_von_brecht_2018",
    because="for convex differentiable losses without bottleneck (ii) stays",
)
theorem.without(
    dense, breaks=[ii], wording="own",
    because="a weight fixed to 0 is the limit of heavy entrywise weights, as above",
)
deep = linear_network((2, 2, 2, 2), **two)
theorem.without(B, name="W = 0", problem=deep, at=[zeros(2, 2)] * 3, breaks=[curvature])
theorem.without(B, name="away from 0", problem=deep, at=bad, breaks=[curvature])
theorem.without(
    B, name="(B) is not necessary", problem=deep, keeps=[curvature],
    at=[zeros(2, 2), diag(1, 0), zeros(2, 2)],
)
