"""The positive eigenvalues of Sigma, exactly: irreducible factors, isolating intervals, order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from flint import fmpq_poly

from symland.exact.number_field import NumberField
from symland.exact.rational_matrix import RationalMatrix
from symland.exact.real_roots import Interval, irreducible_factors, isolate, refine, separate

__all__ = ["Eigenvalue", "Spectrum", "spectrum"]


@dataclass(frozen=True, eq=False)
class Eigenvalue:
    """A positive eigenvalue: the root in `interval` of an irreducible monic polynomial."""

    polynomial: fmpq_poly
    interval: Interval
    multiplicity: int

    @cached_property
    def field(self) -> NumberField:
        """The number field that it generates (of degree 1 where it is rational)."""
        return NumberField(self.polynomial, self.interval)


@dataclass(frozen=True, eq=False)
class Spectrum:
    """The distinct positive eigenvalues, decreasing, with disjoint intervals; and the nullity.

    Examples
    --------
    >>> found = spectrum(RationalMatrix([[1, 1, 0], [1, 1, 0], [0, 0, 2]]))
    >>> [(e.polynomial, e.multiplicity) for e in found.eigenvalues], found.zero
    ([(x + (-2), 2)], 1)
    """

    eigenvalues: tuple[Eigenvalue, ...]
    zero: int

    @property
    def q(self) -> int:
        """The number of positive eigenvalues with multiplicity."""
        return sum(e.multiplicity for e in self.eigenvalues)

    def conjugates(self, index: int) -> list[int]:
        """Indices (from 0) of the eigenvalues that share the polynomial of the given one."""
        mine = self.eigenvalues[index].polynomial
        return [i for i, e in enumerate(self.eigenvalues) if e.polynomial == mine]


def spectrum(sigma: RationalMatrix) -> Spectrum:
    """The positive eigenvalues of a symmetric positive semidefinite rational matrix."""
    factors = irreducible_factors(fmpq_poly(sigma.charpoly()))
    zero = sum(k for f, k in factors if f == fmpq_poly([0, 1]))
    roots, multiplicity = [], {}
    for f, k in factors:
        if f == fmpq_poly([0, 1]):
            continue
        multiplicity[str(f)] = k
        roots += [(f, _away_from_zero(f, interval)) for interval in isolate(f)]
    ordered = separate(roots)
    return Spectrum(tuple(Eigenvalue(f, i, multiplicity[str(f)]) for f, i in ordered), zero)


def _away_from_zero(polynomial: fmpq_poly, interval: Interval) -> Interval:
    """The isolating interval of a positive root, refined until its lower end is positive."""
    while interval[0] <= 0:
        interval = refine(polynomial, interval, (interval[1] - interval[0]) / 16)
    return interval
