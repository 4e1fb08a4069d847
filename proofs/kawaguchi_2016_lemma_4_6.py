"""Kawaguchi (2016), Lemma 4.6.  Where the Hessian is positive semidefinite, C takes the top.

Setting      L(W) = 1/2 |M X - Y|^2 with M = W_{H+1} ... W_1, C = W_{H+1} ... W_2, P the projector
             onto the column space of C, S = Y X'(X X')^{-1} X Y', T = Y X'(X X')^{-1}.
Hypotheses   (critical) W is critical.  (psd) The Hessian is positive semidefinite.
             (distinct) S has d_y distinct eigenvalues.
             (basis) U has as columns eigenvectors of S for its rank C largest eigenvalues.
Conclusions  (top) The column space of the product is spanned by eigenvectors of the largest
             eigenvalues, or X E' = 0.
             (literal) P = U U', or X E' = 0.
             (rotated), (path), (gain) The identities behind it: turning u towards v by an angle
             with sine x raises tr P S by x^2 (l - k), where S u = k u and S v = l v.
Source       K. Kawaguchi, NeurIPS 29 (2016), Lemma 4.6. With repeated eigenvalues (literal) has to
             be read "for some U"; (top) says that.
"""
from symland.theorem import Signature, Theorem, diag, eye, linear_network, trace
from symland.theorem.words import projector

theorem = Theorem("kawaguchi_2016_lemma_4_6", source="kawaguchi_2016")
s = Signature({
    "C": ("dy", "d1"), "W": ("d1", "dx"), "X": ("dx", "m"), "Y": ("dy", "m"), "G": ("d1", "d1"),
    "N": ("dx", "dx"), "P": ("dy", "dy"), "S": ("dy", "dy"), "R": ("dy", "dy"), "U": ("dy", "r"),
})
C, W, X, Y, G, N, P, S, R, U = s.letters()
T = Y @ X.T @ N
plane = Signature({"Sigma": ("n", "n"), "u": ("n", "1"), "v": ("n", "1")}, "cxkl")
Sigma, u, v, c, x, k, l = plane.letters()  # noqa: E741
# --- Hypotheses and letters ------------------------------------------------------------------
critical = theorem.hypothesis("critical", "W is critical", lambda s: s.point.critical)
psd = theorem.hypothesis("psd", "the Hessian is semidefinite", lambda s: s.point.negative == 0)
distinct = theorem.hypothesis("distinct", "distinct eigenvalues", lambda s: s.distinct_eigenvalues)
defP = theorem.definition("P", "P = C (C'C)^- C'", P - C @ G @ C.T)
idem = theorem.definition("PP", "a projector", P @ P - P)
sym = theorem.definition("P'", "an orthogonal one", P - P.T)
product = theorem.definition("4.2", "Lemma 4.2", C @ W - P @ T)
inverse = theorem.definition("N", "the inverse of XX'", X @ X.T @ N - s.one("dx"))
defS = theorem.definition("S", "Sigma", S - T @ X @ Y.T)
orthogonal = theorem.definition("R", "a rotation", R.T @ R - s.one("dy"))
basis = theorem.definition("U", "eigenvectors of S", S @ U @ U.T - U @ U.T @ S)
turn = [theorem.definition(name, "the plane of u and v", words) for name, words in (
    ("cc", c * c + x * x - 1), ("uu", u.T @ u - 1), ("vv", v.T @ v - 1), ("uv", u.T @ v),
    ("Su", Sigma @ u - k * u), ("Sv", Sigma @ v - l * v))]

# --- Conclusions -----------------------------------------------------------------------------
moved = (R @ C) @ (W + G @ C.T @ (R.T @ T - T))
rotated = theorem.conclusion("rotated", "the rotated point", words=moved - R @ P @ R.T @ T)
E = R @ P @ R.T @ T @ X - Y
along = trace(E @ E.T) - trace(Y @ Y.T) + trace(R @ P @ R.T @ S)
path = theorem.conclusion("path", "2 L there is tr YY' - tr(R P R' S)", words=along)
turned = c * u + x * v
raised = turned.T @ Sigma @ turned - u.T @ Sigma @ u - x * x * (l - k)
gain = theorem.conclusion("gain", "x^2 (l - k)", words=raised)

def same_rank(s):
    """P projects onto the column space of the product, not onto a larger space."""
    return s.point.rank(s.H + 1, 2) == s.point.rank(s.H + 1, 1)

top = theorem.conclusion(
    "top", "the product takes the largest eigenvalues, or X E' = 0", given=[critical, psd],
    holds=lambda s: s.point.fits_best or (s.point.takes_top and same_rank(s)))
literal = theorem.conclusion("literal", "P = U U'", words=P - U @ U.T,
                             given=[critical, psd, distinct])

# --- Steps -----------------------------------------------------------------------------------
@theorem.step("rotate and compensate", uses=[defP, product], gives=[rotated])
def rotate(proof):
    """C moves to R C, and W_1 so that the product is the fit of rank P for the moved space."""
    proof.prove("rotated", moved - R @ P @ R.T @ T)

@theorem.step("loss on the path", uses=[idem, sym, inverse, defS, orthogonal], gives=[path])
def loss_on_path(proof):
    """As at a critical point, with R P R' for P."""
    proof.prove("N'", N - N.T)
    proof.prove("path", along)

@theorem.step("gain of a rotation", uses=turn, gives=[gain])
def gain_of_rotation(proof):
    """Sine and cosine; u and v are orthonormal eigenvectors."""
    proof.prove("gain", raised)

theorem.cited(
    "spectral theorem", "P commutes with S, so its space is spanned by eigenvectors; if it left out"
    " a larger eigenvalue the rotation would descend to second order; see deep_linear_theorem_4",
    key="symland_deep_linear", wording="own", gives=[top, literal],
    uses=[rotate, loss_on_path, gain_of_rotation, psd])

# --- Instances, and what breaks with a repeated eigenvalue ---------------------------------------
theorem.bind(
    s, P=lambda s: projector(s.product(s.H + 1, 2)), S=lambda s: s.data.sigma,
    U=lambda s: [[int(i == 0)] for i in range(s.d_y)])  # S is diagonal, its largest entry first
two, bad = {"X": eye(2), "Y": diag(2, 1)}, [diag(2, 0), diag(1, 0), diag(1, 0)]
narrow = linear_network((2, 1, 2), **two)
theorem.instance("2-1-2, global minimum", narrow, at=[[[2, 0]], [[1], [0]]])
theorem.instance("2-2-2-2, bad saddle", linear_network((2, 2, 2, 2), **two), at=bad)
same = linear_network((2, 1, 2), X=eye(2), Y=eye(2))
half = [[["1/2", "1/2"]], [[1], [1]]]
theorem.without(distinct, name="S = I, W_2 = (1, 1)'", problem=same, at=half, breaks=[literal])
theorem.without(distinct, name="S = I, (top) stays", problem=same, at=half, keeps=[top])
theorem.without(psd, name="the second eigenvector", problem=narrow, at=[[[0, 1]], [[0], [1]]],
                breaks=[literal])
