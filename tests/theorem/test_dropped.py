"""Dropped hypotheses: each has to be seen to fail, conclusions are decided as a whole."""

import re

import pytest

from symland.checker import check
from symland.theorem import (
    Signature,
    Theorem,
    TheoremError,
    eye,
    linear_network,
    nonnegative,
    nonzero,
)

SQUARE = Signature({"U": ("d", "d"), "Z": ("d", "d")})
U, Z = SQUARE.letters()


def dropped_in_words(claim, expect, hypothesis):
    """2-1-2 with X = [[1, 0], [0, 0]] and U = X, Z not bound; the hypothesis is dropped."""
    theorem = Theorem("t", wording="own")
    given = theorem.hypothesis("h", "h", words=hypothesis)
    conclusion = theorem.conclusion("c", "c", words=claim)
    theorem.cited("nowhere", "nothing", gives=[conclusion], wording="own")
    theorem.bind(SQUARE, U=lambda s: s.X)
    theorem.without(
        given,
        name="one input",
        problem=linear_network((2, 1, 2), X=[[1, 0], [0, 0]], Y=eye(2)),
        at=[[[0, 0]], [[0], [0]]],
        **{expect: [conclusion]},
    )
    return theorem.check(20).parts[-1]


WRONG, RIGHT = U - SQUARE.one("d"), U @ U - U


@pytest.mark.parametrize(
    ("claim", "expect", "verdict"),
    [
        ((RIGHT, U - U.T), "keeps", "certified"),
        ((RIGHT, U - U.T), "breaks", "refuted"),
        ((RIGHT, WRONG), "breaks", "certified"),
        ((RIGHT, WRONG), "keeps", "refuted"),
        ((RIGHT, Z @ U), "keeps", "undecided"),
        ((RIGHT, Z @ U), "breaks", "undecided"),
        (Z @ U, "breaks", "undecided"),
    ],
)
def test_conclusions_of_several_relations_are_kept_or_broken_as_a_whole(claim, expect, verdict):
    part = dropped_in_words(claim, expect, WRONG)
    assert part.verdict == verdict
    if verdict == "undecided":
        assert part.detail == "c cannot be evaluated"


@pytest.mark.parametrize(
    ("value", "relation", "verdict"),
    [
        (0, "nonzero", "certified"),
        (2, "nonzero", "undecided"),
        (-1, "nonnegative", "certified"),
        (0, "nonnegative", "undecided"),
    ],
)
def test_a_sign_that_is_dropped(value, relation, verdict):
    theorem = Theorem("t", wording="own")
    letters = Signature({"M": ("d", "d")}, scalars=["e"])
    M, e = letters.letters()
    sign = {"nonzero": nonzero, "nonnegative": nonnegative}[relation]
    dropped = theorem.hypothesis("e", relation, words=sign(e))
    broken = theorem.conclusion("c", "M = 0", words=M)
    theorem.cited("nowhere", "nothing", gives=[broken], wording="own")
    theorem.bind(letters, M=lambda s: s.W(1), e=lambda s: value)
    problem = linear_network((1, 1, 1), X=[[1]], Y=[[1]])
    theorem.without(dropped, problem=problem, at=[[[2]], [["1/2"]]], breaks=[broken])
    part = theorem.check(20).parts[-1]
    assert part.verdict == verdict
    if verdict == "certified":
        assert check(part.statement, part.certificate).accepted


@pytest.mark.parametrize("hypothesis", [RIGHT, Z @ U])
def test_a_hypothesis_that_is_not_seen_to_fail_is_not_dropped(hypothesis):
    part = dropped_in_words(WRONG, "breaks", hypothesis)
    assert (part.verdict, part.detail) == ("undecided", "h is not shown to fail there")


def test_matrices_of_what_fails_in_words_are_shown():
    part = dropped_in_words((RIGHT, WRONG), "breaks", WRONG)
    assert part.detail.endswith("fail; at U = [[1, 0], [0, 0]]")


# --- hypotheses that no instance decides ---------------------------------------------------------

ONE = linear_network((1, 1, 1), X=[[1]], Y=[[1]])


