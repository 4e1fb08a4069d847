"""Loss, gradient and Hessian of the checker against SymPy, for every feature of a network."""

import json
from fractions import Fraction
from typing import Any

import pytest
import sympy

from symland.checker import network
from symland.checker.network import Sparse
from symland.checker.statement import read_statement
from symland.checker.verdict import Refused
from tests.checker.documents import problem, statement

DATA = ([["1/2", -1], [2, "1/3"], [0, 1]], [[1, 0], ["-1/2", 1], [2, 3]])
ACTIVATIONS = {
    "linear": lambda z: z,
    "square": lambda z: z**2,
    "cube": lambda z: z**3,
    "polynomial(1, -1/2, 2)": lambda z: 1 - z / 2 + 2 * z**2,
}
CASES: dict[str, dict[str, Any]] = {
    "deep linear": {"widths": [2, 2, 1, 2]},
    "no hidden layer": {"widths": [2, 2], "bias": "output"},
    "square with biases": {"widths": [2, 2, 2], "activation": ["square"], "bias": "all"},
    "cube": {"widths": [2, 1, 2], "bias": "hidden", "activation": ["cube"]},
    "polynomial": {
        "widths": [2, 1, 1, 2],
        "bias": "output",
        "activation": ["polynomial(1, -1/2, 2)", "linear"],
    },
    "skip": {
        "widths": [2, 2, 1, 2],
        "activation": ["linear", "square"],
        "skip": [[1, 2], [2, 1], [1, 1]],
        "bias": "output",
    },
    "weights and l2": {
        "widths": [2, 1, 2],
        "scale": "3/7",
        "bias": "hidden",
        "weights": [[1, 2], [0, "1/2"], [3, 1]],
        "l2": {"W1": [["1", "2"]], "b1": ["1/3"]},
    },
}


def read(case: dict[str, Any]) -> Any:
    options = {k: v for k, v in case.items() if k != "widths"}
    document = statement(problem(case["widths"], *DATA, **options), {}, [])
    return read_statement(json.dumps(document).encode()).problem


def rational(value: Any) -> Any:
    return sympy.Rational(str(value))


def loss_by_sympy(case: dict[str, Any], shapes: Any) -> tuple[Any, dict[Any, Any]]:
    """The loss written out as in the definition, and its symbols by place."""
    widths, K = case["widths"], len(case["widths"]) - 1
    symbols = {
        (n, i, j): sympy.Symbol(f"{n}_{i}_{j}")
        for n, (r, c) in shapes.items()
        for i in range(r)
        for j in range(c)
    }

    def matrix(name: str) -> Any:
        r, c = shapes.get(name, (widths[int(name[1:])], 1))
        return sympy.Matrix(r, c, lambda i, j: symbols.get((name, i, j), 0))

    total = sympy.Integer(0)
    for s, (x, y) in enumerate(zip(*DATA, strict=True)):
        layers = [sympy.Matrix([rational(v) for v in x])]
        for k, a in enumerate(case.get("activation", ["linear"] * (K - 1)), 1):
            z = matrix(f"W{k}") * layers[-1] + matrix(f"b{k}")
            layers.append(z.applyfunc(ACTIVATIONS[a]))
        last = (
            layers[-1]
            if "skip" not in case
            else sympy.Matrix([layers[k][n - 1] for k, n in case["skip"]])
        )
        f = matrix(f"W{K}") * last + matrix(f"b{K}")
        for j, target in enumerate(y):
            weight = case["weights"][s][j] if "weights" in case else 1
            total += rational(weight) * (f[j] - rational(target)) ** 2
    total *= rational(case.get("scale", "1/2"))
    for n, factors in case.get("l2", {}).items():
        for i, row in enumerate(factors):
            for j, factor in enumerate(row if isinstance(row, list) else [row]):
                total += rational(factor) * symbols[n, i, j] ** 2 / 2
    return total, symbols


@pytest.mark.parametrize("name", CASES)
def test_loss_gradient_hessian(name: str) -> None:
    case = CASES[name]
    problem_ = read(case)
    places = network.coordinates(problem_)
    expression, symbols = loss_by_sympy(case, problem_.shapes)
    values = {p: Fraction((7 * k) % 11 - 5, 1 + k % 3) for k, p in enumerate(places)}
    weights = {
        n: [[values[n, i, j] for j in range(c)] for i in range(r)]
        for n, (r, c) in problem_.shapes.items()
    }
    wanted = sympy.Poly(expression, *(symbols[p] for p in places))
    at = [rational(values[p]) for p in places]
    assert rational(network.loss(problem_, weights)) == wanted.eval(tuple(at))
    slope = network.gradient(problem_, weights)
    for n, i, j in places:
        assert rational(slope[n][i][j]) == wanted.diff(symbols[n, i, j]).eval(tuple(at))
    second = network.hessian(problem_, weights)
    for a, p in enumerate(places):
        for b, q in enumerate(places[: a + 1]):
            value = wanted.diff(symbols[p]).diff(symbols[q]).eval(tuple(at))
            assert rational(second[a][b]) == rational(second[b][a]) == value


@pytest.mark.parametrize("name", ["deep linear", "skip", "weights and l2"])
def test_expansion(name: str) -> None:
    problem_ = read(CASES[name])
    expression, symbols = loss_by_sympy(CASES[name], problem_.shapes)
    variables = [symbols[p] for p in network.coordinates(problem_)]
    wanted = dict(sympy.Poly(expression, *variables).terms())
    found = network.loss(problem_, network.symbols(problem_))
    assert isinstance(found, Sparse)
    places = network.coordinates(problem_)
    assert wanted == {
        tuple(dict(m).get(p, 0) for p in places): rational(c) for m, c in found.terms.items()
    }


def test_products_of_long_monomials_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """x_1 .. x_9 times y_1 + .. + y_9: nine monomials of ten variables; so counted, and refused."""
    place = [[("s", v, k) for v in range(9)] for k in (0, 1)]
    x = Sparse({tuple((p, 1) for p in place[0]): Fraction(1)})
    y = Sparse({((p, 1),): Fraction(1) for p in place[1]})
    assert (x.longest, y.longest, Sparse({}).longest) == (9, 1, 0)
    monkeypatch.setattr(network, "MAX_FACTORS", 90)
    assert (x * y).longest == 10
    monkeypatch.setattr(network, "MAX_FACTORS", 89)
    with pytest.raises(Refused, match="a product of more than 89 factors"):
        x * y
