"""The complete list of strata, against brute force and against other mathematics."""

from fractions import Fraction
from itertools import pairwise, permutations
from typing import Any

import pytest
import sympy

from symland.checker.spectrum import orbit_polynomial
from tests.checker import deep_linear_documents as deep
from tests.checker.documents import certificate, problem, statement, verdict
from tests.checker.representatives import Writer, as_numbers, representative

I2 = [[1, 0], [0, 1]]
CASES = {
    "distinct eigenvalues": ([2, 2, 2, 2], I2, [[2, 0], [0, 1]], 20),
    "a double eigenvalue": ([2, 2, 2, 2], I2, I2, 16),
    "a zero eigenvalue": ([2, 2, 2, 2], I2, [[1, 0], [0, 0]], 41),
    "a bottleneck": ([2, 1, 2, 1, 2], I2, [[2, 0], [0, 1]], 20),
    "one hidden layer": ([2, 2, 2], I2, [[2, 0], [0, 1]], 4),
    "no hidden layer": ([2, 2], I2, [[2, 0], [0, 1]], 1),
    "scalars": ([1, 1, 1, 1], [[1]], [[1]], 5),
    "singular inputs": ([3, 2, 2], [[1, 1, 0], [0, 1, 1]], [[1, 2], [3, 1]], 4),
    "no correlation": ([2, 2, 2], [[1, 0], [1, 0]], [[1, 0], [-1, 0]], 5),
    "irrational eigenvalues": ([2, 2, 2, 2], [[1, 0], [1, 1]], [[1, 1], [0, 1]], 20),
    "a cubic spectrum": (
        [3, 2, 3],
        [[1, 0, 1], [0, 1, 1], [1, 2, 0]],
        [[1, 0, 2], [0, 1, 1], [1, 1, 0]],
        7,
    ),
}


@pytest.mark.parametrize("by", ["eigenvalues", "barcodes"])
@pytest.mark.parametrize("case", CASES)
def test_rows_found_by_brute_force_are_accepted(case: str, by: str) -> None:
    widths, inputs, targets, total = CASES[case]
    claims, steps, _ = deep.spectrum_and_strata(widths, inputs, targets, by)
    answer = verdict(statement(problem(widths, inputs, targets), {}, claims), certificate(steps))
    assert answer.accepted, answer.reason
    assert f"exactly {total} strata" in answer.lines[1]