def about(holds=None, **words):
    """A theorem with one hypothesis h, and a conclusion c that is decided on instances."""
    theorem = Theorem("t", wording="own")
    hypothesis = theorem.hypothesis("h", "h", **words)
    conclusion = theorem.conclusion("c", "c", holds or (lambda s: s.rank_inputs == 1))
    theorem.cited("nowhere", "nothing", gives=[conclusion], wording="own")
    return theorem, hypothesis, conclusion


@pytest.mark.parametrize("expect", ["keeps", "breaks"])
def test_a_hypothesis_that_nothing_decides_is_not_dropped_on_an_instance(expect):
    theorem, h, c = about()
    message = (
        "t: without h: h has neither holds nor words, so no instance shows that it fails; give one"
        " of these, or the reason as fails="
    )
    with pytest.raises(TheoremError, match=re.escape(message)):
        theorem.without(h, problem=ONE, **{expect: [c]})


def test_another_hypothesis_does_not_cover_for_it():
    theorem, h, c = about()
    seen = theorem.hypothesis("seen", "seen", lambda s: s.rank_inputs == 2)
    with pytest.raises(TheoremError, match="h has neither holds nor words"):
        theorem.without(seen, h, problem=ONE, keeps=[c])


def test_the_reason_why_it_fails_is_repeated():
    theorem, h, c = about()
    theorem.without(h, problem=ONE, keeps=[c], fails="h is about time")
    part = theorem.check(20).parts[-1]
    assert (part.verdict, part.detail) == ("certified", "c holds; h is about time (not decided)")


def test_without_an_instance_a_reason_is_enough():
    theorem, h, c = about()
    theorem.without(h, keeps=[c], because="it is about time", wording="own")
    assert theorem.check(20).parts[-1].verdict == "cited"


def kept_for_a_reason(other: str) -> list[tuple[str, str, str]]:
    """The lines about A B = 0 without A'A B = 0, where another hypothesis is said to be enough."""
    theorem = Theorem("kept", wording="own")
    A, B = Signature({"A": ("m", "n"), "B": ("n", "n")}).letters()
    h = theorem.hypothesis("h", "A'A B = 0", words=A.T @ A @ B)
    more = {
        "zero": {"words": B @ B.T},
        "square": {"words": B @ B},
        "unsaid": {"holds": lambda s: True},
    }
    theorem.hypothesis("other", "another", **more[other])
    c = theorem.conclusion("c", "A B = 0", words=A @ B)
    theorem.step("x", uses=[h], gives=[c])(lambda proof: proof.decide("c", A @ B))
    theorem.without(h, keeps=[c], because="it is easy", wording="own")
    return [(p.name, p.verdict, p.detail) for p in theorem.check(20).parts if p.part == "without"]


def test_what_a_reason_keeps_is_looked_at():
    assert kept_for_a_reason("zero")[-1] == (
        "h: c without it",
        "certified",
        "all shapes: A B = 0, given other.1",
    )
    name, verdict, detail = kept_for_a_reason("square")[-1]
    assert (name, verdict) == ("h: c without it", "refuted")
    assert detail.startswith("A B = 0 fails at ")


def test_a_hypothesis_without_words_might_matter():
    """A counterexample in matrices need not satisfy it, so that the reason stays a reason."""
    assert [verdict for _, verdict, _ in kept_for_a_reason("unsaid")] == ["cited"]


LETTER = Signature({"U": ("d", "d")})


@pytest.mark.parametrize(
    ("weight", "bound", "verdict", "detail"),
    [
        (1, True, "certified", "h fails; at U = [[1]]"),
        (0, True, "undecided", "h is not shown to fail there"),
        (1, False, "undecided", "the letters are not bound to matrices: theorem.bind(...)"),
    ],
)
def test_a_hypothesis_in_words_is_evaluated_where_conclusions_are_not(
    weight, bound, verdict, detail
):
    """The conclusion is decided by a predicate, and the hypothesis only at matrices."""
    theorem, h, c = about(words=LETTER.letter("U"))
    if bound:
        theorem.bind(LETTER, U=lambda s: s.W(1))
    theorem.without(h, problem=ONE, at=[[[weight]], [[1]]], keeps=[c])
    letters, decided = theorem.check(20).parts[-2:]
    assert (letters.name, letters.verdict, letters.detail) == ("h, letters", verdict, detail)
    assert (decided.verdict, decided.detail) == ("certified", "c holds")
    if verdict == "certified":
        assert check(letters.statement, letters.certificate).accepted
