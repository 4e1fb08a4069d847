"""A critical point that is known exactly, with singular Hessian, and alone in its box.

Let the gradient vanish at m and let H be the Hessian there, exact.  Split the weights in the ones
listed as free, x_f, and the rest, x_p, such that H_pp is regular and the Schur complement H_ff -
H_fp H_pp^-1 H_pf is 0: then the kernel of H is that of all (s, B s) with B = -H_pp^-1 H_pf.  Write
a point of the box as m + z with z_f = s and z_p = B s + y.  By Taylor's formula, in entry i,

    g_i(m + z) = (H z)_i + z' T_i z / 2,  T_i the second derivatives of g_i somewhere in the box,

where H z = H (0, y) since the other part is in the kernel.  At a critical point

    0 = H_pp y + (z' T_i z / 2)_(i in p)   and   0 = (s', (B s)') H z = .. for any s in place of it:
    0 = sum_i N_ia z' T_i z / 2            with N = (I; B), for every column a, since N' H = 0.

Let |.| be the largest absolute value, b >= 1 that of the sums of |B| along rows, or 1, and t the
largest of sum_q |H_pp^-1|_iq sum_jk |T_qjk| over the box.  Then |y| <= t |z|^2 / 2 and |z| <=
b |s| + |y|.

If |y| > |s| then |z| <= (b + 1) |y| and |y| >= 2 / (t (b + 1)^2), checked to be more than |y| can
be in the box.  So |y| <= |s|, and |y| <= e |s| with e = t (b + 1)^2 r / 2, r the largest |s| in the
box.  If s is not 0, z = |s| u with u = (v, B v + w), |v| = 1, |w| <= e.  The faces |v| = 1 of the
cube are cut in cells (v and -v give the same), and in each cell one of the sums over i of N_ia u'
T_i u is away from 0 by intervals.  So s = 0, y = 0: no other critical point is in the box.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import Any

from . import files
from .context import Context
from .duals import Dual, Duals
from .effort import spend
from .enclosed_points import around, box
from .interval_jets import Intervals, gradient, hessian, loss
from .intervals import Interval, number
from .linear_algebra import Matrix, identity, solve
from .logarithms import Logarithmic, Logarithms
from .network import coordinates
from .rules_enclosures import precision
from .rules_points import place_text
from .verdict import Refused

Object = dict[str, Any]
Tensor = list[list[list[Interval]]]
MAX_WEIGHTS = 20
MAX_CELLS = 10_000


def degenerate_critical(context: Context, claim: Object, step: Object) -> str:
    """The midpoint of the box is critical, and the only critical point in it: see above.  The
    witness lists the numbers of the free weights, from 0, and in how many "pieces" an edge of a
    face is cut."""
    name, bits = claim["point"], precision(step)
    midpoint, radius = box(context, name)
    n = len(midpoint)
    if n > MAX_WEIGHTS:
        raise Refused(f"more than {MAX_WEIGHTS} weights around a degenerate point")
    free = [files.count(k, "free", 0, n - 1) for k in files.array(step["free"], "free")]
    if not free or free != sorted(set(free)):
        raise Refused("expected free weights, in increasing order")
    rest = [k for k in range(n) if k not in free]
    inverse, B = _kernel(_exact_hessian(context, midpoint), free, rest)
    third = _third_derivatives(context, midpoint, radius, bits)
    widest = max((sum(map(abs, row)) for row in B), default=Fraction(0))
    stretch = (max(widest, Fraction(1)) + 1) ** 2 * _bound(inverse, third, rest) / 2
    reach = max(radius[k] for k in free)
    across = max((radius[k] + sum(map(abs, B[i])) * reach for i, k in enumerate(rest)), default=0)
    if stretch * across >= 1:
        raise Refused("the box is too wide for the third derivatives in it")
    pieces = files.count(step["pieces"], "pieces", 1, MAX_CELLS)
    if len(free) * pieces ** (len(free) - 1) > MAX_CELLS:
        raise Refused(f"more than {MAX_CELLS} cells")
    for v in _cells(len(free), pieces):
        _excluded(v, B, stretch * reach, third, free, rest, bits)
    context.cache["only critical point", name] = midpoint, [Fraction(0)] * n
    return f"the midpoint of the box {name} is the only critical point in it"


def _exact_hessian(context: Context, midpoint: list[Fraction]) -> Matrix:
    """The Hessian at the midpoint, where the gradient is checked to vanish."""
    rest = iter(midpoint)
    weights: Any = {
        n: [[Logarithmic(next(rest)) for _ in range(columns)] for _ in range(rows)]
        for n, (rows, columns) in context.problem.shapes.items()
    }
    jet = loss(context.problem, Logarithms(), weights, 2)
    slopes = gradient(context.problem, jet, Logarithms())
    for place, g in zip(coordinates(context.problem), slopes, strict=True):
        if not g.is_zero():
            raise Refused(f"the derivative with respect to {place_text(*place)} is not zero")
    found = hessian(context.problem, jet, Logarithms())
    return [[x.as_rational() for x in row] for row in found]


def _kernel(H: Matrix, free: list[int], rest: list[int]) -> tuple[Matrix, Matrix]:
    """The inverse of H_pp, and B, where the Schur complement is 0."""
    block = [[H[i][j] for j in rest] for i in rest]
    inverse = solve(block, identity(len(rest))) if rest else []
    B = [
        [-sum((x * H[k][j] for x, k in zip(row, rest, strict=True)), Fraction(0)) for j in free]
        for row in inverse
    ]
    for i in free:
        for a, j in enumerate(free):
            if H[i][j] + sum((H[i][k] * B[q][a] for q, k in enumerate(rest)), Fraction(0)):
                raise Refused("the Hessian is not degenerate along the free weights")
    return inverse, B


def _third_derivatives(
    context: Context, midpoint: list[Fraction], radius: list[Fraction], bits: int
) -> Tensor:
    """T[k][i][j]: derivative by weight k of the Hessian's entries, over the box."""
    over, arithmetic = around(midpoint, radius, bits), Duals(bits)
    found = []
    for k in range(len(over)):
        rest = (Dual(w, number(int(i == k), bits)) for i, w in enumerate(over))
        weights = {
            n: [[next(rest) for _ in range(columns)] for _ in range(rows)]
            for n, (rows, columns) in context.problem.shapes.items()
        }
        entries = hessian(
            context.problem, loss(context.problem, arithmetic, weights, 2), arithmetic
        )
        found.append([[x.slope for x in row] for row in entries])
    return found


