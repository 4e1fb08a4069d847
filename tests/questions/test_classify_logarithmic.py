"""Points with log(p/q) entries: what the answer says, against floats and rational points."""

from fractions import Fraction
from math import log
from typing import Any

import numpy as np
import pytest

from symland import Dataset, Network, Problem, classify, parse_weights
from symland.checker import check
from symland.landscape.float_landscape import FloatLandscape
from symland.questions import classify_logarithmic
from symland.questions.request import MOST_PRECISION

ZERO = [[0, 0], [0, 0]]
UNIT = [[1, 0], [0, 1]]
DIAGONAL = [[1, 0], [0, 2]]
L2, L3 = "log(2)", "log(3)"


def problem(widths: Any, inputs: Any, targets: Any, **more: Any) -> Problem:
    return Problem(Network(widths, **more), Dataset(inputs, targets))


def certified(given: Problem, weights: Any, budget: float = 20) -> dict[str, Any]:
    answer = classify(given, weights, budget=budget)
    assert answer.verdict == "certified", answer.to_json().get("reason")
    assert check(answer.statement, answer.certificate).accepted
    return answer.to_json()


def eigenvalues(given: Problem, weights: Any) -> Any:
    """Of the Hessian, by floats and by differences of gradients."""
    landscape = FloatLandscape(given)

    def number(x: Any) -> float:
        if str(x).startswith("log("):
            return log(Fraction(str(x)[4:-1]))
        return float(Fraction(x))

    point = np.array([number(x) for rows in weights.values() for row in rows for x in row])
    step = 1e-5
    columns = [
        (landscape.gradient(point + step * e) - landscape.gradient(point - step * e)) / (2 * step)
        for e in np.eye(len(point))
    ]
    assert abs(landscape.gradient(point)).max() < 1e-12
    return np.linalg.eigvalsh((np.array(columns) + np.array(columns).T) / 2)


IDLE = problem((2, 2, 2), UNIT, [[1, 0], [0, 0]])
CASES = [
    (problem((1, 1, 1), [[1]], [[0]]), ([[L2]], [[0]]), "global_minimum", "0"),
    (
        problem((2, 2, 2), UNIT, ZERO),
        ([[L2, L3], ["log(4)", "log(9)"]], ZERO),
        "global_minimum",
        "0",
    ),
    (
        problem((2, 2, 2), UNIT, ZERO),
        ([[L2, L3], ["log(4)", "log(9)"]], [[2, -1], ["log(4)", "log(1/2)"]]),
        "global_minimum",
        "0",
    ),
    (
        problem((2, 3, 2), UNIT, DIAGONAL),
        ([[1, 0], [0, 1], [L2, L3]], [[1, 0, 0], [0, 2, 0]]),
        "global_minimum",
        "0",
    ),
    (
        problem((2, 1, 3, 2), UNIT, DIAGONAL),
        ([[0, 1]], [[1], [0], [L2]], [[0, 0, 0], [2, 0, 0]]),
        "global_minimum",
        "1/2",
    ),
    (
        problem((2, 1, 3, 2), UNIT, DIAGONAL),
        ([[1, 0]], [[1], [0], [L2]], [[1, 0, 0], [0, 0, 0]]),
        "strict_saddle",
        "2",
    ),
    (IDLE, ([[0, L2], [0, L3]], ZERO), "strict_saddle", "1/2"),
    (
        problem((2, 2, 2, 2), UNIT, [[1, 0], [0, 0]]),
        (
            [[0, L2], [0, "log(8)"]],
            [["log(8)", "log(1/2)"], ["log(27)", "log(1/3)"]],
            [[L3, "log(1/2)"], ["log(9)", "log(1/4)"]],
        ),
        "strict_saddle",
        "1/2",
    ),
    (problem((1, 1, 1, 1), [[1]], [[1]]), ([[L2]], [[0]], [[0]]), "strict_saddle", "1/2"),
    (
        problem((1, 1, 1, 1, 1), [[1]], [[1]]),
        ([["log(9/2)"]], [[0]], [[0]], [[0]]),
        "non_strict_saddle",
        "1/2",
    ),
]


@pytest.mark.parametrize(("given", "matrices", "kind", "loss"), CASES)
def test_critical_points_of_deep_linear_networks(
    given: Problem, matrices: Any, kind: str, loss: str
) -> None:
    weights = {f"W{k}": rows for k, rows in enumerate(matrices, start=1)}
    document = certified(given, weights)
    point = document["given"]
    assert (point["kind"], point["loss"]["exact"]) == (kind, loss)
    assert point["critical"] is True
    assert point["exact"] == parse_weights(weights, given.network).to_json()
    values = eigenvalues(given, weights)
    assert point["inertia"] == {
        "positive": int((values > 1e-6).sum()),
        "negative": int((values < -1e-6).sum()),
        "zero": int((abs(values) <= 1e-6).sum()),
    }
    saddle = kind.endswith("saddle")
    assert (point["better"] is not None) == saddle
    if saddle:
        lower = FloatLandscape(given)
        flat = [float(x) for rows in point["better"]["weights"].values() for r in rows for x in r]
        assert lower.loss(np.array(flat)) < float(Fraction(loss)) - 1e-9


