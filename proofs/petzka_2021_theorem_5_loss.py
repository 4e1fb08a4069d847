"""Petzka and Sminchisescu (2021), Theorem 5, the loss along the path.

Setting      Squared loss, one output. z are the outputs at the start of the path, y the targets;
             at time t the outputs are z + t (y - z).
Hypotheses   (order)  a <= b: two times.
             (end)    b <= 1: the path ends at t = 1.
Conclusions  (loss)    The loss at time t is (1 - t)^2 times that at the start.
             (falls)   So it falls from t = a to t = b.
Erratum      The paper prints the factor 1 - t; it is (1 - t)^2, which falls as well.
Source       The proof of Theorem 5, read.
"""

from symland.theorem import Signature, Theorem, linear_network, nonnegative, trace

theorem = Theorem("petzka_2021_theorem_5_loss", source="petzka_2021", wording="read")

s = Signature({"z": ("1", "N"), "y": ("1", "N")}, scalars=["t", "a", "b"])
z, y, t, a, b = s.letters()
one = s.one("1")


def norm2(p):
    return trace(p @ p.T)


def loss_at(t):
    return norm2(z + t * (y - z) - y)


squared = loss_at(t) - (1 - t) * (1 - t) * norm2(z - y)
order = theorem.hypothesis("order", "a <= b", words=nonnegative((b - a) * one))
end = theorem.hypothesis("end", "b <= 1", words=nonnegative((1 - b) * one))
loss = theorem.conclusion("loss", "the loss falls by (1 - t)^2", words=squared)
falls = theorem.conclusion("falls", "it never rises", words=nonnegative(loss_at(a) - loss_at(b)))


@theorem.step("outputs", gives=[loss])
def outputs(proof):
    """z + t (y - z) - y = (1 - t)(z - y)."""
    proof.prove("law", squared)


@theorem.step("two times", uses=[order, end], gives=[falls])
def two_times(proof):
    """(1 - a)^2 - (1 - b)^2 = (b - a)^2 + 2 (b - a)(1 - b)."""
    squares = [(1, [], (b - a) * (z - y)), (2, ["order", "end"], z - y)]
    proof.sum_of_squares("falls", loss_at(a) - loss_at(b), squares=squares)


theorem.bind(s, z=lambda s: s.W(2) @ s.W(1) @ s.X, y=lambda s: s.Y, t=lambda s: "1/4",
             a=lambda s: "1/4", b=lambda s: "1/2")  # fmt: skip
network = linear_network((1, 1, 1), X=[[1, 2]], Y=[[3, -2]])
theorem.instance("1-1-1", network, at=[[[1]], [[2]]])
for one_of_them, name, times in ((order, "back from 1/2 to 1/4", {"a": "1/2", "b": "1/4"}),
                                 (end, "from 1 to 2", {"a": 1, "b": 2})):  # fmt: skip
    theorem.without(one_of_them, name=name, problem=network, at=[[[1]], [[2]]], letters=times,
                    breaks=[falls], keeps=[loss])  # fmt: skip
