"""A certified classification and Krawczyk's operator against mpmath's interval context; Newton's
method at 50 digits against plain SymPy and mpmath.

Run with `pytest tests/benchmarks -s`. Both ways do the same work in the same run: the gradient at
the midpoint and the Hessian over the box, by jets; Y g, I - Y H and S' H S by matrix products.
"""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import mpmath
from flint import arb, arb_mat, ctx

from symland.checker import check
from symland.claims.case import Case
from symland.enclosure.dyadic import exact_ball
from symland.enclosure.inertia import congruence
from symland.enclosure.krawczyk import approximate_inverse, krawczyk
from symland.landscape.ball_landscape import BallLandscape
from symland.landscape.gradient import gradient
from symland.landscape.hessian import hessian
from symland.landscape.number_systems.number_system import Transcendental
from symland.landscape.parameters import flat, shaped
from symland.problem import Dataset, Loss, Network, Problem, Regularizer
from symland.questions.refined_point import box_claims
from symland.search.ball_newton import polish
from symland.search.critical_box import CriticalBox, critical_box
from symland.search.deadline import Deadline
from symland.search.newton import nearby_critical_point
from tests.benchmarks.timing import ratio, seconds

IV = mpmath.iv


class MpmathIntervals(Transcendental):
    """mpmath's interval context as a number system."""

    name = "mpmath intervals"

    def number(self, value: Any) -> Any:
        exact = Fraction(value)
        return IV.mpf(exact.numerator) / exact.denominator

    def exp(self, z: Any) -> Any:
        return IV.exp(z)

    def log(self, z: Any) -> Any:
        return IV.log(z)


def problem() -> Problem:
    """25 parameters, 20 samples."""
    random = Random(3)

    def draw(width: int) -> list[list[Fraction]]:
        return [[Fraction(random.randint(-20, 20), 8) for _ in range(width)] for _ in range(20)]

    return Problem(
        Network([2, 6, 1], "tanh", bias="all"),
        Dataset(draw(2), draw(1)),
        Loss(),
        Regularizer("1/10"),
    )


def certified(instance: Problem) -> tuple[BallLandscape, list[arb], CriticalBox]:
    start = shaped(instance.network.shapes, [((i * 7919) % 31 - 15) / 10 for i in range(25)])
    reached = nearby_critical_point(instance, start, Deadline(60))
    assert reached is not None
    point = [arb(float(x)) for x in flat(instance.network.shapes, reached)]
    landscape = BallLandscape(instance)
    return landscape, point, critical_box(landscape, point, Deadline(60))


def by_balls(landscape: BallLandscape, box: CriticalBox) -> bool:
    """One pass of what the certificate needs, with Arb."""
    with ctx.workprec(box.precision):
        middle = [arb(x) for x in box.midpoint]
        n = landscape.size
        inverse = arb_mat(n, n, [arb(x) for row in box.inverse for x in row])
        sides = zip(box.midpoint, box.radii, strict=True)
        over = landscape.at([exact_ball(x, r) for x, r in sides])[2]
        radii = [arb(r) for r in box.radii]
        image = krawczyk(landscape.gradient(middle), over, radii, inverse)
        inside = all(x < r for x, r in zip(image, radii, strict=True))
        return inside and congruence(over) is not None


def by_mpmath(instance: Problem, box: CriticalBox) -> bool:
    """The same with mpmath's intervals."""
    IV.prec = box.precision
    system, shapes = MpmathIntervals(), instance.network.shapes
    middle = [system.number(Fraction(str(x))) for x in box.midpoint]
    radii = [system.number(Fraction(str(r))) for r in box.radii]
    wide = [x + r * IV.mpf([-1, 1]) for x, r in zip(middle, radii, strict=True)]
    slope = IV.matrix(gradient(instance, system, shaped(shapes, middle)))
    curvature = IV.matrix(hessian(instance, system, shaped(shapes, wide)))
    n = len(middle)
    inverse = IV.matrix([[system.number(Fraction(str(x))) for x in row] for row in box.inverse])
    assert box.congruence is not None
    turn = IV.matrix([[system.number(Fraction(str(x))) for x in row] for row in box.congruence[1]])
    step, defect = inverse * slope, IV.eye(n) - inverse * curvature
    image = [
        abs(step[i]).b + sum(abs(defect[i, j]).b * radii[j] for j in range(n)) for i in range(n)
    ]
    congruent = turn.T * curvature * turn
    return all(x.b < r.b for x, r in zip(image, radii, strict=True)) and all(
        abs(congruent[i, i]).a > sum(abs(congruent[i, j]).b for j in range(n) if j != i)
        for i in range(n)
    )


def classification_ratio() -> float:
    instance = problem()
    landscape, _, box = certified(instance)
    assert by_balls(landscape, box)
    slow = seconds(lambda: by_mpmath(instance, box), repeat=3)
    return ratio(
        "gradient, Hessian, Krawczyk, inertia of 25 parameters and 20 samples",
        slow,
        seconds(lambda: by_balls(landscape, box), repeat=15),
    )


