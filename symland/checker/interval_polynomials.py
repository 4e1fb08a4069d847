"""Polynomials in the weights over boxes."""

from __future__ import annotations

from .effort import spend
from .intervals import Interval, number
from .network import Sparse, coordinates
from .statement import Problem


class Ranged:
    """A polynomial in the weights, to be enclosed over boxes with so many binary places."""

    def __init__(self, problem: Problem, polynomial: Sparse, bits: int) -> None:
        index = {place: i for i, place in enumerate(coordinates(problem))}
        self.bits = bits
        spend(2 * len(polynomial.terms) * (1 + polynomial.longest))
        self.terms = [
            (number(c, bits), [(index[place], exponent) for place, exponent in monomial])
            for monomial, c in polynomial.terms.items()
        ]

    def over(self, box: list[Interval]) -> Interval:
        """An enclosure of its values on a box: term by term, each power by its ends."""
        total = number(0, self.bits)
        for factor, monomial in self.terms:
            spend(3 + sum(exponent.bit_length() for _, exponent in monomial))
            for i, exponent in monomial:
                factor = factor * box[i].power(exponent)
            total = total + factor
        return total
