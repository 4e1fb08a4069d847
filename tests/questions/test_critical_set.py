"""The question `critical_set` as users ask it."""

import json
import random

import pytest

from symland import Dataset, Loss, Network, Problem, Regularizer, classify, critical_set, verify
from symland.checker import Verdict
from symland.problem.weights_file import parse_weights
from symland.questions import linear_critical_set, representative_json
from tests.landscape.deep_linear.test_strata import PROBLEMS, diagonal
from tests.questions.shapes import check_classify, check_critical


def every(document, key):
    """All values of a key anywhere in a document."""
    if isinstance(document, dict):
        for k, v in document.items():
            if k == key:
                yield v
            yield from every(v, key)
    elif isinstance(document, list):
        for item in document:
            yield from every(item, key)


def random_problem(seed):
    choose = random.Random(seed)
    widths = [choose.randint(1, 3) for _ in range(choose.randint(2, 4))]
    count = choose.randint(1, 4)
    rows = [
        [[choose.randint(-3, 3) for _ in range(n)] for _ in range(count)]
        for n in (widths[0], widths[-1])
    ]
    return Problem(Network(widths), Dataset(*rows))


@pytest.mark.parametrize("barcodes", [False, True])
@pytest.mark.parametrize("name", PROBLEMS)
def test_shape_and_verdict(name, barcodes):
    answer = critical_set(PROBLEMS[name], barcodes=barcodes)
    assert answer.verdict == "certified"
    document = answer.to_json()
    check_critical(document)
    assert set(every(document, "status")) == {"certified"}
    assert document["critical_set"]["strata_complete"] is True
    assert verify(answer.statement, answer.certificate).accepted
    json.dumps(document, allow_nan=False)


@pytest.mark.parametrize("seed", range(20))
def test_random_problems(seed):
    answer = critical_set(random_problem(seed))
    assert answer.verdict == "certified"
    check_critical(answer.to_json())


@pytest.mark.parametrize("barcodes", [False, True])
@pytest.mark.parametrize(
    "name",
    [
        "equal",
        "zero",
        "singular inputs",
        "more outputs",
        "cubic",
        "quadratic, deep",
        "weights",
        "twice quadratic",
        "no correlation",
        "no hidden layer",
    ],
)
def test_every_printed_point_is_read_and_classified_the_same(name, barcodes):
    problem, fields = PROBLEMS[name], set()
    for stratum in critical_set(problem, barcodes=barcodes).to_json()["strata"]:
        for point in stratum["points"]:
            exact = json.loads(json.dumps(point["exact"]))
            weights = parse_weights(exact, problem.network)
            fields.add("roots" if "roots" in exact else "root" if "root" in exact else "rational")
            answer = classify(problem, weights)
            document = answer.to_json()
            check_classify(document)
            given = document["given"]
            assert answer.verdict == "certified", document.get("reason")
            assert (given["kind"], given["status"]) == (point["kind"], "certified")
            assert bool(document["warnings"]) == ("roots" in exact)
            assert all("is compared by symland" in text for text in document["warnings"])
            assert given["inertia"] == point["inertia"]
            assert given["weights"] == point["weights"]
            bounds = [float(x["loss"][end]) for x in (given, point) for end in ("lower", "upper")]
            assert max(bounds) - min(bounds) <= 2e-12 * max(1, max(map(abs, bounds)))
    # One root for all columns wherever the eigenvalues allow it; several where they do not.
    several = name == "twice quadratic" or (barcodes and name in {"quadratic, deep", "weights"})
    assert ("roots" in fields) == several
    assert "root" in fields or name not in {"quadratic, deep", "cubic", "weights"}


def test_all_points_of_a_finite_set():
    answer = critical_set(Problem(Network((2, 2)), Dataset([[1, 2], [1, 0]], [[1, 0], [1, 1]])))
    document = answer.to_json()
    check_critical(document)
    whole = document["critical_set"]
    assert (
        whole["kind"],
        whole["complex_count"],
        whole["real_count"],
        whole["dimension"],
        whole["coercive"],
    ) == ("finite", 1, 1, 0, True)
    (point,) = document["points"]
    # W X = Y for X = [[1, 1], [2, 0]]
    assert point["exact"] == {"W1": [["1", "0"], ["1", "-1/2"]]}
    assert (point["local"], point["loss"]["exact"]) == ("strict_minimum", "0")


