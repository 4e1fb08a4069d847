"""Power series and expansions of the gradient: against mpmath, exact polynomials, and floats."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product
from math import factorial, prod
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given, strategies as st

from symland import Dataset, Loss, Network, Problem, Regularizer, critical_set
from symland.checker import Verdict, effort, elementary
from symland.checker.cover_leaves import Leaves
from symland.checker.cover_parts import Part
from symland.checker.expansions import Expansion
from symland.checker.interval_jets import Intervals, loss
from symland.checker.intervals import Interval, number
from symland.checker.network import shaped
from symland.checker.power_series import PowerSeries, Series
from symland.checker.statement import read_problem
from symland.checker.verdict import Refused
from symland.landscape.float_landscape import FloatLandscape
from symland.search.box_expansions import Expansions
from symland.search.critical_starts import critical_starts
from symland.search.deadline import Deadline
from tests.checker.documents import certificate, problem, statement, verdict
from tests.mpmath_functions import MP, between, derivatives, real

BITS = 80
TWO = Dataset([[1, "-1/2"], ["1/3", 2]], [[1], [-1]])
ONE = Dataset([[1], ["-1/2"]], [[1], [-1]])
PROBLEMS = [
    Problem(Network([2, 1, 1], "tanh", "hidden"), TWO, regularizer=Regularizer("1/3")),
    Problem(Network([1, 2, 1], "softplus"), ONE, Loss("logistic")),
    Problem(Network([1, 1, 1, 1], "sigmoid"), ONE, regularizer=Regularizer("1/5")),
    Problem(Network([1, 1, 2], "exp", "output"), Dataset([[1], [2]], [[1, 0], [0, 1]]),
            Loss("cross_entropy")),
    Problem(Network([1, 2, 1], "polynomial(1, -1, 0, 2)"), ONE),
    Problem(Network([1, 1, 1], "softplus(3)", "all"), ONE, Loss("logistic")),
]  # fmt: skip


def parsed(question: Problem) -> Any:
    return read_problem(json.loads(json.dumps(question.to_json())))


def exponents(key: int, size: int) -> list[int]:
    return [key >> 3 * k & 7 for k in range(size)]


def coefficients(question: Problem, box: list[Interval], order: int) -> dict[int, Interval]:
    series = PowerSeries(Intervals(BITS), order, len(box))
    weights = shaped(parsed(question), [series.variable(x, k) for k, x in enumerate(box)])
    parts = loss(parsed(question), series, weights, 0).value.parts
    return {key: x for part in parts for key, x in part.items()}


def mpmath_loss(question: Problem, w: list[Any]) -> Any:
    """The loss by its definition."""
    network, mp = question.network, mpmath.mp
    rest = iter(w)
    tables = {n: [[next(rest) for _ in range(s[1] if len(s) > 1 else 1)] for _ in range(s[0])]
              for n, s in network.shapes.items()}  # fmt: skip
    functions = {
        "tanh": mp.tanh, "exp": mp.exp, "sigmoid": lambda z: 1 / (1 + mp.exp(-z)),
        "softplus": lambda z: mp.log(1 + mp.exp(z)),
        "softplus(3)": lambda z: mp.log(1 + mp.exp(3 * z)) / 3,
        "polynomial(1, -1, 0, 2)": lambda z: 1 - z + 2 * z**3,
    }  # fmt: skip
    total = mp.mpf(0)
    for x, y in zip(question.dataset.inputs, question.dataset.targets, strict=True):
        h = [mp.mpf(a.numerator) / a.denominator for a in map(Fraction, x)]
        t = [mp.mpf(a.numerator) / a.denominator for a in map(Fraction, y)]
        for k in range(1, network.K + 1):
            z = [mp.fsum(a * b for a, b in zip(row, h, strict=True)) for row in tables[f"W{k}"]]
            if f"b{k}" in tables:
                z = [a + b[0] for a, b in zip(z, tables[f"b{k}"], strict=True)]
            if k < network.K:
                z = [functions[str(network.activations[k - 1])](a) for a in z]
            h = z
        if question.loss.kind == "squared":
            total += mp.fsum((f - a) ** 2 for f, a in zip(h, t, strict=True))
        elif question.loss.kind == "logistic":
            total += mp.fsum(mp.log(1 + mp.exp(-a * f)) for f, a in zip(h, t, strict=True))
        else:
            total += mp.log(mp.fsum(map(mp.exp, h))) - mp.fsum(
                f * a for f, a in zip(h, t, strict=True)
            )
    scale, l2 = Fraction(question.scale), parsed(question).l2
    total *= mp.mpf(scale.numerator) / scale.denominator
    for n, rows in l2.items():
        for row, values in zip(rows, tables[n], strict=True):
            for factor, v in zip(row, values, strict=True):
                total += mp.mpf(factor.numerator) / factor.denominator * v * v / 2
    return total


@pytest.mark.parametrize("question", PROBLEMS, ids=lambda q: str(q.network.activations[0]))
def test_coefficients_are_taylors(question: Problem) -> None:
    """Each D^a L / a! of degree up to 4 at a point, and that it is in the enclosure over a box."""
    rng, n = np.random.default_rng(1), question.network.parameter_count
    at = [Fraction(int(x), 16) for x in rng.integers(-20, 21, n)]
    point = coefficients(question, [number(x, BITS) for x in at], 4)
    step = Fraction(1, 32)
    over = coefficients(question, [Interval.between(x - step, x + step, BITS) for x in at], 4)
    assert set(point) <= set(over)
    chosen = [a for a in product(range(5), repeat=n) if sum(a) <= 4]
    with mpmath.workdps(60):
        w = [mpmath.mpf(x.numerator) / x.denominator for x in at]
        for place in rng.choice(len(chosen), 12, replace=False):
            a = chosen[place]
            found = mpmath.diff(lambda *v: mpmath_loss(question, list(v)), w, a)
            value = float(found / prod(map(factorial, a)))
            key = sum(e << 3 * k for k, e in enumerate(a))
            low, high = (float(x) for x in point[key].ends()) if key in point else (0.0, 0.0)
            assert low - 1e-12 <= value <= high + 1e-12, a
            assert high - low < 1e-12
            wide = over.get(key, number(0, BITS)).ends()
            assert float(wide[0]) - 1e-12 <= value <= float(wide[1]) + 1e-12


def expansion(question: Problem, ends: Any, order: int = 4) -> Expansion:
    return Expansion(parsed(question), ends, BITS, order)


def cube(rng: Any, n: int, width: Fraction) -> list[tuple[Fraction, Fraction]]:
    return [(x, x + width) for x in (Fraction(int(i), 8) for i in rng.integers(-16, 17, n))]


def place_in(ends: Any, t: Any) -> Any:
    return np.array(
        [float(low + high) / 2 + float(high - low) / 2 * x
         for (low, high), x in zip(ends, t, strict=True)]
    )  # fmt: skip


def value_at(terms: dict[int, int], t: Any) -> float:
    return sum(
        x / 2**BITS * prod(a**e for a, e in zip(t, exponents(key, len(t)), strict=True))
        for key, x in terms.items()
    )


@pytest.mark.parametrize("question", PROBLEMS, ids=lambda q: str(q.network.activations[0]))
@pytest.mark.parametrize("order", [2, 3, 4])
def test_the_gradient_is_within_the_bound(question: Problem, order: int) -> None:
    """At corners and inside; and the bound is no larger than needed by orders of magnitude."""
    rng, n = np.random.default_rng(order), question.network.parameter_count
    floats, closest = FloatLandscape(question), 0.0
    for width in (Fraction(1, 64), Fraction(1, 2)):
        ends = cube(rng, n, width)
        found = expansion(question, ends, order)
        for _ in range(40):
            t = rng.choice([-1, 1], n) * rng.uniform(0, 1, n) ** rng.choice([0, 1])
            slope = floats.gradient(place_in(ends, t))
            for own, terms, bound in zip(slope, found.terms, found.bounds, strict=True):
                error = abs(own - value_at(terms, t))
                assert error <= bound / 2**BITS + 1e-11 * (1 + abs(own))
                closest = max(closest, error / (bound / 2**BITS + 1e-9))
    assert closest > 1e-3 or str(question.network.activations[0]).startswith("poly")


@pytest.mark.parametrize("question", PROBLEMS, ids=lambda q: str(q.network.activations[0]))
def test_leaves_without_a_zero_have_none(question: Problem) -> None:
    rng, n = np.random.default_rng(5), question.network.parameter_count
    floats, shown = FloatLandscape(question), 0
    for width in (Fraction(1, 16), Fraction(1, 4), Fraction(1)):
        ends = cube(rng, n, width)
        found = expansion(question, ends)
        for _ in range(40):
            levels = rng.integers(0, 4, n).tolist()
            offsets = [2 * int(rng.integers(0, 2**h)) + 1 - 2**h for h in levels]
            c = rng.integers(-9, 10, n).tolist()
            if not found.is_nonzero(c, offsets, levels):
                continue
            shown += 1
            signs = set()
            for _ in range(20):
                u = rng.choice([-1, 1], n) * rng.uniform(0, 1, n) ** rng.choice([0, 1])
                t = [(o + x) / 2**h for o, x, h in zip(offsets, u, levels, strict=True)]
                signs.add(float(np.sign(floats.gradient(place_in(ends, t)) @ c)))
            assert len(signs) == 1
    assert shown > 1


BOWL = Problem(Network([2, 1]), Dataset([[1, 0], [0, 1]], [[1], [1]]), Loss(scale="1/2"))


@pytest.mark.parametrize("gap", [Fraction(-1, 2**40), Fraction(0), Fraction(1, 2**40)])
@pytest.mark.parametrize("order", [2, 3, 4])
def test_the_threshold_is_exact(gap: Fraction, order: int) -> None:
    """Derivative 0 of ((v - 1)^2 + (w - 1)^2) / 2 is v - 1: not 0 in [1 + gap, 2] for gap > 0."""
    ends = [(1 + gap, Fraction(2) + gap), (Fraction(0), Fraction(1))]
    found = expansion(BOWL, ends, order)
    assert found.is_nonzero([1, 0], [0, 0], [0, 0]) is (gap > 0)
    assert found.is_nonzero([-7, 0], [0, 0], [0, 0]) is (gap > 0)
    assert found.is_nonzero([1, 0], [-1, 0], [1, 0]) is (gap > 0)
    assert found.is_nonzero([1, 0], [1, 0], [1, 0])
    assert not found.is_nonzero([0, 0], [0, 0], [0, 0])


@pytest.mark.parametrize(
    ("terms", "bound", "shown"),
    [
        ({0: 2, 2: 3}, 1, True),  # 2 + 3 t^2
        ({0: 2, 2: 3}, 2, False),
        ({0: -2, 2: -3}, 1, True),
        ({0: -2, 2: 3}, 1, False),
        ({0: -2, 2 + (2 << 3): -9, 1 + (1 << 3): 1}, 0, True),  # -2 - 9 t^2 s^2 + t s
        ({0: -2, 2 + (1 << 3): -1, 1: 1}, 0, False),
        ({0: 3, 2 + (1 << 3): -1, 1: 1}, 0, True),
        ({0: 3, 2 + (1 << 3): -1, 1: 1}, 1, False),
    ],
)
def test_squares_count_on_one_side_only(terms: Any, bound: int, shown: bool) -> None:
    found = expansion(BOWL, [(Fraction(0), Fraction(1))] * 2)
    found.terms, found.bounds = [terms, {}], [bound, 0]
    found.degrees = {key: sum(exponents(key, 2)) for key in terms}
    assert found.is_nonzero([1, 0], [0, 0], [0, 0]) is shown


COEFFICIENT = st.integers(-9, 9)


@given(st.data())
def test_leaves_as_sympy_has_them(data: Any) -> None:
    """The polynomial in u by SymPy's substitution, then the rule as the module states it."""
    keys = [i + (j << 3) for i in range(4) for j in range(4 - i)]
    terms = {key: data.draw(COEFFICIENT) for key in keys}
    bound, c = data.draw(st.integers(0, 6)), data.draw(st.integers(-2, 2))
    levels = [data.draw(st.integers(0, 2)) for _ in range(2)]
    offsets = [2 * data.draw(st.integers(0, 2**h - 1)) + 1 - 2**h for h in levels]
    found = expansion(BOWL, [(Fraction(0), Fraction(1))] * 2)
    found.terms, found.bounds = [terms, {}], [bound, 0]
    found.degrees = {key: sum(exponents(key, 2)) for key in terms}
    u = sympy.symbols("u0 u1")
    t = [(o + x) / sympy.Integer(2) ** h for o, x, h in zip(offsets, u, levels, strict=True)]
    moved = sympy.Poly(
        c * sum(x * prod(a**e for a, e in zip(t, exponents(key, 2), strict=True))
                for key, x in terms.items()), *u
    )  # fmt: skip
    centre = moved.coeff_monomial(1)
    against = sum(
        max(0, -sympy.sign(centre) * x) if all(e % 2 == 0 for e in a) else abs(x)
        for a, x in moved.terms()
        if any(a)
    )
    expected = bool(abs(centre) > against + abs(c) * bound)
    assert found.is_nonzero([c, 0], offsets, levels) is expected


