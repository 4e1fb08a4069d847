"""Critical points with singular Hessian that are alone in a box: against all roots of a polynomial,
in boxes at random, and where they are not alone."""

from __future__ import annotations

import json
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest

from symland.checker import rules_isolated
from symland.checker.excluded_directions import Directions, Kernel
from symland.checker.interval_jets import gradient, loss
from symland.checker.intervals import number
from symland.checker.logarithms import Logarithmic, Logarithms
from symland.checker.statement import read_problem
from symland.checker.verdict import Verdict
from tests.checker.documents import certificate, one, problem, statement, text, verdict
from tests.checker.enclosed_truth import EnclosedTruth

BITS = 90
UNIT = {"W1": [["1"]], "W2": [["1"]]}


class _Context:
    """What the rule looks at, of a problem alone."""

    def __init__(self, parsed: Any) -> None:
        self.problem = parsed


def shaped(entries: list[Any]) -> dict[str, Any]:
    """Weights of a network with two neurons and a bias of the output, from a list."""
    return {"W1": [[x] for x in entries[:2]], "W2": [entries[2:4]], "b2": [entries[4:]]}


def bent(c: Any, target: Any, first: Any, activation: str = "") -> Any:
    """L = (y - v phi(u))^2 / 2 + (a u^2 + b v^2) / 2 with phi = x + c x^2, or another, and a b =
    y^2, so that the Hessian at the origin is singular: its kernel is that of (y, a)."""
    second = Fraction(target) ** 2 / Fraction(first)
    return problem(
        [1, 1, 1], [[1]], [[target]], activation=[activation or f"polynomial(0, 1, {text(c)})"],
        l2={"W1": [[text(first)]], "W2": [[text(second)]]},
    )  # fmt: skip


TWO = problem(
    [1, 2, 1], [[1]], [[1]], activation=["polynomial(0, 1, 1)"],
    l2={"W1": [["1"], ["1"]], "W2": [["1", "1"]]},
)  # fmt: skip


MIXED = problem(
    [2, 1, 1], [[1, 0], [0, 1], [0, -1]], [[3], [-1], [-1]], activation=["polynomial(0, 1, 1)"],
    l2={"W1": [["3", "0"]], "W2": [["3"]]},
)  # fmt: skip
"""The cubic is -s (3 s^2 - 2 t^2), from -v sum y (u.x)^2 with v = u_1 = s, u_2 = t."""


def box(about: Any, radius: Any, middle: Any = None) -> Any:
    """A box of one radius, or of one for each weight, around 0 or a list of weights."""
    shapes = read_problem(json.loads(json.dumps(about))).shapes
    size = sum(rows * columns for rows, columns in shapes.values())
    lists = [middle or [0] * size, radius if isinstance(radius, list) else [radius] * size]
    parts = {}
    for key, entries in zip(("midpoint", "radius"), lists, strict=True):
        rest = iter(entries)
        parts[key] = {
            n: [text(next(rest)) for _ in range(rows)]
            if n.startswith("b")
            else [[text(next(rest)) for _ in range(columns)] for _ in range(rows)]
            for n, (rows, columns) in shapes.items()
        }
    return {"box": parts}


def answer(about: Any, radius: Any, free: Any = (0,), pieces: int = 1, **more: Any) -> Verdict:
    witness = {"precision": more.get("precision", BITS), "free": list(free), "pieces": pieces}
    point = box(about, radius, more.get("middle"))
    return one(about, {"p": point}, "critical", {"point": "p"}, "degenerate", witness)


def critical_points(
    c: float, target: float, first: float, *more: float
) -> list[tuple[float, float]]:
    """All of `bent`, with more coefficients of phi, but for the origin: v = y phi / (b + phi^2),
    which leaves one polynomial equation in u."""
    second = target**2 / first
    phi = np.polynomial.Polynomial([0, 1, c, *more])
    below = second + phi**2
    # a u - (y - v phi) v phi' = 0, where y - v phi = y b / (b + phi^2).
    left = first * np.polynomial.Polynomial([0, 1]) * below**2
    right = target**2 * second * phi * phi.deriv()
    roots = (left - right).roots()
    real = [float(u.real) for u in roots if abs(u.imag) < 1e-9]
    return [(u, float(target * phi(u) / below(u))) for u in real if abs(u) > 1e-5]


