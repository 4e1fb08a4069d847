"""Petzka and Sminchisescu (2021), Theorem 5 and Corollary 6.  A way down from every point.

Setting      Fully connected network, one output, squared loss, activation real-analytic, strictly
             increasing and bounded; N samples, distinct inputs. z are the outputs at the start.
Hypotheses   (wide)    Some hidden layer has more than N neurons.
             (narrow)  From there on no layer is wider than the one before it, except the next one.
Conclusions  (loss)    Along outputs z + t (y - z) the loss is (1 - t)^2 times that at the start.
             (falls)   So it falls from t = a to t = b where a <= b <= 1.
             (path)    Arbitrarily near every point there is another, from which a path leads to
                       f = y along which the loss never rises.
             (region)  Every local minimum that is not global lies in a non-attracting region.
Erratum      The paper prints the factor 1 - t; it is (1 - t)^2, which falls as well. Its proof
             names Lemma 17 where Lemma 16 is meant.
Source       Theorem 5, Corollary 6, read. Lemmas 16 to 20 have files of their own; what is cited
             there is cited here.
"""

from symland.theorem import Signature, Theorem, linear_network, nonnegative, trace

theorem = Theorem("petzka_2021_theorem_5", source="petzka_2021", wording="read")

s = Signature({"z": ("1", "N"), "y": ("1", "N")}, scalars=["t", "a", "b"])
z, y, t, a, b = s.letters()
one = s.one("1")


def norm2(p):
    return trace(p @ p.T)


def loss_at(t):
    return norm2(z + t * (y - z) - y)


squared = loss_at(t) - (1 - t) * (1 - t) * norm2(z - y)
order = theorem.hypothesis("a <= b", "a <= b", words=nonnegative((b - a) * one))
before = theorem.hypothesis("a <= 1", "a <= 1", words=nonnegative((1 - a) * one))
after = theorem.hypothesis("b <= 1", "b <= 1", words=nonnegative((1 - b) * one))
loss = theorem.conclusion("loss", "the loss falls by (1 - t)^2", words=squared)
falls = theorem.conclusion("falls", "it never rises", words=nonnegative(loss_at(a) - loss_at(b)))
path = theorem.conclusion("path", "a path that never rises, to loss 0, from nearby")
region = theorem.conclusion("region", "suboptimal minima lie in non-attracting regions")


@theorem.step("outputs", gives=[loss])
def outputs(proof):
    """z + t (y - z) - y = (1 - t)(z - y)."""
    proof.prove("law", squared)


@theorem.step("two times", uses=[order, before, after], gives=[falls])
def two_times(proof):
    """(1 - a)^2 - (1 - b)^2 = (b - a)(1 - a) + (b - a)(1 - b)."""
    squares = [(1, ["a <= b", "a <= 1"], z - y), (1, ["a <= b", "b <= 1"], z - y)]
    proof.sum_of_squares("falls", loss_at(a) - loss_at(b), squares=squares)


generic = theorem.cited(
    "Lemma 16", "nearby weights make the wide layer's activations span R^N and the later weights of"
    " full rank; uses (wide) and (narrow)", key="nguyen_hein_2017", wording="recalled",
)  # fmt: skip
theorem.cited(
    "Lemma 20", "then every path of outputs comes from a path of weights",
    key="petzka_2021", wording="read", uses=[outputs, two_times, generic], gives=[path, region],
)  # fmt: skip

theorem.bind(s, z=lambda s: s.W(2) @ s.W(1) @ s.X, y=lambda s: s.Y, t=lambda s: "1/4",
             a=lambda s: "1/4", b=lambda s: "1/2")  # fmt: skip
theorem.instance("1-1-1", linear_network((1, 1, 1), X=[[1, 2]], Y=[[3, -2]]), at=[[[1]], [[2]]])
