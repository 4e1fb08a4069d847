"""Rectangles against exact hulls, exact members and Arb's complex balls."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random

import pytest
from flint import acb, ctx, fmpq

from symland.checker import complex_intervals, effort, interval_jets
from symland.checker.complex_intervals import Rectangle, Rectangles, number
from symland.checker.verdict import Refused
from symland.landscape.number_systems.acb_balls import complex_balls
from symland.landscape.parameters import flat
from symland.search.complex_critical_box import complex_critical_system
from tests.checker.test_interval_jets import ball, read
from tests.landscape.random_problems import POLYNOMIAL, random_point, random_problem

Exact = tuple[Fraction, Fraction]
Ends = tuple[Exact, Exact]
BITS = (8, 20, 64, 130)


def times(z: Exact, w: Exact) -> Exact:
    return z[0] * w[0] - z[1] * w[1], z[0] * w[1] + z[1] * w[0]


def value(coefficients: list[Fraction], z: Exact) -> Exact:
    result = (Fraction(0), Fraction(0))
    for a in reversed(coefficients):
        result = times(result, z)
        result = result[0] + a, result[1]
    return result


def rational(random: Random) -> Fraction:
    size = random.choice([0, 1, 1, 3, 1000])
    return size * Fraction(random.randint(-(10**6), 10**6), random.choice([10**6, 997, 2**20]))


def ends(random: Random) -> Exact:
    """Both signs, one sign, a point, an end at 0, narrow or wide."""
    low = rational(random)
    high = low + abs(rational(random)) * random.choice([0, 1, Fraction(1, 10**5)])
    return random.choice([(low, high), (low, high), (Fraction(0), abs(low)), (-abs(low), abs(low))])


def rectangle(random: Random, bits: int) -> tuple[Rectangle, Ends]:
    """A rectangle, and its ends after the outward rounding."""
    found = Rectangle.between(ends(random), ends(random), bits)
    return found, found.ends()


def member(random: Random, box: Ends) -> Exact:
    parts = []
    for low, high in box:
        t = random.choice([Fraction(0), Fraction(1), Fraction(random.randint(0, 99), 99)])
        parts.append(low + t * (high - low))
    return parts[0], parts[1]


def contains(found: Rectangle, z: Exact) -> bool:
    return all(low <= x <= high for (low, high), x in zip(found.ends(), z, strict=True))


def arb_ball(box: Ends) -> acb:
    real, imaginary = (
        acb(fmpq(a.numerator, a.denominator)).union(acb(fmpq(b.numerator, b.denominator))).real
        for a, b in box
    )
    return acb(real, imaginary)


def as_acb(z: Rectangle) -> acb:
    return acb(ball(z.real), ball(z.imaginary))


@pytest.mark.parametrize("seed", range(4))
def test_products_are_the_exact_hull_rounded_once(seed: int) -> None:
    """Re and Im of a product are affine in each real part, so their extremes are at corners."""
    random = Random(seed)
    for _ in range(500):
        bits = random.choice(BITS)
        (z, a), (w, b) = rectangle(random, bits), rectangle(random, bits)
        corners = [times(x, y) for x in product(*a) for y in product(*b)]
        unit = Fraction(1, 1 << bits)
        for k, (low, high) in enumerate((z * w).ends()):
            least, largest = min(c[k] for c in corners), max(c[k] for c in corners)
            assert least - unit < low <= least
            assert largest <= high < largest + unit


@pytest.mark.parametrize("seed", range(4))
def test_operations_hold_members_and_meet_the_balls(seed: int) -> None:
    random = Random(100 + seed)
    for _ in range(300):
        bits = random.choice(BITS)
        (z, a), (w, b) = rectangle(random, bits), rectangle(random, bits)
        coefficients = [rational(random) for _ in range(random.randint(0, 6))]
        if random.random() < 0.3:
            coefficients[1::2] = [Fraction(0)] * len(coefficients[1::2])
        found = [z + w, z - w, -z, z * w, z.square(), z.polynomial(coefficients)]
        for _ in range(6):
            x, y = member(random, a), member(random, b)
            values = [
                (x[0] + y[0], x[1] + y[1]),
                (x[0] - y[0], x[1] - y[1]),
                (-x[0], -x[1]),
                times(x, y),
                times(x, x),
                value(coefficients, x),
            ]
            for box, exact in zip(found, values, strict=True):
                assert contains(box, exact)
        with ctx.workprec(300):
            x, y = arb_ball(a), arb_ball(b)
            horner = acb(0)
            for c in reversed(coefficients):
                horner = horner * x + acb(fmpq(c.numerator, c.denominator))
            expected = [x + y, x - y, -x, x * y, x * x, horner]
            for box, other in zip(found, expected, strict=True):
                assert as_acb(box).overlaps(other)


@pytest.mark.parametrize("seed", range(4))
def test_squares_are_narrow(seed: int) -> None:
    random = Random(200 + seed)
    for _ in range(300):
        bits = random.choice(BITS)
        z, (x, y) = rectangle(random, bits)
        low = [0 if a <= 0 <= b else min(a * a, b * b) for a, b in (x, y)]
        high = [max(a * a, b * b) for a, b in (x, y)]
        unit = Fraction(2, 1 << bits)
        (a, b), (c, d) = z.square().ends()
        assert low[0] - high[1] - unit <= a <= low[0] - high[1]
        assert high[0] - low[1] <= b <= high[0] - low[1] + unit
        corners = [2 * u * v for u in x for v in y]
        assert min(corners) - unit <= c <= min(corners)
        assert max(corners) <= d <= max(corners) + unit


def test_polynomials_are_linear_in_the_width() -> None:
    """The centred form: over a box of width h the enclosure is wide as |p'| h, not as Horner's."""
    small = Fraction(1, 2**20)
    z = Rectangle.between((1 - small, 1 + small), (1 - small, 1 + small), 80)
    narrow = z.polynomial([0, 1000, -1000, Fraction(1000, 3)])  # p' = 1000 (z - 1)^2, about -1000
    (a, b), (c, d) = narrow.ends()
    assert b - a < 2001 * 2 * small
    assert d - c < 2001 * 2 * small
    assert number(0, 8).polynomial(()).ends() == ((0, 0), (0, 0))


def test_vectors_and_matrices() -> None:
    random = Random(7)
    for _ in range(100):
        n = random.randint(1, 4)
        u, v = ([rectangle(random, 60) for _ in range(n)] for _ in range(2))
        found = complex_intervals.dot([z for z, _ in u], [z for z, _ in v])
        exact = (Fraction(0), Fraction(0))
        for (_, a), (_, b) in zip(u, v, strict=True):
            term = times(member(random, a), member(random, b))
            exact = exact[0] + term[0], exact[1] + term[1]
        assert contains(found, exact)
    i = Rectangle.between((Fraction(0), Fraction(0)), (Fraction(1), Fraction(1)), 10)
    one, zero = number(1, 10), number(0, 10)
    (square,) = complex_intervals.product([[i, one]], [[i], [zero]])
    assert square[0].ends() == ((-1, -1), (0, 0))
    assert i.magnitudes() == (0, 1024)


@pytest.mark.parametrize("seed", range(60))
def test_derivatives_of_the_loss_in_both_halves(seed: int) -> None:
    """Gradient and Hessian over boxes hold those at members, which Arb computes on its own."""
    random = Random(seed)
    problem = random_problem(random, POLYNOMIAL, kinds=("squared",))
    checked, bits = read(problem), 160
    point = [
        Fraction(x) for x in flat(problem.network.shapes, random_point(random, problem.network))
    ]
    imaginary = [Fraction(random.randint(-40, 40), 16) for _ in point]
    radius = Fraction(1, random.choice([2**4, 2**12, 2**40]))
    boxes = [
        Rectangle.between((x - radius, x + radius), (y - radius, y + radius), bits)
        for x, y in zip(point, imaginary, strict=True)
    ]
    arithmetic, rest = Rectangles(bits), iter(boxes)
    weights = {
        n: [[next(rest) for _ in range(b)] for _ in range(a)]
        for n, (a, b) in checked.shapes.items()
    }
    jet = interval_jets.loss(checked, arithmetic, weights, 2)
    matrix = interval_jets.hessian(checked, jet, arithmetic)
    found = [*interval_jets.gradient(checked, jet, arithmetic), *(z for row in matrix for z in row)]
    with ctx.workprec(300):
        system = complex_critical_system(problem)
        for _ in range(3):
            moved = [
                acb(
                    complex_balls.number(x + random.randint(-8, 8) * radius / 8).real,
                    complex_balls.number(y + random.randint(-8, 8) * radius / 8).real,
                )
                for x, y in zip(point, imaginary, strict=True)
            ]
            gradient, hessian = system(moved)
            for box, z in zip(found, [*gradient, *hessian.entries()], strict=True):
                slack = complex_balls.number(Fraction(1, 2**140)).real * (1 + z.abs_upper())
                for part, y in ((box.real, z.real), (box.imaginary, z.imag)):
                    held = ball(part)
                    assert y.overlaps(held)
                    assert held.upper() + slack >= y.upper()
                    assert held.lower() - slack <= y.lower()


def test_only_polynomials() -> None:
    z = number(1, 20)
    for call, text in (
        (lambda: Rectangles(20).derivatives("exp", z, 2), "no enclosure of exp over the complex"),
        (lambda: Rectangles(20).sign(z), "complex numbers have no sign"),
        (lambda: Rectangles(20).anchor([z]), "no enclosure of exponentials"),
        (lambda: z + number(1, 21), "two precisions"),
        (lambda: z * number(1, 21), "two precisions"),
    ):
        with pytest.raises(Refused, match=text):
            call()


def test_work_is_counted() -> None:
    z = number(2, 4000)
    with effort.bounded(0), pytest.raises(Refused, match="more work"):
        for _ in range(60):
            z = z * z
    with effort.bounded(0), pytest.raises(Refused, match="more work"):
        z = number(2, 4000)
        for _ in range(60):
            z = z.square()
