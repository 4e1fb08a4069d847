"""Complex critical points: planted ones, all of a small problem, and what must be refused."""

from __future__ import annotations

import json
from fractions import Fraction
from math import isqrt
from typing import Any

import pytest
from hypothesis import HealthCheck, given as drawn, settings, strategies as st

from symland.checker import Verdict, effort
from symland.checker.contraction import refined_radii
from symland.checker.verdict import Refused
from symland.claims.case import Case
from symland.claims.complex_points import (
    complex_box_point,
    different_complex_points,
    not_real_in_box,
    only_complex_critical,
    real_in_box,
)
from symland.exact.polynomial import parameter_keys
from symland.problem import Dataset, Network, Problem, Regularizer
from symland.search.complex_critical_box import complex_critical_box
from symland.search.deadline import Deadline
from tests.checker.complex_solutions import critical_solutions
from tests.checker.documents import certificate, problem, statement, text, verdict

BITS = 60
RIDGE = {"W1": [["1"]], "W2": [["1"]]}
PROBLEM = problem([1, 1, 1], [[1]], [[2]], l2=RIDGE)
# (ab - 2)^2 / 2 + (a^2 + b^2) / 2: gradient (ab - 2) b + a, (ab - 2) a + b. Its zeros are (0, 0),
# (1, 1), (-1, -1), (i s, -i s), (-i s, i s) with s = sqrt(3).
S = Fraction(isqrt(3 * 4**40), 2**40)
SOLUTIONS = [
    ((Fraction(0), Fraction(0)), (Fraction(0), Fraction(0))),
    ((Fraction(1), Fraction(1)), (Fraction(0), Fraction(0))),
    ((Fraction(-1), Fraction(-1)), (Fraction(0), Fraction(0))),
    ((Fraction(0), Fraction(0)), (S, -S)),
    ((Fraction(0), Fraction(0)), (-S, S)),
]
# The Hessian is ((b^2 + 1, 2ab - 2), (2ab - 2, a^2 + 1)); real at all five.
INVERSES = [
    [["-1/3", "-2/3"], ["-2/3", "-1/3"]],
    [["1/2", "0"], ["0", "1/2"]],
    [["1/2", "0"], ["0", "1/2"]],
    [["1/6", "1/3"], ["1/3", "1/6"]],
    [["1/6", "1/3"], ["1/3", "1/6"]],
]
ZERO = [["0", "0"], ["0", "0"]]
RADIUS = Fraction(1, 64)


def box(k: int, radius: Any = RADIUS, shift: Any = 0, lift: Any = 0) -> dict[str, Any]:
    """Around solution k, moved by a real and an imaginary number in W1."""
    (a, b), (c, d) = SOLUTIONS[k]

    def entries(x: Any, y: Any) -> dict[str, Any]:
        return {"W1": [[text(x)]], "W2": [[text(y)]]}

    return {
        "box": {
            "real": entries(a + Fraction(shift), b),
            "imaginary": entries(c + Fraction(lift), d),
            "radius": entries(radius, radius),
        }
    }


def krawczyk(k: int, point: str = "p", **changes: Any) -> Any:
    witness = {"precision": BITS, "inverse": {"real": INVERSES[k], "imaginary": ZERO}}
    return ("complex_critical", {"point": point}, "krawczyk", {**witness, **changes})


REAL = ("complex_real", {"point": "p"}, "conjugation", {})
NOT_REAL = ("complex_not_real", {"point": "p"}, "imaginary_part", {"parameter": ["W2", 0, 0]})


def chain(points: Any, *steps: Any, about: Any = PROBLEM) -> Verdict:
    return verdict(
        statement(about, points, [(kind, fields) for kind, fields, _, _ in steps]),
        certificate([(rule, witness) for _, _, rule, witness in steps]),
    )


@pytest.mark.parametrize("k", range(5))
def test_planted_solutions(k: int) -> None:
    kind = REAL if k < 3 else NOT_REAL
    answer = chain({"p": box(k)}, krawczyk(k), kind)
    assert answer.accepted, answer.reason
    assert answer.lines == (
        "c0: there is exactly one complex critical point in the box p",
        f"c1: the critical point in the box p is {'' if k < 3 else 'not '}real",
    )
    other = NOT_REAL if k < 3 else REAL
    reason = "may be 0" if k < 3 else "is not symmetric at W1[0, 0]"
    assert reason in str(chain({"p": box(k)}, krawczyk(k), other).reason)


