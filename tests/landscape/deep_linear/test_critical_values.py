"""Critical values against elimination, and their polynomials against brute force."""

from itertools import combinations, pairwise

import pytest
import sympy
from flint import fmpq, fmpq_poly
from hypothesis import given, settings, strategies as st

from symland import Dataset, Loss, Network, Problem
from symland.landscape.deep_linear.critical_values import additive_compound_polynomial
from symland.landscape.deep_linear.data import deep_linear
from symland.landscape.deep_linear.strata import Strata

z = sympy.Symbol("z")

# Name: widths, inputs, targets, loss.
INSTANCES = {
    "rational": ((2, 1, 2), [[1, 0], [0, 1]], [[2, 0], [0, 1]], None),
    "a double eigenvalue": ((2, 1, 2), [[1, 0], [0, 1]], [[1, 0], [0, 1]], None),
    "a zero eigenvalue": ((2, 1, 2), [[1, 0], [0, 1]], [[1, 0], [0, 0]], None),
    "irrational": ((2, 1, 2), [[1, 0], [0, 1]], [[1, 1], [0, 1]], None),
    "singular inputs": ((2, 1, 1), [[1, 1], [2, 2]], [[1], [3]], None),
    "more outputs than inputs": ((1, 1, 2), [[1], [2]], [[1, 1], [0, 1]], None),
    "no correlation": ((1, 1, 1, 1), [[1], [1]], [[1], [-1]], None),
    "no hidden layer": ((2, 2), [[1, 0], [1, 1]], [[1, 2], [0, 1]], None),
    "two hidden layers": ((1, 1, 1, 1), [[1], [2]], [[1], [3]], None),
    "two eigenvalues, two layers": ((2, 1, 1, 2), [[1, 0], [0, 1]], [[2, 0], [0, 1]], None),
    "a wide hidden layer": ((1, 2, 1), [[1], [3]], [[2], [1]], None),
    "weights and mean": (
        (2, 1, 2),
        [[1, 0], [1, 1]],
        [[1, 0], [0, 1]],
        Loss(weights=[[2, 2], [3, 3]], scale="mean"),
    ),
}


def eliminated(problem):
    """Real z for which gradient = 0, L = z has a solution over C: generators in z alone.

    The real critical points have only real values and every value listed is real, so the real
    roots of the generator must be the list.
    """
    widths = problem.network.widths
    names = [
        sympy.Matrix(b, a, sympy.symbols(f"w{k}_:{a * b}"))
        for k, (a, b) in enumerate(pairwise(widths))
    ]
    M = sympy.eye(widths[0])
    for w in names:
        M = w * M
    weights = problem.loss.weights
    loss = sympy.Integer(0)
    data = problem.dataset
    for i, (inputs, targets) in enumerate(zip(data.inputs, data.targets, strict=True)):
        residual = M * sympy.Matrix(inputs) - sympy.Matrix(targets)
        share = sympy.Rational(str(weights[i][0])) if weights else 1
        loss += share * sum(e**2 for e in residual)
    loss = sympy.expand(sympy.Rational(str(problem.scale)) * loss)
    flat = [s for w in names for s in w]
    basis = sympy.groebner(
        [*(sympy.diff(loss, s) for s in flat), z - loss], *flat, z, order="lex", domain="QQ"
    )
    alone = [p for p in basis.exprs if p.free_symbols <= {z}]
    assert len(alone) == 1
    return sympy.Poly(alone[0], z)


@pytest.mark.parametrize("name", INSTANCES)
def test_values_by_elimination(name):
    widths, inputs, targets, loss = INSTANCES[name]
    problem = Problem(Network(widths), Dataset(inputs, targets), loss or Loss())
    generator = eliminated(problem)
    rows = Strata(deep_linear(problem)).rows()
    found = set()
    for row in rows:
        # Every value is a root of the generator: its own polynomial divides, its interval holds
        # exactly one root of the generator.
        low, high = (sympy.Rational(int(q.p), int(q.q)) for q in row.value.interval)
        own = sympy.Poly([sympy.Rational(str(c)) for c in row.value.polynomial.coeffs()][::-1], z)
        assert sympy.rem(generator, own, z) == 0
        assert generator.count_roots(low, high) == 1
        found.add(next(r for r in generator.real_roots() if low <= r <= high))
    assert found == set(generator.real_roots())
    assert generator.count_roots() == len(set(sympy.roots(generator, z))) == len(found)


