"""Rules by enclosures and by exact logarithms: accepted, refused, and mutated certificates."""

from __future__ import annotations

import json
from fractions import Fraction
from functools import cache
from typing import Any

import mpmath
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from symland.checker import Verdict
from symland.checker.interval_jets import Intervals
from symland.checker.intervals import Interval
from tests.checker.documents import certificate, one, problem, statement, verdict

# Three samples and two weights of one sigmoid unit: L(u, v) = sum (v s(u x) - y)^2.
X, Y = (0, 1, 3), (1, -2, 3)
PROBLEM = problem([1, 1, 1], [[x] for x in X], [[y] for y in Y], activation=["sigmoid"], scale=1)
# The minimum to 15 digits.
MIDPOINT = (Fraction("0.639549366162005"), Fraction("1.255556753016051"))
BITS = 160
C = mpmath.MPContext()
C.dps = 40


@cache
def critical_points() -> list[tuple[Any, Any]]:
    """Every critical point that 300 runs of mpmath's solver find, to 40 digits."""
    found: list[tuple[Any, Any]] = []
    for i in range(300):
        start = C.mpf((i * 37) % 100 - 50) / 10, C.mpf((i * 91) % 100 - 50) / 10
        try:
            u, v = C.findroot(lambda u, v: slope(C, u, v), start)
        except (ValueError, ZeroDivisionError):
            continue
        if abs(u) < 20 and not any(abs(u - a) + abs(v - b) < 1e-20 for a, b in found):
            found.append((u, v))
    return found


def loss(c: Any, u: Any, v: Any) -> Any:
    return sum((v / (1 + c.exp(-u * x)) - y) ** 2 for x, y in zip(X, Y, strict=True))


def slope(c: Any, u: Any, v: Any) -> list[Any]:
    s = [1 / (1 + c.exp(-u * x)) for x in X]
    pairs = list(zip(s, X, Y, strict=True))
    return [
        sum(2 * (v * a - y) * v * a * (1 - a) * x for a, x, y in pairs),
        sum(2 * (v * a - y) * a for a, x, y in pairs),
    ]


def second(c: Any, u: Any, v: Any) -> tuple[Any, Any, Any]:
    """The Hessian's entries uu, uv, vv, by the product rule."""
    s = [1 / (1 + c.exp(-u * x)) for x in X]
    terms = list(zip(s, [a * (1 - a) for a in s], X, Y, strict=True))
    return (
        2 * sum(x * x * ((v * b) ** 2 + (v * a - y) * v * b * (1 - 2 * a)) for a, b, x, y in terms),
        2 * sum(x * b * (v * a + v * a - y) for a, b, x, y in terms),
        2 * sum(a * a for a in s),
    )


def exact(*weights: Any) -> dict[str, Any]:
    return {f"W{k}": [[str(w)]] for k, w in enumerate(weights, 1)}


def box(radius: str = "1/1024", midpoint: Any = MIDPOINT) -> dict[str, Any]:
    return {"box": {"midpoint": exact(*midpoint), "radius": exact(radius, radius)}}


def inverse() -> list[list[str]]:
    """The inverse of the Hessian at the midpoint, to 12 binary places."""
    a, b, d = second(C, *(C.mpf(m.numerator) / m.denominator for m in MIDPOINT))
    entries = [x / (a * d - b * b) for x in (d, -b, -b, a)]
    p, q, r, s = (str(Fraction(int(x * 4096), 4096)) for x in entries)
    return [[p, q], [r, s]]


KRAWCZYK = ("critical", {"point": "p"}, "krawczyk", {"precision": BITS, "inverse": inverse()})
# This Hessian is diagonally dominant itself.
TRANSFORM = [["1", "0"], ["0", "1"]]
INERTIA = (
    "inertia",
    {"point": "p", "positive": 2, "negative": 0, "zero": 0},
    "congruence",
    {"precision": BITS, "transform": TRANSFORM},
)
MINIMUM = ("strict_minimum", {"point": "p"}, "inertia", {"critical": "c0", "inertia": "c1"})
LOSS = (
    "enclosure",
    {"point": "p", "lower": str(Fraction("11.731636294")), "upper": str(Fraction("11.731636295"))},
    "intervals",
    {"precision": BITS},
)
BETTER = ("not_global", {"point": "p", "better": "q"}, "intervals", {"precision": BITS})
STEPS = (KRAWCZYK, INERTIA, MINIMUM, LOSS)


def chain(points: Any, *steps: Any, about: Any = PROBLEM) -> Verdict:
    claims = [(kind, fields) for kind, fields, _, _ in steps]
    return verdict(
        statement(about, points, claims),
        certificate([(rule, witness) for _, _, rule, witness in steps]),
    )


