"""A step of a proof for all shapes that `decide` finds: its own steps are added to the proof."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from symland.claims.all_shapes import Proof
from symland.claims.decide import Body, found_steps
from symland.exact.word_relation import Relation, equation

__all__ = ["decided_step"]


def decided_step(
    proof: Proof,
    name: str,
    claim: Relation | Body,
    using: Iterable[str],
    assuming: Iterable[str],
) -> list[str]:
    """Add the claim to the proof as `decide` proves it from the facts named; the names added.

    A counterexample satisfies all hypotheses behind ``assuming``. Raises NotProved with it, or as
    undecided.

    >>> from symland.exact.word import Signature
    >>> from symland.exact.word_relation import nonzero
    >>> s = Signature({"A": ("m", "n")}, ["c"])
    >>> A, c = s.letters()
    >>> proof = Proof(s, {"c": nonzero(c), "h": c * (A.T @ A)})
    >>> decided_step(proof, "A", A, ["c", "h"], ["c", "h"])
    ['A: claim squared times c', 'A: claim squared', 'A']
    >>> proof.check().accepted
    True
    """
    proof._check_name(name)
    relation = claim if isinstance(claim, Relation) else equation(claim)
    facts = {fact: proof.relation(fact) for fact in using}
    steps = found_steps(proof.signature, facts, relation, proof.budget, proof.seed)
    if steps is not None:
        *before, last = steps
        names = {step: f"{name}: {step}" for step in before} | {last: name}
        added = [(names[key], *found) for key, found in steps.items()]
        for new, step, cites in added:
            rule = renamed(step.rule, names)
            proof._add(new, step.relation, rule, [names.get(x, x) for x in cites])
        if proof.check().accepted:
            return [new for new, _, _ in added]
        # A letter that is free in the facts may not be free in the hypotheses behind them.
        for new, _, _ in added:
            del proof._steps[new]
    proof._give_up(name, relation, proof._assumed(facts, assuming), 0)


def renamed(rule: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The rule with other names for the facts it refers to.

    >>> renamed({"rule": "trace", "rows": [["1", [], "A", "h", False, ""]]}, {"h": "k"})["rows"]
    [['1', [], 'A', 'k', False, '']]
    """
    result = dict(rule)
    for key in ("of", "nonzero", "above", "below"):
        if key in rule:
            result[key] = names.get(rule[key], rule[key])
    if "rows" in rule:
        rows = [[*row[:3], names.get(row[3], row[3]), *row[4:]] for row in rule["rows"]]
        result["rows"] = rows
    if "sum" in rule:
        result["sum"] = [[c, names.get(fact, fact)] for c, fact in rule["sum"]]
    if "strict" in rule:
        c, facts = rule["strict"]
        result["strict"] = [c, [names.get(fact, fact) for fact in facts]]
    if rule["rule"] == "sum_of_squares":
        squares = [[c, [names.get(f, f) for f in facts], q] for c, facts, q in rule["squares"]]
        result["squares"] = squares
    return result
