"""Rules about one point and rules about curves: accepted examples, and what each refuses."""

from typing import Any

import pytest

from symland.checker import Verdict
from tests.checker.documents import certificate, one, problem, statement, verdict

# L(a, b) = (a b - 1)^2 / 2
SCALAR = problem([1, 1, 1], [[1]], [[1]])
# L(a, b, c) = (a b c - 1)^2 / 2
CUBIC = problem([1, 1, 1, 1], [[1]], [[1]])
# L(w) = (w^2 - 2)^2 / 2 written with the square activation: output weight is a parameter too.
SQUARE = problem([1, 1, 1], [[1]], [[2]], activation=["square"])


def point(*weights: Any) -> dict[str, Any]:
    return {f"W{k}": [[w]] for k, w in enumerate(weights, 1)}


SQRT2 = {"t": {"polynomial": ["-2", "0", "1"], "interval": ["1", "2"]}}
ORIGIN = {"p": point("0", "0")}
FLAT = {"p": point("0", "0", "0")}
UP = {"order": 3, "W1": [[["0", "-1"]]], "W2": [[["0", "1"]]], "W3": [[["0", "1"]]]}
DOWN = {**UP, "W1": [[["0", "1"]]]}


def claim(
    problem: Any, points: Any, kind: str, fields: Any, rule: str, witness: Any = None, **more: Any
) -> Verdict:
    return one(problem, points, kind, {"point": "p", **fields}, rule, witness, **more)


def test_value_and_enclosure() -> None:
    points = {"p": point("2", "3")}
    assert claim(SCALAR, points, "value", {"value": "25/2"}, "evaluate").accepted
    assert "not the value" in str(
        claim(SCALAR, points, "value", {"value": "25/3"}, "evaluate").reason
    )
    for bounds, good in (
        (("25/2", "25/2"), True),
        (("12", "13"), True),
        (("13", "14"), False),
        (("11", "12"), False),
    ):
        fields = dict(zip(("lower", "upper"), bounds, strict=True))
        assert claim(SCALAR, points, "enclosure", fields, "evaluate").accepted is good


def test_value_at_an_algebraic_point() -> None:
    points = {"p": {"root": "t", **point(["0", "1"], ["1"])}}
    # (t - 1)^2 / 2 = (3 - 2 t) / 2
    fields = {"value": ["3/2", "-1"]}
    assert claim(SCALAR, points, "value", fields, "evaluate", roots=SQRT2).accepted
    for lower, upper, good in (("171/2000", "43/500", True), ("0", "171/2000", False)):
        fields = {"lower": lower, "upper": upper}
        assert claim(SCALAR, points, "enclosure", fields, "evaluate", roots=SQRT2).accepted is good


def test_critical_points_rational_and_algebraic() -> None:
    assert claim(SCALAR, ORIGIN, "critical", {}, "substitution").accepted
    points = {"p": {"root": "t", **point(["0", "1"], "1")}}
    assert claim(SQUARE, points, "critical", {}, "substitution", roots=SQRT2).accepted
    answer = claim(SQUARE, {"p": point("1", "1")}, "critical", {}, "substitution")
    assert "the derivative with respect to W1 is not zero at p" in str(answer.reason)


def test_a_root_of_a_reducible_polynomial() -> None:
    """(t^2 - 2)(t - 1): a critical point at sqrt 2 only; at 1 the gradient is not zero."""
    points = {"p": {"root": "t", **point(["0", "1"], "1")}}
    for interval, good in ((["5/4", "2"], True), (["1/2", "5/4"], False)):
        roots = {"t": {"polynomial": ["2", "-2", "-1", "1"], "interval": interval}}
        answer = claim(SQUARE, points, "critical", {}, "substitution", roots=roots)
        assert answer.accepted is good


def test_not_critical() -> None:
    points = {"p": point("2", "1")}
    fields = {"parameter": ["W2", 0, 0], "derivative": "2"}
    assert claim(SCALAR, points, "not_critical", fields, "substitution").accepted
    answer = claim(SCALAR, points, "not_critical", {**fields, "derivative": "1"}, "substitution")
    assert "is not the number claimed" in str(answer.reason)
    answer = claim(SCALAR, ORIGIN, "not_critical", {**fields, "derivative": "0"}, "substitution")
    assert "claimed is zero" in str(answer.reason)


def test_inertia_and_semidefinite() -> None:
    signs = {"positive": 1, "negative": 1, "zero": 0}
    assert claim(SCALAR, ORIGIN, "inertia", signs, "ldl").accepted
    wrong = claim(SCALAR, ORIGIN, "inertia", {**signs, "zero": 1}, "ldl")
    assert "(positive, negative, zero) = (1, 1, 0)" in str(wrong.reason)
    assert claim(CUBIC, FLAT, "semidefinite", {}, "ldl").accepted
    assert "negative eigenvalue" in str(claim(SCALAR, ORIGIN, "semidefinite", {}, "ldl").reason)


