"""Relative derivatives: against mpmath's gradient, and never against a critical point."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest

from symland import Dataset, Loss, Network, Problem, Regularizer
from symland.checker.intervals import Interval, number
from symland.checker.relative_gradients import FAR, LIMIT, PEAK, PEAK_VALUE, RelativeGradient
from symland.checker.verdict import Refused
from symland.search.box_relative import RelativeGradient as Search
from tests.checker.documents import problem
from tests.checker.test_expansions import mpmath_loss, parsed
from tests.checker.test_scaled_gradients import ONE, answer, critical_points, lists_all, name

BITS = 120
TWICE = Dataset([[1], [1], [-1], [2], [2], [0]], [[1], [-1], [1], [1], [1], [-1]])
THREE = Dataset([[2], [-1], [1]], [["1/2"], [-2], [1]])
PLANE = Dataset([[1, -1], [2, 1], [1, 2], [1, -1]], [[1], [-1], [1], [1]])
WEIGHTS = {"W1": [["1/9"]], "b1": ["1/8"], "W2": [["1/6"]], "b2": ["1/7"], "W3": [["1/5"]],
           "b3": ["1/4"]}  # fmt: skip
PROBLEMS = [
    Problem(Network([1, 1, 1, 1], "exp"), THREE, regularizer=Regularizer("1/10")),
    Problem(Network([1, 1, 1, 1], "exp"), TWICE, Loss("logistic"), Regularizer("1/10")),
    Problem(Network([1, 1, 1, 1], "exp", "output"), TWICE, Loss("logistic"), Regularizer("1/3")),
    Problem(Network([1, 1, 1, 1], "exp", "all"), THREE, regularizer=Regularizer(WEIGHTS)),
    Problem(Network([1, 1, 1, 1], "exp", "all"), TWICE, Loss("logistic"), Regularizer(WEIGHTS)),
    Problem(Network([2, 1, 1, 1], ["tanh", "exp"]), PLANE, Loss("logistic"), Regularizer("1/5")),
    Problem(Network([1, 2, 1, 1], ["softplus", "exp"], "output"), TWICE,
            regularizer=Regularizer("1/5")),
    Problem(Network([1, 1, 1], "exp", "output"), TWICE, Loss("logistic"), Regularizer("1/2")),
]  # fmt: skip


def at_point(known: RelativeGradient, w: Any, c: Any, reference: int) -> tuple[Any, ...]:
    """What is_excluded computes of the box of one point: b and so on, p, s, r, G and v^2."""
    box, directions = ([number(Fraction(x), BITS) for x in values] for values in (w, c))
    found = known._known(box, directions, reference)
    p = known._multiple(found, box[known.v], None, None)
    shares = known._shares(found, box[known.v], p)
    errors = [known._error(i, s + found.bias) for i, s in enumerate(shares)]
    products = [
        known._product(i, s, r, found.bias)
        for i, (s, r) in enumerate(zip(shares, errors, strict=True))
    ]
    squared = known._square(found, box[known.v], p)
    return box, directions, found, p, errors, products, squared


@pytest.mark.parametrize("question", PROBLEMS, ids=name)
def test_sums_are_those_of_derivatives(question: Problem) -> None:
    """At points, critical or not: (3) is the sum of derivatives that it stands for."""
    known, rng = RelativeGradient(parsed(question), BITS), np.random.default_rng(2)
    n, size = question.network.parameter_count, question.sample_count
    for reference in range(size):
        at = [Fraction(int(x), 16) for x in rng.choice([-9, -5, -3, 2, 7, 11], n)]
        c = rng.integers(-9, 10, known.size).tolist()
        box, directions, found, p, errors, products, squared = at_point(known, at, c, reference)
        ends = [Interval(low, high, BITS) for low, high in products]
        total = known._total(box, directions, found, p, errors, ends, squared)
        with mpmath.workdps(40):
            w = [mpmath.mpf(x.numerator) / x.denominator for x in at]

            def loss(*v: Any) -> Any:
                return mpmath_loss(question, list(v))

            slopes = [mpmath.diff(loss, w, [i == k for i in range(n)]) for k in range(n)]
            z = mpmath.mpf(found.top.value.lower) / (1 << BITS)
            along = mpmath.mpf(found.top.slope.lower) / (1 << BITS)
            v, last = known.v, c[-1] if known.b is not None else 0
            value = mpmath.fsum(
                a * s for k, (a, s) in enumerate(zip(c, slopes, strict=False)) if k != v
            )
            value += (c[v] - along) * w[v] * slopes[v] + last * slopes[v] / mpmath.exp(z)
            low, high = (float(x) for x in total.ends())
            assert high - low < 1e-15
            assert abs(low - float(value)) < 1e-9 * (1 + abs(float(value)))


@pytest.mark.parametrize("question", PROBLEMS, ids=name)
def test_no_box_around_a_critical_point_is_excluded(question: Problem) -> None:
    """By the checker, with any integers and references, nor by the search; and what the checker
    takes the output's parts for holds the true ones."""
    known, search = RelativeGradient(parsed(question), BITS), Search(question)
    rng, n = np.random.default_rng(4), question.network.parameter_count
    points = critical_points(question)
    assert points
    for point in points[:8]:
        low = point - 10.0 ** rng.uniform(-4, 0.7, (40, n)) - 1e-9
        high = point + 10.0 ** rng.uniform(-4, 0.7, (40, n)) + 1e-9
        if search.known:
            assert search.excluding(low, high, 0.005)[0] == [None] * 40
        for k, (a, b) in enumerate(zip(low, high, strict=True)):
            box = [
                Interval.between(Fraction(x), Fraction(y), BITS) for x, y in zip(a, b, strict=True)
            ]
            reference = int(rng.integers(question.sample_count))
            own = at_point(known, point, [0] * known.size, reference)
            p = (own[3].ends()[0] + own[3].ends()[1]) / 2
            near = Fraction(int(2**32 * p), 2**32), Fraction(1, int(rng.choice([1, 16, 2**20])))
            bounds = [(None, None), (near[0] - near[1], near[0] + near[1])][k % 2]
            c = rng.integers(-99, 100, known.size).tolist()
            with suppress(Refused):
                assert not known.is_excluded(box, c, reference, *bounds)


