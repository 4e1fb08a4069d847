"""The question `classify` as users ask it."""

import json

import numpy as np
import pytest
from flint import fmpq

from symland import Dataset, Loss, Network, Problem, Regularizer, Weights, classify, verify
from symland.exact.number_field import AlgebraicNumber
from symland.landscape.float_landscape import FloatLandscape
from symland.problem.errors import InputError
from tests.landscape.deep_linear.exact_hessian import inertia
from tests.landscape.deep_linear.planted import instances, irrational_instances
from tests.landscape.deep_linear.test_points import kind_by_definition
from tests.questions.shapes import check_classify


def as_file(planted):
    """The planted point as a weights file states it."""

    def entry(x):
        if isinstance(x, AlgebraicNumber):
            return [str(c) for c in x.poly.coeffs()] or ["0"]
        return str(fmpq(x.numerator, x.denominator))

    table = {
        name: [[entry(x) for x in row] for row in array] for name, array in planted.point.items()
    }
    field = next(
        (
            x.field
            for array in planted.point.values()
            for row in array
            for x in row
            if isinstance(x, AlgebraicNumber)
        ),
        None,
    )
    if field is not None:
        table["root"] = {
            "polynomial": [str(c) for c in field.polynomial.coeffs()],
            "interval": [str(end) for end in field.interval],
        }
    return table


@pytest.mark.parametrize("seed", range(10))
def test_planted_points(seed):
    """Every kind, proved, with the inertia of the exact Hessian."""
    for planted in instances(500 + seed)[:8] + irrational_instances(500 + seed)[:2]:
        answer = classify(planted.problem, as_file(planted))
        document = answer.to_json()
        check_classify(document)
        given = document["given"]
        assert answer.verdict == "certified", document.get("reason")
        counts = inertia(planted.problem, planted.point)
        assert tuple(given["inertia"].values()) == counts
        assert given["kind"] == kind_by_definition(planted, counts)
        assert (given["local"] == "strict_minimum") == (
            given["kind"] == "global_minimum" and counts[2] == 0
        )
        assert (given["better"] is not None) == (given["global"] is False)
        assert verify(answer.statement, answer.certificate).accepted
        assert document["refined"] is None
        assert len(document["evidence"]) == document["certificate"]["claims"]


@pytest.mark.parametrize("seed", range(4))
def test_moved_points(seed):
    """Not critical, with the gradient; what is reached from there is proved or numerical."""
    for planted in instances(600 + seed)[:4]:
        table = as_file(planted)
        first = table["W1"][0]
        first[0] = str(fmpq(*map(int, first[0].split("/"))) + fmpq(1, 1000))
        answer = classify(planted.problem, table)
        document = answer.to_json()
        check_classify(document)
        given = document["given"]
        if given["kind"] != "not_critical":  # moved along the critical set
            assert given["status"] == "certified"
            continue
        assert given["status"] == "certified"
        assert any(
            float(x) for array in document["gradient"].values() for row in array for x in row
        )
        refined = document["refined"]
        if refined is not None and refined["status"] == "certified":
            assert refined["critical"] is True
            again = classify(planted.problem, refined["exact"]).to_json()["given"]
            assert again["kind"] == refined["kind"]
            assert again["inertia"] == refined["inertia"]


def test_exact_is_what_was_given():
    problem = Problem(Network((1, 1, 1)), Dataset([[1]], [[2]]))
    root = {"polynomial": ["-2", "0", "1"], "interval": ["1", "2"]}
    point = {"root": root, "W1": [[["0", "1"]]], "W2": [[["0", "1"]]]}
    document = classify(problem, point).to_json()
    given = document["given"]
    assert (given["kind"], given["loss"]["exact"]) == ("global_minimum", "0")
    assert given["weights"]["W1"][0][0].startswith("1.414213562373095")
    assert json.dumps(given["exact"]["W1"]) == '[[["0", "1"]]]'
    assert given["inertia"] == {"positive": 1, "negative": 0, "zero": 1}


POLYNOMIAL = Problem(Network((1, 1, 1), activation="square"), Dataset([[1]], [[1]]))


@pytest.mark.parametrize(
    ("point", "kind", "status"),
    [
        ({"W1": [[1]], "W2": [[1]]}, "global_minimum", "certified"),  # loss 0
        ({"W1": [[0]], "W2": [[0]]}, "non_strict_saddle", "certified"),  # (w2 w1^2 - 1)^2 / 2
        # a degenerate local maximum: L = 1/2 - w2 w1^2 + ...
        ({"W1": [[0]], "W2": [[1]]}, "local_maximum", "certified"),
        ({"W1": [[1]], "W2": [[2]]}, "not_critical", "certified"),
    ],
)
def test_one_square_neuron(point, kind, status):
    document = classify(POLYNOMIAL, point).to_json()
    check_classify(document)
    assert (document["given"]["kind"], document["given"]["status"]) == (kind, status)


def test_what_is_not_covered_is_undecided_and_says_why():
    data = Dataset([[1]], [[1]])
    problem = Problem(Network((1, 1, 1), activation="relu"), data, Loss("logistic"))
    answer = classify(problem, {"W1": [[0]], "W2": [[1]]})
    document = answer.to_json()
    check_classify(document)
    assert answer.verdict == document["given"]["status"] == "undecided"
    assert "relu" in document["reason"]
    assert answer.save("/nowhere") is None


