"""Intervals on integers and their functions: mpmath without slack, Arb, exact fractions."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from random import Random
from typing import Any

import flint
import pytest
from hypothesis import example, given, strategies as st

from symland.checker import elementary
from symland.checker.intervals import Interval, dot, number
from symland.checker.verdict import Refused
from symland.landscape.number_systems import arb_balls
from symland.landscape.number_systems.derivatives import derivatives as arb_derivatives
from tests.mpmath_functions import MP, SMOOTH, between, derivatives, precision_for, real

BITS = (20, 53, 128, 250)
ORDERS = range(5)


def arguments(name: str, seed: int, count: int) -> Iterator[tuple[Fraction, int]]:
    """Numbers x from 2^-300 to 2^30, of both signs, dyadic or not, with a precision for each; where
    the function or a derivative would be refused, moderate ones."""
    random = Random(seed)
    for i in range(count):
        bits = BITS[i % len(BITS)]
        largest = {"exp": 13.5, "log": bits - 2}.get(name, 30)
        least = 4 - bits if name == "log" else -300
        size = random.choice([-2, -1, 0, 1, 2, 4, 6, random.uniform(least, largest)])
        x = Fraction(2 ** (size % 1)) * Fraction(2) ** int(size // 1)
        x *= random.choice([1, Fraction(random.randint(1, 10**40), 10**40)])
        if name == "log":
            yield max(x, Fraction(16, 1 << bits)), bits
        else:
            yield x * random.choice([-1, 1]), bits
    yield from ((Fraction(x), 60) for x in ((1, 2) if name == "log" else (-1, 0, 1)))


def true(name: str, x: Fraction) -> list[Any]:
    """Value and four derivatives in mpmath, with errors far below the last place of all `BITS`."""
    MP.prec = precision_for(name, x)
    return derivatives(name, real(x))


def holds(found: Interval, value: Any) -> bool:
    return between(found.lower, value, found.upper, found.bits)


def test_closed_forms_are_the_derivatives() -> None:
    """mpmath's own numerical differentiation, at ordinary arguments."""
    MP.prec = 400
    for name in SMOOTH:
        for x in ("0.3", "1", "2.5"):
            for order in ORDERS:
                found = MP.diff(lambda z, name=name: derivatives(name, z)[0], MP.mpf(x), order)
                assert abs(found - derivatives(name, MP.mpf(x))[order]) < MP.mpf(10) ** -25


@pytest.mark.parametrize("name", SMOOTH)
def test_values_and_derivatives_hold_those_of_mpmath(name: str) -> None:
    for x, bits in arguments(name, 1, 1000):
        z = number(x, bits)
        found = elementary.derivatives(name, z, 4)
        for order, value in enumerate(true(name, x)):
            assert holds(found[order], value), (x, bits, order)


@pytest.mark.parametrize("name", SMOOTH[:4])
def test_values_and_derivatives_are_narrow(name: str) -> None:
    for x, bits in arguments(name, 2, 300):
        z = number(x, bits)
        growth = 2 * max(1, int(true(name, x)[0])) if name == "exp" else 2
        for order, found in enumerate(elementary.derivatives(name, z, 4)):
            most = (6 + 4 * (z.upper - z.lower) * growth) * (1, 4, 10, 40, 200)[order]
            assert found.upper - found.lower <= most, (x, bits, order)


@pytest.mark.parametrize("name", SMOOTH)
def test_the_two_enclosures_meet(name: str) -> None:
    """Those of the checker and those of Arb, of the same numbers."""
    with flint.ctx.workprec(300):
        for x, bits in arguments(name, 3, 1000):
            z = arb_balls.balls.number(x)
            found = elementary.derivatives(name, number(x, bits), 2)
            balls = (
                arb_derivatives(arb_balls.balls, name, z, 2)
                if name != "log"
                else [z.log(), 1 / z, -1 / z**2]
            )
            for order, (interval, ball) in enumerate(zip(found, balls, strict=True)):
                ends = (
                    flint.arb(end) * flint.arb(2) ** -bits
                    for end in (interval.lower, interval.upper)
                )
                assert ball.overlaps(next(ends).union(next(ends))), (x, bits, order)


