"""Eigenvalues of a deep linear problem: the table above the strata, and subsets of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from symland.report.naming import Names
from symland.report.number import enclosure_text
from symland.report.page import Cell, Column, Table

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

_COLUMNS = (
    Column("eigenvalue", "counted from the largest"),
    Column("value", "the digits shown are right"),
    Column("multiplicity", right=True),
    Column("exactly", "a rational, or the polynomial whose root it is"),
)


def symbol(index: int) -> str:
    """The name of an eigenvalue.

    >>> symbol(12)
    'λ₁₂'
    """
    return "λ" + str(index).translate(_SUBSCRIPTS)


def taken(eigenvalues: Sequence[Sequence[int]] | None) -> Cell:
    """A multiset of eigenvalues, given as pairs (index, multiplicity taken).

    >>> taken([[1, 1], [3, 2]]).text, taken([]).text, taken(None).text
    ('λ₁ λ₃ x2', 'none', '')
    """
    if eigenvalues is None:
        return Cell("")
    if not eigenvalues:
        return Cell("none", latex=r"\emptyset")
    text = " ".join(symbol(i) + (f" x{m}" if m > 1 else "") for i, m in eigenvalues)
    latex = r"\,".join(
        rf"\lambda_{{{i}}}" + (rf"\,(\times {m})" if m > 1 else "") for i, m in eigenvalues
    )
    return Cell(text, latex=latex)


def spectrum_table(spectrum: Mapping[str, Any], names: Names) -> Table:
    """The positive eigenvalues with multiplicities, then what is said of the eigenvalue 0."""
    rows = [_row(eigenvalue, names) for eigenvalue in spectrum.get("eigenvalues") or ()]
    if spectrum.get("zero"):
        rows.append((Cell("0"), Cell("0"), Cell(str(spectrum["zero"])), Cell("0")))
    limit = spectrum.get("rank_max")
    title = "Eigenvalues of Σ = Y Xᵀ (X Xᵀ)⁺ X Yᵀ"
    title += f"; rank at most {limit}" if limit is not None else ""
    return Table(title, _COLUMNS, tuple(rows))


def _row(eigenvalue: Mapping[str, Any], names: Names) -> tuple[Cell, ...]:
    index = int(eigenvalue["index"])
    exact = eigenvalue.get("exact")
    low, high = (exact, exact) if exact is not None else (eigenvalue["lower"], eigenvalue["upper"])
    known = names.number(exact) if exact is not None else None
    origin = known or names.root(eigenvalue.get("polynomial") or ())
    return (
        Cell(symbol(index), latex=rf"\lambda_{{{index}}}"),
        Cell(enclosure_text(low, high)),
        Cell(str(eigenvalue.get("multiplicity", 1))),
        origin,
    )
