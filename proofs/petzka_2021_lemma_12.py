"""Petzka and Sminchisescu (2021), Lemma 12.  The Hessian at a replicated neuron, all blocks.

Setting      A neuron with incoming weights u, incoming values x (for one sample; everything is a
             sum over samples), activation s0 = s(u'x) with derivatives s1, s2, outgoing weights v.
             g and K are the first and second derivatives of the sample's loss by the inputs of
             the next layer. alpha lambda = beta (1 - lambda). Directions: a moves both copies'
             u, b both outgoing weights, alpha z the new u and -beta z the old one, w the new
             outgoing weights and -w the old; x1, x2, c1, c2 are what any other weights do to x and
             to the next layer, to first and second order.
Conclusion   (blocks) The second-order term of the loss at the image is that of the smaller
             network with (a, 2 b) plus
             (alpha - beta)(D'b)(z'x) + (alpha + beta)(D'w)(z'x) + alpha beta z'B z / 2,
             where D = s1 g and B = (g'v) s2 x x'. So a, b and the others see the smaller Hessian,
             the blocks (z, b), (z, w), (z, z) are as printed, and all others are zero.
Source       Lemma 12, read. The paper assumes a critical point; the identity does not use that.
             The form with u from outside (lambda new + (1 - lambda) old) would have no factors 2.
"""

from symland.theorem import Signature, Theorem

theorem = Theorem("petzka_2021_lemma_12", source="petzka_2021", wording="read")

s = Signature(
    {"u": ("p", "1"), "x": ("p", "1"), "v": ("q", "1"), "g": ("q", "1"), "K": ("q", "q"),
     "a": ("p", "1"), "b": ("q", "1"), "z": ("p", "1"), "w": ("q", "1"), "x1": ("p", "1"),
     "x2": ("p", "1"), "c1": ("q", "1"), "c2": ("q", "1")},
    scalars=["t", "al", "be", "la", "s0", "s1", "s2"],
)  # fmt: skip
u, x, v, g, K, a, b, z, w, x1, x2, c1, c2, t, al, be, la, s0, s1, s2 = s.letters()


def activation(weight):
    """The activation to second order when the weights and the incoming values move."""
    shift = weight.T @ (x + t * x1 + t * t * x2) - u.T @ x
    return s0 + s1 * shift + s2 * shift * shift / 2


def second_order(received):
    """The t^2 term of the loss; the next layer receives s0 v at t = 0."""
    moved = received + t * c1 + t * t * c2 - s0 * v
    return (g.T @ moved + moved.T @ K @ moved / 2).coefficient("t", 2)


larger = second_order(
    (la * v + t * (b + w)) * activation(u + t * (a + al * z))
    + ((1 - la) * v + t * (b - w)) * activation(u + t * (a - be * z))
)
smaller = second_order((v + 2 * t * b) * activation(u + t * a))
D, zx = s1 * g, z.T @ x
new_blocks = (
    (al - be) * (D.T @ b) * zx + (al + be) * (D.T @ w) * zx
    + al * be * s2 * (g.T @ v) * zx * zx / 2
)  # fmt: skip

balance = theorem.hypothesis(
    "lambda", "alpha lambda = beta (1 - lambda)", words=al * la - be * (1 - la)
)
blocks = theorem.conclusion(
    "blocks", "all blocks of the Hessian at the image", words=larger - smaller - new_blocks
)


@theorem.step("expansion", uses=[balance], gives=[blocks])
def expansion(proof):
    """Expand; first-order changes of u by z cancel because alpha lambda = beta (1 - lambda)."""
    proof.prove("second order", larger - smaller - new_blocks)


# --- One incoming and one outgoing weight; lambda = 1/3 needs al = 2 be ---------------------------
numbers = {"u": 2, "x": 3, "v": 5, "g": -1, "K": 2, "a": 1, "b": -2, "z": 4, "w": 3, "x1": 1,
           "x2": -1, "c1": 2, "c2": 1, "t": 7, "al": 2, "be": 1, "la": "1/3", "s0": "1/2",
           "s1": "1/4", "s2": "-1/8"}  # fmt: skip
theorem.instance("lambda = 1/3", letters=numbers)
theorem.without(balance, name="lambda = 1/2", letters=numbers | {"la": "1/2"}, breaks=[blocks])
