"""The check of a proof is part of the budget, on busy machines too, and is made once."""

import json
import time
from dataclasses import replace

import pytest

from symland import Dataset, Loss, Network, Problem, Regularizer, classify
from symland.claims import case
from symland.questions import refined_point
from symland.questions.proof_cost import Cost, check_cost, proof_cost
from symland.search import deadline

THREE = Dataset([[0], [1], [3]], [[1], [-2], [3]])
SIGMOID = Problem(Network([1, 1, 1], "sigmoid"), THREE, Loss(), Regularizer("1/10"))
NEAR = {"W1": [["0.6"]], "W2": [["1.2"]]}


def recorded(monkeypatch):
    """The files that the checker is given from now on."""
    checked, check = [], case.check
    monkeypatch.setattr(case, "check", lambda *files: checked.append(files) or check(*files))
    return checked


def test_the_certificate_with_the_box_is_checked_once(monkeypatch):
    checked = recorded(monkeypatch)
    answer = classify(SIGMOID, NEAR)
    assert answer.verdict == "certified"
    assert answer.checked.accepted
    boxes = [files for files in checked if b"krawczyk" in files[1]]
    assert boxes == [(answer.statement, answer.certificate)]


def test_so_is_one_with_a_slice(monkeypatch):
    """A neuron that the regularizer keeps at 0, with a free bias; nothing lower is found."""
    checked = recorded(monkeypatch)
    network = Network([1, 1, 1], "tanh", bias="all")
    near = {"W1": [["1e-9"]], "b1": ["1/2"], "W2": [["1e-9"]], "b2": ["0.6666667"]}
    answer = classify(Problem(network, THREE, Loss(), Regularizer(20)), near)
    assert answer.checked.accepted
    assert answer.to_json()["refined"]["status"] == "certified"
    assert len([files for files in checked if b"krawczyk_slice" in files[1]]) == 1


def test_a_box_that_the_checker_refuses_is_made_smaller(monkeypatch):
    """Claims about too large a box leave no trace in the case."""
    checked = recorded(monkeypatch)
    found = refined_point.critical_box
    monkeypatch.setattr(
        refined_point,
        "critical_box",
        lambda *request: replace(found(*request), radius=found(*request).radius * 2**10),
    )
    answer = classify(SIGMOID, NEAR)
    assert answer.checked.accepted
    rules = [s["rule"] for s in json.loads(answer.certificate)["steps"]]
    assert rules.count("krawczyk") == 1
    assert sum(b"krawczyk" in files[1] for files in checked) > 1
    assert answer.to_json()["refined"]["status"] == "certified"


def test_a_check_that_does_not_fit_leaves_a_numerical_answer(monkeypatch):
    monkeypatch.setattr(refined_point, "check_cost", lambda problem: Cost(1e6, 1))
    document = classify(SIGMOID, NEAR).to_json()
    refined = document["refined"]
    assert (refined["status"], refined["kind"]) == ("numerical", "local_minimum")
    assert "the check of a proof would take about 1000000 seconds" in refined["reason"]
    rules = [line["rule"] for line in document["evidence"]]
    assert rules == ["intervals", "intervals"]


@pytest.mark.parametrize(("elapsed", "worked", "load"), [(8, 2, 3), (8, 12, 1), (99, 1, 10)])
def test_costs_on_a_busy_machine(monkeypatch, elapsed, worked, load):
    limit = deadline.Deadline(200)
    start, cpu = time.monotonic(), time.process_time()
    monkeypatch.setattr(deadline.time, "monotonic", lambda: start + elapsed)
    monkeypatch.setattr(deadline.time, "process_time", lambda: cpu + worked)
    assert limit.load() == pytest.approx(load, rel=1e-2)
    left = 200 - elapsed
    assert Cost(0.98 * left / load, 1).beyond(limit) is None
    text = Cost(1.1 * left / load, 1).beyond(limit)
    assert text.startswith(f"about {1.1 * left / load:.0f} seconds")
    assert (f"{load:.1f} times that with the machine as busy as now" in text) == (load > 1)


def test_the_check_is_most_of_what_a_proof_costs():
    rows = [[1, 2, 3]] * 50
    large = Problem(Network([3, 12, 8, 1], "tanh", bias="all"), Dataset(rows, [[1]] * 50))
    assert 20 < check_cost(large).seconds < proof_cost(large).seconds < 50
