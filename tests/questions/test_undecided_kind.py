"""A point whose kind is not decided is never called certified, whatever else is proved of it."""

from symland import Dataset, Network, Problem, classify


def test_a_degenerate_minimum_without_a_proof_is_undecided():
    problem = Problem(Network((1, 1, 1), "square"), Dataset([[1], [2]], [[1], ["-1/4"]]))
    answer = classify(problem, {"W1": [[0]], "W2": [[1]]}, budget=5)
    assert answer.checked.accepted
    assert answer.to_json()["given"]["kind"] == "undecided"
    assert answer.verdict == "undecided"
    assert "no descending curve" in answer.to_json()["reason"]
