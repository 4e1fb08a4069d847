"""Deep linear networks, Theorem 3.  The critical values.

Setting      L(W) = 1/2 |W_K ... W_1 X - Y|^2; S has the distinct positive eigenvalues
             l_1 > l_2 > ... with multiplicities mu_i, q in all; p is the smallest hidden width.
Hypotheses   (hidden) There is a hidden layer.
             (sums) Different choices of eigenvalues have different sums.
Conclusions  (values) With a hidden layer the critical values are exactly the numbers
             1/2 (tr Y Y' - sum m_i l_i) with 0 <= m_i <= mu_i and sum m_i <= p.
             (regression) Without one there is a single value, with m = mu.
             (choice) Under (sums) the value determines which eigenvalues are taken.
Source       This package. Depth and the other widths do not enter: only p does.
"""
from itertools import product

from symland.theorem import Theorem, diag, eye, linear_network

theorem = Theorem("deep_linear_theorem_3", source="symland_deep_linear", wording="own")

def choices(s):
    """All multiplicities that may be taken, and the eigenvalues, which are rational here."""
    eigenvalues = s.spectrum.eigenvalues
    roots = [-e.polynomial[0] / e.polynomial[1] for e in eigenvalues if e.polynomial.degree() == 1]
    every = product(*(range(e.multiplicity + 1) for e in eigenvalues))
    return [m for m in every if sum(m) <= min(s.p, s.spectrum.q)], roots


def value(s, m, roots):
    return s.data.scale * (s.data.T - sum(a * root for a, root in zip(m, roots, strict=True)))


def expected(s):
    every, roots = choices(s)
    return {value(s, m, roots) for m in every}

# --- Hypotheses and conclusions --------------------------------------------------------------
hidden = theorem.hypothesis("hidden", "a hidden layer", lambda s: s.H >= 1)
shallow = theorem.hypothesis("no hidden layer", "K = 1", lambda s: s.H == 0)
sums = theorem.hypothesis(
    "sums", "different choices have different sums",
    lambda s: len(expected(s)) == len(choices(s)[0]),
)
values = theorem.conclusion(
    "values", "the values are those of all choices",
    lambda s: {w.loss for w in s.places} == expected(s), given=[hidden],
)
regression = theorem.conclusion(
    "regression", "a single value, the least",
    lambda s: {w.loss for w in s.places} == {min(expected(s))}, given=[shallow],
)
choice = theorem.conclusion(
    "choice", "equal values take equal eigenvalues",
    lambda s: len({(w.loss, w.taken) for w in s.places}) == len({w.loss for w in s.places}),
    given=[hidden, sums],
)

# --- Proof -------------------------------------------------------------------------------------
only = theorem.cited(
    "Theorem 1", "the value is 1/2 (tr YY' - tr P S), and P commutes with S",
    key="symland_deep_linear", wording="own",
)
theorem.cited(
    "all occur",
    "take P with these eigenvalues and let all layers vanish off it: with"
    " K >= 2 all bars are then short enough", key="symland_deep_linear", wording="own", uses=[only],
    gives=[values, regression, choice],
)

# --- Instances: complete lists, against the sums of eigenvalues ----------------------------------
two = {"X": eye(2), "Y": diag(2, 1)}
theorem.instance("2-1-2", linear_network((2, 1, 2), **two))
theorem.instance("2-1-1-2: the same values", linear_network((2, 1, 1, 2), **two))
theorem.instance("2-2-2-2", linear_network((2, 2, 2, 2), **two))
theorem.instance(
    "3-2-2-3, a repeated eigenvalue", linear_network((3, 2, 2, 3), X=eye(3), Y=diag(2, 1, 1))
)
theorem.instance("2-2-2, a zero eigenvalue", linear_network((2, 2, 2), X=eye(2), Y=diag(2, 0)))
theorem.instance("2-2, regression", linear_network((2, 2), **two))
theorem.instance("singular inputs", linear_network((2, 1, 1), X=[[1, 0], [0, 0]], Y=[[1, 0]]))

# --- 25 = 16 + 9: one value, two choices ---------------------------------------------------------
theorem.without(
    sums, name="eigenvalues 25, 16, 9", breaks=[choice], keeps=[values],
    problem=linear_network((3, 2, 3), X=eye(3), Y=diag(5, 4, 3)),
)