def test_a_strict_minimum_in_a_box() -> None:
    answer = chain({"p": box()}, *STEPS)
    assert answer.accepted, answer.reason
    assert answer.lines[0] == "c0: there is exactly one critical point in the box p"
    assert answer.lines[2] == "c2: p is a strict local minimum"


@pytest.mark.parametrize(
    ("radius", "midpoint", "reason"),
    [
        ("2", MIDPOINT, "does not send the box into itself"),
        (
            "1/1024",
            (MIDPOINT[0] + Fraction(1, 100), MIDPOINT[1]),
            "does not send the box into itself",
        ),
        ("0", MIDPOINT, "expected positive numbers"),
        ("-1/4", MIDPOINT, "expected positive numbers"),
    ],
)
def test_boxes_that_prove_nothing(radius: str, midpoint: Any, reason: str) -> None:
    answer = chain({"p": box(radius, midpoint)}, KRAWCZYK)
    assert not answer.accepted
    assert reason in str(answer.reason)


def test_a_box_says_nothing_before_it_is_known_to_hold_one_point() -> None:
    for step in (INERTIA, LOSS):
        answer = chain({"p": box()}, step)
        assert "not yet known to hold one critical point" in str(answer.reason)
    answer = chain({"p": box()}, ("critical", {"point": "p"}, "substitution", {}))
    assert "is a box, this rule needs an exact point" in str(answer.reason)
    answer = chain({"p": exact(1, 1)}, KRAWCZYK)
    assert "point 'p' is no box" in str(answer.reason)


def test_precision_and_witnesses() -> None:
    kind, about, rule, witness = KRAWCZYK
    for change, reason in (
        ({"precision": 8}, "expected an integer in 16..20000"),
        ({"inverse": [["0", "0"], ["0", "0"]]}, "does not send the box"),
        ({"inverse": [["1"]]}, "entries, expected 2"),
    ):
        answer = chain({"p": box()}, (kind, about, rule, {**witness, **change}))
        assert not answer.accepted
        assert reason in str(answer.reason)
    narrow = {"p": box("1/100000")}
    assert chain(narrow, KRAWCZYK).accepted
    answer = chain(narrow, (kind, about, rule, {**witness, "precision": 20}))
    assert "does not send the box into itself" in str(answer.reason)
    kind, about, rule, witness = INERTIA
    for transform in ([["1", "1"], ["1", "1"]], [["0", "0"], ["0", "0"]], [["1", "1"], ["0", "1"]]):
        answer = chain(
            {"p": box()}, KRAWCZYK, (kind, about, rule, {**witness, "transform": transform})
        )
        assert "not diagonally dominant" in str(answer.reason)


def test_signs_decide_the_kind() -> None:
    saddle = ("strict_saddle", {"point": "p"}, "inertia", {"critical": "c0", "inertia": "c1"})
    answer = chain({"p": box()}, KRAWCZYK, INERTIA, saddle)
    assert "does not have eigenvalues of both signs" in str(answer.reason)
    maximum = ("strict_maximum", *saddle[1:])
    answer = chain({"p": box()}, KRAWCZYK, INERTIA, maximum)
    assert "not negative definite" in str(answer.reason)
    wrong = ("inertia", {**INERTIA[1], "positive": 1, "negative": 1}, *INERTIA[2:])
    assert "claimed (1, 1, 0)" in str(chain({"p": box()}, KRAWCZYK, wrong).reason)


def test_losses_and_better_points() -> None:
    points = {"p": exact(1, 1), "q": exact("5/8", "5/4")}
    assert chain(points, BETTER).accepted
    swapped = chain({"p": points["q"], "q": points["p"]}, BETTER)
    assert "is not shown to be lower" in str(swapped.reason)
    wide = problem([1, 2, 1], [[x] for x in X], [[y] for y in Y], activation=["sigmoid"], scale=1)
    low = {"W1": [["2"], ["10"]], "W2": [["327/8", "-38"]]}
    assert one(
        wide,
        {"p": low},
        "enclosure",
        {"point": "p", "lower": "48506/200000", "upper": "1"},
        "intervals",
        {"precision": 100},
    ).unreadable
    for lower, good in (("24253/100000", True), ("24254/100000", False)):
        text = str(Fraction(lower))
        assert (
            one(
                wide,
                {"p": low},
                "enclosure",
                {"point": "p", "lower": text, "upper": "1"},
                "intervals",
                {"precision": 100},
            ).accepted
            is good
        )


def test_not_critical_by_an_enclosed_derivative() -> None:
    points = {"p": {"W1": [["log(2)"]], "W2": [["1"]]}}
    # 2 sum (v s - y) s at s = 1/2, 2/3, 8/9: -1/2 + 32/9 - 304/81
    value = 2 * sum(
        (a - y) * a
        for a, y in zip((Fraction(1, 2), Fraction(2, 3), Fraction(8, 9)), Y, strict=True)
    )
    small = Fraction(1, 10**20)
    for lower, upper, good in (
        (value - small, value + small, True),
        (value + small, Fraction(0), False),
        (value - small, Fraction(1), False),
    ):
        fields = {"point": "p", "parameter": ["W2", 0, 0], "lower": str(lower), "upper": str(upper)}
        answer = one(PROBLEM, points, "not_critical", fields, "intervals", {"precision": 100})
        assert answer.accepted is good, answer.reason