@pytest.mark.parametrize("question", PROBLEMS[:7], ids=name)
def test_the_checker_sees_what_the_search_sees(question: Problem) -> None:
    """Boxes of all sizes in [-3, 3], with neurons up to exp(3 e^6)."""
    known, search = RelativeGradient(parsed(question), BITS), Search(question)
    rng, n = np.random.default_rng(9), question.network.parameter_count
    low = rng.integers(-96, 96, (250, n)) / 32
    high = np.minimum(low + 2.0 ** -rng.integers(-2, 5, (250, n)), 3)
    nodes, axes = search.excluding(low, high, 0.005)
    assert sum(node is not None for node in nodes) > 50
    for node, a, b, axis in zip(nodes, low, high, axes, strict=True):
        assert -1 <= axis < n
        if node is not None:
            ends = (
                None if e is None else e[0] * Fraction(2) ** e[1] for e in (node.least, node.most)
            )
            box = [
                Interval.between(Fraction(x), Fraction(y), BITS) for x, y in zip(a, b, strict=True)
            ]
            assert known.is_excluded(box, node.factors, node.reference, *ends)


def test_bounds_of_the_multiple_are_checked() -> None:
    """One sample, x = 1, y = 2, squared loss: at a critical point (p - 2) + p / 10 h^2 = 0."""
    data, factor = Dataset([[1]], [[2]]), Regularizer("1/10")
    known = RelativeGradient(
        parsed(Problem(Network([1, 1, 1, 1], "exp"), data, regularizer=factor)), BITS
    )
    box = [Interval.between(Fraction(a), Fraction(b), BITS) for a, b in ((1, 1), (1, 1), (-3, 3))]
    for least in (Fraction(-5), Fraction(0), Fraction(19, 10)):
        assert not known.is_excluded(box, [0, 0, 0], 0, least, None)
    for least in (Fraction(2), Fraction(3)):
        with pytest.raises(Refused, match="may be smaller than it is said to be"):
            known.is_excluded(box, [0, 0, 0], 0, least, None)
    assert not known.is_excluded(box, [0, 0, 0], 0, None, Fraction(2))
    for most in (Fraction(19, 10), Fraction(-1)):
        with pytest.raises(Refused, match="may be larger than it is said to be"):
            known.is_excluded(box, [0, 0, 0], 0, None, most)
    with pytest.raises(Refused, match="too large"):
        known.is_excluded(box, [0, 0, 0], 0, Fraction(-FAR), None)
    # v h = 2 with h = exp(e) is at v = 0.13; v in [1, 3] is too large for that.
    box[2] = Interval.between(Fraction(1), Fraction(3), BITS)
    assert known.is_excluded(box, [0, 0, 0], 0, None, Fraction(2))