def orbit_rank_dimension(weights: list[Any], widths: list[int], A: Any, B: Any, P: Any) -> int:
    """The dimension of the critical set at a point, from tangent vectors of its symmetries.

    Hidden changes of basis, pairs (g_0, g_K) that commute with E^T = B^T (1 - P) on the
    complement, rotations of the eigenspaces of Sigma (Lie algebra), and weights on inputs
    orthogonal to the data (A invertible here, so there are none).
    """
    K = len(weights)
    vectors = []

    def tangent(change: dict[int, Any]) -> None:
        vectors.append(
            sympy.Matrix(
                [
                    c
                    for k in range(1, K + 1)
                    for c in change.get(k, sympy.zeros(*weights[k - 1].shape))
                ]
            )
        )

    for k in range(1, K):
        for i in range(widths[k]):
            for j in range(widths[k]):
                g = sympy.zeros(widths[k])
                g[i, j] = 1
                tangent({k: g * weights[k - 1], k + 1: -weights[k] * g})
    dx, dy, Q = widths[0], widths[-1], sympy.eye(widths[-1]) - P
    # P0 projects the inputs along the kernel of M onto the range of B^T P (A = I in the cases).
    M = sympy.eye(dx)
    for w in weights:
        M = w * M
    P0 = M.pinv() * M
    Q0, E = sympy.eye(dx) - P0, B.T * Q
    unknown0 = sympy.Matrix(dx, dx, sympy.symbols(f"a:{dx * dx}"))
    unknownK = sympy.Matrix(dy, dy, sympy.symbols(f"b:{dy * dy}"))
    names = [*unknown0, *unknownK]
    equations = [
        *(unknown0 - Q0 * unknown0 * Q0),
        *(unknownK - Q * unknownK * Q),
        *(unknown0 * E - E * unknownK),
    ]
    system = sympy.Matrix([[sympy.diff(e, s) for s in names] for e in equations])
    for solution in system.nullspace():
        g0 = sympy.Matrix(dx, dx, list(solution[: dx * dx]))
        gK = sympy.Matrix(dy, dy, list(solution[dx * dx :]))
        tangent({1: -weights[0] * g0} if K > 1 else {})
        tangent({K: gK * weights[-1]})
        vectors[-2:] = [vectors[-2] + vectors[-1]]
    # Orthogonal changes (u at the outputs, v at the inputs) that fix the data: u B = B v.
    skew0 = [
        sympy.Matrix(dx, dx, lambda a, b, i=i, j=j: (a == i and b == j) - (a == j and b == i))
        for i in range(dx)
        for j in range(i)
    ]
    skewK = [
        sympy.Matrix(dy, dy, lambda a, b, i=i, j=j: (a == i and b == j) - (a == j and b == i))
        for i in range(dy)
        for j in range(i)
    ]
    columns = [list(u * B) for u in skewK] + [list(-B * v) for v in skew0]
    for solution in sympy.Matrix(columns).T.nullspace() if columns else []:
        u = sum(
            (c * s for c, s in zip(solution[: len(skewK)], skewK, strict=True)), sympy.zeros(dy)
        )
        v = sum(
            (c * s for c, s in zip(solution[len(skewK) :], skew0, strict=True)), sympy.zeros(dx)
        )
        change = {1: -weights[0] * v}
        change[K] = change.get(K, sympy.zeros(*weights[-1].shape)) + u * weights[-1]
        tangent(change)
    return int(sympy.Matrix.hstack(*vectors).rank())


@pytest.mark.parametrize(
    "case",
    ["distinct eigenvalues", "a double eigenvalue", "a bottleneck", "one hidden layer", "scalars"],
)
def test_dimensions_are_orbit_ranks(case: str) -> None:
    widths, inputs, targets, _ = CASES[case]
    claims, _, (A, B, _, W, S, lam) = deep.spectrum_and_strata(widths, inputs, targets, "barcodes")
    assert sympy.eye(A.rows) == A
    writer = Writer(claims[0][1]["eigenvalues"], S, A, B, W)
    listed = claims[1][1]
    for row, stratum in ((r, s) for r in listed["rows"] for s in r["strata"]):
        m = [dict(row["eigenvalues"]).get(i, 0) for i in range(1, len(lam) + 1)]
        barcode = {(u, n): c for u, n, c in listed["barcodes"][stratum["barcode"]]}
        point, _ = representative(writer, widths, m, barcode)
        weights = as_numbers(writer, point, widths, lam)
        M = sympy.eye(widths[0])
        for w in weights:
            M = w * M
        assert orbit_rank_dimension(weights, widths, A, B, M * M.pinv()) == stratum["dimension"]


@pytest.mark.parametrize(
    ("widths", "inputs", "targets"),
    [
        ([1, 1, 1], [[1]], [[2]]),
        ([1, 1, 1, 1], [[1], [2]], [[1], [3]]),
        ([2, 1, 1], I2, [[1], [2]]),
        ([2, 1, 2], I2, [[2, 0], [0, 1]]),
        ([2, 1, 2], I2, I2),
        ([1, 1, 1], [[1], [1]], [[1], [-1]]),
    ],
)
def test_critical_values_by_elimination(widths: list[int], inputs: Any, targets: Any) -> None:
    """Eliminating the weights from gradient = 0, loss = z leaves exactly the rows' losses."""
    shapes = list(pairwise(widths))
    names = [
        [[sympy.Symbol(f"w{k}_{i}_{j}") for j in range(a)] for i in range(b)]
        for k, (a, b) in enumerate(shapes)
    ]
    M = sympy.eye(widths[0])
    for w in names:
        M = sympy.Matrix(w) * M
    loss = sympy.expand(
        sum(
            e**2
            for x, y in zip(inputs, targets, strict=True)
            for e in sympy.Matrix(y) - M * sympy.Matrix(x)
        )
        / 2
    )
    weights = [s for w in names for row in w for s in row]
    z = sympy.Symbol("z")
    basis = sympy.groebner(
        [*(sympy.diff(loss, s) for s in weights), z - loss], *weights, z, order="lex"
    )
    last = [p for p in basis.exprs if p.free_symbols == {z}]
    claims, _, _ = deep.spectrum_and_strata(widths, inputs, targets, "eigenvalues")
    rows = claims[1][1]["rows"]
    assert {sympy.Rational(row["loss"]["lower"]) for row in rows} == set(sympy.roots(last[0], z))


