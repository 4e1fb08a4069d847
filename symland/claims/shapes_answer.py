"""What is answered about a lemma for all shapes, and the two files behind the answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from symland.checker import check
from symland.claims.word_json import matrices_json, relation_json, shapes_json
from symland.claims.writing import save_files
from symland.exact.rational_matrix import RationalMatrix
from symland.exact.word import Signature
from symland.exact.word_relation import Relation

__all__ = [
    "Answer",
    "NotProved",
    "refutation",
    "shapes_certificate",
    "shapes_statement",
    "to_bytes",
]


@dataclass(frozen=True)
class Answer:
    """A question about all shapes and what was found.

    ``verdict`` is "certified" (the checker accepted the files), "refuted" (it accepted a
    counterexample) or "undecided". ``used`` are the hypotheses that the proof rests on, ``unused``
    the others; ``samples`` counts the matrices satisfying the hypotheses at which the claim held.
    """

    verdict: str
    claim: str
    used: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    matrices: Mapping[str, RationalMatrix] | None = None
    samples: int = 0
    statement: bytes = b""
    certificate: bytes = b""
    lines: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The answer as one JSON document."""
        return {
            "verdict": self.verdict,
            "claim": self.claim,
            "used": list(self.used),
            "unused": list(self.unused),
            "counterexample": None if self.matrices is None else matrices_json(self.matrices),
            "samples": self.samples,
        }

    def save(self, directory: str | Path, name: str = "lemma") -> tuple[Path, Path]:
        """Write NAME.statement.json and NAME.certificate.json; returns their paths."""
        return save_files(directory, name, self.statement, self.certificate)

    def __str__(self) -> str:
        if self.verdict == "certified":
            given = f", given {', '.join(self.used)}" if self.used else ""
            idle = f" (not used: {', '.join(self.unused)})" if self.unused else ""
            return f"certified, all shapes: {self.claim}{given}{idle}"
        if self.matrices is not None:
            matrices = matrices_json(self.matrices)
            shown = ", ".join(f"{k} = {v}" for k, v in matrices.items()).replace("'", "")
            return f"refuted: {self.claim} fails at {shown}"
        return f"undecided: {self.claim}"


class NotProved(ValueError):
    """A step that was not proved; ``answer`` says whether it was refuted or is undecided."""

    def __init__(self, name: str, answer: Answer) -> None:
        super().__init__(f"step {name!r}: {answer}")
        self.answer = answer


def refutation(
    signature: Signature,
    known: Mapping[str, Relation],
    relation: Relation,
    matrices: Mapping[str, RationalMatrix],
) -> Answer:
    """The answer that a relation fails at given matrices: refuted if the checker agrees."""
    claim = {
        "name": "counterexample",
        "claim": "counterexample",
        "given": list(known),
        **relation_json(relation),
        "letters": matrices_json(matrices),
    }
    step = {"name": "step 1", "claim": "counterexample", "rule": "evaluate_words"}
    statement = to_bytes(shapes_statement(signature, known, [claim]))
    certificate = to_bytes(shapes_certificate([step]))
    verdict = check(statement, certificate)
    if not verdict.accepted:
        return Answer("undecided", str(relation))
    return Answer(
        "refuted",
        str(relation),
        tuple(known),
        matrices=matrices,
        statement=statement,
        certificate=certificate,
        lines=verdict.lines,
    )


def shapes_statement(
    signature: Signature, known: Mapping[str, Relation], claims: list[dict[str, Any]]
) -> dict[str, Any]:
    """The statement file's object, about matrices instead of a problem."""
    return {
        "symland": "statement",
        "version": 1,
        "shapes": shapes_json(signature, known),
        "claims": claims,
    }


def shapes_certificate(steps: list[dict[str, Any]]) -> dict[str, Any]:
    """The certificate file's object."""
    return {"symland": "certificate", "version": 1, "steps": steps}


def to_bytes(value: dict[str, Any]) -> bytes:
    """The file's content."""
    return (json.dumps(value, indent=1) + "\n").encode()
