"""Letters that the checker computes from a network: their values, and what has no letters."""

import json
from fractions import Fraction
from typing import Any

import pytest
import sympy

from symland.checker import Verdict, check
from symland.checker.all_shapes_network import NetworkMatrices
from tests.checker.documents import problem, rows

WIDTHS = [2, 3, 1]
INPUTS = [[1, 0], [2, -1], [Fraction(1, 2), 3]]
TARGETS = [[3], [1], [-2]]
POINT = {
    "W1": [["1", "2"], ["0", "-1"], ["1/3", "1"]],
    "W2": [["2", "-1", "1/2"]],
}
BIASED = {**POINT, "b1": ["1", "0", "-2"], "b2": ["5"]}


def matrix(written: Any) -> sympy.Matrix:
    return sympy.Matrix([[sympy.Rational(str(x)) for x in row] for row in written])


X, Y = matrix(INPUTS).T, matrix(TARGETS).T
W1, W2 = matrix(POINT["W1"]), matrix(POINT["W2"])


def by_differentiation(name: str, activation: str = "linear") -> sympy.Matrix:
    """The partial derivatives of 3/7 |W2 f(W1 X) - Y|^2 plus 1/2 (4 sum w^2 of W1), by SymPy."""
    symbols = {
        "W1": sympy.Matrix(3, 2, sympy.symbols("u:6")),
        "W2": sympy.Matrix(1, 3, sympy.symbols("v:3")),
    }
    hidden = symbols["W1"] * X
    if activation == "square":
        hidden = hidden.applyfunc(lambda z: z**2)
    residual = symbols["W2"] * hidden - Y
    loss = sympy.Rational(3, 7) * (residual * residual.T)[0, 0]
    loss += 2 * sum(w**2 for w in symbols["W1"])
    at = dict(zip([*symbols["W1"], *symbols["W2"]], [*W1, *W2], strict=True))
    return symbols[name].applyfunc(lambda w: sympy.diff(loss, w).subs(at))


NETWORK = problem(
    WIDTHS, INPUTS, TARGETS, scale=Fraction(3, 7), l2={"W1": rows([[4, 4]] * 3)}
)  # fmt: skip
SQUARE = {**NETWORK, "network": {**NETWORK["network"], "activation": ["square"]}}

# The polynomial in the letters of the network, and its value computed by SymPy.
VALUES = {
    "the inputs": (["d0", "m"], [["1", [], "X"]], X),
    "the targets": (["d2", "m"], [["1", [], "Y"]], Y),
    "a layer": (["d1", "d0"], [["1", [], "W1"]], W1),
    "a transposed layer": (["d0", "d1"], [["1", [], "W1'"]], W1.T),
    "the residual": (["d2", "m"], [["1", [], "W2 W1 X"], ["-1", [], "Y"]], W2 * W1 * X - Y),
    "an empty product": (["d1", "d1"], [["1", [], ""]], sympy.eye(3)),
    "a row": (["1", "d0"], [["1", [], "e2_d1' W1"]], W1[1, :]),
    "a column": (["d1", "1"], [["1", [], "W1 e2_d0"]], W1[:, 1]),
    "an entry": (["1", "1"], [["1", [], "e3_d1' W1 e1_d0"]], W1[2:, :1]),
    "a sample": (["d0", "1"], [["1", [], "X e3_m"]], X[:, 2]),
    "a number times a matrix": (
        ["d1", "d0"], [["-3/2", ["e1_d2' W2 e1_d1"], "W1"]], -sympy.Rational(3, 2) * 2 * W1,
    ),
    "the gradient of W1": (["d1", "d0"], [["1", [], "G1"]], by_differentiation("W1")),
    "the gradient of W2": (["d2", "d1"], [["1", [], "G2"]], by_differentiation("W2")),
}  # fmt: skip


def answer(
    poly: Any, value: sympy.Matrix, network: Any = NETWORK, point: Any = POINT, **more: Any
) -> Verdict:
    """Whether the checker finds that the polynomial has the value, which is given."""
    shape = ["p" if value.shape[0] > 1 else "1", "q" if value.shape[1] > 1 else "1"]
    if poly["shape"][0] == poly["shape"][1] and value.shape[0] > 1:
        shape = ["p", "p"]
    relation = {"equation": {"shape": shape, "terms": [["1", [], "A"], ["-1", [], "B"]]}}
    written = [[str(x) for x in value.row(i)] for i in range(value.shape[0])]
    claims = [
        {"name": "zero", "claim": "identity", "given": ["h"],
         "equation": {"shape": ["1", "1"], "terms": []}},
        {"name": "at", "claim": "instance", "of": "zero", "letters": {"B": written},
         "network": {"point": "p", "letters": {"A": poly}}},
    ]  # fmt: skip
    statement = {
        "symland": "statement",
        "version": 1,
        "shapes": {"letters": {"A": shape, "B": shape}, "hypotheses": {"h": relation}},
        "problem": network,
        "points": {"p": point},
        "claims": claims,
        **more,
    }
    steps = [
        {"name": "1", "claim": "zero", "rule": "cofactor", "rows": []},
        {"name": "2", "claim": "at", "rule": "evaluate_words"},
    ]
    certificate = {"symland": "certificate", "version": 1, "steps": steps}
    return check(json.dumps(statement).encode(), json.dumps(certificate).encode())


