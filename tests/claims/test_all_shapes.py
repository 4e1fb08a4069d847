"""Lemmas for all shapes: found and checked; false ones refuted or left undecided."""

import json
import random

import pytest

from symland.checker import check
from symland.claims.all_shapes import NotProved, Proof
from symland.claims.decide import decide
from symland.exact.trace_polynomial import trace
from symland.exact.word import Signature, WordError
from symland.exact.word_relation import equation, for_all, nonnegative
from symland.search.deadline import Deadline
from symland.search.word_sampling import Sampler
from tests.claims.all_shapes_chains import CHAINS
from tests.claims.all_shapes_steps import CRITICAL, STEPS, norm2

BY_NAME = {step.name: step for step in STEPS}


def test_the_table_is_complete():
    assert len(STEPS) == len(BY_NAME) == 42


@pytest.mark.parametrize("name", BY_NAME)
def test_step_is_certified(name):
    step = BY_NAME[name]
    answer = decide(step.signature, step.facts, step.claim)
    assert answer.verdict == "certified"
    assert set(step.needs) <= set(answer.used)
    assert {*answer.used, *answer.unused} == set(step.facts)
    assert answer.samples == 0
    assert check(answer.statement, answer.certificate).accepted


@pytest.mark.parametrize("name", BY_NAME)
def test_certified_step_holds_at_random_matrices_satisfying_its_facts(name):
    step = BY_NAME[name]
    relations = [equation(fact) for fact in step.facts.values()]
    letters = list(step.signature.shapes)
    sampler = Sampler(step.signature, relations, letters, random.Random(7))
    deadline, seen = Deadline(20), 0
    while seen < 3 and not deadline.passed():
        matrices = sampler.draw(deadline)
        if matrices is not None:
            assert all(relation.holds(matrices) for relation in relations)
            assert equation(step.claim).holds(matrices)
            seen += 1
    assert seen


DROPPED = [(step.name, fact) for step in STEPS for fact in step.needs]


@pytest.mark.parametrize(("name", "fact"), DROPPED)
def test_without_a_needed_fact_the_step_is_never_certified(name, fact):
    step = BY_NAME[name]
    facts = {key: body for key, body in step.facts.items() if key != fact}
    answer = decide(step.signature, facts, step.claim, budget=0.8)
    assert answer.verdict in ("refuted", "undecided")
    if answer.verdict == "refuted":
        assert check(answer.statement, answer.certificate).accepted
        assert all(equation(body).holds(answer.matrices) for body in facts.values())
        assert not equation(step.claim).holds(answer.matrices)


def test_most_dropped_facts_are_refuted():
    """Planted: each of these has an obvious counterexample with matrices of size 1."""
    for name, fact in [
        ("K L4.2 N symmetric", "inv"),
        ("GL orbit invariance", "i1"),
        ("P L17 weight path", "linv"),
        ("V T12 B O invariance", "orth"),
    ]:
        step = BY_NAME[name]
        facts = {key: body for key, body in step.facts.items() if key != fact}
        assert decide(step.signature, facts, step.claim).verdict == "refuted"


S4 = Signature(
    {
        "A": ("m", "n"),
        "B": ("n", "m"),
        "P": ("n", "n"),
        "Q": ("n", "n"),
        "u": ("n", "1"),
        "v": ("n", "1"),
    },
    ["a", "b"],
)
A, B, P, Q, u, v, a, b = S4.letters()
ONE = S4.one("n")

