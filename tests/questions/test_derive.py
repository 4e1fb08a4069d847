"""The derivation for a problem: every formula a second way, with SymPy at exact points."""

import json
import math
import re
from fractions import Fraction
from functools import cache
from random import Random
from typing import Any

import pytest
import sympy

import symland
from symland import Activation, Dataset, Loss, Network, Problem, Regularizer, derive
from symland.checker import check
from symland.questions.derivation import backpropagation as backpropagation_module
from symland.questions.derivation.activation_functions import derivatives_text
from symland.questions.derivation.linear_problem import _LinearProblem
from symland.questions.derivation.network_formulas import NetworkFormulas

DATA = Dataset([[1, 2], [0, -1], ["1/2", 1]], [[1, 0], [2, 1], [0, -1]])
ONE_OUT = Dataset([[1, 2], [0, -1], ["1/2", 1]], [[1], [2], [-1]])

LINEAR = {
    "one matrix": Problem(Network((2, 2)), DATA),
    "bottleneck": Problem(Network((2, 1, 2)), DATA, Loss(scale="mean")),
    "deep": Problem(Network((2, 2, 2, 2)), DATA),
    "sample weights": Problem(
        Network((2, 2, 2)), DATA, Loss(scale=3, weights=[[1, 1], ["1/2", "1/2"], [0, 0]])
    ),
    "singular inputs": Problem(Network((2, 3, 2)), Dataset([[1, 1], [2, 2]], [[1, 0], [0, 1]])),
}
OTHERS = {
    "square": Problem(Network((2, 2, 2), "square"), DATA),
    "cube, biases": Problem(Network((2, 1, 1), "cube", bias="all"), ONE_OUT),
    "polynomial, hidden bias": Problem(
        Network((2, 2, 1), "polynomial(1, -2, 1/2)", bias="hidden"), ONE_OUT
    ),
    "two activations": Problem(Network((2, 1, 2, 1), ["square", "linear"], bias="output"), ONE_OUT),
    "skip": Problem(Network((2, 1, 2, 1), "square", skip=[(1, 1), (2, 2), (2, 1)]), ONE_OUT),
    "skip over the last layer": Problem(
        Network((2, 2, 1, 1), "square", skip=[(1, 1), (1, 2)]), ONE_OUT
    ),
    "weights of residuals": Problem(
        Network((2, 2, 2), "square"), DATA, Loss(weights=[[1, 2], [0, 1], ["1/3", 1]])
    ),
    "regularizer": Problem(
        Network((2, 2, 2), bias="all"),
        DATA,
        regularizer=Regularizer({"W1": [["1/2", 1], [0, 2]], "b2": [1, 3]}),
    ),
}
POLYNOMIAL = {**LINEAR, **OTHERS}


@cache
def answered(name: str) -> Any:
    """The derivation of a problem, made once."""
    return derive(POLYNOMIAL[name])


def symbols(problem: Problem) -> dict[str, sympy.Matrix]:
    """The parameters as matrices of symbols."""
    return {
        name: sympy.Matrix(
            shape[0],
            shape[1] if len(shape) == 2 else 1,
            lambda i, j, name=name: sympy.Symbol(f"{name}_{i}_{j}"),
        )
        for name, shape in problem.network.shapes.items()
    }


def textbook_loss(problem: Problem, w: dict[str, sympy.Matrix]) -> Any:
    """The loss, sample by sample, from the definition of the network."""
    network, total = problem.network, sympy.Integer(0)
    for n, (x, y) in enumerate(zip(problem.dataset.inputs, problem.dataset.targets, strict=True)):
        layers = [sympy.Matrix([sympy.Rational(str(v)) for v in x])]
        for k, activation in enumerate(network.activations, start=1):
            z = w[f"W{k}"] * layers[-1] + w.get(f"b{k}", sympy.zeros(network.widths[k], 1))
            c = [sympy.Rational(str(v)) for v in activation.coefficients]
            layers.append(z.applyfunc(lambda v, c=c: sum(a * v**i for i, a in enumerate(c))))
        read = layers[-1]
        if network.skip is not None:
            read = sympy.Matrix([layers[k][i - 1] for k, i in network.skip])
        out = w[f"W{network.K}"] * read
        if f"b{network.K}" in w:
            out += w[f"b{network.K}"]
        for j, (f, t) in enumerate(zip(out, y, strict=True)):
            weight = problem.loss.weights[n][j] if problem.loss.weights is not None else 1
            total += sympy.Rational(str(weight)) * (f - sympy.Rational(str(t))) ** 2
    total *= sympy.Rational(str(problem.scale))
    for name, factors in (problem.l2 or {}).items():
        flat = [v for row in factors for v in (row if isinstance(row, tuple) else [row])]
        total += sum(sympy.Rational(str(a)) * v**2 for a, v in zip(flat, w[name], strict=True)) / 2
    return total