@pytest.mark.parametrize("name", VALUES)
def test_values_are_those_of_a_second_computation(name: str) -> None:
    shape, terms, value = VALUES[name]
    found = answer({"shape": shape, "terms": terms}, value)
    assert found.accepted, found.reason
    moved = value.copy()
    moved[0, 0] += 1
    assert "hypothesis 'h' fails" in (answer({"shape": shape, "terms": terms}, moved).reason or "")


def test_the_gradient_is_that_of_the_activations() -> None:
    poly = {"shape": ["d1", "d0"], "terms": [["1", [], "G1"]]}
    assert answer(poly, by_differentiation("W1", "square"), SQUARE).accepted
    assert not answer(poly, by_differentiation("W1"), SQUARE).accepted


def test_biases_are_columns() -> None:
    network = problem(WIDTHS, INPUTS, TARGETS, bias="all")
    poly = {"shape": ["d1", "1"], "terms": [["1", [], "b1"]]}
    found = answer(poly, sympy.Matrix([1, 0, -2]), network, BIASED)
    assert found.accepted, found.reason


def test_the_line_says_what_the_letters_are() -> None:
    shape, terms, value = VALUES["the residual"]
    found = answer({"shape": shape, "terms": terms}, value)
    assert found.lines[1] == (
        "at: hypotheses and conclusion of zero hold at A = W2 W1 X - Y of the network at p;"
        " given B (q = 3)"
    )


RELU = {**NETWORK, "network": {**NETWORK["network"], "activation": ["relu"]}}
KINK = {**POINT, "W1": [["0", "0"], ["0", "-1"], ["1/3", "1"]]}
SIGMOID = {**NETWORK, "network": {**NETWORK["network"], "activation": ["sigmoid"]}}
LAYER, SLOPE = ({"shape": ["d1", "d0"], "terms": [["1", [], x]]} for x in ("W1", "G1"))
BOX = {"box": {"midpoint": POINT, "radius": POINT}}
ALGEBRAIC = {"root": "t", **POINT, "W2": [[["0", "1"], "0", "0"]]}

LOGARITHM = {**POINT, "W2": [["log(2)", "0", "0"]]}

REFUSED = {
    "a logarithm": ((LAYER, W1, NETWORK, LOGARITHM), r"point 'p' is not rational"),
    "a gradient at a kink": ((SLOPE, W1, RELU, KINK), r"has a kink"),
    "a gradient of the sigmoid": ((SLOPE, W1, SIGMOID), r"needs polynomial activations"),
    "a box": ((LAYER, W1, NETWORK, BOX), r"is a box, this rule needs an exact point"),
    "an algebraic point": ((LAYER, W1, NETWORK, ALGEBRAIC), r"root 't' is not in the statement"),
    "skip connections": (
        (LAYER, W1, problem([2, 3, 1], INPUTS, TARGETS, skip=[[1, 1], [1, 2], [1, 3]])),
        r"a network with skip has no letters",
    ),
    "an identity for every pair of samples": (
        ({"shape": ["m", "m"], "terms": [["1", [], ""]]}, sympy.eye(2),
         problem([1, 1], [[1]] * 30_000, [[1]] * 30_000), {"W1": [["1"]]}),
        r"a matrix of 30000 x 30000 entries",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    arguments, reason = REFUSED[name]
    found = answer(*arguments)
    assert not found.accepted
    assert not found.unreadable
    assert reason in (found.reason or "")


def test_the_weights_of_a_network_with_any_activation_are_letters() -> None:
    assert answer(LAYER, W1, SIGMOID).accepted
    assert answer(LAYER, W1, RELU, POINT).accepted


def test_an_unknown_field_is_refused() -> None:
    found = answer(LAYER, W1, note="")
    assert found.unreadable
    assert "unknown field 'note'" in (found.reason or "")


def test_letters_of_many_claims_are_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The work of a claim does not grow with the problem where it uses the same letters."""
    made: list[str] = []
    make = NetworkMatrices._matrix

    def counted(self: NetworkMatrices, letter: str) -> Any:
        made.append(letter)
        return make(self, letter)

    monkeypatch.setattr(NetworkMatrices, "_matrix", counted)
    at = {"letters": {}, "network": {"point": "p", "letters": {"A": LAYER}}}
    zero = {"shape": ["1", "1"], "terms": []}
    claims = [{"name": "zero", "claim": "identity", "given": [], "equation": zero}]
    claims += [{"name": f"{i}", "claim": "instance", "of": "zero", **at} for i in range(20)]
    steps = [{"name": "s", "claim": "zero", "rule": "cofactor", "rows": []}]
    steps += [{"name": f"{i}", "claim": f"{i}", "rule": "evaluate_words"} for i in range(20)]
    statement = {
        "symland": "statement",
        "version": 1,
        "shapes": {"letters": {"A": ["m", "n"]}, "hypotheses": {}},
        "problem": NETWORK,
        "points": {"p": POINT},
        "claims": claims,
    }
    certificate = {"symland": "certificate", "version": 1, "steps": steps}
    found = check(json.dumps(statement).encode(), json.dumps(certificate).encode())
    assert found.accepted, found.reason
    assert made == ["W1"]
