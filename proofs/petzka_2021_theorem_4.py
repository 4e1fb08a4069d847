"""Petzka and Sminchisescu (2021), Theorem 4.  Local minima at infinity.

Setting      Sigmoid network with biases, squared loss, the last hidden biases near infinity. c is
             the mean of the targets y, and d = c - y has the sum 0. With p_i = exp(-bias) >= 0
             the outputs are sum v_i / (1 + p_i E_i), where E_i is the row of exp(-u_i x) over the
             samples. So they are c + h with h = k - v_1 p_1 F_1 - v_2 p_2 F_2, where
             k = v_1 + v_2 - c and F_i = E_i / (1 + p_i E_i). Two neurons in the last hidden layer;
             more of them add terms of the same form.
Hypotheses   (p)      p_1, p_2 >= 0: points of the extended parameter space.
             (S)      -v_1 d F_1' >= 0 and -v_2 d F_2' >= 0. Where p = 0 this is v_i S_i <= 0 with
                      S_i = d E_i'; if v_i S_i < 0 there, it holds nearby, by continuity.
Conclusions  (loss)   With outputs c + h the loss is |d|^2 + 2 d h' + |h|^2.
             (first)  To first order h = -v_1 p_1 E_1 - v_2 p_2 E_2, so the loss grows with each p_i
                      where v_i S_i < 0.
             (least)  The loss is at least |d|^2, its value at infinity (p = 0, v_1 + v_2 = c): a
                      whole neighborhood, without a remainder.
             (infinity) With v_1 S_1 < 0 and v_2 S_2 < 0 the point at infinity is a generalized
                      local minimum.
             (min)    For almost all data there is one; it is suboptimal if and only if a constant
                      is not the best fit.
Source       Theorem 4, read; (least) is this file's. Lemma A.2 has a file of its own. With one
             hidden neuron v = c is forced, so that the sign of S must fit.
"""
from fractions import Fraction

from symland.theorem import Signature, Theorem, linear_network, nonnegative, trace

theorem = Theorem("petzka_2021_theorem_4", source="petzka_2021", wording="read")
row = ("1", "N")
s = Signature({"d": row, "h": row, "E1": row, "E2": row, "F1": row, "F2": row, "o": row},
              scalars=["v1", "v2", "p1", "p2", "t", "k"])
d, h, E1, E2, F1, F2, o, v1, v2, p1, p2, t, k = s.letters()
one = s.one("1")

def norm2(p):
    return trace(p @ p.T)

expansion = norm2(d + h) - norm2(d) - 2 * trace(d @ h.T) - norm2(h)
to_first_order = -t * p1 * v1 * E1 - t * p2 * v2 * E2
slope = norm2(d + to_first_order).coefficient("t", 1)
signs_of = 2 * p1 * v1 * trace(d @ E1.T) + 2 * p2 * v2 * trace(d @ E2.T)
gain = norm2(d + h) - norm2(d)

mean = theorem.definition("mean", "c is the mean of y", d @ o.T)
outputs = theorem.definition("h", "the outputs", h - k * o + v1 * p1 * F1 + v2 * p2 * F2)
first_p = theorem.hypothesis("p1", "p_1 >= 0", words=nonnegative(p1 * one))
second_p = theorem.hypothesis("p2", "p_2 >= 0", words=nonnegative(p2 * one))
S1 = theorem.hypothesis("S1", "-v_1 d F_1' >= 0", words=nonnegative(-v1 * d @ F1.T))
S2 = theorem.hypothesis("S2", "-v_2 d F_2' >= 0", words=nonnegative(-v2 * d @ F2.T))

loss = theorem.conclusion("loss", "the loss of outputs c + h", words=expansion)
first = theorem.conclusion("first", "the slope is -2 sum p_i v_i S_i", words=slope + signs_of)
least = theorem.conclusion("least", "nothing nearby is lower", words=nonnegative(gain))
infinity = theorem.conclusion("infinity", "a generalized local minimum at infinity")
exist = theorem.conclusion("min", "it exists for almost all data")

@theorem.step("expand", gives=[loss, first])
def expand(proof):
    """Expand the squares."""
    proof.prove("loss", expansion)
    proof.prove("slope", slope + signs_of)

@theorem.step("bound", uses=[mean, outputs, first_p, second_p, S1, S2], gives=[least])
def bound(proof):
    """2 d h' + |h|^2, where d o' = 0: the sum of |h|^2 and 2 p_i (-v_i d F_i')."""
    squares = [(1, [], h), (2, ["p1", "S1"], one), (2, ["p2", "S2"], one)]
    proof.sum_of_squares("least", gain, squares)

theorem.cited("continuity", "(S) stays true near a point with v_i S_i < 0, as F_i = E_i where"
              " p_i = 0", wording="own", uses=[bound], gives=[infinity])
theorem.cited("Lemma A.2", "both signs of S occur for almost all data; then v_i S_i < 0 and"
              " v_1 + v_2 = c can be had together", key="petzka_2021", wording="read",
              uses=[expand], gives=[exist])

# --- x = 0, 1, 2 and y = 1, 3, -1: c = 1, d = (0, -2, 2); u_1 = log 2, u_2 = -log 2 --------------
# S_1 = -1/2, S_2 = 4, so v = (2, -1), whose sum is 1, is a minimum. Nearby: p = (1/8, 1/16),
# v = (3, -1). The weights of the instance are v_1 and v_2.
P, half = (Fraction(1, 8), Fraction(1, 16)), Fraction(1, 2)
E = [[base**x for x in (0, 1, 2)] for base in (half, Fraction(2))]
G = [[e / (1 + p * e) for e in es] for p, es in zip(P, E, strict=True)]  # the rows F

def change(s):
    """h at p."""
    v, w = s.W(1).tolist()[0]
    return [[v + w - 1 - v * P[0] * f - w * P[1] * g for f, g in zip(*G, strict=True)]]

theorem.bind(
    s, d=lambda s: [[1 - y for y in s.Y.tolist()[0]]], E1=lambda s: E[:1], E2=lambda s: E[1:],
    F1=lambda s: G[:1], F2=lambda s: G[1:], o=lambda s: [[1, 1, 1]], h=change,
    v1=lambda s: s.W(1).entry(0, 0), v2=lambda s: s.W(1).entry(0, 1), t=lambda s: 1,
    p1=lambda s: P[0], p2=lambda s: P[1], k=lambda s: s.W(1)[0, 0] + s.W(1)[0, 1] - 1)
carrier = linear_network((2, 1), X=[[0, 1, 2], [1, 1, 1]], Y=[[1, 3, -1]])
theorem.instance("v = (3, -1)", carrier, at=[[[3, -1]]])
theorem.without(S2, name="v = (1/2, 1/2)", problem=carrier, at=[[["1/2", "1/2"]]], breaks=[least])
