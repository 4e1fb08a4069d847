"""My lemma.  A product of two layers has its least loss where the gradient of the second vanishes
and the first is injective on the samples.

Setting      L(V, U) = 1/2 |V U X - Y|^2, a network with one hidden layer.
Hypotheses   (second) The derivative with respect to V vanishes.
             (injective) U has a left inverse J.
Conclusions  (normal) (V U X - Y) X' = 0.
             (least) No other product R has a lower loss.
"""

from symland.theorem import Signature, Theorem, diag, eye, linear_network, nonnegative, trace

theorem = Theorem("my_lemma", wording="own")

s = Signature(
    {
        "V": ("dy", "d1"),
        "U": ("d1", "dx"),
        "X": ("dx", "m"),
        "Y": ("dy", "m"),
        "J": ("dx", "d1"),
        "R": ("dy", "dx"),
    }
)
V, U, X, Y, J, R = s.letters()
residual = V @ U @ X - Y

# --- Hypotheses and conclusions --------------------------------------------------------------
second = theorem.hypothesis("second", "(V U X - Y)(U X)' = 0", words=residual @ (U @ X).T)
injective = theorem.hypothesis("injective", "J U = 1", words=J @ U - s.one("dx"))
normal = theorem.conclusion("normal", "(V U X - Y) X' = 0", words=residual @ X.T)
excess = trace((R @ X - Y) @ (R @ X - Y).T) - trace(residual @ residual.T)
least = theorem.conclusion("least", "no product has a lower loss", words=nonnegative(excess))
global_minimum = theorem.conclusion(
    "global", "the point is a global minimum", lambda s: s.every(lambda w: w.is_global)
)


# --- Steps -----------------------------------------------------------------------------------
@theorem.step("cancel U", uses=[second, injective], gives=[normal])
def cancel(proof):
    """Multiply by J' on the right."""
    proof.prove("normal", residual @ X.T)


@theorem.step("Pythagoras", uses=[cancel], gives=[least])
def pythagoras(proof):
    """The excess is |(R - V U)X|^2."""
    proof.sum_of_squares("least", excess, squares=[(1, [], (R - V @ U) @ X)])


theorem.cited(
    "products",
    "every value of the network is the loss of a product",
    wording="own",
    uses=[pythagoras],
    gives=[global_minimum],
)

# --- Instances, and what breaks ------------------------------------------------------------------
theorem.bind(
    s,
    V=lambda s: s.W(2),
    U=lambda s: s.W(1),
    X=lambda s: s.X,
    Y=lambda s: s.Y,
    J=lambda s: s.W(1).T,
    R=lambda s: eye(2),
)
network = linear_network((2, 2, 2), X=eye(2), Y=diag(2, 1))
theorem.instance("2-2-2", network, at=[eye(2), diag(2, 1)])
theorem.without(
    injective, name="U = E11", problem=network, at=[diag(1, 0), diag(2, 0)], breaks=[normal]
)
