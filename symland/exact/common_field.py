"""One real number field that holds the roots of several.

For roots a of f and b of g the number c = a + k b generates Q(a, b) for all but finitely many k:
wherever the numbers a_i + k b_j over all conjugates are different. Its polynomial is a factor of
that of the matrix f (x) 1 + k 1 (x) g of companion matrices, and x - a is the greatest common
divisor of f(x) and g((c - x) / k) over Q(c). (Cohen, A Course in Computational Algebraic Number
Theory, section 4.5.)
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb, fmpq, fmpq_poly

from symland.exact.field_polynomial import gcd
from symland.exact.number_field import AlgebraicNumber, NumberField, precision
from symland.exact.rational_matrix import RationalMatrix
from symland.exact.real_roots import Interval, irreducible_factors, isolate, separate

__all__ = ["common_field"]

MOST_PRODUCT = 36
"""Product of two degrees beyond which polynomials of sums take too long to factor."""


def common_field(
    fields: Sequence[NumberField], most: int
) -> tuple[NumberField, list[AlgebraicNumber]] | None:
    """A field with the generators of all the given ones in it; None beyond the degree `most`.

    Where one of the fields holds the others it is that one, with its own generator.

    Examples
    --------
    >>> two = NumberField(fmpq_poly([-2, 0, 1]), (fmpq(1), fmpq(2)))
    >>> eight = NumberField(fmpq_poly([-8, 0, 1]), (fmpq(2), fmpq(3)))
    >>> common_field([two, eight], 12)[1]
    [AlgebraicNumber(x), AlgebraicNumber(2*x)]
    >>> three = NumberField(fmpq_poly([-3, 0, 1]), (fmpq(1), fmpq(2)))
    >>> field, (a, b) = common_field([two, three], 12)
    >>> field.degree, a * a == 2, b * b == 3, (b - a).sign()
    (4, True, True, 1)
    """
    field, images = fields[0], [fields[0].generator]
    for other in fields[1:]:
        joined = _joined(field, other, most)
        if joined is None:
            return None
        field, old, new = joined
        images = [_value(x.poly, old) for x in images]
        images.append(new)
    return field, images


def _joined(
    K: NumberField, L: NumberField, most: int
) -> tuple[NumberField, AlgebraicNumber, AlgebraicNumber] | None:
    """The field of both, and the two generators in it."""
    if K.degree * L.degree > MOST_PRODUCT:
        return None
    k, polynomial = _separating(K, L)
    factor, interval = _with_root(polynomial, K, L, k)
    if factor.degree() > most:
        return None
    M = NumberField(factor, interval)
    a = _shared_root(M, K, L, k)
    b = (M.generator - a) / k
    if K.degree == M.degree:
        return K, K.generator, _rewritten(b, a, K)
    if L.degree == M.degree:
        return L, _rewritten(a, b, L), L.generator
    return M, a, b


def _separating(K: NumberField, L: NumberField) -> tuple[int, fmpq_poly]:
    """k, and the polynomial whose roots are the different numbers a_i + k b_j."""
    f, g = _companion(K), _companion(L)
    m, n = len(f), len(g)
    k = 0
    while True:
        k += 1
        rows = [
            [
                (f[i][p] if j == q else fmpq(0)) + (g[j][q] * k if i == p else fmpq(0))
                for p in range(m)
                for q in range(n)
            ]
            for i in range(m)
            for j in range(n)
        ]
        polynomial = fmpq_poly(RationalMatrix(rows).charpoly())
        if polynomial.gcd(polynomial.derivative()).degree() == 0:
            return k, polynomial


def _companion(field: NumberField) -> list[list[fmpq]]:
    """Multiplication by the generator, on its powers."""
    n, leading = field.degree, field.polynomial.leading_coefficient()
    last = [-field.polynomial[i] / leading for i in range(n)]
    return [[fmpq(i == j + 1) if j < n - 1 else last[i] for j in range(n)] for i in range(n)]


def _with_root(
    polynomial: fmpq_poly, K: NumberField, L: NumberField, k: int
) -> tuple[fmpq_poly, Interval]:
    """The irreducible factor with the root a + k b, and an interval that isolates it there."""
    factors = [f for f, _ in irreducible_factors(polynomial)]
    places = separate([(f, interval) for f in factors for interval in isolate(f)])
    bits = 64
    while len(places) > 1:
        with precision(bits):
            ball = K.root_enclosure(bits) + L.root_enclosure(bits) * k
            places = [
                (f, ends) for f, ends in places if ball.overlaps(arb(ends[0]).union(arb(ends[1])))
            ]
        bits *= 2
    return places[0]


def _shared_root(M: NumberField, K: NumberField, L: NumberField, k: int) -> AlgebraicNumber:
    """a in M: the only common root of f(x) and g((c - x) / k), c the generator of M."""
    inner = [M.generator / k, M.element(fmpq(-1, k))]
    moved: list[AlgebraicNumber] = []
    for c in reversed(L.polynomial.coeffs()):
        shifted = [M.element(0), *(x * inner[1] for x in moved)]
        moved = [x * inner[0] for x in moved] + [M.element(0)]
        moved = [x + y for x, y in zip(moved, shifted, strict=True)]
        moved[0] = moved[0] + c
    common = gcd([M.element(c) for c in K.polynomial.coeffs()], moved)
    if len(common) != 2:
        raise ArithmeticError("the sums of conjugates were not different")
    return -common[0] / common[1]


def _rewritten(
    x: AlgebraicNumber, generator: AlgebraicNumber, field: NumberField
) -> AlgebraicNumber:
    """x as a polynomial in a generator of its field, which is the root of `field`."""
    n, power, powers = field.degree, x.field.element(1), []
    for _ in range(n):
        powers.append(_coordinates(power, n))
        power = power * generator
    solved = RationalMatrix(powers).T.solve(RationalMatrix([_coordinates(x, n)]).T)
    return field.element(fmpq_poly([row[0] for row in solved.flint.tolist()]))


def _coordinates(x: AlgebraicNumber, size: int) -> list[fmpq]:
    return [x.poly[i] for i in range(size)]


def _value(polynomial: fmpq_poly, at: AlgebraicNumber) -> AlgebraicNumber:
    total = at.field.element(0)
    for c in reversed(polynomial.coeffs()):
        total = total * at + c
    return total
