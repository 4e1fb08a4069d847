"""Every claim about a point, as files: accepted where it is true, refused where it is not."""

import json

import pytest
from flint import fmpq, fmpq_poly

from symland import Dataset, Network, Problem
from symland.claims import curvature, global_minimum, loss_value, saddle, strata
from symland.claims.case import Case, matrix_json, scalar_json
from symland.claims.critical import critical, not_critical
from symland.claims.points import explicit_point
from symland.exact.number_field import NumberField
from symland.exact.rational_matrix import RationalMatrix
from symland.landscape.deep_linear.curve import Curve
from symland.landscape.deep_linear.data import deep_linear
from symland.landscape.deep_linear.point import LinearPoint
from symland.landscape.deep_linear.strata import Strata

# X = I, Y = diag(2, 1): Sigma = diag(4, 1), losses (5 - sum of eigenvalues taken) / 2.
BOTTLENECK = Problem(Network((2, 1, 2)), Dataset([[1, 0], [0, 1]], [[2, 0], [0, 1]]))
DEEP = Problem(Network((2, 2, 2, 2)), Dataset([[1, 0], [0, 1]], [[2, 0], [0, 1]]))
MINIMUM = {"W1": [[2, 0]], "W2": [[1], [0]]}
SADDLE = {"W1": [[0, 1]], "W2": [[0], [1]]}
ORIGIN = {"W1": [[0, 0]], "W2": [[0], [0]]}
E11 = [[1, 0], [0, 0]]
FLAT = {"W1": [[2, 0], [0, 0]], "W2": E11, "W3": E11}


def located(problem, point):
    weights = tuple(RationalMatrix(rows) for rows in point.values())
    return LinearPoint(Strata(deep_linear(problem)), weights)


def line(problem, **moves):
    """The line along matrices named by layer, as the statement writes curves, and its order."""
    curve = Curve({int(k[1:]): {1: RationalMatrix(rows)} for k, rows in moves.items()})
    return curve


def started(problem, point):
    case = Case(problem)
    return case, explicit_point(case, point)


def true_minimum(case, name, found):
    global_minimum.best_rank(case, name, found, fmpq(2))
    curvature.semidefinite(case, name)
    curvature.semidefinite_by_pivots(case, name, found, fmpq(2))
    loss_value.value(case, name, fmpq(1, 2))
    curvature.inertia(case, name, (3, 0, 1))
    curvature.inertia_by_barcode(case, name, (3, 0, 1), strata.spectrum(case, found.strata))


def test_evidence_at_a_minimum():
    case, name = started(BOTTLENECK, MINIMUM)
    true_minimum(case, name, located(BOTTLENECK, MINIMUM))
    verdict = case.check()
    assert verdict.accepted, verdict.reason
    assert len(verdict.lines) == case.size == 7


@pytest.mark.parametrize(
    "claim",
    [
        lambda case, name, found: loss_value.value(case, name, fmpq(1, 3)),
        lambda case, name, found: curvature.inertia(case, name, (2, 1, 1)),
        lambda case, name, found: global_minimum.best_rank(case, name, found, fmpq(5)),
        lambda case, name, found: global_minimum.best_rank(case, name, found, fmpq(1, 2)),
        lambda case, name, found: global_minimum.least_squares(case, name, found),
        lambda case, name, found: global_minimum.zero_loss(case, name),
        lambda case, name, found: global_minimum.constant(case),
        lambda case, name, found: not_critical(case, name, ["W1", 0, 0], fmpq(1)),
        lambda case, name, found: curvature.strict_minimum(case, name, critical(case, name)),
    ],
)
def test_what_is_false_of_the_minimum_is_refused(claim):
    case, name = started(BOTTLENECK, MINIMUM)
    claim(case, name, located(BOTTLENECK, MINIMUM))
    verdict = case.check()
    assert not verdict.accepted
    assert not verdict.unreadable
    assert verdict.reason


def strict(case, name, direction, ascent):
    shapes = BOTTLENECK.network.shapes
    saddle.strict_saddle(
        case,
        name,
        critical(case, name),
        saddle.direction_json(direction, shapes),
        saddle.curve_json(ascent, 2),
    )


DOWN = line(BOTTLENECK, W1=[[1, 0]], W2=[[1], [0]])  # -4 st at the origin, along s = t
UP = line(BOTTLENECK, W1=[[1, 0]], W2=[[-1], [0]])


