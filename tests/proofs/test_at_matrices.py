"""What the built-in files prove for all shapes, evaluated by the checker at random matrices.

A rule that proved something false would show here: the checker computes hypotheses and conclusion
of every step at matrices that were drawn to satisfy the hypotheses.
"""

import random
import runpy
from collections import Counter
from functools import cache

import pytest

from symland.search.deadline import Deadline
from symland.search.word_sampling import Sampler
from symland.theorem import Theorem
from symland.theorem.library import built_in
from symland.theorem.proving import Proving

_DRAWS = 200  # for the matrices of one claim


def proofs(name):
    """The proofs of all steps of a file, one for each signature."""
    values = runpy.run_path(str(built_in()[name])).values()
    found = []
    for theorem in (value for value in values if isinstance(value, Theorem)):
        proving = Proving(theorem, Deadline(60), 0)
        assert {part.verdict for part in proving.parts()} <= {"certified", "cited"}
        found += proving._proofs.values()
    return found


def drawn(proof, claim):
    """Matrices that satisfy the hypotheses of a claim, if some are found."""
    known = [proof.relation(given) for given in proof.used(claim)]
    letters = list(proof.signature.shapes)
    sampler = Sampler(proof.signature, known, letters, random.Random(5))
    attempts = (sampler.draw(Deadline(60)) for _ in range(_DRAWS if sampler.possible else 0))
    return next((matrices for matrices in attempts if matrices is not None), None)


@cache
def evaluated(name):
    """The rules of the claims that were evaluated; the claims and hypotheses hold there."""
    rules = []
    for proof in proofs(name):
        for claim, step in list(proof._steps.items()):
            matrices = drawn(proof, claim)
            if matrices is not None:
                assert proof.relation(claim).holds(matrices), claim
                proof.instance(f"{claim} at matrices", of=claim, matrices=matrices)
                rules.append(step.rule["rule"])
        verdict = proof.check()
        assert verdict.accepted, verdict.reason
    return tuple(rules)


@pytest.mark.parametrize("name", built_in())
def test_certified_claims_hold_at_random_matrices(name):
    evaluated(name)


def test_most_claims_are_evaluated():
    """Those under a quantified hypothesis are not: that is not decided at matrices."""
    count = Counter(rule for name in built_in() for rule in evaluated(name))
    assert count["cofactor"] >= 60
    assert count["trace"] >= 20
    assert count["sum_of_squares"] >= 12
    assert count["star"] >= 5
