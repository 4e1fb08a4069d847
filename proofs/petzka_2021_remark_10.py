"""Petzka and Sminchisescu (2021), Remark 10.  One hidden layer: what g is, and a factor 2.

Setting      One output f for N samples, targets y, loss |f - y|^2; the outputs move by t q. For one
             sample with residual r and outgoing weight v the form of B at z is 2 r v s''(z'x)^2.
Conclusions  (g)     The derivative of the loss is 2 (f - y): with one hidden layer g = 2 (f - y),
                     where the remark has f - y.
             (scale) With g = r in place of 2 r the form of B is halved, so no sign changes.
Source       Remark 10, read. The numbers of section 5.4 are without the 2.
"""

from symland.theorem import Signature, Theorem, linear_network, trace

theorem = Theorem("petzka_2021_remark_10", source="petzka_2021", wording="read")

s = Signature(
    {"f": ("1", "N"), "y": ("1", "N"), "q": ("1", "N"), "x": ("p", "1"), "z": ("p", "1")},
    scalars=["t", "r", "v", "s2"],
)
f, y, q, x, z, t, r, v, s2 = s.letters()
residual = f + t * q - y
derivative = trace(residual @ residual.T).coefficient("t", 1)


def form(g):
    """The form of B at z for one sample."""
    return g * v * s2 * (z.T @ x) * (z.T @ x)


g = theorem.conclusion("g", "the derivative", words=derivative - 2 * trace(q @ (f - y).T))
scale = theorem.conclusion("scale", "B is halved", words=form(2 * r) - 2 * form(r))


@theorem.step("expansion", gives=[g, scale])
def expansion(proof):
    """Expand."""
    proof.prove("derivative", derivative - 2 * trace(q @ (f - y).T))
    proof.prove("form", form(2 * r) - 2 * form(r))


theorem.bind(
    s, f=lambda s: s.W(1) @ s.X, y=lambda s: s.Y, q=lambda s: s.X, x=lambda s: [[2]],
    z=lambda s: [[3]], t=lambda s: 5, r=lambda s: -1, v=lambda s: 2, s2=lambda s: "1/7",
)  # fmt: skip
theorem.instance("1-1", linear_network((1, 1), X=[[1, 2]], Y=[[3, -2]]), at=[[[4]]])
