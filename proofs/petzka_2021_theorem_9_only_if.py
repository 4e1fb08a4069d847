"""Petzka and Sminchisescu (2021), Theorem 9, only if.  Local minima need D = 0.

Setting      As for Theorem 9. The form of Lemma 12 at y = 0 and b = 0, summed over columns of Z
             and W: al be tr Z'B Z + 2 (al + be) tr Z'D W.
Hypotheses   (psd)     The form is nonnegative for all Z and W, as at a local minimum.
             (sum)     al + be is not 0.
Conclusions  (D)       D = 0.
Source       Theorem 9, read.
"""

from symland.theorem import Signature, Theorem, for_all, nonnegative, nonzero, trace

theorem = Theorem("petzka_2021_theorem_9_only_if", source="petzka_2021", wording="read")
s = Signature({"B": ("p", "p"), "D": ("p", "q"), "Z": ("p", "q"), "W": ("q", "q")},
              scalars=["al", "be", "m"])
B, D, Z, W, al, be, m = s.letters()
columns = al * be * trace(Z.T @ B @ Z) + 2 * (al + be) * trace(Z.T @ D @ W)

total = theorem.hypothesis("sum", "al + be is not 0", words=nonzero((al + be) * s.one("1")))
everywhere = theorem.hypothesis(
    "psd", "the form is nonnegative", words=for_all(nonnegative(columns), "Z", "W")
)
vanishes = theorem.conclusion("D", "D = 0", words=D)


@theorem.step("large m", uses=[total, everywhere], gives=[vanishes])
def large_m(proof):
    """Lemma A.1 (b): at Z = D, W = -m it is linear in m, with the slope -2 (al + be) |D|^2."""
    proof.instantiate("witness", "psd", Z=D, W=-m * s.one("q"))
    proof.affine("slope", "witness", "m")
    proof.cancel("square", -2 * trace(D.T @ D), of="slope", nonzero="sum")
    proof.prove("trace", trace(D @ D.T), using=["square"])
    proof.star("D", [D], of="trace")


theorem.without(everywhere, because="D is any matrix, and the images are saddles: instance of"
                " petzka_2021_theorem_9", breaks=[vanishes], wording="own")  # fmt: skip
theorem.without(total, because="where al = -be D does not occur in the form",
                breaks=[vanishes], wording="own")  # fmt: skip
