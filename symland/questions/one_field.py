"""A point with entries in several number fields, written in one field that holds them all."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symland.exact.common_field import common_field
from symland.exact.number_field import AlgebraicNumber
from symland.exact.rational_matrix import as_fmpq, as_fraction
from symland.landscape.number_systems.exact_rings import algebraic_numbers
from symland.problem.entry import Algebraic, Entry, algebraic_entry
from symland.problem.root import Root
from symland.problem.weights import Weights

__all__ = ["MOST_DEGREE", "in_one_field"]

MOST_DEGREE = 12


def in_one_field(point: Weights) -> Weights | None:
    """The same point with one root, without logarithms; None beyond the degree `MOST_DEGREE`.

    >>> from symland import parse_weights
    >>> root = {"polynomial": ["-2", "0", "1"], "interval": ["1", "2"]}
    >>> other = {"polynomial": ["-8", "0", "1"], "interval": ["2", "3"]}
    >>> table = {"roots": {"s": root, "t": other}, "W1": [[{"s": ["0", "1"]}, {"t": ["1", "1"]}]]}
    >>> found = in_one_field(parse_weights(table)).to_json()
    >>> found["W1"], found["root"]["polynomial"]
    ([[['0', '1'], ['1', '2']]], ['-2', '0', '1'])
    """
    roots = point.roots
    generators = [
        algebraic_numbers(r.polynomial, r.interval).root(r.polynomial, r.interval)
        for r in roots.values()
    ]
    found = common_field([x.field for x in generators], MOST_DEGREE)
    if found is None:
        return None
    field, images = found
    at = dict(zip(roots, images, strict=True))

    def written(entry: Entry) -> Entry:
        if not isinstance(entry, Algebraic):
            return entry
        value = sum((_at(c, at[name]) for name, c in entry.terms), field.element(0))
        return algebraic_entry({"": tuple(as_fraction(c) for c in value.poly.coeffs())})

    values = {
        name: [
            [written(x) for x in row] if isinstance(row, tuple) else written(row) for row in array
        ]
        for name, array in point.values.items()
    }
    ends = field.interval
    polynomial = tuple(as_fraction(c) for c in field.polynomial.coeffs())
    return Weights(values, {"": Root(polynomial, (as_fraction(ends[0]), as_fraction(ends[1])))})


def _at(coefficients: Sequence[Fraction], root: AlgebraicNumber) -> AlgebraicNumber:
    value = root.field.element(0)
    for c in reversed(coefficients):
        value = value * root + as_fmpq(c)
    return value
