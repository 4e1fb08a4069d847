"""Lemmas with hypotheses of every kind: what refutes them satisfies all of these."""

import json

import pytest

from symland.checker import check
from symland.claims.all_shapes import NotProved, Proof
from symland.claims.decide import decide
from symland.exact.trace_polynomial import trace
from symland.exact.word import Signature, WordError
from symland.exact.word_relation import either, equation, for_all, nonnegative, nonzero

S = Signature(
    {
        "A": ("m", "n"),
        "B": ("n", "k"),
        "C": ("k", "n"),
        "D": ("m", "n"),
        "G": ("m", "n"),
        "S": ("n", "n"),
        "Z": ("n", "n"),
        "v": ("n", "1"),
    },
    ["a", "c", "e"],
)
A, B, C, D, G, Q, Z, v, a, c, e = S.letters()

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


SYMMETRIC = Q - Q.T

# Each rests on a rule beyond combinations of the hypotheses, and on all hypotheses.
BY_RULES = {
    "A'A = 0": ({"h": A.T @ A}, A),
    "AA' = 0": ({"h": A @ A.T}, A),
    "tr A'A = 0": ({"h": trace(A.T @ A)}, A),
    "A'AB = 0": ({"h": A.T @ A @ B}, A @ B),
    "ABB' = 0": ({"h": A @ B @ B.T}, A @ B),
    "a term of a sum of squares": ({"h": A.T @ A + 2 * (C.T @ C)}, C),
    "a difference": ({"h": trace(A @ A.T) - trace(A @ G.T) * 2 + trace(G @ G.T)}, A - G),
    "symmetric, S^2 = 0": ({"s": SYMMETRIC, "h": Q @ Q}, Q),
    "symmetric, S^3 = 0": ({"s": SYMMETRIC, "h": Q @ Q @ Q}, Q),
    "skew, S^2 = 0": ({"s": Q + Q.T, "h": Q @ Q}, Q),
    "a A = 0": ({"a": nonzero(a), "h": a * A}, A),
    "a^2 A = 0": ({"a": nonzero(a * a), "h": a * a * A}, A),
    "a e A = 0": ({"a": nonzero(a), "e": nonzero(e), "h": a * e * A}, A),
    "a tr A B C = 0": ({"a": nonzero(a), "h": a * (Q @ Z)}, trace(Q @ Z)),
    "a A'A = 0": ({"a": nonzero(a), "h": a * (A.T @ A)}, A),
    "a number": ({"a": nonzero(a), "h": a * e}, e),
    "tr G'D = 0 for all D": ({"h": for_all(trace(G.T @ D), "D")}, G),
    "tr D'(G + A) = 0 for all D": ({"h": for_all(trace(D.T @ (G + A)), "D"), "A": A}, G),
    "tr C D B = 0 for all D": ({"h": for_all(trace(C @ Z @ B), "Z")}, C.T @ B.T),
    "tr A'A D = 0 for all D": ({"h": for_all(trace(A.T @ A @ Z), "Z")}, A),
    "C Z B = 0 for all Z": ({"h": for_all(C @ Z @ B, "Z")}, either(C, B)),
    "a + c e >= 0 for all c": ({"h": for_all(nonnegative(a + c * e), "c")}, e),
    "a >= 0 at c = 0": ({"h": for_all(nonnegative(a + c * e + c * c * e), "c")}, nonnegative(a)),
    "tr A'A + c tr G'A >= 0 for all c": (
        {"h": for_all(nonnegative(trace(A.T @ A) + c * trace(G.T @ A)), "c")},
        trace(G.T @ A),
    ),
    "tr A'A (1 + c) >= 0 for all c": (
        {"h": for_all(nonnegative(trace(A.T @ A) * (c + 1)), "c")},
        A,
    ),
    "a square": ({}, nonnegative(trace((A - 2 * G) @ (A - 2 * G).T))),
    "a square of a number": ({}, nonnegative((a * e - 1) * (a * e - 1))),
    "what vanishes": ({"h": A - G}, nonnegative(trace(A @ A.T) - trace(G @ G.T))),
    "a sum of inequalities": (
        {"a": nonnegative(a), "e": nonnegative(e)},
        nonnegative(a + e + a * a),
    ),
}


