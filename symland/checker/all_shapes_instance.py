"""Identities of matrices at given rational matrices: instances and counterexamples."""

from __future__ import annotations

from typing import Any

from .all_shapes import Fact, Lemma
from .all_shapes_network import network_matrices
from .assignment import Assignment, Matrix
from .files import fields, name, table
from .verdict import Refused, Unreadable, show
from .words import UNIT, Poly, print_poly


class AtMatrices:
    """A claim about given matrices: an instance of an established claim, or a counterexample.

    ``assignment`` has the matrices of ``letters``, as they are written, and those of ``network``,
    which are computed; ``place`` says in words where this is.
    """

    def __init__(self, lemma: Lemma, value: dict[str, Any], where: str) -> None:
        self.is_instance = value["claim"] == "instance"
        if self.is_instance:
            self.of = name(value["of"], f"{where}.of")
        else:
            self._read_relation(lemma, value, where)
        self.assignment = Assignment(lemma.signature)
        self.assignment.read(value["letters"], f"{where}.letters")
        self.place = "the matrices given"
        if "network" in value:
            self._compute(lemma, value["network"], f"{where}.network")

    def _compute(self, lemma: Lemma, value: Any, where: str) -> None:
        fields(value, where, "point letters")
        if lemma.network is None:
            raise Unreadable(f"{where}: the statement has no problem")
        network = network_matrices(lemma.network, name(value["point"], f"{where}.point"))
        given, computed = ", ".join(self.assignment.matrices), []
        if not value["letters"]:
            raise Unreadable(f"{where}.letters: expected at least one letter")
        for letter, written in table(value["letters"], f"{where}.letters").items():
            poly = network.signature.poly(written, f"{where}.letters.{letter}")
            self.assignment.add(letter, network.value(poly), f"{where}.letters")
            computed.append(f"{letter} = {print_poly(poly)}")
        self.place = f"{', '.join(computed)} of the network at {value['point']}"
        self.place += f"; given {given}" if given else ""

    def _read_relation(self, lemma: Lemma, value: dict[str, Any], where: str) -> None:
        relations = "equation traces nonnegative nonzero equations"
        present = [field for field in relations.split() if field in value]
        if len(present) != 1:
            raise Unreadable(f"{where}: expected one of {relations.replace(' ', ', ')}")
        body = lemma.body(present[0], value, where)
        self.fact = Fact(present[0], body, lemma.given(value, where))


def evaluate_words(lemma: Lemma, value: dict[str, Any], step: dict[str, Any]) -> str:
    """What hypotheses and conclusion are at the matrices given, by exact arithmetic: {}.

    instance: all hypotheses of the claim named and its conclusion hold there.  counterexample: all
    hypotheses listed hold there and the relation does not: a nonzero entry for an equation, a
    negative number for nonnegative, the number 0 for nonzero.  Returns the claim in words.

    Soundness.  Both are statements about finitely many rational numbers, and they are computed; a
    counterexample is one assignment, with sizes at least 1, that contradicts the relation.  The
    matrix of a letter in ``network`` is the value of its polynomial in the parameters at the
    point, the data and the gradient, see `all_shapes_network`; no letter has two matrices.
    """
    claim = AtMatrices(lemma, value, "claim")
    fact = claim.fact if not claim.is_instance else lemma.facts.get(claim.of)
    if fact is None:
        raise Refused(f"{show(claim.of)} is not established")
    for key in sorted(fact.given):
        if not _holds(claim.assignment, lemma.hypotheses[key], key):
            raise Refused(f"hypothesis {show(key)} fails at these matrices")
    if _holds(claim.assignment, fact, "claim") != claim.is_instance:
        raise Refused(f"the relation {'fails' if claim.is_instance else 'holds'} at these matrices")
    sizes = ", ".join(f"{k} = {n}" for k, n in sorted(claim.assignment.sizes.items()) if k != UNIT)
    if claim.is_instance:
        return f"hypotheses and conclusion of {claim.of} hold at {claim.place} ({sizes})"
    return f"fails at {claim.place} ({sizes}): {lemma.sentence(fact)}"


def _holds(at: Assignment, fact: Fact, where: str) -> bool:
    """Whether the relation holds at these matrices; Refused if it is quantified."""
    if fact.bound:
        raise Refused(f"{where}: a quantified hypothesis is not decided at one point")
    if isinstance(fact.body, tuple):
        return any(_is_zero(at.of_poly(poly)) for poly in fact.body)
    if fact.relation == "nonnegative":
        return at.of_sum(fact.sum) >= 0
    if isinstance(fact.body, Poly):
        return _is_zero(at.of_poly(fact.body)) != (fact.relation == "nonzero")
    return at.of_sum(fact.body) == 0


def _is_zero(matrix: Matrix) -> bool:
    return not any(any(row) for row in matrix)
