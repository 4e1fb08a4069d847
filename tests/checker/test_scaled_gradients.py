"""Scaled derivatives: against mpmath's gradient, and never against a critical point."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest

from symland import Dataset, Loss, Network, Problem, Regularizer, critical_set
from symland.checker.intervals import Interval, number
from symland.checker.scaled_gradients import (
    BENT,
    DIVIDED,
    MULTIPLIED,
    PASSES,
    ScaledGradient,
    _narrow,
    _narrowed,
)
from symland.checker.verdict import Refused
from symland.landscape.float_landscape import FloatLandscape
from symland.landscape.number_systems.interval_arrays import IntervalArray
from symland.search.box_errors import errors_at_critical_points
from symland.search.box_scaled import ScaledGradient as Search
from symland.search.critical_starts import critical_starts
from symland.search.deadline import Deadline
from symland.search.end_neurons import EndNeurons
from tests.checker.documents import certificate, problem, statement, verdict
from tests.checker.test_expansions import mpmath_loss, parsed

BITS = 80
FOUR = Dataset([[1], [-1], [2], [0]], [[1], [-1], [1], [1]])
PLANE = Dataset([[1, -1], [2, 1], [0, 2], [-1, 0]], [[1], [-1], [1], [-1]])
EVERY = {"W1": [["1/9"], ["1/7"]], "b1": ["1/8", "1/5"], "W2": [["1/6", "1/4"]], "b2": ["3/2"]}
PROBLEMS = [
    Problem(Network([1, 1, 1], "exp"), Dataset([[-1], [0], [0]], [["1/2"], [1], [3]])),
    Problem(Network([1, 2, 1], "exp"), Dataset([[-1], [-2]], [[2], [-1]]),
            regularizer=Regularizer({"W1": [["1/10"], [0]], "W2": [["1/2", "1/2"]]})),
    Problem(Network([1, 2, 1], "exp", "all"), FOUR, regularizer=Regularizer(EVERY)),
    Problem(Network([1, 2, 1], "exp"), FOUR, regularizer=Regularizer("1/10")),
    Problem(Network([1, 2, 1], "exp", "all"), FOUR, Loss("logistic"), Regularizer("1/2")),
    Problem(Network([2, 1, 1], "exp", "output"), PLANE, Loss("logistic"), Regularizer("1/5")),
    Problem(Network([2, 1, 1], "exp"), PLANE, regularizer=Regularizer("1/3")),
    Problem(Network([1, 1, 1, 1], "exp", "output"), FOUR, regularizer=Regularizer("1/5")),
    Problem(Network([1, 2, 1, 1], ["tanh", "exp"]), FOUR, Loss("logistic"), Regularizer("1/5")),
    Problem(Network([1, 2, 2], "exp", "all"), Dataset([[1], [2]], [[1, 2], [0, -1]])),
]  # fmt: skip


def name(question: Problem) -> str:
    network = question.network
    widths = "-".join(map(str, network.widths))
    return f"{widths} {network.bias} {question.loss.kind} {question.regularizer is not None}"


def scales(known: ScaledGradient, kind: int, w: Any) -> list[Any]:
    """What multiplies each derivative."""
    found = [1 for _ in w]
    for v in known.multiplied if kind == MULTIPLIED else ():
        found[v] = w[v]
    for k, v in known.above.items() if kind == DIVIDED else ():
        found[k] = 1 / w[v]
    return found


def kinds(known: ScaledGradient) -> list[int]:
    return [MULTIPLIED, DIVIDED] if known.above else [MULTIPLIED]


@pytest.mark.parametrize("question", PROBLEMS, ids=name)
def test_sums_are_those_of_scaled_derivatives(question: Problem) -> None:
    """At points, with the errors of the loss there."""
    known, rng = ScaledGradient(parsed(question), BITS), np.random.default_rng(2)
    n = question.network.parameter_count
    for kind in kinds(known):
        at = [Fraction(int(x), 16) for x in rng.choice([-9, -5, -3, 2, 7, 11, 20], n)]
        c = rng.integers(-9, 10, n).tolist()
        box, directions = ([number(x, BITS) for x in values] for values in (at, c))
        samples = known._samples(kind, box, directions)
        found = known._total(kind, box, directions, samples, known._errors(samples))
        with mpmath.workdps(40):
            w = [mpmath.mpf(x.numerator) / x.denominator for x in at]
            slopes = [
                mpmath.diff(
                    lambda *v: mpmath_loss(question, list(v)), w, [i == k for i in range(n)]
                )
                for k in range(n)
            ]
            factors = scales(known, kind, w)
            value = mpmath.fsum(a * s * g for a, s, g in zip(c, factors, slopes, strict=True))
            low, high = (float(x) for x in found.ends())
            assert high - low < 1e-15
            assert abs((low + high) / 2 - float(value)) < 1e-9 * (1 + abs(float(value)))


@pytest.mark.parametrize("question", PROBLEMS[:7], ids=name)
def test_the_mean_value_theorem_keeps_the_sign(question: Problem) -> None:
    """Where it shows that a sum is not 0 in a box, the sum has one sign at places in it."""
    known, rng = ScaledGradient(parsed(question), BITS), np.random.default_rng(3)
    floats, n, shown = FloatLandscape(question), question.network.parameter_count, 0
    for _ in range(300):
        low = [Fraction(int(x), 32) for x in rng.integers(-40, 40, n)]
        high = [x + Fraction(1, int(rng.choice([4, 16, 64]))) for x in low]
        box = [Interval.between(a, b, BITS) for a, b in zip(low, high, strict=True)]
        kind, c = int(rng.choice(kinds(known))), rng.integers(-9, 10, n).tolist()
        if kind == DIVIDED and any(box[v].lower <= 0 <= box[v].upper for v in known.multiplied):
            continue
        middles = [(a + b) / 2 for a, b in zip(low, high, strict=True)]
        if not known.is_excluded(kind + BENT, box, middles, c):
            continue
        shown += 1
        places = rng.uniform([float(x) for x in low], [float(x) for x in high], (20, n))
        sums = [np.dot(c, np.array(scales(known, kind, w)) * floats.gradient(w)) for w in places]
        assert min(sums) > 0 or max(sums) < 0
    assert shown > 20


@pytest.mark.parametrize("question", [*PROBLEMS[:7], PROBLEMS[9]], ids=name)
def test_slopes_are_those_of_the_sums(question: Problem) -> None:
    """At points: derivatives of the combination by all weights, by mpmath."""
    known, rng = ScaledGradient(parsed(question), BITS), np.random.default_rng(6)
    n = question.network.parameter_count

    def total(kind: int, c: list[int], w: list[Any]) -> Any:
        def loss(*v: Any) -> Any:
            return mpmath_loss(question, list(v))

        gradient = [mpmath.diff(loss, w, [i == k for i in range(n)]) for k in range(n)]
        return mpmath.fsum(
            a * s * g for a, s, g in zip(c, scales(known, kind, w), gradient, strict=True)
        )

    for kind in kinds(known):
        at = [Fraction(int(x), 16) for x in rng.choice([-9, -5, -3, 2, 7, 11, 20], n)]
        c = rng.integers(-9, 10, n).tolist()
        box, directions = ([number(x, BITS) for x in values] for values in (at, c))
        found = known._slopes(kind, box, directions, known._samples(kind, box, directions))
        with mpmath.workdps(60):
            w, step = [mpmath.mpf(x.numerator) / x.denominator for x in at], mpmath.mpf(10) ** -8
            for k, slope in enumerate(found):
                low, high = (float(x) for x in slope.ends())
                up, down = ([x + (i == k) * e for i, x in enumerate(w)] for e in (step, -step))
                value = float((total(kind, c, up) - total(kind, c, down)) / (2 * step))
                assert high - low < 1e-15
                assert abs(low - value) < 1e-6 * (1 + abs(value))


def critical_points(question: Problem) -> list[Any]:
    """Those that Newton's method finds, and the weights 0 where they are critical."""
    found = critical_starts(question, [], 0, Deadline(3), idle=30, cube=(-3.0, 3.0)).regular
    floats, zero = FloatLandscape(question), np.zeros(question.network.parameter_count)
    more = [] if abs(floats.gradient(zero)).max() else [zero]
    return [*(np.array(x) for x in found if abs(floats.gradient(x)).max() < 1e-9), *more]