def test_alone_with_one_flat_direction() -> None:
    found = answer(bent(1, 1, 1), Fraction(1, 64))
    assert found.accepted, found.reason
    assert "the midpoint of the box p is the only critical point in it" in found.lines[0]


def test_the_other_weight_may_be_free_too() -> None:
    assert answer(bent(1, 1, 1), Fraction(1, 64), free=[1]).accepted


def test_alone_with_two_flat_directions() -> None:
    """The sum of the cubes of two directions, whose gradient vanishes at 0 only."""
    assert answer(TWO, Fraction(1, 128), [0, 1], 8).accepted
    for free in ([0, 3], [2, 3]):
        assert answer(TWO, Fraction(1, 128), free, 8).accepted


def test_directions_that_mix_need_small_cells() -> None:
    assert answer(MIXED, Fraction(1, 256), [0, 1], 8).accepted
    found = answer(MIXED, Fraction(1, 256), [0, 1], 1)
    assert "derivatives do not exclude" in str(found.reason)


def test_boxes_at_random_hold_no_other_point() -> None:
    """Boxes of all sizes and shapes: those accepted hold none of the other roots."""
    draw, accepted, with_others = Random(3), 0, 0
    for _ in range(400):
        c = Fraction(draw.choice([-9, -4, -2, -1, 1, 2, 3, 7]), draw.choice([1, 2, 5]))
        target, first = Fraction(draw.choice([-3, -1, 1, 2])), Fraction(draw.choice([1, 2, 5]), 2)
        others = critical_points(float(c), float(target), float(first))
        radius = [Fraction(2) ** draw.randint(-10, 2) * draw.randint(1, 3) for _ in range(2)]
        inside = any(abs(u) <= radius[0] and abs(v) <= radius[1] for u, v in others)
        found = answer(bent(c, target, first), radius, [draw.randint(0, 1)])
        assert not (inside and found.accepted), (c, target, first, radius, others)
        accepted += found.accepted
        with_others += inside
    assert accepted > 60
    assert with_others > 30


def test_boxes_at_random_around_a_point_of_fourth_order() -> None:
    """phi = x + d x^3: the loss is of fourth order along the kernel."""
    draw, accepted, with_others = Random(4), 0, 0
    for _ in range(300):
        d = Fraction(draw.choice([-30, -3, -1, 1, 2, 8, 40]), draw.choice([1, 3, 8]))
        target, first = Fraction(draw.choice([-3, -1, 1, 2])), Fraction(draw.choice([1, 2, 5]), 2)
        others = critical_points(0, float(target), float(first), float(d))
        radius = [Fraction(2) ** draw.randint(-10, 2) * draw.randint(1, 3) for _ in range(2)]
        inside = any(abs(u) <= radius[0] and abs(v) <= radius[1] for u, v in others)
        about = bent(0, target, first, f"polynomial(0, 1, 0, {d})")
        found = answer(about, radius, [draw.randint(0, 1)])
        assert not (inside and found.accepted), (d, target, first, radius, others)
        accepted += found.accepted
        with_others += inside
    assert accepted > 40
    assert with_others > 20


@pytest.mark.parametrize("activation", ["tanh", "polynomial(0, 1, 0, -1/3)", "linear"])
def test_of_fourth_order(activation: str) -> None:
    about = bent(0, 1, 1, activation)
    assert answer(about, Fraction(1, 16)).accepted


@pytest.mark.parametrize(
    ("d", "alone"), [("0", True), ("1/8", True), ("1/4", False), ("1/2", True), ("-1", True)]
)
def test_what_the_other_weights_do_to_the_fourth_order(d: str, alone: bool) -> None:
    """L = (2 - v phi(u) - b)^2 / 2 + (u^2 + v^2 + b^2) / 2 with phi = x + d x^3, at (0, 0, 1): b
    follows as 1 - u v / 2 and leaves u^2 v^2 / 4 - d v u^3, which is 0 along (1, 1) for d = 1/4."""
    about = problem(
        [1, 1, 1], [[1]], [[2]], activation=[f"polynomial(0, 1, 0, {d})"], bias="output",
        l2={"W1": [["1"]], "W2": [["1"]], "b2": ["1"]},
    )  # fmt: skip
    for radius in (Fraction(1, 100), Fraction(1, 10**5)):
        for free in ([0], [1]):
            found = answer(about, radius, free, middle=[0, 0, 1])
            assert found.accepted == alone, found.reason


