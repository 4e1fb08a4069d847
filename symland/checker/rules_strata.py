"""Rules for the complete list of strata of a deep linear network.

docs/trust.md proves the structure theorem: for data with A not zero the critical set is the
disjoint union of nonempty strata, one for every choice of eigenvalues (0 <= m_i <= mu_i, r = sum
m_i at most the smallest hidden width) and every barcode whose bars occupy n - r, d_1 - r, ..,
d_K - r times the vertices and q - r times the step from K to 0.  Loss, kind, inertia and
dimension are functions of the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from . import barcode as bars, files, polynomial as poly
from .barcode import Barcode, Enumeration
from .context import Context
from .linear_algebra import characteristic_polynomial as charpoly
from .polynomial import Poly
from .rules_deep_linear import Moments, moments, sigma
from .rules_points import Object, read_inertia
from .spectrum import (
    Spectrum,
    orbit_polynomial,
    orbit_size,
    profile_of,
    read_spectrum,
    spectrum_of,
)
from .statement import coefficients
from .verdict import Refused, Unreadable, show

MAX_ROUNDS = 4000
KINDS = ("global_minimum", "strict_saddle", "non_strict_saddle", "mixed")


def characteristic_polynomial(context: Context, claim: Object, step: Object) -> str:
    """det(x - Sigma) is computed exactly and factored as claimed; see `spectrum.read_spectrum`
    for why the intervals then list every positive eigenvalue in order."""
    S = sigma(context, step)
    spectrum = read_spectrum(claim, S, charpoly(S))
    context.cache["spectrum", claim["name"]] = spectrum
    counts = list(spectrum.multiplicities)
    return f"Sigma has {len(counts)} different positive eigenvalues, of multiplicities {counts}"


@dataclass
class Strata:
    """What the rows are compared with: the problem's numbers, and the row polynomials."""

    data: Moments
    widths: tuple[int, ...]
    scale: Fraction
    spectrum: Spectrum
    polynomials: list[Poly]
    used: set[int] = field(default_factory=set)
    cache: dict[Any, Any] = field(default_factory=dict)

    @property
    def q(self) -> int:
        return sum(self.spectrum.multiplicities)

    def ranks(self) -> range:
        """The possible ranks r: at most q and every hidden width; r = q without hidden layers."""
        if len(self.widths) == 2:
            return range(self.q, self.q + 1)
        return range(min(self.q, *self.widths[1:-1]) + 1)

    def choices(self) -> int:
        """The number of choices of eigenvalues, without listing them."""
        counts = [1]
        for mu in self.spectrum.multiplicities:
            counts = [sum(counts[max(0, s - mu) : s + 1]) for s in range(self.q + 1)]
        return sum(counts[r] if r < len(counts) else 0 for r in self.ranks())

    def multisets(self, r: int) -> list[tuple[int, ...]]:
        """All choices of r eigenvalues, in the order of their lists of [index, multiplicity]."""
        found = (m for m in _bounded(self.spectrum.multiplicities, r))
        return sorted(found, key=_listed)

    def enumeration(self, r: int, limit: int = bars.MAX_BARCODES) -> Enumeration:
        """The barcodes that go with r eigenvalues."""
        room = [self.data.n - r, *(d - r for d in self.widths[1:])]
        return Enumeration(bars.bars_of(len(self.widths) - 1), room, self.q - r, limit)


def _bounded(limits: Sequence[int], total: int) -> Iterator[tuple[int, ...]]:
    """All (m_1, ..) with 0 <= m_i <= limit_i and the given sum."""
    if not limits:
        if total == 0:
            yield ()
        return
    for m in range(min(limits[0], total) + 1):
        if total - m <= sum(limits[1:]):
            for rest in _bounded(limits[1:], total - m):
                yield (m, *rest)


def _listed(taken: Sequence[int]) -> list[list[int]]:
    return [[i, m] for i, m in enumerate(taken, start=1) if m]


