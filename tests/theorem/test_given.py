"""A conclusion rests on its own hypotheses, never on those that are given for another one."""

import pytest

from symland.theorem import Signature, Theorem, TheoremError

S = Signature({"A": ("m", "n"), "P": ("n", "n"), "Q": ("n", "n")})
A, P, Q = S.letters()


def lending(borrows, steps=1):
    """c: P = 0 where P is symmetric (false); d: P' = -P where P is skew. Its proof may borrow."""
    theorem = Theorem("t", wording="own")
    symmetric = theorem.hypothesis("symmetric", "P' = P", words=P - P.T)
    skew = theorem.hypothesis("skew", "P' = -P", words=P + P.T)
    c = theorem.conclusion("c", "P = 0", words=P, given=[symmetric, *([] if borrows else [skew])])
    d = theorem.conclusion("d", "P' = -P", words=P.T + P, given=[skew])
    before = skew
    if steps == 2:

        @theorem.step("turned", uses=[skew])
        def turned(proof):
            proof.prove("turned", 2 * P.T + 2 * P)

        before = turned

    @theorem.step("zero", uses=[symmetric, before], gives=[c])
    def zero(proof):
        proof.prove("P", P)

    @theorem.step("again", uses=[skew], gives=[d])
    def again(proof):
        proof.prove("P'", P.T + P)

    return theorem.check(8)


@pytest.mark.parametrize("steps", [1, 2])
def test_a_conclusion_does_not_rest_on_a_hypothesis_of_another_one(steps):
    report = lending(borrows=True, steps=steps)
    (part,) = [p for p in report.parts if p.name == "zero"]
    assert part.verdict == report.verdict == "undecided"
    assert part.detail == "c rests on skew, which is given for d only, not for c"
    standing = {c["label"]: c["standing"] for c in report.background["conclusions"]}
    assert standing == {"c": "undecided", "d": "certified"}


@pytest.mark.parametrize("steps", [1, 2])
def test_a_conclusion_may_rest_on_its_own_hypotheses(steps):
    report = lending(borrows=False, steps=steps)
    assert report.verdict == "certified"


def test_a_citation_does_not_lend_hypotheses_either():
    theorem = Theorem("t", wording="own")
    skew = theorem.hypothesis("skew", "P' = -P", words=P + P.T)
    c = theorem.conclusion("c", "c", words=P)
    d = theorem.conclusion("d", "d", words=P + P.T, given=[skew])
    theorem.cited("folklore", wording="own", uses=[skew], gives=[c])
    theorem.cited("trivial", wording="own", uses=[skew], gives=[d])
    verdicts = [p.verdict for p in theorem.check(8).parts]
    assert verdicts == ["undecided", "cited"]


def test_a_step_for_two_conclusions_rests_on_the_hypotheses_of_each():
    """One step proves A P = 0 and A Q = 0, each from a hypothesis of its own."""
    theorem = Theorem("t", wording="own")
    p = theorem.hypothesis("p", "P = 0", words=P)
    q = theorem.hypothesis("q", "Q = 0", words=Q)
    c = theorem.conclusion("c", "A P = 0", words=A @ P, given=[p])
    d = theorem.conclusion("d", "A Q = 0", words=A @ Q, given=[q])

    @theorem.step("both", uses=[p, q], gives=[c, d])
    def both(proof):
        proof.prove("AP", A @ P)
        proof.prove("AQ", A @ Q)

    report = theorem.check(8)
    assert [(p.name, p.verdict) for p in report.parts] == [("both", "certified")]
    assert report.verdict == "certified"


# --- through citations ---------------------------------------------------------------------------


def through(ways, discharged=False):
    """c: P = 0, said to follow from what is proved for skew P: a citation at one end or between.

    The steps and citations in ``ways`` use the one before; the last one gives c.
    """
    theorem = Theorem("t", wording="own")
    skew = theorem.hypothesis("skew", "P' = -P", words=P + P.T)
    c = theorem.conclusion("c", "P + P' = 0", words=P + P.T)
    d = theorem.conclusion("d", "P' = -P", words=P.T + P, given=[skew])

    @theorem.step("first", uses=[skew], gives=[d])
    def first(proof):
        proof.prove("P'", P.T + P)

    before = first
    for number, way in enumerate(ways, start=1):
        gives = [c] if number == len(ways) else []
        if way == "cited":
            gone = [skew] if discharged and gives else []
            before = theorem.cited(
                f"cited {number}", wording="own", uses=[before], gives=gives, discharges=gone
            )
        else:
            before = theorem.step(f"step {number}", uses=[before, first], gives=gives)(
                lambda proof, number=number: proof.prove(f"again {number}", P + P.T)
            )
    report = theorem.check(8)
    return next(p for p in report.parts if p.name == before.label), report


WAYS = [("cited",), ("step", "cited"), ("cited", "cited"), ("step", "cited", "cited")]


@pytest.mark.parametrize("ways", WAYS)
def test_a_citation_rests_on_what_its_steps_rest_on(ways):
    part, report = through(ways)
    assert part.detail == "c rests on skew, which is given for d only, not for c"
    assert part.verdict == report.verdict == "undecided"


def test_a_step_rests_on_what_its_citations_rest_on():
    """2 P = 0 is proved without skew, but the step uses a citation that uses it."""
    theorem = Theorem("t", wording="own")
    skew = theorem.hypothesis("skew", "P' = -P", words=P + P.T)
    zero = theorem.hypothesis("zero", "P = 0", words=P)
    c = theorem.conclusion("c", "2 P = 0", words=2 * P)
    d = theorem.conclusion("d", "P' = -P", words=P.T + P, given=[skew])
    folklore = theorem.cited("folklore", wording="own", uses=[skew], gives=[d])

    @theorem.step("twice", uses=[zero, folklore], gives=[c])
    def twice(proof):
        proof.prove("2P", 2 * P)

    assert (part := theorem.check(8).parts[1]).verdict == "undecided"
    assert part.detail == "c rests on skew, which is given for d only, not for c"


@pytest.mark.parametrize("ways", WAYS)
def test_a_citation_that_uses_the_implication_says_so(ways):
    part, report = through(ways, discharged=True)
    assert part.verdict == report.verdict == "cited"
    assert "; discharges skew; gives c" in part.detail


def test_only_what_is_behind_a_citation_is_discharged():
    theorem = Theorem("t", wording="own")
    skew = theorem.hypothesis("skew", "P' = -P", words=P + P.T)
    c = theorem.conclusion("c", "c", words=P)
    message = "t: 'folklore' discharges 'skew', which no step that it uses uses"
    with pytest.raises(TheoremError, match=message):
        theorem.cited("folklore", wording="own", uses=[skew], gives=[c], discharges=[skew])
