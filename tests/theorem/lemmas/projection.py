"""Least squares.  The fit is a projection of the targets.

Setting      W solves the normal equations of |W X - Y|^2.
Hypotheses   (normal) (W X - Y) X' = 0.  (full) X X' has the inverse N.  (rows) Y Y' = 1.
             (square) Z X = 1: not more samples than inputs.
Conclusions  (idempotent) P = X' N X is a projection: P P = P, P' = P.
             (fit)        W X = Y P.
             (exact)      W X = Y, if (square).
Of these (rows) is not needed for anything, (full) not for (exact).
"""

from symland.theorem import Signature, Theorem, eye, linear_network
from symland.theorem.words import generalized_inverse

theorem = Theorem("projection", wording="own")
s = Signature(
    {
        "W": ("dy", "dx"),
        "X": ("dx", "m"),
        "Y": ("dy", "m"),
        "N": ("dx", "dx"),
        "P": ("m", "m"),
        "Z": ("m", "dx"),
    }
)
W, X, Y, N, P, Z = s.letters()

# --- Hypotheses and conclusions --------------------------------------------------------------
normal = theorem.hypothesis(
    "normal", "(W X - Y) X' = 0", lambda s: s.point.critical, words=(W @ X - Y) @ X.T
)
full = theorem.hypothesis(
    "full", "X X' N = 1", lambda s: s.rank_inputs == s.d_x, words=X @ X.T @ N - s.one("dx")
)
theorem.hypothesis("rows", "Y Y' = 1", words=Y @ Y.T - s.one("dy"))
square = theorem.hypothesis("square", "Z X = 1", words=Z @ X - s.one("m"))
projector = theorem.definition("P", "the projector", P - X.T @ N @ X)
idempotent = theorem.conclusion("idempotent", "P P = P = P'", words=[P @ P - P, P - P.T])
fit = theorem.conclusion("fit", "W X = Y P", words=W @ X - Y @ P)
exact = theorem.conclusion("exact", "W X = Y", words=W @ X - Y, given=[square])


# --- Steps -----------------------------------------------------------------------------------
@theorem.step("projector", uses=[full, projector], gives=[idempotent])
def project(proof):
    """N is symmetric."""
    proof.prove("N", N - N.T)
    proof.prove("PP", P @ P - P)
    proof.prove("P'", P - P.T)


@theorem.step("least squares", uses=[normal, full, projector], gives=[fit])
def least_squares(proof):
    """W = Y X'N."""
    proof.prove("W", W - Y @ X.T @ N)
    proof.prove("fit", W @ X - Y @ P)


@theorem.step("interpolation", uses=[normal, square], gives=[exact])
def interpolation(proof):
    """Multiply by Z'."""
    proof.prove("exact", W @ X - Y)


# --- Instances, and what breaks ------------------------------------------------------------------
theorem.bind(
    s,
    W=lambda s: s.W(1),
    X=lambda s: s.X,
    Y=lambda s: s.Y,
    N=lambda s: generalized_inverse(s.X @ s.X.T),
    P=lambda s: s.X.T @ generalized_inverse(s.X @ s.X.T) @ s.X,
    Z=lambda s: generalized_inverse(s.X.T @ s.X) @ s.X.T,
)
two = linear_network((2, 2), X=[[2, 0], [0, 1]], Y=eye(2))
theorem.instance("2-2", two, at=[[["1/2", 0], [0, 1]]])
three = linear_network((1, 1), X=[[1, 0, 0]], Y=[["3/5", "4/5", 0]])
theorem.instance("three samples", three, at=[[["3/5"]]])
theorem.without(
    square, name="three samples", problem=three, at=[[["3/5"]]], breaks=[exact], keeps=[fit]
)
theorem.without(
    full,
    name="one input twice",
    problem=linear_network((2, 1), X=[[1, 0], [1, 0]], Y=[[0, 1]]),
    at=[[[0, 0]]],
    keeps=[idempotent],
)
theorem.without(
    normal,
    name="W = 0",
    problem=linear_network((1, 1), X=[[1]], Y=[[1]]),
    at=[[[0]]],
    breaks=[fit, exact],
    keeps=[idempotent],
)