def test_the_largest_logistic_product() -> None:
    """a s(-a) against mpmath, near its largest value and far away."""
    known, rng = RelativeGradient(parsed(PROBLEMS[1]), BITS), np.random.default_rng(5)
    with mpmath.workdps(40):
        at = mpmath.findroot(lambda a: a / (1 + mpmath.exp(-a)) - 1, 1.28)
        assert PEAK[0] < Fraction(str(mpmath.nstr(at, 20))) < PEAK[1]
        assert at - 1 < mpmath.mpf(PEAK_VALUE.numerator) / PEAK_VALUE.denominator
        for _ in range(500):
            scale = float(rng.choice([0.01, 1, 30, 2000]))
            a, b = sorted(scale * rng.normal(size=2) + rng.choice([0, 1.2784, 1.2785]))
            least, most = known._peaked(Interval.between(Fraction(a), Fraction(b), BITS))
            for x in [a, b, *rng.uniform(a, b, 5), *([float(at)] if a < at < b else [])]:
                value = mpmath.mpf(x) / (1 + mpmath.exp(mpmath.mpf(x)))
                assert least is not None
                assert least <= value * 2**BITS <= most
            if b - a < 1e-3:
                assert most - least < 2e-3 * 2**BITS
    far = number(2 * FAR, BITS)
    assert known._peaked(Interval(-far.lower, 0, BITS))[0] is None
    assert known._peaked(Interval(number(2, BITS).lower, far.upper, BITS)) == (
        0,
        known._logistic(number(2, BITS).lower).upper,
    )


def test_products_by_exponentials() -> None:
    """Every product is between the ends, if an end beyond FAR stands for an infinite one."""
    known, rng = RelativeGradient(parsed(PROBLEMS[0]), BITS), np.random.default_rng(6)
    tops = [3.0, 40.0, LIMIT + 3.0, 900.0]
    for _ in range(2000):
        a, b = sorted(rng.normal(size=2) * float(rng.choice([1e-9, 1, 1e9, 1e14])))
        z, y = sorted(rng.normal(size=2) * float(rng.choice(tops)))
        factor = Interval.between(Fraction(a), Fraction(b), BITS)
        found = known._times_exp(factor, Interval.between(Fraction(z), Fraction(y), BITS))
        low, high = found.ends()
        far_low, far_high = low <= -FAR, high >= FAR
        infinite_low, infinite_high = a <= -FAR, b >= FAR
        with mpmath.workdps(80):
            for f in (a, b):
                for x in (z, y):
                    value = mpmath.mpf(f) * mpmath.exp(mpmath.mpf(x))
                    assert far_low or mpmath.mpf(low.numerator) / low.denominator <= value
                    assert far_high or mpmath.mpf(high.numerator) / high.denominator >= value
        assert far_low or not infinite_low
        assert far_high or not infinite_high


def ends_of(rng: Any, middle: float, width: float) -> tuple[float, float]:
    a = middle + width * rng.normal()
    return a, a + float(rng.choice([0.0, 1e-6, 1.0])) * width * rng.uniform()