@pytest.mark.parametrize("question", PROBLEMS[:9], ids=name)
def test_no_box_around_a_critical_point_is_excluded(question: Problem) -> None:
    """By the checker, with integers of the search's and others; nor by the search."""
    known, search = ScaledGradient(parsed(question), BITS), Search(question)
    rng, n = np.random.default_rng(4), question.network.parameter_count
    points = critical_points(question)
    assert points
    for point in points:
        width = 10.0 ** rng.uniform(-4, 0.5, (60, n))
        low = point - width * rng.uniform(0, 1, (60, n))
        high = low + width
        low, high = np.minimum(low, point - 1e-9), np.maximum(high, point + 1e-9)
        with np.errstate(all="ignore"):
            assert search.excluding(low, high, 0.005) == [None] * 60
        for a, b in zip(low[:12], high[:12], strict=True):
            ends = [(Fraction(x), Fraction(y)) for x, y in zip(a, b, strict=True)]
            box = [Interval.between(x, y, BITS) for x, y in ends]
            for kind in kinds(known):
                c = rng.integers(-99, 100, n).tolist()
                middles = [(x + y) / 2 for x, y in ends]
                if kind == DIVIDED and any(x <= 0 <= y for x, y in ends):
                    with suppress(Refused):
                        assert not known.is_excluded(kind, box, middles, c)
                else:
                    assert not known.is_excluded(kind, box, middles, c)


