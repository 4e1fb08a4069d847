"""What every rendering starts from: a page of titled parts, without any markup.

`symland.report.page_of` turns an answer's JSON document into a `Page`; the terminal, HTML, LaTeX
and Markdown renderings each write a `Page` out.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cell:
    """Text; `latex` where mathematics reads better so; `term` names a word that has a colour."""

    text: str
    latex: str | None = None
    term: str | None = None


@dataclass(frozen=True)
class Column:
    """A heading, what it means, and the side to which its cells are set.

    Where space is short, a `foldable` column with one and the same text in every row may be
    said once instead.
    """

    heading: str
    meaning: str = ""
    right: bool = False
    foldable: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of cells under columns; `left_out` rows were not kept."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    left_out: int = 0


@dataclass(frozen=True)
class Lines:
    """Short lines under a title, each a label and a text; `as_written` ones have their own
    indentation, and no labels."""

    title: str
    lines: tuple[tuple[str, Cell], ...]
    as_written: bool = False


@dataclass(frozen=True)
class Matrix:
    """A named matrix of numbers as text."""

    name: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Matrices:
    """Matrices side by side under a title."""

    title: str
    matrices: tuple[Matrix, ...]


@dataclass(frozen=True)
class Formula:
    """A formula in three notations."""

    text: str
    latex: str
    mathml: str


@dataclass(frozen=True)
class Step:
    """A numbered line of a derivation: prose (see `symland.report.prose`), formula, evidence.

    `entries` are formulas of single entries with their verdicts; `left_out` more are not shown.
    """

    number: int
    why: str
    formula: Formula
    status: str
    uses: tuple[int, ...] = ()
    note: str = ""
    entries: tuple[tuple[Formula, str], ...] = ()
    left_out: int = 0

    @property
    def evidence(self) -> str:
        """On what the line rests, in words that follow the status."""
        uses = " from " + ", ".join(f"({n})" for n in self.uses) if self.uses else ""
        return uses + (f"; {self.note}" if self.note else "")


@dataclass(frozen=True)
class Steps:
    """A section of a derivation: title, a paragraph of prose, lines."""

    title: str
    prose: str
    steps: tuple[Step, ...]


Part = Table | Lines | Matrices | Steps


@dataclass(frozen=True)
class Page:
    """One answer: title, what it is about, the verdict with its headline, and the parts."""

    title: str
    about: str
    verdict: str
    headline: str
    parts: tuple[Part, ...] = ()
    footer: str = ""
    warnings: tuple[str, ...] = field(default=())