@pytest.mark.parametrize("question", [PROBLEMS[2], PROBLEMS[4], PROBLEMS[3]], ids=name)
def test_lower_bounds_of_r_times_q(question: Problem) -> None:
    """For p of both signs, and neurons that are smaller than the reference or without a bound."""
    known, rng = RelativeGradient(parsed(question), BITS), np.random.default_rng(7)
    logistic, found = question.loss.kind == "logistic", 0
    for _ in range(1500):
        p = Fraction(int(rng.choice([-1, 1]) * 2.0 ** rng.uniform(20, 60)), 2**40)
        low, high = ends_of(rng, float(rng.choice([-5, 0, 5, 60, 70])), 4.0)
        least, most = ends_of(rng, 0.0, 3.0)
        index, sign = int(rng.integers(len(known.groups))), int(rng.choice([-1, 1]))
        log = Interval.between(Fraction(low), Fraction(high), BITS)
        bias = Interval.between(Fraction(least), Fraction(most), BITS)
        try:
            bound = known._least_term(index, number(p, BITS), log, bias, sign)
        except Refused:
            continue
        found += 1
        with mpmath.workdps(90):
            for x in (low, high, rng.uniform(low, high)):
                for b in (least, most, rng.uniform(least, most)):
                    q = mpmath.exp(mpmath.mpf(x))
                    f = mpmath.mpf(p.numerator) / p.denominator * q + mpmath.mpf(b)
                    assert bound <= sign * true_error(question, known, index, f) * q * 2**BITS
    assert found > (750 if logistic else 400)


def true_error(question: Problem, known: RelativeGradient, index: int, f: Any) -> Any:
    """r in mpmath."""
    total, scale = mpmath.mpf(0), question.loss.scale_for(question.sample_count)
    for i in known.groups[index]:
        target = Fraction(question.dataset.targets[i][0])
        y = mpmath.mpf(target.numerator) / target.denominator
        own = -y / (1 + mpmath.exp(y * f)) if question.loss.kind == "logistic" else 2 * (f - y)
        total += own * scale.numerator / scale.denominator
    return total


@pytest.mark.parametrize("question", [PROBLEMS[2], PROBLEMS[4], PROBLEMS[3]], ids=name)
def test_bounds_of_the_multiple_hold_at_all_places(question: Problem) -> None:
    """Where the sum (2) is said to have a sign in a box, it has it at places in it."""
    known, rng = RelativeGradient(parsed(question), BITS), np.random.default_rng(8)
    n, found = question.network.parameter_count, 0
    for _ in range(600):
        low = np.round(rng.uniform(-1.5, 1.5, n) * 64) / 64
        high = low + np.round(rng.uniform(0, 2, n) ** 3 * 16) / 64
        box = [
            Interval.between(Fraction(a), Fraction(b), BITS) for a, b in zip(low, high, strict=True)
        ]
        reference, sign = int(rng.integers(question.sample_count)), int(rng.choice([-1, 1]))
        p = np.round(rng.normal() * 2**22) / 2**20
        zero = [number(0, BITS)] * known.size
        try:
            inside = known._known(box, zero, reference)
            if not known._exceeds(inside, number(Fraction(p), BITS), sign):
                continue
        except Refused:
            continue
        found += 1
        for w in (low, high, *rng.uniform(low, high, (4, n))):
            own = known._known(
                [number(Fraction(x), BITS) for x in w], [number(0, BITS)] * known.size, reference
            )
            with mpmath.workdps(60):
                z = [mpmath.mpf(x.lower) / 2**BITS for x in own.values]
                top = mpmath.mpf(own.top.value.lower) / 2**BITS
                penalty = mpmath.mpf(known.penalties[known.v].lower) / 2**BITS
                total = penalty * p * mpmath.exp(-2 * top)
                for index, x in enumerate(z):
                    q = mpmath.exp(x - top)
                    b = mpmath.mpf(own.bias.lower) / 2**BITS
                    total += true_error(question, known, index, p * q + b) * q
                assert sign * total > 0
    assert found > 100