def polynomial(terms: list, w: dict[str, sympy.Matrix]) -> Any:
    """The polynomial that a claim states."""
    symbols = [s for matrix in w.values() for s in matrix]
    coefficients = {
        tuple(_exponents(monomial, w).get(s, 0) for s in symbols): sympy.Rational(c)
        for c, monomial in terms
    }
    assert len(coefficients) == len(terms)
    return sympy.Poly(coefficients or 0, *symbols, domain="QQ")


def _exponents(monomial: list, w: dict[str, sympy.Matrix]) -> dict[Any, int]:
    return {place(key, w): power for *key, power in monomial}


def place(key: list, w: dict[str, sympy.Matrix]) -> Any:
    """The symbol of a parameter."""
    return w[key[0]][key[1], key[2] if len(key) == 3 else 0]


def lines(answer: Any) -> dict[str, dict]:
    """The lines of an answer by name."""
    sections = answer.to_json()["derivation"]["sections"]
    return {line["name"]: line for section in sections for line in section["lines"]}


@pytest.mark.parametrize("name", POLYNOMIAL)
def test_every_claimed_polynomial_is_sympys(name: str) -> None:
    problem = POLYNOMIAL[name]
    answer = answered(name)
    assert answer.verdict == "certified"
    w = symbols(problem)
    loss = sympy.Poly(textbook_loss(problem, w), *(s for m in w.values() for s in m), domain="QQ")
    claims = json.loads(answer.files[0].statement)["claims"]
    derivatives: dict[tuple[Any, ...], Any] = {(): loss}
    counts = {"loss_polynomial": 0, "gradient_polynomial": 0, "hessian_polynomial": 0}
    for claim in claims:
        if claim["claim"] not in counts:
            continue
        counts[claim["claim"]] += 1
        by = [claim["parameter"]] if "parameter" in claim else claim.get("parameters", [])
        variables = tuple(place(key, w) for key in by)
        if variables not in derivatives:
            derivatives[variables] = derivatives[variables[:-1]].diff(variables[-1])
        assert polynomial(claim["terms"], w) == derivatives[variables], claim
    size = problem.network.parameter_count
    assert list(counts.values()) == [1, size, size * (size + 1) // 2]


@pytest.mark.parametrize("name", POLYNOMIAL)
def test_every_line_names_its_verdict_and_claims(name: str) -> None:
    answer = answered(name)
    established = {c for pair in answer.files for c in pair.established}
    for line in lines(answer).values():
        if line["status"] == "certified":
            assert line["claims"]
            assert set(line["claims"]) <= established
        assert {e["status"] for e in line["entries"]} <= {"certified"}


@pytest.mark.parametrize("name", LINEAR)
def test_a_linear_network_is_certified_twice(name: str) -> None:
    answer = answered(name)
    assert [pair.about for pair in answer.files] == ["problem", "shapes"]
    found = lines(answer)
    for k in range(1, LINEAR[name].network.K + 1):
        claims = found[f"gradient {k}"]["claims"]
        assert {claim.split(":")[0] for claim in claims} == {"problem", "shapes"}
        assert f"shapes: layer {k} at random weights" in claims


@pytest.mark.parametrize("name", LINEAR)
def test_the_loss_at_a_critical_point_by_the_landscape(name: str) -> None:
    problem, answer = LINEAR[name], answered(name)
    statement = json.loads(answer.files[0].statement)
    shown = Fraction(lines(answer)["bound"]["formula"][3][1])
    value = next(c for c in statement["claims"] if c["claim"] == "value")
    point = statement["points"][value["point"]]
    landscape = problem.landscape()
    assert landscape.loss.at(point) == shown
    assert not any(landscape.gradient.at(point))


def test_a_formula_with_a_transpose_missing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    right = _LinearProblem._gradient

    def wrong(self: Any, k: int) -> Any:
        formula = right(self, k)
        return formula if k > 1 else formula + formula

    monkeypatch.setattr(_LinearProblem, "_gradient", wrong)
    answer = derive(LINEAR["bottleneck"])
    assert answer.verdict == "undecided"
    assert not answer.files[0].checked.accepted
    assert "differs" in answer.files[0].checked.reason
    assert "did not accept" in lines(answer)["gradient 1"]["note"]
    # The certificate for all shapes is not touched by it.
    assert answer.files[1].checked.accepted
    assert lines(answer)["gradient"]["status"] == "certified"


@pytest.mark.parametrize("method", ["_pulled", "_residual_moving", "_residual", "loss"])
def test_a_broken_backpropagation_is_refused(monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    right = getattr(NetworkFormulas, method)

    def wrong(self: Any, *arguments: Any) -> Any:
        formula = right(self, *arguments)
        return formula + formula

    monkeypatch.setattr(NetworkFormulas, method, wrong)
    answer = derive(OTHERS["square"])
    assert answer.verdict == "undecided"
    assert "differs" in answer.files[0].checked.reason


def test_a_changed_statement_is_refused() -> None:
    answer = answered("square")
    pair = answer.files[0]
    statement = json.loads(pair.statement)
    for claim in statement["claims"][::4]:
        if not claim.get("terms"):
            continue
        kept = claim["terms"][0][0]
        claim["terms"][0][0] = str(Fraction(kept) + 1) if Fraction(kept) != -1 else "7"
        assert not check(json.dumps(statement).encode(), pair.certificate).accepted
        claim["terms"][0][0] = kept


NOT_POLYNOMIAL = {
    "sigmoid": Problem(Network((2, 2, 1), "sigmoid", bias="all"), ONE_OUT),
    "tanh, softplus": Problem(Network((2, 2, 2, 1), ["tanh", "softplus(2)"]), ONE_OUT),
    "exp, skip": Problem(Network((2, 2, 1, 1), "exp", skip=[(1, 1), (2, 1)]), ONE_OUT),
    "relu": Problem(Network((2, 2, 1), "relu", bias="hidden"), ONE_OUT),
    "leaky": Problem(Network((2, 2, 1), "leaky_relu(1/10)"), ONE_OUT),
    "logistic": Problem(
        Network((2, 2, 1), "square"), Dataset([[1, 2], [0, -1]], [[1], [-1]]), Loss("logistic")
    ),
    "cross entropy": Problem(
        Network((2, 2, 3), "tanh"),
        Dataset([[1, 2], [0, -1]], [[1, 0, 0], [0, 0, 1]]),
        Loss("cross_entropy"),
        Regularizer("1/3"),
    ),
}


@pytest.mark.parametrize("name", NOT_POLYNOMIAL)
def test_other_networks_are_numerical_and_say_so(name: str) -> None:
    answer = derive(NOT_POLYNOMIAL[name])
    assert answer.verdict == "numerical"
    statuses = {line["status"] for line in lines(answer).values()}
    assert statuses <= {"numerical", "definition", "cited", "certified"}
    assert "not proved" in lines(answer)["gradient W1"]["note"]
    assert not any(
        line["status"] == "certified" for k, line in lines(answer).items() if "rank" not in k
    )


@pytest.mark.parametrize("method", ["_pulled", "_residual_moving", "_residual"])
@pytest.mark.parametrize("name", ["sigmoid", "cross entropy", "logistic"])
def test_a_broken_formula_does_not_agree_in_balls(
    monkeypatch: pytest.MonkeyPatch, name: str, method: str
) -> None:
    right = getattr(NetworkFormulas, method)

    def wrong(self: Any, *arguments: Any) -> Any:
        formula = right(self, *arguments)
        return formula + formula

    monkeypatch.setattr(NetworkFormulas, method, wrong)
    answer = derive(NOT_POLYNOMIAL[name])
    assert answer.verdict == "refuted"
    assert any("another value" in (line["note"] or "") for line in lines(answer).values())


def test_a_kink_at_a_sample_is_undecided() -> None:
    draw = Random(0)
    a, b = (2 * draw.randint(-9, 9) + 1 for _ in range(2))  # weights of the exact point, times 16
    answer = derive(Problem(Network((2, 1, 1), "relu"), Dataset([[b, -a], [1, 1]], [[1], [2]])))
    assert answer.verdict == "undecided"
    note = lines(answer)["gradient W1"]["note"]
    assert note is not None
    assert "a preactivation is 0" in note
    assert note.endswith("layer 1, neuron 1, sample 1")


def test_an_input_0_is_no_kink() -> None:
    answer = derive(Problem(Network((1, 1, 1), "relu"), Dataset([[0], [1]], [[1], [2]])))
    assert answer.verdict == "numerical"


def test_what_is_too_large_to_expand_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from symland.questions.derivation import expansion

    monkeypatch.setattr(expansion, "MAX_WORK", 10)
    answer = derive(OTHERS["polynomial, hidden bias"])
    line = lines(answer)["gradient W1"]
    assert answer.verdict == "undecided"
    assert line["status"] == "undecided"
    assert "term products" in line["note"]
    # One entry at an exact point is certified nevertheless.
    assert line["claims"]
    assert answer.files[0].checked.accepted
    linear = derive(LINEAR["deep"])
    assert linear.verdict == "certified"
    gradient = lines(linear)["gradient 2"]
    assert {claim.split(":")[0] for claim in gradient["claims"]} == {"shapes"}
    assert gradient["entries"] == []
    assert "term products" in str(linear.to_json()["derivation"]["sections"])


def test_the_entry_compared_at_a_point_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    from symland.questions.derivation import expansion

    monkeypatch.setattr(expansion, "MAX_WORK", 10)
    right = NetworkFormulas.gradient
    monkeypatch.setattr(
        NetworkFormulas, "gradient", lambda self, name: right(self, name) + right(self, name)
    )
    answer = derive(OTHERS["square"])
    assert not answer.files[0].checked.accepted
    assert "not the number claimed" in answer.files[0].checked.reason


def test_files_are_kept_and_never_overwritten(tmp_path: Any) -> None:
    answer = answered("bottleneck")
    names = [path.name for path in answer.save(tmp_path)]
    assert names == [
        "problem-derive-problem.statement.json",
        "problem-derive-problem.certificate.json",
        "problem-derive-shapes.statement.json",
        "problem-derive-shapes.certificate.json",
    ]
    assert answer.save(tmp_path) == tuple(tmp_path / name for name in names)
    other = answered("deep").save(tmp_path)
    assert other[0].name == "problem-derive-problem-2.statement.json"
    assert symland.verify(*answer.save(tmp_path)[:2]).accepted
    assert symland.verify(*answer.save(tmp_path)[2:]).accepted


def test_the_answer_is_frozen_and_reproducible() -> None:
    one, two = derive(OTHERS["regularizer"], seed=3), derive(OTHERS["regularizer"], seed=3)
    assert one.files == two.files
    document = one.to_json()
    document["derivation"] = None
    assert one.to_json()["derivation"] is not None
    with pytest.raises(AttributeError):
        one.verdict = "refuted"  # type: ignore[misc]


def test_rank_conditions_are_cited_and_attained() -> None:
    found = lines(answered("bottleneck"))
    assert found["rank 2 1"]["status"] == "cited"
    assert found["rank 2 1 attained"]["status"] == "certified"
    assert found["rank 2 1 attained"]["formula"][-1] == ["number", "1"]


def test_display_in_notebooks() -> None:
    answer = answered("bottleneck")
    assert "<math" in answer._repr_html_()
    assert r"\begin{equation}" in answer._repr_latex_()
    assert backpropagation_module.backpropagation.__doc__


@pytest.mark.parametrize("number", ["1", "-1", "2", "10", "11", "21", "1/2", "-3", "-1/10"])
@pytest.mark.parametrize("name", ["softplus", "leaky_relu"])
def test_the_texts_of_an_activation_with_a_number_are_true(name: str, number: str) -> None:
    """Read as Python, against the definition and difference quotients."""
    g = float(Fraction(number))

    def read(text: str, z: float) -> float:
        if " for z ≠ 0" in text:
            return 0.0
        if " for " in text:  # by cases
            text = text.split(", ")[z < 0].split(" for ")[0]
        text = text.removeprefix("s = ").replace("−", "-").replace("s (", "s * (")
        text = re.sub(r"([0-9]) (?=[zs])", r"\1 * ", text)
        s = 1 / (1 + math.exp(-g * z))
        return float(eval(text, {"z": z, "s": s, "exp": math.exp, "log": math.log}))

    def value(z: float) -> float:
        if name == "softplus":
            return math.log(1 + math.exp(g * z)) / g
        return z if z > 0 else g * z

    texts = derivatives_text(Activation(name, (number,)))
    for z in (-0.7, 0.4):
        first = (value(z + 1e-5) - value(z - 1e-5)) / 2e-5
        second = (value(z + 1e-3) - 2 * value(z) + value(z - 1e-3)) / 1e-6
        assert read(texts[0], z) == pytest.approx(value(z))
        assert read(texts[1], z) == pytest.approx(first, abs=1e-5)
        assert read(texts[2], z) == pytest.approx(second, abs=1e-2)
