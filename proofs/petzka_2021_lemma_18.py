"""Petzka and Sminchisescu (2021), Lemma 18.  Every path of activations comes from one of inputs.

Setting      An increasing continuous activation s; a path of matrices with entries in its image.
             Entry by entry a = s(n) is solved for n. For the sigmoid 1 / (1 + exp(-n)) let
             E = exp(-n), for tanh = (F - 1) / (F + 1) let F = exp(2n).
Conclusions  (sigmoid) With E = (1 - a) / a the sigmoid of n is a.
             (tanh)    With F = (1 + a) / (1 - a) the tanh of n is a.
             (signs)   Both are positive for a in the image, so that n = -log E and n = log F / 2
                       exist: here for E and 0 < a < 1, and for F and -1 < a < 1.
             (path)    A continuous path of activations is s of a continuous path of inputs.
Source       Lemma 18, read. That a strictly increasing continuous function has a continuous
             inverse is the textbook part; for the two activations it is a logarithm.
"""

from symland.theorem import Signature, Theorem, nonnegative

theorem = Theorem("petzka_2021_lemma_18", source="petzka_2021", wording="read")

s = Signature({"o": ("1", "1")}, scalars=["a", "g", "h", "E", "F"])
o, a, g, h, E, F = s.letters()
one = s.one("1")

inverse = theorem.definition("g", "g = 1 / a", (g * a - 1) * one)
inverse_above = theorem.definition("h", "h = 1 / (1 - a)", (h * (1 - a) - 1) * one)
of_sigmoid = theorem.definition("E", "E = (1 - a) / a", (E - (1 - a) * g) * one)
of_tanh = theorem.definition("F", "F = (1 + a) / (1 - a)", (F - (1 + a) * h) * one)
positive = theorem.hypothesis("g >= 0", "a is positive", words=nonnegative(g * one))
below = theorem.hypothesis("h >= 0", "a is below 1", words=nonnegative(h * one))
above = theorem.hypothesis("1 + a", "a is above -1", words=nonnegative((1 + a) * one))

sigmoid = theorem.conclusion("sigmoid", "a (1 + E) = 1", words=(a * (1 + E) - 1) * one)
tanh = theorem.conclusion("tanh", "a (F + 1) = F - 1", words=(a * (F + 1) - F + 1) * one)
signs = theorem.conclusion(
    "signs", "E and F are not negative", words=[nonnegative(E * one), nonnegative(F * one)]
)
path = theorem.conclusion("path", "the inputs follow continuously")


@theorem.step("inverses", uses=[inverse, inverse_above, of_sigmoid, of_tanh], gives=[sigmoid, tanh])
def inverses(proof):
    """Put in E and F."""
    proof.prove("sigmoid", (a * (1 + E) - 1) * one)
    proof.prove("tanh", (a * (F + 1) - F + 1) * one)


@theorem.step(
    "positive", uses=[inverse, inverse_above, of_sigmoid, of_tanh, positive, below, above],
    gives=[signs],
)  # fmt: skip
def positive_values(proof):
    """E = g h (1 - a)^2, as h (1 - a) = 1; and F = (1 + a) h."""
    proof.sum_of_squares("E >= 0", E * one, squares=[(1, ["g >= 0", "h >= 0"], (1 - a) * one)])
    proof.sum_of_squares("F >= 0", F * one, squares=[(1, ["1 + a", "h >= 0"], one)])


theorem.cited(
    "inverse function", "a strictly increasing continuous function has a continuous inverse on its"
    " image, an open interval", wording="own", uses=[inverses], gives=[path],
)  # fmt: skip

# (1 + a) follows from (g >= 0), which only the sigmoid needs.
theorem.instance("a = 1/3", letters={"a": "1/3", "g": 3, "h": "3/2", "E": 2, "F": 2})
theorem.without(positive, name="a = -1/2", breaks=[signs], keeps=[sigmoid, tanh],
                letters={"a": "-1/2", "g": -2, "h": "2/3", "E": -3, "F": "1/3"})  # fmt: skip
theorem.without(below, name="a = 2", breaks=[signs], keeps=[sigmoid, tanh],
                letters={"a": 2, "g": "1/2", "h": -1, "E": "-1/2", "F": -3})  # fmt: skip
theorem.without(positive, above, name="a = -2", breaks=[signs], keeps=[sigmoid, tanh],
                letters={"a": -2, "g": "-1/2", "h": "1/3", "E": "-3/2", "F": "-1/3"})  # fmt: skip
