"""Kawaguchi (2016), Proposition 2.1 (Baldi and Hornik 1989).  Shallow linear networks.

Setting      L(W) = 1/2 |W_2 W_1 X - Y|^2, S = Y X'(X X')^{-1} X Y', p = d_1.
Hypotheses   (H) There is one hidden layer.  (A1) X X' and (A2) X Y' are invertible.
             (A4) S has d_y distinct eigenvalues.  (P1) p < d_x.  (P2) p < d_y.  (D) d_y = d_x.
Conclusions  (convex) L is convex in each layer, the others fixed.
             (global) Every local minimum is global.
Source       K. Kawaguchi, NeurIPS 29 (2016), Proposition 2.1, there after Baldi and Hornik (1989).

(convex) needs no hypothesis and holds for every layer of every depth; (global) needs none either.
"""
from fractions import Fraction

from symland.theorem import Signature, Theorem, diag, eye, linear_network, nonnegative, trace

theorem = Theorem("kawaguchi_2016_proposition_2_1", source="kawaguchi_2016")
s = Signature(
    {"A": ("dy", "dk"), "V": ("dk", "dj"), "B": ("dj", "m"), "Y": ("dy", "m"), "D": ("dk", "dj")},
    scalars=["t", "a"],
)
A, V, B, Y, D, t, a = s.letters()


def loss(layer):
    return trace((A @ layer @ B - Y) @ (A @ layer @ B - Y).T) / 2

# --- Hypotheses ------------------------------------------------------------------------------
H = theorem.hypothesis("H", "one hidden layer", lambda s: s.H == 1)
A1 = theorem.hypothesis("A1", "X X' is invertible", lambda s: s.rank_inputs == s.d_x)
A2 = theorem.hypothesis("A2", "X Y' is invertible", lambda s: s.rank_cross == s.d_y)
A4 = theorem.hypothesis("A4", "distinct eigenvalues", lambda s: s.distinct_eigenvalues)
P1 = theorem.hypothesis("P1", "p < d_x", lambda s: s.p < s.d_x)
P2 = theorem.hypothesis("P2", "p < d_y", lambda s: s.p < s.d_y)
square = theorem.hypothesis("D", "d_y = d_x", lambda s: s.d_x == s.d_y)
weight = theorem.hypothesis("0 <= a", "a weight a", words=nonnegative(a))
other = theorem.hypothesis("a <= 1", "and 1 - a", words=nonnegative(1 - a))

# --- Conclusions: convexity in a layer is the inequality of a segment ---------------------------
middle = loss(V) * (1 - a) + loss(V + D) * a - loss(V + a * D)
convex = theorem.conclusion(
    "convex", "L((1-a)V + a(V+D)) <= (1-a)L(V) + aL(V+D)", words=nonnegative(middle),
    given=[weight, other],
)
everywhere = theorem.conclusion(
    "global", "every local minimum is global",
    lambda s: s.every(lambda w: w.is_global or not w.is_local_minimum),
)

# --- Proof -------------------------------------------------------------------------------------
@theorem.step("a segment", uses=[weight, other], gives=[convex])
def a_segment(proof):
    """The difference is a (1 - a) |A D B|^2 / 2."""
    squares = [(Fraction(1, 2), ["0 <= a", "a <= 1"], A @ D @ B)]
    proof.sum_of_squares("convex", middle, squares=squares)


theorem.cited(
    "Baldi and Hornik", "enumeration of the critical points by sets of eigenvalues",
    key="baldi_hornik_1989", uses=[H, A1, A2, A4, P1, P2, square], gives=[everywhere],
)

# --- Instances and dropped hypotheses ------------------------------------------------------------
two = {"X": eye(2), "Y": diag(2, 1)}
theorem.instance("2-1-2", linear_network((2, 1, 2), **two))
theorem.instance("3-2-3", linear_network((3, 2, 3), X=eye(3), Y=[[3, 1, 0], [0, 2, 1], [0, 0, 1]]))
keeps = {"keeps": [everywhere]}
theorem.without(H, name="2-1-1-2", problem=linear_network((2, 1, 1, 2), **two), **keeps)
theorem.without(
    A2, name="S = diag(4, 0)", problem=linear_network((2, 1, 2), X=eye(2), Y=diag(2, 0)), **keeps
)
theorem.without(
    A1, A2, name="singular inputs",
    problem=linear_network((2, 1, 2), X=[[1, 0], [0, 0]], Y=diag(2, 1)), **keeps,
)
theorem.without(A4, name="S = I", problem=linear_network((2, 1, 2), X=eye(2), Y=eye(2)), **keeps)
theorem.without(P1, P2, name="2-2-2", problem=linear_network((2, 2, 2), **two), **keeps)
theorem.without(
    square, name="3-1-2", **keeps,
    problem=linear_network((3, 1, 2), X=eye(3), Y=[[2, 0, 0], [0, 1, 0]]),
)
