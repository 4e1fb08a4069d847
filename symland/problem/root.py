"""Real algebraic numbers: a polynomial with rational coefficients and an isolating interval."""

from dataclasses import dataclass
from fractions import Fraction

from symland.problem.errors import InputError
from symland.problem.exact_number import number_text
from symland.problem.real_roots import count_roots, is_squarefree

MAX_DEGREE = 500
"""Largest degree of the polynomial of a root."""


@dataclass(frozen=True)
class Root:
    """The one real root of `polynomial` (coefficients lowest first) in the closed `interval`.

    Raises `InputError` unless the polynomial is squarefree of positive degree and exact counting
    by Sturm's theorem finds one root in the interval. For a rational root both ends may be the
    root itself.

    >>> Root((Fraction(-2), Fraction(0), Fraction(1)), (Fraction(1), Fraction(2))).degree
    2
    >>> Root((Fraction(-2), Fraction(0), Fraction(1)), (Fraction(-2), Fraction(2)))
    Traceback (most recent call last):
    symland.problem.errors.InputError: interval: got [-2, 2] with 2 roots of the polynomial, ...
    """

    polynomial: tuple[Fraction, ...]
    interval: tuple[Fraction, Fraction]

    def __post_init__(self) -> None:
        trimmed = trim(tuple(self.polynomial))
        object.__setattr__(self, "polynomial", trimmed)
        self._check_polynomial()
        low, high = self.interval
        if low > high:
            raise InputError.of("interval", self.interval, "the lower end first")
        found = count_roots(trimmed, low, high)
        if found != 1:
            raise InputError(
                f"interval: got [{number_text(low)}, {number_text(high)}] with {found} roots of "
                "the polynomial, expected exactly 1"
            )

    def _check_polynomial(self) -> None:
        if not 1 <= self.degree <= MAX_DEGREE:
            raise InputError.of(
                "polynomial", self.polynomial, f"coefficients of degree 1 to {MAX_DEGREE}"
            )
        if not is_squarefree(self.polynomial):
            raise InputError.of(
                "polynomial", self.polynomial, "a squarefree polynomial (no multiple root)"
            )

    @property
    def degree(self) -> int:
        """The degree of the polynomial."""
        return len(self.polynomial) - 1


def trim(coefficients: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
    """Coefficients without the zeros at the high end; the zero polynomial is empty.

    >>> trim((Fraction(1), Fraction(0)))
    (Fraction(1, 1),)
    """
    length = len(coefficients)
    while length and coefficients[length - 1] == 0:
        length -= 1
    return coefficients[:length]
