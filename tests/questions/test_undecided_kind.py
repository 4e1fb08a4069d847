"""A point whose kind is not decided is never called certified, whatever else is proved of it."""

from symland import Dataset, Network, Problem, classify


def test_a_degenerate_minimum_without_a_proof_is_undecided():
    problem = Problem(Network((1, 1, 1), "square"), Dataset([[1], [2]], [[1], ["-1/4"]]))
    answer = classify(problem, {"W1": [[0]], "W2": [[1]]}, budget=5)
    assert answer.checked.accepted
    assert answer.to_json()["given"]["kind"] == "undecided"
    assert answer.verdict == "undecided"
    assert "no descending curve" in answer.to_json()["reason"]


def test_a_flat_maximum_is_one():
    """(v u^2 - 1)^2 / 2 at u = 0, v = 1: no point nearby has a higher loss."""
    problem = Problem(Network((1, 1, 1), "square"), Dataset([[1]], [[1]]))
    answer = classify(problem, {"W1": [[0]], "W2": [[1]]}, budget=5)
    given = answer.to_json()["given"]
    assert (answer.verdict, given["kind"], given["local"]) == (
        "certified",
        "local_maximum",
        "maximum",
    )
    assert any("p1 is a local maximum, flat along its orbit" in x for x in answer.checked.lines)


def test_a_point_that_is_no_minimum_but_may_be_a_maximum():
    """(c b^2 a^4 - 1)^2 / 2 at (0, 0, 1) falls to order 6 along (t, t), and rises nowhere near."""
    problem = Problem(Network((1, 1, 1, 1), "square"), Dataset([[1]], [[1]]))
    answer = classify(problem, {"W1": [[0]], "W2": [[0]], "W3": [[1]]}, budget=5)
    document = answer.to_json()
    assert (answer.verdict, document["given"]["kind"]) == ("undecided", "undecided")
    assert (document["given"]["global"], document["given"]["critical"]) == (False, True)
    assert any("no local minimum, the loss falls to order 6" in x for x in answer.checked.lines)
    for words in ("falls to order 6", "no ascending curve", "may be a local maximum"):
        assert words in document["reason"]
    assert "no descending curve" not in document["reason"]


def test_a_saddle_of_high_order():
    """((b^2 - d^2) a^4 - 1)^2 / 2 falls and rises from 0 to order 6 at least."""
    problem = Problem(Network((1, 1, 2, 1), "square"), Dataset([[1]], [[1]]))
    answer = classify(problem, {"W1": [[0]], "W2": [[0], [0]], "W3": [[1, -1]]}, budget=5)
    assert answer.to_json()["given"]["kind"] == "non_strict_saddle"
    assert any("a saddle, not strict; the loss falls" in line for line in answer.checked.lines)