@given(st.lists(st.fractions(-4, 4, max_denominator=3), min_size=1, max_size=5))
@settings(max_examples=40)
def test_additive_compound_has_the_sums_as_roots(roots):
    characteristic = fmpq_poly([1])
    for root in roots:
        characteristic *= fmpq_poly([-fmpq(root.numerator, root.denominator), 1])
    for r in range(len(roots) + 1):
        expected = fmpq_poly([1])
        for subset in combinations(roots, r):
            total = sum(subset, 0)
            expected *= fmpq_poly([-fmpq(total.numerator, total.denominator), 1])
        assert additive_compound_polynomial(characteristic, r) == expected


def compound_matrix(sigma, r):
    """The r-th additive compound from its definition on wedge products."""
    n = sigma.rows
    sets = list(combinations(range(n), r))
    place = {s: i for i, s in enumerate(sets)}
    matrix = sympy.zeros(len(sets))
    for j, chosen in enumerate(sets):
        for position, old in enumerate(chosen):
            for new in range(n):
                moved = [*chosen[:position], new, *chosen[position + 1 :]]
                if len(set(moved)) < r:
                    continue
                order = sorted(moved)
                sign = sympy.combinatorics.Permutation([order.index(m) for m in moved]).signature()
                matrix[place[tuple(order)], j] += sign * sigma[new, old]
    return matrix


@pytest.mark.parametrize("seed", range(5))
def test_additive_compound_of_a_random_matrix(seed):
    sigma = sympy.randMatrix(4, 4, -3, 3, seed=seed)
    characteristic = fmpq_poly([int(c) for c in sigma.charpoly().all_coeffs()[::-1]])
    for r in range(5):
        expected = compound_matrix(sigma, r).charpoly().all_coeffs()[::-1]
        assert additive_compound_polynomial(characteristic, r) == fmpq_poly(
            list(map(int, expected))
        )


def test_two_strata_may_share_a_value():
    """Eigenvalues 3, 2, 1 (weights of three unit samples): {3} and {2, 1} give the same loss."""
    unit = [[int(i == j) for j in range(3)] for i in range(3)]
    loss = Loss(weights=[[3] * 3, [2] * 3, [1] * 3])
    strata = Strata(deep_linear(Problem(Network((3, 2, 3)), Dataset(unit, unit), loss)))
    values = {row.taken: row.value.exact for row in strata.rows()}
    assert values == {
        m: fmpq(6 - 3 * m[0] - 2 * m[1] - m[2], 2)
        for m in [(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (1, 0, 1), (0, 1, 1)]
    }
    assert values[1, 0, 0] == values[0, 1, 1]


@pytest.mark.parametrize("name", ["rational", "irrational", "weights and mean"])
def test_enclosures_are_narrow_and_hold_the_sum(name):
    widths, inputs, targets, loss = INSTANCES[name]
    strata = Strata(deep_linear(Problem(Network(widths), Dataset(inputs, targets), loss or Loss())))
    linear = strata.linear
    sigma = sympy.Matrix([[sympy.Rational(str(x)) for x in row] for row in linear.sigma.tolist()])
    eigenvalues = sorted(
        (v for v, m in sigma.eigenvals().items() for _ in range(m) if v != 0),
        key=lambda v: -sympy.N(v, 30),
    )
    for row in strata.rows():
        position, total = 0, sympy.Integer(0)
        for m, mu in zip(row.taken, strata.multiplicities, strict=True):
            total += sum(eigenvalues[position : position + m])
            position += mu
        value = sympy.Rational(str(linear.scale)) * (sympy.Rational(str(linear.T)) - total)
        low, high = (sympy.Rational(str(q)) for q in row.value.interval)
        assert sympy.N(low - value, 40) <= 1e-38
        assert sympy.N(value - high, 40) <= 1e-38
        assert high - low <= sympy.Rational(1, 10**12) * abs(low)