def chain(problem: Any, points: Any, *steps: Any) -> Verdict:
    claims = [(kind, {"point": "p", **fields}) for kind, fields, _, _ in steps]
    return verdict(
        statement(problem, points, claims),
        certificate([(rule, witness) for _, _, rule, witness in steps]),
    )


CRITICAL = ("critical", {}, "substitution", {})


def test_strict_minimum() -> None:
    regular = problem([1, 1, 1], [[1]], [[1]], l2={"W1": [["2"]], "W2": [["2"]]})
    step = ("strict_minimum", {}, "ldl", {"critical": "c0"})
    assert chain(regular, ORIGIN, CRITICAL, step).accepted
    assert "not positive definite" in str(chain(SCALAR, ORIGIN, CRITICAL, step).reason)
    answer = chain(regular, ORIGIN, step, CRITICAL)
    assert "claim 'c0' is not established before" in str(answer.reason)


def test_strict_saddle() -> None:
    witness = {
        "critical": "c0",
        "direction": {"W1": [["1"]], "W2": [["1"]]},
        "ascent": {"order": 2, "W1": [[["0", "1"]]], "W2": [[["0", "-1"]]]},
    }
    assert chain(SCALAR, ORIGIN, CRITICAL, ("strict_saddle", {}, "direction", witness)).accepted
    for change, reason in (
        ({"direction": {"W1": [["1"]], "W2": [["-1"]]}}, "second-order coefficient is not"),
        ({"direction": {"W1": [["1"]]}}, "second-order coefficient is not"),
        (
            {"ascent": {"order": 2, "W1": [[["0", "1"]]], "W2": [[["0", "1"]]]}},
            "ascent: the coefficient of s^2 is negative",
        ),
        ({"critical": "c1"}, "not established"),
    ):
        answer = chain(
            SCALAR, ORIGIN, CRITICAL, ("strict_saddle", {}, "direction", {**witness, **change})
        )
        assert reason in str(answer.reason)


def test_direction_with_biases() -> None:
    affine = problem([1, 1, 1], [[1]], [[1]], bias="all")
    points = {"p": {**point("0", "0"), "b1": ["0"], "b2": ["1"]}}
    # L = (W2 (W1 + b1) + b2 - 1)^2 / 2 = 0 here: a global minimum, no direction descends
    witness = {"critical": "c0", "direction": {"b1": ["1"], "b2": ["1"]}, "ascent": {"order": 2}}
    answer = chain(affine, points, CRITICAL, ("strict_saddle", {}, "direction", witness))
    assert "second-order coefficient is not negative" in str(answer.reason)


def test_non_strict_saddle_and_not_minimum() -> None:
    flat = ("semidefinite", {}, "ldl", {})
    witness = {"critical": "c0", "semidefinite": "c1", "descent": DOWN, "ascent": UP}
    step = ("non_strict_saddle", {}, "curve", witness)
    answer = chain(CUBIC, FLAT, CRITICAL, flat, step)
    assert answer.accepted
    assert "falls to order 3" in answer.lines[2]
    assert claim(CUBIC, FLAT, "not_minimum", {}, "curve", {"descent": DOWN}).accepted
    for curve, reason in (
        (UP, "the coefficient of s^3 is positive"),
        ({**DOWN, "order": 4}, "the coefficient of s^3 is not zero"),
        ({**DOWN, "order": 2}, "the coefficient of s^2 is zero"),
        ({**DOWN, "W1": [[["1", "1"]]]}, "does not start at the point"),
    ):
        refused = claim(CUBIC, FLAT, "not_minimum", {}, "curve", {"descent": curve})
        assert reason in str(refused.reason)


def test_claims_about_another_point_do_not_count() -> None:
    answer = verdict(
        statement(
            SCALAR,
            {"p": point("0", "0"), "q": point("0", "0")},
            [("critical", {"point": "q"}), ("strict_minimum", {"point": "p"})],
        ),
        certificate([("substitution", {}), ("ldl", {"critical": "c0"})]),
    )
    assert "claim 'c0' is about the point 'q'" in str(answer.reason)


def test_global_minima() -> None:
    points = {"p": point("2", "1/2")}
    assert claim(SCALAR, points, "global_minimum", {}, "zero_loss").accepted
    assert "is not zero" in str(claim(SCALAR, ORIGIN, "global_minimum", {}, "zero_loss").reason)
    signed = problem([1, 1, 1], [[1], [1]], [[1], [1]], weights=[[2], [-1]])
    assert "is negative" in str(claim(signed, points, "global_minimum", {}, "zero_loss").reason)
    better = {"p": point("0", "0"), "q": point("1", "1/2")}
    assert claim(SCALAR, better, "not_global", {"better": "q"}, "evaluate").accepted
    swapped = {"p": better["q"], "q": better["p"]}
    assert not claim(SCALAR, swapped, "not_global", {"better": "q"}, "evaluate").accepted
    equal = {"p": point("0", "0"), "q": point("0", "1")}
    assert not claim(SCALAR, equal, "not_global", {"better": "q"}, "evaluate").accepted