# Claims that look like true ones.
FALSE = {
    "a right inverse is a left inverse": ({"AB": A @ B - S4.one("m")}, B @ A - ONE),
    "projections commute": ({"P": P @ P - P, "Q": Q @ Q - Q}, P @ Q - Q @ P),
    "a product of projections is a projection": (
        {"P": P @ P - P, "Q": Q @ Q - Q},
        P @ Q @ P @ Q - P @ Q,
    ),
    "an idempotent is symmetric": ({"P": P @ P - P}, P - P.T),
    "a product of symmetric matrices is symmetric": (
        {"P": P - P.T, "Q": Q - Q.T},
        P @ Q - (P @ Q).T,
    ),
    "P Q = 0 gives Q P = 0": ({"PQ": P @ Q}, Q @ P),
    "a square is zero only for zero": ({"PP": P @ P}, P),
    "a generalized inverse is reflexive": ({"g": P @ Q @ P - P}, Q @ P @ Q - Q),
    "P Q P^- is symmetric": ({"g": P @ Q @ P - P}, P @ Q - (P @ Q).T),
    "trace is multiplicative": ({}, trace(P @ Q) - trace(P) * 1 - trace(Q)),
    "tr AAtBBt = tr ABtBAt": ({}, trace(P @ P.T @ Q @ Q.T) - trace(P @ Q.T @ Q @ P.T)),
    "tr (PQ)^2 = tr P^2 Q^2": (
        {"P": P - P.T, "Q": Q - Q.T},
        trace(P @ Q @ P @ Q) - trace(P @ P @ Q @ Q),
    ),
    "dimensions are equal": ({}, trace(ONE) - trace(S4.one("m"))),
    "u v' = v u'": ({}, u @ v.T - v @ u.T),
    "orthogonal columns give orthogonal rows": ({"o": P.T @ P - a * ONE}, P @ P - a * ONE),
    "scalars cancel": ({"ab": a * b * P}, P),
    "Sylvester equation P Q = Q P' makes Q symmetric": ({"s": P @ Q - Q @ P.T}, Q - Q.T),
    "an eigenvector of the transpose": ({"e": P @ u - a * u}, P.T @ u - a * u),
    "eigenvectors are orthogonal": ({"e": P @ u - a * u, "f": P @ v - b * v}, (a - b) * (u.T @ v)),
    "nilpotent products": ({"n": P @ Q @ P}, Q @ P @ Q),
    "gradient without the transpose": (
        {},
        trace((A @ B - S4.one("m")) @ (A @ B - S4.one("m")).T)
        - trace(A @ B @ A @ B)
        + trace(A @ B) * 2
        - trace(S4.one("m")),
    ),
    "Pythagoras without the normal equations": (
        {"x": u.T @ v},
        norm2(P @ u - v) - norm2(P @ u) + norm2(v),
    ),
}


@pytest.mark.parametrize("name", FALSE)
def test_false_claim_is_refuted_with_integer_matrices_or_undecided(name):
    facts, claim = FALSE[name]
    answer = decide(S4, facts, claim, budget=2.0)
    assert answer.verdict in ("refuted", "undecided")
    if answer.verdict == "refuted":
        assert check(answer.statement, answer.certificate).accepted
        assert not equation(claim).holds(answer.matrices)


def test_most_false_claims_are_refuted_and_with_integers():
    answers = [decide(S4, facts, claim, budget=2.0) for facts, claim in FALSE.values()]
    refuted = [answer for answer in answers if answer.verdict == "refuted"]
    assert len(refuted) >= 20
    integral = [
        answer
        for answer in refuted
        if all(x.denominator == 1 for m in answer.matrices.values() for r in m.tolist() for x in r)
    ]
    assert len(integral) >= 18


@pytest.mark.parametrize("name", CHAINS)
def test_chain_is_accepted(name):
    proof = CHAINS[name]()
    verdict = proof.check()
    assert verdict.accepted, verdict.reason
    assert len(verdict.established) == len(proof.statement()["claims"])


def test_hypotheses_are_followed_through_cited_steps():
    proof = CHAINS["product_at_critical_point"]()
    assert proof.used("product") == ("critical", "inv", "ginv")
    assert proof.unused("product") == ("idle",)
    assert proof.used("PC") == ("ginv",)


