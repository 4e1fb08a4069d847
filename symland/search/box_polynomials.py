"""Polynomials in the weights over many boxes at once, in floats."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from flint import fmpq_mpoly

from symland.landscape.number_systems.interval_arrays import IntervalArray
from symland.search.box_exclusion import clear

__all__ = ["BoxPolynomial"]

Array = npt.NDArray[Any]
Terms = list[tuple[float, tuple[int, ...]]]


class BoxPolynomial:
    """A polynomial whose zeros are kept out of boxes: by its terms, or by its value at the middle
    and the terms of its derivatives.

    >>> from symland.exact.polynomial import PolynomialRing
    >>> x, y = PolynomialRing(["x", "y"]).gens
    >>> ends = np.array([[1.0, 0.0], [0.0, 0.0]]), np.array([[2.0, 0.5], [2.0, 1.0]])
    >>> BoxPolynomial(x * x - y).is_nonzero(*ends, 0.1).tolist()
    [True, False]
    """

    def __init__(self, polynomial: fmpq_mpoly):
        variables = range(polynomial.context().nvars())
        every = [polynomial, *(polynomial.derivative(i) for i in variables)]
        largest = max((abs(c) for c in polynomial.coeffs()), default=1)
        self.terms: list[Terms] = [_terms(p / largest) for p in every]

    def is_nonzero(self, low: Array, high: Array, margin: float) -> Array:
        """For every box (rows of ends) whether the polynomial is not 0 in it, by a margin, as a
        part of its width."""
        value = _over(self.terms[0], low, high)
        middle = (low + high) / 2
        centred = _over(self.terms[0], middle, middle)
        for i, terms in enumerate(self.terms[1:]):
            radius = (high[:, i] - low[:, i]) / 2
            centred = centred + _over(terms, low, high) * IntervalArray(-radius, radius)
        away = clear(value.lower, value.upper, margin)
        return np.asarray(away | clear(centred.lower, centred.upper, margin))


def _terms(polynomial: fmpq_mpoly) -> Terms:
    pairs: Sequence[Any] = list(zip(polynomial.coeffs(), polynomial.monoms(), strict=True))
    return [(float(c.p) / float(c.q), tuple(int(e) for e in m)) for c, m in pairs]


def _over(terms: Terms, low: Array, high: Array) -> IntervalArray:
    total = IntervalArray(np.zeros(len(low)), np.zeros(len(low)))
    for c, exponents in terms:
        part = IntervalArray(np.full(len(low), c), np.full(len(low), c))
        for i, e in enumerate(exponents):
            if e:
                part = part * _power(low[:, i], high[:, i], e)
        total = total + part
    return total


def _power(low: Array, high: Array, exponent: int) -> IntervalArray:
    ends = low**exponent, high**exponent
    if exponent % 2:
        return IntervalArray(*ends)
    least = np.where((low <= 0) & (high >= 0), 0.0, np.minimum(*ends))
    return IntervalArray(least, np.maximum(*ends))
