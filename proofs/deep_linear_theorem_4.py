"""Deep linear networks, Theorem 4.  Every critical point is one of three kinds.

Setting      L(W) = 1/2 |M X - Y|^2, M = W_K ... W_1, X != 0, A = X X', B = Y X', q = rank B,
             p the smallest hidden width; at a critical point r = rank(M A), and S restricted to the
             column space of M A has the eigenvalues taken. S is top if none left out is larger.
             A pivot (i, j), i > j, is tight if rank(W_{i-1} ... W_{j+1}) = r or
             rank(W_{j-1} ... W_1 B' W_K ... W_{i+1}) = r.
Conclusions  (kinds) A critical point is a global minimum if r = q, or S is top and r = min(p, q);
             else a strict saddle if S is not top or some pivot is not tight; else a saddle whose
             Hessian is positive semidefinite. There are no other local minima and no maxima.
             (shallow) With one hidden layer all saddles are strict.
             (flat) With two or more, and B != 0, some saddle is not strict.
             (least) A product with (M X - Y)X' = 0 is a global minimum.
Source       This package; proofs in docs/trust.md. No hypothesis on the data.
"""

from symland.theorem import (
    Signature,
    Theorem,
    diag,
    example,
    eye,
    linear_network,
    nonnegative,
    trace,
    zeros,
)

theorem = Theorem("deep_linear_theorem_4", source="symland_deep_linear", wording="own")
s = Signature({"M": ("dy", "dx"), "R": ("dy", "dx"), "X": ("dx", "m"), "Y": ("dy", "m")})
M, R, X, Y = s.letters()
excess = trace((R @ X - Y) @ (R @ X - Y).T) - trace((M @ X - Y) @ (M @ X - Y).T)

# --- Hypotheses and conclusions --------------------------------------------------------------
normal = theorem.hypothesis("normal", "(M X - Y)X' = 0", words=(M @ X - Y) @ X.T)
one = theorem.hypothesis("H = 1", "one hidden layer", lambda s: s.H == 1)
more = theorem.hypothesis("H >= 2", "two or more hidden layers", lambda s: s.H >= 2)
related = theorem.hypothesis("B != 0", "Y X' is not zero", lambda s: s.rank_cross > 0)


def fits(s, w):
    """The kind agrees with the exact Hessian, and with the loss being the least."""
    if w.is_strict:
        return w.negative > 0
    return w.negative == 0 and (w.is_global or w.is_saddle)


kinds = theorem.conclusion(
    "kinds", "three kinds; strict exactly where the Hessian has a negative eigenvalue",
    lambda s: s.every(lambda w: fits(s, w)),
)
shallow = theorem.conclusion(
    "shallow", "all saddles are strict", lambda s: s.every(lambda w: w.is_strict or w.is_global),
    given=[one],
)
flat = theorem.conclusion(
    "flat", "some saddle is not strict", lambda s: s.some(lambda w: w.kind == "non_strict_saddle"),
    given=[more, related],
)
least = theorem.conclusion("least", "least squares", words=nonnegative(excess), given=[normal])

# --- Proof -------------------------------------------------------------------------------------
@theorem.step("least squares", uses=[normal], gives=[least])
def least_squares(proof):
    """The case r = q."""
    proof.sum_of_squares("least", excess, squares=[(1, [], (R - M) @ X)])


theorem.cited(
    "trust page", "best rank, rotations, pivots, descent curves: proofs in the documentation",
    key="symland_deep_linear", wording="own", uses=[least_squares], gives=[kinds, shallow, flat],
    discharges=[normal],
)

# --- Instances: whole critical sets, degenerate data among them ----------------------------------
two = {"X": eye(2), "Y": diag(2, 1)}
theorem.instance("2-1-2", linear_network((2, 1, 2), **two))
theorem.instance("2-2-2-2", linear_network((2, 2, 2, 2), **two))
theorem.instance("2-2-2-2, S = I", linear_network((2, 2, 2, 2), X=eye(2), Y=eye(2)))
theorem.instance(
    "3-2-2-2, singular inputs",
    linear_network((3, 2, 2, 2), X=[[1, 0], [0, 1], [1, 1]], Y=diag(2, 1)),
)
theorem.instance("Iris 4-4-3-4-3", example("iris_4_3_4"))

# --- Two points that a test with three blocks (not two) would call strict ------------------------
for name, problem, point in [
    ("2-1-1-1", linear_network((2, 1, 1, 1), X=eye(2), Y=[[1, 0]]), [[[0, 1]], [[0]], [[0]]]),
    ("2-1-2-1-2", linear_network((2, 1, 2, 1, 2), **two),
     [[[0, 1]], zeros(2, 1), zeros(1, 2), [[1], [0]]]),
]:
    theorem.instance(f"{name}: zero Hessian", problem, at=point)

# --- Dropped hypotheses --------------------------------------------------------------------------
theorem.without(
    related, name="Y X' = 0", breaks=[flat],
    problem=linear_network((1, 1, 1, 1), X=[[1, 1]], Y=[[1, -1]]),
)
theorem.without(more, name="2-2-2", problem=linear_network((2, 2, 2), **two), breaks=[flat])
theorem.without(one, name="2-2-2-2", problem=linear_network((2, 2, 2, 2), **two), breaks=[shallow])
