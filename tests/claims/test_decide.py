"""Lemmas with hypotheses of every kind: what refutes them satisfies all of these."""

import json

import pytest

from symland.checker import check
from symland.claims.all_shapes import NotProved, Proof
from symland.exact.trace_polynomial import trace
from symland.exact.word import Signature
from symland.exact.word_relation import equation, for_all, nonnegative, nonzero

S = Signature(
    {
        "A": ("m", "n"),
        "B": ("n", "k"),
        "D": ("m", "n"),
        "G": ("m", "n"),
        "S": ("n", "n"),
    },
    ["a", "e"],
)
A, B, D, G, Q, a, e = S.letters()

# True by a hypothesis that is no equation; what they say of the equations alone is false.
TRUE = {
    "a number above -1": ({"e": nonnegative(e), "h": (e + 1) * A}, A),
    "a nonzero number": ({"a": nonzero(a), "h": a * A}, A),
    "a nonzero number among equations": ({"a": nonzero(a), "h": a * A, "D": D - A}, D),
    "all directions": ({"all": for_all(trace(G.T @ D), "D")}, G),
    "a number of both signs": ({"e": nonnegative(e), "minus": nonnegative(-e)}, e),
}
# The same with a number that the hypotheses do not exclude.
FALSE = {
    "a number above 0": ({"e": nonnegative(e), "h": (e - 1) * A}, A),
    "a nonzero number": ({"a": nonzero(a), "h": (a - 1) * A}, A),
    "a number of one sign": ({"e": nonnegative(e), "minus": nonnegative(2 - e)}, e),
}


def refuted_soundly(answer, facts):
    """The matrices satisfy all facts, and the statement the checker accepted lists them."""
    relations = {k: f if hasattr(f, "kind") else equation(f) for k, f in facts.items()}
    assert all(relation.holds(answer.matrices) for relation in relations.values())
    assert json.loads(answer.statement)["claims"][0]["given"] == list(facts)
    return check(answer.statement, answer.certificate).accepted


@pytest.mark.parametrize("name", TRUE)
def test_a_step_is_not_refuted_where_another_hypothesis_fails(name):
    facts, claim = TRUE[name]
    equations = [k for k, f in facts.items() if not hasattr(f, "kind")]
    for using in (None, equations):
        with pytest.raises(NotProved) as caught:
            Proof(S, facts, budget=1.0).prove("x", claim, using=using)
        assert caught.value.answer.verdict == "undecided"
        assert caught.value.answer.matrices is None


@pytest.mark.parametrize("name", FALSE)
def test_a_step_is_refuted_where_all_hypotheses_hold(name):
    facts, claim = FALSE[name]
    with pytest.raises(NotProved) as caught:
        Proof(S, facts, budget=2.0).prove("x", claim, using=[])
    answer = caught.value.answer
    assert answer.verdict == "refuted"
    assert refuted_soundly(answer, facts)


def test_assuming_less_refutes_more():
    facts, claim = TRUE["a nonzero number"]
    with pytest.raises(NotProved) as caught:
        Proof(S, facts).prove("x", claim, assuming=["h"])
    assert caught.value.answer.verdict == "refuted"
    assert caught.value.answer.used == ("h",)