def test_a_strict_saddle_needs_a_falling_direction_and_a_rising_curve():
    for direction, ascent, accepted in ((DOWN, UP, True), (UP, UP, False), (DOWN, DOWN, False)):
        case, name = started(BOTTLENECK, ORIGIN)
        strict(case, name, direction, ascent)
        assert case.check().accepted is accepted


def test_a_non_strict_saddle():
    """Falls to third order along (s E22, s E22, s E22); rises with W_1 alone."""
    E22 = [[0, 0], [0, 1]]
    down = line(DEEP, W1=E22, W2=E22, W3=E22)
    up = line(DEEP, W1=[[1, 0], [0, 0]])
    for descent, order, accepted in ((down, 3, True), (down, 2, False), (up, 2, False)):
        case, name = started(DEEP, FLAT)
        found = located(DEEP, FLAT)
        is_critical = critical(case, name)
        semidefinite = curvature.semidefinite_by_pivots(case, name, found, fmpq(2))
        saddle.non_strict_saddle(
            case,
            name,
            is_critical,
            semidefinite,
            saddle.curve_json(descent, order),
            saddle.curve_json(up, 2),
        )
        assert case.check().accepted is accepted


def test_one_point_is_lower_than_another():
    for first, second, accepted in ((SADDLE, MINIMUM, True), (MINIMUM, SADDLE, False)):
        case, name = started(BOTTLENECK, first)
        loss_value.not_global(case, name, explicit_point(case, second))
        assert case.check().accepted is accepted


def test_not_critical_names_a_derivative():
    case, name = started(BOTTLENECK, {"W1": [[1, 0]], "W2": [[1], [0]]})
    not_critical(case, name, ["W1", 0, 0], fmpq(-1))  # W2' (W2 W1 - Y X') = (1 - 2, 0)
    assert case.check().accepted


def test_an_algebraic_point():
    """W1 = sqrt 2, W2 = sqrt 2 for y = 2 x: loss 0 by the root's polynomial."""
    problem = Problem(Network((1, 1, 1)), Dataset([[1]], [[2]]))
    t = NumberField(fmpq_poly([-2, 0, 1]), (fmpq(1), fmpq(2))).generator
    case, name = started(problem, {"W1": [[t]], "W2": [[t]]})
    global_minimum.zero_loss(case, name)
    critical(case, name)
    statement = json.loads(case.statement())
    assert statement["points"][name]["root"] in statement["roots"]
    assert case.check().accepted
    wrong, other = started(problem, {"W1": [[t]], "W2": [[t + 1]]})
    critical(wrong, other)
    assert not wrong.check().accepted


def test_names_are_given_once():
    case = Case(BOTTLENECK)
    assert explicit_point(case, MINIMUM) == explicit_point(case, MINIMUM) == "p1"
    assert explicit_point(case, SADDLE) == "p2"
    assert case.vector([fmpq(1), fmpq(1, 2)]) == case.vector([fmpq(1), fmpq(1, 2)]) == "v1"
    assert case.root([-2, 0, 1], (fmpq(1), fmpq(2))) == "t1"
    assert case.root([-2, 0, 1], (fmpq(-2), fmpq(-1))) == "t2"


def test_files_are_json_with_numbers_as_text():
    case, name = started(BOTTLENECK, {"W1": [[fmpq(-1, 2), 0]], "W2": [[1], [0]]})
    critical(case, name)
    statement, certificate = json.loads(case.statement()), json.loads(case.certificate())
    assert statement["points"] == {"p1": {"W1": [["-1/2", "0"]], "W2": [["1"], ["0"]]}}
    assert statement["claims"] == [{"name": "c1", "claim": "critical", "point": "p1"}]
    assert certificate == {
        "symland": "certificate",
        "version": 1,
        "steps": [{"name": "s1", "claim": "c1", "rule": "substitution"}],
    }
    assert statement["problem"] == BOTTLENECK.to_json()
    field = NumberField(fmpq_poly([-2, 0, 1]), (fmpq(1), fmpq(2)))
    assert scalar_json(field.generator - fmpq(1, 2)) == ["-1/2", "1"]
    assert scalar_json(field.element(fmpq(3))) == "3"
    assert matrix_json(RationalMatrix([[1, fmpq(2, 4)]])) == [["1", "1/2"]]