@pytest.mark.parametrize("name", BY_RULES)
def test_the_rules_are_tried(name):
    facts, claim = BY_RULES[name]
    answer = decide(S, facts, claim)
    assert answer.verdict == "certified", str(answer)
    assert set(answer.used) == set(facts)
    assert check(answer.statement, answer.certificate).accepted


# Each needs that a number is positive or negative, or of both signs, and all hypotheses.
BY_SIGNS = {
    "(e + 1) A = 0, e >= 0": ({"e": nonnegative(e), "h": (e + 1) * A}, A),
    "(e + 1) (A - G) = 0": ({"e": nonnegative(e), "h": (-e - 1) * (A - G)}, A - G),
    "(e + 1) a A = 0": ({"e": nonnegative(e), "a": nonzero(a), "h": (e + 1) * a * A}, A),
    "(e + 1) A'A = 0": ({"e": nonnegative(e), "h": (e + 1) * (A.T @ A)}, A),
    "(e + 1) tr S = 0": ({"e": nonnegative(e), "h": (e + 1) * trace(Q)}, trace(Q)),
    "(e - 1) A = 0, e >= 2": ({"e": nonnegative(e - 2), "h": (e - 1) * A}, A),
    "(c^2 + 1) A = 0": ({"h": (c * c + 1) * A}, A),
    "(c^2 + 1) a = 0": ({"h": (c * c + 1) * a}, a),
    "(c^2 - c + 1) A = 0": ({"h": (c * c - c + 1) * A}, A),
    "(v'v + 1) A = 0": ({"h": (v.T @ v + 1) * A}, A),
    "(a^2 + e) A = 0": ({"a": nonzero(a), "e": nonnegative(e), "h": (a * a + e) * A}, A),
    "(c e + 1) A = 0": ({"c": nonnegative(c), "e": nonnegative(e), "h": (c * e + 1) * A}, A),
    "(c + e) A = 0, c > 0": (
        {"c": nonnegative(c), "c'": nonzero(c), "e": nonnegative(e), "h": (c + e) * A},
        A,
    ),
    "e^2 + e + 3": ({"e": nonnegative(e)}, nonzero(e * e + e + 3)),
    "-e - 3": ({"e": nonnegative(e)}, nonzero(-e - 3)),
    "e >= 0, -e >= 0": ({"e": nonnegative(e), "minus": nonnegative(-e)}, e),
    "tr S = e": (
        {"above": nonnegative(trace(Q) - e), "below": nonnegative(e - trace(Q))},
        trace(Q) - e,
    ),
    "-tr AA' >= 0": ({"h": nonnegative(-trace(A @ A.T))}, A),
    "|A|^2 + e |G|^2 = 0": ({"e": nonnegative(e), "h": trace(A @ A.T) + e * trace(G @ G.T)}, A),
    "|A|^2 + e |G|^2 = 0, e > 0": (
        {"e": nonnegative(e), "e'": nonzero(e), "h": trace(A @ A.T) + e * trace(G @ G.T)},
        G,
    ),
    "e |A|^2 + c |G|^2 = 0, e > 0": (
        {
            "e": nonnegative(e),
            "e'": nonzero(e),
            "c": nonnegative(c),
            "h": e * trace(A @ A.T) + c * trace(G @ G.T),
        },
        A,
    ),
    "|A B|^2 + e |A - G|^2 = 0": (
        {"e": nonnegative(e), "h": trace(A @ B @ B.T @ A.T) + e * trace((A - G) @ (A - G).T)},
        A @ B,
    ),
}


@pytest.mark.parametrize("name", BY_SIGNS)
def test_signs_of_numbers_are_used(name):
    facts, claim = BY_SIGNS[name]
    answer = decide(S, facts, claim)
    assert answer.verdict == "certified", str(answer)
    assert set(answer.used) == set(facts)
    assert check(answer.statement, answer.certificate).accepted


@pytest.mark.parametrize("name", [name for name in BY_SIGNS if "A" in name or "e >= 0" in name])
def test_without_one_of_the_signs_it_is_not_certified(name):
    """Each hypothesis is needed: without it the claim is false, by hand."""
    facts, claim = BY_SIGNS[name]
    for dropped in facts:
        rest = {key: fact for key, fact in facts.items() if key != dropped}
        answer = decide(S, rest, claim, budget=1.0)
        assert answer.verdict == "refuted", dropped
        assert refuted_soundly(answer, rest)