@given(
    st.lists(st.tuples(st.integers(0, 1), st.booleans()), max_size=12),
    st.lists(st.tuples(st.integers(0, 1), st.booleans()), max_size=6),
)
def test_offsets_are_places_in_the_box(outer: Any, inner: Any) -> None:
    part = Part(2, Fraction(-1), Fraction(2))

    def down(steps: Any) -> None:
        for k, upper in steps:
            part.halve(k)
            if upper:
                part.next()

    down(outer)
    around, index, level = part.ends(), list(part.index), list(part.level)
    down(inner)
    offsets, levels = part.within(index, level)
    for (low, high), (a, b), o, h in zip(part.ends(), around, offsets, levels, strict=True):
        middle, radius = (a + b) / 2, (b - a) / 2
        assert (low, high) == (middle + radius * (o - 1) / 2**h, middle + radius * (o + 1) / 2**h)


def test_expansions_end_with_their_box() -> None:
    """[0, 1] is halved; of its lower half, expanded, the upper half is left, and then it too."""
    leaves, part = Leaves(parsed(BOWL), BITS, 4), Part(2, Fraction(0), Fraction(1, 2))
    part.halve(0)
    leaves.expand(part)
    part.halve(1)
    leaves.expand(part)
    inner = []
    for _ in range(3):
        inner.append(len(leaves.expanded))
        assert part.next() or len(inner) == 3
        leaves.leave(part)
    assert inner == [2, 1, 0]


