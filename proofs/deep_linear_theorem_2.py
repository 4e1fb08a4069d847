"""Deep linear networks, Theorem 2.  A critical point splits in two, and one part is nilpotent.

Setting      As in Theorem 1; U is a basis of the column space of M A, J the inverse of U'S U. For
             each layer k let L = W_K ... W_{k+1}, R = W_k ... W_1 and Theta_k = R B'U J U'L.
Conclusions  (idempotent) Theta_k is a projector, and U'L R B'U J = 1.
             (intertwining) W_k Theta_{k-1} = Theta_k W_k, so the layers map kernels and images of
             these projectors to each other: the network splits into two.
             (nilpotent) On the kernels, with B' as an arrow from the output back to the input,
             every path through K arrows is zero; so this part is a sum of bars, the barcode.
Source       This package. The decomposition is Fitting's; that (nilpotent) representations of a
             cycle are sums of uniserial ones is classical.
"""
from symland.theorem import Signature, Theorem, diag, example, eye, linear_network

theorem = Theorem("deep_linear_theorem_2", source="symland_deep_linear", wording="own")

s = Signature(
    {
        "L": ("dy", "dk"), "W": ("dk", "dj"), "R": ("dj", "dx"), "B": ("dy", "dx"),
        "M": ("dy", "dx"), "U": ("dy", "r"), "J": ("r", "r"), "S": ("dy", "dy"),
    }
)
L, W, R, B, M, U, J, S = s.letters()

# --- Letters ---------------------------------------------------------------------------------
critical = theorem.hypothesis(
    "critical", "U'M B' = U'S: the critical point fits on its column space",
    lambda s: s.point.critical, words=U.T @ M @ B.T - U.T @ S,
)
product = theorem.definition("M", "the product of all layers", M - L @ W @ R)
inverse = theorem.definition("J", "the inverse of U'S U", U.T @ S @ U @ J - s.one("r"))

above = W @ R @ B.T @ U @ J @ U.T @ L  # Theta at the output of the layer W
below = R @ B.T @ U @ J @ U.T @ L @ W  # Theta at its input

# --- Conclusions -----------------------------------------------------------------------------
idempotent = theorem.conclusion(
    "idempotent", "Theta Theta = Theta, before and after the layer",
    words=[above @ above - above, below @ below - below],
)
intertwining = theorem.conclusion("intertwining", "W Theta = Theta W", words=W @ below - above @ W)
nilpotent = theorem.conclusion(
    "nilpotent", "the rest has a barcode, which determines the inertia of the Hessian",
    lambda s: s.point.formula_inertia == s.point.inertia,
)

# --- Proof -------------------------------------------------------------------------------------
@theorem.step("projectors", uses=[critical, product, inverse], gives=[idempotent])
def projectors(proof):
    """In the middle of Theta Theta stands U'L R B'U J = U'M B'U J = U'S U J = 1."""
    proof.prove("middle", U.T @ L @ W @ R @ B.T @ U @ J - s.one("r"))
    proof.prove("above", above @ above - above, using=["middle"])
    proof.prove("below", below @ below - below, using=["middle"])


@theorem.step("intertwine", uses=[product], gives=[intertwining])
def intertwine(proof):
    """Both sides are the same word."""
    proof.prove("same", W @ below - above @ W)


theorem.cited(
    "paths",
    "by Theorem 1 the words Z_K ... Z_1 and those that omit one Z_k vanish; a"
    " representation of a cycle with zero paths of length K is a sum of bars (Nakayama algebras)",
    key="symland_deep_linear", wording="own", uses=[projectors, intertwine], gives=[nilpotent],
)

# --- Instances -------------------------------------------------------------------------------
theorem.bind(
    s, L=lambda s: s.product(s.H + 1, 3), W=lambda s: s.W(2), R=lambda s: s.W(1),
    B=lambda s: s.Y @ s.X.T, M=lambda s: s.product(s.H + 1, 1), S=lambda s: s.data.sigma,
    U=lambda s: s.point.linear.basis,
    J=lambda s: (s.point.linear.basis.T @ s.data.sigma @ s.point.linear.basis).inverse(),
)
theorem.instance(
    "2-2-2-2", linear_network((2, 2, 2, 2), X=eye(2), Y=diag(2, 1)),
    at=[diag(2, 0), diag(1, 0), diag(1, 0)],
)
theorem.instance(
    "2-2-2-2, a hidden bar", linear_network((2, 2, 2, 2), X=eye(2), Y=diag(2, 1)),
    at=[diag(2, 0), eye(2), diag(1, 0)],
)
theorem.instance(
    "2-2-2, second eigenvector", linear_network((2, 2, 2), X=eye(2), Y=diag(2, 1)),
    at=[diag(0, 1), diag(0, 1)],
)
theorem.instance("Iris", example("iris"), at=lambda s: [s.data.least_squares, eye(3)])