def test_a_plane_of_fourth_order() -> None:
    """Two tanh neurons with logistic loss: s^2 / 4 twice against the regularizer, then quartics."""
    about = problem(
        [1, 2, 1], [[1]], [[-1]], activation=["tanh"], kind="logistic", scale="1",
        l2={"W1": [["1/2"], ["1/2"]], "W2": [["1/2", "1/2"]]},
    )  # fmt: skip
    assert answer(about, Fraction(1, 64), [0, 1], 8).accepted


def test_boxes_that_nearly_hold_another_point() -> None:
    """For large c the other root is near the origin; boxes are made as wide as is accepted."""
    for c in (3, 10, 100):
        others = critical_points(c, 1, 1)
        nearest = min(max(abs(u), abs(v)) for u, v in others)
        radius = Fraction(1)
        while not answer(bent(c, 1, 1), radius).accepted:
            radius *= Fraction(9, 10)
        assert nearest / 100 < radius < nearest


@pytest.mark.parametrize("more", [(1, 100), (0, 1, 0, -1000), (0, 1, 100), (0, 1, -100)])
def test_derivatives_that_change_in_the_box(more: tuple[int, ...]) -> None:
    """At the origin they tell nothing of another point, which is near for phi = x + x^2 + 100 x^3,
    x + x^3 - 1000 x^5 or, on one side of the origin only, x + x^3 + 100 x^4; the origin is alone in
    smaller boxes."""
    about = bent(1, 1, 1, f"polynomial(0, 1, {', '.join(map(str, more))})")
    nearest = min(max(abs(u), abs(v)) for u, v in critical_points(more[0], 1, 1, *more[1:]))
    radius = Fraction(1, 16)
    assert nearest < radius
    while not answer(about, radius).accepted:
        radius *= Fraction(9, 10)
    assert nearest / 100 < radius < nearest


def test_the_formula_of_fourth_order() -> None:
    """Of a loss of degree 4 it is exact, for all v, h, and r of both signs.
    Two linear neurons and a bias."""
    about = problem(
        [1, 2, 1], [[1]], [[2]], activation=["linear"], bias="output",
        l2={"W1": [["1"], ["2"]], "W2": [["1", "1/2"]], "b2": ["1"]},
    )  # fmt: skip
    parsed, middle = read_problem(json.loads(json.dumps(about))), [Fraction(0)] * 4 + [Fraction(1)]
    exact = [Logarithmic(x) for x in middle]
    kernel = rules_isolated._kernel(rules_isolated._exact_hessian(_Context(parsed), middle), [0, 1])
    draw, over = Random(5), [number(x, BITS) for x in middle]
    for _ in range(20):
        v, r = (
            [Fraction(draw.randint(-9, 9), 7) for _ in range(2)],
            Fraction(draw.randint(1, 9), draw.choice([4, -4])),
        )
        h = [
            Fraction(draw.randint(-9, 9), 5) if i in kernel.rest else Fraction(0) for i in range(5)
        ]
        directions = Directions(parsed, kernel, middle, over, [], abs(r), Fraction(0), BITS)
        # Cells are those of one half of the directions: the others have the same v and -r.
        assert directions.reach.ends() == (-abs(r), abs(r))
        directions.reach = number(r, BITS)
        k = directions._along([(x, x) for x in v])
        z = [
            r * (sum(c[i] * x for c, x in zip(directions.columns, v, strict=True)) + r * h[i])
            for i in range(5)
        ]
        moved = [Logarithmic(m.rational + x) for m, x in zip(exact, z, strict=True)]
        slopes = gradient(parsed, loss(parsed, Logarithms(), shaped(moved), 1), Logarithms())
        found = directions._quotients(k, [number(x, BITS) for x in h])
        for column, quotient in zip(directions.columns, found, strict=True):
            value = sum(c * g.as_rational() for c, g in zip(column, slopes, strict=True)) / r**3
            low, high = quotient.ends()
            assert low <= value <= high < low + Fraction(1, 2**60)


