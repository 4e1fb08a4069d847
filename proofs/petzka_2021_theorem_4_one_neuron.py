"""Petzka and Sminchisescu (2021), Theorem 4, one hidden neuron.  No local minimum at infinity.

Setting      As for Theorem 4, with one neuron in the last hidden layer: outputs v g, where
             g = 1 / (1 + p E) = 1 - R, R = p E / (1 + p E), and E > 0 depends on the incoming
             weights u. At infinity (p = 0) the output is the constant v; only v = c can be a
             minimum. Let c = 0: the targets y have the sum 0, and the loss there is |y|^2.
Definitions  (g)      g = o - R with o = (1, .., 1), and q = y R', which tends to 0 with p.
Hypotheses   (l)      l >= 0 and l |g|^2 <= 1, as for l = 1/N, since 0 < g <= 1 where p >= 0.
Conclusions  (change) The loss exceeds |y|^2 by 2 v y R' + v^2 |g|^2.
             (lower)  With v = -l q it is below |y|^2 by l q^2 at least.
             (none)   So no point p = 0, v = 0 with finite u is a generalized local minimum, for
                      almost all y: near each u there is one with y E' != 0, and then q != 0 for
                      small p > 0.
Instance     1-1-1 with u = log 2, p = 1/8, l = 1/3. Without (l): l = 6 and l = -1.
Source       This file; Theorem 4 asks for two neurons.
"""

from fractions import Fraction

from symland.theorem import Signature, Theorem, nonnegative, trace

theorem = Theorem("petzka_2021_theorem_4_one_neuron", source="petzka_2021", wording="own")
row = ("1", "N")
s = Signature({"y": row, "g": row, "R": row, "o": row}, scalars=["v", "q", "l"])
y, g, R, o, v, q, lam = s.letters()
one = s.one("1")


def norm2(x):
    return trace(x @ x.T)


bend = 2 * v * trace(y @ R.T) + v * v * norm2(g)
fall = norm2(y) - norm2(lam * q * g + y) - lam * q * q * trace(one)

mean = theorem.definition("c", "c = 0", y @ o.T)
bent = theorem.definition("g", "g = 1 - R", g - o + R)
overlap = theorem.definition("q", "q = y R'", y @ R.T - q * one)
least = theorem.hypothesis("l", "l >= 0", words=nonnegative(lam * one))
most = theorem.hypothesis("l g", "l |g|^2 <= 1", words=nonnegative(one - lam * g @ g.T))
change = theorem.conclusion(
    "change", "the change of the loss", words=norm2(v * g - y) - norm2(y) - bend
)
lower = theorem.conclusion("lower", "the loss is lower", words=nonnegative(fall))
none = theorem.conclusion("none", "no generalized local minimum with v = 0")


@theorem.step("expand", uses=[mean, bent], gives=[change])
def expand(proof):
    """-2 v y g' = 2 v y R', as y o' = 0."""
    proof.prove("change", norm2(v * g - y) - norm2(y) - bend)


@theorem.step("small v", uses=[mean, bent, overlap, least, most], gives=[lower])
def small_v(proof):
    """y g' = -q, so l q^2 (1 - l |g|^2) is left."""
    proof.prove("y g'", trace(y @ g.T) + q * trace(one))
    proof.sum_of_squares("lower", fall, [(1, ["l", "l g"], q * one)], using=["y g'"])


theorem.cited(
    "analytic", "y E' is an analytic function of u, for almost all y not identically 0",
    wording="own", uses=[small_v], gives=[none],
)  # fmt: skip


# --- x = 0, 1, 2, y = (1, 1, -2): E = (1, 1/2, 1/4) ---------------------------------------------
def letters(lam):
    """The letters for v = -l q, p = 1/8."""
    y, R = [1, 1, -2], [e / (8 + e) for e in (Fraction(1), Fraction(1, 2), Fraction(1, 4))]
    q = sum(a * r for a, r in zip(y, R, strict=True))
    return {"y": [y], "R": [R], "g": [[1 - r for r in R]], "o": [[1, 1, 1]], "q": q, "l": lam,
            "v": -lam * q}


theorem.instance("l = 1/3", letters=letters(Fraction(1, 3)))
theorem.without(most, name="l = 6", letters=letters(6), breaks=[lower], keeps=[change])
theorem.without(least, name="l = -1", letters=letters(-1), breaks=[lower], keeps=[change])
