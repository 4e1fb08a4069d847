"""A complex box that holds exactly one zero of a holomorphic map: Newton, then Krawczyk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flint import acb, acb_mat, arb, ctx, fmpq

from symland.enclosure.complex_krawczyk import complex_krawczyk, square_box
from symland.enclosure.dyadic import binary_logarithm, dyadic

__all__ = ["ComplexBox", "NoComplexBox", "complex_box"]

TARGETS = (24, 48, 96, 192, 384, 768)
"""Binary places of the middle that are tried, one after the other."""
CONTRACTION = arb(1) / 8
"""A box is taken where the operator contracts so well: room for coarser arithmetic."""
NEWTON_STEPS = 60
NEAR = arb(1) / 1024
"""Newton steps that short after `NEWTON_STEPS` are taken for slow convergence."""
HALVINGS = 60

Map = Callable[[Sequence[acb]], tuple[list[acb], acb_mat]]
"""Encloses a map and its derivative for all points of the balls given; raises ValueError where
the map is not holomorphic on all of them."""


class NoComplexBox(Exception):
    """Nothing is proved; the text says why."""


class _Diverges(NoComplexBox):
    """More digits would not help."""


@dataclass(frozen=True)
class ComplexBox:
    """Exactly one zero has |Re(z - m)|, |Im(z - m)| <= radius, m = real + i imaginary.

    It lies within `spread` of m. `inverse` is an approximate inverse of the derivative at m, as
    its real and its imaginary part; `precision` the binary places that fixed-point arithmetic
    needs to follow the proof. `imaginary` is 0 throughout, or `not_real` is a coordinate whose
    imaginary part is proved not to be 0: for a map with real coefficients, which commutes with
    conjugation, the zero is real in the first case.
    """

    real: list[fmpq]
    imaginary: list[fmpq]
    radius: fmpq
    spread: fmpq
    inverse: tuple[list[list[fmpq]], list[list[fmpq]]]
    precision: int
    not_real: int | None


def complex_box(
    system: Map,
    start: Sequence[complex | acb],
    bits: int = TARGETS[0],
    stop: Callable[[], bool] = lambda: False,
) -> ComplexBox:
    """A box around the zero that Newton's method reaches from `start`.

    Radius and precision are chosen: `bits` binary places for the middle, or the first of `TARGETS`
    beyond at which Krawczyk's test succeeds, and the widest box from 1/2 down that passes. Raises
    `NoComplexBox` where none does (a zero is not simple, or none is near), or `stop()` becomes
    true.

    >>> def system(z):  # z^2 + 1
    ...     return [z[0] * z[0] + 1], acb_mat(1, 1, [2 * z[0]])
    >>> box = complex_box(system, [0.1 + 0.8j])
    >>> box.real, box.imaginary, box.radius, box.not_real
    ([0], [1], 1/32, 0)
    >>> complex_box(lambda z: ([z[0] * z[0]], acb_mat(1, 1, [2 * z[0]])), [0.1j])
    Traceback (most recent call last):
    ...
    symland.enclosure.complex_box.NoComplexBox: Newton's method does not converge quadratically...
    """
    reason = NoComplexBox("no precision was tried")
    point = [acb(z) for z in start]
    for target in [bits, *(t for t in TARGETS if t > bits)]:
        try:
            with ctx.workprec(3 * target + 60):
                point = _newton(system, point, target, stop)
                for middle in _middles(point, target):
                    found = _around(system, middle, target, stop)
                    if found is not None:
                        return found
        except _Diverges:
            raise
        except NoComplexBox as refusal:
            reason = refusal
            if stop():
                break
        else:
            reason = NoComplexBox(
                "no box around the point passes: the derivative is singular or nearly so"
            )
    raise reason


def _newton(system: Map, start: Sequence[acb], bits: int, stop: Callable[[], bool]) -> list[acb]:
    """A point without radius at which a Newton step is below 2^-bits."""
    point = [z.mid() for z in start]
    before: arb | None = None
    for _ in range(NEWTON_STEPS):
        if stop():
            raise NoComplexBox("the budget ended before the proof")
        value, jacobian = system(point)
        try:
            column = acb_mat(len(point), 1, [v.mid() for v in value])
            step = jacobian.mid().solve(column).mid().entries()
        except ZeroDivisionError:
            raise NoComplexBox("the derivative is singular to the working precision") from None
        length = max((z.abs_upper() for z in step), default=arb(0))
        if not length.is_finite() or length > arb(10) ** 12:
            before = None
            break
        point = [(z - d).mid() for z, d in zip(point, step, strict=True)]
        # The last step is quadratic: a zero of higher order is approached by halves for ever.
        if length < arb(2) ** -bits and (before is None or length <= before / 8):
            return point
        before = length
    if before is None or before > NEAR:
        raise _Diverges("Newton's method does not converge from here: no zero is nearby")
    raise NoComplexBox(
        "Newton's method does not converge quadratically here: the derivative is singular or "
        "nearly so"
    )


def _middles(point: Sequence[acb], bits: int) -> list[list[acb]]:
    """The point rounded; first made real where it nearly is."""
    rounded = [acb(dyadic(z.real, bits), dyadic(z.imag, bits)) for z in point]
    nearly = all(z.imag.abs_upper() < arb(2) ** (4 - bits) for z in point)
    return [[acb(z.real) for z in rounded], rounded] if nearly else [rounded]


def _around(
    system: Map, middle: list[acb], target: int, stop: Callable[[], bool]
) -> ComplexBox | None:
    """The widest box around the middle that passes; None where none does, or where it stays open
    whether the zero is real."""
    n = len(middle)
    value, jacobian = system(middle)
    try:
        inverse = jacobian.mid().inv().mid()
    except ZeroDivisionError:
        return None
    size = max(_magnitude(z) for z in [*jacobian.entries(), *inverse.entries(), acb(1)])
    places = 12 + 2 * n.bit_length() + max(0, *map(_magnitude, jacobian.entries()))
    rows = [
        [[dyadic(part(z), places) for z in row] for row in inverse.tolist()]
        for part in (lambda z: z.real, lambda z: z.imag)
    ]
    Y = acb_mat(
        n, n, [acb(x, y) for pair in zip(*rows, strict=True) for x, y in zip(*pair, strict=True)]
    )
    nearest = max(complex_krawczyk(value, jacobian, arb(0), Y)) + arb(2) ** (-target - 8)
    k = 0
    for _ in range(HALVINGS):
        k += 1
        radius = arb(2) ** -k
        if radius < 2 * nearest:
            return None
        if stop():
            raise NoComplexBox("the budget ended before the proof")
        try:
            over = system([square_box(z, radius) for z in middle])[1]
        except ValueError:  # a branch cut runs through the box
            continue
        image = max(complex_krawczyk(value, over, radius, Y)) / radius
        if image < CONTRACTION:
            break
        ratio = binary_logarithm(image / CONTRACTION) if image.is_finite() else 4
        k += min(ratio, 40) // 4
    else:
        return None
    spread = 2 * nearest
    imaginary = [_exact(z.imag) for z in middle]
    not_real = next((i for i, z in enumerate(middle) if z.imag.abs_lower() > 2 * spread), None)
    if any(imaginary) and not_real is None:
        return None
    large = max(size, *map(_magnitude, middle), *map(_magnitude, over.entries()))
    return ComplexBox(
        real=[_exact(z.real) for z in middle],
        imaginary=imaginary,
        radius=fmpq(1, 2**k),
        spread=dyadic(spread.upper(), target + 20),
        inverse=(rows[0], rows[1]),
        precision=target + 24 + 3 * max(0, large) + 2 * n.bit_length(),
        not_real=not_real,
    )


def _magnitude(z: acb) -> int:
    return max(binary_logarithm(z.real), binary_logarithm(z.imag))


def _exact(x: arb) -> fmpq:
    """The number that a ball without radius is."""
    mantissa, exponent = x.man_exp()
    whole, places = int(mantissa), int(exponent)
    return fmpq(whole << places) if places >= 0 else fmpq(whole, 1 << -places)