def test_all_five_are_different() -> None:
    names = [f"p{k}" for k in range(5)]
    points = {name: box(k) for k, name in enumerate(names)}
    steps = [krawczyk(k, name) for k, name in enumerate(names)]
    distinct = ("complex_distinct", {"points": names}, "disjoint_boxes", {})
    answer = chain(points, *steps, distinct)
    assert answer.accepted, answer.reason
    assert answer.lines[-1] == "c5: there are at least 5 different complex critical points"
    twice = ("complex_distinct", {"points": [*names, "p3"]}, "disjoint_boxes", {})
    assert "'p3' and 'p3' may be one point" in str(chain(points, *steps, twice).reason)
    # The same point in two boxes of different middles.
    points["p3"] = box(4, shift=Fraction(1, 1000))
    steps[3] = krawczyk(4, "p3")
    answer = chain(points, *steps, distinct)
    assert "'p3' and 'p4' may be one point" in str(answer.reason)
    assert "not yet known to hold one complex critical point" in str(chain(points, distinct).reason)


@pytest.mark.parametrize("k", range(5))
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"radius": 2}, "does not send the box into itself"),
        ({"shift": "1/50"}, "does not send the box into itself"),
        ({"lift": "1/50"}, "does not send the box into itself"),
        ({"lift": "-1/50"}, "does not send the box into itself"),
        ({"radius": 0}, "expected positive numbers"),
        ({"radius": "-1/4"}, "expected positive numbers"),
    ],
)
def test_boxes_that_prove_nothing(k: int, change: Any, reason: str) -> None:
    answer = chain({"p": box(k, **change)}, krawczyk(k))
    assert not answer.accepted
    assert reason in str(answer.reason)


def test_a_box_moved_within_its_radius_is_not_symmetric() -> None:
    """The zero is real, but this box does not show it."""
    points = {"p": box(1, lift="1/100000")}
    assert chain(points, krawczyk(1)).accepted
    assert "is not symmetric at W1[0, 0]" in str(chain(points, krawczyk(1), REAL).reason)
    assert "W2[0, 0] may be 0" in str(chain(points, krawczyk(1), NOT_REAL).reason)
    above = (*NOT_REAL[:3], {"parameter": ["W1", 0, 0]})
    assert "W1[0, 0] may be 0" in str(chain(points, krawczyk(1), above).reason)


def test_a_point_that_is_not_real_has_real_coordinates() -> None:
    about = problem([2, 1, 1], [[1, 0], [0, 1]], [[2], [0]], l2={"W1": [["1", "1"]], "W2": [["1"]]})
    given = {
        "real": {"W1": [["0", "0"]], "W2": [["0"]]},
        "imaginary": {"W1": [[text(S), "0"]], "W2": [[text(-S)]]},
        "radius": {"W1": [["1/128", "1/128"]], "W2": [["1/128"]]},
    }
    # The second input's weight w has the equation v^2 w + w = 0, with second derivative -2.
    inverse = [["1/6", "0", "1/3"], ["0", "-1/2", "0"], ["1/3", "0", "1/6"]]
    none = [["0"] * 3] * 3
    first = krawczyk(3, inverse={"real": inverse, "imaginary": none})
    for place, good in ((("W1", 0, 0), True), (("W1", 0, 1), False), (("W2", 0, 0), True)):
        step = (*NOT_REAL[:3], {"parameter": list(place)})
        answer = chain({"p": {"box": given}}, first, step, about=about)
        assert answer.accepted is good, answer.reason


def test_the_smaller_box_decides_what_is_not_real() -> None:
    """An imaginary part of about -1/1155 in a box of radius above 1/1155."""
    l2 = {"W1": [["1", "1"]], "W2": [["1"]]}
    about = problem([2, 1, 1], [[1, 0], [0, 1]], [[2], ["1/1000"]], l2=l2)
    library = library_problem(about)
    found = complex_critical_box(library, [1.7j, 0, -1.7j], Deadline(20))
    assert 0 < abs(found.imaginary[1]) < found.radius
    case = Case(library)
    point = complex_box_point(case, library.network.shapes, found)
    only_complex_critical(case, point, found)
    not_real_in_box(case, point, ("W1", 0, 1))
    assert case.check().accepted, case.check().reason


