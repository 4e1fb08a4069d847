"""Deep linear networks, Theorem 5.  The inertia of the Hessian at every critical point.

Setting      As in Theorems 1, 2 and 4. At a critical point let inv be the number of pairs of an
             eigenvalue taken and a strictly larger one left, eq that of equal pairs; cov_E (cov_0)
             the number of pairs of bars that together contain all K + 1 spaces, at least one
             (none) of them using B'; n_0 = rank A - r, n_K = d_y - r.
Conclusions  (inertia) The Hessian has inv + cov_E negative eigenvalues and
             r^2 + r (n_0 + n_K) - inv - eq + cov_E + cov_0 positive ones.
Source       This package. Compare Achour, Malgouyres and Gerchinovitz (2021), who decide whether
             there are negative eigenvalues, for full rank and distinct eigenvalues.

On every instance the formula is compared with the exact Hessian, eliminated by the checker: at
one point of every stratum, or at the point given.
"""
from symland.theorem import Theorem, diag, example, eye, linear_network, zeros

theorem = Theorem("deep_linear_theorem_5", source="symland_deep_linear", wording="own")

# --- Conclusion ------------------------------------------------------------------------------
distinct = theorem.hypothesis(
    "distinct", "S has distinct eigenvalues (asked by others)", lambda s: s.distinct_eigenvalues
)
full = theorem.hypothesis(
    "full", "X X' and X Y' have full rank (asked by others)",
    lambda s: s.rank_inputs == s.d_x and s.rank_cross == min(s.d_x, s.d_y),
)


def agree(s):
    if s.weights is not None:
        return s.point.critical and s.point.formula_inertia == s.point.inertia
    return len(s.representatives) == len(s.places)

inertia = theorem.conclusion("inertia", "the formula gives the inertia of the Hessian", agree)
# --- Proof -------------------------------------------------------------------------------------
splitting = theorem.cited(
    "Theorem 2", "the second variation splits along the decomposition", key="symland_deep_linear",
    wording="own",
)
theorem.cited(
    "trust page",
    "a rotation for each pair of eigenvalues, a hyperbolic plane for each"
    " covering pair with an arrow B', a square for each one without", key="symland_deep_linear",
    wording="own", uses=[splitting], gives=[inertia],
)

# --- Instances: every stratum --------------------------------------------------------------------
two = {"X": eye(2), "Y": diag(2, 1)}
for widths in [(2, 1, 2), (2, 2, 2), (2, 1, 1, 2), (2, 2, 2, 2), (2, 1, 2, 1, 2)]:
    theorem.instance("-".join(map(str, widths)) + ", all strata", linear_network(widths, **two))
irrational = {"X": eye(2), "Y": [[2, 1], [1, 1]]}
theorem.instance("2-2-2-2, irrational eigenvalues", linear_network((2, 2, 2, 2), **irrational))
theorem.instance("1-1-1-1-1, all strata", linear_network((1, 1, 1, 1, 1), X=[[1]], Y=[[1]]))

# --- Instances: points ---------------------------------------------------------------------------
theorem.instance(
    "2-2-2-2, bad saddle", linear_network((2, 2, 2, 2), **two),
    at=[diag(2, 0), diag(1, 0), diag(1, 0)],
)
theorem.instance(
    "Iris 4-3-3, least squares", example("iris"), at=lambda s: [s.data.least_squares, eye(3)]
)
theorem.instance(
    "Iris 4-5-2-3, origin", example("iris_5_2"), at=[zeros(5, 4), zeros(2, 5), zeros(3, 2)]
)

# --- Neither of the hypotheses that others make is needed ----------------------------------------
theorem.without(
    distinct, name="S = I, all strata", keeps=[inertia],
    problem=linear_network((2, 2, 2, 2), X=eye(2), Y=eye(2)),
)
theorem.without(
    full, name="S = diag(4, 0), all strata", keeps=[inertia],
    problem=linear_network((2, 2, 2, 2), X=eye(2), Y=diag(2, 0)),
)
theorem.without(
    full, name="singular inputs, all strata", keeps=[inertia],
    problem=linear_network((3, 2, 2, 2), X=[[1, 0], [0, 1], [1, 1]], Y=diag(2, 1)),
)
