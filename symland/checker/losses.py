"""The loss of a row of strata: inside its interval, and a root of the polynomial it names."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from . import files, polynomial as poly
from .polynomial import Poly
from .spectrum import orbit_polynomial, orbit_size, profile_of
from .strata import Strata
from .verdict import Refused

MAX_ROUNDS = 4000


def check_loss(strata: Strata, loss: Any, taken: tuple[int, ...], where: str) -> None:
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
