"""Exact linear algebra over an ordered field: rationals, or numbers of one root.

A matrix is a list of rows.  Rational matrices are eliminated without fractions (Bareiss), since
a row may be scaled by a positive integer before its rank or kernel is taken, and a symmetric
matrix by a positive integer before its inertia is; so are matrices of polynomials in logarithms.
Whatever the divisor, each step multiplies rows by numbers that are not zero and divides by one: a
quotient that is not exact would be refused (`LogPolynomial.__floordiv__`).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

from .effort import spend
from .log_polynomial import LogPolynomial
from .number_field import Element, Scalar, bits, is_zero, reciprocal, sign
from .polynomial import Poly
from .verdict import Refused

Matrix = list[list[Scalar]]


def identity(n: int) -> Matrix:
    """The n x n identity matrix."""
    return [[Fraction(i == j) for j in range(n)] for i in range(n)]


def transpose(a: Matrix, columns: int = 0) -> Matrix:
    """The transpose; ``columns`` is the number of columns of a matrix without rows."""
    return [list(row) for row in zip(*a, strict=True)] if a else [[] for _ in range(columns)]


def product(*factors: Matrix) -> Matrix:
    """The product of one or more matrices with matching inner sizes, none of them empty."""
    result = factors[0]
    for b in factors[1:]:
        columns = transpose(b)
        if result and result[0] and len(result[0]) != len(b):
            raise Refused(f"product of {len(result[0])} columns with {len(b)} rows")
        result = [[dot(row, column) for column in columns] for row in result]
    return result


def dot(u: Sequence[Scalar], v: Sequence[Scalar]) -> Scalar:
    """The sum of products; a factor written as 0 (`bool` is false) is skipped."""
    total: Scalar = Fraction(0)
    for x, y in zip(u, v, strict=True):
        if x and y:
            total = total + x * y
    spend(2 + len(u), bits(total))
    return total


def subtract(a: Matrix, b: Matrix) -> Matrix:
    """a - b."""
    return [[x - y for x, y in zip(u, v, strict=True)] for u, v in zip(a, b, strict=True)]


def minus_multiple(a: Matrix, factor: Scalar) -> Matrix:
    """a - factor I."""
    return [[x - factor if i == j else x for j, x in enumerate(row)] for i, row in enumerate(a)]


def trace(a: Matrix) -> Scalar:
    """The sum of the diagonal."""
    return sum((row[i] for i, row in enumerate(a)), Fraction(0))


def vanishes(a: Matrix) -> bool:
    """Whether every entry is 0, also as a number of its field."""
    return all(is_zero(x) for row in a for x in row)


def equal(a: Matrix, b: Matrix) -> bool:
    """Whether a - b vanishes; the sizes agree."""
    return vanishes(subtract(a, b))


def is_rational(a: Matrix) -> bool:
    """Whether no entry is written as a number of a field or in logarithms."""
    return not any(isinstance(x, (Element, LogPolynomial)) for row in a for x in row)


def _logarithmic(a: Matrix) -> Matrix | None:
    """The matrix in polynomials in logarithms, if some entry is one."""
    if not any(isinstance(x, LogPolynomial) for row in a for x in row):
        return None
    return [[LogPolynomial({}) + x for x in row] for row in a]


def _whole(row: Sequence[Fraction], common: int) -> list[int]:
    return [x.numerator * (common // x.denominator) for x in row]


def echelon(a: Matrix) -> tuple[Matrix, list[int]]:
    """A row echelon form spanning the same row space, and its pivot columns."""
    rational, logs = is_rational(a), _logarithmic(a)
    if rational:
        rows: Matrix = [_whole(row, lcm(*(Fraction(x).denominator for x in row))) for row in a]
    else:
        rows = logs or [list(row) for row in a]
    whole, pivots, done, previous = rational or logs is not None, [], 0, 1
    for column in range(len(rows[0]) if rows else 0):
        below = range(done, len(rows))
        chosen = next((i for i in below if not is_zero(rows[i][column])), None)
        if chosen is None:
            continue
        rows[done], rows[chosen] = rows[chosen], rows[done]
        top = rows[done]
        pivot = top[column]
        # The columns up to this one are zero below, and nobody looks at them again.
        after = range(column + 1, len(top))
        gone = [0] * (column + 1)
        inverse = reciprocal(pivot) if after and not whole else None
        spend(len(after) * (len(rows) - done), bits(pivot) if rational else 0)
        for i in range(done + 1, len(rows)):
            row, factor = rows[i], rows[i][column]
            if whole:
                rows[i] = gone + [(pivot * row[j] - factor * top[j]) // previous for j in after]
            elif after and not is_zero(factor):
                ratio = factor * inverse
                rows[i] = gone + [row[j] - ratio * top[j] for j in after]
        pivots.append(column)
        previous = pivot
        done += 1
    return rows[:done], pivots


def rank(a: Matrix) -> int:
    """The number of pivots."""
    return len(echelon(a)[1])


def column_basis(a: Matrix) -> Matrix:
    """The columns of ``a`` in pivot position, as the columns of a matrix."""
    pivots = echelon(a)[1]
    return [[row[j] for j in pivots] for row in a]


def kernel(a: Matrix, columns: int) -> Matrix:
    """A basis of {x : a x = 0} as the columns of a matrix with ``columns`` rows."""
    rows, pivots = echelon(a)
    inverses = [reciprocal(row[j]) for row, j in zip(rows, pivots, strict=True)]
    basis = []
    for free in (j for j in range(columns) if j not in set(pivots)):
        x: list[Scalar] = [Fraction(j == free) for j in range(columns)]
        for row, j, inverse in zip(
            reversed(rows), reversed(pivots), reversed(inverses), strict=True
        ):
            x[j] = -(dot(row[j + 1 :], x[j + 1 :]) * inverse)
        basis.append(x)
    return transpose(basis, columns)


def solve(a: Matrix, b: Matrix) -> Matrix:
    """The x with a x = b, ``a`` square and invertible (`Refused` if it is not)."""
    n = len(a)
    if rank(a) < n:
        raise Refused("a matrix that must be invertible is not")
    side = [[*u, *(-y for y in v)] for u, v in zip(a, b, strict=True)]
    return kernel(side, n + len(b[0]))[:n] if n else []


def inertia(a: Matrix) -> tuple[int, int, int]:
    """(positive, negative, zero) squares of a symmetric matrix (Sylvester's law).

    Each step takes a nonzero diagonal entry as pivot; if the diagonal of the rest is zero but an
    entry (i, j) is not, row and column j are first added to row and column i (a congruence),
    which makes the diagonal entry 2 a_ij.  Over the rationals the entries kept are the bordered
    minors, whose division by the previous pivot is exact; a pivot's sign is then relative to the
    previous one.
    """
    if not equal(a, transpose(a)):
        raise Refused("a matrix that must be symmetric is not")
    if is_rational(a):
        common = lcm(*(Fraction(x).denominator for row in a for x in row)) if a else 1
        return _inertia([_whole(row, common) for row in a], whole=True)
    logs = _logarithmic(a)
    return _inertia(logs or [list(row) for row in a], whole=logs is not None)


def _inertia(a: Matrix, whole: bool) -> tuple[int, int, int]:
    positive = negative = 0
    previous: Scalar = 1
    while a:
        size = range(len(a))
        chosen = next((i for i in size if not is_zero(a[i][i])), None)
        if chosen is None:
            pair = next(((i, j) for i in size for j in range(i) if not is_zero(a[i][j])), None)
            if pair is None:
                break
            chosen, j = pair
            a[chosen] = [x + y for x, y in zip(a[chosen], a[j], strict=True)]
            for row in a:
                row[chosen] = row[chosen] + row[j]
        top = a[chosen]
        pivot = top[chosen]
        relative = sign(pivot) * sign(previous)
        spend(len(a) ** 2, bits(pivot) if whole else 0)
        positive, negative = positive + (relative > 0), negative + (relative < 0)
        rest = [i for i in size if i != chosen]
        if whole:
            a = [
                [(pivot * a[i][j] - a[i][chosen] * top[j]) // previous for j in rest] for i in rest
            ]
            previous = pivot
        else:
            inverse = reciprocal(pivot)
            ratios = {i: a[i][chosen] * inverse for i in rest}
            a = [[a[i][j] - ratios[i] * top[j] for j in rest] for i in rest]
    return positive, negative, len(a)


def is_semidefinite(a: Matrix) -> bool:
    """Whether the symmetric matrix has no negative square."""
    return inertia(a)[1] == 0


def characteristic_polynomial(a: Matrix) -> Poly:
    """det(x - a), lowest coefficient first, of a rational matrix (Faddeev and LeVerrier).

    With N = D a in integers, M_1 = N and M_k+1 = N (M_k + c_k I), c_k = -tr(M_k)/k; the c_k are
    the coefficients of det(x - N), and those of a are c_k / D^k.
    """
    common = lcm(*(Fraction(x).denominator for row in a for x in row)) if a else 1
    whole = [_whole(row, common) for row in a]
    n = len(a)
    coefficients = [Fraction(1)]
    power = [list(row) for row in whole]
    for k in range(1, n + 1):
        c = -sum(power[i][i] for i in range(n)) // k
        spend(n**3, c.bit_length(), common.bit_length())
        coefficients.append(Fraction(c, common**k))
        shifted = [[x + c * (i == j) for j, x in enumerate(row)] for i, row in enumerate(power)]
        columns = list(zip(*shifted, strict=True))
        power = [
            [sum(x * y for x, y in zip(row, col, strict=True)) for col in columns] for row in whole
        ]
    return tuple(reversed(coefficients))
