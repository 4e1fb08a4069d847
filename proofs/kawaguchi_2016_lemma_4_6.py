"""Kawaguchi (2016), Lemma 4.6.  Where the Hessian is positive semidefinite, C takes the top.

Setting      L(W) = 1/2 |M X - Y|^2 with M = W_{H+1} ... W_1, C = W_{H+1} ... W_2, P the projector
             onto the column space of C, S = Y X'(X X')^{-1} X Y', T = Y X'(X X')^{-1}.
Hypotheses   (critical) W is critical.  (psd) The Hessian is positive semidefinite.
             (A1) X X' is invertible.  (4.2) M = P T, by Lemma 4.2.  (distinct) S has d_y distinct
             eigenvalues.  (basis), (largest) The columns of U are orthonormal eigenvectors of S for
             its rank C largest eigenvalues: tr U'S U >= tr Z'S Z for all Z with Z'Z = I.
Conclusions  (top) The column space of the product is spanned by eigenvectors of the largest
             eigenvalues, or X E' = 0.  (literal) P = U U', or X E' = 0.
             (rotated) M can be moved to R P R' T, R a rotation. (path) There 2 L is
             tr Y Y' - tr R P R' S.  (gain) If R turns u towards v by an angle with sine x, then
             tr P S rises by x^2 (h - k), where S u = k u, S v = h v, u and v orthonormal.
Source       K. Kawaguchi, NeurIPS 29 (2016), Lemma 4.6; for repeated eigenvalues read "some U".
"""
from symland.theorem import Signature, Theorem, diag, eye, linear_network, nonnegative, trace
from symland.theorem.words import generalized_inverse, projector

theorem = Theorem("kawaguchi_2016_lemma_4_6", source="kawaguchi_2016")
s = Signature({"C": ("dy", "d1"), "W": ("d1", "dx"), "X": ("dx", "m"), "Y": ("dy", "m"),
               "G": ("d1", "d1"), "N": ("dx", "dx"), "P": ("dy", "dy"), "S": ("dy", "dy"),
               "R": ("dy", "dy"), "U": ("dy", "r"), "Z": ("dy", "r")})
plane = Signature({"Sigma": ("n", "n"), "u": ("n", "1"), "v": ("n", "1")}, "cxkh")
(C, W, X, Y, G, N, P, S, R, U, Z), (Sigma, u, v, c, x, k, h) = s.letters(), plane.letters()
T = Y @ X.T @ N
# --- Hypotheses and letters ------------------------------------------------------------------
critical = theorem.hypothesis("critical", "W is critical", lambda s: s.point.critical)
psd = theorem.hypothesis("psd", "the Hessian is semidefinite", lambda s: s.point.negative == 0)
A1 = theorem.hypothesis("A1", "N inverts X X'", lambda s: s.rank_inputs == s.d_x,
                        words=X @ X.T @ N - s.one("dx"))
fitted = theorem.hypothesis("4.2", "Lemma 4.2: M = P T", words=C @ W - P @ T)
distinct = theorem.hypothesis("distinct", "distinct eigenvalues", lambda s: s.distinct_eigenvalues)
basis = theorem.hypothesis("basis", "eigenvectors of S", words=S @ U @ U.T - U @ U.T @ S)
largest = theorem.hypothesis("largest", "of the largest eigenvalues",
                             words=nonnegative(trace(U.T @ S @ U) - trace(Z.T @ S @ Z)))
defP, idem, sym, defS, orthogonal, *_ = [theorem.definition(*one) for one in (
    ("P", "P = C (C'C)^- C'", P - C @ G @ C.T), ("PP", "a projector", P @ P - P),
    ("P'", "an orthogonal one", P - P.T), ("S", "Sigma", S - T @ X @ Y.T),
    ("R", "a rotation", R.T @ R - s.one("dy")), ("U", "orthonormal", U.T @ U - s.one("r")),
    ("Z", "orthonormal", Z.T @ Z - s.one("r")))]
turn = [theorem.definition(name, "the plane of u and v", words) for name, words in (
    ("cc", c * c + x * x - 1), ("uu", u.T @ u - 1), ("vv", v.T @ v - 1), ("uv", u.T @ v),
    ("Su", Sigma @ u - k * u), ("Sv", Sigma @ v - h * v))]
