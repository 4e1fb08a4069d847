"""What each part of a theorem is called, true and false ones; nothing false is ever certified."""

import re
from fractions import Fraction

import pytest

from symland.checker import check
from symland.theorem import (
    Instance,
    NotDecided,
    Signature,
    Theorem,
    TheoremError,
    diag,
    eye,
    linear_network,
    nonnegative,
    trace,
    zeros,
)
from symland.theorem.part import proved

TWO = {"X": eye(2), "Y": diag(2, 1)}
DEEP = linear_network((2, 2, 2, 2), **TWO)
BAD = [diag(2, 0), diag(1, 0), diag(1, 0)]


def about(holds, given=(), **hypotheses):
    """A theorem with one conclusion c, decided on instances, and cited."""
    theorem = Theorem("t", wording="own")
    for label, condition in hypotheses.items():
        theorem.hypothesis(label, label, condition)
    conclusion = theorem.conclusion("c", "c", holds)
    theorem.cited("folklore", wording="own", gives=[conclusion])
    return theorem, conclusion


def on(theorem, problem, **more):
    theorem.instance("it", problem, **more)
    return theorem.check(20).parts[-1]


# Each is decided on 2-2-2-2 with S = diag(4, 1), whose critical set is known by hand.
TRUE = {
    "local minima are global": lambda s: s.every(lambda w: w.is_global or not w.is_local_minimum),
    "a flat saddle": lambda s: s.some(lambda w: w.is_saddle and w.negative == 0),
    "not convex": lambda s: not s.convex,
    "not concave": lambda s: not s.concave,
    "rank of the inputs": lambda s: s.rank_inputs == 2,
    "distinct": lambda s: s.distinct_eigenvalues,
    "20 strata": lambda s: len(s.places) == 20,
    "every stratum has a point": lambda s: len(s.representatives) == 20,
}
FALSE = {
    "all saddles are strict": lambda s: s.every(lambda w: w.is_strict or not w.is_saddle),
    "a local minimum that is not global": lambda s: s.some(
        lambda w: w.is_local_minimum and not w.is_global
    ),
    "convex": lambda s: s.convex,
    "concave": lambda s: s.concave,
    "rank of the inputs": lambda s: s.rank_inputs == 1,
    "a repeated eigenvalue": lambda s: not s.distinct_eigenvalues,
    "no saddles": lambda s: s.every(lambda w: not w.is_saddle),
}


@pytest.mark.parametrize("name", TRUE)
def test_true_conclusion_is_certified_by_two_accepted_files(name):
    part = on(about(TRUE[name])[0], DEEP)
    assert part.verdict == "certified"
    assert check(part.statement, part.certificate).accepted


@pytest.mark.parametrize("name", FALSE)
def test_false_conclusion_is_refuted_by_two_accepted_files(name):
    theorem, _ = about(FALSE[name])
    part = on(theorem, DEEP)
    assert part.verdict == "refuted"
    assert part.detail == "c fails"
    assert check(part.statement, part.certificate).accepted
    assert theorem.check(20).verdict == "refuted"


def test_a_point_where_the_hypothesis_fails_is_no_instance():
    theorem, _ = about(lambda s: s.point.is_saddle, h=lambda s: s.point.critical)
    part = on(theorem, DEEP, at=[eye(2)] * 3)
    assert (part.verdict, part.detail) == ("undecided", "no instance: h fails")


@pytest.mark.parametrize("answer", [True, False])
def test_an_answer_that_was_written_down_is_none(answer):
    """The other condition makes a claim, so that the files are not empty."""
    theorem, _ = about(lambda s: answer, rank=lambda s: s.rank_inputs == 2)
    part = on(theorem, DEEP)
    assert part.verdict == "undecided"
    assert "c is not decided: its function looks at nothing of the instance" in part.detail