def test_no_inputs_the_loss_is_constant():
    answer = critical_set(Problem(Network((1, 2, 1)), Dataset([[0], [0]], [[1], [2]])))
    document = answer.to_json()
    check_critical(document)
    (stratum,) = document["strata"]
    assert (stratum["loss"]["exact"], stratum["dimension"]) == ("5/2", 4)
    assert stratum["points"][0]["local"] == "constant"
    given = classify(
        Problem(Network((1, 2, 1)), Dataset([[0], [0]], [[1], [2]])),
        {"W1": [[1], [2]], "W2": [[3, 4]]},
    ).to_json()["given"]
    assert (given["kind"], given["local"], given["status"]) == (
        "global_minimum",
        "constant",
        "certified",
    )


def test_scale_changes_losses_only():
    data = Dataset([[1, 0], [0, 1]], [[2, 0], [0, 1]])
    documents = [
        critical_set(Problem(Network((2, 1, 2)), data, Loss(scale=scale))).to_json()
        for scale in ("1/2", "mean", 3)
    ]
    exact = [[s["loss"]["exact"] for s in d["strata"]] for d in documents]
    assert exact == [["1/2", "2", "5/2"], ["1/2", "2", "5/2"], ["3", "12", "15"]]
    for key in ("kind", "inertia", "dimension", "eigenvalues"):
        first, *rest = ([s[key] for s in d["strata"]] for d in documents)
        assert all(other == first for other in rest)


UNSUPPORTED = {
    "activation": Problem(Network((1, 1, 1), activation="relu"), Dataset([[1]], [[2]])),
    "bias": Problem(Network((1, 1, 1), bias="all"), Dataset([[1]], [[2]])),
    "loss": Problem(Network((1, 1)), Dataset([[1]], [[1]]), Loss("logistic")),
    "regularizer": Problem(Network((1, 1, 1)), Dataset([[1]], [[1]]), regularizer=Regularizer(1)),
    "skip": Problem(Network((1, 1, 1), skip=[[1, 1]]), Dataset([[1]], [[1]])),
    "within a sample": Problem(
        Network((1, 1, 2)), Dataset([[1]], [[1, 1]]), Loss(weights=[[1, 2]])
    ),
}


@pytest.mark.parametrize("word", UNSUPPORTED)
def test_what_is_not_covered_is_undecided_and_says_why(word):
    answer = critical_set(UNSUPPORTED[word])
    document = answer.to_json()
    check_critical(document)
    assert answer.verdict == document["critical_set"]["status"] == "undecided"
    assert word in document["critical_set"]["reason"]
    assert document["strata"] == []
    assert document["critical_set"]["strata_complete"] is False
    assert (answer.statement is None) == ("certified" not in every(document["points"], "status"))


def test_nothing_proved_nothing_saved():
    answer = critical_set(UNSUPPORTED["activation"])
    assert answer.statement is None
    assert answer.save("/nowhere") is None


@pytest.mark.parametrize("barcodes", [False, True])
def test_no_time_is_undecided_not_an_error(barcodes):
    answer = critical_set(diagonal((3, 3, 3, 3), (3, 2, 1)), budget=0, barcodes=barcodes)
    document = answer.to_json()
    check_critical(document)
    assert answer.verdict == "undecided"
    assert "budget" in document["critical_set"]["reason"]
    assert document["strata"] == []


def refuse(statement, certificate):
    return Verdict(accepted=False, established=(), lines=(), reason="not today", unreadable=False)


