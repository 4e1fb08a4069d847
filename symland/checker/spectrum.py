"""The positive eigenvalues of Sigma as isolated roots of polynomials, and sums of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import pairwise
from math import comb, prod
from typing import Any

from . import files, polynomial as poly
from .context import Context
from .effort import spend
from .linear_algebra import Matrix
from .number_field import Root, bits
from .polynomial import Poly
from .verdict import Refused

MAX_DEGREE = 256


@dataclass(frozen=True)
class Spectrum:
    """Distinct positive eigenvalues in decreasing order, with their multiplicities."""

    sigma: Matrix
    eigenvalues: tuple[Root, ...]
    multiplicities: tuple[int, ...]

    def separators(self) -> list[Fraction]:
        """For every eigenvalue a rational below it and above the next one (or above 0)."""
        uppers = [root.given[1] for root in self.eigenvalues[1:]] + [Fraction(0)]
        return [
            (root.given[0] + upper) / 2
            for root, upper in zip(self.eigenvalues, uppers, strict=True)
        ]

    def taken(self, value: Any, where: str) -> tuple[int, ...]:
        """[[index, multiplicity], ...], indices from 1 and increasing, as a full tuple."""
        result, before = [0] * len(self.eigenvalues), 0
        for pair in files.array(value, where):
            i, m = files.array(pair, where, 2)
            i = files.count(i, f"{where}: index", before + 1)
            if i > len(result):
                raise Refused(f"{where}: there is no eigenvalue {i}")
            m = files.count(m, f"{where}: multiplicity", 1)
            if m > self.multiplicities[i - 1]:
                raise Refused(
                    f"{where}: eigenvalue {i} has multiplicity "
                    f"{self.multiplicities[i - 1]}, {m} is taken"
                )
            result[i - 1], before = m, i
        return tuple(result)

    @cached_property
    def polynomials(self) -> dict[Poly, list[int]]:
        """The distinct polynomials, each with the positions of its roots."""
        groups: dict[Poly, list[int]] = {}
        for i, root in enumerate(self.eigenvalues):
            groups.setdefault(root.polynomial, []).append(i)
        return groups

    def sum_between(self, taken: Sequence[int]) -> tuple[Fraction, Fraction]:
        """Bounds of the sum of the eigenvalues taken, from the present intervals."""
        chosen = [(m, root) for m, root in zip(taken, self.eigenvalues, strict=True) if m]
        return (
            sum((m * root.lower for m, root in chosen), Fraction(0)),
            sum((m * root.upper for m, root in chosen), Fraction(0)),
        )

    def refine(self, taken: Sequence[int]) -> None:
        """Halve the intervals of the eigenvalues taken."""
        for m, root in zip(taken, self.eigenvalues, strict=True):
            if m and root.lower < root.upper:
                root.refine()


def spectrum_of(context: Context, name: Any) -> Spectrum:
    """What an established claim of kind spectrum has shown."""
    context.claim(name, "spectrum")
    found: Spectrum = context.cache["spectrum", name]
    return found


def read_spectrum(claim: dict[str, Any], sigma: Matrix, characteristic: Poly) -> Spectrum:
    """The eigenvalues of a claim, proved against the characteristic polynomial of Sigma.

    The product x^zero * prod f^mu over the distinct polynomials f listed must be the
    characteristic polynomial.  Each f comes with as many intervals as its degree, each with a
    root in it, and all intervals of the list are disjoint, decreasing and positive: so every
    interval holds exactly one root of its polynomial, roots of different polynomials differ, and
    all eigenvalues are there in decreasing order.
    """
    entries = []
    for value in files.array(claim["eigenvalues"], "eigenvalues"):
        files.fields(value, "eigenvalues", "polynomial interval multiplicity")
        polynomial = poly.trim(
            [
                files.number(x, "eigenvalues: polynomial")
                for x in files.array(value["polynomial"], "eigenvalues: polynomial")
            ]
        )
        if not 2 <= len(polynomial) <= len(characteristic):
            raise Refused("an eigenvalue's polynomial is constant or has too high a degree")
        lower, upper = (
            files.number(x, "eigenvalues: interval")
            for x in files.array(value["interval"], "eigenvalues: interval", 2)
        )
        mu = files.count(value["multiplicity"], "eigenvalues: multiplicity", 1)
        entries.append((poly.monic(polynomial), lower, upper, mu))
    if any(lower > upper for _, lower, upper, _ in entries):
        raise Refused("an interval of an eigenvalue ends before it begins")
    if any(a[1] <= b[2] for a, b in pairwise(entries)) or (entries and entries[-1][1] <= 0):
        raise Refused("the intervals of the eigenvalues are not disjoint, decreasing and positive")
    zero = files.count(claim["zero"], "zero", 0, len(characteristic) - 1)
    _compare(entries, zero, characteristic)
    roots = tuple(Root(f, lower, upper) for f, lower, upper, _ in entries)
    return Spectrum(sigma, roots, tuple(mu for *_, mu in entries))


def _compare(
    entries: list[tuple[Poly, Fraction, Fraction, int]], zero: int, characteristic: Poly
) -> None:
    groups: dict[Poly, list[int]] = {}
    for f, _, _, mu in entries:
        groups.setdefault(f, []).append(mu)
    total = zero + sum((len(f) - 1) * mus[0] for f, mus in groups.items())
    if any(len(mus) != len(f) - 1 or len(set(mus)) > 1 for f, mus in groups.items()):
        raise Refused("a polynomial of degree d is not listed with d roots of one multiplicity")
    if total != len(characteristic) - 1:
        raise Refused(f"the multiplicities add up to {total}, expected {len(characteristic) - 1}")
    result: Poly = (*(Fraction(0),) * zero, Fraction(1))
    for f, mus in groups.items():
        for _ in range(mus[0]):
            result = poly.multiply(result, f)
    if result != characteristic:
        raise Refused("the product of the polynomials is not the characteristic polynomial")


# Sums over all the ways of giving the multiplicities to the roots of each polynomial.
# Power series in t are lists of their coefficients, all of one length.

Profile = tuple[tuple[Poly, tuple[int, ...]], ...]


def profile_of(spectrum: Spectrum, taken: Sequence[int]) -> Profile:
    """For every polynomial the sorted list of the multiplicities taken at its roots."""
    return tuple(
        (f, tuple(sorted(taken[i] for i in where))) for f, where in spectrum.polynomials.items()
    )


def orbit_size(profile: Profile) -> int:
    """In how many ways the multiplicities can be given to the roots."""
    return prod(_arrangements(weights) for _, weights in profile)


def _arrangements(weights: tuple[int, ...]) -> int:
    result, rest = 1, len(weights)
    for v in set(weights):
        result *= comb(rest, weights.count(v))
        rest -= weights.count(v)
    return result


def orbit_polynomial(profile: Profile, scale: Fraction, total: Fraction) -> Poly:
    """prod (x - scale (total - sum)) over the orbit: monic, with rational coefficients.

    Its power sums are k! times the coefficients of sum over the orbit of exp(t x_J), a product of
    one factor for each polynomial; Newton's identities turn them into coefficients.
    """
    degree = orbit_size(profile)
    if degree > MAX_DEGREE:
        raise Refused(
            f"the sum of eigenvalues has {degree} conjugates, at most {MAX_DEGREE} are expanded"
        )
    series = _exponential(scale * total, degree + 1)
    for f, weights in profile:
        series = _product(series, _orbit_series(f, weights, -scale, degree + 1))
    factorial, sums = 1, []
    for k, a in enumerate(series):
        factorial *= max(k, 1)
        sums.append(a * factorial)
    return _from_power_sums(sums, degree)


def _exponential(a: Fraction, length: int) -> list[Fraction]:
    result = [Fraction(1)]
    for k in range(1, length):
        spend(1, k * bits(a), bits(a))
        result.append(result[-1] * a / k)
    return result


def _product(p: list[Fraction], q: list[Fraction]) -> list[Fraction]:
    spend(len(p) ** 2, *(max(map(bits, of)) for of in (p, q)))
    return [sum((p[i] * q[k - i] for i in range(k + 1)), Fraction(0)) for k in range(len(p))]


def _orbit_series(
    f: Poly, weights: tuple[int, ...], scale: Fraction, length: int
) -> list[Fraction]:
    """Sum of exp(scale t sum v_i alpha_i) over the different arrangements v of the weights.

    The commonest weight w is split off (sum w alpha_i is rational); the others, a_1..a_k, belong to
    different roots: an augmented monomial symmetric function of the numbers exp(scale t alpha_i),
    computed from their power sums, sum exp(a scale t alpha_i), by
    m(a_1..a_k) = p(a_k) m(a_1..a_k-1) - sum over l < k of m(.., a_l + a_k, ..).
    """
    common = max(set(weights), key=weights.count)
    others = tuple(v - common for v in weights if v != common)
    sums = _power_sums(f, length)
    cache: dict[tuple[int, ...], list[Fraction]] = {}

    def power(a: int) -> list[Fraction]:
        exponential = _exponential(a * scale, length)
        return [x * y for x, y in zip(exponential, sums, strict=True)]

    def monomial(parts: tuple[int, ...]) -> list[Fraction]:
        if parts not in cache:
            if len(parts) == 1:
                cache[parts] = power(parts[0])
            else:
                rest, last = parts[:-1], parts[-1]
                result = _product(power(last), monomial(rest))
                for i, a in enumerate(rest):
                    merged = tuple(sorted((*rest[:i], a + last, *rest[i + 1 :])))
                    result = [x - y for x, y in zip(result, monomial(merged), strict=True)]
                cache[parts] = result
        return cache[parts]

    series = _exponential(common * scale * sums[1], length) if length > 1 else [Fraction(1)]
    if others:
        series = _product(series, monomial(tuple(sorted(others))))
        repeats = prod(_factorial(others.count(v)) for v in set(others))
        series = [x / repeats for x in series]
    return series


def _factorial(n: int) -> int:
    return prod(range(1, n + 1))


@lru_cache(maxsize=64)
def _power_sums(f: Poly, length: int) -> list[Fraction]:
    """p_0, p_1, ... of the roots of the monic ``f`` (Newton's identities)."""
    d, signed = len(f) - 1, [-a for a in reversed(f)]  # x^d = signed[1] x^(d-1) + ...
    sums = [Fraction(d)]
    for k in range(1, length):
        value = k * signed[k] if k <= d else Fraction(0)
        value += sum((signed[i] * sums[k - i] for i in range(1, min(k - 1, d) + 1)), Fraction(0))
        sums.append(value)
    return sums


def _from_power_sums(sums: list[Fraction], degree: int) -> Poly:
    """The monic polynomial of that degree whose roots have these power sums."""
    signed = [Fraction(1)]
    for k in range(1, degree + 1):
        signed.append(-sum((signed[k - i] * sums[i] for i in range(1, k + 1)), Fraction(0)) / k)
    return tuple(reversed(signed))
