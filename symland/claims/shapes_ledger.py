"""The facts of a proof for all shapes: hypotheses, steps, and the two files they make."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from symland.checker import Verdict, check
from symland.claims.shapes_answer import (
    Answer,
    shapes_certificate,
    shapes_statement,
    to_bytes,
)
from symland.claims.word_json import relation_json
from symland.claims.writing import save_files
from symland.exact.trace_polynomial import TracePolynomial
from symland.exact.word import Signature, WordError
from symland.exact.word_polynomial import WordPolynomial
from symland.exact.word_relation import Relation, equation

__all__ = ["Ledger", "Step", "check_signature"]

_CLAIM_KINDS = {
    "equation": "identity",
    "traces": "trace_identity",
    "nonnegative": "nonnegative_trace",
    "equations": "either",
    "nonzero": "nonzero_number",
}


@dataclass
class Step:
    """A claim, the step that proves it, and the hypotheses on which it rests."""

    relation: Relation
    rule: dict[str, Any]
    given: tuple[str, ...]


@dataclass
class Ledger:
    """Hypotheses and the steps taken so far; each step knows on what it rests.

    `symland.claims.all_shapes.Proof` is a ledger with the ways of adding steps.
    """

    signature: Signature
    hypotheses: Mapping[str, Relation | WordPolynomial | TracePolynomial]
    _known: dict[str, Relation] = field(init=False, repr=False)
    _steps: dict[str, Step] = field(init=False, repr=False, default_factory=dict)
    _instances: list[dict[str, Any]] = field(init=False, repr=False, default_factory=list)

    def __post_init__(self) -> None:
        self._known = {
            name: known if isinstance(known, Relation) else equation(known)
            for name, known in self.hypotheses.items()
        }
        for name, known in self._known.items():
            check_signature(f"hypothesis {name!r}", known, self.signature)

    def used(self, name: str) -> tuple[str, ...]:
        """The hypotheses on which the step rests, through all steps it cites."""
        self._relation(name)
        return self._given([name])

    def unused(self, name: str) -> tuple[str, ...]:
        """The hypotheses on which the step does not rest."""
        used = self.used(name)
        return tuple(known for known in self._known if known not in used)

    def terms(self, name: str) -> int:
        """The number of cofactor rows of the step."""
        return len(self._steps[name].rule.get("rows", []))

    def relation(self, name: str) -> Relation:
        """What the step or hypothesis says."""
        return self._relation(name)

    def statement(self) -> dict[str, Any]:
        """The statement file's object."""
        claims = [
            {
                "name": name,
                "claim": _CLAIM_KINDS[step.relation.kind],
                "given": list(step.given),
                **relation_json(step.relation),
            }
            for name, step in self._steps.items()
        ]
        return shapes_statement(self.signature, self._known, [*claims, *self._instances])

    def certificate(self) -> dict[str, Any]:
        """The certificate file's object."""
        steps = [
            {"name": f"step {name}", "claim": name, **step.rule}
            for name, step in self._steps.items()
        ]
        steps += [
            {"name": f"step {i['name']}", "claim": i["name"], "rule": "evaluate_words"}
            for i in self._instances
        ]
        return shapes_certificate(steps)

    def check(self) -> Verdict:
        """The checker's verdict on the two files."""
        return check(to_bytes(self.statement()), to_bytes(self.certificate()))

    def answer(self, name: str) -> Answer:
        """The answer about one step: certified only if the checker accepts the files."""
        statement, certificate = to_bytes(self.statement()), to_bytes(self.certificate())
        verdict = check(statement, certificate)
        return Answer(
            "certified" if verdict.accepted else "undecided",
            str(self._relation(name)),
            self.used(name),
            self.unused(name),
            statement=statement,
            certificate=certificate,
            lines=verdict.lines,
        )

    def save(self, directory: str | Path, name: str = "proof") -> tuple[Path, Path]:
        """Write NAME.statement.json and NAME.certificate.json; returns their paths."""
        return save_files(directory, name, to_bytes(self.statement()), to_bytes(self.certificate()))

    def _relation(self, name: str) -> Relation:
        if name in self._known:
            return self._known[name]
        if name not in self._steps:
            known = ", ".join([*self._known, *self._steps]) or "none"
            raise WordError(f"fact {name!r} is not known, there are: {known}")
        return self._steps[name].relation

    def _sum(self, name: str) -> TracePolynomial:
        """The fact of that name, a sum of traces without quantifiers."""
        known = self._relation(name)
        if not isinstance(known.body, TracePolynomial) or known.bound:
            raise WordError(f"fact {name!r}: {known}, expected an unquantified sum of traces")
        return known.body

    def _number(self, name: str) -> WordPolynomial:
        """The fact of that name, a number that may stand before a square."""
        parts = self._sum(name).parts
        if any(not part.is_number for part in parts):
            raise WordError(f"fact {name!r}: expected a number as a factor of a square")
        return sum(parts, self.signature.zero("1", "1"))

    def _given(self, names: Iterable[str]) -> tuple[str, ...]:
        found: set[str] = set()
        for name in names:
            found |= {name} if name in self._known else set(self._steps[name].given)
        return tuple(known for known in self._known if known in found)

    def _check_name(self, name: str) -> None:
        if not isinstance(name, str) or not name or name in self._known or name in self._steps:
            raise WordError(f"step {name!r}: expected a name that is not taken")

    def _add(
        self,
        name: str,
        relation: Relation,
        rule: dict[str, Any],
        facts: Iterable[str],
    ) -> None:
        self._steps[name] = Step(relation, rule, self._given(facts))


def check_signature(what: str, relation: Relation, signature: Signature) -> None:
    """Raise WordError if the relation is about the letters of another signature."""
    bodies = relation.body if isinstance(relation.body, tuple) else (relation.body,)
    for body in bodies:
        if body.signature != signature:
            raise WordError(f"{what}: its letters are of another signature")
