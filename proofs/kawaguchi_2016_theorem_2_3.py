"""Kawaguchi (2016), Theorem 2.3.  Deep linear networks have no poor local minima.

Setting      L(W) = 1/2 |W_{H+1} ... W_1 X - Y|^2, with W_k a real d_k x d_{k-1} matrix, d_0 = d_x,
             d_{H+1} = d_y, p = min(d_1, ..., d_H), H >= 1, S = Y X'(X X')^{-1} X Y'.
Hypotheses   (A1) X X' has full rank.  (A2) X Y' has full rank.  (A3) d_y <= d_x.
             (A4) S has d_y distinct eigenvalues.  (hidden) H >= 1.
             (linear) The activations are linear.  (plain) The squared loss, without weights.
             (dense) No weights are shared or missing.  For (iv) also (B): rank(W_H ... W_2) = p.
Conclusions  (i) L is neither convex nor concave.  (ii) Every local minimum is global.
             (iii) Every other critical point is a saddle.
             (iv) At a saddle with (B) the Hessian has a negative eigenvalue.
             (curvature) The same, with (B) as a hypothesis.
             (best) If (M X - Y)X' = 0 for the product M, then M is a global minimum.
Source       K. Kawaguchi, NeurIPS 29 (2016), Theorem 2.3. Of the hypotheses on the data (ii), (iii)
             and (iv) need none, (i) needs X != 0 and a hidden layer.
"""
from symland.theorem import Signature, Theorem, diag, example, linear_network, nonnegative, trace

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
B = theorem.hypothesis("B", "rank(W_H ... W_2) = p",
                       lambda s: s.every(lambda w: w.hidden_rank == s.p))

# --- Conclusions -----------------------------------------------------------------------------
def each(label, text, holds, given=()):  # of every critical point w
    return theorem.conclusion(label, text, lambda s: s.every(lambda w: holds(s, w)), given=given)
i = theorem.conclusion("i", "not convex, not concave", lambda s: not s.convex and not s.concave)
ii = each("ii", "local minima are global", lambda s, w: w.is_global or not w.is_local_minimum)
iii = each("iii", "the others are saddles", lambda s, w: w.is_global or w.is_saddle)
iv = each("iv", "negative curvature at saddles with (B)",
          lambda s, w: w.negative > 0 or not w.is_saddle or w.hidden_rank < s.p)
curvature = each("curvature", "negative curvature at all saddles",
                 lambda s, w: w.negative > 0 or not w.is_saddle, given=[B])
# --- Proof -------------------------------------------------------------------------------------
s = Signature({"M": ("dy", "dx"), "R": ("dy", "dx"), "X": ("dx", "m"), "Y": ("dy", "m")})
M, R, X, Y = s.letters()
fit = theorem.hypothesis("fit", "(M X - Y)X' = 0", words=(M @ X - Y) @ X.T)
excess = trace((R @ X - Y) @ (R @ X - Y).T) - trace((M @ X - Y) @ (M @ X - Y).T)
best = theorem.conclusion("best", "a product M with (M X - Y)X' = 0 is a global minimum",
                          words=nonnegative(excess), given=[fit])

@theorem.step("Pythagoras", uses=[fit], gives=[best])
def pythagoras(proof):
    """The first case of Lemma 4.4, X E' = 0: any other product R costs |(R - M)X|^2 more."""
    proof.sum_of_squares("best", excess, squares=[(1, [], (R - M) @ X)])

every = [i, ii, iii, iv]
lemmas = theorem.cited("Lemmas 4.1 to 4.6", "in their own files", key="kawaguchi_2016")
theorem.cited("Proof of Theorem 2.3", "perturbation to full rank, then Lemmas 4.4 and 4.6",
              key="kawaguchi_2016", gives=every, discharges=[fit],
              uses=[pythagoras, lemmas, A1, A2, A3, A4, hidden, linear, dense, plain])
