"""Parts of a report: one line each, with a verdict and the two files behind it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from symland.checker import check
from symland.claims.writing import save_files

__all__ = ["Part", "Report", "overall", "proved"]

KINDS = ("step", "instance", "without")
_ORDER = ("refuted", "undecided", "numerical", "cited", "certified")


@dataclass(frozen=True)
class Part:
    """One line: a step, an instance, or what a dropped hypothesis does.

    ``certified`` and ``refuted`` come with the two files that the checker accepted; `proved` is
    the only way to make such a part.
    """

    part: str
    name: str
    verdict: str
    detail: str
    statement: bytes | None = field(default=None, repr=False)
    certificate: bytes | None = field(default=None, repr=False)

    def to_json(self) -> dict[str, str]:
        """The line of the JSON document."""
        return {
            "part": self.part,
            "name": self.name,
            "verdict": self.verdict,
            "detail": self.detail,
        }

    def __str__(self) -> str:
        return f"{self.part} {self.name}: {self.verdict} ({self.detail})"


def proved(
    part: str, name: str, verdict: str, detail: str, statement: bytes, certificate: bytes
) -> Part:
    """The part with this verdict if the checker accepts the files, undecided otherwise."""
    found = check(statement, certificate)
    if found.accepted:
        return Part(part, name, verdict, detail, statement, certificate)
    return Part(part, name, "undecided", f"the checker refused the certificate: {found.reason}")


def overall(verdicts: list[str]) -> str:
    """The weakest of several verdicts; a refutation before all.

    >>> overall(["certified", "cited"]), overall(["cited", "undecided"]), overall([])
    ('cited', 'undecided', 'undecided')
    """
    return next((v for v in _ORDER if v in verdicts), "undecided")


@dataclass(frozen=True)
class Report:
    """What checking a theorem found.

    ``verdict`` is that of the theorem: refuted if some part is, undecided if some part is; else
    certified if every conclusion is proved for all shapes, cited if one rests on the literature.
    ``background`` describes the theorem itself: its text, hypotheses, conclusions, axioms, graph.
    """

    theorem: str
    parts: tuple[Part, ...]
    verdict: str
    background: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The entry of the JSON document of ``symland check``."""
        return {
            "theorem": self.theorem,
            "parts": [part.to_json() for part in self.parts],
            "verdict": self.verdict,
        }

    def save(self, directory: str | Path) -> list[tuple[Path, Path]]:
        """Write the two files of every part that has them; returns their paths.

        Files of another question are never overwritten.
        """
        return [
            save_files(
                directory,
                f"{self.theorem}-{part.part}-{file_slug(part.name)}",
                part.statement,
                part.certificate,
            )
            for part in self.parts
            if part.statement is not None and part.certificate is not None
        ]


def file_slug(name: str) -> str:
    """The name with everything but letters, digits and dots made hyphens.

    >>> file_slug("2-2-2, W = (2 E11, 0)")
    '2-2-2-W-2-E11-0'
    """
    return re.sub(r"[^A-Za-z0-9.]+", "-", name).strip("-")[:80] or "part"