# What a rule must not be stretched to.
STRETCHED = {
    "(e - 1) A = 0, e >= 1": ({"e": nonnegative(e - 1), "h": (e - 1) * A}, A),
    "(c^2 - 1) A = 0": ({"h": (c * c - 1) * A}, A),
    "(c^2 + c) A = 0": ({"h": (c * c + c) * A}, A),
    "(c^2 + 2 c + 1) A = 0": ({"h": (c * c + 2 * c + 1) * A}, A),
    "(c + e) A = 0, both may vanish": (
        {"c": nonnegative(c), "e": nonnegative(e), "h": (c + e) * A},
        A,
    ),
    "(c + 1) A = 0, c is not 0": ({"c": nonzero(c), "h": (c + 1) * A}, A),
    "(c e + 1) A = 0, e of any sign": ({"c": nonnegative(c), "h": (c * e + 1) * A}, A),
    "(a^2 + e) A = 0, a may vanish": ({"e": nonnegative(e), "h": (a * a + e) * A}, A),
    "(c^3 + 1) A = 0": ({"h": (c * c * c + 1) * A}, A),
    "v'v A = 0": ({"h": (v.T @ v) * A}, A),
    "e^2 - 1, e >= 1": ({"e": nonnegative(e - 1)}, nonzero(e * e - 1)),
    "one sign each": ({"e": nonnegative(e), "minus": nonnegative(-a)}, e),
    "tr S of both signs": ({"above": nonnegative(trace(Q)), "below": nonnegative(-trace(Q))}, Q),
    "tr S S of one sign": ({"h": nonnegative(-trace(Q @ Q))}, Q),
    "|A|^2 + e |G|^2 = 0, e of any sign": ({"h": trace(A @ A.T) + e * trace(G @ G.T)}, A),
    "|A|^2 + e |G|^2 = 0, e may vanish": (
        {"e": nonnegative(e), "h": trace(A @ A.T) + e * trace(G @ G.T)},
        G,
    ),
    "e |A|^2 + c |G|^2 = 0, e not 0": (
        {"c": nonnegative(c), "e'": nonzero(e), "h": e * trace(A @ A.T) + c * trace(G @ G.T)},
        A,
    ),
    "A'B = 0": ({"h": A.T @ D}, A),
    "S^2 = 0 without symmetry": ({"h": Q @ Q}, Q),
    "A'A = C'C": ({"h": A.T @ A - C.T @ C}, C),
    "the wrong factor": ({"h": A.T @ A @ B}, B),
    "a may vanish": ({"e": nonzero(e), "h": a * A}, A),
    "nonzero is not positive": ({"a": nonzero(a)}, nonnegative(a)),
    "one direction only": ({"h": trace(G.T @ D)}, G),
    "neither is zero": ({"h": C @ Q @ B}, either(C, B)),
    "an indefinite form": ({}, nonnegative(trace(A @ A.T) - trace(A @ G.T))),
    "a trace of a square": ({}, nonnegative(trace(Q @ Q))),
    "a number may vanish": ({"a": nonnegative(a)}, nonzero(a)),
    "S^4 = 0 gives S^3 = 0": ({"h": Q @ Q @ Q @ Q}, Q @ Q @ Q),
    "S^3 = 1 gives S = 1": ({"h": Q @ Q @ Q - S.one("n")}, Q - S.one("n")),
    "orthogonal matrices commute": (
        {"q": Q.T @ Q - S.one("n"), "z": Z.T @ Z - S.one("n")},
        Q @ Z - Z @ Q,
    ),
    "half a square": ({"a": nonnegative(a)}, nonnegative(a * a - a)),
}


@pytest.mark.parametrize("name", STRETCHED)
def test_what_the_rules_do_not_give_is_refuted(name):
    facts, claim = STRETCHED[name]
    answer = decide(S, facts, claim, budget=2.0)
    assert answer.verdict == "refuted", str(answer)
    assert refuted_soundly(answer, facts)
    entries = [x for m in answer.matrices.values() for row in m.tolist() for x in row]
    assert all(x.denominator == 1 for x in entries) or name == "half a square"


