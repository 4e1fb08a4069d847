"""Petzka and Sminchisescu (2021), Theorem 5 and Corollary 6.  A way down from every point.

Setting      Fully connected network, one output, squared loss, activation real-analytic, strictly
             increasing and bounded; N samples, distinct inputs. z are the outputs at the start.
Hypotheses   (wide)    Some hidden layer has more than N neurons.
             (narrow)  From there on no layer is wider than the one before it, except the next one.
Conclusions  (loss)    Along outputs z + t (y - z) the loss is (1 - t)^2 times that at the start.
             (path)    Arbitrarily near every point there is another, from which a path leads to
                       f = y along which the loss never rises.
             (region)  Every local minimum that is not global lies in a non-attracting region.
Erratum      The paper prints the factor 1 - t; it is (1 - t)^2, which falls as well. Its proof
             names Lemma 17 where Lemma 16 is meant.
Source       Theorem 5, Corollary 6, read. Lemma 16 is Corollary 4.5 of Nguyen and Hein (2017);
             Lemmas 17 and 19 have files of their own.
"""

from symland.theorem import Signature, Theorem, linear_network, trace

theorem = Theorem("petzka_2021_theorem_5", source="petzka_2021", wording="read")

s = Signature({"z": ("1", "N"), "y": ("1", "N")}, scalars=["t"])
z, y, t = s.letters()


def norm2(p):
    return trace(p @ p.T)


squared = norm2(z + t * (y - z) - y) - (1 - t) * (1 - t) * norm2(z - y)
loss = theorem.conclusion("loss", "the loss falls by (1 - t)^2", words=squared)
path = theorem.conclusion("path", "a path that never rises, to loss 0, from nearby")
region = theorem.conclusion("region", "suboptimal minima lie in non-attracting regions")


@theorem.step("outputs", gives=[loss])
def outputs(proof):
    """z + t (y - z) - y = (1 - t)(z - y)."""
    proof.prove("law", squared)


generic = theorem.cited(
    "Lemma 16", "nearby weights make the wide layer's activations span R^N and the later weights of"
    " full rank; uses (wide) and (narrow)", key="nguyen_hein_2017", wording="recalled",
)  # fmt: skip
theorem.cited(
    "Lemmas 17 to 20", "then every path of outputs comes from a path of weights, see the files of"
    " Lemmas 17 and 19; the inverse activation turns activations into inputs",
    key="petzka_2021", wording="read", uses=[outputs, generic], gives=[path, region],
)  # fmt: skip

theorem.bind(s, z=lambda s: s.W(2) @ s.W(1) @ s.X, y=lambda s: s.Y, t=lambda s: "1/4")
theorem.instance("1-1-1", linear_network((1, 1, 1), X=[[1, 2]], Y=[[3, -2]]), at=[[[1]], [[2]]])
