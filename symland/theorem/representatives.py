"""One exact point of every stratum, with the Hessian of each checked entry by entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symland.claims import curvature, strata as strata_claims
from symland.landscape.deep_linear.eigenspace import Eigenspaces
from symland.landscape.deep_linear.representative import Representative, representative
from symland.theorem.place import NotDecided, Place

if TYPE_CHECKING:
    from symland.theorem.instance import Instance

__all__ = ["RepresentativePlace", "representatives"]

MOST = 60
"""Strata up to which every representative is built."""


class RepresentativePlace(Place):
    """An exact point of one stratum."""

    def __init__(self, kind: str, inertia: tuple[int, int, int]) -> None:
        self.kind, self.inertia = kind, inertia


def representatives(instance: Instance) -> tuple[Place, ...]:
    """A claim for each stratum that its point is critical, on it and of its kind, and another
    that the exact Hessian there has the inertia of the formula.

    The second is left out where the point has entries in two number fields.
    """
    strata = instance.strata
    claim, spaces = instance.strata_claim, Eigenspaces(instance.data, strata.spectrum)
    rows = list(strata.barcode_rows())
    if len(rows) > MOST:
        raise NotDecided(f"{len(rows)} strata, more than the {MOST} that are tried one by one")
    found = []
    for row in rows:
        barcode = row.barcode or ()
        quiver = strata.shape.quiver(row.rank)
        wired = representative(instance.data, spaces, quiver, row.taken, barcode)
        kind, inertia = strata.kind_of(row.taken, barcode)
        name = strata_claims.representative(
            instance.case, claim, strata.spectrum, wired, kind, inertia
        )
        if _one_field(wired):
            curvature.inertia(instance.case, name, inertia)
        found.append(RepresentativePlace(kind, inertia))
    return tuple(found)


def _one_field(wired: Representative) -> bool:
    lines = [line for line in (*wired.first, *wired.last) if line is not None]
    return len({line.index for line in lines if line.index is not None}) < 2
