"""Columns of a CSV file with a header, as exact numbers or as labels."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from io import StringIO
from pathlib import Path

from symland.problem.document import decode, read_bytes
from symland.problem.errors import InputError, shown, suggestion
from symland.problem.exact_array import Matrix
from symland.problem.exact_number import parse_number


@dataclass(frozen=True)
class CsvTable:
    """A header and rows of text cells; `lines` holds the line of the file each row ends on.

    >>> table = parse_csv("x, kind\\n0.5, b\\n1/3, a\\n")
    >>> table.numbers(["x"])
    ((Fraction(1, 2),), (Fraction(1, 3),))
    >>> table.one_hot("kind")               # a, b: columns in sorted order of the labels
    ((Fraction(0, 1), Fraction(1, 1)), (Fraction(1, 1), Fraction(0, 1)))
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]

    def cells(self, name: str) -> Iterator[tuple[str, str]]:
        """The cells of a column, each with its place for a message.

        Raises `InputError` for a name that is not in the header, or twice, and an empty cell.
        """
        count = self.header.count(name)
        if count != 1:
            problem = "no column" if count == 0 else f"{count} columns"
            raise InputError(
                f"{problem} {shown(name)}, expected one of {', '.join(self.header)}"
                + (suggestion(name, self.header) if count == 0 else ", each name once")
            )
        at = self.header.index(name)
        for line, row in zip(self.lines, self.rows, strict=True):
            place = f"line {line} column {shown(name)}"
            if not row[at]:
                raise InputError(f"{place}: empty cell, expected a value")
            yield place, row[at]

    def numbers(self, names: Sequence[str]) -> Matrix:
        """The columns `names` as a matrix, one row a sample, decimals exactly as written."""
        columns = [[parse_number(cell, place) for place, cell in self.cells(n)] for n in names]
        return tuple(zip(*columns, strict=True))

    def labels(self, name: str) -> tuple[str, ...]:
        """The distinct labels of a column in the order of their characters (Unicode)."""
        return tuple(sorted({cell for _, cell in self.cells(name)}))

    def one_hot(self, name: str) -> Matrix:
        """One row a sample: 1 in the column of its label, 0 elsewhere; columns as in `labels`."""
        labels = self.labels(name)
        return tuple(
            tuple(Fraction(int(cell == label)) for label in labels) for _, cell in self.cells(name)
        )


def read_csv(path: Path) -> CsvTable:
    """Read a CSV file; `InputError` where it is missing, empty or ragged."""
    return parse_csv(decode(read_bytes(path)))


def parse_csv(text: str) -> CsvTable:
    """A table from comma separated text whose first line that is not blank is the header.

    Cells may be quoted; spaces around a cell and blank lines do not count.
    Raises `InputError` for rows of another length than the header, or no row at all.
    """
    reader = csv.reader(StringIO(text, newline=""), strict=True, skipinitialspace=True)
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    try:
        for cells in reader:
            row = tuple(cell.strip() for cell in cells)
            if row and row != ("",):
                rows.append(row)
                lines.append(reader.line_num)
    except csv.Error as error:
        raise InputError(f"line {reader.line_num}: malformed CSV: {error}") from None
    if len(rows) < 2:
        raise InputError(f"got {len(rows)} lines, expected a header and at least one row")
    _check_lengths(rows, lines)
    return CsvTable(rows[0], tuple(rows[1:]), tuple(lines[1:]))


def _check_lengths(rows: list[tuple[str, ...]], lines: list[int]) -> None:
    for line, row in zip(lines, rows, strict=True):
        if len(row) != len(rows[0]):
            raise InputError(
                f"line {line}: got {len(row)} cells, expected {len(rows[0])} as in the header"
            )
