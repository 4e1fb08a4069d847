"""Critical values as algebraic numbers: sums of eigenvalues, their polynomials, enclosures.

A stratum that takes m_i copies of the eigenvalue lambda_i has loss ``c (T - sum m_i lambda_i)``.
The sums of r of the q positive eigenvalues (with multiplicity) are the roots of one polynomial
over Q, the characteristic polynomial of the r-th additive compound of Sigma. Its power sums come
from the elementary symmetric functions of exp(lambda_1 t), ..., exp(lambda_q t).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import comb
from typing import Any

from flint import arb, fmpq, fmpq_poly

from symland.exact.number_field import ends, precision
from symland.exact.real_roots import Interval, has_one_root, irreducible_factors
from symland.landscape.deep_linear.data import DeepLinear
from symland.landscape.deep_linear.spectrum import Spectrum

__all__ = ["CriticalValue", "CriticalValues", "additive_compound_polynomial"]

LARGEST_DEGREE = 20
"""Polynomials of losses are given up to this degree; beyond, the sum of eigenvalues stands."""


@dataclass(frozen=True, eq=False)
class CriticalValue:
    """A critical value: an interval around it; its polynomial with that one root, if not too big.

    `exact` is the value itself where it is rational.
    """

    interval: Interval
    polynomial: fmpq_poly | None

    @property
    def exact(self) -> fmpq | None:
        """The value where it is rational, else None."""
        return self.interval[0] if self.interval[0] == self.interval[1] else None


def additive_compound_polynomial(characteristic: fmpq_poly, r: int) -> fmpq_poly:
    """The monic polynomial whose roots are the sums of r of the roots of the given one.

    >>> additive_compound_polynomial(fmpq_poly([-6, 11, -6, 1]), 2)      # roots 1, 2, 3
    x^3 + (-12)*x^2 + 47*x + (-60)
    """
    degree = int(characteristic.degree())
    size = comb(degree, r)
    exponentials = _power_sums(characteristic, size)
    factorial, scaled = fmpq(1), []
    for k, power_sum in enumerate(exponentials):
        factorial = factorial * k if k else fmpq(1)
        scaled.append(power_sum / factorial)
    elementary = [fmpq_poly([1])]
    for i in range(1, r + 1):
        total = fmpq_poly([0])
        for j in range(1, i + 1):
            stretched = fmpq_poly([c * fmpq(j) ** k for k, c in enumerate(scaled)])
            term = elementary[i - j].mul_low(stretched, size + 1)
            total += term if j % 2 else -term
        elementary.append(total / i)
    sums, factorial = [], fmpq(1)
    for k in range(1, size + 1):
        factorial *= k
        sums.append(elementary[r][k] * factorial)
    return _from_power_sums(sums)


def _power_sums(polynomial: fmpq_poly, count: int) -> list[fmpq]:
    """Power sums p_0, ..., p_count of the roots of a monic polynomial (Newton)."""
    degree = int(polynomial.degree())
    e = [polynomial[degree - k] for k in range(degree + 1)]
    sums = [fmpq(degree)]
    for k in range(1, count + 1):
        total = -k * e[k] if k <= degree else fmpq(0)
        for j in range(1, min(k - 1, degree) + 1):
            total -= e[j] * sums[k - j]
        sums.append(total)
    return sums


def _from_power_sums(sums: list[fmpq]) -> fmpq_poly:
    """The monic polynomial with the given power sums p_1, p_2, ... of its roots (Newton)."""
    e = [fmpq(1)]
    for k in range(1, len(sums) + 1):
        e.append(-sum((e[k - j] * sums[j - 1] for j in range(1, k + 1)), fmpq(0)) / k)
    return fmpq_poly(e[::-1])


class CriticalValues:
    """The critical values of one deep linear problem, each computed once and remembered."""

    def __init__(self, linear: DeepLinear, spectrum: Spectrum):
        self.linear = linear
        self.spectrum = spectrum
        self._factors: dict[int, list[fmpq_poly]] = {}

    @cached_property
    def _positive(self) -> fmpq_poly:
        """The product of (x - lambda) over the positive eigenvalues with multiplicity."""
        result = fmpq_poly([1])
        for e in self.spectrum.eigenvalues:
            if e is self.spectrum.eigenvalues[self.spectrum.conjugates(self._index(e))[0]]:
                result *= e.polynomial**e.multiplicity
        return result

    def _index(self, eigenvalue: Any) -> int:
        return next(i for i, e in enumerate(self.spectrum.eigenvalues) if e is eigenvalue)

    def __call__(self, taken: tuple[int, ...]) -> CriticalValue:
        """The value of the strata that take the given multiplicities, one for each eigenvalue."""
        exact = self._rational_sum(taken)
        if exact is not None:
            value = self.linear.scale * (self.linear.T - exact)
            return CriticalValue((value, value), fmpq_poly([-value, 1]))
        if comb(self.spectrum.q, sum(taken)) > LARGEST_DEGREE:
            return CriticalValue(self._enclosure(taken, 64), None)
        return self._with_polynomial(taken)

    def _rational_sum(self, taken: tuple[int, ...]) -> fmpq | None:
        """The sum of the taken eigenvalues where it is one over whole sets of conjugates."""
        total, seen = fmpq(0), set()
        for i, e in enumerate(self.spectrum.eigenvalues):
            family = self.spectrum.conjugates(i)
            if len({taken[j] for j in family}) > 1:
                return None
            if family[0] not in seen:
                seen.add(family[0])
                total -= taken[i] * e.polynomial[int(e.polynomial.degree()) - 1]
        return total

    def _sum_ball(self, taken: tuple[int, ...], bits: int) -> arb:
        total = arb(0)
        for m, e in zip(taken, self.spectrum.eigenvalues, strict=True):
            if m:
                total += m * e.field.root_enclosure(bits)
        return total

    def _ball(self, taken: tuple[int, ...], bits: int) -> arb:
        """A ball around the loss."""
        with precision(bits + 16):
            return arb(self.linear.scale) * (arb(self.linear.T) - self._sum_ball(taken, bits))

    def _enclosure(self, taken: tuple[int, ...], bits: int) -> Interval:
        """An interval of relative width below 1e-13 around a loss that is not rational."""
        while True:
            low, high = ends(self._ball(taken, bits), bits)
            if low > 0 and (high - low) * 10**13 < low:
                return low, high
            bits *= 2

    def _with_polynomial(self, taken: tuple[int, ...]) -> CriticalValue:
        """The irreducible polynomial of the loss, and an interval with that one root of it."""
        candidates, bits = self._candidates(sum(taken)), 64
        while True:
            ball = self._ball(taken, bits)
            possible = [g for g in candidates if _evaluate(g, ball, bits).contains(0)]
            if len(possible) == 1:
                break
            bits *= 2
        polynomial = possible[0]
        if polynomial.degree() == 1:
            value = -polynomial[0] / polynomial[1]
            return CriticalValue((value, value), polynomial)
        while True:
            interval = self._enclosure(taken, bits)
            if _one_root_inside(polynomial, interval, bits):
                return CriticalValue(interval, polynomial)
            bits *= 2

    def _candidates(self, r: int) -> list[fmpq_poly]:
        """The irreducible polynomials of the losses at rank r."""
        if r not in self._factors:
            compound = additive_compound_polynomial(self._positive, r)
            self._factors[r] = [self._in_the_loss(g) for g, _ in irreducible_factors(compound)]
        return self._factors[r]

    def _in_the_loss(self, polynomial: fmpq_poly) -> fmpq_poly:
        """The polynomial of c (T - z), integer and primitive, from that of z."""
        shifted = polynomial(fmpq_poly([self.linear.T, -1 / self.linear.scale]))
        integral = fmpq_poly(shifted.numer())
        content = fmpq(integral.numer().content())
        leading = integral.leading_coefficient()
        return integral / (content if leading > 0 else -content)


def _evaluate(polynomial: fmpq_poly, ball: arb, bits: int) -> arb:
    with precision(bits + 32 * int(polynomial.degree())):
        value = arb(0)
        for coefficient in reversed(polynomial.coeffs()):
            value = value * ball + arb(coefficient)
        return value


def _one_root_inside(polynomial: fmpq_poly, interval: Interval, bits: int) -> bool:
    """A change of sign, and a derivative that does not vanish in between."""
    with precision(bits + 16):
        ball = arb(interval[0]).union(arb(interval[1]))
    slope = _evaluate(polynomial.derivative(), ball, bits)
    return has_one_root(polynomial, interval) and not slope.contains(0)
