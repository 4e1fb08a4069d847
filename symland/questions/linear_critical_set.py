"""The critical set of a deep linear network: its strata, with one exact point of every kind."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from symland.claims import strata as strata_claims
from symland.claims.case import Case
from symland.exact.decimals import interval_bounds
from symland.landscape.deep_linear.barcode import Barcode, TooManyBarcodes
from symland.landscape.deep_linear.data import DeepLinear
from symland.landscape.deep_linear.eigenspace import Eigenspaces
from symland.landscape.deep_linear.inertia import Inertia
from symland.landscape.deep_linear.representative import Representative, representative
from symland.landscape.deep_linear.strata import Row, Strata
from symland.problem.problem import Problem
from symland.questions.point_json import interval_json, network_json, point_json
from symland.questions.representative_json import Writer
from symland.questions.unknown_set import undecided_set

__all__ = ["linear_critical_set"]

# Beyond so many strata a point for each would make files that the checker does not read.
POINTS_FOR_EVERY_ROW = 5_000
# Of the time left once the rows are listed, what their points may take; checking takes longer.
SHARE_OF_POINTS = 0.15

Found = tuple[Case | None, dict[str, Any]]


def linear_critical_set(
    problem: Problem, linear: DeepLinear, barcodes: bool, deadline: float, stage: Any
) -> Found:
    """The case and the document of a problem with some input that is not zero.

    Where time runs short, first exact points are left out and then the proof.
    """
    stage("strata")
    found = Strata(linear, passed=lambda: time.monotonic() > deadline)
    try:
        each, all_of_each = _until(deadline, found.barcode_rows()) if barcodes else ([], True)
    except TooManyBarcodes as error:
        return None, _unlisted(problem, found, f"{error}; without them every row can be listed")
    several, all_of_several = _until(deadline, found.each_row())
    rows = each or several
    if not (all_of_each and all_of_several):
        return None, _unproved(problem, found, rows, False)
    case = Case(problem)
    spectrum_claim = strata_claims.spectrum(case, found)
    strata_claim = strata_claims.strata(case, spectrum_claim, several, each or None)
    stage("points")
    ordered = sorted(rows, key=_by_loss)
    points, writer = _points(case, strata_claim, found, ordered, _stop(deadline))
    if time.monotonic() > deadline:
        return None, _unproved(problem, found, rows, True)
    return case, _document(problem, found, ordered, points, writer)


def _stop(deadline: float) -> float:
    """When to leave off making points."""
    now = time.monotonic()
    return now + SHARE_OF_POINTS * (deadline - now)


def _points(
    case: Case, strata_claim: str, found: Strata, rows: list[Row], stop: float
) -> tuple[list[list[dict[str, Any]]], Writer]:
    """The points of every row, each claimed, until it is time to stop; rows beyond have none."""
    linear, shown = found.linear, _rows_with_points(rows)
    spaces, writer = Eigenspaces(linear, found.spectrum), Writer(found.spectrum, linear.widths)
    points: list[list[dict[str, Any]]] = []
    for row in rows:
        points.append([])
        if id(row) not in shown or time.monotonic() > stop:
            continue
        for barcode in _barcodes(found, row):
            wired = representative(linear, spaces, found.shape.quiver(row.rank), row.taken, barcode)
            kind, inertia = found.kind_of(row.taken, barcode)
            strata_claims.representative(case, strata_claim, found.spectrum, wired, kind, inertia)
            points[-1].append(_point(writer, row, wired, kind, inertia))
    return points, writer


def _until(deadline: float, rows: Iterable[Row]) -> tuple[list[Row], bool]:
    """The rows, and whether they are all; fewer where the time is over first."""
    listed: list[Row] = []
    for row in rows:
        if time.monotonic() > deadline:
            return listed, False
        listed.append(row)
    return listed, True


def _rows_with_points(rows: list[Row]) -> set[int]:
    """The rows, by identity, that get an exact point: all, or where they are too many the first
    of each multiset of eigenvalues and kind."""
    if len(rows) <= POINTS_FOR_EVERY_ROW:
        return {id(row) for row in rows}
    return {id(row) for row in {(row.taken, row.kind): row for row in reversed(rows)}.values()}


def _barcodes(found: Strata, row: Row) -> list[Barcode]:
    """A barcode for every kind in the row."""
    if row.barcode is not None:
        return [row.barcode]
    quiver = found.shape.quiver(row.rank)
    return [quiver.simplest(), *([quiver.hidden()] if row.kind == "mixed" else [])]


def _point(
    writer: Writer, row: Row, wired: Representative, kind: str, inertia: Inertia
) -> dict[str, Any]:
    return point_json(
        writer.weights(wired),
        writer.exact(wired),
        interval_json(row.value.interval),
        kind,
        "certified",
        inertia,
        barcode=[list(bar) for bar in wired.barcode],
    )


def _stratum(
    row: Row, points: list[dict[str, Any]], share: Shared, status: str = "certified"
) -> dict[str, Any]:
    names = ("positive", "negative", "zero")
    inertia, low, high = row.inertia, row.low, row.high
    stratum = {
        "loss": share(("loss", row.taken), lambda: _loss(row)),
        "rank": row.rank,
        "eigenvalues": share(("eigenvalues", row.taken), lambda: [list(p) for p in row.multiset]),
        "dimension": row.dimension,
        "inertia": None
        if inertia is None
        else share(inertia, lambda: dict(zip(names, inertia, strict=True))),
        "kind": row.kind,
        "status": status,
        "points": points,
        "count": row.count,
        "inertia_range": None
        if low is None or high is None
        else share((low, high), lambda: {n: [low[i], high[i]] for i, n in enumerate(names)}),
    }
    if row.barcode is not None:
        stratum["barcode"] = share(row.barcode, lambda: [list(bar) for bar in row.barcode or ()])
    return stratum


def _loss(row: Row) -> dict[str, Any]:
    polynomial = row.value.polynomial
    coefficients = None if polynomial is None else [str(c) for c in polynomial.coeffs()]
    return interval_json(row.value.interval) | {"polynomial": coefficients}


class Shared:
    """Equal pieces of the document, held once: 100,000 strata differ in few numbers."""

    def __init__(self) -> None:
        self._held: dict[Any, Any] = {}

    def __call__(self, key: Any, make: Callable[[], Any]) -> Any:
        """The piece under this key, made at the first call."""
        if key not in self._held:
            self._held[key] = make()
        return self._held[key]


def _document(
    problem: Problem,
    found: Strata,
    rows: list[Row],
    points: list[list[dict[str, Any]]],
    writer: Writer,
) -> dict[str, Any]:
    linear, share = found.linear, Shared()
    finite = linear.K == 1 and linear.n == linear.widths[0]
    strata = [_stratum(row, own, share) for row, own in zip(rows, points, strict=True)]
    warnings = _not_counted(rows) + _without_points(rows, points)
    if writer.left_out:
        warnings.append(
            f"exact coordinates of {writer.left_out} points are left out here for their length; "
            "the statement file holds them"
        )
    return {
        "problem": problem.name,
        "network": network_json(problem),
        "warnings": warnings,
        "spectrum": _spectrum_json(found),
        "critical_set": {
            "status": "certified",
            "kind": "finite" if finite else "not_finite",
            "complex_count": 1 if finite else None,
            "real_count": 1 if finite else None,
            "dimension": _largest_dimension(rows),
            "coercive": finite,
            "strata_complete": True,
            "reason": "structure theorem for deep linear networks with squared loss",
        },
        "points": strata[0]["points"] if finite else [],
        "strata": strata,
    }


def _without_points(rows: list[Row], points: list[list[dict[str, Any]]]) -> list[str]:
    """How many rows have no exact point, and why."""
    without = [row for row, own in zip(rows, points, strict=True) if not own]
    if not without:
        return []
    shown = _rows_with_points(rows)
    what = "rows" if without[0].barcode is None else "strata"
    why = (
        "a longer budget finds more of them"
        if any(id(row) in shown for row in without)
        else "there is one for each kind at each multiset of eigenvalues"
    )
    return [f"{len(without)} of {len(rows)} {what} are listed without an exact point: {why}"]


def _not_counted(rows: list[Row]) -> list[str]:
    """What the rows leave out because there are too many ways in which bars can lie."""
    warnings = []
    for number, missing in (("number of strata", "count"), ("dimension", "dimension")):
        ranks = sorted({row.rank for row in rows if getattr(row, missing) is None})
        if ranks:
            listed = ", ".join(map(str, ranks))
            warnings.append(f"at rank {listed} the {number} takes too long to find and is left out")
    return warnings


def _largest_dimension(rows: list[Row]) -> int | None:
    """The dimension of the whole critical set; None where that of some row is not known."""
    dimensions = [row.dimension for row in rows if row.dimension is not None]
    return max(dimensions) if len(dimensions) == len(rows) else None


def _by_loss(row: Row) -> tuple[Any, ...]:
    """Rows by increasing loss; equal losses by rank, eigenvalues and barcode."""
    return row.value.interval[0], row.rank, row.multiset, row.barcode or ()


def _spectrum_json(found: Strata) -> dict[str, Any]:
    eigenvalues = []
    for index, e in enumerate(found.spectrum.eigenvalues, start=1):
        lower, upper = interval_bounds(*e.interval)
        rational = e.interval[0] == e.interval[1]
        eigenvalues.append(
            {
                "index": index,
                "multiplicity": e.multiplicity,
                "lower": lower,
                "upper": upper,
                "exact": str(e.interval[0]) if rational else None,
                "polynomial": [str(c) for c in (e.polynomial * e.polynomial.denom()).coeffs()],
            }
        )
    return {
        "eigenvalues": eigenvalues,
        "zero": found.spectrum.zero,
        "rank_max": found.linear.rank_max,
    }


def _unproved(problem: Problem, found: Strata, rows: list[Row], complete: bool) -> dict[str, Any]:
    """The document where the time was over before the proof: the rows as they were found."""
    what = "proved" if complete else "listed"
    listed = f"{len(rows)} rows of {found.count()} multisets of eigenvalues, none of them proved"
    reason = f"the budget ran out before all strata were {what}: {listed}"
    share = Shared()
    return _unlisted(problem, found, reason) | {
        "warnings": _not_counted(rows),
        "strata": [_stratum(row, [], share, "undecided") for row in sorted(rows, key=_by_loss)],
    }


def _unlisted(problem: Problem, found: Strata, reason: str) -> dict[str, Any]:
    """The document where the list was not finished."""
    return undecided_set(problem, reason) | {"spectrum": _spectrum_json(found)}
