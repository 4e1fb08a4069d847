"""The derivation for all shapes, each line a second way: SymPy at exact matrices."""

import json
from dataclasses import replace
from typing import Any

import pytest
import sympy
from sympy import Matrix, Rational, diag, eye, zeros

from symland import InputError, derive_all_shapes
from symland.checker import check
from symland.questions.derivation.deep_linear_landscape import deep_linear_landscape
from symland.questions.derivation.formula import equation, symbol
from symland.questions.derivation.shapes_script import ShapesScript
from tests.questions.formula_sympy import holds

SCRIPT = deep_linear_landscape()
SECTIONS, PROOF = SCRIPT.run(budget=20)
LINES = {line.name: line for section in SECTIONS for line in section.lines}
RELATIONS = [
    name
    for name, line in LINES.items()
    if line.status == "certified" and line.formula.kind == "relation" and name != "gradient"
]


def entries(seed: int, rows: int, columns: int) -> Matrix:
    """Small rational entries without a pattern."""
    return Matrix(
        rows, columns, lambda i, j: Rational((seed * 7 + 5 * i + 3 * j * j + i * j) % 11 - 5, 2)
    )


def saddle() -> dict:
    """A critical point of a 3-4-3-2-3 network that fits all but the largest eigenvalue.

    W* = O diag(3, 2, 1), A = 2 I; the residual has a part that no linear map can remove.
    """
    turn = Matrix([[1, 2, 2], [2, 1, -2], [2, -2, 1]]) / 3
    best = turn * diag(3, 2, 1)
    X = Matrix.hstack(eye(3), -eye(3))
    rest = Matrix.hstack(entries(1, 3, 3), entries(1, 3, 3))
    assert rest * X.T == zeros(3, 3)
    u, v, q = turn[:, 1], turn[:, 0], turn[:, 2]
    fitted = Matrix.hstack(u, q)
    W1 = Matrix.vstack(fitted.T * best, zeros(2, 3))
    W2 = Matrix([[1, 1, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]])
    W3 = Matrix([[1, -1, 0], [0, 1, 0]])
    letters = at_weights([W1, W2, W3, fitted], X, best * X + rest)
    angle = {"c": Rational(3, 5), "x": Rational(4, 5), "kappa": 8, "lam": 18}
    cosine, sine = angle["c"], angle["x"]
    rotation = Matrix.hstack(cosine * u + sine * v, cosine * v - sine * u, q)
    return (
        letters
        | angle
        | {
            "u": u,
            "v": v,
            "Q": q,
            "R": rotation * Matrix.hstack(u, v, q).T,
            "Ws": best,
        }
    )


def minimum() -> dict:
    """The same network where nothing is left to fit, with a wide enough bottleneck."""
    letters = saddle()
    best, X, Y = letters["Ws"], letters["X"], letters["Y"]
    return letters | at_weights([best, eye(3), eye(3), eye(3)], X, Y) | {"Ws": best}


def at_weights(layers: list, X: Matrix, Y: Matrix) -> dict:
    """All letters at the weights; k = 3 and l = 2 are the layers that move."""
    W1, W2, W3, W4 = layers
    C, V4 = W4 * W3 * W2, W3 * W2 * W1
    A, B = X * X.T, Y * X.T
    G = (C.T * C).pinv()
    t, s = sympy.symbols("t s", real=True)
    return {
        "X": X,
        "Y": Y,
        "A": A,
        "B": B,
        "J": A.inv(),
        "M": C * W1,
        "N": entries(2, *B.shape),
        "U": W4,
        "W": W3,
        "V": W2 * W1,
        "D": entries(3, *W3.shape),
        "T": eye(W3.cols),
        "Wl": W2,
        "Vl": W1,
        "E": entries(4, *W2.shape),
        "C": C,
        "W1": W1,
        "D1": entries(5, *W1.shape),
        "G": G,
        "WK": W4,
        "VK": V4,
        "DK": entries(6, *W4.shape),
        "P": C * G * C.T,
        "S": B * A.inv() * B.T,
        "t": t,
        "s": s,
        "sizes": {"dx": X.rows, "dy": Y.rows},
    }


AT_SADDLE, AT_MINIMUM = saddle(), minimum()


def assignment(name: str) -> dict:
    """Letters that satisfy everything on which the line rests."""
    return AT_MINIMUM if {"residual", "residual kl"} & set(PROOF.used(step(name))) else AT_SADDLE


def step(name: str) -> str:
    """The step of the proof that a line is."""
    return LINES[name].claims[0].removeprefix("shapes: ")


def test_every_line_is_settled_and_accepted() -> None:
    assert {line.status for line in LINES.values()} == {"certified", "definition", "hypothesis"}
    assert PROOF.check().accepted
    assert len(RELATIONS) >= 34


@pytest.mark.parametrize("name", RELATIONS)
def test_each_line_at_exact_matrices_by_sympy(name: str) -> None:
    assert holds(LINES[name].formula, assignment(name))


def test_hypotheses_hold_at_these_matrices() -> None:
    for name, line in LINES.items():
        if line.status in ("definition", "hypothesis") and line.formula.kind == "relation":
            residual = name.startswith("residual")
            formula = line.formula
            if name in ("M", "loss", "M1"):
                continue
            assert holds(formula, AT_MINIMUM if residual else AT_SADDLE), name


