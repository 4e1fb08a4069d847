"""An answer: what was found, the two files that prove it, and the checker's verdict on them."""

from __future__ import annotations

import json
import time
from abc import ABC
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from symland import __version__
from symland.checker import Verdict
from symland.claims.case import Case
from symland.claims.writing import save_files

__all__ = ["Answer", "Documented", "Stage", "answer_from"]

Stage = Callable[[str], None]
"""Called with the name of each stage of the work as it begins."""


class Documented(ABC):
    """What has a JSON document, and is printed and shown in notebooks as the report renders it."""

    document: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        """The JSON document of the command line's ``--json``."""
        copy: dict[str, Any] = json.loads(json.dumps(self.document))
        return copy

    def __str__(self) -> str:
        text: str = import_module("symland.report").to_text(self.document)
        return text

    def _repr_html_(self) -> str:
        # The report lies after the questions in the flow and is only reached for display.
        html: str = import_module("symland.report").to_html_fragment(self.document)
        return html

    def _repr_latex_(self) -> str:
        latex: str = import_module("symland.report").to_latex(self.document)
        return latex


@dataclass(frozen=True)
class Answer(Documented):
    """The answer to one question.

    `verdict` is "certified" (the checker accepted the two files), "refuted", "numerical",
    "undecided" or "cited". `statement` and `certificate` are the files as bytes, None where there
    is nothing to check; `checked` is what the checker said of exactly these bytes.
    """

    verdict: str
    name: str
    document: dict[str, Any] = field(repr=False)
    statement: bytes | None = field(default=None, repr=False)
    certificate: bytes | None = field(default=None, repr=False)
    checked: Verdict | None = field(default=None, repr=False)

    def save(self, directory: str | Path) -> tuple[Path, Path] | None:
        """Write ``NAME.statement.json`` and ``NAME.certificate.json``; None if there are none.

        Files that the checker did not accept are not written.

        The folder may exist. The files of another question are never overwritten: a number is
        added to the name where its statement differs.
        """
        if self.statement is None or self.certificate is None:
            return None
        if self.checked is not None and not self.checked.accepted:
            return None
        return save_files(directory, self.name, self.statement, self.certificate)


def answer_from(
    case: Case | None,
    question: str,
    name: str,
    document: dict[str, Any],
    seed: int,
    budget: float,
    start: float,
) -> Answer:
    """The answer whose claims are those of the case: certified if and only if the checker accepts.

    `document` holds what is particular to the question. Every `status` in it that reads
    "certified" is turned into "undecided" where the checker refuses.
    """
    frame: dict[str, Any] = {
        "symland": __version__,
        "question": question,
        "seed": seed,
        "budget": budget,
        "engines": [],
        "warnings": [],
    }
    frame |= document
    if case is None or case.size == 0:
        frame |= {"verdict": "undecided", "certificate": None}
        frame["seconds"] = round(time.monotonic() - start, 3)
        return Answer("undecided", name, frame)
    statement, certificate = case.statement(), case.certificate()
    checked = case.check()
    if not checked.accepted:
        frame = _withdrawn(frame)
        frame["reason"] = f"the checker did not accept the certificate: {checked.reason}"
        frame["warnings"] = [*frame["warnings"], frame["reason"]]
    frame["verdict"] = frame.get("verdict", "certified") if checked.accepted else "undecided"
    frame["certificate"] = {
        "claims": case.size,
        "steps": len(case.steps),
        "accepted": checked.accepted,
        "statement": None,
        "certificate": None,
    }
    frame["seconds"] = round(time.monotonic() - start, 3)
    return Answer(frame["verdict"], name, frame, statement, certificate, checked)


def _withdrawn(value: Any) -> Any:
    """The document with every `certified` status made `undecided`."""
    if isinstance(value, dict):
        return {
            k: "undecided" if k == "status" and v == "certified" else _withdrawn(v)
            for k, v in value.items()
        }
    return [_withdrawn(v) for v in value] if isinstance(value, list) else value
