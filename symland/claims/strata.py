"""Claims: the spectrum of Sigma; the complete list of strata; a representative of one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symland.claims.case import Case, matrix_json
from symland.claims.curvature import inertia_json
from symland.claims.points import line_json, wired_point
from symland.landscape.deep_linear.barcode import Barcode
from symland.landscape.deep_linear.eigenspace import Block, Line
from symland.landscape.deep_linear.inertia import Inertia
from symland.landscape.deep_linear.representative import Representative
from symland.landscape.deep_linear.spectrum import Spectrum
from symland.landscape.deep_linear.strata import Row, Strata

__all__ = ["representative", "spectrum", "strata"]

MAX_COUNT = 10**9
"""The largest integer of the files; longer ones are written as text."""


def spectrum(case: Case, found: Strata) -> str:
    """All positive eigenvalues, decreasing (rule: characteristic_polynomial)."""
    about = {
        "eigenvalues": [
            {
                "polynomial": [str(c) for c in e.polynomial.coeffs()],
                "interval": [str(end) for end in e.interval],
                "multiplicity": e.multiplicity,
            }
            for e in found.spectrum.eigenvalues
        ],
        "zero": found.spectrum.zero,
    }
    witness = {"least_squares": matrix_json(found.linear.least_squares)}
    return case.establish("spectrum", about, "characteristic_polynomial", witness)


def strata(
    case: Case, spectrum_claim: str, rows: Sequence[Row], each: Sequence[Row] | None = None
) -> str:
    """Every row with its loss, rank, dimension, inertia and kind (rule: deep_linear_strata).

    ``rows`` are by eigenvalues; ``each``, the strata with their barcodes in the order of the rows,
    lists what is in them, where it is given.
    """
    polynomials: list[list[str]] = []
    about: dict[str, Any] = {
        "spectrum": spectrum_claim,
        "by": "eigenvalues" if each is None else "barcodes",
        "polynomials": polynomials,
        "rows": [_row_json(row, polynomials) for row in rows],
    }
    if each is not None:
        numbers: dict[Barcode, int] = {}
        inertias: dict[Inertia, dict[str, int]] = {}  # each held once, there may be 100,000 strata
        by_taken: dict[tuple[int, ...], list[Any]] = {row.taken: [] for row in rows}
        for stratum in each:
            by_taken[stratum.taken].append(_stratum_json(stratum, numbers, inertias))
        for row, entry in zip(rows, about["rows"], strict=True):
            entry["strata"] = by_taken[row.taken]
        about["barcodes"] = [[list(bar) for bar in barcode] for barcode in numbers]
    return case.establish("strata", about, "deep_linear_strata", {})


def _stratum_json(
    row: Row, numbers: dict[Barcode, int], inertias: dict[Inertia, dict[str, int]]
) -> dict[str, Any]:
    """A stratum; its barcode is written once for the whole claim and named by its number."""
    if row.barcode is None or row.inertia is None:
        raise ValueError("row: of several strata, expected the row of one barcode")
    return {
        "barcode": numbers.setdefault(row.barcode, len(numbers)),
        "dimension": row.dimension,
        "inertia": inertias.setdefault(row.inertia, inertia_json(row.inertia)),
        "kind": row.kind,
    }


def _row_json(row: Row, polynomials: list[list[str]]) -> dict[str, Any]:
    loss: dict[str, Any] = {
        "lower": str(row.value.interval[0]),
        "upper": str(row.value.interval[1]),
    }
    if row.value.polynomial is not None:
        coefficients = [str(c) for c in row.value.polynomial.coeffs()]
        if coefficients not in polynomials:
            polynomials.append(coefficients)
        loss["polynomial"] = polynomials.index(coefficients)
    return {
        "eigenvalues": [list(pair) for pair in row.multiset],
        "rank": row.rank,
        "dimension": row.dimension,
        "count": _count_json(row.count),
        "inertia": None if row.inertia is None else inertia_json(row.inertia),
        "kind": row.kind,
        "loss": loss,
    }


def _count_json(count: int | None) -> int | str | None:
    """Text beyond the largest integer that the format has."""
    return count if count is None or count <= MAX_COUNT else str(count)


def representative(
    case: Case,
    strata_claim: str,
    eigenvalues: Spectrum,
    found: Representative,
    kind: str,
    inertia: Inertia,
) -> str:
    """The point is critical, on this stratum, of this kind (rule: wiring); the point's name too."""
    about = {
        "point": wired_point(case, eigenvalues, found),
        "strata": strata_claim,
        "eigenvalues": [[i + 1, m] for i, m in enumerate(found.taken) if m],
        "barcode": [list(bar) for bar in found.barcode],
        "kind": kind,
        "inertia": inertia_json(inertia),
    }

    def lines(of: Sequence[Line]) -> list[Any]:
        return [line_json(case, eigenvalues, line) for line in of]

    witness = {
        "taken": [_block_json(case, eigenvalues, block) for block in found.blocks],
        "left": [_block_json(case, eigenvalues, block) for block in found.left],
        "kernel_left": lines(found.kernel_left),
        "kernel_right": lines(found.kernel_right),
    }
    case.establish("representative", about, "wiring", witness)
    return str(about["point"])


def _block_json(case: Case, eigenvalues: Spectrum, block: Block) -> dict[str, Any]:
    columns, functionals = block.lines
    return {
        "roots": block.roots,
        "eigenvalues": [[i + 1, m] for i, m in block.covered],
        "columns": [line_json(case, eigenvalues, line) for line in columns],
        "functionals": [line_json(case, eigenvalues, line) for line in functionals],
    }
