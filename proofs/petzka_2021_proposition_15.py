"""Petzka and Sminchisescu (2021), Proposition 15.  When D vanishes at a replicated neuron.

Setting      D has a column for each outgoing weight of the neuron; v are these weights. At a
             critical point D v = 0, since D v is the derivative by the incoming weights.
Hypotheses   (sum)   The outgoing weights do not sum to 0: k o'v = 1 for some number k, o = ones.
             (same)  All columns of D are equal, D = d o'. So it is (i) for one outgoing weight, and
                     (ii) where the loss depends on all neurons of the next layer alike.
             (none)  (iii) The loss does not depend on the next layer to first order, D = 0.
Conclusion   (zero)  D = 0.
Source       Proposition 15, read; in case (iii) the sum does not matter.
"""

from symland.theorem import Signature, Theorem, linear_network

theorem = Theorem("petzka_2021_proposition_15", source="petzka_2021", wording="read")

s = Signature({"D": ("p", "q"), "d": ("p", "1"), "o": ("q", "1"), "v": ("q", "1")}, scalars=["k"])
D, d, o, v, k = s.letters()

critical = theorem.hypothesis("critical", "D v = 0", words=D @ v)
same = theorem.hypothesis("same", "all columns of D are equal", words=D - d @ o.T)
total = theorem.hypothesis(
    "sum", "the outgoing weights do not sum to 0", words=k * (o.T @ v) - s.one("1")
)
zero = theorem.conclusion("zero", "D = 0", words=D)


@theorem.step("cancel", uses=[critical, same, total], gives=[zero])
def cancel(proof):
    """0 = D v = (o'v) d, and k (o'v) = 1, so d = 0."""
    proof.prove("column", d, using=["critical", "same", "sum"])
    proof.prove("zero", D, using=["same", "column"])


def inverse(row):
    """1 / the sum of the entries, 0 where that is 0."""
    total = sum(row.tolist()[0])
    return 1 / total if total else 0


# Letters of an instance: D is W_1, v is W_2, with a network that only carries the matrices.
theorem.bind(
    s, D=lambda s: s.W(1).T, v=lambda s: s.W(2).T, o=lambda s: [[1]] * s.widths[1],
    d=lambda s: s.W(1).rows([0]).T, k=lambda s: inverse(s.W(2)),
)  # fmt: skip
carrier = linear_network((1, 2, 1), X=[[1]], Y=[[1]])
theorem.instance("D = 0", carrier, at=[[[0], [0]], [[1, 2]]])
theorem.without(
    total, name="v = (1, -1)", problem=carrier, at=[[[3], [3]], [[1, -1]]], breaks=[zero]
)
theorem.without(
    same, name="columns 2, -1", problem=carrier, at=[[[2], [-1]], [[1, 2]]], breaks=[zero]
)
theorem.without(
    critical, name="D v not 0", problem=carrier, at=[[[1], [1]], [[1, 2]]], breaks=[zero]
)
