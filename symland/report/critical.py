"""The page of `symland critical`: spectrum, table of strata, polynomials, certificate."""

from collections.abc import Mapping, Sequence
from typing import Any

from symland.report.eigenvalues import spectrum_table, taken
from symland.report.naming import Names
from symland.report.number import enclosure_text, rational
from symland.report.page import Cell, Column, Page, Table
from symland.report.parts import (
    certificate_lines,
    counted,
    footer,
    network_text,
    reason_of,
    warnings_of,
)
from symland.report.polynomial import degree
from symland.report.vocabulary import kind, verdict

#: Significant digits of a loss in the table.
DIGITS = 8
#: Rows kept where nothing else is asked for; a network can have a hundred thousand strata.
ROWS = 400
#: Weights that are shown in the table; more only in the JSON document.
MOST_SHOWN = 6
#: What a rounded weight is shown as 0 below.
SMALLEST = 1e-15
#: A loss that is only known to be below this is not written out.
TINY = "1e-30"
_POINTS = "Critical points"

_COLUMNS = {
    "loss": Column("loss", "the value of the loss on the stratum; the digits shown are right"),
    "exactly": Column("exactly", "a rational, or the polynomial below whose root the loss is"),
    "rank": Column("rank", "rank of the network's map on the data", right=True),
    "eigenvalues": Column("fitted", "which eigenvalues the map fits, with multiplicity"),
    "barcode": Column("barcode", "the bars (first vertex, length) x count beside the fitted part"),
    "dimension": Column("dim", "dimension, the largest where the row has several strata", True),
    "count": Column("strata", "number of strata in the row", right=True, foldable=True),
    "positive": Column("inertia +", "number of positive eigenvalues of the Hessian", right=True),
    "negative": Column("-", "number of negative eigenvalues of the Hessian", right=True),
    "zero": Column("0", "multiplicity of the eigenvalue 0 of the Hessian", right=True),
    "kind": Column("kind", "what every point of the row is"),
    "status": Column("status", "the verdict on the row", foldable=True),
    "points": Column("exact points", "the field of the coordinates of the exact points given"),
}


def critical_page(document: Mapping[str, Any], rows: int | None = ROWS) -> Page:
    """The page for the JSON document of `symland critical`.

    Parameters
    ----------
    document
        What `CriticalSet.to_json()` gives.
    rows
        The most strata to show; None shows all. What is left out is counted.
    """
    strata = sorted(document.get("strata") or [], key=_by_loss)
    names = Names()
    parts: list[Any] = []
    if document.get("spectrum"):
        parts.append(spectrum_table(document["spectrum"], names))
    if strata:
        parts.append(_strata_table(strata, names, rows))
    if names.lines().lines:
        parts.append(names.lines())
    if document.get("points"):
        parts.append(_points_table(document["points"]))
    if document.get("certificate"):
        parts.append(certificate_lines(document["certificate"]))
    return Page(
        title=str(document.get("problem") or "critical set"),
        about=network_text(document),
        verdict=str(document.get("verdict") or "undecided"),
        headline=_headline(document, strata),
        parts=tuple(parts),
        footer=footer(document),
        warnings=warnings_of(document),
    )


def _headline(document: Mapping[str, Any], strata: Sequence[Mapping[str, Any]]) -> str:
    found = document.get("critical_set") or {}
    reason = reason_of(found)
    proved = found.get("status") == "certified" and document.get("box")
    if proved and found.get("real_count") == 0:
        return f"no critical point with every weight in {_box_text(document)} ({reason})"
    if proved and found.get("kind") == "not_finite" and not strata:
        return (
            f"infinitely many critical points with every weight in {_box_text(document)} ({reason})"
        )
    if not strata and not document.get("points"):
        return reason or "nothing found"
    if found.get("strata_complete"):
        values = counted(len({_loss_key(s) for s in strata}), "critical value")
        text = f"the whole critical set: {_strata_counted(strata)}, {values}"
    elif proved:
        count = counted(len(document["points"]), "critical point")
        text = f"all critical points with every weight in {_box_text(document)}: {count}"
    elif found.get("status") == "certified" and found.get("real_count") is not None:
        text = f"all critical points: {counted(len(document['points']), 'critical point')}"
    else:
        text = "critical points found, the list may be incomplete"
    return f"{text} ({reason})" if reason else text