@pytest.mark.parametrize("name", FALSE)
def test_decide_refutes_where_all_hypotheses_hold(name):
    facts, claim = FALSE[name]
    answer = decide(S, facts, claim, budget=2.0)
    assert answer.verdict == "refuted"
    assert refuted_soundly(answer, facts)


@pytest.mark.parametrize("name", TRUE)
def test_decide_never_refutes_a_true_lemma(name):
    facts, claim = TRUE[name]
    assert decide(S, facts, claim, budget=1.0).verdict in ("certified", "undecided")


@pytest.mark.parametrize(
    ("fact", "claim"),
    [
        (for_all(nonnegative(a + c * e), "c"), a),
        (for_all(nonnegative(a + c * e + c * c), "c"), e),
        (for_all(nonnegative(a + c * c * e), "c"), e),
        (for_all(nonnegative(trace(Q @ Q) + c * trace(Q)), "c"), Q),
    ],
)
def test_an_inequality_for_all_numbers_says_no_more_than_the_slope(fact, claim):
    """All four are false: a = 1, e = 0; a = 1, e = 2; a = 0, e = 1; Q = diag(1, -1)."""
    assert decide(S, {"h": fact}, claim, budget=1.0).verdict == "undecided"


REGRESSION = Signature({"M": ("m", "n"), "x": ("n", "1"), "y": ("n", "1"), "u": ("m", "1")})
M, x, y, u = REGRESSION.letters()
NORMAL = M.T @ M @ x - M.T @ u


def length(p):
    return trace(p @ p.T)


def test_pythagoras_is_tried():
    """A solution of the normal equation has the least residual."""
    claim = nonnegative(length(M @ y - u) - length(M @ x - u))
    answer = decide(REGRESSION, {"h": NORMAL}, claim)
    assert answer.verdict == "certified", str(answer)
    assert answer.used == ("h",)
    assert check(answer.statement, answer.certificate).accepted


@pytest.mark.parametrize(
    ("fact", "larger", "smaller"),
    [
        (NORMAL, M @ y - u, 2 * (M @ x - u)),
        (NORMAL, M @ x - u, M @ y - u),
        (NORMAL + 2 * (M.T @ u), M @ y - u, M @ x - u),
    ],
)
def test_pythagoras_with_one_thing_wrong_is_refuted(fact, larger, smaller):
    claim = nonnegative(length(larger) - length(smaller))
    answer = decide(REGRESSION, {"h": fact}, claim)
    assert answer.verdict == "refuted", str(answer)
    assert refuted_soundly(answer, {"h": fact})


def test_a_quantified_hypothesis_is_never_taken_to_hold_at_matrices():
    """False (the hypothesis is met by A = 0, then G is free), but no matrices show it here."""
    answer = decide(S, {"h": for_all(trace(A.T @ D), "D")}, G, budget=1.0)
    assert (answer.verdict, answer.matrices) == ("undecided", None)


def test_steps_the_claim_does_not_rest_on_are_left_out():
    answer = decide(S, {"h": A.T @ A, "idle": C @ C.T, "all": for_all(trace(G.T @ D), "D")}, A)
    assert (answer.used, answer.unused) == (("h",), ("idle", "all"))
    claims = json.loads(answer.statement)["claims"]
    assert [claim["given"] for claim in claims] == [["h"]] * len(claims)


def test_same_seed_gives_the_same_answer():
    facts, claim = BY_RULES["tr A'A D = 0 for all D"]
    first, second = (decide(S, facts, claim) for _ in range(2))
    assert first.certificate == second.certificate


ERRORS = {
    "a quantified claim": (
        for_all(trace(G.T @ D), "D"),
        r"claim \"tr D G' = 0 for all D\": expected no for_all; a letter that occurs in no hyp",
    ),
    "text": ("A = 0", r"claim 'A = 0': expected a polynomial in the letters, a sum of traces or"),
    "a number": (0, r"claim 0: expected a polynomial in the letters, a sum of traces or a relat"),
    "another signature": (
        Signature({"A": ("m", "n")}).letter("A"),
        r"claim: its letters are of another signature",
    ),
}


@pytest.mark.parametrize("name", ERRORS)
def test_what_is_no_claim_is_named(name):
    claim, message = ERRORS[name]
    with pytest.raises(WordError, match=message):
        decide(S, {}, claim)
