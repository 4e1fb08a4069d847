"""Rules about the whole landscape, and the residual seen from a layer: accepted and refused."""

import pytest

from tests.checker.documents import one, problem

TWO = problem([2, 2, 2], [[1, 0], [0, 1]], [[2, 0], [0, 1]])
LINE = problem([1, 1, 1], [[1]], [[1]])
SINGULAR = problem([2, 1, 1], [[1, 0], [0, 0]], [[1], [0]])


def line(a, b):
    return {"W1": [[str(a)]], "W2": [[str(b)]]}


POINTS = {"p": line(1, 1), "q": line(-1, -1), "m": line(0, 0)}
FLAT = {"p": line(0, 1), "q": line(2, 1), "m": line(1, 1)}
SEGMENT = {"ends": ["p", "q"], "middle": "m"}


def test_a_segment_shows_that_the_loss_is_not_convex():
    """L(1, 1) = L(-1, -1) = 0 and L(0, 0) = 1/2."""
    found = one(LINE, POINTS, "not_convex", SEGMENT, "midpoint")
    assert found.lines == ("c0: the loss is not convex",)


def test_a_segment_shows_that_the_loss_is_not_concave():
    """L(0, 1) = L(2, 1) = 1/2 and L(1, 1) = 0."""
    assert one(LINE, FLAT, "not_concave", SEGMENT, "midpoint").accepted


@pytest.mark.parametrize(
    ("points", "kind", "reason"),
    [
        (FLAT, "not_convex", "the loss in the middle is not larger than the mean of the ends"),
        (POINTS, "not_concave", "the loss in the middle is not smaller than the mean"),
        ({**POINTS, "m": line(0, 1)}, "not_convex", "W2: 'm' is not in the middle"),
        (dict.fromkeys("pqm", line(1, 1)), "not_convex", "is not larger"),
    ],
)
def test_other_segments_are_refused(points, kind, reason):
    found = one(LINE, points, kind, SEGMENT, "midpoint")
    assert not found.accepted
    assert reason in found.reason.replace('"', "'")


RANK_1 = {"rows": [0], "columns": [0], "kernel": [["0", "1"]]}
RANK_2 = {"rows": [0, 1], "columns": [0, 1], "kernel": []}


@pytest.mark.parametrize(
    ("of", "matrix", "rank", "witness", "accepted"),
    [
        (TWO, "inputs", 2, RANK_2, True),
        (TWO, "cross", 2, RANK_2, True),
        (SINGULAR, "inputs", 1, RANK_1, True),
        (SINGULAR, "cross", 1, RANK_1, True),
        (SINGULAR, "inputs", 2, RANK_2, False),
        (SINGULAR, "inputs", 1, {**RANK_1, "kernel": [["1", "0"]]}, False),
        (SINGULAR, "inputs", 1, {**RANK_1, "columns": [1]}, False),
        (TWO, "inputs", 1, RANK_1, False),
        (TWO, "inputs", 1, {**RANK_1, "kernel": []}, False),
        (TWO, "outputs", 2, RANK_2, False),
    ],
)
def test_rank_of_the_data(of, matrix, rank, witness, accepted):
    found = one(of, {}, "data_rank", {"matrix": matrix, "rank": rank}, "minor", witness)
    assert found.accepted == accepted
    assert accepted or "internal" not in found.reason


E11 = [["1", "0"], ["0", "0"]]


@pytest.mark.parametrize(
    ("layer", "vanishes", "accepted"),
    [(1, True, True), (2, False, True), (1, False, False), (2, True, False), (3, True, False)],
)
def test_residual_from_a_layer(layer, vanishes, accepted):
    """At W = (2 E11, E11) the residual is -E22, killed by W_2 but not by 1."""
    point = {"W1": [["2", "0"], ["0", "0"]], "W2": E11}
    claim = {"point": "p", "layer": layer, "vanishes": vanishes}
    assert one(TWO, {"p": point}, "residual", claim, "substitution").accepted == accepted
