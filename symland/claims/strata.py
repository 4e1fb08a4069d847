"""Claims: the spectrum of Sigma; the complete list of strata; a representative of one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symland.claims.case import Case, matrix_json
from symland.claims.curvature import inertia_json
from symland.claims.points import line_json, wired_point
from symland.landscape.deep_linear.eigenspace import Block, Line
from symland.landscape.deep_linear.inertia import Inertia
from symland.landscape.deep_linear.representative import Representative
from symland.landscape.deep_linear.spectrum import Spectrum
from symland.landscape.deep_linear.strata import Row, Strata

__all__ = ["representative", "spectrum", "strata"]


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


def strata(case: Case, spectrum_claim: str, rows: Sequence[Row], by: str) -> str:
    """Every stratum with its loss, rank, dimension, inertia and kind (rule: deep_linear_strata)."""
    polynomials: list[list[str]] = []
    table = [_row_json(row, by, polynomials) for row in rows]
    about = {"spectrum": spectrum_claim, "by": by, "polynomials": polynomials, "rows": table}
    return case.establish("strata", about, "deep_linear_strata", {})


def _row_json(row: Row, by: str, polynomials: list[list[str]]) -> dict[str, Any]:
    loss: dict[str, Any] = {
        "lower": str(row.value.interval[0]),
        "upper": str(row.value.interval[1]),
    }
    if row.value.polynomial is not None:
        coefficients = [str(c) for c in row.value.polynomial.coeffs()]
        if coefficients not in polynomials:
            polynomials.append(coefficients)
        loss["polynomial"] = polynomials.index(coefficients)
    table = {
        "eigenvalues": [list(pair) for pair in row.multiset],
        "rank": row.rank,
        "dimension": row.dimension,
        "count": row.count,
        "inertia": None if row.inertia is None else inertia_json(row.inertia),
        "kind": row.kind,
        "loss": loss,
    }
    if by == "barcodes":
        table["barcode"] = [list(bar) for bar in row.barcode or ()]
    return table


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
