"""Petzka and Sminchisescu (2021), Remark 11.  Minima that are not isolated.

Setting      One outgoing weight v, not 0; a replicated neuron at a local minimum of the smaller
             network that need not be isolated, nor have a definite Hessian; B definite, of the sign
             that makes the images minima. Near the image the other coordinates are theta, the
             difference s of the outgoing weights, and t, which moves the incoming weights apart.
             e = l(theta) minus the loss at the minimum, G the gradient of l by u at theta, c a
             multiple of s / v (Lemma 12: the slope in t at t = 0 is c G, since D = G / v).
Hypotheses   (minimum) e >= 0 near the minimum.
             (smooth)  After a step -h G the smaller network's loss is not below the minimum either,
                       and by Taylor it is at most that of a parabola of curvature K = 1 / h.
             (convex)  mu > 0 bounds the second derivative by t from below near the image.
             (small)   c^2 K <= mu: s is small.
Conclusions  (slope)   |G|^2 <= 2 K e.
             (lower)   e + c G't + mu |t|^2 / 2 >= 0, which bounds the larger network's loss minus
                       that of the minimum from below.
             (minima)  So the images are local minima.
Source       Remark 11, read: it says that isolatedness can be relaxed by treating the kernel of
             the Hessian. The proof here is this file's and needs no kernel; it is what lets the
             map be iterated (Theorem 13).
"""

from fractions import Fraction

from symland.theorem import Signature, Theorem, nonnegative

theorem = Theorem("petzka_2021_remark_11", source="petzka_2021", wording="reconstructed")

s = Signature({"G": ("p", "1"), "T": ("p", "1")}, scalars=["e", "c", "h", "K", "mu", "n"])
G, T, e, c, h, K, mu, n = s.letters()
one = s.one("1")
after = e * one - h * G.T @ G + K * h * h * G.T @ G / 2
slope_bound = 2 * K * e * one - G.T @ G
bound = e * one + c * G.T @ T + mu * T.T @ T / 2

inverse = theorem.definition("h", "h = 1 / K", (h * K - 1) * one)
inverse_mu = theorem.definition("n", "n = 1 / mu", (n * mu - 1) * one)
minimum = theorem.hypothesis("minimum", "e >= 0", words=nonnegative(e * one))
smooth = theorem.hypothesis("smooth", "a step against the slope", words=nonnegative(after))
K_positive = theorem.hypothesis("K", "K >= 0", words=nonnegative(K * one))
convex = theorem.hypothesis("convex", "mu >= 0", words=nonnegative(mu * one))
n_positive = theorem.hypothesis("n >= 0", "1 / mu >= 0", words=nonnegative(n * one))
small = theorem.hypothesis("small", "c^2 K <= mu", words=nonnegative((mu - c * c * K) * one))
slope = theorem.conclusion("slope", "|G|^2 <= 2 K e", words=nonnegative(slope_bound))
lower = theorem.conclusion("lower", "no lower loss", words=nonnegative(bound))
minima = theorem.conclusion("minima", "the images are local minima")


@theorem.step("step", uses=[inverse, smooth, K_positive], gives=[slope])
def against_the_slope(proof):
    """2 K times the loss after the step is 2 K e - |G|^2."""
    proof.sum_of_squares("slope", slope_bound, squares=[(2, ["K", "smooth"], one)])


@theorem.step(
    "square", uses=[inverse_mu, minimum, convex, n_positive, small, against_the_slope],
    gives=[lower],
)  # fmt: skip
def complete_the_square(proof):
    """mu |T + n c G|^2 / 2 + n c^2 (2 K e - |G|^2) / 2 + n e (mu - c^2 K)."""
    proof.sum_of_squares(
        "lower",
        bound,
        squares=[
            (Fraction(1, 2), ["convex"], T + n * c * G),
            (Fraction(1, 2), ["n >= 0", "slope"], c * one),
            (1, ["n >= 0", "minimum", "small"], one),
        ],
    )


theorem.cited(
    "Taylor", "near the image the loss is at least (lower) plus that of the minimum, by Taylor's"
    " formula in t; K and mu are bounds of second derivatives there", wording="own",
    uses=[complete_the_square], gives=[minima],
)  # fmt: skip

# (minimum) follows from (smooth) and (K); (convex) follows from (small) and (K).
numbers = {"G": [[1], [-1]], "T": [[-1], [2]], "e": 1, "c": "1/2", "h": "1/2", "K": 2, "mu": 1,
           "n": 1}  # fmt: skip
theorem.instance("numbers", letters=numbers)
theorem.without(small, name="c = 10", letters=numbers | {"c": 10}, breaks=[lower], keeps=[slope])
theorem.without(smooth, name="e = 0", breaks=[slope, lower],
                letters=numbers | {"e": 0, "T": [["-1/2"], ["1/2"]]})  # fmt: skip
theorem.without(K_positive, name="K = -2", letters=numbers | {"K": -2, "h": "-1/2"}, breaks=[slope])