def test_what_needs_a_critical_point_is_not_decided_elsewhere():
    part = on(about(lambda s: s.every(lambda w: w.is_global))[0], DEEP, at=[eye(2)] * 3)
    assert (part.verdict, part.detail) == (
        "undecided",
        "c is not decided: the point is not critical",
    )


def test_a_degenerate_minimum_is_certified():
    weighted = linear_network((2, 1, 2), eye(2), diag(1, "1/2"), weights=[[1, 4], [4, 1]])
    theorem, _ = about(lambda s: s.every(lambda w: w.is_local_minimum))
    part = on(theorem, weighted, at=[[[0, "1/2"]], [[0], [1]]])
    assert (part.verdict, part.detail) == ("certified", "c holds")
    assert check(part.statement, part.certificate).accepted
    assert '"rule": "orbit"' in part.certificate.decode()


def test_a_saddle_with_the_orbit_in_its_kernel_is_no_minimum():
    """(2-1-2) at the second eigenvector: inertia (2, 1, 1), kernel the orbit."""
    weighted = linear_network((2, 1, 2), weights=[[1, 1], [1, 2]], **TWO)
    theorem, _ = about(lambda s: s.every(lambda w: w.is_local_minimum))
    assert on(theorem, weighted, at=[[[0, 1]], [[0], [1]]]).verdict == "refuted"


def test_a_kernel_larger_than_the_orbit_is_no_proof_of_a_minimum():
    """1/2 (a b c - 1)^2 + ... at 0: the Hessian vanishes, the orbit is a point."""
    network = linear_network((1, 1, 1, 1), [[1, 1]], [[1, 1]], weights=[[1, 2]])
    theorem, _ = about(lambda s: s.every(lambda w: w.is_local_minimum))
    assert on(theorem, network, at=[zeros(1, 1)] * 3).verdict == "refuted"


# --- dropped hypotheses --------------------------------------------------------------------------

DISTINCT = {"h": lambda s: s.distinct_eigenvalues}


def dropped(holds, problem, **what):
    theorem, conclusion = about(holds, **DISTINCT)
    expectation = {key: [conclusion] for key in what.pop("expect")}
    theorem.without(theorem.hypotheses[0], problem=problem, **expectation, **what)
    return theorem.check(20).parts[-1]


SAME = linear_network((2, 1, 2), X=eye(2), Y=eye(2))


@pytest.mark.parametrize(
    ("holds", "expect", "verdict"),
    [
        (lambda s: s.rank_inputs == 2, ["keeps"], "certified"),
        (lambda s: s.rank_inputs == 2, ["breaks"], "refuted"),
        (lambda s: s.rank_inputs == 1, ["breaks"], "certified"),
        (lambda s: s.rank_inputs == 1, ["keeps"], "refuted"),
    ],
)
def test_dropped_hypothesis_is_decided(holds, expect, verdict):
    part = dropped(holds, SAME, expect=expect)
    assert part.verdict == verdict
    assert "h fail" in part.detail or "h, c fail" in part.detail


def test_nothing_is_dropped_where_the_hypothesis_holds():
    part = dropped(lambda s: s.rank_inputs == 2, DEEP, expect=["keeps"])
    assert (part.verdict, part.detail) == (
        "undecided",
        "h holds there, so that nothing was dropped",
    )


def test_a_reason_alone_is_cited_never_certified():
    part = dropped(None, None, expect=["keeps"], because="it is easy")
    assert part.verdict == "cited"
    assert part.detail == "c holds: it is easy; remark of this file, wording recalled"


# --- the counterexample itself -------------------------------------------------------------------

RELU = linear_network((1, 1, 1), [[1, -1]], [[1, 2]], "relu")


def fails(holds, problem, at, **more):
    """A hypothesis that never holds is dropped at a point, and c fails there."""
    theorem, conclusion = about(holds, h=lambda s: s.H > 99)
    h = theorem.hypotheses[0]
    theorem.without(h, problem=problem, at=at, breaks=[conclusion], **more)
    (*_, part) = theorem.check(20).parts
    assert part.verdict == "certified"
    return part.detail


