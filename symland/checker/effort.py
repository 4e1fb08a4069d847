"""A bound on the work that a pair of files may cause.

A few hundred characters can ask for a number with more digits than there are atoms: a cube applied
thirty times, polynomials put into each other, a sign decided by one part in 10^1000000.  Loops
whose length or whose numbers are not bounded by the size of the files therefore say beforehand
what they are about to do, in units of roughly a microsecond, and the files are `Refused` when the
allowance is used up.  It counts operations, not time: machines do not differ (only what an earlier
check in the same process has left in a cache is not counted again).

Running out of it can only turn an acceptance into a refusal, so no proof rests on these numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from .verdict import Refused

BASE = 60_000_000
PER_BYTE = 5_000
TOO_MUCH = "more work than files of this size may cause"

_LEFT: ContextVar[list[int] | None] = ContextVar("effort", default=None)


@contextmanager
def bounded(size: int) -> Iterator[None]:
    """Inside, the work allowed is that for files of ``size`` bytes in all."""
    token = _LEFT.set([BASE + PER_BYTE * size])
    try:
        yield
    finally:
        _LEFT.reset(token)


def spend(operations: int, bits: int = 0, other: int | None = None) -> None:
    """Count operations on rationals of about so many bits (and ``other`` bits); outside `bounded`
    nothing is counted.

    >>> with bounded(0):
    ...     spend(BASE)
    Traceback (most recent call last):
        ...
    symland.checker.verdict.Refused: more work than files of this size may cause
    """
    allowance = _LEFT.get()
    if allowance is None:
        return
    wide = (bits >> 8) * ((bits if other is None else other) >> 8)
    allowance[0] -= operations * (3 + (wide >> 3))
    if allowance[0] < 0:
        raise Refused(TOO_MUCH)


def left() -> int:
    """What is left of the allowance; 0 outside `bounded`."""
    allowance = _LEFT.get()
    return 0 if allowance is None else allowance[0]


def reset(to: int) -> None:
    """As if nothing was counted since so much was left."""
    allowance = _LEFT.get()
    if allowance is not None:
        allowance[0] = to


def take(units: int) -> None:
    """Count what another process has counted.

    >>> with bounded(0):
    ...     take(BASE + 1)
    Traceback (most recent call last):
        ...
    symland.checker.verdict.Refused: more work than files of this size may cause
    """
    allowance = _LEFT.get()
    if allowance is not None:
        allowance[0] -= units
        if allowance[0] < 0:
            raise Refused(TOO_MUCH)