def test_the_saddle_is_one_of_the_wrong_eigenvalue() -> None:
    """The point tested at is no minimum, so that nothing holds for lack of a residual."""
    letters = AT_SADDLE
    assert (letters["M"] * letters["A"] - letters["B"]) != zeros(3, 3)
    assert not holds(LINES["residual"].formula, letters)


@pytest.mark.parametrize("name", ["MA", "commute", "loss at", "whitening", "product", "hessian"])
def test_a_changed_formula_is_not_proved(name: str) -> None:
    """With one side scaled or transposed the step is not found, and the line says so."""
    script = deep_linear_landscape()
    line = LINES[name]
    left, right = line.formula.parts[-2:]
    broken = ShapesScript(script.signature.matrices, script.signature.scalars)
    broken._hypotheses = script._hypotheses  # the same facts
    broken._actions = {k: v for k, v in script._actions.items() if k != name}
    broken.section("broken")
    broken.prove(f"{name} broken", equation(left, 2 * right), "", sorted(set(line.uses)))
    sections, proof = broken.run(budget=0.5)
    assert sections[0].lines[-1].status == "undecided"
    assert f"{name} broken" not in proof.certificate()["steps"]


def _polynomials(value: Any) -> list[dict]:
    """All polynomials in a claim that are written as terms."""
    if isinstance(value, list):
        return [x for part in value for x in _polynomials(part)]
    if not isinstance(value, dict):
        return []
    own = [value] if value.get("terms") else []
    return own + [x for part in value.values() for x in _polynomials(part)]


def _claimed(claim: dict) -> list[dict]:
    return _polynomials([claim[k] for k in ("equation", "traces", "nonnegative") if k in claim])


def test_changed_claims_are_refused_by_the_checker() -> None:
    """Doubling a coefficient of any claim is refused, whichever claim it is: none is 0 = 0."""
    statement, certificate = map(json.loads, SCRIPT.files(PROOF))
    for index, claim in enumerate(statement["claims"]):
        changed = json.loads(json.dumps(statement))
        body = _claimed(changed["claims"][index])[-1]
        coefficient, *rest = body["terms"][0]
        body["terms"][0] = [str(sympy.Rational(coefficient) * 2), *rest]
        verdict = check(json.dumps(changed).encode(), json.dumps(certificate).encode())
        assert not verdict.accepted, claim["name"]


def test_differentials_are_left_to_the_checker() -> None:
    statement, certificate = SCRIPT.files(PROOF)
    claims = {claim["name"]: claim for claim in json.loads(statement)["claims"]}
    moved, *gradient = claims["first differential"]["traces"]
    assert moved["coefficient"] == ["t", 1]
    assert list(moved["of"]["substitute"]) == ["W"]
    assert len(gradient) == 1
    assert gradient[0]["terms"]
    assert check(statement, certificate).accepted


def test_uses_are_the_facts_of_the_certificate() -> None:
    assert LINES["MA"].uses == ("C", "P", "PC", "normal")
    assert set(LINES["commute"].uses) == {"Psym", "SP", "Ssym"}
    # A hidden step is replaced by what it rests on.
    assert "rotated P" in LINES["gain"].uses


def test_no_inverse_before_the_one_line_that_needs_it() -> None:
    """Everything up to the loss at critical points holds for singular inputs."""
    for name in ("MA", "commute", "loss at", "whitening", "global", "gain"):
        assert "inverse" not in PROOF.used(step(name))
    assert "inverse" in PROOF.used("product")


def test_the_answer() -> None:
    answer = derive_all_shapes("linear")
    document = answer.to_json()
    assert answer.verdict == "certified"
    numbers = [x["number"] for s in document["derivation"]["sections"] for x in s["lines"]]
    assert numbers == list(range(1, len(LINES) + 1))
    for section in document["derivation"]["sections"]:
        for line in section["lines"]:
            assert all(use < line["number"] for use in line["uses"])
            assert line["claims"] or line["status"] in ("definition", "hypothesis")


def test_an_unknown_family_is_named() -> None:
    with pytest.raises(InputError, match="family: got 'conv', expected one of linear"):
        derive_all_shapes("conv")


def test_a_step_that_is_not_found_leaves_its_line_undecided() -> None:
    script = ShapesScript({"P": ("n", "n"), "Q": ("n", "n")})
    P, Q = symbol("P"), symbol("Q")
    script.section("false")
    script.suppose("PQ", equation(P @ Q, Q), "")
    script.prove("false", equation(Q @ P, Q), "", ["PQ"])
    script.prove("on it", equation(Q @ P @ P, Q), "", ["false"])
    sections, _ = script.run(budget=1)
    first, second = sections[0].lines[1:]
    assert first.status == second.status == "undecided"
    assert "refuted" in first.note or "undecided" in first.note


def test_a_line_whose_claim_is_not_established_is_withdrawn() -> None:
    line = LINES["MA"]
    assert line.judged(["shapes: MA"], "because").status == "certified"
    withdrawn = line.judged([], "because")
    assert (withdrawn.status, withdrawn.note) == ("undecided", "because")
    assert replace(line, claims=()).judged(["shapes: MA"], "because").status == "undecided"