SEVERAL_ROOTS = {
    "s": {"polynomial": ["-2", "0", "1"], "interval": ["1", "2"]},
    "t": {"polynomial": ["-3", "0", "1"], "interval": ["1", "2"]},
    "e": {"polynomial": ["-8", "0", "1"], "interval": ["2", "3"]},
    "u": {"polynomial": ["-5", *["0"] * 6, "1"], "interval": ["1", "2"]},
    "v": {"polynomial": ["-3", *["0"] * 6, "1"], "interval": ["1", "2"]},
}


def over(*names):
    """W1 of a 2-1 network: two roots."""
    return {
        "roots": {name: SEVERAL_ROOTS[name] for name in names},
        "W1": [[{name: ["0", "1"]} for name in names]],
    }


PLAIN = Dataset([[1, 0], [0, 1]], [[1], [1]])


@pytest.mark.parametrize(
    "problem",
    [
        Problem(Network((2, 1)), PLAIN),
        Problem(Network((2, 1)), PLAIN, regularizer=Regularizer(1)),
        Problem(Network((2, 1)), Dataset([[1, 0], [0, 1]], [[1], [-1]]), Loss("logistic")),
    ],
)
def test_points_over_several_fields_are_written_in_one(problem):
    """The gradient is that of the numbers: sqrt 2, sqrt 3 in a field of degree 4."""
    answer = classify(problem, over("s", "t"))
    document = answer.to_json()
    check_classify(document)
    assert answer.verdict == "certified"
    assert document["given"]["kind"] == "not_critical"
    assert document["given"]["weights"]["W1"][0][1].startswith("1.73205080756887")
    assert len(document["given"]["exact"]["root"]["polynomial"]) == 5
    (warning,) = document["warnings"]
    assert warning == (
        "the point was given with several roots; the statement has it with one, and that both are "
        "the same numbers is computed by symland, not checked"
    )
    slope = [float(x) for x in document["gradient"]["W1"][0]]
    place = np.array([2**0.5, 3**0.5])
    assert slope == pytest.approx(FloatLandscape(problem).gradient(place).tolist())


def test_points_over_fields_of_large_degree_are_undecided():
    point = over("u", "v")
    for regularizer in (None, Regularizer(1)):
        problem = Problem(Network((2, 1)), PLAIN, regularizer=regularizer)
        document = classify(problem, point).to_json()
        check_classify(document)
        assert document["given"]["kind"] == "undecided"
        assert "no field of degree 12 or less holds" in document["reason"]


def test_a_minimum_whose_entries_are_multiples_of_one_root():
    """sqrt(2)/2 * sqrt(8) = 2 is the best of rank 1 for the targets diag(2, 1)."""
    problem = Problem(Network((2, 1, 2)), Dataset([[1, 0], [0, 1]], [[2, 0], [0, 1]]))
    point = {
        "roots": {name: SEVERAL_ROOTS[name] for name in "se"},
        "W1": [[{"s": ["0", "1/2"]}, "0"]],
        "W2": [[{"e": ["0", "1"]}], ["0"]],
    }
    given = classify(problem, point).to_json()["given"]
    assert (given["kind"], given["status"]) == ("global_minimum", "certified")
    assert given["exact"]["W1"] == [[["0", "1/4"], "0"]]
    assert given["exact"]["root"]["polynomial"] == ["-8", "0", "1"]


@pytest.mark.parametrize(
    ("point", "text"),
    [
        ({"W1": [[1, 2]]}, "W1: got a 1 x 2 matrix, expected a 1 x 1 matrix"),
        ({"W1": [[1]], "W2": [[1]]}, "W2: no parameter of the network"),
        ({}, "weights"),
    ],
)
def test_points_that_do_not_fit_are_refused(point, text):
    problem = Problem(Network((1, 1)), Dataset([[1]], [[1]]))
    with pytest.raises(InputError, match=text) as error:
        classify(problem, point)
    assert "\n" not in str(error.value)


def test_weights_objects_and_tables_are_the_same_point():
    problem = Problem(Network((1, 1, 1)), Dataset([[1]], [[2]]))
    a = classify(problem, Weights({"W1": [["1/2"]], "W2": [[4]]}))
    b = classify(problem, {"W1": [["1/2"]], "W2": [["4"]]})
    assert (a.statement, a.certificate) == (b.statement, b.certificate)


def test_same_seed_same_answer_and_budget_zero():
    point = {"W1": [[0]], "W2": [[0]]}
    first, second = (classify(POLYNOMIAL, point, seed=3) for _ in range(2))
    assert (first.statement, first.certificate) == (second.statement, second.certificate)
    document = classify(POLYNOMIAL, point, budget=0).to_json()
    check_classify(document)
    assert document["given"]["kind"] in {"undecided", "strict_saddle"}
    linear = Problem(Network((1, 1, 1)), Dataset([[1]], [[2]]))
    moved = classify(linear, {"W1": [[1]], "W2": [[3]]}, budget=0).to_json()
    check_classify(moved)
    assert moved["given"]["kind"] == "not_critical"
    assert moved["refined"] is None