@pytest.mark.parametrize("question", PROBLEMS[:9], ids=name)
def test_errors_at_critical_points_are_kept(question: Problem) -> None:
    """By the checker and by the search, which narrow them about as much."""
    known, ends = ScaledGradient(parsed(question), BITS), EndNeurons(question)
    rng, n, narrowed = np.random.default_rng(5), question.network.parameter_count, 0
    for point in critical_points(question):
        exact = [number(Fraction(x), BITS) for x in point]
        zero = [number(0, BITS)] * n
        at = known._samples(MULTIPLIED, exact, zero)
        own = [row[0].ends() for row in known._errors(at)]
        for _ in range(20):
            width = 10.0 ** rng.uniform(-3, 0.3, n)
            low = point - width * rng.uniform(0, 1, n) - 1e-9
            high = np.maximum(low + width, point + 1e-9)
            pairs = [(Fraction(a), Fraction(b)) for a, b in zip(low, high, strict=True)]
            box = [Interval.between(a, b, BITS) for a, b in pairs]
            samples = known._samples(MULTIPLIED, box, zero)
            before, after = ([row[0] for row in known._errors(samples)], known._errors(samples))
            for _ in range(PASSES):
                assert _narrowed(after, [list(known._rows(0, box, samples))])
            for x, old, (new,) in zip(own, before, after, strict=True):
                a, b = new.ends()
                room = Fraction(1, 10**6)
                assert a - room <= x[0] <= x[1] <= b + room
                narrowed += new.upper - new.lower < 0.9 * (old.upper - old.lower)
            neurons = [[in_floats(h) for h in sample.neurons] for sample in samples]
            errors = [in_floats(e) for e in before]
            with np.errstate(over="ignore", invalid="ignore"):
                errors, empty = errors_at_critical_points(
                    ends, errors, neurons, low[None], high[None], 0.005
                )
            assert not empty.any()
            for found, (new,) in zip(errors, after, strict=True):
                a, b = (float(x) for x in new.ends())
                near = 1e-6 * (1 + abs(a) + abs(b))
                assert abs(found.lower[0] - a) < near
                assert abs(found.upper[0] - b) < near
    assert narrowed > 20


