"""A step is refuted only where everything it may rest on holds."""

import pytest

from symland.checker import check
from symland.theorem import Signature, Theorem, for_all, nonnegative, nonzero, trace

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
    return theorem.check(5).parts[0]


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