def _box_text(document: Mapping[str, Any]) -> str:
    return f"[{', '.join(document['box'])}]"


def _strata_counted(strata: Sequence[Mapping[str, Any]]) -> str:
    """How many strata there are in how many rows; the rows alone where a count is left out."""
    rows = counted(len(strata), "row")
    if any("count" in s and s["count"] is None for s in strata):
        return f"all strata in {rows}"
    count = sum(int(s.get("count") or 1) for s in strata)
    total = counted(count, "stratum", "strata")
    return total if count == len(strata) else f"{total} in {rows}"


def _by_loss(stratum: Mapping[str, Any]) -> tuple[Any, ...]:
    loss = stratum.get("loss") or {}
    lower = loss.get("exact") or loss.get("lower")
    missing = lower is None
    return (missing, rational(lower or 0), stratum.get("rank") or 0, stratum.get("eigenvalues"))


def _loss_key(stratum: Mapping[str, Any]) -> tuple[str, ...]:
    loss = stratum.get("loss") or {}
    return tuple(str(loss.get(key)) for key in ("exact", "lower", "upper"))


def _strata_table(strata: Sequence[Mapping[str, Any]], names: Names, rows: int | None) -> Table:
    keys = [key for key in _COLUMNS if _shown(key, strata)]
    kept = strata if rows is None else strata[:rows]
    cells = tuple(tuple(_cell(key, stratum, names) for key in keys) for stratum in kept)
    columns = tuple(_COLUMNS[key] for key in keys)
    return Table("Strata, by increasing loss", columns, cells, len(strata) - len(kept))


def _shown(key: str, strata: Sequence[Mapping[str, Any]]) -> bool:
    if key == "barcode":
        return any(stratum.get("barcode") is not None for stratum in strata)
    if key == "count":
        return any((stratum.get("count") or 1) != 1 for stratum in strata)
    return True


def _cell(key: str, stratum: Mapping[str, Any], names: Names) -> Cell:
    value = stratum.get(key)
    match key:
        case "loss":
            return loss_cell(value)
        case "exactly":
            return _exact_cell(stratum.get("loss"), names)
        case "eigenvalues":
            return taken(value)
        case "barcode":
            return _barcode_cell(value)
        case "positive" | "negative" | "zero":
            return inertia_cells(stratum)[("positive", "negative", "zero").index(key)]
        case "kind":
            return Cell(kind(value).label, term=value)
        case "status":
            return Cell(verdict(value).label, term=value)
        case "points":
            return Cell(_fields(value))
        case _:
            return Cell("" if value is None else str(value))


def loss_cell(loss: Mapping[str, Any] | None) -> Cell:
    """The loss in decimals.

    >>> loss_cell({"lower": "0.49", "upper": "0.51", "exact": "1/2"}).text
    '0.5'
    """
    if not loss:
        return Cell("unknown")
    if loss.get("exact") is not None:
        return Cell(enclosure_text(loss["exact"], loss["exact"], DIGITS))
    if rational(loss["lower"]) >= 0 and rational(loss["upper"]) < rational(TINY):
        return Cell(f"below {TINY}")
    return Cell(enclosure_text(loss["lower"], loss["upper"], DIGITS))


def _exact_cell(loss: Mapping[str, Any] | None, names: Names) -> Cell:
    if not loss:
        return Cell("")
    if loss.get("exact") is not None:
        return names.number(loss["exact"])
    return names.root(loss["polynomial"]) if loss.get("polynomial") else Cell("")