def test_losses_as_roots_of_polynomials() -> None:
    """An irreducible cubic: sums of one eigenvalue and of two are roots of cubics."""
    widths, inputs, targets, _ = CASES["a cubic spectrum"]
    _, _, (_, _, T, _, S, _) = deep.spectrum_and_strata(widths, inputs, targets, "eigenvalues")
    z = sympy.Symbol("x")
    f = S.charpoly(z).as_expr()
    one = sympy.expand(f.subs(z, T - 2 * z))
    two = sympy.expand(f.subs(z, S.trace() - (T - 2 * z)))
    polynomials = [deep.coefficients(p) for p in (z - T / 2, one, two)]
    claims, steps, _ = deep.spectrum_and_strata(
        widths, inputs, targets, "eigenvalues", polynomials=polynomials
    )
    for row in claims[1][1]["rows"]:
        row["loss"]["polynomial"] = row["rank"]
    document = statement(problem(widths, inputs, targets), {}, claims)
    assert verdict(document, certificate(steps)).accepted
    claims[1][1]["rows"][1]["loss"]["polynomial"] = 2
    assert "polynomial 2 does not divide" in str(verdict(document, certificate(steps)).reason)
    claims[1][1]["rows"][1]["loss"].update(polynomial=1, lower="-1000", upper="1000")
    assert "one root in the interval" in str(verdict(document, certificate(steps)).reason)


def test_orbit_polynomial_against_all_arrangements() -> None:
    """Rational roots, so that the product over all arrangements can be multiplied out."""
    z = sympy.Symbol("x")
    for roots, weights in (
        ((1, 2, 5), (0, 1, 1)),
        ((1, 3, 4, 9), (0, 0, 1, 2)),
        ((1, 2, 3, 7), (1, 1, 2, 2)),
        ((2, 5), (0, 0)),
    ):
        f = deep.coefficients(sympy.prod(z - t for t in roots))
        profile = ((tuple(Fraction(c) for c in f), weights),)
        scale, total = Fraction(2, 3), Fraction(11)
        sums = [
            sum(v * t for v, t in zip(p, roots, strict=True)) for p in set(permutations(weights))
        ]
        wanted = sympy.prod(z - sympy.Rational(2, 3) * (11 - s) for s in sums)
        found = orbit_polynomial(profile, scale, total)
        assert [str(c) for c in found] == deep.coefficients(wanted)


def test_an_eigenvalue_subset_of_several_factors() -> None:
    """Two quadratics: the sum of a root of each has four conjugates."""
    z = sympy.Symbol("x")
    f, g = z**2 - 6 * z + 7, z**2 - 10 * z + 23
    profile = tuple((tuple(Fraction(c) for c in deep.coefficients(p)), (0, 1)) for p in (f, g))
    wanted = sympy.resultant(
        f.subs(z, sympy.Symbol("y")), g.subs(z, z - sympy.Symbol("y")), sympy.Symbol("y")
    )
    # scale -1, total 0: the values are the sums themselves
    found = orbit_polynomial(profile, Fraction(-1), Fraction(0))
    assert [str(c) for c in found] == deep.coefficients(sympy.Poly(wanted, z).monic().as_expr())
