"""Petzka and Sminchisescu (2021), Lemma 16.  Nearby weights are in general position.

Setting      As for Theorem 5. a is the matrix of the wide layer's activations, a column for each
             of the N samples; w a later weight matrix, E one of the same size and of full rank.
Hypotheses   (rank)   E has the right inverse R.
             (t)      (w R + t) G = 1: t is not minus an eigenvalue of w R, which excludes at most
                      as many numbers t as w has rows.
             (span)   J a = 1: the rows of a span R^N.
             (equal)  a e = 0: for two equal inputs e has entries 1 and -1 and zeros.
Conclusions  (full)   w + t E has the right inverse R G: full rank arbitrarily near w.
             (distinct) e = 0: the rows span R^N only if the inputs are distinct.
             (near)   Arbitrarily near all weights there are others for which the activation vectors
                      span R^N and all later weights have full rank.
Not checked  That the span is attained somewhere, by weights of very different size, and that an
             analytic function which is not zero has no zeros on an open set: hence (near) for the
             activations. Both concern limits of analytic functions, not equations.
Source       Lemma 16, read; it is Corollary 4.5 of Nguyen and Hein (2017), recalled. The steps
             are this file's.
"""

from fractions import Fraction

from symland.exact.rational_matrix import RationalMatrix
from symland.theorem import Signature, Theorem

theorem = Theorem("petzka_2021_lemma_16", source="petzka_2021", wording="read")

s = Signature(
    {"w": ("m", "n"), "E": ("m", "n"), "R": ("n", "m"), "G": ("m", "m"), "a": ("n", "N"),
     "J": ("N", "n"), "e": ("N", "1")},
    scalars=["t"],
)  # fmt: skip
w, E, R, G, a, J, e, t = s.letters()

rank = theorem.hypothesis("rank", "E has full row rank", words=E @ R - s.one("m"))
generic = theorem.hypothesis(
    "t", "w R + t is invertible", words=(w @ R + t * s.one("m")) @ G - s.one("m")
)
span = theorem.hypothesis("span", "the activation vectors span R^N", words=J @ a - s.one("N"))
equal = theorem.hypothesis("equal", "a e = 0", words=a @ e)
full = theorem.conclusion(
    "full", "w + t E has full row rank", words=(w + t * E) @ (R @ G) - s.one("m")
)
distinct = theorem.conclusion("distinct", "no two columns of a are equal", words=e)
near = theorem.conclusion("near", "such weights lie arbitrarily near")


@theorem.step("line", uses=[rank, generic], gives=[full])
def line(proof):
    """(w + t E) R = w R + t."""
    proof.prove("full", (w + t * E) @ (R @ G) - s.one("m"))


@theorem.step("columns", uses=[span, equal], gives=[distinct])
def columns(proof):
    """e = J a e."""
    proof.prove("distinct", e)


theorem.cited(
    "Corollary 4.5", "the span is attained for some weights, and lost only where an analytic"
    " function vanishes", key="nguyen_hein_2017", wording="recalled", uses=[line], gives=[near],
)  # fmt: skip

# --- Three neurons with incoming weights log 2, 2 log 2, -log 2; w = 0 has no full rank ----------
def at(first, second):
    """The letters for these two inputs; the sigmoid of k log 2 is 2^k / (1 + 2^k)."""
    powers = [[Fraction(2) ** (k * x) for x in (first, second)] for k in (1, 2, -1)]
    a = RationalMatrix([[p / (1 + p) for p in row] for row in powers])
    J = (a.T @ a).inverse() @ a.T if a.rank() == 2 else RationalMatrix.zero(2, 3)
    e = [[1], [-1]] if first == second else [[0], [0]]
    return {"w": [[0, 0, 0]], "E": [[1, 0, 0]], "R": [[1], [0], [0]], "G": 8, "t": "1/8", "a": a,
            "J": J, "e": e}


theorem.instance("x = 0, 1", letters=at(0, 1))
theorem.without(span, name="x = 1, 1", letters=at(1, 1), breaks=[distinct], keeps=[full])
zero = [[0, 0, 0]]
theorem.without(rank, name="E = 0", letters=at(0, 1) | {"E": zero}, breaks=[full])
theorem.without(generic, name="t = 0", letters=at(0, 1) | {"t": 0}, breaks=[full])
theorem.without(equal, name="e not 0", letters=at(0, 1) | {"e": [[1], [-1]]}, breaks=[distinct])