def test_a_point_that_is_not_critical() -> None:
    given = problem((2, 2, 2), UNIT, DIAGONAL)
    document = certified(given, {"W1": [[L2, 0], [0, 0]], "W2": ZERO})
    assert document["given"]["kind"] == "not_critical"
    found = [[float(x) for x in row] for row in document["gradient"]["W2"]]
    assert np.allclose(found, [[-log(2), 0], [0, 0]])
    assert document["refined"]["kind"] == "strict_saddle"
    assert float(document["distance"]) == pytest.approx(log(2), rel=1e-5)


def test_a_gradient_that_is_almost_zero() -> None:
    """W2 is 1 / log 2 to 40 digits."""
    import mpmath

    with mpmath.workdps(60):
        near = Fraction(int(mpmath.mpf(10) ** 40 / mpmath.log(2)), 10**40)
    document = certified(problem((1, 1, 1), [[1]], [[1]]), {"W1": [[L2]], "W2": [[near]]})
    assert document["given"]["kind"] == "not_critical"
    assert 0 < abs(float(document["gradient"]["W2"][0][0])) < 1e-39


def test_products_of_logarithms_that_the_checker_does_not_factorise() -> None:
    """log(1009 * 1013) = log 1009 + log 1013 is not seen, so that neither sign of 0 is."""
    given = problem((2, 3, 1), [[1, 0], [0, 1]], [[0], [0]])
    first = [[0, "log(1022117)"], [0, "log(1009)"], [0, "log(1013)"]]
    answer = classify(given, {"W1": first, "W2": [[1, -1, -1]]})
    assert answer.verdict == "undecided"
    reason = answer.to_json()["reason"]
    assert f"every derivative is 0 to {MOST_PRECISION} binary places" in reason


def test_a_witness_that_does_not_carry_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """The checker refuses what is claimed of the kind; what it accepts is kept."""
    given = CASES[5][0]
    weights = {f"W{k}": rows for k, rows in enumerate(CASES[5][1], start=1)}
    monkeypatch.setattr(classify_logarithmic, "prove_kind", _false_claim)
    document = classify(given, weights).to_json()
    assert document["verdict"] == "undecided"
    assert document["given"]["kind"] == "undecided"
    assert document["given"]["critical"] is True
    assert document["given"]["inertia"]["negative"] == 1
    assert "rational points beside it" in document["reason"]
    assert "of the kind strict saddle," in document["reason"]


def _false_claim(work: Any, point: Any, name: str, is_critical: str) -> None:
    from symland.claims.global_minimum import least_squares

    least_squares(work.case, name, point)


def test_a_constant_loss() -> None:
    document = certified(problem((1, 2, 1), [[0]], [[1]]), {"W1": [[L2], [1]], "W2": [[0, L3]]})
    assert (document["given"]["kind"], document["given"]["local"]) == ("global_minimum", "constant")


@pytest.mark.parametrize(
    ("given", "weights", "kind"),
    [
        (
            problem((1, 1, 1), [[1]], [[0]], activation="square"),
            {"W1": [[L2]], "W2": [[0]]},
            "global_minimum",
        ),
        (
            problem((1, 1, 1), [[1]], [[1]], activation="square"),
            {"W1": [[0]], "W2": [["log(1/2)"]]},
            "spurious_local_minimum",
        ),
        (
            problem((1, 1, 1), [[1], [2]], [[1], [3]], bias="all"),
            {"W1": [[0]], "b1": [L2], "W2": [[0]], "b2": [2]},
            "strict_saddle",
        ),
        (
            problem((1, 1, 1), [[1]], [[0]], activation="relu"),
            {"W1": [[L2]], "W2": [[L3]]},
            "not_critical",
        ),
    ],
)
def test_other_networks(given: Problem, weights: Any, kind: str) -> None:
    assert certified(given, weights)["given"]["kind"] == kind


def test_a_critical_point_of_a_relu_network() -> None:
    given = problem((1, 2, 1), [[1]], [[1]], activation="relu")
    weights = {"W1": [["log(1/2)"], ["log(1/3)"]], "W2": [[0, L2]]}
    document = classify(given, weights).to_json()
    assert document["given"]["critical"] is True
    assert document["given"]["kind"] == "undecided"
    assert "is not proved of it" in document["reason"]
