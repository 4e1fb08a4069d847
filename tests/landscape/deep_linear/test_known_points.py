"""Points whose answer is known from the mathematics: counterexamples to tests that are easily
misremembered, the exact scope of Kawaguchi's conclusions, and orders of descent.

Expanded losses are SymPy's, from the definition.
"""

import itertools

import pytest
import sympy
from flint import fmpq

from symland import Dataset, Network, Problem
from symland.exact.rational_matrix import RationalMatrix
from symland.landscape.deep_linear.data import deep_linear
from symland.landscape.deep_linear.descent import ascent_curve, pivot_direction
from symland.landscape.deep_linear.descent_curve import descent_curve
from symland.landscape.deep_linear.eigenspace import Eigenspaces
from symland.landscape.deep_linear.point import LinearPoint
from symland.landscape.deep_linear.representative import representative
from symland.landscape.deep_linear.strata import Strata
from tests.landscape.deep_linear.exact_hessian import inertia
from tests.landscape.deep_linear.test_strata import dense, diagonal

E11, E22, ZERO = [[1, 0], [0, 0]], [[0, 0], [0, 1]], [[0, 0], [0, 0]]


def located(problem, *weights):
    return LinearPoint(Strata(deep_linear(problem)), tuple(map(RationalMatrix, weights)))


def hessian_inertia(problem, point):
    table = {f"W{k}": W.tolist() for k, W in enumerate(point.weights, start=1)}
    return inertia(problem, table)


def along(problem, point, curve):
    """L(W + curve(s)) - L(W) expanded by SymPy from the definition, as {power: coefficient}."""
    s = sympy.Symbol("s")
    rational = sympy.Rational
    layers = []
    for k, W in enumerate(point.weights, start=1):
        M = sympy.Matrix([[rational(str(x)) for x in row] for row in W.tolist()])
        for power, D in curve.moves.get(k, {}).items():
            M += s**power * sympy.Matrix([[rational(str(x)) for x in row] for row in D.tolist()])
        layers.append(M)
    total = 0
    data = problem.dataset
    for x, y in zip(data.inputs, data.targets, strict=True):
        h = sympy.Matrix([rational(str(v)) for v in x])
        for M in layers:
            h = M * h
        total += sum((a - rational(str(b))) ** 2 for a, b in zip(h, y, strict=True))
    total = rational(str(problem.scale)) * total
    found = sympy.Poly(sympy.expand(total - total.subs(s, 0)), s)
    return {power: c for (power,), c in found.terms() if c}


# --- two blocks, not three --------------------------------------------------------------------


def test_first_counterexample_to_the_three_block_test():
    """W_3 is zero, so three complementary words of which one has full rank seem to be loose."""
    problem = Problem(Network((2, 1, 1, 1)), Dataset([[1, 0], [0, 1]], [[1], [0]]))
    point = located(problem, [[0, 1]], [[0]], [[0]])
    assert point.kind == "non_strict_saddle"
    assert point.inertia == hessian_inertia(problem, point) == (0, 0, 4)
    lowest = along(problem, point, descent_curve(point))
    assert lowest[min(lowest)] < 0


def test_second_counterexample_to_the_three_block_test():
    """Square, invertible, distinct eigenvalues: all of Kawaguchi's hypotheses hold."""
    problem = diagonal((2, 1, 2, 1, 2), (2, 1))
    point = located(problem, [[0, 1]], [[0], [0]], [[0, 0]], [[1], [0]])
    assert point.kind == "non_strict_saddle"
    assert point.inertia == hessian_inertia(problem, point) == (0, 0, 8)
    turned = located(problem, [[1, 0]], [[0], [0]], [[0, 0]], [[1], [0]])
    assert turned.kind == "strict_saddle"
    assert turned.inertia == hessian_inertia(problem, turned) == (2, 2, 4)
    assert (3, 2) in turned.loose_pivots
    assert turned.pivot(3, 2)[0, 0] == 2


# --- orders of descent ------------------------------------------------------------------------


def test_descent_from_the_origin_of_three_scalars():
    problem = Problem(Network((1, 1, 1, 1)), Dataset([[1]], [[1]]))
    point = located(problem, [[0]], [[0]], [[0]])
    assert along(problem, point, descent_curve(point)) == {3: -1, 6: sympy.Rational(1, 2)}


