"""The steps of a theorem, one after the other, as parts of its report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from symland.claims.all_shapes import NotProved, Proof
from symland.exact.word import Signature
from symland.exact.word_relation import Relation
from symland.theorem.part import Part, proved
from symland.theorem.statement import (
    Citation,
    Conclusion,
    Hypothesis,
    Premise,
    Step,
    TheoremError,
    labels,
)
from symland.theorem.step_proof import StepProof

if TYPE_CHECKING:
    from symland.search.deadline import Deadline
    from symland.theorem.theorem import Theorem

__all__ = ["Proved", "Proving", "signature_of"]

_LONGEST_SEARCH = 10.0


def signature_of(relation: Relation) -> Signature:
    """The signature whose letters a relation is about."""
    body = relation.body[0] if isinstance(relation.body, tuple) else relation.body
    return body.signature


@dataclass(frozen=True)
class Proved:
    """A step that was proved: its facts, the names of all hypotheses it rests on, and those that
    each conclusion it gives rests on."""

    signature: Signature
    facts: tuple[str, ...]
    rests_on: frozenset[str]
    behind: Mapping[Conclusion, frozenset[str]]
    statement: bytes
    certificate: bytes


@dataclass
class Proving:
    """The proofs of a theorem's steps, one `Proof` for each signature."""

    theorem: Theorem
    deadline: Deadline
    seed: int
    results: dict[Step, Proved] = field(default_factory=dict)
    _proofs: dict[Signature, Proof] = field(default_factory=dict)

    def parts(self) -> list[Part]:
        """One part for each step and each citation."""
        return [
            self._cited(step) if isinstance(step, Citation) else self._step(step)
            for step in self.theorem.steps
        ]

    def _cited(self, step: Citation) -> Part:
        if reason := self._borrowed(dict.fromkeys(step.gives, self._behind(step))):
            return Part("step", step.label, "undecided", reason)
        where = step.key or "remark of this file"
        detail = f"{step.text + '; ' if step.text else ''}{where}, wording {step.wording}"
        detail += f"; discharges {labels(step.discharges)}" if step.discharges else ""
        gives = f"; gives {labels(step.gives)}" if step.gives else ""
        return Part("step", step.label, "cited", detail + gives)

    def _step(self, step: Step) -> Part:
        unproved = [u for u in step.uses if isinstance(u, Step) and u not in self.results]
        if unproved:
            detail = f"rests on {labels(unproved)}, which is not proved"
            return Part("step", step.label, "undecided", detail)
        if self.deadline.passed():
            return Part("step", step.label, "undecided", "the budget ran out before this step")
        signature = self._signature(step)
        proof = self._proof(signature)
        proof.budget = min(_LONGEST_SEARCH, self.deadline.remaining())
        run = StepProof(step.label, proof, self._allowed(step, signature))
        try:
            step.build(run)
        except NotProved as error:
            answer = error.answer
            if answer.verdict == "refuted":
                return proved(
                    "step",
                    step.label,
                    "refuted",
                    str(answer).removeprefix("refuted: "),
                    answer.statement,
                    answer.certificate,
                )
            return Part("step", step.label, "undecided", f"no proof found: {answer.claim}")
        return self._finished(step, signature, proof, run)

    def _finished(self, step: Step, signature: Signature, proof: Proof, run: StepProof) -> Part:
        if not run.facts:
            raise TheoremError(f"{self.theorem.name}: step {step.label!r} proves nothing")
        cited = self._behind_citations(step)
        behind = {c: self._is_given(step, c, proof, run.facts) | cited for c in step.gives}
        if reason := self._borrowed(behind):
            return Part("step", step.label, "undecided", reason)
        used = frozenset(name for fact in run.facts for name in proof.used(fact))
        answer = proof.answer(run.facts[-1])
        line = f"all shapes: {_said(answer.claim)}"
        line += f"; gives {labels(step.gives)}" if step.gives else ""
        line += f"; uses {', '.join(sorted(used))}" if used else "; uses no hypothesis"
        part = proved("step", step.label, "certified", line, answer.statement, answer.certificate)
        if part.verdict == "certified":
            self.results[step] = Proved(
                signature, tuple(run.facts), used, behind, answer.statement, answer.certificate
            )
        return part

    def _is_given(
        self, step: Step, conclusion: Conclusion, proof: Proof, facts: list[str]
    ) -> frozenset[str]:
        """Every relation of the conclusion is among the facts, word for word; what these rest on.

        Of several facts that say the same, one counts that rests on the fewest hypotheses.
        """
        used: list[frozenset[str]] = []
        for words in conclusion.words:
            same = [frozenset(proof.used(f)) for f in facts if proof.relation(f) == words]
            used += [min(same, key=len)] if same else []
        if not conclusion.words or len(used) < len(conclusion.words):
            raise TheoremError(
                f"{self.theorem.name}: step {step.label!r} does not prove conclusion"
                f" {conclusion.label}"
            )
        return frozenset[str]().union(*used)

    # -- hypotheses of other conclusions --------------------------------------------------------

    def _behind(self, premise: Premise) -> frozenset[str]:
        """The hypotheses behind a premise: those that a proved step rests on, and all that what is
        not proved names, directly or through what it uses."""
        if isinstance(premise, Hypothesis):
            return frozenset([premise.label])
        if isinstance(premise, Step) and premise in self.results:
            return self.results[premise].rests_on | self._behind_citations(premise)
        found = frozenset[str]().union(*map(self._behind, premise.uses))
        if isinstance(premise, Citation):
            found -= {h.label for h in premise.discharges}
        return found

    def _behind_citations(self, step: Step) -> frozenset[str]:
        """The hypotheses behind the citations that a step uses, directly or through steps."""
        found = [self._behind(u) for u in step.uses if isinstance(u, Citation)]
        found += [self._behind_citations(u) for u in step.uses if isinstance(u, Step)]
        return frozenset[str]().union(*found)

    def _borrowed(self, behind: Mapping[Conclusion, frozenset[str]]) -> str:
        """Why a conclusion is not shown: it rests on hypotheses of other conclusions alone."""
        owners: dict[str, list[str]] = {}
        for conclusion in self.theorem.conclusions:
            for hypothesis in conclusion.given:
                owners.setdefault(hypothesis.label, []).append(conclusion.label)
        for conclusion, names in behind.items():
            for name in sorted(names & owners.keys()):
                if conclusion.label not in owners[name]:
                    others = ", ".join(owners[name])
                    return (
                        f"{conclusion.label} rests on {name}, which is given for {others} only,"
                        f" not for {conclusion.label}"
                    )
        return ""

    def _signature(self, step: Step) -> Signature:
        """The signature of what the step uses and gives."""
        found = [self.results[u].signature for u in step.uses if isinstance(u, Step)]
        found += [
            signature_of(u.words)
            for u in step.uses
            if isinstance(u, Hypothesis) and u.words is not None
        ]
        found += [signature_of(w) for c in step.gives for w in c.words]
        if not found and self.theorem.bindings:
            found = [next(iter(self.theorem.bindings))]
        if not found:
            raise TheoremError(
                f"{self.theorem.name}: step {step.label!r} uses and gives nothing in words, so"
                " its letters are not known"
            )
        if any(one != found[0] for one in found):
            raise TheoremError(
                f"{self.theorem.name}: step {step.label!r} mixes letters of two signatures"
            )
        return found[0]

    def _proof(self, signature: Signature) -> Proof:
        if signature not in self._proofs:
            known = {
                h.label: h.words
                for h in self.theorem.hypotheses
                if h.words is not None and signature_of(h.words) == signature
            }
            self._proofs[signature] = Proof(signature, known, seed=self.seed)
        return self._proofs[signature]

    def _allowed(self, step: Step, signature: Signature) -> list[str]:
        names: list[str] = []
        for used in step.uses:
            if isinstance(used, Step):
                names += self.results[used].facts
            elif isinstance(used, Hypothesis) and used.words is not None:
                names.append(used.label)
        return names


def _said(claim: str) -> str:
    """The claim, where its two sides did not cancel as they were written."""
    return "equal by expansion alone" if claim.startswith("0 ") else claim
