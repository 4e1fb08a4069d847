"""Deep linear networks, Theorem 7.  The critical set is a finite union of strata.

Setting      As in Theorems 1 to 5. A stratum is named by the multiplicities m_i of the eigenvalues
             taken, 0 <= m_i <= mu_i, r = sum m_i <= p, and by a barcode whose bars contain the
             spaces rank A - r, d_1 - r, ..., d_H - r, d_y - r times, q - r of them with B'.
Conclusions  (list) The critical set is the disjoint union of these strata; none is empty.
             (constant) Loss, kind and inertia are constant on each.
             (dimension) The dimension of a stratum is at most the nullity of the Hessian there.
             (mixed) Where the largest eigenvalues are taken, but fewer than min(p, q), strict and
             non-strict saddles both occur as soon as there are two hidden layers.
Source       This package.
"""
from symland.theorem import Theorem, diag, eye, linear_network

theorem = Theorem("deep_linear_theorem_7", source="symland_deep_linear", wording="own")

# --- Conclusions -----------------------------------------------------------------------------
deep = theorem.hypothesis("deep", "two hidden layers or more", lambda s: s.H >= 2)


def mixed(s):
    """For each rank below the largest, the top eigenvalues come with both kinds of saddle."""
    spectrum = s.spectrum
    kinds = {}
    for w in s.places:
        kinds.setdefault(w.taken, set()).add(w.kind)
    both = [m for m, found in kinds.items() if {"strict_saddle", "non_strict_saddle"} <= found]
    return len(both) == min(s.p, spectrum.q)


listed = theorem.conclusion(
    "list", "every stratum has a point, checked to lie on it",
    lambda s: len(s.representatives) == len(s.places),
)
constant = theorem.conclusion(
    "constant", "one kind and one inertia a stratum",
    lambda s: (
        [(w.kind, w.inertia) for w in s.representatives] == [(w.kind, w.inertia) for w in s.places]
    ),
)
dimension = theorem.conclusion(
    "dimension", "at most the nullity", lambda s: s.every(lambda w: w.dimension <= w.inertia[2])
)
both_kinds = theorem.conclusion(
    "mixed", "one choice of eigenvalues of each rank below the largest is mixed", mixed,
    given=[deep],
)

# --- Proof -------------------------------------------------------------------------------------
bars = theorem.cited("Theorem 2", "barcodes", key="symland_deep_linear", wording="own")
theorem.cited(
    "orbits",
    "points with the same data form one orbit of a group over a product of"
    " Grassmannians; representatives are wired along the bars", key="symland_deep_linear",
    wording="own", uses=[bars], gives=[listed, constant, dimension, both_kinds],
)

# --- Instances: all strata, each with a point ----------------------------------------------------
two = {"X": eye(2), "Y": diag(2, 1)}
for widths in [(2, 1, 2), (2, 2, 2), (2, 1, 1, 2), (2, 2, 2, 2)]:
    theorem.instance("-".join(map(str, widths)), linear_network(widths, **two))
theorem.instance("1-1-1-1", linear_network((1, 1, 1, 1), X=[[1]], Y=[[1]]))
theorem.instance("2-2-2-2, S = I", linear_network((2, 2, 2, 2), X=eye(2), Y=eye(2)))
theorem.instance("2-2-2-2, S = diag(4, 0)", linear_network((2, 2, 2, 2), X=eye(2), Y=diag(2, 0)))
theorem.instance(
    "3-2-2-2, all inputs independent",
    linear_network((3, 2, 2, 2), X=eye(3), Y=[[2, 0, 0], [0, 1, 0]]),
)

# --- With one hidden layer nothing is mixed ------------------------------------------------------
theorem.without(deep, name="2-2-2", problem=linear_network((2, 2, 2), **two), breaks=[both_kinds])
