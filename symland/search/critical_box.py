"""A box around a nearly critical point that Krawczyk's operator proves to hold exactly one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import arb, arb_mat, ctx, fmpq

from symland.enclosure.dyadic import binary_logarithm, dyadic, dyadic_matrix, exact_ball
from symland.enclosure.inertia import Congruence, congruence
from symland.enclosure.krawczyk import approximate_inverse, krawczyk
from symland.landscape.ball_landscape import BallLandscape
from symland.landscape.number_systems.number_system import Kink, MissingFunction
from symland.search.ball_newton import polish
from symland.search.deadline import Deadline
from symland.search.units import units

__all__ = ["MOST_BITS", "CriticalBox", "NoBox", "critical_box"]

MOST_BITS = 1600
"""Binary places at which the escalation of precision stops."""
LARGEST_SIZE = 10000
"""Binary digits of the Hessian's entries beyond which no witness is written."""
TARGETS = (110, 220, 440, 880)
NEARLY = 1e-6
"""The part of the largest eigenvalue up to which the smallest is said to be nearly 0."""
CONTRACTION = 1 / 6
"""The checker's intervals are wider than Arb's balls: the box is chosen with room to spare."""


class NoBox(Exception):
    """Nothing is proved; the text says why."""


@dataclass(frozen=True)
class CriticalBox:
    """Exactly one critical point in midpoint +- radii, at most `spread` away from the midpoint.

    The radii are parts of `radius`, powers of 1/2 that may be different ones where the Hessian's
    entries are of very different size.

    `precision` is the number of binary places that fixed-point arithmetic needs for the proof; it
    then gives the loss to about 2^-fine.
    """

    midpoint: list[fmpq]
    radius: fmpq
    inverse: list[list[fmpq]]
    congruence: Congruence | None
    loss: arb
    spread: arb
    precision: int
    fine: int
    smallest_pivot: str
    parts: tuple[fmpq, ...] = ()

    @property
    def radii(self) -> list[fmpq]:
        """Of each weight; the same of all where there are no parts."""
        return [self.radius * part for part in self.parts] or [self.radius] * len(self.midpoint)


def critical_box(
    landscape: BallLandscape, start: Sequence[arb], deadline: Deadline, precision: int = 0
) -> CriticalBox:
    """The first precision at which point, box and loss are proved; `NoBox` beyond the last.

    Balls have at least `precision` bits from the beginning, as far as `MOST_BITS` allows.

    >>> from symland.problem import Dataset, Network, Problem
    >>> landscape = BallLandscape(Problem(Network([1, 1]), Dataset([[1]], [[2]])))
    >>> found = critical_box(landscape, [arb(1.9)], Deadline(9))
    >>> [str(x) for x in found.midpoint], found.congruence[0]
    (['2'], (1, 0, 0))
    """
    reason, best = "no precision was tried", None
    for target in _targets(precision):
        if deadline.passed():
            raise NoBox("the budget ended before the proof")
        try:
            with ctx.workprec(_working(target)):
                found = _at_precision(landscape, start, target, deadline)
        except NoBox as refusal:
            reason = str(refusal)
            continue
        if _sharp(found) or target == TARGETS[-1]:
            return found
        best, start = found, [arb(x) for x in found.midpoint]
    if best is None:
        raise NoBox(reason)
    return best


def _working(target: int) -> int:
    """The bits of the balls that prove a midpoint with `target` binary places."""
    return min(3 * target, MOST_BITS)


def _targets(precision: int) -> tuple[int, ...]:
    """The binary places to try, from the first whose balls have so many bits.

    >>> _targets(128), _targets(500), _targets(8192)
    ((110, 220, 440, 880), (220, 440, 880), (880,))
    """
    return tuple(t for t in TARGETS if _working(t) >= precision) or TARGETS[-1:]


def _sharp(found: CriticalBox) -> bool:
    """Whether the loss is enclosed narrowly relative to its size, or is as good as 0."""
    loss = found.loss
    width = loss.rad() + arb(2) ** -found.fine
    if width * 2**50 < loss.abs_lower():
        return True
    return loss.contains(0) and bool(loss.abs_upper() < arb(2) ** -150)


