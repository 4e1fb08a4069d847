"""Loss, gradient and Hessian over every number system, against second computations."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy

from symland.landscape import Landscape
from symland.landscape.float_landscape import FloatLandscape
from symland.landscape.loss import NotPolynomial, TooLarge, expansion_work, loss
from symland.landscape.number_systems import (
    Kink,
    MissingFunction,
    Multiprecision,
    balls,
    curves,
    flint_rationals,
    germs,
    rationals,
    symbols,
)
from symland.landscape.parameters import elements, flat, shaped
from symland.problem import Dataset, InputError, Loss, Network, Problem, Regularizer
from tests.landscape import textbook
from tests.landscape.random_problems import (
    ALL,
    PIECEWISE,
    POLYNOMIAL,
    SMOOTH,
    random_point,
    random_problem,
    seeded,
)


def fraction(value):
    value = sympy.nsimplify(value) if not isinstance(value, sympy.Rational) else value
    return Fraction(int(value.p), int(value.q))


def textbook_value(problem, vector):
    numbers = [
        textbook.MpmathArithmetic.number(v) if isinstance(v, Fraction) else v for v in vector
    ]
    parameters = textbook.mpmath_parameters(problem.network, numbers)
    return textbook.loss(problem, parameters, textbook.MpmathArithmetic)


@pytest.mark.parametrize("seed", range(24))
def test_polynomial_loss_gradient_and_hessian_against_sympy(seed):
    random = seeded(seed)
    problem = random_problem(random, POLYNOMIAL, ["squared"])
    landscape = Landscape(problem)
    if expansion_work(problem) > 1_500:
        pytest.skip("SymPy would take minutes")
    made = textbook.sympy_symbols(problem.network)
    expected = sympy.Poly(
        textbook.loss(problem, made, textbook.SympyArithmetic),
        *[v for name in problem.network.shapes for v in list(made[name])],
    )
    assert expected.gens == landscape.ring.symbols
    found = {e: c for c, e in landscape.ring.terms(landscape.loss.polynomial)}
    assert found == {e: fraction(c) for e, c in expected.terms() if c != 0}
    for i, symbol in enumerate(expected.gens):
        derivative = expected.diff(symbol)
        assert found_terms(landscape, landscape.gradient.polynomials[i]) == terms(derivative)
        for j, other in enumerate(expected.gens):
            second = landscape.hessian.polynomials[i][j]
            assert found_terms(landscape, second) == terms(derivative.diff(other))


def found_terms(landscape, polynomial):
    return {e: c for c, e in landscape.ring.terms(polynomial)}


def terms(poly):
    return {e: fraction(c) for e, c in poly.terms() if c != 0}


@pytest.mark.parametrize("seed", range(15))
def test_jets_at_a_rational_point_agree_with_the_polynomials(seed):
    random = seeded(100 + seed)
    problem = random_problem(random, POLYNOMIAL, ["squared"])
    landscape, point = Landscape(problem), random_point(random, problem.network)
    vector = flat(problem.network.shapes, point)
    try:
        gradient = landscape.gradient.polynomials
    except TooLarge:
        pytest.skip("too large to expand")
    ring = landscape.ring
    assert landscape.loss.at(point) == ring.evaluate(landscape.loss.polynomial, vector)
    assert landscape.gradient.at(point) == tuple(ring.evaluate(p, vector) for p in gradient)
    second = landscape.hessian.polynomials
    if len(vector) <= 12:
        assert landscape.hessian.at(point) == tuple(
            tuple(ring.evaluate(p, vector) for p in row) for row in second
        )


@pytest.mark.parametrize("seed", range(24))
def test_every_activation_and_loss_against_high_precision_differences(seed):
    """Value from the definitions in mpmath, derivatives as 60-digit central differences."""
    random = seeded(200 + seed)
    problem = random_problem(random)
    point = random_point(random, problem.network)
    vector = flat(problem.network.shapes, point)
    landscape, system = Landscape(problem), Multiprecision(60)
    gradient = landscape.gradient.at(point, system)
    hessian = landscape.hessian.at(point, system)
    with mpmath.workdps(60):
        assert mpmath.almosteq(
            landscape.loss.at(point, system), textbook_value(problem, vector), 1e-50, 1e-50
        )
        h = mpmath.mpf(10) ** -15
        for i in random.sample(range(len(vector)), min(4, len(vector))):
            up, down = moved(vector, i, h), moved(vector, i, -h)
            slope = (textbook_value(problem, up) - textbook_value(problem, down)) / (2 * h)
            assert abs(slope - gradient[i]) < 1e-20 * (1 + abs(slope))
            j = random.randrange(len(vector))
            curvature = (
                textbook_value(problem, moved(up, j, h))
                - textbook_value(problem, moved(up, j, -h))
                - textbook_value(problem, moved(down, j, h))
                + textbook_value(problem, moved(down, j, -h))
            ) / (4 * h * h)
            assert abs(curvature - hessian[i][j]) < 1e-17 * (1 + abs(curvature))


KINDS = ["squared", "logistic", "cross_entropy"]


@pytest.mark.parametrize("activation", ALL)
@pytest.mark.parametrize("kind", KINDS)
def test_every_entry_of_gradient_and_hessian(activation, kind):
    """One network for each activation and loss, all second differences."""
    random = seeded(11)
    network = Network([1, 2, 2], activation, bias="hidden")
    labels = [[1, 0], [0, 1]] if kind == "cross_entropy" else [[1, -1], [-1, -1]]
    problem = Problem(network, Dataset([[2], [-1]], labels), Loss(kind))
    point = random_point(random, network)
    vector, system = flat(network.shapes, point), Multiprecision(50)
    landscape = Landscape(problem)
    gradient = landscape.gradient.at(point, system)
    hessian = landscape.hessian.at(point, system)
    with mpmath.workdps(50):
        h = mpmath.mpf(10) ** -12

        def value(steps):
            shifted = moved(vector, 0, 0)
            for i, step in steps:
                shifted[i] += step
            return textbook_value(problem, shifted)

        for i in range(len(vector)):
            slope = (value([(i, h)]) - value([(i, -h)])) / (2 * h)
            assert abs(slope - gradient[i]) < 1e-18 * (1 + abs(slope))
            for j in range(i + 1):
                corners = [
                    s * t * value([(i, s * h), (j, t * h)]) for s in (1, -1) for t in (1, -1)
                ]
                curvature = sum(corners) / (4 * h * h)
                assert abs(curvature - hessian[i][j]) < 1e-16 * (1 + abs(curvature))
                assert hessian[i][j] == hessian[j][i]


def test_what_does_not_vary_over_samples_counts_once_for_each():
    from symland.landscape.number_systems import floats

    problem = Problem(Network([1, 1], bias="output"), Dataset([[1], [2], [4]], [[1], [1], [1]]))
    landscape = Landscape(problem)
    point = {"W1": [[1]], "b1": [0]}
    assert landscape.hessian.at(point) == ((21, 7), (7, 3))
    assert [list(row) for row in landscape.hessian.at(point, floats)] == [[21, 7], [7, 3]]


def test_ball_across_the_kink_encloses_both_branches():
    from flint import arb

    around = arb(0, 1)
    value = balls.kinked(around, Fraction(1, 10))
    for inside in (arb(1), arb("-0.1"), arb(0)):
        assert value.contains(inside)
    assert value.lower() > -0.11
    assert value.upper() < 1.01


def moved(vector, i, step):
    numbers = [
        textbook.MpmathArithmetic.number(v) if isinstance(v, Fraction) else v for v in vector
    ]
    numbers[i] = numbers[i] + step
    return numbers


@pytest.mark.parametrize("seed", range(24))
def test_balls_enclose_and_backpropagation_agrees(seed):
    random = seeded(300 + seed)
    problem = random_problem(random)
    point = random_point(random, problem.network)
    landscape, fast = Landscape(problem), FloatLandscape(problem)
    w = fast.vector(point)
    value = landscape.loss.at(point, balls)
    with mpmath.workdps(40):
        truth = textbook_value(problem, flat(problem.network.shapes, point))
        middle = mpmath.mpf(value.mid().str(60, radius=False))
        assert abs(truth - middle) <= mpmath.mpf(value.rad().str(20, radius=False)) * 1.01 + 1e-38
    close = {"rtol": 1e-9, "atol": 1e-9}
    assert np.allclose(fast.loss(w), float(value), **close)
    assert np.allclose(
        fast.gradient(w), [float(v) for v in landscape.gradient.at(point, balls)], **close
    )
    exact = [[float(v) for v in row] for row in landscape.hessian.at(point, balls)]
    assert np.allclose(fast.hessian(w), exact, **close)


@pytest.mark.parametrize("seed", range(10))
def test_floats_as_number_system_sum_over_all_samples(seed):
    from symland.landscape.number_systems import floats

    random = seeded(400 + seed)
    problem = random_problem(random)
    point, landscape = random_point(random, problem.network), Landscape(problem)
    fast = FloatLandscape(problem)
    assert np.allclose(landscape.gradient.at(point, floats), fast.gradient(fast.vector(point)))
    assert np.allclose(landscape.hessian.at(point, floats), fast.hessian(fast.vector(point)))


@pytest.mark.parametrize("seed", range(5))
def test_floats_at_one_point_after_another(seed):
    """What is kept of the last point serves no other, not even the same array changed in place."""
    random = seeded(500 + seed)
    problem = random_problem(random)
    kept = FloatLandscape(problem)
    w = kept.vector(random_point(random, problem.network))
    for order in (("gradient", "hessian", "loss"), ("hessian", "loss", "gradient")):
        for shift in (0.0, 0.25, -0.125):
            w += shift
            for name in order:
                fresh = getattr(FloatLandscape(problem), name)(w)
                found = getattr(kept, name)(w)
                assert np.array_equal(found, fresh)
                if name != "loss":
                    found += 1.0  # the answer belongs to the one who asked


@pytest.mark.parametrize("activation", [*PIECEWISE, "square"])
def test_exact_rationals_do_piecewise_linear_networks(activation):
    random = seeded(7)
    network = Network([2, 3, 1], activation, bias="all")
    problem = Problem(network, Dataset([[1, 2], [-1, 3]], [[1], [2]]))
    point = random_point(random, network)
    with mpmath.workdps(40):
        truth = textbook_value(problem, flat(network.shapes, point))
        value = Landscape(problem).loss.at(point)
        assert isinstance(value, Fraction)
        assert mpmath.almosteq(truth, textbook.MpmathArithmetic.number(value), 1e-35, 1e-35)


@pytest.mark.parametrize("activation", SMOOTH)
def test_sympy_view_of_a_small_network_has_the_textbook_value(activation):
    random = seeded(5)
    network = Network([1, 2, 2], activation, bias="hidden")
    problem = Problem(network, Dataset([[1], [2]], [[1, 0], [0, 1]]), Loss("cross_entropy"))
    landscape, point = Landscape(problem), random_point(random, network)
    values = {
        s: symbols.number(v)
        for s, v in zip(landscape.ring.symbols, flat(network.shapes, point), strict=True)
    }
    with mpmath.workdps(30):
        truth = textbook_value(problem, flat(network.shapes, point))
    assert abs(landscape.loss.sympy().subs(values).evalf(30) - sympy.Float(truth, 30)) < 1e-25
    system = Multiprecision(30)
    slope = landscape.gradient.sympy().subs(values)
    for found, expected in zip(slope, landscape.gradient.at(point, system), strict=True):
        assert abs(found.evalf(30) - sympy.Float(expected, 30)) < 1e-25


def test_along_a_curve_agrees_with_the_polynomial_along_it():
    random = seeded(9)
    problem = random_problem(random, ["linear", "square"], ["squared"])
    shapes = problem.network.shapes
    a, b = (flat(shapes, random_point(random, problem.network)) for _ in range(2))
    from flint import fmpq, fmpq_poly

    def q(v):
        return fmpq(v.numerator, v.denominator)

    line = [fmpq_poly([q(u), q(v)]) for u, v in zip(a, b, strict=True)]
    landscape = Landscape(problem)
    expected = landscape.ring.along(landscape.loss.polynomial, line)
    assert loss(problem, curves, shaped(shapes, line)) == expected


def test_algebraic_and_logarithmic_points():
    from symland.problem import Weights
    from symland.problem.entry import Algebraic, Log
    from symland.problem.root import Root

    problem = Problem(Network([1, 1, 1]), Dataset([[1]], [[2]]))
    root = Root((Fraction(-2), Fraction(0), Fraction(1)), (Fraction(1), Fraction(2)))
    t = Algebraic((("", (Fraction(0), Fraction(1))),))
    landscape = Landscape(problem)
    balanced = Weights({"W1": [[t]], "W2": [[t]]}, {"": root})
    assert landscape.loss.at(balanced) == 0
    assert landscape.critical_equations.holds_at(balanced)
    assert not landscape.critical_equations.holds_at({"W1": [[1]], "W2": [[1]]})
    assert landscape.hessian.at(balanced)[0][1] == 2
    logs = Weights({"W1": [[Log(Fraction(3))]], "W2": [[1]]})
    with pytest.raises(MissingFunction, match="the point has logarithms, expected rational"):
        landscape.loss.at(logs)
    assert abs(float(landscape.loss.at(logs, balls)) - 0.5 * (np.log(3) - 2) ** 2) < 1e-12
    assert landscape.loss.at(logs, symbols) == (sympy.log(3) - 2) ** 2 / 2


def test_refusals_say_what_is_missing_and_what_works():
    data = Dataset([[1]], [[1]])
    tanh = Landscape(Problem(Network([1, 1, 1], "tanh"), data))
    with pytest.raises(
        NotPolynomial,
        match=r"the activation tanh of hidden layer 1 is no poly.*"
        r"\.sympy\(\)",
    ):
        _ = tanh.gradient.polynomials
    with pytest.raises(MissingFunction, match="exact rationals have no tanh; balls"):
        tanh.loss.at({"W1": [[1]], "W2": [[1]]})
    logistic = Landscape(Problem(Network([1, 1]), data, Loss("logistic")))
    with pytest.raises(NotPolynomial, match="the loss logistic is no polynomial of the outputs"):
        _ = logistic.loss.polynomial
    with pytest.raises(MissingFunction, match="polynomial curves have no softplus"):
        loss(logistic.problem, curves, elements(Network([1, 1]), curves, {"W1": [[1]]}))
    wide = Landscape(Problem(Network([9, 9, 9, 9, 1]), Dataset([[1] * 9], [[1]])))
    with pytest.raises(TooLarge, match=r"up to 4\.3e.07 term products, expected at most 2e.07"):
        _ = wide.loss.polynomial
    many = Landscape(Problem(Network([9, 9, 1], "tanh"), Dataset([[1] * 9] * 40, [[1]] * 40)))
    with pytest.raises(TooLarge, match="40 samples times 90 parameters as a SymPy expression"):
        many.loss.sympy()
    assert repr(wide.loss).startswith("<LossView: loss: expanding it takes up to")


def test_relu_has_no_derivative_on_its_kink():
    landscape = Landscape(Problem(Network([1, 1, 1], "relu"), Dataset([[1]], [[1]])))
    on_kink = {"W1": [[0]], "W2": [[1]]}
    assert landscape.loss.at(on_kink) == Fraction(1, 2)
    with pytest.raises(
        Kink, match=r"a preactivation is 0, where relu.*: layer 1, neuron 1, sample 1"
    ):
        landscape.gradient.at(on_kink)


@pytest.mark.parametrize("system", [None, balls, Multiprecision(30)])
def test_a_preactivation_that_stays_0_is_no_kink(system):
    """Behind an input 0, and behind relus that are inactive."""
    data = Dataset([[0], [1]], [[1], [2]])
    deep = Landscape(Problem(Network([1, 1, 1, 1], "relu"), data))
    dead = {"W1": [[-1]], "W2": [[3]], "W3": [[5]]}
    assert [float(g) for g in deep.gradient.at(dead, system)] == [0, 0, 0]
    assert not any(float(h) for row in deep.hessian.at(dead, system) for h in row)
    alive = {"W1": [[1]], "W2": [[3]], "W3": [[5]]}
    # f = w1 w2 w3 at the second sample, residual 13
    assert [float(g) for g in deep.gradient.at(alive, system)] == [195, 65, 39]
    with pytest.raises(Kink, match="layer 2, neuron 1, sample 2"):
        deep.gradient.at({**alive, "W2": [[0]]}, system)
    biased = Landscape(Problem(Network([1, 1, 1], "relu", "hidden"), data))
    with pytest.raises(Kink, match="layer 1, neuron 1, sample 1"):
        biased.gradient.at({"W1": [[1]], "b1": [0], "W2": [[1]]}, system)


def test_curves_near_their_start_know_the_sign_of_relu():
    problem = Problem(Network([1, 1, 1], "relu"), Dataset([[1], [-1]], [[1], [2]]))
    from flint import fmpq, fmpq_poly

    s = fmpq_poly([0, 1])
    along = loss(problem, germs, {"W1": [[1 + s]], "W2": [[1 - 2 * s]]})
    for small in (fmpq(1, 9), fmpq(-1, 9)):
        point = {"W1": [[1 + small]], "W2": [[1 - 2 * small]]}
        assert along(small) == loss(problem, flint_rationals, point)
    with pytest.raises(Kink):
        loss(problem, germs, {"W1": [[s]], "W2": [[1 - s]]})
    with pytest.raises(MissingFunction, match="polynomial curves have no sign"):
        loss(problem, curves, {"W1": [[1 + s]], "W2": [[1 - s]]})


@pytest.mark.parametrize(
    ("point", "text"),
    [
        ({"W1": [[1]]}, "weights: W2 is missing, expected W1, W2"),
        ({"W1": [[1]], "W2": [[1, 2]]}, "weights: W2 has shape (1, 2), expected (1, 1)"),
        ({"W1": [[1]], "W2": [[1]], "b1": [1]}, "weights: 'b1', expected only W1, W2"),
    ],
)
def test_points_of_the_wrong_shape_are_refused(point, text):
    landscape = Landscape(Problem(Network([1, 1, 1]), Dataset([[1]], [[1]])))
    with pytest.raises(InputError) as caught:
        landscape.loss.at(point)
    assert str(caught.value) == text


def test_printing_counts_what_it_leaves_out():
    problem = Problem(
        Network([3, 3, 3]), Dataset([[1, 2, 3]], [[1, 0, 1]]), Loss(), Regularizer("1/10")
    )
    landscape = Landscape(problem)
    count = len(landscape.ring.terms(landscape.loss.polynomial))
    assert f"({count - 40} more terms)" in landscape.loss._repr_latex_()
    assert "a symmetric 18 x 18 matrix" in landscape.hessian._repr_latex_()
    assert landscape.gradient._repr_latex_().count(r"\\") == 17
    page = landscape._repr_html_()
    assert page.startswith("<table>")
    assert "change of basis of hidden layer 1: O(3), dimension 3" in page
    assert r"\operatorname{rank}(W_{2} W_{1}) \le 3" in page


def test_html_of_a_loss_too_large_to_print_gives_the_reason():
    wide = Landscape(Problem(Network([9, 9, 9, 9, 1]), Dataset([[1] * 9], [[1]])))
    assert "term products" in wide._repr_html_()


def test_critical_equations_drop_zero_and_repeated_ones():
    data = Dataset([[1, 0]], [[1]])
    equations = Landscape(Problem(Network([2, 1]), data)).critical_equations
    assert [str(p) for p in equations] == ["W1_1_1 - 1"]
    assert str(equations.sympy()) == "[Eq(W1_1_1 - 1, 0)]"
    assert equations._repr_latex_().count("= 0") == 1


def test_rationals_are_python_fractions_through_and_through():
    problem = Problem(Network([1, 1]), Dataset([[1]], [[1]]))
    assert loss(problem, rationals, {"W1": [[Fraction(1, 3)]]}) == Fraction(2, 9)