@pytest.mark.parametrize("name", SMOOTH)
def test_wide_intervals_hold_all_values_and_derivatives(name: str) -> None:
    """From a few units in the last place to 2^20, with members exactly on the grid."""
    random = Random(4)
    for i in range(300):
        bits = BITS[i % len(BITS)]
        reach, width = random.choice([2, 8, 30, 700]), int(2 ** random.uniform(1, bits + 20))
        low = random.randint(-reach << bits, reach << bits)
        if name == "log":
            low = (1 << bits - 6) + abs(low)
        if name == "exp":
            width = min(width, 20 << bits)
        found = elementary.derivatives(name, Interval(low, low + width, bits), 4)
        for member in (low, low + width, low + random.randint(0, width), low + width // 2):
            values = true(name, Fraction(member, 1 << bits))
            assert all(map(holds, found, values)), (low, width, member, bits)


def test_logarithms_of_rationals() -> None:
    random = Random(5)
    for _ in range(800):
        q = Fraction(
            random.randint(1, 10 ** random.randint(1, 60)),
            random.randint(1, 10 ** random.randint(1, 60)),
        )
        bits = random.choice(BITS)
        low, high = elementary.log_ends(q, bits)
        assert between(low, true("log", q)[0], high, bits)
        assert high - low <= 2
    assert elementary.log_ends(Fraction(1), 50) == (0, 0)
    with pytest.raises(Refused, match="not positive"):
        elementary.log_ends(Fraction(0), 50)


@pytest.mark.parametrize("name", SMOOTH)
def test_rounding_is_outwards_without_guard_digits(name: str, monkeypatch: Any) -> None:
    """The places beyond those of the result hide a rounding in the wrong direction."""
    monkeypatch.setattr(elementary, "GUARD", 0)
    elementary._exp_positive.cache_clear()
    elementary._log_two.cache_clear()
    random = Random(6)
    for _ in range(800):
        bits = random.randint(16, 70)
        ends = (1 << (bits - 4), 60 << bits) if name == "log" else (-(40 << bits), 40 << bits)
        a = random.choice([random.randint(*ends), random.randint(1, 2 ** random.randint(0, bits))])
        found = elementary.derivatives(name, Interval(a, a, bits), 3)
        assert all(map(holds, found, true(name, Fraction(a, 1 << bits)))), (a, bits)
    for bits in range(2, 70):  # here atanh is that of one unit, and the remainder is all there is
        q = Fraction(2**bits + 1, 2**bits - 1)
        low, high = elementary.log_ends(q, bits)
        assert between(low, true("log", q)[0], high, bits)
    elementary._exp_positive.cache_clear()
    elementary._log_two.cache_clear()


def test_exp_in_two_steps() -> None:
    """e^y of small y, and e^(m/256): bounds, narrow ones, of few places and many."""
    random = Random(7)
    for work in (8, 9, 12, 16, 24, 60, 200):
        for _ in range(300):
            y = random.randint(0, 1 << (work - elementary.STEP))
            low, high = elementary._exp_small(y, work)
            assert between(low, true("exp", Fraction(y, 1 << work))[0], high, work), (y, work)
            assert high - low <= 3 * work
            steps = random.randint(0, 2 ** random.randint(0, 12))
            low, high = elementary._exp_of_steps(steps, work + 12)
            value = true("exp", Fraction(steps, 1 << elementary.STEP))[0]
            assert between(low, value, high, work + 12), (steps, work)


@pytest.mark.parametrize("bits", [16, 60, 300])
def test_functions_are_exact_at_zero(bits: int) -> None:
    """Critical points at weights 0 are known exactly, even on the border of a box."""
    zero, one = Interval(0, 0, bits), number(1, bits)
    half = number(Fraction(1, 2), bits)
    for name, value in (("exp", one), ("tanh", zero), ("sigmoid", half)):
        found = elementary.derivatives(name, zero, 0)[0]
        assert found.ends() == value.ends()


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


@given(st.integers(-3000, 3000), st.integers(0, 3000), st.integers(2, 9), st.sampled_from([1, -3]))
@example(low=-3001, width=2, n=7, factor=1)
@example(low=2999, width=2, n=8, factor=1)
@example(low=-2999, width=5996, n=9, factor=1)
def test_powers_have_the_range_of_their_ends(low: int, width: int, n: int, factor: int) -> None:
    """Of x^n the extreme values are at the ends, or 0; nothing more than rounding is added."""
    x = Interval(low << 50, (low + width) << 50, 60)  # in units of 2^-10
    ends = [Fraction(k, 1 << 10) ** n for k in (low, low + width)]
    extreme = [*ends, *([Fraction(0)] if low < 0 < low + width and n % 2 == 0 else [])]
    exact = sorted(factor * v for v in (min(extreme), max(extreme)))
    found = x.polynomial([0] * n + [factor]).ends()
    slack = Fraction(1, 1 << 40)
    assert exact[0] - slack <= found[0] <= exact[0]
    assert exact[1] <= found[1] <= exact[1] + slack


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
