"""Petzka and Sminchisescu (2021), Lemma 17.  A wide layer lets the next one follow any path.

Setting      w the weights into the next layer, a the N columns of activation vectors of the wide
             layer (n rows), J with J a = 1: it exists because the rows of a span R^N.
Conclusion   (path) Weights w + d J turn the next layer's inputs w a into w a + d, for every d; so a
             continuous path of inputs comes from a continuous path of weights.
Source       Lemma 17, read; n >= N suffices, where Theorem 5 asks for more than N neurons.
"""

from symland.theorem import Signature, Theorem, linear_network

theorem = Theorem("petzka_2021_lemma_17", source="petzka_2021", wording="read")

s = Signature({"w": ("m", "n"), "a": ("n", "N"), "J": ("N", "n"), "d": ("m", "N")})
w, a, J, d = s.letters()

span = theorem.hypothesis("span", "the activation vectors span R^N", words=J @ a - s.one("N"))
path = theorem.conclusion("path", "the inputs move by d", words=(w + d @ J) @ a - w @ a - d)


@theorem.step("weights", uses=[span], gives=[path])
def weights(proof):
    """d J a = d."""
    proof.prove("inputs", (w + d @ J) @ a - w @ a - d)


theorem.bind(
    s, w=lambda s: s.W(2), a=lambda s: s.W(1) @ s.X, d=lambda s: s.Y,
    J=lambda s: ((s.W(1) @ s.X).T @ (s.W(1) @ s.X)).inverse() @ (s.W(1) @ s.X).T
    if (s.W(1) @ s.X).rank() == s.X.shape[1] else [[0] * s.widths[1]] * s.X.shape[1],
)  # fmt: skip
two_samples = linear_network((2, 3, 1), X=[[1, 0], [0, 1]], Y=[[5, -3]])
theorem.instance("2-3-1, two samples", two_samples, at=[[[1, 2], [0, 1], [1, 1]], [[1, 1, 1]]])
theorem.without(
    span,
    name="two equal activation vectors",
    problem=two_samples,
    at=[[[1, 1], [0, 0], [1, 1]], [[1, 1, 1]]],
    breaks=[path],
)
