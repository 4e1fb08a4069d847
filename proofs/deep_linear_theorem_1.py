"""Deep linear networks, Theorem 1.  The critical points, for all data, widths and depths.

Setting      L(W) = 1/2 |M X - Y|^2 with M = W_K ... W_1, A = X X', B = Y X', and T with T A = B;
             S = T B'. For a layer k let V = W_K ... W_{k+1} and R = W_{k-1} ... W_1.
             P is the projector onto the column space of M A, Q = 1 - P.
Conclusions  W is critical if and only if (a) M A = P B and (b) R B' Q V = 0 for every layer k.
             At a critical point (commute) P S = S P and (value) the loss is
             1/2 (tr Y Y' - tr P S).
Source       This package; no hypothesis on the data is made: X X' may be singular, S may have
             repeated and zero eigenvalues. Compare Achour, Malgouyres and Gerchinovitz (2021).
"""

from symland.theorem import Signature, Theorem, diag, example, eye, linear_network, trace
from symland.theorem.words import generalized_inverse, projector

theorem = Theorem("deep_linear_theorem_1", source="symland_deep_linear", wording="own")
s = Signature({
    "C": ("dy", "d1"), "U": ("d1", "dx"),  # all layers but the first, the first
    "F": ("dy", "dh"), "E": ("dh", "dx"),  # the last layer, all but the last
    "V": ("dy", "dk"), "R": ("dj", "dx"),  # above and below a layer
    "M": ("dy", "dx"), "A": ("dx", "dx"), "B": ("dy", "dx"), "T": ("dy", "dx"),
    "P": ("dy", "dy"), "Z": ("dx", "dy"), "S": ("dy", "dy"),
})
C, U, F, E, V, R, M, A, B, T, P, Z, S = s.letters()
G = M @ A - B  # the gradient with respect to the product

# --- Hypotheses: the gradient of the first, the last and any layer vanishes --------------------
first = theorem.hypothesis("first", "C' G = 0", lambda s: s.point.critical, words=C.T @ G)
last = theorem.hypothesis("last", "G E' = 0", words=G @ E.T)
layer = theorem.hypothesis("layer k", "V' G R' = 0", words=V.T @ G @ R.T)
CU, FE, symmetric, fit, sigma, into, orthogonal, onto = (theorem.definition(*row) for row in (
    ("M = CU", "the product", M - C @ U), ("M = FE", "the product", M - F @ E),
    ("A'", "a moment", A - A.T), ("T", "least squares", T @ A - B), ("S", "Sigma", S - T @ B.T),
    ("P = MAZ", "P maps into the column space of M A", P - M @ A @ Z),
    ("P'", "an orthogonal projector", P - P.T), ("PMA", "onto that space", P @ M @ A - M @ A)))

# --- Conclusions -----------------------------------------------------------------------------
a_words, b_words = M @ A - P @ B, R @ B.T @ (V - P @ V)
a = theorem.conclusion("a", "M A = P B", words=a_words, given=[first])
b = theorem.conclusion("b", "R B' Q V = 0", words=b_words, given=[first, layer])
given_a = theorem.hypothesis("(a)", "M A = P B", words=a_words)
given_b = theorem.hypothesis("(b)", "R B' Q V = 0", words=b_words)
converse = theorem.conclusion("converse", "(a) and (b) give a zero gradient",
                              words=V.T @ G @ R.T, given=[given_a, given_b])
commute = theorem.conclusion("commute", "P S = S P", words=P @ S - S @ P, given=[first, last])
value = theorem.conclusion("value", "tr(M A M') - 2 tr(B M') = -tr(P S)", given=[first, last],
                           words=trace(M @ A @ M.T) - trace(B @ M.T) * 2 + trace(P @ S))

# --- Proof -------------------------------------------------------------------------------------
@theorem.step("fit", uses=[first, CU, symmetric, into, orthogonal, onto], gives=[a])
def fitted(proof):
    """M'G = 0, so P G = Z'A M'G = 0, so M A = P M A = P B."""
    proof.prove("M'G", M.T @ G, using=["first", "M = CU"])
    proof.prove("PG", P @ G, using=["M'G", "P = MAZ", "P'", "A'"])
    proof.prove("a", a_words, using=["PG", "PMA"])


@theorem.step("layers", uses=[fitted, layer, orthogonal], gives=[b])
def layers(proof):
    """G = -Q B, transposed."""
    proof.prove("b", b_words, using=["a", "layer k", "P'"])


@theorem.step("conversely", uses=[given_a, given_b, orthogonal], gives=[converse])
def conversely(proof):
    """The gradient is -V'Q B R'."""
    proof.prove("zero", V.T @ G @ R.T)


@theorem.step(
    "spectrum", uses=[fitted, last, FE, symmetric, fit, sigma, orthogonal], gives=[commute]
)
def spectrum(proof):
    """G M' = 0, so P S = P T A T' = P B T' = M A T' = M B' = M A M', which is symmetric."""
    proof.prove("GM'", G @ M.T, using=["last", "M = FE"])
    proof.prove("PS", P @ S - M @ A @ M.T, using=["GM'", "a", "T", "S", "A'"])
    proof.prove("S'", S - S.T, using=["T", "S", "A'"])
    proof.prove("commute", P @ S - S @ P, using=["PS", "S'", "P'", "A'"])


@theorem.step("loss", uses=[spectrum], gives=[value])
def loss(proof):
    """B M' = M A M' = P S."""
    proof.prove("value", trace(M @ A @ M.T) - trace(B @ M.T) * 2 + trace(P @ S))

# --- Instances, one with singular X X' -----------------------------------------------------------
theorem.bind(
    s, C=lambda s: s.product(s.H + 1, 2), U=lambda s: s.W(1), F=lambda s: s.W(s.H + 1),
    E=lambda s: s.product(s.H, 1), V=lambda s: s.product(s.H + 1, 2 + (s.H > 1)),
    R=lambda s: s.product(s.H > 1, 1), M=lambda s: s.product(s.H + 1, 1), A=lambda s: s.X @ s.X.T,
    B=lambda s: s.Y @ s.X.T, T=lambda s: s.data.least_squares,
    P=lambda s: projector(s.product(s.H + 1, 1) @ s.data.A), S=lambda s: s.data.sigma,
    Z=lambda s: (MA := s.product(s.H + 1, 1) @ s.data.A) and generalized_inverse(MA.T @ MA) @ MA.T)
bad = [diag(2, 0), diag(1, 0), diag(1, 0)]
theorem.instance("2-2-2-2", linear_network((2, 2, 2, 2), X=eye(2), Y=diag(2, 1)), at=bad)
theorem.instance("2-1-1, singular inputs", at=[[[1, 7]], [[1]]],
                 problem=linear_network((2, 1, 1), X=[[1, 0], [0, 0]], Y=[[1, 0]]))
theorem.instance("Iris", example("iris"), at=lambda s: [s.data.least_squares, eye(3)])