def test_what_the_checker_refuses_is_undecided(monkeypatch):
    monkeypatch.setattr("symland.claims.case._verdict", refuse)
    problem = diagonal((2, 2, 2, 2), (2, 1))
    origin = {"W1": [[0, 0]] * 2, "W2": [[0, 0]] * 2, "W3": [[0, 0]] * 2}
    for answer, _check in (
        (critical_set(problem), check_critical),
        (classify(problem, origin), check_classify),
    ):
        assert answer.verdict == "undecided"
        document = answer.to_json()
        assert set(every(document, "status")) == {"undecided"}
        assert "not today" in document["reason"]
        assert document["certificate"]["accepted"] is False


def test_same_seed_same_answer():
    problem = PROBLEMS["weights"]
    first, second = (critical_set(problem, seed=7) for _ in range(2))
    assert (first.statement, first.certificate) == (second.statement, second.certificate)
    documents = [a.to_json() | {"seconds": 0} for a in (first, second)]
    assert documents[0] == documents[1]
    assert documents[0]["seed"] == 7


def test_saved_files_are_those_that_were_checked(tmp_path):
    answer = critical_set(PROBLEMS["simple"])
    folder = tmp_path / "new" / "folder"
    paths = answer.save(folder)
    assert [p.read_bytes() for p in paths] == [answer.statement, answer.certificate]
    assert [p.name for p in paths] == [
        "problem-critical.statement.json",
        "problem-critical.certificate.json",
    ]
    assert verify(*paths).accepted
    assert answer.save(folder) == paths
    assert sorted(p.name for p in folder.iterdir()) == sorted(p.name for p in paths)


def test_another_question_is_never_overwritten(tmp_path):
    answers = [critical_set(PROBLEMS[name]) for name in ("simple", "equal", "zero")]
    answers.append(critical_set(PROBLEMS["simple"], barcodes=True))
    saved = [answer.save(tmp_path) for answer in answers]
    assert len({path for pair in saved for path in pair}) == 8
    for answer, pair in zip(answers, saved, strict=True):
        assert [p.read_bytes() for p in pair] == [answer.statement, answer.certificate]
        assert answer.save(tmp_path) == pair


def test_html_and_latex():
    answer = critical_set(PROBLEMS["simple"])
    assert "strict saddle" in answer._repr_html_()
    assert answer._repr_latex_().strip()


@pytest.mark.parametrize("limit", ["LONGEST_EXACT", "LONGEST_ALL"])
def test_points_too_long_to_print_stand_in_the_statement(monkeypatch, limit):
    whole = critical_set(diagonal((2, 1, 2), (2, 1)))
    monkeypatch.setattr(representative_json, limit, 3)
    answer = critical_set(diagonal((2, 1, 2), (2, 1)))
    document = answer.to_json()
    check_critical(document)
    assert document["verdict"] == "certified"
    assert {point["exact"] for row in document["strata"] for point in row["points"]} == {None}
    (warning,) = document["warnings"]
    assert warning.startswith("exact coordinates of 3 points are left out here for their length")
    assert answer.statement == whole.statement


def test_many_strata_are_all_proved_with_points_for_some(monkeypatch):
    problem = diagonal((3, 3, 3, 3), (3, 2, 1))
    whole = critical_set(problem, barcodes=True).to_json()
    monkeypatch.setattr(linear_critical_set, "POINTS_FOR_EVERY_ROW", 10)
    answer = critical_set(problem, barcodes=True)
    document = answer.to_json()
    assert document["verdict"] == "certified"
    assert len(whole["strata"]) > 20
    assert all(row["points"] for row in whole["strata"])
    for row in whole["strata"] + document["strata"]:
        row["shown"] = [point["kind"] for point in row.pop("points")]
    with_points = [row for row in document["strata"] if row["shown"]]
    kinds = {(str(row["eigenvalues"]), row["kind"]) for row in whole["strata"]}
    assert {(str(row["eigenvalues"]), row["kind"]) for row in with_points} == kinds
    assert len(with_points) == len(kinds)
    for row in whole["strata"] + document["strata"]:
        del row["shown"]
    assert document["strata"] == whole["strata"]
    (warning,) = document["warnings"]
    assert warning == (
        f"{len(whole['strata']) - len(kinds)} of {len(whole['strata'])} strata are listed without "
        "an exact point: there is one for each kind at each multiset of eigenvalues"
    )
