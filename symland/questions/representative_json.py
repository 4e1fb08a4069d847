"""The representative of a stratum as a point of the document: decimals, and exact entries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symland.exact.decimals import nearest_decimal
from symland.exact.number_field import AlgebraicNumber
from symland.landscape.deep_linear.eigenspace import Line
from symland.landscape.deep_linear.representative import Representative
from symland.landscape.deep_linear.spectrum import Spectrum

__all__ = ["Writer"]

LONGEST_EXACT = 1_000_000
"""Characters up to which one point's exact entries are printed."""
LONGEST_ALL = 64_000_000
"""Characters up to which the exact entries of all points together are printed."""


class Writer:
    """Writes representatives; each vector is turned into decimals and coefficients once."""

    def __init__(self, spectrum: Spectrum, widths: tuple[int, ...]):
        self.spectrum = spectrum
        self.widths = widths
        self.left_out = 0
        self._printed = 0
        self._decimals: dict[Any, list[str]] = {}
        self._exact: dict[Any, list[Any]] = {}

    def weights(self, found: Representative) -> dict[str, Any]:
        """Every entry as a decimal, right to the digits shown."""
        return self._assembled(found, self._decimal_line, str)

    def exact(self, found: Representative) -> dict[str, Any] | None:
        """The weights file's object; None where it would be very long."""
        indices = sorted(
            {
                line.index
                for line in (*found.first, *found.last)
                if line is not None and line.index is not None
            }
        )
        single = len(indices) < 2
        table = self._assembled(found, lambda line, n: self._exact_line(line, n, single), str)
        length = sum(_length(rows) for rows in table.values())
        if length > LONGEST_EXACT or self._printed + length > LONGEST_ALL:
            self.left_out += 1
            return None
        self._printed += length
        roots = {self._root_name(i): self._root(i) for i in indices}
        if not roots:
            return table
        return {"root": roots.popitem()[1], **table} if single else {"roots": roots, **table}

    def _assembled(
        self, found: Representative, line: Callable[[Line | None, int], list[Any]], number: Any
    ) -> dict[str, Any]:
        table = {"W1": [line(row, self.widths[0]) for row in found.first]}
        for k, matrix in enumerate(found.hidden, start=2):
            table[f"W{k}"] = [[number(x) for x in row] for row in matrix]
        if len(self.widths) > 2:
            columns = [line(column, self.widths[-1]) for column in found.last]
            rows = [list(row) for row in zip(*columns, strict=True)]
            table[f"W{len(self.widths) - 1}"] = rows
        return table

    def _decimal_line(self, line: Line | None, length: int) -> list[str]:
        if line is None:
            return ["0"] * length
        if line not in self._decimals:
            self._decimals[line] = [nearest_decimal(self._here(line, x)) for x in line.entries]
        return self._decimals[line]

    def _here(self, line: Line, entry: Any) -> Any:
        """The entry as a number of the field of the line's own eigenvalue."""
        if line.index is None or not isinstance(entry, AlgebraicNumber):
            return entry
        return self.spectrum.eigenvalues[line.index].field.element(entry.poly)

    def _exact_line(self, line: Line | None, length: int, single: bool) -> list[Any]:
        if line is None:
            return ["0"] * length
        key = line, single
        if key not in self._exact:
            self._exact[key] = [self._entry(line, x, single) for x in line.entries]
        return self._exact[key]

    def _entry(self, line: Line, entry: Any, single: bool) -> Any:
        if not isinstance(entry, AlgebraicNumber):
            return str(entry)
        coefficients = [str(c) for c in entry.poly.coeffs()] or ["0"]
        if len(coefficients) == 1:
            return coefficients[0]
        return coefficients if single else {self._root_name(line.index): coefficients}

    def _root_name(self, index: int | None) -> str:
        return f"t{(index or 0) + 1}"

    def _root(self, index: int) -> dict[str, Any]:
        eigenvalue = self.spectrum.eigenvalues[index]
        return {
            "polynomial": [str(c) for c in eigenvalue.polynomial.coeffs()],
            "interval": [str(end) for end in eigenvalue.interval],
        }


def _length(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    items = value.values() if isinstance(value, dict) else value
    return sum(_length(x) for x in items)
