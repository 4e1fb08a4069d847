"""Completion: what it finds is a combination of the facts, it stops in time, it repeats itself."""

import random
from time import monotonic

import pytest

from symland.exact.trace_polynomial import trace
from symland.exact.word import Signature
from symland.exact.word_relation import equation
from symland.search.cofactor import expand_rows
from symland.search.completion import find_cofactors
from symland.search.word_sampling import find_counterexample

SIGNATURE = Signature(
    {**dict.fromkeys("ABCD", ("n", "n")), "u": ("n", "1"), "v": ("n", "1")}, scalars=["s"]
)
A, B, C, D, u, v, s = SIGNATURE.letters()
ONE = SIGNATURE.one("n")
HARD = {
    "1": A @ B @ A - B @ A @ B @ C,
    "2": C @ D @ C - D @ C @ D @ A,
    "3": A @ C @ B - B @ D @ A @ D,
    "4": A @ D.T @ B - C.T @ A @ C,
}


def random_combination(seed):
    """Facts drawn at random and a planted combination of their multiples."""
    draw = random.Random(seed)
    letters = [A, B, C, A.T, B.T]

    def fact():
        product = draw.choice(letters) @ draw.choice(letters)
        return product - draw.randint(1, 3) * draw.choice(letters)

    facts = {"f": fact(), "g": fact()}
    multiples = [
        draw.randint(1, 4) * (draw.choice(letters) @ fact @ draw.choice(letters))
        for fact in (*facts.values(), facts["f"].T)
    ]
    return facts, multiples[0] + multiples[1] - multiples[2]


@pytest.mark.parametrize("seed", range(12))
def test_planted_combination_is_found(seed):
    facts, claim = random_combination(seed)
    found = find_cofactors(claim, facts)
    assert found is not None
    assert expand_rows(found.rows, facts, claim) == claim


def test_facts_that_pass_the_dimension_one():
    """From A u = s u and v'A = 0 it follows that s v'u = 0: a number, split across words."""
    facts = {"right": A @ u - s * u, "left": v.T @ A}
    found = find_cofactors(s * (v.T @ u), facts)
    assert set(found.facts) == {"right", "left"}


def test_a_number_times_a_word():
    """From D v = 0 and D = u v' it follows that (v'v) u = 0, though v'v is not beside u."""
    found = find_cofactors((v.T @ v) * u, {"kernel": D @ v, "rank": D - u @ v.T})
    assert set(found.facts) == {"kernel", "rank"}


def test_trace_of_a_fact_across_a_number():
    """From u v' = A the number v'Bu is tr AB."""
    found = find_cofactors(trace(A @ B) - v.T @ B @ u, {"outer": u @ v.T - A})
    assert found.facts == ("outer",)


def test_traces_known_to_vanish_are_used():
    """tr AB = 0 and C = A give tr BC = 0."""
    found = find_cofactors(trace(B @ C), {"pair": trace(A @ B), "same": C - A})
    assert set(found.facts) == {"pair", "same"}


@pytest.mark.parametrize("claim", [A @ B - B @ A, trace(A @ B @ C @ D - A @ D @ C @ B)])
def test_the_budget_is_kept(claim):
    start = monotonic()
    assert find_cofactors(claim, HARD, budget=0.5) is None
    assert monotonic() - start < 20


def test_a_complete_basis_ends_the_search_at_once():
    start = monotonic()
    assert find_cofactors(A @ B - B @ A, {"f": A @ A - A}, budget=60) is None
    assert monotonic() - start < 40


def test_same_seed_same_rows():
    facts, claim = random_combination(3)
    first, second = (find_cofactors(claim, facts, seed=5) for _ in range(2))
    assert first.rows == second.rows


def test_counterexamples_satisfy_the_hypotheses():
    hypotheses = [equation(A @ A - A), equation(A @ B - ONE + ONE @ C), equation(u.T @ u - 1)]
    claim = equation(A @ B - B @ A)
    trial = find_counterexample(claim, hypotheses, budget=5)
    assert all(hypothesis.holds(trial.counterexample) for hypothesis in hypotheses)
    assert not claim.holds(trial.counterexample)


def test_a_true_claim_has_no_counterexample_but_samples():
    trial = find_counterexample(
        equation(A @ B @ A @ B - A @ B), [equation(A @ B @ A - A)], budget=5, enough=5
    )
    assert trial.counterexample is None
    assert trial.samples == 5