def test_descent_from_the_point_of_the_example():
    problem = diagonal((2, 2, 2, 2), (2, 1))
    point = located(problem, [[2, 0], [0, 0]], E11, E11)
    assert point.inertia == hessian_inertia(problem, point) == (3, 0, 9)
    assert point.barcode == ((1, 1, 1), (2, 1, 1), (3, 2, 1))
    curve = descent_curve(point)
    assert all(RationalMatrix(E22) == D for powers in curve.moves.values() for D in powers.values())
    assert along(problem, point, curve) == {3: -1, 6: sympy.Rational(1, 2)}


def test_descent_through_a_bottleneck():
    problem = diagonal((2, 1, 2, 1, 2), (2, 1))
    point = located(problem, [[0, 1]], [[0], [0]], [[0, 0]], [[1], [0]])
    assert point.barcode == ((2, 1, 2), (3, 3, 1), (4, 3, 1))
    found = along(problem, point, descent_curve(point))
    assert (min(found), found[min(found)]) == (3, -4)


@pytest.mark.parametrize("H", [2, 3, 4])
@pytest.mark.parametrize("r", [0, 1])
def test_order_where_nothing_is_wired(H, r):
    """All layers zero off the used part: the familiar order H + 1 at the origin."""
    problem = diagonal((2,) * (H + 2), (2, 1))
    strata = Strata(deep_linear(problem))
    taken = (r, 0)
    barcode = strata.shape.quiver(r).simplest()
    found = representative(
        strata.linear,
        Eigenspaces(strata.linear, strata.spectrum),
        strata.shape.quiver(r),
        taken,
        barcode,
    )
    point = LinearPoint(strata, dense(found, None, strata.linear))
    assert point.kind == "non_strict_saddle"
    terms = along(problem, point, descent_curve(point))
    assert min(terms) == H + 1
    assert terms[H + 1] < 0


def test_an_instance_that_needs_the_slow_curve():
    """One cut and a square that does not vanish: order 4 with a step in s^2."""
    problem = diagonal((2, 1, 1, 1, 2), (1, 0))
    strata = Strata(deep_linear(problem))
    barcode = ((0, 2, 1), (2, 3, 1), (4, 2, 1))
    assert barcode in {row.barcode for row in strata.barcode_rows() if row.rank == 0}
    found = representative(
        strata.linear,
        Eigenspaces(strata.linear, strata.spectrum),
        strata.shape.quiver(0),
        (0,),
        barcode,
    )
    point = LinearPoint(strata, dense(found, None, strata.linear))
    assert point.kind == "non_strict_saddle"
    curve = descent_curve(point)
    assert any(2 in powers for powers in curve.moves.values())
    terms = along(problem, point, curve)
    assert min(terms) == 4
    assert terms[4] < 0


# --- what Kawaguchi's conclusions need ---------------------------------------------------------


def test_a_negative_eigenvalue_without_the_rank_condition():
    """rank(W_2) = 1 < 2, and yet the Hessian has negative eigenvalues: no equivalence."""
    problem = diagonal((2, 2, 2, 2), (2, 1))
    point = located(problem, ZERO, E11, ZERO)
    assert point.kind == "strict_saddle"
    assert point.inertia == hessian_inertia(problem, point) == (2, 2, 8)


@pytest.mark.parametrize("widths", [(2, 2, 2, 2), (1, 1, 1, 1), (3, 2, 4, 1, 2), (2, 3, 2, 2)])
def test_the_origin_is_a_non_strict_saddle_from_two_hidden_layers_on(widths):
    n = min(widths[0], widths[-1])
    problem = diagonal(widths, tuple(range(n, 0, -1)) + (0,) * widths[0], widths[0])
    zero = [[[0] * a for _ in range(b)] for a, b in itertools.pairwise(widths)]
    point = located(problem, *zero)
    assert point.kind == "non_strict_saddle"
    assert point.inertia == (0, 0, problem.network.parameter_count)


@pytest.mark.parametrize("seed", range(6))
def test_one_hidden_layer_has_no_bad_saddle(seed):
    import random

    choose = random.Random(seed)
    widths = [choose.randint(1, 3) for _ in range(3)]
    rows = [
        [[choose.randint(-2, 2) for _ in range(n)] for _ in range(4)]
        for n in (widths[0], widths[2])
    ]
    linear = deep_linear(Problem(Network(widths), Dataset(*rows)))
    kinds = {row.kind for row in Strata(linear).barcode_rows()}
    assert kinds <= {"global_minimum", "strict_saddle"}
    # With full rank of the hidden word at a saddle the pivot (2, 1) is loose.
    assert linear.rank_max == 0 or "strict_saddle" in kinds


