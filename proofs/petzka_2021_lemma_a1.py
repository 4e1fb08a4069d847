"""Petzka and Sminchisescu (2021), Lemma A.1.  Two block forms, when they are not negative.

Setting      (a) M has blocks a, 2b, c; 2b', 4d, 2e; c', 2e', f, and N the same without the factors.
             (b) The symmetric matrix with blocks g, h; h', 0.
Conclusions  (a)  The form of M at (x, y, z) is that of N at (x, 2y, z): one is nonnegative if and
                  only if the other is. (A further block on the diagonal adds its own form.)
             (b)  If the form in (b) is nonnegative everywhere, then h = 0: the second theorem of
                  this file, in which it is summed over the columns of P and Q.
             (b') At (h z, -m z) that form is (hz)'g(hz) - 2m |hz|^2: negative for large m.
Source       Lemma A.1, read.
"""

from symland.exact.word_relation import for_all
from symland.theorem import Signature, Theorem, linear_network, nonnegative, trace

theorem = Theorem("petzka_2021_lemma_a1", source="petzka_2021", wording="read")

s = Signature(
    {"a": ("p", "p"), "b": ("p", "q"), "c": ("p", "r"), "d": ("q", "q"), "e": ("q", "r"),
     "f": ("r", "r"), "x": ("p", "1"), "y": ("q", "1"), "z": ("r", "1"), "g": ("p", "p"),
     "h": ("p", "r")},
    scalars=["m"],
)  # fmt: skip
a, b, c, d, e, f, x, y, z, g, h, m = s.letters()


def form(b, d, e, y):
    """The value of the form with these blocks at (x, y, z)."""
    mixed = x.T @ b @ y + x.T @ c @ z + y.T @ e @ z
    return x.T @ a @ x + y.T @ d @ y + z.T @ f @ z + mixed + mixed.T


top, bottom = h @ z, -m * z
value = top.T @ g @ top + top.T @ h @ bottom + bottom.T @ h.T @ top
witness = value - top.T @ g @ top + 2 * m * (h @ z).T @ (h @ z)
congruence = form(2 * b, 4 * d, 2 * e, y) - form(b, d, e, 2 * y)

one = theorem.conclusion("a", "the forms agree after y is doubled", words=congruence)
three = theorem.conclusion("b'", "the value of the form at (h z, -m z)", words=witness)


@theorem.step("doubling", gives=[one])
def doubling(proof):
    """Congruence by diag(1, 2, 1)."""
    proof.prove("doubled", congruence)


@theorem.step("witness", gives=[three])
def at_the_witness(proof):
    """Expand the form."""
    proof.prove("value", witness)


theorem.bind(
    s, g=lambda s: s.W(2) @ s.W(1), h=lambda s: s.W(1), z=lambda s: [[1], [2]], m=lambda s: 3,
)  # fmt: skip
theorem.instance(
    "2 x 2",
    linear_network((2, 2, 2), X=[[1]] * 2, Y=[[1]] * 2),
    at=[[[1, 2], [0, 1]], [[1, 1], [1, 0]]],
)

# --- (b) --------------------------------------------------------------------------------------
zero_block = Theorem("petzka_2021_lemma_a1_zero_block", source="petzka_2021", wording="read")
q = Signature(
    {"g": ("p", "p"), "h": ("p", "r"), "P": ("p", "r"), "Q": ("r", "r")}, scalars=["m"]
)  # fmt: skip
g, h, P, Q, m = q.letters()
columns = trace(P.T @ g @ P) + 2 * trace(P.T @ h @ Q)

everywhere = zero_block.hypothesis(
    "psd", "the form is nonnegative", words=for_all(nonnegative(columns), "P", "Q")
)
two = zero_block.conclusion("b", "h = 0", words=h)


@zero_block.step("large m", uses=[everywhere], gives=[two])
def large_m(proof):
    """At P = h, Q = -m it is linear in m, so that its slope -2 |h|^2 is 0."""
    proof.instantiate("witness", "psd", P=h, Q=-m * q.one("r"))
    proof.affine("slope", "witness", "m")
    proof.prove("square", trace(h @ h.T))
    proof.star("h", [h], of="square")


zero_block.without(everywhere, because="h is any matrix", breaks=[two], wording="own")
