"""Kawaguchi (2016), Corollary 2.4.  What depth changes: saddles with a flat Hessian.

Setting      L(W) = 1/2 |W_{H+1} ... W_1 X - Y|^2.
Hypotheses   (A1) X X' has full rank.  (A2) X Y' has full rank.  (A3) d_y <= d_x.
             (A4) S = Y X'(X X')^{-1} X Y' has d_y distinct eigenvalues.
             (shallow) H = 1.  (deep) H >= 2.
Conclusions  (a) If H = 1, then at every saddle the Hessian has a negative eigenvalue.
             (b) If H >= 2, then at some saddle the Hessian has no negative eigenvalue.
             (flat) For H >= 2 the second derivative at W = 0 vanishes in every direction.
Source       K. Kawaguchi, NeurIPS 29 (2016), Corollary 2.4; (flat) is its proof of (b).

(A2) is needed for (b), but only X Y' != 0 of it; nothing else of (A1) to (A4) is needed.
"""
from symland.theorem import Signature, Theorem, diag, example, eye, linear_network, trace, zeros

theorem = Theorem("kawaguchi_2016_corollary_2_4", source="kawaguchi_2016")

s = Signature(
    {"U": ("dy", "d2"), "V": ("d2", "d1"), "W": ("d1", "dx"), "X": ("dx", "m"), "Y": ("dy", "m")},
    scalars=["t"],
)
U, V, W, X, Y, t = s.letters()
moved = (t * U) @ (t * V) @ (t * W) @ X - Y  # the residual at t times any direction, from W = 0

# --- Hypotheses and conclusions --------------------------------------------------------------
A1 = theorem.hypothesis("A1", "X X' has full rank", lambda s: s.rank_inputs == s.d_x)
A2 = theorem.hypothesis("A2", "X Y' has full rank", lambda s: s.rank_cross == min(s.d_x, s.d_y))
A3 = theorem.hypothesis("A3", "d_y <= d_x", lambda s: s.d_y <= s.d_x)
A4 = theorem.hypothesis("A4", "distinct eigenvalues", lambda s: s.distinct_eigenvalues)
shallow = theorem.hypothesis("shallow", "H = 1", lambda s: s.H == 1)
deep = theorem.hypothesis("deep", "H >= 2", lambda s: s.H >= 2)

a = theorem.conclusion(
    "a", "every saddle is strict", lambda s: s.every(lambda w: w.is_strict or not w.is_saddle),
    given=[shallow],
)
b = theorem.conclusion(
    "b", "some saddle is not strict", lambda s: s.some(lambda w: w.is_saddle and w.negative == 0),
    given=[deep],
)
flat = theorem.conclusion(
    "flat", "no term of order 2 at W = 0", words=trace(moved @ moved.T).coefficient("t", 2)
)

# --- Proof -------------------------------------------------------------------------------------
@theorem.step("order of the product", gives=[flat])
def order_of_product(proof):
    """With three layers the product is of order t^3; with more, V stands for several and the
    order is higher still."""
    proof.prove("no term", trace(moved @ moved.T).coefficient("t", 2))


theorem.cited(
    "Theorem 2.3 (iv)", "with H = 1 the product W_H ... W_2 is empty, of rank d_1 = p",
    key="kawaguchi_2016", gives=[a],
)
theorem.cited(
    "the origin is no minimum",
    "if X Y' is not 0 then L(0) = 1/2 tr YY' is more than the minimum"
    " 1/2 tr YY' - 1/2 (largest eigenvalues of S), and no other local minima exist (Theorem 2.3)",
    key="kawaguchi_2016", uses=[order_of_product], gives=[b],
)

# --- Instances -------------------------------------------------------------------------------
two = {"X": eye(2), "Y": diag(2, 1)}
theorem.instance("2-1-2: all saddles", linear_network((2, 1, 2), **two))
theorem.instance("2-2-2-2: all saddles", linear_network((2, 2, 2, 2), **two))
theorem.instance(
    "2-2-2-2, a bad saddle away from 0", linear_network((2, 2, 2, 2), **two),
    at=[diag(2, 0), diag(1, 0), diag(1, 0)],
)
theorem.instance("Iris 4-3-3: all saddles", example("iris"))
theorem.instance("Iris 4-5-2-3: all saddles", example("iris_5_2"))

# --- What each hypothesis is for -----------------------------------------------------------------
one = {"X": [[1, 1]], "Y": [[1, -1]]}  # X Y' = 0: all critical points are global minima
theorem.without(
    A2, name="X Y' = 0, 1-1-1-1", problem=linear_network((1, 1, 1, 1), **one), breaks=[b]
)
theorem.without(A2, name="X Y' = 0, 1-1-1", problem=linear_network((1, 1, 1), **one), keeps=[a])
theorem.without(
    A2, name="X Y' of rank 1", keeps=[b],
    problem=linear_network((2, 2, 2, 2), X=eye(2), Y=diag(2, 0)),
)
theorem.without(
    A1, name="singular inputs", keeps=[b],
    problem=linear_network((2, 1, 1, 1), X=[[1, 0], [0, 0]], Y=[[1, 0]]),
)
theorem.without(
    A4, name="S = I", keeps=[b], problem=linear_network((2, 2, 2, 2), X=eye(2), Y=eye(2))
)
theorem.without(
    A3, name="two outputs, one input", keeps=[b],
    problem=linear_network((1, 1, 1, 2), X=[[1]], Y=[[1], [1]]),
)
theorem.without(deep, name="1-1-1", breaks=[b], problem=linear_network((1, 1, 1), X=[[1]], Y=[[1]]))
theorem.without(
    shallow, name="1-1-1-1 at 0", breaks=[a], at=[zeros(1, 1)] * 3,
    problem=linear_network((1, 1, 1, 1), X=[[1]], Y=[[1]]),
)