def in_floats(x: Interval) -> IntervalArray:
    return IntervalArray(*(np.array([float(end)]) for end in x.ends()))


def test_narrowing_by_hand() -> None:
    """3 a + 2 b - 1 = 0 with a in [0, 1], b in [-4, 4]: b in [-1, 1/2]; with b in [3, 4], none."""
    factors, added = [number(3, BITS), number(2, BITS)], number(-1, BITS)
    errors = [Interval.between(*map(Fraction, e), BITS) for e in ((0, 1), (-4, 4))]
    assert _narrow(errors, factors, added)
    assert [float(x) for x in errors[1].ends()] == pytest.approx([-1, 0.5])
    assert [float(x) for x in errors[0].ends()] == [0, 1]
    errors = [Interval.between(*map(Fraction, e), BITS) for e in ((0, 1), (3, 4))]
    assert not _narrow(errors, factors, added)


# L = (v e^u - 2)^2 / 2 + (u^2 + v^2) / 20 has one critical point in [1/4, 2]^2.
ONE = {"widths": [1, 1, 1], "inputs": [[1]], "targets": [[2]], "activation": ["exp"]}
FIELDS = {"symmetries": None, "balances": None, "minors": None, "order": None, "precision": 60}


def answer(
    cover: list[Any], about: Any, lower: str, upper: str, rule: str = "scaled_domain"
) -> Any:
    claim = {"lower": lower, "upper": upper, "points": []}
    step = FIELDS | {"cover": cover}
    if rule == "branch_and_bound":
        step = {"precision": 60, "cover": cover}
    return verdict(statement(about, {}, [("all_critical", claim)]), certificate([(rule, step)]))


def test_a_cover_by_scaled_derivatives() -> None:
    """u and v in [2, 3]: v e^u > 14, so both derivatives are positive."""
    about = problem(**ONE)
    for node in ([0, [1, 0]], [0, [0, 1]], [1, [1, 0]], [1, [3, 1]]):
        assert answer([node], about, "2", "3").accepted
    for node in ([2, [1, 0]], [3, [1, 0]]):
        assert answer([1, node, node], about, "2", "9/4").accepted
    # Nothing is left of the error, which is positive: no sum is needed.
    assert answer([[0, [0, 0]]], about, "2", "3").accepted
    # Each leaf is looked at in its own box.
    assert answer([0, [0, [1, 1]], [1, [1, 0]]], about, "2", "3").accepted
    assert not answer([[0, [1, -1]]], about, "0", "3").accepted
    # That is not asked for where the mean value theorem is named.
    assert not answer([[2, [0, 0]]], about, "2", "3").accepted


@pytest.mark.parametrize(
    ("node", "ends", "reason"),
    [
        ([0, [0, 0]], ("0", "3"), "do not show that no point of a leaf is critical"),
        ([0, [1, 1]], ("0", "3"), "do not show that no point of a leaf is critical"),
        ([1, [1, 0]], ("-1", "3"), "divided by a weight that may be 0"),
        ([4, [1, 0]], ("2", "3"), "cover"),
        ([3, [1, 0]], ("-1", "3"), "divided by a weight that may be 0"),
        ([2, [1, 1]], ("0", "3"), "do not show that no point of a leaf is critical"),
        ([0, [1]], ("2", "3"), "expected 2 integers"),
        ([0, [1, 0, 0]], ("2", "3"), "expected 2 integers"),
        ([0, [1, 10**8 + 1]], ("2", "3"), "expected 2 integers"),
        ([0, [1, "0"]], ("2", "3"), "expected 2 integers"),
        ([True, [1, 0]], ("2", "3"), "cover"),
    ],
)
def test_nodes_that_are_refused(node: Any, ends: tuple[str, str], reason: str) -> None:
    found = answer([node], problem(**ONE), *ends)
    assert not found.accepted
    assert reason in str(found.reason)


