"""Numbers r + log q against mpmath with 50 digits, and what leaves the set."""

from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import Any

import mpmath
import pytest

from symland.checker.logarithms import Logarithmic, Logarithms
from symland.checker.verdict import Refused
from tests.checker.documents import one, problem

F = Fraction
MP = mpmath.MPContext()
MP.dps = 50
FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "exp": MP.exp,
    "tanh": MP.tanh,
    "sigmoid": lambda z: 1 / (1 + MP.exp(-z)),
    "softplus": lambda z: MP.log(1 + MP.exp(z)),
}


def real(x: Logarithmic) -> Any:
    return _mp(x.rational) + MP.log(_mp(x.argument))


def _mp(x: Fraction) -> Any:
    return MP.mpf(x.numerator) / x.denominator


def draw(random: Random, kind: str) -> Logarithmic:
    rational = F(random.randint(-9, 9), random.randint(1, 9)) if kind != "logarithm" else F(0)
    argument = F(random.randint(1, 9), random.randint(1, 9)) if kind != "rational" else F(1)
    return Logarithmic(rational, argument)


@pytest.mark.parametrize("seed", range(60))
def test_sums_and_multiples(seed: int) -> None:
    random = Random(seed)
    x, y = draw(random, "sum"), draw(random, "sum")
    factor = Logarithmic(F(random.randint(-5, 5)))
    a, b = draw(random, "rational"), draw(random, "rational")
    for found, expected in (
        (x + y, real(x) + real(y)),
        (-x, -real(x)),
        (factor * x, real(factor) * real(x)),
        (x * factor, real(factor) * real(x)),
        (a * b, real(a) * real(b)),
        (x.polynomial([F(3, 2), F(-2)]), MP.mpf(3) / 2 - 2 * real(x)),
        (a.polynomial([F(1, 2), 3, F(-1, 3)]), MP.mpf(1) / 2 + 3 * real(a) - real(a) ** 2 / 3),
    ):
        assert abs(real(found) - expected) < MP.mpf(10) ** -45


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("q", [F(1), F(2), F(1, 2), F(3, 5), F(17, 4)])
def test_functions_of_logarithms(name: str, q: Fraction) -> None:
    z = Logarithmic(F(0), q)
    found = Logarithms().derivatives(name, z, 4)
    assert len(found) == 5
    for order, x in enumerate(found):
        expected = MP.diff(FUNCTIONS[name], real(z), order)
        assert abs(real(x) - expected) < MP.mpf(10) ** -(45, 12, 12, 12, 9)[order]


def test_the_logarithm_of_a_rational() -> None:
    x = Logarithmic(F(5, 3))
    found = Logarithms().derivatives("log", x, 3)
    assert [(y.rational, y.argument) for y in found] == [
        (0, F(5, 3)),
        (F(3, 5), 1),
        (F(-9, 25), 1),
        (F(54, 125), 1),
    ]
    for bad, text in ((Logarithmic(F(0)), "not positive"), (Logarithmic(F(-1)), "not positive")):
        with pytest.raises(Refused, match=text):
            Logarithms().derivatives("log", bad, 0)
    with pytest.raises(Refused, match="not rational"):
        Logarithms().derivatives("log", Logarithmic(F(1), F(2)), 0)


def test_only_zero_is_zero() -> None:
    assert Logarithmic(F(0), F(1)).is_zero()
    for x in (Logarithmic(F(1)), Logarithmic(F(0), F(2)), Logarithmic(F(-1), F(2))):
        assert not x.is_zero()
    assert (Logarithmic(F(1), F(2)) + Logarithmic(F(-1), F(1, 2))).is_zero()


@pytest.mark.parametrize(
    ("x", "sign"),
    [
        (Logarithmic(F(2)), 1),
        (Logarithmic(F(-2)), -1),
        (Logarithmic(F(0)), 0),
        (Logarithmic(F(0), F(3, 2)), 1),
        (Logarithmic(F(0), F(2, 3)), -1),
        (Logarithmic(F(-2), F(3, 2)), 0),  # negative, not decided
        (Logarithmic(F(2), F(2, 3)), 0),
    ],
)
def test_signs(x: Logarithmic, sign: int) -> None:
    assert Logarithms().sign(x) == sign


def test_what_leaves_the_set() -> None:
    two, half = Logarithmic(F(0), F(2)), Logarithmic(F(1, 2))
    for product in (lambda: two * half, lambda: half * two):
        with pytest.raises(Refused, match="times a number that is no integer"):
            product()
    with pytest.raises(Refused, match="a product of two logarithms"):
        two * two
    with pytest.raises(Refused, match="a number that is not rational"):
        two.as_rational()
    assert half.as_rational() == F(1, 2)
    for name in FUNCTIONS:
        for z in (half, Logarithmic(F(1), F(2))):
            with pytest.raises(Refused, match="not the logarithm of a rational"):
                Logarithms().derivatives(name, z, 0)
    with pytest.raises(Refused, match="no exact value of the function sine"):
        Logarithms().derivatives("sine", two, 0)


def test_arguments_of_too_many_digits() -> None:
    long = Logarithmic(F(0), F(1 << 60_000))
    for grow in (lambda: long + long, lambda: long * Logarithmic(F(2))):
        with pytest.raises(Refused, match="too many digits"):
            grow()


def test_no_loss_but_the_squared_one_is_known_to_be_nowhere_negative() -> None:
    """One output with target 2: the cross entropy log e^f - 2 f = -f is 0 at f = 0."""
    about = problem([1, 1], [[1]], [[2]], kind="cross_entropy")
    points = {"p": {"W1": [["0"]]}}
    value = {"point": "p", "value": "0"}
    assert one(about, points, "value", value, "logarithms").accepted
    answer = one(about, points, "global_minimum", {"point": "p"}, "logarithms")
    assert "not shown to be nowhere negative" in str(answer.reason)


@pytest.mark.parametrize("u", ["log(2)", "0"])
def test_a_derivative_that_is_a_logarithm_is_not_zero(u: str) -> None:
    """The cross entropy of one output with target 2 is -v log(1 + e^u): at v = 0 its derivative by
    v is -log 3 where u = log 2, and -log 2 where u = 0."""
    network = {"activation": ["softplus"], "kind": "cross_entropy", "scale": 1}
    about = problem([1, 1, 1], [[1]], [[2]], **network)
    points = {"p": {"W1": [[u]], "W2": [["0"]]}}
    answer = one(about, points, "critical", {"point": "p"}, "logarithms")
    assert "the derivative with respect to W2[0, 0] is not zero" in str(answer.reason)
