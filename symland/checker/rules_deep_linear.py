"""Rules for deep linear networks with squared loss: global minima and flat saddles of a point.

Widths d_0..d_K, matrices W_1..W_K, no biases, M = W_K...W_1.  With sample weights w_i >= 0 and
scale c > 0 the loss is c sum_i w_i |M x_i - y_i|^2, and only three moments of the data enter:
A = sum w x x^T, B = sum w y x^T, T = sum w |y|^2.  With W* A = B (any solution; one exists because
the rows of B lie in the range of A) put Sigma = W* B^T = W* A W*^T: symmetric, positive
semidefinite, of rank q = rank B, and the same for every W*.  Completing the square,

    L(W) = c (T - tr Sigma) + c tr((M - W*) A (M - W*)^T),

so c (T - tr Sigma) is a lower bound.  docs/trust.md has the theorems with proofs; notation here:
R_k = W_{k-1}...W_1, L_k = W_K...W_{k+1}, G = M A - B; the gradient is 2c L_k^T G R_k^T.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import Any

from .barcode import Barcode, barcode_of_ranks, bars_of, inertia_of
from .context import Context, Weights
from .effort import spend
from .linear_algebra import (
    Matrix,
    column_basis,
    equal,
    identity,
    inertia,
    is_semidefinite,
    kernel,
    minus_multiple,
    product,
    rank,
    solve,
    subtract,
    trace,
    transpose,
    vanishes,
)
from .number_field import Scalar, is_zero
from .rules_points import Object, read_inertia
from .spectrum import Spectrum, spectrum_of
from .statement import LINEAR, Problem
from .verdict import Refused


@dataclass(frozen=True)
class Moments:
    """A, B, T of the data; n = rank A."""

    A: Matrix
    B: Matrix
    T: Fraction
    n: int


def moments(context: Context) -> Moments:
    """The moments of a deep linear problem; `Refused` if the problem is of another kind."""
    if "moments" not in context.cache:
        context.cache["moments"] = _moments(context.problem)
    found: Moments = context.cache["moments"]
    return found


def _moments(problem: Problem) -> Moments:
    if (
        problem.kind != "squared"
        or problem.bias != "none"
        or problem.skip is not None
        or problem.l2
        or any(a != LINEAR for a in problem.activations)
    ):
        raise Refused(
            "the rule is for deep linear networks: squared loss, linear activations, "
            "no bias, skip or regularizer"
        )
    if problem.weights is not None and any(w != row[0] for row in problem.weights for w in row):
        raise Refused("the rule needs loss weights that are the same along every row")
    weights = (
        [row[0] for row in problem.weights]
        if problem.weights is not None
        else [Fraction(1)] * len(problem.inputs)
    )
    if any(w < 0 for w in weights):
        raise Refused("a loss weight is negative")
    (x, dx), (y, dy), ((w,), dw) = (_whole(m) for m in (problem.inputs, problem.targets, [weights]))
    wx = [[a * v for a in row] for row, v in zip(x, w, strict=True)]
    A = _gram(wx, x, dx * dx * dw)
    squares = sum(v * sum(b * b for b in row) for row, v in zip(y, w, strict=True))
    return Moments(A, _gram(y, wx, dx * dy * dw), Fraction(squares, dy * dy * dw), rank(A))


def _whole(m: Matrix) -> tuple[list[list[int]], int]:
    """Integers and their common denominator."""
    common = lcm(*(x.denominator for row in m for x in row))
    return [[x.numerator * (common // x.denominator) for x in row] for row in m], common


def _gram(u: list[list[int]], v: list[list[int]], denominator: int) -> Matrix:
    """u^T v / denominator."""
    columns = list(zip(*v, strict=True))
    spend(len(u) * len(columns) * len(u[0]))
    return [
        [
            Fraction(sum(a * b for a, b in zip(row, col, strict=True)), denominator)
            for col in columns
        ]
        for row in zip(*u, strict=True)
    ]


def sigma(context: Context, step: Object) -> Matrix:
    """Sigma from the witness W*, whose equation W* A = B is checked."""
    data, widths = moments(context), context.problem.widths
    witness = context.numbers(step["least_squares"], "least_squares", widths[-1], widths[0], None)
    if not equal(product(witness, data.A), data.B):
        raise Refused("least_squares: the matrix times A is not B")
    return product(witness, transpose(data.B))


def end_to_end(weights: Weights, first: int, last: int) -> Matrix:
    """W_last ... W_first."""
    return product(*(weights[f"W{k}"] for k in range(last, first - 1, -1)))


def loss_of(context: Context, weights: Weights) -> Scalar:
    """c (T - 2 tr(B M^T) + tr(M A M^T))."""
    data, M = moments(context), end_to_end(weights, 1, context.problem.K)
    Mt = transpose(M)
    square = trace(product(M, data.A, Mt)) - trace(product(data.B, Mt)) * 2
    return (square + data.T) * context.problem.scale


def least_squares(context: Context, claim: Object, step: Object) -> str:
    """L(point) equals c (T - tr Sigma), which is a lower bound of L everywhere."""
    S = sigma(context, step)
    value = loss_of(context, context.weights(claim["point"]))
    if not is_zero(value - (moments(context).T - trace(S)) * context.problem.scale):
        raise Refused(f"the loss at {claim['point']} is not the least-squares bound")
    return f"{claim['point']} is a global minimum, it attains the least-squares bound"


def _separated(context: Context, point: Any, step: Object, S: Matrix) -> Matrix:
    """The basis U of the step: independent, Sigma-invariant, and mu separates.

    With V = ker U^T the orthogonal complement, V^T Sigma U = 0 makes both spaces invariant;
    U^T (Sigma - mu) U >= 0 and V^T (mu - Sigma) V >= 0 say that the eigenvalues of Sigma on
    col U are at least mu and those on the complement at most mu.
    """
    root, dy = context.root_of(point), context.problem.widths[-1]
    U = context.numbers(step["basis"], "basis", dy, None, root)
    mu = context.number(step["separator"], "separator", root)
    r, Ut = len(U[0]), transpose(U, len(U[0]))
    if rank(U) < r:
        raise Refused("basis: the columns are dependent")
    V = kernel(Ut, dy)
    above = product(Ut, minus_multiple(S, mu), U) if r else []
    below = product(transpose(V, dy - r), minus_multiple(S, mu), V) if r < dy else []
    if r and r < dy and not vanishes(product(transpose(V), S, U)):
        raise Refused("basis: its span is not invariant under Sigma")
    if not is_semidefinite(above):
        raise Refused("separator: an eigenvalue on the span of the basis is smaller")
    if not is_semidefinite([[-x for x in row] for row in below]):
        raise Refused("separator: an eigenvalue on the complement is larger")
    return U


def best_rank(context: Context, claim: Object, step: Object) -> str:
    """Eckart and Young from two semidefiniteness checks.

    Let p be the smallest hidden width, P the projector on col U, rank P = p, mu >= 0.  Any W' has
    a product M' of rank at most p; let P' project on the column space of M' A.  Then
    L(W') >= c (T - tr Sigma) + c tr((I - P') Sigma) = c (T - tr(P' Sigma)), because
    (I - P') (M' - W*) A^{1/2} = -(I - P') W* A^{1/2}.  By invariance Sigma - mu splits into its
    parts on col U (positive semidefinite) and on the complement (negative semidefinite), so
    tr(P' Sigma) <= mu rank P' + tr(P' P (Sigma - mu) P) <= mu p + tr(P (Sigma - mu)) = tr(P Sigma).
    The point attains c (T - tr(P Sigma)), by evaluation.
    """
    S, hidden = sigma(context, step), context.problem.widths[1:-1]
    if not hidden:
        raise Refused("without a hidden layer there is no bound on the rank: use least_squares")
    U = _separated(context, claim["point"], step, S)
    if len(U[0]) != min(hidden):
        raise Refused(f"basis: {len(U[0])} columns, the smallest hidden width is {min(hidden)}")
    mu = context.number(step["separator"], "separator", context.root_of(claim["point"]))
    if inertia([[mu]])[1]:
        raise Refused("separator: negative")
    Ut = transpose(U)
    bound = moments(context).T - trace(solve(product(Ut, U), product(Ut, S, U)))
    value = loss_of(context, context.weights(claim["point"]))
    if not is_zero(value - bound * context.problem.scale):
        raise Refused(f"the loss at {claim['point']} is not the best of rank {min(hidden)}")
    return f"{claim['point']} is a global minimum, the best of rank {min(hidden)}"


@dataclass(frozen=True)
class Chain:
    """The partial products of a critical point: L[k], R[k], M A, and the rank r of M A."""

    L: dict[int, Matrix]
    R: dict[int, Matrix]
    G: Matrix
    MA: Matrix
    r: int


def critical_chain(context: Context, point: Any) -> Chain:
    """The partial products; `Refused` if some L_k^T G R_k^T is not zero."""
    weights, data, K = context.weights(point), moments(context), context.problem.K
    if ("chain", point) in context.cache:
        found: Chain = context.cache["chain", point]
        return found
    widths = context.problem.widths
    R, L = {1: identity(widths[0])}, {K: identity(widths[-1])}
    for k in range(1, K + 1):
        R[k + 1] = product(weights[f"W{k}"], R[k])
        L[K - k] = product(L[K - k + 1], weights[f"W{K - k + 1}"])
    MA = product(R[K + 1], data.A)
    G = subtract(MA, data.B)
    for k in range(1, K + 1):
        if not vanishes(product(transpose(L[k]), G, transpose(R[k]))):
            raise Refused(f"the derivative with respect to W{k} is not zero at {point}")
    chain = Chain(L, R, G, MA, rank(MA))
    context.cache["chain", point] = chain
    return chain


def tight_pivots(context: Context, claim: Object, step: Object) -> str:
    """At a critical point let P project on col(M A) = col U, r its rank, Q = I - P; then G = -Q B.
    For i > j put T_ij = W_{i-1}...W_{j+1} and J_ij = R_j B^T Q L_i = -R_j G^T L_i.  If for every
    pair J_ij = 0 or rank T_ij = r, and mu separates the eigenvalues of Sigma on col P (not below)
    from those on its complement (not above), then the second derivative along any D is, in
    coordinates with A = I and with N = P' + Q' splitting the inputs,
    c (|P X P'|^2 + |Q X Q'|^2 + |Y|^2 + |Z|^2 - 2 tr(E^T Y M^+ Z)) times 2,  X = sum L_k D_k R_k,
    Y = Q X P', Z = P X Q', E = Q B, and |E| |M^+| <= 1 by the separation: not negative.
    (docs/trust.md, "Tight pivots", has the computation.)
    """
    S, K = sigma(context, step), context.problem.K
    chain, weights = critical_chain(context, claim["point"]), context.weights(claim["point"])
    U = _separated(context, claim["point"], step, S)
    both = [[*u, *v] for u, v in zip(U, chain.MA, strict=True)]
    if len(U[0]) != chain.r or rank(both) != chain.r:
        raise Refused("basis: its span is not the column space of M A")
    Gt = transpose(chain.G)
    for j in range(1, K + 1):
        for i in range(j + 1, K + 1):
            T = (
                end_to_end(weights, j + 1, i - 1)
                if i > j + 1
                else identity(context.problem.widths[j])
            )
            if rank(T) != chain.r and not vanishes(product(chain.R[j], Gt, chain.L[i])):
                raise Refused(f"the pivot ({i}, {j}) is not tight")
    return f"the Hessian at {claim['point']} is positive semidefinite, all pivots are tight"


def barcode_at(context: Context, point: Any) -> Barcode:
    """The barcode of a critical point, from the ranks of all words around the cycle.

    A word through l consecutive vertices from u is the product of its l - 1 arrows, W_k from
    k - 1 to k and B^T from K back to 0; one that starts at 0 is multiplied by A, so that only the
    inputs in the range of the data count.  Minus r, the rank is that on the nilpotent part.
    """
    chain, weights, K = critical_chain(context, point), context.weights(point), context.problem.K
    data, widths = moments(context), context.problem.widths
    Bt = transpose(data.B)
    ranks = {}
    for u in range(K + 1):
        ranks[u, 1] = (data.n if u == 0 else widths[u]) - chain.r
        word = data.A if u == 0 else identity(widths[u])
        for length in range(2, K + 1):
            v = (u + length - 2) % (K + 1)
            word = product(Bt if v == K else weights[f"W{v + 1}"], word)
            ranks[u, length] = rank(word) - chain.r
    return barcode_of_ranks(bars_of(K), ranks)


def taken_at(context: Context, point: Any, spectrum: Spectrum) -> tuple[int, ...]:
    """How often each positive eigenvalue of Sigma is taken on col(M A).

    col(M A) is invariant; with a basis U, U^T (Sigma - s) U has as many positive squares as there
    are eigenvalues above s on it, and s runs through rationals between neighbouring eigenvalues.
    """
    U = column_basis(critical_chain(context, point).MA)
    if not U[0]:
        return (0,) * len(spectrum.eigenvalues)
    Ut, above = transpose(U), [0]
    for s in spectrum.separators():
        above.append(inertia(product(Ut, minus_multiple(spectrum.sigma, s), U))[0])
    return tuple(b - a for a, b in pairwise(above))


def barcode_inertia(context: Context, claim: Object, step: Object) -> str:
    """The inertia theorem: at a critical point the signs of the Hessian are a function of the
    eigenvalues taken and of the barcode; see `barcode.inertia_of` and docs/trust.md."""
    spectrum = spectrum_of(context, step["spectrum"])
    data, problem = moments(context), context.problem
    taken = taken_at(context, claim["point"], spectrum)
    bars = barcode_at(context, claim["point"])
    if sum(taken) != critical_chain(context, claim["point"]).r:
        raise Refused("the spectrum does not account for the rank of M A")
    found = inertia_of(problem.widths, data.n, spectrum.multiplicities, taken, bars)
    if found != read_inertia(claim):
        raise Refused(
            f"the barcode gives (positive, negative, zero) = {found}, claimed {read_inertia(claim)}"
        )
    return f"the Hessian at {claim['point']} has inertia {found}"