def test_what_lies_beside_the_kernel_is_allowed_for(monkeypatch: Any) -> None:
    """u = (1, w) with |w| <= e: 1 - 4 w^2 vanishes for e = 1/2. For `bent` in tiny boxes t = 2
    |c y| / b, from the derivatives of y v phi."""
    about = read_problem(json.loads(json.dumps(bent(1, 1, 1))))
    kernel = Kernel([0], [1], [[Fraction(1)]], [[Fraction(0)]], True)
    tensor = [
        [[number(x, BITS) for x in row] for row in T] for T in ([[1, 0], [0, -4]], [[0] * 2] * 2)
    ]
    for slack, excluded in ((Fraction(1, 3), True), (Fraction(1, 2), False)):
        directions = Directions(
            about,
            kernel,
            [Fraction(0)] * 2,
            [number(0, BITS)] * 2,
            tensor,
            Fraction(0),
            slack,
            BITS,
        )
        directions.fourth = []
        assert directions.excluded([(Fraction(1), Fraction(1))]) == excluded
    seen: list[Fraction] = []
    kept = rules_isolated._slack
    monkeypatch.setattr(
        rules_isolated, "_slack", lambda *args: seen.append(kept(*args)) or seen[-1]
    )
    for c, target, first in ((1, 1, 1), (-3, 2, 4)):
        radius = Fraction(1, 2**40)
        assert answer(bent(c, target, first), radius).accepted
        t = Fraction(2 * abs(c * target) * first, target**2)
        widest = max(Fraction(first, abs(target)), 1)
        assert 1 <= seen.pop() / ((1 + widest) ** 2 * t * radius / 2) < 1 + Fraction(1, 10**6)


@pytest.mark.parametrize(
    ("about", "free", "pieces", "reason"),
    [
        (bent(0, 1, 1, "polynomial(0, 1, 0, 1/2)"), [0], 4, "derivatives do not exclude"),
        (bent(1, 1, 1), [0, 1], 4, "the Hessian is not degenerate along the free weights"),
        (bent(1, 1, 1), [], 4, "expected free weights, in increasing order"),
        (bent(1, 1, 1), [0, 0], 4, "expected free weights, in increasing order"),
        (bent(1, 1, 1), [2], 4, "free: 2"),
        (bent(1, 1, 1), [0], 0, "pieces: 0"),
        (bent(1, 1, 1) | {"regularizer": {"l2": {"W1": [["1"]], "W2": [["2"]]}}}, [0], 4,
         "the Hessian is not degenerate along the free weights"),
        (TWO, [0], 4, "must be invertible"),
        (TWO, [1, 0], 4, "expected free weights, in increasing order"),
        (TWO, [0, 1], 5001, "more than 10000 cells"),
        (problem([1, 21], [[1]], [[0] * 21]), [0], 1, "more than 20 weights"),
    ],
)  # fmt: skip
def test_refused(about: Any, free: Any, pieces: int, reason: str) -> None:
    found = answer(about, Fraction(1, 256), free, pieces)
    assert not found.accepted
    assert reason in str(found.reason)


def test_not_critical() -> None:
    found = answer(bent(1, 1, 1), Fraction(1, 256), middle=[Fraction(1, 1000), 0])
    assert "with respect to W1[0, 0] is not zero" in str(found.reason)


def test_a_curve_of_critical_points() -> None:
    """L = (v u^2)^2 / 2: every point with u = 0 is critical; and the minima of (1 - u v)^2."""
    curve = problem([1, 1, 1], [[1]], [[0]], activation=["square"])
    fits = problem([1, 1, 1], [[1]], [[1]], activation=["linear"])
    for radius in (Fraction(1, 4), Fraction(1, 10**6)):
        for free in ([0], [1], [0, 1]):
            assert not answer(curve, radius, free, 8, middle=[0, 1]).accepted
            assert not answer(fits, radius, free, 8, middle=[2, Fraction(1, 2)]).accepted


def test_a_direction_in_which_the_cubic_has_a_double_zero() -> None:
    """-2 s (s + t)^2, from -v sum y (u.x)^2: its gradient vanishes at (1, -1), so that it excludes
    nothing there; and -3 s^3, where t is a weight that no sample hears."""
    double = problem(
        [2, 1, 1], [[1, 1], [-1, -1], [1, 0], [-1, 0]], [[1], [1], [1], [-1]],
        activation=["polynomial(0, 1, 1)"], l2={"W1": [["2", "0"]], "W2": [["2"]]},
    )  # fmt: skip
    unheard = problem(
        [2, 1, 1], [[1, 0]], [[3]], activation=["polynomial(0, 1, 1)"],
        l2={"W1": [["3", "0"]], "W2": [["3"]]},
    )  # fmt: skip
    for about in (double, unheard):
        for pieces in (1, 4, 7, 64):
            found = answer(about, Fraction(1, 10**6), [0, 1], pieces)
            assert "derivatives do not exclude" in str(found.reason)


