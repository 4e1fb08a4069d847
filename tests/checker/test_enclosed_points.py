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


def test_every_row_has_to_be_dominant() -> None:
    """The Hessian ((10, 5), (5, 5)): the first row is, the second one is not."""
    about = problem([2, 1], [[3, 1], [1, 2]], [[1], [1]])
    signs = {"point": "p", "positive": 2, "negative": 0, "zero": 0}
    for transform, good in ((IDENTITY, False), ([["1", "-1/2"], ["0", "1"]], True)):
        answer = verdict(
            statement(about, {"p": {"W1": [["2", "1"]]}}, [("inertia", signs)]),
            certificate([("congruence", {"precision": 60, "transform": transform})]),
        )
        assert answer.accepted is good, answer.reason


@pytest.mark.parametrize(
    ("activation", "first", "signs", "kind"),
    [
        ("linear", "1", (1, 0, 1), "strict_minimum"),  # (v u - 1)^2 / 2 is 0 along v u = 1
        ("square", "0", (0, 1, 1), "strict_maximum"),  # (v u^2 - 1)^2 / 2 is 1/2 along u = 0
    ],
)
def test_a_semidefinite_hessian_decides_nothing(
    activation: str, first: str, signs: Any, kind: str
) -> None:
    about = problem([1, 1, 1], [[1]], [[1]], activation=[activation])
    counts = dict(zip(("positive", "negative", "zero"), signs, strict=True))
    steps = [("critical", "substitution", {}), ("inertia", "ldl", {})]
    last = (kind, "inertia", {"critical": "c0", "inertia": "c1"})
    for chain, good in ((steps, True), ([*steps, last], False)):
        claims = [(k, {"point": "p", **(counts if k == "inertia" else {})}) for k, _, _ in chain]
        answer = verdict(
            statement(about, {"p": {"W1": [[first]], "W2": [["1"]]}}, claims),
            certificate([(rule, witness) for _, rule, witness in chain]),
        )
        assert answer.accepted is good, answer.reason


def exact(points: Any, claims: Any, steps: Any) -> Verdict:
    """About the bowl at points (v, w)."""
    table = {name: {"W1": [[str(x) for x in at]]} for name, at in points.items()}
    return verdict(statement(BOWL, table, claims), certificate(steps))


@pytest.mark.parametrize(("precision", "good"), [(16, False), (60, True)])
def test_losses_that_the_precision_does_not_tell_apart(precision: int, good: bool) -> None:
    points = {"p": (1, F(1001, 1000)), "q": (1, 1)}
    for claim, true in ((("p", "q"), True), (("q", "p"), False)):
        about = dict(zip(("point", "better"), claim, strict=True))
        answer = exact(points, [("not_global", about)], [("intervals", {"precision": precision})])
        assert answer.accepted is (good and true), answer.reason


@pytest.mark.parametrize(("lower", "upper"), [("0", "0"), ("0", "1"), ("-1", "0"), ("-1", "1")])
def test_bounds_of_a_derivative_that_is_zero(lower: str, upper: str) -> None:
    claim = {"point": "p", "parameter": ["W1", 0, 0], "lower": lower, "upper": upper}
    answer = exact({"p": (1, 1)}, [("not_critical", claim)], [("intervals", {"precision": 60})])
    assert "0 lies between the bounds" in str(answer.reason)


@pytest.mark.parametrize(
    ("critical", "inertia", "good"),
    [("c0", "c1", True), ("c0", "c2", False), ("c3", "c1", False)],
)
def test_evidence_about_another_point(critical: str, inertia: str, good: bool) -> None:
    """A minimum p, with an inertia of q and a second minimum in the box r."""
    signs = {"positive": 2, "negative": 0, "zero": 0}
    box = {"box": {"midpoint": {"W1": [["1", "1"]]}, "radius": {"W1": [["1", "1"]]}}}
    points = {"p": {"W1": [["1", "1"]]}, "q": {"W1": [["0", "5"]]}, "r": box}
    claims = [
        ("critical", {"point": "p"}),
        ("inertia", {"point": "p", **signs}),
        ("inertia", {"point": "q", **signs}),
        ("critical", {"point": "r"}),
        ("strict_minimum", {"point": "p"}),
    ]
    steps = [
        ("substitution", {}),
        ("ldl", {}),
        ("ldl", {}),
        ("krawczyk", {"precision": 60, "inverse": IDENTITY}),
        ("inertia", {"critical": critical, "inertia": inertia}),
    ]
    answer = verdict(statement(BOWL, points, claims), certificate(steps))
    assert answer.accepted is good
    assert good or "is about the point" in str(answer.reason)


def test_the_parameter_of_softplus_is_not_zero() -> None:
    about = problem([1, 1, 1], [[1]], [[1]], activation=["softplus(0)"])
    points = {"p": {"W1": [["0"]], "W2": [["1"]]}}
    bounds = {"point": "p", "lower": "-9", "upper": "9"}
    for kind, claim, rule, witness in (
        ("enclosure", bounds, "intervals", {"precision": 60}),
        ("critical", {"point": "p"}, "logarithms", {}),
    ):
        answer = verdict(statement(about, points, [(kind, claim)]), certificate([(rule, witness)]))
        assert "expected g other than 0" in str(answer.reason)