# Targets v s(u x) + e at u = log 2, v = 1 with e orthogonal to both columns of the Jacobian.
PLANTED_X = (1, -1, 2)
S = [Fraction(2, 3), Fraction(1, 3), Fraction(4, 5)]
J = [[s * (1 - s) * x for s, x in zip(S, PLANTED_X, strict=True)], S]
E = [
    J[0][1] * J[1][2] - J[0][2] * J[1][1],
    J[0][2] * J[1][0] - J[0][0] * J[1][2],
    J[0][0] * J[1][1] - J[0][1] * J[1][0],
]
PLANTED = problem(
    [1, 1, 1],
    [[x] for x in PLANTED_X],
    [[s + e] for s, e in zip(S, E, strict=True)],
    activation=["sigmoid"],
)
AT = {"p": {"W1": [["log(2)"]], "W2": [["1"]]}}


def test_exactly_critical_at_a_logarithm() -> None:
    value = {"point": "p", "value": str(sum(e * e for e in E) / 2)}
    answer = chain(
        AT,
        ("critical", {"point": "p"}, "logarithms", {}),
        ("value", value, "logarithms", {}),
        about=PLANTED,
    )
    assert answer.accepted, answer.reason
    other = {"p": {"W1": [["log(3)"]], "W2": [["1"]]}}
    answer = chain(other, ("critical", {"point": "p"}, "logarithms", {}), about=PLANTED)
    assert "the derivative with respect to W1[0, 0] is not zero" in str(answer.reason)
    for bad in ("log(0)", "log(-2)", "log(1)", "log(2/4)", "log(x)", "log()", "log(2"):
        points = {"p": {"W1": [[bad]], "W2": [["1"]]}}
        assert chain(
            points, ("critical", {"point": "p"}, "logarithms", {}), about=PLANTED
        ).unreadable


def test_inertia_at_exact_points_by_both_rules() -> None:
    """u'u = sum (v s')^2 x^2 + e v s'' x^2, and so on; the signs from the exact matrix."""
    second = [s * (1 - s) * (1 - 2 * s) for s in S]
    a = sum(j * j for j in J[0]) - sum(
        e * b * x * x for e, b, x in zip(E, second, PLANTED_X, strict=True)
    )
    b = sum(j * k for j, k in zip(*J, strict=True))
    d = sum(k * k for k in J[1])
    assert a * d - b * b > 0 < a
    signs = {"point": "p", "positive": 2, "negative": 0, "zero": 0}
    transform = [["1", str(-b / a)], ["0", "1"]]
    for rule, witness in (
        ("logarithms", {}),
        ("congruence", {"precision": 80, "transform": transform}),
    ):
        assert one(PLANTED, AT, "inertia", signs, rule, witness).accepted
        wrong = {**signs, "positive": 1, "negative": 1}
        assert not one(PLANTED, AT, "inertia", wrong, rule, witness).accepted


def test_what_exact_logarithms_refuse() -> None:
    step = ("critical", {"point": "p"}, "logarithms", {})
    for weights, reason in (
        (("1", "1"), "not the logarithm of a rational"),
        (("log(2)", "log(2)"), ""),
    ):
        answer = chain({"p": exact(*weights)}, step, about=PLANTED)
        assert not answer.accepted
        assert reason in str(answer.reason)
    half = problem([1, 1, 1], [["1/2"]], [[1]], activation=["sigmoid"])
    assert "a number that is no integer" in str(chain(AT, step, about=half).reason)
    assert "is a box" in str(chain({"p": box()}, step).reason)


def test_zero_loss_at_logarithms() -> None:
    exactly = problem([1, 1, 1], [[x] for x in PLANTED_X], [[s] for s in S], activation=["sigmoid"])
    step = ("global_minimum", {"point": "p"}, "logarithms", {})
    assert chain(AT, step, about=exactly).accepted
    assert "is not zero" in str(chain(AT, step, about=PLANTED).reason)
    signed = problem([1, 1, 1], [[1], [2]], [[1], [1]], activation=["tanh"], weights=[[1], [-1]])
    assert "nowhere negative" in str(chain(AT, step, about=signed).reason)


