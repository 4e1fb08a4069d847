"""Search and check of the 42 steps for all shapes.

Run with `pytest tests/benchmarks/test_all_shapes.py -s`.
"""

from __future__ import annotations

import json

from symland.checker import check
from symland.claims.all_shapes import Proof
from symland.search.completion import find_cofactors
from tests.benchmarks.timing import seconds
from tests.claims.all_shapes_steps import STEPS

MOST_SEARCH, MOST_CHECK = 5.0, 1.0


def search_all() -> None:
    """Cofactors of all steps."""
    for step in STEPS:
        find_cofactors(step.claim, step.facts)


def files() -> list[tuple[bytes, bytes]]:
    """Statement and certificate of all steps."""
    pairs = []
    for step in STEPS:
        proof = Proof(step.signature, step.facts)
        proof.prove("claim", step.claim)
        pairs.append(
            (json.dumps(proof.statement()).encode(), json.dumps(proof.certificate()).encode())
        )
    return pairs


def test_search_and_check_times() -> None:
    """All searched in under 5 s, all checked in under 1 s."""
    pairs = files()
    search = seconds(search_all)
    whole = seconds(files)
    checking = seconds(lambda: [check(*pair) for pair in pairs], repeat=3)
    print(
        f"\n{len(STEPS)} steps: cofactors {search:.2f} s, with samples and files {whole:.2f} s,"
        f" checked in {checking:.3f} s"
    )
    assert whole < MOST_SEARCH
    assert checking < MOST_CHECK