def _bound(inverse: Matrix, third: Tensor, rest: list[int]) -> Fraction:
    """The largest of sum_q |H_pp^-1|_iq sum_jk |T_qjk|."""
    sizes = [sum((_magnitude(x) for row in third[q] for x in row), Fraction(0)) for q in rest]
    rows = (
        sum((abs(x) * t for x, t in zip(row, sizes, strict=True)), Fraction(0)) for row in inverse
    )
    return max(rows, default=Fraction(0))


def _magnitude(x: Interval) -> Fraction:
    return max(map(abs, x.ends()))


def _cells(size: int, pieces: int) -> Iterator[list[tuple[Fraction, Fraction]]]:
    """Cells of the faces of the cube [-1, 1]^size where one coordinate is 1."""
    parts = [
        (Fraction(2 * i - pieces, pieces), Fraction(2 * i + 2 - pieces, pieces))
        for i in range(pieces)
    ]
    one = Fraction(1), Fraction(1)
    for face in range(size):
        for others in product(parts, repeat=size - 1):
            yield [*others[:face], one, *others[face:]]


def _excluded(
    v: list[tuple[Fraction, Fraction]],
    B: Matrix,
    slack: Fraction,
    third: Tensor,
    free: list[int],
    rest: list[int],
    bits: int,
) -> None:
    """`Refused` unless one of the sums over i of N_ia u' T_i u is away from 0 for u in the cell."""
    n, arithmetic = len(third), Intervals(bits)
    spend(n * n * n)
    u = [number(0, bits)] * n
    for k, (low, high) in zip(free, v, strict=True):
        u[k] = Interval.between(low, high, bits)
    for k, row in zip(rest, B, strict=True):
        total = Interval.between(-slack, slack, bits)
        for x, j in zip(row, free, strict=True):
            total = total + number(x, bits) * u[j]
        u[k] = total
    bends = []
    for matrix in third:
        total = number(0, bits)
        for i, x in enumerate(u):
            total = total + matrix[i][i] * x.square()
            for j in range(i):
                total = total + number(2, bits) * matrix[i][j] * (x * u[j])
        bends.append(total)
    for a, k in enumerate(free):
        total = bends[k]
        for q, row in zip(rest, B, strict=True):
            total = total + number(row[a], bits) * bends[q]
        if arithmetic.sign(total):
            return
    raise Refused("third derivatives do not exclude other critical points in the box")
