"""Petzka and Sminchisescu (2021), the map gamma_lambda and Theorem 7.

Setting      A neuron r of some layer: incoming weights u, values of its activation on the N
             samples a (a row), outgoing weights v (a column). The next layer receives v a + K,
             where K collects everything else. The new neuron has the incoming weights u too and
             the outgoing weights lambda v, while r keeps (1 - lambda) v. Squared loss; moving u
             by d moves a by d X G to first order, X the incoming values (bias as a row of ones)
             and G the diagonal matrix of the activation's derivative. All other weights move the
             values a by e (the same at both copies) and K by M.
Hypothesis   (critical) The smaller network's derivative vanishes: at u by lambda d + (1 - lambda)
                     d2, v by w + w2 and the others together.
Conclusions  (same)   The next layer receives the same, for every lambda.
             (new)    The derivative by the new neuron's incoming weights is lambda times that by u.
             (old)    That by r's incoming weights is 1 - lambda times it.
             (out)    The derivative by either outgoing weight is that by v.
             (c)      Critical points are mapped to critical points, for every lambda: the
                      derivative when the new neuron's weights move by d and w, the old one's by
                      d2 and w2, and all others as well.
Source       Theorem 7 (after Nitta 2017), read; the map after Fukumizu and Amari (2000). Here the
             layer that follows is the output; for a deeper network put the derivative of the loss
             by the next layer's inputs in place of the residual.
"""
from symland.theorem import Signature, Theorem, eye, linear_network, trace

theorem = Theorem("petzka_2021_theorem_7", source="petzka_2021", wording="read")
s = Signature({"v": ("q", "1"), "a": ("1", "N"), "K": ("q", "N"), "Y": ("q", "N"),
               "d": ("1", "p"), "X": ("p", "N"), "G": ("N", "N"), "w": ("q", "1"),
               "d2": ("1", "p"), "w2": ("q", "1"), "e": ("1", "N"), "M": ("q", "N")},
              scalars=["l", "t"])
v, a, K, Y, d, X, G, w, d2, w2, e, M, lam, t = s.letters()

def slope(output):
    """The derivative of |output - Y|^2 by t."""
    return trace((output - Y) @ (output - Y).T).coefficient("t", 1)

def values(by):
    """The neuron's values when its incoming weights move by this, and the others move too."""
    return a + t * by @ X @ G + t * e

moved, rest = a + t * d @ X @ G, 1 - lam
narrow_in, narrow_out = slope(v @ moved + K), slope((v + t * w) @ a + K)
image_new = slope((lam * v) @ moved + (rest * v) @ a + K)
image_old = slope((lam * v) @ a + (rest * v) @ moved + K)
image_out = slope((lam * v + t * w) @ a + (rest * v) @ a + K)
everywhere = slope((v + t * (w + w2)) @ values(lam * d + rest * d2) + K + t * M)
image_everywhere = slope((lam * v + t * w) @ values(d) + (rest * v + t * w2) @ values(d2)
                         + K + t * M)
difference = (lam * v) @ a + (rest * v) @ a + K - v @ a - K

# --- Conclusions -------------------------------------------------------------------------------
critical = theorem.hypothesis("critical", "the smaller point is critical", words=everywhere)
same = theorem.conclusion("same", "the same function", words=difference)
new = theorem.conclusion("new", "derivative by the new incoming weights",
                         words=image_new - lam * narrow_in)
old = theorem.conclusion("old", "derivative by the old incoming weights",
                         words=image_old - rest * narrow_in)
out = theorem.conclusion("out", "derivative by the outgoing weights", words=image_out - narrow_out)
c = theorem.conclusion("c", "images of critical points are critical", words=image_everywhere,
                       given=[critical])

# --- Steps -------------------------------------------------------------------------------------
@theorem.step("function", gives=[same])
def function(proof):
    """The two shares add up to v."""
    proof.prove("function", difference)

@theorem.step("derivatives", gives=[new, old, out])
def derivatives(proof):
    """Expand to first order in t."""
    proof.prove("by new", image_new - lam * narrow_in)
    proof.prove("by old", image_old - rest * narrow_in)
    proof.prove("by out", image_out - narrow_out)

@theorem.step("all weights", uses=[critical], gives=[c])
def all_weights(proof):
    """The image's derivative is the smaller network's in the direction of (critical)."""
    proof.prove("image", image_everywhere)

# --- A hidden neuron of a 2-2-2 linear network, at a global minimum and elsewhere -----------------
theorem.bind(
    s, v=lambda s: s.W(2).columns([0]), a=lambda s: s.W(1).rows([0]) @ s.X,
    K=lambda s: s.W(2).columns([1]) @ s.W(1).rows([1]) @ s.X, Y=lambda s: s.Y,
    d=lambda s: [[1, -2]], X=lambda s: s.X, G=lambda s: eye(s.X.shape[1]),
    w=lambda s: [[3], [1]], d2=lambda s: [[2, 0]], w2=lambda s: [[0], [-1]],
    e=lambda s: [[0, 0, 0]], M=lambda s: [[1, 0, 2], [0, 0, 0]], l=lambda s: 5, t=lambda s: 1)
network = linear_network((2, 2, 2), X=[[1, 0, 2], [0, 1, 1]], Y=[[2, 0, 1], [1, 1, 0]])
theorem.instance("2-2-2 linear", network, at=[[[1, 0], [0, 1]], [[1, "-1/2"], [0, "1/2"]]])
theorem.without(critical, name="not critical", problem=network, breaks=[c],
                keeps=[same, new, old, out], at=[[[1, 2], [0, 1]], [[2, -1], [1, 1]]])