def test_inverses_that_prove_nothing() -> None:
    for inverse, reason in (
        ({"real": ZERO, "imaginary": ZERO}, "does not send the box into itself"),
        ({"real": ZERO, "imaginary": INVERSES[3]}, "does not send the box into itself"),
        ({"real": INVERSES[3], "imaginary": INVERSES[3]}, "does not send the box into itself"),
        ({"real": INVERSES[0], "imaginary": ZERO}, "does not send the box into itself"),
        ({"real": INVERSES[3]}, "field 'imaginary' is missing"),
        (INVERSES[3], "expected an object"),
        ({"real": [["1"]], "imaginary": ZERO}, "entries, expected 2"),
    ):
        answer = chain({"p": box(3)}, krawczyk(3, inverse=inverse))
        assert not answer.accepted
        assert reason in str(answer.reason)
    answer = chain({"p": box(3)}, krawczyk(3, precision=15))
    assert "expected an integer in 16..20000" in str(answer.reason)


def test_the_parts_of_the_defect_are_added() -> None:
    """E = I - Y H with E (1, w) = (1, w), w = 7/10 (1 - i): Y is singular, and a box
    around (1, w), far from the solution, has Y g(m) = 0. In each row the larger parts of E sum to
    less than 1."""
    about = problem([2, 1], [[1, 0], [0, 1]], [[0], [0]])  # the Hessian is I, the solution 0
    f, g = Fraction(5, 12), Fraction(7, 17)
    inverse = {
        "real": [[text(1 - f), text(-f)], [text(-g), text(1 - g)]],
        "imaginary": [["0", text(-f)], [text(g), "0"]],
    }
    rows = {"real": ["1", "7/10"], "imaginary": ["0", "-7/10"], "radius": ["1/8", "1/8"]}
    point = {"box": {part: {"W1": [row]} for part, row in rows.items()}}
    answer = chain({"p": point}, krawczyk(0, inverse=inverse), about=about)
    assert "does not send the box into itself in entry 0" in str(answer.reason)
    true = {"real": [["1", "0"], ["0", "1"]], "imaginary": ZERO}
    rows["real"] = rows["imaginary"] = ["1/16", "-1/16"]
    point = {"box": {part: {"W1": [row]} for part, row in rows.items()}}
    assert chain({"p": point}, krawczyk(0, inverse=true), about=about).accepted


def test_every_entry_has_to_contract() -> None:
    ones, half = [Fraction(1), Fraction(1)], 1 << 7
    assert refined_radii([0, half - 1], [[0, 0], [0, half]], ones, 8)[0] == 0
    with pytest.raises(Refused, match="in entry 1"):
        refined_radii([0, half], [[0, 0], [0, half]], ones, 8)
    with pytest.raises(Refused, match="in entry 1"):
        refined_radii([0, 0], [[0, 0], [half, half]], ones, 8)


def test_refining_radii_is_counted() -> None:
    bits = 100_000
    with effort.bounded(0), pytest.raises(Refused, match="more work"):
        for _ in range(1000):
            refined_radii([1] * 2, [[1 << bits - 1, 0]] * 2, [Fraction(1)] * 2, bits)


def test_a_singular_point_is_refused() -> None:
    """(ab - 1)^2 / 2 + (a^2 + b^2) / 2 has a zero of multiplicity 3 at the origin."""
    about = problem([1, 1, 1], [[1]], [[1]], l2=RIDGE)
    for inverse in ([["1/2", "0"], ["0", "1/2"]], [["0", "-1"], ["-1", "0"]]):
        step = krawczyk(0, inverse={"real": inverse, "imaginary": ZERO})
        answer = chain({"p": box(0)}, step, about=about)
        assert "does not send the box into itself" in str(answer.reason)


def test_two_solutions_in_one_box_are_refused() -> None:
    about = problem([1, 1, 1], [[1]], [["257/256"]], l2=RIDGE)  # a = b = +- 1/16 and 0
    near = [["-32640", "-32896"], ["-32896", "-32640"]]
    for radius, good in (("1/8", False), ("1/16", False), ("1/2048", True)):
        inverse = [["128", "128"], ["128", "128"]] if not good else _inverse_at_origin()
        step = krawczyk(0, inverse={"real": inverse, "imaginary": ZERO}, precision=120)
        assert chain({"p": box(0, radius)}, step, about=about).accepted is good
        step = krawczyk(0, inverse={"real": near, "imaginary": ZERO})
        assert not chain({"p": box(0, radius)}, step, about=about).accepted