def test_a_point_that_breaks_a_conclusion_is_shown_with_its_inertia():
    detail = fails(lambda s: s.point.negative > 0, DEEP, [zeros(2, 2)] * 3)
    zero = "[[0, 0], [0, 0]]"
    assert detail == f"h, c fail; at W1 = {zero}, W2 = {zero}, W3 = {zero}: inertia (0, 0, 12)"


def test_a_point_that_breaks_a_conclusion_is_shown_with_its_kind():
    detail = fails(lambda s: s.point.kind == "strict_saddle", DEEP, [zeros(2, 2)] * 3)
    assert detail.endswith(": non-strict saddle")


def test_a_spurious_minimum_is_shown_with_its_loss_and_a_lower_one():
    detail = fails(lambda s: s.every(lambda w: w.is_global), RELU, [[[1]], [[1]]])
    found = re.fullmatch(
        r"h, c fail; at W1 = \[\[1\]\], W2 = \[\[1\]\]: spurious local minimum, loss 2,"
        r" elsewhere (?:at most )?(\S+)",
        detail,
    )
    assert Fraction(found[1]) < 2


def test_a_better_point_of_the_file_is_shown():
    better = [[[-1]], [[2]]]
    detail = fails(lambda s: not s.point.below(s.better), RELU, [[[1]], [[1]]], better=better)
    assert detail.endswith(": loss 2, but 1/2 at W1 = [[-1]], W2 = [[2]]")


def test_large_weights_are_left_out():
    wide = linear_network((6, 6, 6), X=eye(6), Y=eye(6))
    detail = fails(lambda s: s.point.negative == 0, wide, [zeros(6, 6)] * 2)
    assert detail == "h, c fail; inertia (36, 36, 0)"


def test_what_fails_on_all_strata_has_no_point():
    assert fails(lambda s: s.rank_inputs == 1, DEEP, None) == "h, c fail"


# --- steps ---------------------------------------------------------------------------------------

S = Signature({"P": ("n", "n"), "Q": ("n", "n"), "A": ("m", "n")})
P, Q, A = S.letters()


def step(hypotheses, claim, budget=8):
    theorem = Theorem("t", wording="own")
    given = [theorem.hypothesis(name, name, words=words) for name, words in hypotheses.items()]
    conclusion = theorem.conclusion("c", "c", words=claim)

    @theorem.step("only", uses=given, gives=[conclusion])
    def only(proof):
        proof.prove("it", claim)

    return theorem.check(budget)


def test_step_is_certified_for_all_shapes():
    report = step({"P": P - P.T, "Q": Q - Q.T}, (P @ Q).T - Q @ P)
    assert report.verdict == report.parts[0].verdict == "certified"
    assert report.parts[0].detail.startswith("all shapes: ")


def test_false_step_is_refuted_with_matrices():
    report = step({"P": P @ P - P}, P - P.T)
    part = report.parts[0]
    assert (report.verdict, part.verdict) == ("refuted", "refuted")
    assert check(part.statement, part.certificate).accepted
    assert "fails at P = [[" in part.detail


def test_step_that_is_not_found_is_undecided():
    report = step({"PQ": P @ Q - S.one("n")}, Q @ P - S.one("n"), budget=2)
    assert report.verdict == report.parts[0].verdict == "undecided"


def test_unused_hypothesis_is_reported_by_the_proof():
    report = step({"P": P - P.T, "idle": Q @ Q - Q}, P.T @ A.T - P @ A.T)
    part = report.parts[-1]
    assert (part.part, part.name, part.verdict) == ("without", "idle: c stays", "certified")
    assert b'"idle"' in part.statement  # among the hypotheses, but not given
    assert '"given": [\n    "idle"' not in part.statement.decode()