class Noted:
    """In the place of an expansion: notes where it is asked."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def is_nonzero(self, factors: Any, offsets: Any, levels: Any) -> bool:
        self.asked.append((list(offsets), list(levels)))
        return True


def test_the_innermost_expansion_is_asked_for_the_place_in_its_box() -> None:
    leaves, part = Leaves(parsed(BOWL), BITS, 4), Part(2, Fraction(0), Fraction(1, 2))
    leaves.expand(part)
    part.halve(1)
    leaves.expand(part)
    outer, inner = (Noted() for _ in range(2))
    for kept, noted in zip(leaves.expanded, (outer, inner), strict=True):
        kept.expansion = noted
    part.halve(0)
    leaves.derivative(part, 0)
    part.next()
    leaves.combination(part, [1, 1])
    assert (outer.asked, inner.asked) == ([], [([-1, 0], [1, 0]), ([1, 0], [1, 0])])


def test_a_box_beside_an_expanded_one_is_not_read_off_it() -> None:
    """(v e^(3 u) - 7)^2 / 2 with v in [1/4, 3/4]: derivative u is 0 in places for u above 1/2, not
    below; there the expansion of the part below would say that it is not."""
    question = problem([1, 1, 1], [[3]], [[7]], activation=["exp"])
    witness = {"precision": 60, "symmetries": None, "balances": None, "minors": None, "order": 4}
    about = {"lower": "1/4", "upper": "3/4", "points": []}
    answer = verdict(
        statement(question, {}, [("all_critical", about)]),
        certificate([("expanded_domain", witness | {"cover": [0, 4, 2, 2]})]),
    )
    assert "derivative 0 may be 0 in a leaf" in str(answer.reason)


def bowl(lower: str, upper: str, cover: list[Any], **more: Any) -> Verdict:
    about = {"lower": lower, "upper": upper, "points": []}
    witness = {
        "precision": 60, "cover": cover, "symmetries": None, "balances": None, "minors": None,
        "order": 4,
    } | more  # fmt: skip
    question = problem([2, 1], [[1, 0], [0, 1]], [[1], [1]], **more.pop("problem", {}))
    return verdict(
        statement(question, {}, [("all_critical", about)]),
        certificate([("expanded_domain", witness)]),
    )


@pytest.mark.parametrize(
    ("ends", "cover", "more", "reason"),
    [
        (("2", "3"), [4, 2], {}, None),
        (("2", "3"), [4, [1, 1]], {}, None),
        (("2", "3"), [4, 0, 4, 2, [3, 1]], {"order": 2}, None),
        (("2", "3"), [0, 4, 2, [1, 1]], {}, None),
        (("2", "3"), [4, [1, -1]], {}, "a combination of derivatives may be 0"),
        (("0", "3"), [4, 2], {}, "derivative 0 may be 0"),
        (("-4", "3"), [0, 4, 2, 2], {}, "derivative 0 may be 0"),
        (("2", "3"), [4], {}, "the cover ends before"),
        (("2", "3"), [4, 2, 4], {}, "the cover goes on after"),
        (("2", "3"), [5, 2], {}, "cover: 5, expected an integer in 0..4"),
        (("2", "3"), [4, 2], {"order": 5}, "order: 5, expected an integer in 2..4"),
        (("2", "3"), [4, 2], {"order": 1}, "order: 1, expected an integer in 2..4"),
        (("2", "3"), [4, 2], {"order": None}, "order: None"),
        (("2", "3"), [4, [1, 2, 3]], {}, "expected 2 integers"),
        (("2", "3"), [4, 4, 2], {}, "the cover expands a box twice"),
        (("2", "3"), [4, 0, 2, 4, 4, 2], {}, "the cover expands a box twice"),
        (("2", "3"), [*[4, 0] * 29, 4, *[2] * 30], {}, None),
        (("2", "3"), [*[4, 0] * 30, 4, *[2] * 31], {}, "expands more than 30 boxes around a leaf"),
    ],
)
def test_covers(ends: Any, cover: list[Any], more: dict[str, Any], reason: str | None) -> None:
    answer = bowl(*ends, cover, **more)
    assert answer.accepted is (reason is None), answer.reason
    assert reason is None or reason in str(answer.reason)


def test_expansions_are_counted() -> None:
    """One in 12 weights takes a tenth of a second; 200 of them are more than a small file may."""
    question = problem([12, 1], [[1] * 12], [[-1]], kind="logistic")
    about = read_problem(question)
    with effort.bounded(0):
        Expansion(about, [(Fraction(2), Fraction(3))] * 12, 60, 4)
        left = effort._LEFT.get()
    assert left is not None
    assert effort.BASE - left[0] > effort.BASE / 200


def test_refused_expansions() -> None:
    kink = parsed(Problem(Network([1, 1, 1], "relu"), ONE))
    around = [(Fraction(-1), Fraction(1))] * 2
    with pytest.raises(Refused, match="a kink"):
        Expansion(kink, around, BITS, 3)
    wide = parsed(Problem(Network([20, 1]), Dataset([[1] * 20], [[1]])))
    with pytest.raises(Refused, match="more than 2000 derivatives"):
        Expansion(wide, [(Fraction(0), Fraction(1))] * 20, BITS, 4)
    with pytest.raises(Refused, match="an expansion of order 5, expected 2 to 4"):
        Expansion(parsed(BOWL), around, BITS, 5)
    with pytest.raises(Refused, match="derivatives of order 0, expected 1 to 4"):
        PowerSeries(Intervals(BITS), 0, 2)
    assert not Expansion(parsed(BOWL), around, BITS, 3).is_nonzero([1, 0], [0, 0], [65, 0])


@pytest.mark.parametrize("question", PROBLEMS, ids=lambda q: str(q.network.activations[0]))
def test_the_search_expands_as_the_checker_does(question: Problem) -> None:
    rng, n = np.random.default_rng(9), question.network.parameter_count
    search = Expansions(question)
    for width in (Fraction(1, 16), Fraction(1, 2)):
        ends = cube(rng, n, width)
        low, high = (np.array([[float(x) for x in side]]) for side in zip(*ends, strict=True))
        terms, bounds = search._expand(low, high)
        found = expansion(question, ends)
        for k in range(n):
            size = sum(abs(x) for x in found.terms[k].values()) / 2**BITS + 1e-9
            assert bounds[0, k] == pytest.approx(found.bounds[k] / 2**BITS, rel=0.2, abs=1e-9)
            for place, a in enumerate(search.exponents):
                key = sum(e << 3 * i for i, e in enumerate(a))
                own = found.terms[k].get(key, 0) / 2**BITS
                assert terms[0, k, place] == pytest.approx(
                    own, abs=1e-6 * size + 0.2 * bounds[0, k]
                )


def test_a_box_of_four_weights_and_eight_samples() -> None:
    """A cover with expansions, which are used; Newton's method from many starts finds no more."""
    rng = np.random.default_rng(3)
    x, y = (rng.integers(-20, 21, (8, 1)) / 10 for _ in range(2))
    data = Dataset(
        [[f"{a:.1f}" for a in row] for row in x], [[f"{a:.1f}" for a in row] for row in y]
    )
    question = Problem(Network([1, 2, 1], "softplus"), data, regularizer=Regularizer("1/5"))
    answer = critical_set(question, box=(-1, 1), budget=100)
    assert answer.verdict == "certified"
    assert b'"rule": "expanded_domain"' in (answer.certificate or b"")
    listed = np.array(
        [np.concatenate([np.array(p["weights"][n], float).ravel() for n in ("W1", "W2")])
         for p in answer.to_json()["points"]]
    )  # fmt: skip
    reached = critical_starts(question, [], 1, Deadline(2), idle=30, cube=(-1.0, 1.0)).regular
    inside = [w for w in reached if abs(w).max() < 1]
    assert len(inside) >= 1
    for place in inside:
        assert min(abs(place - w).max() for w in listed) < 1e-8