def _inverse_at_origin() -> list[list[str]]:
    """Of ((1, -t), (-t, 1)), t = 257/256."""
    t = Fraction(257, 256)
    d = 1 - t * t
    return [[text(1 / d), text(t / d)], [text(t / d), text(1 / d)]]


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"activation": ["tanh"]}, "squared"),
        ({"activation": ["relu"]}, "squared"),
        ({"activation": ["exp"]}, "squared"),
        ({}, "logistic"),
    ],
)
def test_other_activations_and_losses(more: Any, kind: str) -> None:
    target = [[1]] if kind == "logistic" else [[2]]
    about = problem([1, 1, 1], [[1]], target, l2=RIDGE, kind=kind, scale=1, **more)
    answer = chain({"p": box(1)}, krawczyk(1), about=about)
    assert "needs polynomial activations and the squared loss" in str(answer.reason)


def test_other_rules_refuse_complex_points() -> None:
    complex_box = "point 'p' is a complex box, this rule needs a real point"
    bounds = {"lower": "0", "upper": "9"}
    signs = {"positive": 2, "negative": 0, "zero": 0}
    for kind, fields, rule, witness, reason in (
        ("critical", {}, "krawczyk", {"precision": 50, "inverse": INVERSES[1]}, complex_box),
        ("critical", {}, "logarithms", {}, complex_box),
        ("enclosure", bounds, "intervals", {"precision": 50}, complex_box),
        ("inertia", signs, "congruence", {"precision": 50, "transform": INVERSES[1]}, complex_box),
        ("critical", {}, "substitution", {}, "is a box, this rule needs an exact point"),
        ("value", {"value": "0"}, "evaluate", {}, "is a box, this rule needs an exact point"),
        ("strict_minimum", {}, "ldl", {"critical": "c0"}, "c0' is of kind complex_critical, not"),
    ):
        step = (kind, {"point": "p", **fields}, rule, witness)
        answer = chain({"p": box(1)}, krawczyk(1), step)
        assert not answer.accepted
        assert reason in str(answer.reason)


def test_complex_rules_refuse_other_points() -> None:
    exact = {"W1": [["1"]], "W2": [["1"]]}
    radius = {"W1": [["1/64"]], "W2": [["1/64"]]}
    for point in (exact, {"box": {"midpoint": exact, "radius": radius}}, {"box": []}, []):
        answer = chain({"p": point}, krawczyk(1))
        assert "point 'p' is no complex box" in str(answer.reason)
        assert "point 'p' is no complex box" in str(chain({"p": point}, REAL).reason)
    good = box(1)["box"]
    for given, reason in (
        ({**good, "midpoint": good["real"]}, "unknown field 'midpoint'"),
        ({"imaginary": good["imaginary"], "radius": radius}, "field 'real' is missing"),
        ({**good, "real": {"W1": [["1"]]}}, "field 'W2' is missing"),
        ({**good, "imaginary": {"W1": [["0", "0"]], "W2": [["0"]]}}, "2 entries, expected 1"),
    ):
        answer = chain({"p": {"box": given}}, krawczyk(1))
        assert answer.unreadable
        assert reason in str(answer.reason)
    assert "unknown field 'root'" in str(chain({"p": {**box(1), "root": "t"}}, krawczyk(1)).reason)
    assert "point 'q' is not in the statement" in str(chain({}, krawczyk(1, "q")).reason)


def test_nothing_is_said_before_the_box_is_known_to_hold_one_point() -> None:
    for k, step in ((1, REAL), (3, NOT_REAL)):
        answer = chain({"p": box(k)}, step)
        assert "not yet known to hold one complex critical point" in str(answer.reason)


DL6 = problem(
    [2, 2, 1],
    [[1, 0], [0, 1]],
    [[2], [1]],
    l2={"W1": [["1/10", "3/20"], ["1/4", "1/5"]], "W2": [["3/10", "7/20"]]},
)
Q4 = problem(
    [1, 2, 1],
    [[1]],
    [[-3]],
    activation=["square"],
    l2={"W1": [["1/2"], ["1"]], "W2": [["1/3", "2/3"]]},
)
Q2 = problem([1, 1, 1], [[1]], [[-4]], activation=["square"], l2={"W1": [["2"]], "W2": [["1"]]})
C2 = problem([1, 1, 1], [[1]], [[2]], activation=["cube"], l2={"W1": [["1"]], "W2": [["1"]]})


