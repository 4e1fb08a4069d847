"""Kawaguchi (2016), Lemma 4.2.  The product of the weights at a critical point.

Setting      L(W) = 1/2 |M X - Y|^2 with M = W_{H+1} ... W_1 and C = W_{H+1} ... W_2 (for one hidden
             layer C = W_2). P = C (C'C)^- C' is the projector onto the column space of C, and
             S = Y X' (X X')^{-1} X Y'.
Hypotheses   (critical) The derivatives with respect to W_1 and to W_{H+1} vanish.
             (A1) X X' is invertible.
Conclusions  (product) M = P Y X' (X X')^{-1}.
             (general) M X X' = P Y X', which needs no (A1).
             (projector) P C = C and P' = P = P P.
             (commute) P S = S P.
             (value) 2 L = tr Y Y' - tr P S.
Source       K. Kawaguchi, NeurIPS 29 (2016), Lemma 4.2; (general), (commute) and (value) are
             consequences that the paper uses on its way.
"""
from symland.theorem import Signature, Theorem, diag, example, eye, linear_network, trace
from symland.theorem.words import generalized_inverse, projector

theorem = Theorem("kawaguchi_2016_lemma_4_2", source="kawaguchi_2016")
s = Signature({
    "C": ("dy", "d1"), "W": ("d1", "dx"),  # the product above the first layer, the first layer
    "V": ("dy", "dh"), "B": ("dh", "m"),  # the last layer, what stands below it
    "X": ("dx", "m"), "Y": ("dy", "m"), "F": ("dy", "m"), "G": ("d1", "d1"), "N": ("dx", "dx"),
    "P": ("dy", "dy"), "S": ("dy", "dy"),
})
C, W, V, B, X, Y, F, G, N, P, S = s.letters()
# --- Hypotheses and letters ------------------------------------------------------------------
first = theorem.hypothesis("critical 1", "C'(M X - Y)X' = 0", lambda s: s.point.critical,
                           words=C.T @ (C @ W @ X - Y) @ X.T)
last = theorem.hypothesis("critical H+1", "(M X - Y)B' = 0", words=(F - Y) @ B.T)
A1 = theorem.hypothesis("A1", "X X' is invertible, N its inverse",
                        lambda s: s.rank_inputs == s.d_x, words=X @ X.T @ N - s.one("dx"))
ginverse = theorem.definition("G", "a generalized inverse of C'C", C.T @ C @ G @ C.T @ C - C.T @ C)
output = theorem.definition("F", "the output, above the first layer", F - C @ W @ X)
factored = theorem.definition("V B", "the output, at the last layer", F - V @ B)
defP = theorem.definition("P", "the projector", P - C @ G @ C.T)
defS = theorem.definition("S", "Sigma", S - Y @ X.T @ N @ X @ Y.T)
# --- Conclusions -----------------------------------------------------------------------------
product = theorem.conclusion("product", "M = P Y X'(XX')^-1", words=C @ W - P @ Y @ X.T @ N)
general = theorem.conclusion("general", "M XX' = P Y X'", words=C @ W @ X @ X.T - P @ Y @ X.T)
is_projector = theorem.conclusion("projector", "P C = C, P' = P, P P = P",
                                  words=[P @ C - C, P - P.T, P @ P - P])
commute = theorem.conclusion("commute", "P S = S P", words=P @ S - S @ P)
twice = trace((F - Y) @ (F - Y).T) - trace(Y @ Y.T) + trace(P @ S)
value = theorem.conclusion("value", "2 L = tr YY' - tr P S", words=twice)
# --- Steps -----------------------------------------------------------------------------------
@theorem.step("a projector", uses=[ginverse, defP], gives=[is_projector])
def a_projector(proof):
    """C G C'C = C, because the square of the difference vanishes; the same for P - P'."""
    Q, R = C @ G @ C.T @ C - C, C @ G @ C.T - C @ G.T @ C.T
    proof.prove("square", Q.T @ Q)
    proof.star("kept", [Q.T], of="square")
    proof.prove("second square", R.T @ R)
    proof.star("symmetric", [R.T], of="second square")
    for name, words in ("PC = C", P @ C - C), ("P = P'", P - P.T), ("PP = P", P @ P - P):
        proof.prove(name, words)

@theorem.step("normal equations", uses=[a_projector, first, defP], gives=[general])
def normal_equations(proof):
    """C'C W XX' = C'Y X'; multiply by C G."""
    proof.prove("general", C @ W @ X @ X.T - P @ Y @ X.T)

@theorem.step("Lemma 4.2", uses=[normal_equations, A1], gives=[product])
def lemma(proof):
    """Multiply by the inverse of XX'."""
    proof.prove("product", C @ W - P @ Y @ X.T @ N)

@theorem.step("commutation", gives=[commute],
              uses=[a_projector, lemma, last, A1, output, factored, defS])
def commutation(proof):
    """(F - Y)F' = 0 with F = P Y X' N X gives S P = P S P, and S is symmetric."""
    proof.prove("N = N'", N - N.T, using=["A1"])
    proof.prove("orthogonal", (F - Y) @ F.T, using=["critical H+1", "V B"])
    proof.prove("fitted", F - P @ Y @ X.T @ N @ X, using=["F", "product"])
    facts = ["orthogonal", "fitted", "N = N'", "P = P'", "PP = P", "S"]
    proof.prove("SP = PSP", S @ P - P @ S @ P, using=facts)
    proof.prove("PS = SP", P @ S - S @ P, using=["SP = PSP", "N = N'", "P = P'", "S"])

@theorem.step("loss", uses=[a_projector, commutation, A1, defS], gives=[value])
def loss(proof):
    """Expand |P Y X'N X - Y|^2."""
    proof.prove("value", twice)

# --- Instances -------------------------------------------------------------------------------
theorem.bind(
    s, C=lambda s: s.product(s.H + 1, 2), W=lambda s: s.W(1), V=lambda s: s.W(s.H + 1),
    B=lambda s: s.product(s.H, 1) @ s.X, X=lambda s: s.X, Y=lambda s: s.Y,
    F=lambda s: s.product(s.H + 1, 1) @ s.X,
    G=lambda s: generalized_inverse(s.product(s.H + 1, 2).T @ s.product(s.H + 1, 2)),
    N=lambda s: generalized_inverse(s.X @ s.X.T), P=lambda s: projector(s.product(s.H + 1, 2)),
    S=lambda s: s.data.sigma)
theorem.instance("2-2-2-2, bad saddle", linear_network((2, 2, 2, 2), X=eye(2), Y=diag(2, 1)),
                 at=[diag(2, 0), diag(1, 0), diag(1, 0)])
theorem.instance("Iris, least squares", example("iris"),
                 at=lambda s: [s.data.least_squares, eye(3)])

# --- Sharpness: with X X' singular the product is not determined -------------------------------
theorem.without(A1, name="2-1-1, a global minimum with W_1 = [1 7]", at=[[[1, 7]], [[1]]],
                problem=linear_network((2, 1, 1), X=[[1, 0], [0, 0]], Y=[[1, 0]]),
                breaks=[product], keeps=[general, commute])
