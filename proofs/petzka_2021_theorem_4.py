"""Petzka and Sminchisescu (2021), Theorem 4 and Lemma A.2.  Local minima at infinity.

Setting      Sigmoid network with biases, squared loss, the last hidden biases at infinity, so that
             the outputs are c = v_1 + v_2 for all samples; c is the mean of the targets y, and
             d = c - y. With p_i = exp(-bias) the outputs are sum v_i / (1 + p_i E_i), where E_i is
             the row of exp(-u_i x) over the samples. S_i = d E_i'.
Conclusions  (loss)   With outputs c + h the loss is |d|^2 + 2 d h' + |h|^2.
             (first)  To first order h = -v_1 p_1 E_1 - v_2 p_2 E_2, so the loss grows with each p_i
                      where v_i S_i < 0.
             (signs)  v_1 S_1 < 0 and v_2 S_2 < 0 in the instance.
             (min)    For almost all data a generalized local minimum at infinity exists; it is
                      suboptimal if and only if a constant is not the best fit.
Source       Theorem 4 and Lemma A.2, read. Lemma A.2 (both signs of S occur if d is not orthogonal
             to all activations) is cited; its hypothesis of two neurons is not used in its proof,
             but two are needed here for the two signs. With one hidden neuron v = c is forced.
"""

from symland.theorem import Signature, Theorem, linear_network, nonnegative, trace

theorem = Theorem("petzka_2021_theorem_4", source="petzka_2021", wording="read")

s = Signature(
    {"d": ("1", "N"), "h": ("1", "N"), "E1": ("1", "N"), "E2": ("1", "N")},
    scalars=["v1", "v2", "p1", "p2", "t"],
)
d, h, E1, E2, v1, v2, p1, p2, t = s.letters()


def norm2(p):
    return trace(p @ p.T)


expansion = norm2(d + h) - norm2(d) - 2 * trace(d @ h.T) - norm2(h)
change = -t * p1 * v1 * E1 - t * p2 * v2 * E2
slope = norm2(d + change).coefficient("t", 1)
signs_of = 2 * p1 * v1 * trace(d @ E1.T) + 2 * p2 * v2 * trace(d @ E2.T)

loss = theorem.conclusion("loss", "the loss of outputs c + h", words=expansion)
first = theorem.conclusion("first", "the slope is -2 sum p_i v_i S_i", words=slope + signs_of)
signs = theorem.conclusion(
    "signs", "v_1 S_1 <= -1 and v_2 S_2 <= -1 in the instance",
    words=[nonnegative(-v1 * trace(d @ E1.T) - 1), nonnegative(-v2 * trace(d @ E2.T) - 1)],
)  # fmt: skip
least = theorem.conclusion("min", "a generalized local minimum at infinity")


@theorem.step("expand", gives=[loss, first])
def expand(proof):
    """Expand the squares."""
    proof.prove("loss", expansion)
    proof.prove("slope", slope + signs_of)


theorem.cited(
    "Lemma A.2", "both signs of S occur for almost all data; then v_i S_i < 0 and v_1 + v_2 = c"
    " can be had together", key="petzka_2021", wording="read", uses=[expand], gives=[least, signs],
)  # fmt: skip

# x = 0, 1, 2 and y = 1, 3, -1: c = 1, d = (0, -2, 2). With u_1 = log 2 and u_2 = -log 2 the rows E
# are powers of 1/2 and of 2: S_1 = -1/2, S_2 = 4, and v = (2, -1) has the sum 1.
theorem.bind(
    s, d=lambda s: [[0, -2, 2]], h=lambda s: [[1, 1, 1]], E1=lambda s: [[1, "1/2", "1/4"]],
    E2=lambda s: [[1, 2, 4]], v1=lambda s: 2, v2=lambda s: -1, p1=lambda s: 1, p2=lambda s: 1,
    t=lambda s: 1,
)  # fmt: skip
theorem.instance("x = 0, 1, 2", linear_network((1, 1), X=[[0, 1, 2]], Y=[[1, 3, -1]]), at=[[[0]]])
