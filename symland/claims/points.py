"""Points of the parameter space in a statement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symland.claims.case import Case, scalar_json
from symland.exact.number_field import AlgebraicNumber
from symland.landscape.deep_linear.eigenspace import Line
from symland.landscape.deep_linear.representative import Representative
from symland.landscape.deep_linear.spectrum import Spectrum

__all__ = ["explicit_point", "wired_point"]


def explicit_point(case: Case, parameters: Mapping[str, Any]) -> str:
    """A point with every entry written out: nested lists over Q or over one number field."""
    written: dict[str, Any] = {}
    for name, array in parameters.items():
        written[name] = [
            [scalar_json(x) for x in row] if isinstance(row, (list, tuple)) else scalar_json(row)
            for row in array
        ]
    field = next((x.field for x in _entries(parameters) if isinstance(x, AlgebraicNumber)), None)
    if field is not None:
        written["root"] = case.root(field.polynomial.coeffs(), field.interval)
    return case.point(written)


def _entries(parameters: Mapping[str, Any]) -> list[Any]:
    rows = [row for array in parameters.values() for row in array]
    return [x for row in rows for x in (row if isinstance(row, (list, tuple)) else [row])]


def wired_point(case: Case, spectrum: Spectrum, found: Representative) -> str:
    """A representative: vectors named once, each put in with the root of its eigenvalue."""
    K = len(found.hidden) + (2 if found.last else 1)
    point: dict[str, Any] = {"W1": {"rows": [line_json(case, spectrum, x) for x in found.first]}}
    for k, matrix in enumerate(found.hidden, start=2):
        point[f"W{k}"] = [[str(x) for x in row] for row in matrix]
    if K > 1:
        columns = [line_json(case, spectrum, x) for x in found.last]
        point[f"W{K}"] = {"columns": columns}
    return case.point(point)


def line_json(case: Case, spectrum: Spectrum, line: Line | None) -> Any:
    """A reference to a vector: 0, [vector] or [vector, root]."""
    if line is None:
        return 0
    if line not in case.references:
        reference = [case.vector(line.entries)]
        if line.index is not None:
            eigenvalue = spectrum.eigenvalues[line.index]
            reference.append(case.root(eigenvalue.polynomial.coeffs(), eigenvalue.interval))
        case.references[line] = reference
    return case.references[line]