def test_a_box_that_is_too_wide() -> None:
    assert "third derivatives" in str(answer(bent(1, 1, 1), 1).reason)
    assert "too wide" in str(answer(bent(1, 1, 1), [Fraction(1, 64), 10]).reason)


@pytest.mark.parametrize("target", [-1, -2])
def test_values_of_an_exponential(target: int) -> None:
    """v = 0 makes the Hessian rational though the third derivatives are enclosed only."""
    about = problem([1, 1, 1], [[-1], [-2]], [[-2], [target]], activation=["exp"], bias="output",
                    scale="1/2", l2={"W1": [["1/2"]], "W2": [["1/2"]]})  # fmt: skip
    found = answer(about, Fraction(1, 4096), [0], middle=[0, 0, Fraction(target - 2, 2)])
    assert found.accepted == (target == -1), found.reason


def minimum(about: Any, free: Any = (0,), pieces: int = 1, **more: Any) -> Verdict:
    """Whether the origin is shown to be a strict minimum."""
    point = box(about, 1, more.get("middle"))["box"]["midpoint"]
    witness = {"precision": BITS, "free": list(free), "pieces": pieces}
    witness |= {"radius": more.get("radius", "1/1024")}
    claim = ("strict_minimum", {"point": "p"})
    return verdict(statement(about, {"p": point}, [claim]), certificate([("degenerate", witness)]))


@pytest.mark.parametrize(
    ("d", "rises"),
    [("0", True), ("1/4", True), ("49/100", True), ("1/2", False), ("51/100", False), ("2", False)],
)
def test_minima_of_fourth_order(d: str, rises: bool) -> None:
    """Along (1, 1) of `bent` the loss is 1/2 + s^4 / 2 - d s^4."""
    found = minimum(bent(0, 1, 1, f"polynomial(0, 1, 0, {d})"), radius="1/1048576")
    assert found.accepted == rises, found.reason
    if rises:
        assert found.lines == ("c0: p is a strict local minimum",)
    else:
        assert "derivatives do not show that the loss rises" in str(found.reason)


@pytest.mark.parametrize(
    ("d", "rises"), [("0", True), ("6/25", True), ("1/4", False), ("1/3", False)]
)
def test_minima_where_other_weights_follow(d: str, rises: bool) -> None:
    """With a bias that follows it is s^4 / 4 - d s^4: without it, (1 - 2 d) s^4 / 2 would do."""
    about = problem(
        [1, 1, 1], [[1]], [[2]], activation=[f"polynomial(0, 1, 0, {d})"], bias="output",
        l2={"W1": [["1"]], "W2": [["1"]], "b2": ["1"]},
    )  # fmt: skip
    for free in ([0], [1]):
        found = minimum(about, free, middle=[0, 0, 1], radius="1/1048576")
        assert found.accepted == rises, found.reason


def test_minima_along_a_plane() -> None:
    about = problem(
        [1, 2, 1], [[1]], [[-1]], activation=["tanh"], kind="logistic", scale="1",
        l2={"W1": [["1/2"], ["1/2"]], "W2": [["1/2", "1/2"]]},
    )  # fmt: skip
    assert minimum(about, [0, 1], 8).accepted


def cubes(neurons: int, d: str) -> Any:
    """(1 - sum v (u + d u^3))^2 / 2 + (u^2 + v^2) / 2: (sum s_i^2)^2 / 2 - d sum s_i^4 for v = u =
    s, with the gradient 2 s_i (sum s_j^2 - 2 d s_i^2)."""
    return problem(
        [1, neurons, 1], [[1]], [[1]], activation=[f"polynomial(0, 1, 0, {d})"],
        l2={"W1": [["1"]] * neurons, "W2": [["1"] * neurons]},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("d", "alone", "least"),
    [
        ("1/4", True, True),
        ("49/100", True, True),
        ("1/2", False, False),  # 0 along the axes
        ("51/100", True, False),
        ("3/4", True, False),
        ("1", False, False),  # critical along the diagonals
        ("2", True, False),
    ],
)
def test_planes_of_fourth_order(d: str, alone: bool, least: bool) -> None:
    about, pieces = cubes(2, d), 200
    assert answer(about, Fraction(1, 2**20), [0, 1], pieces).accepted == alone
    assert minimum(about, [0, 1], pieces, radius="1/1048576").accepted == least
    truth = statement(about, {"p": box(about, 1)["box"]["midpoint"]}, [])
    claim = {"claim": "strict_minimum", "point": "p"}
    if d != "1/2":  # which higher orders decide
        assert EnclosedTruth(truth).holds(claim) == least