def _barcode_cell(barcode: Sequence[Sequence[int]] | None) -> Cell:
    if barcode is None:
        return Cell("")
    bars = [f"({u},{length})" + (f"x{n}" if n != 1 else "") for u, length, n in barcode]
    return Cell(" ".join(bars) or "none")


def inertia_cells(stratum: Mapping[str, Any]) -> tuple[Cell, Cell, Cell]:
    """Numbers of positive, negative and zero eigenvalues; ranges where they vary over a row.

    >>> stratum = {"inertia": {"positive": 3, "negative": 0, "zero": 1}}
    >>> [cell.text for cell in inertia_cells(stratum)]
    ['3', '0', '1']
    >>> [cell.text for cell in inertia_cells({"inertia": None})]
    ['?', '?', '?']
    """

    def text(key: str) -> str:
        if stratum.get("inertia"):
            return str(stratum["inertia"][key])
        if stratum.get("inertia_range"):
            low, high = stratum["inertia_range"][key]
            return str(low) if low == high else f"{low}-{high}"
        return "?"

    return Cell(text("positive")), Cell(text("negative")), Cell(text("zero"))


def _fields(points: Sequence[Mapping[str, Any]] | None) -> str:
    """The number fields in which the exact points live.

    >>> _fields([{"exact": {"W1": [["1"]]}}, {"exact": None}]), _fields([{"exact": None}])
    ('rational', 'in statement')
    """
    found: list[str] = []
    for point in points or ():
        exact = point.get("exact")
        if exact is None:
            continue
        roots = [exact["root"]] if "root" in exact else list((exact.get("roots") or {}).values())
        degrees = sorted({degree(root["polynomial"]) for root in roots} - {1})
        found.append(f"degree {', '.join(map(str, degrees))}" if degrees else "rational")
    if len(found) > 1 and len(set(found)) == 1:
        return f"{len(found)} {found[0]}"
    return "; ".join(found) or ("in statement" if points else "none")


def _points_table(points: Sequence[Mapping[str, Any]]) -> Table:
    """One row a point, or one row an orbit of points where that is known."""
    keys = ["loss", "positive", "negative", "zero", "kind", "status"]
    orbits = [point.get("orbit") for point in points]
    several = len(set(filter(None, orbits))) < len(list(filter(None, orbits)))
    small = all(_size(point) <= MOST_SHOWN for point in points)
    columns = (
        Column("point" if not several else "orbit", right=True),
        *([Column("points", "number of points that symmetries make of one", True)] * several),
        *(_COLUMNS[key] for key in keys),
        *([Column("at", "the weights in their order, rounded")] * small),
    )
    shown = [
        (point, orbits.count(orbit) if orbit else 1)
        for place, (point, orbit) in enumerate(zip(points, orbits, strict=True))
        if not orbit or orbits.index(orbit) == place
    ]
    rows = tuple(
        (
            Cell(str(number)),
            *([Cell(str(size))] * several),
            loss_cell(point.get("loss")),
            *inertia_cells(point),
            Cell(kind(point.get("kind")).label, term=point.get("kind")),
            Cell(verdict(point.get("status")).label, term=point.get("status")),
            *([Cell(_place(point))] * small),
        )
        for number, (point, size) in enumerate(shown, start=1)
    )
    title = "Critical points, one for each orbit under the symmetries" if several else _POINTS
    return Table(title, columns, rows)


def _entries(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        value = list(value.values())
    return [x for item in value for x in _entries(item)] if isinstance(value, list) else [value]


def _size(point: Mapping[str, Any]) -> int:
    return len(_entries(point["weights"]))


def _place(point: Mapping[str, Any]) -> str:
    """The weights to a few digits.

    >>> _place({"weights": {"W1": [["0.70710678"]], "W2": [["-1e-40"]]}})
    '0.70711, 0'
    """
    numbers = (float(x) for x in _entries(point["weights"]))
    return ", ".join(f"{0.0 if abs(x) < SMALLEST else x:.5g}" for x in numbers)