def test_an_instance_is_never_called_a_proof_in_general():
    theorem, _ = about(lambda s: s.rank_inputs == 2)
    theorem.instance("it", DEEP)
    report = theorem.check(20)
    assert report.verdict == "cited"
    assert "which is no proof in general" in report.background["summary"]
    texts = [part.detail for part in report.parts if part.part == "instance"]
    assert not any("all shapes" in text for text in texts)


def test_letters_that_contradict_a_conclusion_refute_it():
    theorem = Theorem("t", wording="own")
    wrong = theorem.conclusion("c", "P is symmetric", words=P - P.T)
    theorem.cited("folklore", wording="own", gives=[wrong])
    theorem.bind(S, P=lambda s: s.W(1))
    theorem.instance("it", linear_network((2, 2, 2), **TWO), at=[[[0, 1], [0, 0]], eye(2)])
    part = theorem.check(20).parts[-1]
    assert (part.verdict, part.name) == ("refuted", "it, letters")
    assert check(part.statement, part.certificate).accepted


def test_inequality_of_a_step():
    theorem = Theorem("t", wording="own")
    c = theorem.conclusion("c", "a square", words=nonnegative(trace(A @ A.T)))

    @theorem.step("square", gives=[c])
    def square(proof):
        proof.sum_of_squares("it", trace(A @ A.T), squares=[(1, [], A)])

    assert theorem.check(5).verdict == "certified"


# --- the wall ------------------------------------------------------------------------------------


def test_only_the_checker_makes_a_part_certified():
    part = on(about(TRUE["not convex"])[0], DEEP)
    spoiled = part.statement.replace(b"not_convex", b"not_concave")
    made = proved("instance", "it", "certified", "c holds", spoiled, part.certificate)
    assert made.verdict == "undecided"
    assert made.detail.startswith("the checker refused the certificate: ")
    assert made.statement is None


def test_what_a_condition_looks_at_is_claimed():
    s = Instance(DEEP, BAD)
    assert s.point.critical
    assert s.point.inertia == (3, 0, 9)
    assert s.point.rank(3, 2) == 1
    assert [line.split(": ")[1] for line in s.case.check().lines] == [
        "p1 is a critical point",
        "the Hessian at p1 has inertia (3, 0, 9)",
        "the rank at p1 of the product [3, 2] is 1",
    ]


@pytest.mark.parametrize(
    ("widths", "Y", "count"),
    [
        ((2, 1, 2), diag(2, 1), 3),
        ((2, 2, 2), diag(2, 1), 4),
        ((2, 1, 1, 2), diag(2, 1), 7),
        ((2, 2, 2, 2), diag(1, 1), 16),
        ((2, 2, 2, 2), diag(1, 0), 41),
        ((2, 1, 2, 1, 2), diag(2, 1), 20),
    ],
)
def test_strata_counted_by_hand(widths, Y, count):
    assert len(Instance(linear_network(widths, X=eye(2), Y=Y)).places) == count


def test_hidden_rank_of_strata_and_points_agree():
    """The point W = (0, E11, 0) has rank(W_2) = 1; its barcode is that of one stratum."""
    point = Instance(DEEP, [zeros(2, 2), diag(1, 0), zeros(2, 2)]).point
    barcode = point.linear.barcode
    (place,) = [w for w in Instance(DEEP).places if w._row.rank == 0 and w._row.barcode == barcode]
    assert place.hidden_rank == point.hidden_rank == 1
    assert place.inertia == point.inertia == (2, 2, 8)


def test_no_point_is_said_so():
    with pytest.raises(NotDecided, match="the instance has no point, give one with at="):
        _ = Instance(DEEP).point


def test_definitions_are_not_dropped():
    theorem = Theorem("t", wording="own")
    letter = theorem.definition("P", "symmetric", P - P.T)
    c = theorem.conclusion("c", "c", words=P.T - P)
    with pytest.raises(TheoremError, match="t: without 'P', which is no hypothesis"):
        theorem.without(letter, keeps=[c], because="no")
