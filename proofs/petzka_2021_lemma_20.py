"""Petzka and Sminchisescu (2021), Lemma 20.  Every path of outputs comes from a path of weights.

Setting      A wide layer with activations a (J a = 1, Lemma 16), from which w1, b1 lead to the
             inputs of the next layer; its activations h, and from there w2 (with right inverse R),
             b2 (each bias repeated for each sample) to the outputs, or to one more layer. d is the
             wanted change of the outputs, e the shift taken from the bias, l > 0 with g = 1/l.
             h2 = g (h + R (d + e)) are the activations of Lemma 19, and n2 are inputs that give
             them (Lemma 18).
Conclusions  (outputs) With the weights l w2, bias b2 - e and activations h2 the outputs move by d.
             (inputs)  With the weights w1 + (n2 - w1 a - b1) J the inputs are n2, so that the
                       activations are h2.
             (start)   For d = e = 0 and l = 1 nothing moves: h2 = h.
             (path)    A continuous path of outputs from the present ones, through any number of
                       layers that do not get wider, comes from a continuous path of weights.
Source       Lemma 20, read, with Lemma 19 as corrected in its file. (path) repeats these steps
             layer by layer from the outputs down; l and e are chosen so large that h2 stays in the
             image of the activation, continuously in d.
"""
from fractions import Fraction

from symland.exact.rational_matrix import RationalMatrix
from symland.theorem import Signature, Theorem

theorem = Theorem("petzka_2021_lemma_20", source="petzka_2021", wording="read")
s = Signature({"a": ("n", "N"), "J": ("N", "n"), "w1": ("m", "n"), "b1": ("m", "N"),
               "n2": ("m", "N"), "h": ("m", "N"), "h2": ("m", "N"), "w2": ("k", "m"),
               "R": ("m", "k"), "b2": ("k", "N"), "d": ("k", "N"), "e": ("k", "N")},
              scalars=["l", "g"])
a, J, w1, b1, n2, h, h2, w2, R, b2, d, e, lam, g = s.letters()
moved = lam * w2 @ h2 + b2 - e - w2 @ h - b2 - d
followed = (w1 + (n2 - w1 @ a - b1) @ J) @ a + b1 - n2
start = (g * (h + R @ (d + e)) - h).substitute(d=d - d, e=e - e)

span = theorem.hypothesis("span", "the wide layer's activations span R^N", words=J @ a - s.one("N"))
rank = theorem.hypothesis("rank", "w2 has full row rank", words=w2 @ R - s.one("k"))
scale = theorem.definition("g", "g = 1 / l", g * lam - 1)
wanted = theorem.definition("h2", "the activations of Lemma 19", words=h2 - g * (h + R @ (d + e)))
outputs = theorem.conclusion("outputs", "the outputs move by d", words=moved)
inputs = theorem.conclusion("inputs", "the inputs are n2", words=followed)
same = theorem.conclusion("start", "where g = 1 nothing moves", words=start - (g - 1) * h)
path = theorem.conclusion("path", "every path of outputs comes from a path of weights")


@theorem.step("through the narrow layer", uses=[rank, scale, wanted], gives=[outputs])
def narrow(proof):
    """l w2 g (h + R (d + e)) = w2 h + d + e: Lemma 19."""
    proof.prove("outputs", moved)


@theorem.step("from the wide layer", uses=[span], gives=[inputs])
def wide(proof):
    """(n2 - w1 a - b1) J a = n2 - w1 a - b1: Lemma 17."""
    proof.prove("inputs", followed)


@theorem.step("beginning", gives=[same])
def beginning(proof):
    """Put in d = e = 0."""
    proof.prove("start", start - (g - 1) * h)


theorem.cited(
    "continuity", "all formulas are continuous in d, e, l and n2, and n2 in h2 by Lemma 18; layer"
    " by layer they are put together", key="petzka_2021", wording="read",
    uses=[narrow, wide, beginning], gives=[path],
)


# --- 1-2-1-1 at one time of a path; what goes into a sigmoid is in units of log 2 ----------------
def sigmoid(*ks):
    """The sigmoids of k log 2, as a row."""
    return RationalMatrix([[Fraction(2) ** k / (1 + Fraction(2) ** k) for k in ks]])


def at(xs):
    """The letters for these inputs; the incoming weights of the wide layer are log 2, 2 log 2."""
    a = RationalMatrix([sigmoid(*(k * x for x in xs)).tolist()[0] for k in (1, 2)])
    J = a.inverse() if a.rank() == 2 else RationalMatrix.zero(2, 2)
    change = (sigmoid(2, 0).scale(3) - sigmoid(1, 2)).scale(2) - RationalMatrix([[1, 1]])
    return {"a": a, "J": J, "b1": [[0, 0]], "w1": RationalMatrix([[1, 2]]) @ J, "n2": [[2, 0]],
            "h": sigmoid(1, 2), "h2": sigmoid(2, 0), "w2": 2, "R": "1/2", "b2": [[5, 5]],
            "e": [[1, 1]], "l": 3, "g": "1/3", "d": change}


theorem.instance("x = 0, 1", letters=at([0, 1]))
theorem.without(span, name="x = 1, 1", letters=at([1, 1]), breaks=[inputs], keeps=[outputs])
theorem.without(rank, name="w2 = 0", breaks=[outputs], keeps=[inputs],
                letters=at([0, 1]) | {"w2": 0, "R": 0, "h2": sigmoid(1, 2).scale(Fraction(1, 3))})