def library_problem(given: dict[str, Any]) -> Problem:
    """The same problem for the other half."""
    network = Network(given["network"]["widths"], given["network"]["activation"])
    data = Dataset(given["data"]["inputs"], given["data"]["targets"])
    return Problem(network, data, regularizer=Regularizer(given["regularizer"]["l2"]))


@pytest.mark.parametrize(
    ("given", "count", "real"), [(DL6, 33, 5), (Q4, 33, None), (Q2, None, None), (C2, None, None)]
)
def test_every_solution_of_a_small_problem(given: Any, count: Any, real: Any) -> None:
    """SymPy's quotient ring bounds the number of solutions; as many are certified, all different.

    The real ones are counted another way too: floats of a small imaginary part.
    """
    floats = critical_solutions(given)
    assert count in (None, len(floats))
    about = library_problem(given)
    case, keys = Case(about), list(parameter_keys(about.network.shapes))
    names, real_found = [], 0
    for start in floats:
        found = complex_critical_box(about, start, Deadline(20))
        names.append(complex_box_point(case, about.network.shapes, found))
        only_complex_critical(case, names[-1], found)
        if found.not_real is None:
            real_in_box(case, names[-1])
            real_found += 1
        else:
            not_real_in_box(case, names[-1], keys[found.not_real])
    different_complex_points(case, names)
    answer = case.check()
    assert answer.accepted, answer.reason
    assert len(set(names)) == len(floats)
    assert real_found == sum(all(abs(z.imag) < 1e-7 for z in start) for start in floats)
    assert real in (None, real_found)


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
    k = draw(st.integers(0, 4))
    other = draw(st.integers(0, 4))
    steps = [
        krawczyk(k),
        krawczyk(other, "q"),
        REAL if k < 3 else NOT_REAL,
        ("complex_distinct", {"points": ["p", "q"]}, "disjoint_boxes", {}),
    ]
    points = {"p": box(k), "q": box(other)}
    files = {
        "statement": statement(PROBLEM, points, [(kind, f) for kind, f, _, _ in steps]),
        "certificate": certificate([(r, w) for _, _, r, w in steps]),
    }
    files = json.loads(json.dumps(files))
    for _ in range(draw(st.integers(0, 3))):
        allowed = [p for p in places(files) if len(p) > 3 and "problem" not in p]
        path = draw(st.sampled_from(allowed))
        holder: Any = files
        for key in path[:-1]:
            holder = holder[key]
        old = holder[path[-1]]
        if isinstance(old, str) and old.lstrip("-").replace("/", "").isdigit():
            change = draw(st.fractions(-2, 2, max_denominator=1000))
            scale = draw(st.sampled_from([Fraction(1), Fraction(1, 100), Fraction(1, 10**9)]))
            holder[path[-1]] = str(Fraction(old) + change * scale)
        elif isinstance(old, int):
            holder[path[-1]] = max(0, old + draw(st.integers(-3, 3)))
        else:
            holder[path[-1]] = draw(st.sampled_from(["1", "0", [], {}, None, "p", "q", "c0"]))
    return files


def inside(given: dict[str, Any]) -> list[int]:
    """The solutions in a box, by exact comparison; sqrt(3) between two neighbours."""
    found = []
    for k, parts in enumerate(SOLUTIONS):
        exact = [
            (part, n, x)
            for part, values in zip(("real", "imaginary"), parts, strict=True)
            for n, x in zip(("W1", "W2"), values, strict=True)
        ]
        if all(
            abs(x - Fraction(given[part][n][0][0])) <= Fraction(given["radius"][n][0][0])
            for part, n, x in exact
        ):
            found.append(k)
    return found


@drawn(files=mutations())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_mutated_certificates_are_refused_or_true(files: dict[str, Any]) -> None:
    answer = verdict(files["statement"], files["certificate"])
    assert "internal error" not in str(answer.reason)
    if not answer.accepted:
        return
    points = files["statement"]["points"]
    found = {name: inside(points[name]["box"]) for name in points}
    for claim in files["statement"]["claims"]:
        if claim["claim"] == "complex_critical":
            assert len(found[claim["point"]]) == 1
        if claim["claim"] == "complex_real":
            assert found[claim["point"]][0] < 3
        if claim["claim"] == "complex_not_real":
            assert found[claim["point"]][0] >= 3
        if claim["claim"] == "complex_distinct":
            names = [found[name][0] for name in claim["points"]]
            assert len(names) == len(set(names))
