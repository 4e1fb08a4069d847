"""A step is refuted only where everything it may rest on holds."""

import pytest

from symland.checker import check
from symland.theorem import Signature, Theorem, TheoremError, for_all, nonnegative, nonzero, trace

S = Signature({"A": ("m", "n"), "G": ("m", "n"), "D": ("m", "n")}, ["a", "e"])
A, G, D, a, e = S.letters()


def step(facts, claim, using=None):
    """The part of a step from these facts to the claim, which is also the conclusion."""
    theorem = Theorem("t", wording="own")
    uses = [theorem.hypothesis(key, key, words=fact) for key, fact in facts.items()]
    conclusion = theorem.conclusion("c", "c", words=claim)
    theorem.step("s", uses=uses, gives=[conclusion])(
        lambda proof: proof.prove("claim", claim, using=using)
    )
    return theorem.check(2).parts[0]


@pytest.mark.parametrize(
    ("facts", "claim"),
    [
        ({"e": nonnegative(e), "h": (e + 1) * A}, A),
        ({"a": nonzero(a), "h": a * A}, A),
        ({"all": for_all(trace(G.T @ D), "D")}, G),
        ({"h": A - G, "g": G}, A),
    ],
)
@pytest.mark.parametrize("using", [None, []])
def test_true_step_is_never_refuted(facts, claim, using):
    part = step(facts, claim, using)
    assert part.verdict == ("certified" if "g" in facts and using is None else "undecided")


@pytest.mark.parametrize(
    ("facts", "claim"),
    [
        ({"e": nonnegative(e), "h": (e - 1) * A}, A),
        ({"a": nonzero(a), "h": (a - 1) * A}, A),
        ({"h": A - G, "g": G - D}, A),
    ],
)
def test_false_step_is_refuted_by_a_statement_with_all_its_hypotheses(facts, claim):
    part = step(facts, claim, using=[])
    assert part.verdict == "refuted"
    accepted = check(part.statement, part.certificate)
    assert accepted.accepted
    assert f"given {', '.join(sorted(facts))}" in accepted.lines[-1]


REFERENCES = {
    "of": lambda proof: proof.star("G = 0", [G], of="other"),
    "of, in its place": lambda proof: proof.star("G = 0", [G], "other"),
    "cancel, in its place": lambda proof: proof.cancel("A = 0", A, "other", "a"),
    "nonzero": lambda proof: proof.cancel("A = 0", A, of="used", nonzero="other"),
    "above": lambda proof: proof.both_signs("e = 0", "other", "used"),
    "below": lambda proof: proof.both_signs("e = 0", "used", below="other"),
    "adding": lambda proof: proof.one_sign("e + 1", e + 1, adding=[(1, "other")]),
    "strict": lambda proof: proof.one_sign("e + 1", e + 1, (1, ["other"])),
}


@pytest.mark.parametrize("name", REFERENCES)
def test_a_step_refers_only_to_what_it_uses(name):
    theorem = Theorem("t", wording="own")
    used = theorem.hypothesis("used", "used", words=trace(G @ G.T))
    number = theorem.hypothesis("a", "a is not 0", words=nonzero(a))
    theorem.hypothesis("other", "not used", words=trace(A @ A.T))
    conclusion = theorem.conclusion("c", "c", words=G)
    theorem.step("s", uses=[used, number], gives=[conclusion])(REFERENCES[name])
    with pytest.raises(TheoremError, match="step 's' refers to 'other', but uses only used, a"):
        theorem.check(5)


def test_signs_are_used_in_a_step():
    theorem = Theorem("t", wording="own")
    sign = theorem.hypothesis("e", "e >= 0", words=nonnegative(e))
    product = theorem.hypothesis("h", "(e + 1) A = 0", words=(e + 1) * A)
    conclusion = theorem.conclusion("c", "A = 0", words=A)

    @theorem.step("cancel", uses=[sign, product], gives=[conclusion])
    def cancel(proof):
        proof.one_sign("e + 1 > 0", e + 1, adding=[(1, "e")])
        proof.cancel("A = 0", A, of="h", nonzero="e + 1 > 0")

    report = theorem.check(5)
    assert (report.verdict, report.parts[0].verdict) == ("certified", "certified")


# --- steps that are decided ----------------------------------------------------------------------

DECIDED = {
    "a square": ({"h": A.T @ A}, A),
    "a number that cancels": ({"a": nonzero(a), "h": a * (A.T @ A)}, A),
    "a positive number": ({"e": nonnegative(e), "h": (e * e + 1 + e) * A}, A),
    "all directions": ({"all": for_all(trace(G.T @ D), "D")}, G),
    "an inequality": ({"e": nonnegative(e)}, nonnegative(e + trace(A @ A.T))),
    "a number that is not 0": ({"e": nonnegative(e)}, nonzero(e + 1)),
}


def decided(facts, claim, first=None):
    """The last part of a theorem whose steps are decided."""
    theorem = Theorem("t", wording="own")
    uses = [theorem.hypothesis(key, key, words=fact) for key, fact in facts.items()]
    conclusion = theorem.conclusion("c", "c", words=claim)
    if first is not None:
        uses = [theorem.step("first", uses=uses)(lambda proof: proof.decide("first", first))]
    theorem.step("s", uses=uses, gives=[conclusion])(lambda proof: proof.decide("claim", claim))
    return theorem.check(8).parts[0 if first is None else 1]


@pytest.mark.parametrize("name", DECIDED)
def test_a_step_is_decided(name):
    facts, claim = DECIDED[name]
    part = decided(facts, claim)
    assert part.verdict == "certified"
    assert part.detail.endswith(f"gives c; uses {', '.join(sorted(facts))}")
    assert check(part.statement, part.certificate).accepted


def test_a_step_is_decided_from_another_one():
    facts = {"a": nonzero(a), "h": a * (A.T @ A), "g": G - A}
    part = decided(facts, G @ A.T, first=A)
    assert part.verdict == "certified"
    assert part.detail.endswith("uses a, h")


@pytest.mark.parametrize(
    ("facts", "claim", "verdict"),
    [
        ({"e": nonnegative(e), "h": e * A}, A, "refuted"),
        ({"a": nonzero(a)}, nonnegative(a), "refuted"),
        ({"h": A.T @ G}, A, "refuted"),
        ({"all": for_all(trace(A.T @ D), "D")}, G, "undecided"),
    ],
)
def test_a_false_step_is_not_decided_to_be_true(facts, claim, verdict):
    part = decided(facts, claim)
    assert part.verdict == verdict
    if verdict == "refuted":
        assert check(part.statement, part.certificate).accepted


def test_a_step_decides_from_what_it_uses():
    theorem = Theorem("t", wording="own")
    used = theorem.hypothesis("used", "used", words=A.T @ A)
    theorem.hypothesis("other", "not used", words=G.T @ G)
    conclusion = theorem.conclusion("c", "c", words=G)
    theorem.step("s", uses=[used], gives=[conclusion])(lambda proof: proof.decide("G", G))
    assert theorem.check(8).parts[0].verdict == "refuted"
    again = Theorem("t", wording="own")
    used = again.hypothesis("used", "used", words=A.T @ A)
    conclusion = again.conclusion("c", "c", words=A)
    again.step("s", uses=[used], gives=[conclusion])(
        lambda proof: proof.decide("A", A, using=["other"])
    )
    with pytest.raises(TheoremError, match="step 's' refers to 'other', but uses only used"):
        again.check(8)