def test_three_dimensions_of_fourth_order() -> None:
    about = cubes(3, "1/4")
    assert answer(about, Fraction(1, 2**20), [0, 1, 2], 8).accepted
    assert minimum(about, [0, 1, 2], 8, radius="1/1048576").accepted
    assert not minimum(cubes(3, "3/4"), [0, 1, 2], 8, radius="1/1048576").accepted


@pytest.mark.parametrize(
    ("about", "more", "reason"),
    [
        (bent(1, 1, 1), {}, "derivatives do not show that the loss rises"),  # a cubic
        (bent(0, 1, 1, "tanh"), {"radius": "0"}, "radius: expected a positive number"),
        (bent(0, 1, 1, "tanh"), {"radius": "1"}, "too wide"),
        (bent(0, 1, 1, "linear"), {"middle": [Fraction(1, 9), 0]}, "is not zero"),
        # the loss falls along b, and rises along the kernel
        (problem([1, 1, 1], [[1]], [[2]], activation=["linear"], bias="output",
                 l2={"W1": [["4"]], "W2": [["4"]], "b2": ["-2"]}), {"middle": [0, 0, -2]},
         "the Hessian is not positive definite across its kernel"),
    ],
)  # fmt: skip
def test_no_minima(about: Any, more: Any, reason: str) -> None:
    found = minimum(about, **more)
    assert not found.accepted
    assert reason in str(found.reason)


def test_minima_of_irrational_weights() -> None:
    about = bent(0, 1, 1, "tanh")
    witness = {"precision": BITS, "free": [0], "pieces": 1, "radius": "1/64"}
    point = {"W1": [["log(2)"]], "W2": [["0"]]}
    found = one(about, {"p": point}, "strict_minimum", {"point": "p"}, "degenerate", witness)
    assert "expected rational weights" in str(found.reason)


THREE = problem(
    [1, 3, 1], [[1]], [[1]], activation=["polynomial(0, 1, 1)"],
    l2={"W1": [["1"]] * 3, "W2": [["1", "1", "1"]]},
)  # fmt: skip
HINGED = problem(
    [1, 1, 1], [[1]], [[1]], activation=["leaky_relu(1)"],
    l2={"W1": [["1"]], "W2": [["1"]]},
)  # fmt: skip
SKIP = problem(
    [1, 1, 1, 1], [[1], [-1]], [[1], [1]], activation=["polynomial(0, 1, 1)", "tanh"],
    skip=[[2, 1], [1, 1]], kind="logistic", scale="1",
    l2={"W1": [["1"]], "W2": [["1"]], "W3": [["1", "1"]]},
)  # fmt: skip


def test_three_flat_directions() -> None:
    assert answer(THREE, Fraction(1, 256), [0, 1, 2], 2).accepted
    assert answer(THREE, Fraction(1, 256), [3, 1, 5], 2).accepted is False  # not increasing


def test_low_precision_refuses_rather_than_errs() -> None:
    kinds = {answer(bent(1, 1, 1), Fraction(1, 64), precision=bits).accepted for bits in (16, 90)}
    assert True in kinds
    assert not any(answer(bent(1, 1, 1), 1, precision=bits).accepted for bits in (16, 20, 30))


def test_a_box_across_a_kink() -> None:
    """At the origin the preactivation is 0: no derivative is enclosed there, nor known exactly."""
    assert "where relu and leaky_relu have a kink" in str(answer(HINGED, Fraction(1, 64)).reason)


def test_skip_connections_and_two_layers() -> None:
    """L = log(1 + exp(-f(1))) + log(1 + exp(-f(-1))) with f = a tanh(w phi(u x)) + b phi(u x) at 0:
    the sum over x = 1, -1 of phi is of second order in u, so that the Hessian is regular."""
    found = answer(SKIP, Fraction(1, 256))
    assert "not degenerate along the free weights" in str(found.reason)
