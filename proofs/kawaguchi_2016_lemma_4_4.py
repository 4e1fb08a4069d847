"""Kawaguchi (2016), Lemma 4.4.  What a semidefinite Hessian forces at a critical point.

Setting      L(W) = 1/2 |W_{H+1} ... W_1 X - Y|^2, k in {2, ..., H + 1}; V = W_k, A the product
             above it, M = W_{k-1} ... W_2 the product between it and U = W_1, C = A V M; the
             residual is E = W_{H+1} ... W_1 X - Y (the paper's r is E').
Hypotheses   (critical) W is critical.
             (psd), (nsd) The Hessian is positive, negative semidefinite.
Conclusions  (c) Either M Pi = 0 for every Pi with C Pi = 0, that is, the range of M' is contained
             in that of C'; or X E' A = 0.
             (c-) The same if the Hessian is negative semidefinite.
Source       K. Kawaguchi, NeurIPS 29 (2016), Lemma 4.4. Kronecker products are avoided: the second
             derivative is taken along (D, x Pi Z) with arbitrary D, Z and number x.
"""

from symland.theorem import (
    Signature,
    Theorem,
    diag,
    either,
    eye,
    for_all,
    linear_network,
    nonnegative,
    trace,
)
from symland.theorem.words import kernel_projector

theorem = Theorem("kawaguchi_2016_lemma_4_4", source="kawaguchi_2016")
s = Signature({
    "A": ("dy", "dk"), "V": ("dk", "dj"), "M": ("dj", "d1"), "U": ("d1", "dx"), "X": ("dx", "m"),
    "Y": ("dy", "m"), "Pi": ("d1", "d1"), "D": ("dk", "dj"), "T": ("d1", "dx"), "Z": ("d1", "dx"),
}, scalars=["x", "t"])
A, V, M, U, X, Y, Pi, D, T, Z, x, t = s.letters()
residual = A @ V @ M @ U @ X - Y
second = (trace(residual @ residual.T)).substitute(V=V + t * D, U=U + t * T).coefficient("t", 2)

# --- Hypotheses and conclusions --------------------------------------------------------------
critical = theorem.hypothesis(
    "critical", "W is critical", lambda s: s.point.critical, words=A.T @ residual @ (M @ U @ X).T
)
psd = theorem.hypothesis(
    "psd", "the Hessian is positive semidefinite", lambda s: s.point.negative == 0,
    words=for_all(nonnegative(second), "D", "T"),
)
nsd = theorem.hypothesis(
    "nsd", "the Hessian is negative semidefinite", lambda s: s.point.inertia[0] == 0,
    words=for_all(nonnegative(-second), "D", "T"),
)
kernel = theorem.definition("Pi", "any matrix with C Pi = 0", A @ V @ M @ Pi)
c = theorem.conclusion(
    "c", "M Pi = 0 or X E' A = 0", words=either(M @ Pi, X @ residual.T @ A), given=[psd]
)
minus = theorem.conclusion(
    "c-", "the same with nsd", words=either(M @ Pi, -(X @ residual.T @ A)), given=[nsd]
)

# --- Steps -----------------------------------------------------------------------------------
def steps(proof, sign, name, hypothesis):
    """Along (D, x Pi Z) the form is sign (|A D M U X|^2 + 2 x tr(...)) >= 0 for all x."""
    half = A @ D @ M @ U @ X
    mixed = trace((A @ D @ M @ Pi @ Z @ X).T @ residual)
    form = (trace(half @ half.T) + mixed * x * 2) * sign
    proof.instantiate(f"form{name}", hypothesis, D=D, T=x * Pi @ Z)
    proof.sum_of_squares(f"affine{name}", form, adding=[(1, f"form{name}")], using=["Pi"])
    proof.affine(f"mixed{name}", f"affine{name}", "x")
    gradient = A.T @ residual @ X.T @ Z.T @ Pi.T @ M.T * (2 * sign)
    proof.variation(f"pairing{name}", gradient, of=f"mixed{name}", letter="D")
    proof.prove(f"turned{name}", M @ Pi @ Z @ (X @ residual.T @ A) * sign)
    proof.prime(f"either{name}", M @ Pi, X @ residual.T @ A * sign, of=f"turned{name}", letter="Z")


@theorem.step("positive", uses=[psd, kernel], gives=[c])
def positive(proof):
    """An affine function of x that is never negative is constant; then D and Z are arbitrary."""
    steps(proof, 1, "", "psd")


@theorem.step("negative", uses=[nsd, kernel], gives=[minus])
def negative(proof):
    """The same with the other sign."""
    steps(proof, -1, "-", "nsd")

# --- Instances: k = 3, so that A is empty and M = W_2 --------------------------------------------
theorem.bind(
    s, A=lambda s: s.product(s.H + 1, 4), V=lambda s: s.W(3), M=lambda s: s.W(2),
    U=lambda s: s.W(1), X=lambda s: s.X, Y=lambda s: s.Y,
    Pi=lambda s: kernel_projector(s.product(s.H + 1, 2)),
)

two = linear_network((2, 2, 2, 2), X=eye(2), Y=diag(2, 1))
theorem.instance("2-2-2-2, bad saddle", two, at=[diag(2, 0), diag(1, 0), diag(1, 0)])
theorem.instance("2-2-2-2, origin: the Hessian is zero", two, at=[diag(0, 0)] * 3)

# --- Sharpness ---------------------------------------------------------------------------------
theorem.without(psd, name="an indefinite Hessian", problem=two, breaks=[c],
                at=[diag(2, 0), eye(2), diag(1, 0)])
theorem.without(psd, name="(c) is not sufficient", problem=two, keeps=[c], at=[diag(0, 1)] * 3)