def test_statement_names_only_what_was_used():
    statement = CHAINS["applied_lemma"]().statement()
    given = {claim["name"]: claim["given"] for claim in statement["claims"]}
    assert given == {
        "projection": ["right"],
        "applied": ["outer"],
        "in t": ["right"],
        "linear": ["right"],
    }


def test_same_seed_gives_the_same_certificate():
    first, second = (CHAINS["rotation_gain"]() for _ in range(2))
    assert first.certificate() == second.certificate()


def test_undecided_says_so_in_time():
    """True (a left inverse of a square matrix is a right one), but no polynomial identity."""
    answer = decide(S4, {"PQ": P @ Q - ONE}, Q @ P - ONE, budget=1.0)
    assert answer.verdict == "undecided"
    assert answer.samples > 0
    assert str(answer).startswith("undecided: ")


def test_inequalities_are_refuted_too():
    proof = Proof(S4, {})
    with pytest.raises(NotProved) as caught:
        proof.sum_of_squares("negative", trace(P @ P), squares=[(1, [], P)])
    assert caught.value.answer.verdict == "refuted"
    assert not nonnegative(trace(P @ P)).holds(caught.value.answer.matrices)


def test_save_writes_two_files_that_the_checker_accepts(tmp_path):
    proof = CHAINS["replicated_neuron"]()
    statement, certificate = proof.save(tmp_path, "lemma")
    assert statement.name == "lemma.statement.json"
    assert check(statement.read_bytes(), certificate.read_bytes()).accepted
    assert proof.save(tmp_path, "lemma")[0] == statement  # the same question again
    other, _ = CHAINS["rotation_gain"]().save(tmp_path, "lemma")
    assert other.name == "lemma-2.statement.json"


def test_refutation_in_words_keeps_transposes():
    text = str(decide(S4, {"P": P @ P - P}, P - P.T))
    assert text.startswith("refuted: P - P' = 0 fails at P = [[")


def test_answer_as_json():
    answer = decide(S4, {"P": P - P.T}, P @ Q - Q @ P)
    document = json.loads(json.dumps(answer.to_json()))
    assert document["verdict"] == "refuted"
    assert set(document["counterexample"]) == {"P", "Q"}


OTHER = Signature({"P": ("k", "k")})


ERRORS = {
    "unknown fact": (
        lambda p: p.prove("x", P, using=["nothing"]),
        r"fact 'nothing' is not known, there are: sym",
    ),
    "name taken": (lambda p: p.prove("sym", P), r"step 'sym': expected a name that is not taken"),
    "another signature": (
        lambda p: p.prove("x", OTHER.letter("P")),
        r"step 'x': its letters are of another signature",
    ),
    "mixed shapes": (lambda p: p.prove("x", A - B), r"- of shapes m x n and n x m"),
    "quantified fact": (lambda p: p.prove("x", P, using=["all"]), r"step 'x': 'all' is no equat"),
    "rule that does not apply": (
        lambda p: p.star("x", [P], of="sym"),
        r"step 'x': .*the squares do not add up to 'sym'",
    ),
    "image": (
        lambda p: p.instantiate("x", "all", Q=A),
        r"substitution for 'Q': m x n, expected n x n",
    ),
    "no inequality": (
        lambda p: p.affine("x", of="sym", scalar="a"),
        r"fact 'sym': .*expected an unquantified sum of traces",
    ),
}


@pytest.mark.parametrize("name", ERRORS)
def test_bad_steps_are_named(name):
    run, message = ERRORS[name]
    proof = Proof(S4, {"sym": P - P.T, "all": for_all(trace(P @ Q), "Q")})
    with pytest.raises(WordError, match=message):
        run(proof)
    assert proof.statement()["claims"] == []


def test_hypothesis_of_another_signature():
    with pytest.raises(WordError, match=r"hypothesis 'h': its letters are of another signature"):
        Proof(CRITICAL, {"h": P - P.T})