def krawczyk_ratio(n: int = 20) -> float:
    """The operator alone on random matrices near the identity."""
    random, bits = Random(0), 150
    entries = [[(i == j) * 4 + random.random() for j in range(n)] for i in range(n)]
    slope = [random.random() / 1000 for _ in range(n)]
    with ctx.workprec(bits):
        matrix = arb_mat(n, n, [arb(x, 1e-9) for row in entries for x in row])
        inverse = approximate_inverse(matrix)
        assert inverse is not None
        vector, radii = [arb(x) for x in slope], [arb("0.1")] * n
        fast = seconds(lambda: krawczyk(vector, matrix, radii, inverse), repeat=10)
    IV.prec = bits
    interval = IV.matrix([[IV.mpf([x - 1e-9, x + 1e-9]) for x in row] for row in entries])
    Y = IV.matrix(
        [[IV.mpf(str(x.mid().str(40, radius=False))) for x in row] for row in inverse.tolist()]
    )

    def by_intervals() -> list[Any]:
        step, defect = Y * IV.matrix(slope), IV.eye(n) - Y * interval
        return [
            abs(step[i]).b + sum(abs(defect[i, j]).b for j in range(n)) * IV.mpf("0.1")
            for i in range(n)
        ]

    return ratio(f"Krawczyk's operator of size {n}", seconds(by_intervals, repeat=2), fast)


def by_sympy(instance: Problem, start: list[float], digits: int) -> list[Any]:
    """Newton's method: SymPy finds gradient and Hessian of one sample's loss, mpmath adds them over
    the samples."""
    import sympy

    (inputs, hidden, _), n = instance.network.widths, len(start)
    w, x, y = sympy.symbols(f"w:{n}"), sympy.symbols(f"x:{inputs}"), sympy.Symbol("y")
    after = inputs * hidden
    neurons = [
        sympy.tanh(sum(w[j * inputs + i] * x[i] for i in range(inputs)) + w[after + j])
        for j in range(hidden)
    ]
    outgoing = w[after + hidden : after + 2 * hidden]
    output = sum(v * h for v, h in zip(outgoing, neurons, strict=True)) + w[-1]
    loss = (output - y) ** 2 / 2
    slope = [sympy.diff(loss, a) for a in w]
    curvature = [[sympy.diff(a, b) for b in w] for a in slope]
    slope_at, curvature_at = (
        sympy.lambdify([w, x, y], found, "mpmath", cse=True) for found in (slope, curvature)
    )
    context = mpmath.mp
    regularized = [not after <= i < after + hidden and i < n - 1 for i in range(n)]
    with mpmath.workdps(digits + 10):
        tenth, point = context.mpf(1) / 10, [context.mpf(a) for a in start]
        samples = [
            ([context.mpf(a.numerator) / a.denominator for a in row], target.numerator)
            for row, (target,) in zip(
                instance.dataset.inputs, [[8 * t for t in r] for r in instance.dataset.targets],
                strict=True,
            )
        ]  # fmt: skip
        for _ in range(40):
            g = [tenth * a * r for a, r in zip(point, regularized, strict=True)]
            H = [[tenth * (i == j and regularized[i]) for j in range(n)] for i in range(n)]
            for row, target in samples:
                at = point, row, context.mpf(target) / 8
                g = [a + b for a, b in zip(g, slope_at(*at), strict=True)]
                more = curvature_at(*at)
                H = [[a + b for a, b in zip(*p, strict=True)] for p in zip(H, more, strict=True)]
            step = context.lu_solve(context.matrix(H), context.matrix(g))
            point = [a - b for a, b in zip(point, step, strict=True)]
            if max(abs(a) for a in step) < context.mpf(10) ** -digits:
                break
        return point


def newton_ratio(digits: int = 50) -> float:
    instance = problem()
    landscape, point, _ = certified(instance)
    start = [float(x) for x in point]
    ends: list[Any] = []
    with ctx.workprec(4 * digits + 40):
        bits = 10 * digits // 3

        def by_newton() -> None:
            ends[:] = polish(landscape, [arb(x) for x in start], bits, Deadline(60)) or []

        fast = seconds(by_newton, repeat=3)
    slow = seconds(lambda: ends.append(by_sympy(instance, start, digits)))
    *found, other = ends
    with mpmath.workdps(digits + 10):
        assert len(found) == len(other) == 25
        for a, b in zip(found, other, strict=True):
            assert abs(mpmath.mpf(a.str(digits + 8, radius=False)) - b) < mpmath.mpf(10) ** -digits
    return ratio(f"Newton's method at {digits} digits, SymPy and mpmath", slow, fast)


def test_newtons_method_is_50_times_faster_than_sympy_and_mpmath() -> None:
    assert newton_ratio() > 50


def test_a_certified_classification_is_50_times_faster(benchmark: Any) -> None:
    instance = problem()
    landscape, point, _ = certified(instance)
    benchmark.pedantic(lambda: critical_box(landscape, point, Deadline(60)), rounds=3)
    assert classification_ratio() > 50


def test_krawczyk_is_100_times_faster() -> None:
    assert krawczyk_ratio() > 100


def test_the_checker_takes_less_than_ten_seconds() -> None:
    instance = problem()
    _, _, box = certified(instance)
    case = Case(instance)
    box_claims(case, instance, box)
    files = case.statement(), case.certificate()
    assert check(*files).accepted
    taken = seconds(lambda: check(*files))
    print(f"\nchecking 25 parameters and 20 samples: {taken:.3g} s")
    assert taken < 10


if __name__ == "__main__":
    classification_ratio()
    krawczyk_ratio()
    newton_ratio()
