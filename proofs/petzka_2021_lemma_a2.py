"""Petzka and Sminchisescu (2021), Lemma A.2.  Both signs occur.

Setting      d a row of N numbers, A the activations of the layer before the last hidden one, with a
             column for each sample; S(u) = sum of d_i exp(-u'a_i).
Hypotheses   (sum)   d_1 + ... + d_N = 0.
             (moves) A d' is not 0 (k |A d'|^2 = 1): d is not orthogonal to all activations.
Conclusions  (value) S(0) = 0.
             (slope) At u = t A d' the slope of S at t = 0 is -|A d'|^2, at u = -t A d' it is
                     |A d'|^2.
             (sign)  |A d'|^2 is not negative; it is 0 only if A d' = 0.
             (below, above) So some u has S(u) < 0, and some S(u) > 0: in the instance -1/4 and 1/4
                     are passed.
Without (moves) x = 0, 1, 2 and d = (1, -2, 1): S(u) = (1 - exp(-u))^2 is never negative.
Source       Lemma A.2, read. Its hypothesis m >= 2 (two neurons) is not used; Theorem 4 needs two.
"""

from symland.theorem import Signature, Theorem, linear_network, nonnegative, trace

theorem = Theorem("petzka_2021_lemma_a2", source="petzka_2021", wording="read")

s = Signature(
    {"d": ("1", "N"), "A": ("m", "N"), "u": ("m", "1"), "o": ("1", "N"), "E1": ("1", "N"),
     "E2": ("1", "N")},
    scalars=["t", "k"],
)  # fmt: skip
d, A, u, o, E1, E2, t, k = s.letters()
first_order = d @ (o - t * u.T @ A).T  # exp(-z) = 1 - z + ...
square = d @ A.T @ A @ d.T

total = theorem.hypothesis("sum", "d has the sum 0", words=d @ o.T)
moves = theorem.hypothesis("moves", "A d' is not 0", words=k * square - s.one("1"))
value = theorem.conclusion("value", "S(0) = 0", words=first_order.substitute(u=u - u))
slope = theorem.conclusion(
    "slope",
    "the slopes along A d' and -A d'",
    words=[first_order.substitute(u=A @ d.T) + t * square,
           first_order.substitute(u=-A @ d.T) - t * square],
)  # fmt: skip
sign = theorem.conclusion("sign", "|A d'|^2 >= 0", words=nonnegative(trace(square)))
quarter = s.one("1") / 4
below = theorem.conclusion("below", "S < 0 for some u", words=nonnegative(-d @ E1.T - quarter))
above = theorem.conclusion("above", "S > 0 for some u", words=nonnegative(d @ E2.T - quarter))


@theorem.step("first order", uses=[total], gives=[value, slope])
def expand(proof):
    """d o' = 0 removes the constant term."""
    proof.prove("value", first_order.substitute(u=u - u))
    proof.prove("along", first_order.substitute(u=A @ d.T) + t * square)
    proof.prove("against", first_order.substitute(u=-A @ d.T) - t * square)


@theorem.step("square", gives=[sign])
def squared(proof):
    """d A'A d' is a squared norm."""
    proof.sum_of_squares("square", trace(square), squares=[(1, [], d @ A.T)])


theorem.cited(
    "derivative", "a differentiable function with value 0 and negative (positive) slope at 0 is"
    " negative (positive) right after", wording="own", uses=[expand, squared], gives=[below, above],
)  # fmt: skip


# --- One neuron with inputs 0, 1, 2; u = log 2 for E1 and -log 2 for E2 -------------------------
def deviations(s):
    """The mean of the targets minus the targets."""
    targets = s.Y.tolist()[0]
    return [[sum(targets) / len(targets) - y for y in targets]]


def inverse_square(s):
    """1 / |A d'|^2, 0 where A d' = 0."""
    moved = sum(x * d for x, d in zip(s.X.tolist()[0], deviations(s)[0], strict=True))
    return 1 / moved**2 if moved else 0


theorem.bind(
    s, d=deviations, A=lambda s: s.X, u=lambda s: [[3]], o=lambda s: [[1, 1, 1]],
    E1=lambda s: [[1, "1/2", "1/4"]], E2=lambda s: [[1, 2, 4]], t=lambda s: "1/2",
    k=inverse_square,
)  # fmt: skip
theorem.instance("x = 0, 1, 2", linear_network((1, 1), X=[[0, 1, 2]], Y=[[1, 3, -1]]), at=[[[0]]])
theorem.without(
    moves, name="d = (1, -2, 1)", problem=linear_network((1, 1), X=[[0, 1, 2]], Y=[[0, 3, 0]]),
    at=[[[0]]], breaks=[below], keeps=[above, value],
)  # fmt: skip
theorem.without(
    total, name="d = (1, 1, 1)", problem=linear_network((1, 1), X=[[0, 1, 2]], Y=[[0, 0, 0]]),
    at=[[[0]]], letters={"d": [[1, 1, 1]], "k": "1/9"}, breaks=[value, below], keeps=[above],
)  # fmt: skip