def _at_precision(
    landscape: BallLandscape, start: Sequence[arb], target: int, deadline: Deadline
) -> CriticalBox:
    point = polish(landscape, start, target, deadline)
    if point is None:
        if deadline.passed():
            raise NoBox("the budget ended before the proof")
        raise NoBox(_not_quadratic(landscape.at(list(start))[2]))
    midpoint = [dyadic(x, target) for x in point]
    exact = [arb(x) for x in midpoint]
    _, gradient, hessian = landscape.at(exact)
    inverse = approximate_inverse(hessian)
    if inverse is None:
        raise NoBox("the Hessian is singular to the working precision")
    size = max(binary_logarithm(x) for x in hessian.entries())
    if size > LARGEST_SIZE:
        raise NoBox(f"the Hessian has entries beyond 2^{LARGEST_SIZE}")
    if max(binary_logarithm(x) for x in inverse.entries()) > LARGEST_SIZE:
        raise NoBox(f"the inverse of the Hessian has entries beyond 2^{LARGEST_SIZE}")
    n = landscape.size
    inverse_rows = dyadic_matrix(inverse, max(8, 16 + size + n.bit_length()))
    Y = arb_mat(n, n, [arb(x) for row in inverse_rows for x in row])
    spread = max(krawczyk(gradient, hessian, [arb(0)] * n, Y)) + arb(2) ** -target
    parts = _parts(hessian)
    radius = _widest(landscape, midpoint, gradient, Y, parts, spread, deadline)
    around = [exact_ball(x, dyadic(2 * spread, target + 20)) for x in midpoint]
    loss, _, enclosed = landscape.at(around)
    large = max(0, size, *map(binary_logarithm, [loss, *Y.entries(), *exact]))
    return CriticalBox(
        midpoint,
        radius,
        inverse_rows,
        congruence(enclosed),
        loss,
        2 * spread,
        target + 40 + 2 * large + 2 * n.bit_length(),
        target,
        _smallest(hessian),
        parts if min(parts) < 1 else (),
    )


def _widest(
    landscape: BallLandscape,
    midpoint: list[fmpq],
    gradient: list[arb],
    Y: arb_mat,
    parts: Sequence[fmpq],
    spread: arb,
    deadline: Deadline,
) -> fmpq:
    """The largest power of 2 tried, from 1/2 down, for which the operator contracts well in the
    box with these parts of it as radii."""
    k = 1
    while arb(2) ** -k * arb(min(parts)) > 4 * spread:
        if deadline.passed():
            raise NoBox("the budget ended before the proof")
        radius = fmpq(1, 2**k)
        radii = [radius * part for part in parts]
        try:
            over = landscape.at([exact_ball(x, r) for x, r in zip(midpoint, radii, strict=True)])[2]
        except (Kink, MissingFunction):  # of relu: a smaller box may lie on one side of it
            k += 1
            continue
        bounds = krawczyk(gradient, over, [arb(r) for r in radii], Y)
        image = max(b / arb(r) for b, r in zip(bounds, radii, strict=True))
        if image < CONTRACTION:
            return radius
        ratio = binary_logarithm(image / CONTRACTION) if image.is_finite() else 10
        k += 1 + min(ratio, 40) // 4
    raise NoBox(
        "no box around the point passes: the Hessian is singular or nearly so "
        f"(smallest eigenvalue about {_smallest(landscape.at([arb(x) for x in midpoint])[2])})"
    )


def _parts(hessian: arb_mat) -> tuple[fmpq, ...]:
    """How large the sides of a box should be, relative to the largest: units of the weights in
    which the Hessian's rows are of about equal size."""
    n = hessian.nrows()
    sizes = [[float(binary_logarithm(hessian[i, j])) for j in range(n)] for i in range(n)]
    return tuple(fmpq(1, 2 ** round(-unit)) for unit in units(np.array(sizes)))


def _not_quadratic(hessian: arb_mat) -> str:
    """Why Newton's method fails where it starts."""
    values = _eigenvalues(hessian)
    if values is None or abs(values).min(initial=1.0) > NEARLY * abs(values).max(initial=1.0):
        return "Newton's method with enclosures reached no critical point from here"
    return (
        "Newton's method does not converge quadratically here: the Hessian is singular or nearly "
        f"so (an eigenvalue of about {_smallest(hessian)}), or no critical point is nearby"
    )


def _smallest(hessian: arb_mat) -> str:
    """The eigenvalue nearest to 0, in floats, as text."""
    values = _eigenvalues(hessian)
    return "unknown" if values is None else f"{min(values, key=abs):.2g}"


def _eigenvalues(hessian: arb_mat) -> Any:
    """In floats; None beyond them."""
    n = hessian.nrows()
    values = np.array([float(x.mid()) for x in hessian.entries()]).reshape(n, n)
    return np.linalg.eigvalsh((values + values.T) / 2) if np.isfinite(values).all() else None