def deep_linear_strata(context: Context, claim: Object, step: Object) -> str:
    """The checker lists all choices of eigenvalues (and of barcodes) itself, from the widths,
    n = rank A and the spectrum, and compares every row: none is missing, none is added.

    Per rank the barcodes are run through once; a row's numbers follow from the invariants met
    (formulas in barcode.py).  Each loss is c (T - sum m_i lambda_i), see `_check_loss`.

    A row that says null for dimension, count and inertia claims nothing about them: the barcodes
    of its rank are then not run through (there may be too many), and its kinds follow from
    `barcode.kinds_possible`.
    """
    data, problem = moments(context), context.problem
    if not any(x for row in data.A for x in row):
        raise Refused("all inputs are zero: the loss is constant")
    by, rows = claim["by"], files.array(claim["rows"], "rows")
    if by not in ("eigenvalues", "barcodes"):
        raise Unreadable(f"by: {show(by)}, expected eigenvalues or barcodes")
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
    unlisted = {
        files.count(row["rank"], "rows: rank")
        for row in rows
        if isinstance(row, dict) and "rank" in row and row.get("count", 0) is None
    }
    expected = (
        _by_barcodes(strata, len(rows)) if by == "barcodes" else _by_eigenvalues(strata, unlisted)
    )
    count = 0
    for number, row in enumerate(rows):
        where = f"row {number}"
        wanted = next(expected, None)
        if wanted is None:
            raise Refused(f"{where}: there are only {number} rows")
        _check_row(strata, row, wanted, where, "barcode" if by == "barcodes" else "")
        count += wanted.count or 0
    if next(expected, None) is not None:
        raise Refused(f"{len(rows)} rows, but there are more")
    if len(strata.used) < len(polynomials):
        raise Refused("polynomials: one is named by no row")
    if unlisted and by == "eigenvalues":
        return (
            f"the critical set is the union of the strata in these {len(rows)} rows; those of "
            f"rank {', '.join(map(str, sorted(unlisted)))} are not counted"
        )
    return f"the critical set has exactly {count} strata, in {len(rows)} rows"


@dataclass(frozen=True)
class Wanted:
    """What a row must say; dimension and count are None where barcodes are not run through."""

    taken: tuple[int, ...]
    rank: int
    dimension: int | None
    count: int | None
    inertias: frozenset[tuple[int, int, int]]
    kinds: frozenset[str]
    barcode: Barcode | None = None


def _by_eigenvalues(strata: Strata, unlisted: set[int]) -> Iterator[Wanted]:
    widths, n, mus = strata.widths, strata.data.n, strata.spectrum.multiplicities
    for r in strata.ranks():
        if r in unlisted:
            for taken in strata.multisets(r):
                kinds = bars.kinds_possible(widths, mus, taken)
                yield Wanted(taken, r, None, None, frozenset(), kinds)
            continue
        count, least, covers = 0, 0, set()
        for end, cover_e, cover_0 in strata.enumeration(r).invariants():
            least = end if count == 0 else min(least, end)
            count += 1
            covers.add((cover_e, cover_0))
        for taken in strata.multisets(r) if count else []:
            yield Wanted(
                taken,
                r,
                bars.dimension_from(widths, n, mus, taken, least),
                count,
                frozenset(bars.inertia_from(widths, n, mus, taken, c) for c in covers),
                frozenset(bars.kind_of(widths, mus, taken, c[0]) for c in covers),
            )


def _by_barcodes(strata: Strata, limit: int) -> Iterator[Wanted]:
    widths, n, mus = strata.widths, strata.data.n, strata.spectrum.multiplicities
    cycle = bars.bars_of(len(widths) - 1)
    for r in strata.ranks():
        found = [(b, bars.invariants(cycle, b)) for b in strata.enumeration(r, limit).barcodes()]
        found.sort(key=lambda item: [[*bar, c] for bar, c in item[0]])
        for taken in strata.multisets(r):
            for b, (end, cover_e, cover_0) in found:
                yield Wanted(
                    taken,
                    r,
                    bars.dimension_from(widths, n, mus, taken, end),
                    1,
                    frozenset([bars.inertia_from(widths, n, mus, taken, (cover_e, cover_0))]),
                    frozenset([bars.kind_of(widths, mus, taken, cover_e)]),
                    b,
                )


def _check_row(strata: Strata, row: Any, wanted: Wanted, where: str, extra: str) -> None:
    files.fields(row, where, "eigenvalues rank dimension count inertia kind loss " + extra)
    spectrum = strata.spectrum
    if spectrum.taken(row["eigenvalues"], f"{where}: eigenvalues") != wanted.taken:
        raise Refused(
            f"{where}: eigenvalues {show(row['eigenvalues'])}, expected {_listed(wanted.taken)}"
        )
    if extra and read_barcode(row["barcode"], f"{where}: barcode") != wanted.barcode:
        raise Refused(
            f"{where}: barcode {show(row['barcode'])}, "
            f"expected {[[*bar, c] for bar, c in wanted.barcode or ()]}"
        )
    for key, value in (
        ("rank", wanted.rank),
        ("dimension", wanted.dimension),
        ("count", wanted.count),
    ):
        given = None if row[key] is None else files.count(row[key], f"{where}: {key}")
        if given != value:
            raise Refused(f"{where}: {key} {given}, expected {value}")
    kind = next(iter(wanted.kinds)) if len(wanted.kinds) == 1 else "mixed"
    if row["kind"] not in KINDS or row["kind"] != kind:
        raise Refused(f"{where}: kind {show(row['kind'])}, expected {kind}")
    single = len(wanted.inertias) == 1
    inertia = (
        None
        if row["inertia"] is None
        else read_inertia(
            files.fields(row["inertia"], f"{where}: inertia", "positive negative zero")
        )
    )
    expected = next(iter(wanted.inertias)) if single else None
    if inertia != expected:
        raise Refused(f"{where}: inertia {inertia}, expected {expected}")
    _check_loss(strata, row["loss"], wanted.taken, where)


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


