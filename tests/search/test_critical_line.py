"""Lines of critical points that floats see, and that the checker accepts; none at other kernels."""

from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq

from symland import Dataset, Loss, Network, Problem, Regularizer
from symland.claims.case import Case
from symland.claims.not_finite import not_finite_along_a_line
from symland.landscape.float_landscape import FloatLandscape
from symland.landscape.parameters import shaped
from symland.search.critical_line import critical_lines


def lines(problem, place, ends=(-3.0, 3.0)):
    """The lines that the checker accepts, and how many it refuses."""
    accepted, refused = [], 0
    for point, direction in critical_lines(FloatLandscape(problem), np.array(place), ends):
        case = Case(problem)
        name = case.point(shaped(problem.network.shapes, point))
        not_finite_along_a_line(
            case,
            name,
            *map(fmpq, map(int, ends)),
            [fmpq(x.numerator, x.denominator) for x in direction],
        )
        if case.check().accepted:
            accepted.append((point, [str(x) for x in direction]))
        else:
            refused += 1
    return accepted, refused


def test_logarithms_and_a_line_that_leans():
    """u = 0, v1 + v2 = 0, and outputs c + v / 2 = log 3, -log 3: three of four of either class."""
    targets = [[1, -1], [1, -1], [1, 1], [-1, -1]]
    network = Network([1, 1, 2], "sigmoid", bias="output")
    problem = Problem(network, Dataset([[2], [-2], [-1], [1]], targets), Loss("logistic"))
    found, refused = lines(problem, [1e-12, -0.6, 0.6, np.log(3) + 0.3, -np.log(3) - 0.3])
    assert refused == 0
    ((point, direction),) = found
    assert point == ["0", "0", "0", "log(3)", "log(1/3)"]
    assert direction in (["0", "-1", "1", "1/2", "-1/2"], ["0", "1", "-1", "-1/2", "1/2"])


def test_a_narrow_cube():
    """The weight that is free is rounded more finely where the cube is small."""
    data = Dataset([[0], [1]], [[1], [-1]])
    problem = Problem(Network([1, 1, 1], "tanh", "hidden"), data, regularizer=Regularizer(1))
    floats, place = FloatLandscape(problem), np.array([0.0, 0.003, 0.0])
    points = [
        [float(Fraction(x)) for x in p] for p, _ in critical_lines(floats, place, (-0.01, 0.01))
    ]
    assert [p[1] != 0 for p in points] == [True, False]
    assert max(map(max, points)) < 0.01


@pytest.mark.parametrize(
    ("problem", "place"),
    [
        # The Hessian at 0 is (1, -1; -1, 1), and the point is isolated.
        (
            Problem(Network([1, 1, 1], "tanh"), Dataset([[1]], [[1]]), Loss(), Regularizer(1)),
            [0, 0],
        ),
        # u v = 4 is a curve, and no line of it leads through (2, 2).
        (Problem(Network([1, 1, 1]), Dataset([[1]], [[4]])), [2, 2]),
    ],
)
def test_no_line(problem, place):
    assert lines(problem, [float(x) for x in place]) == ([], 0)
