"""Kawaguchi (2016), Lemma 4.1.  The critical points of a deep linear network.

Setting      L(W) = 1/2 |W_{H+1} ... W_1 X - Y|^2, with W_k a real d_k x d_{k-1} matrix.
             For a layer k let A = W_{H+1} ... W_{k+1} and B = W_{k-1} ... W_1 X; both may be empty
             products, which are identities. E = W_{H+1} ... W_1 X - Y is the residual.
Conclusions  (a) The derivative of L in the direction D of the k-th layer is tr((A' E B')' D).
             (b) If the derivative vanishes in every direction of a layer, then A' E B' = 0 there.
             (c) If A' E B' = 0 at a layer, then the derivative vanishes in all its directions.
             (d) W is critical if and only if A' E B' = 0 for every k = 1, ..., H + 1.
Source       K. Kawaguchi, NeurIPS 29 (2016), Lemma 4.1; there with vec and Kronecker products,
             here with matrices, which say the same.
"""
from symland.theorem import Signature, Theorem, diag, example, eye, for_all, linear_network, trace

theorem = Theorem("kawaguchi_2016_lemma_4_1", source="kawaguchi_2016")

# V is the layer k; A and B stand for the layers above and for those below with the data.
s = Signature({"A": ("dy", "dk"), "V": ("dk", "dj"), "B": ("dj", "m"), "Y": ("dy", "m"),
               "D": ("dk", "dj"), "G": ("dk", "dj")}, scalars=["t"])
A, V, B, Y, D, G, t = s.letters()
residual = A @ V @ B - Y
loss = trace(residual @ residual.T) / 2
derivative = loss.substitute(V=V + t * D).coefficient("t", 1)  # exact: L is a polynomial
gradient = A.T @ residual @ B.T

# --- Hypotheses and conclusions --------------------------------------------------------------
critical = theorem.hypothesis("critical", "the derivative vanishes in every direction",
                              lambda s: s.point.critical, words=for_all(derivative, "D"))
linear = theorem.hypothesis("linear", "all activations are linear, the loss is squared and plain",
                            lambda s: s.linear and s.plain_loss)
theorem.definition("G", "on an instance, the gradient of the network", words=G - gradient)
a = theorem.conclusion("a", "the derivative in the direction D",
                       words=derivative - trace(gradient.T @ D))
normal = theorem.hypothesis(
    "normal", "A' E B' = 0", lambda s: all(normal_equation(s, k).is_zero() for k in layers(s)),
    words=gradient,
)
b = theorem.conclusion("b", "at a critical point A' E B' = 0", words=gradient, given=[critical])
c = theorem.conclusion(
    "c", "where A' E B' = 0 the derivative vanishes", words=derivative, given=[normal]
)
d = theorem.conclusion(
    "d", "W is critical if and only if A' E B' = 0 for all k",
    lambda s: s.point.critical == all(normal_equation(s, k).is_zero() for k in layers(s)),
)

def layers(s):
    return range(1, s.H + 2)

def normal_equation(s, k):
    above, below = s.product(s.H + 1, k + 1), s.product(k - 1, 1) @ s.X
    return above.T @ (s.product(s.H + 1, 1) @ s.X - s.Y) @ below.T

# --- Steps -----------------------------------------------------------------------------------
@theorem.step("expansion", gives=[a])
def expansion(proof):
    """Put V + tD for V and take the coefficient of t."""
    proof.prove("derivative", derivative - trace(gradient.T @ D))


@theorem.step("every direction", uses=[critical], gives=[b])
def every_direction(proof):
    """If tr(G'D) = 0 for all D, then G = 0."""
    proof.instantiate("paired", "critical")
    proof.variation("gradient", gradient, of="paired", letter="D")


@theorem.step("converse", uses=[normal], gives=[c])
def converse(proof):
    """The derivative is the trace of D'G."""
    proof.prove("vanishes", derivative)


theorem.cited(
    "layer by layer",
    "the gradient vanishes iff the derivative of each layer does; every layer"
    " occurs once in the product, so that A and B may stand for products", wording="own",
    uses=[every_direction, converse], gives=[d], discharges=[critical, normal],
)

# --- Instances: the gradient of the network itself, against the formula ------------------------
theorem.bind(
    s, A=lambda s: s.product(s.H + 1, 3), V=lambda s: s.W(2), B=lambda s: s.W(1) @ s.X,
    Y=lambda s: s.Y, D=lambda s: [[1] * s.widths[1]] * s.widths[2], t=lambda s: 1,
    G=lambda s: s.G(2),
)
two = {"X": eye(2), "Y": diag(2, 1)}
saddle = [diag(2, 0), diag(1, 0), diag(1, 0)]
theorem.instance("2-2-2-2, bad saddle", linear_network((2, 2, 2, 2), **two), at=saddle)
theorem.instance("2-2-2-2, not critical", linear_network((2, 2, 2, 2), **two), at=[eye(2)] * 3)
theorem.instance("Iris, least squares", example("iris"),
                 at=lambda s: [s.data.least_squares, eye(3)])

# --- Without linear activations the formula is another one -------------------------------------
theorem.without(linear, name="square activation", at=[[[2]], [[1]]], breaks=[d],
                problem=linear_network((1, 1, 1), X=[[1]], Y=[[4]], activation="square"))
