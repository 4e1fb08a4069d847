"""Kawaguchi (2016), Theorem 2.3, structured layers.  Convolutions have poor local minima.

Setting      L = 1/2 |W_2 W_1 - Y|^2, the network 3-2-1 with X = I and Y = (1, 0, 3/2). Its layers
             are convolutions with filters (a, b) and (c, d), so that weights are shared:
             W_1 = [a b 0; 0 a b] = a P + b Q and W_2 = [c d] = c u + d v.
Hypotheses   (A1) to (A4), (linear), (plain) as in Theorem 2.3: they hold here.
             (dense) No weights are shared or missing. That is dropped.
             (near) 4 a c >= 3; then p = 1/(a c) exists.  (minimum) L = 9/8 at (a, b), (c, d).
Conclusions  (loss) 2 L = (a c - 1)^2 + (a d + b c)^2 + (b d - 3/2)^2.
             (local) L >= 9/8 wherever (near) holds.
             (points) L = 9/8 at the filters (1, 0), (1, 0), where 4 a c = 4 is more than 3: a local
             minimum. L = 1/2 at (0, 1), (0, 3/2).
             (ii) L is not lower at other filters (e, f), (g, h) than at a local minimum.
Source       K. Kawaguchi, NeurIPS 29 (2016), Theorem 2.3 (ii); the rest is a remark of this file.
"""
from fractions import Fraction

from symland.theorem import Signature, Theorem, eye, linear_network, nonnegative, trace

theorem = Theorem("kawaguchi_2016_theorem_2_3_structured", source="kawaguchi_2016", wording="own")
# x, y, z are the unit rows of the input space, u and v those of the hidden layer.
row, hidden, layer = ("1", "dx"), ("1", "d1"), ("d1", "dx")
s = Signature({"W": layer, "V": hidden, "Y": row, "P": layer, "Q": layer, "u": hidden, "v": hidden,
               "x": row, "y": row, "z": row}, scalars="abcdefghp")
W, V, Y, P, Q, u, v, x, y, z, a, b, c, d, e, f, g, h, p = s.letters()
half, goal = Fraction(1, 2), Fraction(3, 2)
r = (a * c - 1) * x + (a * d + b * c) * y + (b * d - goal) * z  # W_2 W_1 - Y

def L(V, W):
    return trace((V @ W - Y) @ (V @ W - Y).T) / 2

def value(a, b, c, d):
    return ((a * c - 1) * (a * c - 1) + (a * d + b * c) * (a * d + b * c)
            + (b * d - goal) * (b * d - goal)) / 2
# --- Hypotheses and letters ------------------------------------------------------------------
ranks = theorem.hypothesis("A1, A2", "X X' and X Y' have full rank",
                           lambda s: s.rank_inputs == s.d_x and s.rank_cross == min(s.d_x, s.d_y))
shape = theorem.hypothesis("A3, A4", "d_y <= d_x, S has distinct eigenvalues",
                           lambda s: s.d_y <= s.d_x and s.distinct_eigenvalues)
plain = theorem.hypothesis("linear, plain", "linear activations, squared loss without weights",
                           lambda s: s.linear and s.plain_loss)
dense = theorem.hypothesis("dense", "layers without structure: no shared or missing weights")
near = theorem.hypothesis("near", "4 a c >= 3", words=nonnegative(4 * a * c - 3))
minimum = theorem.hypothesis("minimum", "L = 9/8", words=value(a, b, c, d) - Fraction(9, 8))
inverse = theorem.definition("p", "p = 1/(a c)", p * a * c - 1)
letters = [theorem.definition(name, text, words) for name, text, words in (
    ("W_1", "a convolution", W - a * P - b * Q), ("W_2", "another", V - c * u - d * v),
    ("Y", "the targets", Y - x - goal * z), ("uP", "P, Q in unit rows", u @ P - x),
    ("uQ", "their rows", u @ Q - y), ("vP", "their rows", v @ P - y), ("vQ", "", v @ Q - z),
    ("xx", "unit rows", x @ x.T - 1), ("yy", "", y @ y.T - 1), ("zz", "", z @ z.T - 1),
    ("xy", "orthogonal", x @ y.T), ("xz", "", x @ z.T), ("yz", "", y @ z.T))]
