"""Intervals on integers and their functions: against 60-digit mpmath, Arb, and exact fractions."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import Any

import flint
import mpmath
import pytest
from hypothesis import given, strategies as st

from symland.checker import elementary
from symland.checker.intervals import Interval, dot, number
from symland.checker.verdict import Refused

MP = mpmath.MPContext()
MP.dps = 60
BITS = (20, 53, 128, 250)


def _softplus(z: Any) -> Any:
    return MP.log1p(MP.exp(z)) if z < 0 else z + MP.log1p(MP.exp(-z))


VALUES: dict[str, Callable[[Any], Any]] = {
    "exp": MP.exp,
    "sigmoid": lambda z: 1 / (1 + MP.exp(-z)),
    "tanh": MP.tanh,
    "softplus": _softplus,
}


def arguments(seed: int, count: int) -> list[Fraction]:
    """Huge, tiny, ordinary and saturating numbers of both signs."""
    random = Random(seed)
    result = []
    for _ in range(count):
        size = random.choice([1, 1, 30, 700, 5000, 10**6, 10**9])
        x = Fraction(random.randint(-(10**9), 10**9), 10**9) * size
        result.append(x / random.choice([1, 1, 10**12, 10**40]))
    return [*result, Fraction(0), Fraction(1), Fraction(-1)]


def mp(x: Fraction) -> Any:
    return MP.mpf(x.numerator) / x.denominator


def holds(found: Interval, value: Any) -> bool:
    """Whether the enclosure holds a value that mpmath knows to 60 digits."""
    lower, upper = (mp(end) for end in found.ends())
    slack = abs(value) * MP.mpf(10) ** -55
    return bool(lower <= value + slack and value - slack <= upper)


@pytest.mark.parametrize("name", VALUES)
def test_functions_hold_the_value_and_are_narrow(name: str) -> None:
    function = getattr(elementary, name)
    for i, x in enumerate(arguments(1, 1500)):
        bits = BITS[i % len(BITS)]
        if name == "exp" and x > 10_000:
            continue
        found = function(number(x, bits))
        value = VALUES[name](mp(x))
        assert holds(found, value), (x, bits)
        argument_width = number(x, bits).upper - number(x, bits).lower
        growth = max(1, value) if name == "exp" else 1
        assert found.upper - found.lower <= 6 + 4 * argument_width * growth, (x, bits)


@pytest.mark.parametrize("name", VALUES)
def test_functions_agree_with_arb(name: str) -> None:
    """Two enclosures of one number meet."""
    function = getattr(elementary, name)
    with flint.ctx.workprec(300):
        for x in arguments(2, 1500):
            if name == "exp" and x > 10_000:
                continue
            z = flint.arb(flint.fmpq(x.numerator, x.denominator))
            ball = {
                "exp": lambda z: z.exp(),
                "tanh": lambda z: z.tanh(),
                "sigmoid": lambda z: 1 / (1 + (-z).exp()),
                "softplus": lambda z: (1 + z.exp()).log(),
            }[name](z)
            if not ball.is_finite():
                continue
            low, high = function(number(x, 128)).ends()
            ends = flint.arb(flint.fmpq(low.numerator, low.denominator)).union(
                flint.arb(flint.fmpq(high.numerator, high.denominator))
            )
            assert ball.overlaps(ends), x


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("order", [1, 2, 3])
def test_derivatives_hold_those_of_mpmath(name: str, order: int) -> None:
    context = mpmath.MPContext()
    context.dps = 80
    for x in arguments(3, 60):
        if abs(x) > 30:
            continue
        found = elementary.derivatives(name, number(x, 60), 3)[order]
        value = context.diff(_plain(context, name), context.mpf(x.numerator) / x.denominator, order)
        lower, upper = (mp(end) for end in found.ends())
        assert lower - MP.mpf(10) ** -15 <= value <= upper + MP.mpf(10) ** -15
        assert upper - lower < 2**-50 * max(1, abs(value))


def _plain(c: Any, name: str) -> Callable[[Any], Any]:
    return {
        "exp": c.exp,
        "tanh": c.tanh,
        "sigmoid": lambda z: 1 / (1 + c.exp(-z)),
        "softplus": lambda z: c.log(1 + c.exp(z)),
    }[name]


@pytest.mark.parametrize("name", VALUES)
def test_wide_intervals_hold_all_values_and_derivatives(name: str) -> None:
    random = Random(4)
    for _ in range(300):
        a = Fraction(random.randint(-400, 400), 50)
        b = a + Fraction(random.randint(0, 300), 100)
        found = elementary.derivatives(name, Interval.between(a, b, 80), 3)
        for k in range(6):
            inside = elementary.derivatives(name, number(a + (b - a) * k / 5, 80), 3)
            for wide, narrow in zip(found, inside, strict=True):
                assert wide.lower <= narrow.upper
                assert narrow.lower <= wide.upper


def test_logarithms_of_rationals() -> None:
    random = Random(5)
    for _ in range(2000):
        q = Fraction(
            random.randint(1, 10 ** random.randint(1, 60)),
            random.randint(1, 10 ** random.randint(1, 60)),
        )
        bits = random.choice(BITS)
        low, high = elementary.log_ends(q, bits)
        assert holds(Interval(low, high, bits), MP.log(mp(q)))
        assert high - low <= 2
    assert elementary.log_ends(Fraction(1), 50) == (0, 0)
    with pytest.raises(Refused, match="not positive"):
        elementary.log_ends(Fraction(0), 50)


@pytest.mark.parametrize("name", [*VALUES, "log"])
def test_rounding_is_outwards_without_guard_digits(name: str, monkeypatch: Any) -> None:
    """The places beyond those of the result hide a rounding in the wrong direction."""
    monkeypatch.setattr(elementary, "GUARD", 0)
    elementary._exp_positive.cache_clear()
    random = Random(6)
    for _ in range(2500):
        bits = random.randint(16, 70)
        ends = (1 << (bits - 4), 60 << bits) if name == "log" else (-(40 << bits), 40 << bits)
        a = random.choice([random.randint(*ends), random.randint(1, 1 << bits)])
        found = getattr(elementary, name)(Interval(a, a, bits))
        x = MP.mpf(a) / (1 << bits)
        assert holds(found, MP.log(x) if name == "log" else VALUES[name](x)), (a, bits)
    elementary._exp_positive.cache_clear()


def test_exp_beyond_its_range_is_refused() -> None:
    with pytest.raises(Refused, match="exp of a number above 16384"):
        elementary.exp(number(Fraction(10**6), 50))
    assert elementary.exp(number(Fraction(-(10**9)), 50)).ends() == (0, Fraction(1, 2**50))


FRACTIONS = st.fractions(min_value=-50, max_value=50, max_denominator=1000)


@st.composite
def intervals(draw: Any) -> tuple[Interval, list[Fraction]]:
    """An interval with members of it."""
    ends = sorted((draw(FRACTIONS), draw(FRACTIONS)))
    part = draw(st.fractions(min_value=0, max_value=1))
    return Interval.between(*ends, 30), [*ends, ends[0] + part * (ends[1] - ends[0])]


def within(x: Fraction, found: Interval) -> bool:
    low, high = found.ends()
    return low <= x <= high


@given(intervals(), intervals())
def test_arithmetic_holds_all_results(a: Any, b: Any) -> None:
    (x, xs), (y, ys) = a, b
    for u in xs:
        assert within(u * u, x.square())
        assert within(-u, -x)
        assert within(2 - 3 * u + u**3, x.polynomial((2, -3, 0, 1)))
        if x.lower > 0 or x.upper < 0:
            assert within(1 / u, x.reciprocal())
        for v in ys:
            assert within(u + v, x + y)
            assert within(u - v, x - y)
            assert within(u * v, x * y)
            assert within(u * v + v * u, dot([x, y], [y, x]))
    low, high = (x * y).ends()
    products = [u * v for u in x.ends() for v in y.ends()]
    assert (low, high) == (_down(min(products)), -_down(-max(products)))


def _down(x: Fraction) -> Fraction:
    return Fraction((x * 2**30).__floor__(), 2**30)


def test_what_intervals_refuse() -> None:
    x = Interval.between(Fraction(-1), Fraction(1), 10)
    with pytest.raises(Refused, match="contains 0"):
        x.reciprocal()
    with pytest.raises(Refused, match="two precisions"):
        x + number(Fraction(1), 11)
    with pytest.raises(Refused, match="two precisions"):
        dot([x], [number(Fraction(1), 11)])
    with pytest.raises(Refused, match="ends before it begins"):
        Interval.between(Fraction(1), Fraction(0), 10)
    with pytest.raises(Refused, match="disjoint"):
        x.meet(number(Fraction(3), 10))
