"""Petzka and Sminchisescu (2021), Lemma 19.  Following a path through a narrower layer.

Setting      w has more columns than rows and a right inverse R (full rank); a the activations
             below, b the bias (repeated for each sample), d the wanted change of w a + b, e a shift
             that is taken from the bias, l > 0 and g = 1/l the scale that keeps activations in
             the image of the activation.
Conclusions  (path)    With weights l w, bias b - e and activations g (a + R (d + e)) the inputs of
                       the next layer are w a + b + d.
             (printed) With the printed activations g (a + R d) + R e they are
                       w a + b + d + (l - 1) e instead.
Erratum      So the printed formula is right only where (l - 1) e = 0; (path) repairs it.
Source       Lemma 19, read; the correction and its proof are this file's.
"""

from symland.theorem import Signature, Theorem, linear_network

theorem = Theorem("petzka_2021_lemma_19", source="petzka_2021", wording="read")

s = Signature(
    {"w": ("m", "n"), "a": ("n", "N"), "R": ("n", "m"), "d": ("m", "N"), "e": ("m", "N"),
     "b": ("m", "N")},
    scalars=["l", "g"],
)  # fmt: skip
w, a, R, d, e, b, lam, g = s.letters()
wanted = w @ a + b + d
corrected = g * (a + R @ (d + e))
printed = g * (a + R @ d) + R @ e

full_rank = theorem.hypothesis("rank", "w has full row rank", words=w @ R - s.one("m"))
scale = theorem.definition("g", "g = 1 / l", g * lam - 1)
path = theorem.conclusion(
    "path",
    "the corrected activations give the wanted inputs",
    words=lam * w @ corrected + b - e - wanted,
)
residue = theorem.conclusion(
    "printed",
    "the printed activations miss them by (l - 1) e",
    words=lam * w @ printed + b - e - wanted - (lam - 1) * e,
)


@theorem.step("correction", uses=[full_rank, scale], gives=[path])
def correction(proof):
    """l g w (a + R (d + e)) = w a + d + e."""
    proof.prove("inputs", lam * w @ corrected + b - e - wanted)


@theorem.step("residue", uses=[full_rank, scale], gives=[residue])
def residue_of_the_printed(proof):
    """l w R e = l e, from which the bias takes only e."""
    proof.prove("missed", lam * w @ printed + b - e - wanted - (lam - 1) * e)


# l = 7, e = 4: the printed path misses by 24.
theorem.bind(
    s, w=lambda s: s.W(2), a=lambda s: s.W(1) @ s.X, d=lambda s: s.Y, b=lambda s: [[2, 2]],
    R=lambda s: s.W(2).T @ (s.W(2) @ s.W(2).T).inverse() if not s.W(2).is_zero()
    else [[0]] * s.widths[1],
    e=lambda s: [[4, 4]], l=lambda s: 7, g=lambda s: "1/7",
)  # fmt: skip
network = linear_network((1, 2, 1), X=[[1, 2]], Y=[[5, -3]])
theorem.instance("1-2-1", network, at=[[[1], [3]], [[1, 2]]])
theorem.without(full_rank, name="w = 0", problem=network, at=[[[1], [3]], [[0, 0]]], breaks=[path])