def test_networks_and_rules_without_scaled_derivatives() -> None:
    node = [0, [1, 0]]
    tanh = problem(**(ONE | {"activation": ["tanh"]}))
    assert "another activation than exp" in str(answer([node], tanh, "2", "3").reason)
    flat = problem([1, 1], [[1]], [[2]])
    assert "another activation than exp" in str(answer([[0, [1]]], flat, "2", "3").reason)
    deep = problem([1, 1, 1, 1], [[1]], [[2]], activation=["tanh", "exp"])
    reason = answer([[1, [1, 0, 0]]], deep, "2", "3").reason
    assert "more than one hidden layer or output" in str(reason)
    found = answer([node], problem(**ONE), "2", "3", rule="branch_and_bound")
    assert not found.accepted


def lists_all(question: Problem) -> None:
    """The box [-3, 3] is certified, with all that Newton's method finds in it."""
    found = critical_set(question, box=(-3, 3), budget=100)
    document = found.to_json()
    assert document["critical_set"]["status"] == "certified"
    known = [
        np.array([float(x) for row in p["weights"].values() for line in row for x in line])
        for p in document["points"]
    ]
    for point in critical_points(question):
        if abs(point).max() < 3:
            assert min(abs(point - other).max() for other in known) < 1e-6


CASES = [
    (Network([2, 1, 1], "exp"), [[3, 1], [1, 3], [3, -1], [0, -2], [1, 1]], [3, 2, 2, 3, 0],
     "squared", "1/2"),
    (Network([1, 2, 1], "exp"), [[0], [2], [0], [3]], [1, 1, 1, 1], "logistic", "1/100"),
    # With boxes beside a critical point that are short along the weight out of the large neuron.
    (Network([1, 1, 1], "exp"), [[-2], [1], [0], [0], [2], [0]], [-1, 0, 2, -2, 2, -1],
     "squared", "1/100"),
    # With a critical point whose box has sides of very different length.
    (Network([2, 1, 1], "exp"), [[2, 0], [-2, 0], [0, -1], [3, 2], [2, 1], [-1, 3]],
     [0, -2, 3, -2, 3, 2], "squared", "1/100"),
]  # fmt: skip


@pytest.mark.parametrize(("network", "inputs", "targets", "kind", "factor"), CASES)
def test_problems_with_large_exponentials_are_complete(
    network: Network, inputs: Any, targets: Any, kind: str, factor: str
) -> None:
    """In [-3, 3], where exp reaches 2e5: certified, with all that Newton's method finds."""
    data = Dataset(inputs, [[y] for y in targets])
    question = Problem(network, data, Loss(kind), Regularizer(factor))
    lists_all(question)


FREE = Regularizer({"W2": [["1"]]})
HALVES = Dataset([[-1], [0]], [["1/2"], [2]])


@pytest.mark.parametrize(
    ("question", "box"),
    [
        (Problem(Network([1, 1, 1], "exp"), HALVES, regularizer=FREE), ("1/3", 3)),
        (Problem(Network([1, 1, 1], "exp"), HALVES, regularizer=FREE), (-3, 3)),
        (PROBLEMS[0], ("1/3", 3)),
        (PROBLEMS[1], (-1, 1)),
        (Problem(Network([1, 2, 1], "exp", skip=[[1, 1]]), Dataset([[1], [2]], [[1], [1]]),
                 regularizer=Regularizer("1/2")), (-1, 1)),
    ],
)  # fmt: skip
def test_weights_without_a_penalty_and_skip_connections(question: Problem, box: Any) -> None:
    """Where a weight that divides may be 0 a row says nothing, with a penalty or without."""
    answer = critical_set(question, box=box, budget=60)
    assert answer.verdict == "certified", answer.to_json()["critical_set"]