# --- Conclusions -----------------------------------------------------------------------------
moved = (R @ C) @ (W + G @ C.T @ (R.T @ T - T)) - R @ P @ R.T @ T
rotated = theorem.conclusion("rotated", "the rotated point", words=moved)
E = R @ P @ R.T @ T @ X - Y
along = trace(E @ E.T) - trace(Y @ Y.T) + trace(R @ P @ R.T @ S)
path = theorem.conclusion("path", "2 L there is tr YY' - tr(R P R' S)", words=along)
raised = (c * u + x * v).T @ Sigma @ (c * u + x * v) - u.T @ Sigma @ u - x * x * (h - k)
gain = theorem.conclusion("gain", "x^2 (h - k)", words=raised)
top = theorem.conclusion(
    "top", "the product takes the largest eigenvalues, or X E' = 0",
    lambda s: s.point.fits_best or (
        s.point.takes_top and s.point.rank(s.H + 1, 2) == s.point.rank(s.H + 1, 1)))
literal = theorem.conclusion("literal", "P = U U'", words=P - U @ U.T)
# --- Steps -----------------------------------------------------------------------------------
@theorem.step("rotate and compensate", uses=[defP, fitted], gives=[rotated])
def rotate(proof):
    """C moves to R C, and W_1 so that the product is the fit of rank P for the moved space."""
    proof.prove("rotated", moved)
@theorem.step("loss on the path", uses=[idem, sym, A1, defS, orthogonal], gives=[path])
def loss_on_path(proof):
    """As at a critical point, with R P R' for P."""
    proof.prove("N'", N - N.T, using=["A1"])
    proof.prove("path", along)
@theorem.step("gain of a rotation", uses=turn, gives=[gain])
def gain_of_rotation(proof):
    """Sine and cosine; u and v are orthonormal eigenvectors."""
    proof.prove("gain", raised)

theorem.cited(
    "spectral theorem", "P commutes with S, so its space is spanned by eigenvectors; if it left out"
    " a larger eigenvalue the rotation would descend to second order; see deep_linear_theorem_4",
    key="symland_deep_linear", wording="own", gives=[top, literal],
    uses=[rotate, loss_on_path, gain_of_rotation, critical, psd, distinct, basis, largest])
# --- Instances, and what breaks; U is the first unit vector, Z the second -------------------------
theorem.bind(
    s, C=lambda s: s.product(s.H + 1, 2), W=lambda s: s.W(1), X=lambda s: s.X, Y=lambda s: s.Y,
    G=lambda s: generalized_inverse(s.product(s.H + 1, 2).T @ s.product(s.H + 1, 2)),
    N=lambda s: generalized_inverse(s.X @ s.X.T), P=lambda s: projector(s.product(s.H + 1, 2)),
    S=lambda s: s.data.sigma, R=lambda s: [["3/5", "-4/5"], ["4/5", "3/5"]],
    U=lambda s: [[1], [0]], Z=lambda s: [[0], [1]])
def net(Y, X=((1, 0), (0, 1)), widths=(2, 1, 2)):
    return linear_network(widths, X=X, Y=Y)
best, both, near = diag(2, 1), [rotated, path], ["5/4", "1/4"]
theorem.instance("2-1-2, global minimum", net(best), at=[[[2, 0]], [[1], [0]]])
theorem.instance("2-2-2-2, bad saddle", net(best, widths=(2, 2, 2, 2)),
                 at=[diag(2, 0), diag(1, 0), diag(1, 0)])
for dropped, name, breaks, keeps, problem, first, last in (
    ([critical, fitted], "not critical", [literal, rotated], [path], net(best), near, near),
    ([psd], "the second eigenvector", [literal], both, net(best), [0, 1], [0, 1]),
    ([A1, fitted], "singular", [rotated], [path, literal], net(best, diag(1, 0)), [2, 7], [1, 0]),
    ([distinct], "S = I, W_2 = (1, 1)'", [literal], both, net(eye(2)), ["1/2", "1/2"], [1, 1]),
    ([distinct], "S = I, (top) stays", [], [top], net(eye(2)), ["1/2", "1/2"], [1, 1]),
    ([largest], "Y = diag(1, 2)", [literal], both, net(diag(1, 2)), [0, 2], [0, 1]),
    ([basis], "S = [5 4; 4 5]", [literal], both, net([[2, 1], [1, 2]]), ["3/2"] * 2, [1, 1]),
):
    theorem.without(*dropped, name=name, breaks=breaks, keeps=keeps, problem=problem,
                    at=[[first], [[weight] for weight in last]])
