"""A point with entries in several number fields, recognised as the representative of a stratum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from symland.claims import strata as strata_claims
from symland.landscape.deep_linear.barcode import TooManyBarcodes
from symland.landscape.deep_linear.data import DeepLinear
from symland.landscape.deep_linear.eigenspace import Eigenspaces
from symland.landscape.deep_linear.representative import representative
from symland.landscape.deep_linear.strata import Row, Strata
from symland.landscape.float_landscape import FloatLandscape
from symland.landscape.parameters import flat
from symland.problem.weights_file import parse_weights
from symland.questions.point_json import interval_json, point_json
from symland.questions.representative_json import Writer
from symland.questions.weights_numbers import rounded_entries

if TYPE_CHECKING:
    from symland.questions.classification import Classification

__all__ = ["recognised"]

MOST_BARCODES = 20_000


def recognised(work: Classification, linear: DeepLinear) -> dict[str, Any] | None:
    """The document of a point whose columns lie in different fields; None if it is not recognised.

    No common field is built. The point is compared, entry by entry, with the representatives that
    the list of strata prints.
    """
    strata = Strata(linear, MOST_BARCODES)
    spaces, writer = Eigenspaces(linear, strata.spectrum), Writer(strata.spectrum, linear.widths)
    rows, value = strata.rows(), _float_loss(work)
    for row in rows:
        # Bars join eigenvectors left to hidden layers, so that no row is excluded by its rank.
        if abs(float(row.value.interval[0]) - value) > 1e-6 * max(1.0, abs(value)):
            continue
        found = _match(work, strata, spaces, writer, row)
        if found is not None:
            return _proved(work, strata, writer, rows, row, *found)
    return None


def _float_loss(work: Classification) -> float:
    """The loss to a few digits, to choose the rows worth comparing."""
    landscape = FloatLandscape(work.problem)
    decimals = flat(work.problem.network.shapes, rounded_entries(work.point))
    return landscape.loss(np.array([float(x) for x in decimals]))


def _match(
    work: Classification, strata: Strata, spaces: Eigenspaces, writer: Writer, row: Row
) -> Any:
    """(barcode, representative) of the row that equals the point, or None."""
    try:
        table = strata.table(row.rank)
    except TooManyBarcodes:
        return None
    for index in range(table.count):
        if work.deadline.passed():
            return None
        barcode = table.barcode(index)
        wired = representative(
            strata.linear, spaces, strata.shape.quiver(row.rank), row.taken, barcode
        )
        exact = writer.exact(wired)
        if exact is not None and parse_weights(exact, work.problem.network) == work.point:
            return barcode, wired
    return None


def _proved(
    work: Classification,
    strata: Strata,
    writer: Writer,
    rows: list[Row],
    row: Row,
    barcode: Any,
    wired: Any,
) -> dict[str, Any]:
    case = work.case
    spectrum_claim = strata_claims.spectrum(case, strata)
    strata_claim = strata_claims.strata(case, spectrum_claim, rows)
    kind, inertia = strata.kind_of(row.taken, barcode)
    strata_claims.representative(case, strata_claim, strata.spectrum, wired, kind, inertia)
    work.warnings.append(
        "the point was given with several roots; the statement has it as a point of a stratum, and "
        "that both are the same numbers is compared by symland, not checked"
    )
    loss = interval_json(row.value.interval)
    given = point_json(
        writer.weights(wired), work.point.to_json(), loss, kind, "certified", inertia
    )
    return {"given": given}