@pytest.mark.parametrize("name", ["exp", "tanh", "sigmoid", "softplus"])
@pytest.mark.parametrize("key", [1, 64])
def test_the_chain_rule_along_one_weight(name: str, key: int) -> None:
    """As the rule for several ones, which a second coefficient, 0, calls for."""
    bits, order = 70, 4
    value, slope = number(Fraction(-2, 3), bits), number(Fraction(7, 5), bits)
    known = elementary.derivatives(name, value, order)
    one = Series([{0: value}, {key: slope}, {}, {}, {}]).chain(known)
    nothing = {8: number(0, bits)}
    several = Series([{0: value}, {key: slope} | nothing, {}, {}, {}]).chain(known)
    with MP.workprec(200):
        exact = derivatives(name, real(Fraction(-2, 3)))
        for k, (single, full) in enumerate(zip(one.parts, several.parts, strict=True)):
            assert list(single) == [k * key]
            x = single[k * key]
            taylor = exact[k] * real(Fraction(7, 5)) ** k / factorial(k)
            assert between(x.lower, taylor, x.upper, bits)
            assert x.upper - x.lower < 1 << 12
            assert max(x.lower, full[k * key].lower) <= min(x.upper, full[k * key].upper)


def test_the_chain_rule_with_terms_of_higher_degree() -> None:
    """exp(tanh(x + s)) has one weight, but the argument of exp is no longer linear in it."""
    value, bits = number(Fraction(1, 3), 70), 70
    inner = Series([{0: value}, {8: number(1, bits)}, {}, {}, {}])
    inner = inner.chain(elementary.derivatives("tanh", value, 4))
    outer = inner.chain(elementary.derivatives("exp", inner.value, 4))
    with MP.workprec(200):
        exact = MP.taylor(lambda x: MP.exp(MP.tanh(x)), real(Fraction(1, 3)), 4)
        for k, (part, taylor) in enumerate(zip(outer.parts, exact, strict=True)):
            x = part[8 * k]
            assert between(x.lower, taylor, x.upper, bits)
            assert x.upper - x.lower < 1 << 14