# L = (v exp(w e^u) - 2)^2 / 2 + (u^2 + w^2 + v^2) / 20.
DEEP = ONE | {"widths": [1, 1, 1, 1], "activation": ["exp", "exp"], "l2": None}


def deep(**changes: Any) -> Any:
    return problem(**{k: x for k, x in (DEEP | changes).items() if x is not None})


def test_a_cover_by_relative_derivatives() -> None:
    """All weights in [2, 3]: exp(w e^u) > e^14, v times that is not near 2, nor below 3."""
    about = deep()
    for least in (None, [-5, 0]):
        assert answer([[4, [0, 0, 0], 0, least, [3, 0]]], about, "2", "3").accepted
        assert answer([[4, [0, 0, 1], 0, least, [5, -1]]], about, "2", "3").accepted
    # v may be as small as it has to be.
    assert not answer([[4, [0, 0, 0], 0, None, [3, 0]]], about, "-3", "3").accepted


@pytest.mark.parametrize(
    ("node", "reason"),
    [
        ([4, [0, 0, 0], 0, None, None], "an output without bound"),
        ([4, [0, 0, 0], 0, None, [1, 0]], "may be larger than it is said to be"),
        ([4, [0, 0, 0], 0, [4, 0], None], "may be smaller than it is said to be"),
        ([4, [0, 0, 0], 1, None, [3, 0]], "cover"),
        ([4, [0, 0, 0], -1, None, [3, 0]], "cover"),
        ([4, [0, 0], 0, None, [3, 0]], "expected 3 integers"),
        ([4, [0, 0, 0, 0], 0, None, [3, 0]], "expected 3 integers"),
        ([4, [0, 0, 10**8 + 1], 0, None, [3, 0]], "expected 3 integers"),
        ([4, [0, 0, 0], 0, None, [3, 14]], "cover"),
        ([4, [0, 0, 0], 0, None, [3, -57]], "cover"),
        ([4, [0, 0, 0], 0, None, [10**8 + 1, 0]], "cover"),
        ([4, [0, 0, 0], 0, None, [3]], "cover"),
        ([4, [0, 0, 0], 0, None, 3], "cover"),
        ([4, [0, 0, 0], 0, [3, 0]], "expected 3 integers"),
        ([3, [0, 0, 0], 0, None, [3, 0]], "cover"),
        ([5, [0, 0, 0], 0, None, [3, 0]], "cover"),
        ([4, 0, 0, None, [3, 0]], "expected 3 integers"),
    ],
)
def test_nodes_that_are_refused(node: Any, reason: str) -> None:
    found = answer([node], deep(), "2", "3")
    assert not found.accepted
    assert reason in str(found.reason)


def test_networks_and_rules_without_relative_derivatives() -> None:
    node = [4, [0, 0, 0], 0, None, [3, 0]]
    for activation, reason in (
        (["exp", "tanh"], "another activation than exp"),
        (["relu", "exp"], "is not known"),
    ):
        found = answer([node], deep(activation=activation), "2", "3")
        assert not found.accepted
        assert reason in str(found.reason)
    two = problem(**(ONE | {"widths": [1, 2, 1]}))
    reason = answer([[4, [0] * 4, 0, None, [3, 0]]], two, "2", "3").reason
    assert "more than one output, or neuron in the last hidden layer" in str(reason)
    assert not answer([node], deep(), "2", "3", rule="branch_and_bound").accepted


CASES = [
    (THREE, "squared", "1/10"),
    (TWICE, "logistic", "1/2"),
    # With boxes beside a point that are long where its own box is not.
    (Dataset([[-2], [-2], [-1]], [[1], [-1], [-1]]), "logistic", "1/10"),
]


@pytest.mark.parametrize(("data", "kind", "factor"), CASES)
def test_exp_of_exp_is_complete(data: Dataset, kind: str, factor: str) -> None:
    """In [-3, 3], where exp reaches exp(3 e^6): certified, with all that Newton's method finds."""
    lists_all(Problem(Network([1, 1, 1, 1], "exp"), data, Loss(kind), Regularizer(factor)))
