"""Krawczyk's operator on complex boxes: exactly one zero of a holomorphic map."""

from __future__ import annotations

from collections.abc import Sequence

from flint import acb, acb_mat, arb

__all__ = ["complex_krawczyk", "square_box"]


def complex_krawczyk(
    value: Sequence[acb], jacobian: acb_mat, radius: arb, inverse: acb_mat
) -> list[arb]:
    """Upper bounds of |Re| and |Im| of K(Z) - m for the box |Re(z - m)|, |Im(z - m)| <= radius.

    K(Z) = m - Y g(m) + (I - Y J(Z))(Z - m), where `value` encloses g(m), `jacobian` encloses the
    derivative of g over Z, and `inverse` is any matrix Y. If every bound is below the radius,
    exactly one zero of g lies in Z, within these bounds of m (Krawczyk 1969; complex: Breiding,
    Rose and Timme, Certifying zeros of polynomial systems using interval arithmetic, 2023).

    >>> J = acb_mat(1, 1, [acb(0, 2)])
    >>> bounds = complex_krawczyk([acb(0.5)], J, arb(1), acb_mat(1, 1, [acb(0, -0.5)]))
    >>> bool(0.25 <= bounds[0] <= 0.26)
    True
    """
    n = len(value)
    step = inverse * acb_mat(n, 1, list(value))
    bounds = []
    for i, row in enumerate((inverse * jacobian).tolist()):
        row[i] = 1 - row[i]
        spread = sum((z.real.abs_upper() + z.imag.abs_upper() for z in row), arb(0))
        largest = step[i, 0].real.abs_upper().max(step[i, 0].imag.abs_upper())
        bounds.append((largest + spread * radius).upper())
    return bounds


def square_box(middle: acb, radius: arb) -> acb:
    """A complex ball around all z with |Re(z - middle)|, |Im(z - middle)| <= radius.

    >>> square_box(acb(1, 2), arb("0.25")).contains(acb("1.25", "1.75"))
    True
    """
    spread = arb(0, 1) * radius
    return acb(middle.real + spread, middle.imag + spread)