theorem.cited("classification", "all critical points of all deep linear networks:"
              " deep_linear_theorem_4", key="symland_deep_linear", wording="own",
              gives=[ii, iii, iv, curvature])
# --- Instances: complete critical sets ---------------------------------------------------------
net, two, bad = linear_network, diag(1, 1), [diag(2, 0), diag(1, 0), diag(1, 0)]
deep = net((2, 2, 2, 2), two, diag(2, 1))
for name, widths in ("2-1-2", (2, 1, 2)), ("2-1-1-2", (2, 1, 1, 2)), ("2-2-2-2", (2, 2, 2, 2)):
    theorem.instance(name, net(widths, two, diag(2, 1)))
theorem.instance("2-2-2-2, bad saddle", deep, at=bad)
for name, file in ("4-3-3", "iris"), ("4-2-3", "iris_2"), ("4-5-2-3", "iris_5_2"):
    theorem.instance(f"Iris {name}", example(file))

# --- Dropped hypotheses: most are not needed.  (dropped, name, keeps, breaks, network, at, better)
for dropped, name, keeps, breaks, problem, *points in [
    ([A1], "singular inputs", every, [], net((2, 1, 1), diag(1, 0), [[1, 0]])),
    ([A1, A2], "X = 0", [ii, iii], [i], net((1, 1, 1), [[0]], [[1]])),
    ([A2], "S = diag(4, 0)", every, [], net((2, 2, 2, 2), two, diag(2, 0))),
    ([A2], "X Y' = 0", every, [], net((1, 1, 1, 1), [[1, 1]], [[1, -1]])),
    ([A4], "S = I", every, [], net((2, 2, 2, 2), two, two)),
    ([A4], "S = diag(4, 1, 1)", every, [], net((3, 2, 2, 3), diag(1, 1, 1), diag(2, 1, 1))),
    ([A3], "two outputs, one input", every, [], net((1, 1, 1, 2), [[1]], [[1], [1]])),
    ([A3, A4], "S has eigenvalues 2, 0, 0", every, [], net((1, 2, 2, 3), [[1]], [[1], [1], [0]])),
    ([hidden], "linear regression", [ii, iii], [i], net((2, 2), two, diag(2, 1))),
    ([linear], "activation 1 + z^2", [], [ii], net((1, 1, 1), [[0, 1]], [[2, -1]],
     "polynomial(1, 0, 1)"), [[[0]], [["1/2"]]], [[[10]], [["-1/100"]]]),
    ([linear], "ReLU", [], [ii], net((1, 1, 1), [[1, -1]], [[1, 2]], "relu"), [[[1]], [[1]]],
     [[[-1]], [[2]]]),
    ([plain], "entrywise weights, bottleneck", [], [ii], net((2, 1, 2), two, diag(1, "1/2"),
     weights=[[1, 4], [4, 1]]), [[[0, "1/2"]], [[0], [1]]], [[[1, 0]], [[1], [0]]]),
    ([B], "W = 0", [], [curvature], deep, [diag(0, 0)] * 3),
    ([B], "away from 0", [], [curvature], deep, bad),
    ([B], "(B) is not necessary", [curvature], [], deep, [diag(0, 0), diag(1, 0), diag(0, 0)]),
]:
    theorem.without(*dropped, name=name, keeps=keeps, breaks=breaks, problem=problem,
                    **dict(zip(("at", "better"), points, strict=False)))
theorem.without(A1, A2, A3, A4, keeps=[ii, iii], key="lu_kawaguchi_2017",
                because="depth adds no local minima to the rank constrained problem")
theorem.without(plain, keeps=[ii], key="laurent_von_brecht_2018",
                because="for convex differentiable losses without bottleneck (ii) stays")
theorem.without(dense, breaks=[ii], wording="own", because="two convolutions have the local minimum"
                " 9/8 and the value 1/2: proved in kawaguchi_2016_theorem_2_3_structured")
