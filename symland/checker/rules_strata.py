"""Rules for the complete list of strata of a deep linear network.

docs/trust.md proves the structure theorem: for data with A not zero the critical set is the
disjoint union of nonempty strata, one for every choice of eigenvalues (0 <= m_i <= mu_i, r = sum
m_i at most the smallest hidden width) and every barcode whose bars occupy n - r, d_1 - r, ..,
d_K - r times the vertices and q - r times the step from K to 0.  Loss, kind, inertia and
dimension are functions of the two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from . import barcode as bars, files
from .barcode import Barcode
from .barcode_totals import count_barcodes, covering_of_all, least_end
from .context import Context
from .linear_algebra import characteristic_polynomial as charpoly
from .losses import check_loss
from .rules_deep_linear import moments, sigma
from .rules_points import Object, read_inertia
from .spectrum import read_spectrum, spectrum_of
from .statement import coefficients
from .strata import Strata, listed
from .verdict import Refused, Unreadable, show

KINDS = ("global_minimum", "strict_saddle", "non_strict_saddle", "mixed")


def characteristic_polynomial(context: Context, claim: Object, step: Object) -> str:
    """det(x - Sigma) is computed exactly and factored as claimed; see `spectrum.read_spectrum`
    for why the intervals then list every positive eigenvalue in order."""
    S = sigma(context, step)
    spectrum = read_spectrum(claim, S, charpoly(S))
    context.cache["spectrum", claim["name"]] = spectrum
    counts = list(spectrum.multiplicities)
    return f"Sigma has {len(counts)} different positive eigenvalues, of multiplicities {counts}"


def deep_linear_strata(context: Context, claim: Object, step: Object) -> str:
    """The checker lists all choices of eigenvalues (and of barcodes) itself, from the widths,
    n = rank A and the spectrum, and compares every row: none is missing, none is added.

    By barcodes the barcodes are run through; a stratum's numbers follow from the formulas in
    barcode.py.  By eigenvalues they are not: the number of strata, the largest dimension and the
    inertia that all share are found rank by rank as barcode_totals.py proves, the kinds as
    `barcode.kinds_possible` does.  Each loss is c (T - sum m_i lambda_i), see losses.py.

    A row by eigenvalues that says null for its dimension or its count claims nothing about it, and
    what all rows of a rank leave open is not computed.
    """
    data, problem = moments(context), context.problem
    if not any(x for row in data.A for x in row):
        raise Refused("all inputs are zero: the loss is constant")
    rows = files.array(claim["rows"], "rows")
    barcodes = _barcodes(claim)
    polynomials = [
        coefficients(p, "polynomials") for p in files.array(claim["polynomials"], "polynomials")
    ]
    if any(len(p) < 2 for p in polynomials):
        raise Unreadable("polynomials: a constant")
    strata = Strata(
        data, problem.widths, problem.scale, spectrum_of(context, claim["spectrum"]), polynomials
    )
    if strata.choices() > len(rows):
        raise Refused(f"{len(rows)} rows, but there are {strata.choices()} choices of eigenvalues")
    expected = (
        _by_eigenvalues(strata, _stated(rows))
        if barcodes is None
        else _by_barcodes(strata, len(barcodes))
    )
    count, uncounted = 0, False
    for number, row in enumerate(rows):
        where = f"row {number}"
        wanted = next(expected, None)
        if wanted is None:
            raise Refused(f"{where}: there are only {number} rows")
        _check_row(strata, row, wanted, where, barcodes)
        count, uncounted = count + (wanted.count or 0), uncounted or row["count"] is None
    if next(expected, None) is not None:
        raise Refused(f"{len(rows)} rows, but there are more")
    if len(strata.used) < len(polynomials):
        raise Refused("polynomials: one is named by no row")
    if len(strata.used_barcodes) < len(barcodes or ()):
        raise Refused("barcodes: one is named by no stratum")
    if uncounted:
        return (
            f"the critical set is the union of the strata in these {len(rows)} rows, not all of "
            "which are counted"
        )
    return f"the critical set has exactly {count} strata, in {len(rows)} rows"


def _barcodes(claim: Object) -> list[Barcode] | None:
    """The table of barcodes of a list by barcodes; None for a list by eigenvalues."""
    by = claim["by"]
    if by not in ("eigenvalues", "barcodes"):
        raise Unreadable(f"by: {show(by)}, expected eigenvalues or barcodes")
    if ("barcodes" in claim) != (by == "barcodes"):
        raise Unreadable("barcodes: given exactly if the list is by barcodes")
    if by == "eigenvalues":
        return None
    table = files.array(claim["barcodes"], "barcodes")
    return [read_barcode(b, f"barcodes: {k}") for k, b in enumerate(table)]


Inertia = tuple[int, int, int]


@dataclass(frozen=True)
class Wanted:
    """What a row must say; of a dimension and count that are None here it may say null.
    By barcodes also what each of its strata must say."""

    taken: tuple[int, ...]
    rank: int
    dimension: int | None
    count: int | None
    inertia: Inertia | None
    kinds: frozenset[str]
    each: tuple[tuple[Barcode, int, Inertia, str], ...] = ()


def _stated(rows: list[Any]) -> dict[str, set[int]]:
    """The ranks of the rows that state their dimension, and of those that state their count."""
    ranked = [row for row in rows if isinstance(row, dict) and "rank" in row]
    return {
        key: {files.count(row["rank"], "rows: rank") for row in ranked if row.get(key) is not None}
        for key in ("dimension", "count")
    }


def _by_eigenvalues(strata: Strata, stated: dict[str, set[int]]) -> Iterator[Wanted]:
    widths, n, mus = strata.widths, strata.data.n, strata.spectrum.multiplicities
    for r in strata.ranks():
        room, e = tuple(strata.room(r)), strata.q - r
        count = count_barcodes(room, e) if r in stated["count"] else None
        least = least_end(room, e) if r in stated["dimension"] else None
        cover = covering_of_all(room, e)
        for taken in strata.multisets(r):
            yield Wanted(
                taken,
                r,
                None if least is None else bars.dimension_from(widths, n, mus, taken, least),
                count,
                None if cover is None else bars.inertia_from(widths, n, mus, taken, cover),
                bars.kinds_possible(widths, mus, taken),
            )


def _by_barcodes(strata: Strata, limit: int) -> Iterator[Wanted]:
    widths, n, mus = strata.widths, strata.data.n, strata.spectrum.multiplicities
    cycle = bars.bars_of(len(widths) - 1)
    for r in strata.ranks():
        found = [(b, bars.invariants(cycle, b)) for b in strata.enumeration(r, limit).barcodes()]
        found.sort(key=lambda item: [[*bar, c] for bar, c in item[0]])
        for taken in strata.multisets(r) if found else []:
            each = tuple(
                (
                    b,
                    bars.dimension_from(widths, n, mus, taken, end),
                    bars.inertia_from(widths, n, mus, taken, (cover_e, cover_0)),
                    bars.kind_of(widths, mus, taken, cover_e),
                )
                for b, (end, cover_e, cover_0) in found
            )
            largest = max(dimension for _, dimension, _, _ in each)
            inertias, kinds = {e[2] for e in each}, frozenset(e[3] for e in each)
            inertia = inertias.pop() if len(inertias) == 1 else None
            yield Wanted(taken, r, largest, len(each), inertia, kinds, each)


def _check_row(
    strata: Strata, row: Any, wanted: Wanted, where: str, barcodes: list[Barcode] | None
) -> None:
    extra = "" if barcodes is None else " strata"
    files.fields(row, where, "eigenvalues rank dimension count inertia kind loss" + extra)
    spectrum = strata.spectrum
    if spectrum.taken(row["eigenvalues"], f"{where}: eigenvalues") != wanted.taken:
        raise Refused(
            f"{where}: eigenvalues {show(row['eigenvalues'])}, expected {listed(wanted.taken)}"
        )
    for key, value in (
        ("rank", wanted.rank),
        ("dimension", wanted.dimension),
        ("count", wanted.count),
    ):
        given = _given(row[key], f"{where}: {key}")
        if given != value and (given is not None or barcodes is not None):
            raise Refused(f"{where}: {key} {given}, expected {value}")
    kind = next(iter(wanted.kinds)) if len(wanted.kinds) == 1 else "mixed"
    if row["kind"] not in KINDS or row["kind"] != kind:
        raise Refused(f"{where}: kind {show(row['kind'])}, expected {kind}")
    inertia = _inertia(row["inertia"], where)
    if inertia != wanted.inertia:
        raise Refused(f"{where}: inertia {inertia}, expected {wanted.inertia}")
    check_loss(strata, row["loss"], wanted.taken, where)
    if barcodes is not None:
        _check_strata(strata, row["strata"], wanted, where, barcodes)


def _given(value: Any, where: str) -> int | None:
    """A count, null, or as text a count beyond the integers of the format."""
    if value is None:
        return None
    if not isinstance(value, str):
        return files.count(value, where)
    found = files.number(value, where)
    if found.denominator > 1 or found <= files.MAX_COUNT:
        raise Unreadable(f"{where}: {show(value)}, expected an integer above {files.MAX_COUNT}")
    return found.numerator


def _inertia(value: Any, where: str) -> Inertia | None:
    names = "positive negative zero"
    return None if value is None else read_inertia(files.fields(value, f"{where}: inertia", names))


def _check_strata(
    strata: Strata, listed: Any, wanted: Wanted, where: str, barcodes: list[Barcode]
) -> None:
    """The strata of a row, in the order of their barcodes, each with its own three numbers."""
    given = files.array(listed, f"{where}: strata")
    if len(given) != len(wanted.each):
        raise Refused(f"{where}: {len(given)} strata, expected {len(wanted.each)}")
    for number, (entry, (barcode, *numbers)) in enumerate(zip(given, wanted.each, strict=True)):
        place = f"{where}: stratum {number}"
        files.fields(entry, place, "barcode dimension inertia kind")
        k = files.count(entry["barcode"], f"{place}: barcode", 0, len(barcodes) - 1)
        if barcodes[k] != barcode:
            shown = [[*bar, c] for bar, c in barcode]
            raise Refused(f"{place}: barcode {k} is another, expected {shown}")
        strata.used_barcodes.add(k)
        dimension = files.count(entry["dimension"], f"{place}: dimension")
        found = [dimension, _inertia(entry["inertia"], place), entry["kind"]]
        if found != numbers:
            raise Refused(f"{place}: {found[:2]} {show(found[2])}, expected {numbers}")


def read_barcode(value: Any, where: str) -> Barcode:
    """[[u, l, count], ...] sorted, counts positive."""
    result = []
    for item in files.array(value, where):
        u, length, c = files.array(item, where, 3)
        result.append(
            ((files.count(u, where), files.count(length, where, 1)), files.count(c, where, 1))
        )
    if [bar for bar, _ in result] != sorted({bar for bar, _ in result}):
        raise Refused(f"{where}: not sorted, or a bar occurs twice")
    return tuple(result)