def _check_loss(strata: Strata, loss: Any, taken: tuple[int, ...], where: str) -> None:
    """The loss x = c (T - sum m_i lambda_i) lies in [lower, upper].

    The intervals of the eigenvalues are halved until the enclosure of x they give lies inside.
    If x is the root of a linear polynomial, its own or that of an orbit of one element (every
    polynomial of the spectrum has all of its roots taken equally often), x itself is compared.
    """
    where = f"{where}: loss"
    files.fields(loss, where, "lower upper", "polynomial")
    lower, upper = (files.number(loss[key], where) for key in ("lower", "upper"))
    g = None
    if "polynomial" in loss:
        k = files.count(loss["polynomial"], f"{where}: polynomial", 0)
        if k >= len(strata.polynomials):
            raise Refused(f"{where}: there is no polynomial {k}")
        strata.used.add(k)
        g = strata.polynomials[k]
        _check_root(strata, k, taken, where)
    linear = g if g is not None and len(g) == 2 else _alone_in_orbit(strata, taken)
    for _ in range(MAX_ROUNDS):
        low, high = _loss_between(strata, taken)
        if linear is not None:
            low = high = -linear[0] / linear[1]
        if high < lower or low > upper:
            raise Refused(f"{where}: it lies outside the interval")
        if lower <= low and high <= upper:
            break
        strata.spectrum.refine(taken)
    else:
        raise Refused(f"{where}: not shown to lie in the interval")
    if g is not None and len(g) > 2 and lower < upper and not _alone(g, lower, upper):
        raise Refused(f"{where}: the polynomial is not shown to have one root in the interval")


def _alone_in_orbit(strata: Strata, taken: tuple[int, ...]) -> Poly | None:
    profile = profile_of(strata.spectrum, taken)
    return (
        orbit_polynomial(profile, strata.scale, strata.data.T) if orbit_size(profile) == 1 else None
    )


def _loss_between(strata: Strata, taken: tuple[int, ...]) -> tuple[Fraction, Fraction]:
    low, high = strata.spectrum.sum_between(taken)
    return strata.scale * (strata.data.T - high), strata.scale * (strata.data.T - low)


def _check_root(strata: Strata, k: int, taken: tuple[int, ...], where: str) -> None:
    """The loss is a root of polynomial k, g.

    Giving the m-values to the roots of each polynomial of the spectrum in all ways, the product
    G(x) = prod (x - loss) has rational coefficients, and the row's loss is one of its roots.  If
    G = g^a h with a >= 1 and h does not vanish at the loss, then g does.
    """
    profile = profile_of(strata.spectrum, taken)
    key = tuple(weights for _, weights in profile)
    if (key, k) not in strata.cache:
        if len(strata.polynomials[k]) - 1 > orbit_size(profile):
            raise Refused(f"{where}: polynomial {k} has too high a degree")
        if key not in strata.cache:
            strata.cache[key] = orbit_polynomial(profile, strata.scale, strata.data.T)
        rest, a = strata.cache[key], 0
        g = poly.monic(strata.polynomials[k])
        while True:
            quotient, remainder = poly.divide(rest, g)
            if remainder:
                break
            rest, a = quotient, a + 1
        if a == 0:
            raise Refused(f"{where}: polynomial {k} does not divide that of the conjugate losses")
        strata.cache[key, k] = rest
    h: Poly = strata.cache[key, k]
    for _ in range(MAX_ROUNDS):
        between = _loss_between(strata, taken)
        if len(h) == 1 or poly.nonzero_between(h, *between):
            return
        if poly.nonzero_between(strata.polynomials[k], *between):
            break
        strata.spectrum.refine(taken)
    raise Refused(f"{where}: not shown to be a root of polynomial {k}")


def _alone(g: Poly, lower: Fraction, upper: Fraction) -> bool:
    """Whether g has at most one root between the bounds."""
    if poly.nonzero_between(poly.derivative(g), lower, upper):
        return True
    return poly.is_squarefree(g) and poly.roots_between(g, lower, upper) == 1
