"""The smaller box that Krawczyk's test leaves, and what later claims take from it."""

from fractions import Fraction
from random import Random
from typing import Any

import pytest

from symland.checker import Verdict
from symland.checker.contraction import refined_radii
from tests.checker.documents import certificate, problem, statement, verdict

F = Fraction
BITS = 40


@pytest.mark.parametrize("seed", range(40))
def test_the_radii_reach_the_fixed_point(seed: int) -> None:
    """N(x) = m + a + D (x - m) with D, a >= 0 has its fixed point at m + (I - D)^-1 a."""
    random = Random(seed)
    a = [F(random.randint(0, 100), 1024) for _ in range(2)]
    (p, q), (r, s) = D = [[F(random.randint(0, 400), 1024) for _ in range(2)] for _ in range(2)]
    determinant = (1 - p) * (1 - s) - q * r
    fixed = [((1 - s) * a[0] + q * a[1]) / determinant, (r * a[0] + (1 - p) * a[1]) / determinant]
    found = refined_radii(
        [int(x * 2**BITS) for x in a],
        [[int(x * 2**BITS) for x in row] for row in D],
        [F(1), F(1)],
        BITS,
    )
    assert all(x <= y for x, y in zip(fixed, found, strict=True))
    assert all(y < 1 for y in found)


# L(v, w) = ((v - 1)^2 + (w - 1)^2) / 2, the box not around its middle.
BOWL = problem([2, 1], [[1, 0], [0, 1]], [[1], [1]])
IDENTITY = [["1", "0"], ["0", "1"]]


def bowl(middle: str, kind: str, about: Any, rule: str, witness: Any) -> Verdict:
    box = {"box": {"midpoint": {"W1": [[middle] * 2]}, "radius": {"W1": [["1", "1"]]}}}
    return verdict(
        statement(
            BOWL,
            {"p": box},
            [("critical", {"point": "p"}), (kind, {"point": "p", **about})],
        ),
        certificate(
            [
                ("krawczyk", {"precision": 60, "inverse": IDENTITY}),
                (rule, {"precision": 60, **witness}),
            ]
        ),
    )


@pytest.mark.parametrize("middle", ["3/4", "1", "5/4"])
@pytest.mark.parametrize(("lower", "good"), [("-1/10", True), ("0", True), ("1/1000", False)])
def test_the_loss_at_the_critical_point_of_a_box(middle: str, lower: str, good: bool) -> None:
    answer = bowl(middle, "enclosure", {"lower": lower, "upper": "1"}, "intervals", {})
    assert answer.accepted is good, answer.reason


@pytest.mark.parametrize("middle", ["3/4", "1", "5/4"])
def test_no_derivative_at_the_critical_point_of_a_box(middle: str) -> None:
    for lower, upper in (("-1", "-1/1000"), ("1/1000", "1")):
        about = {"parameter": ["W1", 0, 0], "lower": lower, "upper": upper}
        assert not bowl(middle, "not_critical", about, "intervals", {}).accepted


@pytest.mark.parametrize("positive", [0, 1, 2])
def test_a_diagonal_entry_that_may_be_zero_has_no_sign(positive: int) -> None:
    """The Hessian is 10^-7 times the identity, of which 16 binary places do not see the sign."""
    flat = problem([2, 1], [[1, 0], [0, 1]], [[1], [1]], scale=F(1, 2 * 10**7))
    signs = {"point": "p", "positive": positive, "negative": 2 - positive, "zero": 0}
    for precision, good in ((16, False), (60, positive == 2)):
        step = {"precision": precision, "transform": IDENTITY}
        answer = verdict(
            statement(flat, {"p": {"W1": [["2", "1"]]}}, [("inertia", signs)]),
            certificate([("congruence", step)]),
        )
        assert answer.accepted is good, answer.reason


def test_values_slopes_and_curvature_of_one_point_in_one_file() -> None:
    """A forward pass without derivatives, kept for later, is none with derivatives."""
    point = {"W1": [["2", "1"]]}
    about = {"parameter": ["W1", 0, 0], "lower": "1/2", "upper": "2"}
    signs = {"positive": 2, "negative": 0, "zero": 0}
    claims = [
        ("enclosure", {"lower": "0", "upper": "1"}),
        ("not_critical", about),
        ("inertia", signs),
    ]
    steps = [("intervals", {}), ("intervals", {}), ("congruence", {"transform": IDENTITY})]
    answer = verdict(
        statement(BOWL, {"p": point}, [(kind, {"point": "p", **more}) for kind, more in claims]),
        certificate([(rule, {"precision": 60, **more}) for rule, more in steps]),
    )
    assert answer.accepted, answer.reason