def test_kinks_need_a_sign_for_derivatives() -> None:
    """relu(w) - 1 and relu(2 w) - 1: the losses at w = 1, -1, 0 are 1/2, 1, 1."""
    bent = problem([1, 1, 1], [[1], [2]], [[1], [1]], activation=["relu"])
    for w, loss, good in (("1", "1/2", True), ("-1", "1", False), ("0", "1", False)):
        points = {"p": exact(w, "1")}
        fields = {"point": "p", "lower": loss, "upper": loss}
        witness = {"precision": 50}
        assert one(bent, points, "enclosure", fields, "intervals", witness).accepted
        slope = {"point": "p", "parameter": ["W1", 0, 0], "lower": "1/2", "upper": "3"}
        answer = one(bent, points, "not_critical", slope, "intervals", witness)
        assert answer.accepted is good
    assert "have a kink" in str(answer.reason)


@pytest.mark.parametrize("slope", ["0", "1/3", "3", "-2"])
def test_values_across_a_kink_are_enclosed(slope: str) -> None:
    for lower, upper in ((-2, 3), (-1, 0), (0, 2), (0, 0), (-3, -1)):
        z = Interval.between(Fraction(lower), Fraction(upper), 20)
        found = Intervals(20).kinked(z, Fraction(slope))
        for k in range(11):
            x = Fraction(lower) + Fraction(k, 10) * (upper - lower)
            value = x if x >= 0 else Fraction(slope) * x
            assert found.ends()[0] <= value <= found.ends()[1]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [p for key, v in inner for p in [(*path, key), *places(v, (*path, key))]]


@st.composite
def mutations(draw: Any) -> dict[str, Any]:
    files = {
        "statement": statement(PROBLEM, {"p": box()}, [(k, f) for k, f, _, _ in STEPS]),
        "certificate": certificate([(r, w) for _, _, r, w in STEPS]),
    }
    files = json.loads(json.dumps(files))
    for _ in range(draw(st.integers(1, 3))):
        allowed = [p for p in places(files) if len(p) > 3 and "problem" not in p]
        path = draw(st.sampled_from(allowed))
        holder: Any = files
        for key in path[:-1]:
            holder = holder[key]
        old = holder[path[-1]]
        if isinstance(old, str) and old.lstrip("-").replace("/", "").isdigit():
            change = draw(st.fractions(-2, 2, max_denominator=1000))
            scale = draw(st.sampled_from([Fraction(1), Fraction(1, 1000), Fraction(1, 10**9)]))
            holder[path[-1]] = str(Fraction(old) + change * scale)
        elif isinstance(old, int):
            holder[path[-1]] = max(0, old + draw(st.integers(-3, 3)))
        else:
            holder[path[-1]] = draw(st.sampled_from(["1", "0", [], {}, None, "p", "c0", "c1"]))
    return files


@given(files=mutations())
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_mutated_certificates_are_refused_or_true(files: dict[str, Any]) -> None:
    answer = verdict(files["statement"], files["certificate"])
    assert "internal error" not in str(answer.reason)
    if not answer.accepted:
        return
    given = files["statement"]["points"]["p"]["box"]
    inside = []
    for point in critical_points():
        ends = [
            (Fraction(given["midpoint"][n][0][0]), Fraction(given["radius"][n][0][0]))
            for n in ("W1", "W2")
        ]
        if all(
            abs(x - C.mpf(m.numerator) / m.denominator) <= C.mpf(r.numerator) / r.denominator
            for x, (m, r) in zip(point, ends, strict=True)
        ):
            inside.append(point)
    assert len(inside) == 1
    a, b, d = second(C, *inside[0])
    assert a * d - b * b > 0 < a
    for claim in files["statement"]["claims"]:
        if claim["claim"] == "enclosure":
            lower, upper = (Fraction(claim[end]) for end in ("lower", "upper"))
            value = loss(C, *inside[0])
            assert lower.numerator <= value * lower.denominator
            assert value * upper.denominator <= upper.numerator
        if claim["claim"] == "inertia":
            assert (claim["positive"], claim["negative"], claim["zero"]) == (2, 0, 0)


def test_a_saddle_is_no_minimum_and_no_maximum() -> None:
    """L(a, b) = (b tanh a - 1)^2 / 2 has the Hessian ((0, -1), (-1, 0)) at the origin."""
    bent = problem([1, 1, 1], [[1]], [[1]], activation=["tanh"])
    critical = ("critical", {"point": "p"}, "logarithms", {})
    signs = ("inertia", {"point": "p", "positive": 1, "negative": 1, "zero": 0}, "logarithms", {})
    witness = {"critical": "c0", "inertia": "c1"}
    for kind, reason in (
        ("strict_saddle", None),
        ("strict_minimum", "not positive definite"),
        ("strict_maximum", "not negative definite"),
    ):
        step = (kind, {"point": "p"}, "inertia", witness)
        answer = chain({"p": exact(0, 0)}, critical, signs, step, about=bent)
        assert answer.accepted is (reason is None)
        assert reason is None or reason in str(answer.reason)
