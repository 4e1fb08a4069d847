"""Kawaguchi (2016), Lemma 4.3.  Blocks of the Hessian.

Setting      L(W) = 1/2 |W_{H+1} ... W_1 X - Y|^2 and E = W_{H+1} ... W_1 X - Y. For a layer V = W_k
             let A be the product above it, B what stands below it, data included. For the pair
             (k, 1) let M be the product between W_k and U = W_1, and C = A V M.
Conclusions  (diagonal) The second derivative in the directions D, D of layer k is |A D B|^2.
             (mixed) In the directions D of layer k and Z of layer 1 it is
             <C Z X, A D M U X> + <E, A D M Z X>.
             (general) The same for layers k > l, with B in place of X.
             (exact) In a single layer L is its own Taylor polynomial of degree 2.
             (semidefinite) The diagonal blocks are positive semidefinite: L is convex in a layer.
Source       K. Kawaguchi, NeurIPS 29 (2016), Lemma 4.3, which writes the blocks with Kronecker
             products: the form |A D B|^2 has the matrix A'A (x) B B'. (general) is our addition.
"""
from symland.theorem import Signature, Theorem, diag, eye, linear_network, nonnegative, trace

theorem = Theorem("kawaguchi_2016_lemma_4_3", source="kawaguchi_2016")

s = Signature({
    "A": ("dy", "dk"), "V": ("dk", "dj"), "M": ("dj", "d1"), "U": ("d1", "dx"), "X": ("dx", "m"),
    "Y": ("dy", "m"), "D": ("dk", "dj"), "Z": ("d1", "dx"), "B": ("dx", "m"),
}, scalars=["r", "t"])
A, V, M, U, X, Y, D, Z, B, r, t = s.letters()


def norm2(p):
    return trace(p @ p.T)


def inner(p, q):
    return trace(p.T @ q)


def mixed_derivative(data):
    moved = norm2(A @ V @ M @ U @ data - Y) / 2
    return moved.substitute(V=V + t * D, U=U + r * Z).coefficient("t", 1).coefficient("r", 1)


def mixed_form(data):
    residual, C = A @ V @ M @ U @ data - Y, A @ V @ M
    return inner(C @ Z @ data, A @ D @ M @ U @ data) + inner(residual, A @ D @ M @ Z @ data)


below = M @ U @ X  # what stands below the layer V
residual = A @ V @ below - Y
moved = (norm2(residual) / 2).substitute(V=V + t * D)
second = moved.coefficient("t", 2) * 2

# --- Conclusions -----------------------------------------------------------------------------
diagonal = theorem.conclusion("diagonal", "|A D B|^2", words=second - norm2(A @ D @ below))
mixed = theorem.conclusion("mixed", "the block (1, k)", words=mixed_derivative(X) - mixed_form(X))
general = theorem.conclusion(
    "general", "the block (l, k)", words=mixed_derivative(B) - mixed_form(B)
)
taylor = norm2(residual) / 2 + inner(A.T @ residual @ below.T, D) * t + second * t * t / 2
exact = theorem.conclusion("exact", "L is quadratic in a layer", words=moved - taylor)
semidefinite = theorem.conclusion(
    "semidefinite", "the diagonal blocks are semidefinite", words=nonnegative(second)
)

# --- Steps -----------------------------------------------------------------------------------
@theorem.step("diagonal block", gives=[diagonal])
def diagonal_block(proof):
    """The coefficient of t^2, doubled."""
    proof.prove("diagonal", second - norm2(A @ D @ below))


@theorem.step("mixed block", gives=[mixed, general])
def mixed_block(proof):
    """The coefficient of r t, where two layers move; B stands for any product and the data."""
    proof.prove("mixed", mixed_derivative(X) - mixed_form(X))
    proof.prove("general", mixed_derivative(B) - mixed_form(B))


@theorem.step("Taylor", gives=[exact])
def taylor_step(proof):
    """Nothing of higher order is left."""
    proof.prove("exact", moved - taylor)


@theorem.step("a square", gives=[semidefinite])
def a_square(proof):
    """The second derivative is a squared norm."""
    proof.sum_of_squares("semidefinite", second, squares=[(1, [], A @ D @ below)])

# --- Instances: all four at the matrices of a network, the layers k = 2 and 1 -------------------
theorem.bind(
    s, A=lambda s: s.product(s.H + 1, 3), V=lambda s: s.W(2), M=lambda s: s.product(1, 2),
    U=lambda s: s.W(1), X=lambda s: s.X, Y=lambda s: s.Y,
    D=lambda s: [[1 + i + j for j in range(s.widths[1])] for i in range(s.widths[2])],
    Z=lambda s: [[1 - i * j for j in range(s.widths[0])] for i in range(s.widths[1])],
    B=lambda s: s.X, r=lambda s: 2, t=lambda s: 3,
)
two = {"X": eye(2), "Y": diag(2, 1)}
theorem.instance("2-3-2", linear_network((2, 3, 2), **two),
                 at=[[[1, 0], [2, -1], [0, 1]], [[1, 2, 3], [0, 1, -1]]])
theorem.instance("2-2-2-2, bad saddle", linear_network((2, 2, 2, 2), **two),
                 at=[diag(2, 0), diag(1, 0), diag(1, 0)])
