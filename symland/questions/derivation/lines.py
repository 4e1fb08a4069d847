"""A derivation as it is read: sections of numbered lines, each with its reason and its verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, final

from symland.questions.derivation.formula import Formula

__all__ = ["Derivation", "Entry", "Line", "Section", "verdict_of"]

SETTLED = frozenset({"certified", "definition", "hypothesis", "cited"})
"""Statuses of lines that leave nothing open; definitions and hypotheses claim nothing."""


@final
@dataclass(frozen=True)
class Entry:
    """One entry of a line: what it is, as a polynomial, and the claim that says so.

    ``terms`` are [coefficient, [[letter as a formula, exponent], ...]], of which the first are
    kept; ``count`` says how many there are.
    """

    left: Formula
    terms: tuple[tuple[str, tuple[tuple[Formula, int], ...]], ...]
    count: int
    claim: str = ""
    status: str = "undecided"

    def to_json(self) -> dict[str, Any]:
        """The entry in the document."""
        terms = [[c, [[x.to_json(), power] for x, power in m]] for c, m in self.terms]
        return {
            "left": self.left.to_json(),
            "terms": terms,
            "count": self.count,
            "claim": self.claim or None,
            "status": self.status,
        }


@final
@dataclass(frozen=True)
class Line:
    """One line of a derivation.

    ``why`` is the prose before the formula, ``status`` is "definition", "hypothesis", "certified",
    "numerical", "cited" or "undecided", ``claims`` are names of claims as "FILES: NAME", ``uses``
    names of lines on which the proof rests, ``note`` how it was checked or what is missing.
    """

    name: str
    formula: Formula
    why: str
    status: str = "undecided"
    claims: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    note: str = ""
    entries: tuple[Entry, ...] = ()
    left_out: int = 0

    def to_json(self, numbers: Mapping[str, int]) -> dict[str, Any]:
        """The line in the document; ``numbers`` gives the number of every line by name."""
        return {
            "number": numbers[self.name],
            "name": self.name,
            "why": self.why,
            "formula": self.formula.to_json(),
            "status": self.status,
            "claims": list(self.claims),
            "uses": sorted(numbers[name] for name in self.uses),
            "note": self.note or None,
            "entries": [entry.to_json() for entry in self.entries],
            "entries_left_out": self.left_out,
        }

    def judged(self, established: Iterable[str], open_because: str) -> Line:
        """The line with what the checker established taken into account.

        A line that was to be certified is so only if each of its claims was established.
        """
        known = set(established)
        entries = tuple(
            replace(entry, status="certified" if entry.claim in known else "undecided")
            for entry in self.entries
        )
        if self.status != "certified" or (self.claims and known.issuperset(self.claims)):
            return replace(self, entries=entries)
        return replace(self, status="undecided", note=open_because, entries=entries)


@final
@dataclass(frozen=True)
class Section:
    """A title, a paragraph and lines."""

    title: str
    prose: str = ""
    lines: tuple[Line, ...] = ()


@final
@dataclass(frozen=True)
class Derivation:
    """Title, what it is about, and the sections."""

    title: str
    about: str
    sections: Sequence[Section] = field(default_factory=tuple)

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines in order."""
        return tuple(line for section in self.sections for line in section.lines)

    def judged(self, established: Iterable[str], open_because: str) -> Derivation:
        """Every line judged."""
        known = set(established)
        sections = tuple(
            replace(s, lines=tuple(line.judged(known, open_because) for line in s.lines))
            for s in self.sections
        )
        return replace(self, sections=sections)

    def to_json(self) -> dict[str, Any]:
        """The derivation in the document, lines numbered from 1."""
        numbers = {line.name: n for n, line in enumerate(self.lines, start=1)}
        return {
            "title": self.title,
            "about": self.about,
            "sections": [
                {
                    "title": s.title,
                    "prose": s.prose,
                    "lines": [line.to_json(numbers) for line in s.lines],
                }
                for s in self.sections
            ],
        }


def verdict_of(lines: Iterable[Line]) -> str:
    """The verdict of the whole: certified if every line is settled.

    >>> verdict_of([])
    'certified'
    """
    open_lines = {line.status for line in lines} - SETTLED
    for status in ("refuted", "undecided", "numerical"):
        if status in open_lines:
            return status
    return "certified"
