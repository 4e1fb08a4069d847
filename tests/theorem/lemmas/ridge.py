"""Ridge regression.  A solution of the normal equations shrinks, and there is only one.

Setting      L(W) = |W X - Y|^2 + c |W|^2.
Hypotheses   (normal) (W X - Y) X' + c W = 0, the derivative.  (c) c >= 0.
Conclusions  (fit)    tr (Y - W X)(W X)' = c |W|^2.
             (shrink) |W X|^2 <= |Y|^2.
             (unique) If (other) V is a solution too and (c') c is not 0, then V = W.
"""

from symland.theorem import (
    Signature,
    Theorem,
    diag,
    eye,
    linear_network,
    nonnegative,
    nonzero,
    trace,
)

theorem = Theorem("ridge", wording="own")
s = Signature({"W": ("dy", "dx"), "V": ("dy", "dx"), "X": ("dx", "m"), "Y": ("dy", "m")}, ["c"])
W, V, X, Y, c = s.letters()


def derivative(W):
    return (W @ X - Y) @ X.T + c * W


# --- Hypotheses and conclusions --------------------------------------------------------------
normal = theorem.hypothesis("normal", "the derivative vanishes", words=derivative(W))
sign = theorem.hypothesis("c", "c >= 0", words=nonnegative(c))
other = theorem.hypothesis("other", "it vanishes at V, too", words=derivative(V))
positive = theorem.hypothesis("c'", "c is not 0", words=nonzero(c))
against = trace((Y - W @ X) @ (W @ X).T) - c * trace(W @ W.T)
shorter = trace(Y @ Y.T) - trace(W @ X @ X.T @ W.T)
fit = theorem.conclusion("fit", "the residual against the fit", words=against)
shrink = theorem.conclusion("shrink", "the fit is shorter", words=nonnegative(shorter))
unique = theorem.conclusion("unique", "V = W", words=W - V, given=[other, positive])


# --- Steps -----------------------------------------------------------------------------------
@theorem.step("multiply", uses=[normal], gives=[fit])
def multiply(proof):
    """Multiply the normal equations by W' and take the trace."""
    proof.prove("fit", against)


@theorem.step("Pythagoras", uses=[multiply, sign], gives=[shrink])
def pythagoras(proof):
    """|Y|^2 - |W X|^2 = |Y - W X|^2 + 2 c |W|^2."""
    proof.sum_of_squares("shrink", shorter, squares=[(1, [], Y - W @ X), (2, ["c"], W)])


@theorem.step("difference", uses=[normal, other, sign, positive], gives=[unique])
def difference(proof):
    """With D = W - V, |D X|^2 + c |D|^2 = 0, where both terms are at least 0."""
    D = W - V
    proof.prove("sum", trace(D @ X @ X.T @ D.T) + c * trace(D @ D.T))
    proof.decide("unique", D)


# --- Instances, and what breaks ------------------------------------------------------------------
theorem.bind(s, W=lambda s: s.W(1), V=lambda s: s.W(1), X=lambda s: s.X, Y=lambda s: s.Y)
network = linear_network((2, 2), X=eye(2), Y=diag(4, 2))
theorem.instance("2-2", network, at=[diag(2, 1)], letters={"c": 1})
at = {"W": -2, "V": -2, "X": 1, "Y": 1, "c": "-3/2"}
theorem.without(sign, name="c = -3/2", letters=at, breaks=[shrink], keeps=[fit])
zero = {"W": [[1, 0]], "V": [[1, 5]], "X": [[1], [0]], "Y": 1, "c": 0}
theorem.without(positive, name="one input twice", letters=zero, breaks=[unique])