def test_lower_loss_in_another_field() -> None:
    roots = {**SQRT2, "u": {"polynomial": ["-3", "0", "1"], "interval": ["1", "2"]}}
    points = {
        "p": {"root": "u", **point(["0", "1"], "1")},
        "q": {"root": "t", **point(["0", "1"], "1")},
    }
    assert claim(SCALAR, points, "not_global", {"better": "q"}, "evaluate", roots=roots).accepted


def test_constant_loss() -> None:
    silent = problem([2, 1, 1], [[0, 0], [0, 0]], [[1], [2]])
    assert one(silent, {}, "constant", {}, "no_input").accepted
    unweighted = problem([2, 1, 1], [[0, 0], [1, 0]], [[1], [2]], weights=[[1], [0]])
    assert one(unweighted, {}, "constant", {}, "no_input").accepted
    for other in (
        problem([2, 1, 1], [[0, 0], [1, 0]], [[1], [2]]),
        problem([2, 1, 1], [[0, 0]], [[1]], bias="output"),
        problem([2, 1, 1], [[0, 0]], [[1]], l2={"W1": [["1", "0"]]}),
        problem([2, 1, 1], [[0, 0]], [[1]], activation=["polynomial(1, 1)"]),
    ):
        assert one(other, {}, "constant", {}, "no_input").exit_status == 1


def test_rank() -> None:
    wide = problem([2, 2, 2], [[1, 1], [2, 2]], [[1, 0], [0, 1]])
    points = {"p": {"W1": [["1", "0"], ["0", "0"]], "W2": [["1", "2"], ["3", "4"]]}}
    witness = {"rows": [1], "columns": [0], "kernel": [["0", "5"]]}
    fields = {"product": [2, 1], "rank": 1}
    assert claim(wide, points, "rank", fields, "minor", witness).accepted
    for change, reason in (
        ({"rows": [0], "columns": [1]}, "the minor is zero"),
        ({"kernel": [["1", "0"]]}, "the kernel is not that"),
        ({"kernel": [["0", "0"]]}, "vectors are dependent"),
    ):
        refused = claim(wide, points, "rank", fields, "minor", {**witness, **change})
        assert reason in str(refused.reason)
    full = {"product": [2, 2], "rank": 2}
    twice = {"rows": [0, 0], "columns": [0, 1], "kernel": []}
    assert "twice" in str(claim(wide, points, "rank", full, "minor", twice).reason)
    assert claim(wide, points, "rank", full, "minor", {**twice, "rows": [0, 1]}).accepted
    data = {"product": [1, 1], "data": True, "rank": 1}
    assert claim(
        wide, points, "rank", data, "minor", {"rows": [0], "columns": [0], "kernel": [["1", "-1"]]}
    ).accepted


TERMS = [
    ["1/2", [["W1", 0, 0, 2], ["W2", 0, 0, 2]]],
    ["-1", [["W1", 0, 0, 1], ["W2", 0, 0, 1]]],
    ["1/2", []],
]


def test_expansions() -> None:
    assert one(SCALAR, {}, "loss_polynomial", {"terms": TERMS}, "expand").accepted
    slope = {
        "parameter": ["W1", 0, 0],
        "terms": [["1", [["W1", 0, 0, 1], ["W2", 0, 0, 2]]], ["-1", [["W2", 0, 0, 1]]]],
    }
    assert one(SCALAR, {}, "gradient_polynomial", slope, "expand").accepted
    twice = {
        "parameters": [["W1", 0, 0], ["W2", 0, 0]],
        "terms": [["2", [["W1", 0, 0, 1], ["W2", 0, 0, 1]]], ["-1", []]],
    }
    assert one(SCALAR, {}, "hessian_polynomial", twice, "expand").accepted
    square = {"parameters": [["W1", 0, 0], ["W1", 0, 0]], "terms": [["1", [["W2", 0, 0, 2]]]]}
    assert one(SCALAR, {}, "hessian_polynomial", square, "expand").accepted
    for wrong in (
        {**square, "parameters": twice["parameters"]},
        {**twice, "terms": [["1", [["W1", 0, 0, 1], ["W2", 0, 0, 1]]], ["-1", []]]},
    ):
        refused = one(SCALAR, {}, "hessian_polynomial", wrong, "expand")
        assert "differs" in str(refused.reason)
    for terms, reason in (
        (TERMS[:2], "differs from the 2 terms"),
        ([*TERMS, ["0", [["W1", 0, 0, 1]]]], "coefficient 0"),
        ([*TERMS, ["1", []]], "occurs twice"),
    ):
        refused = one(SCALAR, {}, "loss_polynomial", {"terms": terms}, "expand")
        assert reason in str(refused.reason)


@pytest.mark.parametrize("activation", ["tanh", "softplus(1/2)"])
def test_other_activations_are_read_and_refused(activation: str) -> None:
    other = problem([1, 1, 1], [[1]], [[1]], activation=[activation])
    answer = claim(other, ORIGIN, "critical", {}, "substitution")
    assert answer.exit_status == 1
    assert "polynomial activations" in str(answer.reason)