def test_without_correlation_every_critical_point_is_a_global_minimum():
    problem = Problem(Network((1, 1, 1, 1)), Dataset([[1], [1]], [[1], [-1]]))
    strata = Strata(deep_linear(problem))
    assert {row.kind for row in strata.barcode_rows()} == {"global_minimum"}
    point = located(problem, [[5]], [[0]], [[-3]])
    assert point.kind == "global_minimum"
    assert point.inertia == hessian_inertia(problem, point)


def test_singular_inputs_leave_the_product_undetermined():
    """X X' singular: W_1 = [1, t] is a global minimum for every t, though M is not P_C M*."""
    problem = Problem(Network((2, 1, 1)), Dataset([[1, 0], [0, 0]], [[1], [0]]))
    for t in (0, 1, 7):
        point = located(problem, [[1, t]], [[1]])
        assert point.kind == "global_minimum"
        assert point.inertia == hessian_inertia(problem, point)
        assert point.rank == 1


def test_equal_eigenvalues_without_a_coordinate_projector():
    """X = Y = I: W_2 = (1, 1)' is a global minimum, though its projector is not diag(1, 0)."""
    problem = diagonal((2, 1, 2), (1, 1))
    half = fmpq(1, 2)
    point = located(problem, [[half, half]], [[1], [1]])
    assert point.kind == "global_minimum"
    assert point.taken == (1,)
    assert point.inertia == hessian_inertia(problem, point)


def test_rank_of_the_upper_word_beyond_the_rank_of_the_product():
    """d_y > q: W_3 W_2 may have rank r + 1, with a zero eigenvalue; the value stays."""
    problem = Problem(Network((1, 1, 1, 3)), Dataset([[1]], [[1, 1, 0]]))
    point = located(problem, [[0]], [[1]], [[1], [-1], [0]])
    assert point.rank == 0
    assert point.above(1).rank() == 1
    assert (1, 3, 1) in point.barcode
    assert point.inertia == hessian_inertia(problem, point)
    assert point.kind == "strict_saddle"


def test_no_inputs_no_landscape():
    problem = Problem(Network((2, 2, 1)), Dataset([[0, 0], [0, 0]], [[1], [2]]))
    point = located(problem, [[1, 2], [3, 4]], [[5, 6]])
    assert point.kind == "constant"
    assert point.loss == fmpq(5, 2)


def test_one_layer_is_convex():
    problem = Problem(Network((2, 2)), Dataset([[1, 2], [2, 4], [0, 0]], [[1, 0], [1, 1], [5, 5]]))
    strata = Strata(deep_linear(problem))
    (row,) = strata.rows()
    assert (row.kind, row.dimension, row.inertia) == ("global_minimum", 2, (2, 0, 2))
    best = strata.linear.least_squares
    assert located(problem, best.tolist()).kind == "global_minimum"
    moved = best + RationalMatrix([[2, -1], [-4, 2]])  # along the kernel of X X'
    assert located(problem, moved.tolist()).kind == "global_minimum"
    assert (
        located(problem, (best + RationalMatrix([[1, 0], [0, 0]])).tolist()).kind == "not_critical"
    )


def test_ascent_from_every_sort_of_point():
    """No local maximum, not even where the product vanishes identically in small directions."""
    problem = diagonal((2, 2, 2, 2), (2, 1))
    for weights in (
        [ZERO, ZERO, ZERO],
        [ZERO, E11, ZERO],
        [ZERO, ZERO, E11],
        [[[2, 0], [0, 0]], E11, E11],
        [[[2, 0], [0, 1]], [[1, 0], [0, 1]], E11],
    ):
        point = located(problem, *weights)
        if not point.is_critical:
            assert weights[2] == E11
            continue
        terms = along(problem, point, ascent_curve(point))
        assert terms[min(terms)] > 0


def test_direction_from_a_loose_pivot_has_negative_curvature():
    problem = diagonal((2, 2, 2, 2), (2, 1))
    point = located(problem, ZERO, E11, ZERO)
    assert point.loose_pivots == [(3, 1)]
    terms = along(problem, point, pivot_direction(point, 3, 1))
    assert (min(terms), terms[2] < 0) == (2, True)
