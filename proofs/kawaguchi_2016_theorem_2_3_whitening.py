"""Kawaguchi (2016), Theorem 2.3, whitening.  The loss of a product is a distance.

Setting      2 L = |M X - Y|^2, with M any d_y x d_x matrix, such as a product W_{H+1} ... W_1.
             N = (X X')^{-1}, T = Y X' N the least-squares fit, S = T X Y', and R is a square root
             of X X': R R' = X X', such as the symmetric (X X')^{1/2}.
Hypotheses   (A1) X X' is invertible, N its inverse.
Conclusions  (whitened) 2 L = |(M - T) R|^2 + tr Y Y' - tr S.
             (floor) 2 L >= tr Y Y' - tr S, whatever M is.
             (white) With V = M R it is |V - T R|^2 + tr Y Y' - tr S: a loss on the inputs I.
Source       K. Kawaguchi, NeurIPS 29 (2016), the data matrices of Theorem 2.3; a remark of this
             file. So examples may take X = I: V = W_{H+1} ... W_2 (W_1 R), with R invertible. For
             singular X X' all three stay if N is a generalized inverse.
"""
from symland.exact.rational_matrix import RationalMatrix
from symland.theorem import Signature, Theorem, linear_network, nonnegative, trace
from symland.theorem.words import generalized_inverse

theorem = Theorem("kawaguchi_2016_theorem_2_3_whitening", source="kawaguchi_2016", wording="own")
s = Signature({
    "M": ("dy", "dx"), "V": ("dy", "dk"), "X": ("dx", "m"), "Y": ("dy", "m"), "N": ("dx", "dx"),
    "R": ("dx", "dk"), "S": ("dy", "dy"),
})
M, V, X, Y, N, R, S = s.letters()


def norm2(p):
    return trace(p @ p.T)


T = Y @ X.T @ N
constant = trace(Y @ Y.T) - trace(S)

# --- Hypotheses and letters ------------------------------------------------------------------
A1 = theorem.hypothesis(
    "A1", "X X' is invertible", lambda s: s.rank_inputs == s.d_x,
    words=X @ X.T @ N - s.one("dx"),
)
root = theorem.definition("R", "a root of X X'", R @ R.T - X @ X.T)
sigma = theorem.definition("S", "Sigma", S - T @ X @ Y.T)
moved = theorem.definition("V", "M for the inputs R", V - M @ R)

# --- Conclusions -----------------------------------------------------------------------------
distance = norm2(M @ X - Y) - norm2((M - T) @ R) - constant
whitened = theorem.conclusion("whitened", "a distance from T", words=distance)
above = norm2(M @ X - Y) - constant
floor = theorem.conclusion("floor", "no lower loss", words=nonnegative(above))
plain = above - norm2(V - T @ R)
white = theorem.conclusion("white", "the loss on the inputs I", words=plain)

# --- Steps -----------------------------------------------------------------------------------
@theorem.step("whitening", uses=[A1, root, sigma], gives=[whitened])
def whitening(proof):
    """Complete the square: the cross terms are 2 tr M X Y', and T X X' T' = S."""
    proof.prove("N = N'", N - N.T, using=["A1"])
    proof.prove("whitened", distance)


@theorem.step("least value", uses=[whitening], gives=[floor])
def least_value(proof):
    """A square is not negative."""
    proof.sum_of_squares("floor", above, squares=[(1, [], (M - T) @ R)])


@theorem.step("inputs I", uses=[whitening, moved], gives=[white])
def inputs(proof):
    """(M - T) R = V - T R."""
    proof.prove("moved", norm2((M - T) @ R) - norm2(V - T @ R), using=["V"])
    proof.prove("white", plain, using=["whitened", "moved"])

# --- Instances: X X' = diag(25, 4); a singular X X', with a generalized inverse ----------------
def square_root(s):
    return RationalMatrix([[5, 0], [0, s.X[1, 2]]])


theorem.bind(
    s, M=lambda s: s.product(s.H + 1, 1), V=lambda s: s.product(s.H + 1, 1) @ square_root(s),
    X=lambda s: s.X, Y=lambda s: s.Y, N=lambda s: generalized_inverse(s.X @ s.X.T), R=square_root,
    S=lambda s: s.Y @ s.X.T @ generalized_inverse(s.X @ s.X.T) @ s.X @ s.Y.T,
)
targets, at = [[1, 2, 3], [0, -1, 1]], [[[1, 2]], [[3], [-1]]]
theorem.instance(
    "2-1-2", linear_network((2, 1, 2), X=[[3, 4, 0], [0, 0, 2]], Y=targets), at=at
)
theorem.without(
    A1, name="singular inputs", keeps=[whitened, floor, white], at=at,
    problem=linear_network((2, 1, 2), X=[[3, 4, 0], [0, 0, 0]], Y=targets),
)
