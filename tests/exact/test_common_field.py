"""Common fields of roots, against SymPy's minimal polynomials."""

import itertools

import pytest
import sympy
from flint import fmpq, fmpq_poly

from symland.exact.common_field import common_field
from symland.exact.number_field import NumberField
from symland.exact.real_roots import irreducible_factors, isolate

x = sympy.Symbol("x")
SQRT2, SQRT3, SQRT8 = ([-2, 0, 1], 1), ([-3, 0, 1], 1), ([-8, 0, 1], 0)
CUBE2 = ([-2, 0, 0, 1], 0)
CYCLIC = [1, -2, -1, 1]  # 2 cos(2 pi / 7) and its conjugates: each is in the field of another
GENERIC = [1, -4, 0, 1]  # three real roots, discriminant 229: two of them generate degree 6


def field(coefficients, index):
    polynomial = fmpq_poly(coefficients)
    return NumberField(polynomial, isolate(polynomial)[index])


def sympy_root(coefficients, index):
    return sympy.Poly(list(reversed(coefficients)), x).real_roots()[index]


@pytest.mark.parametrize(
    ("places", "degree"),
    [
        ([SQRT2, SQRT3], 4),
        ([SQRT2, SQRT8], 2),
        ([SQRT8, SQRT2, ([1, 1], 0)], 2),
        ([([-3, 2], 0), SQRT3], 2),
        ([SQRT2, CUBE2], 6),
        ([(CYCLIC, 0), (CYCLIC, 2)], 3),
        ([(CYCLIC, 0), (CYCLIC, 1), (CYCLIC, 2)], 3),
        ([(GENERIC, 0), (GENERIC, 2)], 6),
        ([(GENERIC, 0), (GENERIC, 1), (GENERIC, 2)], 6),
        ([SQRT2, SQRT3, ([1, 0, -10, 0, 1], 3)], 4),
    ],
)
def test_the_roots_in_the_common_field(places, degree):
    found, images = common_field([field(*place) for place in places], 12)
    assert found.degree == degree
    assert irreducible_factors(found.polynomial)[0][0].degree() == degree
    for place, image in zip(places, images, strict=True):
        value = image * 0
        for c in reversed(place[0]):
            value = value * image + c
        assert not value  # a root of its polynomial, and the right one:
        exact = sympy_root(*place).evalf(40)
        assert (
            abs(sympy.Float(image.enclosure(200).mid().str(40, radius=False), 40) - exact) < 1e-30
        )


def test_a_field_that_holds_the_others_keeps_its_generator():
    eight, two = field(*SQRT8), field(*SQRT2)
    for fields in itertools.permutations([eight, two]):
        found, images = common_field(list(fields), 12)
        assert found is fields[0]
        assert images[0].poly == fmpq_poly([0, 1])
    found, images = common_field([two, field([1, 0, -10, 0, 1], 3)], 12)
    assert found.degree == 4
    assert images[1] == found.generator
    assert images[0] * images[0] == 2


def test_beyond_the_degree_there_is_none():
    assert common_field([field(*SQRT2), field(*SQRT3)], 3) is None
    large = field([-2, *[0] * 6, 1], 0)
    assert common_field([large, field([-3, *[0] * 6, 1], 0)], 100) is None
    assert common_field([field(*SQRT2)], 12)[0].interval[0] < fmpq(2)
