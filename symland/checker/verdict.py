"""What the checker answers, and the two ways in which it declines."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


class Unreadable(Exception):
    """The files do not follow the format (exit status 2). The text is one line."""


class Refused(Exception):
    """The files are well formed, but a step does not prove its claim (exit status 1)."""


@dataclass(frozen=True)
class Verdict:
    """The checker's answer about one pair of files.

    ``accepted`` is true only if every claim of the statement was established; ``established``
    then lists their names and ``lines`` says each in words.  Otherwise ``reason`` is one line and
    ``unreadable`` tells a malformed file from a proof that does not hold.
    """

    accepted: bool
    established: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    reason: str | None = None
    unreadable: bool = False

    @property
    def exit_status(self) -> int:
        """0 accepted, 1 refused, 2 unreadable."""
        return 0 if self.accepted else 2 if self.unreadable else 1


def show(value: object) -> str:
    """A value as short text for a message; never converts a huge integer to decimals.

    >>> from fractions import Fraction
    >>> show(Fraction(1, 3)), show(10**5000)
    ('1/3', 'a number of 16610 bits')
    """
    if isinstance(value, (int, Fraction)) and not isinstance(value, bool):
        bits = value.numerator.bit_length() + value.denominator.bit_length()
        return str(value) if bits <= 300 else f"a number of {bits - 1} bits"
    text = ascii(value)
    return text if len(text) <= 80 else text[:77] + "..."
