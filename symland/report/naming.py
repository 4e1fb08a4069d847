"""Short names for what is too long for a table: polynomials p1, p2, ..., rationals q1, ..."""

from collections.abc import Sequence
from typing import Any

from symland.problem.exact_number import number_text
from symland.report.number import elide, rational
from symland.report.page import Cell, Lines
from symland.report.polynomial import (
    elided_note,
    integer_coefficients,
    polynomial_latex,
    polynomial_text,
)

#: A rational with more characters than this gets a name.
LONGEST = 12


class Names:
    """Names in order of first use; the same polynomial or number has the same name.

    >>> names = Names()
    >>> names.root([-2, 0, 1]).text, names.root(["-1", "0", "1/2"]).text, names.number("3/2").text
    ('root of p1', 'root of p1', '3/2')
    >>> [(label, cell.text) for label, cell in names.lines().lines]
    [('p1(z)', 'z^2 - 2')]
    """

    def __init__(self) -> None:
        self._polynomials: dict[tuple[int, ...], str] = {}
        self._rationals: dict[str, str] = {}

    def root(self, coefficients: Sequence[Any]) -> Cell:
        """The cell that says of which polynomial a number is a root."""
        key = integer_coefficients(coefficients)
        name = self._polynomials.setdefault(key, f"p{len(self._polynomials) + 1}")
        return Cell(f"root of {name}", latex=rf"\text{{root of }} p_{{{name[1:]}}}")

    def number(self, value: Any) -> Cell:
        """The cell for an exact rational: itself where it is short, else its name."""
        text = number_text(rational(value))
        if len(text) <= LONGEST:
            return Cell(text)
        name = self._rationals.setdefault(text, f"q{len(self._rationals) + 1}")
        return Cell(name, latex=f"q_{{{name[1:]}}}")

    def lines(self) -> Lines:
        """What the names stand for."""
        polynomials = [
            (f"{name}(z)", _polynomial_cell(key)) for key, name in self._polynomials.items()
        ]
        rationals = [(name, _rational_cell(text)) for text, name in self._rationals.items()]
        return Lines("Where", tuple(polynomials + rationals))


def _polynomial_cell(coefficients: tuple[int, ...]) -> Cell:
    text = polynomial_text(coefficients) + elided_note(coefficients)
    return Cell(text, latex=polynomial_latex(coefficients))


def _rational_cell(text: str) -> Cell:
    return Cell(" / ".join(elide(part, 40) for part in text.split("/")))