# --- Conclusions -----------------------------------------------------------------------------
expanded = L(V, W) - trace(value(a, b, c, d))
formula = theorem.conclusion("loss", "the loss in the filters", words=expanded)
local = theorem.conclusion("local", "L >= 9/8", given=[near],
                           words=nonnegative(L(V, W) - Fraction(9, 8)))
points = theorem.conclusion("points", "a local minimum 9/8, and 1/2 elsewhere",
                            words=[L(u, P) - Fraction(9, 8), L(goal * v, Q) - half])
ii = theorem.conclusion("ii", "local minima are global", given=[near, minimum],
                        words=nonnegative(value(e, f, g, h) - value(a, b, c, d)))
# --- Steps -----------------------------------------------------------------------------------
@theorem.step("convolve", uses=letters, gives=[formula])
def convolve(proof):
    """W_2 W_1 = a c x + (a d + b c) y + b d z, in orthonormal rows."""
    both = (c * u + d * v) @ (a * P + b * Q)
    for name, words, facts in (
        ("filters", V @ W - both, "W_1 W_2"), ("rows", both - r - x - goal * z, "uP uQ vP vQ"),
        ("residual", V @ W - Y - r, "filters rows Y"),
        ("square", L(V, W) - trace(r @ r.T) / 2, "residual"),
        ("norm", trace(r @ r.T) / 2 - trace(value(a, b, c, d)), "xx yy zz xy xz yz"),
        ("loss", expanded, "square norm"),
    ):
        proof.prove(name, words, using=facts.split())

@theorem.step("squares", uses=[convolve, near, inverse], gives=[local])
def squares(proof):
    """p = p^2 a c >= 0, and p (4 a c - 3) (a d + b c)^2 >= 0."""
    proof.sum_of_squares("p >= 0", p, [(half / 2, ["near"], p), (goal / 2, [], p)], using=["p"])
    proof.sum_of_squares("local", L(V, W) - Fraction(9, 8), using=["loss", "p"], squares=[
        (half, [], a * c - 1), (half, [], b * d), (half / 4, ["p >= 0", "near"], a * d + b * c),
        (goal / 4, ["p >= 0"], a * d - b * c)])

@theorem.step("two points", uses=letters, gives=[points])
def two_points(proof):
    """W_2 W_1 - Y is -3/2 z at the first, -x at the second."""
    proof.prove("minimum value", L(u, P) - Fraction(9, 8))
    proof.prove("lower value", L(goal * v, Q) - half)

theorem.cited("Theorem 2.3", key="kawaguchi_2016", uses=[ranks, shape, plain, dense], gives=[ii])
# --- The network at the local minimum; (e, f), (g, h) is the lower point -------------------------
theorem.bind(
    s, W=lambda s: s.W(1), V=lambda s: s.W(2), Y=lambda s: s.Y, P=lambda s: [[1, 0, 0], [0, 1, 0]],
    Q=lambda s: [[0, 1, 0], [0, 0, 1]], u=lambda s: [[1, 0]], v=lambda s: [[0, 1]],
    x=lambda s: [[1, 0, 0]], y=lambda s: [[0, 1, 0]], z=lambda s: [[0, 0, 1]],
    a=lambda s: s.W(1).entry(0, 0), b=lambda s: s.W(1).entry(0, 1), c=lambda s: s.W(2).entry(0, 0),
    d=lambda s: s.W(2).entry(0, 1), p=lambda s: 1 / (s.W(1)[0, 0] * s.W(2)[0, 0]),
    e=lambda s: 0, f=lambda s: 1, g=lambda s: 0, h=lambda s: goal)
theorem.without(dense, name="two convolutions", at=[[[1, 0, 0], [0, 1, 0]], [[1, 0]]], breaks=[ii],
                fails="not dense: weights are shared", keeps=[formula, local, points],
                problem=linear_network((3, 2, 1), X=eye(3), Y=[[1, 0, "3/2"]]))
