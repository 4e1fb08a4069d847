"""Balanced layers.  A critical point of a regularized network with one hidden layer is balanced.

Setting      L(V, U) = 1/2 |V U X - Y|^2 + c/2 (|V|^2 + |U|^2).
Hypotheses   (upper) (V U X - Y)(U X)' + c V = 0.  (lower) V'(V U X - Y) X' + c U = 0.
Conclusions  (balanced) V'V = U U'.
             (zero)     A neuron without incoming weights has no outgoing ones.
As stated (balanced) is false, for c may be 0; balanced_mended adds what is missing.
"""

from symland.theorem import Signature, Theorem, diag, eye, linear_network, nonzero

s = Signature(
    {"V": ("dy", "d1"), "U": ("d1", "dx"), "X": ("dx", "m"), "Y": ("dy", "m"), "e": ("d1", "1")},
    scalars=["c"],
)
V, U, X, Y, e, c = s.letters()
residual = V @ U @ X - Y


def stated(name, mended):
    """The theorem, with the hypothesis that was forgotten if it is to be mended."""
    theorem = Theorem(name, wording="own")
    upper = theorem.hypothesis("upper", "the derivative by V", words=residual @ X.T @ U.T + c * V)
    lower = theorem.hypothesis("lower", "the derivative by U", words=V.T @ residual @ X.T + c * U)
    needed = [upper, lower]
    if mended:
        needed.append(theorem.hypothesis("c", "c is not 0", words=nonzero(c)))
    silent = theorem.hypothesis("silent", "no incoming weights", words=U.T @ e)
    balanced = theorem.conclusion("balanced", "V'V = UU'", words=V.T @ V - U @ U.T)
    zero = theorem.conclusion("zero", "no outgoing weights", words=V @ e, given=[silent])

    @theorem.step("multiply", uses=needed, gives=[balanced])
    def multiply(proof):
        """Multiply by V' on the left and by U' on the right; c cancels."""
        proof.decide("balanced", V.T @ V - U @ U.T)

    @theorem.step("one neuron", uses=[multiply, silent], gives=[zero])
    def one_neuron(proof):
        """|V e|^2 = |U'e|^2."""
        proof.decide("zero", V @ e)

    theorem.bind(
        s,
        V=lambda s: s.W(2),
        U=lambda s: s.W(1),
        X=lambda s: s.X,
        Y=lambda s: s.Y,
        c=lambda s: s.X[0, 0] - 1,
    )
    return theorem, needed, balanced


network = {"problem": linear_network((2, 2, 2), X=eye(2), Y=diag(2, 1)), "at": [eye(2), diag(2, 1)]}
theorem, _, _ = stated("balanced", mended=False)
theorem.instance("2-2-2", **network)
mended, needed, balanced = stated("balanced_mended", mended=True)
mended.instance("1-1-1", linear_network((1, 1, 1), X=[[2]], Y=[[3]]), at=[[[1]], [[1]]],
                letters={"c": 2, "e": 0})  # fmt: skip
mended.without(needed[2], name="2-2-2", breaks=[balanced], **network)
